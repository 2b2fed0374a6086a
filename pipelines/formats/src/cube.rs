//! A cube of statistics as records: one for each cell, the last dimension fastest.
//!
//! Every dimension gives two fields, its code under its own name and its label
//! under `<name>_text`; then come `value` and `status`. The status says why a
//! value is missing (`..`, `p`), in the words of whoever published it.

use std::collections::HashSet;

use super::{Field, FieldKind, SourceError, holds_person_number, listed};
use crate::rows::Row;

/// Cells beyond those that stand in the file, which a sparse cube may have: more
/// is a file of a few bytes that keeps a machine busy for hours.
const UNWRITTEN: u64 = 10_000_000;

/// One dimension of a cube.
#[derive(Debug, Default)]
pub(crate) struct Dimension {
    /// Its name, that of the field.
    pub(crate) name: String,
    /// A heading for people.
    pub(crate) label: Option<String>,
    /// Code and label of each category, in order.
    pub(crate) categories: Vec<(String, String)>,
}

/// The cells of a cube and which of them is under way.
#[derive(Debug)]
pub(crate) struct Cube {
    dimensions: Vec<Dimension>,
    /// The category of each dimension in the present cell.
    place: Vec<usize>,
    cells: u64,
    header: Vec<String>,
    fields: Vec<Field>,
}

impl Cube {
    /// A cube of these dimensions; `value` is what the file says of its values.
    ///
    /// # Errors
    /// Two fields have the same name, or there are more cells than anyone publishes.
    pub(crate) fn new(dimensions: Vec<Dimension>, value: Field) -> Result<Self, SourceError> {
        let persons = |dimension: &Dimension| holds_person_number(dimension.name.as_bytes());
        if let Some(at) = dimensions.iter().position(persons) {
            return Err(SourceError::Form(format!(
                "The name of dimension {} of {} holds a person number, which no column may be called. Ask for the file \
                 without it.",
                at + 1,
                dimensions.len()
            )));
        }
        let cells = dimensions
            .iter()
            .try_fold(1_u64, |cells, dimension| {
                cells.checked_mul(dimension.categories.len() as u64)
            })
            .filter(|cells| *cells <= 1 << 40)
            .ok_or_else(|| {
                SourceError::Form(format!(
                    "The categories make more cells ({}) than any file holds. Check the file.",
                    shape(&dimensions)
                ))
            })?;
        let mut header = Vec::new();
        let mut fields = Vec::new();
        let word = || Field {
            kind: Some(FieldKind::Word),
            ..Field::default()
        };
        for dimension in &dimensions {
            header.push(dimension.name.clone());
            header.push(format!("{}_text", dimension.name));
            fields.push(Field {
                label: dimension.label.clone(),
                codes: dimension.categories.clone(),
                ..word()
            });
            fields.push(word());
        }
        header.extend(["value".to_owned(), "status".to_owned()]);
        fields.extend([value, word()]);
        let mut seen = HashSet::new();
        if let Some(twice) = header.iter().find(|name| !seen.insert(*name)) {
            return Err(SourceError::Form(format!(
                "Two fields would be called {}. The dimensions are {}.",
                listed(&[twice]),
                listed(&dimensions.iter().map(|one| &one.name).collect::<Vec<_>>())
            )));
        }
        Ok(Self {
            place: vec![0; dimensions.len()],
            dimensions,
            cells,
            header,
            fields,
        })
    }

    /// How many cells there are.
    pub(crate) fn cells(&self) -> u64 {
        self.cells
    }

    /// The names of the fields.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// What is known of them.
    pub(crate) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// `3 × 4 × 2`.
    pub(crate) fn shape(&self) -> String {
        shape(&self.dimensions)
    }

    /// Writes the codes and labels of the present cell and goes on to the next.
    pub(crate) fn step(&mut self, row: &mut Row) {
        for (dimension, at) in self.dimensions.iter().zip(&self.place) {
            let category = dimension.categories.get(*at);
            row.push(category.map(|(code, _)| code.as_str()));
            row.push(category.map(|(_, label)| label.as_str()));
        }
        for (dimension, at) in self.dimensions.iter().zip(&mut self.place).rev() {
            *at += 1;
            if *at < dimension.categories.len() {
                return;
            }
            *at = 0;
        }
    }

    /// Goes to the first cell of a row, which is a place in the first `stub` dimensions.
    pub(crate) fn go_to(&mut self, stub: usize, mut line: u64) {
        for at in self.place.iter_mut().skip(stub) {
            *at = 0;
        }
        let lines = self.dimensions.iter().zip(&mut self.place).take(stub);
        for (dimension, at) in lines.rev() {
            let size = (dimension.categories.len() as u64).max(1);
            *at = (line % size) as usize;
            line /= size;
        }
    }
}

/// Refuses sparse cubes of which next to nothing stands in the file.
///
/// # Errors
/// More than ten million cells, and more than a thousand for each that is written, are not.
pub(crate) fn check_sparse(cells: u64, written: u64, shape: &str) -> Result<(), SourceError> {
    if cells <= UNWRITTEN.max(written.saturating_mul(1000)) {
        return Ok(());
    }
    Err(SourceError::Form(format!(
        "Only {written} of {cells} cells ({shape}) stand in the file: the others would fill the table with nothing. Ask \
         for a selection, or for a file that is whole."
    )))
}

fn shape(dimensions: &[Dimension]) -> String {
    let mut text = dimensions
        .iter()
        .take(20)
        .map(|dimension| dimension.categories.len().to_string())
        .collect::<Vec<_>>()
        .join(" × ");
    if dimensions.len() > 20 {
        text.push_str(" × …");
    }
    text
}

/// The unit of the values, from what each content is counted in: `antal`, or
/// `antal (Import), kr (Export)` where contents differ.
pub(crate) fn unit(contents: &[(String, String)]) -> Option<String> {
    let (_, first) = contents.first()?;
    if contents.iter().all(|(_, unit)| unit == first) {
        return Some(first.clone()).filter(|unit| !unit.is_empty());
    }
    let each = contents.iter().filter(|(_, unit)| !unit.is_empty());
    Some(
        each.map(|(content, unit)| format!("{unit} ({content})"))
            .collect::<Vec<_>>()
            .join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_dimension_is_called_by_a_person_number() {
        let dimension = |name: &str| Dimension {
            name: name.to_owned(),
            categories: vec![("1".to_owned(), "ett".to_owned())],
            ..Dimension::default()
        };
        let error = |name| match Cube::new(vec![dimension("ar"), dimension(name)], Field::default()) {
            Err(error) => error.to_string(),
            Ok(_) => String::new(),
        };
        assert!(
            error("svar 19650928-9960").starts_with("The name of dimension 2 of 2 holds a person number")
        );
        assert_eq!(error("2010-01-01 2019-12-31"), "");
    }
}
