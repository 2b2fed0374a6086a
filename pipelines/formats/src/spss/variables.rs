//! Variables as people know them: long texts put together, names and labels decoded.

use std::collections::HashMap;

use encoding_rs::Encoding;

use super::dictionary::{Dictionary, Stored};
use super::source::{damaged, double};
use super::text::{self, decode_label};
use super::value::{LOWEST, Meaning};
use crate::{Field, FieldKind, SourceError};

/// The most value labels over all variables: one set may belong to very many of them.
const LABELS: usize = 2_000_000;

/// Bytes of text in one stored variable of a very long text, and how many bytes each of them stands for when
/// they are counted (these differ, for historic reasons).
const SEGMENT: u32 = 255;
const COUNTED: u32 = 252;

/// Where a variable stands in a case, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Number {
        slot: usize,
        meaning: Meaning,
    },
    /// The first bytes of each segment, and the length of all.
    Text {
        slots: Vec<usize>,
        width: usize,
    },
}

/// The variables of a file.
pub(super) struct Variables {
    pub(super) header: Vec<String>,
    /// The names as they are stored.
    pub(super) names: Vec<Vec<u8>>,
    pub(super) fields: Vec<Field>,
    pub(super) places: Vec<Place>,
    pub(super) encoding: &'static Encoding,
}

/// Puts the records of a dictionary together.
pub(super) fn resolve(dictionary: &Dictionary, big_endian: bool) -> Result<Variables, SourceError> {
    let extensions = &dictionary.extensions;
    let encoding = text::encoding(extensions.encoding.as_deref(), extensions.code_page)?;
    let names = by_name(extensions.names.iter().map(|(name, long)| (name, long)));
    let very_long = by_name(extensions.very_long.iter().map(|(name, width)| (name, width)));
    let mut variables = Variables {
        header: Vec::new(),
        names: Vec::new(),
        fields: Vec::new(),
        places: Vec::new(),
        encoding,
    };
    let mut by_slot = HashMap::new();
    let mut stored = dictionary.stored.iter();
    while let Some(first) = stored.next() {
        let key = key(&first.name);
        let name = names.get(&key).map_or(&first.name[..], |long| long.as_slice());
        let width = very_long.get(&key).map(|width| **width);
        let place = match (first.width, width) {
            (0, _) => Place::Number {
                slot: first.slot as usize,
                meaning: Meaning::of(first.format),
            },
            (_, Some(width)) if width > SEGMENT => Place::Text {
                slots: segments(first, width, &mut stored)?,
                width: width as usize,
            },
            (width, _) => Place::Text {
                slots: vec![first.slot as usize],
                width: width as usize,
            },
        };
        by_slot.insert(first.slot, variables.places.len());
        variables.header.push(decode_label(name, encoding));
        variables.names.push(name.trim_ascii_end().to_vec());
        let mut field = Field {
            label: first.label.as_deref().map(|label| decode_label(label, encoding)),
            kind: match &place {
                Place::Number { meaning, .. } => meaning.kind(),
                Place::Text { .. } => Some(FieldKind::Text),
            },
            weight: dictionary.weight == Some(first.slot),
            ..Field::default()
        };
        declare_missing(&mut field, first, &place, encoding, big_endian);
        variables.fields.push(field);
        variables.places.push(place);
    }
    label(&mut variables, dictionary, &by_slot, big_endian)?;
    label_long(&mut variables, dictionary);
    Ok(variables)
}

/// The slots of a very long text: this stored variable and those that follow it.
fn segments<'a>(
    first: &Stored,
    width: u32,
    following: &mut impl Iterator<Item = &'a Stored>,
) -> Result<Vec<usize>, SourceError> {
    let mut slots = vec![first.slot as usize];
    for _ in 1..width.div_ceil(COUNTED) {
        let next = following.next().filter(|next| next.width > 0);
        let next = next.ok_or_else(|| damaged("a very long text lacks a part of its variables"))?;
        slots.push(next.slot as usize);
    }
    Ok(slots)
}

fn declare_missing(
    field: &mut Field,
    stored: &Stored,
    place: &Place,
    encoding: &'static Encoding,
    big_endian: bool,
) {
    let mut values = stored.missing.iter();
    match place {
        Place::Text { .. } => {
            field.missing = values.map(|value| decode_label(value, encoding)).collect();
        }
        Place::Number { meaning, .. } => {
            let mut number = || values.next().map(|value| double(*value, big_endian));
            if stored.range
                && let (Some(low), Some(high)) = (number(), number())
            {
                let low = (low > LOWEST).then(|| meaning.text(low));
                let high = (high < f64::MAX).then(|| meaning.text(high));
                field.missing_range = Some((low, high));
            }
            while let Some(value) = number() {
                field.missing.push(meaning.text(value));
            }
        }
    }
}

/// Gives the fields their value labels.
fn label(
    variables: &mut Variables,
    dictionary: &Dictionary,
    by_slot: &HashMap<u32, usize>,
    big_endian: bool,
) -> Result<(), SourceError> {
    let encoding = variables.encoding;
    let mut all = 0;
    for labels in &dictionary.labels {
        for slot in &labels.slots {
            let at = by_slot.get(slot).copied();
            let place = at.and_then(|at| variables.places.get(at));
            let (Some(place), Some(field)) = (place, at.and_then(|at| variables.fields.get_mut(at))) else {
                return Err(damaged("value labels name a variable that does not exist"));
            };
            all += labels.values.len();
            if all > LABELS {
                return Err(damaged(format_args!("it has more than {LABELS} value labels")));
            }
            for (value, label) in &labels.values {
                let code = match place {
                    Place::Number { meaning, .. } => meaning.text(double(*value, big_endian)),
                    Place::Text { .. } => decode_label(value, encoding),
                };
                let label = decode_label(label, encoding);
                // A code that a range of missing values holds is named there too: people look at the list.
                if field.is_missing(&code) && !field.missing.contains(&code) {
                    field.missing.push(code.clone());
                }
                field.codes.push((code, label));
            }
        }
    }
    Ok(())
}

/// Gives long texts their value labels and missing values.
fn label_long(variables: &mut Variables, dictionary: &Dictionary) {
    let encoding = variables.encoding;
    let at: HashMap<&str, usize> = variables
        .header
        .iter()
        .enumerate()
        .map(|(at, name)| (name.as_str(), at))
        .collect();
    for labels in &dictionary.extensions.labels {
        let at = at.get(decode_label(&labels.name, encoding).as_str());
        if let Some(field) = at.and_then(|at| variables.fields.get_mut(*at)) {
            let codes = labels.values.iter();
            let codes =
                codes.map(|(value, label)| (decode_label(value, encoding), decode_label(label, encoding)));
            field.codes.extend(codes);
        }
    }
    for (name, values) in &dictionary.extensions.missing {
        let at = at.get(decode_label(name, encoding).as_str());
        if let Some(field) = at.and_then(|at| variables.fields.get_mut(*at)) {
            field
                .missing
                .extend(values.iter().map(|value| decode_label(value, encoding)));
        }
    }
}

fn by_name<'a, T: 'a>(pairs: impl Iterator<Item = (&'a Vec<u8>, &'a T)>) -> HashMap<Vec<u8>, &'a T> {
    pairs.map(|(name, value)| (key(name), value)).collect()
}

/// Short names are compared without their padding and the case of their letters.
fn key(name: &[u8]) -> Vec<u8> {
    name.trim_ascii_end().to_ascii_uppercase()
}
