//! Socialstyrelsen: pages, one measure a call, and answers that are less than they say.

use std::collections::BTreeSet;

use perspektiv_apis::Query;

use crate::server::Server;
use crate::{lines, query, records, run, select, settings, texts};

fn deaths(server: &Server, subject: &str) -> Query {
    let mut query = query("socialstyrelsen", &server.url("socialstyrelsen/"));
    query.table = Some(subject.to_owned());
    query.select = vec![
        select("matt", &["1", "2"]),
        select("diagnos", &["2026", "2028"]),
        select("region", &["17", "00"]),
        select("kon", &["1", "2", "3"]),
    ];
    query.years = texts(&["2020-2023"]);
    query
}

fn rows(pages: &[serde_json::Value]) -> Vec<String> {
    pages
        .iter()
        .flat_map(|page| page["data"].as_array().unwrap())
        .map(ToString::to_string)
        .collect()
}

#[test]
fn every_row_of_every_measure_once() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let fetched = run(settings(), &deaths(&server, "dodsorsaker"), folder.path()).unwrap();
    let rows = rows(&lines(&fetched));
    // Two measures, two causes, two regions, three sexes, and 2021 is absent of four years.
    assert_eq!(rows.len(), 2 * 2 * 2 * 3 * 3);
    assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), rows.len());
    let read = records(&fetched, &deaths(&server, "dodsorsaker"));
    assert_eq!(read.len(), rows.len());
    assert_eq!(read.iter().collect::<BTreeSet<_>>().len(), rows.len());
    assert_eq!(fetched.warnings.len(), 1, "{:?}", fetched.warnings);
    assert!(
        fetched.warnings[0].contains("no row with the ar '2021':"),
        "{:?}",
        fetched.warnings
    );
    let asked = server.asked();
    assert!(
        asked
            .iter()
            .all(|asked| !asked.target.contains("matt/1,2") && !asked.target.contains("2026,2028"))
    );
    // Eighteen rows of each, ten a page.
    assert_eq!(asked.len(), 4 * 2);
}

#[test]
fn smaller_questions_give_the_same() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let whole = run(settings(), &deaths(&server, "dodsorsaker"), folder.path()).unwrap();
    let mut query = deaths(&server, "dodsorsaker");
    query.cells = Some(10);
    let parts = run(settings(), &query, folder.path()).unwrap();
    assert!(parts.calls > whole.calls);
    let set = |fetched| rows(&lines(fetched)).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(set(&parts), set(&whole));
}

#[test]
fn patterns_are_looked_up() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let mut query = deaths(&server, "dodsorsaker");
    query.select[2] = select("region", &["*"]);
    let fetched = run(settings(), &query, folder.path()).unwrap();
    assert_eq!(server.asked()[0].path(), "/socialstyrelsen/dodsorsaker/region");
    assert_eq!(rows(&lines(&fetched)).len(), 2 * 2 * 4 * 3 * 3);
}

#[test]
fn silent_truncation_is_heard() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    for (subject, expected) in [
        (
            "kapad",
            "has 9 rows, and a page before the last has 10. Part of the answer is missing",
        ),
        ("fler", "It is the last of 2 pages and names a next one"),
        ("samma", "It is page 1, and page 2 was asked for"),
    ] {
        let error = run(settings(), &deaths(&server, subject), folder.path())
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{subject}: {error}");
    }
    assert!(crate::files(folder.path()).is_empty());
}

#[test]
fn what_did_not_choose_is_no_choice() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let mut query = deaths(&server, "dodsorsaker");
    query.select[1] = select("yttreorsak", &["2026"]);
    let error = run(settings(), &query, folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("do not say which yttreorsak they are of"),
        "{error}"
    );
    query.select.remove(0);
    assert!(
        query
            .check()
            .unwrap_err()
            .to_string()
            .starts_with("`select.matt`: ")
    );
}

#[test]
fn codes_without_rows_are_named() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let mut query = deaths(&server, "dodsorsaker");
    query.years = texts(&["2022"]);
    query.select[2] = select("region", &["17", "99"]);
    let fetched = run(settings(), &query, folder.path()).unwrap();
    assert!(
        fetched.warnings[0].contains("no row with the region '99':"),
        "{:?}",
        fetched.warnings
    );
    query.select[2] = select("region", &["99"]);
    let error = run(settings(), &query, folder.path()).unwrap_err().to_string();
    assert!(error.contains("has no rows for this query"), "{error}");
}
