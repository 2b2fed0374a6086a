//! Which group has most, or least, as far as the figures can tell.
//!
//! A headline may say "most" only of a group that stands apart from all others.
//! Where its interval meets another's, where a group is hidden or missing, or
//! where its own estimate is uncertain, the order may be chance, and the texts
//! have to say so.

use minijinja::Error;
use minijinja::value::Value;

use crate::cells::Mark;
use crate::filters::{as_f64, cell};

/// Which end of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Most,
    Least,
}

impl End {
    /// A number as one that is larger the nearer it is to this end.
    fn turned(self, x: f64) -> f64 {
        match self {
            Self::Most => x,
            Self::Least => -x,
        }
    }
}

/// An estimate that can be seen, and how far it may lie toward the end and away.
struct Seen {
    row: Value,
    estimate: f64,
    near: f64,
    far: f64,
}

/// What a template may say of the rows at one end of a column:
///
/// - `rader`: the rows that may be the outermost, outermost estimate first; one
///   row only where no other's interval (`<column>_low` to `<column>_high`)
///   reaches it;
/// - `saker`: whether the first may be called the outermost: it stands alone,
///   is no uncertain estimate, and no row is hidden or missing;
/// - `synliga`, `dolda`: how many rows can and cannot be seen.
pub(crate) fn extreme(rows: &Value, column: &str, end: End) -> Result<Value, Error> {
    let mut seen = Vec::new();
    let mut unseen = 0;
    for row in rows.try_iter()? {
        let estimate = cell(&row, column)?;
        if Mark::of(&estimate).is_some() || estimate.is_none() {
            unseen += 1;
            continue;
        }
        let limit = |name: &str, unknown: f64| {
            let limit = cell(&row, &format!("{column}_{name}"))?;
            // An interval that is not known reaches any other.
            match Mark::of(&limit).is_some() || limit.is_none() {
                true => Ok(end.turned(unknown)),
                false => as_f64(&limit).map(|x| end.turned(x)),
            }
        };
        let (low, high) = (limit("low", f64::NEG_INFINITY)?, limit("high", f64::INFINITY)?);
        seen.push(Seen {
            estimate: end.turned(as_f64(&estimate)?),
            near: low.max(high),
            far: low.min(high),
            row,
        });
    }
    seen.sort_by(|a, b| b.estimate.total_cmp(&a.estimate));
    let count = seen.len();
    let reach = seen.first().map_or(f64::NAN, |first| first.far);
    let rows: Vec<Value> = seen
        .into_iter()
        .enumerate()
        .filter(|(at, seen)| *at == 0 || seen.near >= reach)
        .map(|(_, seen)| seen.row)
        .collect();
    let certain = match rows.as_slice() {
        [only] => unseen == 0 && !only.get_attr("uncertain")?.is_true(),
        _ => false,
    };
    Ok(Value::from_pairs([
        ("rader", Value::from_iter(rows)),
        ("saker", Value::from(certain)),
        ("synliga", Value::from(count)),
        ("dolda", Value::from(unseen)),
    ]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Rows of estimates with limits; `None` is hidden.
    fn rows(rows: &[Option<(f64, f64, f64)>], uncertain: bool) -> Value {
        let hidden = || Value::from_object(Mark::Hidden);
        Value::from_iter(rows.iter().map(|row| {
            let [x, low, high] = match row {
                Some((x, low, high)) => [x, low, high].map(|x| Value::from(*x)),
                None => [hidden(), hidden(), hidden()],
            };
            Value::from_pairs([
                ("uncertain", Value::from(uncertain)),
                ("x", x),
                ("x_low", low),
                ("x_high", high),
            ])
        }))
    }

    fn found(rows: &Value, end: End) -> (Vec<f64>, bool) {
        let found = extreme(rows, "x", end).unwrap();
        let first = found.get_attr("rader").unwrap();
        let first = first.try_iter().unwrap();
        (
            first
                .map(|row| as_f64(&row.get_attr("x").unwrap()).unwrap())
                .collect(),
            found.get_attr("saker").unwrap().is_true(),
        )
    }

    const APART: [Option<(f64, f64, f64)>; 3] = [
        Some((10.0, 8.0, 12.0)),
        Some((40.0, 35.0, 45.0)),
        Some((20.0, 14.0, 26.0)),
    ];

    #[test]
    fn one_that_stands_apart_is_the_most_and_one_is_the_least() {
        assert_eq!(found(&rows(&APART, false), End::Most), (vec![40.0], true));
        assert_eq!(found(&rows(&APART, false), End::Least), (vec![10.0], true));
    }

    #[test]
    fn where_intervals_meet_nobody_is_first() {
        let mut meeting = APART;
        // The second estimate is lower, and the third has the wider interval.
        meeting[2] = Some((20.0, 4.0, 36.0));
        assert_eq!(
            found(&rows(&meeting, false), End::Most),
            (vec![40.0, 20.0], false)
        );
        assert_eq!(
            found(&rows(&meeting, false), End::Least),
            (vec![10.0, 20.0], false)
        );
        let unknown = [Some((40.0, 35.0, 45.0)), Some((1.0, f64::NAN, f64::NAN))];
        let mut list: Vec<Value> = rows(&unknown, false).try_iter().unwrap().collect();
        list[1] = Value::from_pairs([
            ("uncertain", Value::from(false)),
            ("x", Value::from(1.0)),
            ("x_low", Value::from_object(Mark::Missing)),
            ("x_high", Value::from_object(Mark::Missing)),
        ]);
        assert_eq!(found(&Value::from(list), End::Most), (vec![40.0, 1.0], false));
    }

    #[test]
    fn what_is_hidden_or_uncertain_takes_the_superlative_away() {
        let mut hidden = APART;
        hidden[2] = None;
        assert_eq!(found(&rows(&hidden, false), End::Most), (vec![40.0], false));
        assert_eq!(found(&rows(&APART, true), End::Most), (vec![40.0], false));
        assert_eq!(found(&rows(&[None, None], false), End::Most), (vec![], false));
        assert_eq!(found(&rows(&[], false), End::Most), (vec![], false));
        assert!(extreme(&rows(&APART, false), "y", End::Most).is_err());
    }
}
