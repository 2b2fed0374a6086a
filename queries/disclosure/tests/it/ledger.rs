//! What was published before.

use perspektiv_disclosure::{Publication, Published, Rule, Secrecy, Submission, Value, publish_together};

use crate::support::{X, cells, int, provenance, table, text};

const PLACES: [&str; 4] = ["Kil", "Eda", "Sunne", "Arvika"];

/// Persons by place, from a snapshot and by a query with parameters.
fn asked(snapshot: &str, parameters: &[(&str, &str)], counts: [i64; 4]) -> Submission {
    let mut provenance = provenance();
    provenance.snapshot_hash = snapshot.to_owned();
    provenance.parameters = parameters
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let rows = PLACES.iter().zip(counts);
    Submission {
        table: table(
            "kommun personer",
            rows.map(|(place, n)| vec![text(place), int(n)]).collect(),
        ),
        rule: Rule::Secrecy(Secrecy {
            apart: vec!["kon".into()],
            ..Secrecy::new("personer", &["kommun"])
        }),
        provenance,
    }
}

/// Publishes one after the other, each for who has seen those before.
fn one_after_the_other(submissions: Vec<Submission>) -> Vec<Vec<Value>> {
    let mut past: Vec<Publication> = Vec::new();
    let mut shown = Vec::new();
    for submission in submissions {
        let published: Vec<Published> = publish_together(vec![submission], &past).unwrap();
        shown.push(cells(&published[0], "personer"));
        past.extend(published[0].publication().cloned());
    }
    shown
}

#[test]
fn the_ledger_holds_what_is_shown_and_nothing_else() {
    let published = publish_together(vec![asked("a", &[("ar", "2024")], [3, 40, 50, 0])], &[]).unwrap();
    let line = serde_json::to_value(published[0].publication().unwrap()).unwrap();
    let expected = serde_json::json!({
        "query": "fråga",
        "parameters": [["ar", "2024"]],
        "snapshot": 1,
        "snapshot_hash": "a",
        "rows": [
            {"labels": {"kommun": "Kil"}},
            {"labels": {"kommun": "Eda"}},
            {"labels": {"kommun": "Sunne"}, "persons": 50},
            {"labels": {"kommun": "Arvika"}, "persons": 0},
        ],
    });
    assert_eq!(line, expected);
    let public = Submission {
        rule: Rule::Public,
        ..asked("a", &[], [3, 40, 50, 0])
    };
    assert_eq!(
        publish_together(vec![public], &[]).unwrap()[0].publication(),
        None
    );
}

#[test]
fn newer_figures_do_not_tell_what_older_ones_hide() {
    // By itself the newer would hide Kil and Eda, where the older showed Eda and hid Sunne: 40 in both.
    let older = asked("a", &[], [3, 40, 30, 60]);
    let newer = asked("b", &[], [3, 40, 45, 60]);
    let alone = one_after_the_other(vec![newer.clone()]);
    assert_eq!(alone[0], [X, X, int(45), int(60)]);
    let shown = one_after_the_other(vec![older, newer]);
    assert_eq!(shown[0], [X, int(40), X, int(60)]);
    assert_eq!(shown[1], [X, int(40), X, int(60)]);
}

#[test]
fn what_was_published_is_shown_again_as_it_was() {
    let first = asked("a", &[], [3, 40, 30, 60]);
    let between = asked("b", &[], [3, 20, 45, 60]);
    let shown = one_after_the_other(vec![first.clone(), between, first]);
    assert_eq!(shown[0], shown[2]);
    assert_eq!(shown[1], [X, int(20), X, int(60)]);
}

#[test]
fn another_cut_off_later_does_not_tell_the_few_between() {
    let from = |age, counts| asked("a", &[("alder_min", age)], counts);
    let shown = one_after_the_other(vec![from("65", [90, 40, 50, 60]), from("66", [88, 30, 40, 45])]);
    assert_eq!(shown[0], [90, 40, 50, 60].map(int));
    assert_eq!(shown[1], [X, X, int(40), int(45)]);
    // Women and men are not the same persons.
    let of = |sex, counts| asked("a", &[("kon", sex)], counts);
    let shown = one_after_the_other(vec![of("kvinnor", [90, 40, 50, 60]), of("man", [88, 30, 40, 45])]);
    assert!(!shown.concat().contains(&X));
}

#[test]
fn what_everybody_has_seen_hides_nothing() {
    // Eda, Sunne and Arvika have been shown as they are, so none of them can keep Kil company.
    let before = asked("a", &[], [30, 40, 50, 60]);
    let after = asked("b", &[], [3, 40, 50, 60]);
    let past: Vec<Publication> = publish_together(vec![before], &[])
        .unwrap()
        .iter()
        .filter_map(|published| published.publication().cloned())
        .collect();
    let published = publish_together(vec![after], &past).unwrap();
    assert_eq!(cells(&published[0], "personer"), [X, int(40), int(50), int(60)]);
}
