//! `skolenkat`: answers of pupils in year 5, 9 and the second of upper
//! secondary school, without any identity, one file a wave. Every pupil is
//! asked; the weight makes up for those of a stratum who did not answer.

use std::collections::BTreeMap;

use crate::children::school;
use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::places::{KOMMUN, KOMMUNER};
use crate::random::Stream;
use crate::sink::{Sink, windows_1252};
use crate::summary::Fault;
use crate::truths::{BULLIED_BY_ECONOMY, LOW_MOOD_IN_YEAR_9, SCHOOL_WAVES, YEARS};

pub(crate) struct Skolenkat;

const HEADER: &str = "Respondent;År;Kommun;Skola;Årskurs;Stratum;Elever i stratum;Vikt;Kön;\
    Hur god ekonomi har din familj?;Jag känner mig trygg i skolan;\
    Mina lärare hjälper mig när jag behöver det;Skolarbetet gör mig nyfiken;\
    Hur ofta har du blivit mobbad i år?;Hur ofta har du känt dig nedstämd det senaste halvåret?;\
    Sömn en vanlig skolnatt (timmar);Snusar eller röker du?\r\n";

/// Age at the end of the year, the year at school, share that answers, and
/// how the low mood compares with year 9's.
const GRADES: [(i32, &str, f64, f64); 3] = [
    (11, "5", 0.86, 0.40),
    (15, "9", 0.78, 1.0),
    (17, "Gy2", 0.69, 1.05),
];

impl Delivery for Skolenkat {
    fn jobs(&self) -> Vec<Job> {
        (0..SCHOOL_WAVES.len())
            .map(|wave| Job {
                dataset: "skolenkat",
                file: format!("skolenkat_{}.csv", SCHOOL_WAVES[wave]),
                weight: 20,
                write: Box::new(move |world, sink| write(world, wave, sink)),
            })
            .collect()
    }
}

/// What a pupil answered, in the order of the header.
#[derive(Clone)]
struct Answer {
    school: String,
    /// Sex 1–3, economy, safe, help, curious, bullied, low mood.
    codes: [u32; 7],
    /// Halves of an hour; none when it was left out (99).
    sleep: Option<u32>,
    tobacco: u32,
}

fn write(world: &World, wave: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let year = SCHOOL_WAVES[wave];
    let index = YEARS.iter().position(|&of| of == year).unwrap_or(0);
    let s = &mut Stream::new(world.options.seed, "skolenkät", wave as u64);
    let mut strata: BTreeMap<usize, (u32, Vec<Answer>)> = BTreeMap::new();
    for &who in &world.population.young {
        let person = &world.population.people[who as usize];
        let grade = GRADES.iter().position(|(age, ..)| *age == person.age(year));
        let Some(grade) = grade.filter(|_| person.resident_at_end(year)) else {
            continue;
        };
        let kommun = usize::from(person.kommun[index]);
        let stratum = strata.entry(grade * KOMMUNER + kommun).or_default();
        stratum.0 += 1;
        if s.chance(GRADES[grade].2) {
            let school = school(person, kommun, grade == 2, s);
            stratum.1.push(answer(school, person.male, wave, grade, s));
        }
    }
    sink.text().extend(windows_1252(HEADER));
    let mut number = 0;
    for (stratum, (pupils, answers)) in &strata {
        for answer in answers {
            number += 1;
            let place = (number, year, *stratum, *pupils, answers.len());
            sink.row(|out| out.extend(line(place, answer)))?;
            if let Some(n) = sink.fault_due() {
                let place = (900_000 + n, year, *stratum, *pupils, answers.len());
                faulty(sink, place, answer, n)?;
            }
        }
    }
    Ok(())
}

fn answer(school: String, male: bool, wave: usize, grade: usize, s: &mut Stream) -> Answer {
    let sex = if s.chance(0.015) { 3 } else { 2 - u32::from(male) };
    let economy = 1 + s.pick(&[0.62, 0.29, 0.09]) as u32;
    let low = LOW_MOOD_IN_YEAR_9[usize::from(!male)][wave] * GRADES[grade].3;
    let bullied = s.chance(BULLIED_BY_ECONOMY[economy as usize - 1]);
    let low = s.chance(low);
    let safe = if bullied { 0.62 } else { 0.90 };
    let mut scale = |good: f64| match s.chance(good) {
        true => 1 + u32::from(s.chance(0.45)),
        false => 3 + u32::from(s.chance(0.3)),
    };
    let opinions = [scale(safe), scale(0.91), scale([0.70, 0.55, 0.58][grade])];
    let mut codes = [
        sex,
        economy,
        opinions[0],
        opinions[1],
        opinions[2],
        if bullied { 2 + u32::from(s.chance(0.3)) } else { 1 },
        if low {
            3 + u32::from(s.chance(0.3))
        } else {
            1 + s.below(2)
        },
    ];
    for code in &mut codes[1..] {
        if s.chance(0.015) {
            *code = 9;
        }
    }
    let hours = [9.2, 7.6, 7.2][grade] - if low { 0.8 } else { 0.0 } + 0.9 * s.normal();
    Answer {
        school,
        codes,
        sleep: (!s.chance(0.02)).then(|| (hours.clamp(3.0, 12.0) * 2.0) as u32),
        tobacco: match grade {
            0 => 1,
            _ => 1 + s.pick(&[[0.86, 0.08, 0.06], [0.72, 0.12, 0.16]][grade - 1]) as u32,
        },
    }
}

type Place = (usize, i32, usize, u32, usize);

fn line((number, year, stratum, pupils, answers): Place, answer: &Answer) -> Vec<u8> {
    let kommun = KOMMUN[stratum % KOMMUNER].code;
    let grade = GRADES[stratum / KOMMUNER].1;
    let weight = u64::from(pupils) * 10_000 / answers.max(1) as u64;
    let codes = answer.codes.map(|code| code.to_string()).join(";");
    let sleep = answer.sleep.map_or("99".to_owned(), |halves| {
        format!("{},{}", halves / 2, halves % 2 * 5)
    });
    windows_1252(&format!(
        "{number};{year};{kommun};{};{grade};{};{pupils};{},{:04};{codes};{sleep};{}\r\n",
        answer.school,
        stratum + 1,
        weight / 10_000,
        weight % 10_000,
        answer.tobacco
    ))
}

/// A row with one fault and a number of its own.
fn faulty(sink: &mut Sink, place: Place, answer: &Answer, n: usize) -> Result<(), DemoError> {
    let mut answer = answer.clone();
    let fault = if n.is_multiple_of(2) {
        answer.codes[2] = 6;
        Fault::UnknownCode
    } else {
        // Minutes instead of hours.
        answer.sleep = Some(960);
        Fault::Range
    };
    sink.fault(fault, |out| out.extend(line(place, &answer)))
}
