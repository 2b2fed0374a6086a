//! Delimited text: only the identities change.

use crate::room::{Room, person};

/// Replaces what has to be replaced in the text of a test.
fn expected(room: &Room, text: &str, numbers: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (written, number) in numbers {
        assert!(text.contains(written), "{written}");
        text = text.replacen(written, &room.pseudonym(number), 1);
    }
    text
}

#[test]
fn every_spelling_becomes_the_pseudonym_and_nothing_else_changes() {
    let room = Room::new();
    let text = "\u{feff}Uttag 2024;;\r\n\r\nLöpnr;Personnummer;\"Anteckning; fri\"\r\n\
                1;196509289960;å ä ö\r\n\
                2;\"19650928-9960\";\"två\r\nrader; \"\"citat\"\"\"\r\n\
                3; 6509289960 ;\r\n\
                4;650928-9960;x\r\n\
                5;19650928–9960;\r\n\
                6;\"=\"\"196509289960\"\"\";y\r\n\
                7;1909-05-27-1474;z\r\n\
                8;090527+1474;z\r\n\
                9;19730288-9931;samordning\r\n\
                10;;tom\r\n\
                11;196509289960.0;slut";
    room.write("a.csv", text);
    let answer = room.pseudonymise("a.csv", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let one = "196509289960";
    let expected = expected(
        &room,
        text,
        &[
            ("196509289960;å", one),
            ("19650928-9960", one),
            (" 6509289960 ", one),
            ("4;650928-9960", one),
            ("19650928–9960", one),
            ("=\"\"196509289960\"\"", one),
            ("1909-05-27-1474", "190905271474"),
            ("090527+1474", "190905271474"),
            ("19730288-9931", "197302889931"),
            ("196509289960.0", one),
        ],
    );
    // What stood beside a number to find its place.
    let pseudonym = room.pseudonym(one);
    let expected = expected
        .replace(&format!("1;{pseudonym} ä ö"), &format!("1;{pseudonym};å ä ö"))
        .replace(&format!("\r\n{pseudonym};x"), &format!("\r\n4;{pseudonym};x"));
    assert_eq!(
        String::from_utf8(room.read("a-pseudonymer.csv")).unwrap(),
        expected
    );
    assert!(answer.out.contains("10 pseudonyms, 1 empty"), "{}", answer.out);
    room.is_silent(&[one.to_owned(), "190905271474".to_owned()], &["a.csv"], &answer);
}

#[test]
fn all_encodings_and_delimiters_stay_as_they_are() {
    let text = format!(
        "kön,pnr,ort\nman,{},Forshaga\nkvinna,{},Årjäng\n",
        person(1),
        person(2)
    );
    let windows = |text: &str| -> Vec<u8> {
        text.chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect()
    };
    let le = |text: &str| -> Vec<u8> {
        format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect()
    };
    let be = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    let utf8 = |text: &str| text.as_bytes().to_vec();
    type Encode<'e> = &'e dyn Fn(&str) -> Vec<u8>;
    let encodings: [Encode<'_>; 4] = [&utf8, &windows, &le, &be];
    let mut tried = 0;
    for encode in encodings {
        for delimiter in [",", ";", "\t", "|"] {
            let room = Room::new();
            let text = text.replace(',', delimiter);
            room.write("a.txt", encode(&text));
            let answer = room.pseudonymise("a.txt", &[]);
            assert_eq!(answer.code, Some(0), "{answer:?}");
            let done = text
                .replace(&person(1), &room.pseudonym(&person(1)))
                .replace(&person(2), &room.pseudonym(&person(2)));
            assert_eq!(room.read("a-pseudonymer.txt"), encode(&done));
            tried += 1;
        }
    }
    assert_eq!(tried, 16);
}

#[test]
fn columns_are_found_by_what_they_hold_and_by_number() {
    let room = Room::new();
    let rows: String = (1..40).map(|at| format!("{at};{}\n", person(at))).collect();
    room.write("a.csv", format!("nr;vem\n{rows}"));
    let answer = room.pseudonymise("a.csv", &[]);
    assert!(
        answer.out.contains("column 'vem' (found by what it holds)"),
        "{answer:?}"
    );
    room.write("b.csv", &rows);
    let answer = room.pseudonymise("b.csv", &[]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.err.contains("--no-header"), "{}", answer.err);
    let answer = room.pseudonymise("b.csv", &["--no-header", "--columns", "2"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let done = String::from_utf8(room.read("b-pseudonymer.csv")).unwrap();
    assert!(done.starts_with(&format!("1;{}\n", room.pseudonym(&person(1)))));
    assert_eq!(done.lines().count(), 39);
}

#[test]
fn named_columns_are_all_replaced_and_unknown_ones_are_told() {
    let room = Room::new();
    room.write(
        "a.csv",
        format!("barn;förälder;pnr2\n{};{};x\n", person(1), person(2)),
    );
    let answer = room.pseudonymise("a.csv", &["--columns", "Barn,förälder"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let done = format!(
        "barn;förälder;pnr2\n{};{};x\n",
        room.pseudonym(&person(1)),
        room.pseudonym(&person(2))
    );
    assert_eq!(room.read("a-pseudonymer.csv"), done.as_bytes());
    let answer = room.pseudonymise("a.csv", &["--columns", "foralder", "--force"]);
    assert_eq!(answer.code, Some(2));
    assert!(answer.err.contains("Did you mean 'förälder'?"), "{}", answer.err);
    room.is_silent(&[person(1), person(2)], &["a.csv"], &answer);
}

#[test]
fn reserve_numbers_by_pattern() {
    let room = Room::new();
    room.write("a.csv", "pnr;text\n19810829-SU3A;x\n");
    assert_eq!(room.pseudonymise("a.csv", &[]).code, Some(3));
    let answer = room.pseudonymise("a.csv", &["--reserve", "varmland"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    // In another column it is found too.
    room.write(
        "b.csv",
        format!("pnr;text\n{};19810829-SU3A\n{};ord\n;ord\n", person(1), person(2)),
    );
    let answer = room.pseudonymise("b.csv", &["--reserve", "varmland"]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert!(!answer.err.contains("SU3A"), "{}", answer.err);
    assert_eq!(room.pseudonymise("b.csv", &["--reserve", "x"]).code, Some(2));
}

#[test]
fn broken_up_numbers_in_notes_are_found() {
    let number = person(3);
    let (date, serial) = number.split_at(8);
    for way in [
        format!("{date}-\n{serial}"),
        format!("{}\r\n{serial}", &date[2..]),
        format!("{}\t{serial}", &date[2..]),
        format!("{}\u{a0}{serial}", &date[2..]),
        format!("{}\u{2212}{serial}", &date[2..]),
        format!("{}\u{ad}{}", &number[..5], &number[5..]),
        format!("{}\u{200b}{}", &number[2..9], &number[9..]),
        format!("{},{}E+11", &number[..1], &number[1..]),
    ] {
        let room = Room::new();
        room.write("a.csv", format!("pnr;text\n{};\"Se {way} ovan\"\n", person(1)));
        let answer = room.pseudonymise("a.csv", &[]);
        assert_eq!(answer.code, Some(3), "{way:?}: {answer:?}");
        assert!(answer.err.contains("'text'"), "{}", answer.err);
        assert!(!answer.err.contains(&way), "{}", answer.err);
        room.is_silent(std::slice::from_ref(&number), &["a.csv"], &answer);
    }
}

#[test]
fn the_answer_is_json_when_asked_for() {
    let room = Room::new();
    room.write("a.csv", format!("pnr;x\n{};1\n", person(1)));
    let answer = room.pseudonymise("a.csv", &["--json", "--report", "r.txt"]);
    let json: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(json["refused"], false);
    assert_eq!(json["pseudonyms"], 1);
    assert_eq!(json["columns"][0]["name"], "pnr");
    assert_eq!(json["columns"][0]["found"], "by_name");
    let report = String::from_utf8(room.read("r.txt")).unwrap();
    assert!(
        report.contains("Pseudonymer: 1") && report.contains("Inga fel."),
        "{report}"
    );
}
