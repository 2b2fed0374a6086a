#![allow(clippy::unwrap_used, clippy::panic)]
mod doubts;
mod layouts;
mod orders;

use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::tests::{Random, shared_data};

fn inspected(name: &str, bytes: &[u8]) -> Inspection {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let found = inspect(&path, &Hints::default()).unwrap();
    valid(&found);
    found
}

fn column<'i>(found: &'i Inspection, name: &str) -> &'i ColumnReport {
    let names: Vec<_> = found.columns.iter().map(|column| &column.name).collect();
    found
        .columns
        .iter()
        .find(|column| column.name == name)
        .unwrap_or_else(|| panic!("no {name} in {names:?}"))
}

fn kinds(found: &Inspection) -> Vec<(&str, Suggested, bool)> {
    found
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.kind, column.coded))
        .collect()
}

fn values(tallies: &[Tally]) -> Vec<&str> {
    tallies.iter().map(|tally| tally.value.as_str()).collect()
}

/// The definition is TOML with the keys that definitions have, and says what was found.
fn valid(found: &Inspection) -> toml::Table {
    let text = found.definition("provdata", "provdata/*.csv");
    let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(table["source"]["format"].as_str(), Some(found.format));
    let columns = table
        .get("columns")
        .map_or(&[][..], |columns| columns.as_array().unwrap());
    assert_eq!(columns.len(), found.columns.len());
    let known = [
        "name",
        "from",
        "type",
        "bits",
        "order",
        "label",
        "unit",
        "required",
        "missing",
        "missing_range",
        "codes",
    ];
    for column in columns {
        let column = column.as_table().unwrap();
        assert!(column.keys().all(|key| known.contains(&key.as_str())), "{text}");
        let name = column["name"].as_str().unwrap();
        assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{name}");
    }
    table
}

fn layout(text: &str) -> (char, char, u64, u64, Vec<String>) {
    let found = inspected("data.csv", text.as_bytes());
    let text = found.text.clone().unwrap();
    (
        text.delimiter,
        text.decimal,
        text.skip_rows,
        text.header_rows,
        found.header,
    )
}

#[test]
fn the_layout_is_found() {
    let plain = ["kommun", "år", "andel"].map(str::to_owned).to_vec();
    let rows = "Kil;2022;1,5\nEda;2023;2,25\nSunne;2022;0,75\n";
    let with = |above: &str, rows: &str| layout(&format!("{above}kommun;år;andel\n{rows}"));
    assert_eq!(with("", rows), (';', ',', 0, 1, plain.clone()));
    assert_eq!(with("Rapport 2023\n\n", rows), (';', ',', 2, 1, plain.clone()));
    assert_eq!(
        with("Rapport;;\nUttag 2023-01-02;;\n;;\n", rows),
        (';', ',', 3, 1, plain.clone())
    );
    for (delimiter, usual) in [('\t', "\t"), ('|', "|"), (';', ";")] {
        let text = format!("kommun;år;andel\n{rows}").replace(';', usual);
        assert_eq!(layout(&text), (delimiter, ',', 0, 1, plain.clone()));
    }
    // Decimal commas beside marks that are seldom used.
    for (delimiter, rare) in [('^', "^"), ('~', "~")] {
        let text = "a;b;c\n1,5;2,5;3,5\n1,25;2,0;1,1\n4,5;6,5;7,5\n".replace(';', rare);
        let found = layout(&text);
        assert_eq!((found.0, found.1, found.4.len()), (delimiter, ',', 3), "{text}");
    }
    let noted = inspected(
        "data.csv",
        format!("kommun;år;andel\n{rows}Summa;;4,5\nKälla: SCB\n").as_bytes(),
    );
    assert_eq!((noted.rows, noted.text.as_ref().unwrap().skip_footer), (3, 2));
    assert!(noted.definition("d", "d").contains("\nskip_footer = 2 # "));
    assert_eq!(column(&noted, "ar").empty, 0.0);
    let comma = "kommun,år,andel\nKil,2022,1.5\n\"Eda, m.fl.\",2023,2.25\n";
    assert_eq!(layout(comma), (',', '.', 0, 1, plain.clone()));
    // Decimal commas outnumber the semicolons.
    let numbers = "a;b;c\n1,5;2,5;3,5\n1,25;2,0;1,1\n4,5;6,5;7,5\n";
    assert_eq!(
        layout(numbers),
        (';', ',', 0, 1, ["a", "b", "c"].map(str::to_owned).to_vec())
    );
    assert_eq!(layout("värde\n1,5\n2,5\n3,5\n").4, ["värde"]);
    assert_eq!(layout("'a';'b'\n'x;y';'1'\n'z';'2'\n").4, ["a", "b"]);
    // Years are names of columns.
    let years = "kommun;2021;2022\nKil;5;6\nEda;7;8\nSunne;4;1\n";
    assert_eq!(
        layout(years),
        (
            ';',
            ',',
            0,
            1,
            ["kommun", "2021", "2022"].map(str::to_owned).to_vec()
        )
    );
}

#[test]
fn headers_of_two_rows_and_none() {
    let two = ";;2022;;2023;\nKommun;Kön;Antal;Andel;Antal;Andel\nKil;M;5;1,5;6;1,7\nKil;K;4;1,2;5;1,4\n";
    let names = [
        "Kommun",
        "Kön",
        "2022 Antal",
        "2022 Andel",
        "2023 Antal",
        "2023 Andel",
    ];
    for above in ["", "Tabell 3\n\n"] {
        let (delimiter, decimal, skip, rows, header) = layout(&format!("{above}{two}"));
        assert_eq!((delimiter, decimal, rows), (';', ',', 2));
        assert_eq!(skip, above.lines().count() as u64);
        assert_eq!(header, names);
    }
    let none = "Kil;5;1,5\nEda;7;2,5\nSunne;4;0,5\n";
    assert_eq!(
        layout(none),
        (';', ',', 0, 0, ["1", "2", "3"].map(str::to_owned).to_vec())
    );
    let persons = inspected("p.csv", b"19650928-9960;Kil\n19121212-1212;Eda\n");
    assert_eq!(persons.header, ["1", "2"]);
    assert_eq!(persons.columns[0].kind, Suggested::Person);
}

#[test]
fn encodings_are_found() {
    let text = "kön;värde\nMän;1\nKvinnor;2\n";
    let encoding = |bytes: &[u8]| inspected("x.csv", bytes).text.unwrap().encoding;
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(encoding(text.as_bytes()), "utf-8");
    assert_eq!(encoding(&latin), "windows-1252");
    assert_eq!(encoding(&utf16), "utf-16be");
    assert_eq!(encoding(&[b"\xfe\xff", &utf16[..]].concat()), "utf-16be");
    // The first letter beyond ASCII comes after the sample.
    let mut late = b"a;b\n".to_vec();
    late.extend(b"12345678;x\n".repeat(120_000));
    late.extend(b"1;k\xf6n\n");
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("late.csv");
    std::fs::write(&path, &late).unwrap();
    let hints = Hints {
        rows: Some(0),
        ..Hints::default()
    };
    let found = inspect(&path, &hints).unwrap();
    assert_eq!(found.text.as_ref().unwrap().encoding, "windows-1252");
    assert_eq!((found.rows, found.whole, found.fault), (120_001, true, None));
    let found = inspect(&path, &Hints::default()).unwrap();
    assert_eq!((found.rows, found.whole), (100_000, false));
}

#[test]
fn types_are_found() {
    let mut text =
        "Personnummer;Pseudonym;Kön;Ålder;Kostnad;Andel;Datum;Kort datum;Månad;Röker;Svar;Kommunkod;Fritext;\
                    Stort;Tomt\n"
            .to_owned();
    for at in 0..200_u32 {
        let person = ["19650928-9960", "191212121212", "6509289960", "19121212-1213"][at as usize % 4];
        text += &format!(
            "{person};{:016x};{};{};1 {:03},50;{},125;2023-01-{:02};202301{:02};2023-{:02};{};{};{};text {at};{};\n",
            u64::from(at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15),
            at % 2 + 1,
            18 + at % 60,
            at,
            at % 7,
            at % 28 + 1,
            at % 28 + 1,
            at % 12 + 1,
            ["Ja", "nej"][at as usize % 2],
            at % 2,
            ["1715", "1780", "0180"][at as usize % 3],
            u64::from(at) * 1_000_000_007
        );
    }
    let found = inspected("data.csv", text.as_bytes());
    assert_eq!(
        kinds(&found),
        [
            ("personnummer", Suggested::Person, false),
            ("pseudonym", Suggested::Pseudonym, false),
            ("kon", Suggested::Text, true),
            ("alder", Suggested::Integer, false),
            ("kostnad", Suggested::Decimal, false),
            ("andel", Suggested::Number, false),
            ("datum", Suggested::Date, false),
            ("kort_datum", Suggested::Date, false),
            ("manad", Suggested::YearMonth, false),
            ("roker", Suggested::Boolean, false),
            ("svar", Suggested::Boolean, false),
            ("kommunkod", Suggested::Text, true),
            ("fritext", Suggested::Text, false),
            ("stort", Suggested::LongInteger, false),
            ("tomt", Suggested::Text, false),
        ]
    );
    assert_eq!(column(&found, "personnummer").persons, Some(0.75));
    assert_eq!(column(&found, "personnummer").misfits, 50);
    assert_eq!(values(&column(&found, "kon").codes), ["1", "2"]);
    assert_eq!(column(&found, "kon").codes[0].rows, 100);
    let age = column(&found, "alder");
    assert_eq!(
        (age.minimum.as_deref(), age.maximum.as_deref()),
        (Some("18"), Some("77"))
    );
    let day = column(&found, "datum");
    assert_eq!(
        (day.minimum.as_deref(), day.maximum.as_deref()),
        (Some("2023-01-01"), Some("2023-01-28"))
    );
    let free = column(&found, "fritext");
    assert_eq!((free.unique, free.distinct, free.empty), (Some(true), 200, 0.0));
    assert_eq!(column(&found, "tomt").empty, 1.0);
    let table = valid(&found);
    assert_eq!(table["source"]["decimal"].as_str(), Some(","));
    assert_eq!(table["columns"][1]["required"].as_bool(), Some(true));
    assert_eq!(table["columns"][2]["codes"]["1"].as_str(), Some("1"));
    // No identity leaves, neither as data nor as a definition.
    let all = format!(
        "{} {}",
        serde_json::to_string(&found).unwrap(),
        found.definition("d", "d/*.csv")
    );
    for identity in ["9960", "121212"] {
        assert!(!all.contains(identity), "{all}");
    }
}

#[test]
fn persons_in_texts_are_told_and_not_shown() {
    let mut text = "id;anteckning\n".to_owned();
    for at in 0..30 {
        text += &format!(
            "{at};ringde {}\n",
            if at == 7 { "Anna 650928-9960" } else { "ingen" }
        );
    }
    let found = inspected("data.csv", text.as_bytes());
    let note = column(&found, "anteckning");
    assert!(note.notes.contains(&Note::PersonsInTexts), "{note:?}");
    assert!(note.codes.is_empty() && !note.coded, "{note:?}");
    assert!(!format!("{found:?}{}", found.definition("d", "d")).contains("9960"));
}

#[test]
fn what_is_wrong_further_down_does_not_hide_what_is_above() {
    let found = inspected("data.csv", b"a;b\n1;2\n3;4\n5");
    assert_eq!(found.rows, 2);
    assert!(
        found.fault.as_deref().is_some_and(|fault| fault.contains("cut")),
        "{:?}",
        found.fault
    );
    let folder = TempDir::new().unwrap();
    let fault = |bytes: &[u8]| {
        let path = folder.path().join("x.bin");
        std::fs::write(&path, bytes).unwrap();
        inspect(&path, &Hints::default()).unwrap_err().to_string()
    };
    assert!(fault(b"").contains("empty"));
    assert!(fault(&[0, 1, 2, 3, 0, 0, 7]).contains("not recognised"));
}

#[test]
fn packed_files_are_looked_into() {
    let text = b"kommun;antal\nKil;5\nEda;7\n";
    let packed = zstd::encode_all(&text[..], 1).unwrap();
    let found = inspected("data.csv.zst", &packed);
    assert_eq!((found.container, found.format), (Some(Container::Zstd), "csv"));
    assert_eq!((found.rows, found.whole), (2, true));
}

#[test]
fn names_are_told_apart_and_escaped() {
    let found = inspected(
        "data.csv",
        "Antal;antal;\"a\\\"\"b\";Antal\n1;2;3;4\n5;6;7;8\n".as_bytes(),
    );
    let table = valid(&found);
    let names: Vec<_> = found.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["antal_1", "antal", "a_b", "antal_2"]);
    assert_eq!(table["columns"][2]["from"].as_str(), Some("a\\\"b"));
}

/// The files of others: what they are is known.
#[test]
fn real_files_are_understood() {
    let Some(folder) = shared_data() else {
        return;
    };
    let look = |file: &str| {
        let found =
            inspect(&folder.join(file), &Hints::default()).unwrap_or_else(|error| panic!("{file}: {error}"));
        valid(&found);
        assert_eq!(found.fault, None, "{file}");
        found
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => files.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .flatten()
                    .map(|entry| entry.path()),
            ),
            path => files.push(path),
        }
    }
    let csv = files
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "csv"));
    let mut looked = 0;
    for path in csv {
        let found = look(path.strip_prefix(&folder).unwrap().to_str().unwrap());
        let first = std::fs::read_to_string(path).unwrap();
        let header = first.lines().next().unwrap().split(',').count();
        assert_eq!(found.header.len(), header, "{}", path.display());
        let layout = found.text.unwrap();
        assert_eq!(
            (layout.delimiter, layout.skip_rows, layout.header_rows),
            (',', 0, 1),
            "{}",
            path.display()
        );
        looked += 1;
    }
    assert!(looked > 40, "only {looked}");
    let kolada = look("kolada/kolada_values_rKolada_n00945.csv");
    assert_eq!(column(&kolada, "value").kind, Suggested::Number);
    assert_eq!(values(&column(&kolada, "gender").codes), ["T"]);
    assert_eq!(column(&kolada, "municipality_id").kind, Suggested::Text);
    let patients = look("synthea/patients.csv");
    assert_eq!(column(&patients, "birthdate").kind, Suggested::Date);
    let visits = look("synthea/encounters.csv");
    assert_eq!(column(&visits, "id").unique, Some(true));
    let galicia = look("jsonstat/jsonstat2_galicia.json");
    assert_eq!(galicia.format, "json-stat");
}

/// Any bytes end in an answer or an error.
#[test]
fn anything_may_be_looked_at() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data.csv");
    let mut random = Random::new(11);
    let pieces: [&[u8]; 16] = [
        b";",
        b",",
        b"\n",
        b"\r\n",
        b"\"",
        b"'",
        b"1",
        b"2022-01-02",
        b"1,5",
        b"b",
        b"\xc3\xa5",
        b" ",
        b"a",
        b"-",
        b"19650928-9960",
        b"\t",
    ];
    let mut read = 0;
    for _ in 0..3000 {
        let mut bytes: Vec<u8> = (0..random.below(120))
            .flat_map(|_| pieces[random.below(16)].to_vec())
            .collect();
        // Now and then bytes that are no text.
        let broken = random.below(4) == 0;
        if broken {
            let at = random.below(bytes.len() + 1);
            bytes.insert(at, random.below(256) as u8);
        }
        std::fs::write(&path, &bytes).unwrap();
        if let Ok(found) = inspect(&path, &Hints::default()) {
            valid(&found);
            let all = format!(
                "{} {}",
                serde_json::to_string(&found).unwrap(),
                found.definition("d", "d")
            );
            assert!(broken || !all.contains("9960"), "{all}");
            read += 1;
        }
    }
    assert!(read > 500, "only {read} were read");
}

#[test]
fn rows_above_the_header_of_a_sheet_are_found() {
    let folder = PathBuf::from("tests/files");
    for name in ["varden.xlsx", "varden.ods", "libreoffice.xlsx"] {
        let found = inspect(&folder.join(name), &Hints::default()).unwrap();
        valid(&found);
        assert_eq!(found.header.first().unwrap(), "kommun", "{name}");
        assert_eq!(found.header.len(), 10, "{name}");
        let definition = found.definition("varden", name);
        assert!(definition.contains("skip_rows = "), "{definition}");
    }
}

#[test]
fn sheets_and_options_are_told() {
    let folder = PathBuf::from("tests/files");
    let look = |name: &str, hints: Hints| inspect(&folder.join(name), &hints);
    let found = look("varden.xlsx", Hints::default()).unwrap();
    assert!(!found.other_sheets.is_empty(), "{found:?}");
    let member = Hints {
        member: Some("a.csv".to_owned()),
        ..Hints::default()
    };
    let error = look("varden.xlsx", member.clone()).unwrap_err().to_string();
    // A workbook is an archive, but not one in which a delivery lies.
    assert!(error.contains("zip archive, and this is none"), "{error}");
    let temporary = TempDir::new().unwrap();
    let path = temporary.path().join("a.csv");
    std::fs::write(&path, "a;b\n1;2\n").unwrap();
    let error = inspect(&path, &member).unwrap_err().to_string();
    assert!(error.contains("zip archive"), "{error}");
    let range = Hints {
        options: SourceOptions {
            range: Some("A1:B".to_owned()),
            ..SourceOptions::default()
        },
        ..Hints::default()
    };
    let error = inspect(&path, &range).unwrap_err().to_string();
    assert!(error.contains("csv") && error.contains("`range`"), "{error}");
}
