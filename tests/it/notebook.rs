//! The notebook's client and the engine, over their pipe.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use perspektiv_notebook::Perspektiv;
use perspektiv_notebook::disclosure::{Rule, Secrecy, Value};
use perspektiv_notebook::protocol::{Reply, Request, receive, send};
use perspektiv_tests::{Run, binary, demo, perspektiv};

fn client() -> Perspektiv {
    Perspektiv::start_with(binary(), demo()).unwrap()
}

#[test]
fn a_frame_holds_what_the_command_line_prints() {
    let p = client();
    assert_eq!(p.snapshot(), 1);
    for name in ["behovsgrupper", "hogkonsumenter", "mal"] {
        let frame = p.query(name, &[]).unwrap();
        let json = Run::within(demo(), ["query", name, "--format", "json"])
            .gives(0)
            .json();
        let rows = json["rows"].as_array().or_else(|| json.as_array()).unwrap();
        assert_eq!(frame.len(), rows.len());
        assert!(!frame.is_empty());
        let names: Vec<_> = frame
            .table()
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        for (ours, theirs) in frame.table().rows.iter().zip(rows) {
            for (name, value) in names.iter().zip(ours) {
                assert!(
                    same(value, &theirs[name]),
                    "{name}: {value:?} and {}",
                    theirs[name]
                );
            }
        }
        assert_eq!(frame.provenance().query, name);
        assert!(frame.provenance().synthetic);
    }
}

fn same(value: &Value, json: &serde_json::Value) -> bool {
    match value {
        Value::Missing => json.is_null(),
        Value::Bool(b) => json.as_bool() == Some(*b),
        Value::Int(n) => json.as_i64() == Some(*n),
        Value::Number(x) => json
            .as_f64()
            .is_some_and(|y| (x - y).abs() <= 1e-12 * x.abs().max(1.0)),
        Value::Text(s) => json.as_str() == Some(s),
        Value::NotApplicable | Value::Hidden => false,
    }
}

#[test]
fn parameters_reach_the_query() {
    let frame = client()
        .query("hogkonsumenter", &[("ar", "2024"), ("kommun", "1780")])
        .unwrap();
    assert_eq!(frame.len(), 3);
    let parameters = &frame.provenance().parameters;
    assert!(
        parameters.contains(&("kommun".into(), "1780".into())),
        "{parameters:?}"
    );
}

#[test]
fn a_named_query_is_published_by_its_rule_and_free_sql_by_none() {
    let p = client();
    let frame = p.query("hogkonsumenter", &[("ar", "2024")]).unwrap();
    let published = frame.publish().unwrap();
    assert_eq!(published.table().rows.len(), 3);
    // The rule judges by the costliest person, and nobody else sees that number.
    assert!(frame.table().position("storsta").is_some());
    assert_eq!(published.table().position("storsta"), None);
    let sql =
        "SELECT kommun, count(*) AS personer FROM befolkning WHERE ar = 2024 AND alder = 90 GROUP BY kommun";
    let free = p.sql(sql).unwrap();
    let error = free.publish().unwrap_err().to_string();
    assert!(error.contains("no disclosure rule"), "{error}");
    let rule = Rule::Secrecy(Secrecy::new("personer", &["kommun"]));
    let published = free.publish_under(&rule).unwrap();
    assert!(published.hidden_rows() > 0);
    let small = free.table().rows.iter().map(|row| row[1].as_f64().unwrap() < 5.0);
    for (small, row) in small.zip(&published.table().rows) {
        assert!(!small || row[1] == Value::Hidden, "{row:?}");
    }
}

#[test]
fn a_chart_is_drawn_from_the_specification_of_a_deck() {
    let p = client();
    let frame = p.query("hogkonsumenter", &[("ar", "2024")]).unwrap();
    let picture = frame
        .chart("kind = \"bar\"\nlabel = \"grupp\"\nvalue = \"andel_kostnad\"")
        .unwrap();
    assert!(picture.svg().starts_with("<svg"));
    assert!(
        picture.description().contains("yntetiska"),
        "{}",
        picture.description()
    );
    let error = frame
        .chart("kind = \"bar\"\nlabel = \"grupp\"\nvalue = \"finns_inte\"")
        .unwrap_err();
    assert!(error.to_string().contains("finns_inte"), "{error}");
    let error = frame.chart("kind = \"cirkel\"").unwrap_err();
    assert!(error.to_string().contains("cirkel"), "{error}");
}

#[test]
fn an_error_is_the_engines_and_the_next_question_is_answered() {
    let p = client();
    for (error, words) in [
        (p.query("hogkonsument", &[]).unwrap_err(), "hogkonsumenter"),
        (p.query("mal", &[("komun", "1780")]).unwrap_err(), "komun"),
        (p.sql("SELECT * FROM befolkningen").unwrap_err(), "befolkning"),
        (p.sql("DROP TABLE befolkning").unwrap_err(), "only queries"),
    ] {
        assert!(error.to_string().contains(words), "{error}");
        assert!(!error.has_ended());
    }
    assert_eq!(p.sql("SELECT 1 AS ett").unwrap().table().rows, [[Value::Int(1)]]);
}

#[test]
fn the_lists_name_every_table_and_query() {
    let p = client();
    let first = |rows: &[Vec<Value>]| -> Vec<String> {
        rows.iter()
            .map(|row| row[0].as_str().unwrap().to_owned())
            .collect()
    };
    let tables = first(&p.tables().unwrap().table().rows);
    assert!(tables.contains(&"person_year".to_owned()), "{tables:?}");
    let queries = first(&p.queries().unwrap().table().rows);
    assert!(queries.contains(&"mal".to_owned()), "{queries:?}");
}

#[test]
fn what_cannot_be_opened_is_an_error_with_the_engines_words() {
    let folder = tempfile::tempdir().unwrap();
    let error = Perspektiv::start_with(binary(), folder.path())
        .unwrap_err()
        .to_string();
    assert!(error.contains("no workspace"), "{error}");
    let error = Perspektiv::start_with(folder.path().join("finns_inte"), demo())
        .unwrap_err()
        .to_string();
    assert!(error.contains("finns_inte"), "{error}");
}

#[cfg(unix)]
#[test]
fn another_program_is_told_from_the_engine() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let script = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Perspektiv::start_with(path, demo()).unwrap_err()
    };
    let error = script("pratsam", "echo Hello, world; cat > /dev/null");
    assert!(
        error.to_string().contains("no message of its protocol"),
        "{error}"
    );
    let error = script("bruten", "echo 'det gick inte' >&2; exit 4");
    assert!(error.has_ended());
    assert!(
        error.to_string().contains("det gick inte") && error.to_string().contains('4'),
        "{error}"
    );
}

#[test]
fn the_engine_ends_with_its_notebook() {
    let mut child = perspektiv(["--workspace"])
        .arg(demo())
        .args(["engine", "--stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn an_unknown_request_is_answered_with_an_error_and_the_engine_goes_on() {
    let mut child = perspektiv(["--workspace"])
        .arg(demo())
        .args(["engine", "--stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = child.stdin.take().unwrap();
    let mut from = child.stdout.take().unwrap();
    let mut reply = || receive::<Reply>(&mut from).unwrap().unwrap();
    assert!(matches!(reply(), Reply::Ready(_)));
    for unknown in [
        serde_json::json!("gissa"),
        serde_json::json!({"sql": {"text": 1}}),
    ] {
        send(&mut to, &unknown, &[]).unwrap();
        let Reply::Failed(failed) = reply() else {
            panic!("{unknown} has no answer");
        };
        assert!(
            failed.message.contains("does not know this request"),
            "{}",
            failed.message
        );
    }
    send(&mut to, &Request::Tables, &[]).unwrap();
    assert!(matches!(reply(), Reply::Answer(_)));
    drop(to);
    std::io::copy(&mut from, &mut std::io::sink()).unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_is_no_request_ends_the_engine_with_an_error() {
    let mut child = perspektiv(["--workspace"])
        .arg(demo())
        .args(["engine", "--stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"SELECT 1;\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("protocol"));
}
