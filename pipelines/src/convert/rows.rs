//! Records to batches, with what broke a rule set aside.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use perspektiv_identity::Date;

use super::header::places;
use super::identity::Identity;
use super::loader::{self, Loader, trimmed};
use super::rule::Rule;
use crate::definition::{Check, Column, Origin, Source};
use crate::quarantine::{Rejected, Rejection};
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
    loaders: Vec<Loader<'d>>,
    unique: Vec<Unique>,
    /// Which rows of the batch are to stay.
    keep: Vec<bool>,
    rejected: usize,
    bytes: usize,
}

/// Keys seen so far, as hashes of 128 bits: two keys of a county never meet.
struct Unique {
    columns: Vec<usize>,
    names: String,
    seen: HashSet<u128>,
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
        let places = places(&source.columns, header)?;
        let loaders = source.columns.iter().map(|column| {
            let constant = matches!(column.origin, Origin::Constant(_));
            let persons = identity.map(|(identity, day)| identity.persons(column.reference.unwrap_or(day)));
            Loader::new(column, if constant { b'.' } else { mark }, persons)
        });
        let unique = source.checks.iter().map(|Check::Unique(names)| Unique {
            columns: names
                .iter()
                .filter_map(|name| source.columns.iter().position(|column| column.name == *name))
                .collect(),
            names: names.join(", "),
            seen: HashSet::new(),
        });
        Ok(Self {
            columns: &source.columns,
            schema: schema(source),
            width: header.len(),
            places,
            loaders: loaders.collect(),
            unique: unique.collect(),
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
        for (at, loader) in self.loaders.iter_mut().enumerate() {
            let column = &self.columns[at];
            let raw = match (self.places[at], &column.origin) {
                (Some(place), _) => record.field(place),
                (None, Origin::Constant(constant)) => constant.as_bytes(),
                (None, Origin::Field(_)) => b"",
            };
            self.bytes += raw.len();
            if let Err(rule) = loader.append(raw) {
                broken.get_or_insert(rule);
                let raw = trimmed(raw);
                let reason = loader.reason(rule, column, raw);
                rejected.add(rejection(record.line, column, raw, rule, reason));
            }
        }
        if broken.is_none() {
            for unique in &mut self.unique {
                if !unique.seen.insert(unique.key(&self.loaders)) {
                    broken.get_or_insert(Rule::Duplicate);
                    rejected.add(Rejection {
                        line: record.line,
                        column: Some(unique.names.clone()),
                        value: None,
                        rule: Rule::Duplicate,
                        reason: format!("En tidigare rad har samma nyckel ({}).", unique.names),
                    });
                }
            }
        }
        if let Some(rule) = broken {
            rejected.row(rule);
            self.rejected += 1;
        }
        self.keep.push(broken.is_none());
    }

    /// Whether a batch is full.
    pub(crate) fn is_full(&self) -> bool {
        self.keep.len() >= ROWS || self.bytes >= BYTES
    }

    /// The rows so far that broke no rule; begins a new batch.
    ///
    /// # Errors
    /// None that data can cause.
    pub(crate) fn batch(&mut self) -> Result<RecordBatch, ArrowError> {
        let columns = self
            .loaders
            .iter_mut()
            .map(Loader::finish)
            .collect::<Result<Vec<_>, _>>()?;
        let fields: Vec<_> = self
            .schema
            .fields()
            .iter()
            .zip(&columns)
            .map(|(field, column)| field.as_ref().clone().with_data_type(column.data_type().clone()))
            .collect();
        let mut batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
        if self.rejected > 0 {
            batch = filter_record_batch(&batch, &BooleanArray::from(std::mem::take(&mut self.keep)))?;
        }
        self.keep.clear();
        self.rejected = 0;
        self.bytes = 0;
        Ok(batch)
    }
}

impl Unique {
    fn key(&self, loaders: &[Loader<'_>]) -> u128 {
        let mut halves = [0_u64; 2];
        for (salt, half) in halves.iter_mut().enumerate() {
            let mut hasher = DefaultHasher::new();
            salt.hash(&mut hasher);
            for at in &self.columns {
                if let Some(loader) = loaders.get(*at) {
                    loader.hash_last(&mut hasher);
                }
            }
            *half = hasher.finish();
        }
        u128::from(halves[0]) << 64 | u128::from(halves[1])
    }
}

fn rejection(line: u64, column: &Column, raw: &[u8], rule: Rule, reason: String) -> Rejection {
    let name = match &column.origin {
        Origin::Field(name) => name,
        Origin::Constant(_) => &column.name,
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
