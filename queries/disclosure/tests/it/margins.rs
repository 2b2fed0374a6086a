//! Rows that add up: what is hidden in one place follows from no other.

use std::collections::BTreeMap;

use perspektiv_disclosure::{
    Parents, Published, Refused, Rule, Secrecy, Submission, Value, publish_together,
};

use crate::support::{X, cells, int, judged, num, provenance, table, text};

fn pairs(of: &[(&str, &str)]) -> BTreeMap<String, String> {
    of.iter().map(|&(a, b)| (a.to_owned(), b.to_owned())).collect()
}

/// The rule of a table `kommun kon personer` with totals.
fn by_place_and_sex() -> Secrecy {
    Secrecy {
        totals: pairs(&[("kommun", "Länet"), ("kon", "Alla")]),
        ..Secrecy::new("personer", &["kommun", "kon"])
    }
}

/// Rows of two labels, from counts by the first and then by the second.
fn rows(first: &[&str], second: &[&str], counts: &[i64]) -> Vec<Vec<Value>> {
    let labels = first.iter().flat_map(|a| second.iter().map(move |b| (a, b)));
    labels
        .zip(counts)
        .map(|((a, b), &n)| vec![text(a), text(b), int(n)])
        .collect()
}

fn shown(columns: &str, rows: Vec<Vec<Value>>, rule: Secrecy) -> Result<Vec<Value>, Refused> {
    Ok(cells(
        &judged(table(columns, rows), Rule::Secrecy(rule))?,
        "personer",
    ))
}

const PLACES: [&str; 4] = ["Kil", "Eda", "Sunne", "Länet"];
const SEXES: [&str; 3] = ["Kvinnor", "Män", "Alla"];

#[test]
fn a_row_that_margins_would_tell_gets_a_rectangle_of_company() {
    let counts = [3, 40, 43, 20, 60, 80, 70, 90, 160, 93, 190, 283];
    let found = shown(
        "kommun kon personer",
        rows(&PLACES, &SEXES, &counts),
        by_place_and_sex(),
    )
    .unwrap();
    let hidden: Vec<usize> = (0..counts.len()).filter(|&row| found[row] == X).collect();
    // Kil and Eda, women and men: four cells, the fewest that do, and the smallest of those. All totals stay.
    assert_eq!(hidden, [0, 1, 3, 4]);
}

#[test]
fn totals_that_nobody_declared_protect_nothing() {
    let counts = [3, 40, 43, 20, 60, 80, 70, 90, 160, 93, 190, 283];
    let rule = Secrecy::new("personer", &["kommun", "kon"]);
    let found = shown("kommun kon personer", rows(&PLACES, &SEXES, &counts), rule).unwrap();
    assert_eq!(found.iter().filter(|value| **value == X).count(), 2);
}

#[test]
fn a_sum_that_stands_elsewhere_tells_nothing_either() {
    // How many live in each place is public, and no row of the table.
    let counts = [3, 40, 20, 60, 70, 90, 93, 190];
    let shown = |known: &[&str]| {
        let rule = Secrecy {
            totals: pairs(&[("kommun", "Länet")]),
            known: known.iter().map(|&label| label.to_owned()).collect(),
            ..Secrecy::new("personer", &["kommun", "kon"])
        };
        let found = shown("kommun kon personer", rows(&PLACES, &SEXES[..2], &counts), rule).unwrap();
        let hidden: Vec<usize> = (0..counts.len()).filter(|&row| found[row] == X).collect();
        hidden
    };
    assert_eq!(shown(&["kon"]), [0, 1, 2, 3]);
    assert_eq!(shown(&[]).len(), 2);
}

#[test]
fn what_is_part_of_a_part_is_known_by_value_or_by_column() {
    let ages = ["65–74", "75–84", "85–94", "95+", "65–84", "85+", "Alla"];
    let counts = [30, 40, 12, 3, 70, 15, 85];
    let of = [
        ("65–74", "65–84"),
        ("75–84", "65–84"),
        ("85–94", "85+"),
        ("95+", "85+"),
    ];
    let upper = |age: &str| {
        of.iter()
            .find(|(part, _)| *part == age)
            .map_or("Alla", |(_, whole)| whole)
    };
    let rows: Vec<Vec<Value>> = ages
        .iter()
        .zip(counts)
        .map(|(age, n)| vec![text(age), text(upper(age)), int(n)])
        .collect();
    let rule = |parents| Secrecy {
        totals: pairs(&[("alder", "Alla")]),
        parents: BTreeMap::from([("alder".to_owned(), parents)]),
        ..Secrecy::new("personer", &["alder"])
    };
    for parents in [Parents::Values(pairs(&of)), Parents::Column("grov".to_owned())] {
        let found = shown("alder grov personer", rows.clone(), rule(parents)).unwrap();
        // 15 and 3 give 12 away and the other way round; so two are hidden, and not a third elsewhere.
        let hidden: Vec<&str> = (0..ages.len())
            .filter(|&row| found[row] == X)
            .map(|row| ages[row])
            .collect();
        assert_eq!(hidden, ["85–94", "95+"]);
    }
}

#[test]
fn the_few_who_are_in_a_total_and_in_no_row_are_protected() {
    // 100 in all, 97 in rows: three whom no row is about, known by taking away.
    let rule = Secrecy {
        totals: pairs(&[("kommun", "Länet")]),
        ..Secrecy::new("personer", &["kommun"])
    };
    let rows = |total| {
        [("Kil", 40), ("Eda", 57), ("Länet", total)]
            .map(|(place, n)| vec![text(place), int(n)])
            .to_vec()
    };
    assert_eq!(
        shown("kommun personer", rows(100), rule.clone()).unwrap(),
        [X, int(57), int(100)]
    );
    assert_eq!(
        shown("kommun personer", rows(110), rule.clone()).unwrap(),
        [int(40), int(57), int(110)]
    );
    let refusal = shown("kommun personer", rows(90), rule).unwrap_err();
    assert!(
        refusal.reason().contains("`kommun` are more than their total"),
        "{refusal}"
    );
}

#[test]
fn years_are_not_added_up() {
    let rule = Secrecy {
        within: vec!["ar".into()],
        totals: pairs(&[("kommun", "Länet")]),
        ..Secrecy::new("personer", &["ar", "kommun"])
    };
    let counts = [3, 40, 50, 93, 30, 41, 51, 122];
    let found = shown(
        "ar kommun personer",
        rows(&["2023", "2024"], &PLACES, &counts),
        rule,
    )
    .unwrap();
    assert_eq!(found[..4], [X, X, int(50), int(93)]);
    assert!(!found[4..].contains(&X));
}

#[test]
fn many_labels_without_totals_are_added_up_at_once() {
    let labels: Vec<String> = (0..24).map(|number| format!("l{number}")).collect();
    let names: Vec<&str> = labels.iter().map(String::as_str).collect();
    let rows = (0..40).map(|row| {
        let mut cells: Vec<Value> = (0..24).map(|label| int(row * label % 7)).collect();
        cells.push(int(if row == 0 { 3 } else { 40 + row }));
        cells
    });
    let columns = format!("{} personer", names.join(" "));
    // Each label by itself would double the sums: sixteen million for each row.
    let found = shown(&columns, rows.collect(), Secrecy::new("personer", &names)).unwrap();
    assert_eq!(found[..3], [X, X, int(42)]);
    assert_eq!(found.iter().filter(|value| **value == X).count(), 2);
}

/// A table `kommun kostnad …` by the p % rule.
fn costs(second: f64) -> Vec<Value> {
    let rows = [
        (20, 1000.0, 480.0, second),
        (30, 2000.0, 90.0, 80.0),
        (40, 4000.0, 90.0, 80.0),
    ]
    .map(|(n, sum, first, second)| vec![int(n), num(sum), num(first), num(second)]);
    let rule = Secrecy {
        sum: Some("kostnad".into()),
        largest: Some("storst".into()),
        second: Some("nast".into()),
        dominance_of_two: 1.0,
        ..Secrecy::new("personer", &[])
    };
    let found = judged(
        table("personer kostnad storst nast", rows.to_vec()),
        Rule::Secrecy(rule),
    )
    .unwrap();
    assert_eq!(
        (found.table().position("storst"), found.table().position("nast")),
        (None, None)
    );
    cells(&found, "kostnad")
}

#[test]
fn the_second_largest_must_not_tell_the_largest() {
    // 40 beside the two is 8 % of the largest: the second knows it within that.
    assert_eq!(costs(480.0), [X, X, num(4000.0)]);
    assert_eq!(costs(450.0), [num(1000.0), num(2000.0), num(4000.0)]);
}

#[test]
fn two_must_not_stand_for_nearly_all() {
    let rows = [
        (20, 1000.0, 450.0, 420.0),
        (30, 2000.0, 90.0, 80.0),
        (40, 4000.0, 90.0, 80.0),
    ]
    .map(|(n, sum, first, second)| vec![int(n), num(sum), num(first), num(second)]);
    let rule = |dominance_of_two| Secrecy {
        sum: Some("kostnad".into()),
        largest: Some("storst".into()),
        second: Some("nast".into()),
        dominance_of_two,
        ..Secrecy::new("personer", &[])
    };
    let shown = |share| {
        let table = table("personer kostnad storst nast", rows.to_vec());
        cells(&judged(table, Rule::Secrecy(rule(share))).unwrap(), "kostnad")
    };
    assert_eq!(shown(0.85), [X, X, num(4000.0)]);
    assert_eq!(shown(0.9), [num(1000.0), num(2000.0), num(4000.0)]);
}

#[test]
fn further_amounts_cannot_be_computed_either() {
    // Persons alone would hide Eda beside Kil; but in Eda there are no days that Kil's could be.
    let rows = [
        ("Kil", 4, 60),
        ("Eda", 30, 0),
        ("Sunne", 40, 900),
        ("Arvika", 50, 1000),
    ];
    let rows = rows
        .map(|(place, n, days)| vec![text(place), int(n), int(days)])
        .to_vec();
    let hidden = |amounts: &[&str]| {
        let rule = Secrecy {
            amounts: amounts.iter().map(|&name| name.to_owned()).collect(),
            ..Secrecy::new("personer", &["kommun"])
        };
        let found = judged(table("kommun personer dagar", rows.clone()), Rule::Secrecy(rule)).unwrap();
        cells(&found, "dagar")
            .iter()
            .map(|days| *days == X)
            .collect::<Vec<_>>()
    };
    assert_eq!(hidden(&[]), [true, true, false, false]);
    assert_eq!(hidden(&["dagar"]), [true, false, true, false]);
}

fn together(tables: Vec<(&str, Vec<Vec<Value>>)>) -> Result<Vec<Published>, Refused> {
    let submission = |(columns, rows): (&str, Vec<Vec<Value>>)| {
        let labels: Vec<&str> = columns.split(' ').filter(|name| *name != "personer").collect();
        let totals = pairs(&[("kommun", "Länet"), ("kon", "Alla")]);
        Submission {
            rule: Rule::Secrecy(Secrecy {
                totals: totals
                    .into_iter()
                    .filter(|(label, _)| labels.contains(&label.as_str()))
                    .collect(),
                ..Secrecy::new("personer", &labels)
            }),
            table: table(columns, rows),
            provenance: provenance(),
        }
    };
    publish_together(tables.into_iter().map(submission).collect(), &[])
}

#[test]
fn one_slide_does_not_tell_what_another_hides() {
    let by_both = [3, 4, 20, 60, 70, 90];
    let by_both = || ("kommun kon personer", rows(&PLACES[..3], &SEXES[..2], &by_both));
    let by_place = || {
        let rows = [("Kil", 7), ("Eda", 80), ("Sunne", 160), ("Länet", 247)];
        (
            "kommun personer",
            rows.map(|(place, n)| vec![text(place), int(n)]).to_vec(),
        )
    };
    // By itself each is safe as it is, but 7 in Kil leaves 1 to 6 of either sex, 4 and 3 being known to be few.
    let alone = together(vec![by_both()]).unwrap();
    assert_eq!(cells(&alone[0], "personer")[..3], [X, X, int(20)]);
    assert!(!cells(&together(vec![by_place()]).unwrap()[0], "personer").contains(&X));
    let less = (
        "kommun personer",
        vec![vec![text("Kil"), int(7)], vec![text("Eda"), int(79)]],
    );
    let refusal = together(vec![by_both(), less]).map(|_| ()).unwrap_err();
    assert!(refusal.reason().contains("overlap"), "{refusal}");
    let found = together(vec![by_both(), by_place()]).unwrap();
    assert_eq!(cells(&found[0], "personer")[..2], [X, X]);
    // Two who share a label and disagree about it.
    let other = ("kommun personer", vec![vec![text("Kil"), int(8)]]);
    let refusal = together(vec![by_place(), other]).map(|_| ()).unwrap_err();
    assert!(
        refusal.reason().contains("count differently for kommun = Kil"),
        "{refusal}"
    );
}

/// Women and men, by a query with a parameter; `slices` are the rule's.
fn by_sex(parameter: Option<(&str, &str)>, slices: &[&str], women: i64, men: i64) -> Submission {
    let mut provenance = provenance();
    provenance.parameters = parameter
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Submission {
        rule: Rule::Secrecy(Secrecy {
            slices: slices.iter().map(|&slice| slice.to_owned()).collect(),
            ..Secrecy::new("personer", &["kon"])
        }),
        table: table(
            "kon personer",
            vec![vec![text("Kvinnor"), int(women)], vec![text("Män"), int(men)]],
        ),
        provenance,
    }
}

fn hidden(submissions: Vec<Submission>) -> Vec<usize> {
    let published = publish_together(submissions, &[]).unwrap();
    published.iter().map(Published::hidden_rows).collect()
}

#[test]
fn the_county_less_the_others_does_not_tell_a_municipality() {
    let of = |slices: &[&str]| {
        vec![
            by_sex(Some(("kommun", "1715")), slices, 3, 40),
            by_sex(Some(("kommun", "1730")), slices, 50, 60),
            by_sex(None, slices, 53, 100),
        ]
    };
    // Even where the rule does not say that a parameter chooses a part, 53 and 50 are too like each other.
    assert_eq!(hidden(of(&[])), [2, 0, 2]);
    assert_eq!(hidden(of(&["kommun"])), [2, 2, 0]);
}

#[test]
fn two_cut_offs_do_not_tell_the_few_between_them() {
    let from = |age, women, men| by_sex(Some(("alder_min", age)), &[], women, men);
    assert_eq!(hidden(vec![from("65", 100, 200), from("66", 97, 180)]), [0, 2]);
    assert_eq!(hidden(vec![from("65", 100, 200), from("66", 95, 180)]), [0, 0]);
    // The same in both is nobody between them.
    assert_eq!(hidden(vec![from("65", 100, 200), from("66", 100, 180)]), [0, 0]);
}

#[test]
fn what_makes_no_sense_of_adding_up_is_refused() {
    let reason = |change: fn(&mut Secrecy)| {
        let mut rule = by_place_and_sex();
        change(&mut rule);
        shown("kommun kon personer", rows(&PLACES[..1], &SEXES[..1], &[9]), rule)
            .unwrap_err()
            .reason()
            .to_owned()
    };
    let circle = |rule: &mut Secrecy| {
        let values = Parents::Values(pairs(&[("Kil", "Eda"), ("Eda", "Kil")]));
        rule.parents.insert("kommun".into(), values);
    };
    assert!(reason(circle).contains("part of itself"));
    let unknown = |rule: &mut Secrecy| {
        rule.totals.insert("alder".into(), "Alla".into());
    };
    assert!(reason(unknown).contains("`totals` names `alder`"));
    let never = |rule: &mut Secrecy| rule.within = vec!["kon".into()];
    assert!(reason(never).contains("`totals` names `kon`"));
    assert!(reason(|rule| rule.near = 0.0).contains("`near` is 0"));
    assert!(reason(|rule| rule.second = Some("b".into())).contains("`second` but not `largest`"));
}
