//! The form of a page, flattened as it is read.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::Deserializer;

use crate::json::{self, Scalar};
use crate::rows::{Full, Packed};

/// Indicators that are kept for a message.
const NAMED: usize = 100;

#[derive(Deserialize)]
pub(super) struct Page {
    /// How many entries the page says that it has.
    #[serde(default)]
    pub(super) count: Option<u64>,
    #[serde(rename = "values")]
    pub(super) entries: Entries,
    /// Where the next page is; empty on the last one.
    #[serde(default, alias = "next_page")]
    pub(super) next_url: Option<String>,
}

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Values,
    Units,
    Groups,
    /// The catalogue of indicators.
    Indicators,
    /// Schools, homes and the like.
    OrganisationalUnits,
}

/// The entries of a page as the fields of records.
#[derive(Default)]
pub(super) struct Entries {
    /// What the first one is; `None` when nothing that is known.
    pub(super) kind: Option<Kind>,
    pub(super) count: u64,
    /// One record a value, unit or group.
    pub(super) rows: Packed,
    /// One record a member, of groups.
    pub(super) members: Packed,
    /// The first indicators, for a message.
    pub(super) kpis: BTreeSet<String>,
}

/// An entry of any page.
#[derive(Deserialize)]
struct Item {
    kpi: Option<String>,
    municipality: Option<String>,
    ou: Option<String>,
    period: Option<Scalar>,
    values: Option<Values>,
    id: Option<String>,
    title: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    members: Option<Members>,
    description: Option<String>,
    is_divided_by_gender: Option<Scalar>,
    municipality_type: Option<String>,
    #[serde(alias = "auspices")]
    auspice: Option<String>,
    operating_area: Option<String>,
    perspective: Option<String>,
    prel_publication_date: Option<String>,
    publication_date: Option<String>,
    publ_period: Option<Scalar>,
    has_ou_data: Option<Scalar>,
}

/// Sex, count, status and value of each, without the withdrawn ones.
struct Values(Packed);

#[derive(Deserialize)]
struct Value {
    gender: Option<String>,
    count: Option<Scalar>,
    status: Option<String>,
    value: Option<Scalar>,
    #[serde(default, alias = "is_deleted")]
    isdeleted: Option<Scalar>,
}

/// Id and title of each.
struct Members(Packed);

#[derive(Deserialize)]
struct Member {
    #[serde(alias = "id")]
    member_id: Option<String>,
    #[serde(alias = "title")]
    member_title: Option<String>,
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values = json::fold(deserializer, Packed::default(), |values, one: Value| {
            let deleted = one.isdeleted.as_ref().map(|flag| flag.0.as_str());
            if matches!(deleted, Some("true" | "1")) {
                return Ok(());
            }
            values.push(one.gender.as_deref())?;
            values.push(text(&one.count))?;
            values.push(one.status.as_deref())?;
            values.push(text(&one.value))
        });
        values.map(Self)
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = json::fold(deserializer, Packed::default(), |members, one: Member| {
            members.push(one.member_id.as_deref())?;
            members.push(one.member_title.as_deref())
        });
        members.map(Self)
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::fold(deserializer, Self::default(), |entries, item: Item| {
            entries.count += 1;
            if entries.count == 1 {
                entries.kind = item.kind();
            }
            match entries.kind {
                Some(Kind::Values) => entries.add_values(&item),
                Some(Kind::Indicators) => entries.add_indicator(&item),
                Some(Kind::OrganisationalUnits) => entries.add([
                    item.id.as_deref(),
                    item.title.as_deref(),
                    item.municipality.as_deref(),
                ]),
                Some(kind) => entries.add_unit(&item, kind),
                None => Ok(()),
            }
        })
    }
}

impl Item {
    fn kind(&self) -> Option<Kind> {
        match self {
            Self {
                kpi: Some(_),
                period: Some(_),
                ..
            } => Some(Kind::Values),
            Self { members: Some(_), .. } => Some(Kind::Groups),
            Self {
                id: Some(_),
                title: Some(_),
                kind: Some(_),
                ..
            } => Some(Kind::Units),
            Self {
                id: Some(_),
                title: Some(_),
                municipality: Some(_),
                ..
            } => Some(Kind::OrganisationalUnits),
            Self {
                id: Some(_),
                title: Some(_),
                municipality_type: Some(_),
                ..
            } => Some(Kind::Indicators),
            _ => None,
        }
    }
}

impl Entries {
    fn add_values(&mut self, item: &Item) -> Result<(), Full> {
        if let Some(kpi) = item.kpi.as_ref().filter(|_| self.kpis.len() < NAMED) {
            self.kpis.insert(kpi.clone());
        }
        let Some(Values(values)) = &item.values else {
            return Ok(());
        };
        for at in (0..values.len()).step_by(4) {
            self.rows.push(item.kpi.as_deref())?;
            self.rows.push(item.municipality.as_deref())?;
            self.rows.push(item.ou.as_deref())?;
            self.rows.push(text(&item.period))?;
            for field in at..at + 4 {
                self.rows.push(Some(values.get(field)))?;
            }
        }
        Ok(())
    }

    fn add<const N: usize>(&mut self, fields: [Option<&str>; N]) -> Result<(), Full> {
        fields.into_iter().try_for_each(|field| self.rows.push(field))
    }

    fn add_indicator(&mut self, item: &Item) -> Result<(), Full> {
        self.add([
            item.id.as_deref(),
            item.title.as_deref(),
            item.description.as_deref(),
            item.municipality_type.as_deref(),
            text(&item.is_divided_by_gender),
            item.auspice.as_deref(),
            item.operating_area.as_deref(),
            item.perspective.as_deref(),
            text(&item.has_ou_data),
            item.prel_publication_date.as_deref(),
            item.publication_date.as_deref(),
            text(&item.publ_period),
        ])
    }

    fn add_unit(&mut self, item: &Item, kind: Kind) -> Result<(), Full> {
        let given = if kind == Kind::Groups { "G" } else { "" };
        let unit = [
            item.id.as_deref(),
            item.title.as_deref(),
            Some(item.kind.as_deref().unwrap_or(given)),
        ];
        for field in unit {
            self.rows.push(field)?;
        }
        let Some(Members(members)) = &item.members else {
            return Ok(());
        };
        for at in (0..members.len()).step_by(2) {
            for field in unit {
                self.members.push(field)?;
            }
            self.members.push(Some(members.get(at)))?;
            self.members.push(Some(members.get(at + 1)))?;
        }
        Ok(())
    }
}

fn text(scalar: &Option<Scalar>) -> Option<&str> {
    scalar.as_ref().map(|scalar| scalar.0.as_str())
}
