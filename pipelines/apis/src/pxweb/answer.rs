//! What PxWeb answers: whole, and all that was asked for.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Chosen;
use crate::client::Unreadable;
use crate::request::Request;
use crate::{ApiError, Query};

/// The format of the answers that a query asks for, as `[source]` of a definition calls it.
pub(crate) fn format(query: &Query) -> &'static str {
    match query.answer.as_deref() {
        Some("px") => "px",
        _ => "json-stat",
    }
}

/// What of a JSON-stat 2 dataset shows whether it is the right one.
#[derive(Debug, Deserialize)]
pub(crate) struct Dataset {
    class: String,
    id: Vec<String>,
    size: Vec<u64>,
    value: Cells,
}

/// How many cells a list has; an object lists only those with a value.
#[derive(Debug)]
struct Cells(Option<u64>);

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Count;
        impl<'de> Visitor<'de> for Count {
            type Value = Cells;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list or an object of numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cells, A::Error> {
                let mut count = 0;
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Cells(Some(count)))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Cells(None))
            }
        }
        deserializer.deserialize_any(Count)
    }
}

impl Dataset {
    /// Whether it holds what was asked for.
    pub(crate) fn check(&self, request: &Request, chosen: &[Chosen]) -> Result<(), ApiError> {
        if self.class != "dataset" {
            return Err(request.unusable("It is not a dataset of JSON-stat 2, though that was asked for."));
        }
        let cells = self
            .size
            .iter()
            .try_fold(1_u64, |all, size| all.checked_mul(*size));
        let Some(cells) = cells.filter(|_| self.id.len() == self.size.len()) else {
            return Err(request.unusable("Its `id` and `size` do not fit together. Fetch again."));
        };
        if let Some(has) = self.value.0.filter(|has| *has != cells) {
            return Err(request.unusable(format!(
                "It says that it has {cells} cells and has {has}. Fetch again."
            )));
        }
        for one in chosen.iter().filter(|one| one.width == 1) {
            let size = self
                .id
                .iter()
                .zip(&self.size)
                .find(|(id, _)| **id == one.code)
                .map(|(_, size)| *size);
            if size != Some(one.values.len() as u64) {
                return Err(request.unusable(format!(
                    "It has {} values of {}, and {} were asked for. Fetch again; if it stays, tell the agency.",
                    size.unwrap_or_default(),
                    one.code,
                    one.values.len()
                )));
            }
        }
        Ok(())
    }
}

/// Reads a PX file no further than to see that it is whole.
pub(crate) fn px(bytes: &[u8]) -> Result<(), Unreadable> {
    let text = bytes.trim_ascii();
    if text.is_empty() {
        return Err(Unreadable::Cut("It is empty.".to_owned()));
    }
    let has_data = text.windows(5).any(|word| word == b"DATA=");
    match text.first() {
        Some(b'<' | b'{' | b'[') => Err(Unreadable::Form(
            "It is not a PX file, though that was asked for.".to_owned(),
        )),
        _ if has_data && text.ends_with(b";") => Ok(()),
        _ => Err(Unreadable::Cut(
            "A PX file ends with its DATA and a semicolon.".to_owned(),
        )),
    }
}
