//! `liv_halsa`: answers to the survey Liv & Hälsa, one file a wave.
//!
//! Residents aged 18–84 are stratified by municipality, sex and age group. The
//! answers of a stratum are a simple random sample of it except that people
//! with less education, and those born abroad, answer less often; the weight
//! (`N_h / n_h` times a factor for that, calibrated to sum to `N_h`) makes up
//! for it. Answers cannot be linked to persons in the other deliveries.

mod answers;
mod questions;
mod sample;

use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::places::KOMMUN;
use crate::random::Stream;
use crate::sink::{Put, Sink, windows_1252};
use crate::summary::Fault;
use crate::truths::WAVES;

use answers::Answers;
use questions::{BY_AGE, QUESTIONS};
use sample::{Respondent, sample};

pub(crate) struct LivHalsa;

/// Columns before the questions.
const BACKGROUND: &str =
    "löpnr;år;kommun;kön;ålder;åldersgrupp;utbildning;födelseland;stratum;stratumstorlek;vikt";

/// Columns after the questions.
const BODY: &str = "längd;kroppsvikt;bmi_klass";

impl Delivery for LivHalsa {
    fn jobs(&self) -> Vec<Job> {
        (0..WAVES.len())
            .map(|wave| Job {
                dataset: "liv_halsa",
                file: format!("liv_halsa_{}.csv", WAVES[wave]),
                weight: 40,
                write: Box::new(move |world, sink| write(world, wave, sink)),
            })
            .collect()
    }
}

fn header() -> String {
    let questions = QUESTIONS.iter().map(|q| q.column);
    let by_age = BY_AGE.iter().map(|q| q.column);
    let mut header = BACKGROUND.to_owned();
    for column in questions.chain(by_age) {
        header.push(';');
        header.push_str(column);
    }
    format!("{header};{BODY}\r\n")
}

fn write(world: &World, wave: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let s = &mut Stream::new(world.options.seed, "liv_halsa svar", wave as u64);
    sink.text().put(&windows_1252(&header()));
    let answers = Answers::new(world.options.seed, wave);
    let respondents = sample(&world.population, wave, s);
    for (number, respondent) in respondents.iter().enumerate() {
        let given = answers.of(respondent, s);
        sink.row(|out| put(out, number + 1, wave, respondent, &given))?;
        if let Some(n) = sink.fault_due() {
            faulty(sink, respondents.len(), wave, respondent, &given, n)?;
        }
    }
    Ok(())
}

/// What a respondent answered: a code per question (9 = no answer, none = not
/// asked in that wave), height in cm, weight in tenths of a kg.
#[derive(Clone)]
struct Given {
    codes: Vec<Option<u8>>,
    height: Option<u32>,
    weight: Option<u32>,
    bmi_class: u8,
}

fn put(out: &mut Vec<u8>, number: usize, wave: usize, r: &Respondent, given: &Given) {
    out.put(format!("{:02}{number:05};{};", WAVES[wave] % 100, WAVES[wave]).as_bytes());
    out.put(KOMMUN[r.kommun].code.as_bytes());
    out.push(b';');
    for code in [
        u32::from(r.female) + 1,
        r.age,
        r.age_group as u32 + 1,
        r.education as u32 + 1,
        u32::from(r.born_abroad) + 1,
        r.stratum,
        r.stratum_size,
    ] {
        out.put_int(u64::from(code));
        out.push(b';');
    }
    out.put_ten_thousandths(r.weight);
    for code in &given.codes {
        out.push(b';');
        if let Some(code) = code {
            out.push(b'0' + code);
        }
    }
    out.push(b';');
    if let Some(height) = given.height {
        out.put_int(u64::from(height));
    }
    out.push(b';');
    if let Some(weight) = given.weight {
        out.put(format!("{},{}", weight / 10, weight % 10).as_bytes());
    }
    out.put(&[b';', b'0' + given.bmi_class]);
    out.put(b"\r\n");
}

/// An extra row with one fault and a number of its own.
fn faulty(
    sink: &mut Sink,
    respondents: usize,
    wave: usize,
    respondent: &Respondent,
    given: &Given,
    n: usize,
) -> Result<(), DemoError> {
    let number = respondents + 1 + n;
    let mut respondent = respondent.clone();
    let mut given = given.clone();
    let fault = match n % 3 {
        0 => {
            // The first question has the codes 1–5 and 9.
            given.codes[0] = Some(7);
            Fault::UnknownCode
        }
        1 => {
            // Metres instead of centimetres.
            given.height = Some(2);
            Fault::Range
        }
        _ => {
            respondent.age = 184;
            Fault::Range
        }
    };
    sink.fault(fault, |out| put(out, number, wave, &respondent, &given))
}
