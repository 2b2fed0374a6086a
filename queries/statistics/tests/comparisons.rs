//! Contrasts, t tests and tests of tables against constants made with R 4.2 and
//! survey 4.1-1, and verdicts; the data and `s` are those of `synthetic`.
#![allow(clippy::unwrap_used)]

mod synthetic;

use std::sync::Arc;

use perspektiv_statistics::{
    Degrees, Independence, Place, Rows, Sample, StatisticsError, Stratum, SurveyEstimate, Verdict, contrast,
    independence, ttest,
};
use synthetic::{NO, Record, close, data, in_order, sample};

/// `svychisq(~a + c, s, statistic = …)` for a table of 3 × 4, then with
/// `subset(s, !(a == 2 & c == 1))`, which leaves one cell empty.
#[test]
fn tests_of_a_table_equal_those_of_r() {
    let table = |all: bool| {
        data(&in_order(), 2, |record, _| {
            (all || (record.a, record.c) != (2, 1)).then(|| vec![record.a as f64, record.c as f64])
        })
    };
    let (full, empty) = (table(true), table(false));
    let none = f64::NAN;
    let cases = [
        (
            &full,
            "F",
            [
                0.263206099887466,
                4.592247693899211,
                55.10697232679054,
                0.920201236522814,
            ],
        ),
        (&full, "Chisq", [0.7464665296254456, 6.0, none, 0.954058493388057]),
        (&full, "Wald", [0.1782253997458909, 6.0, 12.0, 0.977585763628938]),
        (
            &full,
            "adjWald",
            [0.1039648165184364, 6.0, 7.0, 0.9932459303438248],
        ),
        (
            &full,
            "saddlepoint",
            [0.7464665296254456, none, none, 0.9340071016055901],
        ),
        (
            &empty,
            "F",
            [
                3.002112454499904,
                4.242277429020824,
                50.90732914824989,
                0.02448980099902877,
            ],
        ),
        (
            &empty,
            "Chisq",
            [8.188862238521844, 6.0, none, 0.006200598288977458],
        ),
        (
            &empty,
            "Wald",
            [16.36673329352494, 6.0, 12.0, 3.838262510471897e-05],
        ),
        (
            &empty,
            "adjWald",
            [9.547261087889549, 6.0, 7.0, 0.004419407378127083],
        ),
        (
            &empty,
            "saddlepoint",
            [8.188862238521844, none, none, 0.02665920555804784],
        ),
    ];
    for (rows, name, [statistic, df, df2, p]) in cases {
        let test: Independence = name.parse().unwrap();
        assert_eq!(test.to_string(), name);
        let found = independence(rows, test, NO).unwrap().unwrap();
        // The p value of R by saddle point has the tolerance of its root-finding.
        let tolerance = if name == "saddlepoint" { 1e-6 } else { 1e-10 };
        close(found.statistic, statistic, 1e-11);
        close(found.p.unwrap(), p, tolerance);
        for (found, expected) in [(found.df, df), (found.df2, df2)] {
            assert_eq!(found.is_none(), expected.is_nan(), "{name}");
            found.into_iter().for_each(|found| close(found, expected, 1e-11));
        }
        assert_eq!(found.n, rows.len() as u64);
    }
}

#[test]
fn with_one_design_effect_three_tests_are_the_same() {
    let rows = data(&in_order(), 2, |record, _| {
        Some(vec![record.b, f64::from(u8::from(record.c > 1))])
    });
    let p = |test| independence(&rows, test, NO).unwrap().unwrap().p.unwrap();
    close(p(Independence::Lincom), p(Independence::F), 1e-10);
    close(p(Independence::Saddlepoint), p(Independence::F), 0.1);
}

#[test]
fn a_table_needs_two_rows_and_two_columns() {
    let rows = data(&in_order(), 2, |record, _| Some(vec![record.a as f64, 7.0]));
    assert_eq!(independence(&rows, Independence::F, NO).unwrap(), None);
    assert_eq!(independence(&Rows::new(2), Independence::Wald, NO).unwrap(), None);
}

#[test]
fn unknown_factors_count_in_the_size_only() {
    let known = |record: &Record| f64::from(u8::from(record.c != 3));
    let all = data(&in_order(), 3, |record, _| {
        Some(vec![record.a as f64, record.c as f64, known(record)])
    });
    let part = data(&in_order(), 2, |record, _| {
        (record.c != 3).then(|| vec![record.a as f64, record.c as f64])
    });
    let test = |rows: &Rows| independence(rows, Independence::Chisq, NO).unwrap().unwrap();
    let (all_rows, part_rows) = (all.len() as f64, part.len() as f64);
    let (all, part) = (test(&all), test(&part));
    close(all.statistic / all_rows, part.statistic / part_rows, 1e-12);
    close(all.p.unwrap(), part.p.unwrap(), 1e-12);
    assert_eq!(all.n, part.n);
}

/// `svyttest(y ~ g, s)`
#[test]
fn a_t_test_equals_that_of_r() {
    let rows = data(&in_order(), 2, |record, rows| {
        Some(vec![record.y, rows.name(record.g)])
    });
    let found = ttest(&rows, NO).unwrap().unwrap();
    close(found.estimate, 10.77344814502273, 1e-12);
    close(found.t().unwrap(), 0.8241923612004771, 1e-12);
    assert_eq!(found.df, 11);
    close(found.p().unwrap(), 0.4273400503871818, 1e-12);
    let (low, high) = found.interval(0.95).unwrap().unwrap();
    close(low, -17.99677663074906, 1e-12);
    close(high, 39.54367292079453, 1e-12);
}

#[test]
fn groups_of_numbers_are_in_the_order_of_numbers() {
    let named = |first: &'static str, second: &'static str| {
        data(&in_order(), 2, move |record, rows| {
            Some(vec![
                record.y,
                rows.name(if record.g == "ja" { first } else { second }),
            ])
        })
    };
    let difference = |rows: &Rows| ttest(rows, NO).unwrap().unwrap().estimate;
    let (numbers, words) = (difference(&named("2", "10")), difference(&named("b", "a")));
    close(numbers, 10.77344814502273, 1e-12);
    close(words, -10.77344814502273, 1e-12);
    let three = data(&in_order(), 2, |record, rows| {
        Some(vec![record.y, rows.name(&record.a.to_string())])
    });
    let error = ttest(&three, NO).unwrap_err();
    assert!(
        matches!(error, StatisticsError::Groups { groups: 3, .. }),
        "{error}"
    );
    let one = data(&in_order(), 2, |record, rows| {
        Some(vec![record.y, rows.name("alla")])
    });
    assert_eq!(ttest(&one, NO).unwrap(), None);
}

/// `svycontrast(svyby(~y, ~c, s, svymean, covmat = TRUE), c("0" = 1, "1" = 1, "2" = -1, "3" = -1) / 2)`,
/// then over `~h`, `c("0" = 1, "2" = -1)`.
#[test]
fn contrasts_equal_those_of_r() {
    let rows = data(&in_order(), 2, |record, rows| {
        Some(vec![record.y, rows.name(&record.c.to_string())])
    });
    let halves = [("0", 0.5), ("1", 0.5), ("2", -0.5), ("3", -0.5)];
    let found = contrast(&rows, &halves, NO, Degrees::Design).unwrap().unwrap();
    close(found.estimate, -12.50640425023055, 1e-12);
    close(found.se.unwrap(), 7.04052380271408, 1e-12);
    assert_eq!((found.df, found.n), (12, 120));
    close(found.t().unwrap(), -1.776345709591864, 1e-12);
    close(found.p().unwrap(), 0.1010135553931875, 1e-12);
    // (qt(0.975, 12) + qt(0.8, 12)) * SE
    close(
        found.detectable(0.95, 0.8, false).unwrap().unwrap(),
        21.4836100768267,
        1e-12,
    );
    let strata = data(&in_order(), 2, |record, rows| {
        Some(vec![record.y, rows.name(&record.h.to_string())])
    });
    let found = contrast(&strata, &[("0", 1.0), ("2", -1.0)], NO, Degrees::Design)
        .unwrap()
        .unwrap();
    close(found.estimate, -9.988081257881461, 1e-12);
    close(found.se.unwrap(), 20.49552779699582, 1e-12);
    assert_eq!(
        contrast(&strata, &[("0", 1.0), ("9", -1.0)], NO, Degrees::Design).unwrap(),
        None
    );
}

#[test]
fn a_contrast_of_nothing_is_refused() {
    let rows = data(&in_order(), 2, |record, rows| {
        Some(vec![record.y, rows.name(&record.c.to_string())])
    });
    let refused = |coefficients: &[(&str, f64)]| {
        contrast(&rows, coefficients, NO, Degrees::Design)
            .unwrap_err()
            .to_string()
    };
    for nothing in [[].as_slice(), &[("0", 0.0), ("1", -0.0)]] {
        assert!(refused(nothing).contains("as in {'2022': 1, '2017': -1}"));
    }
    assert!(refused(&[("0", 1.0), ("1", f64::NAN)]).contains("the coefficient NaN is not a finite"));
    assert!(refused(&[("0", 1e-200), ("1", -1e-200)]).contains("the coefficient 1e-200 cannot"));
}

#[test]
fn years_of_two_samples_are_independent() {
    let year = |name: &'static str, shift: f64| {
        data(&in_order(), 2, move |record, rows| {
            Some(vec![record.b * shift, rows.name(name)])
        })
    };
    let mut both = year("2017", 1.0);
    let mut later = Rows::new(2);
    let number = later.sample(&Arc::new(Sample { id: 2022, ..sample() }));
    let only = year("2022", 0.5);
    let name = later.name("2022");
    for row in 0..only.len() {
        later
            .push(number, &only.place(row), &[only.column(0)[row], name])
            .unwrap();
    }
    let names: Vec<&str> = later.names().iter().map(String::as_str).collect();
    let (ints, floats) = later.to_lists();
    both.merge_lists(later.samples(), &names, &[1], &ints, &floats)
        .unwrap();
    let found = contrast(&both, &[("2022", 1.0), ("2017", -1.0)], NO, Degrees::Design)
        .unwrap()
        .unwrap();
    let se = 0.05048909392989286;
    close(found.estimate, -0.2787340366463076 / 2.0, 1e-12);
    close(found.se.unwrap(), se * 1.25f64.sqrt(), 1e-12);
    assert_eq!(found.df, 24);
}

#[test]
fn a_verdict_needs_the_whole_interval() {
    let with = |estimate: f64, se: f64| SurveyEstimate {
        estimate,
        se: Some(se),
        n: 100,
        population: 1000.0,
        df: 50,
    };
    // With 50 degrees of freedom the interval is 2.009 standard errors wide each way.
    let verdict = |estimate, se, relevant| {
        with(estimate, se)
            .verdict(0.95, relevant, false)
            .unwrap()
            .unwrap()
    };
    assert_eq!(verdict(0.03, 0.01, None), Verdict::Higher);
    assert_eq!(verdict(-0.03, 0.01, None), Verdict::Lower);
    assert_eq!(verdict(0.02, 0.01, None), Verdict::Undecided);
    assert_eq!(verdict(0.02, 0.01, Some(0.05)), Verdict::Unchanged);
    assert_eq!(verdict(0.02, 0.01, Some(0.04)), Verdict::Undecided);
    assert_eq!(verdict(0.03, 0.01, Some(0.04)), Verdict::Higher);
    assert_eq!(verdict(0.03, 0.01, Some(0.06)), Verdict::Unchanged);
    let error = with(0.0, 1.0).verdict(0.95, Some(-1.0), false).unwrap_err();
    assert_eq!(error, StatisticsError::Relevant { relevant: -1.0 });
    let error = with(0.0, 1.0).detectable(0.95, 1.0, false).unwrap_err();
    assert_eq!(error, StatisticsError::Power { power: 1.0 });
    let unknown = SurveyEstimate {
        se: None,
        ..with(0.1, 1.0)
    };
    assert_eq!(
        (
            unknown.t(),
            unknown.p(),
            unknown.verdict(0.95, None, false).unwrap()
        ),
        (None, None, None)
    );
    let without = SurveyEstimate {
        df: 0,
        ..with(0.1, 1.0)
    };
    assert_eq!(
        (without.p(), without.detectable(0.95, 0.8, false).unwrap()),
        (None, None)
    );
}

#[test]
fn without_variation_only_a_census_is_certain() {
    let rows = |populations: [f64; 3], two_stage: bool| {
        let [a, b, c] = populations.map(|population| Stratum {
            units: 5,
            population: Some(population).filter(|population| population.is_finite()),
            ..Stratum::default()
        });
        let design = Sample {
            strata: vec![a, b, c],
            two_stage,
            ..Sample::default()
        };
        let mut rows = Rows::new(2);
        let number = rows.sample(&Arc::new(design));
        let (ja, nej) = (rows.name("ja"), rows.name("nej"));
        for i in 0..30 {
            let group = if i % 2 == 0 { ja } else { nej };
            let place = Place {
                stratum: i % 3,
                psu: Some(i64::from(i / 3 % 5)),
                weight: 1.0,
                extra: &[0.0, 2.0, 2.0],
            };
            rows.push(number, &place, &[f64::from(u8::from(group == ja)), group])
                .unwrap();
        }
        rows
    };
    let found = |rows: &Rows, census: bool| {
        let pair = [("ja", 1.0), ("nej", -1.0)];
        let found = contrast(rows, &pair, NO, Degrees::Design).unwrap().unwrap();
        assert_eq!((found.estimate, found.se), (1.0, Some(0.0)));
        assert_eq!(rows.is_census(), census);
        let judged = |relevant| found.verdict(0.95, relevant, census).unwrap();
        (
            judged(None),
            judged(Some(2.0)),
            found.detectable(0.95, 0.8, census).unwrap(),
        )
    };
    let certain = (Some(Verdict::Higher), Some(Verdict::Unchanged), Some(0.0));
    assert_eq!(found(&rows([5.0, 5.0, 5.0], false), true), certain);
    let unknown = (Some(Verdict::Undecided), Some(Verdict::Undecided), None);
    assert_eq!(found(&rows([5.0, 5.0, 9.0], false), false), unknown);
    assert_eq!(found(&rows([5.0, f64::INFINITY, 5.0], false), false), unknown);
    assert_eq!(found(&rows([5.0, 5.0, 5.0], true), false), unknown);
    assert!(!Rows::new(1).is_census());
    // What is filtered out does not come back as a sample of its own.
    let mut both = rows([5.0, 5.0, 5.0], false);
    let other = both.sample(&Arc::new(Sample { id: 1, ..sample() }));
    assert!(both.is_census());
    let place = Place {
        stratum: 0,
        psu: Some(0),
        weight: 1.0,
        extra: &[],
    };
    both.push(other, &place, &[1.0, 0.0]).unwrap();
    assert!(!both.is_census());
}
