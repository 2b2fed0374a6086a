//! What tells one sample from another.

use super::units::Units;
use super::{Adjust, Input, Kind, Replicates};
use crate::hash::mix;

/// A number made of strata, PSUs and weights of all rows, whatever their order, and of
/// what is done to the weights: a sample that is designed twice, as a query does that
/// names it twice, is one sample; that of the next year, or with other totals, is
/// another.
pub(super) fn identity(input: &Input, units: &Units, weight: &[f64]) -> u64 {
    let rows = units.stratum.iter().zip(weight).enumerate();
    let strata = units.strata.iter().fold(done(input), |sum, stratum| {
        mix(sum ^ stratum.population.map_or(0, f64::to_bits))
    });
    rows.fold(strata, |sum, (row, (stratum, weight))| {
        let psu = units.psu.as_ref().and_then(|psu| psu.get(row)).copied();
        let own = mix(u64::from(*stratum) ^ mix(psu.unwrap_or(-1) as u64 ^ mix(weight.to_bits())));
        sum.wrapping_add(own)
    })
}

/// What is done to the weights, as a number.
fn done(input: &Input) -> u64 {
    let mut sum = input.rows as u64;
    let mut add = |number: u64| sum = mix(sum ^ number);
    add(input.lonely as u64);
    add(u64::from(input.lonely_domains));
    let wave = input.wave.iter().flat_map(|wave| wave.bytes());
    wave.for_each(|byte| add(u64::from(byte)));
    let mut totals = |totals: &[(String, f64)]| {
        for (name, total) in totals {
            name.bytes().for_each(|byte| add(u64::from(byte)));
            add(total.to_bits());
        }
    };
    match &input.adjust {
        None => {}
        Some(Adjust::Poststratify { totals: known, .. }) => totals(known),
        Some(Adjust::Rake { margins }) => margins.iter().for_each(|margin| totals(&margin.totals)),
        Some(Adjust::Calibrate(calibration)) => {
            totals(&calibration.totals);
            add(1 + calibration.distance as u64);
            if let Some((low, high)) = calibration.bounds {
                add(low.to_bits());
                add(high.to_bits());
            }
        }
        Some(Adjust::Standardise(standard)) => {
            totals(&standard.population);
            add(standard.within.iter().filter(|within| **within).count() as u64);
            if let Some(over) = &standard.over {
                add(over.names.len() as u64);
            }
        }
    }
    match &input.replicates {
        None => {}
        Some(Replicates::Given {
            weights,
            scale,
            rscales,
            combined,
            mse,
        }) => {
            add(weights.len() as u64);
            add(scale.to_bits());
            rscales.iter().flatten().for_each(|scale| add(scale.to_bits()));
            add(u64::from(*combined) << 1 | u64::from(*mse));
        }
        Some(Replicates::Derived { kind, mse }) => {
            add(u64::from(*mse));
            match kind {
                Kind::Jk1 => add(2),
                Kind::Jkn => add(3),
                Kind::Brr => add(4),
                Kind::Fay { rho } => add(rho.to_bits()),
                Kind::Bootstrap { count, seed } => {
                    add(*count as u64);
                    add(*seed);
                }
            }
        }
    }
    sum
}
