//! `prislista`: what a unit of each service costs, by municipality and year.

use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::places::{KOMMUN, KOMMUNER};
use crate::sink::{Put, Sink};
use crate::truths::YEARS;

pub(crate) struct Prislista;

const HEADER: &str = "kommun;ar;tjanst;enhet;pris\n";

/// Service, unit, and price in kronor of 2019 in a municipality of average cost.
const PRICES: [(&str, &str, f64); 8] = [
    ("Hemtjänst", "timmar", 630.0),
    ("Hemtjänst", "dygnet runt", 148_000.0),
    ("Särskilt boende", "dygn", 2_450.0),
    ("Korttidsboende", "dygn", 2_700.0),
    ("LSS", "månader", 22_500.0),
    ("LSS", "dygn", 2_950.0),
    ("Individ- och familjeomsorg", "månader", 8_400.0),
    ("Individ- och familjeomsorg", "dygn", 3_300.0),
];

/// Yearly growth of the municipalities' costs.
const GROWTH: f64 = 1.01;

/// Every price, in whole kronor: municipality, year, line of `PRICES`.
pub(crate) struct Prices([[[u64; PRICES.len()]; YEARS.len()]; KOMMUNER]);

impl Prices {
    pub(crate) fn new() -> Self {
        let mut table = [[[0; PRICES.len()]; YEARS.len()]; KOMMUNER];
        for (by_year, kommun) in table.iter_mut().zip(&KOMMUN) {
            for (year, by_service) in by_year.iter_mut().enumerate() {
                let growth = libm::pow(GROWTH, year as f64);
                for (price, (_, _, kronor)) in by_service.iter_mut().zip(&PRICES) {
                    *price = (kronor * kommun.price * growth + 0.5) as u64;
                }
            }
        }
        Self(table)
    }
}

impl Delivery for Prislista {
    fn jobs(&self) -> Vec<Job> {
        vec![Job {
            dataset: "prislista",
            file: "prislista.csv".to_owned(),
            weight: 1,
            write: Box::new(write),
        }]
    }
}

fn write(world: &World, sink: &mut Sink) -> Result<(), DemoError> {
    sink.text().put(HEADER.as_bytes());
    for (kommun, by_year) in KOMMUN.iter().zip(&world.prices.0) {
        for (year, by_service) in YEARS.iter().zip(by_year) {
            for ((service, unit, _), price) in PRICES.iter().zip(by_service) {
                sink.row(|out| {
                    out.put(format!("{};{year};{service};{unit};", kommun.code).as_bytes());
                    out.put_hundredths(price * 100);
                    out.push(b'\n');
                })?;
            }
        }
    }
    Ok(())
}
