//! Children and young people: what the registers of child health, dental care
//! and pupil health share, so that the same child is the same in all of them.

mod barnhalsa;
mod elevhalsa;
mod tandvard;

pub(crate) use barnhalsa::Barnhalsa;
pub(crate) use elevhalsa::Elevhalsa;
pub(crate) use tandvard::Tandvard;

use crate::calendar::{civil, day_number, last_day};
use crate::delivery::World;
use crate::life::stranger;
use crate::person_number::compose;
use crate::places::KOMMUN;
use crate::population::Person;
use crate::random::{Stream, StreamFamily};
use crate::truths::{
    CARIES_RATIO_BY_OVERWEIGHT, OVERWEIGHT_MEASURE, OVERWEIGHT_MEASURE_EFFECT, OVERWEIGHT_MEASURE_FROM, YEARS,
};

/// The municipalities' mean of the factor on long education, by residents.
const MEAN_EDUCATION: f64 = 1.07;

/// Share of the children who come to a visit.
const ATTENDANCE: f64 = 0.96;

/// Share of the visits where something was not measured or asked.
const NOT_ASKED: f64 = 0.03;

/// How much more common something is where fewer have a long education.
fn burden(kommun: usize, slope: f64) -> f64 {
    1.0 + slope * (MEAN_EDUCATION - KOMMUN[kommun].education)
}

/// Expected share of the four-year-olds with overweight or obesity.
pub(crate) fn overweight(kommun: usize, year: i32) -> f64 {
    let level = 0.124 - 0.0005 * f64::from(year - 2017);
    let reached = OVERWEIGHT_MEASURE.contains(&KOMMUN[kommun].code) && year >= OVERWEIGHT_MEASURE_FROM;
    level * burden(kommun, 0.36) + if reached { OVERWEIGHT_MEASURE_EFFECT } else { 0.0 }
}

/// Expected share of the homes with a child of eight months where somebody smokes.
pub(crate) fn smoking(kommun: usize, year: i32) -> f64 {
    (0.142 - 0.0052 * f64::from(year - 2017)) * burden(kommun, 0.55)
}

/// Expected share with caries at 3, 6, 12 or 19 years.
fn caries(age: i32, kommun: usize, year: i32) -> f64 {
    let years = f64::from(year - 2017);
    let share = match age {
        3 => 0.047 - 0.0018 * years,
        6 => 0.21 - 0.002 * years,
        12 => 0.31 - 0.003 * years,
        _ => 0.56 - 0.005 * years,
    };
    share * burden(kommun, 0.95)
}

/// What a child brings along: where it stands, from 0 (has it first) to 1, in
/// each respect. The same in every register.
pub(crate) struct Child {
    weight: f64,
    teeth: f64,
    mind: f64,
    language: f64,
    smoke: f64,
}

/// Everybody's traits and visits.
pub(crate) struct Children {
    traits: StreamFamily,
    seed: u64,
}

impl Children {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            traits: StreamFamily::new(seed, "barn"),
            seed,
        }
    }

    pub(crate) fn child(&self, who: u32) -> Child {
        let s = &mut self.traits.stream(u64::from(who));
        Child {
            weight: s.unit(),
            teeth: s.unit(),
            mind: s.unit(),
            language: s.unit(),
            smoke: s.unit(),
        }
    }

    /// The visits to child health of one year, in the order of the children.
    pub(crate) fn visits(&self, world: &World, index: usize, mut take: impl FnMut(u32, &Person, Visit)) {
        let year = YEARS[index];
        let offsets = StreamFamily::new(self.seed, "barnhälsa besök");
        for &who in &world.population.young {
            let person = &world.population.people[who as usize];
            if !(-1..=4).contains(&person.age(year)) {
                continue;
            }
            let s = &mut offsets.stream(u64::from(who) * 8 + index as u64);
            // The same in both years between which it may fall, or a child came in both or in none.
            let late = offsets.stream(u64::from(who) * 8 + 7).below(25) as i32;
            for kind in [Visited::EightMonths, Visited::ThreeYears, Visited::FourYears] {
                let day = match kind {
                    Visited::EightMonths => Some(person.birth + 243 + late),
                    Visited::ThreeYears => birthday(person, year, 3, s.below(45)),
                    Visited::FourYears => birthday(person, year, 4, s.below(45)),
                };
                let (comes, asked) = (s.chance(ATTENDANCE), !s.chance(NOT_ASKED));
                let here = day.filter(|day| {
                    let stay = person.stay(year);
                    civil(*day).0 == year && stay.is_some_and(|(from, to)| (from..=to).contains(day))
                });
                let Some(day) = here.filter(|_| comes) else {
                    continue;
                };
                let found = asked.then(|| self.child(who).found(kind, person, index));
                take(who, person, Visit { kind, day, found });
            }
        }
    }
}

/// Which visit to child health.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visited {
    EightMonths,
    ThreeYears,
    FourYears,
}

/// A visit, and what was found: smoking at home (1 yes, 2 no) at eight months,
/// language (1 as expected, 2 not) at three years, weight (1 under, 2 normal, 3
/// over, 4 obese) at four.
pub(crate) struct Visit {
    pub(crate) kind: Visited,
    pub(crate) day: i32,
    pub(crate) found: Option<u8>,
}

impl Child {
    fn found(&self, kind: Visited, person: &Person, index: usize) -> u8 {
        let (kommun, year) = (usize::from(person.kommun[index]), YEARS[index]);
        match kind {
            Visited::EightMonths => 1 + u8::from(self.smoke >= smoking(kommun, year)),
            Visited::ThreeYears => {
                let share = if person.male { 0.17 } else { 0.10 };
                1 + u8::from(self.language < share * burden(kommun, 0.25))
            }
            Visited::FourYears => match overweight(kommun, year) {
                share if self.weight < share * 0.22 => 4,
                share if self.weight < share => 3,
                _ if self.weight > 0.97 => 1,
                _ => 2,
            },
        }
    }

    /// Whether the child has or had overweight at four, as far as this is known here.
    fn overweight_at_four(&self, person: &Person) -> (bool, f64) {
        let four = civil(person.birth).0 + 4;
        let index = (four - YEARS[0]).clamp(0, YEARS.len() as i32 - 1) as usize;
        let share = overweight(usize::from(person.kommun[index]), four);
        (self.weight < share, share)
    }

    /// Whether the child has caries at an examination. Up to six years it is
    /// commoner among those with overweight at four.
    fn caries(&self, age: i32, person: &Person, index: usize) -> bool {
        let share = caries(age, usize::from(person.kommun[index]), YEARS[index]);
        if age != 6 {
            return self.teeth < share;
        }
        let (overweight, overweight_share) = self.overweight_at_four(person);
        let others = share / (1.0 + overweight_share * (CARIES_RATIO_BY_OVERWEIGHT - 1.0));
        self.teeth
            < others
                * if overweight {
                    CARIES_RATIO_BY_OVERWEIGHT
                } else {
                    1.0
                }
    }
}

/// So many days after a birthday, within the year of the birthday.
fn birthday(person: &Person, year: i32, age: i32, after: u32) -> Option<i32> {
    let (born, month, day) = civil(person.birth);
    (year - born == age).then(|| (day_number(year, month, day.min(28)) + after as i32).min(last_day(year)))
}

/// The number of somebody who is not in the population, for a faulty row.
fn nobody(year: i32, age: i32, n: usize) -> [u8; 12] {
    compose(stranger(year, age, n as u32), false, 970 + n as u32 % 9)
}

/// The school of a pupil: about one for every 6 000 residents.
pub(crate) fn school(person: &Person, kommun: usize, upper: bool, s: &mut Stream) -> String {
    let place = &KOMMUN[kommun];
    let schools = 1 + place.size / if upper { 45_000 } else { 6_000 };
    let number = 1 + (person.birth.unsigned_abs() + s.below(2)) % schools;
    let kind = if upper { "Gymnasieskolan" } else { "Grundskolan" };
    match schools {
        1 => format!("{kind} {}", place.name),
        _ => format!("{kind} {} {number}", place.name),
    }
}
