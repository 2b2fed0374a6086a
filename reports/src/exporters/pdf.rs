//! PDF, typeset by Typst: tagged (PDF/UA-1), and fit for archives (PDF/A-2a)
//! when the date of the data is known.

use std::collections::BTreeMap;
use std::io::Write;

use perspektiv_charts::fonts;
use serde_json::{Value, json};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::Exporter;
use crate::built::SYNTHETIC;
use crate::style::{self, Area};
use crate::{BuiltDeck, BuiltSlide, ReportError};

/// The exporter of PDF files.
pub(super) struct Pdf;

const NAME: &str = "pdf";
const MAIN: &str = "deck.typ";
const TEMPLATE: &str = include_str!("pdf/deck.typ");

impl Exporter for Pdf {
    fn name(&self) -> &'static str {
        NAME
    }

    fn extension(&self) -> &'static str {
        NAME
    }

    fn export(&self, deck: &BuiltDeck, out: &mut dyn Write) -> Result<(), ReportError> {
        let paper = Paper::new(deck)?;
        let document = typst::compile(&paper).output.map_err(|errors| wrong(&errors))?;
        let timestamp = created(deck);
        let mut standards = vec![PdfStandard::Ua_1];
        if timestamp.is_some() {
            // An archive wants to know when; without a date there is no PDF/A.
            standards.push(PdfStandard::A_2a);
        }
        let options = PdfOptions {
            ident: Smart::Custom(format!("perspektiv {} {:?}", deck.title, deck.snapshot)),
            creator: Smart::Custom(Some("perspektiv".to_owned())),
            timestamp,
            standards: PdfStandards::new(&standards).map_err(|e| failed(e.message()))?,
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| wrong(&errors))?;
        // Typst remembers what it has laid out; a deck is laid out once.
        typst::comemo::evict(0);
        out.write_all(&bytes).map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> ReportError {
    ReportError::export(NAME, error)
}

fn wrong(errors: &[SourceDiagnostic]) -> ReportError {
    failed(
        errors
            .iter()
            .map(|error| error.message.to_string())
            .collect::<Vec<_>>()
            .join("; "),
    )
}

/// When the snapshot behind the deck was made: the same each time.
fn created(deck: &BuiltDeck) -> Option<Timestamp> {
    let at = deck.created?.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |number: i8| u8::try_from(number).ok();
    let datetime = Datetime::from_ymd_hms(
        i32::from(at.year()),
        part(at.month())?,
        part(at.day())?,
        part(at.hour())?,
        part(at.minute())?,
        part(at.second())?,
    )?;
    Some(Timestamp::new_utc(datetime))
}

/// All that Typst may see: the template, the deck, its charts and two fonts.
struct Paper {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: FileId,
    files: BTreeMap<String, Bytes>,
}

impl Paper {
    fn new(deck: &BuiltDeck) -> Result<Self, ReportError> {
        let fonts: Vec<Font> = [fonts::REGULAR, fonts::BOLD]
            .into_iter()
            .flat_map(|data| Font::iter(Bytes::new(data)))
            .collect();
        let mut files = BTreeMap::from([(MAIN.to_owned(), Bytes::from_string(TEMPLATE))]);
        let mut slides = Vec::with_capacity(deck.slides.len());
        for (i, slide) in deck.slides.iter().enumerate() {
            let name = format!("chart-{}.svg", i + 1);
            slides.push(view(slide, &name));
            if let Some(figure) = &slide.figure {
                files.insert(name, Bytes::from_string(figure.svg.clone()));
            }
        }
        let data = json!({
            "title": deck.title,
            "description": deck.description(),
            "kicker": deck.kicker(),
            "synthetic": if deck.synthetic { SYNTHETIC } else { "" },
            "small": style::SMALL,
            "colours": {
                "ink": style::INK, "muted": style::MUTED, "accent": style::ACCENT, "line": style::LINE,
                "warning": style::WARNING, "warning_ground": style::WARNING_GROUND,
            },
            "areas": {
                "page": area(style::PAGE), "band": area(style::BAND), "rule": area(style::RULE),
                "kicker": area(style::KICKER), "headline": area(style::HEADLINE), "tag": area(style::TAG),
                "footer": area(style::FOOTER), "number": area(style::NUMBER),
            },
            "slides": slides,
        });
        files.insert("deck.json".to_owned(), Bytes::from_string(data.to_string()));
        let path = VirtualPath::new(MAIN).map_err(|error| failed(format!("{error:?}")))?;
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main: RootedPath::new(VirtualRoot::Project, path).intern(),
            files,
        })
    }
}

impl World for Paper {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let text = self
            .file(id)?
            .to_str()
            .map_err(|_| FileError::InvalidUtf8)?
            .to_string();
        Ok(Source::new(id, text))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.get().vpath().get_without_slash();
        self.files
            .get(name)
            .cloned()
            .ok_or_else(|| FileError::NotFound(name.into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    /// No clock: the same deck is the same on every day.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn view(slide: &BuiltSlide, svg: &str) -> Value {
    let alone = slide.figure.is_none();
    let picture = slide
        .figure
        .as_ref()
        .map(|_| area(style::picture(!slide.points.is_empty())));
    json!({
        "headline": slide.headline,
        "headline_size": style::headline(&slide.headline).size,
        "points": slide.points,
        "points_size": style::points(&slide.points, alone).size,
        "points_area": area(if alone { style::WIDE } else { style::POINTS }),
        "gap": style::gap(alone),
        "tag": alone,
        "indent": if alone { style::WIDE_INDENT } else { style::INDENT },
        "picture": picture,
        "svg": svg,
        "alt": slide.figure.as_ref().map_or("", |figure| figure.alt.as_str()),
        "footer": slide.footer.as_ref().map_or_else(String::new, |footer| footer.line()),
    })
}

fn area(area: Area) -> Value {
    json!({ "x": area.x, "y": area.y, "width": area.width, "height": area.height })
}
