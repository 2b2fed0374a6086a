//! SQL expressions over the columns of one row.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::TreeNode as _;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, Volatility};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::SessionContext;

use crate::LakeError;

/// An expression that gives one value for each row, and the same one always.
#[derive(Debug, Clone)]
pub struct Expression {
    physical: Arc<dyn PhysicalExpr>,
    kind: DataType,
    columns: Vec<String>,
}

impl Expression {
    /// Plans `sql` over the columns of `schema`.
    ///
    /// # Errors
    /// It is no expression, names unknown columns or functions, looks at other rows or tables, or gives
    /// something else every time (`random()`, `now()`).
    pub fn new(sql: &str, schema: &SchemaRef) -> Result<Self, LakeError> {
        let failed = |error: DataFusionError| LakeError::invalid(error.strip_backtrace());
        let context = SessionContext::new();
        let columns = DFSchema::try_from(Arc::clone(schema)).map_err(failed)?;
        let expression = context.parse_sql_expr(sql, &columns).map_err(failed)?;
        if expression
            .exists(|part| Ok(looks_further(part)))
            .map_err(failed)?
        {
            return Err(LakeError::invalid(
                "it looks at other rows, at other tables or at the clock, and not at this row alone",
            ));
        }
        let mut named: Vec<String> = expression
            .column_refs()
            .into_iter()
            .map(|column| column.name.clone())
            .collect();
        named.sort();
        let physical = context
            .create_physical_expr(expression, &columns)
            .map_err(failed)?;
        Ok(Self {
            kind: physical.data_type(schema).map_err(failed)?,
            physical,
            columns: named,
        })
    }

    /// The type of its values.
    #[must_use]
    pub fn data_type(&self) -> &DataType {
        &self.kind
    }

    /// The columns that it reads, in the order of the alphabet.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Its values over the rows of a batch that has the columns it was planned for, as values of `kind`.
    ///
    /// # Errors
    /// A value cannot be computed, or not be converted.
    pub fn evaluate(&self, batch: &RecordBatch, kind: &DataType) -> Result<ArrayRef, ArrowError> {
        let values = self.physical.evaluate(batch)?.into_array(batch.num_rows())?;
        let options = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        cast_with_options(&values, kind, &options)
    }
}

fn looks_further(part: &Expr) -> bool {
    match part {
        Expr::AggregateFunction(_)
        | Expr::WindowFunction(_)
        | Expr::ScalarSubquery(_)
        | Expr::InSubquery(_)
        | Expr::Exists(_)
        | Expr::OuterReferenceColumn(..)
        | Expr::Placeholder(_) => true,
        Expr::ScalarFunction(function) => function.func.signature().volatility != Volatility::Immutable,
        _ => false,
    }
}
