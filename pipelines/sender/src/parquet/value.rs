//! Values of Parquet as people write them: what the rules of person numbers are about.

use std::borrow::Cow;

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::schema::types::ColumnDescriptor;

use crate::spelling::number;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Text, or bytes of which nothing is known.
    Text,
    /// Numbers, with so many decimals.
    Number(u32),
    /// Days, times, truth values and the like: no person number can be written so.
    Other,
}

impl Meaning {
    /// By the type that the file declares.
    pub(super) fn of(column: &ColumnDescriptor) -> Self {
        match column.logical_type_ref() {
            Some(
                LogicalType::Date
                | LogicalType::Time(_)
                | LogicalType::Timestamp(_)
                | LogicalType::Uuid
                | LogicalType::Float16,
            ) => return Self::Other,
            Some(LogicalType::Decimal(decimal)) => return Self::decimal(decimal.scale),
            _ => {}
        }
        match column.converted_type() {
            ConvertedType::DATE
            | ConvertedType::TIME_MILLIS
            | ConvertedType::TIME_MICROS
            | ConvertedType::TIMESTAMP_MILLIS
            | ConvertedType::TIMESTAMP_MICROS
            | ConvertedType::INTERVAL => return Self::Other,
            ConvertedType::DECIMAL => return Self::decimal(column.type_scale()),
            _ => {}
        }
        match column.physical_type() {
            Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY => Self::Text,
            Type::INT32 | Type::INT64 | Type::DOUBLE => Self::Number(0),
            // A number in single precision has lost the last digits.
            Type::BOOLEAN | Type::INT96 | Type::FLOAT => Self::Other,
        }
    }

    fn decimal(scale: i32) -> Self {
        u32::try_from(scale).map_or(Self::Other, Self::Number)
    }

    /// A whole number with the decimals that it has.
    fn number<'a>(self, number: i128) -> Option<Cow<'a, [u8]>> {
        let Self::Number(scale) = self else {
            return None;
        };
        let text = match 10_i128.checked_pow(scale) {
            Some(unit) if number % unit == 0 => (number / unit).to_string(),
            Some(unit) => {
                let (whole, part) = (number / unit, (number % unit).unsigned_abs());
                format!("{whole}.{part:0width$}", width = scale as usize)
            }
            None => number.to_string(),
        };
        Some(text.into_bytes().into())
    }

    fn bytes(self, bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Text => Some(bytes.into()),
            // A number in two's complement, the most significant byte first.
            Self::Number(_) if bytes.len() <= 16 => {
                let negative = bytes.first().is_some_and(|first| *first >= 0x80);
                let fill: i128 = if negative { -1 } else { 0 };
                self.number(
                    bytes
                        .iter()
                        .fold(fill, |number, byte| number << 8 | i128::from(*byte)),
                )
            }
            _ => None,
        }
    }
}

/// A value that can be shown as text.
pub(super) trait Shown {
    /// As text; `None` when it is of a kind that can be no person number.
    fn text(&self, meaning: Meaning) -> Option<Cow<'_, [u8]>>;
}

impl Shown for bool {
    fn text(&self, _: Meaning) -> Option<Cow<'_, [u8]>> {
        None
    }
}

impl Shown for Int96 {
    fn text(&self, _: Meaning) -> Option<Cow<'_, [u8]>> {
        None
    }
}

impl Shown for f32 {
    fn text(&self, _: Meaning) -> Option<Cow<'_, [u8]>> {
        None
    }
}

impl Shown for i32 {
    fn text(&self, meaning: Meaning) -> Option<Cow<'_, [u8]>> {
        meaning.number(i128::from(*self))
    }
}

impl Shown for i64 {
    fn text(&self, meaning: Meaning) -> Option<Cow<'_, [u8]>> {
        meaning.number(i128::from(*self))
    }
}

impl Shown for f64 {
    fn text(&self, meaning: Meaning) -> Option<Cow<'_, [u8]>> {
        matches!(meaning, Meaning::Number(_)).then(|| number(*self).into_bytes().into())
    }
}

impl Shown for ByteArray {
    fn text(&self, meaning: Meaning) -> Option<Cow<'_, [u8]>> {
        meaning.bytes(self.data())
    }
}

impl Shown for FixedLenByteArray {
    fn text(&self, meaning: Meaning) -> Option<Cow<'_, [u8]>> {
        meaning.bytes(self.data())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        let text = |value: &dyn Shown, meaning| {
            let text = value.text(meaning).map(|text| text.into_owned());
            text.map(|text| String::from_utf8(text).unwrap())
        };
        let whole = Meaning::Number(0);
        assert_eq!(text(&196_509_289_960_i64, whole).unwrap(), "196509289960");
        assert_eq!(text(&196_509_289_960.0, whole).unwrap(), "196509289960");
        assert_eq!(text(&0.5, whole).unwrap(), "0.5");
        assert_eq!(text(&f64::NAN, whole).unwrap(), "");
        assert_eq!(text(&1e300, whole).unwrap(), "1e300");
        assert_eq!(
            text(&19_650_928_996_000_i64, Meaning::Number(2)).unwrap(),
            "196509289960"
        );
        assert_eq!(text(&-105_i32, Meaning::Number(2)).unwrap(), "-1.05");
        assert_eq!(text(&1_i32, Meaning::Other), None);
        // As databases write NUMBER(12).
        let bytes = ByteArray::from(196_509_289_960_i64.to_be_bytes()[2..].to_vec());
        assert_eq!(text(&bytes, whole).unwrap(), "196509289960");
        let negative = ByteArray::from(vec![0xff, 0xfe]);
        assert_eq!(text(&negative, whole).unwrap(), "-2");
        assert_eq!(text(&ByteArray::from("abc"), Meaning::Text).unwrap(), "abc");
    }
}
