//! Reading a deck file: what may be written, and the rules it must keep.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::deck::{Count, Evidence, MOST_POINTS, MOST_SLIDES, Otherwise, Slide};
use crate::filters::environment;
use crate::picture::Picture;
use crate::template::Template;
use crate::{Deck, Place, ReportError};

/// Names that a deck parameter cannot have: templates use them already.
const RESERVED: [&str; 2] = ["rows", "first"];

/// Reads a deck from the text of a file.
pub(crate) fn read(text: &str, file: &Path) -> Result<Deck, ReportError> {
    let reader = Reader { text, file };
    let raw: RawDeck = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        reader.wrong(start, error.message().trim_end())
    })?;
    reader.deck(raw)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDeck {
    title: Spanned<String>,
    subtitle: Option<Spanned<String>>,
    audience: Option<Spanned<String>>,
    period: Option<Spanned<String>>,
    language: Option<Spanned<String>>,
    #[serde(default)]
    params: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    names: BTreeMap<String, String>,
    slides: Vec<Spanned<RawSlide>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSlide {
    id: Spanned<String>,
    headline: Spanned<String>,
    query: Option<Spanned<String>>,
    #[serde(default)]
    params: BTreeMap<String, Spanned<toml::Value>>,
    #[serde(default, rename = "let")]
    values: BTreeMap<Spanned<String>, Spanned<String>>,
    chart: Option<Spanned<toml::Table>>,
    #[serde(default)]
    text: Vec<Spanned<String>>,
    unit: Option<Spanned<String>>,
    period: Option<Spanned<String>>,
    source: Option<Spanned<String>>,
    n: Option<Spanned<toml::Value>>,
    notes: Option<Spanned<String>>,
    when: Option<Spanned<String>>,
    otherwise: Option<Spanned<RawOtherwise>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOtherwise {
    headline: Spanned<String>,
    #[serde(default)]
    text: Vec<Spanned<String>>,
}

/// Turns what was written into what is meant, knowing where it stood.
struct Reader<'a> {
    text: &'a str,
    file: &'a Path,
}

impl Reader<'_> {
    fn place(&self, offset: usize) -> Place {
        Place::of(self.file, self.text, offset)
    }

    fn wrong(&self, offset: usize, message: impl Into<String>) -> ReportError {
        ReportError::Definition {
            place: self.place(offset),
            message: message.into(),
        }
    }

    fn template(&self, text: Spanned<String>) -> Template {
        Template::new(text, |offset| self.place(offset))
    }

    fn deck(&self, raw: RawDeck) -> Result<Deck, ReportError> {
        if let Some(language) = &raw.language
            && language.get_ref() != "sv"
        {
            let message = format!(
                "the language `{}` is not spoken yet; write `sv`",
                language.get_ref()
            );
            return Err(self.wrong(language.span().start, message));
        }
        if let Some(name) = raw
            .params
            .keys()
            .find(|name| RESERVED.contains(&name.get_ref().as_str()))
        {
            let message = format!(
                "a parameter cannot be called `{}`: templates use that name",
                name.get_ref()
            );
            return Err(self.wrong(name.span().start, message));
        }
        if let Some(sixth) = raw.slides.get(MOST_SLIDES) {
            let message = format!(
                "this is slide {} of {}, and a deck has at most five; keep the five that carry the message and \
                 move the rest to speaker notes or to another deck",
                MOST_SLIDES + 1,
                raw.slides.len()
            );
            return Err(self.wrong(sixth.span().start, message));
        }
        if raw.slides.is_empty() {
            return Err(self.wrong(0, "a deck needs at least one slide; add a `[[slides]]`"));
        }
        let mut seen = BTreeSet::new();
        let mut slides = Vec::with_capacity(raw.slides.len());
        for slide in raw.slides {
            let id = slide.get_ref().id.clone();
            let slide = self.slide(slide)?;
            if !seen.insert(slide.id.clone()) {
                let message = format!("two slides have the id `{}`; give each its own", slide.id);
                return Err(self.wrong(id.span().start, message));
            }
            slides.push(slide);
        }
        let deck = Deck {
            file: self.file.to_owned(),
            title: self.template(raw.title),
            subtitle: raw.subtitle.map(|text| self.template(text)),
            audience: raw.audience.map(|text| self.template(text)),
            period: raw.period.map(|text| self.template(text)),
            language: "sv".to_owned(),
            params: raw
                .params
                .into_iter()
                .map(|(name, value)| (name.into_inner(), value))
                .collect(),
            names: raw.names,
            slides,
        };
        let env = environment(&deck.names);
        deck.templates().try_for_each(|template| template.check(&env))?;
        deck.expressions()
            .try_for_each(|expression| expression.check_expression(&env))?;
        Ok(deck)
    }

    fn slide(&self, raw: Spanned<RawSlide>) -> Result<Slide, ReportError> {
        let start = raw.span().start;
        let raw = raw.into_inner();
        let id = raw.id.get_ref().clone();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(plain) {
            let message = format!("the slide id `{id}` may hold only a–z, 0–9 and `-`");
            return Err(self.wrong(raw.id.span().start, message));
        }
        self.few(&id, &raw.text)?;
        let otherwise = self.otherwise(&id, raw.when, raw.otherwise)?;
        let evidence = match raw.query {
            Some(query) => {
                let (Some(unit), Some(period), Some(n)) = (raw.unit, raw.period, raw.n) else {
                    let message = format!(
                        "slide `{id}` must say its `unit`, `period` and `n` (and `source`, unless the query names its \
                         own): a number without them cannot be judged"
                    );
                    return Err(self.wrong(start, message));
                };
                Some(Evidence {
                    place: self.place(query.span().start),
                    query: query.into_inner(),
                    params: self.params(raw.params)?,
                    values: self.values(raw.values)?,
                    chart: raw.chart.map(|chart| self.picture(&id, chart)).transpose()?,
                    unit: self.template(unit),
                    period: self.template(period),
                    source: raw.source.map(|text| self.template(text)),
                    n: self.count(&n)?,
                    otherwise,
                })
            }
            None => {
                if let Some(chart) = raw.chart {
                    let message =
                        format!("slide `{id}` has a chart but no query to draw; add `query = \"…\"`");
                    return Err(self.wrong(chart.span().start, message));
                }
                if let Some(otherwise) = otherwise {
                    let message =
                        format!("slide `{id}` has a `when` but no query whose rows it could be about");
                    return Err(ReportError::definition(otherwise.when.place(), message));
                }
                if raw.text.is_empty() {
                    return Err(self.wrong(start, format!("slide `{id}` has neither a query nor text")));
                }
                None
            }
        };
        Ok(Slide {
            id,
            place: self.place(start),
            headline: self.template(raw.headline),
            text: raw.text.into_iter().map(|point| self.template(point)).collect(),
            notes: raw.notes.map(|notes| self.template(notes)),
            evidence,
        })
    }

    /// Refuses more points than are read.
    fn few(&self, id: &str, text: &[Spanned<String>]) -> Result<(), ReportError> {
        match text.get(MOST_POINTS) {
            Some(point) => {
                let message = format!(
                    "slide `{id}` has {} points, and at most four are read",
                    text.len()
                );
                Err(self.wrong(point.span().start, message))
            }
            None => Ok(()),
        }
    }

    /// The condition and the texts that take over; one is nothing without the other.
    fn otherwise(
        &self,
        id: &str,
        when: Option<Spanned<String>>,
        otherwise: Option<Spanned<RawOtherwise>>,
    ) -> Result<Option<Otherwise>, ReportError> {
        let lacking = |start, given, lacking| {
            let message = format!("slide `{id}` has `{given}` but not `{lacking}`; it needs both");
            Err(self.wrong(start, message))
        };
        match (when, otherwise) {
            (None, None) => Ok(None),
            (Some(when), None) => lacking(when.span().start, "when", "otherwise"),
            (None, Some(otherwise)) => lacking(otherwise.span().start, "otherwise", "when"),
            (Some(when), Some(otherwise)) => {
                let otherwise = otherwise.into_inner();
                self.few(id, &otherwise.text)?;
                Ok(Some(Otherwise {
                    when: self.template(when),
                    headline: self.template(otherwise.headline),
                    text: otherwise
                        .text
                        .into_iter()
                        .map(|point| self.template(point))
                        .collect(),
                }))
            }
        }
    }

    fn params(
        &self,
        params: BTreeMap<String, Spanned<toml::Value>>,
    ) -> Result<BTreeMap<String, Template>, ReportError> {
        let params = params.into_iter().map(|(name, value)| {
            let span = value.span();
            let text = match value.into_inner() {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Float(number) => number.to_string(),
                toml::Value::Boolean(truth) => truth.to_string(),
                other => {
                    let message = format!(
                        "parameter `{name}` must be text or a number, not {}",
                        other.type_str()
                    );
                    return Err(self.wrong(span.start, message));
                }
            };
            Ok((name, self.template(Spanned::new(span, text))))
        });
        params.collect()
    }

    fn values(
        &self,
        values: BTreeMap<Spanned<String>, Spanned<String>>,
    ) -> Result<BTreeMap<String, Template>, ReportError> {
        if let Some(name) = values
            .keys()
            .find(|name| RESERVED.contains(&name.get_ref().as_str()))
        {
            let message = format!("`{}` has a meaning already; choose another name", name.get_ref());
            return Err(self.wrong(name.span().start, message));
        }
        Ok(values
            .into_iter()
            .map(|(name, value)| (name.into_inner(), self.template(value)))
            .collect())
    }

    /// A chart, read once as it stands so that a misspelt setting is told at once.
    fn picture(&self, id: &str, chart: Spanned<toml::Table>) -> Result<Picture, ReportError> {
        let place = self.place(chart.span().start);
        let picture = Picture {
            settings: chart.into_inner(),
            place,
        };
        picture
            .read(picture.settings.clone())
            .map_err(|error| match error {
                ReportError::Definition { place, message } => ReportError::Definition {
                    place,
                    message: format!("the chart of slide `{id}`: {message}"),
                },
                other => other,
            })?;
        Ok(picture)
    }

    fn count(&self, n: &Spanned<toml::Value>) -> Result<Count, ReportError> {
        let start = n.span().start;
        match n.get_ref() {
            toml::Value::String(text) => Ok(Count::Text(self.template(Spanned::new(n.span(), text.clone())))),
            toml::Value::Table(table) if table.keys().all(|key| key == "sum" || key == "what") => {
                let text = |key| table.get(key).and_then(toml::Value::as_str).map(str::to_owned);
                let column = text("sum").ok_or_else(|| {
                    self.wrong(start, "`n = { sum = \"…\" }` needs the name of the column to add up")
                })?;
                Ok(Count::Sum { column, what: text("what"), place: self.place(start) })
            }
            _ => Err(self.wrong(
                start,
                "`n` is a text, such as \"{{ first.n | antal }} svar\", or { sum = \"column\", what = \"personer\" }",
            )),
        }
    }
}
