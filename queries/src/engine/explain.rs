//! DataFusion's errors in words that help.

mod said;
mod structs;

use std::path::Path;
use std::sync::Arc;

use datafusion::common::{DataFusionError, SchemaError};
use datafusion::sql::sqlparser::parser::ParserError;
use perspektiv_lake::LakeError;
use tokio::task::JoinError;

use crate::{FUNCTIONS, QueryError, suggest};

/// What an error is about: which text, and which tables it could have named.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    file: Option<&'a Path>,
    text: &'a str,
    tables: &'a [String],
    snapshot: u64,
}

impl<'a> Scene<'a> {
    /// Free SQL.
    pub(super) fn sql(tables: &'a [String], snapshot: u64) -> Self {
        Self {
            file: None,
            text: "",
            tables,
            snapshot,
        }
    }

    /// The SQL of a query file.
    pub(super) fn file(path: &'a Path, tables: &'a [String], snapshot: u64) -> Self {
        Self {
            file: Some(path),
            text: "",
            tables,
            snapshot,
        }
    }

    /// With the SQL itself, to find names in.
    pub(super) fn reading(self, text: &'a str) -> Self {
        Self { text, ..self }
    }

    /// Where the SQL writes a name, if it does so once: the engine does not always know.
    fn place_of(&self, name: &str) -> Option<(u64, u64)> {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        let mut found = self.text.match_indices(name).filter(|(start, _)| {
            let (before, after) = (&self.text[..*start], &self.text[start + name.len()..]);
            !before.ends_with(part) && !after.starts_with(part)
        });
        let ((start, _), None) = (found.next()?, found.next()) else {
            return None;
        };
        let before = &self.text[..start];
        let line = before.rsplit('\n').next().unwrap_or(before);
        let number = |count: usize| u64::try_from(count).ok()?.checked_add(1);
        Some((
            number(before.matches('\n').count())?,
            number(line.chars().count())?,
        ))
    }

    fn place(&self, at: Option<(u64, u64)>) -> String {
        match (self.file, at) {
            (Some(path), Some((line, column))) => format!("{}:{line}:{column}: ", path.display()),
            (Some(path), None) => format!("{}: ", path.display()),
            (None, Some((line, column))) => format!("Line {line}, column {column}: "),
            (None, None) => String::new(),
        }
    }
}

/// Puts an error of the engine into words, with its place in the SQL where that is known.
pub(super) fn explain(error: &DataFusionError, scene: &Scene<'_>) -> QueryError {
    let at = error
        .diagnostic()
        .and_then(|diagnostic| diagnostic.span)
        .map(|span| (span.start.line, span.start.column))
        .filter(|(line, _)| *line > 0);
    if let Some(message) = panicked(error) {
        return QueryError::Internal { message };
    }
    if let Some(lake) = within::<LakeError>(error) {
        return QueryError::Execution {
            message: lake.to_string(),
        };
    }
    let root = error.find_root();
    let text = root.strip_backtrace();
    if let Some(said) = structs::explain(&text).or_else(|| said::otherwise(&text)) {
        return sql(said, at, scene);
    }
    match root {
        DataFusionError::SQL(parser, _) => parse_error(parser, at, scene),
        DataFusionError::Plan(message) => match missing_table(message) {
            Some(table) => QueryError::MissingTable {
                place: scene.place(at),
                hint: table_hint(&table, scene),
                table,
            },
            None => sql(planning(message), at, scene),
        },
        DataFusionError::SchemaError(fault, _) => {
            let at = at.or_else(|| match fault.as_ref() {
                SchemaError::FieldNotFound { field, .. } => scene.place_of(&field.name),
                _ => None,
            });
            sql(
                said::ambiguous(fault).unwrap_or_else(|| schema_error(root)),
                at,
                scene,
            )
        }
        DataFusionError::NotImplemented(message) => match message.as_str() {
            text if text.starts_with("Physical plan does not support logical expression WindowFunction(") => {
                sql(GROUPED_BY_WINDOW.to_owned(), at, scene)
            }
            "The context currently only supports a single SQL statement" => sql(
                "Only one query can be asked at a time: remove all but one.".to_owned(),
                at,
                scene,
            ),
            _ => sql(
                sliding(message).unwrap_or_else(|| format!("This is not supported: {}", sentence(message))),
                at,
                scene,
            ),
        },
        DataFusionError::ResourcesExhausted(message) => QueryError::Memory {
            message: sentence(message.split(" - ").next().unwrap_or(message)),
        },
        DataFusionError::Internal(message) => QueryError::Internal {
            message: first_line(message),
        },
        _ => QueryError::Execution {
            message: running(root),
        },
    }
}

fn sql(message: String, at: Option<(u64, u64)>, scene: &Scene<'_>) -> QueryError {
    QueryError::Sql {
        place: scene.place(at),
        message,
        line: at.map(|(line, _)| line),
        column: at.map(|(_, column)| column),
    }
}

/// The words of a task inside the engine that fell, wherever in the chain of causes.
fn panicked(error: &DataFusionError) -> Option<String> {
    let join = within::<JoinError>(error).or_else(|| within::<Arc<JoinError>>(error).map(Arc::as_ref));
    join.map(ToString::to_string)
}

/// A cause of an error, wherever in the chain: without the names of those who passed it on.
pub(super) fn within<T: std::error::Error + 'static>(error: &DataFusionError) -> Option<&T> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The parser writes its place into its text: `… at Line: 1, Column: 8`.
fn parse_error(parser: &ParserError, at: Option<(u64, u64)>, scene: &Scene<'_>) -> QueryError {
    let text = match parser {
        ParserError::ParserError(text) | ParserError::TokenizerError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => "the SQL is nested too deeply",
    };
    let (message, place) = match text.rsplit_once(" at Line: ") {
        Some((message, place)) => (message, Some(place)),
        None => (text, None),
    };
    let message = message.replace("found: EOF", "found: the end of the SQL");
    let written = place.and_then(|place| {
        let (line, column) = place.split_once(", Column: ")?;
        Some((line.trim().parse().ok()?, column.trim().parse().ok()?))
    });
    let at = written.or(at);
    let number = message
        .strip_prefix("Expected: identifier, found: ")
        .filter(|found| found.starts_with(|c: char| c.is_ascii_digit()));
    if let (Some(number), Some((line, column))) = (number, at)
        && before(scene.text, line, column).trim_end().ends_with(['{', ','])
    {
        return sql(
            format!("The names in a struct are texts: write {{'{number}': …}}, with quotes."),
            at,
            scene,
        );
    }
    sql(
        format!("The SQL cannot be read: {}", sentence(&lower(&message))),
        at,
        scene,
    )
}

/// The part of a line that stands before a column, both counted from 1.
fn before(text: &str, line: u64, column: u64) -> &str {
    let place = |number: u64| usize::try_from(number).map_or(0, |number| number.saturating_sub(1));
    let line = text.lines().nth(place(line)).unwrap_or_default();
    let end = line
        .char_indices()
        .nth(place(column))
        .map_or(line.len(), |(end, _)| end);
    &line[..end]
}

/// `table 'perspektiv.lake.behv' not found` → `behv`.
fn missing_table(message: &str) -> Option<String> {
    let name = first_line(message);
    let name = name.strip_prefix("table '")?.strip_suffix("' not found")?;
    // Catalog and schema were added by the planner.
    Some(name.splitn(3, '.').last().unwrap_or(name).to_owned())
}

fn table_hint(table: &str, scene: &Scene<'_>) -> String {
    if scene.tables.is_empty() {
        return "There are no tables yet: run `perspektiv refresh`.".to_owned();
    }
    let names = scene.tables.iter().map(String::as_str);
    let near = suggest::nearest(table, names.clone())
        .map(|near| format!("Did you mean `{near}`? "))
        .unwrap_or_default();
    format!(
        "{near}The tables of snapshot {} are: {}. If it is new, run `perspektiv refresh`.",
        scene.snapshot,
        suggest::list(names)
    )
}

fn planning(message: &str) -> String {
    // What a function of ours says of its arguments, without what is said around it.
    let ours = message
        .split_once("user-defined coercion failed with: Error during planning: ")
        .and_then(|(_, said)| said.split(" No function matches the given name").next());
    if let Some(said) = ours {
        return sentence(said);
    }
    if let Some(said) = called_otherwise(message) {
        return said;
    }
    if message.starts_with("Aggregate function calls cannot contain window function calls: 'survey_design(") {
        return "survey_design makes the design of the whole sample and cannot stand inside another function. Make it \
                first: WITH urval AS (SELECT *, survey_design({…}) OVER () AS design FROM …) \
                SELECT survey_mean(y, design) AS m FROM urval."
            .to_owned();
    }
    if message.starts_with("FILTER clause can only be used") && message.contains("'survey_design(") {
        return "survey_design takes no FILTER, for it has to see the whole sample. Filter afterwards, with WHERE."
            .to_owned();
    }
    match message {
        "No SQL statements were provided in the query string" => "There is no SQL to run.".to_owned(),
        _ => sentence(message),
    }
}

const GROUPED_BY_WINDOW: &str = "What is made … OVER (…) cannot stand in GROUP BY or inside an aggregate. Make it first: \
                                WITH t AS (SELECT *, quantile_band(x, 5) OVER () AS band FROM …) SELECT band, … FROM t GROUP BY band.";

/// What is said of an aggregate over a window that rows leave.
fn sliding(message: &str) -> Option<String> {
    let (_, after) = message.split_once("Aggregate can not be used as a sliding accumulator")?;
    let name = after.split_once("implemented: ")?.1.split('(').next()?;
    Some(format!(
        "{name} cannot be taken of a window that slides, with rows leaving it on the way. Let the window keep its \
         rows, as in OVER (PARTITION BY …) or with ROWS UNBOUNDED PRECEDING."
    ))
}

/// How a function of ours is called that was not found the way it was written, as
/// one over a window that has no OVER.
fn called_otherwise(message: &str) -> Option<String> {
    let name = message.strip_prefix("Invalid function '")?.split('\'').next()?;
    let mut ours = FUNCTIONS.iter().map(|function| function.reference());
    let found = ours.find(|reference| reference.name == name)?;
    Some(format!("{name} is called as {}.", found.signature))
}

/// DataFusion's own text, without advice on settings that a user cannot reach.
fn schema_error(error: &DataFusionError) -> String {
    let text = error.strip_backtrace();
    let text = text.strip_prefix("Schema error: ").unwrap_or(&text);
    let text = text
        .replace("No field named", "There is no column named")
        .replace("Valid fields are", "The columns are:")
        .replace(
            " or disable the datafusion.sql_parser.enable_ident_normalization configuration",
            "",
        );
    let text = sentence(&text.split('\n').map(sentence).collect::<Vec<_>>().join(" "));
    match text.starts_with("There is no column named design.") {
        true => format!(
            "{text} A survey table gets the column `design` from the sample that `perspektiv refresh` notes; one that \
             an older version made needs `perspektiv refresh --force`."
        ),
        // `"1780"` is a name in SQL.
        false if text.starts_with("There is no column named \"") => {
            format!("{text} A text has single quotes: 'Arvika'.")
        }
        false => text,
    }
}

fn running(root: &DataFusionError) -> String {
    let text = root.strip_backtrace();
    let mut text = text.as_str();
    for prefix in [
        "Execution error: ",
        "Arrow error: ",
        "External error: ",
        "Compute error: ",
    ] {
        text = text.strip_prefix(prefix).unwrap_or(text);
    }
    if text.starts_with("Divide by zero") {
        return "a number was divided by zero. Write `nullif(x, 0)` for the divisor to get NULL \
                there instead."
            .to_owned();
    }
    if let Some(cast) = text.strip_prefix("Cast error: ") {
        return format!(
            "{} Write `try_cast(… AS …)` to get NULL there instead.",
            sentence(cast)
        );
    }
    sentence(text)
}

/// Without a backtrace, a line of code or a request to report.
fn first_line(message: &str) -> String {
    message
        .split("\n\nbacktrace: ")
        .next()
        .unwrap_or(message)
        .lines()
        .next()
        .unwrap_or("")
        .to_owned()
}

/// With a full stop at its end.
fn sentence(text: &str) -> String {
    let text = text.split("\n\nbacktrace: ").next().unwrap_or(text).trim();
    let text = text.strip_prefix("Error during planning: ").unwrap_or(text);
    if text.ends_with(['.', '?', '!']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}
