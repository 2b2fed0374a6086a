//! The forms of JSON-stat: a dataset, and what it is made of.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::json::{Members, Scalar};
use crate::rows::Packed;

/// The most categories of a dimension, and the most dimensions or datasets.
const CATEGORIES: usize = 1 << 22;
const DIMENSIONS: usize = 1000;

/// A dataset of version 1 or 2; all may be missing.
#[derive(Deserialize)]
pub(super) struct Dataset {
    pub(super) version: Option<Scalar>,
    pub(super) class: Option<String>,
    pub(super) label: Option<Scalar>,
    id: Option<Vec<Scalar>>,
    size: Option<Vec<Scalar>>,
    role: Option<Role>,
    pub(super) dimension: Option<Members<Part, DIMENSIONS>>,
    pub(super) value: Option<Cells>,
    pub(super) status: Option<Cells>,
    link: Option<Link>,
}

/// What a document points at: in a collection, its datasets, or where they are.
#[derive(Deserialize)]
struct Link {
    item: Option<Vec<Member>>,
}

#[derive(Deserialize)]
struct Role {
    metric: Option<Vec<Scalar>>,
}

impl Dataset {
    /// The datasets that stand in a collection, by their labels.
    pub(super) fn embedded(self) -> Vec<(String, Dataset)> {
        let items = self.link.and_then(|link| link.item).unwrap_or_default();
        let datasets = items.into_iter().enumerate().filter_map(|(at, item)| match item {
            Member::Dataset(dataset) if dataset.value.is_some() => {
                let number = || (at + 1).to_string();
                let name = dataset
                    .label
                    .as_ref()
                    .map_or_else(number, |label| label.0.clone());
                Some((name, *dataset))
            }
            _ => None,
        });
        datasets.collect()
    }

    /// A list that version 2 has in the dataset, version 1 in `dimension`.
    fn list(&self, own: Option<&Vec<Scalar>>, name: &str) -> Option<Vec<String>> {
        let list = own.or_else(|| match self.dimension.as_ref()?.get(name)? {
            Part::List(list) => Some(list),
            Part::Dimension(_) => None,
        });
        list.map(|list| list.iter().map(|one| one.0.clone()).collect())
    }

    /// The names of the dimensions.
    pub(super) fn id(&self) -> Option<Vec<String>> {
        self.list(self.id.as_ref(), "id")
    }

    /// How many categories each has.
    pub(super) fn size(&self) -> Option<Vec<String>> {
        self.list(self.size.as_ref(), "size")
    }

    /// The dimensions that say what is counted.
    pub(super) fn metrics(&self) -> HashSet<&str> {
        let first = || match self.dimension.as_ref()?.get("role")? {
            Part::Dimension(role) => role.metric.as_ref(),
            Part::List(_) => None,
        };
        let metric = self
            .role
            .as_ref()
            .and_then(|role| role.metric.as_ref())
            .or_else(first);
        metric.into_iter().flatten().map(|name| name.0.as_str()).collect()
    }
}

/// A member of `dimension`: a dimension, or in version 1 also `id`, `size` and `role`.
pub(super) enum Part {
    List(Vec<Scalar>),
    Dimension(Box<Dimension>),
}

#[derive(Deserialize)]
pub(super) struct Dimension {
    pub(super) label: Option<Scalar>,
    pub(super) category: Option<Category>,
    /// In version 1, where this is `role`.
    metric: Option<Vec<Scalar>>,
}

#[derive(Deserialize)]
pub(super) struct Category {
    pub(super) index: Option<Index>,
    pub(super) label: Option<Members<Option<Scalar>, CATEGORIES>>,
    pub(super) unit: Option<Members<Unit, CATEGORIES>>,
}

/// What the numbers of a category count; PxWeb says `base`.
#[derive(Deserialize)]
pub(super) struct Unit {
    base: Option<Scalar>,
    label: Option<Scalar>,
    symbol: Option<Scalar>,
}

impl Unit {
    pub(super) fn text(&self) -> &str {
        let said = self
            .base
            .as_ref()
            .or(self.label.as_ref())
            .or(self.symbol.as_ref());
        said.map_or("", |text| text.0.as_str())
    }
}

/// The codes of a dimension in order, or with their places.
pub(super) enum Index {
    List(Vec<String>),
    Places(Vec<(String, usize)>),
}

/// Values or status texts: one for each cell, for some, or the same for all.
#[derive(Default)]
pub(super) struct Cells {
    pub(super) all: Option<String>,
    texts: Packed,
    /// The cell of each text, in order, where not every cell has one.
    places: Option<Vec<(u64, u32)>>,
}

impl Cells {
    pub(super) fn get(&self, cell: u64) -> &str {
        let at = match (&self.all, &self.places) {
            (Some(all), _) => return all,
            (None, None) => usize::try_from(cell).ok(),
            (None, Some(places)) => {
                let found = places.binary_search_by_key(&cell, |(place, _)| *place).ok();
                found
                    .and_then(|found| places.get(found))
                    .map(|(_, at)| *at as usize)
            }
        };
        at.map_or("", |at| self.texts.get(at))
    }

    /// How many there are, when that should be one for each cell.
    pub(super) fn dense(&self) -> Option<usize> {
        (self.places.is_none() && self.all.is_none()).then(|| self.texts.len())
    }

    /// How many are written.
    pub(super) fn written(&self) -> u64 {
        self.texts.len() as u64
    }

    /// The last cell of which something is said.
    pub(super) fn last(&self) -> Option<u64> {
        self.places.as_ref()?.last().map(|(place, _)| *place)
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellsVisitor)
    }
}

struct CellsVisitor;

impl<'de> Visitor<'de> for CellsVisitor {
    type Value = Cells;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of cells, or an object with some of them")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cells, E> {
        Ok(Cells {
            all: Some(text.to_owned()),
            ..Cells::default()
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cells, A::Error> {
        let mut cells = Cells::default();
        while let Some(value) = list.next_element::<Option<Scalar>>()? {
            let text = value.as_ref().map(|value| value.0.as_str());
            cells.texts.push(text).map_err(A::Error::custom)?;
        }
        Ok(cells)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Cells, A::Error> {
        let mut cells = Cells::default();
        let mut places = Vec::new();
        while let Some((place, value)) = object.next_entry::<String, Option<Scalar>>()? {
            let cell = place.parse().map_err(|_| {
                A::Error::custom(format!(
                    "the cell '{}' is no number",
                    crate::shown(place.as_bytes())
                ))
            })?;
            places.push((cell, cells.texts.len() as u32));
            let text = value.as_ref().map(|value| value.0.as_str());
            cells.texts.push(text).map_err(A::Error::custom)?;
        }
        places.sort_unstable();
        if let Some([(twice, _), _]) = places.windows(2).find(|two| matches!(two, [a, b] if a.0 == b.0)) {
            return Err(A::Error::custom(format!("the cell {twice} comes twice")));
        }
        cells.places = Some(places);
        Ok(cells)
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Part;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a dimension")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Part, A::Error> {
                let mut list = Vec::new();
                while let Some(one) = seq.next_element()? {
                    list.push(one);
                }
                Ok(Part::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Part, A::Error> {
                Dimension::deserialize(MapAccessDeserializer::new(map))
                    .map(|dimension| Part::Dimension(Box::new(dimension)))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl<'de> Deserialize<'de> for Index {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Index;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of codes or an object from code to position")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Index, A::Error> {
                let mut codes = Vec::new();
                while let Some(Scalar(code)) = seq.next_element()? {
                    codes.push(code);
                }
                Ok(Index::List(codes))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Index, A::Error> {
                let members = Members::<usize, CATEGORIES>::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Index::Places(members.0))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// The datasets of version 1, each under its name.
#[derive(Deserialize)]
pub(super) struct Bundle(pub(super) Members<Member, DIMENSIONS>);

/// A member of a bundle.
pub(super) enum Member {
    Dataset(Box<Dataset>),
    /// A version, a date.
    Other,
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Member;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a dataset")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Member, A::Error> {
                Dataset::deserialize(MapAccessDeserializer::new(map))
                    .map(|dataset| Member::Dataset(Box::new(dataset)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Member, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Member::Other)
            }

            fn visit_str<E>(self, _: &str) -> Result<Member, E> {
                Ok(Member::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Member, E> {
                Ok(Member::Other)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Member, E> {
                Ok(Member::Other)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Member, E> {
                Ok(Member::Other)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Member, E> {
                Ok(Member::Other)
            }

            fn visit_unit<E>(self) -> Result<Member, E> {
                Ok(Member::Other)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
