//! What happens to a patient in a year: contacts, what they are about and cost.

use crate::calendar::{civil, first_day, last_day, weekday};
use crate::diagnosis::{Diagnoses, INJURY, SYMPTOMS};
use crate::places::KOMMUN;
use crate::population::Person;
use crate::random::{Cumulative, Factors, Stream};
use crate::truths::{ELDERLY, YEARS};

/// A kind of contact: level of care (1 primary, 2 specialised outpatient, 3
/// inpatient), cost in kronor of 2019 (of a day, for inpatient care), and how
/// many of them a person in health state 1–4 has in a year.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) level: u8,
    kronor: f64,
    frequency: [f64; 4],
}

/// Every kind of contact.
pub(super) const KINDS: [Kind; 11] = [
    kind("Läkarbesök", 1, 2100.0, [0.62, 1.30, 2.3, 3.4]),
    kind("Sjuksköterskebesök", 1, 900.0, [0.42, 1.20, 2.8, 6.0]),
    kind("Rehabiliteringsbesök", 1, 1000.0, [0.17, 0.45, 0.8, 0.8]),
    kind("Psykosocialt besök", 1, 1300.0, [0.07, 0.18, 0.3, 0.3]),
    kind("Distanskontakt", 1, 450.0, [0.16, 0.37, 0.8, 1.5]),
    kind("Läkarbesök", 2, 8200.0, [0.62, 1.90, 3.0, 6.0]),
    kind("Annat besök", 2, 4300.0, [0.22, 0.75, 1.6, 4.0]),
    kind("Akutbesök", 2, 7500.0, [0.11, 0.28, 0.6, 1.5]),
    kind("Dagkirurgi", 2, 32_000.0, [0.035, 0.14, 0.2, 0.3]),
    kind("Behandling", 2, 15_000.0, [0.03, 0.25, 0.7, 4.5]),
    kind("Slutenvårdstillfälle", 3, 10_500.0, [0.055, 0.32, 0.95, 2.2]),
];
const EMERGENCY: usize = 7;
const SPECIALIST: usize = 5;
const INPATIENT: usize = 10;

const fn kind(name: &'static str, level: u8, kronor: f64, frequency: [f64; 4]) -> Kind {
    Kind {
        name,
        level,
        kronor,
        frequency,
    }
}

/// Distributions that every file uses.
pub(super) struct Tables {
    number: Vec<Cumulative>,
    kinds: Vec<Cumulative>,
    diagnoses: Diagnoses,
    cost: Factors,
    days: [Cumulative; 3],
    /// Primary care centres by municipality.
    pub(super) primary: Vec<Vec<String>>,
}

impl Tables {
    pub(super) fn new() -> Self {
        let state = |state: usize| KINDS.iter().map(move |kind| kind.frequency[state]);
        Self {
            number: (0..4).map(|s| Cumulative::poisson(state(s).sum())).collect(),
            kinds: (0..4)
                .map(|s| Cumulative::new(&state(s).collect::<Vec<_>>()))
                .collect(),
            diagnoses: Diagnoses::new(),
            cost: Factors::new(0.55),
            // Length of stay less one day: short, ill, after a fall.
            days: [3.0, 6.0, 9.0].map(|mean| {
                let ratio = mean / (mean + 1.0);
                Cumulative::new(
                    &(0..60)
                        .map(|k| libm::pow(ratio, f64::from(k)))
                        .collect::<Vec<_>>(),
                )
            }),
            primary: KOMMUN
                .iter()
                .map(|k| {
                    let centres = 1 + k.size / 9000;
                    (1..=centres)
                        .map(|n| match centres {
                            1 => format!("Vårdcentral {}", k.name),
                            _ => format!("Vårdcentral {} {n}", k.name),
                        })
                        .collect()
                })
                .collect(),
        }
    }
}

/// A contact before it is written.
#[derive(Clone, Copy)]
pub(super) struct Contact {
    pub(super) day: i32,
    pub(super) kind: u8,
    pub(super) chapter: u8,
    pub(super) days: u8,
    /// Cost in öre, before the level of the year.
    pub(super) ore: u64,
}

/// Everything the region did for a person during a stay within a year.
pub(super) fn draw_contacts(
    person: &Person,
    index: usize,
    stay: (i32, i32),
    tables: &Tables,
    s: &mut Stream,
    contacts: &mut Vec<Contact>,
) {
    let year = YEARS[index];
    let age = person.age(year);
    let state = &person.years[index];
    let first = first_day(year);
    let length = (last_day(year) - first + 1) as u32;
    if state.health > 0 {
        let health = usize::from(state.health) - 1;
        for _ in 0..tables.number[health].draw(s) {
            let kind = tables.kinds[health].draw(s);
            let day = first + s.below(length) as i32;
            // Drawn over the whole year and kept when the person was here: so
            // short stays have few contacts.
            if day < stay.0 || day > stay.1 {
                continue;
            }
            let mut chapter = tables.diagnoses.draw(age, person.chapter, s);
            if kind == INPATIENT && chapter == INJURY && age >= ELDERLY {
                chapter = SYMPTOMS;
            }
            let days = match (kind, health) {
                (INPATIENT, 0 | 1) => 1 + tables.days[0].draw(s),
                (INPATIENT, _) => 1 + tables.days[1].draw(s),
                _ => 0,
            };
            let day = if kind == EMERGENCY || kind == INPATIENT {
                day
            } else {
                working_day(day, stay)
            };
            contacts.push(contact(day, kind, chapter, days, stay, tables, s));
        }
    }
    if state.fall > 0 {
        let day = first + i32::from(state.fall) - 1;
        if day >= stay.0 && day <= stay.1 {
            let days = 1 + tables.days[2].draw(s);
            contacts.push(contact(day, EMERGENCY, INJURY, 0, stay, tables, s));
            contacts.push(contact(day, INPATIENT, INJURY, days, stay, tables, s));
            let check = working_day(day + 42, stay);
            if check <= stay.1 && day + 42 <= last_day(year) {
                contacts.push(contact(check, SPECIALIST, INJURY, 0, stay, tables, s));
            }
        }
    }
}

/// The Friday before, for a weekend within the stay.
fn working_day(day: i32, stay: (i32, i32)) -> i32 {
    let friday = day - (weekday(day) as i32 - 4).max(0);
    if friday < stay.0 { day } else { friday }
}

fn contact(
    day: i32,
    kind: usize,
    chapter: u8,
    days: usize,
    stay: (i32, i32),
    tables: &Tables,
    s: &mut Stream,
) -> Contact {
    // Nobody is in hospital longer than they live here; a stay may go on into
    // the next year.
    let end = if stay.1 == last_day(civil(day).0) {
        i32::MAX
    } else {
        stay.1
    };
    let days = (days as i32).min(end.saturating_sub(day).max(1)) as u8;
    let kronor = KINDS[kind].kronor;
    let cost = match kind {
        INPATIENT => 22_000.0 + kronor * f64::from(days.max(1)),
        _ => kronor,
    };
    Contact {
        day,
        kind: kind as u8,
        chapter,
        days: if kind == INPATIENT { days } else { 0 },
        ore: (cost * tables.cost.draw(s) * 100.0) as u64,
    }
}
