//! Made-up answers.

use std::sync::Arc;

use perspektiv_statistics::{Place, Rows, Sample, Stratum};

/// What a value that is not known is called.
pub(crate) const MISSING: &str = "?";

/// Numbers that look like chance (Vigna 2015, splitmix64), the same every time.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// Between 0 and 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below a number.
    pub(crate) fn below(&mut self, number: usize) -> usize {
        (self.uniform() * number as f64) as usize
    }
}

/// One answer of a person.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) y: f64,
    pub(crate) outcome: String,
    pub(crate) wave: usize,
    pub(crate) stratum: u32,
    pub(crate) psu: Option<i64>,
    pub(crate) weight: f64,
    pub(crate) values: Vec<String>,
}

/// Names of so many variables.
pub(crate) fn names(count: usize) -> Vec<String> {
    (0..count).map(|variable| format!("v{variable}")).collect()
}

/// Answers of persons to some questions, in some waves: `share` says how likely somebody has an outcome, by
/// outcome, wave and values.
pub(crate) struct Survey<'a> {
    pub(crate) seed: u64,
    pub(crate) persons: usize,
    pub(crate) outcomes: usize,
    pub(crate) waves: usize,
    pub(crate) levels: &'a [usize],
    pub(crate) strata: u32,
    pub(crate) clusters: Option<i64>,
    pub(crate) missing: f64,
}

impl Survey<'_> {
    pub(crate) fn answers(&self, share: impl Fn(usize, usize, &[usize]) -> f64) -> Vec<Answer> {
        let mut chance = Chance(self.seed);
        let mut answers = Vec::new();
        for wave in 0..self.waves {
            for _ in 0..self.persons {
                let stratum = chance.below(self.strata as usize) as u32;
                // Weights as of a large and of small municipalities, and a response that varies.
                let weight = (5.0 + 30.0 * f64::from(stratum % 5)) * (0.5 + chance.uniform());
                let values: Vec<usize> = self.levels.iter().map(|levels| chance.below(*levels)).collect();
                let psu = self
                    .clusters
                    .map(|clusters| chance.below(clusters as usize) as i64);
                let texts: Vec<String> = values
                    .iter()
                    .map(|value| match chance.uniform() < self.missing {
                        true => MISSING.to_owned(),
                        false => format!("l{value}"),
                    })
                    .collect();
                for outcome in 0..self.outcomes {
                    let has = chance.uniform() < share(outcome, wave, &values);
                    answers.push(Answer {
                        y: f64::from(u8::from(has)),
                        outcome: format!("o{outcome:02}"),
                        wave,
                        stratum,
                        psu,
                        weight,
                        values: texts.clone(),
                    });
                }
            }
        }
        answers
    }

    /// The same as rows.
    pub(crate) fn rows(&self, answers: &[Answer]) -> Rows {
        let mut rows = Rows::new(3 + self.levels.len());
        let samples: Vec<Arc<Sample>> = (0..self.waves)
            .map(|wave| {
                let strata = (0..self.strata).map(|stratum| {
                    let own = |answer: &&Answer| {
                        answer.wave == wave && answer.stratum == stratum && answer.outcome == "o00"
                    };
                    let units = match self.clusters {
                        Some(clusters) => clusters as u64,
                        None => answers.iter().filter(own).count().max(2) as u64,
                    };
                    Stratum {
                        name: stratum.to_string(),
                        units,
                        // Every other stratum is drawn with replacement.
                        population: (stratum % 2 == 0).then_some(units as f64 * 4.0),
                        weight: None,
                    }
                });
                Arc::new(Sample {
                    id: wave as u64 + 1,
                    strata: strata.collect(),
                    ..Sample::default()
                })
            })
            .collect();
        for answer in answers {
            let number = rows.sample(&samples[answer.wave]);
            let place = Place {
                stratum: answer.stratum,
                psu: answer.psu,
                weight: answer.weight,
                extra: &[],
            };
            let mut values = vec![answer.y, rows.name(&answer.outcome), answer.wave as f64];
            values.extend(answer.values.iter().map(|value| rows.name(value)));
            rows.push(number, &place, &values).unwrap();
        }
        rows
    }
}
