//! The smallest sampled units of a domain, with their totals.

use nalgebra::DMatrix;

use super::{Adjustment, Projection, Rows, Sample, Second};

/// A sampled unit that nothing was sampled within, or the part of it that a row has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leaf {
    pub(super) stratum: u32,
    /// The PSU; without PSUs each row is one, told apart by its place.
    pub(super) psu: (bool, i64),
    pub(super) second: Second,
    /// Place of its totals.
    place: usize,
}

/// The units of a domain, sorted.
pub(super) struct Leaves {
    pub(super) leaves: Vec<Leaf>,
    /// `Σ w z`, or `Σ w (z − x′B)` for an adjusted sample; `width` numbers a unit.
    totals: Vec<f64>,
    pub(super) width: usize,
}

impl Leaves {
    /// Adds the totals of units to a sum.
    pub(super) fn add(&self, leaves: &[Leaf], sum: &mut [f64]) {
        for leaf in leaves {
            let totals = self.totals.iter().skip(leaf.place * self.width);
            sum.iter_mut().zip(totals).for_each(|(sum, total)| *sum += total);
        }
    }
}

impl Rows {
    /// The units of one sample, each with the totals of its rows.
    pub(super) fn leaves(&self, number: u32, sample: &Sample, z: &[Vec<f64>]) -> Leaves {
        let rows: Vec<usize> = (0..self.len())
            .filter(|row| self.places[*row].sample == number)
            .collect();
        let mut leaves = Leaves {
            leaves: Vec::new(),
            totals: Vec::new(),
            width: z.len(),
        };
        if let (Some(adjustment), false) = (&sample.adjustment, rows.is_empty()) {
            self.outside(adjustment, sample.two_stage, &rows, z, &mut leaves);
        }
        for row in rows {
            let place = self.place(row);
            leaves.leaves.push(Leaf {
                stratum: place.stratum,
                psu: place.psu.map_or((false, row as i64), |psu| (true, psu)),
                second: match sample.two_stage {
                    true => Second::read(place.extra).0,
                    false => Second::default(),
                },
                place: leaves.leaves.len(),
            });
            leaves.totals.extend(z.iter().map(|z| place.weight * z[row]));
        }
        leaves.leaves.sort_by(|a, b| {
            (a.stratum, a.psu)
                .cmp(&(b.stratum, b.psu))
                .then_with(|| a.second.unit.total_cmp(&b.second.unit))
        });
        leaves
    }

    /// Adds for every unit of the whole sample `−Σ w x′B`: the part of the residuals
    /// that does not depend on whether a row is in the domain.
    fn outside(
        &self,
        adjustment: &Adjustment,
        two_stage: bool,
        rows: &[usize],
        z: &[Vec<f64>],
        leaves: &mut Leaves,
    ) {
        let mut sums = DMatrix::zeros(adjustment.width, z.len());
        for row in rows {
            let extra = self.place(*row).extra;
            let extra = if two_stage { Second::read(extra).1 } else { extra };
            let Some((in_projection, auxiliary)) = extra.split_first() else {
                continue;
            };
            for pair in auxiliary.chunks_exact(2) {
                let (place, x) = (pair[0] as usize, pair[1]);
                for (k, z) in z.iter().enumerate().filter(|_| place < adjustment.width) {
                    sums[(place, k)] += in_projection * x * z[*row];
                }
            }
        }
        let slopes = adjustment.projection.slopes(sums);
        leaves.leaves.reserve(adjustment.units.len() + rows.len());
        for (place, unit) in adjustment.units.iter().enumerate() {
            leaves.leaves.push(Leaf {
                stratum: unit.stratum,
                psu: (true, unit.psu),
                second: unit.second,
                place,
            });
            let explained = |k: usize| -> f64 {
                let totals = unit.totals.iter();
                totals
                    .map(|(place, total)| total * slopes[(*place as usize, k)])
                    .sum()
            };
            leaves.totals.extend((0..z.len()).map(|k| -explained(k)));
        }
    }
}

impl Projection {
    /// The coefficients `B`, from `Σ v x z` over the domain.
    fn slopes(&self, sums: DMatrix<f64>) -> DMatrix<f64> {
        match self {
            Self::Orthonormal => sums,
            Self::Margins { levels, counts } => {
                let width = sums.nrows();
                let mut slopes = DMatrix::zeros(width, sums.ncols());
                for _ in 0..SWEEPS {
                    let mut start = 0;
                    for size in levels {
                        let margin = start..start + size;
                        for (k, level) in (0..sums.ncols()).flat_map(|k| margin.clone().map(move |l| (k, l)))
                        {
                            let others: f64 = (0..width)
                                .filter(|other| !margin.contains(other))
                                .map(|other| counts[level * width + other] * slopes[(other, k)])
                                .sum();
                            let rows = counts[level * width + level];
                            if rows > 0.0 {
                                slopes[(level, k)] = (sums[(level, k)] - others) / rows;
                            }
                        }
                        start += size;
                    }
                }
                slopes
            }
        }
    }
}

/// Sweeps over the margins of a raked sample.
const SWEEPS: usize = 10;
