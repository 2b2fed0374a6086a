//! Office Open XML (`.xlsx`, `.xlsm`): which sheets there are, and what their cells refer to.
//!
//! Method: ECMA-376, part 1, chapters 9 (packages) and 18 (SpreadsheetML).

use std::sync::Arc;

use quick_xml::events::Event;

use super::area::{self, Area};
use super::defined;
use super::excel_rows::ExcelRows;
use super::names::Names;
use super::package::{Package, damaged};
use super::relations::{SHEETS, relations};
use super::sheet::{Book, Rows, Sheet};
use super::strings::Strings;
use super::styles::{self, Shown};
use super::xml::{Xml, is_true, local};
use crate::SourceError;

/// A workbook of Excel.
pub(super) struct Excel {
    /// Its own part.
    part: String,
    sheets: Vec<Sheet>,
    /// The parts of the sheets.
    parts: Vec<String>,
    lookup: Arc<Lookup>,
}

/// What cells refer to.
#[derive(Default)]
pub(super) struct Lookup {
    pub(super) strings: Strings,
    styles: Vec<Shown>,
    /// Days are counted from 1904, as on old Macintoshes.
    pub(super) from_1904: bool,
}

impl Lookup {
    /// What a number of that style is shown as.
    pub(super) fn shown(&self, style: Option<usize>) -> Shown {
        let shown = style.or(Some(0)).and_then(|style| self.styles.get(style));
        shown.copied().unwrap_or(Shown::Number)
    }
}

impl Excel {
    pub(super) fn open(package: &Package) -> Result<Self, SourceError> {
        let workbook = relations(package, "_rels/.rels", "")?
            .into_iter()
            .find(|relation| relation.kind == "officeDocument")
            .map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
        let (folder, file) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
        let relations = relations(package, &format!("{folder}/_rels/{file}.rels"), folder)?;
        let part = |kind| relations.iter().find(|relation| relation.kind == kind);
        let (mut sheets, mut parts, mut lookup) = (Vec::new(), Vec::new(), Lookup::default());
        let mut xml = package.xml(&workbook)?;
        loop {
            match xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == "workbookPr" => {
                    lookup.from_1904 = is_true(local(&start, "date1904")?);
                }
                Event::Start(start) if start.local_name().as_ref() == "sheet" => {
                    let id = local(&start, "id")?.unwrap_or_default();
                    let relation = relations.iter().find(|relation| relation.id == id);
                    let Some(relation) = relation.filter(|relation| relation.kind == "worksheet") else {
                        // A sheet that is nothing but a chart.
                        continue;
                    };
                    let hidden = matches!(local(&start, "state")?.as_deref(), Some("hidden" | "veryHidden"));
                    let name = local(&start, "name")?.unwrap_or_default().into_owned();
                    sheets.push(Sheet { name, hidden });
                    parts.push(relation.target.clone());
                    if sheets.len() > SHEETS {
                        return Err(damaged(format_args!("it has more than {SHEETS} sheets")));
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if let Some(relation) = part("styles").filter(|relation| package.has(&relation.target)) {
            lookup.styles = styles::read(package.xml(&relation.target)?)?;
        }
        if let Some(relation) = part("sharedStrings").filter(|relation| package.has(&relation.target)) {
            lookup.strings = Strings::read(package.xml(&relation.target)?)?;
        }
        Ok(Self {
            part: workbook,
            sheets,
            parts,
            lookup: Arc::new(lookup),
        })
    }

    fn sheet(&self, package: &Package, sheet: usize) -> Result<Xml, SourceError> {
        package.xml(self.parts.get(sheet).map(String::as_str).unwrap_or_default())
    }
}

impl Book for Excel {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn names(&self, package: &Package) -> Result<Names, SourceError> {
        let mut names = Names::default();
        defined::defined(package, &self.part, &mut names)?;
        defined::tables(package, &self.sheets, &self.parts, &mut names)?;
        Ok(names)
    }

    fn rows(&self, package: &Package, sheet: usize) -> Result<Box<dyn Rows>, SourceError> {
        let xml = self.sheet(package, sheet)?;
        Ok(Box::new(ExcelRows::new(xml, Arc::clone(&self.lookup))?))
    }

    /// They stand behind the cells: the whole sheet is passed over.
    fn merged(&self, package: &Package, sheet: usize, rows: u32) -> Result<Vec<Area>, SourceError> {
        let mut xml = self.sheet(package, sheet)?;
        let mut merged = Vec::new();
        loop {
            match xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == "mergeCell" => {
                    let area = local(&start, "ref")?.and_then(|area| Area::parse(&area));
                    merged.extend(area.filter(|area| area.rows.0 < rows));
                    if merged.len() > area::COLUMNS as usize {
                        return Err(damaged("too many cells of its header are merged"));
                    }
                }
                Event::Eof => return Ok(merged),
                _ => {}
            }
        }
    }
}
