//! Keys that may come once in a delivery, whatever its size.
//!
//! Keys are compared as hashes of 128 bits: two of a county never meet. The first few million are kept in
//! memory and tell at once. Those after go to files by their first bits; at the end one file after the other
//! is sorted, which shows what came twice.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use super::loader::Loader;

/// Keys in memory: just before the hash table would double, at 71 MB.
const KEYS: usize = 3_600_000;
/// Files that the others are shared out to: for 100 million rows some 50 MB are sorted at a time.
const PARTS: usize = 64;
/// Bytes of an entry: the hash, the row of the table, the line.
const ENTRY: usize = 32;
/// The row of what broke a rule and is not in the table.
const NOWHERE: u64 = u64::MAX;

/// The keys of one check.
pub(super) struct Unique {
    /// Which loaders make the key.
    columns: Vec<usize>,
    /// Their names, for people.
    pub(super) names: String,
    seen: HashSet<u128>,
    /// How many of them are kept.
    most: usize,
    /// Keys of this batch that were not compared yet: hash, row of the batch, line.
    pending: Vec<(u128, usize, u64)>,
    parts: Vec<BufWriter<File>>,
}

/// A row of the table whose key an earlier row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Late {
    /// Its number among the rows that were written, from 0.
    pub(crate) row: u64,
    /// Its line in the delivery.
    pub(crate) line: u64,
    /// Which check it breaks.
    pub(super) check: usize,
}

impl Unique {
    pub(super) fn new(columns: Vec<usize>, names: String) -> Self {
        Self {
            columns,
            names,
            seen: HashSet::new(),
            most: KEYS,
            pending: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// As [`Self::new`], with so many keys in memory.
    #[cfg(test)]
    pub(super) fn keep_at_most(&mut self, most: usize) {
        self.most = most;
    }

    /// Whether the key of the last row is known to be an earlier one's; when there are too many to know,
    /// it is compared at the end.
    pub(super) fn repeats(&mut self, loaders: &[Loader<'_>], row: usize, line: u64) -> bool {
        let key = self.key(loaders);
        if self.seen.len() < self.most {
            return !self.seen.insert(key);
        }
        if self.seen.contains(&key) {
            return true;
        }
        self.pending.push((key, row, line));
        false
    }

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

    /// Puts the keys of a batch that has been written into the files of a folder; `places` says of its rows
    /// where in the table they are.
    pub(super) fn put_by(&mut self, folder: &Path, places: &[Option<u64>]) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        if self.parts.is_empty() {
            perspektiv_lake::create_private_folder(folder)?;
            for _ in 0..PARTS {
                // Without a name: it is gone when the program is, however that ends.
                self.parts.push(BufWriter::new(tempfile::tempfile_in(folder)?));
            }
        }
        for (key, row, line) in self.pending.drain(..) {
            let place = places.get(row).copied().flatten().unwrap_or(NOWHERE);
            let part = usize::try_from(key >> 122).unwrap_or_default();
            if let Some(file) = self.parts.get_mut(part) {
                file.write_all(&key.to_le_bytes())?;
                file.write_all(&place.to_le_bytes())?;
                file.write_all(&line.to_le_bytes())?;
            }
        }
        Ok(())
    }

    /// The rows, in any order, whose key an earlier row has and that were not known at once; not many more
    /// than `most`.
    pub(super) fn late(&mut self, check: usize, most: usize) -> io::Result<Vec<Late>> {
        let mut late = Vec::new();
        for file in std::mem::take(&mut self.parts) {
            let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.rewind()?;
            let mut entries = entries(file)?;
            // Stable: of one key, the first to come stays the first.
            entries.sort_by_key(|(key, _, _)| *key);
            for same in entries.chunk_by(|(one, _, _), (next, _, _)| one == next) {
                let repeats = same.iter().skip(1).filter(|(_, row, _)| *row != NOWHERE);
                late.extend(repeats.map(|&(_, row, line)| Late { row, line, check }));
            }
            if late.len() > most {
                break;
            }
        }
        Ok(late)
    }
}

fn entries(file: File) -> io::Result<Vec<(u128, u64, u64)>> {
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX) / ENTRY;
    let mut entries = Vec::with_capacity(length);
    let mut file = BufReader::with_capacity(256 << 10, file);
    for _ in 0..length {
        let (mut key, mut row, mut line) = ([0; 16], [0; 8], [0; 8]);
        file.read_exact(&mut key)?;
        file.read_exact(&mut row)?;
        file.read_exact(&mut line)?;
        entries.push((
            u128::from_le_bytes(key),
            u64::from_le_bytes(row),
            u64::from_le_bytes(line),
        ));
    }
    Ok(entries)
}
