//! Synthetic deliveries of a whole county, the same bytes from the same seed.
//!
//! [`generate`] writes what Region Värmland, 16 municipalities, the survey Liv &
//! Hälsa and Kolada would send for a county of some 284 000 residents: a
//! population register (2019–2024), the region's contacts with patients, the
//! municipalities' services, their prices, survey waves from 2004 to 2022,
//! Kolada's answers for every goal indicator (2012–2024), and the goals. Formats,
//! encodings, codes and gaps are those of real deliveries.
//!
//! # No real person
//!
//! Everything is drawn from the seed with rates rounded from public statistics;
//! no record of any person went in, and so none can come out. Person numbers
//! have to be valid to be of use; their birth numbers are taken from the series
//! 980–999, where the published test numbers lie (above 400 000 persons that
//! series is too short, and others are used). Kolada values have the real
//! identifiers and are invented: a workspace made of this must say so
//! (*syntetiska data*).
//!
//! # What is planted
//!
//! [`truths`] holds the figures that an analysis must find: the skewed cost of
//! those aged 65+, half of it the region's; falls that lead to care; young
//! women's wellbeing; goals reached and not. [`Summary`] counts the deliberate
//! faults ([`Fault`]) that a refresh must find.
//!
//! # The same bytes everywhere
//!
//! Each file, and each person, has its own ChaCha stream made of the seed and a
//! name (and number), so that threads cannot change anything; logarithms and
//! powers come from `libm`, and numbers are written by hand.
//!
//! ```
//! let dir = std::env::temp_dir().join(format!("perspektiv-demo-doc-{}", std::process::id()));
//! let options = perspektiv_demo::Options { persons: 1000, ..Default::default() };
//! let summary = perspektiv_demo::generate(&dir, &options, &())?;
//! assert_eq!(summary.datasets["malset"].rows, 26);
//! # let _ = std::fs::remove_dir_all(&dir);
//! # Ok::<(), perspektiv_demo::DemoError>(())
//! ```

mod befolkning;
mod brukarenkat;
mod calendar;
mod care;
mod children;
mod delivery;
mod demography;
mod diagnosis;
mod dodsorsaker;
mod egna_nyckeltal;
mod enheter;
mod error;
mod fixed;
mod generate;
mod gissningar;
mod json_stat;
mod kolada;
mod kommunvard;
mod life;
mod liv_halsa;
mod malset;
mod mortality;
mod pcat;
mod person_number;
mod places;
mod population;
mod prislista;
mod prognos;
mod random;
mod regionvard;
mod scb;
mod sink;
mod skolenkat;
mod summary;
#[cfg(test)]
mod tests;
pub mod truths;
mod units;

pub use error::DemoError;
pub use generate::generate;
pub use summary::{DatasetSummary, Fault, Progress, Summary};

/// The smallest number of persons: every municipality has some ten then.
pub const LEAST_PERSONS: u32 = 1_000;

/// The largest number of persons: a country's.
pub const MOST_PERSONS: u32 = 11_000_000;

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What everything is drawn from.
    pub seed: u64,
    /// Residents at the beginning of 2019, from [`LEAST_PERSONS`] to
    /// [`MOST_PERSONS`]; births, deaths and moves keep the number about the same.
    pub persons: u32,
    /// Threads to use. They do not change a byte.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 2026,
            persons: 284_000,
            threads: 2,
        }
    }
}
