//! Rows by chance, and their running sums.
#![allow(dead_code)]

use std::sync::Arc;

use perspektiv_statistics::{Degrees, Handling, Place, Rows, RunningSums, Sample, Stratum, SurveyEstimate};

/// A small generator of reproducible numbers (xorshift64*).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) domain: u32,
    pub(crate) stratum: u32,
    pub(crate) psu: Option<i64>,
    pub(crate) weight: f64,
    pub(crate) y: f64,
}

pub(crate) fn sample(units: u64, strata: usize) -> Arc<Sample> {
    let stratum = |number: usize| Stratum {
        name: format!("s{number}"),
        units,
        population: number.is_multiple_of(2).then_some(1e6),
        weight: None,
    };
    Arc::new(Sample {
        strata: (0..strata).map(stratum).collect(),
        ..Sample::default()
    })
}

pub(crate) fn survey(random: &mut Random, clustered: bool, offset: f64, n: usize) -> Vec<Row> {
    (0..n)
        .map(|_| {
            let stratum = random.below(7) as u32;
            Row {
                domain: random.below(3) as u32,
                stratum,
                psu: clustered.then(|| random.below(20) as i64),
                weight: 1.0 + 9.0 * random.unit(),
                y: offset + f64::from(stratum) * 3.0 + random.unit(),
            }
        })
        .collect()
}

pub(crate) fn sums(sample: &Arc<Sample>, rows: &[Row]) -> RunningSums {
    let mut sums = RunningSums::default();
    let number = sums.sample(sample).unwrap();
    for row in rows {
        sums.update(row.domain, number, row.stratum, row.psu, row.weight, row.y)
            .unwrap();
    }
    sums
}

pub(crate) fn kept(sample: &Arc<Sample>, rows: &[Row], domain: u32) -> Rows {
    let mut all = Rows::new(1);
    let number = all.sample(sample);
    for row in rows.iter().filter(|row| row.domain == domain) {
        let place = Place {
            stratum: row.stratum,
            psu: row.psu,
            weight: row.weight,
            extra: &[],
        };
        all.push(number, &place, &[row.y]).unwrap();
    }
    all
}

pub(crate) fn means(sums: &RunningSums) -> Vec<SurveyEstimate> {
    let means = sums.means(3, Handling::default(), Degrees::Domain).unwrap();
    means.into_iter().map(Option::unwrap).collect()
}

pub(crate) fn assert_close(a: &SurveyEstimate, b: &SurveyEstimate, tolerance: f64) {
    assert_eq!((a.n, a.df), (b.n, b.df));
    let pairs = [
        (a.estimate, b.estimate),
        (a.se.unwrap(), b.se.unwrap()),
        (a.population, b.population),
    ];
    for (x, y) in pairs {
        assert!((x - y).abs() <= tolerance * y.abs(), "{x} is not {y}");
    }
}
