//! A check plans what is defined, and says what is wrong where.

use std::fs;
use std::path::Path;

use perspektiv_tests::{Run, copy, demo, perspektiv};

/// Changes the text of a file.
fn change(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "`{from}` in {}", file.display());
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn what_is_right_was_planned() {
    let run = Run::within(demo(), ["check"]).gives(0);
    assert!(run.stdout.contains("planned on snapshot 1"), "{run}");
}

#[test]
fn a_query_that_cannot_be_planned_is_wrong() {
    let workspace = copy();
    let query = workspace.path().join("queries/mal/mal.sql");
    let text = fs::read_to_string(&query).unwrap();
    let line = text.lines().count() + 1;
    fs::write(&query, format!("{}\n, finns_inte\n", text.trim_end())).unwrap();
    Run::within(workspace.path(), ["check"]).gives(1).complains_of(&[
        "One definition is wrong",
        &format!("mal.sql:{line}:"),
        "finns_inte",
    ]);
}

#[test]
fn a_derived_table_that_cannot_be_planned_is_wrong() {
    let workspace = copy();
    let file = workspace.path().join("pipelines/person_year.toml");
    change(&file, "date_part('year', datum)", "date_part('year', dag)");
    let run = Run::within(workspace.path(), ["check"]).gives(1);
    run.complains_of(&["person_year.toml:", "dag", "perspektiv refresh"]);
}

#[test]
fn a_deck_that_asks_for_what_is_not_there_is_wrong() {
    let workspace = copy();
    let deck = workspace.path().join("reports/nya_perspektiv.toml");
    change(&deck, "query = \"hogkonsumenter\"", "query = \"hogkonsument\"");
    Run::within(workspace.path(), ["check"])
        .gives(1)
        .complains_of(&["nya_perspektiv.toml:", "hogkonsument"]);
}

#[test]
fn without_data_a_check_says_what_it_could_not_do() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().join("ny");
    Run::of(perspektiv(["init"]).arg(&workspace)).gives(0);
    let run = Run::within(&workspace, ["check"]).gives(0);
    assert!(run.stdout.contains("SQL was not planned"), "{run}");
    // Tables without rows are no fault of a definition either.
    Run::within(&workspace, ["refresh"]).gives(0);
    let run = Run::within(&workspace, ["check"]).gives(0);
    assert!(run.stdout.contains("planned on snapshot 1"), "{run}");
}
