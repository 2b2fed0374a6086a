//! The names and tables of a workbook of Excel.

use quick_xml::events::Event;

use super::address::{self, Cells, Fault};
use super::area::Area;
use super::names::{Named, Names};
use super::package::{Package, damaged};
use super::relations::{SHEETS, relations};
use super::sheet::Sheet;
use super::xml::{is_true, local};
use crate::SourceError;

/// Reads the defined names in the part `workbook`.
pub(super) fn defined(package: &Package, workbook: &str, names: &mut Names) -> Result<(), SourceError> {
    let mut xml = package.xml(workbook)?;
    // All sheets, those of charts too: names refer to them by number.
    let mut sheets: Vec<String> = Vec::new();
    let mut text = String::new();
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "sheet" => {
                sheets.push(local(&start, "name")?.unwrap_or_default().into_owned());
                if sheets.len() > SHEETS {
                    return Err(damaged(format_args!("it has more than {SHEETS} sheets")));
                }
            }
            Event::Start(start) if start.local_name().as_ref() == "definedName" => {
                let name = local(&start, "name")?.unwrap_or_default().into_owned();
                let of = local(&start, "localSheetId")?.map(|number| {
                    let number = number.trim().parse::<usize>().ok();
                    number.and_then(|number| sheets.get(number)).cloned()
                });
                let hidden = is_true(local(&start, "hidden")?);
                text.clear();
                xml.text(&mut text)?;
                match of {
                    _ if hidden => {}
                    // A name of a sheet that is not there.
                    Some(None) => {}
                    Some(of @ Some(_)) => names.push(named(name, of, &text))?,
                    None => names.push(named(name, None, &text))?,
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn named(name: String, of: Option<String>, text: &str) -> Named {
    Named {
        name,
        of,
        cells: address::excel(text),
    }
}

/// Reads the tables of the sheets, whose parts are in the same order.
pub(super) fn tables(
    package: &Package,
    sheets: &[Sheet],
    parts: &[String],
    names: &mut Names,
) -> Result<(), SourceError> {
    let mut count = 0;
    for (sheet, part) in sheets.iter().zip(parts) {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        for relation in relations(package, &format!("{folder}/_rels/{file}.rels"), folder)? {
            if relation.kind != "table" || !package.has(&relation.target) {
                continue;
            }
            count += 1;
            if count > SHEETS {
                return Err(damaged(format_args!("it has more than {SHEETS} tables")));
            }
            if let Some(named) = table(package, &relation.target, sheet)? {
                names.push(named)?;
            }
        }
    }
    Ok(())
}

/// The table that a part is about.
fn table(package: &Package, part: &str, sheet: &Sheet) -> Result<Option<Named>, SourceError> {
    let mut xml = package.xml(part)?;
    loop {
        let start = match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "table" => start,
            Event::Eof => return Ok(None),
            _ => continue,
        };
        let name = match local(&start, "displayName")? {
            Some(name) => name,
            None => local(&start, "name")?.unwrap_or_default(),
        };
        let rows = |name, default| -> Result<u32, SourceError> {
            let rows = local(&start, name)?.and_then(|rows| rows.trim().parse().ok());
            Ok(rows.unwrap_or(default))
        };
        let (header, totals) = (rows("headerRowCount", 1)?, rows("totalsRowCount", 0)?);
        let area = local(&start, "ref")?.and_then(|area| Area::parse(&area));
        let cells = match (area, header) {
            (None, _) => Err(Fault::Nowhere),
            (_, 0) => Err(Fault::NoHeader),
            (Some(mut area), _) => {
                // Sums are no rows of the table.
                area.rows.1 = area.rows.1.saturating_sub(totals).max(area.rows.0);
                Ok(Cells {
                    sheet: sheet.name.clone(),
                    area,
                })
            }
        };
        return Ok(Some(Named {
            name: name.into_owned(),
            of: None,
            cells,
        }));
    }
}
