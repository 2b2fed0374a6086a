//! A TOML document read with positions, so that every error says where, and
//! all errors are found in one go.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{Key, Kind, Shape};
use perspektiv_formats::{closest, holds_person_number, listed};

/// One thing wrong in a definition or settings file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}:{column}: {message}{}{hint}", file.display(), if hint.is_empty() { "" } else { " " })]
pub struct DefinitionError {
    /// The file, as it was opened.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong: a sentence.
    pub message: String,
    /// What to do: a sentence; empty when the message says it.
    pub hint: String,
}

/// The text of a file and the errors found in it so far.
pub(crate) struct Document<'i> {
    file: &'i Path,
    text: &'i str,
    errors: RefCell<Vec<DefinitionError>>,
}

impl<'i> Document<'i> {
    /// A document of which nothing has been read yet.
    pub(crate) fn new(file: &'i Path, text: &'i str) -> Self {
        Self {
            file,
            text,
            errors: RefCell::new(Vec::new()),
        }
    }

    /// The root table; `None` when the text is not TOML, which is noted.
    /// (What can be read of it would give errors that are none.)
    pub(crate) fn parse(&self) -> Option<Spanned<DeTable<'i>>> {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let message = format!("This is not TOML: {}.", error.message());
            self.error(error.span().unwrap_or(0..0), message, "Correct the syntax.");
        }
        (!self.failed()).then_some(root)
    }

    /// Notes an error at a byte range.
    pub(crate) fn error(&self, span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        let (line, column) = self.place(span.start);
        self.errors.borrow_mut().push(DefinitionError {
            file: self.file.to_path_buf(),
            line,
            column,
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// Line and column (both from 1) of a byte offset.
    pub(crate) fn place(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (line, before[start..].chars().count() + 1)
    }

    /// Whether an error has been noted.
    pub(crate) fn failed(&self) -> bool {
        !self.errors.borrow().is_empty()
    }

    /// The errors, in the order of the text.
    pub(crate) fn into_errors(self) -> Vec<DefinitionError> {
        let mut errors = self.errors.into_inner();
        errors.sort_by_key(|error| (error.line, error.column));
        errors
    }
}

/// A table of the document. Which keys it can have is said by the table of all
/// keys, or else by what was asked for; the rest can be called unknown.
pub(crate) struct Section<'d, 'i> {
    doc: &'d Document<'i>,
    table: &'d DeTable<'i>,
    span: Range<usize>,
    /// How messages call it, for instance `[source]`.
    label: String,
    keys: Option<&'static [Key]>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'d, 'i> Section<'d, 'i> {
    /// The root or any other table.
    pub(crate) fn new(
        doc: &'d Document<'i>,
        table: &'d DeTable<'i>,
        span: Range<usize>,
        label: impl Into<String>,
    ) -> Self {
        Self {
            doc,
            table,
            span,
            label: label.into(),
            keys: None,
            asked: RefCell::new(Vec::new()),
        }
    }

    /// With the keys that it can have: no other can be read.
    pub(crate) fn with_keys(mut self, keys: &'static [Key]) -> Self {
        self.keys = Some(keys);
        self
    }

    /// The table of which `kind` decides the keys, and its kind.
    pub(crate) fn of_kind(self, kinds: &'static [Kind]) -> Option<(&'static str, Self)> {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
        let hint = format!("Write kind = \"…\", one of: {}.", names.join(", "));
        let name = self.needed("kind", &hint)?;
        let Some(kind) = kinds.iter().find(|kind| kind.name == name) else {
            let hint = match closest(&name, names.iter().copied()) {
                Some(meant) => format!("Did you mean \"{meant}\"? Kinds are: {}.", names.join(", ")),
                None => format!("Kinds are: {}.", names.join(", ")),
            };
            self.error(
                self.place_of("kind"),
                format!("There is no check '{name}'."),
                hint,
            );
            return None;
        };
        Some((kind.name, self.with_keys(kind.keys)))
    }

    /// The key of that name.
    fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys?.iter().find(|key| key.name == name)
    }

    /// How many errors have been noted in the document.
    pub(crate) fn errors(&self) -> usize {
        self.doc.errors.borrow().len()
    }

    /// A table somewhere in this one.
    pub(crate) fn below(&self, table: &'d DeTable<'i>, span: Range<usize>, label: impl Into<String>) -> Self {
        Self::new(self.doc, table, span, label)
    }

    /// Where the table begins.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &'static str) -> bool {
        self.raw(key).is_some()
    }

    /// The value of a key, as it is.
    pub(crate) fn raw(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'i>>> {
        if self.keys.is_some() && self.key(key).is_none() {
            #[cfg(test)]
            assert!(
                self.keys.is_none(),
                "{} has no key {key} in the table of keys",
                self.label
            );
            return None;
        }
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    /// Where the value of a key stands, or where the table begins.
    pub(crate) fn place_of(&self, key: &'static str) -> Range<usize> {
        self.raw(key).map_or_else(|| self.span(), Spanned::span)
    }

    /// The line on which the value of a key begins.
    pub(crate) fn line_of(&self, key: &'static str) -> usize {
        self.doc.place(self.place_of(key).start).0
    }

    /// Notes an error at a byte range.
    pub(crate) fn error(&self, span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        self.doc.error(span, message, hint);
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        self.error(
            value.span(),
            format!("`{key}` is of type {}.", value.get_ref().type_str()),
            format!("Write {wanted}."),
        );
    }

    /// A string, if the key is there.
    pub(crate) fn string(&self, key: &'static str) -> Option<String> {
        let value = self.raw(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.wrong(key, value, "a text in quotes");
                None
            }
        }
    }

    /// A string that has to be there and not be empty.
    pub(crate) fn needed(&self, key: &'static str, hint: &str) -> Option<String> {
        if !self.has(key) {
            self.error(self.span(), format!("{} has no `{key}`.", self.label), hint);
            return None;
        }
        let text = self.string(key)?;
        if text.trim().is_empty() {
            self.error(
                self.place_of(key),
                format!("`{key}` in {} is empty.", self.label),
                hint,
            );
            return None;
        }
        Some(text)
    }

    /// One of the words that the table of keys has for it.
    pub(crate) fn choice(&self, key: &'static str) -> Option<&'static str> {
        let given = self.string(key)?;
        let Some(Shape::OneOf(words)) = self.key(key).map(|key| &key.shape) else {
            return None;
        };
        let found = words.iter().find(|word| **word == given).copied();
        if found.is_none() {
            let all = words.join("\", \"");
            let hint = match closest(&given, words.iter().copied()) {
                Some(meant) => format!("Did you mean \"{meant}\"? Write one of: \"{all}\"."),
                None => format!("Write one of: \"{all}\"."),
            };
            self.error(self.place_of(key), format!("There is no {key} '{given}'."), hint);
        }
        found
    }

    /// A list of texts, numbers or days as texts, each with its place.
    pub(crate) fn scalars(&self, key: &'static str) -> Option<Vec<(String, Range<usize>)>> {
        let value = self.raw(key)?;
        let items = value.get_ref().as_array().map(|array| {
            let items = array.iter();
            items.map(|item| Some((scalar_text(item.get_ref())?, item.span())))
        });
        let read = items.and_then(Iterator::collect);
        if read.is_none() {
            self.wrong(key, value, "a list of values, for instance [1, 2]");
        }
        read
    }

    /// A number, under the empty name, or names and numbers.
    pub(crate) fn number_or_numbers(&self, key: &'static str) -> Option<BTreeMap<String, f64>> {
        let value = self.raw(key)?;
        let number = |value: &DeValue<'_>| scalar_text(value)?.parse::<f64>().ok();
        let read = match value.get_ref().as_table() {
            None => number(value.get_ref()).map(|number| BTreeMap::from([(String::new(), number)])),
            Some(table) => table
                .iter()
                .map(|(name, item)| Some((name.get_ref().to_string(), number(item.get_ref())?)))
                .collect(),
        };
        if read.is_none() {
            self.wrong(key, value, "a number, or numbers by name: { 2024 = 1250000 }");
        }
        read
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self, key: &'static str) -> Option<bool> {
        let value = self.raw(key)?;
        let read = value.get_ref().as_bool();
        if read.is_none() {
            self.wrong(key, value, "true or false");
        }
        read
    }

    /// A whole number, not negative.
    pub(crate) fn count(&self, key: &'static str) -> Option<u64> {
        let value = self.raw(key)?;
        let integer = value.get_ref().as_integer();
        let read = integer.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        match (read, integer) {
            (None, Some(number)) => self.error(
                value.span(),
                format!("`{key}` cannot be {}.", number.as_str()),
                "Write a whole number, 0 or more.",
            ),
            (None, None) => self.wrong(key, value, "a whole number, 0 or more"),
            _ => {}
        }
        read
    }

    /// A number.
    pub(crate) fn number(&self, key: &'static str) -> Option<f64> {
        let value = self.raw(key)?;
        let read = scalar_text(value.get_ref()).and_then(|text| text.parse().ok());
        if read.is_none() {
            self.wrong(key, value, "a number");
        }
        read
    }

    /// A list of strings, each with its place.
    pub(crate) fn strings(&self, key: &'static str) -> Option<Vec<(String, Range<usize>)>> {
        let value = self.raw(key)?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of texts, for instance [\"a\", \"b\"]");
            return None;
        };
        let mut texts = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), item.span())),
                None => self.wrong(key, item, "every item of the list as a text in quotes"),
            }
        }
        Some(texts)
    }

    /// A sub-table.
    pub(crate) fn section(&self, key: &'static str) -> Option<Section<'d, 'i>> {
        let value = self.raw(key)?;
        match value.get_ref() {
            DeValue::Table(table) => {
                let section = Section::new(self.doc, table, value.span(), format!("[{key}]"));
                Some(match self.key(key).map(|key| &key.shape) {
                    Some(Shape::Table(keys)) => section.with_keys(keys),
                    _ => section,
                })
            }
            _ => {
                self.wrong(key, value, &format!("a table that begins with [{key}]"));
                None
            }
        }
    }

    /// An array of tables, `[[key]]`.
    pub(crate) fn sections(&self, key: &'static str) -> Vec<Section<'d, 'i>> {
        let Some(value) = self.raw(key) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, &format!("tables that begin with [[{key}]]"));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in array.iter() {
            match item.get_ref() {
                DeValue::Table(table) => {
                    let section = Section::new(self.doc, table, item.span(), format!("[[{key}]]"));
                    sections.push(match self.key(key).map(|key| &key.shape) {
                        Some(Shape::Tables(keys)) => section.with_keys(keys),
                        _ => section,
                    });
                }
                _ => self.wrong(key, item, &format!("a table that begins with [[{key}]]")),
            }
        }
        sections
    }

    /// A table of texts: key and value, each value a text or a number.
    pub(crate) fn pairs(&self, key: &'static str) -> Option<Vec<(String, String)>> {
        let value = self.raw(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(
                key,
                value,
                "pairs, for instance { \"1\" = \"Män\", \"2\" = \"Kvinnor\" }",
            );
            return None;
        };
        let mut pairs = Vec::new();
        for (name, item) in table.iter() {
            match scalar_text(item.get_ref()) {
                Some(text) => pairs.push((name.get_ref().to_string(), text)),
                None => self.wrong(key, item, "every value as a text in quotes"),
            }
        }
        Some(pairs)
    }

    /// Notes every key nobody asked for; the section has been read.
    pub(crate) fn finish(self) {
        self.report_unknown();
    }

    /// Notes every key nobody has asked for so far.
    pub(crate) fn report_unknown(&self) {
        let asked = self.asked.borrow();
        let mut known: Vec<&str> = match self.keys {
            Some(keys) => keys.iter().map(|key| key.name).collect(),
            None => asked.clone(),
        };
        known.sort_unstable();
        known.dedup();
        for (key, _) in self.table.iter() {
            if known.contains(&&**key.get_ref()) {
                continue;
            }
            let hint = match closest(key.get_ref(), known.iter().copied()) {
                Some(meant) => format!("Did you mean `{meant}`?"),
                None => format!("Known here: {}.", listed(&known)),
            };
            let message = format!("{} has no key `{}`.", self.label, key.get_ref());
            self.doc.error(key.span(), message, hint);
        }
    }
}

/// Refuses person numbers in all texts of a table: labels, codes and units go to the lake as they stand, and are
/// copied from files of others.
pub(crate) fn refuse_person_numbers(doc: &Document<'_>, table: &DeTable<'_>) {
    for (key, value) in table {
        refuse_person_number(doc, key.get_ref(), key.span());
        refuse_in_value(doc, value);
    }
}

fn refuse_in_value(doc: &Document<'_>, value: &Spanned<DeValue<'_>>) {
    match value.get_ref() {
        DeValue::Table(table) => refuse_person_numbers(doc, table),
        DeValue::Array(items) => items.iter().for_each(|item| refuse_in_value(doc, item)),
        DeValue::String(text) => refuse_person_number(doc, text, value.span()),
        _ => {}
    }
}

fn refuse_person_number(doc: &Document<'_>, text: &str, span: Range<usize>) {
    if holds_person_number(text.as_bytes()) {
        doc.error(
            span,
            "This text holds a person number, which would reach the lake.",
            "Take it out, here and in the file that it comes from.",
        );
    }
}

/// A string, number, boolean or date as text; `None` for lists and tables.
pub(crate) fn scalar_text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .ok()
            .map(|number| number.to_string()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
