#![allow(clippy::unwrap_used)]
use super::*;

fn read(text: &str, members: bool) -> Result<(Vec<String>, Vec<String>), SourceError> {
    let digest = Digest {
        bytes: text.len() as u64,
        blake3: String::new(),
    };
    let mut reader = Reader::new(text.as_bytes(), digest, members, &|_, _| false)?;
    let mut rows = Vec::new();
    while let Some(record) = reader.next()? {
        let fields: Vec<_> = (0..record.len())
            .map(|at| String::from_utf8_lossy(record.field(at)).into_owned())
            .collect();
        rows.push(fields.join("|"));
    }
    Ok((reader.header.clone(), rows))
}

#[test]
fn values() {
    let (header, rows) = read(
        r#"{"values":[
          {"kpi":"N00945","municipality":"0180","period":2020,"values":[
            {"gender":"T","status":"","value":31.32959689,"count":1,"isdeleted":false},
            {"gender":"K","status":"Privacy","value":null,"count":1,"isdeleted":false},
            {"gender":"M","status":"","value":7,"isdeleted":true}]},
          {"kpi":"N00945","municipality":"0000","period":"2021","values":[]},
          {"kpi":"N1","ou":"V15E01","period":2024,"values":[{"gender":"T","value":4}]}],
          "next_url":null}"#,
        false,
    )
    .unwrap();
    assert_eq!(header, VALUES);
    assert_eq!(
        rows,
        [
            "N00945|0180||2020|T|1||31.32959689",
            "N00945|0180||2020|K|1|Privacy|",
            "N1||V15E01|2024|T|||4"
        ]
    );
}

#[test]
fn units_and_groups() {
    let (header, rows) = read(
        r#"{"values":[{"id":"0180","title":"Stockholm","type":"K"}],"next_url":null}"#,
        false,
    )
    .unwrap();
    assert_eq!(header, UNITS);
    assert_eq!(rows, ["0180|Stockholm|K"]);
    let groups = r#"{"values":[{"id":"G176199","title":"Liknande kommuner, Arboga, 2024","members":[
        {"member_id":"0319","member_title":"Älvkarleby"},{"id":"0562","title":"Finspång"}]}]}"#;
    assert_eq!(
        read(groups, false).unwrap().1,
        ["G176199|Liknande kommuner, Arboga, 2024|G"]
    );
    // In one file, unless it is read for the members.
    let both = format!(r#"{{"values":[{{"id":"0180","title":"Stockholm","type":"K"}}]}}{groups}"#);
    assert_eq!(
        read(&both, false).unwrap().1,
        ["0180|Stockholm|K", "G176199|Liknande kommuner, Arboga, 2024|G"]
    );
    assert!(
        read(&both, true)
            .unwrap_err()
            .to_string()
            .contains("something else")
    );
    let (header, rows) = read(groups, true).unwrap();
    assert_eq!(header, MEMBERS);
    assert_eq!(
        rows,
        [
            "G176199|Liknande kommuner, Arboga, 2024|G|0319|Älvkarleby",
            "G176199|Liknande kommuner, Arboga, 2024|G|0562|Finspång"
        ]
    );
}

#[test]
fn faults_say_where() {
    assert_eq!(
        read(r#"{"values":[],"next_url":null}"#, false).unwrap(),
        (vec![], vec![])
    );
    assert!(matches!(read(" ", false), Err(SourceError::Empty)));
    let cut = read("{\"values\":[\n{\"kpi\":\"N1\",", false).unwrap_err();
    assert!(
        matches!(&cut, SourceError::Json { line: 2, message, .. } if message.contains("cut")),
        "{cut}"
    );
    let page = read("<html>502</html>", false).unwrap_err();
    assert!(
        matches!(
            &page,
            SourceError::Json {
                line: 1,
                column: 1,
                ..
            }
        ),
        "{page}"
    );
    let form = read("{\"values\":\n {\"a\":1}}", false).unwrap_err();
    assert!(matches!(&form, SourceError::Json { line: 2, .. }), "{form}");
    let empty = read(
        r#"{"values":[{"kpi":"N2","period":2020,"values":[]},{"kpi":"N1","period":2020,"values":[
           {"gender":"T","value":7,"isdeleted":true}]}]}"#,
        false,
    )
    .unwrap_err();
    assert!(
        empty.to_string().contains("2 entries and not one row") && empty.to_string().contains("'N1', 'N2'"),
        "{empty}"
    );
    assert!(matches!(
        read(r#"{"values":[{"x":1}]}"#, false),
        Err(SourceError::Form(_))
    ));
    assert!(matches!(
        read(r#"{"detail":"Too Many Requests"}"#, false),
        Err(SourceError::Json { .. })
    ));
}

fn page(kpi: &str, next: &str) -> String {
    format!(
        r#"{{"values":[{{"kpi":"{kpi}","municipality":"1715","period":2020,"values":[{{"gender":"T","value":1}}]}}],
            "next_url":{next}}}"#
    )
}

#[test]
fn several_pages() {
    let first = page("N1", r#""https://api.kolada.se/v3/data?per_page=1&page=2""#);
    let second = page("N2", r#""/v3/data?page=3&per_page=1""#);
    let third = page("N3", "null");
    let other = page("N4", r#""""#);
    let expected = [
        "N1|1715||2020|T|||1",
        "N2|1715||2020|T|||1",
        "N3|1715||2020|T|||1",
    ];
    for text in [
        format!("[{first},{second},{third}]"),
        format!("{first}\n{second}\n{third}\n"),
    ] {
        assert_eq!(read(&text, false).unwrap().1, expected);
    }
    let lone = read(&first, false).unwrap_err().to_string();
    assert!(
        lone.contains("Pages are missing") && lone.contains("page=2"),
        "{lone}"
    );
    // Two requests behind each other.
    assert_eq!(read(&format!("[{third},{other}]"), false).unwrap().1.len(), 2);
    let said = |text: &str| read(text, false).unwrap_err().to_string();
    let last = said(&format!("[{first},{second}]"));
    assert!(last.contains("2 pages") && last.contains("page=3"), "{last}");
    let fourth = page("N4", r#""https://api.kolada.se/v3/data?page=4""#);
    let middle = said(&format!("{first}{fourth}{third}"));
    assert!(
        middle.contains("Page 2 of Kolada is missing") && middle.contains("page 3"),
        "{middle}"
    );
    let again = said(&format!("[{first},{first},{third}]"));
    assert!(again.contains("Page 2 of Kolada is missing"), "{again}");
    let units = r#"{"values":[{"id":"0180","title":"Stockholm","type":"K"}]}"#;
    let mixed = said(&format!("[{third},{units}]"));
    assert!(
        mixed.contains("Page 2 of the file holds something else"),
        "{mixed}"
    );
    let cut = said(&format!("[{first},{second}"));
    assert!(cut.contains("cut"), "{cut}");
    let behind = said(&format!("{third} <html>"));
    assert!(behind.contains("not JSON"), "{behind}");
}

#[test]
fn version_3_may_leave_out_what_it_knows_not() {
    let text = r#"{"values":[{"kpi":"N1","municipality":"1715","period":2020,"values":[{"gender":"T","value":null}]}]}"#;
    assert_eq!(read(text, false).unwrap().1, ["N1|1715||2020|T|||"]);
}

#[test]
fn a_page_has_as_many_entries_as_it_says() {
    let text = r#"{"count":2,"values":[{"id":"0180","title":"Stockholm","type":"K"}]}"#;
    let error = read(text, false).unwrap_err().to_string();
    assert!(error.contains("2 entries and has 1"), "{error}");
}

#[test]
fn indicators_and_organisational_units() {
    let (header, rows) = read(
        r#"{"values":[{"id":"N00003","title":"Personalkostnader, kr/inv","description":"Källa: SCB.",
            "is_divided_by_gender":false,"municipality_type":"K","auspice":"E","operating_area":"Kommunen",
            "perspective":"Resurser","prel_publication_date":"2026-04-01","publication_date":"2026-08-28",
            "publ_period":"2025","has_ou_data":false},
            {"id":"N00001","title":"Has OU","description":null,"municipality_type":"A","is_divided_by_gender":true,
            "has_ou_data":true,"publication_date":null,"prel_publication_date":null}],"next_url":null}"#,
        false,
    )
    .unwrap();
    assert_eq!(header, INDICATORS);
    assert_eq!(
        rows,
        [
            "N00003|Personalkostnader, kr/inv|Källa: SCB.|K|false|E|Kommunen|Resurser|false|2026-04-01|2026-08-28|2025",
            "N00001|Has OU||A|true||||true|||"
        ]
    );
    let (header, rows) = read(
        r#"{"values":[{"id":"V15E01","title":"Skola A","municipality":"0180"}],"next_url":null}"#,
        false,
    )
    .unwrap();
    assert_eq!(header, ORGANISATIONAL_UNITS);
    assert_eq!(rows, ["V15E01|Skola A|0180"]);
}
