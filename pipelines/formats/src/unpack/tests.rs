#![allow(clippy::unwrap_used)]
use std::io::{Cursor, Write};
use std::path::PathBuf;

use tempfile::TempDir;
use zip::write::SimpleFileOptions;

use super::*;
use crate::options::SourceOptions;
use crate::{Format, csv::Csv};

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn zipped(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, data) in files {
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(data).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join("delivery");
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn read(&self, bytes: &[u8], member: Option<&str>) -> Result<Vec<u8>, SourceError> {
        let mut unpacked = Unpacked::open(&self.file(bytes), member)?;
        let mut out = Vec::new();
        unpacked.read_to_end(&mut out)?;
        // All of the file as received, whatever lies around the data.
        assert_eq!(unpacked.digest().bytes, bytes.len() as u64);
        assert_eq!(unpacked.digest().blake3, blake3::hash(bytes).to_hex().to_string());
        assert_eq!(unpacked.bytes_read(), bytes.len() as u64);
        Ok(out)
    }
}

fn sample() -> Vec<u8> {
    (0..60_000_u32)
        .flat_map(|at| format!("{};{}\n", at, at.wrapping_mul(2_654_435_761)).into_bytes())
        .collect()
}

#[test]
fn unpacks_by_what_the_file_says() {
    let (place, data) = (Place::new(), sample());
    assert_eq!(place.read(&data, None).unwrap(), data);
    assert_eq!(place.read(&gzip(&data), None).unwrap(), data);
    assert_eq!(
        place
            .read(&[gzip(b"a;b\n"), gzip(&data)].concat(), None)
            .unwrap()
            .len(),
        data.len() + 4
    );
    assert_eq!(
        place
            .read(&zstd::encode_all(&data[..], 3).unwrap(), None)
            .unwrap(),
        data
    );
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let archive = zipped(&[("mapp/data.csv", &data)], method);
        assert_eq!(place.read(&archive, None).unwrap(), data);
    }
    assert_eq!(place.read(b"", None).unwrap(), b"");
}

#[test]
fn what_has_been_cut_is_told_as_cut() {
    let (place, data) = (Place::new(), sample());
    for (packed, kind) in [
        (gzip(&data), "gzip"),
        (zstd::encode_all(&data[..], 3).unwrap(), "Zstandard"),
    ] {
        for length in [5, 20, packed.len() / 2, packed.len() - 1] {
            let error = place.read(&packed[..length], None).unwrap_err();
            assert!(
                matches!(error, SourceError::CutPacking { kind: told } if told == kind),
                "{kind} {length}: {error:?}"
            );
            assert!(error.is_data());
        }
        let mut damaged = packed.clone();
        let middle = damaged.len() / 2;
        damaged[middle..middle + 40].fill(0x55);
        let error = place.read(&damaged, None).unwrap_err();
        assert!(
            matches!(
                error,
                SourceError::CutPacking { .. } | SourceError::DamagedPacking { .. }
            ),
            "{error:?}"
        );
    }
    let archive = zipped(&[("a.csv", &data)], CompressionMethod::Stored);
    let error = place.read(&archive[..archive.len() / 2], None).unwrap_err();
    assert!(matches!(error, SourceError::DamagedPacking { .. }), "{error:?}");
    // Data that are not those the archive was made of.
    let mut changed = archive;
    changed[1000] ^= 1;
    let error = place.read(&changed, None).unwrap_err();
    assert!(matches!(error, SourceError::DamagedPacking { .. }), "{error:?}");
}

#[test]
fn a_zip_archive_has_one_file_or_a_name() {
    let place = Place::new();
    let two = zipped(
        &[
            ("2023/data.csv", b"a\n1\n"),
            ("2024/data.csv", b"a\n2\n"),
            ("lasmig.txt", b"x"),
        ],
        CompressionMethod::Deflated,
    );
    let error = |bytes: &[u8], member| place.read(bytes, member).unwrap_err().to_string();
    let told = error(&two, None);
    assert!(
        told.contains("'2023/data.csv', '2024/data.csv', 'lasmig.txt'"),
        "{told}"
    );
    assert!(told.contains("member = "), "{told}");
    assert_eq!(place.read(&two, Some("2024/data.csv")).unwrap(), b"a\n2\n");
    assert_eq!(place.read(&two, Some("2023*.csv")).unwrap(), b"a\n1\n");
    assert_eq!(place.read(&two, Some("*.txt")).unwrap(), b"x");
    assert!(error(&two, Some("data.csv")).contains("Several files"));
    assert!(error(&two, Some("2025.csv")).contains("no file '2025.csv'"));
    let with_litter = zipped(
        &[
            ("data.csv", b"a\n1\n"),
            ("__MACOSX/._data.csv", b"x"),
            (".DS_Store", b"x"),
        ],
        CompressionMethod::Deflated,
    );
    assert_eq!(place.read(&with_litter, None).unwrap(), b"a\n1\n");
    assert!(error(&zipped(&[], CompressionMethod::Stored), None).contains("holds no file"));
    // A person number in the name of a file is told to nobody.
    let person = zipped(
        &[("19650928-9960.csv", b"a"), ("b.csv", b"a")],
        CompressionMethod::Stored,
    );
    let told = error(&person, None);
    assert!(told.contains("'***', 'b.csv'"), "{told}");
}

#[test]
fn a_workbook_is_no_archive() {
    let place = Place::new();
    let book = zipped(
        &[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")],
        CompressionMethod::Deflated,
    );
    assert_eq!(place.read(&book, None).unwrap(), book);
    let error = Csv
        .open(&place.file(&book), &SourceOptions::default())
        .err()
        .unwrap();
    assert!(error.to_string().contains("workbook"), "{error}");
}

#[test]
fn encrypted_files_are_refused() {
    let place = Place::new();
    let mut archive = zipped(&[("data.csv", b"a;b\n1;2\n")], CompressionMethod::Stored);
    // The flag stands at 6 in the local header and at 8 in the directory.
    archive[6] |= 1;
    let directory = archive
        .windows(4)
        .rposition(|four| four == b"PK\x01\x02")
        .unwrap();
    archive[directory + 8] |= 1;
    let error = place.read(&archive, None).unwrap_err();
    assert!(error.to_string().contains("encrypted"), "{error}");
}

/// A hundred megabytes in a hundred kilobytes: read as a stream.
#[test]
fn what_comes_out_is_bounded() {
    let place = Place::new();
    let bomb = gzip(&vec![b'0'; 100 << 20]);
    assert!(bomb.len() < 1 << 20);
    let path = place.file(&bomb);
    let options = SourceOptions::default();
    let error = Csv.open(&path, &options).err().unwrap();
    assert!(
        matches!(error, SourceError::CellTooLong { line: 1, .. }),
        "{error:?}"
    );
}

#[test]
fn every_text_may_be_packed() {
    let place = Place::new();
    let read = |bytes: &[u8]| {
        let options = SourceOptions {
            delimiter: b';',
            ..SourceOptions::default()
        };
        let mut records = Csv.open(&place.file(bytes), &options).unwrap();
        let record = records.next().unwrap().unwrap();
        let value = String::from_utf8(record.field(1).to_vec()).unwrap();
        assert!(records.next().unwrap().is_none());
        assert_eq!(records.digest().bytes, bytes.len() as u64);
        value
    };
    let text = "a;b\n1;å\n".as_bytes();
    assert_eq!(read(&gzip(text)), "å");
    assert_eq!(
        read(&zipped(&[("x.csv", text)], CompressionMethod::Deflated)),
        "å"
    );
    let utf16: Vec<u8> = "\u{feff}a;b\n1;å\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read(&zstd::encode_all(&utf16[..], 1).unwrap()), "å");
}

/// Whatever is done to a packed file, it ends in data or an error.
#[test]
fn damage_never_panics() {
    let (place, data) = (Place::new(), sample());
    let small = &data[..3000];
    let originals = [
        gzip(small),
        zstd::encode_all(small, 3).unwrap(),
        zipped(&[("a.csv", small), ("b.csv", b"x")], CompressionMethod::Deflated),
    ];
    let mut random = crate::tests::Random::new(7);
    let mut errors = 0;
    for round in 0..4000 {
        let mut bytes = originals[round % 3].clone();
        for _ in 0..=random.below(4) {
            let at = match random.below(3) {
                0 => random.below(bytes.len().min(60)),
                1 => bytes.len() - 1 - random.below(bytes.len().min(160)),
                _ => random.below(bytes.len()),
            };
            bytes[at] = random.below(256) as u8;
        }
        if random.below(4) == 0 {
            bytes.truncate(random.below(bytes.len()));
        }
        let path = place.file(&bytes);
        let read = Unpacked::open(&path, Some("a.csv")).and_then(|mut unpacked| {
            let mut out = Vec::new();
            unpacked.by_ref().take(1 << 20).read_to_end(&mut out)?;
            Ok(())
        });
        errors += usize::from(read.is_err());
    }
    assert!(errors > 1000, "only {errors} errors");
}
