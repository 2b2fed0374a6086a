//! From a definition to a finished deck: queries answered, texts filled in.

use std::collections::BTreeMap;
use std::error::Error;

use minijinja::value::merge_maps;
use minijinja::{Environment, Value};
use perspektiv_disclosure::Published;

use crate::built::{BuiltDeck, BuiltSlide};
use crate::deck::{Deck, Evidence, Otherwise, Slide};
use crate::filters::environment;
use crate::footer::{footer, origin};
use crate::judge::judge;
use crate::template::Template;
use crate::{ReportError, Warning, cells};

/// Where the numbers of a deck come from.
///
/// The only thing that comes in is a [`Published`] result, so nothing reaches a
/// slide that has not passed disclosure control.
pub trait Source {
    /// The published answer to a named query.
    ///
    /// # Errors
    /// Whatever kept the query from being answered, in words for the analyst.
    fn answer(
        &self,
        query: &str,
        params: &BTreeMap<String, String>,
    ) -> Result<Published, Box<dyn Error + Send + Sync>>;

    /// When the snapshot that answers was made, if known: documents carry it as
    /// their date, which is the same each time, and PDF/A asks for one.
    fn created(&self) -> Option<jiff::Timestamp> {
        None
    }
}

impl Deck {
    /// Answers the queries and fills in every text.
    ///
    /// `given` overrides the deck's own parameters. A query parameter whose
    /// template comes out empty is left out, so that the query's default holds.
    /// The warnings stop nothing; they are for the author.
    ///
    /// # Errors
    /// An unknown parameter; a query that fails; a text that names a column the
    /// result lacks; a chart that cannot be drawn; a slide whose unit, period,
    /// source or n comes out empty; slides from different snapshots.
    pub fn build(
        &self,
        given: &BTreeMap<String, String>,
        source: &dyn Source,
    ) -> Result<(BuiltDeck, Vec<Warning>), ReportError> {
        if let Some(name) = given.keys().find(|name| !self.params.contains_key(*name)) {
            let known = self
                .params
                .keys()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ");
            let known = if known.is_empty() {
                "none".to_owned()
            } else {
                known
            };
            return Err(ReportError::Parameter {
                file: self.file.clone(),
                name: name.clone(),
                known,
            });
        }
        let mut params = self.params.clone();
        params.extend(given.iter().map(|(name, value)| (name.clone(), value.clone())));
        let mut builder = Builder {
            env: environment(&self.names),
            params,
            source,
            snapshot: None,
            warnings: Vec::new(),
        };
        let slides = self
            .slides
            .iter()
            .map(|slide| builder.slide(slide))
            .collect::<Result<Vec<_>, _>>()?;
        let context = builder.context(None);
        let text = |template: &Template| template.render(&builder.env, &context);
        let optional = |template: &Option<Template>| {
            let text = template.as_ref().map(text).transpose()?;
            Ok::<_, ReportError>(text.filter(|text| !text.is_empty()))
        };
        let deck = BuiltDeck {
            title: text(&self.title)?,
            subtitle: optional(&self.subtitle)?,
            audience: optional(&self.audience)?,
            period: optional(&self.period)?,
            language: format!("{}-SE", self.language),
            synthetic: builder
                .snapshot
                .as_ref()
                .is_some_and(|snapshot| snapshot.synthetic),
            snapshot: builder.snapshot.map(|snapshot| (snapshot.number, snapshot.hash)),
            created: self
                .slides
                .iter()
                .any(|slide| slide.evidence.is_some())
                .then(|| source.created())
                .flatten(),
            slides,
        };
        Ok((deck, builder.warnings))
    }
}

struct Snapshot {
    number: u64,
    hash: String,
    synthetic: bool,
}

struct Builder<'a> {
    env: Environment<'static>,
    params: BTreeMap<String, String>,
    source: &'a dyn Source,
    snapshot: Option<Snapshot>,
    warnings: Vec<Warning>,
}

impl Builder<'_> {
    /// What templates see: the deck's parameters and, on a slide with a query,
    /// `rows` and `first` (its first row).
    fn context(&self, rows: Option<&Published>) -> Value {
        let mut context: Vec<(String, Value)> = self
            .params
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect();
        if let Some(published) = rows {
            let rows = cells::rows(published);
            if let Ok(first) = rows.get_item_by_index(0)
                && !first.is_undefined()
            {
                context.push(("first".to_owned(), first));
            }
            context.push(("rows".to_owned(), rows));
        }
        Value::from_pairs(context)
    }

    /// The context of a slide with its named expressions.
    fn slide_context(&self, slide: &Slide, answer: Option<&Published>) -> Result<Value, ReportError> {
        let context = self.context(answer);
        let Some(evidence) = slide
            .evidence
            .as_ref()
            .filter(|evidence| !evidence.values.is_empty())
        else {
            return Ok(context);
        };
        let values = evidence
            .values
            .iter()
            .map(|(name, value)| Ok((name.clone(), value.value(&self.env, &context)?)));
        let values = values.collect::<Result<Vec<_>, ReportError>>()?;
        Ok(merge_maps([Value::from_pairs(values), context]))
    }

    fn slide(&mut self, slide: &Slide) -> Result<BuiltSlide, ReportError> {
        let answer = slide
            .evidence
            .as_ref()
            .map(|evidence| self.ask(slide, evidence))
            .transpose()?;
        if let (Some(evidence), Some(published)) = (&slide.evidence, &answer)
            && let Some(otherwise) = &evidence.otherwise
        {
            let context = self.context(Some(published));
            if !otherwise.when.value(&self.env, &context)?.is_true() {
                return self.otherwise(slide, evidence, otherwise, published, &context);
            }
        }
        let context = self.slide_context(slide, answer.as_ref())?;
        let headline = slide.headline.needed(&self.env, &context, "headline")?;
        let points = self.points(&slide.text, &context)?;
        let notes = slide
            .notes
            .as_ref()
            .map(|notes| notes.render(&self.env, &context))
            .transpose()?;
        let (footer, figure) = match (&slide.evidence, answer) {
            (Some(evidence), Some(published)) => {
                let footer = footer(&self.env, &context, slide, evidence, &published)?;
                let picture = evidence.chart.as_ref();
                let figure = picture
                    .map(|p| p.draw(&self.env, &context, published, !points.is_empty()))
                    .transpose()?;
                (Some(footer), figure)
            }
            _ => (None, None),
        };
        self.warnings
            .extend(judge(slide, &headline, &points, figure.is_none()));
        Ok(BuiltSlide {
            id: slide.id.clone(),
            headline,
            points,
            notes: notes.filter(|n| !n.is_empty()),
            figure,
            footer,
        })
    }

    /// The points of a slide; one that comes out empty is left out.
    fn points(&self, text: &[Template], context: &Value) -> Result<Vec<String>, ReportError> {
        let points = text.iter().map(|point| point.render(&self.env, context));
        points
            .filter(|point| !matches!(point, Ok(text) if text.is_empty()))
            .collect()
    }

    /// The slide that stands in for one whose rows cannot carry it.
    fn otherwise(
        &mut self,
        slide: &Slide,
        evidence: &Evidence,
        otherwise: &Otherwise,
        published: &Published,
        context: &Value,
    ) -> Result<BuiltSlide, ReportError> {
        let headline = otherwise.headline.needed(&self.env, context, "headline")?;
        let points = self.points(&otherwise.text, context)?;
        self.warnings.extend(judge(slide, &headline, &points, true));
        Ok(BuiltSlide {
            id: slide.id.clone(),
            headline,
            points,
            notes: None,
            figure: None,
            footer: Some(origin(&self.env, context, slide, evidence, published)?),
        })
    }

    fn ask(&mut self, slide: &Slide, evidence: &Evidence) -> Result<Published, ReportError> {
        let context = self.context(None);
        let mut params = BTreeMap::new();
        for (name, template) in &evidence.params {
            let value = template.render(&self.env, &context)?;
            if !value.is_empty() {
                params.insert(name.clone(), value);
            }
        }
        let answer = self
            .source
            .answer(&evidence.query, &params)
            .map_err(|source| ReportError::Query {
                place: evidence.place.clone(),
                slide: slide.id.clone(),
                query: evidence.query.clone(),
                source,
            })?;
        let provenance = answer.provenance();
        let snapshot = self.snapshot.get_or_insert_with(|| Snapshot {
            number: provenance.snapshot,
            hash: provenance.snapshot_hash.clone(),
            synthetic: false,
        });
        if snapshot.hash != provenance.snapshot_hash {
            let message = format!(
                "slide `{}` comes from snapshot {} and the slides before it from snapshot {}; build the deck again from one",
                slide.id, provenance.snapshot, snapshot.number
            );
            return Err(ReportError::definition(&evidence.place, message));
        }
        snapshot.synthetic |= provenance.synthetic;
        Ok(answer)
    }
}
