//! By which rules numbers are read.

use crate::{Date, ReservePattern};

/// By which rules numbers are read.
#[derive(Debug, Clone)]
pub struct Rules {
    pub(crate) reference: Date,
    pub(crate) reserve: Vec<ReservePattern>,
}

impl Rules {
    /// Person numbers and samordningsnummer, no reserve numbers.
    ///
    /// `reference` is the day the numbers were written, such as the day the
    /// delivery arrived. It decides the century of numbers that have none, and
    /// nobody is born after it.
    #[must_use]
    pub fn new(reference: Date) -> Self {
        Self {
            reference,
            reserve: Vec::new(),
        }
    }

    /// Accepts reserve numbers of these patterns too.
    #[must_use]
    pub fn with_reserve(mut self, patterns: Vec<ReservePattern>) -> Self {
        self.reserve = patterns;
        self
    }
}
