//! Which file of a zip archive is the delivery.

use std::fs::File;

use zip::ZipArchive;
use zip::result::ZipError;

use super::{SourceError, listed, may_hold_identity, shown};
use crate::unpack::deflated;

/// A file in an archive.
pub(crate) struct Member {
    /// Its name as it may be shown.
    pub(crate) name: String,
    /// Where its data begin.
    pub(crate) start: u64,
    /// Bytes it takes in the archive, and unpacked.
    pub(crate) packed: u64,
    pub(crate) size: u64,
    /// The checksum of the unpacked.
    pub(crate) crc: u32,
    /// Compressed with Deflate, or as it is.
    pub(crate) deflated: bool,
}

/// The file that is meant: the only one, or the one whose name (with or without its folders) fits `wanted`, a
/// name or a pattern with `*` and `?`. `None` when the archive is a document in itself, such as a workbook.
///
/// # Errors
/// It is not clear which is meant, or the archive is damaged, encrypted or packed in an unusual way.
pub(crate) fn find(file: &mut File, wanted: Option<&str>) -> Result<Option<Member>, SourceError> {
    let mut archive = ZipArchive::new(&*file).map_err(fault)?;
    if ["[Content_Types].xml", "mimetype"]
        .iter()
        .any(|name| archive.index_for_name(name).is_some())
    {
        return Ok(None);
    }
    let mut files = Vec::new();
    for at in 0..archive.len() {
        let entry = archive.by_index_data(at).map_err(fault)?;
        let name = entry.name().map_err(fault)?.into_owned();
        if entry.is_file() && !is_litter(&name) {
            files.push((at, name));
        }
    }
    let all: Vec<&str> = files.iter().map(|(_, name)| name.as_str()).collect();
    let meant: Vec<&(usize, String)> = match wanted {
        None => files.iter().collect(),
        Some(wanted) => files.iter().filter(|(_, name)| fits(name, wanted)).collect(),
    };
    let [(at, name)] = meant.as_slice() else {
        return Err(SourceError::Form(match (wanted, all.len(), meant.len()) {
            (_, 0, _) => "The zip archive holds no file. Ask the sender for it again.".to_owned(),
            (None, ..) => format!(
                "The zip archive holds several files: {}. Write member = \"…\" in [source]: the name, or a pattern \
                 with *, of the one that is meant.",
                listed(&all)
            ),
            (Some(wanted), _, 0) => format!(
                "The zip archive holds no file '{}', but {}. Check `member` in [source].",
                shown(wanted.as_bytes()),
                listed(&all)
            ),
            (Some(wanted), ..) => {
                let meant: Vec<&str> = meant.iter().map(|(_, name)| name.as_str()).collect();
                format!(
                    "Several files in the zip archive fit '{}': {}. Make `member` in [source] more exact.",
                    shown(wanted.as_bytes()),
                    listed(&meant)
                )
            }
        }));
    };
    member(&mut archive, *at, name).map(Some)
}

fn member(archive: &mut ZipArchive<&File>, at: usize, name: &str) -> Result<Member, SourceError> {
    let entry = archive.by_index_data(at).map_err(fault)?;
    if entry.encrypted() {
        return Err(SourceError::Form(format!(
            "The file {} in the zip archive is encrypted. Unpack it with its password, or ask for one without.",
            listed(&[name])
        )));
    }
    let Some(deflated) = deflated(entry.compression()) else {
        return Err(SourceError::Form(format!(
            "The file {} in the zip archive is compressed with {}, which is not read. Pack it with the ordinary \
             method (Deflate), or unpack it.",
            listed(&[name]),
            entry.compression()
        )));
    };
    let entry = archive.by_index_raw(at).map_err(fault)?;
    let start = entry
        .data_start()
        .ok_or(SourceError::DamagedPacking { kind: "zip" })?;
    Ok(Member {
        name: told(name),
        start,
        packed: entry.compressed_size(),
        size: entry.size(),
        crc: entry.crc32(),
        deflated,
    })
}

/// A name as it may be shown. Its ending stays, which speaks for a format.
fn told(name: &str) -> String {
    if !may_hold_identity(name) {
        return name.to_owned();
    }
    match name.rsplit_once('.') {
        Some((_, ending)) if !may_hold_identity(ending) => format!("***.{ending}"),
        _ => "***".to_owned(),
    }
}

/// What operating systems put into archives beside the files.
fn is_litter(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    name.starts_with("__MACOSX/") || last.starts_with('.') || last.eq_ignore_ascii_case("thumbs.db")
}

fn fits(name: &str, wanted: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    let pattern = glob::Pattern::new(wanted).ok();
    [name, last]
        .iter()
        .any(|name| *name == wanted || pattern.as_ref().is_some_and(|pattern| pattern.matches(name)))
}

fn fault(error: ZipError) -> SourceError {
    match error {
        ZipError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => error.into(),
        _ => SourceError::DamagedPacking { kind: "zip" },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write as _;

    use super::*;

    fn archive(names: impl Iterator<Item = String>) -> File {
        let mut archive = zip::ZipWriter::new(tempfile::tempfile().unwrap());
        for name in names {
            archive
                .start_file(name, zip::write::SimpleFileOptions::default())
                .unwrap();
            archive.write_all(b"a").unwrap();
        }
        archive.finish().unwrap()
    }

    #[test]
    fn names_that_hold_a_person_number_are_masked() {
        let name = |number: &str| format!("svar/{number}.csv");
        let mut one = archive([name("19650928-9960")].into_iter());
        assert_eq!(find(&mut one, None).unwrap().unwrap().name, "***.csv");
        let mut two = archive(["19650928-9960", "6509289960"].map(name).into_iter());
        for wanted in [None, Some("*6509289960*.txt"), Some("*.csv")] {
            let error = find(&mut two, wanted).err().unwrap().to_string();
            assert!(error.contains("'***'") && !error.contains("9960"), "{error}");
        }
    }

    #[test]
    fn of_many_names_the_first_are_told() {
        let mut many = archive((0..5000).map(|at| format!("f{at}.csv")));
        let error = find(&mut many, None).err().unwrap().to_string();
        assert!(error.contains("'f29.csv' and 4970 more"), "{error}");
    }
}
