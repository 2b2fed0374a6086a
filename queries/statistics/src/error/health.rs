//! Why a figure of public health cannot be made.

use crate::shown;

/// Why a figure of public health cannot be made. Every message names the age band, the
/// position or the number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HealthError {
    /// Age bands that are not the same for each number of events.
    #[error(
        "the age bands of persons with {frequency} events are not those of persons with {other}; \
         give every age band a row for each number of events, if need be with no persons",
        frequency = shown::number(*frequency), other = shown::number(*other)
    )]
    AgeBands {
        /// Events per person.
        frequency: f64,
        /// Events per person that it was compared with.
        other: f64,
    },
    /// Rows of one age band with different populations.
    #[error(
        "the rows of the age band from {age} have populations {first} and {found}; it must be the same for every cause",
        age = shown::number(*age), first = shown::number(*first), found = shown::number(*found)
    )]
    Populations {
        /// First age of the band.
        age: f64,
        /// The population of its first row.
        first: f64,
        /// The one that differs.
        found: f64,
    },
    /// An open last age band without deaths.
    #[error(
        "the last age band, from {age}, has no deaths in the {population} population, so its remaining life is unknown; \
         join it with the band before", age = shown::number(*age)
    )]
    NoDeaths {
        /// First age of the band.
        age: f64,
        /// Which population.
        population: &'static str,
    },
    /// Two groups at one place of the social scale.
    #[error(
        "two groups have the position {position}; join them, or give each a place of its own",
        position = shown::number(*position)
    )]
    Position {
        /// The position.
        position: f64,
    },
    /// Too few draws for limits, or too many to wait for.
    #[error("{draws} draws are not from 1000 to 10000000; 100000 are usual")]
    Draws {
        /// The number asked for.
        draws: u64,
    },
}
