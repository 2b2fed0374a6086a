//! What a deck is refused for, and whether the message says where and why.

use super::*;

const SLIDE: &str = r#"
[[slides]]
id = "a"
headline = "{{ first.grupp }} är dyrast"
query = "hogkonsumenter"
unit = "procent"
period = "2024"
n = { sum = "personer" }
"#;

fn error(text: &str) -> String {
    match parse(text) {
        Err(error) => error.to_string(),
        Ok(deck) => build(&deck).unwrap_err().to_string(),
    }
}

fn deck(slides: &str) -> String {
    format!("title = \"Prov\"\n{slides}")
}

#[test]
fn a_sixth_slide_is_refused_where_it_stands() {
    let five: String = (1..=5)
        .map(|i| SLIDE.replace("\"a\"", &format!("\"a{i}\"")))
        .collect();
    assert!(parse(&deck(&five)).is_ok());
    let six = format!("{five}{}", SLIDE.replace("\"a\"", "\"a6\""));
    let message = error(&deck(&six));
    assert!(
        message.starts_with("prov.toml:43:1: this is slide 6 of 6, and a deck has at most five"),
        "{message}"
    );
}

#[test]
fn a_number_without_unit_period_source_or_n_is_refused() {
    for line in [
        "unit = \"procent\"\n",
        "period = \"2024\"\n",
        "n = { sum = \"personer\" }\n",
    ] {
        let message = error(&deck(&SLIDE.replace(line, "")));
        assert!(
            message.starts_with("prov.toml:3:1: slide `a` must say its `unit`, `period` and `n`"),
            "{message}"
        );
    }
    let message = error(&deck(&SLIDE.replace("hogkonsumenter", "namnlos")));
    assert!(
        message.contains("must say its `source`: the query `namnlos` names none"),
        "{message}"
    );
    let message = error(&deck(&SLIDE.replace("\"procent\"", "\"{{ '' }}\"")));
    assert!(
        message.contains("prov.toml:7:8: the `unit` comes out empty"),
        "{message}"
    );
}

#[test]
fn a_slide_without_a_query_needs_only_text() {
    let text = "[[slides]]\nid = \"b\"\nheadline = \"Nu gör vi något\"\ntext = [\"Vem?\"]\n";
    let (built, _) = build(&parse(&deck(text)).unwrap()).unwrap();
    assert!(built.slides[0].footer.is_none() && !built.synthetic && built.snapshot.is_none());
    assert!(error(&deck(&text.replace("text = [\"Vem?\"]\n", ""))).contains("neither a query nor text"));
    let chart = format!("{text}[slides.chart]\nkind = \"share\"\npart = \"x\"\nvalues = [\"y\"]\n");
    assert!(error(&deck(&chart)).contains("a chart but no query"));
}

const OTHERWISE: &str = r#"
when = "rows | selectattr('andel_kostnad', 'synlig') | list"
otherwise.headline = "Kostnaden kan inte visas"
otherwise.text = ["{% if rows %}För få personer.{% else %}Inga uppgifter.{% endif %}", "{{ '' }}"]
"#;

#[test]
fn a_slide_whose_rows_cannot_carry_it_says_something_else() {
    let chart = "[slides.chart]\nkind = \"share\"\npart = \"grupp\"\nvalues = [\"andel_kostnad\"]\n";
    let built = |query: &str| {
        let slide = SLIDE
            .replace("hogkonsumenter", query)
            .replace("{{ first.grupp }}", "{{ hog.grupp }}");
        let text = format!("{slide}let.hog = \"rows[0]\"{OTHERWISE}{chart}");
        build(&parse(&deck(&text)).unwrap()).unwrap().0.slides.remove(0)
    };
    let shown = built("hogkonsumenter");
    assert_eq!(shown.headline, "Hög är dyrast");
    assert!(shown.figure.is_some());
    for (query, why) in [("dold", "För få personer."), ("tom", "Inga uppgifter.")] {
        let slide = built(query);
        assert_eq!(slide.headline, "Kostnaden kan inte visas");
        assert_eq!(slide.points, [why]);
        assert!(slide.figure.is_none());
        let line = slide.footer.unwrap().line();
        assert!(line.starts_with("Källa: Liv & Hälsa · Ögonblicksbild"), "{line}");
    }
}

#[test]
fn a_condition_needs_its_texts_and_a_query() {
    let (when, texts) = OTHERWISE.trim().split_once('\n').unwrap();
    let message = error(&deck(&format!("{SLIDE}{when}\n")));
    assert!(message.contains("has `when` but not `otherwise`"), "{message}");
    let message = error(&deck(&format!("{SLIDE}{texts}\n")));
    assert!(message.contains("has `otherwise` but not `when`"), "{message}");
    let message = error(&deck(&format!("{SLIDE}{}", OTHERWISE.replace("| list", "| lst"))));
    assert!(message.starts_with("prov.toml:11:8:"), "{message}");
    let alone = "[[slides]]\nid = \"b\"\nheadline = \"Nu\"\ntext = [\"Vem?\"]\n";
    let message = error(&deck(&format!("{alone}{OTHERWISE}")));
    assert!(message.contains("has a `when` but no query"), "{message}");
}

#[test]
fn a_deck_knows_the_places_it_can_be_about() {
    let whole = whole_deck();
    assert_eq!(whole.places().count(), 16);
    assert_eq!(whole.place("1784").unwrap(), "Arvika");
    for code in ["9999", ""] {
        let message = whole.place(code).unwrap_err().to_string();
        assert!(message.contains("1715 Kil, 1730 Eda"), "{message}");
    }
    let message = parse(&deck(SLIDE))
        .unwrap()
        .place("1784")
        .unwrap_err()
        .to_string();
    assert!(message.contains("has no parameter `kommun`"), "{message}");
}

#[test]
fn misspellings_are_told_with_line_and_column() {
    let message = error(&deck(&SLIDE.replace("period", "perid")));
    assert!(
        message.starts_with("prov.toml:8:1: unknown field `perid`"),
        "{message}"
    );
    let message = error(&deck(&SLIDE.replace("first.grupp", "first.grup")));
    assert!(
        message.starts_with("prov.toml:5:12: the text `{{ first.grup }} är dyrast`"),
        "{message}"
    );
    assert!(message.contains("misspelt"), "{message}");
    let message = error(&deck(&SLIDE.replace("first.grupp }}", "first.grupp")));
    assert!(message.starts_with("prov.toml:5:12:"), "{message}");
    let message = error(&deck(&SLIDE.replace("sum = \"personer\"", "sum = \"persons\"")));
    assert!(
        message.starts_with("prov.toml:9:5: `n` adds up the column `persons`, which the result lacks"),
        "{message}"
    );
    let message = error(&deck(&SLIDE.replace("hogkonsumenter", "hogkonsument")));
    assert!(
        message.starts_with("prov.toml:6:9: the query `hogkonsument` of slide `a` failed: there is no query"),
        "{message}"
    );
    let chart =
        format!("{SLIDE}[slides.chart]\nkind = \"share\"\npart = \"grupp\"\nvaluess = [\"andel_kostnad\"]\n");
    let message = error(&deck(&chart));
    assert!(
        message.starts_with("prov.toml:10:1: the chart of slide `a`: unknown field `valuess`"),
        "{message}"
    );
    let message = error(&deck(&format!("{SLIDE}let.topp = \"rows[7]\"\n")));
    assert!(
        message.starts_with("prov.toml:10:12: the expression `rows[7]` has no value"),
        "{message}"
    );
}

#[test]
fn other_rules_of_the_house() {
    assert!(error("title = \"Prov\"\nslides = []\n").contains("at least one slide"));
    assert!(error(&deck(&format!("{SLIDE}{SLIDE}"))).contains("two slides have the id `a`"));
    assert!(error(&deck(&SLIDE.replace("\"a\"", "\"A b\""))).contains("may hold only"));
    assert!(error(&format!("language = \"en\"\n{}", deck(SLIDE))).contains("`en` is not spoken yet"));
    let five = format!("{SLIDE}text = [\"1\", \"2\", \"3\", \"4\", \"5\"]\n");
    assert!(error(&deck(&five)).contains("at most four are read"));
    assert!(error(&format!("{}\n[params]\nrows = \"1\"\n", deck(SLIDE))).contains("cannot be called `rows`"));
    let other = SLIDE
        .replace("\"a\"", "\"b\"")
        .replace("hogkonsumenter", "namnlos");
    let message = error(&deck(&format!(
        "{SLIDE}{}",
        other.replace("period", "source = \"x\"\nperiod")
    )));
    assert!(
        message.contains("comes from snapshot 12 and the slides before it"),
        "{message}"
    );
}

#[test]
fn parameters_reach_the_query_and_unknown_ones_are_refused() {
    let text = format!(
        "{}params = {{ kommun = \"{{{{ kommun }}}}\", ar = 2024, tom = \"{{{{ tom }}}}\" }}\n[params]\nkommun = \"\"\ntom = \"\"\n",
        deck(SLIDE)
    );
    let text = text.replacen(
        "[params]",
        "[[slides]]\nid = \"z\"\nheadline = \"Slut\"\ntext = [\"x\"]\n",
        1,
    );
    let text = format!(
        "title = \"Prov\"\n[params]\nkommun = \"\"\ntom = \"\"\n{}",
        text.replacen("title = \"Prov\"\n", "", 1)
            .replace("kommun = \"\"\ntom = \"\"\n", "")
    );
    let deck = parse(&text).unwrap();
    let given = BTreeMap::from([("kommun".to_owned(), "1780".to_owned())]);
    let (built, _) = deck.build(&given, &Answers).unwrap();
    assert_eq!(
        built.slides[0].footer.as_ref().unwrap().query,
        "hogkonsumenter ar=2024 kommun=1780"
    );
    let wrong = BTreeMap::from([("komun".to_owned(), "1780".to_owned())]);
    let message = deck.build(&wrong, &Answers).unwrap_err().to_string();
    assert_eq!(
        message,
        "prov.toml: the deck has no parameter `komun`; it has: kommun, tom"
    );
}

#[test]
fn warnings_stop_nothing() {
    let long = "Det här är en mycket lång rubrik som ingen hinner läsa klart innan bilden är borta";
    let text = deck(&SLIDE.replace("{{ first.grupp }} är dyrast", long));
    let (_, warnings) = build(&parse(&text).unwrap()).unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0]
            .to_string()
            .starts_with("prov.toml:5:12: slide `a`: the headline has 16 words")
    );
    let hard = "Kommunövergripande verksamhetsutveckling förutsätter ansvarsfördelning";
    let text = deck(&SLIDE.replace("{{ first.grupp }} är dyrast", hard));
    let (_, warnings) = build(&parse(&text).unwrap()).unwrap();
    assert!(
        warnings
            .iter()
            .any(|w| w.message.starts_with("the text has LIX 104")),
        "{warnings:?}"
    );
}

#[test]
fn a_whole_deck_gives_no_warning() {
    let (built, warnings) = build(&whole_deck()).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(built.slides.len(), 5);
    let slide = &built.slides[2];
    assert_eq!(
        slide.headline,
        "20\u{a0}% av de äldre tar 81\u{a0}% av kostnaden för vård och omsorg"
    );
    let footer = slide.footer.as_ref().unwrap();
    assert!(
        footer
            .line()
            .contains("n\u{a0}=\u{a0}72\u{a0}410 personer 65 år och äldre")
    );
    assert!(footer.line().ends_with("Ögonblicksbild\u{a0}12\u{a0}(a1b2c3…)"));
    assert!(built.synthetic);
}

#[test]
fn the_decks_of_the_repository_can_be_read() {
    let files = std::fs::read_dir(".").unwrap().map(|entry| entry.unwrap().path());
    let decks: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|e| e == "toml") && !path.ends_with("Cargo.toml"))
        .map(|path| Deck::load(&path).unwrap())
        .collect();
    assert!(!decks.is_empty());
}
