//! An aggregate that knows many groups at once, for the queries and window frames that have one.

use std::fmt;

use arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

/// The state of one group.
pub(in crate::functions) struct One<G> {
    function: &'static str,
    groups: G,
}

impl<G: GroupsAccumulator> One<G> {
    /// Of a state that has one group, without rows.
    pub(in crate::functions) fn new(function: &'static str, groups: G) -> Self {
        Self { function, groups }
    }
}

impl<G> fmt::Debug for One<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function)
    }
}

impl<G: GroupsAccumulator + Clone + Sync> Accumulator for One<G> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.groups.update_batch(values, &first(values), None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        // A window asks again and again, with more rows each time.
        let mut groups = self.groups.clone();
        ScalarValue::try_from_array(&groups.evaluate(EmitTo::All)?, 0)
    }

    fn size(&self) -> usize {
        self.groups.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let columns = self.groups.state(EmitTo::All)?;
        columns
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.groups.merge_batch(states, &first(states), 1)
    }
}

/// The group of each row.
fn first(columns: &[ArrayRef]) -> Vec<usize> {
    vec![0; columns.first().map_or(0, |column| column.len())]
}
