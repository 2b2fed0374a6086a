//! The waves of a survey: each is a sample of its own.

use arrow::array::{Array, ArrayRef, StructArray, UInt32Array};
use arrow::compute::{interleave, take};
use datafusion::common::{Result, internal_err, plan_err};
use perspektiv_statistics::StatisticsError;

use super::bad_value::BadDesign;
use super::keys::codes;
use crate::functions::survey_design::NAME;

/// The key that names the waves.
pub(crate) const WAVE: &str = "wave";

/// More values are no waves but clusters, or persons.
const MOST: usize = 1000;

/// One wave.
#[derive(Debug)]
pub(in crate::functions) struct Wave {
    /// Its name, such as the year.
    pub(super) name: String,
    /// Its rows, by place in the whole.
    pub(super) rows: Vec<u32>,
}

impl Wave {
    /// The waves of a sample, by name; none for a sample without the key.
    ///
    /// # Errors
    /// A row belongs to no wave.
    pub(in crate::functions) fn all(columns: &StructArray) -> Result<Option<Vec<Self>>> {
        // Without a type it is refused with the other keys.
        let column = columns.column_by_name(WAVE);
        let Some(column) = column.filter(|column| !column.data_type().is_null()) else {
            return Ok(None);
        };
        let codes = codes(column)?;
        let mut waves: Vec<Self> = codes
            .names
            .into_iter()
            .map(|name| Self {
                name,
                rows: Vec::new(),
            })
            .collect();
        for (row, code) in codes.codes.iter().enumerate() {
            match waves.get_mut(*code as usize) {
                Some(wave) => wave.rows.push(row as u32),
                None => {
                    let error = StatisticsError::DesignRow {
                        key: WAVE.to_owned(),
                        row: row as u64 + 1,
                        value: "NULL".to_owned(),
                        advice: "every row belongs to a wave".to_owned(),
                    };
                    return Err(BadDesign::error(NAME.to_owned(), error));
                }
            }
        }
        if waves.len() > MOST {
            return plan_err!(
                "{NAME}: '{WAVE}' has {} values, and a survey has at most {MOST} waves. It names the year, or when else \
                 the sample was drawn; clusters are the key 'psu'",
                waves.len()
            );
        }
        waves.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Some(waves))
    }

    /// Its rows of all columns.
    pub(in crate::functions) fn of(&self, columns: &StructArray) -> Result<StructArray> {
        let rows = take(columns, &UInt32Array::from(self.rows.clone()), None)?;
        match rows.as_any().downcast_ref::<StructArray>() {
            Some(rows) => Ok(rows.clone()),
            None => internal_err!("the rows of a struct are no struct"),
        }
    }
}

/// Puts what was made of each wave back in the order of all rows.
pub(in crate::functions) fn together(waves: &[Wave], parts: &[ArrayRef]) -> Result<ArrayRef> {
    let rows = waves.iter().map(|wave| wave.rows.len()).sum();
    let mut places = vec![(0, 0); rows];
    for (part, wave) in waves.iter().enumerate() {
        for (at, row) in wave.rows.iter().enumerate() {
            if let Some(place) = places.get_mut(*row as usize) {
                *place = (part, at);
            }
        }
    }
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    Ok(interleave(&parts, &places)?)
}
