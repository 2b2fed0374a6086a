//! What rows and tables have to fulfil, through the real lake.

use super::*;

const ENHETER: &str = r#"title = "Enheter"
[source]
path = "enheter.csv"
format = "csv"
[[columns]]
name = "enhet"
type = "text"
"#;

const VARD: &str = r#"title = "Vård"
[source]
path = "vard/*.csv"
format = "csv"
[limits]
rejected = 0.9
remaining = 0
[[columns]]
name = "enhet"
type = "text"
[[columns]]
name = "ar"
type = "integer"
[[columns]]
name = "kod"
type = "text"
[[columns]]
name = "kostnad"
type = "decimal"
"#;

fn room(checks: &str) -> Room {
    let room = Room {
        folder: tempfile::tempdir().unwrap(),
    };
    room.write("pipelines/enheter.toml", ENHETER);
    room.write("data/deliveries/enheter.csv", "enhet\nSol\nMåne\n");
    define(&room, checks);
    room
}

fn define(room: &Room, checks: &str) {
    room.write("pipelines/vard.toml", &format!("{VARD}{checks}"));
}

fn deliver(room: &Room, rows: &str) {
    room.write(
        "data/deliveries/vard/a.csv",
        &format!("enhet,ar,kod,kostnad\n{rows}"),
    );
}

fn refused(room: &Room, parts: &[&str]) {
    let error = room.refresh().unwrap_err();
    assert!(error.is_refused(), "{error}");
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "missing: {part}\n{text}");
    }
}

#[test]
fn rows_that_break_a_check_are_in_the_quarantine_with_the_reason() {
    let room = room(
        r#"[[checks]]
kind = "not_null"
columns = ["enhet"]
[[checks]]
kind = "range"
column = "kostnad"
range = [0, 100]
[[checks]]
kind = "set"
column = "ar"
values = [2019, 2020]
[[checks]]
kind = "set"
column = "enhet"
values = ["Sol", "Måne"]
[[checks]]
kind = "regex"
column = "kod"
pattern = '[A-ZÅÄÖ]\d{2}'
"#,
    );
    deliver(
        &room,
        "Sol,2019,Å12,1\n,2019,A12,1\nMåne,2021,A12,1\nSol,2020,A123,1\nSol,2020,,101\nMars,2020,B01,1\nMåne,2020,,\n",
    );
    room.refresh().unwrap();
    assert_eq!(room.count("SELECT count(*) FROM vard"), 2);
    assert_eq!(
        room.texts(
            "SELECT concat_ws('|', CAST(line AS TEXT), \"column\", rule, reason) FROM karantan ORDER BY line"
        ),
        [
            "3|enhet|saknat värde|Värdet saknas men måste finnas.",
            "4|ar|otillåtet värde|Värdet är inget av de tillåtna (2019, 2020).",
            "5|kod|fel form|Texten har inte den form som väntas ([A-ZÅÄÖ]\\d{2}).",
            "6|kostnad|utanför gränserna|Beloppet ligger inte mellan 0 och 100.",
            "7|enhet|otillåtet värde|Värdet är inget av de tillåtna (Måne, Sol).",
        ]
    );
}

#[test]
fn foreign_keys_are_looked_at_when_either_table_changes() {
    let room = room("[[checks]]\nkind = \"foreign_key\"\ncolumns = [\"enhet\"]\ntable = \"enheter\"\n");
    deliver(&room, "Sol,2019,,1\n,2019,,1\n");
    room.refresh().unwrap();
    deliver(&room, "Sol,2019,,1\nMars,2019,,1\nMars,2020,,1\n");
    refused(
        &room,
        &[
            "vard: 2 rows break the check 'foreign_key', of 3 in vard (at most 0 may)",
            "2 rows: enhet Mars",
        ],
    );
    // The missing unit comes, in the same refresh although its dataset is read later.
    room.write("data/deliveries/enheter.csv", "enhet\nSol\nMars\n");
    room.refresh().unwrap();
    room.write("data/deliveries/enheter.csv", "enhet\nMars\nMåne\n");
    refused(&room, &["1 rows: enhet Sol"]);
    define(
        &room,
        "[[checks]]\nkind = \"foreign_key\"\ncolumns = [\"enhet\"]\ntable = \"enheter\"\nseverity = \"warn\"\n",
    );
    let report = room.refresh().unwrap();
    assert!(of(&report, "vard").warnings[0].contains("1 rows: enhet Sol"));
    define(
        &room,
        "[[checks]]\nkind = \"foreign_key\"\ncolumns = [\"enhet\"]\ntable = \"enhter\"\n",
    );
    let error = room.refresh().unwrap_err().to_string();
    assert!(error.contains("Did you mean 'enheter'?"), "{error}");
}

#[test]
fn sums_are_control_totals() {
    let room = room("[[checks]]\nkind = \"sum\"\ncolumn = \"kostnad\"\nequals = 30.30\n");
    deliver(&room, "Sol,2019,,10.10\nSol,2020,,20.20\n");
    room.refresh().unwrap();
    define(
        &room,
        "[[checks]]\nkind = \"sum\"\ncolumn = \"kostnad\"\nperiod = \"ar\"\nequals = { 2019 = 10.1, 2020 = 20.3, 2021 = 5 }\n",
    );
    refused(
        &room,
        &[
            "The sum of 'kostnad' is not the control total.",
            "2020: 20.2 where 20.3 was expected",
            "2021: 0 where 5 was expected",
        ],
    );
    define(
        &room,
        "[[checks]]\nkind = \"sum\"\ncolumn = \"kostnad\"\nperiod = \"ar\"\nequals = { 2020 = 20.3 }\ntolerance = 0.01\n",
    );
    room.refresh().unwrap();
    room.write(
        "pipelines/kontroll.toml",
        &ENHETER.replace("enheter.csv", "kontroll.csv").replace(
            "type = \"text\"\n",
            "type = \"text\"\n[[columns]]\nname = \"ar\"\ntype = \"integer\"\n[[columns]]\nname = \"summa\"\ntype = \"decimal\"\n",
        ),
    );
    room.write(
        "data/deliveries/kontroll.csv",
        "enhet,ar,summa\nSol,2019,10.1\nSol,2020,20.2\n",
    );
    let table = "[[checks]]\nkind = \"sum\"\ncolumn = \"kostnad\"\nperiod = \"ar\"\ntable = \"kontroll\"\nvalue = \"summa\"\n";
    define(&room, table);
    room.refresh().unwrap();
    room.write(
        "data/deliveries/kontroll.csv",
        "enhet,ar,summa\nSol,2019,10.1\nSol,2020,20.21\n",
    );
    refused(&room, &["2020: 20.2 where 20.21 was expected"]);
}

#[test]
fn a_table_is_compared_with_last_time() {
    let both = "[[checks]]\nkind = \"rows\"\nmin = 0.5\nmax = 1.5\n[[checks]]\nkind = \"drift\"\ncolumn = \"enhet\"\n\
                [[checks]]\nkind = \"drift\"\ncolumn = \"kostnad\"\nmeasure = \"tvd\"\nlimit = 0.2\nseverity = \"refuse\"\n";
    let room = room(both);
    let rows = |enhet: &str, n: i32, cost: i32| -> String {
        (0..n).map(|i| format!("{enhet},2019,,{}\n", cost + i)).collect()
    };
    deliver(&room, &format!("{}{}", rows("Sol", 50, 0), rows("Måne", 50, 0)));
    assert_eq!(of(&room.refresh().unwrap(), "vard").warnings, [] as [String; 0]);
    // As it was, in other numbers.
    deliver(&room, &format!("{}{}", rows("Sol", 52, 0), rows("Måne", 48, 0)));
    assert_eq!(of(&room.refresh().unwrap(), "vard").warnings, [] as [String; 0]);
    // Half of it has another unit: a warning, unless asked for more.
    deliver(&room, &format!("{}{}", rows("Sol", 52, 0), rows("Mars", 48, 0)));
    let report = room.refresh().unwrap();
    let warning = &of(&report, "vard").warnings[0];
    assert!(warning.contains("population stability index"), "{warning}");
    assert!(
        warning.contains("Mars: 48.0 % of the rows, 0.0 % last time"),
        "{warning}"
    );
    deliver(
        &room,
        &format!("{}{}", rows("Sol", 52, 1000), rows("Mars", 48, 0)),
    );
    refused(
        &room,
        &["The values of 'kostnad' are distributed otherwise", "more: 5"],
    );
    // All alike, and less than ever.
    deliver(
        &room,
        &format!("{}{}", rows("Sol", 52, -100), rows("Mars", 48, -100)),
    );
    refused(&room, &["less than 0: 100.0 % of the rows, 0.0 % last time"]);
    deliver(&room, &rows("Sol", 200, 0));
    refused(
        &room,
        &["The table has 200 rows, 2.00 times the 100 of last time"],
    );
}

#[test]
fn columns_are_made_of_others() {
    let room = room(
        r#"[[columns]]
name = "kronor"
sql = "CAST(kostnad / 2 AS DECIMAL(14, 2))"
unit = "kr"
[[columns]]
name = "decennium"
sql = "ar / 10 * 10"
required = true
range = [2010, 2019]
[[columns]]
name = "kvot"
sql = "100 / (ar - 2012)"
[[columns]]
name = "namn"
sql = "concat(enhet, kod)"
"#,
    );
    deliver(
        &room,
        "Sol,2019,x,3\nSol,,x,3\nSol,2009,x,3\nSol,2012,x,3\nSol,2013,,\n19090527,2014,1474,5\nSol,2x,x,1\n",
    );
    room.refresh().unwrap();
    let rows = "SELECT concat_ws('|', namn, CAST(kronor AS TEXT), CAST(decennium AS TEXT), CAST(kvot AS TEXT)) \
                FROM vard ORDER BY ar";
    assert_eq!(room.texts(rows), ["Sol|2010|100", "Solx|1.50|2010|14"]);
    assert_eq!(
        room.texts("SELECT concat_ws('|', CAST(line AS TEXT), \"column\", coalesce(value, '-'), rule) FROM karantan ORDER BY line"),
        [
            "3|decennium|-|saknat värde",
            "4|decennium|-|utanför gränserna",
            "5|kvot|-|går inte att räkna ut",
            "7|namn|-|personnummer i text",
            "8|ar|2x|fel typ",
        ]
    );
    let wrong = |sql: &str, expected: &str| {
        define(&room, &format!("[[columns]]\nname = \"ny\"\nsql = \"{sql}\"\n"));
        let error = room.refresh().unwrap_err().to_string();
        assert!(
            error.contains("vard.toml:22:7: ") && error.contains(expected),
            "{error}"
        );
    };
    wrong("arr + 1", "cannot be computed");
    wrong("ar +", "cannot be computed");
    wrong("sum(ar)", "and not at this row alone");
    wrong("random()", "and not at this row alone");
    wrong("(SELECT max(ar) FROM vard)", "cannot be computed");
    wrong("make_array(ar)", "which no table can have");
    // Each sees those above it.
    define(
        &room,
        "[[columns]]\nname = \"a\"\nsql = \"ar + 1\"\n[[columns]]\nname = \"b\"\ntype = \"text\"\nsql = \"a + 1\"\n",
    );
    room.refresh().unwrap();
    assert!(room.texts("SELECT b FROM vard").contains(&"2021".to_owned()));
}

#[test]
fn new_columns_are_told_once() {
    let room = room("");
    deliver(&room, "Sol,2019,,1\n");
    assert_eq!(of(&room.refresh().unwrap(), "vard").warnings, [] as [String; 0]);
    let more = |n: i32| {
        room.write(
            "data/deliveries/vard/a.csv",
            &format!("enhet,ar,kod,kostnad,moms\nSol,2019,,{n},1\n"),
        );
        of(&room.refresh().unwrap(), "vard").warnings.clone()
    };
    assert_eq!(
        more(1),
        [
            "vard/a.csv has columns that were not there before and are not read: 'moms'. Add them to [[columns]] in \
          vard.toml if they are wanted."
        ]
    );
    assert_eq!(more(2), [] as [String; 0]);
}

#[test]
fn a_check_that_never_ends_is_stopped() {
    let room = Room::new();
    room.write(".perspektiv.toml", "query_timeout = 2\n");
    room.write(
        "pipelines/kontakter.toml",
        &format!(
            "{CONTACTS}[[checks]]\nkind = \"sql\"\nname = \"allt\"\nmessage = \"Fråga.\"\n\
             sql = \"SELECT x.value FROM generate_series(1, 1000000000000) AS x WHERE x.value < 0\"\n"
        ),
    );
    let error = room.refresh().unwrap_err().to_string();
    assert!(
        error.contains("'allt' could not be run") && error.contains("query_timeout"),
        "{error}"
    );
}
