#![allow(clippy::unwrap_used, clippy::panic)]
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Int32Array, Int64Array,
    ListArray, TimestampMillisecondArray, UInt64Array,
};
use arrow::datatypes::Int32Type;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{WriterProperties, WriterVersion};
use tempfile::TempDir;

use super::*;
use crate::tests::{Random, all, until_error};

fn write(columns: Vec<(&str, ArrayRef)>, compression: Compression, group: usize) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data.parquet");
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap();
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(group))
        .build();
    let mut writer =
        ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    (folder, path)
}

fn open(path: &Path) -> Result<Box<dyn Records>, SourceError> {
    Parquet.open(path, &SourceOptions::default())
}

#[test]
fn values_are_canonical_text() {
    let (_folder, path) = write(
        vec![
            (
                "namn",
                Arc::new(StringArray::from(vec![Some("Kil"), Some("å;\"\n"), None])),
            ),
            (
                "antal",
                Arc::new(Int64Array::from(vec![Some(-7), None, Some(i64::MAX)])),
            ),
            (
                "stort",
                Arc::new(UInt64Array::from(vec![Some(u64::MAX), None, Some(0)])),
            ),
            (
                "andel",
                Arc::new(Float64Array::from(vec![Some(0.1), Some(f64::NAN), Some(1e300)])),
            ),
            (
                "kort",
                Arc::new(Float32Array::from(vec![Some(0.1), Some(2.0), None])),
            ),
            (
                "kronor",
                Arc::new(
                    Decimal128Array::from(vec![Some(1250), Some(-5), None])
                        .with_precision_and_scale(12, 2)
                        .unwrap(),
                ),
            ),
            (
                "dag",
                Arc::new(Date32Array::from(vec![Some(19_112), None, Some(0)])),
            ),
            (
                "tid",
                Arc::new(TimestampMillisecondArray::from(vec![
                    Some(1_651_312_800_000),
                    None,
                    Some(500),
                ])),
            ),
            (
                "utc",
                Arc::new(
                    TimestampMillisecondArray::from(vec![Some(1_651_357_800_000), None, Some(0)])
                        .with_timezone("Europe/Stockholm"),
                ),
            ),
            (
                "ja",
                Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
            ),
        ],
        Compression::SNAPPY,
        2,
    );
    let mut records = open(&path).unwrap();
    assert_eq!(
        records.header(),
        [
            "namn", "antal", "stort", "andel", "kort", "kronor", "dag", "tid", "utc", "ja"
        ]
    );
    let kinds: Vec<_> = records.fields().iter().map(|field| field.kind).collect();
    assert_eq!(
        kinds,
        [
            Some(FieldKind::Text),
            Some(FieldKind::Integer),
            Some(FieldKind::Integer),
            Some(FieldKind::Number),
            Some(FieldKind::Number),
            Some(FieldKind::Number),
            Some(FieldKind::Date),
            None,
            None,
            Some(FieldKind::Boolean),
        ]
    );
    assert_eq!(
        all(&mut *records),
        [
            [
                "Kil",
                "-7",
                "18446744073709551615",
                "0.1",
                "0.1",
                "12.50",
                "2022-04-30",
                "2022-04-30T10:00:00",
                "2022-04-30T22:30:00Z",
                "true"
            ],
            ["å;\"\n", "", "", "", "2", "-0.05", "", "", "", "false"],
            [
                "",
                "9223372036854775807",
                "0",
                "1e300",
                "",
                "",
                "1970-01-01",
                "1970-01-01T00:00:00.500",
                "1970-01-01T00:00:00Z",
                ""
            ],
        ]
    );
    assert!(records.next().unwrap().is_none());
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(records.digest().bytes, bytes.len() as u64);
    assert_eq!(records.digest().blake3, blake3::hash(&bytes).to_hex().to_string());
    assert_eq!(records.bytes_read(), bytes.len() as u64);
    // Packed once more, as mail programs do.
    let packed = path.with_extension("zst");
    std::fs::write(&packed, zstd::encode_all(&bytes[..], 1).unwrap()).unwrap();
    assert_eq!(all(&mut *open(&packed).unwrap()).len(), 3);
}

#[test]
fn every_common_compression_is_read() {
    let brotli = Compression::BROTLI(Default::default());
    let gzip = Compression::GZIP(Default::default());
    let zstd = Compression::ZSTD(Default::default());
    for compression in [
        brotli,
        gzip,
        zstd,
        Compression::LZ4_RAW,
        Compression::SNAPPY,
        Compression::UNCOMPRESSED,
    ] {
        let numbers: ArrayRef = Arc::new(Int32Array::from_iter_values(0..5000));
        let (_folder, path) = write(vec![("n", numbers)], compression, 700);
        let rows = all(&mut *open(&path).unwrap());
        assert_eq!(rows.len(), 5000, "{compression}");
        assert!(rows.iter().enumerate().all(|(at, row)| row[0] == at.to_string()));
    }
}

#[test]
fn columns_that_are_no_values_are_refused() {
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1), Some(2)])]);
    let (_folder, path) = write(vec![("svar", Arc::new(lists))], Compression::SNAPPY, 10);
    let error = open(&path).err().unwrap().to_string();
    assert!(
        error.starts_with("The column 'svar' holds several values in each cell"),
        "{error}"
    );
    let bytes = BinaryArray::from_vec(vec![b"ok", b"k\xf6"]);
    let (_folder, path) = write(vec![("text", Arc::new(bytes))], Compression::SNAPPY, 10);
    let mut records = open(&path).unwrap();
    assert_eq!(records.next().unwrap().unwrap().field(0), b"ok");
    let error = records.next().unwrap_err().to_string();
    assert!(
        error.starts_with("The column 'text' holds bytes that are no text"),
        "{error}"
    );
}

/// Every cut and many changed bytes end in rows or an error.
#[test]
fn damaged_files_are_errors() {
    let text: StringArray = (0..900).map(|at| Some(format!("rad {}", at % 37))).collect();
    let numbers = Float64Array::from_iter_values((0..900).map(|at| f64::from(at) / 3.0));
    let (folder, path) = write(
        vec![("text", Arc::new(text)), ("n", Arc::new(numbers))],
        Compression::SNAPPY,
        300,
    );
    let bytes = std::fs::read(&path).unwrap();
    let damaged = folder.path().join("damaged.parquet");
    let read = |bytes: &[u8]| -> Result<usize, SourceError> {
        std::fs::write(&damaged, bytes).unwrap();
        let mut records = open(&damaged)?;
        let mut rows = 0;
        while records.next()?.is_some() {
            rows += 1;
        }
        Ok(rows)
    };
    assert_eq!(read(&bytes).unwrap(), 900);
    assert!(matches!(read(b""), Err(SourceError::Empty)));
    for length in (1..bytes.len()).step_by(61) {
        let error = read(&bytes[..length]).unwrap_err();
        assert!(
            error.to_string().starts_with("The Parquet file is damaged"),
            "{error}"
        );
    }
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut random = Random::new(3);
    let mut errors = 0;
    for _ in 0..6000 {
        let mut changed = bytes.clone();
        for _ in 0..=random.below(3) {
            // Half of them in the metadata at the end.
            let at = match random.below(2) {
                0 => random.below(bytes.len()),
                _ => bytes.len() - 1 - random.below(700),
            };
            changed[at] = random.below(256) as u8;
        }
        errors += usize::from(read(&changed).is_err());
    }
    std::panic::set_hook(hook);
    assert!(errors > 1000, "only {errors} errors");
}

/// A text that many rows repeat, as a dictionary of one.
fn repeated(bytes: usize, rows: usize) -> (TempDir, PathBuf) {
    let text = "x".repeat(bytes);
    // One text that all rows point at: as many of them would fill the memory here already.
    let mut texts = arrow::array::StringViewBuilder::new();
    let block = texts.append_block(text.into_bytes().into());
    for _ in 0..rows {
        texts.try_append_view(block, 0, bytes as u32).unwrap();
    }
    let texts = texts.finish();
    let zstd = Compression::ZSTD(Default::default());
    write(vec![("ort", Arc::new(texts))], zstd, rows)
}

#[test]
fn a_cell_that_is_too_long_is_refused_with_row_and_column() {
    let options = SourceOptions {
        cell_bytes: 1000,
        ..SourceOptions::default()
    };
    let long = "x".repeat(1001);
    let texts = StringArray::from(vec![&long[1..], "", &long]);
    let (_folder, path) = write(vec![("ort", Arc::new(texts))], Compression::SNAPPY, 10);
    let mut records = Parquet.open(&path, &options).unwrap();
    assert!(records.next().unwrap().is_some() && records.next().unwrap().is_some());
    let error = records.next().unwrap_err().to_string();
    assert!(
        error.starts_with("The cell of the column 'ort' in row 3 is longer than 1000 bytes."),
        "{error}"
    );
}

/// A kilobyte that says twenty gigabytes: each value once in memory, and an end to them.
#[test]
fn what_a_dictionary_repeats_is_bounded() {
    let (_folder, path) = repeated(1_000_000, 20_000);
    assert!(std::fs::metadata(&path).unwrap().len() < 10_000);
    let mut records = open(&path).unwrap();
    let (rows, error) = until_error(records.as_mut());
    assert_eq!(rows, TEXT / 1_000_000);
    assert!(error.contains("unfolds to more than 4096 MB of text"), "{error}");
}

#[test]
fn long_rows_come_in_small_batches() {
    let texts = |bytes: usize| -> ArrayRef {
        let texts = (0..200).map(|at| format!("{at}{}", "x".repeat(bytes)));
        Arc::new(StringArray::from_iter_values(texts))
    };
    for (bytes, expected) in [(10, 200..=200), (100_000, 100..=170)] {
        let (_folder, path) = write(vec![("ort", texts(bytes))], Compression::SNAPPY, 1000);
        let opened = super::open(File::open(&path).unwrap()).unwrap();
        let longest = opened
            .batches
            .map(|batch| batch.unwrap().num_rows())
            .max()
            .unwrap();
        assert!(expected.contains(&longest), "{longest}");
    }
}

/// One page of zeros, which pack to nothing: of data, or of a dictionary.
fn one_page(bytes: usize, dictionary: bool) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data.parquet");
    let text = StringArray::from_iter_values([String::from_utf8(vec![b'0'; bytes]).unwrap()]);
    let batch = RecordBatch::try_from_iter([("ort", Arc::new(text) as ArrayRef)]).unwrap();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(Default::default()))
        .set_statistics_enabled(parquet::file::properties::EnabledStatistics::None)
        .set_dictionary_enabled(dictionary)
        .set_dictionary_page_size_limit(1 << 30)
        .set_data_page_size_limit(1 << 30)
        .build();
    let file = File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    (folder, path)
}

#[test]
fn a_page_that_unpacks_to_too_much_is_refused() {
    for dictionary in [false, true] {
        let (_folder, path) = one_page((256 << 20) + 1, dictionary);
        assert!(std::fs::metadata(&path).unwrap().len() < 100_000);
        let error = open(&path).err().unwrap().to_string();
        assert!(
            error.starts_with("A page of the column 'ort', in row group 1, unpacks to 256 MB"),
            "{error}"
        );
        let (_folder, path) = one_page(1 << 20, dictionary);
        assert_eq!(all(&mut *open(&path).unwrap())[0][0].len(), 1 << 20);
    }
}

/// Texts in one column, some missing, by an encoding that begins its pages with a count.
fn by_lengths(encoding: Encoding, version: WriterVersion, rows: usize) -> (TempDir, PathBuf, Vec<String>) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data.parquet");
    let texts: Vec<Option<String>> = (0..rows)
        .map(|row| (row % 7 > 0).then(|| format!("text {}", row * 31 % 1000)))
        .collect();
    let expected = texts
        .iter()
        .map(|text| text.clone().unwrap_or_default())
        .collect();
    let column: ArrayRef = Arc::new(StringArray::from(texts));
    let batch = RecordBatch::try_from_iter_with_nullable([("namn", column, true)]).unwrap();
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_encoding(encoding)
        .set_writer_version(version)
        .build();
    let file = File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    (folder, path, expected)
}

#[test]
fn counts_that_a_page_forges_are_refused() {
    for encoding in [Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let (_folder, path, expected) = by_lengths(encoding, version, 19_000);
            let mut records = open(&path).unwrap();
            let mut found = Vec::new();
            while let Some(record) = records.next().unwrap() {
                found.push(String::from_utf8(record.field(0).to_vec()).unwrap());
            }
            assert_eq!(found, expected);
            // Blocks of 128 values, and the 16 285 that are not missing, as a number of three bytes.
            let bytes = std::fs::read(&path).unwrap();
            let head = [0x80, 0x01, 0x04, 0x9d, 0x7f];
            let places: Vec<usize> = (0..bytes.len())
                .filter(|at| bytes[*at..].starts_with(&head))
                .collect();
            let lists = if encoding == Encoding::DELTA_BYTE_ARRAY {
                2
            } else {
                1
            };
            assert_eq!(places.len(), lists, "{encoding:?}");
            for at in places {
                let mut forged = bytes.clone();
                // And so many bytes of the first value as there is room for: 2^34.
                forged[at + 3..at + 8].copy_from_slice(&[0xff, 0xff, 0xff, 0xff, 0x3f]);
                std::fs::write(&path, &forged).unwrap();
                let told = open(&path).err().unwrap().to_string();
                assert!(
                    told.contains(
                        "a page of the column 'namn', in row group 1, is said to have more texts than values"
                    ),
                    "{told}"
                );
            }
        }
    }
}
