//! What the tests of several formats need.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::{Record, Records};

/// Repeatable random numbers (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(0x9e37_79b9_7f4a_7c15 ^ seed)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// The fields of a record.
pub(crate) fn texts(record: &Record<'_>) -> Vec<String> {
    (0..record.len())
        .map(|at| String::from_utf8(record.field(at).to_vec()).unwrap())
        .collect()
}

/// How many records come before the error, and the error.
pub(crate) fn until_error(records: &mut dyn Records) -> (u64, String) {
    let mut rows = 0;
    loop {
        match records.next() {
            Ok(Some(_)) => rows += 1,
            Ok(None) => panic!("all {rows} rows were read"),
            Err(error) => return (rows, error.to_string()),
        }
    }
}

/// All records.
pub(crate) fn all(records: &mut dyn Records) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    while let Some(record) = records.next().unwrap() {
        rows.push(texts(&record));
    }
    rows
}

/// The folder of real files beside the workspace; `None`, told on stderr, where it is not there. CI has it.
pub(crate) fn shared_data() -> Option<PathBuf> {
    let folder = std::env::var_os("PERSPEKTIV_SHARED_DATA")
        .map_or_else(|| PathBuf::from("../../../shared/data"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing",
        folder.display()
    );
    eprintln!("skipped: {} is missing", folder.display());
    None
}

#[test]
fn the_readme_has_every_format_with_its_keys() {
    let readme = Path::new("../../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    for format in crate::FORMATS {
        let row = format!("| `{}` |", format.name());
        let row = readme.lines().find(|line| line.starts_with(&row)).unwrap();
        let said: BTreeSet<&str> = row
            .rsplit('|')
            .nth(1)
            .unwrap()
            .split(',')
            .map(|key| key.trim().trim_matches('`'))
            .collect();
        assert_eq!(said, format.options().iter().copied().collect(), "{format:?}");
    }
}
