//! PxWeb: what is chosen, parts below the limit, and refusals that say what to do.

use std::collections::BTreeMap;
use std::fs;

use perspektiv_apis::{Query, Selection};
use serde_json::Value;

use crate::server::{Reply, Server, data};
use crate::{lines, query, records, run, select, settings, texts};

/// The selection of the recorded answer.
fn recorded(api: &str, server: &Server) -> (Query, Vec<String>) {
    let recorded = data::json("jsonstat/jsonstat2_scb_v2_TAB6471_data.json");
    let codes = |id: &str| -> Vec<String> {
        let index = recorded["dimension"][id]["category"]["index"]
            .as_object()
            .unwrap();
        index.keys().cloned().collect()
    };
    let (url, table) = if api == "pxweb1" {
        ("pxweb1/", "BE/TAB6471")
    } else {
        ("pxweb2/", "TAB6471")
    };
    let mut query = query(api, &server.url(url));
    query.table = Some(table.to_owned());
    for id in ["Region", "Alder", "Kon", "Tid"] {
        query.select.push(Selection {
            variable: id.to_owned(),
            values: codes(id),
            ..Selection::default()
        });
    }
    let values = recorded["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect();
    (query, values)
}

fn rows(records: Vec<Vec<String>>) -> BTreeMap<Vec<String>, String> {
    records
        .into_iter()
        .map(|record| {
            let codes = [0, 2, 4, 6, 8].map(|at| record[at].clone()).to_vec();
            (codes, record[10].clone())
        })
        .collect()
}

/// The recorded answer as its own format reads it.
fn expected() -> BTreeMap<Vec<String>, String> {
    let path = data::folder()
        .unwrap()
        .join("jsonstat/jsonstat2_scb_v2_TAB6471_data.json");
    let mut reader = perspektiv_formats::by_name("json-stat")
        .unwrap()
        .open(&path, &Default::default())
        .unwrap();
    let mut records = Vec::new();
    while let Some(record) = reader.next().unwrap() {
        records.push(
            (0..record.len())
                .map(|at| String::from_utf8(record.field(at).to_vec()).unwrap())
                .collect(),
        );
    }
    rows(records)
}

#[test]
fn the_recorded_table_comes_whole_in_as_many_parts_as_are_allowed() {
    if data::folder().is_none() {
        return;
    }
    let server = Server::agencies();
    for (api, cells, parts) in [
        ("pxweb2", None, 1),
        ("pxweb2", Some(500), 7),
        ("pxweb1", Some(1000), 3),
        ("pxweb1", Some(7), 462),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (mut query, values) = recorded(api, &server);
        query.cells = cells;
        let fetched = run(
            perspektiv_apis::Settings {
                calls: 1000,
                ..settings()
            },
            &query,
            folder.path(),
        )
        .unwrap();
        assert_eq!(values.len(), 2772);
        assert_eq!(lines(&fetched).len(), parts, "{api} by {cells:?}");
        assert_eq!(rows(records(&fetched, &query)), expected(), "{api} by {cells:?}");
        assert!(fetched.warnings.is_empty());
    }
}

#[test]
fn patterns_years_names_and_totals() {
    if data::folder().is_none() {
        return;
    }
    let server = Server::agencies();
    for (api, url, table) in [
        ("pxweb1", "pxweb1/", "BE/TAB6471"),
        ("pxweb2", "pxweb2/", "/TAB6471"),
        ("pxweb2", "pxweb2/", "TAB6471"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut query = query(api, &server.url(url));
        query.table = Some(table.to_owned());
        query.years = texts(&["2026-"]);
        // By name, without the sex, which is then a total, and the only measure by itself.
        query.select = vec![select("region", &["178?"]), select("Alder", &["TOP(2)"])];
        let fetched = match run(settings(), &query, folder.path()) {
            Err(error) if table.starts_with('/') => {
                assert!(error.to_string().contains("by its id"), "{error}");
                continue;
            }
            fetched => fetched.unwrap(),
        };
        let document = &lines(&fetched)[0];
        assert_eq!(
            document["id"],
            serde_json::json!(["Region", "Alder", "ContentsCode", "Tid"]),
            "{api}"
        );
        assert_eq!(document["size"], serde_json::json!([6, 2, 1, 4]), "{api}");
    }
}

#[test]
fn a_long_question_goes_as_post_and_a_short_one_as_get() {
    if data::folder().is_none() {
        return;
    }
    let server = Server::agencies();
    let mut query = query("pxweb2", &server.url("pxweb2/"));
    query.table = Some("TAB6471".to_owned());
    query.years = texts(&["2025"]);
    for (regions, method) in [("17*", "GET"), ("*", "POST")] {
        let folder = tempfile::tempdir().unwrap();
        query.select = vec![select("Region", &[regions]), select("Alder", &["TotSA"])];
        run(settings(), &query, folder.path()).unwrap();
        assert_eq!(server.asked().last().unwrap().method, method);
    }
}

#[test]
fn codelists() {
    if data::folder().is_none() {
        return;
    }
    let server = Server::agencies();
    let folder = tempfile::tempdir().unwrap();
    let age = |list: &str, values: &[&str], aggregated| Selection {
        codelist: Some(list.to_owned()),
        aggregated,
        ..select("Alder", values)
    };
    let mut query = query("pxweb2", &server.url("pxweb2/"));
    query.table = Some("TAB6471".to_owned());
    query.years = texts(&["2026"]);
    query.select = vec![select("Region", &["17"]), age("agg_tio", &["*"], Some(true))];
    let fetched = run(settings(), &query, folder.path()).unwrap();
    assert_eq!(lines(&fetched)[0]["size"], serde_json::json!([1, 2, 1, 4]));
    let asked = server.asked().pop().unwrap();
    assert_eq!(asked.pair("codelist[Alder]").as_deref(), Some("agg_tio"));
    assert_eq!(asked.pair("outputValues[Alder]").as_deref(), Some("aggregated"));
    // Parts of groups count for the limit: of the young there are three, so two groups and four months may
    // be 24 cells.
    query.select[1] = age("agg_tio", &["ung", "gammal"], Some(false));
    query.cells = Some(12);
    let fetched = run(settings(), &query, folder.path()).unwrap();
    assert_eq!(lines(&fetched).len(), 2);
    let asked = server.asked().pop().unwrap();
    assert_eq!(asked.pair("outputValues[Alder]").as_deref(), Some("single"));
    assert_eq!(asked.pair("valueCodes[Tid]").as_deref(), Some("2026M03,2026M04"));

    let mut query = crate::query("pxweb1", &server.url("pxweb1/"));
    query.table = Some("BE/TAB6471".to_owned());
    query.years = texts(&["2026"]);
    query.select = vec![
        select("Region", &["17"]),
        age("agg:Ålder10år", &["-4", "5-14"], None),
    ];
    let fetched = run(settings(), &query, folder.path()).unwrap();
    assert_eq!(lines(&fetched)[0]["size"], serde_json::json!([1, 2, 1, 4]));
    assert!(
        server
            .asked()
            .pop()
            .unwrap()
            .body
            .contains(r#""filter":"agg:Ålder10år""#)
    );
    query.select[1] = age("agg:Ålder10år", &["*"], None);
    assert!(query.check().unwrap_err().to_string().contains("one by one"));
    query.select[1] = age("Ålder10år", &["1"], None);
    assert!(
        query
            .check()
            .unwrap_err()
            .to_string()
            .contains("vs: (values) or agg:")
    );
}

#[test]
fn px_is_one_answer_and_kept_as_it_is() {
    if data::folder().is_none() {
        return;
    }
    let server = Server::agencies();
    for api in ["pxweb1", "pxweb2"] {
        let folder = tempfile::tempdir().unwrap();
        let (mut query, _) = recorded(api, &server);
        query.answer = Some("px".to_owned());
        query.cells = Some(10_000);
        if api == "pxweb1" {
            query.select[0] = select("Region", &["17"]);
        }
        let fetched = run(settings(), &query, folder.path()).unwrap();
        assert_eq!(fs::read(&fetched.path).unwrap(), data::read("px/px_TAB2936.px"));
        assert_eq!(fetched.path.extension().unwrap(), "px");
        query.cells = Some(50);
        let error = run(settings(), &query, folder.path()).unwrap_err().to_string();
        assert!(error.contains("a PX file holds one"), "{error}");
    }
}

#[test]
fn refusals_say_what_to_do() {
    if data::folder().is_none() {
        return;
    }
    let server = Server::agencies();
    let folder = tempfile::tempdir().unwrap();
    let error = |change: &dyn Fn(&mut Query), api: &str| {
        let (mut query, _) = recorded(api, &server);
        change(&mut query);
        run(settings(), &query, folder.path()).unwrap_err().to_string()
    };
    let text = error(&|query| query.table = Some("TAB1".into()), "pxweb2");
    assert!(
        text.contains("status 404: Non-existent table. Check `table`"),
        "{text}"
    );
    let text = error(&|query| query.table = Some("BE/TAB1".into()), "pxweb1");
    assert!(text.contains("status 404. Check `table`"), "{text}");
    let text = error(&|query| query.cells = Some(100_000), "pxweb1");
    assert!(
        text.contains("status 403") && text.contains("lower `cells`"),
        "{text}"
    );
    let text = error(
        &|query| {
            query.cells = Some(10_000_000);
            query.select.iter_mut().for_each(|one| one.values = texts(&["*"]));
        },
        "pxweb2",
    );
    assert!(text.contains("Too many cells selected. Lower `cells`"), "{text}");
    let text = error(&|query| query.select[0].values = texts(&["1799"]), "pxweb2");
    assert!(
        text.contains("`select.Region`: The variable has no value '1799'"),
        "{text}"
    );
    let text = error(&|query| query.select[0].variable = "Regoin".into(), "pxweb2");
    assert!(text.contains("Did you mean 'Region'?"), "{text}");
    let text = error(&|query| drop(query.select.remove(1)), "pxweb1");
    assert!(text.contains("wants a choice of its variable Alder"), "{text}");
    let text = error(&|query| query.select.push(select("kön", &["1"])), "pxweb1");
    assert!(text.contains("stands there twice"), "{text}");
    let text = error(&|query| query.years = texts(&["2025"]), "pxweb1");
    assert!(text.contains("one of the two"), "{text}");
    assert!(crate::files(folder.path()).is_empty());
}

#[test]
fn too_many_parts_are_refused_before_they_are_made() {
    if data::folder().is_none() {
        return;
    }
    let server = Server::agencies();
    let folder = tempfile::tempdir().unwrap();
    for api in ["pxweb1", "pxweb2"] {
        let (mut query, _) = recorded(api, &server);
        query.cells = Some(1);
        query.select.iter_mut().for_each(|one| one.values = texts(&["*"]));
        let error = run(settings(), &query, folder.path()).unwrap_err().to_string();
        assert!(
            error.contains("More than 100 calls would be needed: 20067"),
            "{error}"
        );
    }
}

#[test]
fn a_server_may_say_any_limit() {
    let server = Server::start("127.0.0.1:0", |_| {
        let limits = r#"{"maxDataCells":0,"maxCallsPerTimeWindow":1,"timeWindow":18446744073709551615}"#;
        Reply::text("application/json", limits)
    });
    let folder = tempfile::tempdir().unwrap();
    let mut query = query("pxweb2", &server.url(""));
    query.rate = None;
    query.table = Some("TAB1".to_owned());
    let error = run(settings(), &query, folder.path()).unwrap_err().to_string();
    assert!(error.contains("which its server allows in 86400 s"), "{error}");
}
