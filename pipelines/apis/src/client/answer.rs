//! What the bytes of an answer are, and what they are not.

use std::io::{self, Read as _};

use serde::de::DeserializeOwned;
use ureq::{Body, http};

use super::fault::brief;

/// What the bytes of an answer are read as.
pub(crate) type Read<T> = fn(&[u8]) -> Result<T, Unreadable>;

/// Why the bytes of an answer cannot be read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// They end too early: another time there may be more.
    Cut(String),
    /// They are something else.
    Form(String),
}

/// The beginning of a body. The limit of ureq counts packed bytes, this one unpacked ones.
pub(super) fn read_up_to(answer: &mut http::Response<Body>, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let body = answer.body_mut().with_config().limit(limit).reader();
    body.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads an answer as JSON of that form.
pub(crate) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    if text.is_empty() {
        return Err(Unreadable::Cut("It is empty.".to_owned()));
    }
    if text.starts_with(b"<") {
        return Err(Unreadable::Form(format!(
            "It is a page for people, not data{}. The service may be down, or a proxy asks to log in: try the address \
             in a browser.",
            super::fault::title(text)
                .map(|title| format!(" ('{title}')"))
                .unwrap_or_default()
        )));
    }
    serde_json::from_slice(text).map_err(|error| {
        let what = error.to_string();
        match error.classify() {
            serde_json::error::Category::Eof => {
                Unreadable::Cut(format!("Its JSON ends too early: {}.", brief(&what)))
            }
            serde_json::error::Category::Data => Unreadable::Form(format!(
                "It is JSON, but not of the form that this API gives: {}.",
                brief(&what)
            )),
            _ => Unreadable::Form(format!("It is not JSON: {}.", brief(&what))),
        }
    })
}
