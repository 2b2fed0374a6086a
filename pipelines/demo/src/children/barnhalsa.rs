//! `barnhalsa`: visits to child health care (BVC) at eight months, three and
//! four years, one file a year.

use super::{Children, Visit, Visited, nobody};
use crate::calendar::iso;
use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::person_number::broken;
use crate::places::KOMMUN;
use crate::random::Stream;
use crate::sink::{Sink, windows_1252};
use crate::summary::Fault;
use crate::truths::YEARS;

pub(crate) struct Barnhalsa;

const HEADER: &str =
    "personnummer;kön;kommun;BVC;besök;datum;vikt;längd;viktklass;rökning i hemmet;språk\r\n";

impl Delivery for Barnhalsa {
    fn jobs(&self) -> Vec<Job> {
        (0..YEARS.len())
            .map(|index| Job {
                dataset: "barnhalsa",
                file: format!("barnhalsa_{}.csv", YEARS[index]),
                weight: 30,
                write: Box::new(move |world, sink| write(world, index, sink)),
            })
            .collect()
    }
}

struct Row<'a> {
    number: [u8; 12],
    sex: &'a str,
    kommun: usize,
    visit: &'a Visit,
    date: String,
    /// Grams and millimetres.
    body: (u32, u32),
    word: Option<&'a str>,
}

impl Row<'_> {
    fn line(&self) -> Vec<u8> {
        let number = String::from_utf8_lossy(&self.number);
        let place = &KOMMUN[self.kommun];
        let found = self.visit.found.map_or("9".to_owned(), |code| code.to_string());
        let found = self.word.unwrap_or(&found);
        let (kind, found) = match self.visit.kind {
            Visited::EightMonths => ("8 mån", [";", found, ";"]),
            Visited::ThreeYears => ("3 år", [";", ";", found]),
            Visited::FourYears => ("4 år", [found, ";", ";"]),
        };
        let (grams, millimetres) = self.body;
        windows_1252(&format!(
            "{}-{};{};{};BVC {};{kind};{};{},{:02};{},{};{}\r\n",
            &number[..8],
            &number[8..],
            self.sex,
            place.code,
            place.name,
            self.date,
            grams / 1000,
            grams % 1000 / 10,
            millimetres / 10,
            millimetres % 10,
            found.concat()
        ))
    }
}

fn write(world: &World, index: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let children = Children::new(world.options.seed);
    let s = &mut Stream::new(world.options.seed, "barnhälsa kropp", index as u64);
    sink.text().extend(windows_1252(HEADER));
    let mut result = Ok(());
    children.visits(world, index, |_, person, visit| {
        if result.is_err() {
            return;
        }
        let date = String::from_utf8_lossy(&iso(visit.day)).into_owned();
        let row = Row {
            number: person.number,
            sex: if person.male { "P" } else { "F" },
            kommun: usize::from(person.kommun[index]),
            body: body(&visit, person.male, s),
            visit: &visit,
            date,
            word: None,
        };
        result = sink.row(|out| out.extend(row.line()));
        if let (Ok(()), Some(n)) = (&result, sink.fault_due()) {
            result = faulty(sink, &row, YEARS[index], n);
        }
    });
    result
}

/// Weight and height that go with the class of weight.
fn body(visit: &Visit, male: bool, s: &mut Stream) -> (u32, u32) {
    let more = if male { 1.01 } else { 0.99 };
    let (height, bmi) = match visit.kind {
        Visited::EightMonths => (710.0, 17.2),
        Visited::ThreeYears => (965.0, 15.9),
        Visited::FourYears => (1035.0, 15.7),
    };
    let height = height * more * (1.0 + 0.035 * s.normal().clamp(-2.5, 2.5));
    let place = s.unit();
    let bmi = match (visit.kind, visit.found) {
        (Visited::FourYears, Some(1)) => 13.0 + 0.7 * place,
        (Visited::FourYears, Some(3)) => 17.6 + 1.5 * place,
        (Visited::FourYears, Some(4)) => 19.5 + 3.0 * place,
        _ => bmi + 2.0 * (place - 0.5),
    };
    ((bmi * height * height / 1000.0) as u32, height as u32)
}

/// A row with one fault, of a child that nobody is.
fn faulty(sink: &mut Sink, row: &Row<'_>, year: i32, n: usize) -> Result<(), DemoError> {
    let number = nobody(year, 4, n);
    let date = row.date.clone();
    let stranger = Row { number, date, ..*row };
    let (fault, row) = match n % 3 {
        0 => {
            let number = broken(&stranger.number);
            (Fault::PersonNumber, Row { number, ..stranger })
        }
        1 => {
            // Metres instead of centimetres.
            let body = (row.body.0, 10);
            (Fault::Range, Row { body, ..stranger })
        }
        _ => {
            let word = Some("7");
            (Fault::UnknownCode, Row { word, ..stranger })
        }
    };
    sink.fault(fault, |out| out.extend(row.line()))
}
