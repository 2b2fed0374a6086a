//! What R's survey package counts in a domain of adjusted weights, in a variance with
//! missing values, and where a calibration ends. Constants made with R 4.2 and survey
//! 4.1-1 from the designs `clus`, `post` and `standard` of `designs.R`, with
//! `b = as.numeric(y > 6)` and `g = ifelse(x > 9, "h", "l")`.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "common/made.rs"]
mod made;

use std::sync::Arc;

use made::{ROWS, age, calibration, clus, input, sex, x, y};
use perspektiv_statistics::{
    Adjust, Degrees, Distance, Handling, Independence, Input, ProportionInterval, QuantileInterval,
    QuantileOptions, QuantileRule, Rows, StatisticsError, design, independence, proportion, quantile, total,
    variance,
};

const NO: Handling = Handling {
    lonely: None,
    lonely_domains: None,
};

/// The rows of a domain, with two columns.
fn rows(input: &Input, within: impl Fn(usize) -> bool, values: impl Fn(usize) -> [f64; 2]) -> Rows {
    let designed = design(input).unwrap();
    let mut rows = Rows::new(2);
    let number = rows.sample(&Arc::new(designed.sample.clone()));
    for i in (0..ROWS).filter(|i| within(*i)) {
        if let Some(place) = designed.place(i) {
            rows.push(number, &place, &values(i)).unwrap();
        }
    }
    rows.sort();
    rows
}

fn close(found: f64, expected: f64, within: f64) {
    assert!(
        (found / expected - 1.0).abs() < within,
        "{found} is not {expected}"
    );
}

/// `svyciprop(~b, s, method = …)` with `s = subset(…, age == "young")` and `sex == "f"`.
#[test]
fn limits_of_a_share_count_all_answers_of_an_adjusted_sample() {
    let young = |i: usize| age(i) == "young";
    let women = |i: usize| sex(i) == "f";
    type Domain = fn(usize) -> bool;
    let cases: [(&str, Domain, [f64; 2], [f64; 2]); 4] = [
        (
            "post",
            young,
            [0.3900241709477941, 0.6704718051621199],
            [0.3970445714953358, 0.6640572326949714],
        ),
        (
            "post",
            women,
            [0.3991249524428855, 0.5920355654527301],
            [0.4023839490748187, 0.5887395309449056],
        ),
        (
            "standard",
            young,
            [0.3555159236135066, 0.6551196292466348],
            [0.3630080557892257, 0.6477505283000033],
        ),
        (
            "standard",
            women,
            [0.3596518426048518, 0.5838556221434514],
            [0.3638572973284076, 0.5793153434830275],
        ),
    ];
    for (name, domain, beta, likelihood) in cases {
        let rows = rows(&input(name), domain, |i| [f64::from(u8::from(y(i) > 6.0)), 0.0]);
        let methods = [
            (ProportionInterval::Beta, beta, 1e-9),
            (ProportionInterval::Likelihood, likelihood, 1e-6),
        ];
        for (method, [low, high], within) in methods {
            let found = proportion(&rows, method, NO, Degrees::Domain).unwrap().unwrap();
            let limits = found.interval(0.95).unwrap().unwrap();
            close(limits.0, low, within);
            close(limits.1, high, within);
        }
    }
}

/// `svyquantile(~y, s, 0.4, interval.type = "beta")` with `s = subset(…, sex == "f")`.
#[test]
fn beta_limits_of_a_quantile_do_as_well() {
    let options = QuantileOptions {
        rule: QuantileRule::Math,
        interval: QuantileInterval::Woodruff(ProportionInterval::Beta),
        level: 0.95,
    };
    let cases = [
        ("post", [5.4, 5.1, 6.3, 0.2885151017440781]),
        ("standard", [5.4, 4.7, 6.0, 0.3125580268894179]),
    ];
    for (name, [estimate, low, high, se]) in cases {
        let rows = rows(&input(name), |i| sex(i) == "f", |i| [y(i), 0.0]);
        let found = quantile(&rows, 0.4, options, NO, Degrees::Domain)
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.estimate, found.low, found.high),
            (estimate, Some(low), Some(high))
        );
        close(found.se.unwrap(), se, 1e-9);
    }
}

/// `svychisq(~g + age, s, statistic = …)` with `s = subset(…, sex == "f")`.
#[test]
fn tests_of_a_table_do_as_well() {
    let none = f64::NAN;
    let cases = [
        (
            "post",
            Independence::F,
            [
                0.3043041291114266,
                1.670088435146427,
                35.07185713807496,
                0.7002467537485793,
            ],
        ),
        (
            "post",
            Independence::Chisq,
            [0.3994754500035718, 2.0, none, 0.737636495601504],
        ),
        (
            "post",
            Independence::AdjustedWald,
            [0.3361364516291175, 2.0, 20.0, 0.7184849245749274],
        ),
        (
            "post",
            Independence::Saddlepoint,
            [0.3994754500035718, none, none, 0.7151189975805001],
        ),
        (
            "standard",
            Independence::F,
            [
                0.3373406159445653,
                1.770893024573341,
                37.18875351604015,
                0.6898084265821482,
            ],
        ),
        (
            "standard",
            Independence::Wald,
            [0.3189369510963644, 2.0, 21.0, 0.7303809653560205],
        ),
    ];
    for (name, test, expected) in cases {
        let group = |i: usize| ["mid", "old", "young"].iter().position(|name| *name == age(i));
        let rows = rows(
            &input(name),
            |i| sex(i) == "f",
            |i| [f64::from(u8::from(x(i) > 9.0)), group(i).unwrap() as f64],
        );
        let found = independence(&rows, test, NO).unwrap().unwrap();
        let found = [Some(found.statistic), found.df, found.df2, found.p];
        for (found, expected) in found.into_iter().zip(expected) {
            assert_eq!(found.is_none(), expected.is_nan(), "{name} {test}");
            close(
                found.unwrap_or(1.0),
                if expected.is_nan() { 1.0 } else { expected },
                1e-9,
            );
        }
    }
}

/// `svyvar(~y, s, na.rm = TRUE)` where `y` is missing for `x == 3`, then the same of
/// `as.svrepdesign(s, type = "JKn")`.
#[test]
fn a_variance_counts_missing_values_unless_it_is_replicated() {
    let cases = [
        (clus(), [13.1154599330305, 0.7739008174722286]),
        (input("jkn"), [13.11886023745758, 0.7758546451691802]),
    ];
    for (input, [expected, se]) in cases {
        let known = |i: usize| if x(i) == 3.0 { [0.0, 0.0] } else { [y(i), 1.0] };
        let found = variance(&rows(&input, |_| true, known), NO, Degrees::Design)
            .unwrap()
            .unwrap();
        assert_eq!(found.n, 226);
        close(found.estimate, expected, 1e-12);
        close(found.se.unwrap(), se, 1e-12);
    }
}

/// `svytotal(~x, calibrate(clus, …, calfun = "logit", bounds = c(0.6, 2), epsilon = …))`.
#[test]
fn a_calibration_ends_where_that_of_r_does() {
    let with = |epsilon| Input {
        adjust: Some(Adjust::Calibrate(perspektiv_statistics::Calibration {
            epsilon,
            ..calibration(Distance::Logit, Some((0.6, 2.0)))
        })),
        ..clus()
    };
    for (epsilon, expected) in [
        (Some(1e-3), 46013.51363452212),
        (Some(1e-13), 46000.0),
        (None, 46000.0),
    ] {
        let rows = rows(&with(epsilon), |_| true, |i| [x(i), 0.0]);
        let found = total(&rows, NO, Degrees::Design).unwrap().unwrap();
        close(found.estimate, expected, 1e-12);
    }
    for epsilon in [0.0, 1.0, f64::NAN] {
        assert!(matches!(
            design(&with(Some(epsilon))),
            Err(StatisticsError::DesignKeys { .. })
        ));
    }
}
