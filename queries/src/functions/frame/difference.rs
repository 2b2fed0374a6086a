//! What functions share that return a difference.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::{Result, ScalarValue};
use perspektiv_statistics::health::{Levels, Limits};
use perspektiv_statistics::{StatisticsError, SurveyEstimate};

use super::limits::{limit_fields, limit_values, second};
use super::options::Options;
use super::result::{counted, number, real, row, text, whole, word};
use super::rows::Refusal;

/// The type of a difference, given the names of the options.
pub(in crate::functions) fn result(options: &Fields) -> DataType {
    DataType::Struct(fields(second(options)))
}

fn fields(second: bool) -> Fields {
    let mut fields: Vec<_> = ["estimate", "se"].map(number).into();
    fields.extend(limit_fields("", number, second));
    fields.extend([whole("n"), whole("df")]);
    fields.extend(["t", "p", "detectable"].map(number));
    fields.push(text("verdict"));
    Fields::from(fields)
}

/// How a difference is judged.
#[derive(Debug, Clone, Copy)]
pub(in crate::functions) struct Judge {
    levels: Levels,
    second: bool,
    power: f64,
    relevant: Option<f64>,
}

impl Judge {
    /// Reads the options.
    pub(in crate::functions) fn new(options: &mut Options) -> Result<Self> {
        Ok(Self {
            second: options.has("level2"),
            levels: options.levels()?,
            power: options.number("power")?.unwrap_or(0.8),
            relevant: options.number("relevant")?,
        })
    }

    /// The difference as a value; `census` is what [`Rows::is_census`] says of the rows compared.
    ///
    /// [`Rows::is_census`]: perspektiv_statistics::Rows::is_census
    pub(in crate::functions) fn value(
        self,
        difference: &SurveyEstimate,
        census: bool,
    ) -> Result<ScalarValue, Refusal> {
        let level = self.levels.level;
        let limits = |level| -> Result<Limits, StatisticsError> {
            let (low, high) = difference.interval(level)?.unzip();
            Ok(Limits { low, high })
        };
        let limits2 = self.levels.level2.map(limits).transpose()?;
        let mut values = vec![real(difference.estimate), real(difference.se)];
        values.extend(limit_values(self.second, limits(level)?, limits2));
        let verdict = difference.verdict(level, self.relevant, census)?;
        values.extend([
            counted(difference.n),
            counted(difference.df),
            real(difference.t()),
            real(difference.p()),
            real(difference.detectable(level, self.power, census)?),
            verdict.map_or(ScalarValue::Utf8(None), |verdict| word(verdict.to_string())),
        ]);
        Ok(row(&fields(self.second), values)?)
    }
}
