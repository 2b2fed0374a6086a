//! JSON-stat datasets, version 1 and 2: the cells of a cube, one record each, as
//! [`crate::cube`] has it.
//!
//! Method: <https://json-stat.org/full/>. Version 1 wraps its datasets in an
//! object, each under a name; of several, `dataset` in `[source]` names one. A
//! dimension of one category may leave out its index.
//!
//! A table that an interface gives in parts may come in one file: datasets behind
//! each other, as JSON lines are, or in a list, all with the same dimensions.

mod document;
mod table;

use std::collections::{HashSet, VecDeque};
use std::path::Path;

use self::document::{Bundle, Dataset, Member};
use self::table::Table;
use super::json;
use super::rows::Row;
use super::{Digest, Field, Format, Record, Records, SourceError, closest, listed, shown};
use crate::cube;
use crate::options::SourceOptions;

/// A dataset as PxWeb and other agencies' interfaces give it.
pub(crate) struct JsonStat;

impl Format for JsonStat {
    fn name(&self) -> &'static str {
        "json-stat"
    }

    fn description(&self) -> &'static str {
        "JSON-stat dataset, for instance from SCB's PxWeb"
    }

    fn options(&self) -> &'static [&'static str] {
        &["member", "dataset"]
    }

    fn published(&self) -> bool {
        true
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn sniff(&self, head: &[u8]) -> u8 {
        // A collection, or the other answer of PxWeb, which is told by its name.
        json::begins_with(head, &["\"dimension\"", "\"dataset\""], 70).max(json::begins_with(
            head,
            &["\"collection\"", "\"columns\""],
            30,
        ))
    }

    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError> {
        let (bytes, digest) = json::load(path, options)?;
        Ok(Box::new(Reader::new(&bytes, digest, options.dataset.as_deref())?))
    }
}

/// What the document should be, for errors.
const EXPECTED: &str = "a JSON-stat dataset";

struct Reader {
    digest: Digest,
    header: Vec<String>,
    fields: Vec<Field>,
    /// What has not been given yet; of the first, the cells from `at` on.
    tables: VecDeque<Table>,
    at: u64,
    /// Records that have been given.
    number: u64,
    row: Row,
}

fn form(message: impl Into<String>) -> SourceError {
    SourceError::Form(message.into())
}

impl Reader {
    fn new(bytes: &[u8], digest: Digest, wanted: Option<&str>) -> Result<Self, SourceError> {
        let mut tables = VecDeque::<Table>::new();
        let (mut cells, mut written) = (0_u64, 0_u64);
        json::each::<Dataset>(bytes, EXPECTED, |dataset| {
            let table = Table::new(choose(dataset, bytes, wanted)?)?;
            let header = table.cube.header();
            if let Some(first) = tables.front().filter(|first| first.cube.header() != header) {
                return Err(form(format!(
                    "Dataset {} of the file has the fields {}, the first has {}. Put each table in a file of its own.",
                    tables.len() + 1,
                    listed(header),
                    listed(first.cube.header())
                )));
            }
            cells = cells.saturating_add(table.cube.cells());
            written += table.values.written();
            cube::check_sparse(cells, written, &table.cube.shape())?;
            tables.push_back(table);
            Ok(())
        })?;
        let Some(first) = tables.front() else {
            return Err(form("The list has no dataset. Fetch the table again."));
        };
        Ok(Self {
            digest,
            header: first.cube.header().to_vec(),
            fields: fields(&tables),
            tables,
            at: 0,
            number: 0,
            row: Row::default(),
        })
    }
}

/// What is known of the fields, with the codes of all parts.
fn fields(tables: &VecDeque<Table>) -> Vec<Field> {
    let mut all = tables
        .front()
        .map_or(Vec::new(), |first| first.cube.fields().to_vec());
    for (at, field) in all.iter_mut().enumerate().filter(|_| tables.len() > 1) {
        let mut codes = Vec::new();
        let mut seen = HashSet::new();
        for one in tables.iter().filter_map(|table| table.cube.fields().get(at)) {
            codes.extend(
                one.codes
                    .iter()
                    .filter(|(code, _)| seen.insert(code.as_str()))
                    .cloned(),
            );
        }
        field.codes = codes;
    }
    all
}

/// The dataset itself, or the wanted one when the document is a bundle of them.
fn choose(dataset: Dataset, bytes: &[u8], wanted: Option<&str>) -> Result<Dataset, SourceError> {
    match dataset.class.as_deref() {
        None | Some("dataset") => {}
        Some("collection") => {
            let datasets = dataset.embedded();
            if datasets.is_empty() {
                return Err(form(
                    "The JSON-stat document is a collection in which no dataset stands with its values: it says where \
                     datasets are. Fetch one of those it links to.",
                ));
            }
            return pick(datasets, wanted);
        }
        Some(class) => {
            return Err(form(format!(
                "The JSON-stat document is a {}, not a dataset. Ask for the data, not for their description.",
                shown(class.as_bytes())
            )));
        }
    }
    if dataset.dimension.is_some() || dataset.value.is_some() || dataset.class.is_some() {
        return Ok(dataset);
    }
    let members = json::parse::<Bundle>(bytes, EXPECTED)?.0.0;
    let has = |name: &str| members.iter().any(|(member, _)| member == name);
    if has("columns") && has("data") {
        return Err(form(
            "This is the answer `json` of PxWeb 1, which is not read: it names no categories. Ask for the same with \
             \"format\": \"json-stat2\" in `response`.",
        ));
    }
    let datasets: Vec<(String, Dataset)> = members
        .into_iter()
        .filter_map(|(name, member)| match member {
            Member::Dataset(dataset) => Some((name, *dataset)),
            Member::Other => None,
        })
        .collect();
    pick(datasets, wanted)
}

/// The wanted one of several datasets, or the only one.
fn pick(mut datasets: Vec<(String, Dataset)>, wanted: Option<&str>) -> Result<Dataset, SourceError> {
    let names: Vec<String> = datasets.iter().map(|(name, _)| name.clone()).collect();
    let at = match wanted {
        Some(wanted) => names.iter().position(|name| name == wanted),
        None => Some(0).filter(|_| names.len() == 1),
    };
    if let Some(at) = at {
        return Ok(datasets.swap_remove(at).1);
    }
    Err(form(match wanted {
        _ if names.is_empty() => {
            "The document has neither `dimension` nor `value`, as a JSON-stat dataset has. Ask for \
                                  json-stat2."
                .to_owned()
        }
        Some(wanted) => {
            let meant = closest(wanted, names.iter().map(String::as_str));
            let hint = meant.map_or(String::new(), |meant| {
                format!(" Did you mean {}?", listed(&[meant]))
            });
            format!(
                "The document has no dataset '{wanted}'; it has {}.{hint} Change `dataset` in [source].",
                listed(&names)
            )
        }
        None => format!(
            "The document has {} datasets: {}. Write dataset = \"…\" in [source] with one of the names.",
            names.len(),
            listed(&names)
        ),
    }))
}

impl Records for Reader {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn decimal(&self) -> Option<u8> {
        Some(b'.')
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        let ended = |table: &Table, at| at >= table.cube.cells();
        while self.tables.front().is_some_and(|table| ended(table, self.at)) {
            self.tables.pop_front();
            self.at = 0;
        }
        let Some(table) = self.tables.front_mut() else {
            return Ok(None);
        };
        self.row.clear();
        table.cube.step(&mut self.row);
        self.row.push(Some(table.values.get(self.at)));
        self.row.push(Some(table.status.get(self.at)));
        self.at += 1;
        self.number += 1;
        Ok(Some(self.row.record(self.number)))
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
