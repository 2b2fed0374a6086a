//! One self-contained HTML file: no script, style, font or picture from
//! elsewhere, readable by keyboard, screen reader and printer.

use std::collections::BTreeSet;
use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use perspektiv_charts::fonts;

use super::Exporter;
use crate::built::SYNTHETIC;
use crate::font::{Font, SUBSET};
use crate::{BuiltDeck, BuiltSlide, ReportError, style};

/// The exporter of web pages.
pub(super) struct Html;

const NAME: &str = "html";
const PAGE: &str = include_str!("html/deck.html");
const STYLE: &str = include_str!("html/deck.css");
const SCRIPT: &str = include_str!("html/deck.js");

impl Exporter for Html {
    fn name(&self) -> &'static str {
        NAME
    }

    fn extension(&self) -> &'static str {
        NAME
    }

    fn export(&self, deck: &BuiltDeck, out: &mut dyn Write) -> Result<(), ReportError> {
        let failed = |message: String| ReportError::export(NAME, message);
        let slides: Vec<Value> = deck
            .slides
            .iter()
            .enumerate()
            .map(|(i, slide)| view(slide, i + 1))
            .collect::<Result<_, _>>()?;
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|_| AutoEscape::Html);
        let page = env
            .render_str(
                PAGE,
                context! {
                    lang => deck.language.split('-').next().unwrap_or("sv"),
                    title => deck.title.as_str(),
                    subtitle => deck.subtitle.clone().unwrap_or_default(),
                    kicker => deck.kicker(),
                    description => deck.description(),
                    synthetic => if deck.synthetic { SYNTHETIC } else { "" },
                    style => Value::from_safe_string(stylesheet(deck)?),
                    script => Value::from_safe_string(SCRIPT.to_owned()),
                    slides => Value::from_iter(slides),
                },
            )
            .map_err(|e| failed(e.to_string()))?;
        out.write_all(page.as_bytes()).map_err(|e| failed(e.to_string()))
    }
}

fn view(slide: &BuiltSlide, number: usize) -> Result<Value, ReportError> {
    let points = Value::from_iter(slide.points.iter().map(|point| Value::from(point.as_str())));
    let figure = slide.figure.as_ref().map_or(Ok(Value::from(())), |figure| {
        let (heading, rows) = figure
            .table
            .split_first()
            .map_or((Vec::new(), &[][..]), |(h, r)| (h.clone(), r));
        let rows = Value::from_iter(
            rows.iter()
                .map(|row| Value::from_iter(row.iter().map(|cell| Value::from(cell.as_str())))),
        );
        Ok::<_, ReportError>(context! {
            svg => Value::from_safe_string(inline(&figure.svg, number)?),
            alt => figure.alt.as_str(),
            heading => Value::from_iter(heading.into_iter().map(Value::from)),
            rows => rows,
        })
    })?;
    Ok(context! {
        id => slide.id.as_str(),
        number => number,
        headline => slide.headline.as_str(),
        points => points,
        figure => figure,
        footer => slide.footer.as_ref().map_or_else(String::new, |footer| footer.line()),
        query => slide.footer.as_ref().map_or_else(String::new, |footer| footer.query.clone()),
    })
}

/// The `<svg>` element of a picture, fit to stand among others on a page.
///
/// The size in pixels gives way to the stylesheet, ids get the number of the
/// slide, and the picture is silent: its words stand beside it.
fn inline(svg: &str, number: usize) -> Result<String, ReportError> {
    let start = svg
        .find("<svg")
        .ok_or_else(|| ReportError::export(NAME, "a chart is no SVG picture"))?;
    let element = svg.get(start..).unwrap_or_default().trim_end();
    let end = element
        .find('>')
        .ok_or_else(|| ReportError::export(NAME, "a chart is no SVG picture"))?;
    let (open, rest) = element.split_at(end);
    let view =
        attribute(open, "viewBox").ok_or_else(|| ReportError::export(NAME, "a chart has no viewBox"))?;
    let body = rest
        .replace(" id=\"", &format!(" id=\"bild{number}-"))
        .replace("url(#", &format!("url(#bild{number}-"))
        .replace(" href=\"#", &format!(" href=\"#bild{number}-"));
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{view}\" preserveAspectRatio=\"xMinYMin meet\" aria-hidden=\"true\" focusable=\"false\"{body}"
    ))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let key = format!(" {name}=\"");
    let start = tag.find(&key)? + key.len();
    let value = tag.get(start..)?;
    value.get(..value.find('"')?).map(str::to_owned)
}

/// The stylesheet with the colours and the letters that this deck needs.
fn stylesheet(deck: &BuiltDeck) -> Result<String, ReportError> {
    let mut letters: BTreeSet<char> = (' '..='~').collect();
    letters.extend("åäöÅÄÖéÉüÜ\u{a0}–−—·…”’←→".chars());
    for slide in &deck.slides {
        letters.extend(
            slide
                .headline
                .chars()
                .chain(slide.points.iter().flat_map(|point| point.chars())),
        );
        letters.extend(
            slide
                .footer
                .iter()
                .flat_map(|footer| footer.line().chars().collect::<Vec<_>>()),
        );
        if let Some(figure) = &slide.figure {
            letters.extend(
                figure
                    .svg
                    .chars()
                    .chain(figure.table.iter().flatten().flat_map(|cell| cell.chars())),
            );
        }
    }
    letters.extend(
        deck.kicker()
            .chars()
            .chain(deck.subtitle.iter().flat_map(|subtitle| subtitle.chars())),
    );
    let face = |file: &[u8], weight: u16| {
        let part = Font::parse(file).and_then(|font| font.subset(&letters));
        let part = part.ok_or_else(|| ReportError::export(NAME, "the typeface cannot be read"))?;
        Ok::<_, ReportError>(format!(
            "@font-face{{font-family:{SUBSET};font-weight:{weight};src:url(data:font/ttf;base64,{}) format(\"truetype\")}}\n",
            STANDARD.encode(part)
        ))
    };
    let colours = [
        ("ink", style::INK),
        ("muted", style::MUTED),
        ("accent", style::ACCENT),
        ("line", style::LINE),
        ("warning", style::WARNING),
        ("warning-ground", style::WARNING_GROUND),
    ];
    let colours: String = colours
        .iter()
        .map(|(name, value)| format!("--{name}:#{value};"))
        .collect();
    Ok(format!(
        "{}{}:root{{{colours}}}\n{STYLE}",
        face(fonts::REGULAR, 400)?,
        face(fonts::BOLD, 700)?
    ))
}
