//! What is asked of an API, as a definition says it.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Api, ApiError, Rate};

/// What is asked of an API: the keys of `[source]` in a definition.
#[derive(Debug, Clone)]
pub struct Query {
    /// `api`: which.
    pub api: &'static dyn Api,
    /// `url`: another address than its own.
    pub url: Option<String>,
    /// `table`: a table's id or path, a subject, or what of Kolada.
    pub table: Option<String>,
    /// `language`: two letters; Swedish when it is not given.
    pub language: Option<String>,
    /// `answer`: the form of PxWeb's answers, `json-stat2` or `px`.
    pub answer: Option<String>,
    /// `kpi`: Kolada's indicators.
    pub kpi: Vec<String>,
    /// `municipality`: Kolada's municipalities, regions and groups; with `*` and `?`.
    pub municipality: Vec<String>,
    /// `group`: Kolada's groups, by id or title, with `*` and `?`; they and their members are asked.
    pub group: Vec<String>,
    /// `ou`: Kolada's units.
    pub ou: Vec<String>,
    /// `years`: `2020`, `2017-2022`, `2017-` or `-2020`.
    pub years: Vec<String>,
    /// `select`: what is wanted of each variable, in the order of the definition.
    pub select: Vec<Selection>,
    /// `cells`: the most cells of one answer, where the API's own limit is not right.
    pub cells: Option<u64>,
    /// `calls` and `seconds`: the most calls in so much time, where the API's own limit is not right.
    pub rate: Option<Rate>,
}

/// What is asked, in a line.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.api.name())?;
        if let Some(table) = &self.table {
            write!(f, " {table}")?;
        }
        let lists = [
            ("kpi", &self.kpi),
            ("municipality", &self.municipality),
            ("group", &self.group),
            ("ou", &self.ou),
            ("years", &self.years),
        ];
        let lists = lists.into_iter().map(|(key, list)| (key, list.as_slice()));
        let selected = self
            .select
            .iter()
            .map(|one| (one.variable.as_str(), one.values.as_slice()));
        for (key, list) in lists.chain(selected).filter(|(_, list)| !list.is_empty()) {
            let some = list
                .iter()
                .take(SHOWN)
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(",");
            let rest = if list.len() > SHOWN { ",…" } else { "" };
            write!(f, " {key}={some}{rest}")?;
        }
        match &self.url {
            Some(url) => write!(f, " at {}", perspektiv_formats::masked(url)),
            None => Ok(()),
        }
    }
}

/// Codes of a list that are named one by one.
const SHOWN: usize = 4;

/// What is wanted of one variable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Its code or name.
    pub variable: String,
    /// Codes, patterns and expressions.
    pub values: Vec<String>,
    /// A list of codes other than the variable's own.
    pub codelist: Option<String>,
    /// Whether the groups of the list are wanted, not their parts; the API decides when it is not given.
    pub aggregated: Option<bool>,
}

impl Query {
    /// The keys that every API knows.
    pub const COMMON: &'static [&'static str] = &[
        "api", "url", "table", "language", "years", "cells", "calls", "seconds",
    ];

    /// A query that asks for nothing yet.
    pub fn new(api: &'static dyn Api) -> Self {
        Self {
            api,
            url: None,
            table: None,
            language: None,
            answer: None,
            kpi: Vec::new(),
            municipality: Vec::new(),
            group: Vec::new(),
            ou: Vec::new(),
            years: Vec::new(),
            select: Vec::new(),
            cells: None,
            rate: None,
        }
    }

    /// Whether it makes sense, as far as can be told without asking anybody.
    ///
    /// # Errors
    /// The key that is wrong, and what to write instead.
    pub fn check(&self) -> Result<(), ApiError> {
        let given = [
            ("answer", self.answer.is_some()),
            ("kpi", !self.kpi.is_empty()),
            ("municipality", !self.municipality.is_empty()),
            ("group", !self.group.is_empty()),
            ("ou", !self.ou.is_empty()),
            ("select", !self.select.is_empty()),
        ];
        let wrong = given
            .iter()
            .find(|(key, given)| *given && !self.api.options().contains(key));
        if let Some((key, _)) = wrong {
            return Err(ApiError::definition(
                *key,
                format!("It says nothing about the API {}. Remove it.", self.api.name()),
            ));
        }
        if self
            .rate
            .is_some_and(|rate| rate.calls == 0 || rate.per.is_zero())
        {
            return Err(ApiError::definition(
                "calls",
                "At least one call in at least one second is needed.",
            ));
        }
        if self.cells == Some(0) {
            return Err(ApiError::definition("cells", "At least one cell is needed."));
        }
        let simple = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase());
        if self.language.as_deref().is_some_and(|language| !simple(language)) {
            return Err(ApiError::definition(
                "language",
                "Write two small letters, such as \"sv\".",
            ));
        }
        let mut names = BTreeSet::new();
        for selection in &self.select {
            let key = format!("select.{}", selection.variable);
            if !names.insert(selection.variable.to_lowercase()) {
                return Err(ApiError::definition(
                    key,
                    "The variable stands there twice. Join the two.",
                ));
            }
            if selection.values.is_empty() || selection.values.iter().any(|value| value.trim().is_empty()) {
                return Err(ApiError::definition(
                    key,
                    "A value is missing or empty. Write [\"*\"] for all.",
                ));
            }
        }
        self.spans()?;
        crate::request::base(self.url.as_deref(), "https://example.org/")?;
        self.api.check(self)
    }

    /// The spans of years, both ends included.
    pub(crate) fn spans(&self) -> Result<Vec<(i16, i16)>, ApiError> {
        self.years
            .iter()
            .map(|text| {
                let year = |text: &str| match text.trim() {
                    digits if digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok(),
                    _ => None,
                };
                let span = match text.split_once(['-', '–']) {
                    None => year(text).map(|year| (year, year)),
                    Some((from, "")) => year(from).map(|from| (from, i16::MAX)),
                    Some(("", to)) => year(to).map(|to| (i16::MIN, to)),
                    Some((from, to)) => year(from).zip(year(to)),
                };
                span.filter(|(from, to)| from <= to).ok_or_else(|| {
                    ApiError::definition(
                        "years",
                        format!(
                            "'{}' is no year and no span of years. Write \"2020\", \"2017-2022\" or \"2017-\".",
                            perspektiv_formats::shown(text.as_bytes())
                        ),
                    )
                })
            })
            .collect()
    }

    /// Every year that is asked for, up to this one.
    pub(crate) fn listed_years(&self, today: Date, first: i16) -> Result<Vec<String>, ApiError> {
        let years: BTreeSet<i16> = self
            .spans()?
            .into_iter()
            .flat_map(|(from, to)| from.max(first)..=to.min(today.year()))
            .collect();
        if years.is_empty() && !self.years.is_empty() {
            return Err(ApiError::definition(
                "years",
                format!("No year from {first} to {} is among them.", today.year()),
            ));
        }
        Ok(years.iter().map(i16::to_string).collect())
    }

    /// When a delivery with that name was fetched, and whether for this query; none for a file that no fetch from
    /// its API has left.
    ///
    /// Of those that were, only one is what the query gives now: the last for it, or before it was ever asked, the
    /// last for another. That is the greatest of these pairs.
    pub fn fetched_at(&self, name: &str) -> Option<(bool, Timestamp)> {
        crate::delivery::fetched_at(self, name)
    }

    /// The name of a delivery that is fetched now, with letters where the checksum of its content will stand.
    pub fn example_name(&self, now: Timestamp) -> String {
        crate::delivery::example_name(self, now)
    }

    /// A pattern that finds its deliveries, whatever else it asks of its table.
    pub fn name_pattern(&self) -> String {
        let table = file_name(self.table.as_deref().unwrap_or("data"));
        format!("{}_{table}_*.{}", self.api.name(), self.extension())
    }

    /// How the names of its deliveries begin.
    pub(crate) fn stem(&self) -> String {
        let table = file_name(self.table.as_deref().unwrap_or("data"));
        format!("{}_{table}_{}", self.api.name(), self.fingerprint())
    }

    /// How they end.
    pub(crate) fn extension(&self) -> &'static str {
        match self.api.format(self) {
            "px" => "px",
            _ => "jsonl",
        }
    }

    /// What tells it from every other query: part of the name of its deliveries.
    pub fn fingerprint(&self) -> String {
        let text = format!("{self:?}");
        blake3::hash(text.as_bytes()).to_hex()[..8].to_owned()
    }
}

/// The last part of a table's path in letters that every file system knows.
fn file_name(table: &str) -> String {
    let last = table.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name: String = last
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') {
                c
            } else {
                '-'
            }
        })
        .take(40)
        .collect();
    name.trim_start_matches('.').to_owned()
}

/// Whether a name fits a pattern of `*` (any letters) and `?` (one); a pattern that cannot be read fits none.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    // Brackets are letters of a code.
    glob::Pattern::new(&pattern.replace('[', "[[]")).is_ok_and(|pattern| pattern.matches(name))
}

/// Whether it is a pattern at all.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}
