//! The population register: numbers, sizes, faults.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::read::{Table, person};
use super::{county, file};
use crate::calendar::{civil, iso};
use crate::places::KOMMUN;
use crate::truths::YEARS;
use crate::{Fault, Options};

fn register(year: i32) -> Table {
    Table::read(&file(&format!("befolkning/befolkning_{year}.csv")), false)
}

#[test]
fn numbers_are_valid_unique_and_tell_the_sex() {
    let mut faults = 0;
    for year in YEARS {
        let table = register(year);
        let mut seen = HashSet::new();
        for row in &table.rows {
            let Some(number) = person(table.get(row, "personnummer")) else {
                faults += 1;
                continue;
            };
            let male = (number.as_bytes()[10] - b'0') % 2 == 1;
            assert_eq!(male, table.get(row, "kon") == "1");
            seen.insert(number);
        }
        let duplicates = table.rows.len() - seen.len();
        assert!(duplicates < 5, "{duplicates}");
    }
    let planted = &county().1.datasets["befolkning"].faults;
    assert_eq!(faults, planted[&Fault::PersonNumber]);
}

#[test]
fn municipalities_ages_and_changes_look_like_varmland() {
    let table = register(2024);
    let mut sizes: BTreeMap<&str, u32> = BTreeMap::new();
    let mut status: HashMap<&str, f64> = HashMap::new();
    let mut old = 0.0;
    for row in &table.rows {
        *sizes.entry(table.get(row, "kommun")).or_insert(0) += 1;
        *status.entry(table.get(row, "status")).or_insert(0.0) += 1.0;
        old += f64::from(u8::from(table.get(row, "alder").parse::<i32>().unwrap() >= 65));
    }
    let n = table.rows.len() as f64;
    for kommun in &KOMMUN {
        assert!(sizes[kommun.code] > 150, "{}", kommun.name);
    }
    let karlstad = f64::from(sizes["1780"]) / n;
    assert!((karlstad - 0.34).abs() < 0.03, "{karlstad}");
    assert!((old / n - 0.25).abs() < 0.03, "{old}");
    // Some 1.1 per cent die in a year, 2.4 per cent move in and out.
    assert!((status["D"] / n - 0.0105).abs() < 0.003);
    assert!((status["I"] / n - 0.0235).abs() < 0.005);
    assert!((status["U"] / n - 0.0235).abs() < 0.005);
}

#[test]
fn persons_go_on_from_year_to_year() {
    let mut before: Option<HashMap<String, String>> = None;
    for year in YEARS {
        let table = register(year);
        let now: HashMap<String, String> = table
            .rows
            .iter()
            .filter_map(|row| {
                let number = person(table.get(row, "personnummer"))?;
                Some((number, table.get(row, "status").to_owned()))
            })
            .collect();
        if let Some(before) = before {
            for (number, status) in &before {
                let gone = matches!(status.as_str(), "D" | "U");
                // The persons of faulty rows live one year.
                if number[8..10] != *"97" {
                    assert_eq!(now.contains_key(number), !gone, "{year} {status}");
                }
            }
        }
        before = Some(now);
    }
}

#[test]
fn a_birthday_is_the_number_s() {
    let population = crate::population::Population::new(3, 2000, 2).unwrap();
    let mut coordination = 0;
    for person in &population.people {
        let day = iso(person.birth);
        assert_eq!(&person.number[..4], &day[..4]);
        assert_eq!(&person.number[4..6], &day[5..7]);
        let (_, _, d) = civil(person.birth);
        let written = u32::from(person.number[6] - b'0') * 10 + u32::from(person.number[7] - b'0');
        assert_eq!(written, d + if person.coordination { 60 } else { 0 });
        coordination += u32::from(person.coordination);
        assert!(person.number[8..10] == *b"98" || person.number[8..10] == *b"99");
    }
    assert!(coordination > 2);
    assert_eq!(Options::default().persons, 284_000);
}
