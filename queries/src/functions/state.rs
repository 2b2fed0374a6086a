//! The state of a survey aggregate.
//!
//! It is that of `perspektiv-statistics`, which can be split and merged in any
//! order; it travels between partitions as two lists of numbers.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Builder, Int64Builder, ListBuilder};
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;
use perspektiv_statistics::SurveyMean;

use super::input::{Input, refused};
use super::result::Finish;

/// The state of one group, for queries without groups and for window frames.
#[derive(Debug)]
pub(super) struct One {
    state: SurveyMean,
    finish: Finish,
}

impl One {
    pub(super) fn new(finish: Finish) -> Self {
        Self {
            state: SurveyMean::default(),
            finish,
        }
    }
}

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let input = Input::new(values)?;
        for row in 0..input.len() {
            if let Some((y, design)) = input.row(row)? {
                self.state.update(Some(y), &design).map_err(refused)?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let result = self.finish.results(std::slice::from_ref(&self.state))?;
        Ok(ScalarValue::Struct(Arc::new(result)))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        write(std::slice::from_ref(&self.state))
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for state in read(states)? {
            self.state.merge(&state?).map_err(refused)?;
        }
        Ok(())
    }
}

/// States as two columns of lists.
pub(super) fn write(states: &[SurveyMean]) -> Vec<ArrayRef> {
    let mut ints = ListBuilder::new(Int64Builder::new());
    let mut floats = ListBuilder::new(Float64Builder::new());
    for state in states {
        let parts = state.to_parts();
        ints.values().append_slice(&parts.ints);
        ints.append(true);
        floats.values().append_slice(&parts.floats);
        floats.append(true);
    }
    vec![Arc::new(ints.finish()), Arc::new(floats.finish())]
}

/// States from two columns of lists; a NULL is a state without rows.
pub(super) fn read(columns: &[ArrayRef]) -> Result<impl Iterator<Item = Result<SurveyMean>>> {
    let [ints, floats] = columns else {
        return internal_err!("a survey state has two columns, not {}", columns.len());
    };
    let (Some(ints), Some(floats)) = (ints.as_list_opt::<i32>(), floats.as_list_opt::<i32>()) else {
        return internal_err!("a survey state is made of lists");
    };
    Ok(ints.iter().zip(floats.iter()).map(|lists| match lists {
        (Some(ints), Some(floats)) => {
            let ints = ints.as_primitive_opt::<Int64Type>().map(|array| array.values());
            let floats = floats
                .as_primitive_opt::<Float64Type>()
                .map(|array| array.values());
            let (Some(ints), Some(floats)) = (ints, floats) else {
                return internal_err!("a survey state is made of lists of numbers");
            };
            SurveyMean::from_parts(ints, floats).map_err(refused)
        }
        _ => Ok(SurveyMean::default()),
    }))
}
