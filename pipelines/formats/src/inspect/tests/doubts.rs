//! What is written as certain, what as doubtful, and what is shown.

use super::*;

#[test]
fn missing_codes_are_proposed_where_they_stand_out() {
    let mut text = "Ålder;Betyg;Antal barn;Inkomst;Utbildning;Längd;Temperatur\n".to_owned();
    for at in 0..300_i32 {
        let or =
            |every: i32, code: &str, value: String| if at % every == 0 { code.to_owned() } else { value };
        text += &format!(
            "{};{};{};{};{};{};{}\n",
            or(30, "999", (18 + at % 67).to_string()),
            or(20, "9", (1 + at % 5).to_string()),
            (at % 10),
            or(25, "Uppgift saknas", (10_000 + at * 7).to_string()),
            or(15, "-", ["Kort", "Lång", "Vet ej"][at as usize % 3].to_owned()),
            or(10, "..", format!("{},5", 150 + at % 40)),
            or(12, "-99", (at % 30).to_string()),
        );
    }
    let found = inspected("data.csv", text.as_bytes());
    let doubtful = |name: &str| values(&column(&found, name).doubtful);
    let marks = |name: &str| values(&column(&found, name).marks);
    assert_eq!(doubtful("alder"), ["999"]);
    assert_eq!(column(&found, "alder").maximum.as_deref(), Some("84"));
    assert_eq!(column(&found, "alder").doubtful[0].rows, 10);
    assert_eq!(doubtful("betyg"), ["9"]);
    assert_eq!(
        values(&column(&found, "betyg").codes),
        ["1", "2", "3", "4", "5", "9"]
    );
    // Nine children are nine children.
    assert_eq!(doubtful("antal_barn"), [""; 0]);
    assert_eq!(marks("inkomst"), ["Uppgift saknas"]);
    assert_eq!(column(&found, "inkomst").kind, Suggested::Integer);
    assert_eq!((marks("utbildning"), doubtful("utbildning")), (vec![], vec!["-"]));
    assert_eq!(
        values(&column(&found, "utbildning").codes),
        ["-", "Kort", "Lång", "Vet ej"]
    );
    assert_eq!(marks("langd"), [".."]);
    assert_eq!(column(&found, "langd").kind, Suggested::Number);
    assert_eq!(doubtful("temperatur"), ["-99"]);
    assert!(found.columns.iter().all(|column| column.missing.is_empty()));
    // What is supposed is to be confirmed; a mark among numbers cannot be one.
    let table = valid(&found);
    assert_eq!(table["columns"][0].get("missing"), None);
    assert_eq!(table["columns"][0]["required"].as_bool(), Some(true));
    assert_eq!(table["columns"][5]["missing"][0].as_str(), Some(".."));
    let definition = found.definition("d", "d");
    assert!(
        definition.contains("# missing = [\"999\"] # kanske uppgift saknas: 10 rader"),
        "{definition}"
    );
}

#[test]
fn codes_of_a_part_of_a_file_refuse_nothing() {
    let mut text = "svar;kommun\n".to_owned();
    for at in 0..60 {
        text += &format!("{};{}\n", ["a", "b", "c"][at / 20], [17, 1715, 1780][at % 3]);
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("svar.csv");
    std::fs::write(&path, &text).unwrap();
    let hints = Hints {
        rows: Some(40),
        ..Hints::default()
    };
    let part = inspect(&path, &hints).unwrap();
    let table = valid(&part);
    let answer = &table["columns"][0];
    assert_eq!((answer.get("codes"), answer.get("required")), (None, None));
    let definition = part.definition("d", "d");
    assert!(
        definition.contains("# codes ur de första 40 raderna; kör om med --rows 0\n"),
        "{definition}"
    );
    assert!(definition.contains("# codes = { \"a\" = \"a\""), "{definition}");
    let whole = inspect(&path, &Hints::default()).unwrap();
    assert_eq!(valid(&whole)["columns"][0]["codes"]["c"].as_str(), Some("c"));
    // Codes without the zeros that a spreadsheet ate.
    let place = column(&whole, "kommun");
    assert_eq!((place.kind, place.uncoded), (Suggested::Text, Suggested::Text));
    assert!(
        place
            .notes
            .iter()
            .any(|note| note.swedish().contains("17 kan ha varit 0017")),
        "{place:?}"
    );
}

#[test]
fn the_first_rows_are_shown_without_persons() {
    let mut text = "pnr;datum;belopp;text\n".to_owned();
    for at in 0..9 {
        text += &format!(
            "650928-9960;2024-03-01 14:0{at};0.333333333333;{}\n",
            "x".repeat(300)
        );
    }
    let found = inspected("data.csv", text.as_bytes());
    assert_eq!(found.sample.len(), 5);
    let [person, time, amount, long] = found.sample[4].as_slice() else {
        panic!("{:?}", found.sample)
    };
    assert_eq!((person.as_str(), time.as_str()), ("***", "2024-03-01 14:04"));
    assert_eq!(amount, "0.333333333333");
    assert!(long.chars().count() < 130, "{long}");
    assert_eq!(column(&found, "datum").kind, Suggested::Date);
    assert_eq!(column(&found, "datum").notes, [Note::TimesOfDay]);
    assert!(
        found
            .definition("d", "d")
            .contains("# klockslagen tas inte med\n")
    );
}

#[test]
fn a_person_number_among_numbers_is_told_and_not_shown() {
    let mut text = "antal;b\n".to_owned();
    for at in 0..300 {
        text += &format!("{};x\n", if at == 17 { 9_112_201_315_u64 } else { 5 + at });
    }
    let found = inspected("data.csv", text.as_bytes());
    let count = column(&found, "antal");
    assert_eq!(count.kind, Suggested::LongInteger);
    assert_eq!(count.notes, [Note::PersonsAmongNumbers]);
    let definition = found.definition("d", "d");
    assert!(
        !format!("{definition}{found:?}").contains("9112201315"),
        "{definition}"
    );
    assert!(!definition.contains("range = "), "{definition}");
}

#[test]
fn what_spss_declares_missing_is_none() {
    let folder = PathBuf::from("tests/files");
    let found = inspect(&folder.join("enkat.sav"), &Hints::default()).unwrap();
    let ranges: Vec<_> = found
        .columns
        .iter()
        .filter_map(|column| column.missing_range.as_ref())
        .map(|range| (range.low.as_str(), range.high.as_str(), range.rows))
        .collect();
    assert_eq!(ranges, [("97", "99", 0), ("-10", "-1", 1)]);
    let definition = found.definition("enkat", "enkat.sav");
    assert!(
        definition.contains("\nmissing_range = [-10, -1] # filen säger"),
        "{definition}"
    );
    assert!(definition.contains("missing = [\"999999\"]"), "{definition}");
    let open = inspect(&folder.join("gammal.sav"), &Hints::default()).unwrap();
    let definition = open.definition("gammal", "gammal.sav");
    assert!(
        definition.contains("\nmissing_range = [-inf, -1]") || definition.contains("\"-9\""),
        "{definition}"
    );
    assert!(
        !definition.contains("required = true # aldrig tom i alla 3 rader\n# range = [-9"),
        "{definition}"
    );
}
