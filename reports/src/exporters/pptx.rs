//! PowerPoint: real placeholders, layouts, notes and properties.
//!
//! Source of the parts: ECMA-376, 5th edition, parts 1 (PresentationML,
//! DrawingML) and 2 (packages). Each part is a template beside this file.

mod package;

use std::io::Write;

use minijinja::{Value, context};

use self::package::{Package, failed, hundredths, place};
use super::Exporter;
use crate::built::SYNTHETIC;
use crate::style::{self, Area};
use crate::{BuiltDeck, BuiltSlide, ReportError};

/// The exporter of PowerPoint files.
pub(super) struct Pptx;

pub(super) const NAME: &str = "pptx";
/// Pixels of a chart's picture for each pixel of its design: sharp on a projector.
const SCALE: f64 = 3.0;
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
const CORE: &str = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";

/// The layouts, in the order of their numbers.
const LAYOUTS: [Layout; 3] = [
    Layout {
        name: "Rubrik, diagram och punkter",
        picture: Some(style::CHART),
        points: Some(style::POINTS),
    },
    Layout {
        name: "Rubrik och diagram",
        picture: Some(style::WIDE),
        points: None,
    },
    Layout {
        name: "Rubrik och punkter",
        picture: None,
        points: Some(style::WIDE),
    },
];

struct Layout {
    name: &'static str,
    picture: Option<Area>,
    points: Option<Area>,
}

impl Exporter for Pptx {
    fn name(&self) -> &'static str {
        NAME
    }

    fn extension(&self) -> &'static str {
        NAME
    }

    fn export(&self, deck: &BuiltDeck, out: &mut dyn Write) -> Result<(), ReportError> {
        let mut package = Package::new(deck, LAYOUTS.len())?;
        package.whole()?;
        for (i, slide) in deck.slides.iter().enumerate() {
            package.slide(slide, i + 1)?;
        }
        out.write_all(&package.finish()?).map_err(failed)
    }
}

impl Package<'_> {
    /// The parts that a presentation has once.
    fn whole(&mut self) -> Result<(), ReportError> {
        self.render("[Content_Types].xml", "content_types.xml", context! {})?;
        self.relations(
            "_rels/.rels",
            &[
                (
                    format!("{OFFICE}officeDocument"),
                    "ppt/presentation.xml".to_owned(),
                ),
                (CORE.to_owned(), "docProps/core.xml".to_owned()),
                (
                    format!("{OFFICE}extended-properties"),
                    "docProps/app.xml".to_owned(),
                ),
            ],
        )?;
        self.render("docProps/core.xml", "core.xml", context! {})?;
        self.render("docProps/app.xml", "app.xml", context! {})?;
        self.render("ppt/presentation.xml", "presentation.xml", context! {})?;
        let mut relations = vec![
            (
                format!("{OFFICE}slideMaster"),
                "slideMasters/slideMaster1.xml".to_owned(),
            ),
            (
                format!("{OFFICE}notesMaster"),
                "notesMasters/notesMaster1.xml".to_owned(),
            ),
            (format!("{OFFICE}theme"), "theme/theme1.xml".to_owned()),
        ];
        relations.extend(
            (1..=self.deck.slides.len()).map(|i| (format!("{OFFICE}slide"), format!("slides/slide{i}.xml"))),
        );
        self.relations("ppt/_rels/presentation.xml.rels", &relations)?;
        self.render("ppt/theme/theme1.xml", "theme.xml", context! {})?;
        self.render("ppt/theme/theme2.xml", "theme.xml", context! {})?;
        self.render("ppt/slideMasters/slideMaster1.xml", "master.xml", context! {})?;
        let mut relations: Vec<_> = (1..=LAYOUTS.len())
            .map(|i| {
                (
                    format!("{OFFICE}slideLayout"),
                    format!("../slideLayouts/slideLayout{i}.xml"),
                )
            })
            .collect();
        relations.push((format!("{OFFICE}theme"), "../theme/theme1.xml".to_owned()));
        self.relations("ppt/slideMasters/_rels/slideMaster1.xml.rels", &relations)?;
        for (i, layout) in LAYOUTS.iter().enumerate() {
            let view = context! {
                name => layout.name,
                picture => layout.picture.map_or_else(|| Value::from(""), place),
                points => layout.points.map_or_else(|| Value::from(""), place),
                numbered => layout.picture.is_none(),
            };
            self.render(
                &format!("ppt/slideLayouts/slideLayout{}.xml", i + 1),
                "layout.xml",
                context! { layout => view },
            )?;
            self.relations(
                &format!("ppt/slideLayouts/_rels/slideLayout{}.xml.rels", i + 1),
                &[(
                    format!("{OFFICE}slideMaster"),
                    "../slideMasters/slideMaster1.xml".to_owned(),
                )],
            )?;
        }
        self.render(
            "ppt/notesMasters/notesMaster1.xml",
            "notes_master.xml",
            context! {},
        )?;
        self.relations(
            "ppt/notesMasters/_rels/notesMaster1.xml.rels",
            &[(format!("{OFFICE}theme"), "../theme/theme2.xml".to_owned())],
        )
    }

    fn slide(&mut self, slide: &BuiltSlide, number: usize) -> Result<(), ReportError> {
        let layout = match (&slide.figure, slide.points.is_empty()) {
            (Some(_), false) => 0,
            (Some(_), true) => 1,
            (None, _) => 2,
        };
        let mut relations = vec![
            (
                format!("{OFFICE}slideLayout"),
                format!("../slideLayouts/slideLayout{}.xml", layout + 1),
            ),
            (
                format!("{OFFICE}notesSlide"),
                format!("../notesSlides/notesSlide{number}.xml"),
            ),
        ];
        let mut picture = Value::from("");
        if let Some(figure) = &slide.figure {
            let png = perspektiv_charts::draw_png_at(&figure.chart, &figure.published, figure.size, SCALE)
                .map_err(failed)?;
            picture = place(style::picture(!slide.points.is_empty()));
            self.part(&format!("ppt/media/image{number}.png"), &png)?;
            relations.push((format!("{OFFICE}image"), format!("../media/image{number}.png")));
        }
        let footer = slide
            .footer
            .as_ref()
            .map_or_else(String::new, |footer| footer.line());
        let mut notes: Vec<String> = slide.notes.iter().cloned().collect();
        if let Some(footer) = &slide.footer {
            notes.push(format!("Underlag: frågan {}. {}.", footer.query, footer.line()));
        }
        let size = style::points(&slide.points, slide.figure.is_none()).size;
        let view = context! {
            id => slide.id.as_str(),
            number => number,
            headline => slide.headline.as_str(),
            headline_size => hundredths(style::headline(&slide.headline).size),
            points => Value::from_iter(slide.points.iter().map(|point| Value::from(point.as_str()))),
            points_size => hundredths(size),
            gap => hundredths(size * style::gap(slide.figure.is_none())),
            picture => picture,
            alt => slide.figure.as_ref().map_or("", |figure| figure.alt.as_str()),
            footer => footer,
            tag => if slide.figure.is_none() && self.deck.synthetic { SYNTHETIC } else { "" },
            notes => Value::from_iter(notes.into_iter().map(Value::from)),
        };
        self.render(
            &format!("ppt/slides/slide{number}.xml"),
            "slide.xml",
            context! { slide => view.clone() },
        )?;
        self.relations(&format!("ppt/slides/_rels/slide{number}.xml.rels"), &relations)?;
        self.render(
            &format!("ppt/notesSlides/notesSlide{number}.xml"),
            "notes.xml",
            context! { slide => view },
        )?;
        self.relations(
            &format!("ppt/notesSlides/_rels/notesSlide{number}.xml.rels"),
            &[
                (
                    format!("{OFFICE}notesMaster"),
                    "../notesMasters/notesMaster1.xml".to_owned(),
                ),
                (format!("{OFFICE}slide"), format!("../slides/slide{number}.xml")),
            ],
        )
    }
}
