//! Workbooks: XLSX and ODS. Texts of cells are replaced inside the package; parts without cells are looked into
//! and copied as they are.

mod grid;
mod ods;
mod package;
mod shared;
mod xlsx;
mod xml;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use indicatif::ProgressBar;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::write::SimpleFileOptions;

use crate::args::Kind;
use crate::columns::Row;
use crate::error::Fault;
use crate::job::Work;
use crate::outcome::Column;
use crate::packing::damaged;
use crate::watch;
use grid::{Head, Plan, Value};
use ods::Tables;
use package::{Output, Package, small};
use shared::Shared;
use xlsx::Sheet;
use xml::{Xml, attribute, local};

const STRINGS: &str = "xl/sharedStrings.xml";
const CONTENT: &str = "content.xml";

/// Which workbook an archive is, if it is one.
pub(crate) fn kind(path: &Path) -> Result<Option<Kind>, Fault> {
    let file = File::open(path).map_err(Fault::Read)?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let mut type_name = Vec::new();
    if let Ok(part) = archive.by_name("mimetype") {
        part.take(100).read_to_end(&mut type_name).map_err(Fault::Read)?;
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    Ok(
        if type_name.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") {
            Some(Kind::Ods)
        } else if type_name.starts_with(b"application/vnd.oasis.opendocument") {
            return Err(Fault::data("It is an OpenDocument, but no spreadsheet."));
        } else if has("xl/workbook.xml") {
            Some(Kind::Xlsx)
        } else if has("xl/workbook.bin") {
            return Err(Fault::data("It is a binary workbook (XLSB). Save it as XLSX."));
        } else if has("[Content_Types].xml") {
            return Err(Fault::data("It is an Office document, but no workbook."));
        } else {
            None
        },
    )
}

/// Replaces the identities of an XLSX.
pub(crate) fn xlsx(work: &mut Work<'_>, out: File) -> Result<Vec<Column>, Fault> {
    let mut package = Package::open(work.path, ProgressBar::hidden())?;
    let sheets = sheets(&mut package)?;
    let mut budget = grid::HEAD;
    let mut heads = Vec::new();
    for (name, part) in &sheets {
        let mut xml = Xml::new(package.needed(part)?, part);
        let mut sheet = Sheet::new(0, name);
        let head = grid::heads(&mut xml, &mut sheet, &mut budget)?.into_iter().next();
        heads.push(Head {
            name: name.clone(),
            rows: head.map_or_else(Vec::new, |head| head.rows),
        });
    }
    let mut texts: BTreeMap<usize, String> = BTreeMap::new();
    for (_, value) in heads
        .iter()
        .flat_map(|head| &head.rows)
        .flat_map(|(_, cells)| cells)
    {
        if let Value::Shared(at) = value {
            texts.insert(*at, String::new());
        }
    }
    let mut shared = match package.part(STRINGS)? {
        Some(part) => Shared::read(&mut Xml::new(part, STRINGS), &mut work.judge, &mut texts)?,
        None => Shared::default(),
    };
    if shared.beside {
        work.elsewhere("the texts that cells share, beside them", 0)?;
    }
    let plans = plans(work, &heads, &texts)?;
    drop((heads, texts));

    let bar = watch::bar(work.bytes, work.quiet);
    let mut package = Package::open(work.path, bar.clone())?;
    let mut output = Output::new(out);
    let mut strings = None;
    for at in 0..package.parts.len() {
        let part = package.parts.get(at).cloned().unwrap_or_default();
        if let Some(sheet) = sheets.iter().position(|(_, of)| part.eq_ignore_ascii_case(of)) {
            let name = sheets.get(sheet).map_or("", |(name, _)| name);
            output.begin(&part, SimpleFileOptions::default())?;
            let mut xml = Xml::new(package.needed(&part)?, &part);
            let mut writer = output.writer();
            grid::copy(
                work,
                &mut xml,
                &mut Sheet::new(sheet, name),
                &plans,
                &mut shared,
                &mut writer,
            )?;
            writer.flush().map_err(Fault::Write)?;
        } else if part.eq_ignore_ascii_case(STRINGS) {
            // Only when all sheets are written is it known which of them are needed.
            strings = Some(part);
        } else {
            package.copy(work, at, &mut output)?;
        }
    }
    if let Some(part) = strings {
        output.begin(&part, SimpleFileOptions::default())?;
        let mut xml = Xml::new(package.needed(&part)?, &part);
        let mut writer = output.writer();
        shared.copy(&mut xml, &mut writer)?;
        writer.flush().map_err(Fault::Write)?;
    }
    bar.finish_and_clear();
    output.finish()?;
    Ok(columns(
        &sheets.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        &plans,
    ))
}

/// Replaces the identities of an ODS.
pub(crate) fn ods(work: &mut Work<'_>, out: File) -> Result<Vec<Column>, Fault> {
    let mut package = Package::open(work.path, ProgressBar::hidden())?;
    let mut budget = grid::HEAD;
    let heads = {
        let mut xml = Xml::new(package.needed(CONTENT)?, CONTENT);
        grid::heads(&mut xml, &mut Tables::new(), &mut budget)?
    };
    let plans = plans(work, &heads, &BTreeMap::new())?;
    let names: Vec<String> = heads.into_iter().map(|head| head.name).collect();
    let bar = watch::bar(work.bytes, work.quiet);
    let mut package = Package::open(work.path, bar.clone())?;
    let mut output = Output::new(out);
    for at in 0..package.parts.len() {
        if package.parts.get(at).is_some_and(|part| part == CONTENT) {
            output.begin(CONTENT, SimpleFileOptions::default())?;
            let mut xml = Xml::new(package.needed(CONTENT)?, CONTENT);
            let mut writer = output.writer();
            let mut tables = Tables::new();
            grid::copy(
                work,
                &mut xml,
                &mut tables,
                &plans,
                &mut Shared::default(),
                &mut writer,
            )?;
            writer.flush().map_err(Fault::Write)?;
        } else {
            package.copy(work, at, &mut output)?;
        }
    }
    bar.finish_and_clear();
    output.finish()?;
    Ok(columns(
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
        &plans,
    ))
}

/// The sheets of an XLSX, by name and part.
fn sheets(package: &mut Package) -> Result<Vec<(String, String)>, Fault> {
    const BOOK: &str = "xl/workbook.xml";
    const LINKS: &str = "xl/_rels/workbook.xml.rels";
    let links: BTreeMap<String, String> = elements(package, LINKS, "Relationship", &["Id", "Target"])?
        .into_iter()
        .collect();
    let named = elements(package, BOOK, "sheet", &["id", "name"])?;
    let mut sheets: Vec<(String, String)> = Vec::new();
    for (id, name) in named {
        let Some(target) = links.get(&id) else {
            continue;
        };
        let part = match target.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => format!("xl/{}", target.strip_prefix("./").unwrap_or(target)),
        };
        let known = package
            .parts
            .iter()
            .any(|there| there.eq_ignore_ascii_case(&part));
        let twice = sheets.iter().any(|(_, there)| there.eq_ignore_ascii_case(&part));
        // Sheets of charts and dialogs have no cells.
        if known && !twice && part.to_lowercase().contains("worksheets/") {
            sheets.push((name, part));
        }
    }
    // Sheets that the workbook does not name are looked through as well.
    for part in &package.parts {
        let folded = part.to_lowercase();
        let sheet = folded.starts_with("xl/worksheets/") && folded.ends_with(".xml");
        if sheet && !sheets.iter().any(|(_, there)| there.eq_ignore_ascii_case(part)) {
            sheets.push((part.clone(), part.clone()));
        }
    }
    Ok(sheets)
}

/// Two attributes of every element of a name; `id` in a namespace goes before `sheetId`.
fn elements(
    package: &mut Package,
    part: &str,
    element: &str,
    keys: &[&str; 2],
) -> Result<Vec<(String, String)>, Fault> {
    let bytes = small(package.needed(part)?, part)?;
    let mut xml = Xml::new(bytes.as_slice(), part);
    let mut found = Vec::new();
    loop {
        match xml.next()? {
            Event::Eof => return Ok(found),
            Event::Start(start) | Event::Empty(start) if local(&start) == element => {
                let [first, second] = keys.map(|key| attribute(&start, key));
                found.extend(first.zip(second));
            }
            _ => {}
        }
    }
}

/// Where the identities are in each table.
fn plans(
    work: &mut Work<'_>,
    heads: &[Head],
    texts: &BTreeMap<usize, String>,
) -> Result<Vec<Option<Plan>>, Fault> {
    let only = work.args.sheet.clone();
    let chosen = |head: &Head| {
        only.as_ref()
            .is_none_or(|only| crate::columns::same(only, &head.name))
    };
    if let Some(only) = &only
        && !heads.iter().any(chosen)
    {
        let names: Vec<&str> = heads.iter().map(|head| head.name.as_str()).collect();
        return Err(Fault::usage(format!(
            "There is no sheet {}. The sheets are {}.",
            perspektiv_formats::listed(&[only]),
            perspektiv_formats::listed(&names)
        )));
    }
    let mut plans = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for head in heads {
        let text = |value: &Value| match value {
            Value::Empty => None,
            Value::Text(text) => Some(text.clone()),
            Value::Shared(at) => texts.get(at).cloned(),
        };
        let rows: Vec<Row> = head
            .rows
            .iter()
            .map(|(_, cells)| {
                cells
                    .iter()
                    .filter_map(|(at, value)| Some((*at, text(value)?)))
                    .collect()
            })
            .collect();
        let lines: Vec<u64> = head.rows.iter().map(|(line, _)| *line).collect();
        let plan = if chosen(head) {
            grid::plan(work, &lines, &rows)
        } else {
            None
        };
        match &plan {
            Some(plan) => names.extend(plan.layout.names.values().cloned()),
            None => names.extend(rows.first().into_iter().flatten().map(|(_, name)| name.clone())),
        }
        plans.push(plan);
    }
    let mut identities = plans
        .iter()
        .flatten()
        .flat_map(|plan| plan.layout.identities.keys().map(|at| plan.layout.name(*at)));
    let missing = match work.wanted.names.as_slice() {
        [] => identities.next().is_none(),
        wanted => {
            let found: Vec<String> = identities.collect();
            wanted
                .iter()
                .any(|wanted| !found.iter().any(|name| crate::columns::same(wanted, name)))
        }
    };
    if missing {
        return Err(work.wanted.not_found(&names));
    }
    Ok(plans)
}

/// The columns that were found.
fn columns(names: &[&str], plans: &[Option<Plan>]) -> Vec<Column> {
    let mut columns = Vec::new();
    for (name, plan) in names.iter().zip(plans) {
        let Some(plan) = plan else {
            continue;
        };
        for (at, found) in &plan.layout.identities {
            columns.push(Column::new(&plan.layout.name(*at), Some(name), *found));
        }
    }
    columns
}
