//! The zip file that a presentation is: parts from templates, and what they
//! point to.

use std::io::{Cursor, Write as _};

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::built::SYNTHETIC;
use crate::style::{self, Area};
use crate::{BuiltDeck, ReportError};

/// English Metric Units in a point.
const EMU: f64 = 12_700.0;

const TEMPLATES: [(&str, &str); 11] = [
    ("content_types.xml", include_str!("content_types.xml")),
    ("relationships.xml", include_str!("relationships.xml")),
    ("core.xml", include_str!("core.xml")),
    ("app.xml", include_str!("app.xml")),
    ("presentation.xml", include_str!("presentation.xml")),
    ("theme.xml", include_str!("theme.xml")),
    ("master.xml", include_str!("master.xml")),
    ("layout.xml", include_str!("layout.xml")),
    ("slide.xml", include_str!("slide.xml")),
    ("notes_master.xml", include_str!("notes_master.xml")),
    ("notes.xml", include_str!("notes.xml")),
];

/// The zip file with its parts, as it grows.
pub(super) struct Package<'a> {
    pub(super) deck: &'a BuiltDeck,
    env: Environment<'static>,
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl<'a> Package<'a> {
    pub(super) fn new(deck: &'a BuiltDeck, layouts: usize) -> Result<Self, ReportError> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|_| AutoEscape::Html);
        for (name, source) in TEMPLATES {
            env.add_template(name, source).map_err(failed)?;
        }
        let numbers = (1..=deck.slides.len()).map(|number| context! { number => number });
        let layouts = (1..=layouts).map(|number| context! { number => number });
        let areas = [
            ("band", style::BAND),
            ("rule", style::RULE),
            ("kicker", style::KICKER),
            ("headline", style::HEADLINE),
            ("wide", style::WIDE),
            ("footer", style::FOOTER),
            ("number", style::NUMBER),
            ("tag", style::TAG),
        ];
        let globals = [
            ("lang", Value::from(deck.language.as_str())),
            ("title", Value::from(deck.title.as_str())),
            ("subtitle", Value::from(deck.subtitle.clone().unwrap_or_default())),
            ("description", Value::from(deck.description())),
            (
                "created",
                Value::from(deck.created.map_or_else(String::new, |at| format!("{at:.0}"))),
            ),
            ("kicker", Value::from(deck.kicker())),
            (
                "synthetic",
                Value::from(if deck.synthetic { SYNTHETIC } else { "" }),
            ),
            ("slides", Value::from_iter(numbers)),
            ("layouts", Value::from_iter(layouts)),
            (
                "area",
                Value::from_pairs(areas.map(|(name, area)| (name, place(area)))),
            ),
            (
                "page",
                context! { cx => emu(style::PAGE.width), cy => emu(style::PAGE.height) },
            ),
            (
                "colour",
                context! {
                    ink => style::INK, muted => style::MUTED, accent => style::ACCENT, line => style::LINE,
                    warning => style::WARNING, warning_ground => style::WARNING_GROUND,
                },
            ),
            (
                "size",
                context! { small => hundredths(style::SMALL), kicker => hundredths(13.0), tag => hundredths(12.0) },
            ),
        ];
        for (name, value) in globals {
            env.add_global(name, value);
        }
        Ok(Self {
            deck,
            env,
            zip: ZipWriter::new(Cursor::new(Vec::new())),
        })
    }

    /// The bytes of the finished file.
    pub(super) fn finish(self) -> Result<Vec<u8>, ReportError> {
        Ok(self.zip.finish().map_err(failed)?.into_inner())
    }

    /// Which parts a part points to.
    pub(super) fn relations(
        &mut self,
        path: &str,
        relations: &[(String, String)],
    ) -> Result<(), ReportError> {
        let list = relations.iter().map(|(kind, target)| {
            context! { kind => Value::from_safe_string(kind.clone()), target => Value::from_safe_string(target.clone()) }
        });
        self.render(
            path,
            "relationships.xml",
            context! { relations => Value::from_iter(list) },
        )
    }

    /// One part from its template; texts are escaped.
    pub(super) fn render(&mut self, path: &str, template: &str, values: Value) -> Result<(), ReportError> {
        let text = self
            .env
            .get_template(template)
            .and_then(|template| template.render(values))
            .map_err(failed)?;
        self.part(path, text.as_bytes())
    }

    /// One part, with a fixed date: the same deck is the same to the byte.
    pub(super) fn part(&mut self, path: &str, bytes: &[u8]) -> Result<(), ReportError> {
        let method = if path.ends_with(".png") {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        self.zip.start_file(path, options).map_err(failed)?;
        self.zip.write_all(bytes).map_err(failed)
    }
}

pub(super) fn failed(error: impl std::fmt::Display) -> ReportError {
    ReportError::export(super::NAME, error)
}

fn emu(points: f64) -> i64 {
    (points * EMU).round() as i64
}

/// A size of text as DrawingML counts it.
pub(super) fn hundredths(points: f64) -> i64 {
    (points * 100.0).round() as i64
}

/// Offset and extent of a rectangle, as `a:xfrm` holds them.
pub(super) fn place(area: Area) -> Value {
    Value::from_safe_string(format!(
        "<a:off x=\"{}\" y=\"{}\"/><a:ext cx=\"{}\" cy=\"{}\"/>",
        emu(area.x),
        emu(area.y),
        emu(area.width),
        emu(area.height)
    ))
}
