//! What can be wrong with a chart.

/// Why a chart could not be drawn.
///
/// Every message is a whole sentence that names the chart kind, the setting or
/// the row, and what to change.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ChartError {
    /// A setting names a column that the result lacks.
    #[error(
        "The {kind} chart's `{setting}` names the column `{column}`, and the result of `{query}` has no such column; it has {have}."
    )]
    NoColumn {
        /// Kind of the chart.
        kind: &'static str,
        /// Setting in the chart's specification.
        setting: &'static str,
        /// The column asked for.
        column: String,
        /// The query.
        query: String,
        /// The columns there are, in words.
        have: String,
    },
    /// There is nothing to draw.
    #[error("The {kind} chart has no rows to draw: the result of `{query}` {why}.")]
    NoRows {
        /// Kind of the chart.
        kind: &'static str,
        /// The query.
        query: String,
        /// What emptied it.
        why: &'static str,
    },
    /// A cell that has to be drawn is no number.
    #[error(
        "The {kind} chart's `{setting}` has to be numbers, and row {row} of the column `{column}` holds {found}."
    )]
    NotNumeric {
        /// Kind of the chart.
        kind: &'static str,
        /// Setting in the chart's specification.
        setting: &'static str,
        /// The column.
        column: String,
        /// Row of the result, counted from 1.
        row: usize,
        /// What is there instead.
        found: String,
    },
    /// A cell on the time axis is neither a year, a month nor a date.
    #[error(
        "The line chart's `x` has to be years, months (2019-03) or dates, and row {row} of the column `{column}` holds {found}."
    )]
    NotTime {
        /// The column.
        column: String,
        /// Row of the result, counted from 1.
        row: usize,
        /// What is there instead.
        found: String,
    },
    /// A break in a series is at no time.
    #[error(
        "The {kind} chart has a break at `{text}`, which is neither a year, a month (2019-03) nor a date."
    )]
    NotATime {
        /// Kind of the chart.
        kind: &'static str,
        /// What is there instead.
        text: String,
    },
    /// A setting names a row that is not there.
    #[error("The {kind} chart's `{setting}` names `{name}`, and no row is called that; there are {have}.")]
    NoSuchRow {
        /// Kind of the chart.
        kind: &'static str,
        /// Setting in the chart's specification.
        setting: &'static str,
        /// The row asked for.
        name: String,
        /// The rows there are, in words.
        have: String,
    },
    /// Two rows claim the same place.
    #[error(
        "The {kind} chart has two rows for {place}; narrow the rows with `only`, or group them in the query."
    )]
    Twice {
        /// Kind of the chart.
        kind: &'static str,
        /// The place, in words.
        place: String,
    },
    /// A reference line is not described by exactly one of its three settings.
    #[error(
        "A reference line needs exactly one of `row`, `column` and `value`, and a `value` also needs a `label`."
    )]
    Reference,
    /// A column that has to be the same in every row is not.
    #[error(
        "The reference line's column `{column}` has to hold the same number in every row, and it holds both {first} and {other}."
    )]
    ReferenceVaries {
        /// The column.
        column: String,
        /// One number.
        first: String,
        /// A different one.
        other: String,
    },
    /// Parts of a whole cannot be negative or all zero.
    #[error("The share chart divides `{bar}` into parts, and {why}.")]
    NotAWhole {
        /// The bar.
        bar: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A row has a judgement that no shape stands for.
    #[error("The goal chart knows no shape for the status `{status}`; it knows {have}.")]
    NoSuchStatus {
        /// The status.
        status: String,
        /// The statuses there are, in words.
        have: String,
    },
    /// More rows than can be read at this size.
    #[error(
        "The {kind} chart has {rows} {what} and room for {room} at a size that can be read; let the query return fewer or make the chart taller."
    )]
    TooMany {
        /// Kind of the chart.
        kind: &'static str,
        /// How many there are.
        rows: usize,
        /// What they are.
        what: &'static str,
        /// How many fit.
        room: usize,
    },
    /// A text that cannot be laid out without cutting it off.
    #[error("The {kind} chart has no room for the text `{text}`; shorten it or make the chart larger.")]
    NoRoom {
        /// Kind of the chart.
        kind: &'static str,
        /// The text.
        text: String,
    },
    /// The picture itself could not be made.
    #[error("The picture could not be made: {0}.")]
    Picture(String),
}
