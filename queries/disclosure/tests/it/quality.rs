//! An estimate from few answers says too little.

use perspektiv_disclosure::{Published, Quality, Rule, Value};

use crate::support::{NONE, X, cells, int, judged, num, table};

/// Judges estimates (n, estimate, se) in a unit.
fn estimates(unit: &str, rows: &[(i64, Value, Value)], rule: Quality) -> Published {
    let rows = rows
        .iter()
        .map(|(n, e, se)| vec![int(*n), e.clone(), se.clone(), num(1.0)])
        .collect();
    judged(
        table(&format!("n andel:{unit} andel_se andel_low"), rows),
        Rule::Quality(rule),
    )
    .unwrap()
}

fn flags(unit: &str, rows: &[(i64, f64, f64)]) -> Vec<bool> {
    let rows: Vec<_> = rows.iter().map(|(n, e, se)| (*n, num(*e), num(*se))).collect();
    let found = estimates(unit, &rows, Quality::new("n", "andel", &[]));
    (0..rows.len()).map(|row| found.is_uncertain(row)).collect()
}

#[test]
fn few_answers_hide_all_but_the_labels() {
    let rows = [
        (29, num(12.0), num(1.0)),
        (30, num(12.0), num(1.0)),
        (0, NONE, NONE),
    ];
    let found = estimates("procent", &rows, Quality::new("n", "andel", &[]));
    assert_eq!(cells(&found, "andel"), [X, num(12.0), X]);
    assert_eq!(cells(&found, "andel_se"), [X, num(1.0), X]);
    assert_eq!(cells(&found, "andel_low"), [X, num(1.0), X]);
    assert_eq!(cells(&found, "n"), [X, int(30), X]);
    assert_eq!(found.hidden_rows(), 2);
    // A hidden row needs no flag.
    assert!(!found.is_uncertain(0) && found.is_uncertain(1) && !found.is_uncertain(2));
}

#[test]
fn how_few_have_answered_is_told_where_the_count_is_a_label() {
    let rows = || vec![vec![int(7), num(0.5), num(0.1)]];
    let rule = Quality {
        n: "andel_n".into(),
        ..Quality::new("", "andel", &[])
    };
    let found = judged(
        table("andel_n andel andel_se", rows()),
        Rule::Quality(rule.clone()),
    )
    .unwrap();
    assert_eq!(cells(&found, "andel_n"), [X]);
    let rule = Quality {
        labels: vec!["andel_n".into()],
        ..rule
    };
    let found = judged(table("andel_n andel andel_se", rows()), Rule::Quality(rule)).unwrap();
    assert_eq!(cells(&found, "andel_n"), [int(7)]);
    assert_eq!(cells(&found, "andel"), [X]);
}

#[test]
fn few_answers_or_a_large_relative_error_is_uncertain() {
    assert_eq!(
        flags(
            "kr",
            &[
                (99, 10.0, 0.1),
                (100, 10.0, 0.1),
                (100, 10.0, 3.0),
                (100, 10.0, 3.1)
            ]
        ),
        [true, false, false, true]
    );
    assert_eq!(
        flags("kr", &[(500, -10.0, 3.1), (500, -10.0, 2.9)]),
        [true, false]
    );
}

#[test]
fn a_percentage_and_its_rest_are_equally_uncertain() {
    assert_eq!(
        flags("procent", &[(500, 3.0, 1.0), (500, 97.0, 1.0), (500, 50.0, 1.0)]),
        [true, true, false]
    );
    assert_eq!(
        flags("andel", &[(500, 0.03, 0.01), (500, 0.97, 0.01), (500, 0.5, 0.01)]),
        [true, true, false]
    );
    // A mean of 97 kronor has no rest.
    assert_eq!(flags("kr", &[(500, 97.0, 1.0)]), [false]);
}

#[test]
fn an_error_that_says_nothing_is_uncertain() {
    assert_eq!(
        flags(
            "procent",
            &[(500, 0.0, 0.0), (500, 100.0, 0.0), (500, 50.0, f64::NAN)]
        ),
        [true, true, true]
    );
    let missing = [(500, num(50.0), NONE), (500, NONE, NONE)];
    let found = estimates("procent", &missing, Quality::new("n", "andel", &[]));
    assert!(found.is_uncertain(0) && !found.is_uncertain(1));
    // Differences have no relative error.
    let difference = Quality {
        relative_se: f64::INFINITY,
        ..Quality::new("n", "andel", &[])
    };
    let found = estimates(
        "procentenheter",
        &[(500, num(0.0), num(2.0)), (500, num(0.1), num(2.0))],
        difference,
    );
    assert!(!found.is_uncertain(0) && !found.is_uncertain(1));
}

#[test]
fn a_count_that_is_missing_is_refused() {
    let refusal = judged(
        table("n andel andel_se", vec![vec![NONE, num(1.0), num(1.0)]]),
        Rule::Quality(Quality::new("n", "andel", &[])),
    );
    assert!(refusal.unwrap_err().reason().contains("`n` must say how many"));
    let none = Quality {
        relative_se: 0.0,
        ..Quality::new("n", "andel", &[])
    };
    let refusal = judged(table("n andel andel_se", vec![]), Rule::Quality(none));
    assert!(refusal.unwrap_err().reason().contains("relative_se"));
}
