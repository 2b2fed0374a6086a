//! `kommunvard`: what each municipality gives its residents, one file per
//! municipality and year, a row per person, month and service.

use crate::calendar::month_span;
use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::person_number::broken;
use crate::places::{KOMMUN, KOMMUNER};
use crate::population::{Care, Person, Support};
use crate::random::{Factors, Stream};
use crate::sink::{Put, Sink, windows_1252};
use crate::summary::Fault;
use crate::truths::YEARS;

pub(crate) struct Kommunvard;

const HEADER: &str = "personnummer;kommun;år;månad;tjänst;mängd;enhet\r\n";

/// Share of the months of home care without any (in hospital, away): code 888.
const NOT_APPLICABLE: f64 = 0.012;
/// Share of the months of home care that nobody reported: code 999.
const NOT_REPORTED: f64 = 0.008;

/// An amount, in hundredths of its unit, or a code instead of one.
#[derive(Clone, Copy)]
enum Amount {
    Hundredths(u64),
    Code(&'static str),
}

/// Services and units in Windows-1252, so that a row only copies bytes.
struct Words {
    home_care: Vec<u8>,
    special_housing: Vec<u8>,
    short_stay: Vec<u8>,
    support: Vec<u8>,
    social: Vec<u8>,
    hours: Vec<u8>,
    days: Vec<u8>,
    months: Vec<u8>,
}

impl Words {
    fn new() -> Self {
        Self {
            home_care: windows_1252("Hemtjänst"),
            special_housing: windows_1252("Särskilt boende"),
            short_stay: windows_1252("Korttidsboende"),
            support: windows_1252("LSS"),
            social: windows_1252("Individ- och familjeomsorg"),
            hours: windows_1252("timmar"),
            days: windows_1252("dygn"),
            months: windows_1252("månader"),
        }
    }
}

struct Row<'a> {
    number: &'a [u8; 12],
    kommun: &'a str,
    year: i32,
    month: u32,
    service: &'a [u8],
    amount: Amount,
    unit: &'a [u8],
}

impl Row<'_> {
    fn put(&self, out: &mut Vec<u8>) {
        put_number(out, self.number, self.year);
        out.push(b';');
        out.put(self.kommun.as_bytes());
        out.push(b';');
        out.put_int(self.year as u64);
        out.push(b';');
        out.put_int(u64::from(self.month));
        out.push(b';');
        out.put(self.service);
        out.push(b';');
        match self.amount {
            Amount::Hundredths(n) => out.put_hundredths(n),
            Amount::Code(code) => out.put(code.as_bytes()),
        }
        out.push(b';');
        out.put(self.unit);
        out.put(b"\r\n");
    }
}

/// Municipalities write `YYMMDD-NNNN`, with `+` from the year of 100; in full
/// when the century could be mistaken whenever the file is read.
fn put_number(out: &mut Vec<u8>, number: &[u8; 12], year: i32) {
    let born = number[..4].iter().fold(0, |n, b| n * 10 + i32::from(b - b'0'));
    let separator = if year - born >= 100 { b'+' } else { b'-' };
    if separator == b'-' && !(1940..2000).contains(&born) {
        out.put_person(number);
    } else {
        out.put(&number[2..8]);
        out.push(separator);
        out.put(&number[8..]);
    }
}

impl Delivery for Kommunvard {
    fn jobs(&self) -> Vec<Job> {
        let mut jobs = Vec::new();
        for (index, year) in YEARS.iter().enumerate() {
            for (kommun, place) in KOMMUN.iter().enumerate() {
                jobs.push(Job {
                    dataset: "kommunvard",
                    file: format!("kommunvard_{}_{year}.csv", place.code),
                    weight: place.size / 1000,
                    write: Box::new(move |world, sink| write(world, index, kommun, sink)),
                });
            }
        }
        jobs
    }
}

fn write(world: &World, index: usize, kommun: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let words = Words::new();
    let noise = Factors::new(0.15);
    let stream = (index * KOMMUNER + kommun) as u64;
    let mut s = Stream::new(world.options.seed, "kommunvard", stream);
    let year = YEARS[index];
    sink.text().put(&windows_1252(HEADER));
    for &who in &world.population.served[index][kommun] {
        let person = &world.population.people[who as usize];
        let Some(stay) = person.stay(year) else {
            continue;
        };
        for month in 1..=12 {
            let (first, last) = month_span(year, month);
            let days = stay.1.min(last) - stay.0.max(first) + 1;
            if days <= 0 {
                continue;
            }
            let here = Month {
                number: month,
                days: days as u64,
                part: f64::from(days) / f64::from(last - first + 1),
            };
            for service in services(person, index, here, &words, &noise, &mut s)
                .into_iter()
                .flatten()
            {
                let (service, unit, amount) = service;
                let row = Row {
                    number: &person.number,
                    kommun: KOMMUN[kommun].code,
                    year,
                    month,
                    service,
                    amount,
                    unit,
                };
                sink.row(|out| row.put(out))?;
                if let Some(n) = sink.fault_due() {
                    faulty(sink, &row, n)?;
                }
            }
        }
    }
    Ok(())
}

type Service<'a> = (&'a [u8], &'a [u8], Amount);

/// How much of a month somebody lives here.
#[derive(Clone, Copy)]
struct Month {
    number: u32,
    days: u64,
    /// The same as a share of the month.
    part: f64,
}

/// What a person has in a month: care, a short stay, support, social services.
fn services<'a>(
    person: &Person,
    index: usize,
    here: Month,
    words: &'a Words,
    noise: &Factors,
    s: &mut Stream,
) -> [Option<Service<'a>>; 4] {
    let state = &person.years[index];
    let age = person.age(YEARS[index]);
    let care = if here.number < u32::from(state.care_from) {
        state.care_before
    } else {
        state.care
    };
    let in_days = |days: u64| Amount::Hundredths(days * 100);
    let during = |from: u8, months: u8| {
        let from = u32::from(from);
        here.number >= from && here.number < from + u32::from(months)
    };
    let care = match care {
        Care::None => None,
        Care::AtHome => {
            let amount = match s.unit() {
                u if u < NOT_APPLICABLE => Amount::Code("888"),
                u if u < NOT_APPLICABLE + NOT_REPORTED => Amount::Code("999"),
                _ => {
                    let hours = f64::from(state.hours) / 10.0 * noise.draw(s) * here.part;
                    // Quarters of an hour.
                    Amount::Hundredths(((hours * 4.0) as u64 + 1) * 25)
                }
            };
            Some((&*words.home_care, &*words.hours, amount))
        }
        Care::RoundTheClock => Some((&*words.home_care, &*words.hours, Amount::Code("777"))),
        Care::SpecialHousing => Some((&*words.special_housing, &*words.days, in_days(here.days))),
    };
    let short_stay = (care.is_some() && during(state.short_stay_from, state.short_stay_months)).then(|| {
        let nights = u64::from(5 + s.below(18)).min(here.days);
        (&*words.short_stay, &*words.days, in_days(nights))
    });
    let support = match person.support {
        Support::DailyActivity if age >= 20 => {
            Some((&*words.support, &*words.months, Amount::Hundredths(100)))
        }
        Support::Housing if age >= 20 => Some((&*words.support, &*words.days, in_days(here.days))),
        _ => None,
    };
    let social = during(state.social_from, state.social_months).then_some(if state.placed {
        (&*words.social, &*words.days, in_days(here.days))
    } else {
        (&*words.social, &*words.months, Amount::Hundredths(100))
    });
    [care, short_stay, support, social]
}

/// A row with one fault.
fn faulty(sink: &mut Sink, row: &Row<'_>, n: usize) -> Result<(), DemoError> {
    match n % 4 {
        0 => {
            let number = &broken(row.number);
            sink.fault(Fault::PersonNumber, |o| Row { number, ..*row }.put(o))
        }
        1 => {
            let service = b"Fixartj\xe4nst";
            sink.fault(Fault::UnknownCode, |o| Row { service, ..*row }.put(o))
        }
        2 => sink.fault(Fault::Range, |o| Row { month: 13, ..*row }.put(o)),
        _ => {
            let amount = Amount::Hundredths(80_000);
            sink.fault(Fault::Range, |o| Row { amount, ..*row }.put(o))
        }
    }
}
