//! Life expectancy. The reference is rounded to four decimals.

use perspektiv_statistics::health::{LifeTableOptions, Suppressed, TableRow, life_table};

use crate::{Row, folder, number, read};

fn table(input: &[Row], case: &str, area: &str) -> Vec<TableRow> {
    let rows = input
        .iter()
        .filter(|row| row["case_id"] == case && row["area"] == area);
    rows.map(|row| TableRow {
        age: number(row, "startage"),
        population: number(row, "population"),
        deaths: number(row, "deaths"),
    })
    .collect()
}

#[test]
fn life_expectancy() {
    if folder().is_none() {
        return;
    }
    let input = read("phe_life_expectancy_input");
    // The reference knows tables of twenty bands only.
    let options = LifeTableOptions {
        bands: Some(20),
        ..LifeTableOptions::default()
    };
    let (mut cases, mut largest) = (0, 0.0f64);
    for expected in read("phe_life_expectancy_expected") {
        let (case, area) = (&expected["case_id"], &expected["area"]);
        let table = life_table(&table(&input, case, area), &options).unwrap().unwrap();
        let found = table.at(number(&expected, "startage").unwrap());
        let limits = found.map(|row| row.limits).unwrap_or_default();
        let pairs = [
            ("value", found.and_then(|row| row.expectancy)),
            ("lower95", limits.low),
            ("upper95", limits.high),
        ];
        for (column, found) in pairs {
            let at = format!("{case} {area} {} {column}", expected["startage"]);
            match (number(&expected, column), found) {
                (Some(expected), Some(found)) => {
                    let difference = (found - expected).abs();
                    assert!(
                        difference < 5e-5 * expected.abs().max(1.0),
                        "{at}: {found} is not {expected}"
                    );
                    largest = largest.max(difference / expected.abs());
                }
                (expected, found) => assert_eq!(expected, found, "{at}"),
            }
        }
        for (column, found) in [
            ("pops_used", found.map(|row| row.population_above)),
            ("deaths_used", found.map(|row| row.deaths_above)),
        ] {
            if let Some(expected) = number(&expected, column) {
                assert_eq!(found, Some(expected), "{case} {column}");
            }
        }
        cases += 1;
    }
    println!("phe_life_expectancy: {cases} cases, largest relative difference {largest:.1e}");
    assert_eq!(cases, 159);
}

#[test]
fn every_refusal_has_its_reason() {
    if folder().is_none() {
        return;
    }
    let input = read("phe_life_expectancy_input");
    let options = LifeTableOptions {
        bands: Some(20),
        ..LifeTableOptions::default()
    };
    for (case, area, reason) in [
        ("standard", "", None),
        ("negative_deaths", "", Some(Suppressed::NegativeDeaths)),
        ("zero_population", "", Some(Suppressed::NoPopulation)),
        (
            "deaths_gt_population",
            "",
            Some(Suppressed::DeathsAbovePopulation),
        ),
        ("missing_age_band", "", Some(Suppressed::Bands)),
        ("wide_ci", "Area 1", Some(Suppressed::DeathsAbovePopulation)),
        ("grouped", "Good data", None),
        ("grouped", "Missing age band", Some(Suppressed::Bands)),
        ("grouped", "Negative deaths", Some(Suppressed::NegativeDeaths)),
        ("grouped", "Negative pops", Some(Suppressed::NoPopulation)),
        (
            "grouped",
            "Deaths more than pops",
            Some(Suppressed::DeathsAbovePopulation),
        ),
    ] {
        let found = life_table(&table(&input, case, area), &options).unwrap().unwrap();
        assert_eq!(found.suppressed, reason, "{case} {area}");
    }
    // A table that ends at 85 is as good as one that ends at 90, unless told.
    let short = table(&input, "missing_age_band", "");
    let found = life_table(&short, &LifeTableOptions::default()).unwrap().unwrap();
    assert!(found.at(0.0).unwrap().expectancy.unwrap() > 70.0);
}
