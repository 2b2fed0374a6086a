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
}

#[test]
fn a_municipality_that_the_deck_does_not_name_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    for code in ["9999", "", "../1784", "1784.html"] {
        let run = Run::within(
            demo(),
            ["slides", DECK, "--kommun", code, "--out", out, "--format", "html"],
        );
        run.gives(2).complains_of(&["1784 Arvika", "1715 Kil"]);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn one_municipality_that_fails_does_not_stand_in_the_way_of_the_others() {
    let workspace = copy();
    let path = workspace.path().join("reports").join(format!("{DECK}.toml"));
    let text = fs::read_to_string(&path).unwrap();
    let fault = "    \"{% if kommun == '1784' %}{{ finns_inte }}{% endif %}Vilken grupp";
    let broken = text.replace("    \"Vilken grupp", fault);
    assert_ne!(text, broken);
    fs::write(&path, broken).unwrap();
    let out = workspace.path().join("bilder");
    let run = Run::within(
        workspace.path(),
        [
            "slides",
            DECK,
            "--kommun",
            "alla",
            "--format",
            "html",
            "--out",
            out.to_str().unwrap(),
        ],
    )
    .gives(1)
    .complains_of(&["1 of 16 decks", "1784 Arvika", "misspelt"]);
    assert_eq!(run.stdout.lines().count(), 15, "{run}");
    assert_eq!(fs::read_dir(&out).unwrap().count(), 15);
    assert!(!out.join("nya_perspektiv_1784.html").exists());
}

#[test]
fn a_slide_whose_numbers_cannot_be_shown_says_so_and_why() {
    let workspace = copy();
    let query = workspace.path().join("queries/hogkonsumenter/hogkonsumenter.sql");
    let text = fs::read_to_string(&query).unwrap();
    // By another rule nothing has been published.
    fs::remove_file(workspace.path().join("data/publications.jsonl")).unwrap();
    // Nothing is large enough for such a rule.
    let strict = text.replace("rule = \"secrecy\"", "rule = \"secrecy\"\nminimum = 1000000");
    assert_ne!(text, strict);
    fs::write(&query, strict).unwrap();
    let out = workspace.path().join("bilder");
    let arguments = [
        "--kommun",
        "1784",
        "--format",
        "html",
        "--out",
        out.to_str().unwrap(),
    ];
    Run::within(workspace.path(), ["slides", DECK].iter().chain(&arguments)).gives(0);
    let html = fs::read_to_string(out.join("nya_perspektiv_1784.html")).unwrap();
    for words in [
        "Kostnaden för vård och omsorg i Arvika går inte att visa",
        "skulle kunna avslöja någon",
    ] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn a_rule_that_protects_nobody_is_refused_before_anything_is_shown() {
    let workspace = copy();
    let query = workspace.path().join("queries/hogkonsumenter/hogkonsumenter.sql");
    let text = fs::read_to_string(&query).unwrap();
    fs::write(
        &query,
        text.replace("rule = \"secrecy\"", "rule = \"secrecy\"\nminimum = 1"),
    )
    .unwrap();
    let check = Run::within(workspace.path(), ["check"]).gives(1);
    check.complains_of(&["hogkonsumenter.sql", "`minimum` is 1"]);
    let run = Run::within(workspace.path(), ["slides", DECK]);
    assert_ne!(run.code, Some(0), "{run}");

    // The person of a register is known by where it came from, not by its name.
    fs::write(
        &query,
        text.replace(
            "    g.storsta\n",
            "    g.storsta,\n    (SELECT min(person) FROM person_year) AS lopnummer\n",
        ),
    )
    .unwrap();
    let check = Run::within(workspace.path(), ["check"]).gives(1);
    check.complains_of(&["hogkonsumenter.sql", "lopnummer", "can never be published"]);
    Run::within(workspace.path(), ["slides", DECK])
        .gives(1)
        .complains_of(&["lopnummer", "identities"]);
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
    let run = Run::within(demo(), ["slides", "finns_inte"]).gives(2);
    run.complains_of(&["finns_inte", DECK]);
    let run = Run::within(demo(), ["slides", DECK, "--format", "odp"]).gives(2);
    run.complains_of(&["odp", "pptx"]);
}

#[test]
fn what_is_shown_is_written_down_once_and_a_draft_is_not() {
    let workspace = copy();
    let out = workspace.path().join("bilder");
    let ledger = workspace.path().join("data/publications.jsonl");
    let lines = || fs::read_to_string(&ledger).unwrap().lines().count();
    let slides = |more: &[&str]| {
        let out = out.to_str().unwrap();
        let arguments = [
            "slides", DECK, "--kommun", "1784", "--format", "html", "--out", out,
        ];
        Run::within(workspace.path(), arguments.iter().chain(more)).gives(0)
    };
    // The demo has published the county; other tests may have published more since.
    let text = fs::read_to_string(&ledger).unwrap();
    fs::write(&ledger, text.split_inclusive('\n').next().unwrap()).unwrap();
    let before = lines();
    slides(&["--draft"]).complains_of(&["not written down as published"]);
    assert_eq!(lines(), before);
    slides(&[]);
    assert_eq!(lines(), before + 1);
    assert!(fs::read_to_string(&ledger).unwrap().contains("\"1784\""));
    let made = fs::read(out.join("nya_perspektiv_1784.html")).unwrap();
    slides(&[]);
    assert_eq!(lines(), before + 1);
    assert!(made == fs::read(out.join("nya_perspektiv_1784.html")).unwrap());
}

#[test]
fn without_its_ledger_as_it_was_written_nothing_is_published() {
    let workspace = copy();
    let ledger = workspace.path().join("data/publications.jsonl");
    let text = fs::read_to_string(&ledger).unwrap();
    fs::write(
        &ledger,
        text.replacen("hogkonsumenter", "lagkonsumenter", 1) + &text,
    )
    .unwrap();
    let out = workspace.path().join("bilder");
    let arguments = ["slides", DECK, "--format", "html", "--out", out.to_str().unwrap()];
    Run::within(workspace.path(), arguments).gives(1).complains_of(&[
        "publications.jsonl",
        "is not as it was written",
        "copy",
    ]);
    assert!(!out.join("nya_perspektiv.html").exists());
}
