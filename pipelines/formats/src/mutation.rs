//! Readers of what outsiders send, fed with broken files: any bytes end in data or in an error.
//!
//! `MUTATIONS` is how many are tried of each kind (3000 by default), `MUTATION_SEED` where they begin. The
//! parts of a workbook are broken before they are packed: its checksums would catch all else.

use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

use crate::options::SourceOptions;
use crate::{Format, by_name};

/// A small generator (SplitMix64), so that a seed gives the same files everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// Breaks a file in one to eight places.
    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        const WORDS: [u32; 8] = [0, 1, u32::MAX, i32::MAX as u32, 1 << 31, 255, 65_536, 999];
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len());
            let length = 1 + self.below(64);
            let end = (at + length).min(bytes.len());
            match self.below(7) {
                0 => bytes[at..end]
                    .iter_mut()
                    .take(1)
                    .for_each(|byte| *byte = self.next() as u8),
                1 => bytes[at..end]
                    .iter_mut()
                    .take(1)
                    .for_each(|byte| *byte ^= 1 << self.below(8)),
                // A number as a length might be written, at a place where such a number may be.
                2 => {
                    let at = at & !3;
                    let word = WORDS[self.below(WORDS.len())];
                    let word = if self.below(4) == 0 {
                        word.to_be_bytes()
                    } else {
                        word.to_le_bytes()
                    };
                    bytes
                        .iter_mut()
                        .skip(at)
                        .zip(word)
                        .for_each(|(byte, new)| *byte = new);
                }
                3 => drop(bytes.drain(at..end)),
                4 => {
                    let copy = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, copy);
                }
                5 => bytes.truncate(at.max(bytes.len() / 2)),
                _ => {
                    let digit = b"0123456789AZ<>\"/"[self.below(16)];
                    bytes[at..end].iter_mut().take(1).for_each(|byte| *byte = digit);
                }
            }
            if bytes.is_empty() {
                return;
            }
        }
    }
}

fn files(extensions: &[&str]) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            extensions
                .iter()
                .any(|extension| path.extension().is_some_and(|found| found == *extension))
        })
        .collect();
    files.sort();
    assert!(files.len() >= 2, "{files:?}");
    files
}

/// How many, and where they begin.
fn asked() -> (u64, u64) {
    let number = |name, default| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    (number("MUTATIONS", 3000), number("MUTATION_SEED", 1))
}

/// Reads a file to its end or to an error; whether it was read.
fn exhaust(format: &dyn Format, path: &Path, options: &SourceOptions) -> bool {
    let read = || {
        let mut records = format.open(path, options)?;
        // A few bytes may stand for very many rows: that is no fault.
        for _ in 0..100_000 {
            if records.next()?.is_none() {
                break;
            }
        }
        Ok::<_, crate::SourceError>(())
    };
    match read() {
        Ok(()) => true,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    }
}

/// Tries broken files and says how many were read all the same: some must be, and some must not.
fn try_all(format: &str, kinds: &[&str], breaking: impl Fn(&mut Chance, &Path) -> Vec<u8>) {
    let format = by_name(format).unwrap();
    let files = files(kinds);
    let (count, seed) = asked();
    let folder = tempfile::tempdir().unwrap();
    let (mut read, mut slowest) = (0, std::time::Duration::ZERO);
    for number in 0..count {
        let mut chance = Chance(seed.wrapping_add(number));
        let file = &files[chance.below(files.len())];
        // A new file each time: one that is written over is flushed to the disk by some file systems.
        let path = folder.path().join(number.to_string());
        std::fs::write(&path, breaking(&mut chance, file)).unwrap();
        let options = SourceOptions {
            header_rows: 1 + chance.below(3) as u64,
            ..SourceOptions::default()
        };
        let start = std::time::Instant::now();
        read += u64::from(exhaust(format, &path, &options));
        slowest = slowest.max(start.elapsed());
        assert!(
            start.elapsed().as_secs() < 20,
            "MUTATION_SEED={} is too slow",
            seed.wrapping_add(number)
        );
        std::fs::remove_file(path).unwrap();
    }
    println!("{count} broken files, {read} read all the same, the slowest in {slowest:?}");
    assert!(read > 0 && read < count);
}

#[test]
fn spss() {
    try_all("spss", &["sav", "zsav"], |chance, path| {
        let mut bytes = std::fs::read(path).unwrap();
        chance.mutate(&mut bytes);
        bytes
    });
}

#[test]
fn workbook() {
    try_all("workbook", &["xlsx", "ods"], |chance, path| {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
        let mut broken = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let method = zip::CompressionMethod::Stored;
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        let parts = archive.len();
        let chosen = chance.below(parts * 2);
        for at in 0..parts {
            let mut part = archive.by_index(at).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            // What holds the cells is broken more often than the rest.
            let cells =
                name.contains("sheet") || name.contains("haredStrings") || name.contains("content.xml");
            if at == chosen || (chosen >= parts && cells) {
                chance.mutate(&mut bytes);
            }
            broken.start_file(name, options).unwrap();
            broken.write_all(&bytes).unwrap();
        }
        let mut bytes = broken.finish().unwrap().into_inner();
        if chance.below(10) == 0 {
            chance.mutate(&mut bytes);
        }
        bytes
    });
}
