//! What must hold for any population: order of rows, parts that add up, limits
//! around estimates, and what happens at the edges.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod comparison;
mod life;
mod rates;

use perspektiv_statistics::health::{Levels, Limits, TableRow};

/// A small generator of reproducible numbers (xorshift64*).
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: f64) -> f64 {
        (self.unit() * n).floor()
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as f64 + 1.0) as usize);
        }
    }
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * a.abs().max(b.abs())
}

fn same(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => close(a, b, 1e-12),
        _ => a == b,
    }
}

fn ends(limits: Limits) -> (f64, f64) {
    (limits.low.unwrap(), limits.high.unwrap())
}

const TWO: Levels = Levels {
    level: 0.95,
    level2: Some(0.998),
};

/// Age bands of a population whose mortality grows as Gompertz found.
fn population(random: &mut Random, size: f64, level: f64) -> Vec<TableRow> {
    let ages = [0.0, 1.0]
        .into_iter()
        .chain((1..19).map(|band| 5.0 * f64::from(band)));
    ages.map(|age| {
        let population = (size * (1.0 + random.unit())).round();
        let mortality = level * (0.0001 * (0.085 * age).exp() + if age == 0.0 { 0.003 } else { 0.0 });
        TableRow {
            age: Some(age),
            population: Some(population),
            deaths: Some((population * mortality).round().max(1.0)),
        }
    })
    .collect()
}
