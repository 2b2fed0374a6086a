//! JSON-stat datasets, version 1 and 2: the cells of a cube, one record each, as
//! [`crate::cube`] has it.
//!
//! Method: <https://json-stat.org/full/>. Version 1 wraps its datasets in an
//! object, each under a name; of several, `dataset` in `[source]` names one. A
//! dimension of one category may leave out its index.

mod document;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use self::document::{Bundle, Category, Cells, Dataset, Index, Member, Part};
use super::json;
use super::rows::Row;
use super::{Digest, Field, Format, Record, Records, SourceError, closest, listed, shown};
use crate::cube::{self, Cube, Dimension};
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

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn sniff(&self, head: &[u8]) -> u8 {
        json::begins_with(head, &["\"dimension\"", "\"dataset\""], 70)
    }

    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError> {
        let (bytes, digest) = json::load(path, options)?;
        Ok(Box::new(Reader::new(&bytes, digest, options.dataset.as_deref())?))
    }
}

struct Reader {
    digest: Digest,
    cube: Cube,
    values: Cells,
    status: Cells,
    at: u64,
    row: Row,
}

fn form(message: impl Into<String>) -> SourceError {
    SourceError::Form(message.into())
}

impl Reader {
    fn new(bytes: &[u8], digest: Digest, wanted: Option<&str>) -> Result<Self, SourceError> {
        let dataset = choose(bytes, wanted)?;
        let ids = dataset.id();
        let sizes = dataset.size();
        let (Some(ids), Some(sizes), Some(values), true) =
            (ids, sizes, &dataset.value, dataset.dimension.is_some())
        else {
            let version = dataset.version.map_or("1".to_owned(), |version| version.0);
            return Err(form(format!(
                "The document (version {}) has not all of `id`, `size`, `dimension` and `value`, as a JSON-stat \
                 dataset has. Ask for json-stat2.",
                shown(version.as_bytes())
            )));
        };
        if ids.len() != sizes.len() {
            return Err(form(format!(
                "`id` names {} dimensions, `size` {}.",
                ids.len(),
                sizes.len()
            )));
        }
        let mut seen = HashSet::new();
        if let Some(twice) = ids.iter().find(|id| !seen.insert(*id)) {
            return Err(form(format!("`id` names {} twice.", listed(&[twice]))));
        }
        let cube = cube(&dataset, &ids, &sizes)?;
        check_values(values, &cube)?;
        Ok(Self {
            digest,
            cube,
            values: dataset.value.unwrap_or_default(),
            status: dataset.status.unwrap_or_default(),
            at: 0,
            row: Row::default(),
        })
    }
}

/// The dataset of a document that is one, or the wanted one of a bundle.
fn choose(bytes: &[u8], wanted: Option<&str>) -> Result<Dataset, SourceError> {
    const EXPECTED: &str = "a JSON-stat dataset";
    let dataset = json::parse::<Dataset>(bytes, EXPECTED)?;
    match dataset.class.as_deref() {
        None | Some("dataset") => {}
        Some("collection") => {
            return Err(form(
                "The JSON-stat document is a collection: a list of where datasets are, not data. Fetch one of the \
                 datasets it links to.",
            ));
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
    let mut datasets: Vec<(String, Dataset)> = members
        .into_iter()
        .filter_map(|(name, member)| match member {
            Member::Dataset(dataset) => Some((name, *dataset)),
            Member::Other => None,
        })
        .collect();
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

fn cube(dataset: &Dataset, ids: &[String], sizes: &[String]) -> Result<Cube, SourceError> {
    let metrics = dataset.metrics();
    let mut dimensions = Vec::new();
    let mut units = None;
    for (id, size) in ids.iter().zip(sizes) {
        let described = dataset
            .dimension
            .as_ref()
            .and_then(|dimensions| dimensions.get(id));
        let Some((dimension, category)) = described.and_then(|part| match part {
            Part::Dimension(dimension) => Some((dimension, dimension.category.as_ref()?)),
            Part::List(_) => None,
        }) else {
            return Err(form(format!("The dimension {} is not described.", listed(&[id]))));
        };
        let categories = categories(id, size, category)?;
        if metrics.contains(id.as_str()) || (metrics.is_empty() && category.unit.is_some()) {
            units = Some(contents(&categories, category));
        }
        dimensions.push(Dimension {
            name: id.clone(),
            label: dimension.label.as_ref().map(|label| label.0.clone()),
            categories,
        });
    }
    let label = match units.as_deref() {
        Some([(only, _)]) => Some(only.clone()),
        _ => dataset.label.as_ref().map(|label| label.0.clone()),
    };
    let value = Field {
        label,
        unit: units.as_deref().and_then(cube::unit),
        ..Field::default()
    };
    Cube::new(dimensions, value)
}

/// What each category of a metric dimension is called and counted in.
fn contents(categories: &[(String, String)], category: &Category) -> Vec<(String, String)> {
    let units = category
        .unit
        .as_ref()
        .map(|units| units.0.as_slice())
        .unwrap_or_default();
    let units: HashMap<&str, &str> = units
        .iter()
        .map(|(code, unit)| (code.as_str(), unit.text()))
        .collect();
    let each = categories.iter().map(|(code, label)| {
        let unit = units.get(code.as_str()).copied().unwrap_or_default();
        (label.clone(), unit.to_owned())
    });
    each.collect()
}

/// Code and label of each category in the order of the cells.
fn categories(id: &str, size: &str, category: &Category) -> Result<Vec<(String, String)>, SourceError> {
    let of = |message: String| form(format!("Dimension {}: {message}", listed(&[id])));
    let labels = category
        .label
        .as_ref()
        .map(|labels| labels.0.as_slice())
        .unwrap_or_default();
    let count = match &category.index {
        Some(Index::List(codes)) => codes.len(),
        Some(Index::Places(places)) => places.len(),
        None => labels.len(),
    };
    if size.parse() != Ok(count) {
        return Err(of(format!(
            "it has {count} categories where `size` says {}.",
            listed(&[size])
        )));
    }
    let codes: Vec<&str> = match &category.index {
        Some(Index::List(codes)) => codes.iter().map(String::as_str).collect(),
        Some(Index::Places(places)) => {
            let mut codes = vec![None; count];
            for (code, place) in places {
                let slot = codes.get_mut(*place).ok_or_else(|| {
                    of(format!(
                        "the category {} is at position {place} of {count}.",
                        listed(&[code])
                    ))
                })?;
                if let Some(other) = slot.replace(code.as_str()) {
                    return Err(of(format!(
                        "two categories at position {place}, one {}.",
                        listed(&[other])
                    )));
                }
            }
            codes.into_iter().flatten().collect()
        }
        None => labels.iter().map(|(code, _)| code.as_str()).collect(),
    };
    let mut seen = HashSet::new();
    if let Some(twice) = codes.iter().find(|code| !seen.insert(**code)) {
        return Err(of(format!("it has the category {} twice.", listed(&[twice]))));
    }
    let labels: HashMap<&str, &str> = labels
        .iter()
        .filter_map(|(code, label)| Some((code.as_str(), label.as_ref()?.0.as_str())))
        .collect();
    let pair = |code: &str| {
        (
            code.to_owned(),
            labels.get(code).copied().unwrap_or(code).to_owned(),
        )
    };
    Ok(codes.into_iter().map(pair).collect())
}

/// Refuses values that are not those of the cube.
fn check_values(values: &Cells, cube: &Cube) -> Result<(), SourceError> {
    let cells = cube.cells();
    if values.all.is_some() {
        return Err(form(
            "`value` has to be a list or an object of numbers, not one text.",
        ));
    }
    match values.dense() {
        Some(count) if count as u64 != cells => Err(form(format!(
            "`value` has {count} cells where `size` says {cells} ({}): the document has been cut or mended.",
            cube.shape()
        ))),
        Some(_) => Ok(()),
        None => match values.last() {
            Some(last) if last >= cells => Err(form(format!(
                "`value` has a cell '{last}' where `size` says {cells} cells."
            ))),
            _ => cube.check_sparse(values.written()),
        },
    }
}

impl Records for Reader {
    fn header(&self) -> &[String] {
        self.cube.header()
    }

    fn fields(&self) -> &[Field] {
        self.cube.fields()
    }

    fn decimal(&self) -> Option<u8> {
        Some(b'.')
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        if self.at >= self.cube.cells() {
            return Ok(None);
        }
        self.row.clear();
        self.cube.step(&mut self.row);
        self.row.push(Some(self.values.get(self.at)));
        self.row.push(Some(self.status.get(self.at)));
        self.at += 1;
        Ok(Some(self.row.record(self.at)))
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
