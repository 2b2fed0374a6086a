//! Rates that make a population look like Värmland's: ages, deaths, moves and
//! education. Rounded from what SCB publishes about the county.

use crate::places::{KOMMUN, KOMMUNER};
use crate::random::{Cumulative, Stream};

/// The county's residents by five-year age group from 0–4 to 100–104, per cent.
pub(crate) const AGES: [f64; 21] = [
    4.9, 5.3, 5.4, 5.4, 5.9, 6.5, 5.8, 5.4, 5.6, 6.3, 6.6, 6.3, 6.3, 6.3, 6.6, 4.9, 3.4, 2.1, 0.95, 0.25,
    0.03,
];

/// Those who move in, by the same groups.
const AGES_OF_ARRIVALS: [f64; 21] = [
    6.0, 5.0, 4.0, 6.0, 21.0, 19.0, 11.0, 7.0, 5.0, 4.0, 3.5, 3.0, 2.2, 1.6, 0.9, 0.4, 0.2, 0.1, 0.0, 0.0,
    0.0,
];

/// Births per resident and year.
pub(crate) const BIRTHS: f64 = 0.0094;

/// Moves into the county per resident and year.
pub(crate) const ARRIVALS: f64 = 0.0246;

/// Ages and municipalities to draw from.
pub(crate) struct Demography {
    kommun: Cumulative,
    ages: Vec<Cumulative>,
    arrivals: Cumulative,
}

impl Demography {
    pub(crate) fn new() -> Self {
        let by_year = |groups: &[f64; 21], tilt: f64, students: f64| {
            let weights: Vec<f64> = (0..105)
                .map(|age| {
                    let weight = groups[age / 5];
                    let tilted = weight * libm::exp(tilt * (age as f64 - 45.0) / 40.0);
                    // Within a group of the very old, each year is a third smaller.
                    let decline = if age >= 90 {
                        libm::pow(0.72, (age % 5) as f64)
                    } else {
                        1.0
                    };
                    let student = if (20..30).contains(&age) { students } else { 1.0 };
                    tilted * decline * student
                })
                .collect();
            Cumulative::new(&weights)
        };
        let sizes: Vec<f64> = KOMMUN.iter().map(|k| f64::from(k.size)).collect();
        Self {
            kommun: Cumulative::new(&sizes),
            ages: KOMMUN
                .iter()
                .map(|k| by_year(&AGES, k.age_tilt, k.students))
                .collect(),
            arrivals: by_year(&AGES_OF_ARRIVALS, 0.0, 1.0),
        }
    }

    /// The municipality of the `n`th person: multiples of the golden ratio, so
    /// that sizes are right to a person or two however few persons there are.
    pub(crate) fn kommun(&self, n: u64) -> u8 {
        self.kommun
            .at((n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32) as u8
    }

    /// A municipality to move to.
    pub(crate) fn another_kommun(&self, s: &mut Stream) -> u8 {
        self.kommun.draw(s) as u8
    }

    /// The age of a resident.
    pub(crate) fn age(&self, kommun: u8, s: &mut Stream) -> i32 {
        self.ages[usize::from(kommun)].draw(s) as i32
    }

    /// The share of those who move in who have this age.
    pub(crate) fn share_of_arrivals(&self, age: usize) -> f64 {
        let total: f64 = AGES_OF_ARRIVALS.iter().sum();
        AGES_OF_ARRIVALS
            .get(age / 5)
            .map_or(0.0, |share| share / total / 5.0)
    }

    /// The age of someone who moves in.
    pub(crate) fn age_of_arrival(&self, s: &mut Stream) -> i32 {
        self.arrivals.draw(s) as i32
    }
}

/// The share of men at an age.
pub(crate) fn share_of_men(age: i32) -> f64 {
    match age {
        ..65 => 0.515,
        65..75 => 0.495,
        75..85 => 0.46,
        85..95 => 0.37,
        _ => 0.24,
    }
}

/// Probability of dying within a year for somebody of average health
/// (Gompertz: doubles every 6.7 years).
pub(crate) fn death(age: i32, male: bool) -> f64 {
    let risk = 0.0075 * libm::exp(0.1035 * f64::from(age - 65));
    let risk = if male { risk * 1.42 } else { risk };
    risk.clamp(0.0003, 0.5)
}

/// Probability of leaving the county within a year.
pub(crate) fn leaving(age: i32) -> f64 {
    match age {
        ..18 => 0.021,
        18..30 => 0.071,
        30..40 => 0.036,
        40..65 => 0.014,
        _ => 0.006,
    }
}

/// Probability of moving to another municipality of the county within a year.
pub(crate) fn moving_within(age: i32) -> f64 {
    match age {
        ..18 => 0.012,
        18..30 => 0.045,
        30..40 => 0.022,
        40..65 => 0.008,
        _ => 0.004,
    }
}

/// Shares of education (before, in and after upper secondary school) of the
/// residents of a municipality from 25 years of age.
pub(crate) fn education(age: i32, male: bool, kommun: usize) -> [f64; 3] {
    let [low, middle, high] = match (age, male) {
        (..45, true) => [0.12, 0.51, 0.37],
        (..45, false) => [0.09, 0.38, 0.53],
        (45..65, true) => [0.14, 0.57, 0.29],
        (45..65, false) => [0.09, 0.51, 0.40],
        (65..80, true) => [0.29, 0.46, 0.25],
        (65..80, false) => [0.26, 0.46, 0.28],
        (_, true) => [0.44, 0.38, 0.18],
        (_, false) => [0.50, 0.36, 0.14],
    };
    let factor = KOMMUN[kommun.min(KOMMUNER - 1)].education;
    let sum = low + middle + high * factor;
    [low / sum, middle / sum, high * factor / sum]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_municipality_gets_its_share() {
        let demography = Demography::new();
        let mut counts = [0u32; KOMMUNER];
        for n in 0..2000 {
            counts[usize::from(demography.kommun(n))] += 1;
        }
        assert!(counts.iter().all(|&c| c >= 20), "{counts:?}");
        let karlstad = f64::from(counts[10]) / 2000.0;
        assert!((karlstad - 0.343).abs() < 0.01, "{karlstad}");
    }
}
