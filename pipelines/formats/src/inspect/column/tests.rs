#![allow(clippy::unwrap_used)]
use super::*;
use crate::inspect::profile::{Budget, Reading};
use crate::{Field, FieldKind};

fn judged(about: &Field, values: &[&str]) -> ColumnReport {
    let mut profile = Profile::new(Reading {
        mark: b'.',
        about: Some(about),
        published: false,
    });
    let mut budget = Budget(1000);
    for value in values {
        profile.add(value.as_bytes(), &std::hash::RandomState::new(), &mut budget);
    }
    judge("Q1", "q1", profile)
}

fn pairs(tallies: &[Tally]) -> Vec<(&str, Option<&str>, u64)> {
    tallies
        .iter()
        .map(|tally| (tally.value.as_str(), tally.label.as_deref(), tally.rows))
        .collect()
}

#[test]
fn what_the_file_says_of_itself_counts() {
    let text = |pair: (&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
    let about = Field {
        label: Some("Hälsa".to_owned()),
        kind: Some(FieldKind::Number),
        codes: [
            ("1", "Bra"),
            ("2", "Dålig"),
            ("3", "Mycket dålig"),
            ("8", "Vet ej"),
        ]
        .map(text)
        .to_vec(),
        missing: vec!["8".to_owned(), "9".to_owned()],
        ..Field::default()
    };
    let found = judged(&about, &["1", "2", "8", "1", ""]);
    assert_eq!((found.kind, found.coded), (Suggested::Text, true));
    assert_eq!(found.label.as_deref(), Some("Hälsa"));
    assert_eq!(
        pairs(&found.codes),
        [
            ("1", Some("Bra"), 2),
            ("2", Some("Dålig"), 1),
            ("3", Some("Mycket dålig"), 0)
        ]
    );
    assert_eq!(pairs(&found.missing), [("8", Some("Vet ej"), 1), ("9", None, 0)]);
    // Labels of special values only: an age is no code.
    let about = Field {
        kind: Some(FieldKind::Number),
        codes: vec![text(("999", "Vet ej"))],
        ..Field::default()
    };
    let found = judged(&about, &["31", "45", "999", "52.5", "38"]);
    assert_eq!((found.kind, found.coded), (Suggested::Number, false));
    assert_eq!(pairs(&found.doubtful), [("999", Some("Vet ej"), 1)]);
}

#[test]
fn a_range_of_missing_values_is_one() {
    let about = Field {
        kind: Some(FieldKind::Number),
        missing: vec!["-9".to_owned()],
        missing_range: Some((Some("90".to_owned()), None)),
        ..Field::default()
    };
    let found = judged(&about, &["31", "45.5", "90", "1000", "-9", "38"]);
    let range = found.missing_range.unwrap();
    assert_eq!(
        (range.low.as_str(), range.high.as_str(), range.rows),
        ("90", "inf", 2)
    );
    assert_eq!(pairs(&found.missing), [("-9", None, 1)]);
    assert_eq!(
        (found.minimum.as_deref(), found.maximum.as_deref()),
        (Some("31"), Some("45.5"))
    );
    // Codes are numbers too.
    let about = Field {
        codes: vec![
            ("1".to_owned(), "Bra".to_owned()),
            ("2".to_owned(), "Dålig".to_owned()),
        ],
        ..about
    };
    let found = judged(&about, &["1", "2", "97", "1", "2", "98"]);
    assert!(found.coded);
    assert_eq!(found.missing_range.map(|range| range.rows), Some(2));
    assert_eq!(pairs(&found.missing), [("-9", None, 0)]);
    assert_eq!(found.codes.len(), 2);
}

#[test]
fn published_statistics_have_values_only() {
    let about = Field {
        codes: vec![
            ("null".to_owned(), "Extranjero".to_owned()),
            ("-".to_owned(), "Totalt".to_owned()),
        ],
        ..Field::default()
    };
    let mut profile = Profile::new(Reading {
        mark: b'.',
        about: Some(&about),
        published: true,
    });
    for value in ["null", "-", "null"] {
        profile.add(value.as_bytes(), &std::hash::RandomState::new(), &mut Budget(100));
    }
    let found = judge("land", "land", profile);
    assert_eq!(pairs(&found.missing), []);
    assert_eq!(pairs(&found.marks), []);
    assert_eq!(pairs(&found.doubtful), []);
    assert_eq!(found.codes.len(), 2);
}

#[test]
fn what_lies_in_a_range_is_known_among_many_values() {
    let about = Field {
        kind: Some(FieldKind::Number),
        missing: vec!["-1".to_owned()],
        missing_range: Some((Some("900".to_owned()), None)),
        ..Field::default()
    };
    let mut values: Vec<String> = (0..5000).map(|at| format!("{}", f64::from(at) / 8.0)).collect();
    values.extend(["-1", "900", "999.5", "999.5"].map(str::to_owned));
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let found = judged(&about, &values);
    assert_eq!(pairs(&found.missing), [("-1", None, 1)]);
    assert_eq!(found.missing_range.unwrap().rows, 3);
    assert_eq!(found.maximum.as_deref(), Some("624.875"));
}

#[test]
fn words_of_a_cube_stand_for_themselves() {
    let about = Field {
        kind: Some(FieldKind::Word),
        codes: vec![
            ("0".to_owned(), "nej".to_owned()),
            ("1".to_owned(), "ja".to_owned()),
        ],
        ..Field::default()
    };
    for values in [
        ["0", "1", "1"],
        ["2025M11", "2025M12", "2026M01"],
        ["..", "-", ""],
        ["2004", "2005", "999"],
    ] {
        let found = judged(&about, &values);
        assert_eq!((found.kind, found.coded), (Suggested::Text, false), "{values:?}");
        let guessed = [&found.missing, &found.marks, &found.doubtful];
        assert!(
            guessed.iter().all(|list| list.is_empty()) && found.misfits == 0,
            "{values:?}"
        );
    }
}

#[test]
fn a_count_of_nought_and_one_is_a_number() {
    let mut profile = Profile::new(Reading {
        mark: b'.',
        about: None,
        published: false,
    });
    for value in ["0", "1", "0"] {
        profile.add(value.as_bytes(), &std::hash::RandomState::new(), &mut Budget(10));
    }
    assert_eq!(
        judge("Antal besök", "antal_besok", profile).kind,
        Suggested::Integer
    );
}

#[test]
fn labels_show_no_person() {
    let about = Field {
        label: Some("Ring 090527-1474".to_owned()),
        codes: vec![
            ("1".to_owned(), "190905271474".to_owned()),
            ("2".to_owned(), "ingen".to_owned()),
        ],
        ..Field::default()
    };
    let found = judged(&about, &["1", "1", "1"]);
    assert_eq!((found.coded, found.codes.len()), (true, 2));
    assert!(!format!("{found:?}").contains("1474"), "{found:?}");
}
