//! The state of an aggregate that keeps its rows, of one group or of many.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryBuilder, BooleanArray, DictionaryArray, Float64Builder, Int32Array,
    Int64Builder, ListArray, ListBuilder, StringBuilder, new_empty_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Int64Type};
use datafusion::common::{DataFusionError, Result, ScalarValue, internal_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use perspektiv_statistics::{Place, Rows, Sample, StatisticsError};

use super::argument::{Argument, UNKNOWN, group as group_of};
use super::bad_value::{self, BadValue};
use super::call::Call;
use super::design::{Designs, Samples};
use super::refused;
use super::rows::{Finish, Refusal};

/// Where a column of the rows comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    Number(usize),
    MaybeNumber(usize),
    Known(usize),
    Text(usize),
    MaybeText(usize),
    /// A field of a struct, by its place there.
    Field(usize, usize),
}

impl Source {
    /// Its values among those of the arguments.
    fn values(self, function: &str, values: &[ArrayRef]) -> Result<ArrayRef> {
        let Some(column) = values.get(self.place()) else {
            return internal_err!("{function} got too few arguments");
        };
        let Self::Field(_, at) = self else {
            return Ok(Arc::clone(column));
        };
        let fields = column.as_struct_opt();
        match fields.and_then(|fields| fields.columns().get(at)) {
            Some(field) => Ok(cast(field, &DataType::Utf8)?),
            None => internal_err!("{function} got too few groups"),
        }
    }

    /// The place of the argument in the call.
    fn place(self) -> usize {
        match self {
            Self::Number(place)
            | Self::MaybeNumber(place)
            | Self::Known(place)
            | Self::Text(place)
            | Self::MaybeText(place)
            | Self::Field(place, _) => place,
        }
    }
}

/// What all groups of an aggregate share.
struct Plan {
    function: &'static str,
    sources: Vec<Source>,
    /// What the user calls them.
    columns: Vec<String>,
    /// The columns that hold names.
    named: Vec<usize>,
    design: usize,
    result: DataType,
    finish: Finish,
}

/// The rows of each group.
#[derive(Clone)]
pub(in crate::functions) struct Collect {
    plan: Arc<Plan>,
    groups: Vec<Rows>,
    samples: Samples,
    /// Numbers kept in all groups together, for the limit of memory.
    kept: usize,
}

impl Collect {
    pub(in crate::functions) fn new(
        function: &'static str,
        arguments: &[Argument],
        call: &Call,
        result: DataType,
        finish: Finish,
    ) -> Self {
        let (mut sources, mut columns) = (Vec::new(), Vec::new());
        let (mut named, mut design) = (Vec::new(), 0);
        for ((argument, place), column) in arguments.iter().zip(&call.places).zip(&call.columns) {
            match (argument, place) {
                (Argument::Number(_) | Argument::Optional(_), Some(place)) => {
                    sources.push(Source::Number(*place));
                }
                (Argument::MaybeNumber(_), Some(place)) => {
                    sources.extend([Source::MaybeNumber(*place), Source::Known(*place)]);
                }
                (Argument::Text(_), Some(place)) => {
                    named.push(sources.len());
                    sources.push(Source::Text(*place));
                }
                (Argument::MaybeText(_), Some(place)) => {
                    named.push(sources.len());
                    sources.push(Source::MaybeText(*place));
                }
                (Argument::Groups(_), Some(place)) => {
                    for (at, name) in call.groups.iter().enumerate() {
                        named.push(sources.len());
                        sources.push(Source::Field(*place, at));
                        columns.push(name.clone());
                    }
                }
                (Argument::Design, Some(place)) => design = *place,
                _ => {}
            }
            // One that tells NULL apart is two columns.
            columns.resize(sources.len(), column.clone());
        }
        Self {
            plan: Arc::new(Plan {
                function,
                sources,
                columns,
                named,
                design,
                result,
                finish,
            }),
            groups: Vec::new(),
            samples: Samples::default(),
            kept: 0,
        }
    }

    /// With one group, which has no rows yet.
    pub(in crate::functions) fn of_one(mut self) -> Self {
        self.grow(1);
        self
    }

    /// Makes place for so many groups.
    fn grow(&mut self, groups: usize) {
        let width = self.plan.sources.len();
        self.groups
            .resize_with(groups.max(self.groups.len()), || Rows::new(width));
    }

    /// Adds rows; `group` says to which group each belongs.
    fn add(
        &mut self,
        values: &[ArrayRef],
        group: impl Fn(usize) -> usize,
        filter: Option<&BooleanArray>,
    ) -> Result<()> {
        let Plan {
            function, sources, ..
        } = &*self.plan;
        let Some(design) = values.get(self.plan.design) else {
            return internal_err!("{function} got no design");
        };
        let designs = Designs::new(function, design, &mut self.samples)?;
        let columns: Vec<ArrayRef> = sources
            .iter()
            .map(|source| source.values(function, values))
            .collect::<Result<_>>()?;
        let mut row_values = vec![0.0; sources.len()];
        'rows: for row in 0..design.len() {
            if filter.is_some_and(|filter| filter.is_null(row) || !filter.value(row)) {
                continue;
            }
            let Some(rows) = self.groups.get_mut(group(row)) else {
                return internal_err!("{function} got a group that it does not know");
            };
            for ((value, source), column) in row_values.iter_mut().zip(sources).zip(&columns) {
                *value = match source {
                    Source::MaybeText(_) | Source::Field(..) if column.is_null(row) => rows.name(UNKNOWN),
                    Source::MaybeNumber(_) | Source::Known(_) if column.is_null(row) => 0.0,
                    _ if column.is_null(row) => continue 'rows,
                    Source::Known(_) => 1.0,
                    Source::Number(_) | Source::MaybeNumber(_) => {
                        column.as_primitive::<Float64Type>().value(row)
                    }
                    Source::Text(_) | Source::MaybeText(_) | Source::Field(..) => {
                        rows.name(group_of(column.as_string::<i32>().value(row)))
                    }
                };
            }
            let Some((sample, place)) = designs.row(function, row)? else {
                continue;
            };
            let sample = &designs.samples()[sample];
            let number = rows.sample(sample);
            rows.push(number, &place, &row_values).map_err(|error| {
                self.plan.told(error, |at, value| {
                    row_values
                        .get(at)
                        .is_some_and(|found| found.to_bits() == value.to_bits())
                })
            })?;
            self.kept += row_values.len() + place.extra.len();
        }
        Ok(())
    }

    /// Adds what [`write`](Self::write) wrote.
    fn merge(&mut self, states: &[ArrayRef], group: impl Fn(usize) -> usize) -> Result<()> {
        let Plan { function, named, .. } = &*self.plan;
        let [samples, places, values, names] = states else {
            return internal_err!("the state of {function} has {} columns", states.len());
        };
        let lists = [samples, places, values, names].map(|column| column.as_list_opt::<i32>());
        let [Some(samples), Some(places), Some(values), Some(names)] = lists else {
            return internal_err!("the state of {function} is made of lists");
        };
        for row in 0..samples.len() {
            if samples.is_null(row) {
                continue;
            }
            let Some(rows) = self.groups.get_mut(group(row)) else {
                return internal_err!("{function} got a group that it does not know");
            };
            let sent = read_samples(function, &mut self.samples, &samples.value(row))?;
            let (places, values, names) = (places.value(row), values.value(row), names.value(row));
            let names: Vec<&str> = names.as_string::<i32>().iter().flatten().collect();
            let values = values.as_primitive::<Float64Type>().values();
            rows.merge_lists(
                &sent,
                &names,
                named,
                places.as_primitive::<Int64Type>().values(),
                values,
            )
            .map_err(|error| refused(function, &error))?;
            self.kept += values.len();
        }
        Ok(())
    }

    /// Takes the first groups out, or all.
    fn take(&mut self, emit: EmitTo) -> Vec<Rows> {
        let groups = emit.take_needed(&mut self.groups);
        self.kept = self.groups.iter().map(Rows::len).sum::<usize>() * self.plan.sources.len();
        groups
    }

    /// The results of groups.
    fn results(&self, groups: Vec<Rows>) -> Result<ArrayRef> {
        if groups.is_empty() {
            return Ok(new_empty_array(&self.plan.result));
        }
        let results: Vec<ScalarValue> = groups
            .into_iter()
            .map(|rows| self.plan.result(rows))
            .collect::<Result<_>>()?;
        ScalarValue::iter_to_array(results)
    }

    /// About how many bytes the groups take.
    fn bytes(&self) -> usize {
        let rows = self.kept / self.plan.sources.len().max(1);
        // Vectors that grow by doubling have room for half as much again.
        self.groups.capacity() * size_of::<Rows>()
            + (self.kept * size_of::<f64>() + rows * size_of::<Place<'_>>()) * 3 / 2
    }
}

impl Plan {
    /// Why rows are refused, with the column that has the value if one has.
    fn told(&self, error: StatisticsError, has: impl Fn(usize, f64) -> bool) -> DataFusionError {
        let value = bad_value::value(&error);
        let mut columns = self.sources.iter().zip(&self.columns).enumerate();
        let found = value.and_then(|value| columns.find(|(at, _)| has(*at, value)));
        match found {
            Some((_, (source, name))) => BadValue::error(self.function, (name, source.place()), error),
            None => refused(self.function, &error),
        }
    }

    /// The result of one group.
    fn result(&self, mut rows: Rows) -> Result<ScalarValue> {
        let null = || ScalarValue::try_from(&self.result);
        if rows.is_empty() {
            return null();
        }
        rows.sort_names(&self.named);
        rows.sort();
        match (self.finish)(&rows) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => null(),
            Err(Refusal::Method(error)) => {
                Err(self.told(error, |at, value| rows.column(at).contains(&value)))
            }
            Err(refusal) => Err(refusal.of(self.function)),
        }
    }
}

impl GroupsAccumulator for Collect {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        groups: usize,
    ) -> Result<()> {
        self.grow(groups);
        self.add(values, |row| group_indices[row], filter)
    }

    fn merge_batch(&mut self, states: &[ArrayRef], group_indices: &[usize], groups: usize) -> Result<()> {
        self.grow(groups);
        self.merge(states, |row| group_indices[row])
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let groups = self.take(emit);
        self.results(groups)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        write(&self.take(emit))
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut each = Self {
            plan: Arc::clone(&self.plan),
            groups: Vec::new(),
            samples: Samples::default(),
            kept: 0,
        };
        each.grow(values.first().map_or(0, |column| column.len()));
        each.add(values, |row| row, filter)?;
        write(&each.groups)
    }

    fn size(&self) -> usize {
        self.bytes()
    }
}

/// States as columns of lists: the samples of each group, its rows, and the texts that
/// their values stand for.
fn write(groups: &[Rows]) -> Result<Vec<ArrayRef>> {
    let mut places = ListBuilder::new(Int64Builder::new());
    let mut values = ListBuilder::new(Float64Builder::new());
    let mut names = ListBuilder::new(StringBuilder::new());
    // Each sample once, and for each group the numbers of its samples.
    let mut all: Vec<Arc<Sample>> = Vec::new();
    let (mut keys, mut lengths) = (Vec::new(), Vec::with_capacity(groups.len()));
    for rows in groups {
        keys.extend(rows.samples().iter().map(|sample| numbered(&mut all, sample)));
        lengths.push(rows.samples().len());
        let (ints, floats) = rows.to_lists();
        places.values().append_slice(&ints);
        places.append(true);
        values.values().append_slice(&floats);
        values.append(true);
        rows.names()
            .iter()
            .for_each(|name| names.values().append_value(name));
        names.append(true);
    }
    let items = dictionary(keys, &all)?;
    let field = Arc::new(Field::new_list_field(items.data_type().clone(), true));
    let samples = ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), items, None)?;
    Ok(vec![
        Arc::new(samples),
        Arc::new(places.finish()),
        Arc::new(values.finish()),
        Arc::new(names.finish()),
    ])
}

/// The number of a sample in a list that holds each once.
pub(in crate::functions) fn numbered(all: &mut Vec<Arc<Sample>>, sample: &Arc<Sample>) -> i32 {
    let found = all.iter().position(|known| Arc::ptr_eq(known, sample));
    let number = found.unwrap_or_else(|| {
        all.push(Arc::clone(sample));
        all.len() - 1
    });
    number as i32
}

/// Samples, by their places in a list that holds each once.
pub(in crate::functions) fn dictionary(places: Vec<i32>, samples: &[Arc<Sample>]) -> Result<ArrayRef> {
    let mut bytes = BinaryBuilder::new();
    samples
        .iter()
        .for_each(|sample| bytes.append_value(sample.to_bytes()));
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(
        Int32Array::from(places),
        Arc::new(bytes.finish()),
    )?))
}

/// The samples of an array, by place.
pub(in crate::functions) fn read_samples(
    function: &str,
    known: &mut Samples,
    samples: &ArrayRef,
) -> Result<Vec<Arc<Sample>>> {
    let Some(dictionary) = samples.as_dictionary_opt::<Int32Type>() else {
        return internal_err!("the state of {function} holds no samples");
    };
    let keys = dictionary.keys().values().iter();
    keys.map(|key| known.read(function, dictionary.values(), *key as usize))
        .collect()
}

/// A list of one row that holds all values.
pub(in crate::functions) fn list(values: ArrayRef) -> Result<ListArray> {
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    Ok(ListArray::try_new(
        field,
        OffsetBuffer::from_lengths([values.len()]),
        values,
        None,
    )?)
}
