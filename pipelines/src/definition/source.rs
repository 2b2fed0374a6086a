//! `[source]` and `[limits]`.
//!
//! `[limits]` has `rejected` (0.01: nothing is published when more of a
//! delivery's rows are rejected) and `remaining` (0.5: nothing is published when
//! a delivery, or the dataset, has fewer rows than that share of last time's).

use std::collections::BTreeSet;

use super::api::{self, Asking};
use super::column::{self, Column};
use super::{Section, Survey, Update, update};
use crate::checks::{self, Check, Checks, Placed};
use perspektiv_apis::Query;
use perspektiv_formats::{self as formats, Encoding, Format, SourceOptions, closest};

/// The encodings, by the names that a definition may give them.
pub(crate) const ENCODINGS: [&str; 9] = [
    "utf-8",
    "utf8",
    "windows-1252",
    "cp1252",
    "iso-8859-1",
    "latin1",
    "utf-16",
    "utf-16le",
    "utf-16be",
];

/// How a dataset is read from its deliveries.
#[derive(Debug, Clone)]
pub struct Source {
    /// Globs below the deliveries folder; every file that one of them finds is
    /// a delivery.
    pub paths: Vec<String>,
    /// The format of every delivery.
    pub format: &'static dyn Format,
    /// What the format may need to know.
    pub options: SourceOptions,
    /// The columns of the table, in order.
    pub columns: Vec<Column>,
    /// Checks over several columns or rows.
    pub checks: Vec<Check>,
    /// The share of a delivery's rows that may be rejected before nothing is
    /// published, 0 to 1.
    pub rejected: f64,
    /// The share of last time's rows, of a delivery and of the whole dataset,
    /// that has to be there still, 0 to 1; 0 lets everything go.
    pub remaining: f64,
    /// What becomes of rows that are there when a new delivery comes.
    pub update: Update,
    /// What is asked of an agency, if its API gives deliveries.
    pub api: Option<Asking>,
}

impl Source {
    /// All that decides what the table holds, as text to be hashed: not
    /// `remaining`, so that it can be lowered once without everything being read
    /// again; nor what an API is asked, which decides what deliveries there are.
    pub(crate) fn essence(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(Column::essence).collect();
        // Whether rows stay when a file leaves does not decide what was read.
        let update = match &self.update {
            Update::Replace | Update::Append => None,
            keyed => Some(keyed),
        };
        format!(
            "{:?} {} {:?} {columns:?} {:?} {} {update:?}",
            self.paths,
            self.format.name(),
            self.options,
            self.checks,
            self.rejected
        )
    }

    /// Whether a column holds pseudonyms that others made.
    pub(crate) fn has_pseudonyms(&self) -> bool {
        let ready = |kind| matches!(kind, column::ColumnType::Pseudonym(_));
        self.columns.iter().any(|column| ready(column.kind))
    }

    /// Whether a column holds identities to replace, so that a key is needed.
    pub(crate) fn has_persons(&self) -> bool {
        let identity = |kind| matches!(kind, column::ColumnType::Person | column::ColumnType::Identifier);
        self.columns.iter().any(|column| identity(column.kind))
    }
}

/// Reads the parts of a dataset that is read from deliveries.
pub(crate) fn read(
    section: Section<'_, '_>,
    root: &Section<'_, '_>,
    survey: Option<&Survey>,
    dataset: &str,
) -> Option<(Source, Vec<Placed>)> {
    let query = api::read(&section);
    let paths = match section.has("api") && !section.has("path") {
        true => Some(vec![format!("{dataset}/*")]),
        false => read_paths(&section),
    };
    let format = read_format(&section, query.as_ref());
    let options = read_options(&section, format);
    let api = query
        .zip(paths.as_ref())
        .and_then(|(query, paths)| api::read_folder(&section, query, paths, dataset));
    let limits = read_limits(root);
    let mut columns = column::read_all(root);
    let Checks {
        rows: mut checks,
        tables,
    } = checks::read_all(root, Some(&mut columns));
    let update = update::read(root, &columns);
    if let Update::Merge(keys) = &update {
        // Which of two rows of one delivery is the newer, nobody can tell.
        let unique = Check::Unique(keys.clone());
        if !keys.is_empty() && !checks.contains(&unique) {
            checks.push(unique);
        }
    }
    section.finish();
    if let Some(survey) = survey {
        check_survey(root, survey, &columns);
    }
    let source = Source {
        paths: paths?,
        format: format?,
        options,
        columns,
        checks,
        rejected: limits.0,
        remaining: limits.1,
        update,
        api,
    };
    Some((source, tables))
}

fn read_paths(section: &Section<'_, '_>) -> Option<Vec<String>> {
    const HINT: &str = "Write path = \"folder/file_*.csv\", seen from the deliveries folder.";
    let paths = match section.raw("path").map(|value| value.get_ref().is_array()) {
        Some(true) => section.strings("path")?,
        _ => vec![(section.needed("path", HINT)?, section.place_of("path"))],
    };
    if paths.is_empty() {
        section.error(section.place_of("path"), "`path` is empty.", HINT);
    }
    for (path, span) in &paths {
        if path.trim().is_empty() {
            section.error(
                span.clone(),
                "The path is empty, so that no file is found by it.",
                HINT,
            );
            continue;
        }
        let outside = path.starts_with('/')
            || path.contains('\\')
            || path.contains(':')
            || path.split('/').any(|part| part == "..");
        if outside {
            section.error(
                span.clone(),
                format!("The path '{path}' leads out of the deliveries folder."),
                "Use / between folders, and neither .. nor a path that begins at the root.",
            );
        } else if let Err(error) = glob::Pattern::new(path) {
            section.error(
                span.clone(),
                format!("The path '{path}' is no pattern: {}.", error.msg),
                "Use * and ?.",
            );
        }
    }
    Some(paths.into_iter().map(|(path, _)| path).collect())
}

/// The format that is named, or that of an API's answers.
fn read_format(section: &Section<'_, '_>, query: Option<&Query>) -> Option<&'static dyn Format> {
    if section.has("api") && !section.has("format") {
        return query.and_then(|query| formats::by_name(query.api.format(query)));
    }
    let known = || formats::FORMATS.iter().map(|format| format.name());
    let all = known().collect::<Vec<_>>().join(", ");
    let name = section.needed("format", &format!("Write format = \"…\", one of: {all}."))?;
    let found = formats::by_name(&name);
    if found.is_none() {
        let hint = match closest(&name, known()) {
            Some(meant) => format!("Did you mean \"{meant}\"? Formats are: {all}."),
            None => format!("Formats are: {all}."),
        };
        section.error(
            section.place_of("format"),
            format!("There is no format '{name}'."),
            hint,
        );
    }
    if let (Some(found), Some(query)) = (found, query) {
        let given = query.api.format(query);
        if found.name() != given {
            section.error(
                section.place_of("format"),
                format!(
                    "The API {} does not answer in the format {name}.",
                    query.api.name()
                ),
                format!("Write format = \"{given}\", or leave `format` out."),
            );
        }
    }
    found
}

/// The keys of all formats, each once, also where several formats have it.
pub(super) fn format_options() -> BTreeSet<&'static str> {
    formats::FORMATS
        .iter()
        .flat_map(|format| format.options())
        .copied()
        .collect()
}

fn read_options(section: &Section<'_, '_>, format: Option<&'static dyn Format>) -> SourceOptions {
    let mut options = SourceOptions::default();
    if let Some(format) = format {
        // `language` is asked of the API, where there is one.
        let of_api = |key: &str| section.has("api") && Query::COMMON.contains(&key);
        for key in format_options() {
            if section.has(key) && !format.options().contains(&key) && !of_api(key) {
                section.error(
                    section.place_of(key),
                    format!("`{key}` says nothing about the format {}.", format.name()),
                    format!("Remove `{key}`."),
                );
            }
        }
    }
    let byte = |key: &'static str, default: u8| match section.string(key) {
        None => default,
        Some(text) => match (text.as_bytes(), latin1(&text)) {
            ([byte], _) if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => *byte,
            // Some programs put § between fields.
            (_, Some(code)) if key == "delimiter" => code,
            _ => {
                section.error(
                    section.place_of(key),
                    format!("`{key}` has to be one character, not '{text}'."),
                    "Write for instance \";\", \",\", \"|\" or \"\\t\" (a tab).",
                );
                default
            }
        },
    };
    options.delimiter = byte("delimiter", options.delimiter);
    options.quote = byte("quote", options.quote);
    if options.delimiter == options.quote {
        section.error(
            section.place_of("quote"),
            "`quote` and `delimiter` are the same.",
            "Change one of them.",
        );
    }
    match section.choice("decimal") {
        Some(",") => options.decimal = b',',
        Some(_) => options.decimal = b'.',
        None => {}
    }
    match section
        .string("encoding")
        .map(|name| name.to_ascii_lowercase())
        .as_deref()
    {
        None | Some("utf-8" | "utf8") => {}
        Some("windows-1252" | "cp1252" | "iso-8859-1" | "latin1") => options.encoding = Encoding::Windows1252,
        Some("utf-16le") => options.encoding = Encoding::Utf16Le,
        Some("utf-16be") => options.encoding = Encoding::Utf16Be,
        // A byte-order mark tells which.
        Some("utf-16") => {}
        Some(other) => section.error(
            section.place_of("encoding"),
            format!("The encoding '{other}' is not known."),
            "Write \"utf-8\" (with or without BOM), \"windows-1252\", \"iso-8859-1\", \"utf-16le\" or \"utf-16be\".",
        ),
    }
    options.skip_rows = section.count("skip_rows").unwrap_or(0);
    options.header_rows = read_header_rows(section);
    options.skip_footer = rows(section, "skip_footer", 0);
    options.member = section.string("member");
    if let Some(bytes) = section.count("cell_bytes") {
        options.cell_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    options.cell_lines = section.count("cell_lines").unwrap_or(options.cell_lines);
    options.members = section.boolean("members").unwrap_or(false);
    options.sheet = match section.raw("sheet").map(|value| value.get_ref().is_integer()) {
        Some(true) => section.count("sheet").map(|number| number.to_string()),
        _ => section.string("sheet"),
    };
    options.range = section.string("range");
    options.language = section.string("language").filter(|_| !section.has("api"));
    options.dataset = section.string("dataset");
    options
}

/// The number in Latin-1 of a sign beyond ASCII, when a text is one.
fn latin1(text: &str) -> Option<u8> {
    let mut letters = text.chars();
    let one = letters
        .next()
        .filter(|one| !one.is_ascii() && !one.is_alphanumeric())?;
    let code = u8::try_from(u32::from(one)).ok();
    code.filter(|_| letters.next().is_none())
}

/// `header = false`, or the rows of the header.
fn read_header_rows(section: &Section<'_, '_>) -> u64 {
    match section.boolean("header") {
        Some(false) if section.has("header_rows") => {
            section.error(
                section.place_of("header_rows"),
                "There are rows of a header that is not there.",
                "Remove `header = false` or `header_rows`.",
            );
            0
        }
        Some(false) => 0,
        _ => rows(section, "header_rows", 1).max(1),
    }
}

/// A number of rows that are held in memory.
fn rows(section: &Section<'_, '_>, key: &'static str, default: u64) -> u64 {
    const MOST: u64 = 100;
    let rows = section.count(key).unwrap_or(default);
    if rows > MOST {
        section.error(
            section.place_of(key),
            format!("`{key}` is {rows}; at most {MOST} rows are possible."),
            "Check the number.",
        );
    }
    rows.min(MOST)
}

/// The shares `rejected` and `remaining`.
fn read_limits(root: &Section<'_, '_>) -> (f64, f64) {
    const DEFAULTS: (f64, f64) = (0.01, 0.5);
    let Some(limits) = root.section("limits") else {
        return DEFAULTS;
    };
    let share = |key: &'static str, default: f64, example: &str| {
        let share = limits.number(key).unwrap_or(default);
        if !(0.0..=1.0).contains(&share) {
            limits.error(
                limits.place_of(key),
                format!("`{key}` is {share}, which is no share."),
                format!("Write a number from 0 to 1: {example}."),
            );
        }
        share
    };
    let rejected = share("rejected", DEFAULTS.0, "0.01 is one row in a hundred");
    let remaining = share("remaining", DEFAULTS.1, "0.5 is half of last time's rows");
    limits.finish();
    (rejected, remaining)
}

fn check_survey(root: &Section<'_, '_>, survey: &Survey, columns: &[Column]) {
    let Some(section) = root.section("survey") else {
        return;
    };
    for (key, name) in survey.columns() {
        match columns.iter().find(|column| column.name == name) {
            None => unknown_column(&section, section.place_of(key), name, columns),
            Some(column) if !column.required => section.error(
                section.place_of(key),
                format!("The design needs a value of '{name}' in every row, but the column may be empty."),
                format!("Add required = true to the column '{name}'."),
            ),
            Some(_) => {}
        }
    }
}

pub(super) fn unknown_column(
    section: &Section<'_, '_>,
    span: std::ops::Range<usize>,
    name: &str,
    columns: &[Column],
) {
    let hint = match closest(name, columns.iter().map(|column| column.name.as_str())) {
        Some(meant) => format!("Did you mean '{meant}'?"),
        None => "Name a column of [[columns]].".to_owned(),
    };
    section.error(span, format!("The dataset has no column '{name}'."), hint);
}
