//! One life, year by year: health, falls, care, moves and death.

use crate::calendar::{civil, day_number, first_day, last_day};
use crate::care;
use crate::demography::{Demography, death, education, leaving, moving_within, share_of_men};
use crate::diagnosis;
use crate::population::{Care, Departure, Person, Support, Year, newcomers};
use crate::random::{Stream, StreamFamily, normal_quantile};
use crate::truths::YEARS;

/// Shares of the health states 0–4 by age. State 0 has no contact with care
/// during the year; 3 and 4 have long or repeated hospital stays.
const HEALTH: [(i32, [f64; 5]); 5] = [
    (18, [0.300, 0.590, 0.095, 0.012, 0.003]),
    (45, [0.310, 0.530, 0.133, 0.021, 0.006]),
    (65, [0.220, 0.530, 0.195, 0.042, 0.013]),
    (80, [0.130, 0.480, 0.255, 0.102, 0.033]),
    (200, [0.070, 0.420, 0.315, 0.147, 0.048]),
];

/// How much of a person's health stays from one year to the next (correlation
/// of the hidden normal variable behind the states).
const PERSISTENCE: f64 = 0.80;

/// Risk of dying relative to the average of the age, by health state.
const DEATH_BY_HEALTH: [f64; 5] = [0.30, 0.40, 0.80, 2.0, 5.5];

/// What the lives share.
pub(crate) struct Lives<'a> {
    demography: &'a Demography,
    streams: StreamFamily,
    persons: u64,
    births: u64,
    arrivals: u64,
    /// Upper limits of the states 0–3 on the hidden variable, by age.
    limits: Vec<(i32, [f64; 4])>,
}

impl<'a> Lives<'a> {
    pub(crate) fn new(seed: u64, demography: &'a Demography, persons: u32) -> Self {
        let (births, arrivals) = newcomers(persons);
        let limits = HEALTH
            .iter()
            .map(|(age, shares)| {
                let mut sum = 0.0;
                let mut limits = [0.0; 4];
                for (limit, share) in limits.iter_mut().zip(shares) {
                    sum += share;
                    *limit = normal_quantile(sum);
                }
                (*age, limits)
            })
            .collect();
        Self {
            demography,
            streams: StreamFamily::new(seed, "liv"),
            persons: u64::from(persons),
            births,
            arrivals,
            limits,
        }
    }

    /// Number of lives: those here from the start, then each year's newcomers.
    pub(crate) fn total(&self) -> u64 {
        self.persons + (self.births + self.arrivals) * YEARS.len() as u64
    }

    /// The life of person `i`.
    pub(crate) fn live(&self, i: u64) -> Person {
        let s = &mut self.streams.stream(i);
        let mut person = self.begin(i, s);
        let mut hidden = s.normal();
        let first = YEARS
            .iter()
            .position(|&year| person.stay(year).is_some())
            .unwrap_or(0);
        for (index, &year) in YEARS.iter().enumerate().skip(first) {
            let age = person.age(year);
            if index > first {
                let change = (1.0 - PERSISTENCE * PERSISTENCE).sqrt();
                hidden = PERSISTENCE * hidden + change * s.normal();
                if s.chance(moving_within(age)) {
                    person.kommun[index..].fill(self.demography.another_kommun(s));
                }
            }
            person.years[index] = self.year(&person, index, index == first, hidden, s);
            if let Some(departure) = depart(&mut person, index, s) {
                person.departure = Some(departure);
                break;
            }
        }
        person
    }

    /// Who the person is, before anything happens.
    fn begin(&self, i: u64, s: &mut Stream) -> Person {
        let kommun = self.demography.kommun(i);
        let before = YEARS[0] - 1;
        let (birth_year, arrival) = if i < self.persons {
            (before - self.demography.age(kommun, s), None)
        } else {
            let newcomer = i - self.persons;
            let per_year = self.births + self.arrivals;
            let year = YEARS[(newcomer / per_year) as usize];
            let day = first_day(year) + s.below((last_day(year) - first_day(year) + 1) as u32) as i32;
            if newcomer % per_year < self.births {
                return self.newborn(kommun, day, s);
            }
            (year - 1 - self.demography.age_of_arrival(s), Some(day))
        };
        let days = last_day(birth_year) - first_day(birth_year) + 1;
        let birth = first_day(birth_year) + s.below(days as u32) as i32;
        let age = before - birth_year;
        let male = s.chance(share_of_men(age));
        // Some who moved in from abroad still have their coordination number.
        let coordination = s.chance(if arrival.is_some() { 0.03 } else { 0.001 });
        let support = if age < 65 && s.chance(0.0085) {
            if s.chance(0.45) {
                Support::Housing
            } else {
                Support::DailyActivity
            }
        } else {
            Support::None
        };
        let shares = education(age.max(25), male, usize::from(kommun));
        Person {
            number: [b'0'; 12],
            birth,
            male,
            coordination,
            education: s.pick(&shares) as u8,
            chapter: diagnosis::main_chapter(age, male, s),
            support,
            arrival,
            departure: None,
            kommun: [kommun; YEARS.len()],
            years: Default::default(),
        }
    }

    fn newborn(&self, kommun: u8, day: i32, s: &mut Stream) -> Person {
        let male = s.chance(share_of_men(0));
        Person {
            number: [b'0'; 12],
            birth: day,
            male,
            coordination: false,
            education: 0,
            chapter: diagnosis::main_chapter(0, male, s),
            support: Support::None,
            arrival: Some(day),
            departure: None,
            kommun: [kommun; YEARS.len()],
            years: Default::default(),
        }
    }

    /// Health, fall, care and other services of one year.
    fn year(&self, person: &Person, index: usize, first: bool, hidden: f64, s: &mut Stream) -> Year {
        let age = person.age(YEARS[index]);
        let before = if first {
            Year::default()
        } else {
            person.years[index - 1]
        };
        let frail = if before.care == Care::None { 0.0 } else { 0.35 };
        let mut year = Year {
            health: self.state(age, hidden + frail),
            ..Year::default()
        };
        if first {
            year.care = care::resident(age, person.arrival.is_some(), &year, s);
            year.care_before = year.care;
            year.care_from = 1;
            if year.care != Care::None {
                year.hours = care::first_hours(s);
            }
        } else {
            care::go_on(age, &before, &mut year, s);
        }
        if s.chance(care::fall_risk(age, year.care)) {
            year.fall = 1 + s.below(365) as u16;
        }
        if matches!(year.care, Care::AtHome) && s.chance(0.18) {
            year.short_stay_from = 1 + s.below(12) as u8;
            year.short_stay_months = 1 + s.below(4) as u8;
        }
        care::social_services(age, first, &before, &mut year, s);
        year
    }

    fn state(&self, age: i32, hidden: f64) -> u8 {
        self.limits
            .iter()
            .find(|(below, _)| age < *below)
            .map_or(4, |(_, limits)| {
                limits.iter().filter(|&&limit| hidden > limit).count() as u8
            })
    }
}

/// Death or a move out of the county during the year, and what dying does to
/// the consumption of the last year.
fn depart(person: &mut Person, index: usize, s: &mut Stream) -> Option<(i32, Departure)> {
    let year = YEARS[index];
    let (from, to) = person.stay(year)?;
    let age = person.age(year);
    let state = &mut person.years[index];
    let frail = match state.care {
        Care::None => 0.75,
        Care::AtHome => 1.6,
        Care::RoundTheClock | Care::SpecialHousing => 3.3,
    };
    let part = f64::from(to - from + 1) / 365.25;
    let risk = death(age, person.male) * DEATH_BY_HEALTH[usize::from(state.health)] * frail;
    let day = from + s.below((to - from + 1) as u32) as i32;
    if s.chance((risk * part).min(0.75)) {
        if s.chance(0.5) {
            state.health = state.health.max(3);
        }
        return Some((day, Departure::Died));
    }
    let settled = if state.care == Care::None { 1.0 } else { 0.2 };
    // Nobody leaves on the last day: the register would show them nowhere.
    (s.chance(leaving(age) * settled * part) && day < last_day(year)).then_some((day, Departure::Moved))
}

/// A birthday `age` years before the end of `year`, for people outside the
/// population (faulty rows).
pub(crate) fn stranger(year: i32, age: i32, n: u32) -> i32 {
    let (y, _, _) = civil(last_day(year - age));
    day_number(y, 1 + n % 12, 1 + n % 28)
}
