//! `tandvard`: examinations of teeth at 3, 6, 12 and 19 years, one file a year.

use super::{Children, birthday, nobody};
use crate::calendar::civil;
use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::person_number::broken;
use crate::places::KOMMUN;
use crate::random::StreamFamily;
use crate::sink::{Put, Sink};
use crate::summary::Fault;
use crate::truths::YEARS;

pub(crate) struct Tandvard;

/// Tab-separated UTF-8 with a byte-order mark, as the journal exports it.
const HEADER: &str = "\u{feff}Personnr\tKön\tKommunkod\tKlinik\tUndersökningsdag\tÅlder\tKariesfri\tDFT\n";

const AGES: [i32; 4] = [3, 6, 12, 19];

/// Share of an age group that is examined.
const EXAMINED: f64 = 0.93;

impl Delivery for Tandvard {
    fn jobs(&self) -> Vec<Job> {
        (0..YEARS.len())
            .map(|index| Job {
                dataset: "tandvard",
                file: format!("tandvard_{}.txt", YEARS[index]),
                weight: 30,
                write: Box::new(move |world, sink| write(world, index, sink)),
            })
            .collect()
    }
}

#[derive(Clone, Copy)]
struct Row {
    number: [u8; 12],
    male: bool,
    kommun: usize,
    day: i32,
    age: i32,
    /// Decayed or filled teeth; 99 when nobody noted it.
    teeth: u32,
}

impl Row {
    fn put(&self, out: &mut Vec<u8>) {
        let (year, month, day) = civil(self.day);
        let place = &KOMMUN[self.kommun];
        let free = match self.teeth {
            0 => "Ja",
            99 => "",
            _ => "Nej",
        };
        out.put(&self.number);
        out.put(
            format!(
                "\t{}\t{}\tFolktandvården {}\t{year}{month:02}{day:02}\t{}\t{free}\t{}\n",
                if self.male { "M" } else { "K" },
                place.code,
                place.name,
                self.age,
                self.teeth
            )
            .as_bytes(),
        );
    }
}

fn write(world: &World, index: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let year = YEARS[index];
    let children = Children::new(world.options.seed);
    let streams = StreamFamily::new(world.options.seed, "tandvård");
    sink.text().put(HEADER.as_bytes());
    for &who in &world.population.young {
        let person = &world.population.people[who as usize];
        let age = person.age(year);
        if !AGES.contains(&age) {
            continue;
        }
        let s = &mut streams.stream(u64::from(who) * 8 + index as u64);
        let Some(day) = birthday(person, year, age, s.below(200)) else {
            continue;
        };
        let here = person
            .stay(year)
            .is_some_and(|(from, to)| (from..=to).contains(&day));
        if !here || !s.chance(EXAMINED) {
            continue;
        }
        let has = children.child(who).caries(age, person, index);
        let row = Row {
            number: person.number,
            male: person.male,
            kommun: usize::from(person.kommun[index]),
            day,
            age,
            teeth: match (s.chance(0.01), has) {
                (true, _) => 99,
                (_, true) => 1 + s.below(4) + s.below(3),
                (_, false) => 0,
            },
        };
        sink.row(|out| row.put(out))?;
        if let Some(n) = sink.fault_due() {
            faulty(sink, row, year, n)?;
        }
    }
    Ok(())
}

/// A row with one fault, of somebody that nobody is; or the same row again.
fn faulty(sink: &mut Sink, row: Row, year: i32, n: usize) -> Result<(), DemoError> {
    let number = nobody(year, row.age, n);
    let (fault, row) = match n % 3 {
        0 => (Fault::Duplicate, row),
        1 => (
            Fault::Range,
            Row {
                number,
                teeth: 44,
                ..row
            },
        ),
        _ => {
            let number = broken(&number);
            (Fault::PersonNumber, Row { number, ..row })
        }
    };
    sink.fault(fault, |out| row.put(out))
}
