//! `drift`: how the values of a column are distributed, beside last time.
//!
//! `measure = "psi"` is the population stability index Σ (p − q) ln (p / q): below 0.1 nothing has moved,
//! over 0.25 much has. `measure = "tvd"` is the total variation distance ½ Σ |p − q|: the share of rows
//! that have moved. Numbers are cut at the deciles of last time; a missing value is a value of its own.

use std::collections::BTreeMap;

use perspektiv_formats::shown;

use super::column::COLUMN;
use super::tables::{Tables, numbers, texts};
use super::{KIND as OF_KIND, SEVERITY, TableCheck, Verdict, known, quoted};
use crate::definition::{Column, ColumnType, KeyKind, Section, Shape, key};

pub(super) const KIND: KeyKind = KeyKind {
    name: "drift",
    keys: &[
        OF_KIND,
        SEVERITY,
        COLUMN,
        key(
            "measure",
            Shape::OneOf(&["psi", "tvd"]),
            "The population stability index (default), or the total variation distance.",
        ),
        key(
            "limit",
            Shape::Number,
            "The most that it may be. Default: 0.25 for \"psi\", 0.1 for \"tvd\".",
        ),
    ],
};

/// Values that are named one by one: those whose share moved most.
const NAMED: usize = 5;

#[derive(Debug)]
pub(super) struct Drift {
    column: String,
    tvd: bool,
    limit: f64,
    /// Numbers are cut into tenths; of a derived table the values tell.
    numeric: Option<bool>,
}

pub(super) fn read(section: &Section<'_, '_>, columns: Option<&[Column]>) -> Option<Drift> {
    let column = section.needed("column", "Write column = \"…\": whose values are compared.")?;
    known(section, section.place_of("column"), &column, columns);
    let found = columns.and_then(|columns| columns.iter().find(|other| other.name == column));
    if found.is_some_and(Column::is_identity) {
        section.error(
            section.place_of("column"),
            format!("'{column}' tells persons apart: it has no distribution."),
            "Name another column.",
        );
    }
    let tvd = section.choice("measure") == Some("tvd");
    let limit = section.number("limit").unwrap_or(if tvd { 0.1 } else { 0.25 });
    if limit <= 0.0 || !limit.is_finite() {
        section.error(
            section.place_of("limit"),
            format!("`limit` is {limit}, so that any change is too much, or none."),
            "Write a number above 0: 0.25 for \"psi\", 0.1 for \"tvd\".",
        );
    }
    let numeric = found.map(|column| {
        matches!(
            column.kind,
            ColumnType::Integer | ColumnType::LongInteger | ColumnType::Number | ColumnType::Decimal
        )
    });
    Some(Drift {
        column,
        tvd,
        limit,
        numeric,
    })
}

impl TableCheck for Drift {
    fn essence(&self) -> String {
        format!("{self:?}")
    }

    fn look(&self, tables: &Tables<'_>) -> Result<Verdict, String> {
        let both = [tables.now(), tables.before()];
        let there = |state: &perspektiv_lake::TableState| {
            state.rows() > 0 && state.schema.field_with_name(&self.column).is_ok()
        };
        if !both.iter().all(|state| state.is_some_and(there)) || !tables.before_is_whole() {
            return Ok(Verdict::Holds);
        }
        let numeric = self.numeric.unwrap_or_else(|| {
            tables
                .now()
                .and_then(|state| state.schema.field_with_name(&self.column).ok())
                .is_some_and(|field| field.data_type().is_numeric())
        });
        let column = quoted(&self.column);
        let value = match numeric {
            true => tenths(tables, &column)?,
            false => format!("CAST({column} AS VARCHAR)"),
        };
        let mut shares: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for (table, old) in [("forr", true), ("nu", false)] {
            let sql = format!(
                "SELECT v, CAST(count(*) AS DOUBLE) / sum(count(*)) OVER () FROM (SELECT {value} AS v FROM {table}) \
                 GROUP BY v"
            );
            for batch in tables.query_both(&sql)? {
                for (value, share) in texts(&batch, 0)?.into_iter().zip(numbers(&batch, 1)?) {
                    let both = shares.entry(value).or_default();
                    *(if old { &mut both.0 } else { &mut both.1 }) = share.unwrap_or_default();
                }
            }
        }
        let moved = match self.tvd {
            true => total_variation(shares.values()),
            false => stability_index(shares.values()),
        };
        Ok(match moved <= self.limit {
            true => Verdict::Holds,
            false => Verdict::Broken(self.told(moved, shares)),
        })
    }
}

impl Drift {
    fn told(&self, moved: f64, shares: BTreeMap<String, (f64, f64)>) -> String {
        let (measure, name) = match self.tvd {
            true => ("total variation distance", "tvd"),
            false => ("population stability index", "psi"),
        };
        let mut most: Vec<(String, (f64, f64))> = shares.into_iter().collect();
        most.sort_by(|a, b| (b.1.0 - b.1.1).abs().total_cmp(&(a.1.0 - a.1.1).abs()));
        let mut told = format!(
            "The values of '{}' are distributed otherwise than last time: {measure} {moved:.3}, over the {} that the \
             check allows ({name}). Has a code changed its meaning, or is a part missing?",
            self.column, self.limit
        );
        for (value, (then, now)) in most.into_iter().take(NAMED) {
            told.push_str(&format!(
                "\n  {}: {:.1} % of the rows, {:.1} % last time",
                shown(value.as_bytes()),
                now * 100.0,
                then * 100.0
            ));
        }
        told
    }
}

/// An expression that gives the tenth of last time's values that a number falls into, or that it is less than all
/// of them: where many are equal, nothing else would tell less from equal.
fn tenths(tables: &Tables<'_>, column: &str) -> Result<String, String> {
    let mut cuts = vec![format!("min(CAST({column} AS DOUBLE))")];
    cuts.extend((1..10).map(|tenth| format!("approx_percentile_cont(CAST({column} AS DOUBLE), 0.{tenth})")));
    let batches = tables.query_both(&format!("SELECT {} FROM forr", cuts.join(", ")))?;
    let mut cuts = Vec::new();
    for batch in batches.iter().filter(|batch| batch.num_rows() > 0) {
        for at in 0..batch.num_columns() {
            cuts.extend(numbers(batch, at)?.first().copied().flatten());
        }
    }
    let least = cuts.first().copied();
    cuts.sort_by(f64::total_cmp);
    // Cuts that nobody could tell apart are one.
    cuts.dedup_by_key(|cut| short(*cut));
    let mut value = format!("CASE WHEN {column} IS NULL THEN NULL");
    if let Some(least) = least {
        value.push_str(&format!(
            " WHEN CAST({column} AS DOUBLE) < {least:?} THEN 'less than {}'",
            short(least)
        ));
    }
    for cut in &cuts {
        value.push_str(&format!(
            " WHEN CAST({column} AS DOUBLE) <= {cut:?} THEN 'up to {}'",
            short(*cut)
        ));
    }
    value.push_str(match cuts.last() {
        Some(_) => " ELSE 'more' END",
        None => " ELSE 'a number' END",
    });
    Ok(value)
}

/// A number with five digits that count: more would look like a person number.
fn short(number: f64) -> String {
    let whole = number.abs().max(1.0).log10().floor();
    let decimals = (4.0 - whole).max(0.0) as usize;
    let text = format!("{number:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

fn total_variation<'s>(shares: impl Iterator<Item = &'s (f64, f64)>) -> f64 {
    shares.map(|(then, now)| (then - now).abs()).sum::<f64>() / 2.0
}

/// A value that one of the two does not have counts as one row in ten thousand: its logarithm would
/// otherwise be without end.
fn stability_index<'s>(shares: impl Iterator<Item = &'s (f64, f64)>) -> f64 {
    const LEAST: f64 = 1e-4;
    shares
        .map(|(then, now)| (then.max(LEAST), now.max(LEAST)))
        .map(|(then, now)| (now - then) * (now / then).ln())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_shown_short() {
        for (number, text) in [
            (0.0, "0"),
            (1.0 / 3.0, "0.3333"),
            (-12.5, "-12.5"),
            (98_765.432_1, "98765"),
            (1e9, "1000000000"),
        ] {
            assert_eq!(short(number), text);
        }
    }

    #[test]
    fn measures_by_hand() {
        let same = [(0.5, 0.5), (0.5, 0.5)];
        assert!(total_variation(same.iter()).abs() < 1e-15 && stability_index(same.iter()).abs() < 1e-15);
        let moved = [(0.5, 0.25), (0.5, 0.75)];
        assert!((total_variation(moved.iter()) - 0.25).abs() < 1e-15);
        // 0.25 ln 2 + 0.25 ln 1.5
        assert!((stability_index(moved.iter()) - 0.274_653_072_167_027).abs() < 1e-12);
        let gone = [(1.0, 0.0), (0.0, 1.0)];
        assert!((total_variation(gone.iter()) - 1.0).abs() < 1e-15);
        assert!(stability_index(gone.iter()) > 10.0 && stability_index(gone.iter()).is_finite());
    }
}
