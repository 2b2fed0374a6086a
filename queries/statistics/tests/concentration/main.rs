//! Measures of concentration: reference cases, and what must hold for any data.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/folder.rs"]
mod place;
mod properties;
mod reference;
mod survey;

/// Numbers that look random but are the same each time: values with ties, zeros and
/// a long tail, a rank with ties, and weights.
fn some(n: usize) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let mut state = 20_261_122u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let (mut x, mut rank, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n {
        let u = next();
        x.push(if u < 0.2 {
            0.0
        } else {
            (0.1 / (1.001 - u)).powi(2).floor() + 1.0
        });
        rank.push((next() * 7.0).floor());
        weights.push(0.1 + next());
    }
    (x, rank, weights)
}

fn assert_same(name: &str, a: f64, b: f64, within: f64) {
    assert!(
        (a - b).abs() <= within * a.abs().max(b.abs()),
        "{name}: {a} is not {b}"
    );
}
