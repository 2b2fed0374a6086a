//! The rows of a domain, kept whole.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{Adjustment, Sample};
use crate::StatisticsError;

/// Which degrees of freedom an interval takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Degrees {
    /// Those of the whole design: units less strata. The usual choice for means
    /// and totals of domains.
    #[default]
    Design,
    /// Those of the domain: units with a row less strata with a row.
    Domain,
}

/// Where a row stands in its sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place<'a> {
    /// The stratum, by its place in the sample.
    pub stratum: u32,
    /// Number of the primary sampling unit, unique in its stratum; none when the
    /// rows themselves were sampled.
    pub psu: Option<i64>,
    /// How many of the population the row stands for, after any adjustment.
    pub weight: f64,
    /// What the design asks for besides: for two stages the number of the
    /// second-stage unit, how many of them were sampled in the PSU and how many it
    /// has (not a number: sampled with replacement); then for an adjusted sample
    /// the weight of the row in the projection and pairs of an auxiliary variable's
    /// place and value; or replicate weights.
    pub extra: &'a [f64],
}

/// The rows of a domain with their values and their places in the design.
///
/// Most estimates need running sums only; those of adjusted, replicated or
/// two-stage samples, and quantiles, need the rows themselves.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    pub(crate) samples: Vec<Arc<Sample>>,
    pub(crate) places: Vec<Stored>,
    pub(crate) extra: Vec<f64>,
    /// The values, a column each.
    pub(crate) columns: Vec<Vec<f64>>,
    /// Texts that values stand for, by number.
    pub(crate) names: Vec<String>,
    /// The number of each text.
    numbers: HashMap<String, usize>,
}

/// A place, with what is besides in a common list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stored {
    pub(crate) sample: u32,
    pub(crate) stratum: u32,
    pub(crate) psu: Option<i64>,
    pub(crate) weight: f64,
    start: usize,
    end: usize,
}

impl Rows {
    /// No rows yet, of so many values each.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        Self {
            columns: vec![Vec::new(); columns],
            ..Self::default()
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Bytes that they take, about.
    #[must_use]
    pub fn size(&self) -> usize {
        self.places.capacity() * size_of::<Stored>()
            + (self.extra.capacity() + self.columns.iter().map(Vec::capacity).sum::<usize>())
                * size_of::<f64>()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The values of a column, in the order of the rows.
    #[must_use]
    pub fn column(&self, column: usize) -> &[f64] {
        self.columns.get(column).map_or(&[], Vec::as_slice)
    }

    /// The same rows with one more column, made from each row's number.
    #[must_use]
    pub fn with_column(&self, value: impl Fn(usize) -> f64) -> Self {
        let mut rows = self.clone();
        rows.columns.push((0..self.len()).map(value).collect());
        rows
    }

    /// The weights, in the order of the rows.
    #[must_use]
    pub fn weights(&self) -> Vec<f64> {
        self.places.iter().map(|place| place.weight).collect()
    }

    /// The text that a value of [`name`](Self::name) stands for.
    #[must_use]
    pub fn text(&self, value: f64) -> &str {
        self.names.get(value as usize).map_or("", String::as_str)
    }

    /// A number for a text, to be used as a value; the same text has the same number.
    pub fn name(&mut self, text: &str) -> f64 {
        let number = match self.numbers.get(text) {
            Some(number) => *number,
            None => {
                self.names.push(text.to_owned());
                self.numbers.insert(text.to_owned(), self.names.len() - 1);
                self.names.len() - 1
            }
        };
        number as f64
    }

    /// Puts columns of names and the names themselves into alphabetical order, so
    /// that results do not depend on which row came first.
    pub fn sort_names(&mut self, columns: &[usize]) {
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.sort_by(|a, b| self.names[*a].cmp(&self.names[*b]));
        let mut number = vec![0.0; order.len()];
        for (new, old) in order.iter().enumerate() {
            number[*old] = new as f64;
        }
        self.names = order.iter().map(|old| self.names[*old].clone()).collect();
        let names = self.names.iter().cloned().enumerate();
        self.numbers = names.map(|(number, name)| (name, number)).collect();
        for column in columns {
            for value in self.columns.get_mut(*column).into_iter().flatten() {
                *value = number.get(*value as usize).copied().unwrap_or(*value);
            }
        }
    }

    /// A number for a sample; the same sample has the same number.
    pub fn sample(&mut self, sample: &Arc<Sample>) -> u32 {
        let same = |known: &Arc<Sample>| Arc::ptr_eq(known, sample) || known.is(sample);
        let found = self.samples.iter().position(same);
        let number = found.unwrap_or_else(|| {
            self.samples.push(Arc::clone(sample));
            self.samples.len() - 1
        });
        number as u32
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The weight or a value is no finite number, the weight is not above zero, or
    /// the stratum is unknown.
    pub fn push(&mut self, sample: u32, place: &Place<'_>, values: &[f64]) -> Result<(), StatisticsError> {
        let design = self.samples.get(sample as usize).ok_or(StatisticsError::State {
            reason: "a sample that it lacks",
        })?;
        design.stratum(place.stratum)?;
        if !(place.weight > 0.0 && place.weight.is_finite()) {
            return Err(StatisticsError::Weight {
                stratum: design.name(place.stratum),
                weight: place.weight,
            });
        }
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            return Err(StatisticsError::Value {
                stratum: design.name(place.stratum),
                value: *value,
            });
        }
        let start = self.extra.len();
        self.extra.extend_from_slice(place.extra);
        self.places.push(Stored {
            sample,
            stratum: place.stratum,
            psu: place.psu,
            weight: place.weight,
            start,
            end: self.extra.len(),
        });
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(*value);
        }
        Ok(())
    }

    /// Refuses rows that are there more than once, as far as weights can tell.
    pub(crate) fn check_weights(&self) -> Result<(), StatisticsError> {
        let mut found: HashMap<(u32, u32), f64> = HashMap::new();
        for place in &self.places {
            *found.entry((place.sample, place.stratum)).or_default() += place.weight;
        }
        for ((sample, stratum), weight) in found {
            if let Some(sample) = self.samples.get(sample as usize) {
                sample.stratum(stratum)?.check_weight(weight)?;
            }
        }
        Ok(())
    }

    /// Where a row stands.
    #[must_use]
    pub fn place(&self, row: usize) -> Place<'_> {
        let stored = &self.places[row];
        Place {
            stratum: stored.stratum,
            psu: stored.psu,
            weight: stored.weight,
            extra: &self.extra[stored.start..stored.end],
        }
    }

    /// The rows for which something is true, as a domain of their own.
    #[must_use]
    pub fn filter(&self, keep: impl Fn(usize) -> bool) -> Self {
        let kept: Vec<usize> = (0..self.len()).filter(|row| keep(*row)).collect();
        Self {
            samples: self.samples.clone(),
            places: kept.iter().map(|row| self.places[*row]).collect(),
            extra: self.extra.clone(),
            columns: self
                .columns
                .iter()
                .map(|column| kept.iter().map(|row| column[*row]).collect())
                .collect(),
            names: self.names.clone(),
            numbers: self.numbers.clone(),
        }
    }

    /// Puts the rows into an order of their own, so that sums do not depend on the
    /// order in which they came.
    pub fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by(|a, b| self.compare(*a, *b));
        self.places = order.iter().map(|row| self.places[*row]).collect();
        for column in &mut self.columns {
            *column = order.iter().map(|row| column[*row]).collect();
        }
    }

    fn compare(&self, a: usize, b: usize) -> std::cmp::Ordering {
        let (x, y) = (self.place(a), self.place(b));
        let values = |row: usize| self.columns.iter().map(move |column| column[row]);
        (self.places[a].sample, x.stratum, x.psu)
            .cmp(&(self.places[b].sample, y.stratum, y.psu))
            .then_with(|| x.weight.total_cmp(&y.weight))
            .then_with(|| lexical(values(a), values(b)))
            .then_with(|| lexical(x.extra.iter().copied(), y.extra.iter().copied()))
    }

    /// Degrees of freedom for an interval.
    #[must_use]
    pub fn df(&self, degrees: Degrees) -> u64 {
        let samples = self.samples.iter();
        match degrees {
            Degrees::Design => samples.map(|sample| sample.df()).sum(),
            Degrees::Domain => samples
                .enumerate()
                .map(|(number, sample)| self.domain_df(number as u32, sample))
                .sum(),
        }
    }

    fn domain_df(&self, number: u32, sample: &Sample) -> u64 {
        let rows = self.of_sample(number);
        if sample.replication.is_some() {
            return self.replicates_rank(rows.collect()).saturating_sub(1);
        }
        let (mut strata, mut psus, mut single) = (BTreeSet::new(), BTreeSet::new(), 0);
        for row in rows {
            let place = &self.places[row];
            strata.insert(place.stratum);
            match place.psu {
                Some(psu) => drop(psus.insert((place.stratum, psu))),
                None => single += 1,
            }
        }
        (psus.len() as u64 + single).saturating_sub(strata.len() as u64)
    }

    /// The answers that methods count which ask for their number: those of the domain,
    /// and **all** of an adjusted sample. A domain of such a sample is the whole sample
    /// with weights of zero outside the domain, for its residuals lie there as well; R's
    /// survey package counts those rows in these methods.
    pub(crate) fn answers(&self) -> u64 {
        self.counted(
            |adjustment| adjustment.rows,
            |number, _| self.of_sample(number).count() as u64,
        )
    }

    /// Degrees of freedom of the rows that [`answers`](Self::answers) counts.
    pub(crate) fn answers_df(&self) -> u64 {
        self.counted(
            |adjustment| adjustment.df,
            |number, sample| self.domain_df(number, sample),
        )
    }

    /// Adds up what is counted of each sample that has rows in the domain.
    fn counted(&self, whole: impl Fn(&Adjustment) -> u64, domain: impl Fn(u32, &Sample) -> u64) -> u64 {
        let samples = self.samples.iter().enumerate();
        samples
            .map(|(number, sample)| match &sample.adjustment {
                Some(_) if self.of_sample(number as u32).next().is_none() => 0,
                Some(adjustment) => whole(adjustment),
                None => domain(number as u32, sample),
            })
            .sum()
    }

    /// The rows of one sample.
    fn of_sample(&self, number: u32) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(move |row| self.places[*row].sample == number)
    }

    /// Rank of the replicate weights, each row once.
    fn replicates_rank(&self, rows: Vec<usize>) -> u64 {
        let mut patterns: HashMap<Vec<u64>, Vec<f64>> = HashMap::new();
        for row in rows {
            let place = self.place(row);
            // Rows of one unit have the same factors, whatever their weight.
            let factors: Vec<f64> = place.extra.iter().map(|weight| weight / place.weight).collect();
            let key = factors
                .iter()
                .map(|factor| ((factor * 1e9).round() / 1e9).to_bits());
            patterns.entry(key.collect()).or_insert(factors);
        }
        rank(patterns.into_values().collect())
    }
}

/// Rank of a matrix given by its rows, with the tolerance that R's survey package
/// has for replicate weights: rows are taken in turn, and one adds to the rank when
/// so much of it stands at right angles to those before (Gram–Schmidt, gone over
/// twice).
pub(crate) fn rank(rows: Vec<Vec<f64>>) -> u64 {
    const OWN: f64 = 1e-5;
    let width = rows.first().map_or(0, Vec::len);
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for mut row in rows {
        if basis.len() == width {
            break;
        }
        let whole = product(&row, &row).sqrt();
        for direction in basis.iter().chain(&basis) {
            let share = product(direction, &row);
            row.iter_mut()
                .zip(direction)
                .for_each(|(value, along)| *value -= share * along);
        }
        let own = product(&row, &row).sqrt();
        if own > OWN * whole {
            row.iter_mut().for_each(|value| *value /= own);
            basis.push(row);
        }
    }
    basis.len() as u64
}

fn lexical(a: impl Iterator<Item = f64>, b: impl Iterator<Item = f64>) -> std::cmp::Ordering {
    a.zip(b)
        .map(|(x, y)| x.total_cmp(&y))
        .find(|order| order.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
}
