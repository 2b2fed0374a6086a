//! Recorded answers, read from the folder of shared data beside the project.

use std::path::PathBuf;

/// The folder; `None`, with a word on why, where there is none. It has to be there in CI.
pub fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from("../../../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing",
        folder.display()
    );
    eprintln!("skipped: {} is not there", folder.display());
    None
}

/// A recorded file.
pub fn read(name: &str) -> Vec<u8> {
    std::fs::read(folder().expect("shared data").join(name)).unwrap()
}

/// A recorded JSON document.
pub fn json(name: &str) -> serde_json::Value {
    serde_json::from_slice(&read(name)).unwrap()
}

/// The records of a recorded CSV file, each a map from column to text.
pub fn records(name: &str) -> Vec<std::collections::HashMap<String, String>> {
    let bytes = read(name);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    reader.deserialize().map(Result::unwrap).collect()
}
