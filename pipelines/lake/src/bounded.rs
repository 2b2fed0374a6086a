//! Functions that make values of any length, with a limit: what they make is there at once, before anybody who watches
//! the memory could stop them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::{DataFusionError, Result as QueryResult};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature,
};

/// Bytes that one call may make for a batch of rows.
const MOST: u128 = 1 << 30;
/// Bytes of an element of a list.
const ELEMENT: u128 = 8;

/// Puts functions with a limit in the place of those that have none.
#[derive(Debug)]
pub(crate) struct Limits;

impl FunctionRewrite for Limits {
    fn name(&self) -> &str {
        "limits"
    }

    fn rewrite(&self, expr: Expr, _: &DFSchema, _: &ConfigOptions) -> QueryResult<Transformed<Expr>> {
        Ok(match expr {
            Expr::ScalarFunction(mut call) => match Bounded::of(&call.func) {
                Some(bounded) => {
                    call.func = Arc::new(bounded);
                    Transformed::yes(Expr::ScalarFunction(call))
                }
                None => Transformed::no(Expr::ScalarFunction(call)),
            },
            other => Transformed::no(other),
        })
    }
}

/// How many bytes a call would make for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Makes {
    /// Its first argument so often.
    Times,
    /// A text of that many letters.
    Letters,
    /// A list of that many elements: as the argument of this number says.
    Elements(usize),
    /// The numbers from one to another.
    Span,
}

/// What a function makes, if it can be of any length.
fn makes(name: &str) -> Option<Makes> {
    match name {
        "repeat" => Some(Makes::Times),
        "lpad" | "rpad" => Some(Makes::Letters),
        "array_repeat" | "array_resize" => Some(Makes::Elements(1)),
        "range" | "generate_series" => Some(Makes::Span),
        _ => None,
    }
}

/// A function that refuses to make too much at once.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Bounded {
    inner: Arc<ScalarUDF>,
    makes: Makes,
}

impl Bounded {
    /// The function with its limit, if it needs one.
    fn of(inner: &Arc<ScalarUDF>) -> Option<ScalarUDF> {
        let makes = makes(inner.name())?;
        let inner = Arc::clone(inner);
        Some(ScalarUDF::from(Self { inner, makes }))
    }

    /// Bytes that a call would make, as far as its arguments tell.
    fn bytes(&self, args: &ScalarFunctionArgs) -> QueryResult<u128> {
        let number = |at: usize| args.args.get(at).map(Numbers::of).transpose();
        // Of constants one value is made, whatever the rows.
        let constant = |arg: &ColumnarValue| matches!(arg, ColumnarValue::Scalar(_));
        let rows = match args.args.iter().all(constant) {
            true => 1,
            false => args.number_rows,
        };
        let each = |bytes: &dyn Fn(usize) -> u128| (0..rows).map(bytes).sum();
        Ok(match self.makes {
            Makes::Times => match (args.args.first(), number(1)?) {
                (Some(text), Some(Some(times))) => {
                    let lengths = lengths(text)?;
                    each(&|row| lengths(row) * times.at(row))
                }
                _ => 0,
            },
            Makes::Letters => match number(1)? {
                Some(Some(letters)) => each(&|row| letters.at(row)),
                _ => 0,
            },
            Makes::Elements(at) => match number(at)? {
                Some(Some(elements)) => each(&|row| elements.at(row) * ELEMENT),
                _ => 0,
            },
            Makes::Span => match (number(0)?, number(1), number(2)) {
                (Some(Some(to)), Ok(None), _) => each(&|row| to.at(row) * ELEMENT),
                (Some(Some(from)), Ok(Some(Some(to))), Ok(step)) => {
                    let step = step.flatten();
                    each(&|row| {
                        let step = step.as_ref().map_or(1, |step| step.value(row).unsigned_abs());
                        let span = to.value(row).abs_diff(from.value(row));
                        u128::from(span / step.max(1)) * ELEMENT
                    })
                }
                // Of days and moments there are only so many.
                _ => 0,
            },
        })
    }
}

/// Whole numbers, one for each row or one for all; a missing one is 0.
enum Numbers {
    All(i64),
    Each(Int64Array),
}

impl Numbers {
    /// `None` for what is no whole number.
    fn of(value: &ColumnarValue) -> QueryResult<Option<Self>> {
        if !value.data_type().is_integer() {
            return Ok(None);
        }
        Ok(Some(match value {
            ColumnarValue::Scalar(one) => match one.cast_to(&DataType::Int64)? {
                ScalarValue::Int64(Some(one)) => Self::All(one),
                _ => Self::All(0),
            },
            ColumnarValue::Array(each) => {
                Self::Each(cast(each, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
            }
        }))
    }

    fn value(&self, row: usize) -> i64 {
        match self {
            Self::All(one) => *one,
            Self::Each(each) if row < each.len() && each.is_valid(row) => each.value(row),
            Self::Each(_) => 0,
        }
    }

    /// As a length.
    fn at(&self, row: usize) -> u128 {
        u128::try_from(self.value(row)).unwrap_or(0)
    }
}

/// The length in bytes of the text of each row.
fn lengths(texts: &ColumnarValue) -> QueryResult<Box<dyn Fn(usize) -> u128>> {
    let length = |text: Option<&str>| text.map_or(0, str::len) as u128;
    Ok(match texts {
        ColumnarValue::Scalar(one) => {
            let one = length(one.try_as_str().flatten());
            Box::new(move |_| one)
        }
        ColumnarValue::Array(each) => {
            let each: ArrayRef = cast(each, &DataType::Utf8View)?;
            let each: Vec<u128> = each.as_string_view().iter().map(length).collect();
            Box::new(move |row| each.get(row).copied().unwrap_or_default())
        }
    })
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn schema_name(&self, args: &[Expr]) -> QueryResult<String> {
        self.inner.schema_name(args)
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn coerce_types(&self, types: &[DataType]) -> QueryResult<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn return_type(&self, types: &[DataType]) -> QueryResult<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> QueryResult<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> QueryResult<ColumnarValue> {
        let bytes = self.bytes(&args)?;
        if bytes > MOST {
            return Err(DataFusionError::Execution(format!(
                "`{}` would make {} MB at once, and may make {} MB. Ask for less, or for rows: \
                 SELECT value FROM range(1, 1000000000).",
                self.name(),
                bytes / 1_000_000,
                MOST / 1_000_000
            )));
        }
        self.inner.invoke_with_args(args)
    }
}
