//! What a run answers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use perspektiv_formats::{counted, shown};
use serde::Serialize;

use crate::Rule;
use crate::error::name;
use crate::tally::Tally;

/// Faults that the answer itself shows; the report has all of them.
const SHOWN: usize = 20;

/// How a column of identities was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The user named it.
    Named,
    /// Its name says so.
    ByName,
    /// What stands in it says so.
    ByContent,
}

/// A column of identities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The sheet it stands in, in a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// How it was found.
    pub found: Found,
}

impl Column {
    /// A column; names are masked.
    pub(crate) fn new(name: &str, sheet: Option<&str>, found: Found) -> Self {
        Self {
            name: shown(name.as_bytes()),
            sheet: sheet.map(|sheet| shown(sheet.as_bytes())),
            found,
        }
    }
}

/// Where a value is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The line or row, from 1; 0 where there is none.
    pub line: u64,
    /// The column, with its sheet in a workbook.
    pub column: String,
    /// What is wrong.
    pub rule: Rule,
}

/// What a run has done, or why it has not.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The data were refused: nothing was written.
    pub refused: bool,
    /// The file.
    pub file: PathBuf,
    /// The result, where one was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out: Option<PathBuf>,
    /// The report, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<PathBuf>,
    /// The key file that was made, when that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_key: Option<PathBuf>,
    /// Which key: data with different fingerprints cannot be joined.
    pub fingerprint: String,
    /// The columns of identities.
    pub columns: Vec<Column>,
    /// Rows below the header.
    pub rows: u64,
    /// Identities that were replaced.
    pub pseudonyms: u64,
    /// Identities that were empty and stay so.
    pub empty: u64,
    /// Rows that were left out.
    pub dropped: u64,
    /// Identities that were blanked.
    pub blanked: u64,
    /// Rows with another number of fields than the header.
    pub uneven_rows: u64,
    /// Pictures, which nobody has looked into.
    pub pictures: u64,
    /// How often each rule was broken.
    pub faults: BTreeMap<Rule, u64>,
    /// The first faults.
    pub first_faults: Vec<Place>,
}

impl Outcome {
    pub(crate) fn new(file: PathBuf, fingerprint: String, columns: Vec<Column>, tally: &Tally) -> Self {
        Self {
            refused: tally.refused,
            file,
            out: None,
            report: None,
            new_key: None,
            fingerprint,
            columns,
            rows: tally.rows,
            pseudonyms: if tally.refused { 0 } else { tally.pseudonyms },
            empty: tally.empty,
            dropped: if tally.refused { 0 } else { tally.dropped },
            blanked: if tally.refused { 0 } else { tally.blanked },
            uneven_rows: tally.uneven,
            pictures: tally.pictures,
            faults: tally.by_rule(),
            first_faults: tally
                .facts
                .iter()
                .take(SHOWN)
                .map(|fact| Place {
                    line: fact.line,
                    column: tally.place_name(fact.place).to_owned(),
                    rule: fact.rule,
                })
                .collect(),
        }
    }

    /// What was done, for stdout.
    #[must_use]
    pub fn summary(&self) -> String {
        if let Some(key) = &self.new_key {
            return format!(
                "Made a key: {} (fingerprint {}). Keep a copy in a safe place, and give it only to those who are to \
                 make the same pseudonyms.",
                name(key),
                self.fingerprint
            );
        }
        let mut text = format!("{}: {}", name(&self.file), counted(self.rows, "row", "rows"));
        // Writing to a string does not fail.
        for column in &self.columns {
            let found = match column.found {
                Found::Named => "named",
                Found::ByName => "found by its name",
                Found::ByContent => "found by what it holds",
            };
            let sheet = column
                .sheet
                .as_ref()
                .map_or_else(String::new, |sheet| format!("sheet '{sheet}', "));
            let _ = write!(text, "\n  {sheet}column '{}' ({found})", column.name);
        }
        let Some(out) = &self.out else {
            return text;
        };
        let _ = write!(
            text,
            "\n  {}, {} empty",
            counted(self.pseudonyms, "pseudonym", "pseudonyms"),
            self.empty
        );
        for (count, what) in [
            (self.dropped, "rows left out"),
            (self.blanked, "invalid numbers blanked"),
            (
                self.uneven_rows,
                "rows with another number of fields than the header",
            ),
            (self.pictures, "pictures that were not looked into"),
        ] {
            if count > 0 {
                let _ = write!(text, "\n  {count} {what}");
            }
        }
        let _ = write!(text, "\nWritten: {} (key {})", name(out), self.fingerprint);
        if let Some(report) = &self.report {
            let _ = write!(text, "\nReport: {}", name(report));
        }
        text
    }

    /// Why nothing was written, for stderr: the first places and rules, never a value.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        if !self.refused {
            return None;
        }
        let faults: u64 = self.faults.values().sum();
        let mut text = format!(
            "Nothing was written: {} in {}.",
            counted(faults, "value is wrong", "values are wrong"),
            name(&self.file)
        );
        for place in &self.first_faults {
            let line = match place.line {
                0 => String::new(),
                line => format!("line {line}, "),
            };
            let _ = write!(text, "\n  {line}{}: {}", place.column, place.rule.english());
        }
        let more = faults.saturating_sub(self.first_faults.len() as u64);
        if more > 0 {
            let _ = write!(text, "\n  and {more} more");
        }
        match &self.report {
            Some(report) => {
                let _ = write!(text, "\nThe report has all of them: {}", name(report));
            }
            None => text.push_str("\nWith --report FILE, all of them are written to a report in Swedish."),
        }
        if self.faults.keys().any(|rule| rule.is_invalid_identity()) {
            text.push_str(
                "\nWith --invalid drop, rows without a valid number are left out; with --invalid blank, they stay \
                 without it.",
            );
            if self.columns.iter().any(|column| column.found != Found::Named) {
                text.push_str(
                    "\nIf these are no person numbers at all, name the right columns with --columns.",
                );
            }
        }
        Some(text)
    }

    /// All of it, for a machine.
    #[must_use]
    pub fn json(&self) -> String {
        let mut outcome = self.clone();
        let masked = |path: &mut PathBuf| *path = name(path).into();
        masked(&mut outcome.file);
        outcome.out.as_mut().map(masked);
        outcome.report.as_mut().map(masked);
        serde_json::to_string_pretty(&outcome).unwrap_or_default()
    }
}
