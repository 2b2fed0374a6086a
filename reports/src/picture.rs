//! The chart of a slide: its settings, whose texts may be templates.

use minijinja::{Environment, Value};
use perspektiv_charts::{Chart, ChartError};
use perspektiv_disclosure::Published;
use serde::Deserialize as _;
use toml::Spanned;

use crate::built::Figure;
use crate::template::Template;
use crate::{Place, ReportError, style};

/// The settings of a chart as written, and where.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) settings: toml::Table,
    pub(crate) place: Place,
}

impl Picture {
    /// The settings as a chart.
    pub(crate) fn read(&self, settings: toml::Table) -> Result<Chart, ReportError> {
        Chart::deserialize(toml::Value::Table(settings))
            .map_err(|error| self.wrong(error.message().trim_end()))
    }

    /// Fills in the texts and draws; `points` tells whether text stands beside.
    pub(crate) fn draw(
        &self,
        env: &Environment<'_>,
        context: &Value,
        published: Published,
        points: bool,
    ) -> Result<Figure, ReportError> {
        let filled = self
            .settings
            .iter()
            .map(|(name, value)| Ok((name.clone(), self.fill(value, env, context)?)));
        let chart = self.read(filled.collect::<Result<_, ReportError>>()?)?;
        let failed = |error: ChartError| self.wrong(&error.to_string());
        let size = style::pixels(style::picture(points));
        Ok(Figure {
            svg: perspektiv_charts::draw_svg_at(&chart, &published, size).map_err(failed)?,
            alt: perspektiv_charts::describe(&chart, &published).map_err(failed)?,
            table: perspektiv_charts::data_table(&chart, &published).map_err(failed)?,
            size,
            chart,
            published,
        })
    }

    /// A setting with its templates filled in; empty texts leave their list.
    fn fill(
        &self,
        value: &toml::Value,
        env: &Environment<'_>,
        context: &Value,
    ) -> Result<toml::Value, ReportError> {
        Ok(match value {
            toml::Value::String(text) if text.contains("{{") || text.contains("{%") => {
                let template = Template::new(Spanned::new(0..0, text.clone()), |_| self.place.clone());
                toml::Value::String(template.render(env, context)?)
            }
            toml::Value::Array(items) => {
                let items = items.iter().map(|item| self.fill(item, env, context));
                let kept =
                    items.filter(|item| !matches!(item, Ok(toml::Value::String(text)) if text.is_empty()));
                toml::Value::Array(kept.collect::<Result<_, _>>()?)
            }
            toml::Value::Table(table) => {
                let filled = table
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), self.fill(value, env, context)?)));
                toml::Value::Table(filled.collect::<Result<_, ReportError>>()?)
            }
            other => other.clone(),
        })
    }

    fn wrong(&self, message: &str) -> ReportError {
        ReportError::Definition {
            place: self.place.clone(),
            message: message.to_owned(),
        }
    }
}
