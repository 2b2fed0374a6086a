//! What the shell proposes while somebody types, and when a statement is complete.

use std::collections::BTreeMap;

use perspektiv_lake::{Snapshot, TableState};
use perspektiv_queries::{Definition, Engine, FUNCTIONS, is_blank, statements};
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::meta;

/// Words of SQL that people type.
const KEYWORDS: &[&str] = &[
    "ALL",
    "AND",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "CROSS JOIN",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "EXCEPT",
    "EXISTS",
    "EXPLAIN",
    "FALSE",
    "FILTER",
    "FROM",
    "FULL JOIN",
    "GROUP BY",
    "GROUPING SETS",
    "HAVING",
    "IN",
    "INTERSECT",
    "IS NOT NULL",
    "IS NULL",
    "JOIN",
    "LEFT JOIN",
    "LIKE",
    "LIMIT",
    "NOT",
    "NULL",
    "NULLS LAST",
    "OFFSET",
    "ON",
    "OR",
    "ORDER BY",
    "OVER",
    "PARTITION BY",
    "QUALIFY",
    "SELECT",
    "THEN",
    "TRUE",
    "UNION ALL",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
    "WITH",
];

/// What there is to complete.
pub(super) struct Assistant {
    /// The columns of each table.
    tables: BTreeMap<String, Vec<String>>,
    /// The parameters of each query.
    queries: BTreeMap<String, Vec<String>>,
    functions: Vec<String>,
}

/// What may be written, and what follows it when it is chosen.
type Words = Vec<(String, &'static str)>;

impl Assistant {
    /// Knows what a snapshot and an engine have.
    pub(super) fn new(snapshot: &Snapshot, engine: &Engine) -> Self {
        let columns = |table: &TableState| {
            let fields = table.schema.fields().iter();
            let mut names: Vec<String> = fields.map(|field| field.name().clone()).collect();
            if names.iter().any(|name| name == "design_stratum") {
                // The engine puts the sample's columns together.
                names.push("design".to_owned());
            }
            names
        };
        let parameters = |query: &Definition| {
            let parameters = query.parameters.iter();
            parameters.map(|parameter| parameter.name.clone()).collect()
        };
        let tables = snapshot.tables.iter();
        let queries = engine.catalog().queries();
        Self {
            tables: tables
                .map(|(name, table)| (name.clone(), columns(table)))
                .collect(),
            queries: queries
                .map(|query| (query.name.clone(), parameters(query)))
                .collect(),
            functions: engine.functions(),
        }
    }

    /// What may stand at a place of a line: where it begins, and the candidates.
    fn proposals(&self, line: &str, at: usize) -> (usize, Vec<Pair>) {
        let before = line.get(..at).unwrap_or(line);
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\\');
        let start = before.trim_end_matches(is_part).len();
        let (head, word) = before.split_at(start);
        let small = word.to_lowercase();
        // Keywords are proposed in capitals, unless the user writes them small.
        let as_typed = |name: String| match KEYWORDS.contains(&name.as_str()) && word != word.to_uppercase() {
            true => name.to_lowercase(),
            false => name,
        };
        let mut pairs: Vec<Pair> = self
            .words(line, head, word)
            .into_iter()
            .filter(|(name, _)| name.to_lowercase().starts_with(&small))
            .map(|(name, after)| (as_typed(name), after))
            .map(|(display, after)| Pair {
                replacement: format!("{display}{after}"),
                display,
            })
            .collect();
        pairs.sort_by(|a, b| a.display.cmp(&b.display));
        pairs.dedup_by(|a, b| a.display == b.display);
        (start, pairs)
    }

    /// All that may follow `head`, whatever has been typed of it.
    fn words(&self, line: &str, head: &str, word: &str) -> Words {
        let earlier: Vec<&str> = head.split_whitespace().collect();
        match earlier.as_slice() {
            [] if word.starts_with('\\') => with(meta::names(), " "),
            ["\\d"] => with(self.tables.keys(), ""),
            ["\\df"] => with(FUNCTIONS.iter().map(|function| function.reference().name), ""),
            ["\\dq"] | ["\\query"] => with(self.queries.keys(), " "),
            ["\\query", query, ..] => with(self.queries.get(*query).into_iter().flatten(), "="),
            [command, ..] if command.starts_with('\\') => Words::new(),
            [.., last] if is(last, &["FROM", "JOIN"]) => with(self.tables.keys(), " "),
            [.., last] if last.ends_with('.') => {
                let name = last.trim_end_matches('.');
                let name = name.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
                let table = name.and_then(|name| named(line, name));
                with(
                    table
                        .and_then(|table| self.tables.get(table))
                        .into_iter()
                        .flatten(),
                    "",
                )
            }
            _ => {
                let mentioned = sources(line).filter_map(|(table, _)| self.tables.get(table));
                let mut words = with(mentioned.flatten(), "");
                words.extend(with(&self.functions, "("));
                words.extend(with(KEYWORDS, " "));
                words
            }
        }
    }
}

fn with(names: impl IntoIterator<Item = impl ToString>, after: &'static str) -> Words {
    names.into_iter().map(|name| (name.to_string(), after)).collect()
}

fn is(word: &str, any: &[&str]) -> bool {
    any.iter().any(|one| word.eq_ignore_ascii_case(one))
}

/// The tables that a statement reads, each with the name it has there.
fn sources(line: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ';'))
        .filter(|word| !word.is_empty())
        .collect();
    let found: Vec<_> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| is(word, &["FROM", "JOIN"]))
        .filter_map(|(at, _)| {
            let mut after = words.get(at + 1..)?.iter().copied();
            let table = after.next()?;
            let alias = after.find(|word| !is(word, &["AS"]));
            Some((
                table,
                alias
                    .filter(|alias| !is(alias, KEYWORDS) && !is(alias, &["GROUP", "ORDER", "LEFT", "CROSS"])),
            ))
        })
        .collect();
    found.into_iter()
}

/// The table that a name of a statement means.
fn named<'l>(line: &'l str, name: &'l str) -> Option<&'l str> {
    let meant = sources(line).find(|(table, alias)| *alias == Some(name) || *table == name);
    meant.map(|(table, _)| table)
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        Ok(self.proposals(line, pos))
    }
}

impl Validator for Assistant {
    /// A statement goes on until its semicolon.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let line = context.input();
        let (_, rest) = statements(line);
        Ok(match line.trim_start().starts_with('\\') || is_blank(rest) {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

impl Highlighter for Assistant {}

impl Hinter for Assistant {
    type Hint = String;
}

impl Helper for Assistant {}

#[cfg(test)]
mod tests {
    use super::*;

    fn assistant() -> Assistant {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        Assistant {
            tables: [
                ("behov".to_owned(), list(&["ar", "kommun", "design"])),
                ("befolkning".to_owned(), list(&["person", "ålder"])),
            ]
            .into(),
            queries: [("mal".to_owned(), list(&["enhet", "malset"]))].into(),
            functions: list(&["sum", "survey_mean"]),
        }
    }

    fn proposed(line: &str) -> Vec<String> {
        let (_, pairs) = assistant().proposals(line, line.len());
        pairs.into_iter().map(|pair| pair.replacement).collect()
    }

    #[test]
    fn what_fits_is_proposed() {
        assert_eq!(proposed("SELECT * FROM be"), ["befolkning ", "behov "]);
        let line = "SELECT b. FROM befolkning AS b";
        let (at, pairs) = assistant().proposals(line, 9);
        let names: Vec<&str> = pairs.iter().map(|pair| pair.display.as_str()).collect();
        assert_eq!((at, names), (9, vec!["person", "ålder"]));
        assert_eq!(proposed("select sur"), ["survey_mean("]);
        assert_eq!(proposed("sel"), ["select "]);
        assert_eq!(proposed("SEL"), ["SELECT "]);
        assert_eq!(proposed("SELECT ko FROM behov WHERE ko"), ["kommun"]);
        assert_eq!(proposed("SELECT ål FROM befolkning WHERE ål"), ["ålder"]);
        assert_eq!(proposed("\\query m"), ["mal "]);
        assert_eq!(proposed("\\query mal en"), ["enhet="]);
        assert_eq!(proposed("\\t"), ["\\timing "]);
        assert_eq!(proposed("\\d beh"), ["behov"]);
    }
}
