//! `sum`: the sum of a column equals a control total.
//!
//! ```toml
//! [[checks]]
//! kind = "sum"
//! column = "kostnad"
//! period = "ar"
//! equals = { 2023 = 1204553000.0, 2024 = 1250000000.0 }
//! tolerance = 0.0001    # one part in ten thousand
//! ```
//!
//! Instead of `equals`, `table` and `value` name the column of another table that holds the totals; with
//! `period` it has a column of that name, too. Rejected rows are not in the sum.

use std::collections::BTreeMap;

use super::column::COLUMN;
use super::tables::{Tables, numbers, texts};
use super::{KIND as OF_KIND, SEVERITY, TableCheck, Verdict, known, quoted, share};
use crate::definition::{Column, KeyKind, Section, Shape, key};

pub(super) const KIND: KeyKind = KeyKind {
    name: "sum",
    keys: &[
        OF_KIND,
        SEVERITY,
        COLUMN,
        key(
            "period",
            Shape::Text,
            "The column by whose values the sums are made.",
        ),
        key(
            "equals",
            Shape::NumberOrPairs,
            "The control total; with `period`, that of each period: { 2024 = 1250000 }.",
        ),
        key("table", Shape::Text, "The table that holds the control totals."),
        key("value", Shape::Text, "Its column with the totals."),
        key(
            "tolerance",
            Shape::Number,
            "By which share of the total the sum may miss it. Default: 0, apart from rounding.",
        ),
    ],
};

/// What decimals of a DOUBLE may lose in a sum.
const ROUNDING: f64 = 1e-9;

#[derive(Debug)]
pub(super) struct Sum {
    column: String,
    period: Option<String>,
    totals: Totals,
    tolerance: f64,
}

#[derive(Debug)]
enum Totals {
    /// By period; by the empty text without periods.
    Given(BTreeMap<String, f64>),
    Table {
        table: String,
        value: String,
    },
}

pub(super) fn read(section: &Section<'_, '_>, columns: Option<&[Column]>) -> Option<Sum> {
    let column = section.needed("column", "Write column = \"…\": what is summed.");
    let period = section.string("period");
    for (key, name) in [("column", &column), ("period", &period)] {
        if let Some(name) = name {
            known(section, section.place_of(key), name, columns);
        }
    }
    let given = section.number_or_numbers("equals");
    let totals = match (given, section.string("table"), section.string("value")) {
        (Some(given), None, None) => {
            if given.contains_key("") != period.is_none() {
                section.error(
                    section.place_of("equals"),
                    "`equals` has a total for each period if, and only if, there is a `period`.",
                    "Write period = \"ar\" and equals = { 2024 = 1250000 }, or no period and one number.",
                );
            }
            Totals::Given(given)
        }
        (None, Some(table), Some(value)) => Totals::Table { table, value },
        _ => {
            section.error(
                section.place_of("equals"),
                "The check does not say what the sum has to be.",
                "Write equals = …, or table = \"…\" and value = \"…\".",
            );
            return None;
        }
    };
    Some(Sum {
        column: column?,
        period,
        totals,
        tolerance: share(section, "tolerance", 0.0),
    })
}

impl Sum {
    /// Sums by period.
    fn sums(&self, tables: &Tables<'_>, table: &str, column: &str) -> Result<BTreeMap<String, f64>, String> {
        let (table, column) = (quoted(table), quoted(column));
        let batches = match &self.period {
            Some(period) => {
                let period = quoted(period);
                tables.query(&format!(
                    "SELECT {period}, sum({column}) FROM {table} GROUP BY {period}"
                ))
            }
            None => tables.query(&format!("SELECT '', sum({column}) FROM {table}")),
        };
        let mut sums = BTreeMap::new();
        for batch in batches? {
            let sum = numbers(&batch, 1)?.into_iter().map(Option::unwrap_or_default);
            sums.extend(texts(&batch, 0)?.into_iter().zip(sum));
        }
        Ok(sums)
    }
}

impl TableCheck for Sum {
    fn essence(&self) -> String {
        format!("{self:?}")
    }

    fn reads(&self) -> Vec<&str> {
        match &self.totals {
            Totals::Table { table, .. } => vec![table],
            Totals::Given(_) => Vec::new(),
        }
    }

    fn look(&self, tables: &Tables<'_>) -> Result<Verdict, String> {
        let sums = self.sums(tables, tables.table, &self.column)?;
        let totals = match &self.totals {
            Totals::Given(totals) => totals.clone(),
            Totals::Table { table, value } => self.sums(tables, table, value)?,
        };
        let mut wrong = Vec::new();
        for (period, total) in totals {
            let sum = sums.get(&period).copied().unwrap_or(0.0);
            let allowed = self.tolerance.max(ROUNDING) * total.abs();
            // Also when one of them is no number.
            if (sum - total).abs() <= allowed {
                continue;
            }
            let of = match period.as_str() {
                "" => String::new(),
                period => format!("{period}: "),
            };
            wrong.push(format!(
                "{of}{sum} where {total} was expected ({:+})",
                sum - total
            ));
        }
        Ok(match wrong.is_empty() {
            true => Verdict::Holds,
            false => Verdict::Broken(format!(
                "The sum of '{}' is not the control total. Are rows missing, rejected or there twice?\n  {}",
                self.column,
                wrong.join("\n  ")
            )),
        })
    }
}
