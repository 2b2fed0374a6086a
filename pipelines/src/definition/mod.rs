//! Dataset definitions: what the analyst writes in `pipelines/<dataset>.toml`.

mod api;
mod column;
mod document;
mod expression;
mod freshness;
mod keys;
mod load;
mod order;
mod schema;
mod sensitivity;
mod source;
mod survey;
mod update;

pub use crate::checks::Check;
pub use api::Asking;
pub use column::{Column, ColumnType, Origin, PseudonymForm, Range, UnknownCodes};
pub use document::DefinitionError;
pub(crate) use freshness::read_span;
pub use freshness::{Freshness, Retention, YearDay};
pub use load::Definitions;
pub use schema::schema;
pub use sensitivity::Sensitivity;
pub use source::Source;
pub use survey::Survey;
pub use update::Update;

pub(crate) use column::read_range;
use document::refuse_person_numbers;
pub(crate) use document::{Document, Section};
pub(crate) use keys::{Key, Kind as KeyKind, Shape, key, needed};
pub(crate) use order::dependency_order;

use std::path::{Path, PathBuf};

use crate::checks::{self, Checks, Placed};

/// One dataset: what it reads or how it is derived, and the table it becomes.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The dataset: the file's stem.
    pub name: String,
    /// The definition's file.
    pub file: PathBuf,
    /// What an audience calls it, in Swedish.
    pub title: String,
    /// More words about it, in Swedish.
    pub description: Option<String>,
    /// The table it becomes.
    pub table: String,
    /// Read from deliveries or derived from other tables.
    pub kind: Kind,
    /// The survey design, if the rows are answers to a sample survey.
    pub survey: Option<Survey>,
    /// When new data are to be expected.
    pub freshness: Freshness,
    /// How long rows and deliveries are kept.
    pub retention: Retention,
    /// Who may see the rows.
    pub sensitivity: Sensitivity,
    /// Whether the definition itself says who.
    pub(crate) sensitivity_given: bool,
    /// Checks over whole tables, made after this one.
    pub(crate) checks: Vec<Placed>,
}

/// Where the rows of a dataset come from.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Read from deliveries.
    Source(Box<Source>),
    /// Made of other tables by SQL.
    Derived(Derived),
}

/// A table made of other tables.
#[derive(Debug, Clone)]
pub struct Derived {
    /// The query whose result is the table.
    pub sql: String,
    /// The line of the definition on which the query begins.
    pub line: usize,
    /// The tables it reads.
    pub from: Vec<String>,
}

impl Definition {
    /// The source, if the dataset is read from deliveries.
    pub fn source(&self) -> Option<&Source> {
        match &self.kind {
            Kind::Source(source) => Some(source),
            Kind::Derived(_) => None,
        }
    }

    /// The query, if the dataset is derived.
    pub fn derived(&self) -> Option<&Derived> {
        match &self.kind {
            Kind::Derived(derived) => Some(derived),
            Kind::Source(_) => None,
        }
    }

    /// A hash of all that decides what the table holds: not of title,
    /// description, labels and units, so that those can be reworded without
    /// everything being read again. `salt` stands for what else decides, such
    /// as the key.
    pub(crate) fn fingerprint(&self, salt: &str) -> String {
        /// Raised whenever the same definition and delivery give other rows.
        const READER_VERSION: u32 = 4;
        let mut hasher = blake3::Hasher::new();
        let mut feed = |part: String| {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        };
        feed(format!("{READER_VERSION} {salt}"));
        feed(self.table.clone());
        feed(format!("{:?}", self.survey));
        // What stays in the table when its file leaves cannot be read again for another check.
        if !self.source().is_some_and(|source| source.update.keeps()) {
            for placed in &self.checks {
                feed(placed.check.essence());
            }
        }
        match &self.kind {
            Kind::Source(source) => feed(source.essence()),
            Kind::Derived(derived) => feed(format!("{:?} {}", derived.from, derived.sql)),
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// Reads one definition; its errors are appended to `errors`.
pub(crate) fn parse(
    file: &Path,
    name: &str,
    text: &str,
    errors: &mut Vec<DefinitionError>,
) -> Option<Definition> {
    let doc = Document::new(file, text);
    let root = doc.parse();
    if let Some(root) = &root {
        refuse_person_numbers(&doc, root.get_ref());
    }
    let definition = root.as_ref().and_then(|root| {
        read(
            &doc,
            &Section::new(&doc, root.get_ref(), 0..0, "The file").with_keys(&keys::ROOT),
            file,
            name,
        )
    });
    let failed = doc.failed();
    errors.extend(doc.into_errors());
    definition.filter(|_| !failed)
}

fn read(doc: &Document<'_>, root: &Section<'_, '_>, file: &Path, name: &str) -> Option<Definition> {
    check_name(root, 0..0, name, "dataset (the file's name)");
    let title = root.needed(
        "title",
        "Write title = \"…\": what an audience calls the data, in Swedish.",
    );
    let description = root.string("description");
    let mut table = name.to_owned();
    if let Some(section) = root.section("table") {
        if let Some(given) = section.string("name") {
            check_name(&section, section.place_of("name"), &given, "table");
            table = given;
        }
        section.finish();
    }
    let survey = root.section("survey").and_then(survey::read);
    let kind = match (root.section("source"), root.section("derive")) {
        (Some(section), None) => source::read(section, root, survey.as_ref(), name)
            .map(|(source, checks)| (Kind::Source(Box::new(source)), checks)),
        (None, Some(section)) => {
            read_derived(doc, section, root).map(|(derived, checks)| (Kind::Derived(derived), checks))
        }
        (Some(_), Some(derive)) => {
            doc.error(
                derive.span(),
                "The dataset has both [source] and [derive].",
                "Keep [source] if it is read from deliveries, [derive] if it is made of other tables; \
                 make two files if it is both.",
            );
            None
        }
        (None, None) => {
            doc.error(
                0..0,
                "The dataset has neither [source] nor [derive].",
                "Add [source] with path and format (or an api), or [derive] with sql and from.",
            );
            None
        }
    };
    let freshness = freshness::read_freshness(root);
    let retention = freshness::read_retention(root);
    root.report_unknown();
    let (kind, checks) = kind?;
    let sensitivity = sensitivity::read(root, &kind, survey.as_ref());
    Some(Definition {
        name: name.to_owned(),
        file: file.to_path_buf(),
        title: title?,
        description,
        table,
        kind,
        survey,
        freshness,
        retention,
        sensitivity: sensitivity.unwrap_or(Sensitivity::Internal),
        sensitivity_given: sensitivity.is_some(),
        checks,
    })
}

fn read_derived(
    doc: &Document<'_>,
    section: Section<'_, '_>,
    root: &Section<'_, '_>,
) -> Option<(Derived, Vec<Placed>)> {
    for key in ["columns", "limits", "update"] {
        if root.has(key) {
            doc.error(
                root.place_of(key),
                format!("A derived table has no `{key}`: its columns and rows are those of the SQL."),
                format!("Remove `{key}`, or write the condition into the SQL."),
            );
        }
    }
    let sql = section.needed("sql", "Write sql = \"\"\"SELECT …\"\"\".");
    let place = section.place_of("sql");
    let from = section.strings("from");
    if !section.has("from") {
        doc.error(
            section.span(),
            "[derive] does not say which tables it reads.",
            "Write from = [\"table\", …]: the table is made again when one of them changes.",
        );
    }
    if from.as_ref().is_some_and(Vec::is_empty) {
        doc.error(
            section.place_of("from"),
            "`from` is empty.",
            "Name the tables that the SQL reads.",
        );
    }
    section.finish();
    let Checks { tables, .. } = checks::read_all(root, None);
    let derived = Derived {
        sql: sql?,
        line: doc.place(place.start).0,
        from: from?.into_iter().map(|(table, _)| table).collect(),
    };
    Some((derived, tables))
}

/// Names become folder names and SQL identifiers without quotes.
pub(crate) fn check_name(section: &Section<'_, '_>, span: std::ops::Range<usize>, name: &str, what: &str) {
    let mut letters = name.chars();
    let fits = letters.next().is_some_and(|c| c.is_ascii_lowercase())
        && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.len() <= 60;
    if !fits {
        section.error(
            span,
            format!("'{name}' cannot be the name of a {what}."),
            "Use small letters a–z, digits and _, a letter first, at most 60 (a for å and ä, o for ö).",
        );
    } else if name == crate::quarantine::TABLE && what != "column" {
        section.error(
            span,
            format!("'{name}' is the quarantine's own table."),
            "Choose another name.",
        );
    }
}

#[cfg(test)]
mod tests;
