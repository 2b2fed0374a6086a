//! Headings, units and decimals of result columns.

use arrow::datatypes::{Field, Schema};
use perspektiv_disclosure::{Column, Rule};
use perspektiv_lake::IDENTITY;

use crate::{ColumnText, Definition};

/// What stands beside an estimate: the end of the column's name, the words after
/// the estimate's own heading, and whether its unit and decimals are the estimate's.
const COMPANIONS: &[(&str, &str, bool)] = &[
    ("_se", "medelfel", true),
    ("_low", "nedre gräns", true),
    ("_high", "övre gräns", true),
    ("_n", "svar", false),
    ("_population", "antal i befolkningen", false),
    ("_df", "frihetsgrader", false),
];

/// One [`Column`] a field, from the front matter where it speaks of it.
///
/// A column beside an estimate (`andel_se`) that the front matter does not name is
/// called after the estimate (`Andel, medelfel`).
pub(super) fn columns(schema: &Schema, definition: Option<&Definition>) -> Vec<Column> {
    schema
        .fields()
        .iter()
        .map(|field| Column {
            identity: is_identity(field),
            ..column(field.name(), definition)
        })
        .collect()
}

fn column(name: &str, definition: Option<&Definition>) -> Column {
    let text = |name: &str| definition.and_then(|definition| definition.columns.get(name));
    if let Some(own) = text(name) {
        return made(name, own.label.clone(), own);
    }
    for (ending, words, same) in COMPANIONS {
        if let Some(base) = name.strip_suffix(ending)
            && let Some(estimate) = text(base)
        {
            let label = estimate.label.as_deref().unwrap_or(base);
            let label = Some(format!("{label}, {words}"));
            let counts = ColumnText {
                decimals: Some(0),
                ..ColumnText::default()
            };
            return made(name, label, if *same { estimate } else { &counts });
        }
    }
    made(name, None, &ColumnText::default())
}

fn made(name: &str, label: Option<String>, text: &ColumnText) -> Column {
    Column {
        name: name.to_owned(),
        label: label.unwrap_or_else(|| name.to_owned()),
        unit: text.unit.clone(),
        decimals: text.decimals,
        identity: false,
    }
}

/// Whether a field was marked as one that tells one person from another.
pub(super) fn is_identity(field: &Field) -> bool {
    field.metadata().contains_key(IDENTITY)
}

/// The columns that a disclosure rule reads.
pub(super) fn rule_columns(rule: Option<&Rule>) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    match rule {
        Some(Rule::Secrecy(rule)) => names.extend(rule.columns()),
        Some(Rule::Quality(rule)) => {
            names.extend([rule.n.as_str(), &rule.estimate, &rule.se]);
            names.extend(rule.labels.iter().map(String::as_str));
        }
        Some(Rule::Public) | None => {}
    }
    names
}
