//! Cost: how skewed it is, who pays, and what moves people from low to high.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::read::{Table, number, person};
use super::{county, file};
use crate::Fault;
use crate::places::KOMMUN;
use crate::truths::{
    CARE_AFTER_FALL, CARE_RATIO_AFTER_LOSS, CARE_WITHOUT_FALL, ELDERLY, HIGH_CONSUMER_COST, REGION_SHARE,
    TOP_COST, TOP_PERSONS, YEARS,
};

#[derive(Default)]
struct Consumption {
    region: HashMap<String, f64>,
    kommun: HashMap<String, f64>,
    fell: HashSet<String>,
    care: HashSet<String>,
    /// Everybody, with age and the date of leaving.
    people: HashMap<String, (i32, Option<String>)>,
    /// Marital status, and whether it changed this year.
    marital: HashMap<String, (String, bool)>,
    codes: HashMap<String, u32>,
    invalid: u64,
}

fn years() -> &'static Vec<Consumption> {
    static ALL: OnceLock<Vec<Consumption>> = OnceLock::new();
    ALL.get_or_init(|| YEARS.iter().map(|&year| consumption(year)).collect())
}

fn consumption(year: i32) -> Consumption {
    let mut all = Consumption::default();
    let register = Table::read(&file(&format!("befolkning/befolkning_{year}.csv")), false);
    for row in &register.rows {
        let gone = matches!(register.get(row, "status"), "D" | "U");
        let date = gone.then(|| register.get(row, "statusdatum").to_owned());
        let age = register.get(row, "alder").parse().unwrap();
        // The persons of faulty rows have birth numbers of their own.
        if let Some(number) = person(register.get(row, "personnummer"))
            && number[8..10] != *"97"
        {
            let since = register
                .get(row, "civilstandsdatum")
                .starts_with(&year.to_string());
            let marital = register.get(row, "civilstand").to_owned();
            all.marital.insert(number.clone(), (marital, since));
            all.people.insert(number, (age, date));
        }
    }
    let visits = Table::read(&file(&format!("regionvard/regionvard_{year}.csv")), false);
    for row in &visits.rows {
        let Some(number_) = person(visits.get(row, "personnummer")) else {
            all.invalid += 1;
            continue;
        };
        let (_, gone) = &all.people[&number_];
        let date = visits.get(row, "datum");
        if let Some(gone) = gone
            && date.len() == 10
            && !date.ends_with("-11-31")
        {
            assert!(date <= gone.as_str(), "care after leaving");
        }
        if visits.get(row, "vardniva") == "3" && visits.get(row, "diagnoskapitel") == "XIX" {
            all.fell.insert(number_.clone());
        }
        *all.region.entry(number_).or_insert(0.0) += number(visits.get(row, "kostnad"));
    }
    let prices = Table::read(&file("prislista/prislista.csv"), false);
    let price: HashMap<(&str, &str, &str, &str), f64> = prices
        .rows
        .iter()
        .map(|row| {
            let key = |column| prices.get(row, column);
            let key = (key("kommun"), key("ar"), key("tjanst"), key("enhet"));
            (key, number(prices.get(row, "pris")))
        })
        .collect();
    for kommun in &KOMMUN {
        let path = format!("kommunvard/kommunvard_{}_{year}.csv", kommun.code);
        let services = Table::read(&file(&path), true);
        for row in &services.rows {
            let Some(number_) = person(services.get(row, "personnummer")) else {
                continue;
            };
            let service = services.get(row, "tjänst");
            let amount = services.get(row, "mängd");
            if service == "Fixartjänst" {
                continue;
            }
            let unit = match amount {
                "777" => "dygnet runt",
                _ => services.get(row, "enhet"),
            };
            let units = match amount {
                "777" => 1.0,
                "888" | "999" => 0.0,
                _ => number(amount),
            };
            if amount.len() == 3 && !amount.contains(',') {
                *all.codes.entry(amount.to_owned()).or_insert(0) += 1;
            }
            if matches!(service, "Hemtjänst" | "Särskilt boende") {
                all.care.insert(number_.clone());
            }
            let year = year.to_string();
            let cost = units * price[&(kommun.code, year.as_str(), service, unit)];
            *all.kommun.entry(number_).or_insert(0.0) += cost;
        }
    }
    all
}

#[test]
fn a_fifth_of_the_elderly_take_four_fifths_of_the_cost() {
    for (year, all) in YEARS.iter().zip(years()) {
        let of = |costs: &HashMap<String, f64>, who| costs.get(who).copied().unwrap_or(0.0);
        let mut costs: Vec<(f64, f64)> = all
            .people
            .iter()
            .filter(|(_, (age, _))| *age >= ELDERLY)
            .map(|(who, _)| (of(&all.region, who), of(&all.kommun, who)))
            .collect();
        costs.sort_by(|a, b| (b.0 + b.1).total_cmp(&(a.0 + a.1)));
        let total: f64 = costs.iter().map(|(r, k)| r + k).sum();
        let region: f64 = costs.iter().map(|(r, _)| r).sum();
        let persons = (costs.len() as f64 * TOP_PERSONS).round() as usize;
        let top: f64 = costs[..persons].iter().map(|(r, k)| r + k).sum();
        let (top_share, region_share) = (top / total, region / total);
        let mean = top / persons as f64;
        assert!((top_share - TOP_COST).abs() < 0.05, "{year}: {top_share}");
        assert!(
            (region_share - REGION_SHARE).abs() < 0.05,
            "{year}: {region_share}"
        );
        assert!((mean / HIGH_CONSUMER_COST - 1.0).abs() < 0.15, "{year}: {mean}");
        let without = costs.iter().filter(|(r, k)| r + k == 0.0).count();
        assert!(without * 10 > costs.len(), "{year}: {without} cost nothing");
    }
}

#[test]
fn a_fall_leads_to_care() {
    let (mut fell, mut fell_care, mut others, mut others_care) = (0.0, 0.0, 0.0, 0.0);
    for pair in years().windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        for (who, (age, gone)) in &before.people {
            let stays = gone.is_none() && after.people.contains_key(who);
            if *age < ELDERLY || !stays || before.care.contains(who) {
                continue;
            }
            let care = f64::from(u8::from(after.care.contains(who)));
            if before.fell.contains(who) {
                fell += 1.0;
                fell_care += care;
            } else {
                others += 1.0;
                others_care += care;
            }
        }
    }
    let (after, without) = (fell_care / fell, others_care / others);
    assert!((after - CARE_AFTER_FALL).abs() < 0.07, "{after} of {fell}");
    assert!(without < CARE_WITHOUT_FALL, "{without}");
}

#[test]
fn a_loss_goes_before_care_within_each_age() {
    // Lost and kept a spouse; by age, with care the year after, and of how many.
    let mut ages = [[[0.0; 2]; 2]; 3];
    for pair in years().windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        for (who, (age, gone)) in &before.people {
            let stays = gone.is_none() && after.people.contains_key(who);
            let (marital, changed) = &before.marital[who];
            let lost = match (marital.as_str(), changed) {
                ("ÄE", true) => 0,
                ("G", false) => 1,
                _ => continue,
            };
            if *age >= ELDERLY && stays && !before.care.contains(who) {
                let cell = &mut ages[((*age - ELDERLY) as usize / 10).min(2)][lost];
                cell[0] += f64::from(u8::from(after.care.contains(who)));
                cell[1] += 1.0;
            }
        }
    }
    // Expected among those who lost theirs had they the risk of the others.
    let lost: f64 = ages.iter().map(|[lost, _]| lost[0]).sum();
    let expected: f64 = ages.iter().map(|[lost, kept]| lost[1] * kept[0] / kept[1]).sum();
    let ratio = lost / expected;
    assert!((ratio - CARE_RATIO_AFTER_LOSS).abs() < 0.5, "{ratio}: {ages:?}");
}

#[test]
fn codes_and_faults_are_there() {
    for code in ["777", "888", "999"] {
        assert!(years().iter().all(|all| all.codes[code] > 5), "{code}");
    }
    let invalid: u64 = years().iter().map(|all| all.invalid).sum();
    let summary = &county().1;
    assert_eq!(
        invalid,
        summary.datasets["regionvard"].faults[&Fault::PersonNumber]
    );
    for (name, dataset) in &summary.datasets {
        let share = dataset.faulty() as f64 / dataset.rows as f64;
        // Two lines of a list written by hand are more of it.
        assert!(share <= 0.0011 || dataset.rows < 100, "{name}: {share}");
    }
}
