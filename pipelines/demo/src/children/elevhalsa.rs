//! `elevhalsa`: the health talks of pupil health in year F, 4, 8 and the first
//! of upper secondary school, one file a school year.

use super::{Children, nobody, school};
use crate::calendar::{day_number, iso, weekday};
use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::person_number::broken;
use crate::places::KOMMUN;
use crate::random::StreamFamily;
use crate::sink::{Sink, windows_1252};
use crate::summary::Fault;
use crate::truths::{ABSENT_BY_WORRY, WORRIED_IN_YEAR_8, YEARS};

pub(crate) struct Elevhalsa;

const HEADER: &str = "Personnummer;Läsår;Kommun;Skola;Årskurs;Kön;Datum;Hälsa;Oro;Sömn;Trivsel;Frånvaro\r\n";

/// School years, from the autumn in the register's first year to that of the last but one.
const SCHOOL_YEARS: usize = YEARS.len() - 1;

/// Age at the end of the autumn's year, the year at school, and how common worry is
/// among boys and girls beside year 8.
const GRADES: [(i32, &str, f64); 4] = [(6, "F", 0.25), (10, "4", 0.55), (14, "8", 1.0), (16, "Gy1", 1.1)];

/// Share of the pupils who have their talk.
const TALKS: f64 = 0.91;

impl Delivery for Elevhalsa {
    fn jobs(&self) -> Vec<Job> {
        (0..SCHOOL_YEARS)
            .map(|index| Job {
                dataset: "elevhalsa",
                file: format!("elevhalsa_{}_{}.csv", YEARS[index], YEARS[index] + 1),
                weight: 30,
                write: Box::new(move |world, sink| write(world, index, sink)),
            })
            .collect()
    }
}

struct Row {
    number: [u8; 12],
    autumn: i32,
    kommun: usize,
    school: String,
    grade: &'static str,
    male: bool,
    date: String,
    /// Health, worry, sleep, well-being at school: 1–5, 9 not answered.
    answers: [u32; 4],
    /// Per cent of the autumn; 999 when nobody reported it.
    absence: u32,
}

impl Row {
    fn line(&self) -> Vec<u8> {
        let number = String::from_utf8_lossy(&self.number);
        let [health, worry, sleep, school] = self.answers;
        windows_1252(&format!(
            "{}-{};{}/{};{};{};{};{};{};{health};{worry};{sleep};{school};{}\r\n",
            &number[..8],
            &number[8..],
            self.autumn,
            self.autumn + 1,
            KOMMUN[self.kommun].code,
            self.school,
            self.grade,
            if self.male { 1 } else { 2 },
            self.date,
            self.absence
        ))
    }
}

fn write(world: &World, index: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let autumn = YEARS[index];
    let children = Children::new(world.options.seed);
    let streams = StreamFamily::new(world.options.seed, "elevhälsa");
    sink.text().extend(windows_1252(HEADER));
    for &who in &world.population.young {
        let person = &world.population.people[who as usize];
        let age = person.age(autumn);
        let Some((_, grade, part)) = GRADES.iter().find(|(of, ..)| *of == age) else {
            continue;
        };
        let s = &mut streams.stream(u64::from(who) * 8 + index as u64);
        // From the middle of September, and no talk at Christmas or in a weekend.
        let mut day = day_number(autumn, 9, 10) + s.below(95) as i32 + if s.chance(0.55) { 123 } else { 0 };
        day -= (weekday(day) as i32 - 4).max(0);
        let here = [index, index + 1].iter().any(|&at| {
            person
                .stay(YEARS[at])
                .is_some_and(|(from, to)| (from..=to).contains(&day))
        });
        if !here || !s.chance(TALKS) {
            continue;
        }
        let kommun = usize::from(person.kommun[index]);
        let worry = WORRIED_IN_YEAR_8[usize::from(!person.male)][index] * part;
        let mind = children.child(who).mind;
        let worried = mind < worry;
        let mut answer = |low: bool| match (s.chance(0.02), low) {
            (true, _) => 9,
            (_, true) => 4 + u32::from(s.chance(0.35)),
            (_, false) => 1 + s.below(3),
        };
        let answers = [
            answer(mind < worry * 0.5),
            // Whether somebody is worried is always asked.
            if worried {
                4 + u32::from(mind < worry * 0.3)
            } else {
                1 + (mind * 3.0) as u32
            },
            answer((worry * 0.4..worry * 1.15).contains(&mind)),
            answer(mind < worry * 0.35),
        ];
        let absent = s.chance(ABSENT_BY_WORRY[usize::from(worried)]);
        let row = Row {
            number: person.number,
            autumn,
            kommun,
            school: school(person, kommun, age >= 16, s),
            grade,
            male: person.male,
            date: String::from_utf8_lossy(&iso(day)).into_owned(),
            answers,
            absence: match (s.chance(0.03), absent) {
                (true, _) => 999,
                (_, true) => 15 + s.below(40),
                (_, false) => s.below(15),
            },
        };
        sink.row(|out| out.extend(row.line()))?;
        if let Some(n) = sink.fault_due() {
            faulty(sink, row, age, n)?;
        }
    }
    Ok(())
}

/// A row with one fault, of a pupil that nobody is.
fn faulty(sink: &mut Sink, row: Row, age: i32, n: usize) -> Result<(), DemoError> {
    let number = nobody(row.autumn, age, n);
    let (fault, row) = match n % 4 {
        0 => {
            let number = broken(&number);
            (Fault::PersonNumber, Row { number, ..row })
        }
        1 => {
            let absence = 120;
            (
                Fault::Range,
                Row {
                    number,
                    absence,
                    ..row
                },
            )
        }
        2 => {
            let date = format!("{}-09-31", row.autumn);
            (Fault::Date, Row { number, date, ..row })
        }
        _ => {
            let grade = "11";
            (Fault::UnknownCode, Row { number, grade, ..row })
        }
    };
    sink.fault(fault, |out| out.extend(row.line()))
}
