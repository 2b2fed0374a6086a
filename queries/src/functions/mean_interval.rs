//! `mean_interval(y)`: a mean with Student's confidence interval.
//!
//! Running moments say all that it needs, so it keeps no rows.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type, UInt64Type};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};
use datafusion::prelude::SessionContext;
use perspektiv_statistics::health::{Levels, MeanState};

use super::frame::argument::{Argument, OPTIONS, coerce};
use super::frame::call::Call;
use super::frame::limits::{limit_fields, limit_values, second};
use super::frame::refused;
use super::frame::result::{counted, number, real, row, whole};
use super::frame::rows::option_fields;
use super::{Function, Reference};

const NAME: &str = "mean_interval";
const SIGNATURE: &str = "mean_interval(y [, options])";
const VALUE: Argument = Argument::Number("y");
const ARGUMENTS: &[Argument] = &[VALUE, OPTIONS];

pub(super) struct MeanInterval;

impl Function for MeanInterval {
    fn reference(&self) -> Reference {
        Reference {
            name: "mean_interval",
            signature: SIGNATURE,
            meaning: "The mean of a whole register or a simple random sample with Student's limits. A struct: \
                      estimate, sd (standard deviation, divisor n − 1), sum, n, low, high. For a survey use \
                      survey_mean. Options: level (0.95), level2 (a second level: low2 and high2).",
            source: "Student (1908); the sums after Welford (1962) and Chan, Golub and LeVeque (1983).",
            edges: "Rows where y is NULL are left out. No rows: NULL. One row: an estimate without sd and \
                    limits.",
            example: "SELECT ar, mean_interval(kostnad) AS kostnad FROM person_year GROUP BY ar ORDER BY ar",
        }
    }

    fn register(&self, context: &SessionContext) {
        context.register_udaf(AggregateUDF::new_from_impl(MeanFunction {
            signature: Signature::user_defined(Volatility::Immutable),
        }));
    }
}

fn fields(second: bool) -> Fields {
    let mut fields: Vec<Field> = ["estimate", "sd", "sum"].map(number).into();
    fields.push(whole("n"));
    fields.extend(limit_fields("", number, second));
    Fields::from(fields)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct MeanFunction {
    signature: Signature,
}

impl AggregateUDFImpl for MeanFunction {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        coerce(NAME, SIGNATURE, ARGUMENTS, given)
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields(second(&option_fields(given)))))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let field = |what, data_type| {
            let name = format_state_name(arguments.name, what);
            Arc::new(Field::new(name, data_type, true))
        };
        let moments = ["origin", "centre", "spread"].map(|what| field(what, DataType::Float64));
        Ok([field("n", DataType::UInt64)]
            .into_iter()
            .chain(moments)
            .collect())
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if arguments.is_distinct {
            return plan_err!("{NAME} has no DISTINCT: equal rows count each");
        }
        let Call { mut options, .. } = Call::read(NAME, SIGNATURE, ARGUMENTS, &arguments)?;
        let second = options.has("level2");
        let levels = options.levels()?;
        options.finish()?;
        Ok(Box::new(Moments {
            state: MeanState::default(),
            levels,
            second,
        }))
    }
}

/// The moments of one group.
#[derive(Debug)]
struct Moments {
    state: MeanState,
    levels: Levels,
    second: bool,
}

impl Accumulator for Moments {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Some(column) = values.first() else {
            return internal_err!("{NAME} got no values");
        };
        for row in 0..column.len() {
            if let Some(value) = VALUE.number(NAME, VALUE.name(), column, row)? {
                self.state.update(value).map_err(|error| refused(NAME, &error))?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let fields = fields(self.second);
        let found = self.state.finish(self.levels);
        let Some(found) = found.map_err(|error| refused(NAME, &error))? else {
            return ScalarValue::try_from(&DataType::Struct(fields));
        };
        let values = [
            real(found.estimate),
            real(found.sd),
            real(found.sum),
            counted(found.n),
        ];
        let limits = limit_values(self.second, found.limits, found.limits2);
        row(&fields, values.into_iter().chain(limits))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let MeanState {
            n,
            origin,
            centre,
            spread,
        } = self.state;
        let moments = [origin, centre, spread].map(real);
        Ok([ScalarValue::UInt64(Some(n))]
            .into_iter()
            .chain(moments)
            .collect())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [n, moments @ ..] = states else {
            return internal_err!("the state of {NAME} is empty");
        };
        let n = n.as_primitive_opt::<UInt64Type>();
        let moments: Option<Vec<_>> = moments
            .iter()
            .map(|moment| moment.as_primitive_opt::<Float64Type>())
            .collect();
        let (Some(n), Some([origin, centre, spread])) = (n, moments.as_deref()) else {
            return internal_err!("the state of {NAME} is a count and three moments");
        };
        for row in (0..n.len()).filter(|row| n.is_valid(*row)) {
            self.state.merge(&MeanState {
                n: n.value(row),
                origin: origin.value(row),
                centre: centre.value(row),
                spread: spread.value(row),
            });
        }
        Ok(())
    }
}
