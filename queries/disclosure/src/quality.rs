//! The quality rule: an estimate from few answers says too little.

use crate::columns::{Reason, all_but, all_named, counts, named, numbers};
use crate::verdict::Verdict;
use crate::{Quality, Table};

/// Judges a table by a rule; the shape of the one and the sense of the other have
/// been checked.
pub(crate) fn judge(table: &Table, rule: &Quality) -> Result<Verdict, Reason> {
    let n = named(table, &rule.n, "n")?;
    let estimate = named(table, &rule.estimate, "estimate")?;
    let se = named(table, &rule.se, "se")?;
    let labels = all_named(table, &rule.labels, "labels")?;
    let counts = counts(table, n)?;
    let hidden: Vec<bool> = counts.iter().map(|&n| n < rule.minimum).collect();
    let whole = whole(table.columns[estimate].unit.as_deref());
    let uncertain = numbers(table, estimate)?
        .into_iter()
        .zip(numbers(table, se)?)
        .zip(counts.iter().zip(&hidden))
        .map(|((estimate, se), (&n, &hidden))| match estimate {
            Some(estimate) if !hidden => n < rule.uncertain_below || imprecise(estimate, se, whole, rule),
            _ => false,
        })
        .collect();
    Ok(Verdict {
        hidden,
        uncertain,
        columns: all_but(table, &labels),
        rounded: None,
        rows: None,
        dropped: Vec::new(),
    })
}

/// What all would be, for the units that a proportion comes in.
fn whole(unit: Option<&str>) -> Option<f64> {
    match unit {
        Some("procent" | "%") => Some(100.0),
        Some("andel") => Some(1.0),
        _ => None,
    }
}

/// Whether the standard error is large beside the estimate.
fn imprecise(estimate: f64, se: Option<f64>, whole: Option<f64>, rule: &Quality) -> bool {
    let size = match whole {
        Some(whole) if (0.0..=whole).contains(&estimate) => estimate.min(whole - estimate),
        _ => estimate.abs(),
    };
    match se.filter(|&se| se >= 0.0) {
        Some(se) if size > 0.0 => se / size > rule.relative_se,
        // No error is known, or none that means anything.
        known => rule.relative_se.is_finite() || known.is_none(),
    }
}
