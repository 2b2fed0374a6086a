//! `folkmangd`, `livslangd` and `livslangd_utbildning`: SCB's population and
//! life tables, as PxWeb answers (JSON-stat 2, and CSV with a file a period).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::delivery::{Delivery, Job, World};
use crate::demography::{AGES, share_of_men};
use crate::error::DemoError;
use crate::json_stat::{Dimension, dataset};
use crate::kolada::life_expectancy;
use crate::mortality::table;
use crate::places::{COUNTIES, KOMMUN};
use crate::prognos::residents;
use crate::random::StreamFamily;
use crate::sink::{Put, Sink};
use crate::truths::{LIFE_BY_EDUCATION, YEARS};

pub(crate) struct Scb;

/// The pooled years of the life tables.
pub(crate) const PERIODS: [(&str, i32); 3] = [("2013-2017", 2017), ("2018-2022", 2022), ("2020-2024", 2024)];

/// Residents of the country and of Halland, which Värmland is compared with, and how
/// much younger than Värmland's they are.
pub(crate) const OTHERS: [(&str, &str, f64, f64); 2] = [
    ("00", "Riket", 10_560_000.0, -0.26),
    ("13", "Hallands län", 346_000.0, -0.14),
];

impl Delivery for Scb {
    fn jobs(&self) -> Vec<Job> {
        let job = |dataset, file: String, write| Job {
            dataset,
            file,
            weight: 20,
            write,
        };
        let mut jobs = vec![
            job("folkmangd", "folkmangd.json".to_owned(), Box::new(population)),
            job(
                "livslangd_utbildning",
                "livslangd_utbildning.json".to_owned(),
                Box::new(by_education),
            ),
        ];
        jobs.extend((0..PERIODS.len()).map(|at| {
            let file = format!("livslangd_{}.csv", PERIODS[at].0);
            job(
                "livslangd",
                file,
                Box::new(move |world: &World, sink: &mut Sink| tables(world, at, sink)),
            )
        }));
        jobs
    }
}

/// Residents of another place by sex and five-year group, on the scale of the demo.
pub(crate) fn elsewhere(world: &World, size: f64, tilt: f64) -> [[f64; 21]; 2] {
    let weights: Vec<f64> = (0..21)
        .map(|group| AGES[group] * libm::exp(tilt * (group as f64 * 5.0 - 42.5) / 40.0))
        .collect();
    let total: f64 = weights.iter().sum();
    let size = size * f64::from(world.options.persons) / 284_000.0;
    [0, 1].map(|sex| {
        std::array::from_fn(|group| {
            let men = share_of_men(group as i32 * 5 + 2);
            size * weights[group] / total * if sex == 0 { men } else { 1.0 - men }
        })
    })
}

fn age_groups() -> impl Iterator<Item = String> {
    (0..20)
        .map(|at| format!("{}-{}", at * 5, at * 5 + 4))
        .chain(["100+".to_owned()])
}

fn population(world: &World, sink: &mut Sink) -> Result<(), DemoError> {
    let mut regions: Vec<(&str, &str)> = OTHERS.iter().map(|(code, name, ..)| (*code, *name)).collect();
    regions.push(("17", "Värmlands län"));
    regions.extend(KOMMUN.iter().map(|kommun| (kommun.code, kommun.name)));
    let dimensions = [
        Dimension::new("Region", "region", &regions),
        Dimension::of_codes("Alder", "ålder", age_groups()),
        Dimension::new(
            "Kon",
            "kön",
            &[("1", "män"), ("2", "kvinnor"), ("TotSa", "totalt")],
        ),
        Dimension::new("ContentsCode", "tabellinnehåll", &[("000007SF", "Folkmängd")]),
        Dimension::of_codes("Tid", "år", YEARS.iter().map(ToString::to_string)),
    ];
    let years: Vec<_> = YEARS.iter().map(|&year| residents(world, year)).collect();
    let noise = StreamFamily::new(world.options.seed, "folkmängd");
    let mut cells = Vec::new();
    for region in 0..regions.len() {
        let other = OTHERS
            .get(region)
            .map(|(_, _, size, tilt)| elsewhere(world, *size, *tilt));
        for group in 0..21 {
            for sex in 0..3 {
                for (at, year) in years.iter().enumerate() {
                    let sexes = if sex == 2 { 0..2 } else { sex..sex + 1 };
                    let exact: f64 = sexes
                        .map(|sex| match (&other, region) {
                            (Some(other), _) => other[sex][group] * (1.0 + 0.003 * at as f64),
                            (None, 2) => year.iter().map(|kommun| five(&kommun[sex], group)).sum(),
                            (None, _) => five(&year[region - 3][sex], group),
                        })
                        .sum();
                    // Every cell is disturbed by itself, totals too: they are no sums.
                    let disturbed =
                        exact + [-1.0, 0.0, 0.0, 1.0][noise.stream(cells.len() as u64).below(4) as usize];
                    cells.push(Some(Value::from(disturbed.max(0.0) as u64)));
                }
            }
        }
    }
    let text = dataset("Folkmängden efter region, ålder, kön och år", &dimensions, &cells).to_string();
    sink.text().put(text.as_bytes());
    sink.count(cells.len() as u64, &BTreeMap::new());
    Ok(())
}

/// The sum of a group of five ages; the last is open.
fn five(ages: &[f64], group: usize) -> f64 {
    let from = group * 5;
    let to = if group == 20 { ages.len() } else { from + 5 };
    ages.get(from..to).unwrap_or_default().iter().sum()
}

/// Life expectancies of the units, as Kolada has them: code, SCB's name, years.
fn units(world: &World, year: i32) -> Vec<(String, String, [f64; 2])> {
    let all = life_expectancy(world.options.seed);
    let counties = COUNTIES
        .iter()
        .map(|(code, name)| (format!("00{code}"), *code, *name));
    let kommuner = KOMMUN
        .iter()
        .map(|kommun| (kommun.code.to_owned(), kommun.code, kommun.name));
    counties
        .chain(kommuner)
        .filter_map(|(unit, code, name)| {
            // Where a year has no value, an earlier one has.
            let expectancy = (2012..=year).rev().find_map(|year| {
                let both = all.get(&(unit.clone(), year))?;
                both.iter().all(|years| *years > 0.0).then_some(*both)
            })?;
            Some((code.to_owned(), format!("{code} {name}"), expectancy))
        })
        .collect()
}

/// PxWeb's CSV: every text in quotes, decimal points.
fn tables(world: &World, at: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let (period, year) = PERIODS[at];
    let header = "\u{feff}\"region\",\"kön\",\"ålder\",\"period\",\"Dödsrisk, promille\",\"Kvarlevande av 100 000\",\
                  \"Återstående medellivslängd, år\"\r\n";
    sink.text().put(header.as_bytes());
    for (_, name, expectancy) in units(world, year) {
        for (sex, expectancy) in ["män", "kvinnor"].iter().zip(expectancy) {
            for (age, line) in table(expectancy).iter().enumerate() {
                let hundredths = |value: f64| {
                    let value = (value * 100.0 + 0.5) as u64;
                    format!("{}.{:02}", value / 100, value % 100)
                };
                let (q, l, e) = (
                    hundredths(line.q * 1000.0),
                    (line.l + 0.5) as u64,
                    hundredths(line.e),
                );
                let row = format!("\"{name}\",\"{sex}\",{age},\"{period}\",{q},{l},{e}\r\n");
                sink.row(|out| out.put(row.as_bytes()))?;
            }
        }
    }
    Ok(())
}

fn by_education(world: &World, sink: &mut Sink) -> Result<(), DemoError> {
    let levels = [("1", "förgymnasial"), ("2", "gymnasial"), ("3", "eftergymnasial")];
    let dimensions = [
        Dimension::new("Region", "region", &COUNTIES),
        Dimension::new("UtbNiv", "utbildningsnivå", &levels),
        Dimension::new("Kon", "kön", &[("1", "män"), ("2", "kvinnor")]),
        Dimension::new(
            "ContentsCode",
            "tabellinnehåll",
            &[("BE0701A2", "Återstående medellivslängd vid 30 års ålder")],
        ),
        Dimension::of_codes(
            "Tid",
            "period",
            PERIODS.iter().map(|(period, _)| (*period).to_owned()),
        ),
    ];
    let by_period: Vec<_> = PERIODS.iter().map(|(_, year)| units(world, *year)).collect();
    let mut cells = Vec::new();
    for (region, _) in &COUNTIES {
        for difference in LIFE_BY_EDUCATION {
            for sex in 0..2 {
                for (at, units) in by_period.iter().enumerate() {
                    let unit = units.iter().find(|(code, ..)| code == region);
                    // Too few died on Gotland to tell by education.
                    let years = unit.filter(|_| *region != "09").map(|(_, _, expectancy)| {
                        let left = table(expectancy[sex]).get(30).map_or(0.0, |line| line.e);
                        let years = left + difference * (1.0 + 0.06 * at as f64);
                        Value::from((years * 100.0 + 0.5).floor() / 100.0)
                    });
                    cells.push(years);
                }
            }
        }
    }
    let label = "Återstående medellivslängd vid 30 års ålder efter region, utbildning, kön och period";
    sink.text()
        .put(dataset(label, &dimensions, &cells).to_string().as_bytes());
    sink.count(cells.len() as u64, &BTreeMap::new());
    Ok(())
}
