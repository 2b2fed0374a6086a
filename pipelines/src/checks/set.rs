//! `set`: the values that a column may have.

use std::collections::BTreeSet;

use super::column::{COLUMN, is_plain_text};
use super::{KIND as OF_KIND, column};
use crate::convert;
use crate::definition::{Column, ColumnType, KeyKind, Origin, Range, Section, Shape, needed};

pub(super) const KIND: KeyKind = KeyKind {
    name: "set",
    keys: &[
        OF_KIND,
        COLUMN,
        needed("values", Shape::Scalars, "The values that it may have."),
    ],
};

/// The values that a column may have, in the order of the definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// Texts as they are delivered.
    Texts(BTreeSet<String>),
    /// Whole numbers.
    Integers(BTreeSet<i64>),
}

impl Allowed {
    /// Whether a field holds another value; one that is of another type is for others to refuse.
    pub(crate) fn refuses(&self, raw: &[u8], mark: u8) -> bool {
        match self {
            Self::Texts(texts) => !std::str::from_utf8(raw).is_ok_and(|text| texts.contains(text)),
            Self::Integers(numbers) => {
                convert::integer(raw, mark).is_some_and(|number| !numbers.contains(&number))
            }
        }
    }

    /// The values, in words.
    pub(crate) fn told(&self) -> String {
        const MOST: usize = 12;
        let (mut told, all) = match self {
            Self::Texts(texts) => (texts.iter().take(MOST).cloned().collect::<Vec<_>>(), texts.len()),
            Self::Integers(numbers) => (
                numbers.iter().take(MOST).map(i64::to_string).collect(),
                numbers.len(),
            ),
        };
        if all > MOST {
            told.push("…".to_owned());
        }
        told.join(", ")
    }
}

pub(super) fn read(section: &Section<'_, '_>, columns: &mut [Column]) {
    let values = section.scalars("values").unwrap_or_default();
    if values.is_empty() {
        section.error(
            section.place_of("values"),
            "The check does not say which values are allowed.",
            "Write values = [\"a\", \"b\"].",
        );
    }
    let Some(column) = column(section, columns) else {
        return;
    };
    let whole = matches!(column.kind, ColumnType::Integer | ColumnType::LongInteger)
        && !matches!(column.origin, Origin::Expression(_));
    if is_plain_text(column) {
        column.allowed = Some(Allowed::Texts(values.into_iter().map(|(text, _)| text).collect()));
    } else if whole {
        let mut numbers = BTreeSet::new();
        for (text, span) in values {
            match convert::range(column.kind, &text, &text) {
                Some(Range::Integer(number, _)) => {
                    numbers.insert(number);
                }
                _ => section.error(
                    span,
                    format!("'{text}' is no whole number."),
                    "Write for instance 1.",
                ),
            }
        }
        column.allowed = Some(Allowed::Integers(numbers));
    } else {
        section.error(
            section.place_of("column"),
            format!(
                "'{}' holds neither texts as they were delivered nor whole numbers.",
                column.name
            ),
            "Name another column; `codes` of a column says itself which values there are.",
        );
    }
}
