//! `befolkning`: the population register, one file a year.

use crate::calendar::{iso, last_day};
use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::life::stranger;
use crate::marriage::Marriages;
use crate::person_number::{broken, compose};
use crate::places::KOMMUN;
use crate::population::{Departure, Person};
use crate::sink::{Put, Sink};
use crate::summary::Fault;
use crate::truths::YEARS;

pub(crate) struct Befolkning;

const HEADER: &str =
    "personnummer;ar;kommun;kon;alder;utbildning;status;statusdatum;civilstand;civilstandsdatum\n";

/// Birth numbers of the persons in faulty rows. The population never has them.
const STRANGERS: u32 = 970;

impl Delivery for Befolkning {
    fn jobs(&self) -> Vec<Job> {
        (0..YEARS.len())
            .map(|index| Job {
                dataset: "befolkning",
                file: format!("befolkning_{}.csv", YEARS[index]),
                weight: 300,
                write: Box::new(move |world, sink| write(world, index, sink)),
            })
            .collect()
    }
}

struct Row<'a> {
    number: [u8; 12],
    year: i32,
    kommun: &'a str,
    sex: &'a str,
    age: i32,
    education: &'a str,
    status: &'a str,
    date: &'a [u8],
    /// Marital status, and since when it is so if that is within the years.
    marital: &'static str,
    since: &'a [u8],
}

impl Row<'_> {
    fn put(&self, out: &mut Vec<u8>) {
        out.put(&self.number);
        out.push(b';');
        out.put_int(self.year as u64);
        out.push(b';');
        out.put(self.kommun.as_bytes());
        out.push(b';');
        out.put(self.sex.as_bytes());
        out.push(b';');
        if self.age < 0 {
            out.push(b'-');
        }
        out.put_int(u64::from(self.age.unsigned_abs()));
        out.push(b';');
        out.put(self.education.as_bytes());
        out.push(b';');
        out.put(self.status.as_bytes());
        out.push(b';');
        out.put(self.date);
        out.push(b';');
        out.put(self.marital.as_bytes());
        out.push(b';');
        out.put(self.since);
        out.push(b'\n');
    }
}

fn write(world: &World, index: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let year = YEARS[index];
    sink.text().put(HEADER.as_bytes());
    let marriages = Marriages::new(world.options.seed);
    for (who, person) in (0_u64..).zip(&world.population.people) {
        let Some((from, _)) = person.stay(year) else {
            continue;
        };
        let (status, day) = status(person, year, from);
        let date = day.map(iso);
        let age = person.age(year);
        let (marital, since) = marriages.status(who, person, index);
        let since = since.map(iso);
        let row = Row {
            number: person.number,
            year,
            kommun: KOMMUN[usize::from(person.kommun[index])].code,
            sex: if person.male { "1" } else { "2" },
            age,
            education: match (age >= 25, person.education) {
                (false, _) => "",
                (true, 0) => "1",
                (true, 1) => "2",
                (true, _) => "3",
            },
            status,
            date: date.as_ref().map_or(b"", |d| d.as_slice()),
            marital,
            since: since.as_ref().map_or(b"", |d| d.as_slice()),
        };
        sink.row(|out| row.put(out))?;
        if let Some(n) = sink.fault_due() {
            faulty(sink, row, year, n)?;
        }
    }
    Ok(())
}

/// The state at the end of the year and when it began, if that was this year.
fn status(person: &Person, year: i32, from: i32) -> (&'static str, Option<i32>) {
    match person.departure {
        Some((day, how)) if day <= last_day(year) => match how {
            Departure::Died => ("D", Some(day)),
            Departure::Moved => ("U", Some(day)),
        },
        // A birth is no move.
        _ if person.arrival == Some(from) && person.birth != from => ("I", Some(from)),
        _ => ("B", None),
    }
}

/// A row with one fault. Its person is nobody in the population, so that the
/// fault is the row's only one, except in the duplicate.
fn faulty(sink: &mut Sink, row: Row<'_>, year: i32, n: usize) -> Result<(), DemoError> {
    let male = row.sex == "1";
    let birth = stranger(year, row.age.max(1), n as u32);
    let number = compose(birth, false, STRANGERS + u32::from(male) + 2 * (n as u32 % 4));
    let stranger = Row { number, ..row };
    match n % 6 {
        0 => {
            let number = broken(&number);
            sink.fault(Fault::PersonNumber, |o| Row { number, ..stranger }.put(o))
        }
        1 => {
            let kommun = "1799";
            sink.fault(Fault::UnknownCode, |o| Row { kommun, ..stranger }.put(o))
        }
        2 => {
            let date = format!("{year}-02-30");
            let (status, date) = ("D", date.as_bytes());
            sink.fault(Fault::Date, |o| {
                Row {
                    status,
                    date,
                    ..stranger
                }
                .put(o);
            })
        }
        3 => {
            let age = -1;
            sink.fault(Fault::Range, |o| Row { age, ..stranger }.put(o))
        }
        4 => sink.fault(Fault::Duplicate, |o| row.put(o)),
        _ => {
            let kommun = "";
            sink.fault(Fault::Missing, |o| Row { kommun, ..stranger }.put(o))
        }
    }
}
