//! `life_expectancy(age, population, deaths)`: remaining years at an age.

use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, ScalarValue};
use perspektiv_statistics::health::Limits;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::life::{ARGUMENTS, options as life_options, table};
use super::frame::limits::{limit_fields, limit_values, second};
use super::frame::options::Options;
use super::frame::result::{number, real, row, text};

pub(super) struct LifeExpectancy;

fn fields(second: bool) -> Fields {
    let mut fields: Vec<Field> = ["estimate", "se"].map(number).into();
    fields.extend(limit_fields("", number, second));
    fields.extend([number("population"), number("deaths"), text("reason")]);
    Fields::from(fields)
}

impl ColumnsMethod for LifeExpectancy {
    fn reference(&self) -> Reference {
        Reference {
            name: "life_expectancy",
            signature: "life_expectancy(age, population, deaths [, options])",
            meaning: "The remaining life expectancy at birth or another age, from a row for each age band: its \
                      first age, population (or person-years) and deaths. A band ends where the next one \
                      begins, the last is open; rows of the same age add up. A struct: estimate, se, low, \
                      high, population and deaths from that age on, and reason, why there is no estimate. \
                      Options: at (0), minimum (5000: a population of that size or less has no table), bands \
                      (how many age bands there must be; any), widest (20: no estimate when its 95 % interval \
                      is wider than so many years), level (0.95), level2 (a second level: low2 and high2).",
            source: "Chiang (1968), with deaths after a tenth of the first year of life and half of any other \
                     band; the variance of Silcocks, Jenner and Reza (2001); Toson and Baker (2003) for the \
                     smallest population.",
            edges: "No rows: NULL. A NULL, a negative number of deaths, a band without population or with \
                    more deaths than persons, a last band without deaths: no estimate, with the reason. A \
                    negative age is an error.",
            example: "SELECT kommun, life_expectancy(band, personer, doda) AS medellivslangd FROM \
                      (SELECT kommun, CASE WHEN alder < 1 THEN 0 WHEN alder < 5 THEN 1 ELSE least(alder / 5 * \
                      5, 85) END AS band, count(*) AS personer, count(*) FILTER (WHERE status = 'avliden') AS \
                      doda FROM befolkning WHERE ar = 2022 GROUP BY kommun, band) GROUP BY kommun ORDER BY kommun",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        ARGUMENTS
    }

    fn result(&self, options: &Fields) -> DataType {
        DataType::Struct(fields(second(options)))
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let second = options.has("level2");
        let at = options.number("at")?.unwrap_or(0.0);
        let asked = life_options(options)?;
        let fields = fields(second);
        Ok(Box::new(move |columns| {
            let Some(table) = table(columns, &asked)? else {
                return Ok(None);
            };
            let band = table.at(at);
            let reason = match band {
                Some(band) => band.suppressed.map(|why| why.reason().to_owned()),
                None => Some(match table.suppressed {
                    Some(why) => why.reason().to_owned(),
                    None => format!("no age band begins at {at}"),
                }),
            };
            let of = |pick: fn(&_) -> Option<f64>| band.and_then(pick);
            let (limits, limits2) =
                band.map_or((Limits::default(), None), |band| (band.limits, band.limits2));
            let mut values = vec![real(of(|band| band.expectancy)), real(of(|band| Some(band.se)))];
            values.extend(limit_values(second, limits, limits2));
            values.push(real(
                band.map_or(table.population, |band| Some(band.population_above)),
            ));
            values.push(real(band.map_or(table.deaths, |band| Some(band.deaths_above))));
            values.push(ScalarValue::Utf8(reason));
            Ok(Some(row(&fields, values)?))
        }))
    }
}
