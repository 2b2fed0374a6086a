#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;

use super::*;
use crate::FieldKind;

fn file(name: &str) -> Vec<u8> {
    let path = PathBuf::from("tests/files").join(name);
    std::fs::read(path).unwrap()
}

fn read(bytes: &[u8]) -> Result<(Vec<Field>, Vec<String>), SourceError> {
    let mut reader = Reader::new(Unpacked::plain(bytes))?;
    let mut rows = vec![reader.header().join("|")];
    while let Some(record) = reader.next()? {
        assert_eq!(record.line, rows.len() as u64);
        let fields = (0..record.len()).map(|at| std::str::from_utf8(record.field(at)).unwrap());
        rows.push(fields.collect::<Vec<_>>().join("|"));
    }
    assert!(reader.next()?.is_none());
    assert_eq!(reader.digest().bytes, bytes.len() as u64);
    assert_eq!(reader.digest().blake3, blake3::hash(bytes).to_hex().to_string());
    assert_eq!(reader.bytes_read(), bytes.len() as u64);
    Ok((reader.fields().to_vec(), rows))
}

fn codes(field: &Field) -> Vec<String> {
    field
        .codes
        .iter()
        .map(|(code, label)| format!("{code}={label}"))
        .collect()
}

#[test]
fn plain_packed_and_compressed_are_the_same() {
    let (fields, rows) = read(&file("enkat.sav")).unwrap();
    assert_eq!(
        rows[0],
        "lopnr|kommun|Kön|hälsa|inkomst|vikt|svar|tid|klocka|fritext|lang|yrke"
    );
    let long = format!("{}å{}", "x".repeat(255), "y".repeat(300));
    assert_eq!(
        rows[1],
        format!(
            "1|1715|1|1|-5|1.25|2022-04-30|2022-04-30T13:45:01|07:05:00|Åsa ville gärna ha en hållplats närmare|{long}|\
             vårdbiträde"
        )
    );
    assert_eq!(
        rows[2],
        format!(
            "2|1730|2|5|250000.5|0.75|1899-12-31||23:59:59|{}||vet ej",
            "ö".repeat(200)
        )
    );
    assert_eq!(
        rows[3],
        "3|1780|9|97|999999|0.001||2024-02-29T00:00:00|||kort|lärare"
    );
    assert_eq!(
        rows[4],
        format!(
            "4|||99|0.1|12345678.9|2024-02-29|1970-01-01T00:00:00|00:00:00|slut|{}|",
            "z".repeat(1000)
        )
    );
    assert_eq!(rows.len(), 5);

    let [_, kommun, sex, health, income, ..] = fields.as_slice() else {
        panic!("{fields:?}")
    };
    assert_eq!(codes(kommun), ["1715=Kil", "1780=Karlstad"]);
    assert_eq!(kommun.missing, ["1730"]);
    assert_eq!(kommun.kind, Some(FieldKind::Text));
    assert_eq!(sex.label.as_deref(), Some("Är du kvinna eller man?"));
    assert_eq!(codes(sex), ["1=Kvinna", "2=Man", "9=Uppgift saknas"]);
    assert_eq!(sex.missing, ["9"]);
    assert_eq!(sex.kind, Some(FieldKind::Number));
    // 97 to 99 are a range; those with labels are listed.
    assert_eq!(health.missing, ["97", "99"]);
    assert!(health.is_missing("98") && !health.is_missing("5"));
    assert_eq!(income.missing, ["999999"]);
    assert_eq!(
        income.missing_range,
        Some((Some("-10".to_owned()), Some("-1".to_owned())))
    );
    assert_eq!(fields[6].kind, Some(FieldKind::Date));
    assert_eq!(codes(&fields[11]), ["vet ej=Vet inte vilket yrke"]);
    for name in ["enkat_packad.sav", "enkat.zsav"] {
        assert_eq!(
            read(&file(name)).unwrap(),
            (fields.clone(), rows.clone()),
            "{name}"
        );
    }
}

#[test]
fn old_files_of_other_machines() {
    let (fields, rows) = read(&file("gammal.sav")).unwrap();
    assert_eq!(rows, ["KÖN|VIKT|ORT", "1|1.5|Åmål", "|2|", "-9|3|"]);
    assert_eq!(fields[0].missing_range, Some((None, Some("-1".to_owned()))));
    assert_eq!(fields[0].missing, ["-9"]);
    assert_eq!(codes(&fields[0]), ["-9=Okänt"]);
    assert_eq!(fields[2].label.as_deref(), Some("Ort där du bor"));
    assert_eq!(
        fields.iter().map(|field| field.weight).collect::<Vec<_>>(),
        [false, true, false]
    );
}

#[test]
fn files_of_other_programs() {
    let (fields, rows) = read(&file("pspp.zsav")).unwrap();
    let long = format!("{}slut", "x".repeat(576));
    assert_eq!(
        rows,
        [
            "id|vikt|dag|tid|manad|namn|lang".to_owned(),
            format!("1|1.5|2022-04-30|51:04:05.500|2022-04-01|Åsa Öö|början{long}"),
            // Nine bytes hold four letters and a half.
            format!("2|0.5|1750-01-01|||ÅÄÖå|början{long}"),
        ]
    );
    assert_eq!(fields[0].missing, ["2"]);
    assert_eq!(fields[0].missing_range, Some((Some("3".to_owned()), None)));
    assert!(fields[1].weight);

    let (fields, rows) = read(&file("haven.sav")).unwrap();
    assert_eq!(
        rows,
        [
            "id|svar|ort|dag|tid",
            "1|1|Arvika|2022-04-30|2022-04-30T13:45:00",
            "2|8|-||",
            "3|9|Säffle|2024-02-29|2024-02-29T00:00:00"
        ]
    );
    assert_eq!(codes(&fields[1]), ["1=Ja", "8=Vet ej"]);
    assert!(fields[1].is_missing("9"));
    assert_eq!(fields[2].missing, ["-"]);
}

#[test]
fn cut_and_wrong_files_are_errors() {
    for name in ["enkat.sav", "enkat_packad.sav", "enkat.zsav", "gammal.sav"] {
        let bytes = file(name);
        for length in 1..bytes.len() {
            // The padding of the last eight commands, and the index of a .zsav, hold no cases.
            if let Ok((_, rows)) = read(&bytes[..length]) {
                assert_eq!(rows.len(), read(&bytes).unwrap().1.len(), "{name} {length}");
            }
        }
    }
    assert!(matches!(read(b""), Err(SourceError::Empty)));
    let error = read(b"kommun;antal\n1715;3\n").unwrap_err().to_string();
    assert!(error.contains("not an SPSS file"), "{error}");
    // Said to be UTF-8, and is not.
    let mut bytes = file("haven.sav");
    let at = bytes
        .windows(6)
        .rposition(|six| six == "Säffl".as_bytes())
        .unwrap();
    bytes[at + 1] = 0xff;
    let error = read(&bytes).unwrap_err().to_string();
    assert!(error.contains("case 3, variable 'ort', is not UTF-8"), "{error}");
}
