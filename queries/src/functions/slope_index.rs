//! `slope_index(position, population, value, se)`: the gap along a social scale.

use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::{SlopeOptions, SlopeRow, slope_index};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::data::Columns;
use super::frame::limits::{limit_fields, limit_values, second};
use super::frame::options::Options;
use super::frame::result::{number, real, row};

pub(super) struct SlopeIndex;

fn fields(second: bool) -> Fields {
    let mut fields: Vec<Field> = vec![number("estimate")];
    fields.extend(limit_fields("", number, second));
    fields.push(number("rii"));
    fields.extend(limit_fields("rii_", number, second));
    fields.push(number("intercept"));
    Fields::from(fields)
}

/// The groups; none when something of one is missing.
fn groups(columns: &Columns) -> Option<Vec<SlopeRow>> {
    let row = |row| {
        let number = |place| columns.number(place, row);
        Some(SlopeRow {
            position: number(0)?,
            population: number(1)?,
            value: number(2)?,
            se: number(3)?,
        })
    };
    (0..columns.len()).map(row).collect()
}

impl ColumnsMethod for SlopeIndex {
    fn reference(&self) -> Reference {
        Reference {
            name: "slope_index",
            signature: "slope_index(position, population, value, se [, options])",
            meaning: "The slope and the relative index of inequality. A line is drawn through the values of \
                      groups along a social scale, each at the middle of its part of the population, and \
                      read at the top less (or over) the bottom. A row for each group: its place on the \
                      scale, from the least to the most advantaged, population, value and standard error. A \
                      struct: estimate (the slope index), low, high, rii (the relative index), rii_low, \
                      rii_high, intercept (the line at the bottom). Options: type ('other'; 'rate' or \
                      'proportion': se is that of the logarithm or the logit, see transformed_se), transform \
                      (false; fits on that scale), multiplier (1; below 0, where more is worse, the relative \
                      index is inverted), draws (100000) and seed (1) of the simulation behind the limits, \
                      level (0.95), level2 (a second level: low2, high2, rii_low2, rii_high2).",
            source: "Low and Low (2004); Office for Health Improvement and Disparities, technical guide on \
                     the slope index of inequality.",
            edges: "A NULL anywhere, or fewer than two groups: NULL. Two groups at one position, a population \
                    that is not above 0, a negative se, and a value without a logarithm or logit where one is \
                    needed, are errors. The same seed gives the same limits, on any machine.",
            example: "WITH grupper AS (SELECT CASE utbildning WHEN 'Förgymnasial' THEN 1 WHEN 'Gymnasial' THEN \
                      2 ELSE 3 END AS steg, survey_mean(utfall, design) AS andel FROM behov WHERE ar = 2022 AND \
                      kriterium = 'Ensamhet' AND utbildning IS NOT NULL GROUP BY steg) \
                      SELECT slope_index(steg, andel['population'], andel['estimate'], andel['se']) AS gap \
                      FROM grupper",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("position"),
            Argument::Number("population"),
            Argument::Number("value"),
            Argument::Number("se"),
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        DataType::Struct(fields(second(options)))
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let second = options.has("level2");
        let usual = SlopeOptions::default();
        let asked = SlopeOptions {
            kind: options.slope_kind()?,
            transform: options.switch("transform")?.unwrap_or(usual.transform),
            multiplier: options.number("multiplier")?.unwrap_or(usual.multiplier),
            draws: options.whole("draws")?.unwrap_or(usual.draws),
            seed: options.whole("seed")?.unwrap_or(usual.seed),
            levels: options.levels()?,
        };
        let fields = fields(second);
        Ok(Box::new(move |columns| {
            let Some(groups) = groups(columns) else {
                return Ok(None);
            };
            let Some(found) = slope_index(&groups, &asked)? else {
                return Ok(None);
            };
            let mut values = vec![real(found.estimate)];
            values.extend(limit_values(second, found.limits, found.limits2));
            values.push(real(found.rii));
            values.extend(limit_values(second, found.rii_limits, found.rii_limits2));
            values.push(real(found.intercept));
            Ok(Some(row(&fields, values)?))
        }))
    }
}
