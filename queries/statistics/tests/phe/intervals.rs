//! Intervals of counts, proportions, rates and means; quantile bands.

use std::collections::BTreeMap;

use perspektiv_statistics::health::{
    Estimate, Levels, MeanState, byar, proportion, quantile_bands, rate, wilson,
};

use crate::{Cells, Row, number, read, with};

#[test]
fn byars() {
    let mut cells = Cells::new("byars", 1e-12);
    for (input, expected) in read("byars_input").iter().zip(&read("byars_expected")) {
        let found = byar(number(input, "x").unwrap(), number(input, "confidence").unwrap()).unwrap();
        cells.limits(&input["case_id"], expected, ["lower", "upper"], found);
        cells.case();
    }
    cells.done(7);
}

#[test]
fn wilsons() {
    let mut cells = Cells::new("wilson", 1e-12);
    for (input, expected) in read("wilson_input").iter().zip(&read("wilson_expected")) {
        let [x, n, level] = ["x", "n", "confidence"].map(|column| number(input, column).unwrap());
        cells.limits(
            &input["case_id"],
            expected,
            ["lower", "upper"],
            wilson(x, n, level).unwrap(),
        );
        cells.case();
    }
    cells.done(6);
}

/// Compares an estimate with its row, at one or two levels; a missing number in
/// the input leaves no estimate.
fn compare(cells: &mut Cells, case: &str, expected: &Row, found: Option<&Estimate>) {
    cells.compare(case, number(expected, "value"), found.map(|f| f.estimate));
    cells.limits(
        case,
        expected,
        ["lower95", "upper95"],
        found.map(|f| f.limits).unwrap_or_default(),
    );
    if expected.contains_key("lower998") {
        let limits = found.and_then(|f| f.limits2).unwrap_or_default();
        cells.limits(case, expected, ["lower998", "upper998"], limits);
    }
    if let Some(found) = found {
        assert_eq!(found.method.name(), expected["method"], "{case}");
    }
    cells.case();
}

#[test]
fn proportions() {
    let mut cells = Cells::new("phe_proportion", 1e-12);
    for (input, expected) in read("phe_proportion_input")
        .iter()
        .zip(&read("phe_proportion_expected"))
    {
        let [x, n, multiplier] = ["numerator", "denominator", "multiplier"].map(|c| number(input, c));
        let found = x.zip(n).map(|(x, n)| {
            proportion(x, n, Levels::two(0.95, 0.998), multiplier.unwrap())
                .unwrap()
                .unwrap()
        });
        compare(&mut cells, &input["case_id"], expected, found.as_ref());
    }
    cells.done(19);
}

#[test]
fn rates() {
    let mut cells = Cells::new("phe_rate", 1e-12);
    for (input, expected) in read("phe_rate_input").iter().zip(&read("phe_rate_expected")) {
        let [x, n, multiplier] = ["numerator", "denominator", "multiplier"].map(|c| number(input, c));
        let found = x.zip(n).map(|(x, n)| {
            rate(x, n, Levels::two(0.95, 0.998), multiplier.unwrap())
                .unwrap()
                .unwrap()
        });
        compare(&mut cells, &input["case_id"], expected, found.as_ref());
    }
    cells.done(20);
}

/// Sums by area, where a missing number leaves no sum.
fn total(rows: &[&Row], column: &str) -> Option<f64> {
    rows.iter().map(|row| number(row, column)).sum()
}

#[test]
fn grouped_proportions_and_rates() {
    type Method = fn(f64, f64, Levels, f64) -> Option<Estimate>;
    let methods: [(&str, usize, Method); 2] = [
        ("phe_proportion_grouped", 11, |x, n, levels, m| {
            proportion(x, n, levels, m).unwrap()
        }),
        ("phe_rate_grouped", 12, |x, n, levels, m| {
            rate(x, n, levels, m).unwrap()
        }),
    ];
    for (file, count, method) in methods {
        let mut cells = Cells::new(file, 1e-12);
        let input = read(&format!("{file}_input"));
        for expected in read(&format!("{file}_expected")) {
            let rows = with(&input, "area", &expected["area"]);
            let (x, n) = (total(&rows, "numerator"), total(&rows, "denominator"));
            let case = &expected["area"];
            cells.compare(case, number(&expected, "numerator"), x);
            cells.compare(case, number(&expected, "denominator"), n);
            let multiplier = number(&expected, "multiplier").unwrap();
            let found = x
                .zip(n)
                .and_then(|(x, n)| method(x, n, Levels::default(), multiplier));
            compare(&mut cells, case, &expected, found.as_ref());
        }
        cells.done(count);
    }
}

#[test]
fn means() {
    let mut cells = Cells::new("phe_mean", 1e-12);
    let input = read("phe_mean_input");
    for expected in read("phe_mean_expected") {
        let area = &expected["area"];
        let mut state = MeanState::default();
        for row in input
            .iter()
            .filter(|row| row["area"] == *area || area == "No grouping")
        {
            state.update(number(row, "value").unwrap()).unwrap();
        }
        let found = state.finish(Levels::two(0.95, 0.998)).unwrap().unwrap();
        cells.compare(area, number(&expected, "value_sum"), Some(found.sum));
        cells.compare(area, number(&expected, "value_count"), Some(found.n as f64));
        cells.compare(area, number(&expected, "stdev"), found.sd);
        cells.compare(area, number(&expected, "value"), Some(found.estimate));
        cells.limits(area, &expected, ["lower95", "upper95"], found.limits);
        cells.limits(area, &expected, ["lower998", "upper998"], found.limits2.unwrap());
        cells.case();
    }
    cells.done(3);
}

#[test]
fn bands() {
    let mut cells = Cells::new("phe_quantile", 0.0);
    let expected: BTreeMap<(String, String), Row> = read("phe_quantile_expected")
        .into_iter()
        .map(|row| ((row["case"].clone(), row["row"].clone()), row))
        .collect();
    let mut groups: BTreeMap<Vec<String>, Vec<Row>> = BTreeMap::new();
    for row in read("phe_quantile_input") {
        let columns = row["group_by"].split('+').filter(|column| !column.is_empty());
        let mut key = vec![row["case"].clone()];
        key.extend(columns.map(|column| row[column].clone()));
        groups.entry(key).or_default().push(row);
    }
    for rows in groups.values() {
        let values: Vec<_> = rows.iter().map(|row| number(row, "value")).collect();
        let invert = match rows[0]["invert"].strip_prefix("field:") {
            Some(column) => &rows[0][column],
            None => &rows[0]["invert"],
        };
        let count = number(&rows[0], "nquantiles").unwrap() as u64;
        let found = quantile_bands(&values, count, invert == "true").unwrap();
        for (row, found) in rows.iter().zip(found) {
            let case = (row["case"].clone(), row["row"].clone());
            cells.compare(
                &format!("{case:?}"),
                number(&expected[&case], "quantile"),
                found.map(|b| b as f64),
            );
            cells.case();
        }
    }
    cells.done(982);
}
