//! JSON documents, read whole, with errors that say where.

use std::path::Path;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Visitor};

use super::SourceError;
use super::input::{Digest, Input};
use crate::options::SourceOptions;

/// The largest document that is accepted: agencies' pages are a few megabytes.
const LIMIT: usize = 512 << 20;

/// Reads a document.
///
/// # Errors
/// The file cannot be read, or is not JSON of the form `T`.
pub(crate) fn read<T: DeserializeOwned>(
    path: &Path,
    options: &SourceOptions,
    expected: &str,
) -> Result<(T, Digest), SourceError> {
    let mut input = Input::open(path, options)?;
    let mut text = Vec::new();
    let lines = |seen: &[u8]| 1 + seen.iter().filter(|byte| **byte == b'\n').count() as u64;
    while input.fill(&mut text, lines)? {
        if text.len() > LIMIT {
            return Err(SourceError::Form(format!(
                "The document is larger than {} MB, which no page of an agency is. Split it.",
                LIMIT >> 20
            )));
        }
    }
    Ok((parse(&text, expected)?, input.digest()))
}

/// How sure it is that a file which begins so is a document with one of these words in it: `sure` or 0.
pub(crate) fn begins_with(head: &[u8], words: &[&str], sure: u8) -> u8 {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if text.trim_ascii_start().first() != Some(&b'{') {
        return 0;
    }
    let text = String::from_utf8_lossy(text);
    u8::from(words.iter().any(|word| text.contains(word))) * sure
}

/// Parses a document; `expected` says what it should be, for the error.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8], expected: &str) -> Result<T, SourceError> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if text.trim_ascii().is_empty() {
        return Err(SourceError::Empty);
    }
    serde_json::from_slice(text).map_err(|error| {
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        let message = match error.classify() {
            serde_json::error::Category::Eof => {
                format!("The document ends too early ({what}): it has been cut. Ask for it again.")
            }
            serde_json::error::Category::Data => {
                format!("This is JSON, but not {expected}: {what}. Check `format` and the file.")
            }
            _ => format!("This is not JSON: {what}. An error page saved as data? Ask for it again."),
        };
        SourceError::Json {
            line: error.line(),
            column: error.column(),
            message,
        }
    })
}

/// A number in as few digits as tell it from every other, with a decimal point.
pub(crate) fn plain(number: f64) -> String {
    // Without an exponent the largest would have 309 digits.
    match number == 0.0 || (1e-6..1e16).contains(&number.abs()) {
        true => number.to_string(),
        false => format!("{number:e}"),
    }
}

/// The same of a number in single precision.
pub(crate) fn plain_single(number: f32) -> String {
    match number == 0.0 || (1e-6..1e16).contains(&number.abs()) {
        true => number.to_string(),
        false => format!("{number:e}"),
    }
}

/// A text, number or truth value, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scalar(pub(crate) String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Scalar;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text or a number")
            }

            fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar(text.to_owned()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar(plain(number)))
            }

            fn visit_bool<E>(self, yes: bool) -> Result<Scalar, E> {
                Ok(Scalar(yes.to_string()))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
