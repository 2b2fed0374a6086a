//! SPSS: identities become texts, and all else is as it was.

use std::path::Path;

use perspektiv_formats::{Field, FieldKind, SourceOptions, by_name};

use crate::room::{Answer, Room, archive_of, contains, person};

/// The same people and answers, packed in the three ways; made by `personer.py`.
pub(crate) const FILES: [(&str, &[u8]); 3] = [
    ("a.sav", include_bytes!("../files/personer.sav")),
    ("b.sav", include_bytes!("../files/personer_packad.sav")),
    ("c.zsav", include_bytes!("../files/personer.zsav")),
];
/// Its columns of identities: texts, numbers, and texts of several parts, of which the sixth is none.
pub(crate) const IDENTITIES: &str = "Personnummer,barnets_pnr,förälders_personnummer";

/// A file as it is read: what it says of its fields, and its cases.
fn read(path: &Path) -> (Vec<(String, Field)>, Vec<Vec<String>>) {
    let mut records = by_name("spss")
        .unwrap()
        .open(path, &SourceOptions::default())
        .unwrap();
    let names = records.header().to_vec();
    let fields = names.into_iter().zip(records.fields().to_vec()).collect();
    let mut rows = Vec::new();
    while let Some(record) = records.next().unwrap() {
        let text = |at| String::from_utf8(record.field(at).to_vec()).unwrap();
        rows.push((0..record.len()).map(text).collect());
    }
    (fields, rows)
}

fn blanked(room: &Room, file: &str, columns: &str, more: &[&str]) -> Answer {
    let blank = [
        "--columns",
        columns,
        "--invalid",
        "blank",
        "--report",
        "r",
        "--force",
    ];
    room.pseudonymise(file, &[&blank, more].concat())
}

fn out(file: &str) -> String {
    let (stem, ending) = file.split_once('.').unwrap();
    format!("{stem}-pseudonymer.{ending}")
}

/// Demands that fields and cases are the same but for those identities.
fn same_but(before: &Path, after: &Path, identities: &[&str], new: impl Fn(&str, &str) -> String) {
    let ((fields, rows), (new_fields, new_rows)) = (read(before), read(after));
    assert_eq!(rows.len(), new_rows.len());
    for (at, ((name, field), (new_name, new_field))) in fields.iter().zip(&new_fields).enumerate() {
        assert_eq!(name, new_name);
        let identity = identities.contains(&name.as_str());
        if identity {
            let plain = Field {
                label: field.label.clone(),
                kind: Some(FieldKind::Text),
                ..Field::default()
            };
            assert_eq!(*new_field, plain, "{name}");
        } else {
            assert_eq!(field, new_field, "{name}");
        }
        for (old, row) in rows.iter().zip(&new_rows) {
            match identity {
                true => assert_eq!(row[at], new(name, &old[at]), "{name}"),
                false => assert_eq!(row[at], old[at], "{name}"),
            }
        }
    }
    assert_eq!(fields.len(), new_fields.len());
}

#[test]
fn everything_but_the_identities_stays() {
    for (file, bytes) in FILES {
        let room = Room::new();
        room.write(file, bytes);
        let answer = blanked(&room, file, IDENTITIES, &[]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert!(answer.out.contains("1 invalid numbers blanked"), "{}", answer.out);
        let identities: Vec<&str> = IDENTITIES.split(',').collect();
        let new = |_: &str, old: &str| match old.len() {
            12 => room.pseudonym(old),
            _ => String::new(),
        };
        same_but(&room.path(file), &room.path(&out(file)), &identities, new);
        // Packed as it was.
        let written = room.read(&out(file));
        assert_eq!(written[..4], bytes[..4]);
        assert_eq!(written[72..76], bytes[72..76]);
        assert_eq!(written[80..HEADER], bytes[80..HEADER]);
        let people: Vec<String> = (1..40).map(person).collect();
        room.is_silent(&people, &[file], &answer);
        let people = people.iter().map(|number| number.parse::<f64>().unwrap());
        assert!(
            people
                .into_iter()
                .all(|number| !contains(&written, &number.to_le_bytes()))
        );
    }
}

const HEADER: usize = 176;

#[test]
fn columns_are_found_by_themselves() {
    let room = Room::new();
    room.write("a.sav", FILES[0].1);
    let answer = blanked(&room, "a.sav", "Personnummer", &[]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    for told in ["line 2, column 'barnets_pnr'", "column 'förälders_personnummer'"] {
        assert!(answer.err.contains(told), "{told}: {}", answer.err);
    }
    let answer = room.pseudonymise("a.sav", &["--invalid", "blank", "--report", "r", "--force"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(
        answer.out.matches("(found by its name)").count(),
        3,
        "{}",
        answer.out
    );
}

#[test]
fn invalid_numbers_are_told_and_left_out_when_asked_for() {
    for (file, bytes) in FILES {
        let room = Room::new();
        room.write(file, bytes);
        let answer = room.pseudonymise(file, &[]);
        assert_eq!(answer.code, Some(3), "{answer:?}");
        let told = "line 6, column 'förälders_personnummer': a person number has digits only";
        assert!(answer.err.contains(told), "{}", answer.err);
        assert_eq!(room.files(), [file, "key"]);
        let answer = room.pseudonymise(file, &["--invalid", "drop", "--report", "r"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert!(answer.out.contains("\n  1 rows left out"), "{}", answer.out);
        let (_, rows) = read(&room.path(file));
        let (_, new) = read(&room.path(&out(file)));
        assert_eq!(new.len(), rows.len() - 1);
        assert_eq!(new[4][0], "4");
        assert_eq!(new[5][0], "6");
        assert_eq!(new[5][9], rows[6][9]);
    }
}

/// Any variable of any file can be asked for: what is no number is blanked, and all else stays.
#[test]
fn each_variable_of_files_of_many_programs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../formats/tests/files");
    for file in [
        "enkat.sav",
        "enkat.zsav",
        "enkat_packad.sav",
        "gammal.sav",
        "haven.sav",
        "pspp.zsav",
    ] {
        let path = folder.join(file);
        let (fields, _) = read(&path);
        let room = Room::new();
        room.write(file, std::fs::read(&path).unwrap());
        let mut done = 0;
        for (name, _) in &fields {
            for form in ["hex", "integer"] {
                let answer = blanked(&room, file, name, &["--form", form]);
                if answer.err.contains("holds days") {
                    continue;
                }
                assert_eq!(answer.code, Some(0), "{file} {name}: {answer:?}");
                same_but(&path, &room.path(&out(file)), &[name], |_, _| String::new());
                done += 1;
            }
        }
        assert!(done > fields.len(), "{file}: {done} of {}", fields.len());
    }
}

#[test]
fn numbers_in_the_dictionary_are_refused_unless_allowed() {
    let columns = [
        "--columns",
        IDENTITIES,
        "--invalid",
        "blank",
        "--report",
        "r",
        "--force",
    ];
    // Of the same length, so that no length has to change.
    for (old, told, allowed) in [
        ("den tredje  ", None, ""),
        ("hittade personer,", Some("part documents"), "documents"),
        ("hittade personer ", Some("part file label"), "file label"),
        ("r du kvinna eller man?", Some("column 'Kön'"), "Kön"),
        ("Uppgift saknas", Some("column 'Kön'"), "Kön"),
        ("Vet inte vilket yrke", Some("column 'yrke'"), "yrke"),
    ] {
        let room = Room::new();
        let mut bytes = FILES[0].1.to_vec();
        let at = bytes
            .windows(old.trim_end().len())
            .position(|part| part == old.trim_end().as_bytes());
        let at = at.unwrap_or_else(|| panic!("{old}"));
        bytes[at..at + 10].copy_from_slice(&person(3).as_bytes()[2..]);
        if old.len() > 12 && bytes[at + 10].is_ascii_alphanumeric() {
            bytes[at + 10] = b' ';
        }
        room.write("a.sav", &bytes);
        let answer = room.pseudonymise("a.sav", &columns);
        match told {
            // The labels of identities go.
            None => assert_eq!(answer.code, Some(0), "{answer:?}"),
            Some(told) => {
                assert_eq!(answer.code, Some(3), "{old}: {answer:?}");
                assert!(answer.err.contains(told), "{told}: {}", answer.err);
                let answer = room.pseudonymise("a.sav", &[&columns[..], &["--allow", allowed]].concat());
                assert_eq!(answer.code, Some(0), "{answer:?}");
            }
        }
        room.is_silent(&[person(1)], &["a.sav"], &answer);
    }
}

#[test]
fn what_only_fills_up_a_text_does_not_come_along() {
    let room = Room::new();
    let mut bytes = FILES[0].1.to_vec();
    // Behind a text of thirteen bytes, and behind the last part of a long one.
    let hidden = [("vårdbiträde", &b"XYZ"[..]), ("ö", b"DOLT DOLT")];
    for (text, hidden) in hidden {
        let at = bytes
            .windows(text.len())
            .rposition(|part| part == text.as_bytes())
            .unwrap()
            + text.len();
        assert!(bytes[at..at + hidden.len()].iter().all(|byte| *byte == b' '));
        bytes[at..at + hidden.len()].copy_from_slice(hidden);
    }
    room.write("a.sav", &bytes);
    assert_eq!(blanked(&room, "a.sav", IDENTITIES, &[]).code, Some(0));
    let written = room.read("a-pseudonymer.sav");
    for (text, hidden) in hidden {
        assert!(
            contains(&written, text.as_bytes()) && !contains(&written, hidden),
            "{text}"
        );
    }
    room.write("b.sav", FILES[0].1);
    assert_eq!(blanked(&room, "b.sav", IDENTITIES, &[]).code, Some(0));
    assert!(written == room.read("b-pseudonymer.sav"));
}

#[test]
fn packed_files_stay_packed() {
    let identities = ["Personnummer", "barnets_pnr", "förälders_personnummer"];
    for (file, bytes) in FILES {
        let room = Room::new();
        room.write(file, bytes);
        room.write("p.sav.zip", archive_of(&[(file, bytes)]));
        let answer = blanked(&room, "p.sav.zip", IDENTITIES, &[]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let written = room.read("p-pseudonymer.sav.zip");
        assert!(written.starts_with(b"PK"));
        let new = |_: &str, old: &str| match old.len() {
            12 => room.pseudonym(old),
            _ => String::new(),
        };
        same_but(
            &room.path(file),
            &room.path("p-pseudonymer.sav.zip"),
            &identities,
            new,
        );
        room.is_silent(&[person(1)], &[file, "p.sav.zip"], &answer);
    }
}

#[test]
fn renewed_pseudonyms_are_those_of_the_chain() {
    let room = Room::new();
    room.write("a.zsav", FILES[2].1);
    assert_eq!(blanked(&room, "a.zsav", IDENTITIES, &[]).code, Some(0));
    room.run(&["--new-key", "second"]);
    let renew = |file: &str| room.run(&[file, "--rekey", IDENTITIES, "--key", "second", "--force"]);
    let answer = renew("a-pseudonymer.zsav");
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let both = [room.read("key"), room.read("second")].concat();
    perspektiv_identity::Key::create(&room.path("chain")).unwrap();
    std::fs::write(room.path("chain"), both).unwrap();
    let chained = room.run(&[
        "a.zsav",
        "--columns",
        IDENTITIES,
        "--key",
        "chain",
        "--out",
        "b.zsav",
        "--invalid",
        "blank",
        "--report",
        "r",
        "--force",
    ]);
    assert_eq!(chained.code, Some(0), "{chained:?}");
    let renewed = room.path("a-pseudonymer-pseudonymer.zsav");
    assert_eq!(read(&room.path("b.zsav")), read(&renewed));
    assert_eq!(room.read("b.zsav"), std::fs::read(renewed).unwrap());
    let answer = renew("a.zsav");
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert!(
        answer.err.contains("a person number stands where a pseudonym"),
        "{}",
        answer.err
    );
}

#[test]
fn a_file_that_was_cut_leaves_nothing() {
    for (file, bytes) in FILES {
        let room = Room::new();
        for length in [100, 2000, bytes.len() - 500] {
            room.write(file, &bytes[..length]);
            let answer = blanked(&room, file, IDENTITIES, &[]);
            assert_eq!(answer.code, Some(3), "{file} {length}: {answer:?}");
            assert_eq!(room.files(), [file, "key"]);
        }
    }
}
