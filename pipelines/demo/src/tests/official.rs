//! The forecast and what SCB and Socialstyrelsen publish.

use std::collections::BTreeMap;

use super::definitions::deliveries;
use super::read::{Table, number};
use super::{county, file};
use crate::Options;
use crate::kolada::life_expectancy;
use crate::truths::{EXCESS_IN_CIRCULATION, LIFE_BY_EDUCATION};

/// Residents of the register at the end of 2024, of this age or older.
fn residents(from: i32) -> f64 {
    let table = Table::read(&file("befolkning/befolkning_2024.csv"), false);
    let here = table.rows.iter().filter(|row| {
        let age = table.get(row, "alder").parse().is_ok_and(|age: i32| age >= from);
        age && matches!(table.get(row, "status"), "B" | "I")
    });
    here.count() as f64
}

#[test]
fn the_forecast_goes_on_from_the_register() {
    let mut sums: BTreeMap<(String, String, String), [f64; 2]> = BTreeMap::new();
    for records in deliveries("prognos") {
        for row in &records.rows {
            let get = |name| records.get(row, name);
            let n = number(get("antal"));
            let key = (
                get("version").to_owned(),
                get("scenario").to_owned(),
                get("ar").to_owned(),
            );
            let sum = sums.entry(key).or_default();
            sum[0] += n;
            sum[1] += if number(get("alder")) >= 80.0 { n } else { 0.0 };
        }
    }
    let of = |version: &str, scenario: &str, year: &str| {
        sums[&(version.to_owned(), scenario.to_owned(), year.to_owned())]
    };
    let (main, low) = ("Huvudalternativ", "Låg inflyttning");
    let (now, old) = (residents(-1), residents(80));
    assert!((of("2025", main, "2025")[0] / now - 1.0).abs() < 0.01);
    // The older forecast missed by what chance does in two years.
    assert!((of("2023", main, "2024")[0] / now - 1.0).abs() < 0.03);
    assert!(
        of("2025", main, "2034")[1] > 1.15 * old,
        "more of 80 and older: {old}"
    );
    assert!(of("2025", low, "2040")[0] < 0.95 * of("2025", main, "2040")[0]);
    assert_eq!(sums.len(), 18 + 16 + 16);
}

#[test]
fn disturbed_totals_are_near_the_register_and_no_sums() {
    let records = deliveries("folkmangd").remove(0);
    // By age group and year: men, women, both.
    let mut county: BTreeMap<(&str, &str), [f64; 3]> = BTreeMap::new();
    for row in records
        .rows
        .iter()
        .filter(|row| records.get(row, "Region") == "17")
    {
        let sex = ["1", "2", "TotSa"]
            .iter()
            .position(|code| *code == records.get(row, "Kon"));
        let cell = county
            .entry((records.get(row, "Alder"), records.get(row, "Tid")))
            .or_default();
        cell[sex.unwrap()] = number(records.get(row, "value"));
    }
    let latest = county.iter().filter(|((_, year), _)| *year == "2024");
    let both: f64 = latest.map(|(_, sexes)| sexes[2]).sum();
    assert!((both - residents(-1)).abs() < 30.0, "{both}");
    let differ = county
        .values()
        .filter(|[men, women, both]| men + women != *both)
        .count();
    assert!(differ > 20, "{differ}");
}

#[test]
fn life_tables_agree_with_kolada() {
    let kolada = life_expectancy(Options::default().seed);
    let mut compared = 0;
    for records in deliveries("livslangd") {
        for row in records.rows.iter().filter(|row| records.get(row, "ålder") == "0") {
            let region = records.get(row, "region").split_once(' ').unwrap().0;
            let unit = if region.len() == 2 {
                format!("00{region}")
            } else {
                region.to_owned()
            };
            let year = records.get(row, "period")[5..].parse().unwrap();
            let sex = usize::from(records.get(row, "kön") == "kvinnor");
            if let Some(years) = kolada
                .get(&(unit.clone(), year))
                .filter(|both| both.iter().all(|y| *y > 0.0))
            {
                let left: f64 = records
                    .get(row, "Återstående medellivslängd, år")
                    .parse()
                    .unwrap();
                assert!(
                    (left - years[sex]).abs() < 0.011,
                    "{unit} {year}: {left} {years:?}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn education_and_circulation_set_lives_apart() {
    let records = deliveries("livslangd_utbildning").remove(0);
    let left = |level: &str, period: &str| -> f64 {
        let row = records.rows.iter().find(|row| {
            ["17", level, "1", period]
                .iter()
                .zip(["Region", "UtbNiv", "Kon", "Tid"])
                .all(|(value, name)| records.get(row, name) == *value)
        });
        records.get(row.unwrap(), "value").parse().unwrap()
    };
    let gap = |period| left("3", period) - left("1", period);
    assert!((gap("2013-2017") - (LIFE_BY_EDUCATION[2] - LIFE_BY_EDUCATION[0])).abs() < 0.02);
    assert!(gap("2020-2024") > gap("2013-2017") + 0.2);
    let missing = records
        .rows
        .iter()
        .filter(|row| records.get(row, "status") == "..");
    assert_eq!(missing.count(), 18, "Gotland");

    let deaths = deliveries("dodsorsaker").remove(0);
    let share = |region: &str| {
        let (mut circulation, mut all) = (0.0, 0.0);
        for row in deaths
            .rows
            .iter()
            .filter(|row| deaths.get(row, "Region") == region)
        {
            if ["50-54", "55-59", "60-64", "65-69", "70-74"].contains(&deaths.get(row, "Ålder")) {
                let n = number(deaths.get(row, "Antal döda"));
                all += n;
                circulation += if deaths.get(row, "Diagnos").starts_with("Cirkulation") {
                    n
                } else {
                    0.0
                };
            }
        }
        circulation / all
    };
    let excess = share("17 Värmlands län") / share("00 Riket");
    // The share rises less than the deaths, because they are among all too.
    assert!(
        excess > 1.0 + 0.5 * (EXCESS_IN_CIRCULATION - 1.0) && excess < EXCESS_IN_CIRCULATION,
        "{excess}"
    );
}

#[test]
fn voices_have_consent_and_stand_on_several_lines() {
    let voices = deliveries("roster").remove(0);
    let lines = voices
        .rows
        .iter()
        .filter(|row| voices.get(row, "Text").contains('\n'))
        .count();
    assert!(lines >= 5, "{lines}");
    let refused: Vec<&str> = voices
        .rows
        .iter()
        .filter(|row| voices.get(row, "Samtycke") == "nej")
        .map(|row| voices.get(row, "Röst"))
        .collect();
    assert_eq!(refused, ["R036"]);
    assert_eq!(county().1.datasets["roster"].faulty(), 2);
}
