//! Help from the municipality: how it begins, goes on and ends; and the falls
//! that it begins with.

use crate::population::{Care, Year};
use crate::random::Stream;
use crate::truths::{CARE_AFTER_FALL, ELDERLY};

/// The care someone had before the years began.
pub(crate) fn resident(age: i32, arrived: bool, year: &Year, s: &mut Stream) -> Care {
    let share = match age {
        ..18 => 0.0,
        18..65 => 0.0025,
        65..70 => 0.021,
        70..75 => 0.046,
        75..80 => 0.084,
        80..85 => 0.165,
        85..90 => 0.32,
        _ => 0.55,
    };
    let factor = if arrived { 0.4 } else { 1.0 };
    let factor = factor * if year.health >= 3 { 1.5 } else { 0.95 };
    if !s.chance(share * factor) {
        return Care::None;
    }
    let housing = match age {
        ..80 => 0.34,
        80..90 => 0.40,
        _ => 0.50,
    };
    match s.unit() {
        u if u < housing => Care::SpecialHousing,
        u if u < housing + 0.02 => Care::RoundTheClock,
        _ => Care::AtHome,
    }
}

/// How care goes on, begins or ends. A fall the year before is the planted
/// cause of its beginning.
pub(crate) fn go_on(age: i32, before: &Year, year: &mut Year, s: &mut Stream) {
    year.care_before = before.care;
    year.care = before.care;
    year.care_from = 1;
    year.hours = before.hours;
    let fell = before.fall > 0;
    match before.care {
        Care::None => {
            let ill = if year.health >= 3 { 1.9 } else { 0.85 };
            let risk = match age {
                ..18 => 0.0,
                18..ELDERLY => 0.0003,
                _ => 0.0025 * libm::exp(0.150 * f64::from(age - ELDERLY)) * ill,
            };
            let after_fall = fell && age >= ELDERLY;
            let risk = if after_fall {
                risk.max(CARE_AFTER_FALL)
            } else {
                risk.min(0.45)
            };
            if s.chance(risk) {
                year.care = match s.unit() {
                    u if u < if after_fall { 0.24 } else { 0.10 } => Care::SpecialHousing,
                    u if u > 0.985 => Care::RoundTheClock,
                    _ => Care::AtHome,
                };
                // After a fall help is needed at once; else at any time.
                year.care_from = 1 + s.below(if after_fall { 2 } else { 12 }) as u8;
                year.hours = first_hours(s);
            }
        }
        Care::AtHome => {
            let housing = match age {
                ..ELDERLY => 0.02,
                ELDERLY..80 => 0.07,
                80..90 => 0.10,
                _ => 0.14,
            };
            let housing = housing + if fell { 0.15 } else { 0.0 };
            let month = 1 + s.below(12) as u8;
            match s.unit() {
                u if u < housing => (year.care, year.care_from) = (Care::SpecialHousing, month),
                u if u < housing + 0.008 => {
                    (year.care, year.care_from) = (Care::RoundTheClock, month);
                }
                u if u > 0.96 => (year.care, year.care_from) = (Care::None, month),
                _ => {}
            }
            year.hours = (u32::from(year.hours) * 105 / 100).min(2200) as u16;
        }
        Care::RoundTheClock => {
            if s.chance(0.35) {
                year.care = Care::SpecialHousing;
                year.care_from = 1 + s.below(12) as u8;
            }
        }
        Care::SpecialHousing => {}
    }
}

/// Hours of home care a month, in tenths: half have less than 24 hours.
pub(crate) fn first_hours(s: &mut Stream) -> u16 {
    (240.0 * libm::exp(0.95 * s.normal())).clamp(10.0, 2000.0) as u16
}

/// Probability of a fall that leads to hospital within a year (for the young,
/// any injury that does).
pub(crate) fn fall_risk(age: i32, care: Care) -> f64 {
    let frail = if care == Care::None { 1.0 } else { 1.25 };
    frail
        * match age {
            ..18 => 0.004,
            18..65 => 0.003,
            65..75 => 0.010,
            75..80 => 0.018,
            80..85 => 0.040,
            85..90 => 0.065,
            _ => 0.085,
        }
}

/// Individual and family services: months, and whether the person is placed.
pub(crate) fn social_services(age: i32, first: bool, before: &Year, year: &mut Year, s: &mut Stream) {
    let risk = match age {
        ..18 => 0.017,
        18..30 => 0.046,
        30..65 => 0.026,
        _ => 0.003,
    };
    // In the first year the risk is that of having the service, later that of
    // getting it.
    let risk = match (first, before.social_months > 0) {
        (true, _) => risk,
        (false, true) => 0.45,
        (false, false) => risk * 0.55,
    };
    if s.chance(risk) {
        year.social_from = 1 + s.below(9) as u8;
        year.social_months = 1 + s.below(10) as u8;
        year.placed = (before.placed && s.chance(0.8)) || (age < 65 && s.chance(0.08));
    }
}
