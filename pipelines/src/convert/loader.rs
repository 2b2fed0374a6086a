//! One column under construction.
//!
//! [`Loader::append`] always appends exactly one value, a missing one when the
//! field broke a rule, so that all columns stay of one length; the row is then
//! taken out of the batch as a whole.

use std::hash::Hash;
use std::sync::Arc;

use super::codes::Codes;
use super::identity::Persons;
use super::rule::Rule;
use super::{boolean, date, identity, number};
use crate::checks::Allowed;
use crate::definition::{Column, ColumnType, PseudonymForm, Range, UnknownCodes};
use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int32Builder,
    Int64Builder, StringArray,
};
use arrow::datatypes::{DataType, Field};
use arrow::error::ArrowError;
use perspektiv_formats::holds_person_number;
use perspektiv_lake::IDENTITY;
use regex::bytes::Regex;

/// Digits of an amount, and how many of them are decimals.
const PRECISION: u8 = 14;
const SCALE: i8 = 2;

/// A column that grows field by field.
pub(crate) struct Loader<'k> {
    required: bool,
    missing: Vec<Box<[u8]>>,
    missing_range: Option<(f64, f64)>,
    mark: u8,
    /// Whether a number may be a person number.
    person_numbers: bool,
    /// What checks say of the values.
    allowed: Option<Allowed>,
    pattern: Option<Regex>,
    /// Amounts that were rounded.
    rounded: u64,
    target: Target<'k>,
}

enum Target<'k> {
    Person(Int64Builder, Option<Persons<'k>>),
    Pseudonym(Int64Builder, PseudonymForm),
    /// Text, and whether person numbers may stand in it.
    Text(BinaryBuilder, bool),
    Coded(BinaryBuilder, Codes, UnknownCodes),
    Integer(Int32Builder, (i64, i64)),
    Long(Int64Builder, (i64, i64)),
    Number(Float64Builder, (f64, f64)),
    Decimal(Decimal128Builder, (i128, i128)),
    Boolean(BooleanBuilder),
    Day(Date32Builder, (i32, i32), fn(&[u8]) -> Option<i32>),
}

/// The field of a column in the table's schema.
pub(crate) fn field(column: &Column) -> Field {
    let kind = match column.kind {
        ColumnType::Person | ColumnType::Identifier | ColumnType::Pseudonym(_) | ColumnType::LongInteger => {
            DataType::Int64
        }
        ColumnType::Text => DataType::Utf8View,
        ColumnType::Integer => DataType::Int32,
        ColumnType::Number => DataType::Float64,
        ColumnType::Decimal => DataType::Decimal128(PRECISION, SCALE),
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date | ColumnType::YearMonth => DataType::Date32,
    };
    let identity = column.is_identity().then(|| "pseudonym".to_owned());
    let words = [
        ("label", &column.label),
        ("unit", &column.unit),
        (IDENTITY, &identity),
    ];
    let metadata = words
        .into_iter()
        .filter_map(|(key, word)| Some((key.to_owned(), word.clone()?)))
        .collect();
    Field::new(&column.name, kind, true).with_metadata(metadata)
}

impl<'k> Loader<'k> {
    /// An empty column; `mark` is the decimal mark of its fields.
    pub(crate) fn new(column: &Column, mark: u8, persons: Option<Persons<'k>>) -> Self {
        let integers = |all: (i64, i64)| match column.range {
            Some(Range::Integer(low, high)) => (low.max(all.0), high.min(all.1)),
            _ => all,
        };
        let days = match column.range {
            Some(Range::Days(low, high)) => (low, high),
            _ => (i32::MIN, i32::MAX),
        };
        let target = match column.kind {
            ColumnType::Person => Target::Person(Int64Builder::new(), persons),
            ColumnType::Identifier => Target::Person(Int64Builder::new(), persons.map(Persons::of_any_kind)),
            ColumnType::Pseudonym(form) => Target::Pseudonym(Int64Builder::new(), form),
            ColumnType::Text if column.codes.is_empty() => {
                Target::Text(BinaryBuilder::new(), column.person_numbers)
            }
            ColumnType::Text => Target::Coded(
                BinaryBuilder::new(),
                Codes::new(&column.codes),
                column.unknown_codes,
            ),
            ColumnType::Integer => Target::Integer(
                Int32Builder::new(),
                integers((i64::from(i32::MIN), i64::from(i32::MAX))),
            ),
            ColumnType::LongInteger => Target::Long(Int64Builder::new(), integers((i64::MIN, i64::MAX))),
            ColumnType::Number => Target::Number(
                Float64Builder::new(),
                match column.range {
                    Some(Range::Number(low, high)) => (low, high),
                    _ => (f64::NEG_INFINITY, f64::INFINITY),
                },
            ),
            ColumnType::Decimal => Target::Decimal(
                Decimal128Builder::new().with_data_type(DataType::Decimal128(PRECISION, SCALE)),
                match column.range {
                    Some(Range::Hundredths(low, high)) => (low, high),
                    _ => (i128::MIN, i128::MAX),
                },
            ),
            ColumnType::Boolean => Target::Boolean(BooleanBuilder::new()),
            ColumnType::Date => Target::Day(
                Date32Builder::new(),
                days,
                match column.order {
                    Some(order) => order.reader(),
                    None => date::date,
                },
            ),
            ColumnType::YearMonth => Target::Day(Date32Builder::new(), days, date::month),
        };
        Self {
            required: column.required,
            missing: column
                .missing
                .iter()
                .map(|token| token.as_bytes().into())
                .collect(),
            missing_range: column.missing_range,
            mark,
            person_numbers: column.person_numbers,
            allowed: column.allowed.clone(),
            pattern: column.pattern.clone(),
            rounded: 0,
            target,
        }
    }

    /// Appends the value of a field, or a missing value and the rule that the
    /// field broke.
    #[inline]
    pub(crate) fn append(&mut self, raw: &[u8]) -> Result<(), Rule> {
        let raw = trimmed(raw);
        if raw.is_empty() || self.missing.iter().any(|token| **token == *raw) || self.is_out_of_scale(raw) {
            self.append_null();
            return if self.required { Err(Rule::Missing) } else { Ok(()) };
        }
        let read = match self.refused(raw) {
            Some(rule) => Err(rule),
            None => self.append_value(raw),
        };
        if read.is_err() {
            self.append_null();
        }
        read
    }

    /// Whether a field is a number that stands for a missing value.
    #[inline]
    fn is_out_of_scale(&self, raw: &[u8]) -> bool {
        let Some((low, high)) = self.missing_range else {
            return false;
        };
        number::number(raw, self.mark).is_ok_and(|number| (low..=high).contains(&number))
    }

    /// The rule of a check that a field breaks.
    #[inline]
    fn refused(&self, raw: &[u8]) -> Option<Rule> {
        match (&self.allowed, &self.pattern) {
            (None, None) => None,
            // A person number in a text is worse than any other fault of it.
            _ if matches!(&self.target, Target::Text(_, false)) && holds_person_number(raw) => None,
            (Some(allowed), _) if allowed.refuses(raw, self.mark) => Some(Rule::Set),
            (_, Some(pattern)) if !pattern.is_match(raw) => Some(Rule::Pattern),
            _ => None,
        }
    }

    /// Appends a value, or nothing at all.
    #[inline]
    fn append_value(&mut self, raw: &[u8]) -> Result<(), Rule> {
        let mark = self.mark;
        let is_number = matches!(
            self.target,
            Target::Integer(..) | Target::Long(..) | Target::Number(..) | Target::Decimal(..)
        );
        if is_number && !self.person_numbers && number::is_person_number(raw, mark) {
            return Err(Rule::TextIdentity);
        }
        match &mut self.target {
            Target::Person(builder, persons) => {
                let persons = persons.as_mut().ok_or(Rule::Identity)?;
                builder.append_value(persons.pseudonym(raw).ok_or(Rule::Identity)?);
            }
            Target::Pseudonym(builder, form) => builder.append_value(identity::pseudonym(raw, *form)?),
            Target::Text(builder, allowed) => {
                if !*allowed && holds_person_number(raw) {
                    return Err(Rule::TextIdentity);
                }
                builder.append_value(raw);
            }
            Target::Coded(builder, codes, unknown) => match (codes.label(raw), unknown) {
                (Some(label), _) => builder.append_value(label),
                (None, UnknownCodes::Null) if !self.required => builder.append_null(),
                (None, UnknownCodes::Null) => return Err(Rule::Missing),
                (None, UnknownCodes::Reject) => return Err(Rule::Code),
            },
            Target::Integer(builder, (low, high)) => {
                let value = number::integer(raw, mark).map_err(|_| Rule::Type)?;
                // The bounds are within 32 bits.
                builder.append_value(within(value, *low, *high)? as i32);
            }
            Target::Long(builder, (low, high)) => {
                let value = number::integer(raw, mark).map_err(|_| Rule::Type)?;
                builder.append_value(within(value, *low, *high)?);
            }
            Target::Number(builder, (low, high)) => {
                let value = number::number(raw, mark).map_err(|_| Rule::Type)?;
                builder.append_value(within(value, *low, *high)?);
            }
            Target::Decimal(builder, (low, high)) => {
                let value = number::hundredths(raw, mark).map_err(|_| Rule::Type)?;
                builder.append_value(within(value, *low, *high)?);
                self.rounded += u64::from(number::loses_decimals(raw, mark));
            }
            Target::Boolean(builder) => builder.append_value(boolean::boolean(raw).ok_or(Rule::Type)?),
            Target::Day(builder, (low, high), read) => {
                builder.append_value(within(read(raw).ok_or(Rule::Type)?, *low, *high)?);
            }
        }
        Ok(())
    }

    /// Amounts so far that had more decimals than are kept.
    pub(crate) fn rounded(&self) -> u64 {
        self.rounded
    }

    /// What to tell the supplier of a field that broke a rule: a Swedish
    /// sentence without the value.
    pub(crate) fn reason(&self, rule: Rule, column: &Column, raw: &[u8]) -> String {
        match (&self.target, rule) {
            (Target::Person(_, Some(persons)), Rule::Identity) => persons.reason(raw).to_owned(),
            _ => rule.reason(column, raw, self.mark),
        }
    }

    fn append_null(&mut self) {
        match &mut self.target {
            Target::Person(builder, _) | Target::Pseudonym(builder, _) | Target::Long(builder, _) => {
                builder.append_null();
            }
            Target::Text(builder, _) | Target::Coded(builder, _, _) => builder.append_null(),
            Target::Integer(builder, _) => builder.append_null(),
            Target::Number(builder, _) => builder.append_null(),
            Target::Decimal(builder, _) => builder.append_null(),
            Target::Boolean(builder) => builder.append_null(),
            Target::Day(builder, _, _) => builder.append_null(),
        }
    }

    /// Feeds the value appended last to a hasher; a missing value is a value
    /// like any other.
    pub(crate) fn hash_last<H: std::hash::Hasher>(&self, hasher: &mut H) {
        match &self.target {
            Target::Person(builder, _) | Target::Pseudonym(builder, _) | Target::Long(builder, _) => {
                (
                    builder.values_slice().last(),
                    last_valid(builder.validity_slice(), builder.values_slice().len()),
                )
                    .hash(hasher);
            }
            Target::Text(builder, _) | Target::Coded(builder, _, _) => {
                let offsets = builder.offsets_slice();
                let start = offsets.iter().rev().nth(1).map_or(0, |start| *start as usize);
                (
                    builder.values_slice().get(start..),
                    last_valid(builder.validity_slice(), offsets.len() - 1),
                )
                    .hash(hasher);
            }
            Target::Integer(builder, _) => {
                (
                    builder.values_slice().last(),
                    last_valid(builder.validity_slice(), builder.values_slice().len()),
                )
                    .hash(hasher);
            }
            Target::Number(builder, _) => {
                let last = builder.values_slice().last().map(|value| value.to_bits());
                (
                    last,
                    last_valid(builder.validity_slice(), builder.values_slice().len()),
                )
                    .hash(hasher);
            }
            Target::Decimal(builder, _) => {
                (
                    builder.values_slice().last(),
                    last_valid(builder.validity_slice(), builder.values_slice().len()),
                )
                    .hash(hasher);
            }
            Target::Boolean(builder) => {
                let values = builder.values_slice();
                let at = arrow::array::ArrayBuilder::len(builder).saturating_sub(1);
                let last = values.get(at / 8).map(|byte| byte >> (at % 8) & 1);
                (last, last_valid(builder.validity_slice(), at + 1)).hash(hasher);
            }
            Target::Day(builder, _, _) => {
                (
                    builder.values_slice().last(),
                    last_valid(builder.validity_slice(), builder.values_slice().len()),
                )
                    .hash(hasher);
            }
        }
    }

    /// The column so far; begins a new one.
    pub(crate) fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(match &mut self.target {
            Target::Person(builder, _) | Target::Pseudonym(builder, _) | Target::Long(builder, _) => {
                Arc::new(builder.finish())
            }
            // Checked as UTF-8 all at once: the fields came from checked text.
            Target::Text(builder, _) | Target::Coded(builder, _, _) => {
                Arc::new(StringArray::try_from_binary(builder.finish())?)
            }
            Target::Integer(builder, _) => Arc::new(builder.finish()),
            Target::Number(builder, _) => Arc::new(builder.finish()),
            Target::Decimal(builder, _) => Arc::new(builder.finish()),
            Target::Boolean(builder) => Arc::new(builder.finish()),
            Target::Day(builder, _, _) => Arc::new(builder.finish()),
        })
    }
}

fn within<T: PartialOrd>(value: T, low: T, high: T) -> Result<T, Rule> {
    if value >= low && value <= high {
        Ok(value)
    } else {
        Err(Rule::Range)
    }
}

/// Whether the last of `length` values is there; no bitmap means that all are.
fn last_valid(validity: Option<&[u8]>, length: usize) -> bool {
    let Some(at) = length.checked_sub(1) else {
        return false;
    };
    validity
        .and_then(|bits| bits.get(at / 8))
        .is_none_or(|byte| byte >> (at % 8) & 1 == 1)
}

/// Without the spaces around it, no-break spaces included.
#[inline]
pub(crate) fn trimmed(raw: &[u8]) -> &[u8] {
    let mut raw = raw.trim_ascii();
    while let Some(rest) = raw.strip_prefix(b"\xc2\xa0") {
        raw = rest.trim_ascii_start();
    }
    while let Some(rest) = raw.strip_suffix(b"\xc2\xa0") {
        raw = rest.trim_ascii_end();
    }
    raw
}
