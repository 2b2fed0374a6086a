//! The options of a function, given as a struct literal.

use std::collections::BTreeMap;
use std::str::FromStr;

use arrow::array::{Array, AsArray};
use datafusion::common::{Result, ScalarValue, plan_err};
use perspektiv_statistics::health::{Levels, SlopeKind};
use perspektiv_statistics::{Degrees, Handling, StatisticsError};

use crate::suggest::nearest;

/// The options of one call, by name. Each is taken out as it is read; what is
/// left at the end is nothing that the function knows.
#[derive(Debug, Clone, Default)]
pub(in crate::functions) struct Options {
    function: &'static str,
    values: BTreeMap<String, ScalarValue>,
    /// Those of a struct that stands before them.
    before: Vec<(String, ScalarValue)>,
    /// The names of a struct of groups.
    groups: Vec<String>,
    known: Vec<&'static str>,
    grouped: bool,
}

impl Options {
    /// No options yet.
    pub(in crate::functions) fn new(function: &'static str) -> Self {
        Self {
            function,
            ..Self::default()
        }
    }

    /// Those of a call that is one of many, with GROUP BY.
    pub(in crate::functions) fn grouped(self) -> Self {
        Self {
            grouped: true,
            ..self
        }
    }

    /// Whether the call is one of many, with GROUP BY.
    pub(in crate::functions) fn is_grouped(&self) -> bool {
        self.grouped
    }

    /// Notes the names of a struct of groups.
    ///
    /// # Errors
    /// One is there twice.
    pub(in crate::functions) fn set_groups(&mut self, names: &[String]) -> Result<()> {
        self.once(names)?;
        self.groups = names.to_vec();
        Ok(())
    }

    /// The names of a struct of groups.
    pub(in crate::functions) fn groups(&self) -> &[String] {
        &self.groups
    }

    fn once<T: AsRef<str> + PartialEq>(&self, names: &[T]) -> Result<()> {
        let mut seen = names.iter().enumerate();
        match seen.find(|(at, name)| names[..*at].contains(name)) {
            Some((_, twice)) => plan_err!("{} is given '{}' twice", self.function, twice.as_ref()),
            None => Ok(()),
        }
    }

    /// Adds those of a struct literal.
    ///
    /// # Errors
    /// One of them is NULL: it would be passed over without a word.
    pub(in crate::functions) fn add(&mut self, literal: ScalarValue) -> Result<()> {
        let fields = self.fields(literal)?;
        if let Some((name, _)) = fields.iter().find(|(_, value)| value.is_null()) {
            return plan_err!(
                "the option '{name}' of {} is NULL; leave it out, or give it a value",
                self.function
            );
        }
        self.values.extend(fields);
        Ok(())
    }

    /// Adds a struct literal that stands before the options.
    pub(in crate::functions) fn add_first(&mut self, literal: ScalarValue) -> Result<()> {
        self.before = self.fields(literal)?;
        Ok(())
    }

    fn fields(&self, literal: ScalarValue) -> Result<Vec<(String, ScalarValue)>> {
        let ScalarValue::Struct(row) = literal else {
            return plan_err!(
                "the options of {} are a struct of constants such as {{'level': 0.9}}",
                self.function
            );
        };
        let names: Vec<&str> = row.fields().iter().map(|field| field.name().as_str()).collect();
        self.once(&names)?;
        let fields = row.fields().iter().zip(row.columns());
        fields
            .map(|(field, column)| Ok((field.name().clone(), ScalarValue::try_from_array(column, 0)?)))
            .collect()
    }

    /// Takes an option out.
    pub(in crate::functions) fn take(&mut self, name: &'static str) -> Option<ScalarValue> {
        self.known.push(name);
        self.values.remove(name)
    }

    /// Whether an option is given.
    pub(in crate::functions) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// A number.
    pub(in crate::functions) fn number(&mut self, name: &'static str) -> Result<Option<f64>> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        match as_number(&value) {
            Some(number) => Ok(Some(number)),
            None => plan_err!(
                "the option '{name}' of {} is a number, not {value}",
                self.function
            ),
        }
    }

    /// A whole number, not negative.
    pub(in crate::functions) fn whole(&mut self, name: &'static str) -> Result<Option<u64>> {
        match self.number(name)? {
            None => Ok(None),
            Some(number) => match as_whole(number) {
                Some(whole) => Ok(Some(whole)),
                None => plan_err!(
                    "the option '{name}' of {} is a whole number from 0 to 2^53, not {number:?}",
                    self.function
                ),
            },
        }
    }

    /// True or false.
    pub(in crate::functions) fn switch(&mut self, name: &'static str) -> Result<Option<bool>> {
        match self.take(name) {
            None => Ok(None),
            Some(ScalarValue::Boolean(value)) => Ok(value),
            Some(value) => plan_err!(
                "the option '{name}' of {} is true or false, not {value}",
                self.function
            ),
        }
    }

    /// A text.
    pub(in crate::functions) fn text(&mut self, name: &'static str) -> Result<Option<String>> {
        match self.take(name) {
            None => Ok(None),
            Some(
                ScalarValue::Utf8(Some(text))
                | ScalarValue::Utf8View(Some(text))
                | ScalarValue::LargeUtf8(Some(text)),
            ) => Ok(Some(text)),
            Some(value) => plan_err!("the option '{name}' of {} is a text, not {value}", self.function),
        }
    }

    /// A word that a method knows.
    pub(in crate::functions) fn parsed<T: FromStr<Err = StatisticsError>>(
        &mut self,
        name: &'static str,
    ) -> Result<Option<T>> {
        match self.text(name)?.map(|text| text.parse()) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(error)) => plan_err!("{}: {error}", self.function),
        }
    }

    /// A word that stands for one of a few things.
    pub(in crate::functions) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        match choices.iter().find(|(word, _)| *word == text) {
            Some((_, choice)) => Ok(Some(*choice)),
            None => {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                plan_err!(
                    "'{text}' is no '{name}' of {}; choose one of {}",
                    self.function,
                    words.join(", ")
                )
            }
        }
    }

    /// The confidence levels: 'level', 0.95 unless given, and 'level2'.
    pub(in crate::functions) fn levels(&mut self) -> Result<Levels> {
        let mut level = |name| match self.number(name)? {
            Some(level) if !(level > 0.0 && level < 1.0) => {
                plan_err!("the confidence level {level} is not between 0 and 1; 0.95 is the usual one")
            }
            level => Ok(level),
        };
        Ok(Levels {
            level: level("level")?.unwrap_or(0.95),
            level2: level("level2")?,
        })
    }

    /// How lonely PSUs are treated.
    pub(in crate::functions) fn handling(&mut self) -> Result<Handling> {
        Ok(Handling {
            lonely: self.parsed("lonely")?,
            lonely_domains: self.switch("lonely_domains")?,
        })
    }

    /// Which degrees of freedom intervals take.
    pub(in crate::functions) fn degrees(&mut self, default: Degrees) -> Result<Degrees> {
        let choices = [("design", Degrees::Design), ("domain", Degrees::Domain)];
        Ok(self.choice("df", &choices)?.unwrap_or(default))
    }

    /// What an indicator is that is set out along a social scale: 'type'.
    pub(in crate::functions) fn slope_kind(&mut self) -> Result<SlopeKind> {
        let kinds = [
            ("other", SlopeKind::Other),
            ("rate", SlopeKind::Rate),
            ("proportion", SlopeKind::Proportion),
        ];
        Ok(self.choice("type", &kinds)?.unwrap_or_default())
    }

    /// The numbers of a struct that stands before the options, by name.
    pub(in crate::functions) fn first(&mut self) -> Result<Vec<(String, f64)>> {
        let values = std::mem::take(&mut self.before);
        values
            .into_iter()
            .map(|(name, value)| match as_number(&value) {
                Some(number) => Ok((name, number)),
                None => plan_err!("'{name}' in {} is a number, not {value}", self.function),
            })
            .collect()
    }

    /// Refuses what no one took.
    pub(in crate::functions) fn finish(self) -> Result<()> {
        let Some((name, _)) = self.values.first_key_value() else {
            return Ok(());
        };
        let near = nearest(name, self.known.iter().copied())
            .map(|near| format!(" (did you mean '{near}'?)"))
            .unwrap_or_default();
        plan_err!(
            "{} has no option '{name}'{near}. It has {}",
            self.function,
            self.known.join(", ")
        )
    }
}

/// A whole number that a floating one holds exactly.
pub(in crate::functions) fn as_whole(number: f64) -> Option<u64> {
    let exact = number >= 0.0 && number.fract() == 0.0 && number <= (1_u64 << f64::MANTISSA_DIGITS) as f64;
    exact.then_some(number as u64)
}

/// A number of any type.
pub(in crate::functions) fn as_number(value: &ScalarValue) -> Option<f64> {
    use arrow::datatypes::{DataType, Float64Type};
    if !(value.data_type().is_numeric() || value.data_type() == DataType::Boolean) {
        return None;
    }
    let array = value.cast_to(&DataType::Float64).ok()?.to_array().ok()?;
    let numbers = array.as_primitive_opt::<Float64Type>()?;
    (!numbers.is_null(0)).then(|| numbers.value(0))
}
