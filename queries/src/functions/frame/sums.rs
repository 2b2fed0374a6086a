//! Means and totals: aggregates that need running sums only, for as long as the
//! samples are plain, and the rows otherwise.

mod groups;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature};
use datafusion::prelude::SessionContext;
use perspektiv_statistics::health::Levels;
use perspektiv_statistics::{Degrees, Handling, Rows, Sample, StatisticsError, SurveyEstimate, mean, total};

use super::argument::{Argument, OPTIONS, coerce};
use super::call::Call;
use super::design::{numbers, sample_type};
use super::named::Named;
use super::one::One;
use super::options::Options;
use super::result::{WithLimits, estimate as estimate_fields};
use super::rows::option_fields;
use crate::functions::{Function, Reference};
use groups::Groups;

/// What is made of the sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::functions) enum Goal {
    /// The mean of a column.
    Mean,
    /// The total of a column.
    Total,
    /// How many of the population there are: the total of ones.
    Count,
}

/// The limits of an estimate at a level.
pub(in crate::functions) type Limits =
    Arc<dyn Fn(&SurveyEstimate, f64) -> Result<Option<(f64, f64)>, StatisticsError> + Send + Sync>;

/// An estimate that is made of the rows of a domain, for what sums cannot say.
pub(in crate::functions) type OfRows = Arc<
    dyn Fn(&Rows, Handling, Degrees, Levels) -> Result<Option<WithLimits>, StatisticsError> + Send + Sync,
>;

/// From sums to limits, or from the rows.
#[derive(Clone)]
pub(in crate::functions) enum Way {
    /// Sums suffice.
    Sums(Limits),
    /// The rows are kept.
    Rows(OfRows),
    /// Sums suffice, but where rows are kept for the design they say more.
    Either(Limits, OfRows),
}

/// A function of running sums.
pub(in crate::functions) trait SumsMethod: Sync + 'static {
    /// What the function does.
    fn reference(&self) -> Reference;

    /// What is made of the sums.
    fn goal(&self) -> Goal;

    /// Whether the result is a share between 0 and 1.
    fn is_share(&self) -> bool {
        false
    }

    /// Which degrees of freedom the limits take unless told.
    fn degrees(&self) -> Degrees {
        Degrees::Design
    }

    /// How limits are made.
    fn way(&self, _options: &mut Options) -> Result<Way> {
        Ok(Way::Sums(Arc::new(|estimate, level| estimate.interval(level))))
    }
}

/// A function that takes running sums.
pub(in crate::functions) struct OverSums(pub(in crate::functions) &'static dyn SumsMethod);

impl Function for OverSums {
    fn reference(&self) -> Reference {
        self.0.reference()
    }

    fn register(&self, context: &SessionContext) {
        context.register_udaf(AggregateUDF::new_from_impl(Named::new(
            self.0.reference().name,
            self.0,
        )));
    }
}

const VALUE: &[Argument] = &[Argument::Number("y"), Argument::Design, OPTIONS];
const NO_VALUE: &[Argument] = &[Argument::Design, OPTIONS];

impl Named<dyn SumsMethod> {
    fn arguments(&self) -> &'static [Argument] {
        match self.method.goal() {
            Goal::Count => NO_VALUE,
            Goal::Mean | Goal::Total => VALUE,
        }
    }

    fn state(&self, arguments: &AccumulatorArgs<'_>, groups: usize) -> Result<Groups> {
        let name = self.name;
        if arguments.is_distinct {
            return plan_err!("{name} has no DISTINCT: every row of the sample stands for itself");
        }
        let signature = self.method.reference().signature;
        let Call {
            mut options, columns, ..
        } = Call::read(name, signature, self.arguments(), arguments)?;
        let second = options.has("level2");
        let plan = Plan {
            function: name,
            column: columns.into_iter().next().unwrap_or_default(),
            goal: self.method.goal(),
            is_share: self.method.is_share(),
            levels: options.levels()?,
            handling: options.handling()?,
            degrees: options.degrees(self.method.degrees())?,
            way: self.method.way(&mut options)?,
            fields: estimate_fields(self.method.is_share(), second),
        };
        options.finish()?;
        Ok(Groups::new(plan, groups))
    }
}

impl AggregateUDFImpl for Named<dyn SumsMethod> {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        coerce(
            self.name,
            self.method.reference().signature,
            self.arguments(),
            given,
        )
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        let second = option_fields(given).find("level2").is_some();
        Ok(DataType::Struct(
            estimate_fields(self.method.is_share(), second).clone(),
        ))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let list = |item| DataType::List(Arc::new(Field::new_list_field(item, true)));
        let fields = [
            ("samples", list(sample_type())),
            ("sums", list(DataType::Int64)),
            ("places", list(DataType::Int64)),
            ("values", numbers()),
        ];
        Ok(fields
            .map(|(what, data_type)| {
                Arc::new(Field::new(
                    format_state_name(arguments.name, what),
                    data_type,
                    true,
                ))
            })
            .into())
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(One::new(self.name, self.state(&arguments, 1)?)))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs<'_>) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.state(&arguments, 0)?))
    }
}

/// What one call asks for.
#[derive(Clone)]
pub(super) struct Plan {
    function: &'static str,
    /// What the user calls the values.
    column: String,
    goal: Goal,
    is_share: bool,
    levels: Levels,
    handling: Handling,
    degrees: Degrees,
    way: Way,
    fields: &'static Fields,
}

impl Plan {
    fn sums_suffice(&self, sample: &Sample) -> bool {
        sample.is_plain() && !matches!(self.way, Way::Rows(_))
    }

    /// The estimate of rows that are kept, with its limits.
    fn of_rows(&self, rows: &Rows) -> Result<Option<WithLimits>, StatisticsError> {
        let (handling, degrees) = (self.handling, self.degrees);
        let estimate = match (&self.way, self.goal) {
            (Way::Rows(of_rows) | Way::Either(_, of_rows), _) => {
                return of_rows(rows, handling, degrees, self.levels);
            }
            (_, Goal::Mean) => mean(rows, handling, degrees)?,
            (_, Goal::Total | Goal::Count) => total(rows, handling, degrees)?,
        };
        estimate.map(|estimate| self.with_limits(estimate)).transpose()
    }

    fn with_limits(&self, estimate: SurveyEstimate) -> Result<WithLimits, StatisticsError> {
        let limits = |level| match &self.way {
            Way::Sums(limits) | Way::Either(limits, _) => limits(&estimate, level),
            Way::Rows(_) => estimate.interval(level),
        };
        Ok(WithLimits {
            estimate,
            first: limits(self.levels.level)?.unzip(),
            second: self.levels.level2.map(limits).transpose()?.flatten().unzip(),
        })
    }
}
