//! The definition of a deck: a TOML file that an analyst edits.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::definition;
use crate::picture::Picture;
use crate::template::Template;
use crate::{Place, ReportError};

/// The most slides a deck may have: the rule of the seminars, which forces the
/// analysis before the presentation.
pub const MOST_SLIDES: usize = 5;
/// The most points of text on a slide.
pub const MOST_POINTS: usize = 4;
/// The parameter of a deck that says which municipality it is about.
pub const PLACE: &str = "kommun";

/// A deck as defined, checked as far as it can be without data.
#[derive(Debug, Clone)]
pub struct Deck {
    pub(crate) file: PathBuf,
    pub(crate) title: Template,
    pub(crate) subtitle: Option<Template>,
    pub(crate) audience: Option<Template>,
    pub(crate) period: Option<Template>,
    pub(crate) language: String,
    pub(crate) params: BTreeMap<String, String>,
    pub(crate) names: BTreeMap<String, String>,
    pub(crate) slides: Vec<Slide>,
}

#[derive(Debug, Clone)]
pub(crate) struct Slide {
    pub(crate) id: String,
    pub(crate) place: Place,
    pub(crate) headline: Template,
    pub(crate) text: Vec<Template>,
    pub(crate) notes: Option<Template>,
    pub(crate) evidence: Option<Evidence>,
}

/// What a slide with a query shows, and all that must be said about it.
#[derive(Debug, Clone)]
pub(crate) struct Evidence {
    pub(crate) query: String,
    pub(crate) place: Place,
    pub(crate) params: BTreeMap<String, Template>,
    /// Expressions that the texts of the slide have names for.
    pub(crate) values: BTreeMap<String, Template>,
    pub(crate) chart: Option<Picture>,
    pub(crate) unit: Template,
    pub(crate) period: Template,
    /// None: the sources that the query itself names.
    pub(crate) source: Option<Template>,
    pub(crate) n: Count,
    pub(crate) otherwise: Option<Otherwise>,
}

/// What a slide says when the rows cannot carry it: when all of them are hidden,
/// or when there are none.
#[derive(Debug, Clone)]
pub(crate) struct Otherwise {
    /// An expression over the rows; where it is false, the texts take over.
    pub(crate) when: Template,
    pub(crate) headline: Template,
    pub(crate) text: Vec<Template>,
}

/// How the number of observations behind a slide is told.
#[derive(Debug, Clone)]
pub(crate) enum Count {
    Text(Template),
    Sum {
        column: String,
        what: Option<String>,
        place: Place,
    },
}

impl Deck {
    /// Reads a deck file.
    ///
    /// # Errors
    /// The file cannot be read, is no deck (with line and column), has a sixth
    /// slide, or has a slide that does not say its unit, period, source and n.
    pub fn load(path: &Path) -> Result<Self, ReportError> {
        let text = std::fs::read_to_string(path).map_err(|source| ReportError::File {
            path: path.to_owned(),
            action: "read the deck",
            source,
        })?;
        Self::parse(&text, path)
    }

    /// Reads a deck from text; `file` is the name that errors carry.
    ///
    /// # Errors
    /// As [`Deck::load`].
    pub fn parse(text: &str, file: &Path) -> Result<Self, ReportError> {
        definition::read(text, file)
    }

    /// Deck parameters with their defaults; a parameter may be given when the
    /// deck is built, such as `kommun`.
    #[must_use]
    pub fn params(&self) -> &BTreeMap<String, String> {
        &self.params
    }

    /// The names of the queries that the deck asks, slide by slide.
    pub fn queries(&self) -> impl Iterator<Item = &str> {
        self.slides
            .iter()
            .filter_map(|slide| slide.evidence.as_ref())
            .map(|evidence| evidence.query.as_str())
    }

    /// Every named expression of the deck.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Template> {
        self.slides
            .iter()
            .filter_map(|slide| slide.evidence.as_ref())
            .flat_map(|evidence| {
                let when = evidence.otherwise.iter().map(|otherwise| &otherwise.when);
                evidence.values.values().chain(when)
            })
    }

    /// The codes that the parameter `kommun` may be, and their names: those of
    /// `[names]`, without the empty code, which stands for all of them.
    pub fn places(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = self.names.iter().filter(|(code, _)| !code.is_empty());
        names.map(|(code, name)| (code.as_str(), name.as_str()))
    }

    /// The name of the place that the deck is about, by its code.
    ///
    /// # Errors
    /// The deck has no parameter `kommun`, or does not name the code; the error
    /// lists those that it names.
    pub fn place(&self, code: &str) -> Result<&str, ReportError> {
        let found = self.places().find(|(known, _)| *known == code);
        match found.filter(|_| self.params.contains_key(PLACE)) {
            Some((_, name)) => Ok(name),
            None => Err(ReportError::UnknownPlace {
                file: self.file.clone(),
                code: code.to_owned(),
                known: if self.params.contains_key(PLACE) {
                    self.places()
                        .map(|(code, name)| format!("{code} {name}"))
                        .collect()
                } else {
                    Vec::new()
                },
            }),
        }
    }

    /// The ids of the slides, in order.
    pub fn slides(&self) -> impl ExactSizeIterator<Item = &str> {
        self.slides.iter().map(|slide| slide.id.as_str())
    }

    /// Every template of the deck.
    pub(crate) fn templates(&self) -> impl Iterator<Item = &Template> {
        let own = [
            Some(&self.title),
            self.subtitle.as_ref(),
            self.audience.as_ref(),
            self.period.as_ref(),
        ];
        own.into_iter()
            .flatten()
            .chain(self.slides.iter().flat_map(Slide::templates))
    }
}

impl Slide {
    fn templates(&self) -> impl Iterator<Item = &Template> {
        let texts = std::iter::once(&self.headline)
            .chain(&self.text)
            .chain(self.notes.as_ref());
        texts.chain(self.evidence.iter().flat_map(|e| {
            let n = match &e.n {
                Count::Text(template) => Some(template),
                Count::Sum { .. } => None,
            };
            let otherwise = e.otherwise.iter();
            let otherwise = otherwise.flat_map(|o| std::iter::once(&o.headline).chain(&o.text));
            e.params
                .values()
                .chain(otherwise)
                .chain([&e.unit, &e.period])
                .chain(e.source.as_ref())
                .chain(n)
        }))
    }
}

/// The deck files in a folder, by name; none where there is no folder.
///
/// # Errors
/// The folder cannot be read.
pub fn decks(folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let failed = |source| ReportError::File {
        path: folder.to_owned(),
        action: "read the folder",
        source,
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        // The default workspace is a repository, where a crate lives in the same folder.
        if path.extension().is_some_and(|ending| ending == "toml") && !path.ends_with("Cargo.toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
