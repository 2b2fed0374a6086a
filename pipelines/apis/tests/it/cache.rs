//! Answers that are kept: nothing is asked twice, and offline nobody is asked.

use std::fs;
use std::time::Duration;

use perspektiv_apis::{Query, Settings, fetch_after};

use crate::server::Server;
use crate::{client, files, query, run, settings, texts};

fn units(server: &Server, base: &str) -> Query {
    let mut query = query("kolada", &server.url(base));
    query.table = Some("oudata".to_owned());
    query.kpi = texts(&["N00001"]);
    query.ou = texts(&["V15E01"]);
    query
}

#[test]
fn a_kept_answer_is_taken_while_it_is_young() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let (cache, deliveries) = (folder.path().join("cache"), folder.path().join("deliveries"));
    let with = |max_age| Settings {
        cache: Some(cache.clone()),
        max_age,
        ..settings()
    };
    let query = units(&server, "kolada/v3/");
    let first = run(with(Duration::from_secs(60)), &query, &deliveries).unwrap();
    assert_eq!((first.calls, first.kept, first.unchanged), (1, 0, false));
    let second = run(with(Duration::from_secs(60)), &query, &deliveries).unwrap();
    assert_eq!((second.calls, second.kept, second.unchanged), (0, 1, true));
    assert_eq!(
        (&second.path, &second.blake3, second.bytes),
        (&first.path, &first.blake3, first.bytes)
    );
    let third = run(with(Duration::ZERO), &query, &deliveries).unwrap();
    assert_eq!((third.calls, third.kept, third.unchanged), (1, 0, true));
    assert_eq!(files(&deliveries).len(), 1);
    // What was damaged is asked for again.
    let kept = cache.join(&files(&cache)[0]);
    let text = fs::read_to_string(&kept).unwrap().replace("4.2", "9.9");
    fs::write(&kept, text).unwrap();
    let fourth = run(with(Duration::from_secs(60)), &query, &deliveries).unwrap();
    assert_eq!((fourth.calls, fourth.unchanged), (1, true));
}

#[test]
fn what_was_kept_by_a_fetch_that_broke_off_is_taken_and_what_an_ended_one_kept_is_asked_for_again() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let settings = || Settings {
        cache: Some(folder.path().join("cache")),
        max_age: Duration::from_secs(60),
        ..settings()
    };
    let query = units(&server, "kolada/v3/");
    let deliveries = folder.path().join("deliveries");
    let before = jiff::Timestamp::now() - Duration::from_secs(2);
    run(settings(), &query, &deliveries).unwrap();
    let after = |moment| {
        fetch_after(
            &client(settings()),
            &query,
            &deliveries,
            Some(moment),
            &mut |_| {},
        )
    };
    let taken = after(before).unwrap();
    assert_eq!((taken.calls, taken.kept, taken.unchanged), (0, 1, true));
    let again = after(jiff::Timestamp::now()).unwrap();
    assert_eq!((again.calls, again.kept, again.unchanged), (1, 0, true));
}

#[test]
fn old_answers_leave() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let cache = folder.path().join("cache");
    let client = client(Settings {
        cache: Some(cache.clone()),
        ..settings()
    });
    let query = units(&server, "kolada/v3/");
    fetch_after(
        &client,
        &query,
        &folder.path().join("deliveries"),
        None,
        &mut |_| {},
    )
    .unwrap();
    client.forget(Duration::from_secs(60));
    assert_eq!(files(&cache).len(), 1);
    client.forget(Duration::ZERO);
    assert!(files(&cache).is_empty());
}

#[test]
fn a_marked_answer_is_asked_about() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let folder_of = |name: &str| folder.path().join(name);
    let settings = || Settings {
        cache: Some(folder_of("cache")),
        ..settings()
    };
    let query = units(&server, "fault/etag/kolada/v3/");
    run(settings(), &query, &folder_of("a")).unwrap();
    let again = run(settings(), &query, &folder_of("b")).unwrap();
    assert_eq!((again.calls, again.kept), (0, 1));
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert!(
        !asked[0].headers.contains_key("if-none-match") && asked[1].headers.contains_key("if-none-match")
    );
    let hash = |folder: &str| {
        let name = files(&folder_of(folder)).remove(0);
        name.rsplit('_').next().unwrap().to_owned()
    };
    assert_eq!(hash("a"), hash("b"));
}

#[test]
fn offline_only_what_is_kept() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let online = Settings {
        cache: Some(folder.path().join("cache")),
        max_age: Duration::ZERO,
        ..settings()
    };
    let offline = Settings {
        offline: true,
        ..online.clone()
    };
    let mut query = units(&server, "kolada/v3/");
    run(online, &query, &folder.path().join("a")).unwrap();
    let kept = run(offline.clone(), &query, &folder.path().join("b")).unwrap();
    assert_eq!((kept.calls, kept.kept), (0, 1));
    query.kpi = texts(&["N00003"]);
    let error = run(offline, &query, &folder.path().join("c"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("No answer is stored for GET http://") && error.contains("/oudata/kpi/N00003/"),
        "{error}"
    );
    assert_eq!(server.asked().len(), 1);
    assert!(files(&folder.path().join("c")).is_empty());
}

#[test]
fn what_cannot_be_used_is_not_kept() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let cache = folder.path().join("cache");
    for fault in ["html", "wrong-json", "cut-forever", "500-forever"] {
        let settings = Settings {
            cache: Some(cache.clone()),
            ..settings()
        };
        run(
            settings,
            &units(&server, &format!("fault/{fault}/kolada/v3/")),
            folder.path(),
        )
        .unwrap_err();
        assert!(files(&cache).is_empty(), "{fault}");
    }
}
