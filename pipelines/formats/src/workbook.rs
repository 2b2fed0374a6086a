//! Workbooks: `.xlsx` and `.xlsm` of Excel, `.ods` of LibreOffice.
//!
//! Written for this project although the crate `calamine` reads them: a workbook
//! from outside may claim a sheet of a hundred million cells in a few hundred bytes, and calamine holds texts,
//! and all of an `.ods`, in memory before anybody can count them. Here rows are read one at a time; held are
//! only the texts that the cells of an `.xlsx` refer to, up to 256 MB. A tag, a cell, a row and the number of
//! repeated cells have limits, so that a small file does not unpack to more than the memory.
//!
//! **What a cell becomes.** Numbers as stored, in the shortest form that reads back the same: `1715`, and 12 %
//! as `0.12`. A number with the format of a day is `2022-04-30`, with a time `2022-04-30T13:45:00`, with a time
//! alone `13:45:00`; both date systems, 1900 and 1904. Truth values `true` and `false`. **An error such as
//! `#N/A` is handed out as that text**: a column of numbers or codes rejects it, with its row, and a definition
//! that expects it names it among its missing values. Of merged cells the first has the value and the others
//! are empty, except in a header of several rows, where the value belongs to every column below it.
//!
//! **Where the table is.** `sheet` names a sheet, or counts it from 1; without it the first that is not hidden
//! and holds anything. `range` (`B4:H200`, or `B4:H` without end) and `skip_rows` cut off what stands around. `range`
//! may also be the name of cells: one of the whole workbook or of a sheet alone, or that of a table (in `.ods`, of a
//! database range), without the table's row of sums. It has to lead to one area with rows and columns counted; a
//! formula is not computed. The header is the first row after that which is not empty, and `header_rows` more than 1 are joined with a space.
//! A column without a name is called by its place, and those of one name get numbers, as in delimited text.
//! Empty rows are passed over; [`Record::line`] is the row in the sheet.
//!
//! A workbook out of a zip archive, or packed in another way, is held in memory, up to 512 MB of it.
//!
//! Not read: locked workbooks, and `.xls` and `.xlsb`, the binary kinds, whose readers cannot be kept in bounds.

mod address;
mod area;
mod defined;
mod excel;
mod excel_rows;
mod named;
mod names;
mod ods;
mod package;
mod relations;
mod sheet;
mod strings;
mod styles;
mod table;
mod xml;

use std::path::Path;
pub use strings::unescaped;

use area::Area;
use excel::Excel;
use names::same;
use ods::Ods;
use package::Package;
use sheet::{Book, Sheet, SheetRow};
use table::Table;

use super::{Format, Records, SourceError};
use crate::options::SourceOptions;
use crate::{closest, listed, shown};

/// Workbooks of Excel and LibreOffice.
pub(crate) struct Workbook;

impl Format for Workbook {
    fn name(&self) -> &'static str {
        "workbook"
    }

    fn description(&self) -> &'static str {
        "sheet of a workbook: Excel (.xlsx) or LibreOffice (.ods)"
    }

    fn options(&self) -> &'static [&'static str] {
        &["member", "sheet", "range", "skip_rows", "header_rows"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xlsx", "xlsm", "ods"]
    }

    fn sniff(&self, head: &[u8]) -> u8 {
        let holds = |name: &[u8]| head.windows(name.len()).any(|part| part == name);
        let ours = head.starts_with(b"PK\x03\x04")
            && (holds(b"[Content_Types].xml") || holds(b"application/vnd.oasis.opendocument.spreadsheet"));
        u8::from(ours) * 95
    }

    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError> {
        let package = Package::open(path, options.member.as_deref())?;
        let book = book(&package)?;
        let (sheet, area) = place(&package, book.as_ref(), options)?;
        Ok(Box::new(Table::new(
            &package,
            book.as_ref(),
            sheet,
            area,
            options,
        )?))
    }
}

fn book(package: &Package) -> Result<Box<dyn Book>, SourceError> {
    if package.has("[Content_Types].xml") {
        Ok(Box::new(Excel::open(package)?))
    } else if package.has(ods::CONTENT) && !locked_ods(package)? {
        Ok(Box::new(Ods::open(package)?))
    } else if package.has("encrypted-package") || package.has(ods::CONTENT) {
        Err(locked())
    } else {
        Err(SourceError::Form(
            "This archive holds no workbook (.xlsx or .ods). Check `format` in [source] and the file."
                .to_owned(),
        ))
    }
}

/// The sheet and the cells in it that the options mean.
fn place(package: &Package, book: &dyn Book, options: &SourceOptions) -> Result<(usize, Area), SourceError> {
    let wanted = options.sheet.as_deref();
    let range = options.range.as_deref();
    let area = range.map_or(Some(Area::ALL), Area::parse);
    let (None, Some(name)) = (area, range) else {
        return Ok((choose(package, book, wanted)?, area.unwrap_or(Area::ALL)));
    };
    let sheets = book.sheets();
    let within = wanted
        .map(|wanted| choose(package, book, Some(wanted)))
        .transpose()?
        .and_then(|at| sheets.get(at));
    let names = book.names(package)?;
    let cells = names.find(name, within.map(|sheet| sheet.name.as_str()))?;
    let exact = sheets.iter().position(|sheet| sheet.name == cells.sheet);
    let alike = || sheets.iter().position(|sheet| same(&sheet.name, &cells.sheet));
    let sheet = exact.or_else(alike).ok_or_else(|| {
        SourceError::Form(format!(
            "The name '{}' leads to the sheet '{}', which is not there. The sheets are {}.",
            shown(name.as_bytes()),
            shown(cells.sheet.as_bytes()),
            all(sheets)
        ))
    })?;
    Ok((sheet, cells.area))
}

/// What is in a workbook, for whoever looks around in it.
pub(crate) struct Contents {
    /// Which of the sheets the options mean.
    pub(crate) chosen: usize,
    pub(crate) sheets: Vec<Found>,
    /// Cells that have a name: the name, their sheet, and they themselves, as `B4:H200`.
    pub(crate) names: Vec<[String; 3]>,
}

/// A sheet.
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) hidden: bool,
    /// Rows that hold anything, at most so many as were asked for.
    pub(crate) rows: u64,
}

/// Looks around in a workbook; the rows of its sheets are counted up to `most`.
pub(crate) fn contents(path: &Path, options: &SourceOptions, most: u64) -> Result<Contents, SourceError> {
    let package = Package::open(path, options.member.as_deref())?;
    let book = book(&package)?;
    let (chosen, _) = place(&package, book.as_ref(), options)?;
    let mut sheets = Vec::new();
    let mut row = SheetRow::default();
    for (at, sheet) in book.sheets().iter().enumerate() {
        let mut rows = 0;
        let mut reader = book.rows(&package, at)?;
        while rows < most && reader.next(&mut row)? {
            rows += 1;
        }
        sheets.push(Found {
            name: sheet.name.clone(),
            hidden: sheet.hidden,
            rows,
        });
    }
    // Nobody has asked for one: what is wrong with them need not keep from a look at the rows.
    let names = book.names(&package).unwrap_or_default();
    let names = names
        .readable()
        .map(|(name, cells)| [name.to_owned(), cells.sheet.clone(), cells.area.to_string()]);
    Ok(Contents {
        chosen,
        sheets,
        names: names.collect(),
    })
}

/// The error of a workbook that asks for a password.
fn locked() -> SourceError {
    SourceError::Form(
        "The workbook is locked with a password. Open it, take the password away and save it again."
            .to_owned(),
    )
}

/// Whether the parts of an `.ods` are encrypted, which its manifest says.
fn locked_ods(package: &Package) -> Result<bool, SourceError> {
    const MANIFEST: &str = "META-INF/manifest.xml";
    if !package.has(MANIFEST) {
        return Ok(false);
    }
    let mut xml = package.xml(MANIFEST)?;
    loop {
        match xml.next()? {
            quick_xml::events::Event::Start(start) if start.local_name().as_ref() == "encryption-data" => {
                return Ok(true);
            }
            quick_xml::events::Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

/// The sheet that is asked for, by name or by number from 1.
fn choose(package: &Package, book: &dyn Book, wanted: Option<&str>) -> Result<usize, SourceError> {
    let sheets = book.sheets();
    let Some(wanted) = wanted else {
        let mut row = SheetRow::default();
        for (at, _) in sheets.iter().enumerate().filter(|(_, sheet)| !sheet.hidden) {
            if book.rows(package, at)?.next(&mut row)? {
                return Ok(at);
            }
        }
        return Err(match sheets.iter().any(|sheet| sheet.hidden) {
            true => SourceError::Form(format!(
                "All sheets that are not hidden are empty. Name one with `sheet` in [source]; there are {}.",
                all(sheets)
            )),
            false => SourceError::Empty,
        });
    };
    let name = |sheet: &Sheet| sheet.name.trim().to_lowercase();
    let exact = sheets.iter().position(|sheet| sheet.name == wanted);
    let folded = || {
        sheets
            .iter()
            .position(|sheet| name(sheet) == wanted.trim().to_lowercase())
    };
    let number = || {
        wanted
            .parse::<usize>()
            .ok()?
            .checked_sub(1)
            .filter(|at| *at < sheets.len())
    };
    exact.or_else(folded).or_else(number).ok_or_else(|| {
        let meant = closest(wanted, sheets.iter().map(|sheet| sheet.name.as_str()));
        let meant = meant.map(|meant| format!(" Did you mean '{}'?", shown(meant.as_bytes())));
        SourceError::Form(format!(
            "There is no sheet '{}'.{} The sheets are {}.",
            shown(wanted.as_bytes()),
            meant.unwrap_or_default(),
            all(sheets)
        ))
    })
}

/// The names of the sheets, and which are hidden.
fn all(sheets: &[Sheet]) -> String {
    let (hidden, visible): (Vec<&Sheet>, Vec<&Sheet>) = sheets.iter().partition(|sheet| sheet.hidden);
    let names =
        |sheets: &[&Sheet]| listed(&sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>());
    match (visible.as_slice(), hidden.as_slice()) {
        ([], []) => "none".to_owned(),
        (visible, []) => names(visible),
        ([], hidden) => format!("{} (hidden)", names(hidden)),
        (visible, hidden) => format!("{}, and hidden {}", names(visible), names(hidden)),
    }
}

#[cfg(test)]
mod tests;
