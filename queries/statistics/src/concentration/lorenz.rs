//! The Lorenz curve.

use super::units::{Units, finite, share_between};
use crate::StatisticsError;
use crate::sum::Sum;

/// The Lorenz curve: which share of the total the poorest part of the population
/// holds (Lorenz 1905; weighted as in Kakwani 1980, *Income Inequality and
/// Poverty*). Between its points it runs straight, so a unit on the boundary of a
/// part counts in proportion.
///
/// It is sorted once; each question after that takes a binary search.
#[derive(Debug, Clone, PartialEq)]
pub struct Lorenz {
    /// Running sums of the weights and of what they hold, poorest first.
    corners: Vec<(f64, f64)>,
    /// Sum of the weights.
    population: f64,
    /// What all hold.
    total: f64,
}

/// A point of the Lorenz curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LorenzPoint {
    /// Share of the population, the poorest first, from 0 to 1.
    pub p: f64,
    /// Share of the total that they hold, from 0 to 1.
    pub share: f64,
}

impl Lorenz {
    /// The curve of some values; none without units or with nothing to share.
    ///
    /// # Errors
    /// A value or weight is negative or not finite, or their sum overflows.
    pub fn new(values: &[f64], weights: Option<&[f64]>) -> Result<Option<Self>, StatisticsError> {
        let mut corners = Units::new(values, weights)?
            .without_debts("a Lorenz curve")?
            .sorted();
        let (mut population, mut total) = (Sum::default(), Sum::default());
        for unit in &mut corners {
            let (value, weight) = *unit;
            population.add(weight);
            total.add(weight * value);
            *unit = (population.value(), total.value());
        }
        let (population, total) = (finite(population.value())?, finite(total.value())?);
        Ok((total > 0.0).then_some(Self {
            corners,
            population,
            total,
        }))
    }

    /// The points from (0, 0) to (1, 1), one for each unit; between units of equal
    /// value, which lie on a straight line, in the order they came in.
    pub fn points(&self) -> impl Iterator<Item = LorenzPoint> + '_ {
        let point = |(population, held): &(f64, f64)| LorenzPoint {
            p: population / self.population,
            share: held / self.total,
        };
        std::iter::once(LorenzPoint { p: 0.0, share: 0.0 }).chain(self.corners.iter().map(point))
    }

    /// The share of the total that the poorest share `p` of the population holds.
    ///
    /// # Errors
    /// `p` is not between 0 and 1.
    pub fn share(&self, p: f64) -> Result<f64, StatisticsError> {
        share_between("share of the population", p)?;
        let wanted = p * self.population;
        let corner = self
            .corners
            .partition_point(|(population, _)| *population < wanted);
        Ok(self.between(corner, wanted, |(population, held)| (population, held)) / self.total)
    }

    /// The largest share of the population, poorest first, that holds no more than
    /// the share `share` of the total: the inverse of [`share`](Self::share).
    ///
    /// # Errors
    /// `share` is not between 0 and 1.
    pub fn inverse(&self, share: f64) -> Result<f64, StatisticsError> {
        share_between("share of the total", share)?;
        let wanted = share * self.total;
        let corner = self.corners.partition_point(|(_, held)| *held <= wanted);
        Ok(self.between(corner, wanted, |(population, held)| (held, population)) / self.population)
    }

    /// Where a line from one corner to the next is at `wanted`, with the corners
    /// turned so that it is looked up by the first number.
    fn between(&self, corner: usize, wanted: f64, turn: impl Fn((f64, f64)) -> (f64, f64)) -> f64 {
        let before = corner.checked_sub(1).and_then(|before| self.corners.get(before));
        let (x0, y0) = before.map_or((0.0, 0.0), |point| turn(*point));
        match self.corners.get(corner).map(|point| turn(*point)) {
            Some((x1, y1)) if x1 > x0 => y0 + (y1 - y0) * ((wanted - x0) / (x1 - x0)).clamp(0.0, 1.0),
            _ => y0,
        }
    }

    /// The share of the total that the richest share `q` of the population holds,
    /// `1 − L(1 − q)`.
    ///
    /// # Errors
    /// `q` is not between 0 and 1.
    pub fn top_share(&self, q: f64) -> Result<f64, StatisticsError> {
        share_between("share of the population", q)?;
        Ok(1.0 - self.share(1.0 - q)?)
    }

    /// The share of the total that the `k`-th of `n` equal parts of the population
    /// holds, the poorest part first: `L(k/n) − L((k−1)/n)`.
    ///
    /// # Errors
    /// There is no such part.
    pub fn quantile_share(&self, k: u64, n: u64) -> Result<f64, StatisticsError> {
        if k < 1 || k > n {
            return Err(StatisticsError::Part { k, n });
        }
        Ok(self.share(k as f64 / n as f64)? - self.share((k - 1) as f64 / n as f64)?)
    }

    /// The smallest share of the population that together holds the share `s` of
    /// the total.
    ///
    /// # Errors
    /// `s` is not between 0 and 1.
    pub fn holders(&self, s: f64) -> Result<f64, StatisticsError> {
        share_between("share of the total", s)?;
        Ok(1.0 - self.inverse(1.0 - s)?)
    }
}
