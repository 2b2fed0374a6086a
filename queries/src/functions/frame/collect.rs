//! The state of an aggregate that keeps its rows.

use std::fmt;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryBuilder, DictionaryArray, Int32Array, ListArray, StringArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Int64Type};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;
use perspektiv_statistics::{Rows, Sample};

use super::argument::{Argument, UNKNOWN};
use super::call::Call;
use super::design::{Designs, Samples, refused_row};
use super::refused;
use super::rows::Finish;

/// Where a column of the rows comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    Number(usize),
    MaybeNumber(usize),
    Known(usize),
    Text(usize),
    MaybeText(usize),
}

/// The rows of one group.
pub(in crate::functions) struct Collect {
    function: &'static str,
    sources: Vec<Source>,
    /// What the user calls them.
    columns: Vec<String>,
    /// The columns that hold names.
    named: Vec<usize>,
    design: usize,
    rows: Rows,
    samples: Samples,
    result: DataType,
    finish: Finish,
}

impl fmt::Debug for Collect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} rows", self.function, self.rows.len())
    }
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
            let before = sources.len();
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
                (Argument::Design, Some(place)) => design = *place,
                _ => {}
            }
            if sources.len() > before {
                columns.push(column.clone());
            }
        }
        Self {
            function,
            rows: Rows::new(sources.len()),
            sources,
            columns,
            named,
            design,
            samples: Samples::default(),
            result,
            finish,
        }
    }
}

impl Accumulator for Collect {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Some(design) = values.get(self.design) else {
            return internal_err!("{} got no design", self.function);
        };
        let designs = Designs::new(self.function, design, &mut self.samples)?;
        let samples: Vec<u32> = designs
            .samples()
            .iter()
            .map(|sample| self.rows.sample(sample))
            .collect();
        let mut row_values = vec![0.0; self.sources.len()];
        'rows: for row in 0..design.len() {
            for (value, source) in row_values.iter_mut().zip(&self.sources) {
                let (Source::Number(place)
                | Source::MaybeNumber(place)
                | Source::Known(place)
                | Source::Text(place)
                | Source::MaybeText(place)) = source;
                let Some(column) = values.get(*place) else {
                    return internal_err!("{} got too few arguments", self.function);
                };
                *value = match source {
                    Source::MaybeText(_) if column.is_null(row) => self.rows.name(UNKNOWN),
                    Source::MaybeNumber(_) | Source::Known(_) if column.is_null(row) => 0.0,
                    _ if column.is_null(row) => continue 'rows,
                    Source::Known(_) => 1.0,
                    Source::Number(_) | Source::MaybeNumber(_) => {
                        column.as_primitive::<Float64Type>().value(row)
                    }
                    Source::Text(_) | Source::MaybeText(_) => {
                        self.rows.name(column.as_string::<i32>().value(row))
                    }
                };
            }
            if let Some((sample, place)) = designs.row(self.function, row)? {
                let pushed = self.rows.push(samples[sample], &place, &row_values);
                pushed.map_err(|error| {
                    let at = row_values.iter().position(|value| !value.is_finite());
                    let column = at.and_then(|at| self.columns.get(at));
                    let column = column.map_or("y", String::as_str);
                    refused_row(self.function, column, &error, &designs.samples()[sample], &place)
                })?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let null = || ScalarValue::try_from(&self.result);
        if self.rows.is_empty() {
            return null();
        }
        self.rows.sort_names(&self.named);
        self.rows.sort();
        match (self.finish)(&self.rows) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => null(),
            Err(refusal) => {
                let value = self.columns.first().map_or("x", String::as_str);
                Err(refusal.of_columns(self.function, value, "design"))
            }
        }
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.rows.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let (places, values) = self.rows.to_lists();
        let names: Vec<&str> = self.rows.names().iter().map(String::as_str).collect();
        let names: ArrayRef = Arc::new(StringArray::from(names));
        Ok(vec![
            ScalarValue::List(Arc::new(list(dictionary(
                (0..self.rows.samples().len() as i32).collect(),
                self.rows.samples(),
            )?)?)),
            ScalarValue::List(Arc::new(list(Arc::new(arrow::array::Int64Array::from(places)))?)),
            ScalarValue::List(Arc::new(list(Arc::new(arrow::array::Float64Array::from(
                values,
            )))?)),
            ScalarValue::List(Arc::new(list(names)?)),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [samples, places, values, names] = states else {
            return internal_err!("the state of {} has {} columns", self.function, states.len());
        };
        let lists = [samples, places, values, names].map(|column| column.as_list_opt::<i32>());
        let [Some(samples), Some(places), Some(values), Some(names)] = lists else {
            return internal_err!("the state of {} is made of lists", self.function);
        };
        for row in 0..samples.len() {
            if samples.is_null(row) {
                continue;
            }
            let sent = read_samples(self.function, &mut self.samples, &samples.value(row))?;
            let (places, values, names) = (places.value(row), values.value(row), names.value(row));
            let names: Vec<&str> = names.as_string::<i32>().iter().flatten().collect();
            self.rows
                .merge_lists(
                    &sent,
                    &names,
                    &self.named,
                    places.as_primitive::<Int64Type>().values(),
                    values.as_primitive::<Float64Type>().values(),
                )
                .map_err(|error| refused(self.function, &error))?;
        }
        Ok(())
    }
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
