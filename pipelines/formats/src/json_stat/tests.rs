#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]
use super::*;

fn read(text: &str) -> Result<(Vec<String>, Vec<String>), SourceError> {
    let document = json::parse::<Document>(text.as_bytes(), "a JSON-stat dataset")?;
    let digest = Digest {
        bytes: text.len() as u64,
        blake3: String::new(),
    };
    let mut reader = Reader::new(document, digest)?;
    let mut rows = Vec::new();
    while let Some(record) = reader.next()? {
        let fields: Vec<_> = (0..record.len())
            .map(|at| String::from_utf8_lossy(record.field(at)).into_owned())
            .collect();
        rows.push(fields.join("|"));
    }
    Ok((reader.header.clone(), rows))
}

const DIMENSIONS: &str = r#""version":"2.0","class":"dataset","id":["Kon","Tid"],"size":[2,2],"dimension":{
    "Tid":{"category":{"index":["2020","2021"]}},
    "Kon":{"category":{"index":{"2":1,"1":0},"label":{"1":"män","2":"kvinnor"}}}}"#;

#[test]
fn lists_objects_and_status() {
    let (header, rows) = read(&format!(
        r#"{{{DIMENSIONS},"value":[1,null,2.5,-3],"status":{{"1":"..","3":"p"}}}}"#
    ))
    .unwrap();
    assert_eq!(header, ["Kon", "Kon_text", "Tid", "Tid_text", "value", "status"]);
    assert_eq!(
        rows,
        [
            "1|män|2020|2020|1|",
            "1|män|2021|2021||..",
            "2|kvinnor|2020|2020|2.5|",
            "2|kvinnor|2021|2021|-3|p"
        ]
    );
    let (_, sparse) = read(&format!(
        r#"{{{DIMENSIONS},"value":{{"0":1,"3":-3}},"status":["","a",null,"b"]}}"#
    ))
    .unwrap();
    assert_eq!(
        sparse,
        [
            "1|män|2020|2020|1|",
            "1|män|2021|2021||a",
            "2|kvinnor|2020|2020||",
            "2|kvinnor|2021|2021|-3|b"
        ]
    );
    let (_, same) = read(&format!(r#"{{{DIMENSIONS},"value":["1","x",2,3],"status":"e"}}"#)).unwrap();
    assert_eq!(same[1], "1|män|2021|2021|x|e");
}

#[test]
fn one_category_needs_no_index() {
    let (_, rows) = read(
        r#"{"class":"dataset","id":["c"],"size":[1],"dimension":{"c":{"category":{"label":{"pop":"people"}}}},"value":[7]}"#,
    )
    .unwrap();
    assert_eq!(rows, ["pop|people|7|"]);
}

#[test]
fn contradictions_are_refused() {
    for text in [
        format!(r#"{{{DIMENSIONS},"value":[1,2,3]}}"#),
        format!(r#"{{{DIMENSIONS},"value":{{"4":1}}}}"#),
        format!(r#"{{{DIMENSIONS}}}"#),
        r#"{"class":"dimension","id":[],"size":[]}"#.to_owned(),
        r#"{"dataset":{"value":[1]}}"#.to_owned(),
        r#"{"id":["a"],"size":[2],"dimension":{"a":{"category":{"index":["x"]}}},"value":[1,2]}"#.to_owned(),
        r#"{"id":["a"],"size":[2],"dimension":{"a":{"category":{"index":{"x":0,"y":0}}}},"value":[1,2]}"#
            .to_owned(),
        r#"{"id":["a"],"size":[2],"dimension":{"b":{"category":{}}},"value":[1,2]}"#.to_owned(),
        r#"{"id":["a","b"],"size":[4294967296,4294967296],"dimension":{},"value":{}}"#.to_owned(),
    ] {
        assert!(matches!(read(&text), Err(SourceError::Form(_))), "{text}");
    }
    assert!(matches!(
        read(r#"{"value":3}"#),
        Err(SourceError::Json { line: 1, .. })
    ));
    let empty =
        read(r#"{"id":["a"],"size":[0],"dimension":{"a":{"category":{"index":[]}}},"value":[]}"#).unwrap();
    assert!(empty.1.is_empty());
}

/// Real files: the number of cells, of missing ones, and the sum, counted apart
/// with Python's `json` module.
#[test]
fn recorded_answers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/jsonstat");
    if !folder.exists() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing",
            folder.display()
        );
        eprintln!("skipped: {} is missing", folder.display());
        return;
    }
    for (file, cells, missing, sum, width) in [
        ("jsonstat2_galicia.json", 3960, 4, 87_493_659_i64, 14),
        ("jsonstat2_scb_v2_TAB6471_data.json", 2772, 0, 84_837_753, 12),
    ] {
        let mut reader = JsonStat
            .open(&folder.join(file), &SourceOptions::default())
            .unwrap();
        assert_eq!(reader.header().len(), width);
        let (mut count, mut empty, mut total, mut first) = (0, 0, 0, String::new());
        while let Some(record) = reader.next().unwrap() {
            let value = std::str::from_utf8(record.field(width - 2)).unwrap();
            match value {
                "" => empty += 1,
                value => total += value.parse::<i64>().unwrap(),
            }
            count += 1;
            if count == 2 {
                first = (0..width)
                    .map(|at| String::from_utf8_lossy(record.field(at)).into_owned())
                    .collect::<Vec<_>>()
                    .join("|");
            }
        }
        assert_eq!((count, empty, total), (cells, missing, sum), "{file}");
        let expected = match cells {
            3960 => "T|total|T|total|T|total|2001|2001|15|A Coruña|pop|population|1096027|",
            _ => {
                "01|Stockholms län|0-9|0-9 år|TotSa|totalt, samtliga män och kvinnor|000007SF|Folkmängden per månad|2026M02|2026M02|"
            }
        };
        assert!(first.starts_with(expected), "{first}");
    }
}
