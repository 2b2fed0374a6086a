#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::options::Encoding;
use crate::unpack::Unpacked;

fn options(delimiter: u8) -> SourceOptions {
    SourceOptions {
        delimiter,
        ..SourceOptions::default()
    }
}

type Rows = Vec<(u64, Vec<String>)>;

fn read(text: &[u8], options: &SourceOptions, chunk: usize) -> Result<(Vec<String>, Rows), SourceError> {
    let mut reader = Reader::new(
        Input::new(Unpacked::plain(text), options.encoding, chunk),
        options,
    )?;
    let mut rows = Vec::new();
    while let Some(record) = reader.next()? {
        let fields = (0..record.len()).map(|at| String::from_utf8(record.field(at).to_vec()).unwrap());
        rows.push((record.line, fields.collect()));
    }
    assert_eq!(reader.digest().bytes, text.len() as u64);
    Ok((reader.header.clone(), rows))
}

fn rows(text: &str) -> Rows {
    let (_, rows) = read(text.as_bytes(), &options(b';'), 1 << 16).unwrap();
    for chunk in [3, 7, 64] {
        assert_eq!(
            read(text.as_bytes(), &options(b';'), chunk).unwrap().1,
            rows,
            "{chunk}"
        );
    }
    rows
}

fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
    (line, fields.iter().map(|field| (*field).to_owned()).collect())
}

#[test]
fn reads_lines_and_quotes() {
    assert_eq!(
        rows("a;b\r\n1;2\r\n\"x;\"\"y\"\"\nz\";\"\"\r\n\r\n3;4"),
        [
            row(2, &["1", "2"]),
            row(3, &["x;\"y\"\nz", ""]),
            row(6, &["3", "4"])
        ]
    );
    assert_eq!(
        rows("a;b\n5\" rör;\"5\" rör\"\n"),
        [row(2, &["5\" rör", "5 rör\""])]
    );
    assert_eq!(rows("a;b\n;\n1;\n"), [row(3, &["1", ""])]);
}

#[test]
fn trailing_empty_columns_are_no_columns() {
    let (header, rows) = read(b"a;b;;\n1;2;;\n3;4\n5;6;7\n8\n;;;\n", &options(b';'), 64).unwrap();
    assert_eq!(header, ["a", "b"]);
    assert_eq!(
        rows,
        [
            row(2, &["1", "2"]),
            row(3, &["3", "4"]),
            row(4, &["5", "6", "7"]),
            row(5, &["8"])
        ]
    );
}

#[test]
fn rows_above_the_header_are_skipped() {
    let options = SourceOptions {
        skip_rows: 2,
        ..options(b';')
    };
    let (header, rows) = read(b"Rapport \"x\n\na;b\n1;2\n", &options, 64).unwrap();
    assert_eq!(header, ["a", "b"]);
    assert_eq!(rows, [row(4, &["1", "2"])]);
    let error = read(b"Rapport\n", &options, 64).unwrap_err();
    assert!(matches!(error, SourceError::NoHeader { .. }), "{error}");
}

#[test]
fn files_without_header_have_numbered_columns() {
    let options = SourceOptions {
        header_rows: 0,
        ..options(b';')
    };
    for chunk in [4, 64] {
        let (header, rows) = read(b"\n1;\"2\n\"\"\";\n3;4;5\n", &options, chunk).unwrap();
        assert_eq!(header, ["1", "2", "3"]);
        assert_eq!(rows, [row(2, &["1", "2\n\"", ""]), row(4, &["3", "4", "5"])]);
    }
}

#[test]
fn a_header_may_have_several_rows() {
    let options = SourceOptions {
        header_rows: 2,
        skip_rows: 1,
        ..options(b';')
    };
    let (header, rows) = read(b"Tabell 1\n;2022;\nKommun;Antal;\nKil;4;\n", &options, 64).unwrap();
    assert_eq!(header, ["Kommun", "2022 Antal"]);
    assert_eq!(rows, [row(4, &["Kil", "4"])]);
    let error = read(b"Tabell 1\n;2022;\n", &options, 64).unwrap_err();
    assert!(matches!(error, SourceError::NoHeader { lines: 2 }), "{error}");
}

#[test]
fn notes_below_the_data_are_left_out() {
    let options = SourceOptions {
        skip_footer: 2,
        ..options(b';')
    };
    let held = |text: &[u8]| {
        let input = Input::new(Unpacked::plain(text), Encoding::Utf8, 64);
        let mut records = Footer::new(Reader::new(input, &options).unwrap(), 2);
        let mut rows = Vec::new();
        while let Some(record) = records.next().unwrap() {
            rows.push((record.line, String::from_utf8(record.field(1).to_vec()).unwrap()));
        }
        assert!(records.next().unwrap().is_none());
        rows
    };
    let expected = [(2, "2".to_owned()), (3, "4".to_owned())];
    assert_eq!(held(b"a;b\n1;2\n3;4\n\nNot 1;;;\nK\xc3\xa4lla: SCB"), expected);
    assert_eq!(held(b"a;b\n1;2\n"), []);
}

#[test]
fn lines_of_carriage_returns_are_refused() {
    let error = read(b"a;b\r1;2\r3;4\r", &options(b';'), 64).unwrap_err();
    assert!(error.to_string().contains("carriage return"), "{error}");
    let (header, rows) = read(b"a;b\r\n\"1\r2\";2\r\n", &options(b';'), 64).unwrap();
    assert_eq!(header, ["a", "b"]);
    assert_eq!(rows, [row(2, &["1\r2", "2"])]);
}

#[test]
fn more_fields_than_any_table_has_are_refused() {
    let text = format!("a;b\n{}\n", ";".repeat(1 << 17));
    let error = read(text.as_bytes(), &options(b';'), 1 << 16).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("The record on line 2 has more than"),
        "{error}"
    );
}

#[test]
fn faults_name_their_line() {
    let fault = |text: &[u8]| read(text, &options(b';'), 64).unwrap_err();
    assert!(matches!(fault(b""), SourceError::Empty));
    assert!(matches!(
        fault(b"a;b\n1;2\n3"),
        SourceError::Cut {
            line: 3,
            found: 1,
            expected: 2
        }
    ));
    assert!(matches!(
        fault(b"a;b\n1;2\n\"3;4\n5;6\n"),
        SourceError::OpenQuote { line: 3 }
    ));
    assert!(matches!(
        fault(b"a;b\n1;\"x\ny\";\"3;4\n5;6\n"),
        SourceError::OpenQuote { line: 3 }
    ));
    assert!(matches!(
        fault(b"a;b\n1;\"x\n2;3\n4;\"5\n6;7\n"),
        SourceError::OpenQuote { line: 2 }
    ));
    assert!(matches!(
        fault(b"a;b\n1;\"x\n2;3\n4;\";6\n6;7\n"),
        SourceError::Swallowed {
            line: 2,
            last: 4,
            found: 3,
            expected: 2
        }
    ));
    assert!(matches!(
        fault(b"a;b\n1;k\xf6n\n"),
        SourceError::NotUtf8 { line: 2, byte: 0xf6 }
    ));
}

#[test]
fn long_cells_are_cells_and_endless_ones_are_not() {
    let long = "å".repeat(500_000);
    for cell in [long.clone(), format!("\"{long}\n\"\"\"")] {
        let text = format!("a;b\n1;{cell}\n2;3\n");
        let (_, rows) = read(text.as_bytes(), &options(b';'), 1 << 16).unwrap();
        assert_eq!(rows.len(), 2);
        assert!(rows[0].1[1].starts_with(&long));
        assert_eq!(rows[1].1, ["2", "3"]);
    }
    let cell = |text: &[u8], options: &SourceOptions| match read(text, options, 1 << 16) {
        Err(SourceError::CellTooLong {
            line, cell, limit, ..
        }) => (line, cell, limit),
        other => panic!("{other:?}"),
    };
    let swallowing = format!("a;b\n1;\"{}", "2;3\n".repeat(20 << 10));
    assert_eq!(
        cell(swallowing.as_bytes(), &options(b';')),
        (2, 2, "100 lines".to_owned())
    );
    // The next quote, far below, closes it: it is as wrong.
    let closed = format!("a;b\n1;2\n\"{}\";4\n", "2;3\n".repeat(100));
    assert_eq!(
        cell(closed.as_bytes(), &options(b';')),
        (3, 1, "100 lines".to_owned())
    );
    for large in ["x".repeat((1 << 20) + 1), format!("\"{}\"", "x".repeat(1 << 20))] {
        for text in [format!("a;b\n\n1;{large}\n2;3\n"), format!("a;b\n\n1;{large}")] {
            assert_eq!(
                cell(text.as_bytes(), &options(b';')),
                (3, 2, "1048576 bytes".to_owned())
            );
        }
    }
    let longer = SourceOptions {
        cell_bytes: 4 << 20,
        cell_lines: 101,
        ..options(b';')
    };
    assert_eq!(read(closed.as_bytes(), &longer, 64).unwrap().1.len(), 2);
    let endless = format!("a;b\n{}", format!("{};", "x".repeat(1 << 16)).repeat(1100));
    let error = read(endless.as_bytes(), &options(b';'), 1 << 18).unwrap_err();
    assert!(matches!(error, SourceError::TooLong { line: 2, .. }), "{error}");
}

#[test]
fn a_last_line_without_its_end_is_noted() {
    let unclosed = |text: &[u8]| {
        let mut reader = Reader::new(
            Input::new(Unpacked::plain(text), Encoding::Utf8, 64),
            &options(b';'),
        )
        .unwrap();
        while reader.next().unwrap().is_some() {}
        reader.unclosed()
    };
    assert_eq!(unclosed(b"a;b\n1;2\n3;4"), Some(3));
    assert_eq!(unclosed(b"a;b\n1;2\n3;4\n"), None);
    assert_eq!(unclosed(b"a;b\n1;2\n3;4\n "), None);
    assert_eq!(unclosed(b"a;b"), None);
}

#[test]
fn windows_1252_becomes_utf8() {
    let options = SourceOptions {
        encoding: Encoding::Windows1252,
        ..options(b';')
    };
    let (header, rows) = read(b"k\xf6n;v\xe4rde\nM\xe4n;1\xa0000\n", &options, 64).unwrap();
    assert_eq!(header, ["kön", "värde"]);
    assert_eq!(rows, [row(2, &["Män", "1\u{a0}000"])]);
}

#[test]
fn finds_like_a_loop() {
    for length in 0..40 {
        for hit in 0..=length {
            let mut text = vec![0x80_u8; length];
            if let Some(byte) = text.get_mut(hit) {
                *byte = b';';
            }
            assert_eq!(find(&text, b';', b'\n'), (hit < length).then_some(hit));
        }
    }
}

/// Random texts of few letters, so that quotes, delimiters and line ends meet
/// in every way, give what the `csv` crate gives.
#[test]
fn agrees_with_the_csv_crate() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut compared = 0;
    for _ in 0..60_000 {
        let mut text = b"h;h\n".to_vec();
        for _ in 0..random() % 24 {
            text.extend_from_slice(
                [&b"x"[..], b"y", b";", b";", b"\"", b"\"", b"\n", b"\r\n"][(random() % 8) as usize],
            );
        }
        let Ok((_, ours)) = read(&text, &options(b';'), 1 << 10) else {
            continue;
        };
        let mut theirs: Vec<Vec<String>> = Vec::new();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .flexible(true)
            .from_reader(&text[..]);
        for record in reader.records() {
            let record = record.unwrap();
            let mut fields: Vec<String> = record.iter().map(str::to_owned).collect();
            if fields.iter().all(|field| field.trim().is_empty()) {
                continue;
            }
            while fields.len() > 2 && fields.last().is_some_and(String::is_empty) {
                fields.pop();
            }
            theirs.push(fields);
        }
        let ours: Vec<_> = ours.into_iter().map(|(_, fields)| fields).collect();
        assert_eq!(ours, theirs, "{:?}", String::from_utf8_lossy(&text));
        compared += 1;
    }
    assert!(compared > 20_000, "only {compared}");
}

/// Found by damaged files: a line of a vertical tab, or of a hard space, is no header.
#[test]
fn a_line_of_any_space_is_no_header() {
    for space in ["\u{b}", "\u{a0}", " \t"] {
        let text = format!("{space}\na,b\n1,2\n");
        let input = Input::new(Unpacked::plain(text.as_bytes()), crate::Encoding::Utf8, 1024);
        let reader = Reader::new(input, &SourceOptions::default()).unwrap();
        assert_eq!(reader.header(), ["a", "b"]);
    }
}

#[test]
fn a_nul_byte_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.csv");
    let long = format!("a;b\n{}3;\0\n", "1;2\n".repeat(200_000));
    for (text, line) in [("a;b\n1;2\0\n3;\0\n", 2), (long.as_str(), 200_002)] {
        std::fs::write(&path, text).unwrap();
        let read = Csv
            .open(&path, &SourceOptions::default())
            .and_then(|mut records| {
                while records.next()?.is_some() {}
                Ok(())
            });
        let error = read.unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("Line {line} holds a NUL byte")),
            "{error}"
        );
        let found = crate::inspect::inspect(&path, &crate::inspect::Hints::default());
        let told = found.map_or_else(|error| error.to_string(), |found| found.fault.unwrap_or_default());
        assert!(line > 2 || told == error, "{told}");
    }
    assert_eq!(Csv.sniff(&[0; 100]), 0);
    assert_eq!(Csv.sniff(b"\0\x01\n;a;b"), 0);
}

#[test]
fn json_that_no_format_knows_is_no_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.json");
    for text in ["[", "[{\"a\":1},{\"b\"", "[\n  {\n \"a\": 1}]", "[[1,2]"] {
        std::fs::write(&path, text).unwrap();
        let found = crate::inspect::inspect(&path, &crate::inspect::Hints::default());
        let error = found.err().unwrap().to_string();
        assert!(
            error.starts_with("This is neither delimited text nor JSON"),
            "{text}: {error}"
        );
    }
    std::fs::write(&path, "[id];[namn]\n1;Kil\n").unwrap();
    assert!(Csv.open(&path, &SourceOptions::default()).is_ok());
}
