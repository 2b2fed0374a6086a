//! Records to batches, with what broke a rule set aside.

use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use perspektiv_identity::Date;

use super::calculated::{Calculated, schema_of};
use super::drift::{self, Drift};
use super::header::places;
use super::identity::Identity;
use super::loader::{self, Loader, trimmed};
use super::rule::Rule;
use super::unique::{Late, Unique};
use crate::definition::{Check, Column, Origin, Source};
use crate::quarantine::{Rejected, Rejection};
use crate::why::Why;
use perspektiv_formats::Record;

/// Rows in a batch.
const ROWS: usize = 1 << 16;
/// Bytes of fields in a batch: far below the 2 GB that a text column can hold.
const BYTES: usize = 32 << 20;

/// The schema of a source's table.
pub(crate) fn schema(source: &Source) -> SchemaRef {
    Arc::new(Schema::new(
        source.columns.iter().map(loader::field).collect::<Vec<_>>(),
    ))
}

/// Turns the records of one delivery into batches of its table.
pub(crate) struct Converter<'d> {
    columns: &'d [Column],
    schema: SchemaRef,
    /// Fields of every record.
    width: usize,
    /// Where the value of a column stands; `None` for a constant.
    places: Vec<Option<usize>>,
    /// How the delivery's columns differ from the definition's.
    drift: Drift,
    /// Rows that were looked at for it.
    watched: u64,
    /// Of the columns that are no expressions.
    loaders: Vec<Loader<'d>>,
    /// Which columns those are.
    loaded: Vec<usize>,
    /// Those that are, with their places among all.
    calculated: Vec<(usize, Calculated<'d>)>,
    /// The line of each row of the batch, where it may be asked for.
    lines: Vec<u64>,
    unique: Vec<Unique>,
    /// Rows of all batches so far.
    written: u64,
    /// Where the rows of the last batch are among them.
    landed: Vec<Option<u64>>,
    /// Which rows of the batch are to stay.
    keep: Vec<bool>,
    rejected: usize,
    bytes: usize,
}

impl<'d> Converter<'d> {
    /// Prepares for the records under `header`; person numbers are read as of
    /// the day given with the identity.
    ///
    /// # Errors
    /// Columns of the definition that the header does not have, as sentences.
    pub(crate) fn new(
        source: &'d Source,
        header: &[String],
        decimal: Option<u8>,
        identity: Option<(&'d Identity, Date)>,
    ) -> Result<Self, String> {
        let mark = decimal.unwrap_or(source.options.decimal);
        let has_line = source.format.options().contains(&"header_rows");
        let (places, drift) = places(&source.columns, header, has_line)?;
        let is_loaded = |column: &Column| !matches!(column.origin, Origin::Expression(_));
        let loaded: Vec<usize> = (0..source.columns.len())
            .filter(|at| source.columns.get(*at).is_some_and(is_loaded))
            .collect();
        let mut calculated = Vec::new();
        for (at, column) in source.columns.iter().enumerate() {
            if let Origin::Expression(sql) = &column.origin {
                calculated.push((at, Calculated::new(column, sql, &source.columns[..at])?));
            }
        }
        let loaders = source
            .columns
            .iter()
            .filter(|column| is_loaded(column))
            .map(|column| {
                let constant = matches!(column.origin, Origin::Constant(_));
                let persons =
                    identity.map(|(identity, day)| identity.persons(column.reference.unwrap_or(day)));
                Loader::new(column, if constant { b'.' } else { mark }, persons)
            });
        let unique = source.checks.iter().map(|Check::Unique(names)| {
            let places = names.iter().filter_map(|name| {
                let mut own = source.columns.iter().filter(|column| is_loaded(column));
                own.position(|column| column.name == *name)
            });
            Unique::new(places.collect(), names.join(", "))
        });
        Ok(Self {
            columns: &source.columns,
            schema: schema(source),
            width: header.len(),
            places,
            drift,
            watched: 0,
            loaders: loaders.collect(),
            loaded,
            calculated,
            lines: Vec::new(),
            unique: unique.collect(),
            written: 0,
            landed: Vec::new(),
            keep: Vec::with_capacity(ROWS),
            rejected: 0,
            bytes: 0,
        })
    }

    /// Takes one record; what breaks a rule is handed to `rejected`.
    pub(crate) fn push(&mut self, record: &Record<'_>, rejected: &mut Rejected<'_>) {
        if record.len() != self.width {
            rejected.row(Rule::Fields);
            rejected.add(Rejection {
                line: record.line,
                column: None,
                value: None,
                rule: Rule::Fields,
                reason: format!("Raden har {} fält, väntat är {}.", record.len(), self.width),
            });
            return;
        }
        let mut broken = None;
        for (loader, &at) in self.loaders.iter_mut().zip(&self.loaded) {
            let column = &self.columns[at];
            let raw = match (self.places[at], &column.origin) {
                (Some(place), _) => record.field(place),
                (None, Origin::Constant(constant)) => constant.as_bytes(),
                (None, Origin::Field(_) | Origin::Expression(_)) => b"",
            };
            self.bytes += raw.len();
            let fault = loader.append(raw).err().map(|rule| {
                let raw = trimmed(raw);
                (rule, raw, loader.reason(rule, column, raw))
            });
            if self.watched < drift::ROWS {
                let told = fault.as_ref().map(|(rule, _, reason)| (*rule, reason.as_str()));
                self.drift.watch(at, column, (record.line, trimmed(raw)), told);
            }
            if let Some((rule, raw, reason)) = fault {
                broken.get_or_insert(rule);
                rejected.add(rejection(record.line, column, raw, rule, reason));
            }
        }
        self.watched += 1;
        if broken.is_none() {
            for unique in &mut self.unique {
                if unique.repeats(&self.loaders, self.keep.len(), record.line) {
                    broken.get_or_insert(Rule::Duplicate);
                    rejected.add(repeated(record.line, &unique.names));
                }
            }
        }
        if let Some(rule) = broken {
            rejected.row(rule);
            self.rejected += 1;
        }
        self.keep.push(broken.is_none());
        if !self.calculated.is_empty() {
            self.lines.push(record.line);
        }
    }

    /// Which rows of the batch are to stay, so far.
    #[cfg(test)]
    pub(crate) fn kept(&self) -> Vec<bool> {
        self.keep.clone()
    }

    /// So that a test need not have millions of rows.
    #[cfg(test)]
    pub(crate) fn keep_keys(&mut self, most: usize) {
        for unique in &mut self.unique {
            unique.keep_at_most(most);
        }
    }

    /// How the delivery's columns differ from the definition's, if it matters.
    pub(crate) fn drift(&self) -> Option<Why> {
        self.drift.told(self.columns)
    }

    /// Whether columns are missing, so that no row can be right.
    pub(crate) fn is_adrift(&self) -> bool {
        self.drift.is_certain()
    }

    /// The columns whose amounts had more decimals than are kept, and how many they were.
    pub(crate) fn rounded(&self) -> impl Iterator<Item = (&str, u64)> {
        let columns = self.loaded.iter().filter_map(|&at| self.columns.get(at));
        let counted = columns.zip(&self.loaders);
        counted
            .map(|(column, loader)| (column.name.as_str(), loader.rounded()))
            .filter(|(_, count)| *count > 0)
    }

    /// The columns of the delivery that the definition does not read.
    pub(crate) fn spare(&self) -> &[String] {
        &self.drift.spare
    }

    /// Whether a batch is full.
    pub(crate) fn is_full(&self) -> bool {
        self.keep.len() >= ROWS || self.bytes >= BYTES
    }

    /// The rows so far that broke no rule; begins a new batch. What an expression breaks is handed to
    /// `rejected`.
    ///
    /// # Errors
    /// None that data can cause.
    pub(crate) fn batch(&mut self, rejected: &mut Rejected<'_>) -> Result<RecordBatch, ArrowError> {
        let mut columns = self
            .loaders
            .iter_mut()
            .map(Loader::finish)
            .collect::<Result<Vec<_>, _>>()?;
        self.calculate(&mut columns, rejected)?;
        let fields: Vec<_> = self
            .schema
            .fields()
            .iter()
            .zip(&columns)
            .map(|(field, column)| field.as_ref().clone().with_data_type(column.data_type().clone()))
            .collect();
        let mut batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
        self.land();
        if self.rejected > 0 {
            batch = filter_record_batch(&batch, &BooleanArray::from(std::mem::take(&mut self.keep)))?;
        }
        self.keep.clear();
        self.lines.clear();
        self.rejected = 0;
        self.bytes = 0;
        Ok(batch)
    }
}

impl Converter<'_> {
    /// Puts the keys of the last batch, as far as memory has no room for them, into a folder.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(crate) fn put_by(&mut self, folder: &Path) -> io::Result<()> {
        let landed = &self.landed;
        self.unique
            .iter_mut()
            .try_for_each(|unique| unique.put_by(folder, landed))
    }

    /// The rows of all batches that have the key of an earlier one and were not known at once, in their
    /// order; when there are more than `most`, perhaps not all.
    ///
    /// # Errors
    /// What was put into the folder cannot be read.
    pub(crate) fn late(&mut self, most: usize) -> io::Result<Vec<Late>> {
        let mut late = Vec::new();
        for (check, unique) in self.unique.iter_mut().enumerate() {
            late.extend(unique.late(check, most)?);
        }
        late.sort_unstable();
        Ok(late)
    }

    /// What is told of such a row.
    pub(crate) fn rejection_of(&self, late: Late) -> Rejection {
        let unique = self.unique.get(late.check);
        repeated(late.line, unique.map_or("", |unique| unique.names.as_str()))
    }

    /// Notes where the rows of the batch come to be, once it is known which stay.
    fn land(&mut self) {
        let written = &mut self.written;
        self.landed.clear();
        self.landed.extend(self.keep.iter().map(|keep| {
            keep.then(|| {
                *written += 1;
                *written - 1
            })
        }));
    }

    /// Puts the columns that are expressions among the others.
    fn calculate(
        &mut self,
        columns: &mut Vec<ArrayRef>,
        rejected: &mut Rejected<'_>,
    ) -> Result<(), ArrowError> {
        for (at, calculated) in &self.calculated {
            let schema = schema_of(&self.columns[..*at]);
            let above = columns.iter().take(*at).cloned().collect();
            let options = RecordBatchOptions::new().with_row_count(Some(self.keep.len()));
            let batch = RecordBatch::try_new_with_options(schema, above, &options)?;
            let (values, broken) = calculated.values(&batch, &self.keep)?;
            columns.insert(*at, values);
            let column = &self.columns[*at];
            for (row, rule) in broken {
                if let Some(keep) = self.keep.get_mut(row) {
                    *keep = false;
                }
                self.rejected += 1;
                rejected.row(rule);
                rejected.add(Rejection {
                    line: self.lines.get(row).copied().unwrap_or_default(),
                    column: Some(column.name.clone()),
                    value: None,
                    rule,
                    reason: rule.reason(column, b"", b'.'),
                });
            }
        }
        Ok(())
    }
}

fn repeated(line: u64, names: &str) -> Rejection {
    Rejection {
        line,
        column: Some(names.to_owned()),
        value: None,
        rule: Rule::Duplicate,
        reason: format!("En tidigare rad har samma nyckel ({names})."),
    }
}

fn rejection(line: u64, column: &Column, raw: &[u8], rule: Rule, reason: String) -> Rejection {
    let name = match &column.origin {
        Origin::Field(name) => name,
        Origin::Constant(_) | Origin::Expression(_) => &column.name,
    };
    Rejection {
        line,
        column: Some(name.clone()),
        value: match (raw.is_empty(), column.is_identity() || rule == Rule::TextIdentity) {
            (true, _) => None,
            (false, true) => Some("***".to_owned()),
            (false, false) => Some(perspektiv_formats::shown(raw)),
        },
        rule,
        reason,
    }
}
