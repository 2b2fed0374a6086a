//! `pcat`: what the staff of each unit answered to the 13 items of P-CAT, raw
//! (no item is turned here), one file a wave.

use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::places::{KOMMUN, KOMMUNER};
use crate::random::Stream;
use crate::sink::{Sink, windows_1252};
use crate::summary::Fault;
use crate::truths::{PCAT_REVERSED, PCAT_WAVES, UNIT_PRAISED_FROM_INSIDE};
use crate::units::{SERVICES, Service, Unit, name};

pub(crate) struct Pcat;

/// Lines above the header, as the form's tool writes them.
const HEAD: &str =
    "P-CAT, personalens svar\r\nSkala 1 (instämmer inte alls) – 5 (instämmer helt), 9 = ej svar\r\n";

const HEADER: &str = "Löpnr;År;Kommun;Verksamhet;Enhet;Yrke;Tillfrågade på enheten;P1;P2;P3;P4;P5;P6;P7;P8;P9;P10;\
                      P11;P12;P13\r\n";

/// How much of an item is the person's view of the unit, and how much its own:
/// the standard deviations that give the planted reliability.
const COMMON: f64 = 0.60;
const OWN: f64 = 0.88;

/// Share of the staff that answers.
const RESPONSE: f64 = 0.71;

impl Delivery for Pcat {
    fn jobs(&self) -> Vec<Job> {
        (0..PCAT_WAVES.len())
            .map(|wave| Job {
                dataset: "pcat",
                file: format!("pcat_{}.csv", PCAT_WAVES[wave]),
                weight: 5,
                write: Box::new(move |world, sink| write(world, wave, sink)),
            })
            .collect()
    }
}

/// The answer of one member of the staff.
struct Answer {
    number: usize,
    year: i32,
    unit: Unit,
    profession: usize,
    staff: u32,
    items: [u32; 13],
}

fn write(world: &World, wave: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let s = &mut Stream::new(world.options.seed, "pcat", wave as u64);
    sink.text().extend(windows_1252(HEAD));
    sink.text().extend(windows_1252(HEADER));
    let mut number = 0;
    for service in SERVICES {
        let (least, more, professions): (u32, u32, &[f64]) = match service {
            Service::HomeCare => (9, 24, &[0.62, 0.32, 0.06]),
            Service::SpecialHousing => (11, 30, &[0.66, 0.24, 0.10]),
            Service::DailyActivity => (4, 10, &[0.12, 0.08, 0.0, 0.80]),
            Service::SocialServices => continue,
        };
        for kommun in 0..KOMMUNER {
            for place in 1..=service.units(kommun) {
                let unit = (service, kommun, place);
                let staff = least + s.below(more);
                let of_unit = 0.25 * s.normal();
                let level = if name(unit) == UNIT_PRAISED_FROM_INSIDE {
                    1.0
                } else {
                    of_unit
                };
                for _ in 0..staff {
                    let profession = 1 + s.pick(professions);
                    let view = level + COMMON * s.normal();
                    let items = items(view, s);
                    if !s.chance(RESPONSE) {
                        continue;
                    }
                    number += 1;
                    let answer = Answer {
                        number,
                        year: PCAT_WAVES[wave],
                        unit,
                        profession,
                        staff,
                        items,
                    };
                    sink.row(|out| out.extend(answer.line()))?;
                    if let Some(n) = sink.fault_due() {
                        let mut items = items;
                        // Nobody can agree more than completely.
                        items[n % 13] = 6;
                        let number = 900_000 + n;
                        let answer = Answer {
                            number,
                            items,
                            ..answer
                        };
                        sink.fault(Fault::Range, |out| out.extend(answer.line()))?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// Answers of somebody with this view; a reversed item is answered the other way.
fn items(view: f64, s: &mut Stream) -> [u32; 13] {
    std::array::from_fn(|at| {
        let felt = (3.55 + view + OWN * s.normal()).clamp(1.0, 5.0) + 0.5;
        let felt = felt as u32;
        match (s.chance(0.012), PCAT_REVERSED.contains(&(at + 1))) {
            (true, _) => 9,
            (_, true) => 6 - felt.min(5),
            (_, false) => felt.min(5),
        }
    })
}

impl Answer {
    fn line(&self) -> Vec<u8> {
        let (service, kommun, _) = self.unit;
        windows_1252(&format!(
            "{};{};{};{};{};{};{};{}\r\n",
            self.number,
            self.year,
            KOMMUN[kommun].code,
            service.code(),
            name(self.unit),
            self.profession,
            self.staff,
            self.items.map(|item| item.to_string()).join(";")
        ))
    }
}
