//! Designs over rows that a rule makes; the same rule as in `designs.R`.
#![allow(dead_code)]

use std::sync::Arc;

use perspektiv_statistics::{
    Adjust, Calibration, Codes, Degrees, Distance, Handling, Input, Kind, Lonely, Margin, Replicates, Rows,
    Sample, Standard, SurveyEstimate, design, mean, ratio, total,
};

pub(crate) const ROWS: usize = 240;

/// A column by the rule of the row's number.
pub(crate) fn column<T>(of: impl Fn(usize) -> T) -> Vec<T> {
    (0..ROWS).map(of).collect()
}

pub(crate) fn codes<T: ToString>(of: impl Fn(usize) -> T) -> Codes {
    let texts = column(|i| of(i).to_string());
    Codes::of(texts.iter().map(|text| Some(text.as_str())))
}

pub(crate) fn stratum(i: usize) -> &'static str {
    ["a", "b", "c"][i % 3]
}

pub(crate) fn age(i: usize) -> &'static str {
    ["mid", "old", "young"][(i * 5 + i / 7) % 3]
}

pub(crate) fn sex(i: usize) -> &'static str {
    if (i * 11) % 7 < 3 { "f" } else { "m" }
}

pub(crate) fn weight(i: usize) -> f64 {
    10.0 + ((i * 37) % 23) as f64
}

pub(crate) fn y(i: usize) -> f64 {
    ((i * i * 7 + i * 13) % 101) as f64 / 10.0 + if i % 3 == 1 { 5.0 } else { 0.0 }
}

pub(crate) fn x(i: usize) -> f64 {
    1.0 + ((i * 29) % 17) as f64
}

pub(crate) fn in_domain(domain: &str, i: usize) -> bool {
    match domain {
        "f" => sex(i) == "f",
        "ya" => age(i) == "young" && stratum(i) == "a",
        _ => true,
    }
}

pub(crate) fn totals(pairs: &[(&str, f64)]) -> Vec<(String, f64)> {
    pairs
        .iter()
        .map(|(level, total)| ((*level).to_owned(), *total))
        .collect()
}

pub(crate) fn ages() -> Vec<(String, f64)> {
    totals(&[("young", 1500.0), ("mid", 1700.0), ("old", 1900.0)])
}

pub(crate) fn rake() -> Adjust {
    let sexes = totals(&[("f", 2200.0), ("m", 2900.0)]);
    let margin = |name: &str, codes, totals| Margin {
        name: name.to_owned(),
        codes,
        totals,
    };
    Adjust::Rake {
        margins: vec![
            margin("age", codes(age), ages()),
            margin("sex", codes(sex), sexes),
        ],
    }
}

pub(crate) fn calibration(distance: Distance, bounds: Option<(f64, f64)>) -> Calibration {
    Calibration {
        names: ["N", "x", "men"].map(str::to_owned).to_vec(),
        x: vec![
            vec![1.0; ROWS],
            column(x),
            column(|i| f64::from(u8::from(sex(i) == "m"))),
        ],
        totals: totals(&[("N", 5100.0), ("x", 46000.0), ("men", 2900.0)]),
        distance,
        bounds,
        epsilon: None,
    }
}

pub(crate) fn standard(over: bool, within: Vec<bool>) -> Adjust {
    Adjust::Standardise(Standard {
        by: codes(age),
        over: over.then(|| codes(sex)),
        population: totals(&[("mid", 3.0), ("old", 2.0), ("young", 1.0)]),
        within,
    })
}

pub(crate) fn derived(kind: Kind, mse: bool) -> Option<Replicates> {
    Some(Replicates::Derived { kind, mse })
}

pub(crate) fn given(combined: bool) -> Option<Replicates> {
    let factor =
        |r: usize| column(|i| ((i + r * r) % 4) as f64 / 1.5 * if combined { weight(i) } else { 1.0 });
    Some(Replicates::Given {
        weights: (0..6).map(factor).collect(),
        scale: 0.2,
        rscales: combined.then(|| (0..6).map(|r| 1.0 + f64::from(r) / 10.0).collect()),
        combined,
        mse: !combined,
    })
}

/// Strata with eight PSUs each, drawn with replacement.
pub(crate) fn wr() -> Input {
    Input {
        rows: ROWS,
        stratum: Some(codes(stratum)),
        psu: Some(codes(|i| (i / 3) % 8)),
        weight: Some(column(weight)),
        ..Input::default()
    }
}

pub(crate) fn clus() -> Input {
    Input {
        fpc: Some(column(|i| [20.0, 12.0, 40.0][i % 3])),
        ..wr()
    }
}

pub(crate) fn elem() -> Input {
    Input {
        psu: None,
        fpc: Some(column(|i| [900.0, 1500.0, 4000.0][i % 3])),
        ..wr()
    }
}

pub(crate) fn one() -> Input {
    Input {
        stratum: None,
        fpc: Some(vec![30.0; ROWS]),
        ..wr()
    }
}

pub(crate) fn two_stage() -> Input {
    let (weight, fpc2) = (None, Some(vec![9.0; ROWS]));
    Input {
        ssu: Some(codes(|i| (i / 24) % 5)),
        weight,
        fpc2,
        ..clus()
    }
}

pub(crate) fn pairs<T: ToString>(of: impl Fn(usize) -> T) -> Input {
    Input {
        stratum: Some(codes(of)),
        psu: Some(codes(|i| (i / 3) % 2)),
        ..wr()
    }
}

pub(crate) fn lonely(lonely: Lonely) -> Input {
    let stratum = Some(codes(|i| if i == 0 { "z" } else { stratum(i) }));
    Input {
        stratum,
        psu: None,
        lonely,
        replicates: derived(Kind::Jkn, false),
        ..wr()
    }
}

/// The designs of `designs.R`, by their names there.
pub(crate) fn input(name: &str) -> Input {
    let adjusted = |input: Input, adjust: Adjust| Input {
        adjust: Some(adjust),
        ..input
    };
    let poststratify = Adjust::Poststratify {
        cells: codes(age),
        totals: ages(),
    };
    let calibrate = |distance, bounds| Adjust::Calibrate(calibration(distance, bounds));
    let share = Some(column(|i| [0.4, 1.0, 0.2][i % 3]));
    let jkn = derived(Kind::Jkn, false);
    match name {
        "clus" => clus(),
        "wr" => wr(),
        "elem" => elem(),
        "fractions" => Input { fpc: share, ..wr() },
        "two_stage" => two_stage(),
        "two_stage_wr2" => Input {
            fpc2: None,
            weight: Some(column(weight)),
            ..two_stage()
        },
        "post" => adjusted(clus(), poststratify),
        "post_elem" => adjusted(elem(), poststratify),
        "raked" => adjusted(clus(), rake()),
        "raked_elem" => adjusted(elem(), rake()),
        "greg" => adjusted(wr(), calibrate(Distance::Linear, None)),
        "greg_elem" => adjusted(elem(), calibrate(Distance::Linear, None)),
        "exponential" => adjusted(clus(), calibrate(Distance::Raking, None)),
        "logit" => adjusted(clus(), calibrate(Distance::Logit, Some((0.6, 2.0)))),
        "cut" => adjusted(clus(), calibrate(Distance::Linear, Some((0.95, 1.25)))),
        "standard" => adjusted(clus(), standard(true, column(|i| i % 10 != 4))),
        "standard_whole" => adjusted(elem(), standard(false, vec![true; ROWS])),
        "jk1" => Input {
            replicates: derived(Kind::Jk1, false),
            ..one()
        },
        "jk1_mse" => Input {
            replicates: derived(Kind::Jk1, true),
            ..one()
        },
        "jkn" => Input {
            replicates: jkn,
            ..clus()
        },
        "jkn_elem" => Input {
            replicates: jkn,
            ..elem()
        },
        "jkn_whole" => Input {
            replicates: jkn,
            fpc: share,
            ..wr()
        },
        "jkn_remove" => lonely(Lonely::Remove),
        "jkn_adjust" => lonely(Lonely::Adjust),
        "jkn_average" => lonely(Lonely::Average),
        "brr3" => Input {
            replicates: derived(Kind::Brr, false),
            ..pairs(stratum)
        },
        "brr7" => Input {
            replicates: derived(Kind::Brr, false),
            ..pairs(|i| i % 7)
        },
        "fay11" => Input {
            replicates: derived(Kind::Fay { rho: 0.3 }, true),
            ..pairs(|i| format!("{:02}", i % 11))
        },
        "given" => Input {
            replicates: given(true),
            ..wr()
        },
        "factors" => Input {
            replicates: given(false),
            ..wr()
        },
        "two_stage_post" => adjusted(two_stage(), poststratify),
        "two_stage_greg" => adjusted(two_stage(), calibrate(Distance::Linear, None)),
        "two_stage_raked" => adjusted(two_stage(), rake()),
        "jkn_post" => adjusted(input("jkn"), poststratify),
        "jk1_greg" => adjusted(input("jk1"), calibrate(Distance::Linear, None)),
        "jk1_logit" => adjusted(input("jk1"), calibrate(Distance::Logit, Some((0.6, 2.0)))),
        "brr7_raked" => adjusted(input("brr7"), rake()),
        "given_post" => adjusted(input("given"), poststratify),
        other => panic!("no design {other}"),
    }
}

/// What `designs.csv` has of a domain.
pub(crate) fn estimates(input: &Input, domain: &str) -> Vec<f64> {
    let designed = design(input).unwrap();
    // The design travels with the rows as bytes.
    let sample = Sample::from_bytes(&designed.sample.to_bytes()).unwrap();
    assert_eq!(sample, designed.sample);
    let mut rows = Rows::new(2);
    let number = rows.sample(&Arc::new(sample));
    for i in (0..ROWS).filter(|i| in_domain(domain, *i)) {
        if let Some(place) = designed.place(i) {
            rows.push(number, &place, &[y(i), x(i)]).unwrap();
        }
    }
    rows.sort();
    let with_error = |made: Option<SurveyEstimate>| [made.unwrap().estimate, made.unwrap().se.unwrap()];
    let (handling, degrees) = (Handling::default(), Degrees::Design);
    [
        with_error(mean(&rows, handling, degrees).unwrap()).as_slice(),
        with_error(total(&rows, handling, degrees).unwrap()).as_slice(),
        with_error(ratio(&rows, handling, degrees).unwrap()).as_slice(),
        &[rows.df(Degrees::Domain) as f64],
    ]
    .concat()
}
