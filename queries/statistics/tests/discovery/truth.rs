//! What chance alone finds, and what is there.

use perspektiv_statistics::discovery::{Before, Search, discover};

use crate::made::{MISSING, Survey, names};

/// In 200 surveys in which nothing differs, outcomes rare and common, groups down to thirty answers: a search has any
/// finding at all in at most the share asked for.
#[test]
fn chance_alone_finds_nothing() {
    let mut with_any = 0;
    for seed in 0..200 {
        let survey = Survey {
            seed: 1000 + seed,
            persons: 800,
            outcomes: 4,
            waves: 1,
            levels: &[2, 3, 4, 5, 2],
            strata: 10,
            clusters: None,
            missing: 0.02,
        };
        let answers = survey.answers(|outcome, _, _| [0.04, 0.2, 0.5, 0.85][outcome]);
        let rows = survey.rows(&answers);
        let found = discover(&rows, &names(5), MISSING, &Search::default())
            .unwrap()
            .unwrap();
        assert!(found.tried > 500, "{}", found.tried);
        with_any += usize::from(found.outcomes.iter().any(|explored| explored.certain > 0));
    }
    println!("{with_any} of 200 searches found something where there was nothing");
    assert!(with_any <= 10, "{with_any} of 200");
}

/// The share of searches that find something, and that of tests with a small p value, when nothing differs
/// and the groups are small: how well the p values hold far out.
#[test]
fn small_p_values_are_as_rare_as_they_say() {
    let (mut tried, mut small) = (0_u64, 0_u64);
    for seed in 0..60 {
        let survey = Survey {
            seed: 9000 + seed,
            persons: 800,
            outcomes: 4,
            waves: 1,
            levels: &[2, 3, 4, 5, 2],
            strata: 10,
            clusters: None,
            missing: 0.0,
        };
        let answers = survey.answers(|outcome, _, _| [0.04, 0.2, 0.5, 0.85][outcome]);
        let rows = survey.rows(&answers);
        let search = Search {
            all: true,
            ..Search::default()
        };
        let found = discover(&rows, &names(5), MISSING, &search).unwrap().unwrap();
        tried += found.tried;
        let all = found.outcomes.iter().flat_map(|explored| &explored.findings);
        small += all
            .filter(|finding| finding.comparison.p().unwrap() < 1e-3)
            .count() as u64;
    }
    println!("{small} of {tried} p values below 0.001");
    assert!((small as f64) < 1.5e-3 * tried as f64, "{small} of {tried}");
}

fn planted(before: f64) -> perspektiv_statistics::discovery::Discovery {
    let survey = Survey {
        seed: 3,
        persons: 3000,
        outcomes: 2,
        waves: 2,
        levels: &[2, 4, 3, 3, 2, 3],
        strata: 16,
        clusters: None,
        missing: 0.02,
    };
    // Young women have the first outcome; the second follows education alone.
    let share = |outcome: usize, wave: usize, values: &[usize]| match (outcome, values) {
        (0, [1, 0, ..]) => {
            if wave == 1 {
                0.40
            } else {
                before
            }
        }
        (0, [1, ..]) => 0.20,
        (0, _) => 0.14,
        (_, [_, _, education, ..]) => [0.45, 0.25, 0.20][*education],
        _ => 0.0,
    };
    let answers = survey.answers(share);
    discover(&survey.rows(&answers), &names(6), MISSING, &Search::default())
        .unwrap()
        .unwrap()
}

#[test]
fn what_is_planted_is_found_and_the_rest_is_folded() {
    let found = planted(0.38);
    let young_women = [("v0", "l1"), ("v1", "l0")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    let first = &found.outcomes[0];
    let line = first
        .findings
        .iter()
        .find(|finding| finding.conditions == young_women);
    let line = line.unwrap_or_else(|| panic!("{:#?}", first.findings));
    assert_eq!(line.before, Before::Found);
    assert!(line.folded > 0 && line.q < 0.05 && line.limits.unwrap().0 > 0.0);
    // Their excess: a difference times their number.
    let excess = line.comparison.population * (line.comparison.share - line.comparison.rest);
    assert!((line.comparison.excess() - excess).abs() < 1e-9);
    let second = &found.outcomes[1];
    let education = [("v2".to_owned(), "l0".to_owned())];
    assert_eq!(second.findings[0].conditions, education);
    assert_eq!(second.findings.len(), 1, "{:#?}", second.findings);
    assert_eq!(second.certain, 1 + second.findings[0].folded);
}

#[test]
fn what_is_new_was_not_certain_before() {
    let found = planted(0.17);
    let first = &found.outcomes[0];
    let line = first
        .findings
        .iter()
        .find(|finding| finding.conditions.len() == 2)
        .unwrap();
    assert_eq!(line.before, Before::NotCertain);
    assert!(line.earlier.is_some());
}

/// The size that a county asks for; `tests/bench/discovery` measures it as a whole.
#[test]
#[ignore = "measures time"]
fn forty_outcomes_and_twelve_variables_take_seconds() {
    let levels = [2, 4, 3, 4, 3, 5, 3, 4, 3, 5, 4, 3];
    let survey = Survey {
        seed: 3,
        persons: 6300,
        outcomes: 40,
        waves: 2,
        levels: &levels,
        strata: 100,
        clusters: None,
        missing: 0.02,
    };
    let share = |outcome: usize, _: usize, values: &[usize]| {
        let which = outcome % 12;
        0.1 + 0.15
            * f64::from(u8::from(values[which] == 0))
            * f64::from(u8::from(values[(which + 1) % 12] == 1))
            + 0.1 * f64::from(u8::from(values[(which + 5) % 12] == 0))
    };
    let answers = survey.answers(share);
    let rows = survey.rows(&answers);
    let start = std::time::Instant::now();
    let found = discover(&rows, &names(12), MISSING, &Search::default())
        .unwrap()
        .unwrap();
    let certain: u64 = found.outcomes.iter().map(|explored| explored.certain).sum();
    println!(
        "{} tried, {certain} certain, {:.2} s",
        found.tried,
        start.elapsed().as_secs_f64()
    );
}
