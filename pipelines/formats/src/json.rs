//! JSON documents, read whole, with errors that say where.
//!
//! A list of many entries is packed as it is read: a document takes a few times
//! its size in memory, at most about ten.

use std::marker::PhantomData;
use std::path::Path;

use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor,
};

use super::input::{Digest, Input};
use super::{SourceError, masked};
use crate::options::SourceOptions;
use crate::rows::Full;

/// The largest document that is accepted: agencies' pages are a few megabytes.
const LIMIT: usize = 128 << 20;

/// Reads a file into memory.
///
/// # Errors
/// The file cannot be read, or is larger than any page.
pub(crate) fn load(path: &Path, options: &SourceOptions) -> Result<(Vec<u8>, Digest), SourceError> {
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
    Ok((text, input.digest()))
}

/// How sure it is that a file which begins so is a document with one of these words in it: `sure` or 0.
pub(crate) fn begins_with(head: &[u8], words: &[&str], sure: u8) -> u8 {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if !matches!(text.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return 0;
    }
    let text = String::from_utf8_lossy(text);
    u8::from(words.iter().any(|word| text.contains(word))) * sure
}

/// Parses a document; `expected` says what it should be, for the error.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8], expected: &str) -> Result<T, SourceError> {
    serde_json::from_slice(text(bytes)?).map_err(|error| fault(&error, expected))
}

/// Parses documents one after another: one, several behind each other (as JSON
/// lines are), or a list of them.
pub(crate) fn each<T: DeserializeOwned>(
    bytes: &[u8],
    expected: &str,
    mut take: impl FnMut(T) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let text = text(bytes)?;
    let mut parser = serde_json::Deserializer::from_slice(text);
    if text.trim_ascii_start().first() != Some(&b'[') {
        return parser
            .into_iter()
            .try_for_each(|page| take(page.map_err(|error| fault(&error, expected))?));
    }
    // What a page is refused for, which the parser cannot carry.
    let mut refused = None;
    let mut page = |page: T| match take(page) {
        Ok(()) => true,
        Err(error) => {
            refused = Some(error);
            false
        }
    };
    let read = List(&mut page, PhantomData)
        .deserialize(&mut parser)
        .and_then(|()| parser.end());
    match (refused, read) {
        (Some(refused), _) => Err(refused),
        (None, read) => read.map_err(|error| fault(&error, expected)),
    }
}

/// Without the byte-order mark.
fn text(bytes: &[u8]) -> Result<&[u8], SourceError> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if text.trim_ascii().is_empty() {
        return Err(SourceError::Empty);
    }
    Ok(text)
}

fn fault(error: &serde_json::Error, expected: &str) -> SourceError {
    // The parser repeats what it found, however long, and whosever number it is.
    let what: String = error.to_string().chars().take(600).collect();
    let what: String = masked(what.split(" at line ").next().unwrap_or_default())
        .chars()
        .take(300)
        .collect();
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
}

/// Hands on the entries of a list one by one; false ends the reading.
struct List<'f, T>(&'f mut dyn FnMut(T) -> bool, PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for List<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for List<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element()? {
            if !(self.0)(entry) {
                return Err(A::Error::custom("refused"));
            }
        }
        Ok(())
    }
}

/// Reads a list entry by entry into something smaller than a list of them.
pub(crate) fn fold<'de, D, T, C>(
    deserializer: D,
    mut into: C,
    mut add: impl FnMut(&mut C, T) -> Result<(), Full>,
) -> Result<C, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let mut full = None;
    let mut entry = |entry: T| match add(&mut into, entry) {
        Ok(()) => true,
        Err(error) => {
            full = Some(error);
            false
        }
    };
    let read = List(&mut entry, PhantomData).deserialize(deserializer);
    match full {
        Some(full) => Err(D::Error::custom(full)),
        None => read.map(|()| into),
    }
}

/// The members of an object in their order, at most so many.
#[derive(Debug)]
pub(crate) struct Members<T, const MOST: usize>(pub(crate) Vec<(String, T)>);

impl<T, const MOST: usize> Members<T, MOST> {
    /// The member of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        let found = self.0.iter().find(|(member, _)| member == name);
        found.map(|(_, value)| value)
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for Members<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<T, const MOST: usize>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Object<T, MOST> {
            type Value = Members<T, MOST>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = object.next_entry()? {
                    if members.len() == MOST {
                        return Err(A::Error::custom(format!(
                            "an object has more than {MOST} members"
                        )));
                    }
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object(PhantomData))
    }
}

/// A number in as few digits as tell it from every other, with a decimal point.
pub(crate) fn plain(number: f64) -> String {
    // Without an exponent the largest would have 309 digits.
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
