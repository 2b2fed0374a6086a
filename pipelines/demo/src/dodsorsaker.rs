//! `dodsorsaker`: deaths by cause, age and sex in the country, Halland and
//! Värmland, as Socialstyrelsen's database exports them. Cells without a death
//! are left out.

use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::kolada::life_expectancy;
use crate::mortality::{LAST_AGE, table};
use crate::prognos::residents;
use crate::random::Stream;
use crate::scb::{OTHERS, elsewhere};
use crate::sink::{Sink, windows_1252};
use crate::truths::{EXCESS_IN_CIRCULATION, YEARS};

pub(crate) struct Dodsorsaker;

const HEAD: &str = "Statistikdatabas för dödsorsaker;;;;;\r\nSyntetiska data;;;;;\r\n\
                    Diagnos;Region;Ålder;Kön;År;Antal döda\r\n";

/// Causes with the share of the deaths they have below 50, at 50–74 and above.
const CAUSES: [(&str, [f64; 3]); 6] = [
    ("Cirkulationsorganens sjukdomar", [0.10, 0.27, 0.36]),
    ("Tumörer", [0.19, 0.40, 0.20]),
    ("Andningsorganens sjukdomar", [0.03, 0.07, 0.08]),
    ("Yttre orsaker", [0.42, 0.06, 0.04]),
    (
        "Psykiska sjukdomar och nervsystemets sjukdomar",
        [0.10, 0.07, 0.19],
    ),
    ("Övriga orsaker", [0.16, 0.13, 0.13]),
];

/// The place in `OTHERS` after which Värmland comes.
const VARMLAND: usize = OTHERS.len();

impl Delivery for Dodsorsaker {
    fn jobs(&self) -> Vec<Job> {
        vec![Job {
            dataset: "dodsorsaker",
            file: "dodsorsaker.csv".to_owned(),
            weight: 20,
            write: Box::new(write),
        }]
    }
}

fn write(world: &World, sink: &mut Sink) -> Result<(), DemoError> {
    let expectancies = life_expectancy(world.options.seed);
    let s = &mut Stream::new(world.options.seed, "dödsorsaker", 0);
    sink.text().extend(windows_1252(HEAD));
    for year in YEARS {
        for place in 0..=VARMLAND {
            let (region, unit) = match OTHERS.get(place) {
                Some((code, name, ..)) => (format!("{code} {name}"), format!("00{code}")),
                None => ("17 Värmlands län".to_owned(), "0017".to_owned()),
            };
            let people = match OTHERS.get(place) {
                Some((_, _, size, tilt)) => elsewhere(world, *size, *tilt),
                None => county(world, year),
            };
            let expectancy = expectancies.get(&(unit, year)).copied().unwrap_or([80.6, 84.1]);
            for sex in 0..2 {
                let table = table(expectancy[sex]);
                for group in 0..18 {
                    let ages = group * 5..if group == 17 { LAST_AGE } else { group * 5 + 5 };
                    let risks: f64 = ages.clone().map(|age| table[age].q * table[age].l).sum();
                    let lives: f64 = ages.clone().map(|age| table[age].l).sum();
                    let open = people[sex].iter().skip(17).sum();
                    let n: f64 = if group == 17 { open } else { people[sex][group] };
                    let deaths = n * risks / lives.max(1.0);
                    let name = if group == 17 {
                        "85+".to_owned()
                    } else {
                        format!("{}-{}", ages.start, ages.end - 1)
                    };
                    for (cause, count) in by_cause(deaths, group, place, s) {
                        let sex = ["Män", "Kvinnor"][sex];
                        let line = format!("{cause};{region};{name};{sex};{year};{count}\r\n");
                        sink.row(|out| out.extend(windows_1252(&line)))?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// The register by sex and five-year group.
fn county(world: &World, year: i32) -> [[f64; 21]; 2] {
    let residents = residents(world, year);
    [0, 1].map(|sex| {
        std::array::from_fn(|group| {
            let to = if group == 20 { 101 } else { group * 5 + 5 };
            residents
                .iter()
                .map(|kommun| kommun[sex][group * 5..to].iter().sum::<f64>())
                .sum()
        })
    })
}

/// The deaths of a group by cause, as chance has them; none are left out.
fn by_cause(deaths: f64, group: usize, place: usize, s: &mut Stream) -> Vec<(&'static str, u64)> {
    let column = match group {
        ..10 => 0,
        10..15 => 1,
        _ => 2,
    };
    let mut found = Vec::new();
    for (at, (cause, shares)) in CAUSES.iter().enumerate() {
        let excess = if at == 0 && place == VARMLAND && column == 1 {
            EXCESS_IN_CIRCULATION
        } else {
            1.0
        };
        let expected = deaths * shares[column] * excess;
        let count = (expected + expected.sqrt() * s.normal() + 0.5).max(0.0) as u64;
        if count > 0 {
            found.push((*cause, count));
        }
    }
    found
}
