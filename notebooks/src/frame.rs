//! Rows as they came, and rows that may be shown.

use std::fmt;
use std::ops::Deref;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use perspektiv_charts::Chart;
use perspektiv_disclosure::{Provenance, Published, Rule, Table, publish};

use crate::error::{NotebookError, Reason};
use crate::html;
use crate::picture::Picture;
use crate::protocol::Answer;
use crate::table::table;

/// The rows that answer a query, as computed: nothing is hidden in them.
///
/// As the last expression of a cell it shows itself as a table, judged by the
/// disclosure rule of its query, because a notebook is stored with its output.
/// The answer of a free SQL query has no rule; it is shown as it is, with words
/// above that say so.
#[derive(Clone)]
pub struct Frame {
    answer: Answer,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    table: Table,
}

impl Frame {
    /// # Errors
    /// The rows have a type that cannot be read.
    pub(crate) fn new(
        answer: Answer,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<Self, NotebookError> {
        let table = table(&answer.columns, &batches)?;
        Ok(Self {
            answer,
            schema,
            batches,
            table,
        })
    }

    /// The columns as Arrow knows them.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows as Arrow, for computing on them; nothing is hidden.
    #[must_use]
    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    /// The rows as plain values, with Swedish headings; nothing is hidden.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Snapshot, parameters and sources.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.answer.provenance
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.rows.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.rows.is_empty()
    }

    /// The rows as an audience may see them, by the rule of their query.
    ///
    /// # Errors
    /// The query has no rule (free SQL never has), or the rule does not fit the
    /// rows.
    pub fn publish(&self) -> Result<Publication, NotebookError> {
        match &self.answer.rule {
            Some(rule) => self.publish_under(rule),
            None => Err(Reason::NoRule.into()),
        }
    }

    /// The rows as an audience may see them, by a rule of the caller's.
    ///
    /// # Errors
    /// The rule names a column that the rows lack or that holds no numbers.
    pub fn publish_under(&self, rule: &Rule) -> Result<Publication, NotebookError> {
        let published = publish(self.table.clone(), rule, self.answer.provenance.clone())?;
        Ok(Publication(published))
    }

    /// Publishes the rows and draws them; see [`Publication::chart`].
    ///
    /// # Errors
    /// Those of [`Frame::publish`] and [`Publication::chart`].
    pub fn chart(&self, specification: &str) -> Result<Picture, NotebookError> {
        self.publish()?.chart(specification)
    }

    /// Shows the rows in a notebook; the kernel calls it.
    ///
    /// Rows that their own rule could not judge are not shown at all.
    pub fn evcxr_display(&self) {
        html::show(&match (&self.answer.rule, self.publish()) {
            (None, _) => html::unjudged(&self.table, &self.answer.provenance),
            (Some(_), Ok(publication)) => html::published(&publication),
            (Some(_), Err(error)) => html::refusal(&error.to_string()),
        });
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Provenance { query, snapshot, .. } = &self.answer.provenance;
        write!(f, "{query}: {} rader, ögonblicksbild {snapshot}", self.len())
    }
}

/// A result that passed disclosure control, in a notebook.
#[derive(Debug, Clone)]
pub struct Publication(Published);

impl Publication {
    /// Draws the rows after a specification, written in TOML as in a deck:
    ///
    /// ```toml
    /// kind = "line"
    /// x = "ar"
    /// y = "andel"
    /// ```
    ///
    /// # Errors
    /// The specification is wrong, names a column that the rows lack, or asks
    /// for more than can be read.
    pub fn chart(&self, specification: &str) -> Result<Picture, NotebookError> {
        let chart = toml::from_str(specification).map_err(Reason::from)?;
        self.draw(&chart)
    }

    /// Draws the rows after a specification that has been read already.
    ///
    /// # Errors
    /// As [`Publication::chart`].
    pub fn draw(&self, chart: &Chart) -> Result<Picture, NotebookError> {
        Picture::new(chart, &self.0)
    }

    /// Shows the rows in a notebook; the kernel calls it.
    pub fn evcxr_display(&self) {
        html::show(&html::published(&self.0));
    }
}

impl Deref for Publication {
    type Target = Published;

    fn deref(&self) -> &Published {
        &self.0
    }
}
