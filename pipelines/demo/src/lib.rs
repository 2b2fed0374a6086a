//! Synthetic deliveries of a whole county, the same bytes from the same seed.
//!
//! [`generate`] writes what Region Värmland, 16 municipalities, the agencies and the
//! analyst herself would deliver for a county of some 284 000 residents. Formats,
//! encodings, codes and gaps are those of real deliveries, and vary as theirs do.
//!
//! | what | datasets |
//! |---|---|
//! | residents 2019–2024, with deaths, moves and marital status; the forecast to 2040 | `befolkning`, `prognos`, `prognosantaganden` |
//! | care and its cost | `regionvard`, `kommunvard`, `prislista` |
//! | the survey Liv & Hälsa, 2004–2022 | `liv_halsa` |
//! | children and young people, by person number | `barnhalsa`, `tandvard`, `elevhalsa` |
//! | pupils' answers, without identity | `skolenkat` |
//! | users' and staff's answers, by unit | `brukarenkat`, `brukarenkat_utskick`, `pcat` |
//! | goals and indicators, Kolada's and the region's own | `malset`, `kolada`, `enheter`, `enhetsgrupper`, `egna_nyckeltal` |
//! | measures, voices, what the audience guessed | `insatser`, `roster`, `gissningar` |
//! | where region and municipalities meet | `arenor`, `arenadeltagare`, `arenafragor`, `samverkansfragor` |
//! | SCB and Socialstyrelsen | `folkmangd`, `livslangd`, `livslangd_utbildning`, `dodsorsaker` |
//!
//! They agree with each other where real ones do: a child is the same in every
//! register, the region's own indicators are the sums of its visits, users are
//! those who have the service, life tables and Kolada say the same.
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
//! those aged 65+, half of it the region's; falls and losses that go before care;
//! young women's wellbeing; goals reached and not; a measure that works and one that
//! does not; a unit praised from inside and not from outside; what the audience
//! believes. [`Summary`] counts the deliberate faults ([`Fault`]) that a refresh must
//! find.
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
mod marriage;
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
