//! What becomes of rows that are there when a new delivery comes, beside a naive model.

use std::collections::BTreeMap;

use super::*;

const DEFINITION: &str = r#"title = "Insatser"
[source]
path = "insatser/*.csv"
format = "csv"
[limits]
rejected = 1
remaining = 0
[[columns]]
name = "kod"
type = "text"
[[columns]]
name = "ar"
type = "integer"
[[columns]]
name = "nr"
type = "integer"
required = true
"#;

const MODES: [&str; 4] = [
    "mode = \"append\"",
    "mode = \"period\"\nperiod = [\"ar\"]",
    "mode = \"merge\"\nkeys = [\"kod\", \"ar\"]",
    "mode = \"replace\"",
];

/// Code, year and a number of its own.
type Row = (Option<&'static str>, Option<i32>, i32);

/// A workspace with nothing but the dataset.
fn room(mode: &str) -> Room {
    let room = Room {
        folder: tempfile::tempdir().unwrap(),
    };
    room.write(
        "pipelines/insatser.toml",
        &format!("{DEFINITION}[update]\n{mode}\n"),
    );
    // What left the folder is nowhere else.
    room.write(".perspektiv.toml", "[archive]\nenabled = false\n");
    room
}

fn deliver(room: &Room, name: &str, rows: &[Row]) {
    let rows: String = rows
        .iter()
        .map(|(kod, ar, nr)| {
            let ar = ar.map(|ar| ar.to_string()).unwrap_or_default();
            format!("{},{ar},{nr}\n", kod.unwrap_or_default())
        })
        .collect();
    room.write(
        &format!("data/deliveries/insatser/{name}.csv"),
        &format!("kod,ar,nr\n{rows}"),
    );
}

/// Takes a file out of the dataset's folder, to where no pattern finds it.
fn put_aside(room: &Room, name: &str, number: i32) {
    let aside = room.path("data/deliveries/undan");
    fs::create_dir_all(&aside).unwrap();
    let from = room.path(&format!("data/deliveries/insatser/{name}.csv"));
    fs::rename(from, aside.join(format!("{number}.csv"))).unwrap();
}

fn numbers(room: &Room) -> Vec<i32> {
    let found = room.query("SELECT coalesce(array_agg(nr ORDER BY nr), make_array()) AS alla FROM insatser");
    let list = found.column(0).as_list::<i32>().value(0);
    list.as_primitive_opt::<Int32Type>()
        .map(|numbers| numbers.values().to_vec())
        .unwrap_or_default()
}

/// What the table should hold: each delivery by its name, with the refresh that brought it.
fn model(mode: usize, deliveries: &BTreeMap<String, (usize, Vec<Row>)>) -> Vec<i32> {
    let mut ordered: Vec<_> = deliveries
        .iter()
        .map(|(name, (came, rows))| (came, name, rows))
        .collect();
    ordered.sort();
    let mut table: Vec<Row> = Vec::new();
    for (_, _, rows) in ordered {
        match mode {
            1 => table.retain(|old| !rows.iter().any(|new| new.1 == old.1)),
            2 => table.retain(|old| !rows.iter().any(|new| (new.0, new.1) == (old.0, old.1))),
            _ => {}
        }
        let mut seen = Vec::new();
        for row in rows {
            if mode != 2 || !seen.contains(&(row.0, row.1)) {
                seen.push((row.0, row.1));
                table.push(*row);
            }
        }
    }
    let mut numbers: Vec<i32> = table.into_iter().map(|row| row.2).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn any_deliveries_in_any_refreshes_give_what_a_model_says() {
    let mut state: u64 = 7;
    let mut below = move |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((state >> 33) % most) as usize
    };
    let mut left = 0;
    for (mode, words) in MODES.iter().enumerate() {
        for _ in 0..6 {
            let room = room(words);
            let mut known: BTreeMap<String, (usize, Vec<Row>)> = BTreeMap::new();
            let mut nr = 0;
            for came in 0..6 {
                for _ in 0..=below(2) {
                    let name = format!("{}", below(5));
                    let rows: Vec<Row> = (0..1 + below(6))
                        .map(|_| {
                            nr += 1;
                            let kod = [None, Some("LSS"), Some("SoL")][below(3)];
                            (kod, [None, Some(2019), Some(2020), Some(2021)][below(4)], nr)
                        })
                        .collect();
                    deliver(&room, &name, &rows);
                    known.insert(name, (came, rows));
                }
                // A file that leaves the folder takes its rows along only where the folder is the table.
                for name in known.keys().cloned().collect::<Vec<_>>() {
                    let here = room
                        .path(&format!("data/deliveries/insatser/{name}.csv"))
                        .exists();
                    if here && known.len() > 1 && below(5) == 0 && known[&name].0 < came {
                        nr += 1;
                        put_aside(&room, &name, nr);
                        if mode == 3 {
                            known.remove(&name);
                        }
                    }
                }
                let options = RefreshOptions {
                    force: below(4) == 0,
                    ..RefreshOptions::default()
                };
                refresh(&room.workspace(), &options, &Silent).unwrap();
                assert_eq!(numbers(&room), model(mode, &known), "{words}, refresh {came}");
                let behind = status(&room.workspace(), Verify::Changed).unwrap();
                assert!(behind.iter().all(|status| !status.is_behind()), "{behind:?}");
                assert!(!room.refresh().unwrap().changed);
                let snapshot = room.lake().latest().unwrap().unwrap();
                let standing: u64 = snapshot
                    .deliveries
                    .iter()
                    .map(|delivery| snapshot.tables["insatser"].rows_of(&delivery.id))
                    .sum();
                assert_eq!(standing, snapshot.tables["insatser"].rows());
                assert_eq!(
                    snapshot.deliveries.len(),
                    known.len(),
                    "each is listed, whatever stands of it"
                );
            }
            let all: usize = known.values().map(|(_, rows)| rows.len()).sum();
            left += all - numbers(&room).len();
        }
    }
    assert!(left > 50, "only {left} rows were ever replaced");
}

#[test]
fn a_delivery_that_left_is_missed_only_when_it_has_to_be_read_again() {
    let room = room(MODES[2]);
    deliver(
        &room,
        "a",
        &[(Some("LSS"), Some(2019), 1), (Some("SoL"), Some(2019), 2)],
    );
    room.refresh().unwrap();
    deliver(&room, "b", &[(Some("LSS"), Some(2019), 3)]);
    let report = room.refresh().unwrap();
    assert_eq!(
        (of(&report, "insatser").replaced, of(&report, "insatser").rows),
        (1, 2)
    );
    assert_eq!(numbers(&room), [2, 3]);

    // Another name, or another folder, makes no other delivery of it.
    let folder = room.path("data/deliveries/insatser");
    fs::rename(folder.join("a.csv"), folder.join("a, ny.csv")).unwrap();
    assert!(!room.refresh().unwrap().changed);
    fs::remove_file(folder.join("a, ny.csv")).unwrap();
    assert!(!room.refresh().unwrap().changed);

    // Rows of it may stand again: they are nowhere but in the file.
    let refused = |room: &Room, parts: &[&str]| {
        let error = room.refresh().unwrap_err();
        assert!(error.is_refused(), "{error}");
        let text = error.to_string();
        for part in parts {
            assert!(text.contains(part), "missing: {part}\n{text}");
        }
    };
    deliver(&room, "b", &[(Some("IFO"), Some(2019), 4)]);
    refused(
        &room,
        &[
            "'insatser/b.csv' has changed, which had taken the place of rows of theirs",
            "'insatser/a.csv'. Put them back",
        ],
    );
    assert_eq!(numbers(&room), [2, 3]);
    deliver(
        &room,
        "a",
        &[(Some("LSS"), Some(2019), 1), (Some("SoL"), Some(2019), 2)],
    );
    room.refresh().unwrap();
    assert_eq!(numbers(&room), [1, 2, 4]);

    fs::remove_file(folder.join("a.csv")).unwrap();
    let changed = DEFINITION.replace("required = true", "required = true\nrange = [0, 3]");
    room.write(
        "pipelines/insatser.toml",
        &format!("{changed}[update]\n{}\n", MODES[2]),
    );
    refused(
        &room,
        &["the definition or the key of the pseudonyms has changed"],
    );
    room.write(
        "pipelines/insatser.toml",
        &format!("{changed}[update]\n{}\n", MODES[3]),
    );
    room.refresh().unwrap();
    assert_eq!(numbers(&room), [] as [i32; 0]);
}

#[test]
fn what_leaves_and_what_comes_twice_depends_on_the_mode() {
    let room = room(MODES[0]);
    let rows: &[Row] = &[(Some("LSS"), Some(2019), 1)];
    deliver(&room, "a", rows);
    deliver(&room, "b", rows);
    let error = room.refresh().unwrap_err().to_string();
    assert!(error.contains("have the same content"), "{error}");
    fs::remove_file(room.path("data/deliveries/insatser/b.csv")).unwrap();
    room.refresh().unwrap();
    let only = |mode: &str| {
        room.write(
            "pipelines/insatser.toml",
            &format!("{DEFINITION}[update]\n{mode}\n"),
        );
        room.refresh()
    };
    // Nothing has to be read again for another mode that keeps the same rows.
    assert!(!only(MODES[3]).unwrap().changed);
    assert!(!only(MODES[0]).unwrap().changed);
    fs::remove_file(room.path("data/deliveries/insatser/a.csv")).unwrap();
    assert!(!room.refresh().unwrap().changed);
    let error = only(MODES[3]).unwrap_err();
    assert!(error.is_refused(), "{error}");
    deliver(&room, "a", rows);
    deliver(&room, "b", rows);
    assert_eq!(only(MODES[1]).unwrap().datasets[0].rows, 1);
}

#[test]
fn older_rows_that_stand_for_rejected_ones_are_told() {
    let room = room(MODES[1]);
    let warnings = |report: &RefreshReport| of(report, "insatser").warnings.join("\n");
    deliver(&room, "a", &[(Some("LSS"), Some(2020), 1)]);
    let report = room.refresh().unwrap();
    assert_eq!(warnings(&report), "");
    deliver(&room, "b", &[(Some("SoL"), Some(2020), 2)]);
    room.refresh().unwrap();
    assert_eq!(numbers(&room), [2]);
    room.write("data/deliveries/insatser/b.csv", "kod,ar,nr\nSoL,2020,x\n");
    let report = room.refresh().unwrap();
    assert_eq!(numbers(&room), [1]);
    let told = warnings(&report);
    assert!(told.contains("1 rows of insatser/a.csv count again"), "{told}");
    assert!(told.contains("1 rows of insatser/b.csv were rejected"), "{told}");
    // Where nothing is older there is nothing to say.
    deliver(&room, "b", &[(Some("SoL"), Some(2020), 3)]);
    let report = room.refresh().unwrap();
    assert_eq!(warnings(&report), "");
    assert_eq!(numbers(&room), [3]);
}

#[test]
fn a_restore_names_what_no_refresh_finds_again() {
    let room = room(MODES[0]);
    deliver(&room, "a", &[(Some("LSS"), Some(2020), 1)]);
    room.refresh().unwrap();
    deliver(&room, "b", &[(Some("SoL"), Some(2020), 2)]);
    deliver(&room, "c", &[(Some("SoL"), Some(2021), 3)]);
    room.refresh().unwrap();
    fs::remove_file(room.path("data/deliveries/insatser/b.csv")).unwrap();
    assert!(!room.refresh().unwrap().changed);
    let lake = room.lake();
    let restored = lake.restore(&lake.lock().unwrap(), 1).unwrap();
    let left = crate::left_behind(&room.workspace(), &restored).unwrap();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(
        (left[0].path.as_str(), left[0].archived),
        ("insatser/b.csv", false)
    );
    room.refresh().unwrap();
    assert_eq!(numbers(&room), [1, 3]);
}
