//! A dataset whose parts fit together.

use std::collections::{HashMap, HashSet};

use super::document::{Category, Cells, Dataset, Index, Part};
use super::form;
use crate::cube::{self, Cube, Dimension};
use crate::{Field, SourceError, listed, shown};

/// A dataset that has been found to be in order.
pub(super) struct Table {
    pub(super) cube: Cube,
    pub(super) values: Cells,
    pub(super) status: Cells,
}

impl Table {
    /// # Errors
    /// The dataset contradicts itself, or lacks a part.
    pub(super) fn new(dataset: Dataset) -> Result<Self, SourceError> {
        let ids = dataset.id();
        let sizes = dataset.size();
        let (Some(ids), Some(sizes), Some(values), true) =
            (ids, sizes, &dataset.value, dataset.dimension.is_some())
        else {
            if dataset.value.is_none() && dataset.dimension.is_some() {
                return Err(described());
            }
            let version = dataset.version.map_or("1".to_owned(), |version| version.0);
            return Err(form(format!(
                "The document (version {}) has not all of `id`, `size`, `dimension` and `value`, as a JSON-stat \
                 dataset has. Ask for json-stat2.",
                shown(version.as_bytes())
            )));
        };
        // PxWeb's metadata have a list of none.
        if values.dense() == Some(0) && sizes.iter().all(|size| size != "0") {
            return Err(described());
        }
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
            cube,
            values: dataset.value.unwrap_or_default(),
            status: dataset.status.unwrap_or_default(),
        })
    }
}

/// The error of metadata.
fn described() -> SourceError {
    form(
        "The JSON-stat dataset has no values: it describes a table and holds no data. Fetch the data of the table, not \
         its metadata.",
    )
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
            _ => Ok(()),
        },
    }
}
