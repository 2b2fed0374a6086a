//! Who is married, and who loses a spouse. It changes nothing else in a life; but
//! those whose care begins the year after are likelier to have been widowed, so
//! that losing a spouse goes before care, as planted.

use crate::calendar::{first_day, last_day};
use crate::population::{Care, Person};
use crate::random::StreamFamily;
use crate::truths::{CARE_RATIO_AFTER_LOSS, YEARS};

/// Shares of widowed, married and divorced by age at the beginning; the others
/// never married.
const SHARES: [(i32, [f64; 3]); 7] = [
    (25, [0.0, 0.03, 0.0]),
    (35, [0.0, 0.27, 0.03]),
    (50, [0.003, 0.46, 0.10]),
    (65, [0.02, 0.52, 0.16]),
    (80, [0.11, 0.56, 0.16]),
    (90, [0.36, 0.43, 0.11]),
    (200, [0.66, 0.18, 0.08]),
];

/// Everybody's marital status.
pub(crate) struct Marriages(StreamFamily);

impl Marriages {
    pub(crate) fn new(seed: u64) -> Self {
        Self(StreamFamily::new(seed, "civilstånd"))
    }

    /// The status at the end of a year (OG, G, SK, ÄE: single, married, divorced,
    /// widowed), and the day of a loss within the years up to it.
    pub(crate) fn status(&self, who: u64, person: &Person, index: usize) -> (&'static str, Option<i32>) {
        let age = person.age(YEARS[0]);
        if age < 18 {
            return ("OG", None);
        }
        let s = &mut self.0.stream(who);
        let [widowed, married, divorced] = SHARES
            .iter()
            .find(|(below, _)| age < *below)
            .map_or([0.0; 3], |(_, shares)| *shares);
        match s.unit() {
            u if u < widowed => return ("ÄE", None),
            u if u < widowed + married => {}
            u if u < widowed + married + divorced => return ("SK", None),
            _ => return ("OG", None),
        }
        for (at, &year) in YEARS.iter().enumerate().take(index + 1) {
            let (lost, place) = (s.unit(), s.unit());
            let Some((from, to)) = person.stay(year) else {
                continue;
            };
            let day = first_day(year) + (place * f64::from(last_day(year) - first_day(year) + 1)) as i32;
            if (from..=to).contains(&day) && lost < loss(person, at) {
                return ("ÄE", Some(day));
            }
        }
        ("G", None)
    }
}

/// The probability of losing one's spouse in a year.
fn loss(person: &Person, index: usize) -> f64 {
    let risk = match person.age(YEARS[index]) {
        ..45 => 0.0006,
        45..65 => 0.004,
        65..80 => 0.018,
        _ => 0.055,
    };
    let begins = person
        .years
        .get(index + 1)
        .is_some_and(|next| next.care != Care::None)
        && person.years[index].care == Care::None;
    if begins {
        risk * CARE_RATIO_AFTER_LOSS
    } else {
        risk
    }
}
