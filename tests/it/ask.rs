//! Questions: their answers in every form, and what a wrong question gets.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use perspektiv_tests::{Run, demo, files, perspektiv, root};

#[test]
fn the_three_main_questions_have_answers() {
    for (name, column) in [
        ("behovsgrupper", "overrepresentation"),
        ("hogkonsumenter", "andel_kostnad"),
        ("mal", "status"),
    ] {
        let run = Run::within(demo(), ["query", name, "--format", "csv"]).gives(0);
        let mut lines = run.stdout.lines();
        let header: Vec<_> = lines.next().unwrap().split(',').collect();
        assert!(header.contains(&column), "{header:?}");
        assert!(lines.count() > 2, "{run}");
        assert!(run.stderr.starts_with("Analysläge"), "{run}");
    }
}

#[test]
fn a_format_is_chosen_by_name_or_by_the_files_ending() {
    let folder = tempfile::tempdir().unwrap();
    let question = [
        "query",
        "--sql",
        "SELECT kommun, count(*) AS n FROM befolkning WHERE ar = 2024 GROUP BY kommun ORDER BY kommun",
    ];
    let json = Run::within(demo(), question.iter().copied().chain(["--format", "json"]))
        .gives(0)
        .json();
    let rows = json["rows"].as_array().or_else(|| json.as_array()).unwrap();
    assert_eq!(rows.len(), 16);
    assert_eq!(rows[0]["kommun"], "1715", "codes are texts");
    for (ending, magic) in [("csv", "# Analysläge"), ("arrow", "ARROW1"), ("parquet", "PAR1")] {
        let path = folder.path().join(format!("svar.{ending}"));
        let run = Run::within(
            demo(),
            question.iter().copied().chain(["--out", path.to_str().unwrap()]),
        )
        .gives(0);
        assert_eq!(run.stdout, "");
        assert!(fs::read(&path).unwrap().starts_with(magic.as_bytes()), "{ending}");
    }
}

#[test]
fn sql_may_begin_with_a_comment() {
    let run = Run::within(
        demo(),
        ["query", "--sql", "-- två\nSELECT 2 AS n", "--format", "csv"],
    )
    .gives(0);
    assert_eq!(run.stdout, "n\n2\n");
}

#[test]
fn a_file_that_cannot_be_written_fails_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("finns/inte/svar.csv");
    let run = Run::within(demo(), ["query", "mal", "--out", path.to_str().unwrap()]).gives(1);
    run.complains_of(&["finns/inte/svar.csv"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_wrong_question_is_wrong_usage_and_says_what_is_right() {
    for (arguments, words) in [
        (
            &["query", "hogkonsument"][..],
            &["no query named `hogkonsument`", "hogkonsumenter"][..],
        ),
        (&["query", "mal", "--param", "komun=1780"], &["komun"]),
        (
            &["query", "hogkonsumenter", "--param", "ar=i fjol"],
            &["ar", "whole number"],
        ),
        (&["query", "hogkonsumenter", "--param", "hog=2"], &["hog"]),
        (
            &["query", "hogkonsumenter", "--param", "kommun=1788"],
            &["`1788`", "Did you mean `1780`?", "1715"],
        ),
        (
            &["query", "behovsgrupper", "--param", "ar=2023"],
            &["`2023`", "Did you mean `2022`?"],
        ),
        (
            &["query", "mal", "--param", "enhet=0017", "--param", "enhet=1780"],
            &["`enhet` is given twice"],
        ),
        (
            &["query", "--sql", "SELECT * FROM befolkningen"],
            &["befolkningen", "befolkning"],
        ),
        (&["query", "--sql", "SELEC 1"], &["SELEC"]),
        (&["tables", "befolkningen"], &["befolkning"]),
    ] {
        Run::within(demo(), arguments).gives(2).complains_of(words);
    }
    Run::within(demo(), ["query"]).gives(2);
    Run::within(demo(), ["query", "mal", "--format", "xml"])
        .gives(2)
        .complains_of(&["csv", "parquet"]);
}

#[test]
fn what_a_terminal_shows_says_that_it_is_synthetic_or_empty() {
    let run = Run::within(demo(), ["query", "mal", "--param", "enhet=0017"]).gives(0);
    assert!(run.stdout.contains("Mål") || run.stdout.contains("mål"), "{run}");
    run.complains_of(&["Syntetiska data"]);
    for format in ["table", "csv"] {
        let sql = "SELECT kommun FROM befolkning WHERE kommun = '9999'";
        Run::within(demo(), ["query", "--format", format, "--sql", sql])
            .gives(0)
            .complains_of(&["0 rows"]);
    }
}

#[test]
fn questions_change_nothing_and_see_nothing_but_the_lake() {
    let before = Run::within(demo(), ["snapshots", "--json"]).gives(0).stdout;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("hemligt.csv"), "a\n1\n").unwrap();
    let secret = outside.path().join("hemligt.csv").display().to_string();
    let copy = outside.path().join("kopia.csv").display().to_string();
    for sql in [
        "DROP TABLE befolkning".to_owned(),
        "CREATE TABLE min AS SELECT 1".to_owned(),
        "INSERT INTO befolkning SELECT * FROM befolkning".to_owned(),
        "SET datafusion.execution.batch_size = 1".to_owned(),
        format!("COPY befolkning TO '{copy}'"),
        format!("CREATE EXTERNAL TABLE hemligt STORED AS CSV LOCATION '{secret}'"),
        format!("SELECT * FROM '{secret}'"),
        format!("SELECT * FROM 'file://{secret}'"),
        "SELECT 1; SELECT 2".to_owned(),
    ] {
        let run = Run::within(demo(), ["query", "--sql", &sql]);
        assert_eq!(run.code, Some(2), "{run}");
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    assert_eq!(
        Run::within(demo(), ["snapshots", "--json"]).gives(0).stdout,
        before
    );
}

#[test]
fn a_folder_that_is_no_workspace_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["refresh", "status", "tables", "queries", "snapshots", "check"] {
        let run = Run::within(folder.path(), [command]).gives(2);
        run.complains_of(&["workspace", "perspektiv init"]);
    }
}

#[test]
fn the_lists_are_whole_and_can_be_read_by_a_machine() {
    let queries = Run::within(demo(), ["queries", "--json"]).gives(0).json();
    let names: Vec<_> = queries
        .as_array()
        .unwrap()
        .iter()
        .map(|query| query["name"].as_str().unwrap())
        .collect();
    for name in ["behovsgrupper", "hogkonsumenter", "mal"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let columns = Run::within(demo(), ["tables", "person_year", "--json"])
        .gives(0)
        .json();
    let cost = columns
        .as_array()
        .unwrap()
        .iter()
        .find(|column| column["name"] == "kostnad")
        .unwrap();
    assert_eq!(cost["type"], "Decimal128(14, 2)");
    let status = Run::within(demo(), ["status", "--json"]).gives(0).json();
    assert!(status.to_string().contains("regionvard"), "{status}");
}

#[test]
fn an_older_snapshot_still_answers() {
    let run = Run::within(demo(), ["query", "mal", "--as-of", "1", "--format", "csv"]).gives(0);
    assert_eq!(
        run.stdout,
        Run::within(demo(), ["query", "mal", "--format", "csv"])
            .gives(0)
            .stdout
    );
    Run::within(demo(), ["query", "mal", "--as-of", "99"])
        .gives(2)
        .complains_of(&["There is no snapshot 99", "the only one is 1"]);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    // As in `perspektiv query … | head -1`.
    let mut child = perspektiv(["--workspace"])
        .arg(demo())
        .args(["query", "--format", "csv", "--sql", "SELECT * FROM regionvard"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("person,"), "{line}");
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.lines().all(|line| line.starts_with("Analysläge")), "{said}");
}

#[test]
fn a_result_does_not_take_the_place_of_what_the_workspace_lives_by() {
    for out in [
        "data/secrets/pseudonym.key",
        "data/lake/HEAD",
        "data/lake/tables/ny.csv",
        "data/reports/../deliveries/befolkning/ny.csv",
        "queries/mal/mal.sql",
        ".perspektiv.toml",
    ] {
        let path = demo().join(out);
        let before = std::fs::read(&path).ok();
        let arguments = [
            "query",
            "--sql",
            "SELECT 1 AS ett",
            "--format",
            "csv",
            "--out",
            path.to_str().unwrap(),
        ];
        Run::within(demo(), arguments)
            .gives(2)
            .complains_of(&["is where the workspace keeps its"]);
        assert_eq!(std::fs::read(&path).ok(), before, "{out}");
    }
}

#[test]
fn a_long_expression_is_no_fault_of_the_stack() {
    let sum = vec!["1"; 3000].join(" + ");
    let run = Run::within(
        demo(),
        ["query", "--format", "csv", "--sql", &format!("SELECT {sum} AS n")],
    )
    .gives(0);
    assert!(run.stdout.contains("3000"), "{}", run.stdout);
}

#[test]
fn a_table_shows_the_overview_and_all_columns_when_asked() {
    let of = |columns: &[&str]| {
        let arguments = [&["query", "hogkonsumenter", "--param", "ar=2024"], columns].concat();
        Run::within(demo(), arguments).gives(0).stdout
    };
    assert!(!of(&[]).contains("Högsta kostnad"));
    assert!(of(&["--columns", "all"]).contains("Högsta kostnad"));
    assert!(of(&["--format", "csv"]).contains("storsta"));
}

#[test]
fn the_catalogue_is_made_from_the_queries() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("katalog");
    Run::within(root(), ["queries", "--pages", pages.to_str().unwrap()]).gives(0);
    let read = |folder: &std::path::Path| -> std::collections::BTreeMap<String, String> {
        let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let pages = files(folder).into_iter();
        pages
            .map(|path| (name(&path), std::fs::read_to_string(&path).unwrap()))
            .collect()
    };
    assert!(
        read(&pages) == read(&root().join("queries/katalog")),
        "queries/katalog is not what the queries say; make it with `perspektiv queries --pages queries/katalog`"
    );
}

/// SQL that DataFusion alone answers wrongly, without a word.
#[test]
fn what_the_optimizer_takes_for_granted_is_no_answer() {
    let grid = "WITH x AS (SELECT kod, sum(n) AS n FROM (VALUES ('a', 1), ('a', 2), ('b', 3)) AS t(kod, n) GROUP BY kod), \
                g AS (SELECT x.kod, l.u, sum(n) AS n FROM x CROSS JOIN (VALUES (2), (1)) AS l(u) GROUP BY x.kod, l.u)";
    for (sql, expected) in [
        (
            format!("{grid} SELECT DISTINCT kod FROM g ORDER BY kod"),
            "kod\na\nb\n",
        ),
        (
            format!("{grid} SELECT kod, u FROM g ORDER BY kod, u"),
            "kod,u\na,1\na,2\nb,1\nb,2\n",
        ),
        (
            format!("{grid} SELECT kod, u FROM g ORDER BY kod, u DESC LIMIT 1"),
            "kod,u\na,2\n",
        ),
        (
            format!("{grid} SELECT count(*) AS n FROM (SELECT kod, u FROM g GROUP BY kod, u)"),
            "n\n4\n",
        ),
        (
            "WITH a AS (SELECT k, {'n': n, 'm': n} AS g FROM (VALUES (1, 10), (2, 20)) AS v(k, n)), \
             b AS (SELECT k, g, g['n'] AS x FROM a), c AS (SELECT k, g, -x AS x FROM b) \
             SELECT k, x, g['m'] AS m FROM c ORDER BY k"
                .to_owned(),
            "k,x,m\n1,-10,10\n2,-20,20\n",
        ),
        (
            "WITH f AS (SELECT min(column1) AS a FROM (VALUES (2019), (2020), (2024))), \
             t AS (SELECT * FROM (VALUES ('x', 2017)) AS v(enhet, slut)), \
             i AS (SELECT * FROM (VALUES ('x', 2019), ('x', 2020), ('x', 2024)) AS v(enhet, ar)) \
             SELECT t.slut, i.ar FROM t CROSS JOIN f JOIN i ON i.enhet = t.enhet AND i.ar = greatest(t.slut, f.a)"
                .to_owned(),
            "slut,ar\n2017,2019\n",
        ),
        (
            "SELECT * FROM (SELECT 'a' AS k, min(ar) AS m FROM befolkning) WHERE k = 'b'".to_owned(),
            "k,m\n",
        ),
        (
            "SELECT count(*) AS n FROM (SELECT 'a' AS k, kommun, count(*) AS m FROM befolkning \
             GROUP BY GROUPING SETS ((kommun), ())) WHERE k = 'b'"
                .to_owned(),
            "n\n0\n",
        ),
        (
            "WITH t AS (SELECT * FROM (VALUES (1, 'x'), (2, 'x'), (1, 'y'), (2, 'y')) AS v(k, g)), \
             r AS (SELECT g, count(*) AS n FROM t GROUP BY g), \
             c AS (SELECT t.k, r.g, r.n FROM t JOIN r ON r.g = t.g), \
             s AS (SELECT k, g, sum(n) AS x FROM c GROUP BY k, g) \
             SELECT g, count(*) AS n FROM s GROUP BY g, k ORDER BY g"
                .to_owned(),
            "g,n\nx,1\nx,1\ny,1\ny,1\n",
        ),
        (
            "WITH t AS (SELECT * FROM (VALUES (1, 'x'), (2, 'x'), (1, 'y'), (2, 'y')) AS v(k, g)), \
             r AS (SELECT g, count(*) AS n FROM t GROUP BY g), \
             c AS (SELECT t.k, r.g, r.n FROM t JOIN r ON r.g = t.g), \
             s AS (SELECT k, g, sum(n) AS x FROM c GROUP BY k, g) \
             SELECT g, count(*) AS n FROM s GROUP BY g ORDER BY g"
                .to_owned(),
            "g,n\nx,2\ny,2\n",
        ),
    ] {
        let run = Run::within(demo(), ["query", "--format", "csv", "--sql", &sql]).gives(0);
        assert_eq!(run.stdout, expected, "{sql}");
    }
}
