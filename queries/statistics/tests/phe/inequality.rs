//! The slope and the relative index of inequality.

use perspektiv_statistics::health::{
    Levels, Limits, SlopeKind, SlopeOptions, SlopeRow, slope_index, transformed_se,
};

use crate::{Cells, Row, number, read};

fn kind(row: &Row) -> SlopeKind {
    match row["value_type"].as_str() {
        "0" => SlopeKind::Other,
        "1" => SlopeKind::Rate,
        "2" => SlopeKind::Proportion,
        other => panic!("value type {other}"),
    }
}

fn group(row: &Row) -> SlopeRow {
    let get = |column| number(row, column).unwrap();
    let se = match row["uncertainty_from"].as_str() {
        "se" => get("standard_error"),
        _ => transformed_se(get("lower_cl"), get("upper_cl"), kind(row)).unwrap(),
    };
    let value = match row["uncertainty_from"].as_str() {
        "count" => get("count") / get("population"),
        _ => get("value"),
    };
    SlopeRow {
        position: get("quantile"),
        population: get("population"),
        value,
        se,
    }
}

#[test]
fn slopes() {
    let mut points = Cells::new("phe_sii, points", 1e-10);
    let mut limits = Cells::new("phe_sii, limits", 0.05);
    let input = read("phe_sii_input");
    for expected in read("phe_sii_expected") {
        let keys = ["case_id", "area", "grouping1", "grouping2"];
        let rows: Vec<_> = input
            .iter()
            .filter(|row| keys.iter().all(|key| row[*key] == expected[*key]))
            .collect();
        let levels: Vec<f64> = rows[0]["confidence"]
            .split(';')
            .map(|c| c.parse::<f64>().unwrap() / 100.0)
            .collect();
        let options = SlopeOptions {
            kind: kind(rows[0]),
            transform: rows[0]["transform"] == "true",
            multiplier: number(rows[0], "multiplier").unwrap(),
            levels: Levels {
                level: levels[0],
                level2: levels.get(1).copied(),
            },
            ..SlopeOptions::default()
        };
        let groups: Vec<_> = rows.iter().map(|row| group(row)).collect();
        let found = slope_index(&groups, &options).unwrap().unwrap();
        let case = format!("{} {}", expected["case_id"], expected["area"]);
        let pairs = [
            ("sii", Some(found.estimate)),
            ("rii", found.rii),
            ("intercept", Some(found.intercept)),
        ];
        for (column, found) in pairs {
            // An index that the case does not ask for is empty.
            if let Some(value) = number(&expected, column) {
                points.compare(&format!("{case} {column}"), Some(value), found);
            }
        }
        let mut both = |columns: [&str; 2], found: Limits| {
            if columns.iter().all(|column| !expected[*column].is_empty()) {
                limits.limits(&case, &expected, columns, found);
            }
        };
        both(["sii_lower_1", "sii_upper_1"], found.limits);
        both(["rii_lower_1", "rii_upper_1"], found.rii_limits);
        if levels.len() == 2 {
            both(["sii_lower_2", "sii_upper_2"], found.limits2.unwrap());
            both(["rii_lower_2", "rii_upper_2"], found.rii_limits2.unwrap());
        }
        points.case();
        limits.case();
    }
    points.done(54);
    limits.done(54);
}
