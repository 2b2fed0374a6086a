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

#[test]
fn unusual_files_are_read_by_the_definition_as_well() {
    let workspace = tempfile::tempdir().unwrap();
    let folder = workspace.path();
    Run::within(folder, ["init", folder.to_str().unwrap()]).gives(0);
    let deliveries = folder.join("data/deliveries");
    fs::create_dir_all(&deliveries).unwrap();
    for (name, text, sql, answer) in [
        (
            "dagar",
            "dag;vecka;antal\n31.12.2024;2024-W01;5\n5/1 2024;2024-W05;7\n1 jan 2024;2024-W52;1\n",
            "SELECT min(dag) AS a, max(dag) AS b, min(vecka) AS c, sum(antal) AS d FROM dagar",
            "a,b,c,d\n2024-01-01,2024-12-31,2024-01-01,13",
        ),
        (
            "paragrafer",
            "kommun§antal\nKil§5\nEda§7\nSunne§1\n",
            "SELECT sum(antal) AS d FROM paragrafer",
            "d\n13",
        ),
        (
            "rubriker",
            "Kommun;Antal män;;Antal kvinnor;\n;2022;2023;2022;2023\nKil;5;6;7;8\nEda;1;2;3;4\nSunne;9;8;7;6\n",
            "SELECT sum(antal_man_2022) AS a, sum(antal_kvinnor_2023) AS b FROM rubriker",
            "a,b\n15,18",
        ),
    ] {
        let path = deliveries.join(format!("{name}.csv"));
        fs::write(&path, text).unwrap();
        let definition = Run::within(folder, ["inspect", path.to_str().unwrap(), "--definition"]).gives(0);
        fs::write(folder.join(format!("pipelines/{name}.toml")), &definition.stdout).unwrap();
        Run::within(folder, ["check"]).gives(0);
        Run::within(folder, ["refresh", name]).gives(0);
        let loaded = Run::within(folder, ["query", "--format", "csv", "--sql", sql]).gives(0);
        assert_eq!(loaded.stdout.trim_end(), answer, "{loaded}");
        // And without a definition.
        let table = sql.replace(&format!("FROM {name}"), "FROM fil");
        let once = [
            "query",
            "--format",
            "csv",
            "--file-source",
            path.to_str().unwrap(),
            "--sql",
            &table,
        ];
        let looked = Run::within(folder, once).gives(0);
        assert_eq!(looked.stdout.trim_end(), answer, "{looked}");
    }
}

#[test]
fn ragged_rows_and_stray_bytes_are_told_by_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ragged.csv");
    fs::write(
        &path,
        "kommun;år;antal\nKil;2022;5\nEda;2023\nSunne;2022;7;extra\nArvika;2021;3\n",
    )
    .unwrap();
    let file = path.to_str().unwrap();
    Run::within(folder.path(), ["inspect", file])
        .gives(0)
        .complains_of(&["2 rows do not have 3 fields", "line 3, 4"]);
    fs::write(
        &path,
        ["kön;antal\nMän;1\nKvinnor;2\n".as_bytes(), b"m\xe4n;3\n"].concat(),
    )
    .unwrap();
    Run::within(folder.path(), ["inspect", file])
        .gives(1)
        .complains_of(&["ragged.csv", "Line 4, column 2", "0xE4", "UTF-8"]);
}
