//! A delivery that nobody has seen before: its definition is written by the program, and loads it.

use std::fs;

use perspektiv_tests::Run;

const DELIVERY: &str = "personnummer;kommun;besök;dag\n19121212-1212;1780;1 204;2022-04-30\n\
                        19121212-1212;1715;3;2022-05-01\n;1780;7;2022-05-02\n";

#[test]
fn the_definition_it_gives_is_valid_and_loads_the_file() {
    let workspace = tempfile::tempdir().unwrap();
    let folder = workspace.path();
    Run::within(folder, ["init", folder.to_str().unwrap()]).gives(0);
    let deliveries = folder.join("data/deliveries");
    fs::create_dir_all(&deliveries).unwrap();
    let path = deliveries.join("besok.csv");
    fs::write(&path, DELIVERY).unwrap();
    let file = path.to_str().unwrap();

    let shown = Run::within(folder, ["inspect", file]).gives(0);
    for word in [
        "csv: 3 rows",
        "kommun",
        "person",
        "integer",
        "***",
        "The first rows",
        "1 204",
        "[source]",
    ] {
        assert!(shown.stdout.contains(word), "{word}: {shown}");
    }
    let json = Run::within(folder, ["inspect", file, "--rows", "2", "--json"]).gives(0);
    assert_eq!(json.json()["rows"], 2);
    assert_eq!(json.json()["columns"][0]["kind"], "person");
    let definition = Run::within(folder, ["inspect", file, "--definition"]).gives(0);
    for run in [&shown, &json, &definition] {
        assert!(!run.stdout.contains("121212"), "{run}");
    }

    fs::write(folder.join("pipelines/besok.toml"), &definition.stdout).unwrap();
    Run::within(folder, ["check"]).gives(0);
    // Tables made of others wait until those are loaded.
    Run::within(folder, ["refresh", "besok"]).gives(0);
    let again = Run::within(folder, ["refresh", "besok"]).gives(0);
    assert!(again.stdout.contains("Nothing new"), "{again}");
    let sum = "SELECT sum(besok) AS alla, count(personnummer) AS med FROM besok";
    let loaded = Run::within(folder, ["query", "--format", "csv", "--sql", sum]).gives(0);
    assert_eq!(loaded.stdout.trim_end(), "alla,med\n1214,2", "{loaded}");
}

#[test]
fn what_is_no_delivery_is_an_error_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bild.png");
    fs::write(&path, b"\x89PNG\r\n\x1a\n\0\0\0").unwrap();
    Run::within(folder.path(), ["inspect", path.to_str().unwrap()])
        .gives(1)
        .complains_of(&["bild.png", "not recognised"]);
    Run::within(folder.path(), ["inspect", "finns_inte.csv"])
        .gives(1)
        .complains_of(&["finns_inte.csv"]);
}
