//! The struct that `survey_design` takes, as the columns of a sample.

use std::cell::RefCell;
use std::collections::BTreeSet;

use arrow::array::{Array, ArrayRef, AsArray, Scalar, StructArray};
use arrow::compute::cast;
use arrow::compute::kernels::cmp::distinct;
use arrow::datatypes::{DataType, Float64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::{Result, ScalarValue, plan_err};
use perspektiv_statistics::{Adjust, Calibration, Codes, Input, Kind, Margin, Replicates, Standard};

use super::options::as_number;
use super::refused;
use crate::functions::survey_design::{FILTERED, NAME};
use crate::suggest::nearest;

/// The fields of the struct; each is crossed off as it is read.
pub(in crate::functions) struct Columns<'a> {
    columns: &'a StructArray,
    /// What the function knows of.
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Columns<'a> {
    pub(in crate::functions) fn new(columns: &'a StructArray) -> Self {
        Self {
            columns,
            known: RefCell::new(BTreeSet::new()),
        }
    }

    /// All of it.
    pub(in crate::functions) fn input(&self) -> Result<Input> {
        let names = self.columns.column_names();
        if let Some((_, twice)) = names
            .iter()
            .enumerate()
            .find(|(at, name)| names[..*at].contains(name))
        {
            return plan_err!("{NAME} has the key '{twice}' twice");
        }
        let lonely = match self.word("lonely")? {
            None => perspektiv_statistics::Lonely::default(),
            Some(word) => word.parse().map_err(|error| refused(NAME, &error))?,
        };
        self.switch(FILTERED)?;
        let input = Input {
            rows: self.columns.len(),
            stratum: self.codes("stratum")?,
            psu: self.codes("psu")?,
            ssu: self.codes("ssu")?,
            weight: self.numbers("weight")?,
            fpc: self.numbers("fpc")?,
            fpc2: self.numbers("fpc2")?,
            lonely,
            lonely_domains: self.switch("lonely_domains")?.unwrap_or_default(),
            adjust: self.adjust()?,
            replicates: self.replicates()?,
        };
        // Read here, for it says what to do with what comes out.
        self.column(PARTIAL);
        self.finish()?;
        Ok(input)
    }

    /// Refuses groups that lack a level of the standard, unless that is accepted.
    pub(in crate::functions) fn check_missing(&self, missing: &[String]) -> Result<()> {
        match missing.first() {
            Some(cell) if self.switch(PARTIAL)? != Some(true) => plan_err!(
                "{NAME}: no row is in {cell} ({} such cells), so that group cannot get the standard's distribution and \
                 would not be comparable; use wider levels or groups, or accept it with '{PARTIAL}': true",
                missing.len()
            ),
            _ => Ok(()),
        }
    }

    fn adjust(&self) -> Result<Option<Adjust>> {
        let mut found = Vec::new();
        if let Some(cells) = self.codes("poststrata")? {
            let totals = self.table("totals")?;
            found.push(Adjust::Poststratify { cells, totals });
        }
        if let Some(margins) = self.row_of_columns("rake")? {
            let mut all = self.tables("totals")?;
            let mut list = Vec::new();
            for (name, column) in margins {
                let Some(at) = all.iter().position(|(margin, _)| *margin == name) else {
                    return plan_err!("{NAME}: 'totals' has nothing for the margin '{name}' of 'rake'");
                };
                let (_, totals) = all.swap_remove(at);
                list.push(Margin {
                    codes: codes(&column)?,
                    name,
                    totals,
                });
            }
            if let Some((name, _)) = all.first() {
                return plan_err!("{NAME}: 'totals' has '{name}', which is no margin of 'rake'");
            }
            found.push(Adjust::Rake { margins: list });
        }
        if let Some(variables) = self.row_of_columns("calibrate")? {
            let (mut names, mut x) = (Vec::new(), Vec::new());
            for (name, column) in variables {
                x.push(numbers_of(&format!("calibrate.{name}"), &column)?);
                names.push(name);
            }
            let distance = match self.word("method")? {
                None => Default::default(),
                Some(word) => word.parse().map_err(|error| refused(NAME, &error))?,
            };
            let bounds = match self.list("bounds")?.as_deref() {
                None => None,
                Some([low, high]) => Some((*low, *high)),
                Some(_) => return plan_err!("{NAME}: 'bounds' are two numbers, such as [0.5, 2.5]"),
            };
            found.push(Adjust::Calibrate(Calibration {
                names,
                x,
                totals: self.table("totals")?,
                distance,
                bounds,
                epsilon: self.number("epsilon")?,
            }));
        }
        if let Some(by) = self.codes("standardise")? {
            let within = match self.column("where") {
                None => vec![true; self.columns.len()],
                Some(column) => {
                    let Some(column) = column.as_boolean_opt() else {
                        return plan_err!("{NAME}: 'where' is a condition, true or false in each row");
                    };
                    column.iter().map(|within| within.unwrap_or(false)).collect()
                }
            };
            found.push(Adjust::Standardise(Standard {
                by,
                over: self.codes("over")?,
                population: self.table("population")?,
                within,
            }));
        }
        match found.len() {
            0 | 1 => Ok(found.pop()),
            _ => plan_err!("{NAME} adjusts weights in one way: poststrata, rake, calibrate or standardise"),
        }
    }

    fn replicates(&self) -> Result<Option<Replicates>> {
        let mse = self.switch("mse")?.unwrap_or_default();
        let kind = self.word("replicates")?;
        let rho = self.number("rho")?;
        let count = self.number("count")?;
        let seed = self.number("seed")?;
        if let Some(given) = self.given_weights(mse)? {
            return match kind {
                None => Ok(Some(given)),
                Some(_) => plan_err!("{NAME} takes 'replicates' or 'replicate_weights', not both"),
            };
        }
        let kind = match kind.as_deref() {
            None => return Ok(None),
            Some("JK1") => Kind::Jk1,
            Some("JKn") => Kind::Jkn,
            Some("BRR") => Kind::Brr,
            Some("Fay") => Kind::Fay {
                rho: rho.unwrap_or(0.3),
            },
            Some("bootstrap") => Kind::Bootstrap {
                count: count.unwrap_or(200.0) as usize,
                seed: seed.unwrap_or(1.0) as u64,
            },
            Some(other) => {
                return plan_err!(
                    "'{other}' is no kind of replicates of {NAME}; choose one of JK1, JKn, BRR, Fay, bootstrap"
                );
            }
        };
        Ok(Some(Replicates::Derived { kind, mse }))
    }

    fn given_weights(&self, mse: bool) -> Result<Option<Replicates>> {
        let scale = self.number("scale")?;
        let rscales = self.list("rscales")?;
        let combined = self.switch("combined")?.unwrap_or(true);
        let Some(column) = self.column("replicate_weights") else {
            return Ok(None);
        };
        let list = cast(
            &column,
            &DataType::List(std::sync::Arc::new(arrow::datatypes::Field::new_list_field(
                DataType::Float64,
                true,
            ))),
        )?;
        let list = list.as_list::<i32>();
        let width = if list.is_empty() {
            0
        } else {
            list.value_length(0) as usize
        };
        let mut weights = vec![Vec::with_capacity(list.len()); width];
        for (row, values) in list.iter().enumerate() {
            let values = values.filter(|values| values.len() == width && values.null_count() == 0);
            let Some(values) = values else {
                return plan_err!(
                    "{NAME}: 'replicate_weights' has another number of weights in row {} than in the first, or a \
                     NULL among them",
                    row + 1
                );
            };
            for (column, value) in weights
                .iter_mut()
                .zip(values.as_primitive::<Float64Type>().values())
            {
                column.push(*value);
            }
        }
        let Some(scale) = scale else {
            return plan_err!(
                "{NAME} needs 'scale' with 'replicate_weights': the common factor of the variance that those who \
                 made the weights state, such as 1 / (number of replicates)"
            );
        };
        Ok(Some(Replicates::Given {
            weights,
            scale,
            rscales,
            combined,
            mse,
        }))
    }

    fn column(&self, key: &'static str) -> Option<ArrayRef> {
        self.known.borrow_mut().insert(key);
        let column = self.columns.column_by_name(key)?;
        (*column.data_type() != DataType::Null).then(|| ArrayRef::clone(column))
    }

    fn codes(&self, key: &'static str) -> Result<Option<Codes>> {
        self.column(key).map(|column| codes(&column)).transpose()
    }

    fn numbers(&self, key: &'static str) -> Result<Option<Vec<f64>>> {
        self.column(key)
            .map(|column| numbers_of(key, &column))
            .transpose()
    }

    /// The first value of a key that is the same in all rows.
    fn constant(&self, key: &'static str) -> Result<Option<ScalarValue>> {
        match self.column(key) {
            None => Ok(None),
            Some(column) => {
                same_in_all(key, &column)?;
                let value = ScalarValue::try_from_array(&column, 0)?;
                Ok(Some(value).filter(|value| !value.is_null()))
            }
        }
    }

    fn word(&self, key: &'static str) -> Result<Option<String>> {
        match self.constant(key)? {
            None => Ok(None),
            Some(value) => match value.try_as_str() {
                Some(Some(word)) => Ok(Some(word.to_owned())),
                _ => plan_err!("{NAME}: '{key}' is a word in quotes, not {value}"),
            },
        }
    }

    fn switch(&self, key: &'static str) -> Result<Option<bool>> {
        match self.constant(key)? {
            None => Ok(None),
            Some(ScalarValue::Boolean(value)) => Ok(value),
            Some(value) => plan_err!("{NAME}: '{key}' is true or false, not {value}"),
        }
    }

    fn number(&self, key: &'static str) -> Result<Option<f64>> {
        match self.constant(key)? {
            None => Ok(None),
            Some(value) => match as_number(&value) {
                Some(number) => Ok(Some(number)),
                None => plan_err!("{NAME}: '{key}' is a number, not {value}"),
            },
        }
    }

    /// A list of numbers that is the same in all rows.
    fn list(&self, key: &'static str) -> Result<Option<Vec<f64>>> {
        let Some(column) = self.column(key) else {
            return Ok(None);
        };
        let values = match column.as_list_opt::<i32>() {
            Some(list) => list.value(0),
            None => match column.as_fixed_size_list_opt() {
                Some(list) => list.value(0),
                None => return plan_err!("{NAME}: '{key}' is a list of numbers, such as [0.5, 2.5]"),
            },
        };
        numbers_of(key, &values).map(Some)
    }

    /// A struct of columns.
    fn row_of_columns(&self, key: &'static str) -> Result<Option<Vec<(String, ArrayRef)>>> {
        let Some(column) = self.column(key) else {
            return Ok(None);
        };
        match column.as_struct_opt() {
            Some(columns) => Ok(Some(named(columns))),
            None => plan_err!("{NAME}: '{key}' is a struct of columns, such as {{'kon': kon}}"),
        }
    }

    /// A struct of numbers that are the same in all rows.
    fn table(&self, key: &'static str) -> Result<Totals> {
        match self.column(key) {
            Some(column) => table(key, &column),
            None => plan_err!("{NAME} needs '{key}', a struct of numbers such as {{'Kvinnor': 140000}}"),
        }
    }

    /// A struct of such structs.
    fn tables(&self, key: &'static str) -> Result<Vec<(String, Totals)>> {
        let needed = || {
            plan_err!(
                "{NAME} needs '{key}', for each margin a struct such as {{'kon': {{'Kvinnor': 140000}}}}"
            )
        };
        let Some(column) = self.column(key) else {
            return needed();
        };
        let Some(columns) = column.as_struct_opt() else {
            return needed();
        };
        named(columns)
            .into_iter()
            .map(|(name, column)| {
                let totals = table(&format!("{key}.{name}"), &column)?;
                Ok((name, totals))
            })
            .collect()
    }

    /// Refuses keys that no one read.
    fn finish(&self) -> Result<()> {
        let known = self.known.borrow();
        for (key, of) in PARTS {
            if self.columns.column_by_name(key).is_some() && !known.contains(key) {
                return plan_err!("{NAME}: '{key}' belongs to {of}, which is not given");
            }
        }
        let Some(unknown) = self
            .columns
            .column_names()
            .into_iter()
            .find(|name| !known.contains(name))
        else {
            return Ok(());
        };
        let near = nearest(unknown, known.iter().copied());
        let near = near
            .map(|near| format!(" (did you mean '{near}'?)"))
            .unwrap_or_default();
        let all: Vec<&str> = known.iter().copied().collect();
        plan_err!("{NAME} has no key '{unknown}'{near}. It has {}", all.join(", "))
    }
}

/// The key that accepts groups without rows in some level of the standard.
const PARTIAL: &str = "partial";

/// Keys that go with others.
const PARTS: [(&str, &str); 5] = [
    ("totals", "'poststrata', 'rake' or 'calibrate'"),
    ("method", "'calibrate'"),
    ("bounds", "'calibrate'"),
    ("population", "'standardise'"),
    ("over", "'standardise'"),
];

/// Refuses a column that is not the same in all rows.
fn same_in_all(key: &str, column: &ArrayRef) -> Result<()> {
    if let Some(columns) = column.as_struct_opt() {
        return columns
            .columns()
            .iter()
            .try_for_each(|column| same_in_all(key, column));
    }
    if column.is_empty() || column.data_type().is_nested() {
        return Ok(());
    }
    let first = Scalar::new(column.slice(0, 1));
    match distinct(column, &first)?.true_count() {
        0 => Ok(()),
        _ => plan_err!("{NAME}: '{key}' is to be the same in all rows: write it as a constant"),
    }
}

/// Known totals, by name.
type Totals = Vec<(String, f64)>;

fn named(columns: &StructArray) -> Vec<(String, ArrayRef)> {
    let names = columns.column_names().into_iter().map(str::to_owned);
    names.zip(columns.columns().iter().cloned()).collect()
}

fn table(key: &str, column: &ArrayRef) -> Result<Totals> {
    let Some(columns) = column.as_struct_opt() else {
        return plan_err!("{NAME}: '{key}' is a struct of numbers such as {{'Kvinnor': 140000}}");
    };
    same_in_all(key, column)?;
    named(columns)
        .into_iter()
        .map(
            |(name, column)| match as_number(&ScalarValue::try_from_array(&column, 0)?) {
                Some(number) => Ok((name, number)),
                None => plan_err!("{NAME}: '{name}' in '{key}' is no number"),
            },
        )
        .collect()
}

/// A column of numbers; NULL is not a number.
fn numbers_of(key: &str, column: &ArrayRef) -> Result<Vec<f64>> {
    if !(column.data_type().is_numeric() || *column.data_type() == DataType::Boolean) {
        return plan_err!(
            "{NAME}: '{key}' is a column of numbers, not of the type {}",
            column.data_type()
        );
    }
    let numbers = cast(column, &DataType::Float64)?;
    let numbers = numbers.as_primitive::<Float64Type>();
    Ok(numbers.iter().map(|number| number.unwrap_or(f64::NAN)).collect())
}

/// A column of any type, each distinct value a number.
fn codes(column: &ArrayRef) -> Result<Codes> {
    if let Ok(texts) = cast(column, &DataType::Utf8) {
        return Ok(Codes::of(texts.as_string::<i32>()));
    }
    let format = FormatOptions::new();
    let formatter = ArrayFormatter::try_new(column, &format)?;
    let texts: Vec<Option<String>> = (0..column.len())
        .map(|row| column.is_valid(row).then(|| formatter.value(row).to_string()))
        .collect();
    Ok(Codes::of(texts.iter().map(Option::as_deref)))
}
