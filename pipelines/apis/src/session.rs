//! One fetch from beginning to end: its limits, its delivery, what is said of it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;

use crate::client::{Answer, Read, Terms, json};
use crate::delivery::Draft;
use crate::request::Request;
use crate::{ApiError, Client, Query, Rate};

/// What happens during a fetch.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'e> {
    /// So many calls are needed, or at least so many.
    Planned(usize),
    /// So many answers have come.
    Answered(usize),
    /// A pause, and why.
    Waiting(Duration, &'e str),
}

/// What a fetch gave.
#[derive(Debug)]
pub struct Fetched {
    /// The delivery, new or the one that holds the same already.
    pub path: PathBuf,
    /// Whether it holds the same as last time, so that nothing was written.
    pub unchanged: bool,
    /// Its checksum.
    pub blake3: String,
    /// Its length.
    pub bytes: u64,
    /// Answers that came from a server.
    pub calls: usize,
    /// Answers that were kept from before, or that the server said still hold.
    pub kept: usize,
    /// What somebody should look at: sentences.
    pub warnings: Vec<String>,
}

/// Fetches what a query asks for into a folder, which should be the dataset's own.
///
/// # Errors
/// What was asked, what happened and what to do; then nothing has been written.
pub fn fetch(
    client: &Client,
    query: &Query,
    folder: &Path,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Fetched, ApiError> {
    fetch_after(client, query, folder, None, watch)
}

/// The same after a fetch that came to its end at a moment: an answer that was kept before it is asked for
/// again. One that was kept since then is from a fetch that broke off, and need not be.
///
/// # Errors
/// As [`fetch`].
pub fn fetch_after(
    client: &Client,
    query: &Query,
    folder: &Path,
    after: Option<Timestamp>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Fetched, ApiError> {
    query.check()?;
    let mut session = Session {
        client,
        // Longer than a year is a year: clocks end somewhere.
        deadline: Instant::now() + client.settings().fetch.min(Duration::from_secs(365 * 24 * 3600)),
        rate: query.rate,
        after: after.and_then(|moment| u64::try_from(moment.as_second()).ok()),
        draft: Draft::new(folder, query.stem(), query.extension())?,
        calls: 0,
        kept: 0,
        warnings: Vec::new(),
        watch,
    };
    query.api.fetch(query, &mut session)?;
    let Session {
        draft,
        calls,
        kept,
        warnings,
        ..
    } = session;
    let bytes = draft.bytes;
    let written = draft.finish(Timestamp::now())?;
    Ok(Fetched {
        path: written.path,
        unchanged: written.unchanged,
        blake3: written.blake3,
        bytes,
        calls,
        kept,
        warnings,
    })
}

/// A fetch under way, as an API sees it.
pub struct Session<'s> {
    client: &'s Client,
    deadline: Instant,
    /// As the definition says.
    rate: Option<Rate>,
    /// Seconds since 1970: what was kept by then is asked for again.
    after: Option<u64>,
    draft: Draft,
    calls: usize,
    kept: usize,
    warnings: Vec<String>,
    watch: &'s mut dyn FnMut(Event<'_>),
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("calls", &self.calls)
            .finish_non_exhaustive()
    }
}

impl Session<'_> {
    pub(crate) fn today(&self) -> Date {
        self.client.settings().today
    }

    /// Says that so many more calls are needed.
    ///
    /// # Errors
    /// They are more than allowed: better now than after an hour.
    pub(crate) fn plan(&mut self, more: u64) -> Result<(), ApiError> {
        self.allows(more)?;
        let more = usize::try_from(more).unwrap_or(usize::MAX);
        (self.watch)(Event::Planned((self.calls + self.kept).saturating_add(more)));
        Ok(())
    }

    /// Whether so many more calls are allowed: asked before the questions are made, which are many, too.
    pub(crate) fn allows(&self, more: u64) -> Result<(), ApiError> {
        let limit = self.client.settings().calls;
        let all = more.saturating_add((self.calls + self.kept) as u64);
        if all <= limit as u64 {
            return Ok(());
        }
        Err(ApiError::Calls {
            limit,
            next: format!(": {all}"),
        })
    }

    /// The answer to a question; `own` is the API's rate where the definition gives none.
    pub(crate) fn ask<T>(
        &mut self,
        request: &Request,
        read: Read<T>,
        own: Rate,
    ) -> Result<Answer<T>, ApiError> {
        if self.calls + self.kept >= self.client.settings().calls {
            return Err(ApiError::Calls {
                limit: self.client.settings().calls,
                next: format!(", and {request} was the next"),
            });
        }
        let watch = &mut self.watch;
        let mut terms = Terms {
            rate: self.rate.unwrap_or(own),
            deadline: self.deadline,
            after: self.after,
            waiting: &mut |pause, why| watch(Event::Waiting(pause, why)),
        };
        let answer = self.client.ask(request, read, &mut terms)?;
        *(if answer.kept {
            &mut self.kept
        } else {
            &mut self.calls
        }) += 1;
        (self.watch)(Event::Answered(self.calls + self.kept));
        Ok(answer)
    }

    /// The answer to a question, as JSON.
    pub(crate) fn json<T: DeserializeOwned>(
        &mut self,
        request: &Request,
        own: Rate,
    ) -> Result<Answer<T>, ApiError> {
        self.ask(request, json::<T>, own)
    }

    /// Adds a document to the delivery: a line.
    pub(crate) fn line(&mut self, request: &Request, json: &[u8]) -> Result<(), ApiError> {
        self.room_for(request, json)?;
        self.draft.line(json)
    }

    /// Makes bytes the delivery, as they are.
    pub(crate) fn whole(&mut self, request: &Request, bytes: &[u8]) -> Result<(), ApiError> {
        self.room_for(request, bytes)?;
        self.draft.write(bytes)
    }

    fn room_for(&self, request: &Request, bytes: &[u8]) -> Result<(), ApiError> {
        let limit = self.client.settings().fetch_bytes;
        if self.draft.bytes.saturating_add(bytes.len() as u64) > limit {
            return Err(ApiError::TooLarge {
                request: request.to_string(),
                limit,
            });
        }
        Ok(())
    }

    /// Says what somebody should look at.
    pub(crate) fn warn(&mut self, sentence: String) {
        self.warnings.push(sentence);
    }
}
