//! Rows that newer deliveries take the place of, beside a model that is too simple to be wrong.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs::File;
use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::scratch_in_memory;
use crate::supersede::Layer;
use crate::{DataFile, Lake, Transaction};

/// Two columns of a key, each perhaps missing, and a number that tells rows apart.
type Row = (Option<i64>, Option<&'static str>, i64);

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("person", DataType::Int64, true),
        Field::new("kommun", DataType::Utf8View, true),
        Field::new("nr", DataType::Int64, false),
    ]))
}

fn write(transaction: &Transaction, rows: &[Row]) -> DataFile {
    let columns = (
        Int64Array::from_iter(rows.iter().map(|row| row.0)),
        StringArray::from_iter(rows.iter().map(|row| row.1)),
        Int64Array::from_iter_values(rows.iter().map(|row| row.2)),
    );
    let mut writer = transaction
        .writer("tabell", schema(), Some("leverans".to_owned()))
        .unwrap();
    let (a, b, c) = columns;
    let fields = Schema::new(vec![
        Field::new("person", DataType::Int64, true),
        Field::new("kommun", DataType::Utf8, true),
        Field::new("nr", DataType::Int64, false),
    ]);
    writer
        .write(&RecordBatch::try_new(Arc::new(fields), vec![Arc::new(a), Arc::new(b), Arc::new(c)]).unwrap())
        .unwrap();
    writer.finish().unwrap()
}

fn numbers(lake: &Lake, file: Option<&DataFile>) -> Vec<i64> {
    let Some(file) = file else {
        return Vec::new();
    };
    let opened = File::open(lake.root().join(&file.path)).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(opened).unwrap();
    let mut all = Vec::new();
    for batch in reader.build().unwrap() {
        let batch = batch.unwrap();
        let column = batch.column(2);
        assert_eq!(column.null_count(), 0);
        all.extend(column.as_primitive::<Int64Type>().values());
    }
    assert_eq!(all.len() as u64, file.rows);
    all
}

/// A small generator of chance, the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

#[test]
fn what_stays_is_what_a_model_says() {
    let folder = scratch_in_memory("supersede");
    let lake = Lake::open(&folder).unwrap();
    let lock = lake.lock().unwrap();
    let mut chance = Chance(11);
    let keys = [
        vec!["person".to_owned()],
        vec!["person".to_owned(), "kommun".to_owned()],
    ];
    let mut lost = 0;
    for round in 0..60 {
        let transaction = lake.begin(&lock).unwrap();
        let keys = &keys[round % 2];
        let key = |row: &Row| (row.0, row.1.filter(|_| keys.len() == 2));
        let mut layers: Vec<Vec<Row>> = Vec::new();
        let mut nr = 0;
        for _ in 0..1 + chance.below(6) {
            let mut rows = Vec::new();
            for _ in 0..chance.below(40) {
                nr += 1;
                let person = chance.below(25).checked_sub(1).map(|n| n as i64);
                rows.push((
                    person,
                    [None, Some("1715"), Some("1780")][chance.below(3) as usize],
                    nr,
                ));
            }
            layers.push(rows);
        }
        let stands = |layers: &[Vec<Row>], at: usize| -> Vec<Row> {
            let newer = layers.iter().skip(at + 1).flatten();
            let newer: Vec<_> = newer.map(key).collect();
            let own = layers[at].iter().filter(|row| !newer.contains(&key(row)));
            own.copied().collect()
        };
        // Some have been compared with each other already.
        let new: Vec<bool> = layers.iter().map(|_| chance.below(2) == 0).collect();
        let old: Vec<Vec<Row>> = layers
            .iter()
            .zip(&new)
            .map(|(rows, new)| if *new { Vec::new() } else { rows.clone() })
            .collect();
        let expected: Vec<Vec<i64>> = (0..layers.len())
            .map(|at| stands(&layers, at).iter().map(|row| row.2).collect())
            .collect();
        let given: Vec<Layer> = (0..layers.len())
            .map(|at| Layer {
                file: write(
                    &transaction,
                    &if new[at] {
                        layers[at].clone()
                    } else {
                        stands(&old, at)
                    },
                ),
                new: new[at],
            })
            .collect();
        for most in [1, 7, 1_000_000] {
            let files = transaction
                .supersede_in_parts("tabell", &schema(), &given, keys, most)
                .unwrap();
            let found: Vec<Vec<i64>> = files.iter().map(|file| numbers(&lake, file.as_ref())).collect();
            assert_eq!(
                found, expected,
                "round {round}, {most} keys at a time, new: {new:?}"
            );
            for (layer, file) in given.iter().zip(&files) {
                let same = file.as_ref().is_some_and(|file| file.rows == layer.file.rows);
                assert_eq!(
                    same,
                    file.as_ref() == Some(&layer.file),
                    "a file is kept or rewritten"
                );
            }
        }
        lost += layers.iter().map(Vec::len).sum::<usize>() - expected.iter().map(Vec::len).sum::<usize>();
    }
    assert!(lost > 500, "only {lost} rows were ever replaced");
}

#[test]
fn a_missing_column_and_a_damaged_file_are_errors() {
    let folder = scratch_in_memory("supersede-faults");
    let lake = Lake::open(&folder).unwrap();
    let lock = lake.lock().unwrap();
    let transaction = lake.begin(&lock).unwrap();
    let layers = [1, 2].map(|nr| Layer {
        file: write(&transaction, &[(Some(1), None, nr)]),
        new: true,
    });
    let supersede = |key: &str| transaction.supersede("tabell", &schema(), &layers, &[key.to_owned()]);
    let error = supersede("ar").unwrap_err().to_string();
    assert!(error.contains("a column of the key is not there"), "{error}");
    let path = lake.root().join(&layers[0].file.path);
    std::fs::write(&path, b"no parquet").unwrap();
    assert!(supersede("person").unwrap_err().is_damage());
}
