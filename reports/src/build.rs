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
use crate::{Place, ReportError, Warning, cells};

/// A named query with parameters, as a slide asks it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// The name of the query.
    pub query: String,
    /// Its parameters, as text.
    pub params: BTreeMap<String, String>,
}

/// Why a question has no answer.
#[derive(Debug)]
pub struct Unanswered {
    /// Which of the questions that were asked together.
    pub number: usize,
    /// The reason, in words for the analyst.
    pub reason: Box<dyn Error + Send + Sync>,
}

/// Where the numbers of a deck come from.
///
/// The only thing that comes in is a [`Published`] result, so nothing reaches a
/// slide that has not passed disclosure control.
pub trait Source {
    /// The published answers to questions, in their order. They are asked
    /// together, for what one shows must not tell what another hides.
    ///
    /// # Errors
    /// Whatever kept one of them from being answered.
    fn answers(&self, questions: &[Question]) -> Result<Vec<Published>, Unanswered>;

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
        let mut builder = self.builder(given)?;
        let asked = builder.questions(&self.slides)?;
        let questions: Vec<Question> = asked.iter().flatten().cloned().collect();
        let mut answers = source
            .answers(&questions)
            .map_err(|unanswered| self.unanswered(unanswered))?
            .into_iter();
        let mut slides = Vec::with_capacity(self.slides.len());
        for (slide, asked) in self.slides.iter().zip(&asked) {
            let answer = match asked {
                Some(_) => Some(answers.next().ok_or_else(|| {
                    let number = questions.len() - 1;
                    let reason = "it was given fewer answers than it asked for".into();
                    self.unanswered(Unanswered { number, reason })
                })?),
                None => None,
            };
            slides.push(builder.slide(slide, answer)?);
        }
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

    /// What a deck asks, slide by slide; for who answers several decks together.
    ///
    /// # Errors
    /// An unknown parameter, or a template of one that cannot be filled in.
    pub fn questions(&self, given: &BTreeMap<String, String>) -> Result<Vec<Question>, ReportError> {
        let asked = self.builder(given)?.questions(&self.slides)?;
        Ok(asked.into_iter().flatten().collect())
    }

    /// Says which slide has no answer.
    fn unanswered(&self, unanswered: Unanswered) -> ReportError {
        let mut asking = self
            .slides
            .iter()
            .filter_map(|slide| Some((slide, slide.evidence.as_ref()?)));
        match asking.nth(unanswered.number) {
            Some((slide, evidence)) => ReportError::Query {
                place: evidence.place.clone(),
                slide: slide.id.clone(),
                query: evidence.query.clone(),
                source: unanswered.reason,
            },
            None => ReportError::Definition {
                place: Place {
                    file: self.file.clone(),
                    line: 1,
                    column: 1,
                },
                message: unanswered.reason.to_string(),
            },
        }
    }

    /// The parameters, and what the templates of a deck need.
    fn builder(&self, given: &BTreeMap<String, String>) -> Result<Builder, ReportError> {
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
        Ok(Builder {
            env: environment(&self.names),
            params,
            snapshot: None,
            warnings: Vec::new(),
        })
    }
}

struct Snapshot {
    number: u64,
    hash: String,
    synthetic: bool,
}

struct Builder {
    env: Environment<'static>,
    params: BTreeMap<String, String>,
    snapshot: Option<Snapshot>,
    warnings: Vec<Warning>,
}

impl Builder {
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

    fn slide(&mut self, slide: &Slide, answer: Option<Published>) -> Result<BuiltSlide, ReportError> {
        if let (Some(evidence), Some(published)) = (&slide.evidence, &answer) {
            self.same_snapshot(slide, evidence, published)?;
        }
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

    /// What each slide asks, if it does.
    fn questions(&self, slides: &[Slide]) -> Result<Vec<Option<Question>>, ReportError> {
        let context = self.context(None);
        let question = |evidence: &Evidence| {
            let mut params = BTreeMap::new();
            for (name, template) in &evidence.params {
                let value = template.render(&self.env, &context)?;
                if !value.is_empty() {
                    params.insert(name.clone(), value);
                }
            }
            Ok(Question {
                query: evidence.query.clone(),
                params,
            })
        };
        slides
            .iter()
            .map(|slide| slide.evidence.as_ref().map(question).transpose())
            .collect()
    }

    /// Demands that all slides come from one snapshot.
    fn same_snapshot(
        &mut self,
        slide: &Slide,
        evidence: &Evidence,
        answer: &Published,
    ) -> Result<(), ReportError> {
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
        Ok(())
    }
}
