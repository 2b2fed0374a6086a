//! Whole charts, from TOML and a result to a picture.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod samples;

use perspektiv_disclosure::{Published, Rule, Value};
use samples::{published, t};

use super::*;

fn chart(spec: &str) -> Chart {
    toml::from_str(spec).unwrap()
}

fn refused(spec: &str, published: &Published) -> String {
    draw_svg(&chart(spec), published).unwrap_err().to_string()
}

#[test]
fn every_example_is_a_specification() {
    for kind in KINDS {
        let chart: Chart = toml::from_str(kind.example).unwrap_or_else(|e| panic!("{}: {e}", kind.name));
        assert_eq!(chart.kind().info().name, kind.name);
    }
}

#[test]
fn unknown_settings_are_refused() {
    for spec in [
        "kind = \"bar\"\nlabel = \"a\"\nvalue = \"b\"\ncolour = \"red\"",
        "kind = \"pie\"\nlabel = \"a\"",
        "label = \"a\"",
    ] {
        assert!(toml::from_str::<Chart>(spec).is_err(), "{spec}");
    }
}

#[test]
fn no_text_covers_another_or_runs_off_the_paper() {
    for (name, spec, published) in samples::all() {
        let places = samples::PLACES.map(|(width, height)| Size { width, height });
        for size in [
            Size::default(),
            Size {
                width: 1600,
                height: 900,
            },
        ]
        .into_iter()
        .chain(places)
        {
            // Goals need the whole width of a slide, and long ones all its height.
            if name.starts_with("goal") && size.width < 1000 || name == "goal" && size.height < 500 {
                continue;
            }
            let scene =
                scene(&chart(spec), &published, size).unwrap_or_else(|e| panic!("{name} {size:?}: {e}"));
            assert_eq!(scene.faults(), Vec::<String>::new(), "{name} {size:?}");
        }
    }
}

#[test]
fn every_picture_says_that_data_are_synthetic_and_what_they_are() {
    for (name, spec, published) in samples::all() {
        let svg = draw_svg(&chart(spec), &published).unwrap();
        assert!(svg.contains(">Syntetiska data</text>"), "{name}");
        assert!(svg.contains("procent") || svg.contains("miljoner kr"), "{name}");
        assert!(
            describe(&chart(spec), &published)
                .unwrap()
                .ends_with("Syntetiska data."),
            "{name}"
        );
    }
}

#[test]
fn hidden_is_never_zero() {
    let (spec, data) = (chart(samples::NEEDS), samples::needs());
    let table = data_table(&spec, &data).unwrap();
    assert_eq!(
        table[0],
        [
            "Grupp",
            "Andel, procent",
            "95 % konfidensintervall",
            "Svar",
            "Anmärkning"
        ]
    );
    let hidden = table.iter().find(|row| row[0].starts_with("Arbetslösa")).unwrap();
    assert_eq!(hidden[1..], ["..", "..", "19", "för få svar"]);
    let svg = draw_svg(&spec, &data).unwrap();
    assert!(svg.contains(">..</text>") && svg.contains(">för få svar</text>"));
    let words = describe(&spec, &data).unwrap();
    assert!(
        words.contains("Visas inte, för få svar: Arbetslösa eller i arbetsmarknadspolitisk åtgärd."),
        "{words}"
    );
    assert!(
        words.contains("Osäkra siffror: Sjuk- eller aktivitetsersättning"),
        "{words}"
    );
}

#[test]
fn a_description_names_the_largest_and_the_smallest() {
    let words = describe(&chart(samples::NEEDS), &samples::needs()).unwrap();
    assert!(words.starts_with("Stapeldiagram över andel, procent för 12 rader. Störst: Sjuk- eller aktivitetsersättning med 44,9\u{a0}procent (95 % konfidensintervall 33,0–56,8). Minst: Män 65–84 år"), "{words}");
    assert!(
        words.contains(
            "Jämförelselinje: Alla invånare 18–84 år, 18,3\u{a0}procent. Svar: 19–2\u{a0}310 per rad."
        ),
        "{words}"
    );
    let words = describe(&chart(samples::WAVES), &samples::waves()).unwrap();
    assert!(
        words.contains("Kvinnor: från 17,2\u{a0}procent (2004) till 31,8\u{a0}procent (2022)."),
        "{words}"
    );
}

#[test]
fn shares_are_of_the_whole() {
    let table = data_table(&chart(samples::CONSUMERS), &samples::consumers()).unwrap();
    assert_eq!(
        table[0],
        [
            "Konsumtion",
            "Personer",
            "Personer, andel",
            "Kostnad, miljoner kr",
            "Kostnad, andel"
        ]
    );
    assert_eq!(
        table[1],
        ["Hög", "12\u{a0}941", "20\u{a0}%", "6\u{a0}523", "80\u{a0}%"]
    );
    assert_eq!(table[4][0], "Totalt");
}

#[test]
fn goals_measure_the_way_to_the_target() {
    let table = data_table(&chart(samples::GOALS), &samples::goals()).unwrap();
    assert!(table[1][2].ends_with("(2017)"), "{:?}", table[1]);
    assert!(table[1][3].ends_with("(2021)"), "{:?}", table[1]);
    assert!(table[1][4].ends_with("(2022)"), "{:?}", table[1]);
    assert_eq!(table[1][5..], ["185\u{a0}%", "nått"]);
    let one = scene(&chart(samples::GOALS), &samples::goals(), Size::default()).unwrap();
    assert!(
        one.texts()
            .any(|t| t.text.contains("start 2017 (0 procent) till mål 2022"))
    );
    assert_eq!(table[5][5..], [".", "kan inte bedömas"]);
    // Many goals stand in two columns.
    let many = scene(&chart(samples::GOALS), &samples::many_goals(), Size::default()).unwrap();
    assert_eq!(many.texts().filter(|t| t.text == "Start").count(), 2);
    let judged = |scene: &Scene, words: &str| scene.texts().filter(|t| t.text.contains(words)).count();
    let (width, height) = (1600, 900);
    let roomy = scene(
        &chart(samples::GOALS),
        &samples::many_goals(),
        Size { width, height },
    )
    .unwrap();
    assert!(judged(&roomy, "kan inte bedömas") > 1);
    // Where not even their judgements have room, signs stand for them.
    let (width, height) = samples::PLACES[1];
    let low = scene(
        &chart(samples::GOALS),
        &samples::many_goals(),
        Size { width, height },
    )
    .unwrap();
    assert_eq!(
        judged(&low, "kan inte bedömas eller ingen säkerställd förändring"),
        1
    );
    assert_eq!(judged(&low, "rätt riktning"), 1);
    let grouped = format!("{}group = \"grupp\"", samples::GOALS);
    let tall = Size {
        width: 1160,
        height: 700,
    };
    let scene = scene(&chart(&grouped), &samples::goals(), tall).unwrap();
    assert_eq!(scene.faults(), Vec::<String>::new());
    assert!(
        scene
            .texts()
            .any(|t| t.text == "Hållbart och uthålligt" && t.bold)
    );
}

#[test]
fn rows_can_be_chosen_and_the_first_taken() {
    let spec = chart("kind = \"line\"\nx = \"ar\"\nvalue = \"andel\"\nonly = { kon = \"Kvinnor\" }");
    assert_eq!(data_table(&spec, &samples::waves()).unwrap().len(), 6);
    let spec =
        chart("kind = \"bar\"\nlabel = [\"kon\", \"ar\"]\nvalue = \"andel\"\norder = \"falling\"\nmost = 3");
    let table = data_table(&spec, &samples::waves()).unwrap();
    assert_eq!((table.len(), table[1][0].as_str()), (4, "Kvinnor, 2022"));
    assert!(
        draw_svg(&spec, &samples::waves())
            .unwrap()
            .contains("visar 3 av 10 rader")
    );
}

#[test]
fn errors_say_what_to_change() {
    let needs = samples::needs();
    let found = refused("kind = \"bar\"\nlabel = \"grupp\"\nvalue = \"antal\"", &needs);
    assert_eq!(
        found,
        "The bar chart's `value` names the column `antal`, and the result of `prov` has no such column; it has `grupp`, `andel`, `andel_se`, `andel_low`, `andel_high`, `n`."
    );
    let found = refused("kind = \"bar\"\nlabel = \"n\"\nvalue = \"grupp\"", &needs);
    assert_eq!(
        found,
        "The bar chart's `value` has to be numbers, and row 1 of the column `grupp` holds the text `Kvinnor 18–29 år`."
    );
    let found = refused(
        "kind = \"bar\"\nlabel = \"grupp\"\nvalue = \"andel\"\nonly = { n = 7 }",
        &needs,
    );
    assert_eq!(
        found,
        "The bar chart has no rows to draw: the result of `prov` has none that `only` asks for."
    );
    let found = refused(
        "kind = \"bar\"\nlabel = \"grupp\"\nvalue = \"andel\"\nhighlight = [\"Barn\"]",
        &needs,
    );
    assert!(found.starts_with("The bar chart's `highlight` names `Barn`, and no row is called that; there are `Kvinnor 18–29 år`"), "{found}");
    let found = refused(
        "kind = \"bar\"\nlabel = \"grupp\"\nvalue = \"andel\"\nreference = { value = 50 }",
        &needs,
    );
    assert!(found.contains("a `value` also needs a `label`"), "{found}");
    let found = refused(
        "kind = \"line\"\nx = \"ar\"\nvalue = \"andel\"",
        &samples::waves(),
    );
    assert_eq!(
        found,
        "The line chart has two rows for 2004; narrow the rows with `only`, or group them in the query."
    );
    let found = refused(
        "kind = \"line\"\nx = \"kon\"\nvalue = \"andel\"",
        &samples::waves(),
    );
    assert!(
        found.starts_with("The line chart's `x` has to be years"),
        "{found}"
    );
    let found = refused(
        "kind = \"line\"\nx = \"ar\"\nvalue = \"varde\"\nseries = \"namn\"",
        &samples::municipalities(),
    );
    assert!(
        found.starts_with("The line chart has 16 series in strong colours and room for 6"),
        "{found}"
    );
}

#[test]
fn more_rows_than_can_be_read_are_refused() {
    let rows = (0..60)
        .map(|i| vec![t(&format!("Rad {i}")), Value::Int(i)])
        .collect();
    let many = published(
        &[("namn", "Namn", "", None), ("antal", "Antal", "personer", None)],
        rows,
        &Rule::Public,
        None,
    );
    let found = refused("kind = \"bar\"\nlabel = \"namn\"\nvalue = \"antal\"", &many);
    assert!(
        found.starts_with("The bar chart has 60 rows and room for 2"),
        "{found}"
    );
    let empty = published(
        &[("namn", "Namn", "", None), ("antal", "Antal", "personer", None)],
        Vec::new(),
        &Rule::Public,
        None,
    );
    assert_eq!(
        refused("kind = \"bar\"\nlabel = \"namn\"\nvalue = \"antal\"", &empty),
        "The bar chart has no rows to draw: the result of `prov` is empty."
    );
}

#[test]
fn a_picture_is_the_same_every_time() {
    let (spec, data) = (chart(samples::GOALS), samples::goals());
    assert_eq!(draw_svg(&spec, &data).unwrap(), draw_svg(&spec, &data).unwrap());
    let small = Size {
        width: 1160,
        height: 560,
    };
    assert_eq!(
        draw_png_at(&spec, &data, small, 0.2).unwrap(),
        draw_png_at(&spec, &data, small, 0.2).unwrap()
    );
}
