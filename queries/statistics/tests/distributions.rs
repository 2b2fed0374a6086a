//! The distributions against constants made with R; see the head of the file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use perspektiv_statistics::distribution::{beta, gamma, normal, student};

#[test]
fn tails_and_quantiles_equal_those_of_r() {
    let mut largest: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in include_str!("distributions.csv")
        .lines()
        .filter(|l| !l.starts_with('#'))
    {
        let (function, numbers) = line.split_once(',').unwrap();
        let numbers: Vec<f64> = numbers.split(',').map(|n| n.parse().unwrap()).collect();
        let [a, b, x, expected] = numbers[..] else {
            panic!("{line}")
        };
        let found = match function {
            "gamma_lower" => gamma::lower(a, x),
            "gamma_upper" => gamma::upper(a, x),
            "gamma_quantile" => gamma::quantile(x, a),
            "beta_lower" => beta::lower(a, b, x),
            "beta_upper" => beta::upper(a, b, x),
            "beta_quantile" => beta::quantile(x, a, b),
            "f_upper" => beta::f_upper_tail(x, a, b),
            "t_upper" => student::upper_tail(x, a),
            "normal_cdf" => normal::cdf(x),
            other => panic!("unknown function {other}"),
        };
        let difference = (found / expected - 1.0).abs();
        // At shapes of 10⁶ R itself is 6·10⁻¹³ away from the exact value.
        if difference.is_nan() || difference >= 1e-12 {
            wrong.push(format!("{line}: {found} {difference:.1e}"));
        }
        let entry = largest.entry(function).or_default();
        *entry = (entry.0 + 1, entry.1.max(difference));
    }
    for (function, (cases, difference)) in &largest {
        println!("{function}: {cases} constants, largest relative difference {difference:.1e}");
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(largest.len(), 9);
}

/// Integrals of the density with 60 digits, by quadrature with mpmath.
#[test]
#[allow(clippy::excessive_precision)]
fn quantiles_of_large_shapes_equal_integrals_of_the_density() {
    let integrals = [
        (5e7, 0.025, 49986141.908933761169, 50013860.985510706951),
        (5e7, 1e-9, 49957600.757087959471, 50042423.559128605674),
        (1e8, 0.025, 99980401.307324735194, 100019601.58707914211),
        (1e8, 1e-9, 99940033.587263483726, 100059990.72882896446),
        (1e9, 0.025, 999938021.44392792191, 1000061981.4504089482),
        (1e9, 1e-9, 999810344.34640807574, 1000189679.9694794073),
        (1e10, 0.025, 9999804004.5487006544, 10000195998.345615026),
        (1e10, 1e-9, 9999400230.9563472887, 10000599793.359475359),
        (1e11, 0.025, 99999380205.914848922, 100000619796.97946006),
        (1e11, 1e-9, 99998103338.544525065, 100001896685.77127708),
        (1e12, 0.025, 999998040036.96261306, 1000001959965.9316938),
        (1e12, 1e-9, 999994002204.64288382, 1000005997819.6729118),
        (1e13, 0.025, 9999993802050.6241074, 10000006197952.270199),
        (1e13, 1e-9, 9999981033280.5243348, 10000018966743.791459),
        (1e14, 0.025, 99999980400361.101752, 100000019599641.79255),
        (1e14, 1e-9, 99999940021941.507819, 100000059978082.80797),
        (1e15, 0.025, 999999938020497.7167, 1000000061979505.1776),
        (1e15, 1e-9, 999999810332700.3223, 1000000189667323.9935),
    ];
    for (x, tail, low, high) in integrals {
        for (found, expected) in [
            (gamma::quantile(tail, x), low),
            (gamma::upper_quantile(tail, x + 1.0), high),
        ] {
            // Of the distance from the mean, besides the rounding of the quantile.
            let allowed = 1e-11 * x.sqrt() + 2.0 * f64::EPSILON * x;
            assert!(
                (found - expected).abs() < allowed,
                "{x}, {tail}: {found} is not {expected}"
            );
        }
    }
}

#[test]
fn quantiles_invert_the_tails_for_any_shape() {
    let shapes = [1e-3, 0.07, 0.5, 1.0, 3.3, 17.0, 240.0, 5e3, 8e5, 3e7, 2e8, 7e12];
    let tails = [1e-300, 1e-40, 1e-9, 0.01, 0.31, 0.5];
    let (mut cases, mut largest) = (0, 0.0f64);
    let mut check = |what: &str, found: f64, tail: f64, scale: f64| {
        // Rounding of the quantile alone moves the tail by its slope.
        let difference = (found / tail - 1.0).abs() / (1.0 + scale);
        assert!(difference < 3e-13, "{what}: {found} is not {tail}");
        (cases, largest) = (cases + 1, largest.max(difference));
    };
    for a in shapes {
        for tail in tails {
            let x = gamma::upper_quantile(tail, a);
            if x > 0.0 {
                check(&format!("Q({a}, {x})"), gamma::upper(a, x), tail, x);
            }
            let x = gamma::quantile(tail, a);
            if x > 0.0 {
                check(&format!("P({a}, {x})"), gamma::lower(a, x), tail, a);
            }
            for b in shapes {
                let x = beta::quantile(tail, a, b);
                assert!((0.0..=1.0).contains(&x), "quantile({tail}, {a}, {b}) = {x}");
                if x > 0.0 && x < 0.9 {
                    check(
                        &format!("I({a}, {b}, {x})"),
                        beta::lower(a, b, x),
                        tail,
                        a + b * x,
                    );
                }
            }
        }
    }
    println!("{cases} quantiles, largest relative difference of the tail {largest:.1e}");
    assert!(cases > 400);
}

#[test]
fn the_ends_of_a_domain_have_their_values() {
    assert_eq!((gamma::lower(2.0, 0.0), gamma::upper(2.0, 0.0)), (0.0, 1.0));
    assert_eq!(gamma::upper(2.0, f64::INFINITY), 0.0);
    assert_eq!(
        (beta::lower(2.0, 3.0, 0.0), beta::upper(2.0, 3.0, 1.0)),
        (0.0, 0.0)
    );
    assert_eq!(beta::f_upper_tail(0.0, 2.0, 3.0), 1.0);
    assert_eq!(student::upper_tail(0.0, 3.0), 0.5);
    assert_eq!(student::cdf(-2.0, 3.0), student::upper_tail(2.0, 3.0));
    let nan = f64::NAN;
    for outside in [
        gamma::lower(0.0, 1.0),
        gamma::upper(nan, 1.0),
        gamma::quantile(1.0, 2.0),
        gamma::upper_quantile(0.0, 2.0),
        gamma::quantile(nan, 2.0),
        beta::lower(-1.0, 1.0, 0.5),
        beta::quantile(0.0, 1.0, 1.0),
        beta::upper_quantile(1.0, 1.0, 1.0),
        beta::f_upper_tail(nan, 1.0, 1.0),
        student::upper_tail(1.0, 0.0),
    ] {
        assert!(outside.is_nan(), "{outside}");
    }
}
