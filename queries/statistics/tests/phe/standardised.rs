//! Directly and indirectly standardised rates.

use perspektiv_statistics::health::{
    DirectOptions, DirectRate, DirectRow, IndirectRow, Levels, RepeatedRow, indirect_rate, standardised_rate,
    standardised_rate_repeated, standardised_ratio,
};

use crate::{Cells, Row, number, read, with};

fn options(expected: &Row) -> DirectOptions {
    DirectOptions {
        levels: Levels::two(0.95, 0.998),
        multiplier: number(expected, "multiplier").unwrap(),
        ..DirectOptions::default()
    }
}

fn compare(cells: &mut Cells, expected: &Row, found: &DirectRate) {
    let case = &expected["case_id"];
    cells.compare(case, number(expected, "total_count"), Some(found.count));
    cells.compare(case, number(expected, "total_pop"), Some(found.population));
    cells.compare(case, number(expected, "value"), found.estimate);
    cells.limits(case, expected, ["lower95", "upper95"], found.limits);
    // Ten times too large in the reference, which never looks at them.
    if expected["area"] != "testdata_1976" {
        cells.limits(case, expected, ["lower998", "upper998"], found.limits2.unwrap());
    }
    assert_eq!(found.method.name(), expected["method"], "{case}");
    cells.case();
}

#[test]
fn direct() {
    let mut cells = Cells::new("calculate_dsr", 1e-12);
    let input = read("calculate_dsr_input");
    for expected in read("calculate_dsr_expected") {
        let rows: Vec<_> = with(&input, "area", &expected["area"])
            .into_iter()
            .map(|row| DirectRow {
                count: number(row, "count"),
                population: number(row, "pop"),
                standard: number(row, "stdpop"),
            })
            .collect();
        let found = standardised_rate(&rows, &options(&expected)).unwrap().unwrap();
        compare(&mut cells, &expected, &found);
    }
    cells.done(8);
}

#[test]
fn direct_with_repeated_events() {
    let mut cells = Cells::new("calculate_dsr_nonindependent", 1e-9);
    let input = read("calculate_dsr_nonindependent_input");
    for expected in read("calculate_dsr_nonindependent_expected") {
        let rows: Vec<_> = with(&input, "area", &expected["area"])
            .into_iter()
            .map(|row| RepeatedRow {
                frequency: number(row, "eventfreq"),
                persons: number(row, "persons"),
                population: number(row, "pop"),
                standard: number(row, "stdpop"),
            })
            .collect();
        let found = standardised_rate_repeated(&rows, &options(&expected))
            .unwrap()
            .unwrap();
        compare(&mut cells, &expected, &found);
    }
    cells.done(4);
}

#[test]
fn indirect() {
    for (file, by_rate) in [("calculate_ISRate", true), ("calculate_ISRatio", false)] {
        let mut cells = Cells::new(file, 1e-12);
        let input = read(&format!("{file}_input"));
        for expected in read(&format!("{file}_expected")) {
            let case = &expected["case_id"];
            let rows: Vec<_> = with(&input, "area", &expected["area"])
                .into_iter()
                .map(|row| IndirectRow {
                    count: number(row, "count"),
                    population: number(row, "pop"),
                    reference_count: number(row, "refcount"),
                    reference_population: number(row, "refpop"),
                })
                .collect();
            let levels = Levels::two(0.95, 0.998);
            let found = if by_rate {
                indirect_rate(&rows, levels, number(&expected, "multiplier").unwrap())
            } else {
                standardised_ratio(&rows, levels, number(&expected, "refvalue").unwrap())
            };
            let found = found.unwrap().unwrap();
            cells.compare(case, number(&expected, "observed"), Some(found.observed));
            cells.compare(case, number(&expected, "expected"), Some(found.expected));
            if by_rate {
                cells.compare(case, number(&expected, "ref_rate"), Some(found.reference_rate));
            }
            cells.compare(case, number(&expected, "value"), found.estimate);
            cells.limits(case, &expected, ["lower95", "upper95"], found.limits);
            // Two areas have only one level in the reference.
            if !expected["lower998"].is_empty() {
                cells.limits(case, &expected, ["lower998", "upper998"], found.limits2.unwrap());
            }
            assert_eq!(found.method.name(), expected["method"], "{case}");
            cells.case();
        }
        cells.done(8);
    }
}
