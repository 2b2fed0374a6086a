//! Where there is little to search.

use perspektiv_statistics::StatisticsError;
use perspektiv_statistics::discovery::{Before, Discovery, FalseDiscovery, Search, discover};

use crate::made::{Answer, MISSING, Survey, names};

const SMALL: Survey<'static> = Survey {
    seed: 2,
    persons: 300,
    outcomes: 1,
    waves: 1,
    levels: &[2, 3],
    strata: 4,
    clusters: None,
    missing: 0.0,
};

fn search(change: impl Fn(&mut Answer), search: &Search) -> Result<Option<Discovery>, StatisticsError> {
    let mut answers = SMALL.answers(|_, _, values| if values[0] == 1 { 0.7 } else { 0.2 });
    answers.iter_mut().for_each(change);
    discover(&SMALL.rows(&answers), &names(2), MISSING, search)
}

#[test]
fn a_variable_with_one_value_makes_no_groups() {
    let found = search(|answer| answer.values[1] = "same".to_owned(), &Search::default());
    let found = found.unwrap().unwrap();
    // v0 by itself, and with v1.
    assert_eq!((found.tried, found.outcomes[0].few), (4, 1));
}

#[test]
fn a_variable_that_nobody_answered_makes_no_groups() {
    let found = search(|answer| answer.values[1] = MISSING.to_owned(), &Search::default());
    let found = found.unwrap().unwrap();
    assert_eq!((found.tried, found.outcomes[0].few), (2, 0));
    assert_eq!(found.outcomes[0].findings[0].before, Before::NoWave);
}

#[test]
fn groups_with_too_few_answers_are_counted_and_not_tried() {
    let most = Search {
        least: 151,
        ..Search::default()
    };
    let found = search(|_| (), &most).unwrap().unwrap();
    assert_eq!((found.tried, found.outcomes[0].few), (0, 11));
    assert!(found.outcomes[0].findings.is_empty());
}

#[test]
fn no_rows_is_no_discovery() {
    let rows = perspektiv_statistics::Rows::new(4);
    assert_eq!(discover(&rows, &names(1), MISSING, &Search::default()), Ok(None));
}

#[test]
fn nobody_and_everybody_is_no_finding() {
    for y in [0.0, 1.0] {
        let found = search(|answer| answer.y = y, &Search::default())
            .unwrap()
            .unwrap();
        assert_eq!(found.outcomes[0].certain, 0);
        assert!(found.tried > 0);
    }
}

#[test]
fn all_of_one_group_and_none_of_the_other_has_no_error_and_is_found() {
    let certain = |answer: &mut Answer| answer.y = f64::from(u8::from(answer.values[0] == "l1"));
    let found = search(certain, &Search::default()).unwrap().unwrap();
    let first = &found.outcomes[0].findings[0];
    assert_eq!(
        (first.comparison.share, first.comparison.rest, first.comparison.se),
        (1.0, 0.0, 0.0)
    );
    assert!(first.comparison.null_se > 0.0 && first.comparison.ratio().is_none() && first.q < 1e-9);
}

#[test]
fn a_stratum_with_one_unit_is_refused_or_treated() {
    let mut answers = SMALL.answers(|_, _, _| 0.5);
    let only = answers.iter().position(|answer| answer.stratum == 3).unwrap();
    let mut at = 0;
    answers.retain(|answer| {
        at += 1;
        answer.stratum != 3 || at - 1 == only
    });
    let mut sample = perspektiv_statistics::Sample::default();
    for stratum in 0..4 {
        let units = answers.iter().filter(|answer| answer.stratum == stratum).count() as u64;
        sample.strata.push(perspektiv_statistics::Stratum {
            units,
            ..Default::default()
        });
    }
    let sample = std::sync::Arc::new(sample);
    let mut rows = perspektiv_statistics::Rows::new(5);
    for answer in &answers {
        let number = rows.sample(&sample);
        let place = perspektiv_statistics::Place {
            stratum: answer.stratum,
            psu: None,
            weight: answer.weight,
            extra: &[],
        };
        let mut values = vec![answer.y, rows.name("o"), 0.0];
        values.extend(answer.values.iter().map(|value| rows.name(value)));
        rows.push(number, &place, &values).unwrap();
    }
    let refused = discover(&rows, &names(2), MISSING, &Search::default());
    assert!(
        matches!(refused, Err(StatisticsError::LonelyPsu { .. })),
        "{refused:?}"
    );
    let mut handled = Search::default();
    handled.handling.lonely = Some(perspektiv_statistics::Lonely::Adjust);
    assert!(
        discover(&rows, &names(2), MISSING, &handled)
            .unwrap()
            .unwrap()
            .tried
            > 0
    );
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let other = search(|answer| answer.y = 0.5, &Search::default());
    assert!(matches!(other, Err(StatisticsError::NotBinary { .. })));
    for depth in [0, 5] {
        let search = search(
            |_| (),
            &Search {
                depth,
                ..Search::default()
            },
        );
        assert!(matches!(search, Err(StatisticsError::Depth { .. })));
    }
    for fdr in [0.0, 1.0, f64::NAN] {
        let search = search(
            |_| (),
            &Search {
                fdr,
                ..Search::default()
            },
        );
        assert!(matches!(search, Err(StatisticsError::Share { .. })));
    }
    assert!("by".parse::<FalseDiscovery>().is_err());
}

#[test]
fn a_less_careful_control_finds_no_less() {
    let mild = Search {
        method: FalseDiscovery::Hochberg,
        ..Search::default()
    };
    let (strict, mild) = (
        search(|_| (), &Search::default()).unwrap().unwrap(),
        search(|_| (), &mild).unwrap().unwrap(),
    );
    assert!(mild.outcomes[0].certain >= strict.outcomes[0].certain);
}
