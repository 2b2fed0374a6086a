#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]
use super::*;
use crate::tests::shared_data;

fn read_in(bytes: &[u8], language: Option<&str>) -> Result<(Vec<String>, Vec<String>), SourceError> {
    let mut reader = Reader::new(Unpacked::plain(bytes), language)?;
    let mut rows = Vec::new();
    while let Some(record) = reader.next()? {
        assert_eq!(record.line, rows.len() as u64 + 1);
        let fields: Vec<_> = (0..record.len())
            .map(|at| std::str::from_utf8(record.field(at)).unwrap())
            .collect();
        rows.push(fields.join("|"));
    }
    let digest = reader.digest();
    assert_eq!(digest.bytes, bytes.len() as u64);
    assert_eq!(digest.blake3, blake3::hash(bytes).to_hex().to_string());
    Ok((reader.header().to_vec(), rows))
}

fn rows(text: &str) -> Vec<String> {
    read_in(text.as_bytes(), None).unwrap().1
}

fn error(text: &str) -> String {
    let error = read_in(text.as_bytes(), None).unwrap_err();
    assert!(error.is_data());
    error.to_string()
}

const HEAD: &str = "CHARSET=\"ANSI\";\nSTUB=\"a\";\nHEADING=\"b\";\nVALUES(\"a\")=\"x\",\"y\";\nVALUES(\"b\")=\"p\",\"q\";\n";

#[test]
fn keywords() {
    let (header, rows) = read_in(
        b"\xef\xbb\xbfCHARSET=\"ANSI\";\r\nCODEPAGE=\"utf-8\";\r\nAUTOPEN=YES;;\r\n\
          DATABASE=\"not DATA=1 2 3;\";\r\nnote[\"sv\"](\"kon\")=\"a # b; \"\r\n\"(c)\";\r\n\
          STUB = \"kon\" , \"region\" ;\r\nVALUES(\"kon\")=\"m\xc3\xa4\"\r\n\"n\",\r\n \"kvin\" \"nor\";\r\n\
          VALUES ( \"region\" )=\"Kil\",\"Eda \";\r\nCODES(\"region\")=\"1715\",\r\n\"1730\";\r\n\
          LAST-UPDATED=20240101 08:00;\r\nDECIMALS=1;SHOWDECIMALS=0;ELIMINATION(\"kon\")=YES;\r\n\
          DATA=\r\n1.0,\t2;\r\n-3.50 4e2;\r\n",
        None,
    )
    .unwrap();
    assert_eq!(
        header,
        ["kon", "kon_text", "region", "region_text", "value", "status"]
    );
    assert_eq!(
        rows,
        [
            "män|män|1715|Kil|1.0|",
            "män|män|1730|Eda|2|",
            "kvinnor|kvinnor|1715|Kil|-3.50|",
            "kvinnor|kvinnor|1730|Eda|4e2|"
        ]
    );
}

#[test]
fn symbols() {
    let named = format!(
        "{HEAD}DATASYMBOL2=\"secret\";DATASYMBOLSUM=\"*\";DATASYMBOLNIL=\"nil\";DATA=\"..\" \".\"\n\".......\" \"-\" ;"
    );
    assert_eq!(
        rows(&named),
        ["x|x|p|p||secret", "x|x|q|q||.", "y|y|p|p||*", "y|y|q|q||nil"]
    );
    let bare = format!("{HEAD}DATA=.. - \"......\" \"x\";");
    assert_eq!(
        rows(&bare),
        ["x|x|p|p||..", "x|x|q|q||-", "y|y|p|p||......", "y|y|q|q||x"]
    );
}

#[test]
fn languages() {
    let file = "LANGUAGE=\"sv\";LANGUAGES=\"sv\",\"en\";CONTENTS=\"Invandring\";CONTENTS[en]=\"Immigration\";\
        STUB=\"kön\";STUB[en]=\"sex\";HEADING=\"mått\";HEADING[en]=\"measure\";CONTVARIABLE=\"mått\";\
        CONTVARIABLE[en]=\"measure\";VALUES(\"kön\")=\"män\";VALUES[en](\"sex\")=\"men\";CODES(\"kön\")=\"1\";\
        VALUES(\"mått\")=\"antal\",\"kostnad\";VALUES[\"en\"](\"measure\")=\"number\",\"cost\";CODES(\"mått\")=\"A\",\"B\";\
        UNITS(\"antal\")=\"personer\";UNITS(\"kostnad\")=\"kr\";UNITS[en](\"number\")=\"people\";DATASYMBOL2[en]=\"n/a\";\
        DATA=1 \"..\";";
    let (header, swedish) = read_in(file.as_bytes(), None).unwrap();
    assert_eq!(header[..3], ["kön", "kön_text", "mått"]);
    assert_eq!(swedish, ["1|män|A|antal|1|", "1|män|B|kostnad||.."]);
    let (header, english) = read_in(file.as_bytes(), Some("EN")).unwrap();
    assert_eq!(header[..3], ["sex", "sex_text", "measure"]);
    assert_eq!(english, ["1|men|A|number|1|", "1|men|B|cost||n/a"]);
    let reader = Reader::new(Unpacked::plain(file.as_bytes()), Some("en")).unwrap();
    let value = &reader.fields()[4];
    assert_eq!(value.label.as_deref(), Some("Immigration"));
    assert_eq!(value.unit.as_deref(), Some("people (number), kr (cost)"));
    assert_eq!(reader.fields()[0].codes, [("1".to_owned(), "men".to_owned())]);
    let missing = read_in(file.as_bytes(), Some("fi")).unwrap_err().to_string();
    assert!(missing.contains("'en', 'sv'"), "{missing}");
}

#[test]
fn units() {
    let unit = |units: &str| {
        let file = format!("{HEAD}{units}DATA=1 2 3 4;");
        Reader::new(Unpacked::plain(file.as_bytes()), None)
            .unwrap()
            .fields()[4]
            .unit
            .clone()
    };
    assert_eq!(unit(""), None);
    assert_eq!(unit("UNITS=\"\";"), None);
    assert_eq!(unit("UNITS=\"antal\";"), Some("antal".to_owned()));
    let contents = "CONTVARIABLE=\"a\";UNITS=\"kr\";UNITS(\"x\")=\"kr\";";
    assert_eq!(unit(contents), Some("kr".to_owned()));
}

#[test]
fn encodings() {
    let file = |first: &str, name: &[u8]| {
        let mut file = format!("{first}STUB=\"a\";VALUES(\"a\")=\"").into_bytes();
        file.extend(name);
        file.extend(b"\";DATA=1;");
        read_in(&file, None).map(|(_, rows)| rows[0].split('|').next().unwrap_or_default().to_owned())
    };
    assert_eq!(file("CHARSET=\"ANSI\";", b"\xc5r \x96").unwrap(), "År –");
    assert_eq!(file("CODEPAGE=\"iso-8859-1\";", b"\xe5\x80").unwrap(), "å€");
    // Neither of them is DOS, as CP850 of Python's codecs has it.
    assert_eq!(
        file("", b"\x86\x84\x94 \x8f\x8e\x99 \x9b\xd5\xe1").unwrap(),
        "åäö ÅÄÖ øıß"
    );
    assert_eq!(file("CODEPAGE=\"ibm850\";", b"\x94").unwrap(), "ö");
    assert_eq!(file("CODEPAGE=\"iso-8859-2\";", b"\xb3").unwrap(), "ł");
    // UTF-8 shows itself, whatever is said.
    assert_eq!(file("CHARSET=\"ANSI\";", "år".as_bytes()).unwrap(), "år");
    assert_eq!(file("", "år".as_bytes()).unwrap(), "år");
    assert_eq!(file("CODEPAGE=\"klingon\";", b"plain").unwrap(), "plain");
    assert_eq!(file("CHARSET=\"utf-16\";", b"plain").unwrap(), "plain");
    assert!(file("CHARSET=\"utf-16\";", b"\xe5").is_err());
    let unknown = file("CODEPAGE=\"klingon\";", b"\xe5").unwrap_err().to_string();
    assert!(
        unknown.contains("klingon") && unknown.contains("line 1"),
        "{unknown}"
    );
    let wrong = file("CODEPAGE=\"utf-8\";\n\n", b"\xe5").unwrap_err().to_string();
    assert!(wrong.contains("line 3"), "{wrong}");
    let wide = read_in(b"\xff\xfeC\0", None).unwrap_err();
    assert!(wide.to_string().contains("UTF-16"), "{wide}");
}

/// All of CP850 as the Unicode consortium's table has it, by code point.
#[test]
fn code_page_850() {
    let mut seen = charset::Seen::default();
    seen.look(b"\x86", 1);
    let dos = charset::Charset::find(b"", b"", &seen).unwrap();
    let all: Vec<u8> = (128..=255).collect();
    let text = dos.decode(&all);
    assert_eq!(text.chars().count(), 128);
    let sum: u32 = text.chars().map(u32::from).sum();
    let weighted: u64 = (1..)
        .zip(text.chars())
        .map(|(at, c)| at * u64::from(u32::from(c)))
        .sum();
    assert_eq!((sum, weighted), (305843, 22073982));
}

#[test]
fn times() {
    let times = |timeval: &str| {
        let file = format!("STUB=\"t\";TIMEVAL(\"t\")={timeval};DATA=1 1 1 1;");
        let rows = read_in(file.as_bytes(), None);
        rows.map(|(_, rows)| {
            let codes: Vec<_> = rows.iter().filter_map(|row| row.split('|').next()).collect();
            codes.join(" ")
        })
        .map_err(|error| error.to_string())
    };
    for (given, expected) in [
        (
            "TLIST(A1),\"2004\",\"2005\",\"2007\",\"2008\"",
            "2004 2005 2007 2008",
        ),
        ("TLIST(A1,\"2004\"-\"2007\")", "2004 2005 2006 2007"),
        ("TLIST(A1, \"2004-2007\")", "2004 2005 2006 2007"),
        ("TLIST(H1,\"20041\"-\"20052\")", "2004H1 2004H2 2005H1 2005H2"),
        ("TLIST(Q1,\"20044\"-\"20053\")", "2004Q4 2005Q1 2005Q2 2005Q3"),
        (
            "TLIST(M1),\"200411\",\"200412\",\"2005M01\",\"200502\"",
            "2004M11 2004M12 2005M01 2005M02",
        ),
        // 2004 and 2009 have 53 weeks, 2005 has not.
        (
            "TLIST(W1,\"200452\"-\"200502\")",
            "2004W52 2004W53 2005W01 2005W02",
        ),
        (
            "TLIST(W1,\"200952\"-\"201002\")",
            "2009W52 2009W53 2010W01 2010W02",
        ),
        (
            "TLIST(W1,\"200551\"-\"200602\")",
            "2005W51 2005W52 2006W01 2006W02",
        ),
    ] {
        assert_eq!(times(given).as_deref(), Ok(expected), "{given}");
    }
    for given in [
        "TLIST(X1),\"2004\"",
        "\"2004\"",
        "TLIST(A1),\"04\"",
        "TLIST(Q1),\"20045\"",
        "TLIST(M1),\"200400\"",
        "TLIST(A1,\"2004\"-\"2005\"-\"2006\")",
        "TLIST(W1,\"000101\"-\"999952\")",
    ] {
        assert!(times(given).unwrap_err().contains("TIMEVAL"), "{given}");
    }
    // VALUES go before TIMEVAL.
    let both = "HEADING=\"t\";VALUES(\"t\")=\"May\";TIMEVAL(\"t\")=TLIST(M1),\"200405\";DATA=1;";
    assert_eq!(rows(both), ["May|May|1|"]);
}

const KEYS: &str = "CHARSET=\"ANSI\";LANGUAGE=\"sv\";LANGUAGES=\"sv\",\"en\";STUB=\"r\",\"k\";HEADING=\"t\";\
    VALUES(\"r\")=\"Kil\",\"Eda\";CODES(\"r\")=\"1715\",\"1730\";VALUES(\"k\")=\"män\",\"kvinnor\";\
    VALUES[en](\"k\")=\"men\",\"women\";VALUES(\"t\")=\"1\",\"2\";KEYS(\"r\")=CODES;KEYS(\"k\")=VALUES;";

#[test]
fn keys() {
    let file = format!("{KEYS}DATA=\n\"1730\",\"kvinnor\",7 \"..\"\n\"1715\",\"män\",1 2;\n");
    let expected = [
        "1730|Eda|kvinnor|kvinnor|1|1|7|",
        "1730|Eda|kvinnor|kvinnor|2|2||..",
        "1715|Kil|män|män|1|1|1|",
        "1715|Kil|män|män|2|2|2|",
        "1715|Kil|kvinnor|kvinnor|1|1|0|",
        "1715|Kil|kvinnor|kvinnor|2|2|0|",
        "1730|Eda|män|män|1|1|0|",
        "1730|Eda|män|män|2|2|0|",
    ];
    assert_eq!(rows(&file), expected);
    // The keys are in the first language, whichever is read.
    let english = read_in(file.as_bytes(), Some("en")).unwrap().1;
    assert_eq!(english[0], "1730|Eda|women|women|1|1|7|");
    assert_eq!(rows(&format!("{KEYS}DATA=;")).len(), 8);
    let periods =
        "STUB=\"t\";HEADING=\"k\";VALUES(\"k\")=\"män\";TIMEVAL(\"t\")=TLIST(Q1),\"20201\",\"20202\";";
    assert_eq!(
        rows(&format!("{periods}KEYS(\"t\")=VALUES;DATA=\"2020Q2\" 7;")),
        ["2020Q2|2020Q2|män|män|7|", "2020Q1|2020Q1|män|män|0|"]
    );
    for (data, said) in [
        ("\"1730\",\"kvinnor\",7 8", "cut"),
        ("\"1730\",\"kvinnor\",7;", "cut"),
        ("\"1730\",\"kvinnor\",7 8 9;", "keys of a line"),
        ("\"1730\",\"kvinnor\",7 8\n\"1715\"", "cut"),
        (
            "\"1730\",\"kvinnor\",7 8\n\"1730\",\"kvinnor\",7 8;",
            "come before",
        ),
        ("\"17\",\"kvinnor\",7 8;", "'17' is no value"),
    ] {
        let error = error(&format!("{KEYS}DATA={data}"));
        assert!(error.contains(said), "{data}: {error}");
    }
    assert!(error(&format!("{KEYS}KEYS(\"k\")=NO;DATA=;")).contains("KEYS has to say"));
    let many: String = (0..24).fold(String::new(), |text, at| {
        format!("{text}VALUES(\"v{at}\")=\"0\",\"1\";KEYS(\"v{at}\")=VALUES;")
    });
    let stub: Vec<_> = (0..24).map(|at| format!("\"v{at}\"")).collect();
    let flood = error(&format!("STUB={};{many}DATA=;", stub.join(",")));
    assert!(flood.contains("Only 0 of 16777216 cells"), "{flood}");
}

#[test]
fn contradictions_are_refused() {
    for (data, said) in [
        (
            "1 2 3;",
            "DATA has 3 whole cells, up to line 6, where its variables make 4 (2 × 2)",
        ),
        ("1 2 3 4", "DATA has 3 whole cells"),
        (";", "DATA has 0 whole cells"),
        (
            "1 2 3 4 5\n6;",
            "DATA has 6 cells where the variables make 4 (2 × 2); the first too many stands on line 6",
        ),
        ("1 2 \"..", "never closed"),
        ("1 2 x 4;", "'x' in DATA is neither"),
        ("1 2 1.2.3 4;", "'1.2.3' in DATA is neither"),
        ("1 2 198112189876 x;", "neither"),
    ] {
        let error = error(&format!("{HEAD}DATA={data}"));
        assert!(error.contains(said), "{data}: {error}");
    }
    for (file, said) in [
        (
            "CHARSET=\"ANSI\";\nSTUB=\"a\";\nVALUES(\"a\")=\"x",
            "The quote that opens on line 3",
        ),
        ("CHARSET=\"ANSI\";\nSTUB=\"a\";\n", "before its DATA"),
        ("CHARSET=\"ANSI\";DATA=1;", "neither STUB nor HEADING"),
        ("<html><body>502</body></html>", "expected a keyword"),
        ("year;value\n2020;1\n", "expected a keyword"),
        ("STUB=\"a\";DATA=1;", "neither VALUES, CODES nor TIMEVAL"),
        (
            "STUB=\"a\";VALUES(\"a\")=\"x\",\"y\";CODES(\"a\")=\"1\";DATA=1 2;",
            "1 CODES and 2 VALUES",
        ),
        (
            "STUB=\"a\";VALUES(\"a\")=\"x\",\"y\";CODES(\"a\")=\"1\",\"1\";DATA=1 2;",
            "the code '1' twice",
        ),
        ("STUB=\"a\",\"a\";VALUES(\"a\")=\"x\";DATA=1;", "name 'a' twice"),
    ] {
        let error = error(file);
        assert!(error.contains(said), "{file}: {error}");
    }
    assert!(matches!(read_in(b"", None), Err(SourceError::Empty)));
    let masked = error(&format!("{HEAD}DATA=1 2 19811218-9876 4;"));
    assert!(!masked.contains("9876"), "{masked}");
}

#[test]
fn sizes_are_not_believed() {
    // Two thousand years by the week, a thousand times: 10^5 to the thousandth.
    let stub: Vec<_> = (0..1000).map(|at| format!("\"v{at}\"")).collect();
    let values: String = (0..1000).fold(String::new(), |text, at| {
        format!("{text}TIMEVAL(\"v{at}\")=TLIST(W1,\"0001\u{30}1\"-\"200052\");")
    });
    let error = error(&format!("STUB={};{values}DATA=1;", stub.join(",")));
    assert!(error.contains("more cells"), "{error}");
}

/// Real files: cells, empty ones and the sum of the others in hundredths, counted
/// apart with Python's `pyaxis`, and the last record as the file has it.
#[test]
fn real_files() {
    let Some(folder) = shared_data().map(|data| data.join("px")) else {
        return;
    };
    for (file, cells, missing, hundredths, last) in REAL {
        let mut reader = Px.open(&folder.join(file), &SourceOptions::default()).unwrap();
        let width = reader.header().len();
        let (mut count, mut empty, mut sum, mut row) = (0, 0, 0_i64, String::new());
        while let Some(record) = reader.next().unwrap() {
            let fields: Vec<_> = (0..width)
                .map(|at| String::from_utf8_lossy(record.field(at)).into_owned())
                .collect();
            match fields[width - 2].as_str() {
                "" => empty += 1,
                value => sum += (value.parse::<f64>().unwrap() * 100.0).round() as i64,
            }
            count += 1;
            row = fields.join("|");
        }
        assert_eq!(
            (count, empty, sum, row.as_str()),
            (cells, missing, hundredths, last),
            "{file}"
        );
    }
}

const REAL: [(&str, usize, usize, i64, &str); 5] = [
    (
        "px_BE0101A1_with_notes.px",
        96,
        0,
        489514100,
        "04|04 Södermanland county|SK|divorced|2005|2005|Per cent|Per cent|2|women|54.92|",
    ),
    (
        "px_BE0101F1_multilang_cellnotes.px",
        48,
        0,
        1779300,
        "0115|0115 Vallentuna|22|22|2003|2003|BE0101F2|Outmigrated|2|women|35|",
    ),
    (
        "px_TAB001_population_missing.px",
        5940,
        2259,
        694377085200,
        "UK|United Kingdom|T|Total|UNK|Unknown|HNMGA|Population|2001|2001||..",
    ),
    (
        "px_TAB2936.px",
        189,
        37,
        11328800,
        "1+2|total|uppg saknas|information not availiable|AM0401RP|1000s|2026M01|2026M01|TA|temporary employees||..",
    ),
    (
        "px_pyaxis_14001.px",
        8064,
        2260,
        260388800,
        "null|Extranjero|De 60 y más|De 60 y más|Esposas|Esposas|Divorciados/as|Divorciados/as|4|",
    ),
];
