//! Kolada: parts, pages, groups, patterns, and what it does not have.

use std::collections::{BTreeMap, BTreeSet};

use crate::server::{Server, data};
use crate::{lines, query, records, run, settings, texts};

fn real_values() -> BTreeMap<(String, String, String), f64> {
    let mut values = BTreeMap::new();
    for file in ["grp_data", "kld_data", "n00945"] {
        for row in data::records(&format!("kolada/kolada_values_rKolada_{file}.csv")) {
            let key = (
                row["kpi"].clone(),
                row["municipality_id"].clone(),
                row["year"].clone(),
            );
            values.entry(key).or_insert_with(|| row["value"].parse().unwrap());
        }
    }
    values
}

#[test]
fn every_value_comes_once_from_all_parts_and_pages() {
    if data::folder().is_none() {
        return;
    }
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let expected = real_values();
    let mut query = query("kolada", &server.url("kolada/v3/"));
    query.kpi = texts(&["N03702", "N00945"]);
    query.municipality = texts(&["*"]);
    query.years = texts(&["1990-"]);
    let fetched = run(settings_of_many(), &query, folder.path()).unwrap();
    let found: BTreeMap<_, _> = records(&fetched, &query)
        .into_iter()
        .map(|record| {
            let [kpi, municipality, _, period, _, _, _, value] = record.try_into().unwrap();
            ((kpi, municipality, period), value.parse::<f64>().unwrap())
        })
        .collect();
    let wanted: BTreeMap<_, _> = expected
        .into_iter()
        .filter(|((kpi, ..), _)| ["N03702", "N00945"].contains(&kpi.as_str()))
        .collect();
    assert!(wanted.len() > 100, "{}", wanted.len());
    assert_eq!(found, wanted);
    let asked = server.asked();
    for target in asked.iter().map(|asked| &asked.target) {
        assert!(
            target.split(['/', '?']).all(|part| part.split(',').count() <= 25),
            "{target}"
        );
    }
    // 312 places by 25, 37 years by 25, one part of indicators, and the list of places.
    let firsts = asked
        .iter()
        .filter(|asked| !asked.target.contains("page="))
        .count();
    assert!(firsts == 0, "every question names its size of page");
    let parts: std::collections::BTreeSet<_> = asked.iter().map(|asked| asked.path().to_owned()).collect();
    assert_eq!(parts.len(), 13 * 2 + 1);
    assert_eq!(fetched.calls, asked.len());
}

fn settings_of_many() -> perspektiv_apis::Settings {
    perspektiv_apis::Settings {
        calls: 2000,
        ..settings()
    }
}

#[test]
fn ids_that_do_not_exist_are_named() {
    if data::folder().is_none() {
        return;
    }
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let mut query = query("kolada", &server.url("kolada/v3/"));
    query.kpi = texts(&["N00945", "N99999"]);
    query.municipality = texts(&["0180", "9999"]);
    let fetched = run(settings(), &query, folder.path()).unwrap();
    assert_eq!(fetched.warnings.len(), 2, "{:?}", fetched.warnings);
    assert!(
        fetched.warnings[0].contains("indicators 'N99999':"),
        "{:?}",
        fetched.warnings
    );
    assert!(
        fetched.warnings[1].contains("municipalities '9999':"),
        "{:?}",
        fetched.warnings
    );
    query.kpi = texts(&["N99999"]);
    let error = run(settings(), &query, folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("Kolada has nothing for this query of data"),
        "{error}"
    );
    assert_eq!(
        crate::files(folder.path()).len(),
        1,
        "the delivery from before, and nothing else"
    );
}

/// The places that have values, sorted.
fn places_of(fetched: &perspektiv_apis::Fetched, query: &perspektiv_apis::Query) -> Vec<String> {
    let records = records(fetched, query).into_iter();
    let places: BTreeSet<String> = records.map(|record| record[1].clone()).collect();
    places.into_iter().collect()
}

#[test]
fn a_group_stands_for_itself_and_its_members() {
    if data::folder().is_none() {
        return;
    }
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let mut query = query("kolada", &server.url("kolada/v3/"));
    query.kpi = texts(&["N03702"]);
    query.group = texts(&["G176199"]);
    query.years = texts(&["2012"]);
    let fetched = run(settings(), &query, folder.path()).unwrap();
    let places = places_of(&fetched, &query);
    assert_eq!(
        places,
        ["0319", "0562", "G176199"],
        "members, and the group's own mean"
    );

    // By title, whatever number it has this year; what is said twice is asked once.
    query.group = texts(&["Liknande kommuner socioekonomi, Arboga, *", "G176199"]);
    let fetched = run(settings(), &query, folder.path()).unwrap();
    assert_eq!(places_of(&fetched, &query), ["0319", "0562", "G176199"]);
    query.group = texts(&["Liknande kommuner *, Arboga, *"]);
    let fetched = run(settings(), &query, folder.path()).unwrap();
    assert_eq!(
        places_of(&fetched, &query),
        ["0319", "0562", "G176199", "G176200"],
        "of each kind the newest"
    );
    query.group = texts(&["Storstäder", "Liknande kommuner kultur, Arboga, *"]);
    let fetched = run(settings(), &query, folder.path()).unwrap();
    assert_eq!(places_of(&fetched, &query), ["0180", "G35895"]);
    assert!(
        fetched.warnings[0].contains("no group with the title 'Liknande kommuner kultur, Arboga, *'"),
        "{:?}",
        fetched.warnings
    );
    query.group = texts(&["G1"]);
    let error = run(settings(), &query, folder.path()).unwrap_err().to_string();
    assert!(error.contains("no group 'G1'"), "{error}");
}

#[test]
fn groups_come_behind_the_list_of_municipalities() {
    if data::folder().is_none() {
        return;
    }
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let mut query = query("kolada", &server.url("kolada/v3/"));
    query.table = Some("municipality".to_owned());
    query.group = texts(&["Liknande kommuner socioekonomi, Arboga, *"]);
    let fetched = run(settings(), &query, folder.path()).unwrap();
    let records = records(&fetched, &query);
    assert_eq!(records.len(), 313);
    let last = records.last().unwrap();
    assert_eq!(
        last[..],
        ["G176199", "Liknande kommuner socioekonomi, Arboga, 2024", "G"]
    );
}

#[test]
fn lists_of_kolada_itself() {
    if data::folder().is_none() {
        return;
    }
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let mut query = query("kolada", &server.url("kolada/v3/"));
    for (table, entries) in [
        ("kpi", 6099),
        ("municipality", 312),
        ("municipality_groups", 4),
        ("ou", 1),
    ] {
        query.table = Some(table.to_owned());
        let fetched = run(settings(), &query, folder.path()).unwrap();
        let pages = lines(&fetched);
        let all: usize = pages
            .iter()
            .map(|page| page["values"].as_array().unwrap().len())
            .sum();
        assert_eq!(all, entries, "{table}");
        assert!(
            fetched
                .path
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(&format!("kolada_{table}_").replace("_groups", "-groups")),
            "{:?}",
            fetched.path
        );
    }
    query.table = Some("kpi".to_owned());
    query.kpi = texts(&["N00945", "N03702"]);
    let fetched = run(settings(), &query, folder.path()).unwrap();
    assert_eq!(lines(&fetched)[0]["values"].as_array().unwrap().len(), 2);
}

#[test]
fn units_and_what_has_been_withdrawn() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let mut query = query("kolada", &server.url("kolada/v3/"));
    query.table = Some("oudata".to_owned());
    query.kpi = texts(&["N00001", "N00002"]);
    query.ou = texts(&["V15E01"]);
    let fetched = run(settings(), &query, folder.path()).unwrap();
    assert_eq!(records(&fetched, &query).len(), 1);
    assert!(
        fetched.warnings[0].contains("indicators 'N00002':"),
        "withdrawn: {:?}",
        fetched.warnings
    );
}

#[test]
fn a_definition_that_cannot_be_asked_is_refused_before_anybody_is_asked() {
    let server = Server::agencies();
    let query = query("kolada", &server.url("kolada/v3/"));
    let with = |change: &dyn Fn(&mut perspektiv_apis::Query)| {
        let mut query = query.clone();
        change(&mut query);
        query.check().unwrap_err().to_string()
    };
    assert!(with(&|_| ()).starts_with("`kpi`: Name indicators"));
    assert!(with(&|query| query.kpi = texts(&["N1"])).starts_with("`years`: "));
    assert!(with(&|query| query.kpi = texts(&["../N1"])).contains("'../N1' is no id"));
    assert!(with(&|query| query.kpi = texts(&["N1,N2"])).contains("one id a text"));
    assert!(with(&|query| query.group = texts(&["G1,G2"])).contains("'G1,G2' is no group"));
    assert!(with(&|query| query.group = texts(&[" "])).starts_with("`group`: "));
    assert!(with(&|query| query.table = Some("dat".into())).contains("no 'dat'"));
    assert!(with(&|query| query.select = vec![crate::select("a", &["b"])]).starts_with("`select`: "));
    assert!(with(&|query| query.years = texts(&["2020-2010"])).contains("'2020-2010' is no year"));
    assert!(with(&|query| query.url = Some("https://me:pw@x.se".into())).contains("user name or password"));
    assert!(with(&|query| query.url = Some("file:///etc".into())).contains("https://"));
    assert!(server.asked().is_empty());
}
