#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]
use super::*;
use crate::tests::shared_data;

fn open(text: &str, dataset: Option<&str>) -> Result<Reader, SourceError> {
    let digest = Digest {
        bytes: text.len() as u64,
        blake3: String::new(),
    };
    Reader::new(text.as_bytes(), digest, dataset)
}

fn read_one(text: &str, dataset: Option<&str>) -> Result<(Vec<String>, Vec<String>), SourceError> {
    let mut reader = open(text, dataset)?;
    let mut rows = Vec::new();
    while let Some(record) = reader.next()? {
        let fields: Vec<_> = (0..record.len())
            .map(|at| String::from_utf8_lossy(record.field(at)).into_owned())
            .collect();
        rows.push(fields.join("|"));
    }
    Ok((reader.header().to_vec(), rows))
}

fn read(text: &str) -> Result<(Vec<String>, Vec<String>), SourceError> {
    read_one(text, None)
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

/// One dataset of version 1, as SCB's first interface gave it.
const FIRST: &str = r#"{"label":"Folkmängd","dimension":{
    "Region":{"label":"region","category":{"index":{"17":0,"00":1},"label":{"17":"Värmland","00":"Riket"}}},
    "ContentsCode":{"label":"innehåll","category":{"index":{"BE1":0},"label":{"BE1":"Antal"},"unit":{"BE1":{"base":"personer"}}}},
    "id":["Region","ContentsCode"],"size":[2,1],"role":{"metric":["ContentsCode"],"geo":["Region"]}},
    "updated":"2016-01-01","value":[275000,null]}"#;

#[test]
fn version_1() {
    let (header, rows) = read(&format!(r#"{{"dataset":{FIRST}}}"#)).unwrap();
    assert_eq!(
        header,
        [
            "Region",
            "Region_text",
            "ContentsCode",
            "ContentsCode_text",
            "value",
            "status"
        ]
    );
    assert_eq!(rows, ["17|Värmland|BE1|Antal|275000|", "00|Riket|BE1|Antal||"]);
    let second = FIRST.replace("275000", "7");
    let bundle = format!(r#"{{"version":"1.03","a":{FIRST},"b":{second},"x":null,"y":[1]}}"#);
    assert_eq!(
        read_one(&bundle, Some("b")).unwrap().1[0],
        "17|Värmland|BE1|Antal|7|"
    );
    let which = read(&bundle).unwrap_err().to_string();
    assert!(which.contains("2 datasets: 'a', 'b'"), "{which}");
    let unknown = read_one(&bundle, Some("c")).unwrap_err().to_string();
    assert!(
        unknown.contains("no dataset 'c'") && unknown.contains("'a', 'b'"),
        "{unknown}"
    );
}

#[test]
fn what_the_document_says_of_its_fields() {
    let reader = open(&format!(r#"{{"dataset":{FIRST}}}"#), None).unwrap();
    let fields = reader.fields();
    assert_eq!(fields[0].label.as_deref(), Some("region"));
    assert_eq!(fields[0].codes[1], ("00".to_owned(), "Riket".to_owned()));
    assert_eq!(fields[4].unit.as_deref(), Some("personer"));
    assert_eq!(fields[4].label.as_deref(), Some("Antal"));
    let several = r#"{"label":"Handel","role":{"metric":["m"]},"id":["m"],"size":[3],"dimension":{"m":{"category":{
        "index":["i","e","n"],"label":{"i":"import","e":"export"},"unit":{"i":{"base":"kr"},"e":{"label":"ton"}}}}},
        "value":[1,2,3]}"#;
    let value = &open(several, None).unwrap().fields()[2].clone();
    assert_eq!(value.label.as_deref(), Some("Handel"));
    assert_eq!(value.unit.as_deref(), Some("kr (import), ton (export)"));
}

#[test]
fn what_is_no_dataset_says_so() {
    let said = |text: &str| read(text).unwrap_err().to_string();
    let collection =
        r#"{"version":"2.0","class":"collection","link":{"item":[{"class":"dataset","href":"x"}]}}"#;
    assert!(said(collection).contains("collection"), "{}", said(collection));
    let dimension = r#"{"version":"2.0","class":"dimension","category":{"index":["a"]}}"#;
    assert!(said(dimension).contains("is a dimension"), "{}", said(dimension));
    let metadata = format!("{{{DIMENSIONS}}}");
    assert!(said(&metadata).contains("holds no data"), "{}", said(&metadata));
    let metadata = format!(r#"{{{DIMENSIONS},"value":[]}}"#);
    assert!(said(&metadata).contains("holds no data"), "{}", said(&metadata));
    let other = r#"{"columns":[{"code":"Region","text":"region","type":"d"}],"comments":[],
        "data":[{"key":["00","2020"],"values":["12.3"]}]}"#;
    assert!(said(other).contains("`json` of PxWeb 1"), "{}", said(other));
    assert!(JsonStat.sniff(other.as_bytes()) > 0 && JsonStat.sniff(collection.as_bytes()) > 0);
    assert!(said(r#"{"error":"not found"}"#).contains("neither `dimension` nor `value`"));
}

#[test]
fn datasets_that_stand_in_a_collection_are_read() {
    let collection = |items: &str| {
        format!(
            r#"{{"version":"2.0","class":"collection","label":"Handel","link":{{"item":[
                {{"class":"dataset","href":"https://example.org/a","label":"Där borta"}},{items}]}}}}"#
        )
    };
    let one = format!(r#"{{{DIMENSIONS},"label":"Ett","value":[1,2,3,4]}}"#);
    let two = format!(r#"{{{DIMENSIONS},"value":[5,6,7,8]}}"#);
    assert_eq!(read(&collection(&one)).unwrap().1[3], "2|kvinnor|2021|2021|4|");
    let both = collection(&format!("{one},{two}"));
    let error = read(&both).unwrap_err().to_string();
    assert!(error.contains("2 datasets: 'Ett', '3'"), "{error}");
    assert_eq!(read_one(&both, Some("3")).unwrap().1[0], "1|män|2020|2020|5|");
}

#[test]
fn a_sparse_cube_has_to_hold_something() {
    let dimension = r#"{"category":{"index":["0","1"]}}"#;
    let names: Vec<_> = (0..30).map(|at| format!(r#""d{at}""#)).collect();
    let dimensions: Vec<_> = names.iter().map(|name| format!("{name}:{dimension}")).collect();
    let text = format!(
        r#"{{"id":[{}],"size":[{}],"dimension":{{{}}},"value":{{"5":1}}}}"#,
        names.join(","),
        vec!["2"; 30].join(","),
        dimensions.join(",")
    );
    let error = read(&text).unwrap_err().to_string();
    assert!(error.contains("Only 1 of 1073741824 cells"), "{error}");
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
        r#"{"id":["a","a"],"size":[1,1],"dimension":{"a":{"category":{"index":["x"]}}},"value":[1]}"#.to_owned(),
        r#"{"id":["a"],"size":[999999999999999999],"dimension":{"a":{"category":{"index":{"x":0}}}},"value":[1]}"#
            .to_owned(),
        r#"{"id":["a"],"size":[1],"dimension":{"a":{"category":{"index":{"x":7}}}},"value":[1]}"#.to_owned(),
        r#"{"id":["a"],"size":[1],"dimension":{"a":{"category":{"index":["x"]}}},"value":"1"}"#.to_owned(),
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

#[test]
fn a_table_in_parts() {
    let part = |year: &str, value: &str| {
        format!(
            r#"{{"class":"dataset","id":["Tid"],"size":[1],"dimension":{{"Tid":{{"category":{{"index":["{year}"]}}}}}},"value":[{value}]}}"#
        )
    };
    let (a, b) = (part("2020", "1"), part("2021", "null"));
    for text in [format!("{a}\n{b}\n"), format!("[{a},{b}]")] {
        let reader = open(&text, None).unwrap();
        let code = |year: &str| (year.to_owned(), year.to_owned());
        assert_eq!(reader.fields()[0].codes, [code("2020"), code("2021")]);
        let (header, rows) = read(&text).unwrap();
        assert_eq!(header, ["Tid", "Tid_text", "value", "status"]);
        assert_eq!(rows, ["2020|2020|1|", "2021|2021||"]);
    }
    let other = b.replace("Tid", "Kon");
    let error = read(&format!("{a}\n{other}")).unwrap_err().to_string();
    assert!(
        error.contains("Dataset 2 of the file has the fields 'Kon'"),
        "{error}"
    );
    let cut = read(&format!("{a}\n{}", b.trim_end_matches('}'))).unwrap_err();
    assert!(matches!(cut, SourceError::Json { line: 2, .. }), "{cut}");
    assert!(matches!(read("[]"), Err(SourceError::Form(_))));
}

/// Real files: the number of cells, of missing ones, and the sum, counted apart
/// with Python's `json` module.
#[test]
fn recorded_answers() {
    let Some(folder) = shared_data().map(|data| data.join("jsonstat")) else {
        return;
    };
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
