//! JSON-stat 2 as SCB's PxWeb writes it.

use serde_json::{Map, Value, json};

/// A dimension: its id, its label, and code and label of each category.
pub(crate) struct Dimension {
    pub(crate) id: &'static str,
    pub(crate) label: &'static str,
    pub(crate) categories: Vec<(String, String)>,
}

impl Dimension {
    /// A dimension whose categories are called by their codes.
    pub(crate) fn of_codes(
        id: &'static str,
        label: &'static str,
        codes: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            id,
            label,
            categories: codes.into_iter().map(|code| (code.clone(), code)).collect(),
        }
    }

    /// A dimension with these codes and labels.
    pub(crate) fn new(id: &'static str, label: &'static str, categories: &[(&str, &str)]) -> Self {
        let own = |(code, label): &(&str, &str)| ((*code).to_owned(), (*label).to_owned());
        Self {
            id,
            label,
            categories: categories.iter().map(own).collect(),
        }
    }
}

/// A dataset; a cell without a number is missing (`..`).
pub(crate) fn dataset(label: &str, dimensions: &[Dimension], cells: &[Option<Value>]) -> Value {
    let mut described = Map::new();
    for dimension in dimensions {
        let index: Map<String, Value> = (0_u32..)
            .zip(&dimension.categories)
            .map(|(at, (code, _))| (code.clone(), at.into()))
            .collect();
        let labels: Map<String, Value> = dimension
            .categories
            .iter()
            .map(|(code, label)| (code.clone(), label.clone().into()))
            .collect();
        described.insert(
            dimension.id.to_owned(),
            json!({ "label": dimension.label, "category": { "index": index, "label": labels } }),
        );
    }
    let status: Map<String, Value> = cells
        .iter()
        .enumerate()
        .filter(|(_, cell)| cell.is_none())
        .map(|(at, _)| (at.to_string(), "..".into()))
        .collect();
    let mut whole = json!({
        "version": "2.0",
        "class": "dataset",
        "label": label,
        "source": "SCB",
        "note": ["Syntetiska data i SCB:s form"],
        "role": { "time": ["Tid"], "metric": ["ContentsCode"] },
        "id": dimensions.iter().map(|dimension| dimension.id).collect::<Vec<_>>(),
        "size": dimensions.iter().map(|dimension| dimension.categories.len()).collect::<Vec<_>>(),
        "dimension": described,
        "value": cells,
    });
    if let (false, Some(whole)) = (status.is_empty(), whole.as_object_mut()) {
        whole.insert("status".to_owned(), status.into());
    }
    whole
}
