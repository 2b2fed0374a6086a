//! Each fault ends in data or in an error that says what happened, within its limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use perspektiv_apis::{ApiError, Fetched, Query, Settings};

use crate::server::{Reply, Server, data, faults};
use crate::{files, lines, query, run, select, settings, texts};

/// A query of units, which needs no recorded answers, behind a fault.
fn units(server: &Server, fault: &str) -> Query {
    let mut query = query("kolada", &server.url(&format!("fault/{fault}/kolada/v3/")));
    query.table = Some("oudata".to_owned());
    query.kpi = texts(&["N00001", "N00003"]);
    query.ou = texts(&["V15E01"]);
    query
}

/// What comes of a fault, after how long.
fn outcome(fault: &str, settings: Settings) -> (Result<Fetched, ApiError>, Duration) {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let begun = Instant::now();
    let result = run(settings, &units(&server, fault), folder.path());
    let took = begun.elapsed();
    match &result {
        Ok(fetched) => assert_eq!(lines(fetched).len(), 1, "{fault}"),
        Err(_) => assert!(
            files(folder.path()).is_empty(),
            "{fault} left {:?}",
            files(folder.path())
        ),
    }
    (result, took)
}

#[test]
fn what_passes_ends_in_data() {
    for (fault, least, calls) in [
        ("500-twice", 0, 3),
        ("cut-length", 0, 2),
        ("cut-chunked", 0, 2),
        ("cut-json", 0, 2),
        ("cut-gzip", 0, 2),
        ("chunked", 0, 1),
        ("gzip", 0, 1),
        ("redirect", 0, 2),
        ("429-seconds", 1000, 2),
        ("429-date", 900, 2),
    ] {
        let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
        let begun = Instant::now();
        let fetched = run(settings(), &units(&server, fault), folder.path())
            .unwrap_or_else(|error| panic!("{fault}: {error}"));
        assert_eq!(lines(&fetched).len(), 1, "{fault}");
        assert_eq!(server.asked().len(), calls, "{fault}");
        assert_eq!(fetched.calls, 1, "{fault}: an answer is counted once");
        let took = begun.elapsed();
        assert!(
            took >= Duration::from_millis(least) && took < settings().fetch,
            "{fault}: {took:?}"
        );
    }
}

#[test]
fn what_does_not_pass_ends_in_an_error_that_says_so() {
    for (fault, expected) in [
        (
            "429-forever",
            "with status 429: Later. The next attempt would be in 3600 s.",
        ),
        ("500-forever", "with status 500: Later. (tried 3 times)"),
        ("400", "with status 400: Illegal selection expression."),
        ("404", "with status 404: Not here."),
        (
            "cut-forever",
            "has been cut: It ends before all that it announced. (tried 3 times)",
        ),
        ("empty", "has been cut: It is empty. (tried 3 times)"),
        ("wrong-gzip", "says that it is packed with gzip, and is not"),
        ("unknown-encoding", "packed as 'br', which was not asked for"),
        (
            "wrong-json",
            "It is JSON, but not of the form that this API gives: missing field `values`",
        ),
        ("not-json", "It is not JSON: expected value"),
        ("deep-json", "cannot be used: "),
        ("html", "It is a page for people, not data ('Underhåll pågår')"),
        ("cyclic-pages", "the pages go round in a circle"),
        ("foreign-pages", "Its next page is at another server, example.org"),
        ("wrong-count", "It says that it has 100000 entries and has 2"),
        ("redirect-loop", "sent from one address to another and back"),
        ("not-modified", "with status 304"),
        ("long-header", "headers are too large"),
    ] {
        let (result, took) = outcome(fault, settings());
        let error = result
            .err()
            .unwrap_or_else(|| panic!("{fault} gave data"))
            .to_string();
        assert!(error.contains(expected), "{fault}: {error}");
        assert!(
            error.contains("/kolada/v3/oudata/kpi/N00001,N00003/ou/V15E01"),
            "{fault} does not say what was asked: {error}"
        );
        assert!(!error.contains("19090527"), "{fault}: {error}");
        assert!(took < settings().fetch, "{fault}: {took:?}");
    }
}

#[test]
fn what_never_ends_is_ended() {
    let small = || Settings {
        answer_bytes: 1 << 20,
        calls: 20,
        attempts: 2,
        ..settings()
    };
    for (fault, expected) in [
        ("endless-pages", "More than 20 calls would be needed"),
        ("gigantic", "takes more than 1048576 bytes, which is the limit"),
        ("bomb", "takes more than 1048576 bytes, which is the limit"),
        ("drip", "0.4 s for an answer). (tried 2 times)"),
        ("silent", "0.4 s for an answer). (tried 2 times)"),
    ] {
        let mut limits = small();
        if expected.starts_with("0.4 s") {
            limits.answer = Duration::from_millis(400);
        }
        let (result, took) = outcome(fault, limits);
        let error = result
            .err()
            .unwrap_or_else(|| panic!("{fault} gave data"))
            .to_string();
        assert!(error.contains(expected), "{fault}: {error}");
        assert!(took < settings().fetch, "{fault}: {took:?}");
    }
    // The whole fetch has its limit as well, however many attempts are left.
    for fault in ["drip", "silent", "500-forever"] {
        let hurried = Settings {
            answer: Duration::from_millis(400),
            fetch: Duration::from_secs(1),
            attempts: 1000,
            pause: Duration::from_millis(100),
            longest_pause: Duration::from_millis(300),
            ..small()
        };
        let (result, took) = outcome(fault, hurried);
        let error = result.unwrap_err();
        assert!(matches!(error, ApiError::TimeLimit { .. }), "{fault}: {error}");
        assert!(
            error.to_string().contains("The time limit of 1 s"),
            "{fault}: {error}"
        );
        assert!(took < Duration::from_secs(30), "{fault}: {took:?}");
    }
}

#[test]
fn nobody_there() {
    let folder = tempfile::tempdir().unwrap();
    // A port that was just given back.
    let address = Server::agencies().address();
    let mut nobody = query("kolada", &format!("http://{address}/v3/"));
    nobody.kpi = texts(&["N00001"]);
    nobody.years = texts(&["2020"]);
    let error = run(settings(), &nobody, folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("was not answered: ") && error.contains("tried 3 times"),
        "{error}"
    );
    nobody.url = Some("http://does-not-exist.invalid/".to_owned());
    let error = run(settings(), &nobody, folder.path()).unwrap_err().to_string();
    assert!(error.contains("was not answered: "), "{error}");
}

#[test]
fn a_cube_is_checked_against_what_was_asked() {
    if data::folder().is_none() {
        return;
    }
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    for (api, path, table) in [
        ("pxweb1", "pxweb1/", "BE/TAB6471"),
        ("pxweb2", "pxweb2/", "TAB6471"),
    ] {
        let mut cube = query(api, &server.url(&format!("fault/wrong-dimension/{path}")));
        cube.table = Some(table.to_owned());
        cube.years = texts(&["2026"]);
        cube.select = vec![
            select("Region", &["17"]),
            select("Alder", &["1", "2"]),
            select("Kon", &["1"]),
        ];
        let error = run(settings(), &cube, folder.path()).unwrap_err().to_string();
        assert!(
            error.contains("It says that it has 1 cells and has 8"),
            "{api}: {error}"
        );
    }
}

/// Answers with some bytes changed, taken away or doubled.
#[test]
fn any_bytes_end_in_data_or_in_an_error() {
    let page = r#"{"values":[{"kpi":"N00001","period":2024,"ou":"V15E01","values":[{"gender":"T","value":4.2,
        "status":"","count":1,"isdeleted":false}]}],"count":1,"next_url":"?page=2"}"#;
    let rows = r#"{"data":[{"diagnosId":2026,"regionId":17,"mattId":1,"ar":2022,"varde":"12,3"}],"sida":1,
        "per_sida":1,"sidor":2,"nasta_sida":"?sida=2"}"#;
    let seed = Arc::new(AtomicU64::new(1));
    let counter = seed.clone();
    let server = Server::start("127.0.0.1:0", move |asked| {
        let good = if asked.path().starts_with("/kolada") {
            page
        } else {
            rows
        };
        let mut bytes = good.as_bytes().to_vec();
        let mut state = counter
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as usize % below
        };
        for _ in 0..=random(3) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes[at] = random(256) as u8,
                1 => drop(bytes.splice(at..at, b"99999999999".iter().copied())),
                2 => drop(bytes.drain(at..(at + 1 + random(20)).min(bytes.len()))),
                _ => bytes.truncate(at + 1),
            }
        }
        Reply::text("application/json", bytes)
    });
    let limits = || Settings {
        attempts: 1,
        calls: 5,
        ..settings()
    };
    let mut kolada = query("kolada", &server.url("kolada/v3/"));
    kolada.table = Some("oudata".to_owned());
    kolada.kpi = texts(&["N00001"]);
    kolada.ou = texts(&["V15E01"]);
    let mut deaths = query("socialstyrelsen", &server.url("sdb/"));
    deaths.table = Some("dodsorsaker".to_owned());
    deaths.select = vec![
        select("matt", &["1"]),
        select("diagnos", &["2026"]),
        select("region", &["17"]),
    ];
    let (mut data, mut errors) = (0, 0);
    for _ in 0..200 {
        for query in [&kolada, &deaths] {
            let folder = tempfile::tempdir().unwrap();
            match run(limits(), query, folder.path()) {
                Ok(_) => data += 1,
                Err(error) => {
                    errors += 1;
                    assert!(files(folder.path()).is_empty(), "{error}");
                    assert!(error.to_string().len() < 1000, "{error}");
                }
            }
        }
    }
    assert!(errors > 200, "{errors} errors, {data} data");
}

#[test]
fn every_fault_of_the_server_is_tried_here() {
    let tried = include_str!("faults.rs");
    let elsewhere = ["etag"];
    for (name, _) in faults::NAMES {
        assert!(
            elsewhere.contains(name)
                || tried.contains(&format!("\"{name}\""))
                || tried.contains(&format!("fault/{name}/")),
            "{name}"
        );
    }
}
