//! The struct that `survey_design` takes, as the columns of a sample.

use std::cell::RefCell;
use std::collections::BTreeSet;

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_err};
use perspektiv_statistics::{
    Adjust, Calibration, Codes, Designed, Input, Kind, Margin, Replicates, Standard, StatisticsError, design,
};

use super::bad_value::BadDesign;
use super::design::numbers;
use super::design_keys::KEYS;
use super::keys::{Totals, codes, named, numbers_of, same_in_all, table};
use super::options::{as_number, as_whole};
use super::refused;
use super::waves::{WAVE, Wave};
use crate::functions::Key;
use crate::functions::survey_design::{FILTERED, NAME};
use crate::suggest::nearest;

/// The fields of the struct; each is crossed off as it is read.
pub(in crate::functions) struct Columns<'a> {
    columns: &'a StructArray,
    /// The wave whose rows they are, if the sample has waves.
    wave: Option<&'a Wave>,
    /// What the function knows of.
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Columns<'a> {
    /// The rows of a sample, or of one wave of it.
    pub(in crate::functions) fn new(columns: &'a StructArray, wave: Option<&'a Wave>) -> Self {
        Self {
            columns,
            wave,
            known: RefCell::new(BTreeSet::new()),
        }
    }

    /// The design that they make.
    ///
    /// # Errors
    /// A key is unknown, is not used or has a value that it cannot have, or the
    /// method refuses.
    pub(in crate::functions) fn designed(&self) -> Result<Designed> {
        let designed = design(&self.input()?).map_err(|error| self.refused(error))?;
        self.check_missing(&designed.missing)?;
        Ok(designed)
    }

    /// What the method refuses, with the row as it is counted in the whole sample.
    fn refused(&self, mut error: StatisticsError) -> DataFusionError {
        let Some(wave) = self.wave else {
            return BadDesign::error(NAME.to_owned(), error);
        };
        if let StatisticsError::DesignRow { row, .. } | StatisticsError::DesignLevel { row: Some(row), .. } =
            &mut error
        {
            *row = self.row_number(row.saturating_sub(1) as usize);
        }
        BadDesign::error(format!("{NAME}, {WAVE} {}", wave.name), error)
    }

    /// The number of a row in the whole sample, from 1.
    fn row_number(&self, row: usize) -> u64 {
        let wave = self.wave.and_then(|wave| wave.rows.get(row));
        wave.map_or(row as u64, |row| u64::from(*row)) + 1
    }

    /// All keys.
    fn input(&self) -> Result<Input> {
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
        // Read where the rows are parted.
        self.column(WAVE)?;
        let input = Input {
            rows: self.columns.len(),
            wave: self.wave.map(|wave| wave.name.clone()),
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
        self.finish()?;
        Ok(input)
    }

    /// Refuses groups that lack a level of the standard, unless that is accepted.
    fn check_missing(&self, missing: &[String]) -> Result<()> {
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
        let ways = ["poststrata", "rake", "calibrate", "standardise"];
        let given: Vec<&str> = ways.into_iter().filter(|way| self.has(way)).collect();
        if let [first, .., last] = given.as_slice() {
            return plan_err!(
                "{NAME} adjusts weights in one way, and '{first}' and '{last}' are both given. Keep 'rake' when \
                 the totals of each column are known by themselves ({{'a': x, 'b': y}}), 'poststrata' when those of \
                 every combination are (x || '/' || y), 'calibrate' when there are totals of amounts, and 'standardise' \
                 for groups that are to be compared as if they had the same distribution"
            );
        }
        if let Some(cells) = self.codes("poststrata")? {
            let totals = self.table("totals")?;
            return Ok(Some(Adjust::Poststratify { cells, totals }));
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
            return Ok(Some(Adjust::Rake { margins: list }));
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
            return Ok(Some(Adjust::Calibrate(Calibration {
                names,
                x,
                totals: self.table("totals")?,
                distance,
                bounds,
                epsilon: self.number("epsilon")?,
            })));
        }
        if let Some(by) = self.codes("standardise")? {
            // Read here, for it says what to do with what comes out.
            self.switch(PARTIAL)?;
            let within = match self.column("where")? {
                None => vec![true; self.columns.len()],
                Some(column) => {
                    let Some(column) = column.as_boolean_opt() else {
                        return plan_err!("{NAME}: 'where' is a condition, true or false in each row");
                    };
                    column.iter().map(|within| within.unwrap_or(false)).collect()
                }
            };
            return Ok(Some(Adjust::Standardise(Standard {
                by,
                over: self.codes("over")?,
                population: self.table("population")?,
                within,
            })));
        }
        Ok(None)
    }

    fn replicates(&self) -> Result<Option<Replicates>> {
        let kind = self.word("replicates")?;
        if self.has("replicate_weights") {
            return match kind {
                None => self.given_weights(),
                Some(_) => plan_err!(
                    "{NAME} takes 'replicates', which makes weights, or 'replicate_weights', which are ready, not both"
                ),
            };
        }
        let kind = match kind.as_deref() {
            None => return Ok(None),
            Some("JK1") => Kind::Jk1,
            Some("JKn") => Kind::Jkn,
            Some("BRR") => Kind::Brr,
            Some("Fay") => Kind::Fay {
                rho: self.number("rho")?.unwrap_or(0.3),
            },
            Some("bootstrap") => Kind::Bootstrap {
                count: self.whole("count")?.unwrap_or(200) as usize,
                seed: self.whole("seed")?.unwrap_or(1),
            },
            Some(other) => {
                return plan_err!(
                    "'{other}' is no kind of replicates of {NAME}; choose one of JK1, JKn, BRR, Fay, bootstrap"
                );
            }
        };
        let mse = self.switch("mse")?.unwrap_or_default();
        Ok(Some(Replicates::Derived { kind, mse }))
    }

    fn given_weights(&self) -> Result<Option<Replicates>> {
        let Some(column) = self.column("replicate_weights")? else {
            return Ok(None);
        };
        let item = match column.data_type() {
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => item,
            other => {
                return plan_err!(
                    "{NAME}: 'replicate_weights' is a list of columns, such as [w1, w2], not of the type {other}"
                );
            }
        };
        if !item.data_type().is_numeric() {
            return plan_err!(
                "{NAME}: 'replicate_weights' is a list of columns of numbers, but these are of the type {}; write \
                 the names of the columns without quotes, and texts as numbers with CAST(w1 AS DOUBLE)",
                item.data_type()
            );
        }
        let list = cast(&column, &numbers())?;
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
                    self.row_number(row)
                );
            };
            for (column, value) in weights
                .iter_mut()
                .zip(values.as_primitive::<Float64Type>().values())
            {
                column.push(*value);
            }
        }
        let Some(scale) = self.number("scale")? else {
            return plan_err!(
                "{NAME} needs 'scale' with 'replicate_weights': the common factor of the variance that those who \
                 made the weights state, such as 1 / (number of replicates)"
            );
        };
        Ok(Some(Replicates::Given {
            weights,
            scale,
            rscales: self.list("rscales")?,
            combined: self.switch("combined")?.unwrap_or(true),
            mse: self.switch("mse")?.unwrap_or_default(),
        }))
    }

    /// Whether a key is given.
    fn has(&self, key: &str) -> bool {
        self.columns.column_by_name(key).is_some()
    }

    /// The column of a key, if the key is given.
    fn column(&self, key: &'static str) -> Result<Option<ArrayRef>> {
        self.known.borrow_mut().insert(key);
        match self.columns.column_by_name(key) {
            Some(column) if column.data_type().is_null() => {
                plan_err!("{NAME}: '{key}' is NULL; leave the key out, or give it a value")
            }
            column => Ok(column.cloned()),
        }
    }

    fn codes(&self, key: &'static str) -> Result<Option<Codes>> {
        let Some(column) = self.column(key)? else {
            return Ok(None);
        };
        if column.data_type().is_nested() {
            return plan_err!(
                "{NAME}: '{key}' is one column, not of the type {}; write several as one text, x || '/' || y",
                column.data_type()
            );
        }
        if column.data_type().is_floating() {
            let numbers = cast(&column, &DataType::Float64)?;
            let mut numbers = numbers.as_primitive::<Float64Type>().iter().enumerate();
            if let Some((row, Some(value))) =
                numbers.find(|(_, number)| number.is_some_and(|number| !number.is_finite()))
            {
                return Err(self.refused(StatisticsError::DesignRow {
                    key: key.to_owned(),
                    row: row as u64 + 1,
                    value: value.to_string(),
                    advice:
                        "that names no group; write NULL where it is missing, and give it a code of its own"
                            .to_owned(),
                }));
            }
        }
        codes(&column).map(Some)
    }

    fn numbers(&self, key: &'static str) -> Result<Option<Vec<f64>>> {
        self.column(key)?
            .map(|column| numbers_of(key, &column))
            .transpose()
    }

    /// The first value of a key that is the same in all rows.
    fn constant(&self, key: &'static str) -> Result<Option<ScalarValue>> {
        let Some(column) = self.column(key)? else {
            return Ok(None);
        };
        same_in_all(key, &column)?;
        let value = ScalarValue::try_from_array(&column, 0)?;
        match value.is_null() {
            true => plan_err!("{NAME}: '{key}' is NULL; leave the key out, or give it a value"),
            false => Ok(Some(value)),
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

    fn whole(&self, key: &'static str) -> Result<Option<u64>> {
        match self.number(key)? {
            None => Ok(None),
            Some(number) => match as_whole(number) {
                Some(whole) => Ok(Some(whole)),
                None => plan_err!("{NAME}: '{key}' is a whole number from 0 to 2^53, not {number:?}"),
            },
        }
    }

    /// A list of numbers that is the same in all rows.
    fn list(&self, key: &'static str) -> Result<Option<Vec<f64>>> {
        let Some(column) = self.column(key)? else {
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
        let Some(column) = self.column(key)? else {
            return Ok(None);
        };
        match column.as_struct_opt() {
            Some(columns) => Ok(Some(named(columns))),
            None => plan_err!("{NAME}: '{key}' is a struct of columns, such as {{'kon': kon}}"),
        }
    }

    /// A struct of numbers that are the same in all rows.
    fn table(&self, key: &'static str) -> Result<Totals> {
        match self.column(key)? {
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
        let Some(column) = self.column(key)? else {
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
        let mut known = self.known.borrow_mut();
        for Key { name: key, of, .. } in KEYS {
            if let Some(of) = of
                && self.has(key)
                && !known.contains(key)
            {
                return plan_err!("{NAME}: '{key}' belongs to {of}, which is not given");
            }
            known.insert(key);
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
pub(super) const PARTIAL: &str = "partial";
