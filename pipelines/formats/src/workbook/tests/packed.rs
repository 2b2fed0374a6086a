//! Workbooks that come packed.

use super::*;

fn archive(members: &[(&str, &[u8])]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut archive = zip::ZipWriter::new(&mut file);
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
    file
}

#[test]
fn a_workbook_in_a_zip_archive_is_read() {
    let bytes = |name: &str| std::fs::read(file(name)).unwrap();
    let (one, other) = (bytes("namn.xlsx"), bytes("namn.ods"));
    let packed = archive(&[
        ("svar/namn.xlsx", &one),
        ("svar/namn.ods", &other),
        ("läs mig.txt", b"hej"),
    ]);
    let rows = ["kön|andel", "2: K|0.5", "3: M|0.25"];
    for member in ["namn.xlsx", "*.ods"] {
        let options = SourceOptions {
            member: Some(member.to_owned()),
            ..options("", Some("Nyckeltal"))
        };
        assert_eq!(read_path(packed.path(), &options).unwrap(), rows, "{member}");
    }
    let told = read_path(packed.path(), &SourceOptions::default())
        .unwrap_err()
        .to_string();
    assert!(
        told.contains("holds several files") && told.contains("member = "),
        "{told}"
    );
    let hints = crate::inspect::Hints {
        member: Some("*.xlsx".to_owned()),
        ..crate::inspect::Hints::default()
    };
    let found = crate::inspect::inspect(packed.path(), &hints).unwrap();
    assert_eq!((found.format, found.names.len()), ("workbook", 5));
    let definition = found.definition("d", "d");
    assert!(definition.contains("\nmember = \"*.xlsx\"\n"), "{definition}");
}

#[test]
fn what_is_packed_and_no_workbook_says_so() {
    let told = |bytes: &[u8]| {
        let packed = archive(&[("a.xlsx", bytes)]);
        read_path(packed.path(), &SourceOptions::default())
            .unwrap_err()
            .to_string()
    };
    assert!(told(b"kommun;antal\n").contains("not a workbook"));
    assert!(told(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 of old").contains(".xls"));
    let whole = std::fs::read(file("namn.xlsx")).unwrap();
    assert!(told(&whole[..whole.len() - 30]).contains("not a workbook"));
}
