//! The rows of one group, by column.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::common::{DataFusionError, Result, internal_err};

use super::argument::{Argument, group};
use super::bad_value::{self, BadValue};
use super::refused;
use super::rows::Refusal;

/// The rows of one group, by column. NULL is not a number.
#[derive(Debug, Clone)]
pub(in crate::functions) struct Columns {
    function: &'static str,
    /// The arguments that are columns, each with its place if it was given.
    sources: Vec<(Argument, Option<usize>)>,
    /// What the user calls them.
    called: Vec<String>,
    values: Vec<Vec<f64>>,
    /// The texts, which the values of a column of texts count from 0.
    names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Columns {
    /// No rows yet of the numbers and texts among the arguments.
    pub(in crate::functions) fn new(
        function: &'static str,
        arguments: &[Argument],
        places: &[Option<usize>],
        called: &[String],
    ) -> Self {
        let is_column = |argument: &Argument| {
            matches!(
                argument,
                Argument::Number(_) | Argument::Optional(_) | Argument::Text(_)
            )
        };
        let all = arguments.iter().copied().zip(places.iter().copied());
        let all = all.zip(called).filter(|((argument, _), _)| is_column(argument));
        let (sources, called): (Vec<_>, _) = all.map(|(source, called)| (source, called.clone())).unzip();
        Self {
            function,
            called,
            values: vec![Vec::new(); sources.len()],
            sources,
            names: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// The function that was called.
    pub(in crate::functions) fn function(&self) -> &'static str {
        self.function
    }

    /// Number of rows.
    pub(in crate::functions) fn len(&self) -> usize {
        self.values.first().map_or(0, Vec::len)
    }

    /// The numbers of an argument, by its place among numbers and texts; NULL is
    /// not a number.
    pub(in crate::functions) fn numbers(&self, place: usize) -> &[f64] {
        self.values.get(place).map_or(&[], Vec::as_slice)
    }

    /// The numbers of an argument that may have been left out.
    pub(in crate::functions) fn given(&self, place: usize) -> Option<&[f64]> {
        let (_, given) = self.sources.get(place)?;
        given.is_some().then(|| self.numbers(place))
    }

    /// A number, none for NULL.
    pub(in crate::functions) fn number(&self, place: usize, row: usize) -> Option<f64> {
        let value = self.numbers(place).get(row).copied();
        value.filter(|value| !value.is_nan())
    }

    /// The text of an argument in a row; none for NULL.
    pub(in crate::functions) fn text(&self, place: usize, row: usize) -> Option<&str> {
        let number = self.number(place, row)?;
        self.names.get(number as usize).map(String::as_str)
    }

    /// The rows in which nothing is NULL.
    pub(in crate::functions) fn complete(&self) -> Cow<'_, Self> {
        let rows: Vec<usize> = (0..self.len()).filter(|row| self.is_whole(*row)).collect();
        match rows.len() == self.len() {
            true => Cow::Borrowed(self),
            false => Cow::Owned(Self {
                function: self.function,
                sources: self.sources.clone(),
                called: self.called.clone(),
                values: self.picked(&rows),
                names: self.names.clone(),
                numbers: HashMap::new(),
            }),
        }
    }

    /// Adds rows.
    ///
    /// # Errors
    /// A number is infinite or none.
    pub(in crate::functions) fn append(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let rows = columns.first().map_or(0, |column| column.len());
        for (at, (argument, place)) in self.sources.iter().enumerate() {
            let values = &mut self.values[at];
            let Some(place) = place else {
                values.resize(values.len() + rows, f64::NAN);
                continue;
            };
            let Some(column) = columns.get(*place) else {
                return internal_err!("{} got too few arguments", self.function);
            };
            values.reserve(rows);
            for row in 0..rows {
                values.push(match argument {
                    Argument::Text(_) if column.is_null(row) => f64::NAN,
                    Argument::Text(_) => {
                        let text = column.as_string::<i32>().value(row);
                        name(&mut self.names, &mut self.numbers, group(text))
                    }
                    _ => argument
                        .number(self.function, (&self.called[at], *place), column, row)?
                        .unwrap_or(f64::NAN),
                });
            }
        }
        Ok(())
    }

    /// All values, column by column, and the texts that they count.
    pub(in crate::functions) fn to_lists(&self) -> (Vec<f64>, Vec<&str>) {
        let names = self.names.iter().map(String::as_str);
        (self.values.concat(), names.collect())
    }

    /// Adds rows of which these are the lists.
    pub(in crate::functions) fn merge(&mut self, values: &[f64], names: &StringArray) {
        let rows = values.len() / self.sources.len().max(1);
        if rows == 0 {
            return;
        }
        let numbers: Vec<f64> = names
            .iter()
            .flatten()
            .map(|text| name(&mut self.names, &mut self.numbers, text))
            .collect();
        let columns = self.values.iter_mut().zip(&self.sources);
        for ((column, (argument, _)), part) in columns.zip(values.chunks(rows)) {
            match argument {
                Argument::Text(_) => column.extend(part.iter().map(|number| {
                    let ours = Some(number).filter(|number| !number.is_nan());
                    let ours = ours.and_then(|number| numbers.get(*number as usize));
                    ours.copied().unwrap_or(f64::NAN)
                })),
                _ => column.extend_from_slice(part),
            }
        }
    }

    /// Brings the rows into an order that does not depend on how they came.
    pub(in crate::functions) fn sort(&mut self) {
        if let [column] = self.values.as_mut_slice() {
            // Numbers alone sort faster, and equal ones cannot be told apart.
            return column.sort_unstable_by(f64::total_cmp);
        }
        let mut rows: Vec<usize> = (0..self.len()).collect();
        rows.sort_unstable_by(|a, b| {
            let columns = self.values.iter().zip(&self.sources).enumerate();
            let mut differ = columns.map(|(at, (column, (argument, _)))| match argument {
                Argument::Text(_) => self.text(at, *a).cmp(&self.text(at, *b)),
                _ => column[*a].total_cmp(&column[*b]),
            });
            differ.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        self.values = self.picked(&rows);
    }

    /// Why there is no result, with the column that has the value at fault.
    pub(in crate::functions) fn told(&self, refusal: Refusal) -> DataFusionError {
        let Refusal::Method(error) = refusal else {
            return refusal.of(self.function);
        };
        let columns = self.sources.iter().zip(&self.values).zip(&self.called);
        let mut columns = columns.filter_map(|(((argument, place), values), name)| {
            let is_number = !matches!(argument, Argument::Text(_));
            is_number.then_some((values, name, (*place)?))
        });
        let value = bad_value::value(&error);
        let found = value.and_then(|value| columns.find(|(values, ..)| values.contains(&value)));
        match found {
            Some((_, name, place)) => BadValue::error(self.function, (name, place), error),
            None => refused(self.function, &error),
        }
    }

    /// Bytes that the rows take.
    pub(in crate::functions) fn size(&self) -> usize {
        let names: usize = self.names.iter().map(|name| 2 * name.len() + 64).sum();
        names + self.values.iter().map(Vec::capacity).sum::<usize>() * size_of::<f64>()
    }

    fn is_whole(&self, row: usize) -> bool {
        let mut columns = self.values.iter().zip(&self.sources);
        columns.all(|(column, (_, given))| given.is_none() || !column[row].is_nan())
    }

    fn picked(&self, rows: &[usize]) -> Vec<Vec<f64>> {
        let pick = |column: &Vec<f64>| rows.iter().map(|row| column[*row]).collect();
        self.values.iter().map(pick).collect()
    }
}

/// The number of a text.
fn name(names: &mut Vec<String>, numbers: &mut HashMap<String, usize>, text: &str) -> f64 {
    let number = match numbers.get(text) {
        Some(number) => *number,
        None => {
            names.push(text.to_owned());
            numbers.insert(text.to_owned(), names.len() - 1);
            names.len() - 1
        }
    };
    number as f64
}
