//! Whose turn it is: no more calls to a host in a span of time than it wants.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Rate;

/// The latest calls to each host.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<String, VecDeque<Instant>>>);

impl Turns {
    /// Takes the next turn at a host, and says how long to wait for it; takes none when it lies after
    /// `patience`.
    pub(super) fn take(&self, host: &str, rate: Rate, patience: Duration) -> Result<Duration, Duration> {
        let now = Instant::now();
        // A server may say anything; clocks end somewhere.
        let per = rate.per.min(Duration::from_secs(24 * 3600));
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = hosts.entry(host.to_owned()).or_default();
        while calls.front().is_some_and(|call| *call + per <= now) {
            calls.pop_front();
        }
        // The call that is `rate.calls` before this one has to be a whole span ago by then.
        let before = calls.len().checked_sub(rate.calls.max(1) as usize);
        let turn = before
            .and_then(|at| calls.get(at))
            .map_or(now, |call| (*call + per).max(now));
        let wait = turn - now;
        if wait > patience {
            return Err(wait);
        }
        calls.push_back(turn);
        Ok(wait)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn calls_beyond_the_rate_wait_for_their_turn() {
        let turns = Turns::default();
        let rate = Rate::new(3, 10);
        let waits: Vec<u64> = (0..7)
            .map(|_| turns.take("a", rate, Duration::from_secs(60)).unwrap())
            .map(|wait| wait.as_secs_f64().round() as u64)
            .collect();
        assert_eq!(waits, [0, 0, 0, 10, 10, 10, 20]);
        assert_eq!(
            turns.take("b", rate, Duration::ZERO),
            Ok(Duration::ZERO),
            "another host"
        );
        assert!(turns.take("a", rate, Duration::from_secs(5)).is_err());
    }
}
