//! A small sample that R can make too, with `i <- 0:119`:
//!
//! ```r
//! d <- data.frame(h = i %% 3, u = (i %/% 3) %% 5, w = 10 + (i * 7) %% 11, N = c(20, 25, 30)[i %% 3 + 1],
//!   y = (i * 53) %% 121 + 30 * (((i %/% 3) %% 5 * 3 + i %% 3) %% 4) + i / 128,
//!   b = as.numeric((i * 13 + i %/% 10) %% 7 < 2), a = (i * 5 + i %/% 7) %% 3, c = (i * 11 + i %/% 4) %% 4,
//!   g = ifelse((i * 7 + i %/% 5) %% 3 == 0, "ja", "nej"))
//! s <- svydesign(id = ~u, strata = ~h, weights = ~w, fpc = ~N, nest = TRUE, data = d)
//! ```
#![allow(clippy::unwrap_used, dead_code)]

use std::sync::Arc;

use perspektiv_statistics::{Handling, Place, Rows, Sample, Stratum};

/// A row of the data.
pub(crate) struct Record {
    pub(crate) y: f64,
    pub(crate) b: f64,
    pub(crate) h: usize,
    pub(crate) a: usize,
    pub(crate) c: usize,
    pub(crate) g: &'static str,
}

pub(crate) const NO: Handling = Handling {
    lonely: None,
    lonely_domains: None,
};

pub(crate) fn sample() -> Sample {
    let stratum = |population: f64| Stratum {
        name: population.to_string(),
        units: 5,
        population: Some(population),
        weight: None,
    };
    Sample {
        strata: [20.0, 25.0, 30.0].map(stratum).to_vec(),
        ..Sample::default()
    }
}

/// The data, in the order given, with the values of each row for which there are.
pub(crate) fn data(
    order: &[usize],
    columns: usize,
    values: impl Fn(&Record, &mut Rows) -> Option<Vec<f64>>,
) -> Rows {
    let mut rows = Rows::new(columns);
    let number = rows.sample(&Arc::new(sample()));
    for &i in order {
        let (h, u) = (i % 3, (i / 3) % 5);
        let record = Record {
            y: ((i * 53) % 121 + 30 * ((u * 3 + h) % 4)) as f64 + i as f64 / 128.0,
            b: f64::from(u8::from((i * 13 + i / 10) % 7 < 2)),
            h,
            a: (i * 5 + i / 7) % 3,
            c: (i * 11 + i / 4) % 4,
            g: if (i * 7 + i / 5) % 3 == 0 { "ja" } else { "nej" },
        };
        if let Some(values) = values(&record, &mut rows) {
            let place = Place {
                stratum: h as u32,
                psu: Some(u as i64),
                weight: (10 + (i * 7) % 11) as f64,
                extra: &[],
            };
            rows.push(number, &place, &values).unwrap();
        }
    }
    rows
}

pub(crate) fn in_order() -> Vec<usize> {
    (0..120).collect()
}

/// Rows of one value each in one stratum of so many units, one unit each.
pub(crate) fn simple(values: &[f64], units: u64) -> Rows {
    let mut rows = Rows::new(1);
    let strata = vec![Stratum {
        name: "alla".to_owned(),
        units,
        population: None,
        weight: None,
    }];
    let number = rows.sample(&Arc::new(Sample {
        strata,
        ..Sample::default()
    }));
    for (psu, value) in values.iter().enumerate() {
        let place = Place {
            stratum: 0,
            psu: Some(psu as i64),
            weight: 2.0,
            extra: &[],
        };
        rows.push(number, &place, &[*value]).unwrap();
    }
    rows
}

#[track_caller]
pub(crate) fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found / expected - 1.0).abs() < tolerance,
        "{found} is not {expected}"
    );
}
