//! `regionvard`: the region's contacts with patients, one file a year.

mod contacts;

use crate::calendar::{first_day, iso, last_day};
use crate::delivery::{Delivery, Job, World};
use crate::diagnosis::CHAPTERS;
use crate::error::DemoError;
use crate::person_number::broken;
use crate::places::KOMMUNER;
use crate::random::Stream;
use crate::sink::{Put, Sink};
use crate::summary::Fault;
use crate::truths::YEARS;

use contacts::{Contact, KINDS, Tables, draw_contacts};

pub(crate) struct Regionvard;

const HEADER: &str = "personnummer;datum;kontakttyp;vardniva;enhet;diagnoskapitel;vardtid;kostnad\n";

/// Factor that brings the costs of the contacts to the level of 2019.
const COST_LEVEL: f64 = 1.05;

/// Yearly growth of the region's costs.
const PRICE_GROWTH: f64 = 1.02;

/// The hospitals and who goes where: municipality index → hospital.
const HOSPITALS: [&str; 3] = [
    "Centralsjukhuset Karlstad",
    "Sjukhuset Arvika",
    "Sjukhuset Torsby",
];
const HOSPITAL_OF: [u8; KOMMUNER] = [0, 1, 2, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 2, 1, 0];

struct Row<'a> {
    number: &'a [u8; 12],
    date: &'a [u8],
    kind: &'a str,
    level: u8,
    unit: &'a str,
    chapter: &'a str,
    days: u64,
    cost: u64,
}

impl Row<'_> {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        out.put_person(self.number);
        out.push(b';');
        out.put(self.date);
        out.push(b';');
        out.put(self.kind.as_bytes());
        out.put(&[b';', b'0' + self.level, b';']);
        out.put(self.unit.as_bytes());
        out.push(b';');
        out.put(self.chapter.as_bytes());
        out.push(b';');
        out.put_int(self.days);
        out.push(b';');
        out.put_hundredths(self.cost);
        out.push(b'\n');
    }
}

impl Delivery for Regionvard {
    fn jobs(&self) -> Vec<Job> {
        (0..YEARS.len())
            .map(|index| Job {
                dataset: "regionvard",
                file: format!("regionvard_{}.csv", YEARS[index]),
                weight: 1000,
                write: Box::new(move |world, sink| write(world, index, sink)),
            })
            .collect()
    }
}

fn write(world: &World, index: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let year = YEARS[index];
    let tables = Tables::new();
    let s = &mut Stream::new(world.options.seed, "regionvard", index as u64);
    let first = first_day(year);
    let dates: Vec<[u8; 10]> = (first..=last_day(year)).map(iso).collect();
    let prices = COST_LEVEL * libm::pow(PRICE_GROWTH, index as f64);
    sink.text().put(HEADER.as_bytes());
    let mut contacts: Vec<Contact> = Vec::new();
    for person in &world.population.people {
        let Some(stay) = person.stay(year) else {
            continue;
        };
        contacts.clear();
        draw_contacts(person, index, stay, &tables, s, &mut contacts);
        contacts.sort_by_key(|c| c.day);
        let kommun = usize::from(person.kommun[index]);
        let centres = &tables.primary[kommun];
        let centre = person.birth.unsigned_abs() as usize % centres.len();
        for contact in &contacts {
            let kind = &KINDS[usize::from(contact.kind)];
            let row = Row {
                number: &person.number,
                date: &dates[(contact.day - first) as usize],
                kind: kind.name,
                level: kind.level,
                unit: if kind.level == 1 {
                    &centres[centre]
                } else {
                    HOSPITALS[usize::from(HOSPITAL_OF[kommun])]
                },
                chapter: CHAPTERS[usize::from(contact.chapter)],
                days: u64::from(contact.days),
                cost: (contact.ore as f64 * prices) as u64,
            };
            sink.row(|out| row.put(out))?;
            if let Some(n) = sink.fault_due() {
                faulty(sink, row, year, n)?;
            }
        }
    }
    Ok(())
}

/// A row with one fault.
fn faulty(sink: &mut Sink, row: Row<'_>, year: i32, n: usize) -> Result<(), DemoError> {
    match n % 6 {
        0 => {
            let number = &broken(row.number);
            sink.fault(Fault::PersonNumber, |o| Row { number, ..row }.put(o))
        }
        1 => sink.fault(Fault::UnknownCode, |o| Row { level: 9, ..row }.put(o)),
        2 => {
            let date = format!("{year}-11-31");
            let date = date.as_bytes();
            sink.fault(Fault::Date, |o| Row { date, ..row }.put(o))
        }
        3 => sink.fault(Fault::Range, |o| Row { days: 9999, ..row }.put(o)),
        4 => sink.fault(Fault::Missing, |o| Row { date: b"", ..row }.put(o)),
        _ => {
            // No such year and month, as when a column is cut in the wrong place.
            let number = b"008099991234";
            sink.fault(Fault::PersonNumber, |o| Row { number, ..row }.put(o))
        }
    }
}
