//! JSON-stat 2 datasets: the cells of a cube, one record each.
//!
//! Method: <https://json-stat.org/full/>. Cells are stored row by row, the
//! last dimension fastest. Every dimension gives two fields, its code under
//! the dimension's id and its label under `<id>_text`; then come `value` and
//! `status`. A dimension of one category may leave out its index.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::json::{self, Scalar};
use super::rows::Row;
use super::{Digest, Format, Record, Records, SourceError};
use crate::options::SourceOptions;

/// A dataset as PxWeb and other agencies' interfaces give it.
pub(crate) struct JsonStat;

impl Format for JsonStat {
    fn name(&self) -> &'static str {
        "json-stat"
    }

    fn description(&self) -> &'static str {
        "JSON-stat 2 dataset, for instance from SCB's PxWeb"
    }

    fn options(&self) -> &'static [&'static str] {
        &["member"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn sniff(&self, head: &[u8]) -> u8 {
        json::begins_with(head, &["\"dimension\"", "\"dataset\""], 70)
    }

    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError> {
        let (document, digest) = json::read::<Document>(path, options, "a JSON-stat dataset")?;
        Ok(Box::new(Reader::new(document, digest)?))
    }
}

#[derive(Deserialize)]
struct Document {
    version: Option<String>,
    class: Option<String>,
    id: Option<Vec<String>>,
    size: Option<Vec<usize>>,
    dimension: Option<HashMap<String, DimensionEntry>>,
    value: Option<Sparse>,
    status: Option<Status>,
}

#[derive(Deserialize)]
struct DimensionEntry {
    category: Option<Category>,
}

#[derive(Deserialize)]
struct Category {
    index: Option<Index>,
    label: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "`index` has to be a list of codes or an object from code to position"
)]
enum Index {
    List(Vec<String>),
    Object(HashMap<String, usize>),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "`value` has to be a list or an object of numbers")]
enum Sparse {
    List(Vec<Option<Scalar>>),
    Object(HashMap<String, Option<Scalar>>),
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "`status` has to be a text, a list or an object of texts"
)]
enum Status {
    All(String),
    List(Vec<Option<String>>),
    Object(HashMap<String, Option<String>>),
}

struct Dimension {
    /// Code and label of each category, in order.
    categories: Vec<(String, String)>,
}

struct Reader {
    header: Vec<String>,
    digest: Digest,
    dimensions: Vec<Dimension>,
    values: HashMap<usize, Scalar>,
    status: Status,
    cells: usize,
    at: usize,
    row: Row,
}

fn form(message: impl Into<String>) -> SourceError {
    SourceError::Form(message.into())
}

impl Reader {
    fn new(document: Document, digest: Digest) -> Result<Self, SourceError> {
        if document.class.as_deref().is_some_and(|class| class != "dataset") {
            return Err(form(format!(
                "The JSON-stat document is a {}, not a dataset. Ask for the data, not for their description.",
                document.class.unwrap_or_default()
            )));
        }
        let (Some(ids), Some(sizes), Some(mut entries), Some(values)) =
            (document.id, document.size, document.dimension, document.value)
        else {
            let version = document.version.unwrap_or_else(|| "1".to_owned());
            return Err(form(format!(
                "The document (version {version}) has not all of `id`, `size`, `dimension` and `value`, as a \
                 JSON-stat 2 dataset has. Ask for json-stat2."
            )));
        };
        if ids.len() != sizes.len() {
            return Err(form(format!(
                "`id` names {} dimensions, `size` {}.",
                ids.len(),
                sizes.len()
            )));
        }
        let mut header = Vec::new();
        let mut dimensions = Vec::new();
        for (id, size) in ids.iter().zip(&sizes) {
            let category = entries.remove(id).and_then(|entry| entry.category);
            let category = category.ok_or_else(|| form(format!("The dimension '{id}' is not described.")))?;
            dimensions.push(Dimension {
                categories: categories(id, *size, category)?,
            });
            header.push(id.clone());
            header.push(format!("{id}_text"));
        }
        header.push("value".to_owned());
        header.push("status".to_owned());
        if let Some(twice) = header
            .iter()
            .enumerate()
            .find(|(at, name)| header[..*at].contains(name))
        {
            return Err(form(format!("Two fields would be called '{}'.", twice.1)));
        }
        let cells = sizes
            .iter()
            .try_fold(1_usize, |cells, size| cells.checked_mul(*size))
            .filter(|cells| *cells < 1 << 32)
            .ok_or_else(|| form("`size` gives more than four milliards of cells."))?;
        let status = document.status.unwrap_or(Status::List(Vec::new()));
        Ok(Self {
            header,
            digest,
            dimensions,
            values: sparse(values, cells)?,
            status,
            cells,
            at: 0,
            row: Row::default(),
        })
    }

    fn status(&self) -> Option<&str> {
        match &self.status {
            Status::All(text) => Some(text),
            Status::List(list) => list.get(self.at).and_then(Option::as_deref),
            Status::Object(map) => map.get(&self.at.to_string()).and_then(Option::as_deref),
        }
    }
}

/// Code and label of each category in the order of the cells.
fn categories(id: &str, size: usize, category: Category) -> Result<Vec<(String, String)>, SourceError> {
    let labels = category.label.unwrap_or_default();
    let codes: Vec<String> = match category.index {
        Some(Index::List(codes)) => codes,
        Some(Index::Object(positions)) => {
            let mut codes = vec![None; size];
            for (code, position) in positions {
                let slot = codes.get_mut(position).ok_or_else(|| {
                    form(format!(
                        "Dimension '{id}': the category '{code}' is at position {position} of {size}."
                    ))
                })?;
                if let Some(other) = slot.replace(code) {
                    return Err(form(format!(
                        "Dimension '{id}': two categories at position {position}, one '{other}'."
                    )));
                }
            }
            codes.into_iter().flatten().collect()
        }
        None => labels.keys().cloned().collect(),
    };
    let mut seen = BTreeSet::new();
    if let Some(twice) = codes.iter().find(|code| !seen.insert(*code)) {
        return Err(form(format!(
            "Dimension '{id}' has the category '{twice}' twice."
        )));
    }
    if codes.len() != size {
        return Err(form(format!(
            "Dimension '{id}' has {} categories where `size` says {size}.",
            codes.len()
        )));
    }
    Ok(codes
        .into_iter()
        .map(|code| {
            let label = labels
                .get(&code)
                .and_then(Value::as_str)
                .unwrap_or(&code)
                .to_owned();
            (code, label)
        })
        .collect())
}

/// The cells that have a value.
fn sparse(values: Sparse, cells: usize) -> Result<HashMap<usize, Scalar>, SourceError> {
    match values {
        Sparse::List(list) => {
            if list.len() != cells {
                return Err(form(format!(
                    "`value` has {} cells where `size` says {cells}: the document has been cut or mended.",
                    list.len()
                )));
            }
            Ok(list
                .into_iter()
                .enumerate()
                .filter_map(|(at, value)| Some((at, value?)))
                .collect())
        }
        Sparse::Object(map) => map
            .into_iter()
            .filter_map(|(at, value)| Some((at, value?)))
            .map(|(at, value)| match at.parse() {
                Ok(index) if index < cells => Ok((index, value)),
                _ => Err(form(format!(
                    "`value` has a cell '{at}' where `size` says {cells} cells."
                ))),
            })
            .collect(),
    }
}

impl Records for Reader {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn decimal(&self) -> Option<u8> {
        Some(b'.')
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        if self.at >= self.cells {
            return Ok(None);
        }
        self.row.clear();
        let mut block = self.cells;
        for dimension in &self.dimensions {
            let size = dimension.categories.len();
            block /= size;
            let category = dimension.categories.get(self.at / block % size);
            self.row.push(category.map(|(code, _)| code.as_str()));
            self.row.push(category.map(|(_, label)| label.as_str()));
        }
        self.row
            .push(self.values.get(&self.at).map(|value| value.0.as_str()));
        let mut row = std::mem::take(&mut self.row);
        row.push(self.status());
        self.row = row;
        self.at += 1;
        Ok(Some(self.row.record(self.at as u64)))
    }

    fn bytes_read(&self) -> u64 {
        self.digest.bytes
    }

    fn digest(&self) -> Digest {
        self.digest.clone()
    }
}

#[cfg(test)]
mod tests;
