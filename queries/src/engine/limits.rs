//! What a query may use of the machine, and whether it does.

use std::fs;
use std::time::{Duration, Instant};

use super::Stop;
use crate::QueryError;

/// How long one query may take unless told otherwise.
const DEADLINE: Duration = Duration::from_secs(600);
/// Memory of a machine that does not say how much it has.
const MODEST: usize = 4 << 30;

/// What an engine may use.
#[derive(Debug, Clone, Default)]
pub struct EngineOptions {
    /// Threads, and partitions of a plan; none means one a core.
    pub threads: Option<usize>,
    /// Bytes of memory that the process may hold while a query runs. Sorts, joins
    /// and aggregates spill to disk before; a query that needs more all the same is
    /// stopped. None means that these spill at the lake's own limit, and nothing is
    /// stopped.
    pub memory_limit: Option<usize>,
    /// How long one query may take; none means as long as it needs.
    pub deadline: Option<Duration>,
    /// What else may stop a query.
    pub stop: Stop,
}

impl EngineOptions {
    /// Ten minutes, and half of this machine's memory (or of what its container
    /// may use): the other half is for the other programs.
    #[must_use]
    pub fn for_this_machine() -> Self {
        Self {
            threads: None,
            memory_limit: Some(machine().unwrap_or(MODEST) / 2),
            deadline: Some(DEADLINE),
            stop: Stop::default(),
        }
    }

    /// Bytes that operators may hold before they spill: half of the limit is left for
    /// the result, for what operators do not count and for the program itself.
    pub(super) fn spill_beyond(&self) -> Option<usize> {
        self.memory_limit.map(|limit| limit / 2)
    }

    /// How long to wait before the limits are looked at again.
    pub(super) fn patience(&self, start: Instant) -> Duration {
        const LOOK: Duration = Duration::from_millis(50);
        self.deadline
            .map_or(LOOK, |limit| limit.saturating_sub(start.elapsed()).min(LOOK))
    }

    /// The limit that a query which began at `start` has passed, if any.
    pub(super) fn passed(&self, start: Instant) -> Option<QueryError> {
        if let Some(limit) = self.deadline.filter(|limit| start.elapsed() >= *limit) {
            return Some(QueryError::Deadline(limit));
        }
        if self.stop.is_asked() {
            return Some(QueryError::Stopped);
        }
        let limit = self.memory_limit?;
        (resident()? > limit).then(|| QueryError::Memory {
            message: format!("it was stopped at {} MB.", limit / 1_000_000),
        })
    }
}

/// Bytes of memory in this machine, or in the container that this process runs in.
fn machine() -> Option<usize> {
    let read = |path: &str| fs::read_to_string(path).ok();
    let number = |path: &str| read(path)?.trim().parse::<usize>().ok();
    let memory = kilobytes(&read("/proc/meminfo")?, "MemTotal:")?;
    let container = [
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ];
    Some(container.into_iter().filter_map(number).fold(memory, usize::min))
}

/// Bytes of memory that this process holds, where the system says so.
fn resident() -> Option<usize> {
    kilobytes(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// The number after a key in a file of `/proc`, in bytes.
fn kilobytes(text: &str, key: &str) -> Option<usize> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    let number: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    number.checked_mul(1024)
}
