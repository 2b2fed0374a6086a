//! Tests of independence in a two-way table.

use std::fmt;
use std::str::FromStr;

use nalgebra::{Cholesky, DMatrix, DVector};

use super::quadratic::QuadraticForm;
use super::table::Cells;
use super::wald::wald_test;
use crate::StatisticsError;
use crate::distribution::{beta, gamma};
use crate::sample::{Handling, Rows};

/// Which test of independence.
///
/// Under independence Pearson's `X²` of the estimated table, scaled to the number of
/// rows, is distributed as `Σ λₖ Zₖ²`, with `λ` the generalised design effects (Rao
/// and Scott 1984, *Annals of Statistics* 12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Independence {
    /// `X² / Σλ` as F with `(Σλ)² / Σλ²` and as many times the design's degrees of
    /// freedom: the second-order correction (Rao and Scott 1984; Thomas and Rao
    /// 1987, *Journal of the American Statistical Association* 82).
    #[default]
    F,
    /// `X²`, its p value from `X² / λ̄` as chi-square: the first-order correction.
    Chisq,
    /// Wald's test of the differences from independence (Koch, Freeman and Freeman
    /// 1975, *International Statistical Review* 43).
    Wald,
    /// The same with fewer degrees of freedom below (Thomas and Rao 1987).
    AdjustedWald,
    /// `X²`, its p value from the distribution of `Σ λₖ Zₖ²` itself, over a
    /// chi-square for the variance.
    Lincom,
    /// The same by a saddle-point approximation (Kuonen 1999, *Biometrika* 86).
    Saddlepoint,
}

/// Names of the tests.
const TESTS: [(&str, Independence); 6] = [
    ("F", Independence::F),
    ("Chisq", Independence::Chisq),
    ("Wald", Independence::Wald),
    ("adjWald", Independence::AdjustedWald),
    ("lincom", Independence::Lincom),
    ("saddlepoint", Independence::Saddlepoint),
];

impl FromStr for Independence {
    type Err = StatisticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = TESTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        found.map(|(_, test)| *test).ok_or(StatisticsError::Choice {
            what: "statistic of a test of independence",
            value: text.to_owned(),
            choices: "F, Chisq, Wald, adjWald, lincom, saddlepoint",
        })
    }
}

impl fmt::Display for Independence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = TESTS.iter().find(|(_, test)| test == self);
        f.write_str(found.map_or("", |(name, _)| name))
    }
}

/// The result of a test of independence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndependenceTest {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom, of F those above; none where the distribution has none.
    pub df: Option<f64>,
    /// Degrees of freedom of F below.
    pub df2: Option<f64>,
    /// Probability of such a statistic or a larger one under independence.
    pub p: Option<f64>,
    /// Rows in the table, unweighted.
    pub n: u64,
}

/// Cells of the largest table, and cells times rows: the influence of each row on each
/// cell is kept.
const CELLS: usize = 300;
const WORK: usize = 100_000_000;

/// Tests whether two factors, numbered by the first two columns, are independent.
/// A third column, if there is one, is 0 where a factor is unknown: such a row is
/// not in the table but counts in the number of rows to which R scales `X²`, as do the
/// rows outside a domain of an adjusted sample, also in the degrees of freedom. None
/// for a table of one row or one column, and where the covariance is singular.
///
/// # Errors
/// The table is too large, or the design does not allow a variance; see
/// [`Rows::covariance`].
pub fn independence(
    rows: &Rows,
    test: Independence,
    handling: Handling,
) -> Result<Option<IndependenceTest>, StatisticsError> {
    let known = rows.column(2);
    let table = rows.filter(|row| known.get(row) != Some(&0.0));
    let (first, second) = (levels(table.column(0)), levels(table.column(1)));
    if first.len() < 2 || second.len() < 2 {
        return Ok(None);
    }
    let cells = first.len() * second.len();
    if cells > CELLS || cells * table.len() > WORK {
        return Err(StatisticsError::LargeTable {
            rows: first.len(),
            columns: second.len(),
        });
    }
    let place = |levels: &[f64], value: f64| levels.partition_point(|level| *level < value);
    let factors = table.column(0).iter().zip(table.column(1));
    let wald = matches!(test, Independence::Wald | Independence::AdjustedWald);
    let cells = Cells {
        rows: first.len(),
        columns: second.len(),
        cell: factors
            .map(|(a, b)| place(&first, *a) * second.len() + place(&second, *b))
            .collect(),
        shares: !wald,
    };
    let estimates = table.estimates(&cells, handling)?;
    let df = rows.answers_df() as f64;
    let result = if wald {
        wald_test(&cells, &estimates.values, &estimates.covariance, test, df)
    } else {
        let n = rows.answers() as f64;
        let replicated = rows.samples.iter().any(|sample| sample.replication.is_some());
        let below = if replicated { f64::INFINITY } else { df };
        pearson(&cells, &estimates.values, n)
            .zip(effects(&cells, &estimates.values, &estimates.covariance, n))
            .map(|(statistic, effects)| match test {
                Independence::Chisq => first_order(statistic, &effects),
                Independence::Lincom | Independence::Saddlepoint => {
                    weighted_sum(statistic, effects, below, test)
                }
                _ => second_order(statistic, &effects, df),
            })
    };
    let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
    Ok(result
        .filter(|result| result.statistic.is_finite())
        .map(|result| IndependenceTest {
            df: finite(result.df),
            df2: finite(result.df2).filter(|df| *df > 0.0),
            p: finite(result.p),
            n: table.len() as u64,
            ..result
        }))
}

fn levels(values: &[f64]) -> Vec<f64> {
    let mut levels = values.to_vec();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    levels
}

/// `n Σ (p − e)² / e`, `e` being what independence lets expect.
fn pearson(cells: &Cells, shares: &[f64], n: f64) -> Option<f64> {
    let (rows, columns, _) = cells.margins(shares);
    let expected = rows.iter().zip(&columns).map(|(row, column)| row * column);
    let sum: f64 = shares
        .iter()
        .zip(expected)
        .map(|(share, e)| (share - e) * (share - e) / e)
        .sum();
    (n * sum).is_finite().then_some(n * sum)
}

/// The generalised design effects: eigenvalues of the covariance of the
/// interactions relative to that of a simple random sample. Cells without rows
/// take no part.
fn effects(cells: &Cells, shares: &[f64], covariance: &DMatrix<f64>, n: f64) -> Option<Vec<f64>> {
    let (rows, columns) = (helmert(cells.rows), helmert(cells.columns));
    let interactions = rows.kronecker(&columns);
    let inverse = shares
        .iter()
        .map(|share| if *share > 0.0 { 1.0 / share } else { 0.0 });
    let scaled = DMatrix::from_diagonal(&DVector::from_iterator(cells.count(), inverse)) * &interactions;
    let simple = Cholesky::new(interactions.transpose() * &scaled / n)?.unpack();
    let design = scaled.transpose() * covariance * &scaled;
    // L⁻¹ V L⁻ᵀ has the eigenvalues of (L Lᵀ)⁻¹ V and is symmetric.
    let left = simple.solve_lower_triangular(&design)?;
    let both = simple.solve_lower_triangular(&left.transpose())?;
    let symmetric = (&both + both.transpose()) / 2.0;
    let finite = symmetric.iter().all(|value| value.is_finite());
    finite.then(|| symmetric.symmetric_eigenvalues().iter().copied().collect())
}

/// Orthonormal contrasts of `k` levels, one in each column.
fn helmert(k: usize) -> DMatrix<f64> {
    DMatrix::from_fn(k, k - 1, |level, contrast| {
        let (before, scale) = ((contrast + 1) as f64, ((contrast + 1) * (contrast + 2)) as f64);
        match level.cmp(&(contrast + 1)) {
            std::cmp::Ordering::Less => 1.0 / scale.sqrt(),
            std::cmp::Ordering::Equal => -before / scale.sqrt(),
            std::cmp::Ordering::Greater => 0.0,
        }
    })
}

/// A result of which the number of rows is yet to be told.
pub(super) fn result(statistic: f64, df: f64, df2: Option<f64>, p: f64) -> IndependenceTest {
    IndependenceTest {
        statistic,
        df: Some(df),
        df2,
        p: Some(p),
        n: 0,
    }
}

fn second_order(statistic: f64, effects: &[f64], df: f64) -> IndependenceTest {
    let (sum, squares) = sums(effects);
    let (above, f) = (sum * sum / squares, statistic / sum);
    result(
        f,
        above,
        Some(above * df),
        beta::f_upper_tail(f, above, above * df),
    )
}

fn first_order(statistic: f64, effects: &[f64]) -> IndependenceTest {
    let df = effects.len() as f64;
    let scaled = statistic * df / sums(effects).0;
    result(statistic, df, None, gamma::chi_square_upper_tail(scaled, df))
}

fn weighted_sum(statistic: f64, effects: Vec<f64>, df: f64, test: Independence) -> IndependenceTest {
    let (sum, squares) = sums(&effects);
    let form = QuadraticForm::new(effects, sum * sum / squares * df);
    let p = match test {
        Independence::Lincom => form.upper_tail(statistic),
        _ => form.saddlepoint(statistic),
    };
    IndependenceTest {
        df: None,
        ..result(statistic, f64::NAN, None, p)
    }
}

/// Sum and sum of squares.
pub(super) fn sums(values: &[f64]) -> (f64, f64) {
    (
        values.iter().sum(),
        values.iter().map(|value| value * value).sum(),
    )
}
