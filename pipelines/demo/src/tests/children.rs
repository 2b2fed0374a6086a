//! Children and young people: the same child in every register, what was planted
//! about them, and that the region's own indicators are sums of its register.

use std::collections::{BTreeMap, HashMap};

use super::definitions::deliveries;
use super::read::{number, person};
use super::source::Records;
use crate::children::overweight;
use crate::places::KOMMUN;
use crate::truths::{
    ABSENT_BY_WORRY, BULLIED_BY_ECONOMY, CARIES_RATIO_BY_OVERWEIGHT, LOW_MOOD_IN_YEAR_9, OVERWEIGHT_MEASURE,
    OVERWEIGHT_MEASURE_EFFECT, SCHOOL_WAVES, WORRIED_IN_YEAR_8,
};

/// Values of a share: how many are counted, and of how many.
#[derive(Default, Clone, Copy)]
struct Share(f64, f64);

impl Share {
    fn add(&mut self, counts: bool) {
        self.0 += f64::from(u8::from(counts));
        self.1 += 1.0;
    }

    fn value(self) -> f64 {
        self.0 / self.1
    }

    /// Whether it is what was expected, but for four standard errors.
    fn is(self, expected: f64) -> bool {
        (self.value() - expected).abs() < 4.0 * (expected * (1.0 - expected) / self.1).sqrt() + 0.001
    }
}

/// Every row of a dataset with the records it stands in.
fn each(dataset: &str, mut take: impl FnMut(&Records, &[String])) {
    for records in deliveries(dataset) {
        for row in &records.rows {
            take(&records, row);
        }
    }
}

#[test]
fn own_indicators_are_the_sums_of_the_visits() {
    let mut counts: HashMap<(String, String, String), Share> = HashMap::new();
    each("barnhalsa", |records, row| {
        let class = records.get(row, "viktklass");
        let valid = person(records.get(row, "personnummer")).is_some();
        let year = &records.get(row, "datum")[..4];
        let centimetres = number(records.get(row, "längd"));
        if valid && ["1", "2", "3", "4"].contains(&class) && centimetres > 40.0 {
            let key = |kommun: &str, sex: &str| (kommun.to_owned(), year.to_owned(), sex.to_owned());
            let sex = if records.get(row, "kön") == "P" { "M" } else { "K" };
            for (kommun, sex) in [(records.get(row, "kommun"), sex), ("0017", sex), ("0017", "T")] {
                counts
                    .entry(key(kommun, sex))
                    .or_default()
                    .add(matches!(class, "3" | "4"));
            }
        }
    });
    let mut compared = 0;
    each("egna_nyckeltal", |records, row| {
        let get = |name| records.get(row, name);
        let key = (
            get("Enhet").to_owned(),
            get("År").to_owned(),
            get("Kön").to_owned(),
        );
        if get("Nyckeltal") != "EGEN01" || !counts.contains_key(&key) {
            return;
        }
        let Share(with, examined) = counts[&key];
        assert_eq!(number(get("Undersökta barn")), examined, "{key:?}");
        match get("Antal barn med utfallet") {
            ".." => assert!((1.0..=2.0).contains(&with), "{key:?}"),
            shown => {
                assert_eq!(number(shown), with, "{key:?}");
                assert!(
                    (number(get("Andel (%)")) - 100.0 * with / examined).abs() < 0.06,
                    "{key:?}"
                );
            }
        }
        compared += 1;
    });
    assert!(compared > 150, "{compared}");
}

#[test]
fn the_goal_of_the_own_indicator_is_a_goal() {
    let goals = deliveries("malset").remove(0);
    let goals: Vec<&str> = goals.rows.iter().map(|row| goals.get(row, "mal")).collect();
    for dataset in ["egna_nyckeltal", "insatser"] {
        each(dataset, |records, row| {
            let goal = records.get(row, if dataset == "insatser" { "mål" } else { "Mål" });
            assert!(goals.contains(&goal), "{goal}");
        });
    }
}

#[test]
fn the_measure_lowers_overweight_where_it_is() {
    let mut with: Vec<&str> = Vec::new();
    let measures = deliveries("insatser").remove(0);
    for row in &measures.rows {
        if measures.get(row, "nyckeltal") == "EGEN01" {
            with.push(measures.get(row, "kommun"));
            assert_eq!(measures.get(row, "från"), "2022-01-01");
        }
    }
    assert_eq!(with, OVERWEIGHT_MEASURE);
    // What is expected, free of chance: the difference in differences is the effect.
    for (kommun, place) in KOMMUN.iter().enumerate() {
        let mean = |years: [i32; 3]| years.iter().map(|year| overweight(kommun, *year)).sum::<f64>() / 3.0;
        let change = mean([2022, 2023, 2024]) - mean([2019, 2020, 2021]);
        let effect = if with.contains(&place.code) {
            OVERWEIGHT_MEASURE_EFFECT
        } else {
            0.0
        };
        assert!((change - effect).abs() < 0.003, "{}: {change}", place.name);
    }
    // And the rows follow it.
    let mut rows: BTreeMap<(bool, bool), (Share, f64)> = BTreeMap::new();
    each("barnhalsa", |records, row| {
        let class = records.get(row, "viktklass");
        let kommun = KOMMUN
            .iter()
            .position(|kommun| kommun.code == records.get(row, "kommun"))
            .unwrap();
        if ["1", "2", "3", "4"].contains(&class) {
            let year: i32 = records.get(row, "datum")[..4].parse().unwrap();
            let cell = rows
                .entry((with.contains(&KOMMUN[kommun].code), year >= 2022))
                .or_default();
            cell.0.add(matches!(class, "3" | "4"));
            cell.1 += overweight(kommun, year);
        }
    });
    for (which, (share, expected)) in rows {
        assert!(
            share.is(expected / share.1),
            "{which:?}: {} of {}",
            share.value(),
            share.1
        );
    }
}

#[test]
fn overweight_and_caries_go_together_at_the_child() {
    let mut heavy: HashMap<String, bool> = HashMap::new();
    each("barnhalsa", |records, row| {
        let class = records.get(row, "viktklass");
        if let (Some(child), "1" | "2" | "3" | "4") = (person(records.get(row, "personnummer")), class) {
            heavy.insert(child, matches!(class, "3" | "4"));
        }
    });
    let mut caries = [Share::default(); 2];
    each("tandvard", |records, row| {
        let child = person(records.get(row, "Personnr"));
        let free = records.get(row, "Kariesfri");
        if let (Some(heavy), "6", "Ja" | "Nej") = (
            child.and_then(|child| heavy.get(&child)),
            records.get(row, "Ålder"),
            free,
        ) {
            caries[usize::from(*heavy)].add(free == "Nej");
        }
    });
    let [others, heavy] = caries;
    assert!(heavy.1 > 50.0, "{}", heavy.1);
    assert!(
        heavy.is(others.value() * CARIES_RATIO_BY_OVERWEIGHT),
        "{} {}",
        heavy.value(),
        others.value()
    );
    assert!(heavy.value() > 1.3 * others.value());
}

#[test]
fn worry_and_absence_are_as_planted() {
    let mut worried = [Share::default(); 2];
    let mut expected = [0.0; 2];
    let mut absent = [Share::default(); 2];
    for (index, records) in deliveries("elevhalsa").iter().enumerate() {
        for row in &records.rows {
            let worry = matches!(records.get(row, "Oro"), "4" | "5");
            let absence = number(records.get(row, "Frånvaro"));
            if absence <= 100.0 {
                absent[usize::from(worry)].add(absence >= 15.0);
            }
            if records.get(row, "Årskurs") == "8" {
                let girl = usize::from(records.get(row, "Kön") == "2");
                worried[girl].add(worry);
                expected[girl] += WORRIED_IN_YEAR_8[girl][index];
            }
        }
    }
    for sex in 0..2 {
        assert!(
            worried[sex].is(expected[sex] / worried[sex].1),
            "{}",
            worried[sex].value()
        );
        assert!(absent[sex].is(ABSENT_BY_WORRY[sex]), "{}", absent[sex].value());
    }
}

#[test]
fn pupils_answers_and_weights_are_as_planted() {
    let mut bullied = [Share::default(); 3];
    for (wave, records) in deliveries("skolenkat").iter().enumerate() {
        let mut low = [Share::default(); 2];
        let mut strata: HashMap<&str, (f64, f64)> = HashMap::new();
        for row in &records.rows {
            let get = |name| records.get(row, name);
            assert_eq!(get("År"), SCHOOL_WAVES[wave].to_string());
            if get("Respondent").len() == 6 {
                // A faulty row.
                continue;
            }
            let stratum = strata.entry(get("Stratum")).or_default();
            stratum.0 = number(get("Elever i stratum"));
            stratum.1 += number(get("Vikt"));
            if let Some(economy) = ["1", "2", "3"]
                .iter()
                .position(|code| *code == get("Hur god ekonomi har din familj?"))
                && get("Hur ofta har du blivit mobbad i år?") != "9"
            {
                bullied[economy].add(get("Hur ofta har du blivit mobbad i år?") != "1");
            }
            let mood = get("Hur ofta har du känt dig nedstämd det senaste halvåret?");
            if let ("9", "1" | "2", "1" | "2" | "3" | "4") = (get("Årskurs"), get("Kön"), mood) {
                low[usize::from(get("Kön") == "2")].add(matches!(mood, "3" | "4"));
            }
        }
        for (pupils, weights) in strata.values() {
            assert!((pupils - weights).abs() < 0.05, "{pupils} {weights}");
        }
        for (sex, low) in low.iter().enumerate() {
            assert!(
                low.is(LOW_MOOD_IN_YEAR_9[sex][wave]),
                "{wave} {sex}: {}",
                low.value()
            );
        }
    }
    for (share, expected) in bullied.iter().zip(BULLIED_BY_ECONOMY) {
        assert!(share.is(expected), "{}", share.value());
    }
}
