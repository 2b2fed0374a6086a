//! Nobody may be recognised.

use perspektiv_disclosure::{Published, Refused, Rule, Secrecy, Table, Value};

use crate::support::{NONE, X, cells, int, judged, num, table, text};

/// Judges persons in one group.
fn persons(counts: &[i64]) -> Vec<Value> {
    let rows = counts.iter().map(|&n| vec![text("a"), int(n)]).collect();
    let rule = Secrecy {
        within: vec!["grupp".into()],
        ..Secrecy::new("personer", &["grupp"])
    };
    cells(
        &judged(table("grupp personer", rows), Rule::Secrecy(rule)).unwrap(),
        "personer",
    )
}

#[test]
fn small_rows_are_hidden_and_zero_is_not() {
    assert_eq!(persons(&[4, 3, 6, 0, 900]), [X, X, int(6), int(0), int(900)]);
    assert_eq!(persons(&[5, 0, 6]), [int(5), int(0), int(6)]);
    assert_eq!(persons(&[]), []);
}

#[test]
fn a_lone_hidden_row_gets_the_smallest_as_company() {
    assert_eq!(persons(&[4, 70, 50, 60]), [X, int(70), X, int(60)]);
    // Of two equal ones the first.
    assert_eq!(persons(&[4, 50, 50]), [X, X, int(50)]);
    // Zeros protect worst and come last.
    assert_eq!(persons(&[3, 0, 8]), [X, int(0), X]);
    // The total is as small as the row, so nobody is told it.
    assert_eq!(persons(&[3, 0]), [X, int(0)]);
    // Nothing is left to hide behind.
    assert_eq!(persons(&[3]), [X]);
}

#[test]
fn as_many_counts_as_the_minimum_remain_possible() {
    // 1 + 2 = 3 persons would be known from the total.
    assert_eq!(persons(&[1, 2, 30, 20]), [X, X, int(30), X]);
    // Of 5 in two rows with somebody in each, either has 1 to 4; of 6, 1 to 5.
    assert_eq!(persons(&[1, 4, 30, 20]), [X, X, int(30), X]);
    assert_eq!(persons(&[2, 4, 30, 20]), [X, X, int(30), int(20)]);
    assert_eq!(persons(&[1, 1, 1, 40]), [X, X, X, X]);
    // Five rows with somebody in each, and five in all, would be one each.
    assert_eq!(persons(&[1, 1, 1, 1, 1, 60]), [X, X, X, X, X, X]);
}

#[test]
fn groups_are_judged_apart_and_no_columns_mean_one_group() {
    let rows = || {
        vec![
            vec![text("a"), int(2019), int(3)],
            vec![text("b"), int(2019), int(30)],
            vec![text("a"), int(2020), int(20)],
            vec![text("b"), int(2020), int(9)],
        ]
    };
    let judge = |within: Vec<String>| {
        let rule = Secrecy {
            within,
            ..Secrecy::new("personer", &["grupp"])
        };
        cells(
            &judged(table("grupp ar personer", rows()), Rule::Secrecy(rule)).unwrap(),
            "personer",
        )
    };
    assert_eq!(judge(vec!["ar".into()]), [X, X, int(20), int(9)]);
    assert_eq!(judge(vec!["grupp".into()]), [X, int(30), X, int(9)]);
    assert_eq!(
        judge(vec!["ar".into(), "grupp".into()]),
        [X, int(30), int(20), int(9)]
    );
    assert_eq!(judge(vec![]), [X, int(30), int(20), X]);
}

#[test]
fn all_but_the_labels_is_hidden_and_what_does_not_apply_stays() {
    let rows = vec![
        vec![text("Kil"), num(2.0), num(1234.5), Value::NotApplicable, NONE],
        vec![text("Eda"), num(40.0), num(99.5), num(1.0), num(2.0)],
    ];
    let rule = Secrecy {
        within: vec!["kommun".into()],
        ..Secrecy::new("personer", &[])
    };
    let found = judged(
        table("kommun personer kostnad a b", rows.clone()),
        Rule::Secrecy(rule),
    )
    .unwrap();
    assert_eq!(
        found.table().rows[0],
        [text("Kil"), X, X, Value::NotApplicable, X]
    );
    assert_eq!(found.table().rows[1], rows[1]);
    assert_eq!(
        (found.hidden_rows(), found.is_uncertain(0), found.is_uncertain(9)),
        (1, false, false)
    );
}

/// Judges persons, sum and largest contribution in one group.
fn dominance(rows: &[(i64, f64, Value)]) -> Result<Published, Refused> {
    let rows = rows
        .iter()
        .map(|(n, sum, top)| vec![int(*n), num(*sum), top.clone()])
        .collect();
    let rule = Secrecy {
        sum: Some("kostnad".into()),
        largest: Some("storst".into()),
        ..Secrecy::new("personer", &[])
    };
    judged(table("personer kostnad storst", rows), Rule::Secrecy(rule))
}

#[test]
fn a_dominated_sum_is_hidden_and_the_largest_contribution_is_never_published() {
    let rows = [
        (100, 1000.0, num(501.0)),
        (100, 1000.0, num(500.0)),
        (50, 5000.0, num(100.0)),
        (0, 0.0, NONE),
    ];
    let found = dominance(&rows).unwrap();
    assert_eq!(found.table().position("storst"), None);
    assert!(found.table().rows.iter().all(|row| row.len() == 2));
    // The dominated row and its company: together 501 of 6000.
    assert_eq!(cells(&found, "kostnad"), [X, num(1000.0), X, num(0.0)]);
    assert_eq!(found.hidden_rows(), 2);
}

#[test]
fn hidden_rows_together_are_not_dominated() {
    // 900 of 1000: the row may be anything from 200 to 1800, and only the third can make up for that.
    let rows = [
        (10, 1000.0, num(900.0)),
        (6, 100.0, num(10.0)),
        (50, 5000.0, num(100.0)),
        (60, 9.0, num(1.0)),
    ];
    assert_eq!(
        cells(&dominance(&rows).unwrap(), "kostnad"),
        [X, num(100.0), X, num(9.0)]
    );
    // Repayments can make a sum negative; one person then stands for too much.
    let rows = [(10, -5.0, num(1.0)), (20, 10.0, num(1.0)), (30, 100.0, num(1.0))];
    assert_eq!(cells(&dominance(&rows).unwrap(), "kostnad"), [X, X, num(100.0)]);
}

#[test]
fn whatever_the_numbers_no_hidden_row_follows_from_the_total() {
    let mut state = 7u64;
    let mut below = |n: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    for _ in 0..2000 {
        let counts: Vec<i64> = (0..below(8)).map(|_| below(12) as i64).collect();
        let found = persons(&counts);
        assert!(
            counts
                .iter()
                .zip(&found)
                .all(|(&n, v)| !(1..5).contains(&n) || *v == X),
            "{counts:?}"
        );
        let hidden: Vec<i64> = (0..counts.len())
            .filter(|&i| found[i] == X)
            .map(|i| counts[i])
            .collect();
        // What is hidden comes to the total less what is shown, and in each row there is somebody.
        let least = |n: i64| i64::from(n > 0);
        let free = hidden.iter().map(|&n| n - least(n)).sum::<i64>();
        let everything = hidden.iter().sum::<i64>() == counts.iter().sum::<i64>();
        assert!(
            hidden.is_empty() || everything || (hidden.len() > 1 && free >= 4),
            "{counts:?}: {found:?}"
        );
        assert!(!hidden.is_empty() || !counts.iter().any(|n| (1..5).contains(n)));
    }
}

#[test]
fn a_column_that_nobody_thought_of_is_hidden() {
    let columns = table("kommun personer glomd", vec![]);
    let rows = [("Kil", 3, 1.5), ("Eda", 20, 2.5), ("Arvika", 90, 3.5)];
    let rows = rows.map(|(name, n, x)| vec![text(name), int(n), num(x)]);
    let whole = Table {
        rows: rows.to_vec(),
        ..columns
    };
    let found = judged(whole, Rule::Secrecy(Secrecy::new("personer", &["kommun"]))).unwrap();
    assert_eq!(
        cells(&found, "kommun"),
        [text("Kil"), text("Eda"), text("Arvika")]
    );
    assert_eq!(cells(&found, "glomd"), [X, X, num(3.5)]);
}

#[test]
fn what_cannot_be_judged_is_refused_in_words() {
    let refuse = |columns: &str, row: Vec<Value>, rule: Secrecy| {
        let refusal = judged(table(columns, vec![row]), Rule::Secrecy(rule)).unwrap_err();
        assert!(
            refusal
                .to_string()
                .starts_with("the result of fråga cannot be published: ")
        );
        refusal.reason().to_owned()
    };
    let rule = || Secrecy::new("personer", &[]);
    for (bad, words) in [
        (NONE, "row 1 has no value"),
        (X, "a hidden value"),
        (text("19121212-1212"), "a text"),
        (int(-1), "a negative number"),
        (num(4.7), "not whole"),
        (num(f64::NAN), "not whole"),
    ] {
        let reason = refuse("personer", vec![bad], rule());
        assert!(reason.contains(words) && !reason.contains("1912"), "{reason}");
    }
    assert!(refuse("antal", vec![int(7)], rule()).contains("its columns are antal"));
    assert!(refuse("personer", vec![int(7), int(8)], rule()).contains("2 cells for 1 columns"));
    assert!(refuse("personer personer", vec![int(7), int(8)], rule()).contains("two columns"));
    let half = Secrecy {
        sum: Some("kostnad".into()),
        ..rule()
    };
    assert!(refuse("personer kostnad", vec![int(7), int(8)], half).contains("not `largest`"));
    let full = |dominance| Secrecy {
        sum: Some("s".into()),
        largest: Some("l".into()),
        dominance,
        ..rule()
    };
    assert!(refuse("personer s l", vec![int(7), int(8), NONE], full(0.5)).contains("missing in row 1"));
    assert!(refuse("personer s l", vec![int(7), int(8), int(1)], full(50.0)).contains("share"));
    assert!(refuse("personer s l", vec![int(7), text("x"), int(1)], full(0.5)).contains("must hold numbers"));
    let one = Secrecy {
        largest: Some("personer".into()),
        ..full(0.5)
    };
    assert!(refuse("personer s l", vec![int(7), int(8), int(1)], one).contains("columns of their own"));
    let labelled = Secrecy {
        labels: vec!["finns_inte".into()],
        ..rule()
    };
    assert!(refuse("personer", vec![int(7)], labelled).contains("names `finns_inte` as `labels`"));
}

#[test]
fn counts_are_rounded_where_nothing_beside_them_tells_more() {
    let rounded = |base, columns: &str, beside: bool| {
        let rows = [
            ("Kil", 3),
            ("Eda", 41),
            ("Sunne", 52),
            ("Arvika", 65),
            ("Grums", 0),
        ]
        .map(|(place, n)| {
            let mut row = vec![text(place), int(n)];
            row.extend(beside.then(|| num(0.5)));
            row
        });
        let rule = Secrecy {
            round: Some(base),
            ..Secrecy::new("personer", &["kommun"])
        };
        judged(table(columns, rows.to_vec()), Rule::Secrecy(rule))
    };
    let found = rounded(10, "kommun personer", false).unwrap();
    assert_eq!(cells(&found, "personer"), [X, X, int(50), int(70), int(0)]);
    let found = rounded(3, "kommun personer", false).unwrap();
    assert_eq!(cells(&found, "personer"), [X, X, int(51), int(66), int(0)]);
    // The ledger knows no more than the audience.
    let ledger = &found.publication().unwrap().rows;
    assert_eq!(ledger[2].persons, Some(51));
    let refusal = rounded(5, "kommun personer andel", true).unwrap_err();
    assert!(refusal.reason().contains("`andel` beside them"), "{refusal}");
    let refusal = rounded(7, "kommun personer", false).unwrap_err();
    assert!(refusal.reason().contains("multiples of 3, 5 or 10"), "{refusal}");
}
