//! What went wrong with one attempt, and whether another may help: after 429, any 5xx, no connection and a
//! cut answer, never after anything else.

use std::time::{Duration, SystemTime};

use perspektiv_formats::{masked, shown};
use serde::Deserialize;

use super::Settings;
use crate::ApiError;
use crate::request::Request;

/// A failed attempt.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) error: ApiError,
    /// Whether another attempt may help.
    pub(super) again: bool,
    /// How long the server asks to wait before it.
    pub(super) after: Option<Duration>,
}

impl Fault {
    pub(super) fn again(error: ApiError) -> Self {
        Self {
            error,
            again: true,
            after: None,
        }
    }

    pub(super) fn last(error: ApiError) -> Self {
        Self {
            error,
            again: false,
            after: None,
        }
    }
}

/// The fault that a status of HTTP is.
pub(super) fn of_status(request: &Request, status: u16, after: Option<&str>, said: &[u8]) -> Fault {
    let mut text = message(said).map_or_else(|| ".".to_owned(), |message| format!(": {message}."));
    if (300..400).contains(&status) {
        text.push_str(" It leads elsewhere without saying where.");
    }
    Fault {
        error: ApiError::Refused {
            request: request.to_string(),
            status,
            said: text,
        },
        again: status == 429 || status >= 500,
        after: after.and_then(retry_after),
    }
}

/// `Retry-After`: seconds, or a date of HTTP.
fn retry_after(text: &str) -> Option<Duration> {
    let text = text.trim();
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let at = httpdate::parse_http_date(text).ok()?;
            Some(at.duration_since(SystemTime::now()).unwrap_or_default())
        }
    }
}

/// What a server says beside its status: the members that APIs use, or the title of a page.
fn message(said: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Problem {
        #[serde(alias = "error", alias = "message", alias = "Message")]
        title: Option<String>,
        detail: Option<String>,
    }
    let said = said.strip_prefix(b"\xef\xbb\xbf").unwrap_or(said).trim_ascii();
    let text = match serde_json::from_slice::<Problem>(said) {
        Ok(Problem { title, detail }) => [title, detail]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
        Err(_) if said.starts_with(b"<") => return title(said),
        Err(_) => shown(said.split(|byte| *byte == b'\n').next().unwrap_or_default()),
    };
    let text = brief(text.trim().trim_end_matches('.'));
    (!text.is_empty()).then_some(text)
}

/// A sentence of somebody else: without identities, and no longer than one is.
pub(super) fn brief(sentence: &str) -> String {
    masked(sentence).chars().take(200).collect()
}

/// The title of a page of HTML.
pub(super) fn title(page: &[u8]) -> Option<String> {
    let page = String::from_utf8_lossy(page.get(..4096).unwrap_or(page)).into_owned();
    let from = page.to_ascii_lowercase().find("<title>")? + "<title>".len();
    let rest = page.get(from..)?;
    let title = rest.split('<').next()?.trim();
    (!title.is_empty()).then(|| shown(title.as_bytes()))
}

/// The fault that a failure on the way is, before or after the answer has `begun`.
pub(super) fn of_transport(request: &Request, error: ureq::Error, begun: bool, settings: &Settings) -> Fault {
    let asked = || request.to_string();
    let unanswered = |reason: String| ApiError::Unanswered {
        request: asked(),
        reason,
    };
    let cut = |reason: &str| ApiError::Cut {
        request: asked(),
        reason: reason.to_owned(),
    };
    match error {
        ureq::Error::BodyExceedsLimit(limit) => Fault::last(ApiError::TooLarge {
            request: asked(),
            limit,
        }),
        ureq::Error::Timeout(at) => Fault::again(unanswered(format!(
            "It took too long ({at}; {} s are allowed for a connection, {} s for an answer).",
            settings.connect.as_secs_f64(),
            settings.answer.as_secs_f64()
        ))),
        ureq::Error::HostNotFound => Fault::again(unanswered(
            "The name of the server is not known. Check `url` and the connection to the network.".to_owned(),
        )),
        ureq::Error::RedirectFailed => Fault::last(unanswered(
            "It is sent on to another address. Write that one in `url`.".to_owned(),
        )),
        ureq::Error::TooManyRedirects => Fault::last(unanswered(
            "It is sent from one address to another and back. Check `url`; a proxy may ask to log in."
                .to_owned(),
        )),
        ureq::Error::RequireHttpsOnly(_) => Fault::last(unanswered(
            "It is sent on to an address without https, which is not followed. Check `url`.".to_owned(),
        )),
        ureq::Error::ConnectionFailed => Fault::again(unanswered("No connection could be made.".to_owned())),
        ureq::Error::ConnectProxyFailed(_) => Fault::again(unanswered(
            "The proxy refused the connection. Check HTTPS_PROXY and NO_PROXY.".to_owned(),
        )),
        ureq::Error::Decompress(_, error) if is_end(&error) => {
            Fault::again(cut("It ends in the middle of what gzip packed."))
        }
        ureq::Error::Decompress(..) => {
            Fault::last(request.unusable("It says that it is packed with gzip, and is not. Tell the agency."))
        }
        ureq::Error::LargeResponseHeader(..) => Fault::last(request.unusable("Its headers are too large.")),
        ureq::Error::Protocol(error) => Fault::again(cut(&format!(
            "It breaks the rules of HTTP: {}.",
            brief(&error.to_string())
        ))),
        ureq::Error::Io(error) => match error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>())
        {
            Some(inner) => Fault::last(unanswered(certificate(inner))),
            None if is_end(&error) && !begun => Fault::again(unanswered(
                "The server closed the connection. Check `url`: https and http are not the same.".to_owned(),
            )),
            None if is_end(&error) => Fault::again(cut("It ends before all that it announced.")),
            None => Fault::again(unanswered(format!("{}.", brief(&error.to_string())))),
        },
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Fault::last(unanswered(
            "The address cannot be used. Check `url` and `table`.".to_owned(),
        )),
        other => Fault::last(unanswered(format!("{}.", masked(&other.to_string())))),
    }
}

fn is_end(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::UnexpectedEof
}

fn certificate(error: &rustls::Error) -> String {
    format!(
        "No secure connection: {}. If this network opens what passes through, name the file of its root certificate in \
         SSL_CERT_FILE.",
        brief(&error.to_string())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(90));
        let wait = retry_after(&soon).unwrap_or_default();
        assert!((88..=90).contains(&wait.as_secs()), "{wait:?}");
        assert_eq!(retry_after("soon"), None);
        assert_eq!(retry_after("-1"), None);
    }

    #[test]
    fn what_a_server_says_is_a_line() {
        let problem = br#"{"type":"Parameter error","title":"Too many cells selected","status":400}"#;
        assert_eq!(message(problem).as_deref(), Some("Too many cells selected"));
        assert_eq!(
            message(b"<html><head><title> 502 Bad Gateway </title>").as_deref(),
            Some("502 Bad Gateway")
        );
        assert_eq!(message(b"No such\nthing").as_deref(), Some("No such"));
        assert_eq!(message(b" "), None);
        // An error that repeats an identity does not pass it on.
        let identity = br#"{"error":"no value 19090527-1474"}"#;
        assert_eq!(message(identity).as_deref(), Some("no value ***"));
    }
}
