//! What was rejected, as a table like any other: one file for each delivery,
//! so that it is kept with the delivery when nothing is read again.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arrow::array::{Int64Builder, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use perspektiv_lake::{DataFile, TableWriter, Transaction};

use crate::convert::Rule;
use crate::error::PipelineError;

/// The name of the table.
pub const TABLE: &str = "karantan";

/// What was rejected, by delivery, rule and reason: a query of the library's form.
pub const REJECTED_GROUPS: &str = include_str!("quarantine/groups.sql");
/// Every rejected value: a query of the library's form.
pub const REJECTED_VALUES: &str = include_str!("quarantine/values.sql");

/// Rows in a batch.
const ROWS: usize = 1 << 13;
/// Rejections kept as examples, of each rule.
const EXAMPLES: usize = 3;

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name: &str, label: &str| field(name, DataType::Utf8View, label);
    Arc::new(Schema::new(vec![
        text("dataset", "Datamängd"),
        text("delivery", "Leverans"),
        field("line", DataType::Int64, "Rad"),
        text("column", "Kolumn"),
        text("value", "Värde"),
        text("rule", "Regel"),
        text("reason", "Orsak"),
    ]))
});

fn field(name: &str, kind: DataType, label: &str) -> Field {
    Field::new(name, kind, true).with_metadata([("label".to_owned(), label.to_owned())].into())
}

/// The columns of the quarantine.
pub(crate) fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// One value that broke a rule, or a row that did.
pub(crate) struct Rejection {
    pub(crate) line: u64,
    /// The field's name in the delivery.
    pub(crate) column: Option<String>,
    /// The value; never an identity.
    pub(crate) value: Option<String>,
    pub(crate) rule: Rule,
    /// Swedish, for the supplier.
    pub(crate) reason: String,
}

/// The rejections of one delivery.
pub(crate) struct Rejected<'t> {
    dataset: &'t str,
    delivery: &'t str,
    counts: BTreeMap<Rule, u64>,
    examples: Vec<(Rule, String)>,
    /// The last line with a value that broke a rule.
    last: Option<u64>,
    lines: Int64Builder,
    texts: [StringBuilder; 4],
    rows: usize,
}

impl<'t> Rejected<'t> {
    /// None so far.
    pub(crate) fn new(dataset: &'t str, delivery: &'t str) -> Self {
        Self {
            dataset,
            delivery,
            counts: BTreeMap::new(),
            examples: Vec::new(),
            last: None,
            lines: Int64Builder::new(),
            texts: std::array::from_fn(|_| StringBuilder::new()),
            rows: 0,
        }
    }

    /// Counts a row under the rule that rejected it first.
    pub(crate) fn row(&mut self, rule: Rule) {
        *self.counts.entry(rule).or_default() += 1;
    }

    /// Notes one broken rule.
    pub(crate) fn add(&mut self, rejection: Rejection) {
        let known = self
            .examples
            .iter()
            .filter(|(rule, _)| *rule == rejection.rule)
            .count();
        if known < EXAMPLES {
            let column = rejection
                .column
                .as_deref()
                .map(|name| format!(", column {name}"))
                .unwrap_or_default();
            let value = rejection
                .value
                .as_deref()
                .map(|value| format!(" ('{value}')"))
                .unwrap_or_default();
            let example = format!("line {}{column}{value}: {}", rejection.line, rejection.reason);
            self.examples.push((rejection.rule, example));
        }
        if rejection.rule != Rule::Duplicate {
            self.last = Some(rejection.line);
        }
        // Lines are counted, so they are far below 2^63.
        self.lines.append_value(rejection.line.cast_signed());
        let [column, value, rule, reason] = &mut self.texts;
        column.append_option(rejection.column);
        value.append_option(rejection.value);
        rule.append_value(rejection.rule.name());
        reason.append_value(rejection.reason);
        self.rows += 1;
    }

    /// Rows rejected so far.
    pub(crate) fn count(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The last line with a value that broke a rule.
    pub(crate) fn last(&self) -> Option<u64> {
        self.last
    }

    /// Rows rejected by a rule.
    pub(crate) fn of(&self, rule: Rule) -> u64 {
        self.counts.get(&rule).copied().unwrap_or(0)
    }

    /// Rows rejected by the names of the rules.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        self.counts
            .iter()
            .map(|(rule, count)| (rule.name().to_owned(), *count))
            .collect()
    }

    /// The rule that rejected most rows, how many, and examples.
    pub(crate) fn dominant(&self) -> Option<(Rule, u64, Vec<&str>)> {
        let (rule, count) = self.counts.iter().max_by_key(|(_, count)| **count)?;
        let examples = self.examples.iter().filter(|(other, _)| other == rule);
        Some((
            *rule,
            *count,
            examples.map(|(_, example)| example.as_str()).collect(),
        ))
    }

    /// Examples of every rule broken.
    #[cfg(test)]
    pub(crate) fn examples(&self) -> impl Iterator<Item = &str> {
        self.examples.iter().map(|(_, example)| example.as_str())
    }

    /// Whether a person number came where only pseudonyms may.
    pub(crate) fn has_bare_identity(&self) -> bool {
        self.counts.contains_key(&Rule::BareIdentity)
            || self.examples.iter().any(|(rule, _)| *rule == Rule::BareIdentity)
    }

    /// Writes what has gathered, if it is enough for a batch.
    pub(crate) fn write(&mut self, file: &mut QuarantineFile<'_>) -> Result<(), PipelineError> {
        if self.rows >= ROWS {
            self.flush(file)
        } else {
            Ok(())
        }
    }

    /// Writes what has gathered.
    pub(crate) fn flush(&mut self, file: &mut QuarantineFile<'_>) -> Result<(), PipelineError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut same = [StringBuilder::new(), StringBuilder::new()];
        for _ in 0..self.rows {
            same[0].append_value(self.dataset);
            same[1].append_value(self.delivery);
        }
        let [dataset, delivery] = &mut same;
        let [column, value, rule, reason] = &mut self.texts;
        let fields = SCHEMA.fields().iter().map(|field| match field.data_type() {
            DataType::Utf8View => field.as_ref().clone().with_data_type(DataType::Utf8),
            _ => field.as_ref().clone(),
        });
        let batch = RecordBatch::try_new(
            Arc::new(Schema::new(fields.collect::<Vec<_>>())),
            vec![
                Arc::new(dataset.finish()),
                Arc::new(delivery.finish()),
                Arc::new(self.lines.finish()),
                Arc::new(column.finish()),
                Arc::new(value.finish()),
                Arc::new(rule.finish()),
                Arc::new(reason.finish()),
            ],
        );
        self.rows = 0;
        let batch = batch.map_err(|error| PipelineError::Check {
            table: TABLE.to_owned(),
            message: error.to_string(),
        })?;
        file.write(&batch)
    }
}

/// A file of the quarantine, made when there is something to write.
pub(crate) struct QuarantineFile<'t> {
    transaction: &'t Transaction,
    writer: Option<TableWriter>,
}

impl<'t> QuarantineFile<'t> {
    /// No file yet.
    pub(crate) fn new(transaction: &'t Transaction) -> Self {
        Self {
            transaction,
            writer: None,
        }
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), PipelineError> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => self
                .writer
                .insert(self.transaction.writer(TABLE, schema(), None)?),
        };
        Ok(writer.write(batch)?)
    }

    /// Completes the file, if there is one.
    pub(crate) fn finish(self) -> Result<Option<DataFile>, PipelineError> {
        Ok(self.writer.map(TableWriter::finish).transpose()?)
    }
}
