//! The keys that a definition can have.
//!
//! One table for all: what the parser accepts is what stands here, and so is what
//! [`schema`](super::schema()) tells an editor. A key that does not stand here cannot be read.

use super::column::TYPES;
use super::source::ENCODINGS;
use crate::checks::KINDS;
use perspektiv_formats::DayOrder;

/// A key, what it may hold, and what it says.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    /// Whether its table is nothing without it.
    pub(crate) needed: bool,
    /// What it says, for the one who writes it: a sentence or two.
    pub(crate) about: &'static str,
}

/// What a key may hold.
#[derive(Debug)]
pub(crate) enum Shape {
    Text,
    Flag,
    /// A whole number, 0 or more.
    Count,
    Number,
    /// A text, a number, yes or no, or a day.
    Scalar,
    /// A list of scalars.
    Scalars,
    /// A list of texts.
    Texts,
    /// A text, or several.
    TextOrTexts,
    /// A name, or a number counted from 1.
    TextOrCount,
    /// The least and the greatest value.
    Bounds,
    /// Names and texts.
    Pairs,
    /// A number, or names and numbers.
    NumberOrPairs,
    /// The name of a format of deliveries.
    Format,
    /// The name of an API.
    Api,
    /// Variables of an API's table, and what is wanted of each.
    Selections(&'static [Key]),
    /// One of some words.
    OneOf(&'static [&'static str]),
    /// A table.
    Table(&'static [Key]),
    /// Tables, all with the same keys.
    Tables(&'static [Key]),
    /// Tables whose key `kind` decides which others they have.
    Kinds(&'static [Kind]),
}

/// One kind of tables that differ by their key `kind`.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) keys: &'static [Key],
}

/// A key that may be left out.
pub(crate) const fn key(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key {
        name,
        shape,
        needed: false,
        about,
    }
}

/// A key that has to be there.
pub(crate) const fn needed(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key {
        name,
        shape,
        needed: true,
        about,
    }
}

use Shape::{
    Api, Bounds, Count, Flag, Format, Kinds, Number, OneOf, Pairs, Scalar, Scalars, Selections, Table,
    Tables, Text, TextOrCount, TextOrTexts, Texts,
};

/// The whole file.
pub(crate) static ROOT: [Key; 13] = [
    needed("title", Text, "What an audience calls the data, in Swedish."),
    key("description", Text, "More words about it, in Swedish."),
    key(
        "sensitivity",
        OneOf(&super::sensitivity::WORDS),
        "Who may see the rows. Default: \"secret\" with persons or a survey in it, the most sensitive of its sources \
         for a derived table, otherwise \"internal\".",
    ),
    key("table", Table(&TABLE), "The table that the dataset becomes."),
    key("source", Table(&SOURCE), "How the rows are read from deliveries."),
    key("derive", Table(&DERIVE), "How the rows are made of other tables."),
    key(
        "limits",
        Table(&LIMITS),
        "From where on a delivery is refused as a whole.",
    ),
    key(
        "update",
        Table(&UPDATE),
        "What becomes of rows that are there when a new delivery comes.",
    ),
    key(
        "freshness",
        Table(&FRESHNESS),
        "When new data are to be expected.",
    ),
    key(
        "retention",
        Table(&RETENTION),
        "How long rows and deliveries are kept.",
    ),
    key(
        "survey",
        Table(&SURVEY),
        "The design, if the rows are answers to a sample survey.",
    ),
    key("columns", Tables(&COLUMN), "The columns of the table, in order."),
    key("checks", Kinds(&KINDS), "What the rows have to fulfil."),
];

static TABLE: [Key; 1] = [key("name", Text, "Its name; default: that of the file.")];

pub(super) static SOURCE: [Key; 31] = [
    key(
        "path",
        TextOrTexts,
        "The files, seen from the deliveries folder: names or patterns with * and ?. With an API, default: every file \
         in the folder that is called as the dataset.",
    ),
    key(
        "format",
        Format,
        "Their format. With an API, default: that of its answers.",
    ),
    key(
        "api",
        Api,
        "The API of the agency that deliveries are fetched from.",
    ),
    key("url", Text, "API: another address than its own."),
    key(
        "table",
        Text,
        "API: the table's id or path, the subject, or what of Kolada: \"data\" (default), \"oudata\", \"kpi\", \
         \"municipality\", \"municipality_groups\", \"kpi_groups\" or \"ou\".",
    ),
    key(
        "years",
        Scalars,
        "API: the years, for instance [2020], [\"2017-2022\"] or [\"2017-\"].",
    ),
    key("kpi", Scalars, "Kolada: the indicators."),
    key(
        "municipality",
        Scalars,
        "Kolada: municipalities, regions and groups; * and ? stand for letters.",
    ),
    key(
        "group",
        Scalars,
        "Kolada: groups that are asked for with their members, by id or by title; of titles that fit a pattern and differ by \
         their year alone the newest counts.",
    ),
    key("ou", Scalars, "Kolada: the units."),
    key(
        "select",
        Selections(&SELECTION),
        "PxWeb and Socialstyrelsen: what is wanted of each variable.",
    ),
    key(
        "answer",
        OneOf(&["json-stat2", "px"]),
        "PxWeb: the form of its answers. Default: \"json-stat2\".",
    ),
    key("cells", Count, "API: the most cells of one answer."),
    key("calls", Count, "API: the most calls in so many `seconds`."),
    key("seconds", Count, "API: the time for which `calls` counts."),
    key(
        "delimiter",
        Text,
        "CSV: what stands between fields. Default: \",\".",
    ),
    key(
        "quote",
        Text,
        "CSV: what stands around a field that holds delimiters. Default: '\"'.",
    ),
    key("decimal", OneOf(&[".", ","]), "The decimal mark. Default: \".\"."),
    key(
        "encoding",
        OneOf(&ENCODINGS),
        "The encoding of the text. Default: \"utf-8\".",
    ),
    key("skip_rows", Count, "Lines above the header."),
    key("header", Flag, "Whether there is a header. Default: true."),
    key("header_rows", Count, "Rows of the header. Default: 1."),
    key("skip_footer", Count, "Rows below the last row of data."),
    key(
        "member",
        Text,
        "Which file of a zip archive: its name, or a pattern.",
    ),
    key("cell_bytes", Count, "CSV: the most bytes of one cell."),
    key("cell_lines", Count, "CSV: the most lines of one cell."),
    key("members", Flag, "Kolada: one row for each member of a group."),
    key(
        "sheet",
        TextOrCount,
        "Workbook: the sheet, by name or by number from 1.",
    ),
    key(
        "range",
        Text,
        "Workbook: the part of the sheet with the table, for instance \"B4:H200\", or the name that cells or a table have \
         in the workbook.",
    ),
    key(
        "language",
        Text,
        "PX: which of the file's languages. API: the language of its answers, in two letters.",
    ),
    key("dataset", Text, "JSON-stat: which dataset of a bundle."),
];

pub(super) static SELECTION: [Key; 3] = [
    needed(
        "values",
        Scalars,
        "The codes; * and ? stand for letters, and PxWeb knows TOP(n), FROM(a) and their kin.",
    ),
    key(
        "codelist",
        Text,
        "PxWeb: another list of codes than the variable's own.",
    ),
    key(
        "aggregated",
        Flag,
        "PxWeb 2: whether the groups of the list are wanted, not their parts.",
    ),
];

static DERIVE: [Key; 2] = [
    needed("sql", Text, "The query whose result is the table."),
    needed(
        "from",
        Texts,
        "The tables that it reads: it is made again when one of them changes.",
    ),
];

static LIMITS: [Key; 2] = [
    key(
        "rejected",
        Number,
        "The share of a delivery's rows that may be rejected, 0 to 1. Default: 0.01.",
    ),
    key(
        "remaining",
        Number,
        "The share of last time's rows that has to be there still, 0 to 1. Default: 0.5.",
    ),
];

static UPDATE: [Key; 3] = [
    needed(
        "mode",
        OneOf(&super::update::MODES),
        "\"replace\": the table is what lies in the folder. \"append\": every delivery adds. \"period\": a newer one \
         replaces the periods that it has. \"merge\": the newest row of a key stands.",
    ),
    key("period", Texts, "The columns that tell one period from another."),
    key("keys", Texts, "The columns whose values a row has alone."),
];

static FRESHNESS: [Key; 2] = [
    key(
        "expected",
        Text,
        "How long after a delivery the next is expected: \"31 days\", \"1 year\", \"P1M\".",
    ),
    key(
        "published",
        Texts,
        "The days of the year on which the source publishes: [\"04-01\", \"10-15\"].",
    ),
];

static RETENTION: [Key; 2] = [
    key(
        "snapshots",
        Text,
        "How long old snapshots keep the rows: \"2 years\".",
    ),
    key(
        "archive",
        Text,
        "How long the archive keeps deliveries as received: \"1 year\".",
    ),
];

static SURVEY: [Key; 5] = [
    needed("stratum", Text, "The column of the stratum."),
    needed("weight", Text, "The column of the weight."),
    key("psu", Text, "The column of the primary sampling unit."),
    key("population", Text, "The column of the stratum's population."),
    key(
        "wave",
        Text,
        "The column of the wave, when several surveys stand in one table.",
    ),
];

static COLUMN: [Key; 18] = [
    key(
        "name",
        Text,
        "What the column is called in the table. Default: as in the delivery.",
    ),
    key(
        "from",
        Text,
        "What the field is called in the delivery. Default: as in the table.",
    ),
    key(
        "constant",
        Scalar,
        "The same value in every row, instead of a field.",
    ),
    key(
        "sql",
        Text,
        "An SQL expression over the columns above, instead of a field: \"p1 + (6 - p2)\".",
    ),
    key(
        "type",
        OneOf(&TYPES),
        "What its values are; may be left out where `sql` tells.",
    ),
    key("bits", Count, "32 (default) or 64, for whole numbers."),
    key(
        "form",
        OneOf(&["hex", "integer"]),
        "How pseudonyms are written. Default: \"hex\".",
    ),
    key(
        "order",
        OneOf(&DayOrder::NAMES),
        "In which order day, month and year stand in dates such as 31.12.2024 or 5/1 2024: \"dmy\"; \"week\" for \
         2024-W05. Default: 2024-12-31 or 20241231.",
    ),
    key(
        "required",
        Flag,
        "Whether a missing value rejects the row. Default: false.",
    ),
    key(
        "missing",
        Texts,
        "What stands for a missing value besides the empty field.",
    ),
    key(
        "missing_range",
        Bounds,
        "Numbers that stand for a missing value, both ends included: [90, 99], or [90, inf].",
    ),
    key("codes", Pairs, "Code in the delivery = text in the table."),
    key(
        "unknown_codes",
        OneOf(&["reject", "null"]),
        "What becomes of a code that is not listed: the row is rejected (default), or the value is missing.",
    ),
    key(
        "person_numbers",
        OneOf(&["reject", "allow"]),
        "Whether a text or a number may look like a person number. Default: \"reject\".",
    ),
    key("range", Bounds, "The least and the greatest value: [0, 744]."),
    key(
        "reference",
        Scalar,
        "The day on which person numbers were written, which decides the century of those without.",
    ),
    key("unit", Text, "The unit of the values, in Swedish."),
    key("label", Text, "What an audience calls the column, in Swedish."),
];
