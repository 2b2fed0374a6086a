//! What the survey aggregates return.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Float64Builder, Int64Builder, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use perspektiv_statistics::{Interval, SurveyEstimate, SurveyMean};

use super::input::refused;
use crate::answer::flatten::share;

/// The fields of a mean.
pub(super) static MEAN: LazyLock<Fields> =
    LazyLock::new(|| result(|name| Field::new(name, DataType::Float64, true)));

/// The fields of a proportion: the same, marked as shares.
pub(super) static SHARE: LazyLock<Fields> = LazyLock::new(|| result(share));

fn result(number: fn(&str) -> Field) -> Fields {
    Fields::from(vec![
        number("estimate"),
        number("se"),
        number("low"),
        number("high"),
        Field::new("n", DataType::Int64, true),
        Field::new("population", DataType::Float64, true),
        Field::new("df", DataType::Int64, true),
    ])
}

/// How a state becomes a result.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finish {
    pub(super) level: f64,
    pub(super) interval: Interval,
    pub(super) fields: &'static Fields,
}

impl Finish {
    /// One result a state; NULL for a state without rows.
    pub(super) fn results(self, states: &[SurveyMean]) -> Result<StructArray> {
        let estimates: Vec<Option<SurveyEstimate>> = states
            .iter()
            .map(|state| state.finish(self.level, self.interval).map_err(refused))
            .collect::<Result<_>>()?;
        let real = |of: &dyn Fn(&SurveyEstimate) -> Option<f64>| {
            let mut builder = Float64Builder::with_capacity(estimates.len());
            estimates
                .iter()
                .for_each(|e| builder.append_option(e.as_ref().and_then(of)));
            Arc::new(builder.finish()) as ArrayRef
        };
        let whole = |of: &dyn Fn(&SurveyEstimate) -> u64| {
            let mut builder = Int64Builder::with_capacity(estimates.len());
            estimates.iter().for_each(|e| {
                builder.append_option(e.as_ref().map(|e| i64::try_from(of(e)).unwrap_or(i64::MAX)));
            });
            Arc::new(builder.finish()) as ArrayRef
        };
        let columns = vec![
            real(&|e| Some(e.estimate)),
            real(&|e| e.se),
            real(&|e| e.low),
            real(&|e| e.high),
            whole(&|e| e.n),
            real(&|e| Some(e.population)),
            whole(&|e| e.df),
        ];
        let valid: NullBuffer = estimates.iter().map(Option::is_some).collect::<Vec<_>>().into();
        Ok(StructArray::try_new(self.fields.clone(), columns, Some(valid))?)
    }
}
