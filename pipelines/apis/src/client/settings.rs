//! How long, how much, how often.

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

/// Limits and habits of a [`crate::Client`].
#[derive(Debug, Clone)]
pub struct Settings {
    /// The longest time for a connection.
    pub connect: Duration,
    /// The longest time for one answer, from connection to last byte.
    pub answer: Duration,
    /// The longest time for a whole fetch, with all its waiting.
    pub fetch: Duration,
    /// The largest answer, decompressed.
    pub answer_bytes: u64,
    /// The largest delivery.
    pub fetch_bytes: u64,
    /// The most answers of one fetch: where endless pages end.
    pub calls: usize,
    /// How often a question is put, the first time included.
    pub attempts: usize,
    /// The pause before the second attempt; each further one is twice as long.
    pub pause: Duration,
    /// The longest pause, unless the server asks for a longer one.
    pub longest_pause: Duration,
    /// Where answers are kept; nowhere when it is not given.
    pub cache: Option<PathBuf>,
    /// For how long a kept answer is taken when its server gives no mark to ask by whether it still holds.
    pub max_age: Duration,
    /// Ask nobody: only kept answers.
    pub offline: bool,
    /// Where an open span of years ends.
    pub today: Date,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            answer: Duration::from_secs(120),
            fetch: Duration::from_secs(30 * 60),
            answer_bytes: 32 << 20,
            fetch_bytes: 4 << 30,
            calls: 5000,
            attempts: 5,
            pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(60),
            cache: None,
            max_age: Duration::from_secs(3600),
            offline: false,
            today: Timestamp::now().to_zoned(TimeZone::UTC).date(),
        }
    }
}

/// The most calls in a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many calls,
    pub calls: u32,
    /// in so much time.
    pub per: Duration,
}

impl Rate {
    pub(crate) const fn new(calls: u32, seconds: u64) -> Self {
        Self {
            calls,
            per: Duration::from_secs(seconds),
        }
    }
}
