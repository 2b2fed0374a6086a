//! Means and totals: aggregates that need running sums only, for as long as the
//! samples are plain, and the rows otherwise.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Builder, Int64Array, Int64Builder, ListArray, ListBuilder,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature,
};
use datafusion::prelude::SessionContext;
use perspektiv_statistics::health::Levels;
use perspektiv_statistics::{
    Degrees, Handling, Parts, Rows, RunningSums, Sample, StatisticsError, SurveyEstimate, mean, total,
};

use super::argument::{Argument, OPTIONS, coerce};
use super::call::Call;
use super::collect::{dictionary, numbered, read_samples};
use super::design::{Designs, Samples, numbers, refused_row, sample_type};
use super::named::Named;
use super::options::Options;
use super::refused;
use super::result::{WithLimits, estimate as estimate_fields, estimates};
use super::rows::option_fields;
use crate::functions::{Function, Reference};

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

    fn state(&self, arguments: &AccumulatorArgs<'_>) -> Result<Groups> {
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
            levels: options.levels()?,
            handling: options.handling()?,
            degrees: options.degrees(self.method.degrees())?,
            way: self.method.way(&mut options)?,
            fields: estimate_fields(self.method.is_share(), second),
        };
        options.finish()?;
        Ok(Groups::new(plan, 0))
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
        Ok(Box::new(One(self.state(&arguments)?)))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs<'_>) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.state(&arguments)?))
    }
}

/// What one call asks for.
#[derive(Clone)]
struct Plan {
    function: &'static str,
    /// What the user calls the values.
    column: String,
    goal: Goal,
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

/// The states of many groups.
struct Groups {
    plan: Plan,
    sums: RunningSums,
    /// The rows of groups whose samples are not plain.
    kept: BTreeMap<u32, Rows>,
    samples: Samples,
    groups: usize,
}

impl Groups {
    fn new(plan: Plan, groups: usize) -> Self {
        Self {
            plan,
            sums: RunningSums::default(),
            kept: BTreeMap::new(),
            samples: Samples::default(),
            groups,
        }
    }

    fn add(
        &mut self,
        values: &[ArrayRef],
        group: impl Fn(usize) -> u32,
        filter: Option<&BooleanArray>,
    ) -> Result<()> {
        let function = self.plan.function;
        let refuse = |error: StatisticsError| refused(function, &error);
        let (y, design) = match (self.plan.goal, values) {
            (Goal::Count, [design, ..]) => (None, design),
            (_, [y, design, ..]) => (y.as_primitive_opt::<Float64Type>(), design),
            _ => return internal_err!("{function} got {} arguments", values.len()),
        };
        let designs = Designs::new(function, design, &mut self.samples)?;
        // Plain samples have a number among the sums.
        let mut numbers: Vec<Option<u32>> = Vec::new();
        for sample in designs.samples() {
            numbers.push(match self.plan.sums_suffice(sample) {
                true => Some(self.sums.sample(sample).map_err(refuse)?),
                false => None,
            });
        }
        for row in 0..design.len() {
            let value = match y {
                Some(y) if y.is_null(row) => continue,
                Some(y) => y.value(row),
                None => 1.0,
            };
            if filter.is_some_and(|filter| filter.is_null(row) || !filter.value(row)) {
                continue;
            }
            let Some((sample, place)) = designs.row(function, row)? else {
                continue;
            };
            let added = match numbers[sample] {
                Some(number) => {
                    self.sums
                        .update(group(row), number, place.stratum, place.psu, place.weight, value)
                }
                None => {
                    let rows = self.kept.entry(group(row)).or_insert_with(|| Rows::new(1));
                    let number = rows.sample(&designs.samples()[sample]);
                    rows.push(number, &place, &[value])
                }
            };
            added.map_err(|error| {
                refused_row(
                    function,
                    &self.plan.column,
                    &error,
                    &designs.samples()[sample],
                    &place,
                )
            })?;
        }
        Ok(())
    }

    fn results(&mut self, groups: usize) -> Result<ArrayRef> {
        let plan = &self.plan;
        let refuse = |error: StatisticsError| refused(plan.function, &error);
        let found = match plan.goal {
            Goal::Mean => self.sums.means(groups, plan.handling, plan.degrees),
            Goal::Total | Goal::Count => self.sums.totals(groups, plan.handling, plan.degrees),
        }
        .map_err(refuse)?;
        let mut all: Vec<Option<WithLimits>> = found
            .into_iter()
            .map(|estimate| estimate.map(|estimate| plan.with_limits(estimate)).transpose())
            .collect::<Result<_, _>>()
            .map_err(refuse)?;
        for (group, rows) in &mut self.kept {
            rows.sort();
            match all.get_mut(*group as usize) {
                Some(place @ None) => *place = plan.of_rows(rows).map_err(refuse)?,
                Some(Some(_)) => return Err(refuse(StatisticsError::MixedSamples)),
                None => {}
            }
        }
        Ok(Arc::new(estimates(plan.fields, &all)?))
    }

    /// The states of the first groups as columns; the other groups move to the front.
    fn write(&mut self, groups: usize) -> Result<Vec<ArrayRef>> {
        let function = self.plan.function;
        let parts = self
            .sums
            .take_parts(groups)
            .map_err(|error| refused(function, &error))?;
        let later = self.kept.split_off(&(groups as u32));
        let kept = std::mem::replace(
            &mut self.kept,
            later
                .into_iter()
                .map(|(group, rows)| (group - groups as u32, rows))
                .collect(),
        );
        self.groups -= groups.min(self.groups);
        write(parts, &kept)
    }

    fn merge(&mut self, states: &[ArrayRef], group: impl Fn(usize) -> u32) -> Result<()> {
        let function = self.plan.function;
        let refuse = |error: StatisticsError| refused(function, &error);
        let lists: Option<Vec<&ListArray>> = states.iter().map(|column| column.as_list_opt()).collect();
        let Some([samples, sums, places, values]) = lists.as_deref() else {
            return internal_err!("the state of {function} is made of four lists");
        };
        let known = read_samples(function, &mut self.samples, samples.values())?;
        let sent = sums.values().as_primitive::<Int64Type>().values();
        let within = |list: &ListArray, row: usize| {
            let offsets = list.value_offsets();
            offsets[row] as usize..offsets[row + 1] as usize
        };
        // Groups mostly come from the same samples: their numbers are looked up once.
        let mut last: (&[Arc<Sample>], Vec<u32>) = (&[], Vec::new());
        for row in 0..samples.len() {
            if samples.is_null(row) {
                continue;
            }
            let theirs = &known[within(samples, row)];
            let plain = theirs
                .iter()
                .take_while(|sample| self.plan.sums_suffice(sample))
                .count();
            let (plain, others) = theirs.split_at(plain);
            let same = |a: &[Arc<Sample>], b: &[Arc<Sample>]| {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
            };
            if last.1.len() != plain.len() || !same(last.0, plain) {
                let numbers = plain.iter().map(|sample| self.sums.sample(sample));
                last = (plain, numbers.collect::<Result<_, _>>().map_err(refuse)?);
            }
            let group = group(row);
            self.sums
                .merge(group, &last.1, &sent[within(sums, row)])
                .map_err(refuse)?;
            if !others.is_empty() {
                let (places, values) = (places.value(row), values.value(row));
                self.kept
                    .entry(group)
                    .or_insert_with(|| Rows::new(1))
                    .merge_lists(
                        others,
                        &[],
                        &[],
                        places.as_primitive::<Int64Type>().values(),
                        values.as_primitive::<Float64Type>().values(),
                    )
                    .map_err(refuse)?;
            }
        }
        Ok(())
    }

    fn bytes(&self) -> usize {
        size_of_val(self) + self.sums.size() + self.kept.values().map(Rows::size).sum::<usize>()
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
        self.groups = groups;
        self.add(values, |row| group_indices[row] as u32, filter)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], groups: usize) -> Result<()> {
        self.groups = groups;
        self.merge(values, |row| group_indices[row] as u32)
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        match emit {
            EmitTo::All => {
                let result = self.results(self.groups)?;
                (self.sums, self.kept, self.groups) = (RunningSums::default(), BTreeMap::new(), 0);
                Ok(result)
            }
            EmitTo::First(groups) => {
                // Through the form that is sent: rarely asked for.
                let states = self.write(groups)?;
                let mut first = Self::new(self.plan.clone(), groups);
                first.merge(&states, |row| row as u32)?;
                first.results(groups)
            }
        }
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        match emit {
            EmitTo::All => self.write(self.groups),
            EmitTo::First(groups) => self.write(groups),
        }
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |column| column.len());
        let mut each = Self::new(self.plan.clone(), rows);
        each.add(values, |row| row as u32, filter)?;
        each.write(rows)
    }

    fn size(&self) -> usize {
        self.bytes()
    }
}

/// The state of one group, for queries without groups and for window frames.
struct One(Groups);

impl fmt::Debug for One {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.plan.function)
    }
}

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.add(values, |_| 0, None)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.0.results(1)?, 0)
    }

    fn size(&self) -> usize {
        self.0.bytes()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let columns = self.0.write(1)?;
        columns
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.0.merge(states, |_| 0)
    }
}

/// States as columns of lists: the samples of each group, those of its sums first,
/// its sums, and the rows that are kept.
fn write(parts: Parts, kept: &BTreeMap<u32, Rows>) -> Result<Vec<ArrayRef>> {
    let groups = parts.ends.len();
    let mut places = ListBuilder::new(Int64Builder::new());
    let mut values = ListBuilder::new(Float64Builder::new());
    // Each sample once, and for each group the numbers of its samples.
    let mut all: Vec<Arc<Sample>> = parts.samples;
    let plain = 0..all.len() as i32;
    let (mut keys, mut lengths) = (Vec::new(), Vec::with_capacity(groups));
    for group in 0..groups {
        keys.extend(plain.clone());
        let mut length = plain.len();
        if let Some(rows) = kept.get(&(group as u32)) {
            keys.extend(rows.samples().iter().map(|sample| numbered(&mut all, sample)));
            length += rows.samples().len();
            let (ints, floats) = rows.to_lists();
            places.values().append_slice(&ints);
            values.values().append_slice(&floats);
        }
        lengths.push(length);
        places.append(true);
        values.append(true);
    }
    let items = dictionary(keys, &all)?;
    let list = |items: ArrayRef, offsets: OffsetBuffer<i32>| -> Result<ArrayRef> {
        let field = Arc::new(Field::new_list_field(items.data_type().clone(), true));
        Ok(Arc::new(ListArray::try_new(field, offsets, items, None)?))
    };
    let mut start = 0;
    let sums = parts
        .ends
        .iter()
        .map(|end| end - std::mem::replace(&mut start, *end));
    let sums = OffsetBuffer::from_lengths(sums);
    Ok(vec![
        list(items, OffsetBuffer::from_lengths(lengths))?,
        list(Arc::new(Int64Array::from(parts.numbers)), sums)?,
        Arc::new(places.finish()),
        Arc::new(values.finish()),
    ])
}
