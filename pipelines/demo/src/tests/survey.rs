//! The survey: design, weights and planted shares.

use std::collections::{HashMap, HashSet};

use super::file;
use super::read::{Table, number};
use crate::truths::{ANSWERS, POOR_MENTAL_WELLBEING, SITTING_BY_EDUCATION, WAVES};

fn wave(year: i32) -> Table {
    Table::read(&file(&format!("liv_halsa/liv_halsa_{year}.csv")), true)
}

/// The weighted share of some codes among the answers of some rows.
fn share(table: &Table, column: &str, codes: &[&str], rows: impl Fn(&[String]) -> bool) -> f64 {
    let (mut part, mut whole) = (0.0, 0.0);
    for row in table.rows.iter().filter(|row| rows(row)) {
        let answer = table.get(row, column);
        if answer.is_empty() || answer == "9" {
            continue;
        }
        let weight = number(table.get(row, "vikt"));
        whole += weight;
        part += if codes.contains(&answer) { weight } else { 0.0 };
    }
    part / whole
}

#[test]
fn weights_add_up_to_the_population() {
    for (year, answers) in WAVES.iter().zip(ANSWERS) {
        let table = wave(*year);
        let mut sums: HashMap<&str, (f64, f64)> = HashMap::new();
        let mut seen = HashSet::new();
        for row in &table.rows {
            assert!(seen.insert(table.get(row, "löpnr")), "numbers are unique");
            let of = sums.entry(table.get(row, "stratum")).or_default();
            let n: f64 = number(table.get(row, "stratumstorlek"));
            *of = (of.0 + number(table.get(row, "vikt")), n);
        }
        assert_eq!(sums.len(), 128);
        let off = sums.values().filter(|(sum, n)| (sum - n).abs() > 0.02).count();
        // The strata with an extra, faulty row.
        assert!(off <= 3, "{year}: {off}");
        // Strata of a small county may have fewer residents than answers planned.
        let ratio = table.rows.len() as f64 / f64::from(answers);
        assert!((0.97..1.01).contains(&ratio), "{year}: {ratio}");
    }
}

#[test]
fn young_women_feel_worst_and_it_grows() {
    let mut young_women = Vec::new();
    for (w, year) in WAVES.iter().enumerate() {
        let table = wave(*year);
        let mut shares = Vec::new();
        for (sex, by_age) in POOR_MENTAL_WELLBEING.iter().enumerate() {
            for (group, planted) in by_age.iter().enumerate() {
                let found = share(&table, "psykiskt_välbefinnande", &["2"], |row| {
                    table.get(row, "kön") == (sex + 1).to_string()
                        && table.get(row, "åldersgrupp") == (group + 1).to_string()
                });
                assert!((found - planted[w]).abs() < 0.05, "{year}: {found}");
                shares.push(found);
            }
        }
        let highest = shares.iter().copied().fold(0.0, f64::max);
        assert!(highest - shares[4] < 0.001, "{year}: {shares:?}");
        young_women.push(shares[4]);
    }
    assert!(young_women[4] > young_women[2] + 0.05, "{young_women:?}");
}

#[test]
fn economy_loneliness_and_sitting_follow_the_plan() {
    let table = wave(2022);
    let by_education = |column, codes: &[&str]| {
        ["1", "2", "3"].map(|level| share(&table, column, codes, |r| table.get(r, "utbildning") == level))
    };
    let [low, middle, high] = by_education("löpande_utgifter", &["2", "3"]);
    assert!(low > middle && middle > high && low > 2.0 * high, "{low} {high}");

    let sitting = by_education("stillasittande", &["3", "4"]);
    for (found, planted) in sitting.iter().zip(SITTING_BY_EDUCATION) {
        assert!((found - planted).abs() < 0.05, "{sitting:?}");
    }

    let lonely = |rows: &dyn Fn(&[String]) -> bool| share(&table, "ensamhet", &["3", "4"], rows);
    let age = |group: &'static str| lonely(&|r| table.get(r, "åldersgrupp") == group);
    assert!(["2", "3", "4"].iter().all(|g| age("1") > age(g) + 0.05));
    let stressed = lonely(&|r| table.get(r, "löpande_utgifter") == "3");
    let others = lonely(&|r| table.get(r, "löpande_utgifter") == "1");
    assert!(stressed > others + 0.2, "{stressed} {others}");
}

#[test]
fn earlier_waves_lack_later_questions() {
    let table = wave(2004);
    assert!(table.rows.iter().all(|r| table.get(r, "ensamhet").is_empty()));
    let questions = wave(2022).rows[0].len() - 11;
    assert!(questions >= 40, "{questions}");
}
