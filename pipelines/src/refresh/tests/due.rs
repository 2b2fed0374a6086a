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
