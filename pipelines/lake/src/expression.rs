//! SQL expressions over the columns of one row.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::execution::FunctionRegistry as _;
use datafusion::logical_expr::{Expr, Volatility};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::SessionContext;

use crate::LakeError;
use crate::bounded::Limits;

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
        let mut context = SessionContext::new();
        context
            .register_function_rewrite(Arc::new(Limits))
            .map_err(failed)?;
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
        if let Some(why) = unbounded(&expression).map_err(failed)? {
            return Err(LakeError::invalid(why));
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
        // A function that gives up in the middle must not take the whole run along.
        let evaluated = catch_unwind(AssertUnwindSafe(|| self.physical.evaluate(batch)));
        let evaluated = evaluated
            .map_err(|_| ArrowError::ComputeError("the engine broke off at this value".to_owned()))?;
        let values = evaluated?.into_array(batch.num_rows())?;
        let options = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        cast_with_options(&values, kind, &options)
    }
}

/// Functions whose second argument is the length of their result, or how often it is repeated.
const REPEATING: [&str; 3] = ["repeat", "lpad", "rpad"];
/// Functions that make lists of any length.
const LISTING: [&str; 4] = ["array_repeat", "array_resize", "generate_series", "range"];
/// The longest that one of them may make a value.
const LONGEST: u64 = 10_000;

/// Why an expression may give values of any length, if so: one cell would take all memory there is.
fn unbounded(expression: &Expr) -> Result<Option<String>, DataFusionError> {
    let mut why = None;
    expression.apply(|part| {
        let Expr::ScalarFunction(function) = part else {
            return Ok(TreeNodeRecursion::Continue);
        };
        let name = function.name();
        let repeats = |part: &Expr| {
            let Expr::ScalarFunction(function) = part else {
                return Ok(false);
            };
            Ok(REPEATING.contains(&function.name()))
        };
        if LISTING.contains(&name) {
            why = Some(format!("`{name}` makes lists of any length"));
        } else if REPEATING.contains(&name) {
            let mut inside = false;
            for argument in &function.args {
                inside |= argument.exists(repeats)?;
            }
            if inside {
                why = Some(format!(
                    "`{name}` of what is repeated already may become too long"
                ));
            } else if !function.args.get(1).is_some_and(is_short) {
                why = Some(format!(
                    "the second argument of `{name}` has to be a number of at most {LONGEST}"
                ));
            }
        }
        Ok(match why {
            Some(_) => TreeNodeRecursion::Stop,
            None => TreeNodeRecursion::Continue,
        })
    })?;
    Ok(why)
}

/// Whether it is a number, written out, that is no longer than a value may be.
fn is_short(length: &Expr) -> bool {
    match length {
        Expr::Literal(ScalarValue::Int64(Some(length)), _) => {
            u64::try_from(*length).is_ok_and(|length| length <= LONGEST)
        }
        Expr::Literal(ScalarValue::UInt64(Some(length)), _) => *length <= LONGEST,
        _ => false,
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use arrow::datatypes::{Field, Schema};

    use super::*;

    #[test]
    fn values_of_any_length_are_refused() {
        let fields = vec![
            Field::new("t", DataType::Utf8, true),
            Field::new("n", DataType::Int64, true),
        ];
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        for fine in [
            "repeat(t, 3)",
            "lpad(t, 10000, 'x')",
            "upper(rpad(t, 4))",
            "n + 1",
        ] {
            Expression::new(fine, &schema).unwrap();
        }
        for (sql, part) in [
            ("repeat(t, 2000000000)", "second argument of `repeat`"),
            ("repeat(t, n)", "second argument of `repeat`"),
            ("lpad(t, 2147483647, 'x')", "second argument of `lpad`"),
            ("upper(rpad(t, 10001))", "second argument of `rpad`"),
            ("repeat(repeat(t, 9000), 9000)", "repeated already"),
        ] {
            let error = Expression::new(sql, &schema).unwrap_err().to_string();
            assert!(error.contains(part), "{sql}: {error}");
        }
    }
}
