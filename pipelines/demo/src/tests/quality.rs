//! What users, staff and the audience say, and where the organisations meet.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::definitions::{definition, deliveries};
use super::read::number;
use crate::truths::{
    ANSWERED_BY_RELATIVE, DOUBLE_ARENAS, GUESSES, OUTSIDE_OF_UNIT, PCAT_ALPHA, PCAT_REVERSED,
    QUESTION_WITHOUT_ARENA, RELATIVES_LESS_POSITIVE, UNIT_PRAISED_FROM_INSIDE, USER_SURVEY_BREAK,
    USER_SURVEY_JUMP,
};

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

#[test]
fn every_answer_is_of_somebody_who_was_asked() {
    let mut answers: HashMap<(String, String), u64> = HashMap::new();
    for records in deliveries("brukarenkat") {
        for row in records
            .rows
            .iter()
            .filter(|row| records.get(row, "Svarsnummer").len() < 6)
        {
            let unit = (
                records.get(row, "År").to_owned(),
                records.get(row, "Enhet").to_owned(),
            );
            *answers.entry(unit).or_default() += 1;
        }
    }
    for records in deliveries("brukarenkat_utskick") {
        for row in &records.rows {
            let n = |name| records.get(row, name).parse::<u64>().unwrap();
            let unit = (
                records.get(row, "År").to_owned(),
                records.get(row, "Enhet").to_owned(),
            );
            assert_eq!(answers.remove(&unit).unwrap_or(0), n("Inkomna svar"), "{unit:?}");
            assert!(n("Inkomna svar") <= n("Utskickade") && n("Utskickade kvinnor") <= n("Utskickade"));
        }
    }
    assert!(answers.is_empty(), "{answers:?}");
}

#[test]
fn relatives_are_less_positive_and_the_method_broke() {
    let mut safe: BTreeMap<(bool, bool), Vec<f64>> = BTreeMap::new();
    let mut by_relative: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut of_unit = Vec::new();
    for records in deliveries("brukarenkat") {
        for row in &records.rows {
            let get = |name| records.get(row, name);
            let (service, who) = (get("Verksamhet"), get("Vem svarade?"));
            by_relative
                .entry(service.to_owned())
                .or_default()
                .push(f64::from(u8::from(who == "2")));
            let Ok(answer @ 1..=5) = get("Jag känner mig trygg").parse::<u32>() else {
                continue;
            };
            let positive = f64::from(u8::from(answer >= 4));
            let late = get("År").parse::<i32>().unwrap() >= USER_SURVEY_BREAK;
            if get("Enhet") == UNIT_PRAISED_FROM_INSIDE {
                of_unit.push(positive);
            } else if matches!(service, "HTJ" | "SÄBO") {
                safe.entry((who == "2", late)).or_default().push(positive);
            }
        }
    }
    for (service, expected) in ["HTJ", "SÄBO"].iter().zip(ANSWERED_BY_RELATIVE) {
        let share = mean(&by_relative[*service]);
        assert!((share - expected).abs() < 0.05, "{service}: {share}");
    }
    for late in [false, true] {
        let gap = mean(&safe[&(false, late)]) - mean(&safe[&(true, late)]);
        assert!((gap - RELATIVES_LESS_POSITIVE).abs() < 0.08, "{gap}");
    }
    let jump = mean(&safe[&(false, true)]) - mean(&safe[&(false, false)]);
    assert!((jump - USER_SURVEY_JUMP / 100.0).abs() < 0.03, "{jump}");
    let below = mean(&of_unit);
    let error = (OUTSIDE_OF_UNIT * (1.0 - OUTSIDE_OF_UNIT) / of_unit.len() as f64).sqrt();
    assert!(
        (below - OUTSIDE_OF_UNIT).abs() < 0.06 + 4.0 * error,
        "{below} of {}",
        of_unit.len()
    );
    assert!(below < 0.75, "{below}");
}

/// The items that the key in the definition turns.
fn reversed_by_key() -> Vec<usize> {
    let key = definition("pcat_nyckel");
    let sql = key["derive"]["sql"].as_str().unwrap();
    let lines = sql
        .lines()
        .filter(|line| line.trim_start().starts_with("('Tre delskalor'"));
    let items: Vec<(usize, bool)> = lines
        .map(|line| {
            let number: String = line.split(',').nth(1).unwrap().trim().to_owned();
            (number.parse().unwrap(), line.contains("true"))
        })
        .collect();
    assert_eq!(
        items.iter().map(|(item, _)| *item).collect::<Vec<_>>(),
        (1..=13).collect::<Vec<_>>()
    );
    items
        .into_iter()
        .filter(|(_, reversed)| *reversed)
        .map(|(item, _)| item)
        .collect()
}

#[test]
fn the_key_makes_the_staffs_answers_reliable() {
    assert_eq!(reversed_by_key(), PCAT_REVERSED);
    let mut raw: Vec<Vec<f64>> = vec![Vec::new(); 13];
    let mut by_unit: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for records in deliveries("pcat") {
        for row in &records.rows {
            let answers: Vec<f64> = (1..=13)
                .map(|item| number(records.get(row, &format!("P{item}"))))
                .collect();
            if answers.iter().all(|answer| (1.0..=5.0).contains(answer)) {
                let sum = (1..).zip(&answers).map(|(item, a)| {
                    if PCAT_REVERSED.contains(&item) {
                        6.0 - a
                    } else {
                        *a
                    }
                });
                by_unit
                    .entry(records.get(row, "Enhet").to_owned())
                    .or_default()
                    .push(sum.sum());
                for (item, answer) in raw.iter_mut().zip(answers) {
                    item.push(answer);
                }
            }
        }
    }
    let alpha = |items: &[Vec<f64>]| {
        let sums: Vec<f64> = (0..items[0].len())
            .map(|at| items.iter().map(|item| item[at]).sum())
            .collect();
        let parts: f64 = items.iter().map(|item| variance(item)).sum();
        13.0 / 12.0 * (1.0 - parts / variance(&sums))
    };
    let turned: Vec<Vec<f64>> = (1..)
        .zip(&raw)
        .map(|(item, answers)| {
            let turn = PCAT_REVERSED.contains(&item);
            answers
                .iter()
                .map(|answer| if turn { 6.0 - answer } else { *answer })
                .collect()
        })
        .collect();
    assert!((alpha(&turned) - PCAT_ALPHA).abs() < 0.03, "{}", alpha(&turned));
    assert!(alpha(&raw) < 0.5, "{}", alpha(&raw));
    let best = by_unit
        .iter()
        .max_by(|a, b| mean(a.1).total_cmp(&mean(b.1)))
        .unwrap();
    assert_eq!(best.0, UNIT_PRAISED_FROM_INSIDE);
    assert!(
        by_unit.values().any(|unit| unit.len() < 10),
        "some units are too small to judge"
    );
}

#[test]
fn guesses_miss_as_planted() {
    let codes = definition("gissningar");
    let column = codes["columns"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["name"].as_str() == Some("fraga"))
        .unwrap();
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let sessions = deliveries("gissningar");
    for records in &sessions {
        for row in &records.rows {
            let question = column["codes"][records.get(row, "Question")].as_str().unwrap();
            if let Ok(guess) = records.get(row, "Choice").parse::<f64>() {
                let votes = number(records.get(row, "Votes"));
                let sum = sums.entry(question).or_default();
                *sum = (sum.0 + guess * votes, sum.1 + votes);
            }
        }
    }
    for (question, guessed, is_so) in GUESSES {
        let mean = sums[question].0 / sums[question].1;
        assert!((mean / guessed - 1.0).abs() < 0.12, "{question}: {mean}");
        assert!((mean / is_so - 1.0).abs() > 0.25, "{question} is no myth");
    }
    let asked = definition("gissningsfragor");
    let described = asked["derive"]["sql"].as_str().unwrap();
    for question in sums.keys() {
        assert!(described.contains(&format!("'{question}'")), "{question}");
    }
}

#[test]
fn arenas_overlap_and_a_question_has_none() {
    let pairs = |dataset: &str, name: &str| -> BTreeMap<String, BTreeSet<String>> {
        let records = deliveries(dataset).remove(0);
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in &records.rows {
            let of = found.entry(records.get(row, "arena").to_owned()).or_default();
            of.insert(records.get(row, name).to_owned());
        }
        found
    };
    let (members, questions) = (pairs("arenadeltagare", "funktion"), pairs("arenafragor", "fråga"));
    let arenas = deliveries("arenor").remove(0);
    let known: BTreeSet<String> = arenas
        .rows
        .iter()
        .map(|row| arenas.get(row, "arena").to_owned())
        .collect();
    assert_eq!(known, members.keys().cloned().collect());
    assert_eq!(known, questions.keys().cloned().collect());
    let mut double = Vec::new();
    for (a, of_a) in &members {
        for (b, of_b) in members.iter().filter(|(b, _)| *b > a) {
            let alike = of_a.intersection(of_b).count() as f64 / of_a.union(of_b).count() as f64;
            if alike > 0.8 && questions[a] == questions[b] {
                double.push([a.as_str(), b.as_str()]);
            }
        }
    }
    assert_eq!(double, [DOUBLE_ARENAS]);
    let all = deliveries("samverkansfragor").remove(0);
    let without: Vec<&str> = all
        .rows
        .iter()
        .map(|row| all.get(row, "fråga"))
        .filter(|question| !questions.values().any(|of| of.contains(*question)))
        .collect();
    assert_eq!(without, [QUESTION_WITHOUT_ARENA]);
}
