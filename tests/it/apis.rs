//! Deliveries that are fetched: the program asks an agency that a server on this machine plays.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan as _};
use perspektiv_tests::{Run, files, perspektiv};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::faults::Faults;
use crate::server::{Asked, Reply, Server};

const VISITS: &str = r#"title = "Besök"
[source]
path = "besok.csv"
format = "csv"
[[columns]]
name = "antal"
type = "integer"
"#;

/// Limits that let a test fail soon.
const SETTINGS: &str = "[apis]\nanswer_timeout = 1\nfetch_timeout = 20\nattempts = 2\n";

/// What the agency answers: with a fault, if one is named, and with that value.
#[derive(Clone, Default)]
struct Mood {
    fault: &'static str,
    value: u32,
}

/// A workspace with one dataset from an API and one from a file, and the agency that it asks.
struct Room {
    folder: TempDir,
    server: Server,
    mood: Arc<Mutex<Mood>>,
}

impl Room {
    fn new() -> Self {
        let mood = Arc::new(Mutex::new(Mood::default()));
        let (faults, shared) = (Faults::default(), mood.clone());
        let server = Server::start("127.0.0.1:0", move |asked| {
            let mood = shared.lock().unwrap().clone();
            let mut asked = asked.clone();
            if !mood.fault.is_empty() {
                asked.target = format!("/fault/{}{}", mood.fault, asked.target);
            }
            faults.answer(&asked, &|asked, _| page(asked, mood.value))
        });
        let room = Self {
            folder: tempfile::tempdir().unwrap(),
            server,
            mood,
        };
        let definition = format!(
            r#"title = "Nyckeltal"
[source]
api = "kolada"
url = "{}"
kpi = ["N00945"]
municipality = [1780, 1715]
years = [2024]
calls = 1000
seconds = 1
[freshness]
expected = "31 days"
[[columns]]
name = "enhet"
from = "municipality"
type = "text"
[[columns]]
name = "varde"
from = "value"
type = "integer"
[[checks]]
kind = "unique"
columns = ["enhet"]
"#,
            room.server.url("v3/")
        );
        room.write("pipelines/nyckeltal.toml", &definition);
        room.write("pipelines/besok.toml", VISITS);
        room.write("data/deliveries/besok.csv", "antal\n1\n");
        room.write(".perspektiv.toml", SETTINGS);
        room
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn will(&self, fault: &'static str, value: u32) {
        *self.mood.lock().unwrap() = Mood { fault, value };
    }

    /// Runs the program where the agency may be asked.
    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = perspektiv(["--workspace"]);
        command.arg(self.path()).args(arguments);
        command.env_remove("PERSPEKTIV_OFFLINE").env("NO_PROXY", "*");
        Run::of(&mut command)
    }

    fn calls(&self) -> usize {
        self.server.asked().len()
    }

    /// Each row of the table as text, and how many snapshots there are.
    fn rows(&self) -> (String, u64) {
        let sql = "SELECT enhet, varde FROM nyckeltal ORDER BY enhet";
        let rows = self.run(&["query", "--sql", sql, "--format", "csv"]).gives(0);
        let status = self.run(&["status", "--json"]).gives(0).json();
        (rows.stdout, status["snapshot"].as_u64().unwrap())
    }

    fn status(&self) -> Value {
        let status = self.run(&["status", "--json"]).gives(0).json();
        let all = status["datasets"].as_array().unwrap();
        all.iter()
            .find(|one| one["dataset"] == "nyckeltal")
            .unwrap()
            .clone()
    }

    /// The files in the folder of the dataset.
    fn deliveries(&self) -> usize {
        let folder = self.path().join("data/deliveries/nyckeltal");
        if folder.is_dir() { files(&folder).len() } else { 0 }
    }
}

/// Two pages, of which the first says where the second is by what changes only.
fn page(asked: &Asked, value: u32) -> Reply {
    let (place, next) = match asked.pair("page").as_deref() {
        None => ("1780", json!("?per_page=5000&page=2")),
        Some(_) => ("1715", Value::Null),
    };
    let values = json!([{"gender": "T", "count": 1, "status": "", "value": value, "isdeleted": false}]);
    let entry = json!({"kpi": "N00945", "municipality": place, "period": 2024, "values": values});
    Reply::json(&json!({"values": [entry], "next_url": next}))
}

#[test]
fn two_pages_become_rows_and_the_same_answer_nothing() {
    let room = Room::new();
    room.will("", 7);
    let first = room.run(&["refresh"]).gives(0);
    assert!(
        first.stdout.contains("Asked for nyckeltal: 2 answers, "),
        "{first}"
    );
    assert!(first.stdout.contains(" in nyckeltal/kolada_data_"), "{first}");
    assert_eq!(room.rows(), ("enhet,varde\n1715,7\n1780,7\n".to_owned(), 1));
    let asked = room.server.asked();
    let targets: Vec<_> = asked.iter().map(|asked| asked.target.as_str()).collect();
    let path = "/v3/data/kpi/N00945/municipality/1780,1715/year/2024";
    assert_eq!(
        targets,
        [
            format!("{path}?per_page=5000"),
            format!("{path}?per_page=5000&page=2")
        ]
    );
    let told = room.status();
    assert!(
        told["api"].as_str().unwrap().starts_with("kolada kpi=N00945 "),
        "{told}"
    );
    let asked: Timestamp = told["asked"].as_str().unwrap().parse().unwrap();
    let table = room.run(&["status"]).gives(0).stdout;
    assert!(table.contains("Asked"), "{table}");

    // Today it has been asked: a refresh of everything asks nobody any more.
    let second = room.run(&["refresh"]).gives(0);
    assert!(second.stdout.starts_with("Nothing new"), "{second}");
    assert_eq!(room.calls(), 2);
    // Who names it wants to know.
    let named = room.run(&["refresh", "nyckeltal"]).gives(0);
    assert!(
        named
            .stdout
            .contains("Asked for nyckeltal: 2 answers, the same as last time."),
        "{named}"
    );
    assert_eq!((room.calls(), room.deliveries()), (4, 1));
    assert_eq!(room.rows().1, 1);
    let again: Timestamp = room.status()["asked"].as_str().unwrap().parse().unwrap();
    assert!(again > asked, "{again} after {asked}");
    room.run(&["refresh", "--force"]).gives(0);
    assert_eq!(room.calls(), 6);
}

#[test]
fn another_answer_takes_the_place_of_the_rows_beside_a_file_placed_by_hand() {
    let room = Room::new();
    room.will("", 7);
    let by_hand = r#"{"values":[{"kpi":"N00945","municipality":"1784","period":2024,"values":[{"gender":"T","value":1}]}]}"#;
    room.write("data/deliveries/nyckeltal/sparad.json", by_hand);
    room.run(&["refresh"]).gives(0);
    room.will("", 8);
    room.run(&["refresh", "nyckeltal"]).gives(0);
    let expected = "enhet,varde\n1715,8\n1780,8\n1784,1\n".to_owned();
    assert_eq!(room.rows(), (expected, 2));
    assert_eq!(room.deliveries(), 3, "the answer before stays in the folder");
    let status = room.status();
    assert_eq!(
        [
            &status["deliveries"],
            &status["new"],
            &status["touched"],
            &status["gone"]
        ],
        [2, 0, 0, 0],
        "{status}"
    );
    let check = room.run(&["check"]).gives(0);
    assert!(!check.stderr.contains("belongs to no dataset"), "{check}");
    let calls = room.calls();
    // Another question: until it is asked, the last answer to the other one stands.
    let file = room.path().join("pipelines/nyckeltal.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        text.replace("years = [2024]", "years = [\"2024\", \"2023\"]"),
    )
    .unwrap();
    room.run(&["refresh", "--offline"])
        .gives(0)
        .complains_of(&["Offline: no API was asked (nyckeltal)"]);
    assert_eq!((room.rows().1, room.calls()), (2, calls));
    room.will("", 9);
    room.run(&["refresh"]).gives(0);
    assert_eq!(room.rows().0, "enhet,varde\n1715,9\n1780,9\n1784,1\n");
    // And back: an answer that is older than another one's is the one that counts.
    fs::write(&file, text).unwrap();
    room.will("", 8);
    room.run(&["refresh"]).gives(0);
    assert_eq!(room.rows().0, "enhet,varde\n1715,8\n1780,8\n1784,1\n");
}

#[test]
fn a_server_that_wants_a_pause_gets_it_and_lines_of_json_tell_of_it() {
    let room = Room::new();
    room.will("429-seconds", 7);
    let began = Instant::now();
    let run = room.run(&["--log", "json", "refresh"]).gives(0);
    assert!(began.elapsed() >= Duration::from_secs(1));
    let lines: Vec<Value> = run
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |name: &str| -> Vec<&Value> { lines.iter().filter(|line| line["event"] == name).collect() };
    assert_eq!(of("planned")[0]["calls"], 1);
    assert_eq!(of("answered").len(), 2);
    let waiting = of("waiting");
    assert!(
        !waiting.is_empty() && waiting[0]["seconds"].as_f64().unwrap() >= 1.0,
        "{run}"
    );
    assert!(waiting[0]["why"].as_str().unwrap().contains("429"), "{run}");
    let fetched = of("fetched");
    assert_eq!(
        (
            &fetched[0]["dataset"],
            &fetched[0]["outcome"],
            &fetched[0]["unchanged"]
        ),
        (&json!("nyckeltal"), &json!("answered"), &json!(false))
    );
    assert_eq!(room.rows().0, "enhet,varde\n1715,7\n1780,7\n");
}

#[test]
fn an_answer_that_is_cut_changes_nothing_and_the_others_go_on() {
    let room = Room::new();
    room.will("", 7);
    room.run(&["refresh"]).gives(0);
    let before = room.rows();
    room.will("cut-forever", 8);
    let alone = room.run(&["refresh", "nyckeltal"]).gives(1).complains_of(&[
        "Not fetched: nyckeltal",
        "tried 2 times",
        "What was there stays",
        "--offline",
    ]);
    assert!(alone.stdout.starts_with("Nothing new"), "{alone}");
    assert_eq!(room.rows(), before);
    assert_eq!(room.deliveries(), 1, "no half answer");
    room.write("data/deliveries/besok.csv", "antal\n1\n2\n");
    let both = room.run(&["refresh", "--force", "--json"]).gives(1).json();
    assert_eq!(both["fetches"][0]["outcome"], "failed");
    let sql = "SELECT count(*) AS n FROM besok";
    let visits = room.run(&["query", "--sql", sql, "--format", "csv"]).gives(0);
    assert_eq!(visits.stdout, "n\n2\n");
    assert_eq!(room.rows().0, before.0);
    // What was refused and what was not fetched are both told; the data decide the exit code.
    room.write("data/deliveries/besok.csv", "antal\nx\ny\n");
    room.run(&["refresh", "nyckeltal", "besok"])
        .gives(3)
        .complains_of(&["besok.csv", "nyckeltal: "]);
    assert_eq!(room.rows().0, before.0);
}

#[test]
fn a_server_that_drips_does_not_hold_up_for_long() {
    let room = Room::new();
    room.will("drip", 7);
    let began = Instant::now();
    room.run(&["refresh"])
        .gives(1)
        .complains_of(&["Not fetched: nyckeltal", "It took too long"]);
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    assert_eq!(room.rows().0, "enhet,varde\n", "a table without rows");
}

#[test]
fn nobody_is_asked_offline_in_a_dry_run_or_by_a_check() {
    let room = Room::new();
    room.run(&["check"])
        .gives(0)
        .complains_of(&["its API has not been asked yet: `perspektiv refresh nyckeltal` does it"]);
    let dry = room.run(&["refresh", "--dry-run"]).gives(0);
    assert!(
        dry.stdout.contains(
            "Would ask for nyckeltal: kolada kpi=N00945 municipality=1780,1715 years=2024 at http://"
        ),
        "{dry}"
    );
    let dry = room.run(&["refresh", "--due", "--dry-run"]).gives(0);
    assert!(
        dry.stdout.contains("Skulle hämtas\n  nyckeltal: kolada "),
        "{dry}"
    );
    let offline = "Offline: no API was asked (nyckeltal); what is there is loaded.";
    room.run(&["refresh", "--offline"])
        .gives(0)
        .complains_of(&[offline]);
    // The variable that stands in every other test.
    Run::within(room.path(), ["refresh"])
        .gives(0)
        .complains_of(&[offline]);
    room.write(".perspektiv.toml", "[apis]\noffline = true\n");
    room.run(&["refresh"]).gives(0).complains_of(&[offline]);
    room.write(".perspektiv.toml", "synthetic = true\n");
    let silent = room.run(&["refresh"]).gives(0);
    assert!(!silent.stderr.contains("API"), "{silent}");
    room.run(&["refresh", "nyckeltal"])
        .gives(0)
        .complains_of(&["Offline, as where data are synthetic: no API was asked (nyckeltal)"]);
    room.run(&["refresh", "nyckeltl"])
        .gives(2)
        .complains_of(&["Did you mean 'nyckeltal'?"]);
    assert_eq!((room.calls(), room.deliveries()), (0, 0));
}

#[test]
fn of_what_is_due_only_that_is_asked_and_a_failure_is_in_the_letter() {
    let room = Room::new();
    room.will("", 7);
    let first = room.run(&["refresh", "--due"]).gives(0);
    assert!(
        first
            .stdout
            .contains("nyckeltal (Nyckeltal): 1 leverans, 2 rader"),
        "{first}"
    );
    assert_eq!(room.calls(), 2);
    let later = |days: i64| (Timestamp::now() + (days * 24).hours()).to_string();
    room.run(&["refresh", "--due", "--now", &later(10)]).gives(0);
    assert_eq!(room.calls(), 2, "nothing is due after ten days");
    let same = room.run(&["refresh", "--due", "--now", &later(40)]).gives(0);
    assert!(same.stdout.contains("1 försenad"), "{same}");
    assert_eq!(room.calls(), 4);
    room.will("500-forever", 8);
    let failed = room.run(&["refresh", "--due", "--now", &later(50)]).gives(1);
    assert!(
        failed
            .stdout
            .lines()
            .next()
            .unwrap()
            .contains("1 kunde inte hämtas"),
        "{failed}"
    );
    assert!(
        failed
            .stdout
            .contains("Kunde inte hämtas: det som fanns förut gäller tills vidare\n  nyckeltal (kolada "),
        "{failed}"
    );
    assert_eq!(room.rows(), ("enhet,varde\n1715,7\n1780,7\n".to_owned(), 1));
    room.will("", 8);
    let news = room.run(&["refresh", "--due", "--now", &later(51)]).gives(0);
    assert!(news.stdout.contains("Inläst, ögonblicksbild 2"), "{news}");
    assert_eq!(room.rows().0, "enhet,varde\n1715,8\n1780,8\n");
}

#[test]
fn a_fetch_that_broke_off_goes_on_from_what_it_has_and_old_answers_leave() {
    let room = Room::new();
    room.will("", 7);
    room.run(&["refresh"]).gives(0);
    let answers = room.path().join("data/cache/answers");
    assert_eq!(files(&answers).len(), 2);
    // As if it had broken off before it was done.
    fs::remove_file(room.path().join("data/cache/asked/nyckeltal.json")).unwrap();
    room.run(&["refresh"]).gives(0);
    assert_eq!(room.calls(), 2);
    let old = fs::File::options()
        .append(true)
        .open(&files(&answers)[0])
        .unwrap();
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(31 * 24 * 3600);
    old.set_times(fs::FileTimes::new().set_modified(long_ago))
        .unwrap();
    fs::remove_file(room.path().join("data/cache/asked/nyckeltal.json")).unwrap();
    room.run(&["refresh"]).gives(0);
    assert_eq!(files(&answers).len(), 1);
    room.run(&["refresh", "nyckeltal"]).gives(0);
    assert_eq!((room.calls(), files(&answers).len()), (4, 2));
}
