//! Open Document spreadsheets (`.ods`).
//!
//! Method: OASIS Open Document Format 1.3, part 3, chapter 9. Written for this project: readers of libraries
//! hold every sheet whole, and a few hundred bytes of "repeat this row a million times" fill the memory.

use std::collections::HashSet;
use std::fmt::Write as _;

use quick_xml::events::{BytesStart, Event};

use super::area::{self, Area};
use super::named;
use super::names::Names;
use super::package::{Package, damaged};
use super::sheet::{Book, Rows, Sheet, SheetRow};
use super::xml::{Xml, attribute, cut, push_text};
use crate::{SourceError, shown};

/// The part with the cells.
pub(super) const CONTENT: &str = "content.xml";

/// The most sheets, and styles of sheets.
const SHEETS: usize = 10_000;

/// The most cells, and bytes of text, that repeated rows may become.
const CELLS: u64 = 50_000_000;
const BYTES: u64 = 256 << 20;

/// A workbook of LibreOffice.
pub(super) struct Ods {
    sheets: Vec<Sheet>,
}

impl Ods {
    pub(super) fn open(package: &Package) -> Result<Self, SourceError> {
        let mut xml = package.xml(CONTENT)?;
        let mut sheets = Vec::new();
        let (mut style, mut hidden) = (None, HashSet::new());
        loop {
            match xml.next()? {
                Event::Start(start) => match start.name().as_ref() {
                    "style:style" => style = attribute(&start, "style:name")?.map(|name| name.into_owned()),
                    "style:table-properties"
                        if attribute(&start, "table:display")?.as_deref() == Some("false") =>
                    {
                        hidden.extend(style.take())
                    }
                    "table:tracked-changes" => xml.skip()?,
                    "table:table" => {
                        let style = attribute(&start, "table:style-name")?;
                        let name = attribute(&start, "table:name")?.unwrap_or_default().into_owned();
                        let hidden = style.is_some_and(|style| hidden.contains(style.as_ref()));
                        sheets.push(Sheet { name, hidden });
                        xml.skip()?;
                    }
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
            if sheets.len() > SHEETS || hidden.len() > SHEETS {
                return Err(damaged(format_args!("it has more than {SHEETS} sheets")));
            }
        }
        // The end of the part tells whether it is whole.
        xml.drain()?;
        Ok(Self { sheets })
    }
}

impl Book for Ods {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn names(&self, package: &Package) -> Result<Names, SourceError> {
        named::names(package, &self.sheets)
    }

    fn rows(&self, package: &Package, sheet: usize) -> Result<Box<dyn Rows>, SourceError> {
        let mut xml = package.xml(CONTENT)?;
        let mut before = sheet;
        loop {
            match xml.next()? {
                Event::Start(start) => match (start.name().as_ref(), before) {
                    ("table:tracked-changes", _) => xml.skip()?,
                    ("table:table", 0) => break,
                    ("table:table", _) => {
                        before -= 1;
                        xml.skip()?;
                    }
                    _ => {}
                },
                Event::Eof => return Err(cut()),
                _ => {}
            }
        }
        Ok(Box::new(OdsRows {
            xml,
            row: 0,
            left: 0,
            sheet: self
                .sheets
                .get(sheet)
                .map_or_else(String::new, |sheet| sheet.name.clone()),
            cells: 0,
            bytes: 0,
            ended: false,
            text: String::new(),
        }))
    }

    fn merged(&self, _package: &Package, _sheet: usize, _rows: u32) -> Result<Vec<Area>, SourceError> {
        Ok(Vec::new())
    }
}

struct OdsRows {
    xml: Xml,
    /// The row that comes next.
    row: u32,
    /// How many more times the last row comes.
    left: u32,
    /// Its name, for errors.
    sheet: String,
    /// Cells, and bytes of text, that come by repeating rows.
    cells: u64,
    bytes: u64,
    ended: bool,
    text: String,
}

impl Rows for OdsRows {
    fn next(&mut self, row: &mut SheetRow) -> Result<bool, SourceError> {
        if self.left > 0 {
            self.left -= 1;
            row.repeat(self.row);
            self.row += 1;
            return Ok(true);
        }
        while !self.ended {
            match self.xml.next()? {
                Event::Start(start) => match start.name().as_ref() {
                    "table:table-row" => {
                        let times = count(&start, "table:number-rows-repeated", self.row)?;
                        row.begin(self.row);
                        self.read_row(row)?;
                        self.row = self.row.saturating_add(times);
                        // Empty rows fill the rest of a sheet, whatever their number.
                        if !row.is_empty() {
                            if self.row > area::ROWS {
                                return Err(damaged(format_args!(
                                    "row {} is repeated beyond row {}, which is the last of a sheet",
                                    u64::from(row.number) + 1,
                                    area::ROWS
                                )));
                            }
                            self.left = times - 1;
                            self.row -= self.left;
                            self.count_repeated(row)?;
                            return Ok(true);
                        }
                    }
                    "table:table-header-rows" | "table:table-rows" | "table:table-row-group" => {}
                    _ => self.xml.skip()?,
                },
                Event::End(end) if end.name().as_ref() == "table:table" => self.ended = true,
                Event::Eof => return Err(cut()),
                _ => {}
            }
        }
        Ok(false)
    }
}

impl OdsRows {
    /// Counts what the row that has just been read becomes by being repeated, before it does.
    fn count_repeated(&mut self, row: &SheetRow) -> Result<(), SourceError> {
        let (bytes, cells) = row.size();
        let times = u64::from(self.left);
        self.cells = self.cells.saturating_add(times.saturating_mul(cells));
        self.bytes = self.bytes.saturating_add(times.saturating_mul(bytes));
        let what = match (self.cells > CELLS, self.bytes > BYTES) {
            (true, _) => format!("{} million cells", CELLS / 1_000_000),
            (_, true) => format!("{} MB", BYTES >> 20),
            _ => return Ok(()),
        };
        Err(damaged(format_args!(
            "in the sheet '{}', row {} is said to come {} times more, and repeated rows would be more than {what}",
            shown(self.sheet.as_bytes()),
            u64::from(row.number) + 1,
            self.left
        )))
    }

    fn read_row(&mut self, row: &mut SheetRow) -> Result<(), SourceError> {
        let mut column = 0_u32;
        loop {
            match self.xml.next()? {
                Event::Start(start) => {
                    let covered = match start.name().as_ref() {
                        "table:table-cell" => false,
                        "table:covered-table-cell" => true,
                        _ => {
                            self.xml.skip()?;
                            continue;
                        }
                    };
                    let times = count(&start, "table:number-columns-repeated", row.number)?;
                    if covered {
                        // Below a merged cell; nobody sees what it may hold.
                        self.xml.skip()?;
                    } else {
                        let across = count(&start, "table:number-columns-spanned", row.number)?;
                        let down = count(&start, "table:number-rows-spanned", row.number)?;
                        if across > 1 && row.merged.len() < area::COLUMNS as usize {
                            row.merged.push(Area {
                                rows: (row.number, row.number.saturating_add(down - 1)),
                                columns: (column, column.saturating_add(across - 1)),
                            });
                        }
                        let value = value(&start)?;
                        self.text.clear();
                        read_text(&mut self.xml, &mut self.text, row.number)?;
                        let value = value.unwrap_or_else(|| std::mem::take(&mut self.text));
                        if !value.is_empty() {
                            for at in column..column.saturating_add(times) {
                                row.push(at, &value)?;
                            }
                        }
                    }
                    column = column.saturating_add(times);
                }
                Event::End(_) => return Ok(()),
                Event::Eof => return Err(cut()),
                _ => {}
            }
        }
    }
}

/// How many times; 1 where it does not say. More than there are rows in any sheet is as many as can be told.
fn count(start: &BytesStart<'_>, name: &str, row: u32) -> Result<u32, SourceError> {
    let Some(text) = attribute(start, name)? else {
        return Ok(1);
    };
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(damaged(format_args!(
            "in row {}, {name} is '{}' and no number",
            u64::from(row) + 1,
            shown(text.as_bytes())
        )));
    }
    Ok(text.parse().unwrap_or(u32::MAX).max(1))
}

/// What a cell says its value is, as canonical text; `None` where its paragraphs are the value.
fn value(start: &BytesStart<'_>) -> Result<Option<String>, SourceError> {
    if attribute(start, "calcext:value-type")?.as_deref() == Some("error") {
        return Ok(None);
    }
    let kind = attribute(start, "office:value-type")?;
    let name = match kind.as_deref() {
        Some("float" | "percentage" | "currency") => "office:value",
        Some("boolean") => "office:boolean-value",
        Some("date") => "office:date-value",
        Some("time") => "office:time-value",
        // Goes before the paragraphs, which only show it; most programs leave it out.
        Some("string") => "office:string-value",
        _ => return Ok(None),
    };
    let Some(value) = attribute(start, name)? else {
        return Ok(None);
    };
    Ok(Some(match (name, value.parse::<f64>()) {
        ("office:value", Ok(number)) => format!("{}", if number == 0.0 { 0.0 } else { number }),
        ("office:date-value", _) => match value.split_once('.') {
            Some((whole, part)) => match part.trim_end_matches('0') {
                "" => whole.to_owned(),
                part => format!("{whole}.{part}"),
            },
            None => value.into_owned(),
        },
        ("office:time-value", _) => clock(&value).unwrap_or_else(|| value.into_owned()),
        _ => value.into_owned(),
    }))
}

/// `PT13H45M07.2S` as `13:45:07.200`.
fn clock(duration: &str) -> Option<String> {
    let (sign, duration) = match duration.strip_prefix('-') {
        Some(duration) => ("-", duration),
        None => ("", duration),
    };
    let (hours, rest) = duration.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds: f64 = rest.strip_suffix('S')?.replace(',', ".").parse().ok()?;
    let (hours, minutes): (u32, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    let millis = (0.0..60.0)
        .contains(&seconds)
        .then_some((seconds * 1000.0).round() as u32)?;
    let mut text = format!("{sign}{hours:02}:{minutes:02}:{:02}", millis / 1000);
    if millis % 1000 != 0 {
        let _ = write!(text, ".{:03}", millis % 1000);
    }
    Some(text)
}

/// Appends the paragraphs of the cell that has just begun, a line each, and passes its end.
fn read_text(xml: &mut Xml, into: &mut String, row: u32) -> Result<(), SourceError> {
    // Elements of a paragraph that are open; none is between paragraphs.
    let mut open = 0_u32;
    let mut paragraphs = 0_u32;
    loop {
        let event = xml.next()?;
        match &event {
            Event::Start(start) => match (start.name().as_ref(), open) {
                ("text:p", 0) => {
                    if paragraphs > 0 {
                        into.push('\n');
                    }
                    paragraphs += 1;
                    open = 1;
                }
                ("text:s", 1..) => {
                    let spaces = count(start, "text:c", row)?.min(1000);
                    into.extend(std::iter::repeat_n(' ', spaces as usize));
                    open += 1;
                }
                ("text:tab", 1..) => {
                    into.push('\t');
                    open += 1;
                }
                ("text:line-break", 1..) => {
                    into.push('\n');
                    open += 1;
                }
                ("text:span" | "text:a", 1..) => open += 1,
                // Comments, pictures, notes.
                _ => xml.skip()?,
            },
            Event::End(_) if open == 0 => return Ok(()),
            Event::End(_) => open -= 1,
            Event::Eof => return Err(cut()),
            event if open > 0 => push_text(event, into)?,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (duration, time) in [
            ("PT13H45M00S", Some("13:45:00")),
            ("PT36H00M07.2S", Some("36:00:07.200")),
            ("-PT01H00M00S", Some("-01:00:00")),
            ("P1D", None),
            ("PT1H2M99S", None),
        ] {
            assert_eq!(clock(duration).as_deref(), time, "{duration}");
        }
    }
}
