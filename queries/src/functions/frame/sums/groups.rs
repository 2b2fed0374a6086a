//! The sums of many groups, and the rows of those whose samples need them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Builder, Int64Array, Int64Builder, ListArray, ListBuilder,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{Field, Float64Type, Int64Type};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use perspektiv_statistics::{Parts, Rows, RunningSums, Sample, StatisticsError};

use super::super::bad_value::{self, BadValue};
use super::super::collect::{dictionary, numbered, read_samples};
use super::super::design::{Designs, Samples};
use super::super::refused;
use super::super::result::{WithLimits, estimates};
use super::{Goal, Plan};

/// The states of many groups.
#[derive(Clone)]
pub(super) struct Groups {
    plan: Plan,
    sums: RunningSums,
    /// The rows of groups whose samples are not plain.
    kept: BTreeMap<u32, Rows>,
    samples: Samples,
    groups: usize,
}

impl Groups {
    /// So many groups without rows.
    pub(super) fn new(plan: Plan, groups: usize) -> Self {
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
            if self.plan.is_share && value.is_finite() && !(0.0..=1.0).contains(&value) {
                let error = StatisticsError::Outcome { value };
                return Err(BadValue::error(function, (&self.plan.column, 0), error));
            }
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
                // The values are the first argument.
                match bad_value::value(&error) {
                    Some(found) if found.to_bits() == value.to_bits() => {
                        BadValue::error(function, (&self.plan.column, 0), error)
                    }
                    _ => refused(function, &error),
                }
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
