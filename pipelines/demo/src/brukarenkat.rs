//! `brukarenkat` and `brukarenkat_utskick`: what users of home care, special
//! housing, daily activity and social services answered, without identity, and
//! how many were asked in each unit. None was made in 2021.

use std::collections::BTreeMap;

use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::places::KOMMUN;
use crate::random::StreamFamily;
use crate::sink::{Put, Sink, windows_1252};
use crate::summary::Fault;
use crate::truths::{
    ANSWERED_BY_RELATIVE, OUTSIDE_OF_UNIT, RELATIVES_LESS_POSITIVE, UNIT_PRAISED_FROM_INSIDE,
    USER_SURVEY_BREAK, USER_SURVEY_JUMP, YEARS,
};
use crate::units::{Service, Unit, name};

pub(crate) struct Brukarenkat;

/// The years of the register without a survey.
const NONE_IN: i32 = 2021;

/// Tab-separated with a byte-order mark, as survey tools export it.
const HEADER: &str = "\u{feff}Svarsnummer\tÅr\tKommun\tVerksamhet\tEnhet\tVem svarade?\tKön\tÅlder\t\
    Personalen bemöter mig väl\tJag känner mig trygg\tJag har förtroende för personalen\t\
    Jag får bestämma om det som är viktigt för mig\tMin situation har förbättrats\tDet viktigaste tas upp här\n";

const ASKED_HEADER: &str = "År;Kommun;Verksamhet;Enhet;Utskickade;Utskickade kvinnor;Utskickade 80 år och äldre;\
                            Inkomna svar\r\n";

impl Delivery for Brukarenkat {
    fn jobs(&self) -> Vec<Job> {
        let waves = YEARS.iter().enumerate().filter(|(_, year)| **year != NONE_IN);
        waves
            .flat_map(|(index, year)| {
                let job =
                    |dataset, extension, write: fn(&World, usize, &mut Sink) -> Result<(), DemoError>| Job {
                        dataset,
                        file: format!("{dataset}_{year}.{extension}"),
                        weight: 20,
                        write: Box::new(move |world, sink| write(world, index, sink)),
                    };
                [
                    job("brukarenkat", "tsv", answers),
                    job("brukarenkat_utskick", "csv", asked),
                ]
            })
            .collect()
    }
}

/// A user who was asked, and the answer if there is one.
struct Asked {
    unit: Unit,
    male: bool,
    age: i32,
    answer: Option<[u32; 7]>,
}

/// Everybody who was asked one year.
fn survey(world: &World, index: usize) -> Vec<Asked> {
    let year = YEARS[index];
    let streams = StreamFamily::new(world.options.seed, "brukarenkät");
    let mut all = Vec::new();
    for (kommun, served) in world.population.served[index].iter().enumerate() {
        for &who in served {
            let person = &world.population.people[who as usize];
            let age = person.age(year);
            let service = Service::of(person, index, age).filter(|_| person.resident_at_end(year));
            let Some(service) = service else {
                continue;
            };
            let number = 1 + (person.birth.unsigned_abs() / 3) % service.units(kommun);
            let mut asked = Asked {
                unit: (service, kommun, number),
                male: person.male,
                age,
                answer: None,
            };
            let s = &mut streams.stream(u64::from(who) * 8 + index as u64);
            let response = match service {
                Service::HomeCare if age >= 90 => 0.50,
                Service::HomeCare => 0.63,
                Service::SpecialHousing => 0.45,
                Service::DailyActivity => 0.66,
                Service::SocialServices => 0.31,
            };
            if s.chance(response) {
                asked.answer = Some(answer(&asked, year, s));
            }
            all.push(asked);
        }
    }
    all
}

/// Who answered (1 the user, 2 a relative, 3 both, 9 not said), then respect,
/// safety, trust, say, better situation (social services only, else 0) and
/// what matters is asked: 1–5, 9 no opinion.
fn answer(asked: &Asked, year: i32, s: &mut crate::random::Stream) -> [u32; 7] {
    let (service, ..) = asked.unit;
    let [relative, together] = match service {
        Service::HomeCare => [ANSWERED_BY_RELATIVE[0], 0.17],
        Service::SpecialHousing => [ANSWERED_BY_RELATIVE[1], 0.19],
        Service::DailyActivity => [0.06, 0.44],
        Service::SocialServices => [0.0, 0.04],
    };
    let who = match s.unit() {
        u if u < 0.03 => 9,
        u if u < 0.03 + relative => 2,
        u if u < 0.03 + relative + together => 3,
        _ => 1,
    };
    let level = match service {
        _ if name(asked.unit) == UNIT_PRAISED_FROM_INSIDE => OUTSIDE_OF_UNIT,
        Service::HomeCare => 0.93,
        Service::SpecialHousing => 0.92,
        Service::DailyActivity => 0.84,
        Service::SocialServices => 0.80,
    };
    let elderly = matches!(service, Service::HomeCare | Service::SpecialHousing);
    let jump = if elderly && year >= USER_SURVEY_BREAK {
        USER_SURVEY_JUMP / 100.0
    } else {
        0.0
    };
    let level = level + jump - if who == 2 { RELATIVES_LESS_POSITIVE } else { 0.0 };
    let mut scale = |more: f64| match (s.chance(0.02), s.chance((level + more).clamp(0.05, 0.98))) {
        (true, _) => 9,
        (_, true) => 4 + u32::from(s.chance(0.6)),
        (_, false) => 1 + s.below(3),
    };
    let better = scale(-0.05);
    [
        who,
        scale(0.03),
        scale(0.0),
        scale(-0.03),
        scale(-0.08),
        if service == Service::SocialServices {
            better
        } else {
            0
        },
        scale(-0.16),
    ]
}

fn answers(world: &World, index: usize, sink: &mut Sink) -> Result<(), DemoError> {
    sink.text().put(HEADER.as_bytes());
    let mut number = 0;
    for asked in survey(world, index) {
        let Some(given) = asked.answer else {
            continue;
        };
        number += 1;
        sink.row(|out| put(out, number, YEARS[index], &asked, given))?;
        if let Some(n) = sink.fault_due() {
            let mut given = given;
            let fault = if n.is_multiple_of(2) {
                given[0] = 5;
                Fault::UnknownCode
            } else {
                given[2] = 10;
                Fault::Range
            };
            sink.fault(fault, |out| put(out, 900_000 + n, YEARS[index], &asked, given))?;
        }
    }
    Ok(())
}

fn put(out: &mut Vec<u8>, number: usize, year: i32, asked: &Asked, given: [u32; 7]) {
    let (service, kommun, _) = asked.unit;
    let age = match asked.age {
        ..30 => "-29",
        30..65 => "30-64",
        65..80 => "65-79",
        80..90 => "80-89",
        _ => "90-",
    };
    let [who, scales @ ..] = given;
    let scales = scales.map(|scale| {
        if scale == 0 {
            String::new()
        } else {
            scale.to_string()
        }
    });
    out.put(
        format!(
            "{number}\t{year}\t{}\t{}\t{}\t{who}\t{}\t{age}\t{}\n",
            KOMMUN[kommun].code,
            service.code(),
            name(asked.unit),
            if asked.male { "Man" } else { "Kvinna" },
            scales.join("\t")
        )
        .as_bytes(),
    );
}

fn asked(world: &World, index: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let mut units: BTreeMap<Unit, [u32; 4]> = BTreeMap::new();
    for asked in survey(world, index) {
        let counts = units.entry(asked.unit).or_default();
        counts[0] += 1;
        counts[1] += u32::from(!asked.male);
        counts[2] += u32::from(asked.age >= 80);
        counts[3] += u32::from(asked.answer.is_some());
    }
    sink.text().extend(windows_1252(ASKED_HEADER));
    for (unit, counts) in &units {
        let (service, kommun, _) = *unit;
        let line = format!(
            "{};{};{};{};{}\r\n",
            YEARS[index],
            KOMMUN[kommun].code,
            service.code(),
            name(*unit),
            counts.map(|n| n.to_string()).join(";")
        );
        sink.row(|out| out.extend(windows_1252(&line)))?;
    }
    Ok(())
}
