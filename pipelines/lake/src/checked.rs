//! What is too large is an error: whole numbers, and values that a function makes of any length.
//!
//! DataFusion 55.2 lets `9223372036854775807 + 1` begin again at the other end, and so do sums. Its expressions can be
//! told to fail, but not before constants have been folded, nor from outside. So `+`, `-` and `*` of whole numbers
//! become functions before a plan is optimized, and `sum` of them another `sum`, each under its old name.

mod bounded;
mod sum;

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, Datum};
use arrow::compute::kernels::numeric;
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::error::ArrowError;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, internal_err};
use datafusion::error::{DataFusionError, Result as QueryResult};
use datafusion::logical_expr::binary::BinaryTypeCoercer;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility, WindowFunctionDefinition,
};
use datafusion::physical_expr_common::datum::apply;

use bounded::Bounded;
use sum::CheckedSum;

/// Puts checked arithmetic of whole numbers in the place of that which wraps, and limits to what has none.
#[derive(Debug)]
pub(crate) struct Checked;

impl FunctionRewrite for Checked {
    fn name(&self) -> &str {
        "checked"
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema, _: &ConfigOptions) -> QueryResult<Transformed<Expr>> {
        let is_whole = |args: &[Expr]| {
            let kind = args.first().and_then(|arg| arg.get_type(schema).ok());
            kind.is_some_and(|kind| kind.is_integer())
        };
        Ok(match expr {
            Expr::BinaryExpr(binary) => match sides(&binary, schema) {
                Some(_) => {
                    let BinaryExpr { left, op, right } = binary;
                    let function = ScalarUDF::from(CheckedOperator::new(op));
                    let call = ScalarFunction::new_udf(Arc::new(function), vec![*left, *right]);
                    Transformed::yes(Expr::ScalarFunction(call))
                }
                None => Transformed::no(Expr::BinaryExpr(binary)),
            },
            Expr::ScalarFunction(mut call) => match Bounded::of(&call.func) {
                Some(bounded) => {
                    call.func = Arc::new(bounded);
                    Transformed::yes(Expr::ScalarFunction(call))
                }
                None => Transformed::no(Expr::ScalarFunction(call)),
            },
            Expr::AggregateFunction(mut call)
                if call.func.name() == sum::NAME && is_whole(&call.params.args) =>
            {
                call.func = CheckedSum::shared();
                Transformed::yes(Expr::AggregateFunction(call))
            }
            Expr::WindowFunction(mut call) if call.fun.name() == sum::NAME && is_whole(&call.params.args) => {
                call.fun = WindowFunctionDefinition::AggregateUDF(CheckedSum::shared());
                Transformed::yes(Expr::WindowFunction(call))
            }
            other => Transformed::no(other),
        })
    }
}

/// The types that both sides get, when it is arithmetic that can be too large and both are whole numbers.
fn sides(binary: &BinaryExpr, schema: &DFSchema) -> Option<(DataType, DataType)> {
    if !matches!(binary.op, Operator::Plus | Operator::Minus | Operator::Multiply) {
        return None;
    }
    let left = binary.left.get_type(schema).ok()?;
    let right = binary.right.get_type(schema).ok()?;
    whole(&left, binary.op, &right)
}

/// The same of types.
fn whole(left: &DataType, op: Operator, right: &DataType) -> Option<(DataType, DataType)> {
    if !(left.is_integer() && right.is_integer()) {
        return None;
    }
    let (left, right) = BinaryTypeCoercer::new(left, &op, right).get_input_types().ok()?;
    // A BIGINT and an unsigned one make a DECIMAL.
    (left.is_integer() && left == right).then_some((left, right))
}

/// `+`, `-` or `*` of two whole numbers.
#[derive(Debug, PartialEq, Eq, Hash)]
struct CheckedOperator {
    op: Operator,
    signature: Signature,
}

impl CheckedOperator {
    fn new(op: Operator) -> Self {
        Self {
            op,
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }
}

impl ScalarUDFImpl for CheckedOperator {
    fn name(&self) -> &str {
        match self.op {
            Operator::Plus => "checked_plus",
            Operator::Minus => "checked_minus",
            _ => "checked_times",
        }
    }

    /// As the operator that it stands for, so that columns keep their names.
    fn schema_name(&self, args: &[Expr]) -> QueryResult<String> {
        match args {
            [left, right] => Ok(format!(
                "{} {} {}",
                left.schema_name(),
                self.op,
                right.schema_name()
            )),
            _ => internal_err!("{} has two sides", self.op),
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> QueryResult<Vec<DataType>> {
        let sides = match types {
            [left, right] => whole(left, self.op, right),
            _ => None,
        };
        match sides {
            Some((left, right)) => Ok(vec![left, right]),
            None => internal_err!("{} of {types:?} is not that of whole numbers", self.op),
        }
    }

    fn return_type(&self, types: &[DataType]) -> QueryResult<DataType> {
        match types.first() {
            Some(kind) => Ok(kind.clone()),
            None => internal_err!("{} has two sides", self.op),
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> QueryResult<FieldRef> {
        let types: Vec<DataType> = args
            .arg_fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        let nullable = args.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(
            self.name(),
            self.return_type(&types)?,
            nullable,
        )))
    }

    /// Without a value there is none.
    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> QueryResult<ColumnarValue> {
        let [left, right] = args.args.as_slice() else {
            return internal_err!("{} has two sides", self.op);
        };
        let kind = left.data_type();
        let compute: fn(&dyn Datum, &dyn Datum) -> Result<ArrayRef, ArrowError> = match self.op {
            Operator::Plus => numeric::add,
            Operator::Minus => numeric::sub,
            _ => numeric::mul,
        };
        apply(left, right, compute).map_err(|error| match within(&error) {
            Some(ArrowError::ArithmeticOverflow(_)) => too_large("the result of a computation", &kind),
            _ => error,
        })
    }
}

/// The error of Arrow in one of the engine.
fn within(error: &DataFusionError) -> Option<&ArrowError> {
    match error {
        DataFusionError::ArrowError(error, _) => Some(error),
        _ => None,
    }
}

/// What to say of a result that its type cannot hold; without the numbers, which may be secret.
fn too_large(what: impl fmt::Display, kind: &DataType) -> DataFusionError {
    let name = match kind {
        DataType::Int64 => "BIGINT",
        DataType::Int32 => "INT",
        DataType::Int16 => "SMALLINT",
        DataType::Int8 => "TINYINT",
        DataType::UInt64 => "BIGINT UNSIGNED",
        DataType::UInt32 => "INT UNSIGNED",
        _ => "small whole number",
    };
    DataFusionError::Execution(format!(
        "{what} is too large for its type, {name}. Compute with CAST(x AS DECIMAL(38, 0)), which holds 38 digits, or \
         with CAST(x AS DOUBLE)."
    ))
}
