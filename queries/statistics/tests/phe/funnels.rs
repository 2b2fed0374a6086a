//! Funnel limits, points and labels.

use perspektiv_statistics::health::{
    FunnelPoint, Levels, RateKind, RateRow, funnel_baseline, funnel_proportion, funnel_rate, funnel_ratio,
    rate_point, significance_proportion, significance_rate, significance_ratio,
};

use crate::{Cells, Row, number, read};

const LEVELS: Levels = Levels {
    level: 0.95,
    level2: Some(0.998),
};

/// Two columns as numbers.
fn pairs(rows: &[Row], columns: [&str; 2]) -> Vec<(f64, f64)> {
    let get = |row: &Row| columns.map(|column| number(row, column).unwrap());
    rows.iter()
        .map(|row| {
            let [a, b] = get(row);
            (a, b)
        })
        .collect()
}

/// Compares the limits with those at each place.
fn compare(cells: &mut Cells, place: &str, limits: [&str; 4], expected: &[Row], found: &[FunnelPoint]) {
    assert_eq!(expected.len(), found.len());
    let [low, high, low2, high2] = limits;
    for (expected, found) in expected.iter().zip(found) {
        let case = expected[place].clone();
        assert_eq!(number(expected, place), Some(found.place));
        cells.limits(&case, expected, [low, high], found.limits);
        cells.limits(&case, expected, [low2, high2], found.limits2.unwrap());
        cells.case();
    }
}

#[test]
fn proportion_limits() {
    let input = pairs(
        &read("calculate_funnel_limits_proportion_input"),
        ["numerator", "denominator"],
    );
    let small: Vec<_> = input.iter().copied().filter(|(_, n)| *n < 31_000.0).collect();
    for (file, input) in [
        ("calculate_funnel_limits_proportion", input),
        ("calculate_funnel_limits_proportion_axis_variation", small),
    ] {
        let mut cells = Cells::new(file, 1e-6);
        if let Some(found) = funnel_proportion(&input, LEVELS, 100.0).unwrap() {
            let expected = read(&format!("{file}_expected"));
            let columns = [
                "lower_2s_limit",
                "upper_2s_limit",
                "lower_3s_limit",
                "upper_3s_limit",
            ];
            compare(&mut cells, "population", columns, &expected, &found);
            cells.compare(
                "baseline",
                number(&expected[0], "baseline"),
                Some(found[0].baseline),
            );
        }
        cells.done(100);
    }
}

#[test]
fn ratio_limits() {
    let mut cells = Cells::new("calculate_funnel_limits_ratio", 1e-4);
    let input = pairs(
        &read("calculate_funnel_limits_ratio_input"),
        ["observed", "expected"],
    );
    if let Some(found) = funnel_ratio(&input, LEVELS, 100.0).unwrap() {
        let expected = read("calculate_funnel_limits_ratio_expected");
        let isr = ["lower_2s_isr", "upper_2s_isr", "lower_3s_isr", "upper_3s_isr"];
        compare(&mut cells, "observed_events", isr, &expected, &found);
        for (expected, found) in expected.iter().zip(&found) {
            let case = format!("{} expected events", expected["observed_events"]);
            cells.limits(
                &case,
                expected,
                ["lower_2s_exp_events", "upper_2s_exp_events"],
                found.denominators,
            );
            let columns = ["lower_3s_exp_events", "upper_3s_exp_events"];
            cells.limits(&case, expected, columns, found.denominators2.unwrap());
            // The other way to tell a ratio; relative to the ratio, since it may be near zero.
            for (column, limit) in [
                ("lower_2s_count", found.limits.low),
                ("upper_2s_count", found.limits.high),
            ] {
                let expected = number(expected, column).map(|count| count + 1.0);
                cells.compare(&case, expected, limit.map(|limit| limit / 100.0));
            }
        }
    }
    cells.done(100);
}

/// The three inputs of the rate limits, as the README describes them.
fn rate_input(case: u32, kind_rows: &[Row]) -> Vec<RateRow> {
    let mut rows: Vec<RateRow> = kind_rows
        .iter()
        .map(|row| {
            let events = number(row, "events").unwrap();
            let rate = number(row, "rate");
            let population = rate.map(|rate| 1e5 * events / rate).filter(|_| case == 3);
            RateRow {
                events,
                rate,
                population,
            }
        })
        .collect();
    let most = rows.iter().map(|row| row.events).fold(0.0, f64::max);
    for row in rows.iter_mut().filter(|row| row.events == most) {
        match case {
            2 => row.events = 5.0,
            3 => (row.events, row.rate) = (0.0, Some(0.0)),
            _ => {}
        }
    }
    if case == 3 {
        let largest = rows.iter().filter_map(|row| row.population).fold(0.0, f64::max);
        rows.retain(|row| row.population > Some(largest / 2.0));
    }
    rows
}

#[test]
fn rate_limits() {
    let input = read("calculate_funnel_limits_rate_input");
    for (case, kind, file) in [
        (1, RateKind::Standardised, "calculate_funnel_limits_rate_case1"),
        (2, RateKind::Crude, "calculate_funnel_limits_rate_case2"),
        (3, RateKind::Crude, "calculate_funnel_limits_rate_case3"),
    ] {
        let mut cells = Cells::new(file, 1e-4);
        let found = funnel_rate(&rate_input(case, &input), LEVELS, kind, 1e5, 3.0).unwrap();
        if let Some(found) = found {
            let expected = read(&format!("{file}_expected"));
            let columns = [
                "lower_2s_limit",
                "upper_2s_limit",
                "lower_3s_limit",
                "upper_3s_limit",
            ];
            compare(&mut cells, "events", columns, &expected, &found);
            for (expected, found) in expected.iter().zip(&found) {
                let columns = ["lower_2s_population_1_year", "upper_2s_population_1_year"];
                cells.limits(&expected["events"], expected, columns, found.denominators);
                let columns = ["lower_3s_population_1_year", "upper_3s_population_1_year"];
                cells.limits(
                    &expected["events"],
                    expected,
                    columns,
                    found.denominators2.unwrap(),
                );
                cells.compare("baseline", number(expected, "baseline"), Some(found.baseline));
            }
        }
        cells.done(100);
    }
}

#[test]
fn points() {
    let mut cells = Cells::new("calculate_funnel_points", 1e-8);
    let rows = read("calculate_funnel_points_expected");
    let most = rows
        .iter()
        .filter_map(|row| number(row, "ev"))
        .fold(0.0, f64::max);
    for row in &rows {
        let [events, rate, population] = ["ev", "rate", "pop"].map(|column| number(row, column));
        let events = events.unwrap();
        for (kind, low, suffix, with_population, years) in [
            (RateKind::Standardised, Some(5.0), "", false, 3.0),
            (RateKind::Crude, None, "_crude", false, 3.0),
            (RateKind::Crude, Some(0.0), "_crude_with_denom", true, 5.0),
        ] {
            let point = RateRow {
                events: low.filter(|_| events == most).unwrap_or(events),
                rate,
                population: population.filter(|_| with_population),
            };
            let found = rate_point(&point, kind, 1e5, years).unwrap();
            let case = format!("{events} {suffix}");
            cells.compare(&case, number(row, &format!("rate_chart{suffix}")), found.rate);
            cells.compare(
                &case,
                number(row, &format!("denominator_derived{suffix}")),
                found.population,
            );
        }
        cells.case();
    }
    cells.done(50);
}

#[test]
fn labels() {
    let mut done = 0;
    let input = pairs(
        &read("assign_funnel_significance_proportion_input"),
        ["numerator", "denominator"],
    );
    let baseline = input.iter().map(|(x, _)| x).sum::<f64>() / input.iter().map(|(_, n)| n).sum::<f64>();
    for ((x, n), expected) in input
        .into_iter()
        .zip(read("assign_funnel_significance_proportion_expected"))
    {
        let found = significance_proportion(x, n, baseline, LEVELS)
            .unwrap()
            .to_string();
        assert_eq!(found, expected["significance"], "{}", expected["area"]);
        done += 1;
    }
    let input = pairs(
        &read("assign_funnel_significance_ratio_input"),
        ["observed", "expected"],
    );
    for ((x, n), expected) in input
        .into_iter()
        .zip(read("assign_funnel_significance_ratio_expected"))
    {
        let found = significance_ratio(x, n, LEVELS).unwrap().to_string();
        assert_eq!(found, expected["significance"], "{}", expected["row"]);
        done += 1;
    }
    let input = read("assign_funnel_significance_rate_input");
    let expected = read("assign_funnel_significance_rate_expected");
    for (kind, name) in [(RateKind::Standardised, "dsr"), (RateKind::Crude, "crude")] {
        for (multiplier, per) in [(1e5, "100000"), (100.0, "100")] {
            for (zero, suffix) in [(true, "with_0"), (false, "without_0")] {
                let column = format!("{name}_per_{per}_{suffix}");
                let rows: Vec<_> = input
                    .iter()
                    .map(|row| {
                        let rate = match kind {
                            RateKind::Standardised => {
                                number(row, "rate_dsr").map(|rate| rate * multiplier / 1e5)
                            }
                            RateKind::Crude => number(row, &format!("rate_crude_per_{per}")),
                        };
                        RateRow {
                            events: number(row, "count").unwrap(),
                            rate,
                            population: number(row, "pop"),
                        }
                    })
                    // The label of a row that was left out means nothing.
                    .filter(|row| zero || row.events > 0.0)
                    .collect();
                let Some(baseline) = funnel_baseline(&rows, kind, multiplier).unwrap() else {
                    continue;
                };
                for (row, expected) in rows.iter().zip(&expected) {
                    let found = significance_rate(row, baseline, kind, multiplier, LEVELS)
                        .unwrap()
                        .to_string();
                    assert_eq!(found, expected[&column], "{column} {}", expected["row"]);
                    done += 1;
                }
            }
        }
    }
    if !input.is_empty() {
        println!("assign_funnel_significance: {done} labels equal (303 proportions, 300 ratios, 316 rates)");
        assert_eq!(done, 303 + 300 + 4 * 40 + 4 * 39);
    }
}
