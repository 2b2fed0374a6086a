//! Refreshes by the calendar, through the real lake.

use jiff::{Timestamp, ToSpan as _};

use super::*;
use crate::{DueOptions, DueReport, day_in_sweden, refresh_due, status_at};

const VISITS: &str = r#"title = "Besök"
[source]
path = "besok.csv"
format = "csv"
[freshness]
expected = "31 days"
[[columns]]
name = "enhet"
type = "text"
[[columns]]
name = "antal"
type = "integer"
required = true
"#;

fn room() -> Room {
    let room = Room {
        folder: tempfile::tempdir().unwrap(),
    };
    room.write("pipelines/besok.toml", VISITS);
    room.write(
        "pipelines/priser.toml",
        &VISITS.replace("besok", "priser").replace("31 days", "1 year"),
    );
    room.write("data/deliveries/besok.csv", "enhet,antal\nSol,1\n");
    room.write("data/deliveries/priser.csv", "enhet,antal\nSol,2\n");
    room
}

fn run(room: &Room, days: i64) -> DueReport {
    let now = Timestamp::now() + (24 * days).hours();
    refresh_due(&room.workspace(), &DueOptions::default(), now, &Silent).unwrap()
}

#[test]
fn what_is_new_is_loaded_and_what_is_late_is_told_once_a_week() {
    let room = room();
    let first = run(&room, 0);
    assert_eq!(first.due, ["besok", "priser"]);
    assert_eq!(first.refresh.as_ref().unwrap().snapshot, Some(1));
    assert!(first.is_news());
    assert!(first.to_string().contains("2 datamängder inlästa\n"), "{first}");
    let calm = run(&room, 30);
    assert!(calm.due.is_empty() && calm.refresh.is_none() && !calm.is_news());
    let due = run(&room, 31);
    assert_eq!(due.due, ["besok"]);
    assert!(!due.is_news(), "{due}");
    // Nobody looked for three weeks.
    let late = run(&room, 52);
    assert_eq!(late.reminders, ["besok"]);
    assert!(late.to_string().contains("för 21 dagar sedan"), "{late}");
    assert!(!run(&room, 52).is_news());
    assert!(run(&room, 60).is_news());
    assert_eq!(room.lake().latest().unwrap().unwrap().number, 1);
    // An early delivery does not wait for its day.
    room.write("data/deliveries/priser.csv", "enhet,antal\nSol,2\nMåne,3\n");
    let early = run(&room, 61);
    assert_eq!(early.due, ["besok", "priser"]);
    assert_eq!(room.lake().latest().unwrap().unwrap().number, 2);
}

#[test]
fn one_refused_delivery_does_not_keep_the_others_out() {
    let room = room();
    room.write("data/deliveries/besok.csv", "enhet,antal\nSol,ett\n");
    let report = run(&room, 0);
    assert_eq!(report.refused.len(), 1);
    assert_eq!(report.refused[0].dataset, "besok");
    assert!(
        report.refused[0].message.contains("rows were rejected"),
        "{report}"
    );
    assert!(
        report.to_string().contains("1 datamängd inläst, 1 avvisad"),
        "{report}"
    );
    assert_eq!(room.count("SELECT count(*) FROM priser"), 1);
    let again = run(&room, 1);
    assert!(again.is_news() && again.refresh.is_none());
    room.write("data/deliveries/besok.csv", "enhet,antal\nSol,1\n");
    assert!(run(&room, 1).refused.is_empty());
    assert_eq!(room.count("SELECT count(*) FROM besok"), 1);
}

#[test]
fn a_table_that_is_refused_keeps_out_only_what_it_is_made_of() {
    let room = room();
    room.write(
        "pipelines/summa.toml",
        "title = \"Summa\"\n[derive]\nfrom = [\"besok\"]\nsql = \"SELECT sum(antal) AS antal FROM besok\"\n\
         [[checks]]\nkind = \"sql\"\nname = \"too much\"\nmessage = \"Ask.\"\nsql = \"SELECT * FROM summa WHERE antal > 5\"\n",
    );
    run(&room, 0);
    room.write("data/deliveries/besok.csv", "enhet,antal\nSol,9\n");
    room.write("data/deliveries/priser.csv", "enhet,antal\nSol,2\nMåne,3\n");
    let report = run(&room, 1);
    assert_eq!(report.refused[0].dataset, "summa", "{report}");
    assert_eq!(room.count("SELECT count(*) FROM priser"), 2);
    assert_eq!(room.count("SELECT CAST(antal AS BIGINT) FROM besok"), 1);
    assert_eq!(room.count("SELECT antal FROM summa"), 1);
}

#[test]
fn a_dry_run_publishes_nothing_and_still_tells() {
    let room = room();
    let options = DueOptions {
        dry_run: true,
        ..DueOptions::default()
    };
    let report = refresh_due(&room.workspace(), &options, Timestamp::now(), &Silent).unwrap();
    assert!(report.to_string().contains("Skulle läsas in"), "{report}");
    assert!(room.lake().latest().unwrap().is_none());
    let unknown = DueOptions {
        datasets: vec!["besk".to_owned()],
        ..DueOptions::default()
    };
    let error = refresh_due(&room.workspace(), &unknown, Timestamp::now(), &Silent).unwrap_err();
    assert!(error.to_string().contains("Did you mean 'besok'?"), "{error}");
}

#[test]
fn the_status_tells_age_and_what_comes_next() {
    let room = room();
    room.write(
        ".perspektiv.toml",
        "[[arshjul]]\nfrom = \"01-01\"\nstep = \"Nyår\"\n",
    );
    run(&room, 0);
    let now = Timestamp::now() + (24 * 40).hours();
    let status = status_at(&room.workspace(), Verify::Changed, now).unwrap();
    let outlook = &status[0].outlook;
    let days = (day_in_sweden(now) - outlook.last.unwrap()).get_days();
    assert_eq!(
        (outlook.age_days, outlook.overdue_days),
        (Some(days), Some(days - 31))
    );
    let needed = outlook.needed.as_ref().unwrap();
    assert_eq!(
        (needed.step.as_str(), needed.day.month(), needed.day.day()),
        ("Nyår", 1, 1)
    );
    let json = serde_json::to_value(&status[0]).unwrap();
    assert_eq!(json["needed"]["step"], "Nyår");
}

#[cfg(target_os = "linux")]
#[test]
fn a_delivery_that_cannot_be_read_keeps_out_only_its_dataset() {
    use std::os::unix::fs::symlink;
    let room = room();
    let file = room.path("data/deliveries/besok.csv");
    fs::remove_file(&file).unwrap();
    // A file that can be opened, and whose first byte cannot be read.
    symlink("/proc/self/mem", &file).unwrap();
    let report = run(&room, 0);
    assert_eq!(report.refused.len(), 1, "{report}");
    assert_eq!(report.refused[0].dataset, "besok");
    assert!(report.refused[0].message.contains("cannot be read"), "{report}");
    assert_eq!(room.count("SELECT count(*) FROM priser"), 1);
    fs::remove_file(&file).unwrap();
    symlink("/nowhere/besok.csv", &file).unwrap();
    let report = run(&room, 0);
    assert!(report.to_string().contains("leads nowhere"), "{report}");
}

#[test]
fn a_definition_that_is_wrong_keeps_back_only_what_needs_it() {
    let room = room();
    room.write(
        "pipelines/summa.toml",
        "title = \"Summa\"\n[derive]\nsql = \"SELECT sum(antal) AS antal FROM priser\"\nfrom = [\"priser\"]\n",
    );
    run(&room, 0);
    room.write("pipelines/priser.toml", &VISITS.replace("title", "tittel"));
    room.write("data/deliveries/besok.csv", "enhet,antal\nSol,1\nMåne,5\n");
    let report = run(&room, 0);
    assert!(report.is_news());
    assert_eq!(report.left_out, ["priser", "summa"]);
    assert!(
        report.definition_errors[0].contains("priser.toml:1:1"),
        "{report}"
    );
    assert_eq!(report.refresh.as_ref().unwrap().snapshot, Some(2));
    assert_eq!(room.count("SELECT count(*) FROM besok"), 2);
    // Not obsolete: nobody knows what it would be.
    assert_eq!(room.count("SELECT count(*) FROM priser"), 1);
    assert_eq!(room.count("SELECT antal FROM summa"), 2);
    let letter = report.to_string();
    assert!(
        letter.contains("Fel i definitionerna: priser, summa är som förut"),
        "{letter}"
    );
    assert!(matches!(room.refresh(), Err(PipelineError::Definitions(_))));
    let options = DueOptions {
        datasets: vec!["summa".to_owned()],
        ..DueOptions::default()
    };
    let named = refresh_due(&room.workspace(), &options, Timestamp::now(), &Silent);
    assert!(matches!(named, Err(PipelineError::Definitions(_))));
    // Mended, it is as if nothing had been.
    room.write(
        "pipelines/priser.toml",
        &VISITS.replace("besok", "priser").replace("31 days", "1 year"),
    );
    let report = run(&room, 0);
    assert!(report.left_out.is_empty() && report.due.is_empty(), "{report}");
}

#[test]
fn sql_that_cannot_be_run_keeps_out_only_what_it_is_made_of() {
    let room = room();
    room.write(
        "pipelines/summa.toml",
        "title = \"Summa\"\n[derive]\nsql = \"SELECT nada FROM priser\"\nfrom = [\"priser\"]\n",
    );
    let report = run(&room, 0);
    assert_eq!(report.refused[0].dataset, "summa", "{report}");
    assert!(report.refused[0].message.contains("nada"), "{report}");
    assert_eq!(room.count("SELECT count(*) FROM besok"), 1);
}
