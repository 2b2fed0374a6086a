//! What can go wrong with a query, said so that the reader can mend it.

use std::path::PathBuf;
use std::time::Duration;

/// A fault in a query file, with its place in that file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}:{column}: {message}", .path.display())]
pub struct FileProblem {
    /// The query file.
    pub path: PathBuf,
    /// Line in the file, from 1.
    pub line: usize,
    /// Column in the line, in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do, in whole sentences.
    pub message: String,
}

/// Why a query was not answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// A folder or a file of queries could not be read.
    #[error("{} cannot be read: {source}.", .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A query file has a fault.
    #[error(transparent)]
    File(#[from] FileProblem),
    /// No query has that name.
    #[error("There is no query named `{name}`. {hint}")]
    UnknownQuery {
        /// The name that was asked for.
        name: String,
        /// The nearest name and those that exist.
        hint: String,
    },
    /// A parameter is unknown, missing or has a value that it cannot take.
    #[error("{message}")]
    Parameter {
        /// What is wrong and what is allowed.
        message: String,
    },
    /// The SQL is something else than a question.
    #[error(
        "{what} is not allowed here: only queries are (SELECT, WITH … SELECT, VALUES, EXPLAIN, \
         DESCRIBE). Tables change only through `perspektiv refresh`."
    )]
    NotAQuery {
        /// The kind of statement, such as `COPY`.
        what: String,
    },
    /// A sample design is made of a part of its sample.
    #[error(
        "survey_design sees the rows that {what} before it has left or repeated, so its sample would not be the \
         whole one and every error would come out wrong. Make the design first and filter afterwards: \
         WITH urval AS (SELECT *, survey_design({{…}}) OVER () AS design FROM …) SELECT … FROM urval WHERE …. \
         Or, if the rows that are left are the whole sample, say so with the key 'filtered': true."
    )]
    PartOfSample {
        /// What leaves rows out.
        what: &'static str,
    },
    /// A sample design that is made for parts of a table.
    #[error(
        "survey_design has PARTITION BY {by}, which would make each {by} a sample of its own, with its own strata, \
         totals and degrees of freedom. Write OVER () and group afterwards, SELECT {by}, survey_mean(y, design) … \
         GROUP BY {by}. Only if {by} tells waves of a survey apart, each drawn by itself, as the years do, write OVER () \
         and the key 'wave': {by}."
    )]
    PartedDesign {
        /// The column.
        by: String,
    },
    /// A key of a sample design whose column stands in quotes.
    #[error(
        "'{key}' of survey_design is the text '{name}'; write the name of a column, without quotes or in \"double\" ones."
    )]
    QuotedColumn {
        /// The key.
        key: String,
        /// The text.
        name: String,
    },
    /// The SQL names a table that the snapshot does not have.
    #[error("{place}There is no table named `{table}`. {hint}")]
    MissingTable {
        /// The table.
        table: String,
        /// Where the SQL names it, as `file:line:column: ` or empty.
        place: String,
        /// The nearest name, the tables there are, and what makes one.
        hint: String,
    },
    /// The SQL cannot be understood or planned.
    #[error("{place}{message}")]
    Sql {
        /// Where, as `file:line:column: ` or empty.
        place: String,
        /// What is wrong.
        message: String,
        /// Line in the SQL or the query file, from 1, where known.
        line: Option<u64>,
        /// Column in the line, from 1, where known.
        column: Option<u64>,
    },
    /// The query failed while it ran.
    #[error("The query failed while it ran: {message}")]
    Execution {
        /// What happened.
        message: String,
    },
    /// The query wanted more memory than it may have.
    #[error(
        "The query needs more memory than it may use: {message} Ask for fewer rows or groups, or \
         allow it more memory."
    )]
    Memory {
        /// What the engine said.
        message: String,
    },
    /// The query did not finish in time.
    #[error(
        "The query was stopped after {} seconds, its time limit. Ask for fewer rows or groups, or \
         allow it more time.", .0.as_secs_f64()
    )]
    Deadline(Duration),
    /// Somebody asked for its end.
    #[error("The query was stopped.")]
    Stopped,
    /// The engine itself failed; a fault in the program and not in the query.
    #[error(
        "The engine failed: {message}. This is a fault in the program, not in your query; please \
         report it together with the query."
    )]
    Internal {
        /// What it said when it failed.
        message: String,
    },
    /// The result has no disclosure rule and so cannot be shown to an audience.
    #[error(
        "The result of {query} cannot be published, for no disclosure rule says how it is \
         protected. Give the query file a `[disclosure]` section with `rule = \"secrecy\"`, \
         `\"quality\"` or `\"public\"`."
    )]
    NoRule {
        /// The query, or `the SQL`.
        query: String,
    },
    /// The rule says that the figures are public already, but they are not.
    #[error(
        "The query `{query}` has `rule = \"public\"`, which is for figures that somebody else has \
         published. It reads rows about persons: give it `rule = \"secrecy\"`, or `\"quality\"` for \
         estimates from a survey."
    )]
    NotPublic {
        /// The query.
        query: String,
    },
    /// Disclosure control could not judge the result.
    #[error(transparent)]
    Refused(#[from] perspektiv_disclosure::Refused),
    /// The lake could not be opened.
    #[error(transparent)]
    Lake(#[from] perspektiv_lake::LakeError),
    /// A result could not be written.
    #[error("The result cannot be written: {0}.")]
    Write(#[from] std::io::Error),
    /// The file of a result could not be written.
    #[error(
        "Could not write {}: {source}. Check that the folder exists, that you may write to it, and \
         that the disk has room.", .path.display()
    )]
    WriteFile {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A result cannot take the form asked for.
    #[error("The result cannot be written as {format}: {message}.")]
    Format {
        /// Name of the format.
        format: String,
        /// Why not.
        message: String,
    },
}

impl QueryError {
    /// Whether the reader asked for something in a wrong way (an unknown name, a
    /// wrong value, SQL that does not parse), in contrast to a failure.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::UnknownQuery { .. }
                | Self::Parameter { .. }
                | Self::NotAQuery { .. }
                | Self::MissingTable { .. }
                | Self::Sql { .. }
                | Self::PartOfSample { .. }
                | Self::PartedDesign { .. }
                | Self::QuotedColumn { .. }
                | Self::File(_)
        )
    }

    /// SQL that is refused, without a place.
    pub(crate) fn sql(message: impl Into<String>) -> Self {
        Self::Sql {
            place: String::new(),
            message: message.into(),
            line: None,
            column: None,
        }
    }

    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self::Parameter {
            message: message.into(),
        }
    }
}
