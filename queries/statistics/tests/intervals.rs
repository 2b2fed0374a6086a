//! Intervals of proportions and quantiles against constants made with R 4.2 and
//! survey 4.1-1, and at the edges; the data and `s` are those of `synthetic`.
#![allow(clippy::unwrap_used)]

mod synthetic;

use std::sync::Arc;

use perspektiv_statistics::{
    Degrees, Independence, Place, ProportionInterval, QuantileOptions, Rows, StatisticsError, independence,
    mean, proportion, quantile, ttest,
};
use synthetic::{NO, Record, close, data, in_order, sample, simple};

/// `svyciprop(~b, s, method = m, level = l)`; `wilson` by its formula.
#[test]
fn intervals_of_proportions_equal_those_of_r() {
    let rows = data(&in_order(), 1, |record, _| Some(vec![record.b]));
    let cases = [
        ("logit", 0.8, 0.2156248412848537, 0.3520244294111977),
        ("logit", 0.95, 0.1827341285045436, 0.4004554943225421),
        ("glm", 0.8, 0.2156248412853292, 0.3520244294116719),
        ("glm", 0.95, 0.1827341285049966, 0.400455494322988),
        ("beta", 0.8, 0.2091984600503242, 0.3580668200241525),
        ("beta", 0.95, 0.1747154659327397, 0.4036884073000271),
        ("likelihood", 0.8, 0.213771573814172, 0.3505764718254185),
        ("likelihood", 0.95, 0.1785200579714498, 0.3965083562124743),
        ("asin", 0.8, 0.2131008892863695, 0.3495175570429118),
        ("asin", 0.95, 0.1764540931994825, 0.3942660770011879),
        ("mean", 0.8, 0.210259852279461, 0.3472082210131541),
        ("mean", 0.95, 0.1687277510335832, 0.3887403222590319),
    ];
    for (name, level, low, high) in cases {
        let method: ProportionInterval = name.parse().unwrap();
        assert_eq!(method.to_string(), name);
        let found = proportion(&rows, method, NO, Degrees::Domain).unwrap().unwrap();
        close(found.estimate.estimate, 0.2787340366463076, 1e-12);
        close(found.estimate.se.unwrap(), 0.05048909392989286, 1e-12);
        let limits = found.interval(level).unwrap().unwrap();
        let tolerance = if matches!(name, "glm" | "likelihood") {
            1e-8
        } else {
            1e-11
        };
        close(limits.0, low, tolerance);
        close(limits.1, high, tolerance);
    }
    // Wilson's limits are where (p − π)² = t² π (1 − π) / n.
    let wilson = proportion(&rows, ProportionInterval::Wilson, NO, Degrees::Domain)
        .unwrap()
        .unwrap();
    let (p, se) = (wilson.estimate.estimate, wilson.estimate.se.unwrap());
    let (low, high) = wilson.interval(0.9).unwrap().unwrap();
    let t = perspektiv_statistics::student_t_quantile(0.95, 12.0);
    for limit in [low, high] {
        let variance = limit * (1.0 - limit) * se * se / (p * (1.0 - p));
        close((p - limit) * (p - limit), t * t * variance, 1e-12);
    }
    assert!(low < p && p < high);
}

/// `svyquantile(~y, s, p, qrule = r, alpha = 0.1)`
#[test]
fn quantiles_equal_those_of_r() {
    let rows = data(&in_order(), 1, |record, _| Some(vec![record.y]));
    let cases = [
        ("math", 0.1, [35.625, 21.734375, 52.859375, 8.731755967588686]),
        ("school", 0.1, [35.625, 21.734375, 52.859375, 8.731755967588686]),
        (
            "shahvaish",
            0.1,
            [48.328125, 39.1484375, 75.9296875, 10.31855097776294],
        ),
        ("hf3", 0.1, [35.625, 21.734375, 52.859375, 8.731755967588686]),
        (
            "hf4",
            0.1,
            [
                35.45734375,
                11.70884054201744,
                48.34526808622422,
                10.27792272579143,
            ],
        ),
        (
            "hf5",
            0.1,
            [
                37.23896169354839,
                19.62626745498962,
                52.51019002867196,
                9.225201194232131,
            ],
        ),
        (
            "hf6",
            0.1,
            [
                35.5209375,
                11.81263167267781,
                48.34927820715406,
                10.24993032652503,
            ],
        ),
        (
            "hf7",
            0.1,
            [38.44375, 22.23444403234529, 52.83573812583659, 8.584836379655554],
        ),
        (
            "hf8",
            0.1,
            [
                36.66525297619048,
                18.96655991166707,
                52.38194380857679,
                9.374296473931192,
            ],
        ),
        (
            "hf9",
            0.1,
            [
                36.81990489130435,
                19.12117886713329,
                52.41508609017442,
                9.340217608968144,
            ],
        ),
        ("hf1", 0.37, [84.1640625, 66.75, 101.3984375, 9.720215290224855]),
        ("hf2", 0.37, [84.1640625, 66.75, 101.3984375, 9.720215290224855]),
        (
            "shahvaish",
            0.37,
            [93.375, 83.0078125, 117.4765625, 9.669806056476226],
        ),
        (
            "hf4",
            0.37,
            [
                84.11203125,
                65.56795250888354,
                100.2414188819795,
                9.727_236_848_843_89,
            ],
        ),
        (
            "hf5",
            0.37,
            [
                85.06305443548386,
                67.19110819231373,
                101.4399231574397,
                9.608105845930266,
            ],
        ),
        (
            "hf6",
            0.37,
            [
                84.60670955882352,
                66.72585572902476,
                101.2733615108196,
                9.691900073108156,
            ],
        ),
        (
            "hf7",
            0.37,
            [
                85.6171875,
                67.88215060911924,
                101.5981876725719,
                9.458641215493799,
            ],
        ),
        (
            "hf8",
            0.37,
            [
                84.90143229166667,
                67.01432989964255,
                101.382686935691,
                9.641641980585842,
            ],
        ),
        (
            "hf9",
            0.37,
            [
                84.94088336614173,
                67.05656896072328,
                101.3953991943969,
                9.633358580333965,
            ],
        ),
    ];
    for (rule, p, [estimate, low, high, se]) in cases {
        let options = QuantileOptions {
            rule: rule.parse().unwrap(),
            level: 0.9,
            ..QuantileOptions::default()
        };
        assert_eq!(options.rule.to_string(), rule);
        let found = quantile(&rows, p, options, NO, Degrees::Domain).unwrap().unwrap();
        close(found.estimate, estimate, 1e-13);
        close(found.low.unwrap(), low, 1e-11);
        close(found.high.unwrap(), high, 1e-11);
        close(found.se.unwrap(), se, 1e-11);
    }
}

/// `svyquantile(~y, s, 0.5, interval.type = m)`
#[test]
fn intervals_of_a_median_equal_those_of_r() {
    let rows = data(&in_order(), 1, |record, _| Some(vec![record.y]));
    let cases = [
        ("mean", 83.0078125, 120.8203125),
        ("beta", 82.828125, 122.15625),
        ("logit", 83.0078125, 120.8203125),
        ("asin", 83.0078125, 120.8203125),
        ("score", 82.828125, 120.8203125),
    ];
    for (interval, low, high) in cases {
        let options = QuantileOptions {
            interval: interval.parse().unwrap(),
            ..QuantileOptions::default()
        };
        let found = quantile(&rows, 0.5, options, NO, Degrees::Domain)
            .unwrap()
            .unwrap();
        let limits = (found.estimate, found.low, found.high);
        assert_eq!(limits, (102.5546875, Some(low), Some(high)), "{interval}");
    }
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    // Values on a large offset, rounded so that many are equal.
    let value = |record: &Record| 1e9 + (record.y / 20.0).round();
    let mut found: Vec<Vec<f64>> = Vec::new();
    for step in [1, 7, 49, 91, 113] {
        let order: Vec<usize> = (0..120).map(|i| i * step % 120).collect();
        let rows = data(&order, 2, |record, rows| {
            Some(vec![value(record), rows.name(record.g)])
        });
        let binary = data(&order, 1, |record, _| Some(vec![record.b]));
        let table = data(&order, 2, |record, _| {
            Some(vec![record.a as f64, record.c as f64])
        });
        let mut numbers = Vec::new();
        for rule in [
            "math",
            "hf3",
            "hf4",
            "hf5",
            "hf6",
            "hf7",
            "hf8",
            "hf9",
            "shahvaish",
        ] {
            let options = QuantileOptions {
                rule: rule.parse().unwrap(),
                ..QuantileOptions::default()
            };
            let q = quantile(&rows, 0.4, options, NO, Degrees::Domain)
                .unwrap()
                .unwrap();
            numbers.extend([q.estimate, q.low.unwrap(), q.high.unwrap()]);
        }
        let difference = ttest(&rows, NO).unwrap().unwrap();
        numbers.extend([difference.estimate, difference.se.unwrap()]);
        for method in ["beta", "likelihood"] {
            let p = proportion(&binary, method.parse().unwrap(), NO, Degrees::Domain)
                .unwrap()
                .unwrap();
            let (low, high) = p.interval(0.95).unwrap().unwrap();
            numbers.extend([low, high]);
        }
        for test in ["F", "Wald", "lincom"] {
            let test = independence(&table, test.parse().unwrap(), NO).unwrap().unwrap();
            numbers.extend([test.statistic, test.p.unwrap()]);
        }
        found.push(numbers);
    }
    let (first, others) = found.split_first().unwrap();
    for numbers in others {
        for (number, expected) in numbers.iter().zip(first) {
            assert!(
                (number - expected).abs() <= 1e-12 * expected.abs(),
                "{number} is not {expected}"
            );
        }
    }
}

#[test]
fn a_proportion_of_nothing_or_of_all_has_no_limits() {
    for value in [0.0, 1.0] {
        let rows = simple(&[value; 12], 12);
        for name in ["logit", "glm", "beta", "wilson", "likelihood", "asin", "mean"] {
            let found = proportion(&rows, name.parse().unwrap(), NO, Degrees::Domain)
                .unwrap()
                .unwrap();
            assert_eq!(found.estimate.estimate, value);
            assert_eq!(found.interval(0.95).unwrap(), None, "{name}");
        }
    }
    let error = proportion(
        &simple(&[1.0, 2.0], 2),
        ProportionInterval::Logit,
        NO,
        Degrees::Domain,
    )
    .unwrap_err();
    assert_eq!(error, StatisticsError::Outcome { value: 2.0 });
}

#[test]
fn limits_of_rare_outcomes_stay_between_nothing_and_all() {
    let mut values = vec![0.0; 40];
    values[0] = 1.0;
    for flip in [false, true] {
        let values: Vec<f64> = values
            .iter()
            .map(|value| if flip { 1.0 - value } else { *value })
            .collect();
        let rows = simple(&values, 40);
        for name in ["logit", "glm", "beta", "wilson", "likelihood", "asin"] {
            let found = proportion(&rows, name.parse().unwrap(), NO, Degrees::Domain)
                .unwrap()
                .unwrap();
            let (low, high) = found.interval(0.998).unwrap().unwrap();
            let p = found.estimate.estimate;
            assert!(
                0.0 <= low && low < p && p < high && high <= 1.0,
                "{name}: {low} {p} {high}"
            );
        }
    }
}

#[test]
fn one_row_has_an_estimate_and_no_error() {
    let rows = simple(&[1.0], 5);
    let found = proportion(&rows, ProportionInterval::Beta, NO, Degrees::Design)
        .unwrap()
        .unwrap();
    assert_eq!((found.estimate.estimate, found.estimate.se), (1.0, None));
    assert_eq!(found.interval(0.95).unwrap(), None);
    for rule in [
        "math",
        "school",
        "shahvaish",
        "hf3",
        "hf4",
        "hf5",
        "hf6",
        "hf7",
        "hf8",
        "hf9",
    ] {
        for interval in ["mean", "score"] {
            let options = QuantileOptions {
                rule: rule.parse().unwrap(),
                interval: interval.parse().unwrap(),
                ..QuantileOptions::default()
            };
            for p in [0.0, 0.3, 1.0] {
                let found = quantile(&rows, p, options, NO, Degrees::Design).unwrap().unwrap();
                assert_eq!(
                    (found.estimate, found.se, found.low, found.high),
                    (1.0, None, None, None),
                    "{rule}"
                );
            }
        }
    }
    assert_eq!(
        quantile(
            &Rows::new(1),
            0.5,
            QuantileOptions::default(),
            NO,
            Degrees::Design
        )
        .unwrap(),
        None
    );
}

#[test]
fn a_quantile_that_is_the_largest_value_has_limits_from_the_mean_only() {
    let rows = simple(&[3.0; 20], 20);
    for interval in ["mean", "beta", "logit", "asin", "score"] {
        let options = QuantileOptions {
            interval: interval.parse().unwrap(),
            ..QuantileOptions::default()
        };
        let found = quantile(&rows, 0.5, options, NO, Degrees::Domain)
            .unwrap()
            .unwrap();
        let there = interval == "mean";
        let (se, limit) = (there.then_some(0.0), there.then_some(3.0));
        assert_eq!(
            (found.estimate, found.se, found.low, found.high),
            (3.0, se, limit, limit),
            "{interval}"
        );
    }
}

#[test]
fn without_degrees_of_freedom_there_are_no_limits() {
    // One PSU of the design's five has rows in the domain.
    let mut rows = Rows::new(2);
    let number = rows.sample(&Arc::new(sample()));
    let names = [rows.name("ja"), rows.name("nej")];
    for row in 0..6 {
        let place = Place {
            stratum: 0,
            psu: Some(3),
            weight: 4.0,
            extra: &[],
        };
        rows.push(number, &place, &[f64::from(row % 2), names[usize::from(row > 2)]])
            .unwrap();
    }
    let found = proportion(&rows, ProportionInterval::Logit, NO, Degrees::Domain)
        .unwrap()
        .unwrap();
    assert_eq!((found.estimate.df, found.interval(0.95).unwrap()), (0, None));
    let found = quantile(&rows, 0.5, QuantileOptions::default(), NO, Degrees::Domain)
        .unwrap()
        .unwrap();
    assert_eq!((found.df, found.low, found.high, found.se), (0, None, None, None));
    let found = ttest(&rows, NO).unwrap().unwrap();
    assert_eq!(
        (found.df, found.p(), found.interval(0.95).unwrap()),
        (0, None, None)
    );
    // With the design's own degrees of freedom there are.
    let found = mean(&rows, NO, Degrees::Design).unwrap().unwrap();
    assert_eq!((found.df, found.interval(0.95).unwrap().is_some()), (12, true));
}

#[test]
fn what_is_no_share_is_refused() {
    let rows = simple(&[0.0, 1.0, 1.0], 3);
    let quantile = |p: f64, level: f64| {
        let options = QuantileOptions {
            level,
            ..QuantileOptions::default()
        };
        quantile(&rows, p, options, NO, Degrees::Domain)
    };
    assert_eq!(
        quantile(1.5, 0.95).unwrap_err(),
        StatisticsError::Quantile { p: 1.5 }
    );
    assert_eq!(
        quantile(0.5, 95.0).unwrap_err(),
        StatisticsError::Level { level: 95.0 }
    );
    let choice = |error: StatisticsError| error.to_string();
    assert!(choice("hf10".parse::<perspektiv_statistics::QuantileRule>().unwrap_err()).contains("hf9"));
    assert!(choice("wald".parse::<ProportionInterval>().unwrap_err()).contains("wilson"));
    assert!(
        choice(
            "t".parse::<perspektiv_statistics::QuantileInterval>()
                .unwrap_err()
        )
        .contains("score")
    );
    assert!(choice("G".parse::<Independence>().unwrap_err()).contains("adjWald"));
}
