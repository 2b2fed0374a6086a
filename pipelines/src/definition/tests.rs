#![allow(clippy::unwrap_used, clippy::panic)]
use std::path::Path;

use super::*;

fn read(text: &str) -> Result<Definition, Vec<String>> {
    let mut errors = Vec::new();
    let definition = parse(Path::new("data.toml"), "data", text, &mut errors);
    match errors.is_empty() {
        true => Ok(definition.unwrap()),
        false => Err(errors.iter().map(ToString::to_string).collect()),
    }
}

const WHOLE: &str = r#"title = "Kontakter"
description = "Alla kontakter"
[source]
path = "kontakter/*.csv"
format = "csv"
delimiter = ";"
encoding = "windows-1252"
decimal = ","
skip_rows = 1
[table]
name = "kontakt"
[limits]
rejected = 0.05
[[columns]]
name = "person"
from = "personnummer"
type = "person"
required = true
reference = 2019-12-31
[[columns]]
name = "kon"
type = "text"
codes = { "1" = "Män", "2" = "Kvinnor" }
unknown_codes = "null"
[[columns]]
name = "mangd"
type = "number"
missing = ["777", "888"]
range = [0, 744.5]
unit = "timmar"
label = "Mängd"
[[columns]]
name = "dag"
type = "date"
range = ["2019-01-01", 2019-12-31]
[[columns]]
name = "ar"
type = "integer"
constant = 2019
required = true
[[columns]]
name = "vikt"
type = "number"
required = true
[[checks]]
kind = "unique"
columns = ["person", "dag"]
[survey]
stratum = "ar"
weight = "vikt"
"#;

#[test]
fn a_whole_definition() {
    let definition = read(WHOLE).unwrap();
    assert_eq!(
        (definition.name.as_str(), definition.table.as_str()),
        ("data", "kontakt")
    );
    let source = definition.source().unwrap();
    assert_eq!(source.format.name(), "csv");
    assert_eq!(
        (
            source.options.delimiter,
            source.options.decimal,
            source.options.skip_rows
        ),
        (b';', b',', 1)
    );
    assert_eq!(source.options.encoding, perspektiv_formats::Encoding::Windows1252);
    assert!((source.rejected - 0.05).abs() < 1e-12);
    assert_eq!(source.columns.len(), 6);
    assert_eq!(source.columns[0].origin, Origin::Field("personnummer".to_owned()));
    assert_eq!(source.columns[1].origin, Origin::Field("kon".to_owned()));
    assert_eq!(source.columns[2].range, Some(Range::Number(0.0, 744.5)));
    assert_eq!(source.columns[3].range, Some(Range::Days(17_897, 18_261)));
    assert_eq!(source.columns[4].origin, Origin::Constant("2019".to_owned()));
    assert_eq!(
        source.checks,
        [Check::Unique(vec!["person".to_owned(), "dag".to_owned()])]
    );
    assert_eq!(definition.survey.as_ref().unwrap().weight, "vikt");
}

#[test]
fn how_a_text_is_laid_out() {
    let options = |lines: &str| {
        let text = WHOLE.replace("skip_rows = 1", lines);
        read(&text).map(|definition| definition.source().unwrap().options.clone())
    };
    let plain = options("skip_rows = 1").unwrap();
    assert_eq!((plain.header_rows, plain.skip_footer, plain.member), (1, 0, None));
    let given = options("header_rows = 2\nskip_footer = 3\nmember = \"*.csv\"").unwrap();
    assert_eq!((given.header_rows, given.skip_footer), (2, 3));
    assert_eq!(given.member.as_deref(), Some("*.csv"));
    assert_eq!(options("header = false").unwrap().header_rows, 0);
    assert_eq!(options("header = true").unwrap().header_rows, 1);
    let error = options("header = false\nheader_rows = 2").unwrap_err();
    assert!(error[0].contains("a header that is not there"), "{error:?}");
    let error = options("skip_footer = 1000").unwrap_err();
    assert!(error[0].contains("at most 100 rows"), "{error:?}");
}

#[test]
fn words_do_not_change_the_fingerprint_and_rules_do() {
    let before = read(WHOLE).unwrap().fingerprint("k");
    let reworded = WHOLE
        .replace("Mängd", "Antal")
        .replace("timmar", "h")
        .replace("Kontakter", "Besök");
    assert_eq!(read(&reworded).unwrap().fingerprint("k"), before);
    assert_ne!(
        read(&WHOLE.replace("744.5", "745")).unwrap().fingerprint("k"),
        before
    );
    assert_ne!(
        read(&WHOLE.replace("Kvinnor", "kvinna"))
            .unwrap()
            .fingerprint("k"),
        before
    );
    assert_ne!(read(WHOLE).unwrap().fingerprint("another key"), before);
}

#[test]
fn every_error_says_where_and_what_to_do() {
    let errors = read(
        r#"titel = "Kontakter"
[source]
path = "../*.csv"
format = "cvs"
delimiter = ";;"
encoding = "utf-7"
[[columns]]
type = "integer"
[[columns]]
name = "Kön"
type = "txet"
[[columns]]
name = "ar"
type = "integer"
range = [2020, 2010]
codes = { "1" = "a" }
[[columns]]
name = "ar"
type = "date"
constant = "i går"
"#,
    )
    .unwrap_err();
    let expected = [
        "data.toml:1:1: The file has no key `titel`. Did you mean `title`?",
        "data.toml:1:1: The file has no `title`.",
        "data.toml:3:8: The path '../*.csv' leads out of the deliveries folder.",
        "data.toml:4:10: There is no format 'cvs'. Did you mean \"csv\"?",
        "data.toml:5:13: `delimiter` has to be one character",
        "data.toml:6:12: The encoding 'utf-7' is not known.",
        "data.toml:7:1: [[columns]] has no `name`.",
        "data.toml:10:8: 'Kön' cannot be the name of a column.",
        "data.toml:11:8: There is no type 'txet'. Did you mean \"text\"?",
        "data.toml:15:9: The range is empty.",
        "data.toml:16:9: `codes` replaces codes by text, but the column is no text.",
        "data.toml:18:8: The column 'ar' is defined twice.",
        "data.toml:20:12: The constant 'i går' does not fit",
    ];
    for start in expected {
        assert!(
            errors.iter().any(|error| error.starts_with(start)),
            "missing: {start}\n{}",
            errors.join("\n")
        );
    }
    assert_eq!(errors.len(), expected.len(), "{}", errors.join("\n"));
}

#[test]
fn source_and_derive_exclude_each_other() {
    let one = |text: &str| {
        let errors = read(text).unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
        errors[0].clone()
    };
    assert!(one("title = \"x\"\n").contains("neither [source] nor [derive]"));
    let both = WHOLE.replace("[table]", "[derive]\nsql = \"SELECT 1\"\nfrom = [\"x\"]\n[table]");
    assert!(one(&both).starts_with("data.toml:10:1: The dataset has both [source] and [derive]."));
    let derived = "title = \"x\"\n[derive]\nsql = \"SELECT 1\"\n";
    assert!(one(derived).starts_with("data.toml:2:1: [derive] does not say which tables it reads."));
    let columns = format!("{derived}from = [\"y\"]\n[[columns]]\nname = \"a\"\n");
    assert!(one(&columns).contains("A derived table has no `columns`"));
    let survey = WHOLE.replace("weight = \"vikt\"", "weight = \"vigt\"");
    assert!(one(&survey).contains("The dataset has no column 'vigt'. Did you mean 'vikt'?"));
    let optional = WHOLE.replace("type = \"number\"\nrequired = true", "type = \"number\"");
    assert!(one(&optional).contains("Add required = true to the column 'vikt'."));
    assert!(
        one(&WHOLE.replace("skip_rows = 1", "members = true")).contains("says nothing about the format csv")
    );
    assert!(one("title = \"x\n").contains("This is not TOML"));
}

#[test]
fn derived_tables_come_after_what_they_read() {
    let make = |name: &str, from: &[&str]| {
        let text = match from.is_empty() {
            true => WHOLE.replace("name = \"kontakt\"", &format!("name = \"{name}\"")),
            false => format!("title = \"x\"\n[derive]\nsql = \"SELECT 1\"\nfrom = {from:?}\n"),
        };
        let mut errors = Vec::new();
        parse(Path::new("x.toml"), name, &text, &mut errors).unwrap()
    };
    let all = [make("a", &["b", "c"]), make("b", &["c"]), make("c", &[])];
    assert_eq!(dependency_order(&all).unwrap(), [1, 0]);
    let cycle = [make("a", &["b"]), make("b", &["a"])];
    let errors = dependency_order(&cycle).unwrap_err();
    assert!(errors[0].to_string().contains("need each other"), "{}", errors[0]);
    let unknown = [make("a", &["kontakter"]), make("kontakt", &[])];
    let errors = dependency_order(&unknown).unwrap_err();
    assert!(
        errors[0].to_string().contains("Did you mean 'kontakt'?"),
        "{}",
        errors[0]
    );
    assert_eq!(errors[0].line, 3);
}

#[test]
fn checks_and_limits_say_where_they_are_wrong() {
    let definition = read(&WHOLE.replace("[limits]\n", "[limits]\nremaining = 0.25\n")).unwrap();
    assert!((definition.source().unwrap().remaining - 0.25).abs() < 1e-12);
    // It decides what is refused, not what the table holds.
    assert_eq!(definition.fingerprint("k"), read(WHOLE).unwrap().fingerprint("k"));
    let derived = "title = \"x\"\n[derive]\nsql = \"SELECT 1\"\nfrom = [\"y\"]\n";
    let checked = |check: &str| read(&format!("{derived}[[checks]]\n{check}"));
    let whole = "kind = \"sql\"\nname = \"n\"\nsql = \"SELECT 2\"\nmessage = \"m\"\n";
    let definition = checked(&format!("{whole}limit = 0.1\nof = \"y\"\n")).unwrap();
    assert_eq!(definition.checks.len(), 1);
    assert_eq!(
        (definition.checks[0].line, definition.checks[0].name.as_str()),
        (8, "n")
    );
    assert_ne!(definition.fingerprint(""), read(derived).unwrap().fingerprint(""));
    for (check, expected) in [
        (
            format!("{whole}limit = 0.1\n"),
            "data.toml:10:9: `limit` is a share, but of which table is not said.",
        ),
        (
            format!("{whole}limit = 2\nof = \"y\"\n"),
            "data.toml:10:9: `limit` is 2, which is no share.",
        ),
        (
            "kind = \"sql\"\nname = \"n\"\nsql = \"SELECT 2\"\n".to_owned(),
            "data.toml:5:1: [[checks]] has no `message`.",
        ),
        (
            "kind = \"unique\"\ncolumns = [\"a\"]\n".to_owned(),
            "data.toml:6:8: A derived table has no check 'unique'",
        ),
        (
            "kind = \"summ\"\n".to_owned(),
            "data.toml:6:8: There is no check 'summ'. Did you mean \"sum\"?",
        ),
    ] {
        let errors = checked(&check).unwrap_err();
        assert!(errors[0].starts_with(expected), "{errors:?}");
    }
    let source = |from: &str, to: &str| read(&WHOLE.replacen(from, to, 1)).unwrap_err().join("\n");
    let empty = source("\"kontakter/*.csv\"", "[\"a.csv\", \" \"]");
    assert!(empty.contains("data.toml:4:18: The path is empty"), "{empty}");
    let allowed = source(
        "type = \"person\"",
        "type = \"person\"\nperson_numbers = \"allow\"",
    );
    assert!(
        allowed.contains("`person_numbers` is for numbers and for texts without `codes` only."),
        "{allowed}"
    );
    let share = source("[limits]\n", "[limits]\nremaining = 50\n");
    assert!(
        share.contains("data.toml:13:13: `remaining` is 50, which is no share."),
        "{share}"
    );
}

#[test]
fn how_new_rows_meet_old_ones() {
    let update = |lines: &str| read(&WHOLE.replace("[table]", &format!("[update]\n{lines}\n[table]")));
    let of = |lines: &str| update(lines).unwrap().source().unwrap().update.clone();
    assert_eq!(read(WHOLE).unwrap().source().unwrap().update, Update::Replace);
    assert_eq!(of("mode = \"append\""), Update::Append);
    assert_eq!(
        of("mode = \"period\"\nperiod = [\"ar\", \"kon\"]"),
        Update::Period(vec!["ar".to_owned(), "kon".to_owned()])
    );
    let merged = update("mode = \"merge\"\nkeys = [\"person\"]").unwrap();
    let unique = Check::Unique(vec!["person".to_owned()]);
    assert!(merged.source().unwrap().checks.contains(&unique));
    assert_ne!(merged.fingerprint("k"), read(WHOLE).unwrap().fingerprint("k"));
    for (lines, expected) in [
        (
            "mode = \"merg\"",
            "data.toml:11:8: There is no mode 'merg'. Did you mean \"merge\"?",
        ),
        (
            "mode = \"period\"",
            "data.toml:10:1: The mode \"period\" needs the columns of its period.",
        ),
        (
            "mode = \"append\"\nkeys = [\"person\"]",
            "data.toml:12:8: `keys` says nothing about another mode than \"merge\".",
        ),
        (
            "mode = \"merge\"\nkeys = [\"persn\"]",
            "data.toml:12:9: The dataset has no column 'persn'. Did you mean 'person'?",
        ),
        (
            "mode = \"merge\"\nkeys = [\"mangd\"]",
            "data.toml:12:9: 'mangd' is a number with decimals",
        ),
    ] {
        let errors = update(lines).unwrap_err();
        assert!(errors[0].starts_with(expected), "{errors:?}");
    }
}

#[test]
fn when_new_data_are_expected_and_who_may_see_them() {
    let with = |lines: &str| read(&WHOLE.replace("[table]", &format!("{lines}[table]")));
    let definition = with(
        "[freshness]\nexpected = \"31 days\"\npublished = [\"10-15\", \"02-29\"]\n[retention]\nsnapshots = \"2 years\"\n\
         archive = \"P6M\"\n",
    )
    .unwrap();
    assert_eq!(definition.freshness.expected.unwrap().get_days(), 31);
    let days: Vec<_> = definition
        .freshness
        .published
        .iter()
        .map(|day| (day.month, day.day))
        .collect();
    assert_eq!(days, [(2, 29), (10, 15)]);
    assert_eq!(definition.retention.snapshots.unwrap().get_years(), 2);
    assert_eq!(definition.retention.archive.unwrap().get_months(), 6);
    assert_eq!(definition.sensitivity, Sensitivity::Secret);
    assert_eq!(definition.fingerprint("k"), read(WHOLE).unwrap().fingerprint("k"));
    let first = |text: &str| read(&format!("{text}{WHOLE}")).unwrap_err().join("\n");
    assert!(
        first("sensitivity = \"public\"\n")
            .contains("data.toml:1:15: Rows about single persons are not public.")
    );
    assert!(first("sensitivity = \"secrt\"\n").contains("Did you mean \"secret\"?"));
    for (lines, expected) in [
        (
            "[freshness]\nexpected = \"a month\"\n",
            "data.toml:11:12: `expected` is 'a month', which is no length of time.",
        ),
        (
            "[freshness]\nexpected = \"-1 month\"\n",
            "data.toml:11:12: `expected` is '-1 month', which is no time at all",
        ),
        (
            "[freshness]\npublished = [\"04-31\"]\n",
            "data.toml:11:14: '04-31' is no day of the year.",
        ),
        (
            "[freshness]\npublised = []\n",
            "data.toml:11:1: [freshness] has no key `publised`. Did you mean `published`?",
        ),
        (
            "[retention]\nsnapshots = 2\n",
            "data.toml:11:13: `snapshots` is of type integer.",
        ),
    ] {
        let errors = with(lines).unwrap_err();
        assert!(errors[0].starts_with(expected), "{errors:?}");
    }
}

#[test]
fn every_format_has_its_options_in_the_table_of_keys() {
    let schema = schema();
    let known = schema["properties"]["source"]["properties"].as_object().unwrap();
    for format in perspektiv_formats::FORMATS {
        for option in format.options() {
            assert!(known.contains_key(*option), "{option} of {}", format.name());
        }
    }
    assert_eq!(known["encoding"]["enum"].as_array().unwrap().len(), 9);
}

#[test]
fn checks_of_columns_say_where_they_are_wrong() {
    let checked = |check: &str| read(&format!("{WHOLE}[[checks]]\n{check}"));
    for (check, expected) in [
        (
            "kind = \"set\"\ncolumn = \"kon\"\nvalues = [\"1\"]\n",
            "'kon' holds neither texts as they were delivered",
        ),
        (
            "kind = \"set\"\ncolumn = \"ar\"\nvalues = [\"x\"]\n",
            "'x' is no whole number.",
        ),
        (
            "kind = \"set\"\ncolumn = \"ar\"\nvalues = []\n",
            "The check does not say which values are allowed.",
        ),
        (
            "kind = \"regex\"\ncolumn = \"dag\"\npattern = \"x\"\n",
            "'dag' is no text as it was delivered.",
        ),
        (
            "kind = \"range\"\ncolumn = \"mangd\"\nrange = [0, 1]\n",
            "The column 'mangd' has a range already.",
        ),
        ("kind = \"range\"\ncolumn = \"ar\"\n", "The check has no `range`."),
        (
            "kind = \"not_null\"\ncolumns = [\"persn\"]\n",
            "The dataset has no column 'persn'. Did you mean 'person'?",
        ),
        (
            "kind = \"rows\"\n",
            "The check says neither how few nor how many rows there may be.",
        ),
        (
            "kind = \"rows\"\nmin = 2\nmax = 1\n",
            "No number of rows is from 2 to 1 times last time's.",
        ),
        (
            "kind = \"sum\"\ncolumn = \"mangd\"\n",
            "The check does not say what the sum has to be.",
        ),
        (
            "kind = \"sum\"\ncolumn = \"mangd\"\nequals = { a = 1 }\n",
            "`equals` has a total for each period if, and only if",
        ),
        (
            "kind = \"drift\"\ncolumn = \"person\"\n",
            "'person' tells persons apart: it has no distribution.",
        ),
        (
            "kind = \"drift\"\ncolumn = \"ar\"\nlimit = 0\n",
            "`limit` is 0, so that any change is too much",
        ),
        (
            "kind = \"foreign_key\"\ncolumns = [\"ar\"]\ntable = \"t\"\nto = [\"a\", \"b\"]\n",
            "`columns` names 1 and `to` 2.",
        ),
        (
            "kind = \"rows\"\nmin = 1\nseverity = \"stop\"\n",
            "There is no severity 'stop'.",
        ),
    ] {
        let errors = checked(check).unwrap_err();
        assert!(errors[0].contains(expected), "{expected}\n{errors:?}");
    }
}

const API: &str = r#"title = "Nyckeltal"
[source]
api = "kolada"
kpi = ["N00945"]
municipality = ["17*"]
years = [2020, "2022-"]
[[columns]]
name = "kpi"
type = "text"
"#;

#[test]
fn what_an_api_is_asked_and_where_its_answers_go() {
    let definition = read(API).unwrap();
    let source = definition.source().unwrap();
    assert_eq!(
        (source.paths.as_slice(), source.format.name()),
        (&["data/*".to_owned()][..], "kolada")
    );
    let asking = source.api.as_ref().unwrap();
    assert_eq!(asking.folder, "data");
    assert_eq!(
        asking.query.to_string(),
        "kolada kpi=N00945 municipality=17* years=2020,2022-"
    );
    let placed =
        |path: &str| read(&API.replace("api =", &format!("path = {path}\nformat = \"kolada\"\napi =")));
    let folder = |path: &str| {
        placed(path)
            .unwrap()
            .source()
            .unwrap()
            .api
            .clone()
            .unwrap()
            .folder
    };
    assert_eq!(folder("\"a/b/*.json*\""), "a/b");
    assert_eq!(
        folder("[\"a/kolada_data_*.json\", \"b/kolada_data_*.jsonl\"]"),
        "b"
    );
    assert_eq!(folder("\"*.jsonl\""), "");
    let errors = placed("\"a/kolada_data_*.json\"").unwrap_err();
    assert!(
        errors[0].starts_with("data.toml:3:8: `path` would not find the answers of the API.")
            && errors[0].contains("\"a/kolada_data_*.jsonl\""),
        "{errors:?}"
    );
}

#[test]
fn selections_are_lists_or_tables_in_the_order_of_the_text() {
    let text = r#"title = "Folkmängd"
[source]
api = "pxweb2"
table = "TAB6471"
language = "en"
calls = 3
seconds = 1
cells = 1000
[source.select]
Region = ["17*"]
Kon = [1, 2]
Alder = { codelist = "agg_tio", values = ["*"], aggregated = true }
[[columns]]
name = "antal"
from = "value"
type = "number"
"#;
    let definition = read(text).unwrap();
    let source = definition.source().unwrap();
    assert_eq!(
        (source.format.name(), source.options.language.as_deref()),
        ("json-stat", None)
    );
    let query = &source.api.as_ref().unwrap().query;
    let variables: Vec<&str> = query.select.iter().map(|one| one.variable.as_str()).collect();
    assert_eq!(variables, ["Region", "Kon", "Alder"]);
    assert_eq!(query.select[1].values, ["1", "2"]);
    assert_eq!(
        (query.select[2].codelist.as_deref(), query.select[2].aggregated),
        (Some("agg_tio"), Some(true))
    );
    assert_eq!((query.language.as_deref(), query.cells), (Some("en"), Some(1000)));
    assert_eq!(query.rate.map(|rate| rate.calls), Some(3));
}

#[test]
fn errors_of_what_an_api_is_asked_have_places() {
    for (from, to, expected) in [
        (
            "\"kolada\"",
            "\"kolda\"",
            "3:7: There is no API 'kolda'. Did you mean \"kolada\"?",
        ),
        (
            "\"17*\"",
            "\"17,80\"",
            "5:16: `municipality`: '17,80' is no id of Kolada",
        ),
        (
            "\"2022-\"",
            "\"2022-2020\"",
            "6:9: `years`: '2022-2020' is no year and no span of years.",
        ),
        (
            "kpi = [\"N00945\"]",
            "kpi = \"N00945\"",
            "4:7: `kpi` is of type string.",
        ),
        (
            "api = \"kolada\"",
            "path = \"x.csv\"\nformat = \"csv\"",
            "5:7: `kpi` says something about an API only",
        ),
        (
            "api =",
            "format = \"csv\"\napi =",
            "3:10: The API kolada does not answer in the format csv.",
        ),
        (
            "years =",
            "calls = 3\nyears =",
            "6:9: Only one of `calls` and `seconds` is there.",
        ),
        (
            "years =",
            "cells = 3\nyears =",
            "6:9: `cells`: Kolada knows no limit of cells.",
        ),
        (
            "years =",
            "tabel = 3\nyears =",
            "6:1: [source] has no key `tabel`. Did you mean `table`?",
        ),
        (
            "years =",
            "select = { Region = [\"17\"] }\nyears =",
            "6:10: `select`: It says nothing about the API kolada.",
        ),
        (
            "years =",
            "delimiter = \";\"\nyears =",
            "6:13: `delimiter` says nothing about the format kolada.",
        ),
    ] {
        let text = API.replacen(from, to, 1);
        assert_ne!(text, API);
        let errors = read(&text).unwrap_err();
        assert!(
            errors
                .iter()
                .any(|error| error.starts_with(&format!("data.toml:{expected}"))),
            "{errors:#?}"
        );
    }
    let select = API.replacen(
        "api = \"kolada\"\nkpi = [\"N00945\"]\nmunicipality = [\"17*\"]\nyears",
        "api = \"pxweb2\"\ntable = \"T1\"\n\
                   select.Region = [\"\"]\nyears",
        1,
    );
    let errors = read(&select).unwrap_err();
    assert!(
        errors[0].starts_with("data.toml:5:17: `select.Region`: A value is missing"),
        "{errors:?}"
    );
}

#[test]
fn every_api_has_its_options_in_the_table_of_keys() {
    let schema = schema();
    let known = schema["properties"]["source"]["properties"].as_object().unwrap();
    for api in perspektiv_apis::APIS {
        for option in perspektiv_apis::Query::COMMON.iter().chain(api.options()) {
            assert!(known.contains_key(*option), "{option} of {}", api.name());
        }
    }
    let names: Vec<&str> = perspektiv_apis::APIS.iter().map(|api| api.name()).collect();
    assert_eq!(known["api"]["enum"], serde_json::json!(names));
}
