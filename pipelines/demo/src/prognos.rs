//! `prognos`: the population forecast, by municipality, sex and age, one file a
//! version and scenario. It goes on from the register with the rates that made
//! it: births, deaths, moves; what each assumes stands in `prognosantaganden`.

use crate::delivery::{Delivery, Job, World};
use crate::demography::{ARRIVALS, BIRTHS, Demography, death, leaving, share_of_men};
use crate::error::DemoError;
use crate::places::{KOMMUN, KOMMUNER};
use crate::sink::{Put, Sink};
use crate::truths::YEARS;

pub(crate) struct Prognos;

const HEADER: &str = "\u{feff}version;scenario;kommun;kon;alder;ar;antal\r\n";

/// The last year of every forecast.
const UNTIL: i32 = 2040;

/// One age a year; the last is everybody who is older.
const AGES: usize = 101;

/// Deaths among all, as a factor on those of average health; it falls each year.
const DEATHS: f64 = 0.92;
const DEATHS_FALL: f64 = 0.99;

/// File, version, scenario, the year it goes out from, arrivals as a factor.
const FORECASTS: [(&str, &str, &str, i32, f64); 3] = [
    ("prognos_2023_huvud.csv", "2023", "Huvudalternativ", 2022, 1.0),
    ("prognos_2025_huvud.csv", "2025", "Huvudalternativ", 2024, 1.0),
    ("prognos_2025_lag.csv", "2025", "Låg inflyttning", 2024, 0.8),
];

/// Residents by sex (men, women) and age.
type People = [[f64; AGES]; 2];

impl Delivery for Prognos {
    fn jobs(&self) -> Vec<Job> {
        (0..FORECASTS.len())
            .map(|at| Job {
                dataset: "prognos",
                file: FORECASTS[at].0.to_owned(),
                weight: 40,
                write: Box::new(move |world, sink| write(world, at, sink)),
            })
            .collect()
    }
}

fn write(world: &World, at: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let (_, version, scenario, base, arrivals) = FORECASTS[at];
    let demography = Demography::new();
    let persons = f64::from(world.options.persons);
    let size: f64 = KOMMUN.iter().map(|kommun| f64::from(kommun.size)).sum();
    sink.text().put(HEADER.as_bytes());
    let mut people = residents(world, base);
    let mothers: f64 = people.iter().map(mothers).sum();
    for year in base + 1..=UNTIL {
        let deaths = DEATHS * libm::pow(DEATHS_FALL, f64::from(year - base));
        for (kommun, people) in people.iter_mut().enumerate() {
            let arrive = persons * ARRIVALS * arrivals * f64::from(KOMMUN[kommun].size) / size;
            let born = persons * BIRTHS * self::mothers(people) / mothers.max(1.0);
            *people = next(people, deaths, born, |age| {
                arrive * demography.share_of_arrivals(age)
            });
            for (sex, ages) in people.iter().enumerate() {
                for (age, n) in ages.iter().enumerate() {
                    let tenths = (n * 10.0 + 0.5) as u64;
                    sink.row(|out| {
                        let kommun = KOMMUN[kommun].code;
                        out.put(
                            format!("{version};{scenario};{kommun};{};{age};{year};", sex + 1).as_bytes(),
                        );
                        out.put_int(tenths / 10);
                        out.put(&[b',', b'0' + (tenths % 10) as u8, b'\r', b'\n']);
                    })?;
                }
            }
        }
    }
    Ok(())
}

/// The register at the end of a year.
pub(crate) fn residents(world: &World, year: i32) -> Vec<[[f64; AGES]; 2]> {
    let index = YEARS.iter().position(|&of| of == year).unwrap_or(YEARS.len() - 1);
    let mut people = vec![[[0.0; AGES]; 2]; KOMMUNER];
    for person in &world.population.people {
        if person.resident_at_end(year) {
            let age = usize::try_from(person.age(year)).unwrap_or(0).min(AGES - 1);
            people[usize::from(person.kommun[index])][usize::from(!person.male)][age] += 1.0;
        }
    }
    people
}

/// Women at the ages of having children.
fn mothers(people: &People) -> f64 {
    people[1][22..40].iter().sum()
}

/// One year on: everybody is a year older, some have left or died, others came.
fn next(people: &People, deaths: f64, born: f64, arrive: impl Fn(usize) -> f64) -> People {
    let mut later = [[0.0; AGES]; 2];
    for (sex, ages) in people.iter().enumerate() {
        let men = |age: usize| {
            let share = share_of_men(age as i32);
            if sex == 0 { share } else { 1.0 - share }
        };
        later[sex][0] = born * men(0);
        for (age, n) in ages.iter().enumerate() {
            let older = (age + 1).min(AGES - 1);
            let dies = (death(older as i32, sex == 0) * deaths).min(0.6);
            let leaves = leaving(older as i32);
            later[sex][older] += n * (1.0 - dies) * (1.0 - leaves);
        }
        for (age, n) in later[sex].iter_mut().enumerate() {
            *n += arrive(age) * men(age);
        }
    }
    later
}
