//! One named query.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use perspektiv_disclosure::Rule;
use serde::Deserialize;

use super::parameter::Parameter;
use super::{front_matter, placeholders};
use crate::FileProblem;

/// A named query: what it answers, what may vary, how its result is protected,
/// and its SQL.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Name: the file's, without `.sql`.
    pub name: String,
    /// Theme: the name of the folder that the file is in.
    pub theme: String,
    /// The file.
    pub path: PathBuf,
    /// Swedish title, for audiences.
    pub title: String,
    /// The question it answers, in Swedish.
    pub question: Option<String>,
    /// Notes on method and terms, in Swedish.
    pub description: Option<String>,
    /// Which of the four seminars asks the question.
    pub seminar: Option<u8>,
    /// Sources in words for an audience.
    pub sources: Vec<String>,
    /// Unit of the result as a whole.
    pub unit: Option<String>,
    /// What may vary, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// Columns that a terminal shows unless others are asked for; empty means all.
    pub overview: Vec<String>,
    /// Headings, units and decimals of result columns.
    pub columns: BTreeMap<String, ColumnText>,
    /// The rule by which the result may be published.
    pub disclosure: Option<Rule>,
    /// The SQL, with the front matter blanked out so that its lines have the
    /// numbers they have in the file.
    pub(crate) sql: String,
}

/// Words for one column of a result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnText {
    /// Swedish heading; none means the column's name.
    pub label: Option<String>,
    /// Unit of the numbers.
    pub unit: Option<String>,
    /// Decimals to show.
    pub decimals: Option<u8>,
}

impl Definition {
    /// Reads a query from the text of its file.
    ///
    /// # Errors
    /// The front matter is missing or wrong, or the SQL and the front matter do
    /// not agree on the parameters; with line and column.
    pub fn parse(path: &Path, text: &str) -> Result<Self, FileProblem> {
        let definition = front_matter::read(path, text)?;
        placeholders::agree(&definition)?;
        Ok(definition)
    }

    /// The SQL without its front matter.
    #[must_use]
    pub fn sql(&self) -> &str {
        self.sql.trim()
    }

    /// A parameter by name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// The name of a query: its file's name without `.sql`.
pub(super) fn name_of(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The theme of a query: the name of its folder.
pub(super) fn theme_of(path: &Path) -> String {
    path.parent()
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
