//! The states of many groups at once: what a `GROUP BY` runs on.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use perspektiv_statistics::SurveyMean;

use super::input::{Input, refused};
use super::result::Finish;
use super::state::{read, write};

/// One state a group.
pub(super) struct Groups {
    states: Vec<SurveyMean>,
    finish: Finish,
}

impl Groups {
    pub(super) fn new(finish: Finish) -> Self {
        Self {
            states: Vec::new(),
            finish,
        }
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        groups: usize,
    ) -> Result<()> {
        self.states.resize_with(groups, SurveyMean::default);
        let input = Input::new(values)?;
        for (row, group) in group_indices.iter().enumerate() {
            if passes(filter, row)
                && let Some((y, design)) = input.row(row)?
            {
                self.states[*group].update(Some(y), &design).map_err(refused)?;
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], groups: usize) -> Result<()> {
        self.states.resize_with(groups, SurveyMean::default);
        for (state, group) in read(values)?.zip(group_indices) {
            self.states[*group].merge(&state?).map_err(refused)?;
        }
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let states = emit.take_needed(&mut self.states);
        Ok(Arc::new(self.finish.results(&states)?))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(write(&emit.take_needed(&mut self.states)))
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let input = Input::new(values)?;
        let mut states = Vec::with_capacity(input.len());
        for row in 0..input.len() {
            let mut state = SurveyMean::default();
            if passes(filter, row)
                && let Some((y, design)) = input.row(row)?
            {
                state.update(Some(y), &design).map_err(refused)?;
            }
            states.push(state);
        }
        Ok(write(&states))
    }

    fn size(&self) -> usize {
        self.states.capacity() * size_of::<SurveyMean>()
    }
}

/// Whether a row passes the aggregate's `FILTER (WHERE …)`.
fn passes(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}
