//! The abridged life table and the life expectancy.

use super::interval::z;
use super::life_band::{Band, bands};
use super::{Levels, Limits, check};
use crate::StatisticsError;
use crate::distribution::normal;
use crate::sum::sum;

/// One age band of a population; several rows of one band add up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TableRow {
    /// First age of the band, in years. The band ends where the next one begins;
    /// the last one is open.
    pub age: Option<f64>,
    /// Population of the band, or person-years.
    pub population: Option<f64>,
    /// Deaths in the band.
    pub deaths: Option<f64>,
}

/// Options of a life table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LifeTableOptions {
    /// Confidence levels.
    pub levels: Levels,
    /// Populations of this size or smaller have no table; 5000 unless told (Toson
    /// and Baker 2003, "Life expectancy at birth: methodological options for small
    /// populations").
    pub minimum: f64,
    /// A life expectancy whose 95 % interval is wider than this is not given; 20
    /// years unless told. Its limits are.
    pub widest: f64,
    /// The number of age bands that a complete table has; any unless told.
    pub bands: Option<usize>,
}

impl Default for LifeTableOptions {
    fn default() -> Self {
        Self {
            levels: Levels::default(),
            minimum: 5000.0,
            widest: 20.0,
            bands: None,
        }
    }
}

/// Why there is no life expectancy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppressed {
    /// An age, a population or a number of deaths is missing.
    Incomplete,
    /// A number of deaths is negative.
    NegativeDeaths,
    /// A population is not above zero.
    NoPopulation,
    /// The number of age bands is not the one asked for.
    Bands,
    /// More deaths than persons in a band.
    DeathsAbovePopulation,
    /// The population in all is too small.
    SmallPopulation,
    /// No deaths in the open last band: its remaining life is unknown.
    NoDeathsAtEnd,
    /// The 95 % interval is too wide.
    WideInterval,
}

impl Suppressed {
    /// The reason in words.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Incomplete => "an age, a population or a number of deaths is missing",
            Self::NegativeDeaths => "a number of deaths is negative",
            Self::NoPopulation => "an age band has no population",
            Self::Bands => "the number of age bands is not the one asked for",
            Self::DeathsAbovePopulation => "an age band has more deaths than persons",
            Self::SmallPopulation => "the population is too small",
            Self::NoDeathsAtEnd => "the open last age band has no deaths",
            Self::WideInterval => "the 95 % interval is too wide",
        }
    }
}

/// A life table, by age.
#[derive(Debug, Clone, PartialEq)]
pub struct LifeTable {
    /// Age bands in ascending order; empty when the whole table is suppressed.
    pub rows: Vec<LifeRow>,
    /// Why the whole table is suppressed.
    pub suppressed: Option<Suppressed>,
    /// Population of all ages; none when some of it is missing.
    pub population: Option<f64>,
    /// Deaths of all ages; none when some are missing.
    pub deaths: Option<f64>,
}

/// One age band of a life table; the customary symbol stands last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LifeRow {
    /// First age of the band.
    pub age: f64,
    /// Years that the band spans, n; none for the open one.
    pub width: Option<f64>,
    /// Population of the band.
    pub population: f64,
    /// Deaths in the band.
    pub deaths: f64,
    /// Deaths per person and year, M.
    pub mortality: f64,
    /// Probability of dying within the band, q.
    pub probability: f64,
    /// Survivors of 100 000 at its first age, l.
    pub survivors: f64,
    /// Years lived in the band by those, L.
    pub years: f64,
    /// Remaining life expectancy at the first age, e; none when too uncertain.
    pub expectancy: Option<f64>,
    /// Standard error of the life expectancy.
    pub se: f64,
    /// Limits of the life expectancy.
    pub limits: Limits,
    /// Limits at the second level, where one was asked for.
    pub limits2: Option<Limits>,
    /// Population of this and all later bands.
    pub population_above: f64,
    /// Deaths in this and all later bands.
    pub deaths_above: f64,
    /// Why there is no life expectancy at this age.
    pub suppressed: Option<Suppressed>,
}

impl LifeTable {
    /// The band that begins at an age.
    #[must_use]
    pub fn at(&self, age: f64) -> Option<&LifeRow> {
        self.rows.iter().find(|row| row.age == age)
    }

    /// A table without rows.
    fn suppressed(reason: Suppressed, bands: &[Band]) -> Self {
        let total = |value: fn(&Band) -> f64| Some(sum(bands.iter().map(value))).filter(|n| n.is_finite());
        let known = reason != Suppressed::Incomplete;
        Self {
            rows: Vec::new(),
            suppressed: Some(reason),
            population: total(|band| band.population).filter(|_| known),
            deaths: total(|band| band.deaths).filter(|_| known),
        }
    }
}

/// The life table of a population with any number of age bands.
///
/// Method: Chiang (1968), *Introduction to Stochastic Processes in Biostatistics*
/// (his second method), with deaths on average after a tenth of the first year of
/// life and after half of any other band; the variance after Silcocks, Jenner and
/// Reza (2001), "Life expectancy as a summary of mortality in a population", which
/// counts the open band. None without rows. What makes an expectancy impossible or
/// unsafe in one area does not fail for all, but is told in `suppressed`.
///
/// # Errors
/// An age or a number that is not finite, a negative age, options out of range.
pub fn life_table(
    rows: &[TableRow],
    options: &LifeTableOptions,
) -> Result<Option<LifeTable>, StatisticsError> {
    check::not_negative("minimum", options.minimum)?;
    check::positive("widest", options.widest)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let bands = match bands(rows)? {
        Ok(bands) => bands,
        Err(reason) => return Ok(Some(LifeTable::suppressed(reason, &[]))),
    };
    if let Some(reason) = refuse(&bands, options) {
        return Ok(Some(LifeTable::suppressed(reason, &bands)));
    }
    let mut rows = Vec::with_capacity(bands.len());
    let mut later = Later::default();
    for band in bands.iter().rev() {
        rows.push(later.before(band, options)?);
    }
    rows.reverse();
    let mut survivors = 100_000.0;
    for (row, band) in rows.iter_mut().zip(&bands) {
        row.survivors = survivors;
        row.years = survivors * band.years();
        survivors *= band.survival();
    }
    Ok(Some(LifeTable {
        rows,
        suppressed: None,
        population: Some(later.population),
        deaths: Some(later.deaths),
    }))
}

/// Why there can be no table.
fn refuse(bands: &[Band], options: &LifeTableOptions) -> Option<Suppressed> {
    if bands.iter().any(|band| band.deaths < 0.0) {
        Some(Suppressed::NegativeDeaths)
    } else if bands.iter().any(|band| band.population <= 0.0) {
        Some(Suppressed::NoPopulation)
    } else if options.bands.is_some_and(|count| count != bands.len()) {
        Some(Suppressed::Bands)
    } else if bands.iter().any(|band| band.deaths > band.population) {
        Some(Suppressed::DeathsAbovePopulation)
    } else if sum(bands.iter().map(|band| band.population)) <= options.minimum {
        Some(Suppressed::SmallPopulation)
    } else if bands.last().is_some_and(|band| band.deaths == 0.0) {
        Some(Suppressed::NoDeathsAtEnd)
    } else {
        None
    }
}

/// What is known of the bands after one.
#[derive(Default)]
struct Later {
    expectancy: f64,
    variance: f64,
    population: f64,
    deaths: f64,
}

impl Later {
    /// The row of the band before, with which this becomes what is known from there on.
    fn before(&mut self, band: &Band, options: &LifeTableOptions) -> Result<LifeRow, StatisticsError> {
        let survival = band.survival();
        let died = 1.0 - survival;
        let expectancy = band.years() + survival * self.expectancy;
        let variance = match band.width {
            // The variance of 1/M, deaths being Poisson.
            None => 1.0 / (band.deaths * band.mortality() * band.mortality()),
            Some(_) if band.deaths == 0.0 => self.variance,
            Some(width) => {
                let lost = (1.0 - band.share()) * width + self.expectancy;
                let risk = died * died * survival / band.deaths;
                risk * lost * lost + survival * survival * self.variance
            }
        };
        *self = Self {
            expectancy,
            variance,
            population: self.population + band.population,
            deaths: self.deaths + band.deaths,
        };
        let se = check::result(variance.sqrt())?;
        let (limits, limits2) = options.levels.each(|level| {
            let half = z(level)? * se;
            Ok(Limits {
                low: Some(expectancy - half),
                high: Some(expectancy + half),
            })
        })?;
        let wide = 2.0 * normal::upper(0.025) * se > options.widest;
        Ok(LifeRow {
            age: band.age,
            width: band.width,
            population: band.population,
            deaths: band.deaths,
            mortality: band.mortality(),
            probability: died,
            survivors: 0.0,
            years: 0.0,
            expectancy: (!wide).then_some(check::result(expectancy)?),
            se,
            limits,
            limits2,
            population_above: self.population,
            deaths_above: self.deaths,
            suppressed: wide.then_some(Suppressed::WideInterval),
        })
    }
}
