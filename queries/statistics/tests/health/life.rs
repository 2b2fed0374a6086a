//! Life tables and the difference between two of them.

use perspektiv_statistics::health::{
    DecompositionRow, LifeTableOptions, Suppressed, TableRow, life_expectancy_difference, life_table,
};
use perspektiv_statistics::{HealthError, StatisticsError};

use crate::{Random, TWO, close, ends, population};

#[test]
fn a_life_table_of_any_bands() {
    let mut random = Random(17);
    let rows = population(&mut random, 4000.0, 1.0);
    let options = LifeTableOptions {
        levels: TWO,
        ..LifeTableOptions::default()
    };
    let table = life_table(&rows, &options).unwrap().unwrap();
    // The expectancies are the years lived over the survivors, T/l.
    let mut lived = 0.0;
    for row in table.rows.iter().rev() {
        lived += row.years;
        assert!(close(lived / row.survivors, row.expectancy.unwrap(), 1e-12));
        let (low, high) = ends(row.limits);
        let (low2, high2) = ends(row.limits2.unwrap());
        assert!(low2 < low && low < row.expectancy.unwrap() && high < high2);
    }
    // A band in two rows, say of two sexes, is one band.
    let mut split: Vec<_> = rows
        .iter()
        .flat_map(|row| {
            let half = |n: Option<f64>| n.map(|n| n / 2.0);
            let half = TableRow {
                age: row.age,
                population: half(row.population),
                deaths: half(row.deaths),
            };
            [half, half]
        })
        .collect();
    assert_eq!(life_table(&split, &options).unwrap().unwrap(), table);
    // A constant mortality has the expectancy 1/M, whatever the bands.
    let one = [TableRow {
        age: Some(30.0),
        population: Some(10_000.0),
        deaths: Some(200.0),
    }];
    let found = life_table(&one, &options).unwrap().unwrap();
    assert!(close(found.at(30.0).unwrap().expectancy.unwrap(), 50.0, 1e-14));
    // Var(1/M) = 1 / (D M²).
    assert!(close(found.at(30.0).unwrap().se, 50.0 / 200f64.sqrt(), 1e-14));
    assert_eq!(found.at(0.0), None);

    let reason = |rows: &[TableRow]| life_table(rows, &options).unwrap().unwrap().suppressed;
    split[3].age = None;
    assert_eq!(reason(&split), Some(Suppressed::Incomplete));
    split = rows.clone();
    split[3].deaths = split[3].population.map(|n| n + 1.0);
    assert_eq!(reason(&split), Some(Suppressed::DeathsAbovePopulation));
    split = rows.clone();
    split.last_mut().unwrap().deaths = Some(0.0);
    assert_eq!(reason(&split), Some(Suppressed::NoDeathsAtEnd));
    split = rows;
    split.iter_mut().for_each(|row| row.population = Some(100.0));
    split.iter_mut().for_each(|row| row.deaths = Some(1.0));
    assert_eq!(reason(&split), Some(Suppressed::SmallPopulation));
    assert_eq!(life_table(&[], &options), Ok(None));
}

/// Rows by age and cause from two life tables.
fn causes<'a>(random: &mut Random, first: &[TableRow], second: &[TableRow]) -> Vec<DecompositionRow<'a>> {
    let mut rows = Vec::new();
    for (a, b) in first.iter().zip(second) {
        let (deaths_1, deaths_2) = (a.deaths.unwrap(), b.deaths.unwrap());
        let (share_1, share_2) = (random.unit(), random.unit());
        for (cause, part_1, part_2) in [
            ("heart", share_1, share_2),
            ("other", 1.0 - share_1, 1.0 - share_2),
        ] {
            rows.push(DecompositionRow {
                age: a.age.unwrap(),
                cause,
                population_1: a.population.unwrap(),
                deaths_1: deaths_1 * part_1,
                population_2: b.population.unwrap(),
                deaths_2: deaths_2 * part_2,
            });
        }
    }
    rows
}

#[test]
fn the_parts_of_a_difference_add_up_to_it() {
    let mut random = Random(23);
    let options = LifeTableOptions {
        minimum: 0.0,
        widest: 1e9,
        ..LifeTableOptions::default()
    };
    for round in 0..100 {
        // From hardly any difference to a mortality so high that nobody survives a band.
        let level = [1.0, 1.0 + 1e-9, 1.3, 30.0][round % 4];
        let first = population(&mut random, 4000.0, 1.0);
        let mut second = population(&mut random, 4000.0, level);
        if level == 30.0 {
            second
                .iter_mut()
                .for_each(|row| row.deaths = row.deaths.map(|d| d.min(row.population.unwrap())));
        }
        let mut rows = causes(&mut random, &first, &second);
        random.shuffle(&mut rows);
        let found = life_expectancy_difference(&rows).unwrap().unwrap();
        let tables = [&first, &second].map(|rows| life_table(rows, &options).unwrap().unwrap());
        let [one, two] = tables
            .each_ref()
            .map(|table| table.at(0.0).unwrap().expectancy.unwrap());
        assert!(close(found.expectancy_1, one, 1e-12) && close(found.expectancy_2, two, 1e-12));
        let total: f64 = found.parts.iter().map(|part| part.years).sum();
        assert!(
            (total - (two - one)).abs() < 1e-10,
            "{total} is not {}",
            two - one
        );
        assert_eq!(found.parts.len(), 2 * first.len());
        if level == 30.0 {
            continue;
        }
        // By age Arriaga's own formula, from l, L and T.
        let years = |table: &perspektiv_statistics::health::LifeTable, from: usize| -> f64 {
            table.rows.iter().skip(from).map(|row| row.years).sum()
        };
        let [a, b] = &tables;
        for i in 0..a.rows.len() {
            let (x, y) = (&a.rows[i], &b.rows[i]);
            let expected = match (a.rows.get(i + 1), b.rows.get(i + 1)) {
                (Some(next_x), Some(next_y)) => {
                    x.survivors / 1e5 * (y.years / y.survivors - x.years / x.survivors)
                        + years(b, i + 1) / 1e5
                            * (x.survivors / y.survivors - next_x.survivors / next_y.survivors)
                }
                _ => x.survivors / 1e5 * (years(b, i) / y.survivors - years(a, i) / x.survivors),
            };
            let found: f64 = found
                .parts
                .iter()
                .filter(|part| part.age == x.age)
                .map(|part| part.years)
                .sum();
            assert!(
                (found - expected).abs() < 1e-10,
                "age {}: {found} is not {expected}",
                x.age
            );
        }
    }
}

#[test]
fn a_difference_that_cannot_be_told_is_refused() {
    let row = DecompositionRow {
        age: 80.0,
        cause: "a",
        population_1: 10.0,
        deaths_1: 0.0,
        population_2: 10.0,
        deaths_2: 1.0,
    };
    assert!(matches!(
        life_expectancy_difference(&[row]),
        Err(StatisticsError::Health(HealthError::NoDeaths { age: 80.0, .. }))
    ));
    let other = DecompositionRow {
        cause: "b",
        population_2: 11.0,
        ..row
    };
    assert!(matches!(
        life_expectancy_difference(&[row, other]),
        Err(StatisticsError::Health(HealthError::Populations { .. }))
    ));
    assert_eq!(life_expectancy_difference(&[]), Ok(None));
    // A cause that kills equally many in both contributes nothing.
    let same = DecompositionRow { deaths_1: 1.0, ..row };
    let found = life_expectancy_difference(&[same]).unwrap().unwrap();
    assert_eq!(found.parts[0].years, 0.0);
}
