//! Each comparison is that of `contrast`, which R's survey package agrees with.

use perspektiv_statistics::discovery::{Comparison, Search, discover};
use perspektiv_statistics::{Degrees, Handling, Rows, contrast};

use crate::made::{MISSING, Survey, names};

/// The same comparison, made from the rows of the domain by the estimator of all contrasts.
fn alone(rows: &Rows, outcome: &str, wave: f64, conditions: &[(String, String)]) -> (f64, f64, u64) {
    let value = |row: usize, name: &str| {
        let variable: usize = name[1..].parse().unwrap();
        rows.text(rows.column(3 + variable)[row]).to_owned()
    };
    let domain = rows.filter(|row| {
        rows.text(rows.column(1)[row]) == outcome
            && rows.column(2)[row] == wave
            && conditions.iter().all(|(name, _)| value(row, name) != MISSING)
    });
    let mut grouped = Rows::new(2);
    for row in 0..domain.len() {
        let is_in = conditions.iter().all(|(name, wanted)| {
            let variable: usize = name[1..].parse().unwrap();
            domain.text(domain.column(3 + variable)[row]) == wanted
        });
        // Its sample is the only one of the wave.
        let sample = &rows_sample(rows, wave);
        let number = grouped.sample(sample);
        let values = [
            domain.column(0)[row],
            grouped.name(if is_in { "in" } else { "rest" }),
        ];
        grouped.push(number, &domain.place(row), &values).unwrap();
    }
    let found = contrast(
        &grouped,
        &[("in", 1.0), ("rest", -1.0)],
        Handling::default(),
        Degrees::Design,
    );
    let found = found.unwrap().unwrap();
    (found.estimate, found.se.unwrap(), found.df)
}

fn rows_sample(rows: &Rows, wave: f64) -> std::sync::Arc<perspektiv_statistics::Sample> {
    std::sync::Arc::clone(&rows.samples()[wave as usize])
}

fn near(a: f64, b: f64, what: &str) {
    assert!(
        (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-13,
        "{what}: {a} is not {b}"
    );
}

fn same(clusters: Option<i64>) {
    let survey = Survey {
        seed: 11,
        persons: 900,
        outcomes: 2,
        waves: 2,
        levels: &[2, 3, 4],
        strata: 9,
        clusters,
        missing: 0.05,
    };
    let answers = survey.answers(|outcome, _, values| 0.1 + 0.15 * outcome as f64 + 0.1 * (values[0] as f64));
    let rows = survey.rows(&answers);
    let search = Search {
        all: true,
        ..Search::default()
    };
    let found = discover(&rows, &names(3), MISSING, &search).unwrap().unwrap();
    let mut compared = 0;
    for explored in &found.outcomes {
        assert_eq!(explored.tried as usize, explored.findings.len());
        for finding in &explored.findings {
            let (difference, se, df) = alone(&rows, &explored.outcome, found.wave, &finding.conditions);
            let comparison: &Comparison = &finding.comparison;
            let what = format!("{} {:?}", explored.outcome, finding.conditions);
            near(comparison.difference(), difference, &what);
            near(comparison.se, se, &what);
            assert_eq!(comparison.df, df);
            compared += 1;
        }
    }
    assert_eq!(compared, found.tried);
    assert!(found.tried > 60, "{}", found.tried);
}

#[test]
fn an_element_sample_is_as_contrasts_have_it() {
    same(None);
}

#[test]
fn a_cluster_sample_is_as_contrasts_have_it() {
    same(Some(6));
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let survey = Survey {
        seed: 5,
        persons: 700,
        outcomes: 3,
        waves: 2,
        levels: &[2, 3, 4, 3],
        strata: 12,
        clusters: None,
        missing: 0.03,
    };
    let share = |_, _, values: &[usize]| {
        if values[0] == 1 && values[1] == 2 {
            0.5
        } else {
            0.2
        }
    };
    let mut answers = survey.answers(share);
    let rows = survey.rows(&answers);
    let first = discover(&rows, &names(4), MISSING, &Search::default())
        .unwrap()
        .unwrap();
    assert!(
        first
            .outcomes
            .iter()
            .all(|explored| !explored.findings.is_empty())
    );
    answers.reverse();
    let middle = answers.len() / 3;
    answers.rotate_left(middle);
    let again = survey.rows(&answers);
    let again = discover(&again, &names(4), MISSING, &Search::default())
        .unwrap()
        .unwrap();
    assert_eq!(first, again);
}
