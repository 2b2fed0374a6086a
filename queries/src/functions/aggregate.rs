//! What the survey aggregates share: their arguments and their types.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility};
use datafusion::physical_expr::expressions::Literal;
use perspektiv_statistics::Interval;

use super::groups::Groups;
use super::result::{Finish, MEAN, SHARE};
use super::state::One;
use super::survey_design::design_type;

/// A mean of a domain with its error; the functions differ in their interval.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct SurveyAggregate {
    name: &'static str,
    logit: bool,
    signature: Signature,
}

impl SurveyAggregate {
    pub(super) fn new(name: &'static str, interval: Interval) -> Self {
        Self {
            name,
            logit: interval == Interval::Logit,
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }

    fn finish(&self, arguments: &AccumulatorArgs<'_>) -> Result<Finish> {
        if arguments.is_distinct {
            return plan_err!(
                "{} has no DISTINCT: every row of the sample stands for itself",
                self.name
            );
        }
        let level = match arguments.exprs.get(2) {
            None => 0.95,
            Some(expression) => match expression.downcast_ref::<Literal>().map(Literal::value) {
                Some(ScalarValue::Float64(Some(level))) if *level > 0.0 && *level < 1.0 => *level,
                _ => {
                    return plan_err!(
                        "the confidence level of {} is a constant between 0 and 1, such as 0.95",
                        self.name
                    );
                }
            },
        };
        let interval = if self.logit { Interval::Logit } else { Interval::T };
        Ok(Finish {
            level,
            interval,
            fields: self.fields(),
        })
    }

    fn fields(&self) -> &'static Fields {
        if self.logit { &SHARE } else { &MEAN }
    }
}

impl AggregateUDFImpl for SurveyAggregate {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let name = self.name;
        let (y, design, level) = match arguments {
            [y, design] => (y, design, None),
            [y, design, level] => (y, design, Some(level)),
            _ => {
                return plan_err!(
                    "{name} takes a value and the design, as in {name}(y, design), and perhaps a \
                     confidence level, as in {name}(y, design, 0.9)"
                );
            }
        };
        if !(y.is_numeric() || y.is_null() || matches!(y, DataType::Boolean)) {
            return plan_err!("the first argument of {name} is a number or true/false, not {y}");
        }
        if *design != design_type() {
            return plan_err!(
                "the second argument of {name} is the column `design` of a survey table (or \
                 survey_design(…)), not a value of the type {design}"
            );
        }
        if let Some(level) = level
            && !level.is_numeric()
        {
            return plan_err!("the third argument of {name} is a confidence level such as 0.95");
        }
        let mut types = vec![DataType::Float64, design.clone()];
        types.extend(level.map(|_| DataType::Float64));
        Ok(types)
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(self.fields().clone()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let list = |what: &str, item: DataType| {
            let item = Arc::new(Field::new_list_field(item, true));
            let name = format_state_name(arguments.name, what);
            Arc::new(Field::new(name, DataType::List(item), true))
        };
        Ok(vec![
            list("ints", DataType::Int64),
            list("floats", DataType::Float64),
        ])
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let finish = self.finish(&arguments)?;
        Ok(Box::new(One::new(finish)))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs<'_>) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::new(self.finish(&arguments)?)))
    }
}
