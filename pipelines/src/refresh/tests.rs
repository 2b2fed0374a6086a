//! Refreshes of a small workspace, through the real lake.
#![allow(clippy::unwrap_used, clippy::panic)]

mod checks;
mod due;
mod faults;
mod update;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use perspektiv_identity::Key;
use perspektiv_lake::{Lake, SessionOptions, Verify, session};

use super::*;
use crate::{DatasetStatus, Silent, check, status};

const PERSONS: [&str; 4] = ["190905271474", "197302889931", "191212121212", "198507099805"];

const CONTACTS: &str = r#"title = "Kontakter"
[source]
path = "kontakter/*.csv"
format = "csv"
delimiter = ";"
decimal = ","
[limits]
rejected = 0.4
[[columns]]
name = "person"
from = "personnummer"
type = "person"
required = true
label = "Person"
[[columns]]
name = "dag"
type = "date"
required = true
[[columns]]
name = "kostnad"
type = "decimal"
unit = "kr"
[[checks]]
kind = "unique"
columns = ["person", "dag"]
"#;

const COSTS: &str = r#"title = "Kostnad per person"
[derive]
sql = "SELECT person, sum(kostnad) AS kostnad, count(*) AS kontakter FROM kontakter GROUP BY person ORDER BY person"
from = ["kontakter"]
"#;

struct Room {
    folder: tempfile::TempDir,
}

impl Room {
    fn new() -> Self {
        let room = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        room.write("pipelines/kontakter.toml", CONTACTS);
        room.write("pipelines/kostnader.toml", COSTS);
        Key::create(&room.path("data/secrets/pseudonym.key")).unwrap();
        room.contacts(
            "2019",
            &[
                (0, "2019-01-02", "100,50"),
                (1, "2019-01-02", "7"),
                (2, "2019-02-30", "1"),
            ],
        );
        room.contacts("2020", &[(0, "2020-05-06", "1 000")]);
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn contacts(&self, name: &str, rows: &[(usize, &str, &str)]) {
        let rows: String = rows
            .iter()
            .map(|(person, day, cost)| format!("{};{day};{cost}\n", PERSONS[*person]))
            .collect();
        self.write(
            &format!("data/deliveries/kontakter/{name}.csv"),
            &format!("personnummer;dag;kostnad\n{rows}"),
        );
    }

    fn workspace(&self) -> Workspace {
        Workspace::open(self.folder.path()).unwrap()
    }

    fn lake(&self) -> Lake {
        self.workspace().lake().unwrap()
    }

    fn refresh(&self) -> Result<RefreshReport, PipelineError> {
        refresh(&self.workspace(), &RefreshOptions::default(), &Silent)
    }

    fn query(&self, sql: &str) -> RecordBatch {
        let lake = self.lake();
        let snapshot = lake.latest().unwrap().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        let batches = runtime.block_on(async {
            let context = session(&lake, &snapshot.tables, &SessionOptions::default()).unwrap();
            context.sql(sql).await.unwrap().collect().await.unwrap()
        });
        let schema = batches
            .first()
            .map_or_else(|| panic!("no rows: {sql}"), RecordBatch::schema);
        arrow::compute::concat_batches(&schema, &batches).unwrap()
    }

    fn count(&self, sql: &str) -> i64 {
        self.query(sql).column(0).as_primitive::<Int64Type>().value(0)
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        let batch = self.query(sql);
        batch
            .column(0)
            .as_string_view()
            .iter()
            .map(|text| text.unwrap_or("NULL").to_owned())
            .collect()
    }

    /// Every file below a folder.
    fn files(&self, folder: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut waiting = vec![self.path(folder)];
        while let Some(path) = waiting.pop() {
            for entry in fs::read_dir(path).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    waiting.push(path)
                } else {
                    found.push(path)
                }
            }
        }
        found
    }
}

fn of<'r>(report: &'r RefreshReport, dataset: &str) -> &'r DatasetReport {
    report
        .datasets
        .iter()
        .find(|report| report.dataset == dataset)
        .unwrap()
}

fn touch(path: &Path, seconds: u64) {
    let file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_secs(seconds))
        .unwrap();
}

#[test]
fn what_is_new_is_read_and_nothing_else() {
    let room = Room::new();
    let first = room.refresh().unwrap();
    assert_eq!((first.snapshot, first.changed), (Some(1), true));
    let contacts = of(&first, "kontakter");
    assert_eq!(
        (contacts.loaded, contacts.read, contacts.accepted, contacts.rows),
        (2, 4, 3, 3)
    );
    assert_eq!(contacts.rejected.get("fel typ"), Some(&1));
    assert_eq!(of(&first, "kostnader").rows, 2);

    let again = room.refresh().unwrap();
    assert_eq!((again.snapshot, again.changed), (Some(1), false));
    assert_eq!(
        (of(&again, "kontakter").unchanged, of(&again, "kontakter").rows),
        (2, 3)
    );
    assert!(
        status(&room.workspace(), Verify::Changed)
            .unwrap()
            .iter()
            .all(|status| !status.is_behind())
    );

    let before = room.lake().latest().unwrap().unwrap();
    room.contacts("2021", &[(3, "2021-01-01", "5"), (0, "2021-01-01", "0,5")]);
    let behind = status(&room.workspace(), Verify::Changed).unwrap();
    assert_eq!((behind[0].new, behind[0].rows, behind[0].rejected), (1, 3, 1));
    let added = room.refresh().unwrap();
    assert_eq!(
        (of(&added, "kontakter").loaded, of(&added, "kontakter").unchanged),
        (1, 2)
    );
    assert_eq!(
        (of(&added, "kontakter").rows, of(&added, "kostnader").rows),
        (5, 3)
    );
    let after = room.lake().latest().unwrap().unwrap();
    let kept = &before.tables["kontakter"].files;
    assert!(
        kept.iter()
            .all(|file| after.tables["kontakter"].files.contains(file))
    );
    assert_eq!(before.tables["karantan"].files, after.tables["karantan"].files);

    // Touched without change: it is read once to compare it, and no snapshot comes of it.
    touch(&room.path("data/deliveries/kontakter/2020.csv"), 5);
    let state = || status(&room.workspace(), Verify::Changed).unwrap()[0].touched;
    assert_eq!(state(), 1);
    let touched = room.refresh().unwrap();
    assert_eq!((touched.changed, touched.snapshot), (false, Some(2)));
    assert_eq!(state(), 0, "the next one knows");

    room.contacts("2020", &[(1, "2020-05-06", "1")]);
    fs::remove_file(room.path("data/deliveries/kontakter/2019.csv")).unwrap();
    let replaced = room.refresh().unwrap();
    let contacts = of(&replaced, "kontakter");
    assert_eq!(
        (contacts.loaded, contacts.unchanged, contacts.gone, contacts.rows),
        (1, 1, 1, 3)
    );
    assert_eq!(room.count("SELECT count(*) FROM karantan"), 0);
    assert_eq!(room.lake().history().unwrap().len(), 3);
}

#[test]
fn a_refused_delivery_changes_nothing() {
    let room = Room::new();
    room.refresh().unwrap();
    let before = room.files("data/lake/tables");
    let refused = |room: &Room, parts: &[&str]| {
        let error = room.refresh().unwrap_err();
        assert!(error.is_refused(), "{error}");
        let text = error.to_string();
        for part in parts {
            assert!(text.contains(part), "missing: {part}\n{text}");
        }
        assert_eq!(room.lake().latest().unwrap().unwrap().number, 1);
        assert!(PERSONS.iter().all(|person| !text.contains(person)), "{text}");
    };
    room.contacts(
        "2021",
        &[
            (0, "2021-02-30", "5"),
            (1, "2021-02-31", "5"),
            (2, "2021-02-01", "5"),
        ],
    );
    refused(
        &room,
        &[
            "kontakter, kontakter/2021.csv: 2 of 3 rows were rejected (66.7 %), more than the 40 %",
            "'fel typ' (2 rows)",
            "line 2, column dag ('2021-02-30'): Värdet är inget datum som finns",
            "Nothing was published",
        ],
    );
    let file = |text: &str| room.write("data/deliveries/kontakter/2021.csv", text);
    file("personnr;dag;kostnad\n");
    refused(
        &room,
        &[
            "It has no column 'personnummer'; 'personnr' may be a new name of it.",
            "Correct `from` in kontakter.toml",
        ],
    );
    file("personnummer;dag;kostnad\n190905271474;2021-01-01;1\n1909");
    refused(&room, &["cut: its last line, 3, has 1 of 3 fields"]);
    file("");
    refused(&room, &["The file is empty."]);
    fs::write(
        room.path("data/deliveries/kontakter/2021.csv"),
        b"personnummer;dag;kostnad\n1;2;\xe5\n",
    )
    .unwrap();
    refused(&room, &["Line 2 is not UTF-8 (byte 0xE5)", "windows-1252"]);
    room.contacts("2021", &[(0, "2020-05-06", "1")]);
    refused(
        &room,
        &[
            "1 key (person, dag) occurs in more than one delivery",
            "person ***, dag ",
            "in kontakter/2020.csv and kontakter/2021.csv",
        ],
    );
    room.contacts("2021", &[(0, "2020-05-06", "1 000")]);
    refused(
        &room,
        &["kontakter/2021.csv and kontakter/2020.csv have the same content"],
    );
    assert_eq!(room.files("data/lake/tables"), before);
    fs::remove_dir_all(room.path("data/deliveries")).unwrap();
    refused(&room, &["None of its 2 deliveries is to be found any longer"]);
}

#[test]
fn no_person_number_reaches_the_lake() {
    let room = Room::new();
    // A shifted row: the number comes under another column.
    room.write(
        "data/deliveries/kontakter/2022.csv",
        &format!(
            "personnummer;dag;kostnad\nx;{};1\n{};2022-01-01;1\n{1};2022-01-02;1\n",
            PERSONS[0], PERSONS[1]
        ),
    );
    room.refresh().unwrap();
    let rows = room.texts(
        "SELECT concat_ws('|', dataset, delivery, CAST(line AS TEXT), \"column\", coalesce(value, '-'), rule) \
         FROM karantan ORDER BY delivery, line, \"column\" DESC",
    );
    assert_eq!(
        rows,
        [
            "kontakter|kontakter/2019.csv|4|dag|2019-02-30|fel typ",
            "kontakter|kontakter/2022.csv|2|personnummer|***|ogiltig identitet",
            "kontakter|kontakter/2022.csv|2|dag|***|fel typ",
        ]
    );
    for file in room.files("data/lake") {
        let bytes = fs::read(&file).unwrap();
        for person in PERSONS {
            for form in [person.as_bytes(), &person.as_bytes()[2..]] {
                let found = bytes.windows(form.len()).any(|window| window == form);
                assert!(!found, "a person number in {}", file.display());
            }
        }
    }
}

#[test]
fn definitions_decide_what_is_made_again() {
    let room = Room::new();
    room.refresh().unwrap();
    room.write(
        "pipelines/kontakter.toml",
        &CONTACTS.replace("unit = \"kr\"", "unit = \"kronor\""),
    );
    let relabelled = room.refresh().unwrap();
    assert_eq!(
        (of(&relabelled, "kontakter").loaded, relabelled.changed),
        (0, true)
    );
    let unit = |room: &Room| {
        let tables = room.lake().latest().unwrap().unwrap().tables;
        tables["kontakter"]
            .schema
            .field_with_name("kostnad")
            .unwrap()
            .metadata()
            .get("unit")
            .cloned()
    };
    assert_eq!(unit(&room).as_deref(), Some("kronor"));
    assert!(!room.refresh().unwrap().changed);

    room.write(
        "pipelines/kostnader.toml",
        &COSTS.replace("count(*)", "count(kostnad)"),
    );
    assert!(status(&room.workspace(), Verify::Changed).unwrap()[1].is_behind());
    let rederived = room.refresh().unwrap();
    assert!(!of(&rederived, "kontakter").changed && of(&rederived, "kostnader").changed);

    room.write(
        "pipelines/kontakter.toml",
        &CONTACTS.replace("rejected = 0.4", "rejected = 0.5"),
    );
    assert_eq!(of(&room.refresh().unwrap(), "kontakter").loaded, 2);

    // Another key gives other pseudonyms: everything is read again.
    fs::remove_file(room.path("data/secrets/pseudonym.key")).unwrap();
    assert!(matches!(room.refresh(), Err(PipelineError::Key(_))));
    assert!(!status(&room.workspace(), Verify::Changed).unwrap()[0].key_changed);
    Key::create(&room.path("data/secrets/pseudonym.key")).unwrap();
    assert_eq!(of(&room.refresh().unwrap(), "kontakter").loaded, 2);

    room.write(
        "pipelines/kostnader.toml",
        &COSTS.replace("kontakter GROUP", "kontakt GROUP"),
    );
    let error = room.refresh().unwrap_err().to_string();
    assert!(
        error.contains("kostnader.toml:3: The table 'kostnader' could not be derived"),
        "{error}"
    );
    // Another name for the table, then another for the dataset, then none.
    room.write(
        "pipelines/kostnader.toml",
        &format!("{COSTS}[table]\nname = \"kostnad\"\n"),
    );
    assert_eq!(room.refresh().unwrap().removed_tables, ["kostnader"]);
    fs::remove_file(room.path("pipelines/kostnader.toml")).unwrap();
    assert_eq!(room.refresh().unwrap().removed_tables, ["kostnad"]);
    fs::rename(
        room.path("pipelines/kontakter.toml"),
        room.path("pipelines/besok.toml"),
    )
    .unwrap();
    room.write(
        "pipelines/besok.toml",
        &format!("{CONTACTS}[table]\nname = \"kontakter\"\n"),
    );
    let renamed = room.refresh().unwrap();
    assert_eq!(
        (renamed.removed_tables.len(), of(&renamed, "besok").loaded),
        (0, 2)
    );
    assert_eq!(room.texts("SELECT DISTINCT dataset FROM karantan"), ["besok"]);
    let snapshot = room.lake().latest().unwrap().unwrap();
    assert_eq!((snapshot.runs.len(), snapshot.deliveries.len()), (1, 2));
    assert!(
        !room
            .lake()
            .latest()
            .unwrap()
            .unwrap()
            .tables
            .contains_key("kostnader")
    );
    assert!(!room.refresh().unwrap().changed);
}

#[test]
fn a_dry_run_writes_nothing_and_one_run_at_a_time() {
    let room = Room::new();
    let options = RefreshOptions {
        dry_run: true,
        ..RefreshOptions::default()
    };
    let dry = refresh(&room.workspace(), &options, &Silent).unwrap();
    assert!(dry.changed && dry.datasets.iter().all(|dataset| dataset.changed));
    assert_eq!((dry.snapshot, of(&dry, "kontakter").loaded), (None, 2));
    assert!(!room.path("data/lake").exists());
    let lake = room.lake();
    let lock = lake.lock().unwrap();
    assert!(room.refresh().unwrap_err().is_busy());
    drop(lock);
    room.refresh().unwrap();
    let only = |name: &str| {
        let options = RefreshOptions {
            datasets: vec![name.to_owned()],
            ..RefreshOptions::default()
        };
        refresh(&room.workspace(), &options, &Silent)
    };
    assert!(!only("kontakter").unwrap().changed);
    let error = only("kontakt").unwrap_err();
    assert!(error.is_usage());
    assert_eq!(
        error.to_string(),
        "There is no dataset 'kontakt'. Did you mean 'kontakter'?"
    );
    room.write("data/deliveries/kontakter/läs mig.txt", "hej");
    let findings = check(&room.workspace()).unwrap();
    assert_eq!((findings.errors.len(), findings.datasets), (0, 2));
    assert_eq!(
        findings.warnings,
        ["The delivery kontakter/läs mig.txt belongs to no dataset: no `path` finds it."]
    );
}

#[test]
fn what_is_damaged_in_the_lake_is_made_again() {
    let room = Room::new();
    let other = CONTACTS.replace("kontakter/*.csv", "andra/*.csv");
    room.write("pipelines/andra.toml", &other);
    room.write(
        "data/deliveries/andra/a.csv",
        &format!("personnummer;dag;kostnad\n{};2019-01-02;1\n", PERSONS[0]),
    );
    room.refresh().unwrap();
    let only = RefreshOptions {
        datasets: vec!["andra".to_owned()],
        ..RefreshOptions::default()
    };
    for (snapshot, (table, damaged)) in [
        ("kontakter", "kontakter"),
        ("kostnader", "kostnader"),
        ("karantan", "kontakter"),
    ]
    .into_iter()
    .enumerate()
    {
        let before = room.lake().latest().unwrap().unwrap();
        let path = room.path("data/lake").join(&before.tables[table].files[0].path);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
        touch(&path, 5);
        let state = || {
            status(&room.workspace(), Verify::Changed)
                .unwrap()
                .into_iter()
                .filter(DatasetStatus::is_behind)
                .map(|status| (status.dataset, status.damaged))
                .collect::<Vec<_>>()
        };
        assert_eq!(state(), [(damaged.to_owned(), 1)]);
        let dry = RefreshOptions {
            dry_run: true,
            ..only.clone()
        };
        let dry = refresh(&room.workspace(), &dry, &Silent).unwrap();
        assert!(dry.changed && of(&dry, damaged).changed);

        // Whatever was named: a snapshot that carried it on would be damaged, too.
        let mended = refresh(&room.workspace(), &only, &Silent).unwrap();
        assert_eq!(mended.snapshot, Some(snapshot as u64 + 2));
        assert!(of(&mended, damaged).changed && !of(&mended, "andra").changed);
        let note = mended.notes.join(" ");
        let file = path.file_name().unwrap().to_str().unwrap();
        assert!(note.contains(file) && note.contains("checksum"), "{note}");
        assert!(
            note.contains(&format!("The table {damaged} is made again")),
            "{note}"
        );
        assert_eq!(state(), []);
        assert_eq!(room.count("SELECT count(*) FROM kontakter"), 3);
        assert_eq!(room.count("SELECT count(*) FROM karantan"), 1);
        assert_eq!(room.count("SELECT sum(kontakter) FROM kostnader"), 3);
        assert!(!room.refresh().unwrap().changed);
    }

    // On demand, although nothing is new.
    let mut force = RefreshOptions { force: true, ..only };
    let again = refresh(&room.workspace(), &force, &Silent).unwrap();
    assert_eq!((of(&again, "andra").loaded, again.datasets.len()), (1, 2));
    force.datasets = vec!["kostnader".to_owned()];
    let again = refresh(&room.workspace(), &force, &Silent).unwrap();
    assert!(of(&again, "kostnader").changed && again.datasets.len() == 1);
    force.datasets.clear();
    let again = refresh(&room.workspace(), &force, &Silent).unwrap();
    assert_eq!((of(&again, "kontakter").loaded, again.snapshot), (2, Some(7)));
    assert!(again.datasets.iter().all(|dataset| dataset.changed));
    assert_eq!(room.count("SELECT count(*) FROM karantan"), 1);
}

#[test]
fn one_snapshot_never_holds_pseudonyms_of_two_keys() {
    let room = Room::new();
    let other = CONTACTS.replace("kontakter/*.csv", "andra/*.csv");
    room.write("pipelines/andra.toml", &other);
    let place = CONTACTS.replace("kontakter/*.csv", "platser/*.csv");
    room.write(
        "pipelines/platser.toml",
        &place.replace("type = \"person\"", "type = \"text\""),
    );
    for name in ["andra", "platser"] {
        room.write(
            &format!("data/deliveries/{name}/a.csv"),
            &format!("personnummer;dag;kostnad\n{};2019-01-02;1\n", PERSONS[0]),
        );
    }
    room.write(
        "data/deliveries/platser/a.csv",
        "personnummer;dag;kostnad\nKarlstad;2019-01-02;1\n",
    );
    room.refresh().unwrap();
    fs::remove_file(room.path("data/secrets/pseudonym.key")).unwrap();
    Key::create(&room.path("data/secrets/pseudonym.key")).unwrap();
    let keys: Vec<_> = status(&room.workspace(), Verify::Changed)
        .unwrap()
        .into_iter()
        .map(|status| (status.dataset, status.key_changed))
        .collect();
    assert_eq!(
        keys,
        [
            ("andra", true),
            ("kontakter", true),
            ("kostnader", false),
            ("platser", false)
        ]
        .map(|(name, changed)| (name.to_owned(), changed))
    );
    let only = |name: &str| {
        let options = RefreshOptions {
            datasets: vec![name.to_owned()],
            ..RefreshOptions::default()
        };
        refresh(&room.workspace(), &options, &Silent).unwrap()
    };
    // Without persons: no pseudonym is made, and all are still of the old key.
    assert!(!only("platser").changed);
    let report = only("andra");
    assert_eq!(
        (of(&report, "andra").loaded, of(&report, "kontakter").loaded),
        (1, 2)
    );
    assert!(
        report.notes[0].contains("(andra, kontakter)"),
        "{:?}",
        report.notes
    );
    assert_eq!(
        room.count(
            "SELECT count(*) FROM andra JOIN kontakter USING (person) WHERE kontakter.dag = '2019-01-02'"
        ),
        1
    );
    let behind = status(&room.workspace(), Verify::Changed).unwrap();
    assert!(behind.iter().all(|status| !status.is_behind()));
}

#[test]
fn the_design_rides_with_the_rows() {
    let room = Room::new();
    room.write(
        "pipelines/enkat.toml",
        r#"title = "Enkät"
[source]
path = "enkat/*.csv"
format = "csv"
columns = 1
[[columns]]
name = "nr"
type = "text"
[survey]
stratum = "s"
weight = "w"
"#,
    );
    let error = room.refresh().unwrap_err().to_string();
    assert!(
        error.contains("enkat.toml:5:1: [source] has no key `columns`."),
        "{error}"
    );
    let columns = ["ar", "s", "psu", "w", "n"].map(|name| {
        let kind = if name == "w" { "number" } else { "integer" };
        format!("[[columns]]\nname = \"{name}\"\ntype = \"{kind}\"\nrequired = true\n")
    });
    let definition = |survey: &str| {
        room.write(
            "pipelines/enkat.toml",
            &format!("title = \"Enkät\"\n[source]\npath = \"enkat/*.csv\"\nformat = \"csv\"\n{}[survey]\nstratum = \"s\"\nweight = \"w\"\n{survey}", columns.concat()),
        );
    };
    definition("psu = \"psu\"\nwave = \"ar\"\npopulation = \"n\"\n");
    room.write(
        "data/deliveries/enkat/a.csv",
        "ar,s,psu,w,n\n2017,2,1,1.5,10\n2017,2,1,2.5,10\n2017,2,7,1,10\n2017,5,1,1,3\n",
    );
    room.write("data/deliveries/enkat/b.csv", "ar,s,psu,w,n\n2022,2,1,4,20\n");
    room.refresh().unwrap();
    let batch = room.query(
        "SELECT design_stratum, design_psu, design_psus, design_weight, design_fpc FROM enkat ORDER BY ar, s, psu, w",
    );
    let integers = |at: usize| batch.column(at).as_primitive::<Int32Type>().values().to_vec();
    assert_eq!(integers(0), [1, 1, 1, 2, 3]);
    assert_eq!(integers(1), [1, 1, 2, 3, 4]);
    assert_eq!(integers(2), [2, 2, 2, 1, 1]);
    let numbers = |at: usize| batch.column(at).as_primitive::<Float64Type>().values().to_vec();
    assert_eq!(numbers(3), [1.5, 2.5, 1.0, 1.0, 4.0]);
    assert_eq!(numbers(4), [10.0, 10.0, 10.0, 3.0, 20.0]);
    assert!(!room.refresh().unwrap().changed);

    // One wave anew: the whole table gets its design anew.
    room.write(
        "data/deliveries/enkat/b.csv",
        "ar,s,psu,w,n\n2022,1,1,4,20\n2022,2,1,4,20\n",
    );
    assert_eq!(of(&room.refresh().unwrap(), "enkat").loaded, 2);
    assert_eq!(room.count("SELECT count(DISTINCT design_stratum) FROM enkat"), 4);

    definition("");
    room.refresh().unwrap();
    let batch = room.query("SELECT design_psu, design_psus, design_fpc FROM enkat WHERE s = 2 LIMIT 1");
    assert!(batch.column(0).is_null(0) && batch.column(2).is_null(0));
    assert_eq!(batch.column(1).as_primitive::<Int32Type>().value(0), 4);
    definition("wave = \"ar\"\npopulation = \"psu\"\n");
    let error = room.refresh().unwrap_err();
    assert!(
        error.is_refused() && error.to_string().contains("more than one value of 'psu'"),
        "{error}"
    );
}

#[test]
fn ready_pseudonyms_of_another_key_are_told() {
    let room = Room::new();
    let definition = "title = \"Färdiga\"\n[source]\npath = \"fardiga*.csv\"\nformat = \"csv\"\n\
                      [[columns]]\nname = \"person\"\ntype = \"pseudonym\"\n\
                      [[columns]]\nname = \"n\"\ntype = \"integer\"\n";
    room.write("pipelines/fardiga.toml", definition);
    let deliver = |n: i32| {
        room.write(
            "data/deliveries/fardiga.csv",
            &format!("person,n\n0f1e2d3c4b5a6978,{n}\n"),
        );
    };
    deliver(1);
    let told = |report: &RefreshReport| report.notes.iter().any(|note| note.contains("made: fardiga."));
    assert!(!told(&room.refresh().unwrap()));
    let key = room.path("data/secrets/pseudonym.key");
    fs::remove_file(&key).unwrap();
    Key::create(&key).unwrap();
    assert!(told(&room.refresh().unwrap()));
    let again = room.refresh().unwrap();
    assert!(!again.changed && told(&again), "until they come anew");
    let mut forced = RefreshOptions {
        force: true,
        ..RefreshOptions::default()
    };
    let forced_anew = refresh(&room.workspace(), &forced, &Silent).unwrap();
    assert!(told(&forced_anew), "read again is not come anew");
    fs::remove_file(&key).unwrap();
    Key::create(&key).unwrap();
    // As long as the one before, and not of the old key.
    deliver(2);
    forced.force = false;
    forced.dry_run = true;
    assert!(!told(&refresh(&room.workspace(), &forced, &Silent).unwrap()));
    assert!(!told(&room.refresh().unwrap()), "it came with this run");
    assert!(!told(&room.refresh().unwrap()));

    // Of two that came before, one comes anew.
    let other = "person,n\n0f1e2d3c4b5a6979,1\n";
    room.write("data/deliveries/fardiga_igen.csv", other);
    assert!(!told(&room.refresh().unwrap()));
    fs::remove_file(&key).unwrap();
    Key::create(&key).unwrap();
    deliver(3);
    assert!(told(&room.refresh().unwrap()), "the other is of the old key");
}
