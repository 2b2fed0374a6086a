//! Pages of Socialstyrelsen's statistical database: one record a cell.
//!
//! The columns are those of the rows: the codes of the subject's dimensions
//! (`regionId`, `konId`, …), `ar` and `varde`, a text with decimal comma. The
//! interface cuts what is too much into pages without a word: a file has to hold
//! every page of its request, from `sida` 1 to `sidor`, in order, behind each other
//! or in a list; several requests may follow one another.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::json::{self, Members, Scalar};
use super::rows::{Packed, Row};
use super::{Digest, Format, Record, Records, SourceError, listed};
use crate::options::SourceOptions;

/// The most columns.
const COLUMNS: usize = 100;

/// The column of the value.
const VALUE: &str = "varde";

/// Socialstyrelsen's pages.
pub(crate) struct Socialstyrelsen;

impl Format for Socialstyrelsen {
    fn name(&self) -> &'static str {
        "socialstyrelsen"
    }

    fn description(&self) -> &'static str {
        "pages of Socialstyrelsen's statistical database"
    }

    fn options(&self) -> &'static [&'static str] {
        &["member"]
    }

    fn published(&self) -> bool {
        true
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json", "jsonl"]
    }

    fn sniff(&self, head: &[u8]) -> u8 {
        json::begins_with(head, &["\"varde\"", "\"nasta_sida\"", "\"sidor\""], 80)
    }

    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError> {
        let (bytes, digest) = json::load(path, options)?;
        Ok(Box::new(Reader::new(&bytes, digest)?))
    }
}

#[derive(Deserialize)]
struct Page {
    data: Rows,
    /// Which page it is, from 1, and of how many.
    sida: Option<u64>,
    sidor: Option<u64>,
    nasta_sida: Option<Scalar>,
}

/// The rows of a page under one header.
#[derive(Default)]
struct Rows {
    header: Vec<String>,
    fields: Packed,
    /// A row that has other columns than the first: which, and one of those.
    other: Option<(usize, String)>,
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        type Cells = Members<Option<Scalar>, COLUMNS>;
        let mut strange = false;
        let rows = json::fold(deserializer, Self::default(), |rows, cells: Cells| {
            if rows.header.is_empty() {
                rows.header = cells.0.iter().map(|(name, _)| name.clone()).collect();
                let names: HashSet<_> = rows.header.iter().collect();
                strange |= names.is_empty() || names.len() < rows.header.len();
            }
            if let Some((name, _)) = cells.0.iter().find(|(name, _)| !rows.header.contains(name)) {
                let number = rows.fields.len() / rows.header.len().max(1) + 1;
                rows.other.get_or_insert((number, name.clone()));
            }
            for name in &rows.header {
                let value = cells.get(name).and_then(Option::as_ref);
                rows.fields.push(value.map(|value| value.0.as_str()))?;
            }
            Ok(())
        })?;
        match strange {
            true => Err(D::Error::custom("the first row has no columns, or one twice")),
            false => Ok(rows),
        }
    }
}

/// The pages of a file, put together.
#[derive(Default)]
struct Pages {
    header: Vec<String>,
    fields: Packed,
    /// The last page of a request and how many that has.
    last: Option<(u64, u64)>,
}

impl Pages {
    fn add(&mut self, page: Page) -> Result<(), SourceError> {
        self.follow(&page)?;
        let mut rows = page.data;
        if let Some((number, name)) = rows.other {
            return Err(form(format!(
                "Row {number} of a page has the column {}, which the first row has not ({}). Fetch the page again.",
                listed(&[name]),
                listed(&rows.header)
            )));
        }
        if self.header.is_empty() {
            self.header = std::mem::take(&mut rows.header);
        } else if !rows.header.is_empty() && rows.header != self.header {
            return Err(form(format!(
                "A page has the columns {}, the pages before it have {}. Put each subject in a file of its own.",
                listed(&rows.header),
                listed(&self.header)
            )));
        }
        let added = self.fields.append(rows.fields);
        added.map_err(|full| form(format!("The file is too large: {full}. Split it.")))
    }

    /// Makes sure that the page is the one that has to come now.
    fn follow(&mut self, page: &Page) -> Result<(), SourceError> {
        let (Some(at), Some(all)) = (page.sida, page.sidor) else {
            return Err(form(
                "A page does not say which it is (`sida`) and of how many (`sidor`), so that nobody can see whether \
                 pages are missing. Save the pages as Socialstyrelsen gives them.",
            ));
        };
        let open = self.last.filter(|(last, all)| last < all);
        let expected = open.map_or(1, |(last, _)| last + 1);
        if at != expected || open.is_some_and(|(_, before)| before != all) {
            return Err(form(format!(
                "Page {expected} is missing: there is page {at} of {all} in its place. Put all pages of a request in \
                 one file, in order."
            )));
        }
        if at > all.max(1) {
            return Err(form(format!(
                "There is page {at} of {all}. Fetch the pages again."
            )));
        }
        if at == all && page.nasta_sida.as_ref().is_some_and(|next| !next.0.is_empty()) {
            return Err(form(format!(
                "Page {at} of {all} names a page after it (`nasta_sida`): pages are missing. Fetch them again."
            )));
        }
        self.last = Some((at, all));
        Ok(())
    }

    fn finish(&self) -> Result<(), SourceError> {
        match self.last {
            Some((last, all)) if last < all => Err(form(format!(
                "Pages are missing: the file ends with page {last} of {all}. Fetch page {} and on, and put all pages of \
                 the request in one file.",
                last + 1
            ))),
            _ => Ok(()),
        }
    }
}

fn form(message: impl Into<String>) -> SourceError {
    SourceError::Form(message.into())
}

struct Reader {
    header: Vec<String>,
    digest: Digest,
    fields: Packed,
    /// Which column has the value.
    value: Option<usize>,
    number: usize,
    row: Row,
}

impl Reader {
    fn new(bytes: &[u8], digest: Digest) -> Result<Self, SourceError> {
        let mut pages = Pages::default();
        json::each(bytes, "a page of Socialstyrelsen", |page| pages.add(page))?;
        pages.finish()?;
        Ok(Self {
            value: pages.header.iter().position(|name| name == VALUE),
            header: pages.header,
            digest,
            fields: pages.fields,
            number: 0,
            row: Row::default(),
        })
    }
}

impl Records for Reader {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn decimal(&self) -> Option<u8> {
        Some(b',')
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        let width = self.header.len();
        let start = self.number * width;
        if start >= self.fields.len() {
            return Ok(None);
        }
        self.row.clear();
        for at in 0..width {
            let text = self.fields.get(start + at);
            // Should the value ever come as a number of JSON.
            match Some(at) == self.value && text.contains('.') {
                true => self.row.push(Some(&text.replace('.', ","))),
                false => self.row.push(Some(text)),
            }
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
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Result<(Vec<String>, Vec<String>), SourceError> {
        let digest = Digest {
            bytes: text.len() as u64,
            blake3: String::new(),
        };
        let mut reader = Reader::new(text.as_bytes(), digest)?;
        assert_eq!(reader.decimal(), Some(b','));
        let mut rows = Vec::new();
        while let Some(record) = reader.next()? {
            let fields: Vec<_> = (0..record.len())
                .map(|at| String::from_utf8_lossy(record.field(at)).into_owned())
                .collect();
            rows.push(fields.join("|"));
        }
        Ok((reader.header.clone(), rows))
    }

    fn page(year: u32, sida: u32, sidor: u32) -> String {
        let next = match sida < sidor {
            true => format!("\"https://sdb.socialstyrelsen.se/…?sida={}\"", sida + 1),
            false => "null".to_owned(),
        };
        format!(
            r#"{{"data":[{{"diagnosId":2026,"regionId":17,"alderId":1,"konId":1,"mattId":1,"ar":{year},"varde":"12,3"}},
            {{"varde":"1 234,0","regionId":0,"diagnosId":2026,"alderId":1,"konId":2,"mattId":1,"ar":{year}}}],
            "amne":"diagnoserislutenvard","nasta_sida":{next},"foregaende_sida":null,"sida":{sida},"per_sida":2,
            "sidor":{sidor}}}"#
        )
    }

    #[test]
    fn pages() {
        let (header, rows) = read(&page(2020, 1, 1)).unwrap();
        let expected = [
            "diagnosId",
            "regionId",
            "alderId",
            "konId",
            "mattId",
            "ar",
            "varde",
        ];
        assert_eq!(header, expected);
        assert_eq!(rows, ["2026|17|1|1|1|2020|12,3", "2026|0|1|2|1|2020|1 234,0"]);
        let (first, second) = (page(2020, 1, 2), page(2021, 2, 2));
        for text in [format!("[{first},{second}]"), format!("{first}\n{second}\n")] {
            assert_eq!(read(&text).unwrap().1.len(), 4);
        }
        // Two requests behind each other.
        let twice = format!("[{first},{second},{}]", page(2022, 1, 1));
        assert_eq!(read(&twice).unwrap().1[5], "2026|0|1|2|1|2022|1 234,0");
        let number = page(2020, 1, 1).replace("\"12,3\"", "12.3");
        assert_eq!(read(&number).unwrap().1[0], "2026|17|1|1|1|2020|12,3");
        let less = page(2020, 1, 1).replace("\"alderId\":1,\"konId\":2,", "\"konId\":null,");
        assert_eq!(read(&less).unwrap().1[1], "2026|0|||1|2020|1 234,0");
        let none = r#"{"data":[],"sida":1,"sidor":0,"nasta_sida":null}"#;
        assert_eq!(read(none).unwrap(), (vec![], vec![]));
    }

    #[test]
    fn missing_pages_are_noticed() {
        let said = |text: &str| read(text).unwrap_err().to_string();
        let first = said(&page(2020, 1, 3));
        assert!(first.contains("ends with page 1 of 3"), "{first}");
        let second = said(&page(2020, 2, 3));
        assert!(
            second.contains("Page 1 is missing: there is page 2 of 3"),
            "{second}"
        );
        let gap = said(&format!("[{},{}]", page(2020, 1, 3), page(2020, 3, 3)));
        assert!(gap.contains("Page 2 is missing: there is page 3"), "{gap}");
        let twice = said(&format!("[{0},{0}]", page(2020, 1, 2)));
        assert!(twice.contains("Page 2 is missing: there is page 1"), "{twice}");
        let other = said(&format!("[{},{}]", page(2020, 1, 2), page(2020, 2, 5)));
        assert!(
            other.contains("Page 2 is missing: there is page 2 of 5"),
            "{other}"
        );
        let silent = said(&page(2020, 1, 1).replace("sidor", "pages"));
        assert!(silent.contains("nobody can see"), "{silent}");
        let more = said(&page(2020, 1, 1).replace("\"nasta_sida\":null", "\"nasta_sida\":\"x\""));
        assert!(more.contains("names a page after it"), "{more}");
    }

    #[test]
    fn contradictions_are_refused() {
        let said = |text: &str| read(text).unwrap_err().to_string();
        let column = said(&page(2020, 1, 1).replacen("\"konId\":2", "\"sexId\":2", 1));
        assert!(column.contains("Row 2") && column.contains("'sexId'"), "{column}");
        let subject = page(2021, 1, 1).replace("diagnosId", "atgardId");
        let mixed = said(&format!("[{},{subject}]", page(2020, 1, 1)));
        assert!(mixed.contains("'atgardId'"), "{mixed}");
        assert!(matches!(read(r#"{"data":[1]}"#), Err(SourceError::Json { .. })));
        assert!(matches!(read(r#"{"data":[{}]}"#), Err(SourceError::Json { .. })));
        assert!(matches!(
            read(r#"{"data":[{"a":1,"a":2}]}"#),
            Err(SourceError::Json { .. })
        ));
        assert!(matches!(read("<html>"), Err(SourceError::Json { .. })));
        assert!(matches!(read(""), Err(SourceError::Empty)));
        assert!(matches!(read("[]").unwrap(), (header, _) if header.is_empty()));
    }
}
