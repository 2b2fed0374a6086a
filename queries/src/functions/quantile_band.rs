//! `quantile_band(value, n) OVER (…)`: which of n equally large bands a row is in.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use perspektiv_statistics::health::quantile_bands;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::data::Columns;
use super::frame::rows::Refusal;
use super::frame::window::WindowMethod;

pub(super) struct QuantileBand;

impl WindowMethod for QuantileBand {
    fn reference(&self) -> Reference {
        Reference {
            name: "quantile_band",
            signature: "quantile_band(value, n [, invert]) OVER ([PARTITION BY …])",
            meaning: "The band of a row's value among n bands of equally many rows, as fifths of areas by \
                      deprivation. 1 for the lowest values, n for the highest, or the other way round where \
                      invert is true. Equal values share a band. n and invert are the same in all rows of a \
                      partition.",
            source: "Office for Health Improvement and Disparities, technical guide \"Assigning deprivation \
                     categories\".",
            edges: "A row without a value has no band (NULL), and neither has any row when there are fewer \
                    values than bands. An n that is no whole number from 1 is an error.",
            example: "SELECT kommun, quantile_band(kostnad, 5) OVER () AS femtedel FROM (SELECT kommun, \
                      avg(kostnad) AS kostnad FROM person_year WHERE ar = 2022 GROUP BY kommun) ORDER BY kommun",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("value"),
            Argument::Number("n"),
            Argument::Optional("invert"),
        ]
    }

    fn result(&self) -> DataType {
        DataType::Int64
    }

    fn values(&self, rows: &Columns) -> Result<ArrayRef, Refusal> {
        let bands = same(rows, 1, "n")?;
        if bands < 1.0 || bands.fract() != 0.0 {
            return Ok(plan_err!(
                "`n` of quantile_band is a whole number of bands from 1, not {bands}"
            )?);
        }
        let invert = match rows.given(2) {
            Some(_) => same(rows, 2, "invert")? != 0.0,
            None => false,
        };
        let values: Vec<Option<f64>> = (0..rows.len()).map(|row| rows.number(0, row)).collect();
        let bands = quantile_bands(&values, bands as u64, invert)?;
        let bands = bands.into_iter().map(|band| band.map(|band| band as i64));
        Ok(Arc::new(bands.collect::<Int64Array>()))
    }
}

/// The number that all rows of a partition have in common.
fn same(rows: &Columns, place: usize, what: &str) -> Result<f64> {
    let mut numbers = (0..rows.len()).map(|row| rows.number(place, row));
    match numbers.next().flatten() {
        None => plan_err!("`{what}` of quantile_band is NULL in the first row of a partition"),
        Some(first) => match numbers.find(|number| *number != Some(first)) {
            None => Ok(first),
            Some(_) => plan_err!("`{what}` of quantile_band is not the same in all rows of a partition"),
        },
    }
}
