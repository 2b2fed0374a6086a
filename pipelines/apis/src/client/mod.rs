//! Asking servers over HTTP: politely, again when it may help, never for longer or for more than allowed.

mod answer;
mod cache;
mod environment;
mod fault;
mod settings;
mod tls;
mod turns;

pub(crate) use answer::{Read, Unreadable, json};
pub use environment::Environment;
pub use settings::{Rate, Settings};

use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBuilder};
use ureq::http;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector, DefaultConnector};
use ureq::{Agent, AsSendBody, Body};

use crate::ApiError;
use crate::request::Request;
use answer::read_up_to;
use cache::{Cache, Kept};
use fault::Fault;
use tls::Tls;

/// Asks servers, and keeps count and answers for all fetches of a process.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    environment: Environment,
    /// Made when first needed: reading root certificates takes its time.
    agent: OnceLock<Agent>,
    turns: turns::Turns,
    cache: Option<Cache>,
}

/// An answer, from a server or kept.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) read: T,
    pub(crate) kept: bool,
}

/// What a fetch has left, and how it is to go about.
pub(crate) struct Terms<'t> {
    pub(crate) rate: Rate,
    pub(crate) deadline: Instant,
    /// Seconds since 1970: what was kept by then is asked for again.
    pub(crate) after: Option<u64>,
    /// Hears of each pause, and why.
    pub(crate) waiting: &'t mut dyn FnMut(Duration, &str),
}

/// What a server said.
enum Reply<T> {
    New {
        bytes: Vec<u8>,
        read: T,
        etag: Option<String>,
        modified: Option<String>,
    },
    /// The kept answer still holds.
    Same,
}

impl Client {
    /// A client; it asks nobody yet.
    pub fn new(settings: Settings, environment: Environment) -> Self {
        let cache = settings.cache.clone().map(Cache::new);
        Self {
            settings,
            environment,
            agent: OnceLock::new(),
            turns: turns::Turns::default(),
            cache,
        }
    }

    /// Takes away answers that were kept longer ago than that. One that cannot be taken away is tried again another
    /// time.
    pub fn forget(&self, older_than: Duration) {
        if let Some(cache) = &self.cache {
            cache.forget(older_than);
        }
    }

    /// Its limits.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The answer to a question, kept or new.
    ///
    /// # Errors
    /// What was asked, what happened and what to do.
    pub(crate) fn ask<T>(
        &self,
        request: &Request,
        read: Read<T>,
        terms: &mut Terms<'_>,
    ) -> Result<Answer<T>, ApiError> {
        let kept = self.cache.as_ref().and_then(|cache| {
            let (kept, bytes) = cache.load(request, self.settings.answer_bytes)?;
            let read = read(&bytes).ok()?;
            Some((
                kept,
                Answer {
                    bytes,
                    read,
                    kept: true,
                },
            ))
        });
        let kept = match kept {
            Some((_, answer)) if self.settings.offline => return Ok(answer),
            Some((kept, answer)) if kept.holds(self.settings.max_age, terms.after) => {
                return Ok(answer);
            }
            None if self.settings.offline => {
                return Err(ApiError::Offline {
                    request: request.to_string(),
                });
            }
            other => other.filter(|(kept, _)| kept.has_marks()),
        };
        let marks = kept.as_ref().map(|(kept, _)| kept);
        match (self.with_retries(request, read, marks, terms)?, kept) {
            (
                Reply::New {
                    bytes,
                    read,
                    etag,
                    modified,
                },
                _,
            ) => {
                if let Some(cache) = &self.cache {
                    cache.store(request, etag, modified, &bytes)?;
                }
                Ok(Answer {
                    bytes,
                    read,
                    kept: false,
                })
            }
            (Reply::Same, Some((_, answer))) => Ok(answer),
            (Reply::Same, None) => Err(request.unusable("It says \"not modified\", which was not asked.")),
        }
    }

    fn with_retries<T>(
        &self,
        request: &Request,
        read: Read<T>,
        marks: Option<&Kept>,
        terms: &mut Terms<'_>,
    ) -> Result<Reply<T>, ApiError> {
        let mut pauses = ExponentialBuilder::new()
            .with_min_delay(self.settings.pause)
            .with_max_delay(self.settings.longest_pause)
            .with_max_times(self.settings.attempts.saturating_sub(1))
            .with_jitter()
            .build();
        let out_of_time = |why: String| ApiError::TimeLimit {
            limit: self.settings.fetch,
            why,
        };
        let left = |deadline: Instant| deadline.saturating_duration_since(Instant::now());
        let mut attempts = 0;
        loop {
            attempts += 1;
            let patience = left(terms.deadline);
            let wait = self
                .turns
                .take(&request.host(), terms.rate, patience)
                .map_err(|wait| {
                    out_of_time(format!(
                        "{request} was next, which its server allows in {:.0} s.",
                        wait.as_secs_f64()
                    ))
                })?;
            if wait > Duration::from_millis(500) {
                (terms.waiting)(wait, "the server allows no more calls for now");
            }
            thread::sleep(wait);
            let time = left(terms.deadline);
            if time.is_zero() {
                return Err(out_of_time(format!("{request} was next.")));
            }
            let fault = match self.once(request, read, marks, time.min(self.settings.answer)) {
                Ok(reply) => return Ok(reply),
                Err(fault) if !fault.again => return Err(fault.error),
                Err(fault) => fault,
            };
            let Some(pause) = pauses.next() else {
                return Err(match attempts {
                    1 => fault.error,
                    attempts => ApiError::GaveUp {
                        attempts,
                        last: Box::new(fault.error),
                    },
                });
            };
            let pause = fault.after.map_or(pause, |asked| asked.max(pause));
            if pause >= left(terms.deadline) {
                // Waiting would not help any more: say so now.
                return Err(out_of_time(format!(
                    "{} The next attempt would be in {:.0} s.",
                    fault.error,
                    pause.as_secs_f64()
                )));
            }
            (terms.waiting)(pause, &fault.error.to_string());
            thread::sleep(pause);
        }
    }

    /// Puts a question once.
    fn once<T>(
        &self,
        request: &Request,
        read: Read<T>,
        marks: Option<&Kept>,
        time: Duration,
    ) -> Result<Reply<T>, Fault> {
        let unanswered = |reason: String| {
            Fault::last(ApiError::Unanswered {
                request: request.to_string(),
                reason,
            })
        };
        let agent = self.agent().map_err(|why| unanswered(format!("{why}.")))?;
        let proxy = self
            .environment
            .proxy(&request.url)
            .map_err(|why| unanswered(format!("{why}.")))?;
        let mut builder = http::Request::builder()
            .method(request.method())
            .uri(request.url.as_str())
            .header("accept", "application/json, */*;q=0.5");
        if let Some(etag) = marks.and_then(|kept| kept.etag.as_deref()) {
            builder = builder.header("if-none-match", etag);
        }
        if let Some(modified) = marks.and_then(|kept| kept.modified.as_deref()) {
            builder = builder.header("if-modified-since", modified);
        }
        let sent = match &request.body {
            None => builder
                .body(())
                .map_err(ureq::Error::Http)
                .and_then(|sent| run(agent, sent, proxy, time)),
            Some(body) => builder
                .header("content-type", "application/json")
                .body(body.as_str())
                .map_err(ureq::Error::Http)
                .and_then(|sent| run(agent, sent, proxy, time)),
        };
        let mut answer = sent.map_err(|error| fault::of_transport(request, error, false, &self.settings))?;
        let header = |name: &str| {
            let value = answer.headers().get(name)?;
            Some(value.to_str().ok()?.to_owned())
        };
        let (status, encoding) = (answer.status().as_u16(), header("content-encoding"));
        let (etag, modified, after) = (header("etag"), header("last-modified"), header("retry-after"));
        if status == 304 && marks.is_some() {
            return Ok(Reply::Same);
        }
        if !(200..300).contains(&status) {
            // What the server says of it is worth a line, not a failure of its own.
            let said = read_up_to(&mut answer, 1 << 16).unwrap_or_default();
            return Err(fault::of_status(request, status, after.as_deref(), &said));
        }
        let limit = self.settings.answer_bytes;
        let bytes = read_up_to(&mut answer, limit.saturating_add(1))
            .map_err(|error| fault::of_transport(request, error.into(), true, &self.settings))?;
        if bytes.len() as u64 > limit {
            return Err(Fault::last(ApiError::TooLarge {
                request: request.to_string(),
                limit,
            }));
        }
        let form = |reason: String| Fault::last(request.unusable(reason));
        // What gzip packed has been unpacked by now, and its header taken away.
        if let Some(other) =
            encoding.filter(|name| !matches!(name.to_ascii_lowercase().as_str(), "identity" | "gzip" | ""))
        {
            return Err(form(format!(
                "It is packed as '{}', which was not asked for. Tell the agency.",
                perspektiv_formats::shown(other.as_bytes())
            )));
        }
        match read(&bytes) {
            Ok(read) => Ok(Reply::New {
                bytes,
                read,
                etag,
                modified,
            }),
            Err(Unreadable::Cut(reason)) => Err(Fault::again(ApiError::Cut {
                request: request.to_string(),
                reason,
            })),
            Err(Unreadable::Form(reason)) => Err(form(reason)),
        }
    }

    fn agent(&self) -> Result<&Agent, String> {
        if let Some(agent) = self.agent.get() {
            return Ok(agent);
        }
        let connector = DefaultConnector::default().chain(Tls::new(self.environment.roots()?)?);
        let config = Agent::config_builder()
            .user_agent(concat!("perspektiv/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .max_redirects(5)
            .timeout_connect(Some(self.settings.connect))
            .proxy(None)
            .build();
        let agent = Agent::with_parts(config, connector, DefaultResolver::default());
        Ok(self.agent.get_or_init(|| agent))
    }
}

fn run(
    agent: &Agent,
    request: http::Request<impl AsSendBody>,
    proxy: Option<ureq::Proxy>,
    time: Duration,
) -> Result<http::Response<Body>, ureq::Error> {
    let secure = request.uri().scheme_str() == Some("https");
    let request = agent
        .configure_request(request)
        .timeout_global(Some(time))
        // No redirect leads from a secure address to another.
        .https_only(secure)
        .proxy(proxy)
        .build();
    agent.run(request)
}
