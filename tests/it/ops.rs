//! What runs at night, and what is done in the morning: due data, what was rejected, a look at a new file.

use std::fs;
use std::path::Path;

use perspektiv_tests::{Run, demo};
use tempfile::TempDir;

const VISITS: &str = r#"title = "Besök"
[source]
path = "besok.csv"
format = "csv"
[limits]
rejected = 0.9
[freshness]
published = ["04-01"]
[[columns]]
name = "kommun"
type = "text"
codes = { "1780" = "Karlstad", "1715" = "Kil" }
required = true
[[columns]]
name = "antal"
type = "integer"
"#;

fn room() -> TempDir {
    let room = tempfile::tempdir().unwrap();
    let at = |name: &str| room.path().join(name);
    fs::create_dir_all(at("pipelines")).unwrap();
    fs::create_dir_all(at("data/deliveries")).unwrap();
    fs::write(at("pipelines/besok.toml"), VISITS).unwrap();
    let mut rows = String::from("kommun,antal\n1780,1\n1715,två\n");
    for line in 4..64 {
        let kommun = if (10..=12).contains(&line) || line % 2 == 0 {
            "9999"
        } else {
            "1780"
        };
        rows.push_str(&format!("{kommun},3\n"));
    }
    fs::write(at("data/deliveries/besok.csv"), rows).unwrap();
    room
}

fn run(room: &Path, arguments: &[&str]) -> Run {
    Run::within(room, arguments)
}

#[test]
fn the_supplier_is_told_in_swedish_what_was_rejected() {
    let room = room();
    run(room.path(), &["refresh"]).gives(0);
    let list = run(room.path(), &["quarantine"]).gives(0);
    assert!(
        list.stdout.starts_with("Följande rader kunde inte läsas in.\n"),
        "{list}"
    );
    assert!(list.stdout.contains("okänd kod"), "{list}");
    let groups = run(room.path(), &["quarantine", "besok", "--format", "json"])
        .gives(0)
        .json();
    assert_eq!(groups[0]["regel"], "okänd kod");
    assert_eq!(groups[0]["antal"], 31);
    assert_eq!(groups[0]["exempel"], "9999");
    let lines = groups[0]["rader"].as_str().unwrap();
    assert!(lines.starts_with("4, 6, 8, 10–12, 14, "), "{lines}");
    assert!(lines.ends_with(" …"), "{lines}");
    assert_eq!(lines.split(", ").count(), 20);
    assert_eq!(groups[1]["rader"], "3");
    let only = run(
        room.path(),
        &["quarantine", "--rule", "fel typ", "--rows", "--format", "csv"],
    );
    assert_eq!(
        only.gives(0).stdout,
        "dataset,delivery,rad,kolumn,varde,regel,orsak\n\
         besok,besok.csv,3,antal,två,fel typ,Värdet är inget tal.\n"
    );
    run(room.path(), &["quarantine", "besk"])
        .gives(2)
        .complains_of(&["besok"]);
    run(room.path(), &["quarantine", "--rule", "fel tyg"])
        .gives(2)
        .complains_of(&["fel typ"]);
}

#[test]
fn a_refused_delivery_says_what_to_send_back_until_a_better_one_comes() {
    let room = room();
    let delivery = room.path().join("data/deliveries/besok.csv");
    let rows = fs::read_to_string(&delivery).unwrap();
    fs::write(
        room.path().join("pipelines/besok.toml"),
        VISITS.replace("0.9", "0.1"),
    )
    .unwrap();
    // Nothing has been loaded ever, and still the supplier gets a list.
    run(room.path(), &["refresh"])
        .gives(3)
        .complains_of(&["32 of 62 rows"]);
    let list = run(room.path(), &["quarantine", "besok", "--format", "json"]).gives(0);
    assert!(
        list.stderr.contains("besok.csv: 32 of 62 rows were rejected"),
        "{list}"
    );
    assert!(
        list.stderr
            .contains("Till avsändaren: 32 av 62 rader är underkända, de flesta efter regeln ”"),
        "{list}"
    );
    assert_eq!(list.json()[0]["antal"], 31);
    let status = run(room.path(), &["status"]).gives(0);
    assert!(status.stdout.contains("refused 2"), "{status}");
    assert!(
        status.stderr.contains("besok, besok.csv: 32 of 62 rows"),
        "{status}"
    );
    let out = room.path().join("lista.xlsx");
    run(
        room.path(),
        &["quarantine", "--rows", "--out", out.to_str().unwrap()],
    )
    .gives(0);
    // Refused once more: the same list, once.
    run(room.path(), &["refresh"]).gives(3);
    let again = run(room.path(), &["quarantine", "besok", "--format", "json"]).gives(0);
    assert_eq!(again.json()[0]["antal"], 31);
    run(room.path(), &["lake", "check"]).gives(0);
    // A column with another name is told before any row is.
    let (header, others) = rows.split_once('\n').unwrap();
    let column = header.split(',').next().unwrap();
    fs::write(
        &delivery,
        format!("{}\n{others}", header.replacen(column, "nytt", 1)),
    )
    .unwrap();
    run(room.path(), &["refresh"]).gives(3);
    let list = run(room.path(), &["quarantine"]).gives(0);
    assert!(
        list.stderr
            .contains(&format!("Till avsändaren: Kolumner saknas: '{column}'")),
        "{list}"
    );
    let status = run(room.path(), &["status"]).gives(0);
    assert!(
        status.stderr.contains(&format!("It has no column '{column}'")),
        "{status}"
    );
    fs::write(&delivery, rows.replace("9999", "1715").replace("två", "2")).unwrap();
    run(room.path(), &["refresh"]).gives(0);
    let none = run(room.path(), &["quarantine"]).gives(0);
    assert!(none.stderr.contains("Nothing was rejected"), "{none}");
    assert!(!run(room.path(), &["status"]).gives(0).stdout.contains("refused"));
    assert_eq!(
        fs::read_dir(room.path().join("data/lake/refused"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn what_was_rejected_is_a_workbook_that_the_program_can_read_itself() {
    let room = room();
    run(room.path(), &["refresh"]).gives(0);
    let file = room.path().join("underkanda.xlsx");
    let file = file.to_str().unwrap();
    run(room.path(), &["quarantine", "--rows", "--out", file]).gives(0);
    let sql = "SELECT count(*) AS antal, regel FROM fil GROUP BY regel ORDER BY antal DESC";
    let read = run(
        room.path(),
        &["query", "--file-source", file, "--sql", sql, "--format", "csv"],
    );
    assert_eq!(read.gives(0).stdout, "antal,regel\n31,okänd kod\n1,fel typ\n");
}

#[test]
fn a_file_that_no_definition_knows_is_a_table_without_persons() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ny leverans.csv");
    fs::write(
        &file,
        "personnummer;timmar\n19121212-1212;1,5\n19121212-1212;2,25\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let sql = "SELECT count(DISTINCT personnummer) AS personer, sum(timmar) AS timmar FROM fil";
    // Not in a workspace: none is needed.
    let sums = run(
        folder.path(),
        &["query", "--file-source", file, "--sql", sql, "--format", "csv"],
    );
    assert_eq!(sums.gives(0).stdout, "personer,timmar\n1,3.75\n");
    let all = run(
        folder.path(),
        &["query", "--file-source", file, "--sql", "SELECT * FROM fil"],
    )
    .gives(0);
    assert!(
        !all.stdout.contains("121212") && !all.stderr.contains("121212"),
        "{all}"
    );
    run(
        folder.path(),
        &["query", "--file-source", "finns_inte.csv", "--sql", sql],
    )
    .gives(1)
    .complains_of(&["finns_inte.csv"]);
}

#[test]
fn what_is_due_is_loaded_and_told_as_a_letter() {
    let room = room();
    let letter = run(room.path(), &["refresh", "--due"]).gives(0);
    let subject = letter.stdout.lines().next().unwrap();
    assert!(subject.ends_with(": 1 datamängd inläst"), "{letter}");
    assert!(letter.stdout.contains("perspektiv quarantine"), "{letter}");
    let file = room.path().join("brev.txt");
    let to_file = ["refresh", "--due", "--always", "--letter", file.to_str().unwrap()];
    assert_eq!(run(room.path(), &to_file).gives(0).stdout, "");
    assert!(fs::read_to_string(&file).unwrap().contains(": inget nytt\n"));
    let nothing = run(room.path(), &["refresh", "--due"]).gives(0);
    assert_eq!(nothing.stdout, "");
    let always = run(room.path(), &["refresh", "--due", "--always"]).gives(0);
    assert!(always.stdout.contains(": inget nytt\n"), "{always}");
    let late = run(
        room.path(),
        &["refresh", "--due", "--now", "2100-01-01T00:00:00Z"],
    )
    .gives(0);
    assert!(late.stdout.contains("1 försenad"), "{late}");
    fs::write(
        room.path().join("data/deliveries/besok.csv"),
        "kommun,antal\n17,1\n",
    )
    .unwrap();
    let refused = run(room.path(), &["refresh", "--due"]).gives(3);
    assert!(refused.stdout.contains("Avvisat"), "{refused}");

    let plan = run(
        room.path(),
        &["schedule", "--json", "--now", "2100-01-01T00:00:00Z"],
    )
    .gives(0)
    .json();
    assert_eq!(plan["datasets"][0]["dataset"], "besok");
    assert_eq!(plan["datasets"][0]["due"], true);
    assert_eq!(plan["next_step"]["step"], "Aktuellt perspektiv uppdateras");
    let status = run(room.path(), &["status", "--json"]).gives(0).json();
    assert!(
        status["datasets"][0]["expected"]
            .as_str()
            .unwrap()
            .ends_with("-04-01")
    );
    run(room.path(), &["schedule"]).gives(0);
    run(room.path(), &["status"]).gives(0);
}

#[test]
fn every_scheduler_gets_its_files() {
    for (scheduler, names) in [
        (
            "systemd",
            vec!["perspektiv-refresh.service", "perspektiv-refresh.timer"],
        ),
        ("cron", vec!["perspektiv.cron"]),
        ("windows", vec!["perspektiv-refresh.xml"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_str().unwrap();
        run(
            demo(),
            &["schedule", "--write", scheduler, "--out", out, "--at", "04:15"],
        )
        .gives(0);
        for name in names {
            assert!(folder.path().join(name).is_file(), "{scheduler}: {name}");
        }
        let shown = run(demo(), &["schedule", "--write", scheduler]).gives(0);
        assert!(shown.stdout.contains("refresh --due"), "{shown}");
    }
    run(demo(), &["schedule", "--write", "cron", "--at", "kl 5"]).gives(2);
}
