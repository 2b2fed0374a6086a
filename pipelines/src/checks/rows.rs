//! `rows`: how many rows the table has, beside last time.
//!
//! `remaining` of `[limits]` is about what a delivery lost; this one also sees what came twice.

use super::tables::Tables;
use super::{KIND as OF_KIND, SEVERITY, TableCheck, Verdict};
use crate::definition::{KeyKind, Section, Shape, key};

pub(super) const KIND: KeyKind = KeyKind {
    name: "rows",
    keys: &[
        OF_KIND,
        SEVERITY,
        key("min", Shape::Number, "The least share of last time's rows: 0.9."),
        key(
            "max",
            Shape::Number,
            "The greatest share of last time's rows: 1.5.",
        ),
    ],
};

#[derive(Debug)]
pub(super) struct Rows {
    min: f64,
    max: f64,
}

pub(super) fn read(section: &Section<'_, '_>) -> Option<Rows> {
    let (min, max) = (section.number("min"), section.number("max"));
    if min.is_none() && max.is_none() {
        section.error(
            section.span(),
            "The check says neither how few nor how many rows there may be.",
            "Write min = 0.9, max = 1.5 or both: shares of last time's rows.",
        );
        return None;
    }
    let rows = Rows {
        min: min.unwrap_or(0.0),
        max: max.unwrap_or(f64::INFINITY),
    };
    if !(rows.min >= 0.0 && rows.min <= rows.max) {
        section.error(
            section.place_of("min"),
            format!(
                "No number of rows is from {} to {} times last time's.",
                rows.min, rows.max
            ),
            "Write the least share in `min`, the greatest in `max`.",
        );
    }
    Some(rows)
}

impl TableCheck for Rows {
    fn essence(&self) -> String {
        format!("{self:?}")
    }

    fn look(&self, tables: &Tables<'_>) -> Result<Verdict, String> {
        let Some(before) = tables.before().map(|table| table.rows()).filter(|rows| *rows > 0) else {
            return Ok(Verdict::Holds);
        };
        let now = tables.now().map_or(0, |table| table.rows());
        let share = now as f64 / before as f64;
        if share >= self.min && share <= self.max {
            return Ok(Verdict::Holds);
        }
        let allowed = match self.max.is_finite() {
            true => format!("from {} to {}", self.min, self.max),
            false => format!("at least {}", self.min),
        };
        Ok(Verdict::Broken(format!(
            "The table has {now} rows, {share:.2} times the {before} of last time; {allowed} times is allowed. Make \
             sure that the deliveries are whole and none came twice; if they are right, change the check."
        )))
    }
}
