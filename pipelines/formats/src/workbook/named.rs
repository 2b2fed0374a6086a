//! The names and the database ranges of an Open Document spreadsheet.

use quick_xml::events::{BytesStart, Event};

use super::address::{self, Fault};
use super::names::{Named, Names};
use super::ods::CONTENT;
use super::package::Package;
use super::sheet::Sheet;
use super::xml::attribute;
use crate::SourceError;

/// How a range is called that LibreOffice has made for a filter.
const ITS_OWN: &str = "__Anonymous";

/// Reads them; those of a sheet alone stand in it.
pub(super) fn names(package: &Package, sheets: &[Sheet]) -> Result<Names, SourceError> {
    let mut xml = package.xml(CONTENT)?;
    let mut names = Names::default();
    let mut rest = sheets.iter();
    let mut within: Option<&Sheet> = None;
    loop {
        match xml.next()? {
            Event::Start(start) => match start.name().as_ref() {
                "table:table" if within.is_none() => within = rest.next(),
                "table:named-range" | "table:named-expression" | "table:database-range" => {
                    if let Some(named) = named(&start, within)? {
                        names.push(named)?;
                    }
                }
                // Whatever holds many elements.
                "table:tracked-changes" | "table:table-row" | "table:shapes" | "office:forms" => {
                    xml.skip()?
                }
                _ => {}
            },
            Event::End(end) if end.name().as_ref() == "table:table" => within = None,
            Event::Eof => return Ok(names),
            _ => {}
        }
    }
}

fn named(start: &BytesStart<'_>, within: Option<&Sheet>) -> Result<Option<Named>, SourceError> {
    let Some(name) = attribute(start, "table:name")?.filter(|name| !name.starts_with(ITS_OWN)) else {
        return Ok(None);
    };
    let address = |key| -> Result<_, SourceError> {
        let text = attribute(start, key)?;
        Ok(address::open_document(text.as_deref().unwrap_or_default()))
    };
    let cells = match start.name().as_ref() {
        "table:named-range" => address("table:cell-range-address")?,
        "table:database-range" => match attribute(start, "table:contains-header")?.as_deref() {
            Some("false") => Err(Fault::NoHeader),
            _ => address("table:target-range-address")?,
        },
        _ => Err(expression(
            &attribute(start, "table:expression")?.unwrap_or_default(),
        )),
    };
    Ok(Some(Named {
        name: name.into_owned(),
        of: within.map(|sheet| sheet.name.clone()),
        cells,
    }))
}

/// Why a formula leads to no cells. LibreOffice makes formulas of all that Excel says otherwise, in small letters too.
fn expression(text: &str) -> Fault {
    match text {
        _ if text.to_lowercase().contains("#ref!") => Fault::Nowhere,
        _ if text.starts_with('[') && (text.contains("];[") || text.contains("]~[")) => Fault::Several,
        _ => Fault::Formula,
    }
}
