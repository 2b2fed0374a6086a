//! Decks: five slides, in three forms, and not one more.

use std::fs;

use perspektiv_tests::{Run, copy, demo};

const DECK: &str = "nya_perspektiv";

#[test]
fn a_deck_is_exported_in_every_form_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let run = Run::within(demo(), ["slides", DECK, "--out", out, "--format", "pdf,html"]).gives(0);
    assert_eq!(run.stdout.lines().count(), 2, "{run}");
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["nya_perspektiv.html", "nya_perspektiv.pdf"]);
    assert!(
        fs::read(folder.path().join(&names[1]))
            .unwrap()
            .starts_with(b"%PDF-")
    );
}

#[test]
fn a_deck_made_again_from_its_snapshot_is_the_same_to_the_byte() {
    let (first, again) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for folder in [&first, &again] {
        let out = folder.path().to_str().unwrap();
        Run::within(demo(), ["slides", DECK, "--out", out, "--as-of", "1"]).gives(0);
    }
    let mut compared = 0;
    for entry in fs::read_dir(first.path()).unwrap() {
        let name = entry.unwrap().file_name();
        let (a, b) = (
            fs::read(first.path().join(&name)).unwrap(),
            fs::read(again.path().join(&name)).unwrap(),
        );
        assert!(a == b, "{} differs", name.display());
        compared += 1;
    }
    assert_eq!(compared, 3);
}

#[test]
fn a_deck_can_be_about_one_municipality() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    Run::within(
        demo(),
        [
            "slides", DECK, "--kommun", "1784", "--out", out, "--format", "html",
        ],
    )
    .gives(0);
    let html = fs::read_to_string(folder.path().join("nya_perspektiv_1784.html")).unwrap();
    assert!(html.contains("Arvika"), "the municipality is not named");
    let run = Run::within(
        demo(),
        [
            "slides", DECK, "--kommun", "0180", "--out", out, "--format", "html",
        ],
    );
    assert_ne!(run.code, Some(0), "a municipality that is not there: {run}");
}

#[test]
fn a_sixth_slide_is_refused() {
    let workspace = copy();
    let path = workspace.path().join("reports").join(format!("{DECK}.toml"));
    let text = fs::read_to_string(&path).unwrap();
    let start = text.rfind("[[slides]]").unwrap();
    let sixth = format!("{text}\n{}", &text[start..]);
    fs::write(&path, sixth).unwrap();
    let made = workspace.path().join("data/reports");
    fs::remove_dir_all(&made).unwrap();
    let run = Run::within(workspace.path(), ["slides", DECK]);
    assert_ne!(run.code, Some(0), "{run}");
    run.complains_of(&["five"]);
    assert!(!made.exists() || fs::read_dir(&made).unwrap().count() == 0);
    let check = Run::within(workspace.path(), ["check"]);
    assert_eq!(check.code, Some(1), "{check}");
}

#[test]
fn an_unknown_deck_or_form_is_named() {
    Run::within(demo(), ["slides", "finns_inte"]).complains_of(&["finns_inte"]);
    let run = Run::within(demo(), ["slides", DECK, "--format", "odp"]).gives(2);
    run.complains_of(&["odp", "pptx"]);
}
