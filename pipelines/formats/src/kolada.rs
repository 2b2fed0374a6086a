//! Pages of Kolada's API, version 3 (and 2): values, municipalities, groups, organisational units and the
//! catalogue of indicators.
//!
//! Which page it is shows in its keys. Values come nested (an indicator, a
//! unit and a year hold one value for each sex) and leave flat; what Kolada
//! has withdrawn (`isdeleted`) is left out.
//!
//! A file holds one page, several behind each other, or a list of them. Each
//! `next_url` has to lead to the page behind it, so that none is missing; that of a
//! lone page to a file in the same folder.

mod continued;
mod page;

use std::collections::BTreeSet;
use std::path::Path;

use self::page::{Kind, Page};
use super::json;
use super::rows::{Packed, Row};
use super::{Digest, Format, Record, Records, SourceError};
use crate::options::SourceOptions;
use crate::{listed, shown};

const VALUES: [&str; 8] = [
    "kpi",
    "municipality",
    "ou",
    "period",
    "gender",
    "count",
    "status",
    "value",
];
const UNITS: [&str; 3] = ["id", "title", "type"];
const ORGANISATIONAL_UNITS: [&str; 3] = ["id", "title", "municipality"];
const INDICATORS: [&str; 12] = [
    "id",
    "title",
    "description",
    "municipality_type",
    "is_divided_by_gender",
    "auspice",
    "operating_area",
    "perspective",
    "has_ou_data",
    "prel_publication_date",
    "publication_date",
    "publ_period",
];
const MEMBERS: [&str; 5] = ["id", "title", "type", "member_id", "member_title"];

/// Kolada's pages.
pub(crate) struct Kolada;

impl Format for Kolada {
    fn name(&self) -> &'static str {
        "kolada"
    }

    fn description(&self) -> &'static str {
        "pages of Kolada's API: values, municipalities, groups, organisational units or indicators"
    }

    fn options(&self) -> &'static [&'static str] {
        &["members", "member"]
    }

    fn published(&self) -> bool {
        true
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json", "jsonl"]
    }

    fn sniff(&self, head: &[u8]) -> u8 {
        json::begins_with(head, &["\"values\""], 60)
    }

    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError> {
        let (bytes, digest) = json::load(path, options)?;
        let continued = |next: &str, kpis: &BTreeSet<String>| continued::beside(path, next, kpis);
        Ok(Box::new(Reader::new(
            &bytes,
            digest,
            options.members,
            &continued,
        )?))
    }
}

struct Reader {
    header: Vec<String>,
    digest: Digest,
    /// The fields of all records, one after another.
    fields: Packed,
    number: usize,
    row: Row,
}

/// The pages of a file, put together.
#[derive(Default)]
struct Pages {
    kind: Option<Kind>,
    fields: Packed,
    /// Where the last page says that the next one is.
    next: Option<String>,
    count: u64,
    /// The first indicators, to know a page that goes on.
    kpis: BTreeSet<String>,
    members: bool,
}

/// Whether a page that is named by its address, with some of these indicators, lies beside the file.
type Continued<'c> = &'c dyn Fn(&str, &BTreeSet<String>) -> bool;

impl Pages {
    fn add(&mut self, page: Page) -> Result<(), SourceError> {
        self.count += 1;
        if let Some(count) = page.count.filter(|count| *count != page.entries.count) {
            return Err(SourceError::Form(format!(
                "{} of Kolada says that it has {count} entries and has {}: it is not whole. Fetch it again.",
                match self.count {
                    1 => "This page".to_owned(),
                    at => format!("Page {at} of the file"),
                },
                page.entries.count
            )));
        }
        let next = page.next_url.filter(|url| !url.is_empty());
        // The page of this number is the one before that which it points at.
        if let (Some(expected), Some(found)) = (
            self.next.as_deref().and_then(page_number),
            next.as_deref().and_then(page_number),
        ) && found != expected + 1
        {
            return Err(SourceError::Form(format!(
                "Page {expected} of Kolada is missing: behind the page that points to it comes page {}. Fetch it, and \
                 keep the pages in their order.",
                found.saturating_sub(1)
            )));
        }
        self.next = next;
        if page.entries.count == 0 {
            return Ok(());
        }
        // A file may have groups behind municipalities, as long as their members are not what it is read for.
        let units = |kind| match kind {
            Kind::Groups if !self.members => Kind::Units,
            kind => kind,
        };
        let Some(kind) = page.entries.kind.map(units) else {
            return Err(SourceError::Form(
                "This page of Kolada holds neither values (kpi, period, values), municipalities (id, title, type), \
                 groups (id, title, members), organisational units (id, title, municipality) nor indicators (id, \
                 title, municipality_type). Check `path` in [source]."
                    .to_owned(),
            ));
        };
        if kind == Kind::Values && page.entries.rows.len() == 0 {
            return Err(without_values(&page.entries));
        }
        if self.kind.is_some_and(|before| before != kind) {
            return Err(SourceError::Form(format!(
                "Page {} of the file holds something else than the pages before it. Put values, municipalities, \
                 groups and the rest in a file each.",
                self.count
            )));
        }
        self.kind = Some(kind);
        self.kpis.extend(page.entries.kpis);
        let fields = match self.members && kind == Kind::Groups {
            true => page.entries.members,
            false => page.entries.rows,
        };
        let added = self.fields.append(fields);
        added.map_err(|full| SourceError::Form(format!("The file is too large: {full}. Split it.")))
    }

    /// Makes sure that the last page is the last, or that the next one lies beside the file.
    fn finish(&self, continued: Continued<'_>) -> Result<(), SourceError> {
        let Some(next) = &self.next else {
            return Ok(());
        };
        if self.count > 1 {
            return Err(SourceError::Form(format!(
                "The file has {} pages of Kolada, and more are missing: the last says that the next one is at {}. Fetch \
                 it too.",
                self.count,
                shown(next.as_bytes())
            )));
        }
        if continued(next, &self.kpis) {
            return Ok(());
        }
        Err(SourceError::Form(format!(
            "Pages are missing: the file is a page of Kolada that says that the next one is at {}, and no file in its \
             folder is that page. Fetch it too, and lay it beside this one or behind it.",
            shown(next.as_bytes())
        )))
    }
}

/// The number in `…?page=2&per_page=5000`.
fn page_number(url: &str) -> Option<u64> {
    let (_, query) = url.split_once('?')?;
    let number = query.split('&').find_map(|pair| pair.strip_prefix("page="))?;
    number.parse().ok().filter(|number| *number < u64::MAX)
}

impl Reader {
    fn new(
        bytes: &[u8],
        digest: Digest,
        members: bool,
        continued: Continued<'_>,
    ) -> Result<Self, SourceError> {
        let mut pages = Pages {
            members,
            ..Pages::default()
        };
        json::each(bytes, "a page of Kolada", |page| pages.add(page))?;
        pages.finish(continued)?;
        let names: &[&str] = match pages.kind {
            None => &[],
            Some(Kind::Values) => &VALUES,
            Some(Kind::Groups) if members => &MEMBERS,
            Some(Kind::Units | Kind::Groups) => &UNITS,
            Some(Kind::OrganisationalUnits) => &ORGANISATIONAL_UNITS,
            Some(Kind::Indicators) => &INDICATORS,
        };
        Ok(Self {
            header: names.iter().map(|name| (*name).to_owned()).collect(),
            digest,
            fields: pages.fields,
            number: 0,
            row: Row::default(),
        })
    }
}

/// The error of a page that names indicators and has not one value of them: it
/// would take away the rows of the page before.
fn without_values(entries: &page::Entries) -> SourceError {
    let kpis: Vec<&String> = entries.kpis.iter().collect();
    SourceError::Form(format!(
        "This page of Kolada has {} entries and not one row of values: they are empty or withdrawn. Its indicators \
         are {}. Check that they still exist, and fetch the page again.",
        entries.count,
        listed(&kpis)
    ))
}

impl Records for Reader {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn decimal(&self) -> Option<u8> {
        Some(b'.')
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        let width = self.header.len();
        let start = self.number * width;
        if start >= self.fields.len() {
            return Ok(None);
        }
        self.row.clear();
        for at in start..start + width {
            self.row.push(Some(self.fields.get(at)));
        }
        self.number += 1;
        Ok(Some(self.row.record(self.number as u64)))
    }

    fn bytes_read(&self) -> u64 {
        self.digest.bytes
    }

    fn digest(&self) -> Digest {
        self.digest.clone()
    }
}

#[cfg(test)]
mod tests;
