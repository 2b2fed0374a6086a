//! Pages of Kolada's API, version 3 (and 2): values, municipalities, groups.
//!
//! Which page it is shows in its keys. Values come nested (an indicator, a
//! unit and a year hold one value for each sex) and leave flat; what Kolada
//! has withdrawn (`isdeleted`) is left out. `next_url` is for whoever fetches
//! the pages: a folder of files has them all.

use std::path::Path;

use serde::Deserialize;

use super::json::{self, Scalar};
use super::rows::Row;
use super::{Digest, Format, Record, Records, SourceError};
use crate::listed;
use crate::options::SourceOptions;

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
const MEMBERS: [&str; 5] = ["id", "title", "type", "member_id", "member_title"];

/// Kolada's pages.
pub(crate) struct Kolada;

impl Format for Kolada {
    fn name(&self) -> &'static str {
        "kolada"
    }

    fn description(&self) -> &'static str {
        "pages of Kolada's API: values, municipalities or groups"
    }

    fn options(&self) -> &'static [&'static str] {
        &["members", "member"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn sniff(&self, head: &[u8]) -> u8 {
        json::begins_with(head, &["\"values\""], 60)
    }

    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError> {
        let (page, digest) = json::read::<Page>(path, options, "a page of Kolada")?;
        Ok(Box::new(Reader::new(page, digest, options.members)?))
    }
}

#[derive(Deserialize)]
struct Page {
    /// How many entries the page says that it has.
    #[serde(default)]
    count: Option<u64>,
    values: Vec<Item>,
}

/// An entry of any page.
#[derive(Deserialize)]
struct Item {
    kpi: Option<String>,
    municipality: Option<String>,
    ou: Option<String>,
    period: Option<Scalar>,
    values: Option<Vec<Value>>,
    id: Option<String>,
    title: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    members: Option<Vec<Member>>,
}

#[derive(Deserialize)]
struct Value {
    gender: Option<String>,
    count: Option<Scalar>,
    status: Option<String>,
    value: Option<Scalar>,
    #[serde(default, alias = "is_deleted")]
    isdeleted: Option<Scalar>,
}

#[derive(Deserialize)]
struct Member {
    #[serde(alias = "id")]
    member_id: Option<String>,
    #[serde(alias = "title")]
    member_title: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Values,
    Units,
    Groups,
    Members,
}

struct Reader {
    header: Vec<String>,
    digest: Digest,
    kind: Kind,
    items: std::vec::IntoIter<Item>,
    /// The entry under way and how far its values or members have been given.
    current: Option<(Item, usize)>,
    number: u64,
    row: Row,
}

impl Reader {
    fn new(page: Page, digest: Digest, members: bool) -> Result<Self, SourceError> {
        if let Some(count) = page.count
            && count != page.values.len() as u64
        {
            return Err(SourceError::Form(format!(
                "This page of Kolada says that it has {count} entries and has {}: it is not whole. Fetch it again.",
                page.values.len()
            )));
        }
        let kind = match page.values.first() {
            None => None,
            Some(Item {
                kpi: Some(_),
                period: Some(_),
                ..
            }) => Some(Kind::Values),
            Some(Item { members: Some(_), .. }) if members => Some(Kind::Members),
            Some(Item { members: Some(_), .. }) => Some(Kind::Groups),
            Some(Item {
                id: Some(_),
                title: Some(_),
                kind: Some(_),
                ..
            }) => Some(Kind::Units),
            Some(_) => {
                return Err(SourceError::Form(
                    "This page of Kolada holds neither values (kpi, period, values), municipalities (id, title, \
                     type) nor groups (id, title, members). Check `path` in [source]."
                        .to_owned(),
                ));
            }
        };
        if kind == Some(Kind::Values) {
            holds_values(&page.values)?;
        }
        let names: &[&str] = match kind {
            None => &[],
            Some(Kind::Values) => &VALUES,
            Some(Kind::Units | Kind::Groups) => &UNITS,
            Some(Kind::Members) => &MEMBERS,
        };
        Ok(Self {
            header: names.iter().map(|name| (*name).to_owned()).collect(),
            digest,
            kind: kind.unwrap_or(Kind::Units),
            items: page.values.into_iter(),
            current: None,
            number: 0,
            row: Row::default(),
        })
    }

    /// Fills the row with the next record.
    fn fill(&mut self) -> bool {
        loop {
            if self.current.is_none() {
                self.current = self.items.next().map(|item| (item, 0));
            }
            let Some((item, at)) = &mut self.current else {
                return false;
            };
            let index = *at;
            *at += 1;
            self.row.clear();
            let given = match self.kind {
                Kind::Values => {
                    let value = item.values.as_deref().unwrap_or_default().get(index);
                    value.map(|value| value_row(&mut self.row, item, value))
                }
                Kind::Members => {
                    let member = item.members.as_deref().unwrap_or_default().get(index);
                    member.map(|member| {
                        unit_row(&mut self.row, item, "G");
                        self.row.push(member.member_id.as_deref());
                        self.row.push(member.member_title.as_deref());
                        true
                    })
                }
                Kind::Units | Kind::Groups => (index == 0).then(|| {
                    unit_row(
                        &mut self.row,
                        item,
                        if self.kind == Kind::Groups { "G" } else { "" },
                    );
                    true
                }),
            };
            match given {
                None => self.current = None,
                Some(false) => {}
                Some(true) => return true,
            }
        }
    }
}

/// Refuses a page that names indicators and has not one value of them: it
/// would take away the rows of the page before.
fn holds_values(items: &[Item]) -> Result<(), SourceError> {
    let mut values = items
        .iter()
        .flat_map(|item| item.values.as_deref().unwrap_or_default());
    if values.any(|value| !value.is_deleted()) {
        return Ok(());
    }
    let mut kpis: Vec<&str> = items.iter().filter_map(|item| item.kpi.as_deref()).collect();
    kpis.sort_unstable();
    kpis.dedup();
    Err(SourceError::Form(format!(
        "This page of Kolada has {} entries and not one row of values: they are empty or withdrawn. Its indicators \
         are {}. Check that they still exist, and fetch the page again.",
        items.len(),
        listed(&kpis)
    )))
}

impl Value {
    /// Whether Kolada has withdrawn it.
    fn is_deleted(&self) -> bool {
        let flag = self.isdeleted.as_ref().map(|flag| flag.0.as_str());
        matches!(flag, Some("true" | "1"))
    }
}

fn value_row(row: &mut Row, item: &Item, value: &Value) -> bool {
    if value.is_deleted() {
        return false;
    }
    row.push(item.kpi.as_deref());
    row.push(item.municipality.as_deref());
    row.push(item.ou.as_deref());
    row.push(text(&item.period));
    row.push(value.gender.as_deref());
    row.push(text(&value.count));
    row.push(value.status.as_deref());
    row.push(text(&value.value));
    true
}

fn unit_row(row: &mut Row, item: &Item, kind: &str) {
    row.push(item.id.as_deref());
    row.push(item.title.as_deref());
    row.push(Some(item.kind.as_deref().unwrap_or(kind)));
}

fn text(scalar: &Option<Scalar>) -> Option<&str> {
    scalar.as_ref().map(|scalar| scalar.0.as_str())
}

impl Records for Reader {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn decimal(&self) -> Option<u8> {
        Some(b'.')
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        if !self.fill() {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(self.row.record(self.number)))
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

    fn read(text: &str, members: bool) -> Result<(Vec<String>, Vec<String>), SourceError> {
        let page = json::parse::<Page>(text.as_bytes(), "a page of Kolada")?;
        let digest = Digest {
            bytes: text.len() as u64,
            blake3: String::new(),
        };
        let mut reader = Reader::new(page, digest, members)?;
        let mut rows = Vec::new();
        while let Some(record) = reader.next()? {
            let fields: Vec<_> = (0..record.len())
                .map(|at| String::from_utf8_lossy(record.field(at)).into_owned())
                .collect();
            rows.push(fields.join("|"));
        }
        Ok((reader.header.clone(), rows))
    }

    #[test]
    fn values() {
        let (header, rows) = read(
            r#"{"values":[
              {"kpi":"N00945","municipality":"0180","period":2020,"values":[
                {"gender":"T","status":"","value":31.32959689,"count":1,"isdeleted":false},
                {"gender":"K","status":"Privacy","value":null,"count":1,"isdeleted":false},
                {"gender":"M","status":"","value":7,"isdeleted":true}]},
              {"kpi":"N00945","municipality":"0000","period":"2021","values":[]},
              {"kpi":"N1","ou":"V15E01","period":2024,"values":[{"gender":"T","value":4}]}],
              "next_url":"https://api.kolada.se/v3/data?page=2"}"#,
            false,
        )
        .unwrap();
        assert_eq!(header, VALUES);
        assert_eq!(
            rows,
            [
                "N00945|0180||2020|T|1||31.32959689",
                "N00945|0180||2020|K|1|Privacy|",
                "N1||V15E01|2024|T|||4"
            ]
        );
    }

    #[test]
    fn units_and_groups() {
        let (header, rows) = read(
            r#"{"values":[{"id":"0180","title":"Stockholm","type":"K"}],"next_url":null}"#,
            false,
        )
        .unwrap();
        assert_eq!(header, UNITS);
        assert_eq!(rows, ["0180|Stockholm|K"]);
        let groups = r#"{"values":[{"id":"G176199","title":"Liknande kommuner, Arboga, 2024","members":[
            {"member_id":"0319","member_title":"Älvkarleby"},{"id":"0562","title":"Finspång"}]}]}"#;
        assert_eq!(
            read(groups, false).unwrap().1,
            ["G176199|Liknande kommuner, Arboga, 2024|G"]
        );
        let (header, rows) = read(groups, true).unwrap();
        assert_eq!(header, MEMBERS);
        assert_eq!(
            rows,
            [
                "G176199|Liknande kommuner, Arboga, 2024|G|0319|Älvkarleby",
                "G176199|Liknande kommuner, Arboga, 2024|G|0562|Finspång"
            ]
        );
    }

    #[test]
    fn faults_say_where() {
        assert_eq!(
            read(r#"{"values":[],"next_url":null}"#, false).unwrap(),
            (vec![], vec![])
        );
        assert!(matches!(read(" ", false), Err(SourceError::Empty)));
        let cut = read("{\"values\":[\n{\"kpi\":\"N1\",", false).unwrap_err();
        assert!(
            matches!(&cut, SourceError::Json { line: 2, message, .. } if message.contains("cut")),
            "{cut}"
        );
        let page = read("<html>502</html>", false).unwrap_err();
        assert!(
            matches!(
                &page,
                SourceError::Json {
                    line: 1,
                    column: 1,
                    ..
                }
            ),
            "{page}"
        );
        let form = read("{\"values\":\n {\"a\":1}}", false).unwrap_err();
        assert!(matches!(&form, SourceError::Json { line: 2, .. }), "{form}");
        let empty = read(
            r#"{"values":[{"kpi":"N2","period":2020,"values":[]},{"kpi":"N1","period":2020,"values":[
               {"gender":"T","value":7,"isdeleted":true}]}]}"#,
            false,
        )
        .unwrap_err();
        assert!(
            empty.to_string().contains("2 entries and not one row")
                && empty.to_string().contains("'N1', 'N2'"),
            "{empty}"
        );
        assert!(matches!(
            read(r#"{"values":[{"x":1}]}"#, false),
            Err(SourceError::Form(_))
        ));
        assert!(matches!(
            read(r#"{"detail":"Too Many Requests"}"#, false),
            Err(SourceError::Json { .. })
        ));
    }
}
