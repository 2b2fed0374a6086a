#![allow(clippy::unwrap_used, clippy::panic)]
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type};
use perspektiv_identity::{Date, Key, Pseudonymiser};

use super::*;
use crate::definition::{Definition, parse};
use crate::quarantine::Rejected;

const DEFINITION: &str = r#"title = "x"
[source]
path = "x.csv"
format = "csv"
delimiter = ";"
decimal = ","
[[columns]]
name = "person"
from = "pnr"
type = "person"
required = true
[[columns]]
name = "kon"
type = "text"
codes = { "1" = "Män", "2" = "Kvinnor" }
[[columns]]
name = "mangd"
type = "number"
missing = ["777"]
range = [0, 744]
[[columns]]
name = "mangdkod"
from = "mangd"
type = "text"
codes = { "777" = "Dygnet runt" }
unknown_codes = "null"
[[columns]]
name = "kostnad"
type = "decimal"
[[columns]]
name = "dag"
type = "date"
range = ["2019-01-01", "2019-12-31"]
[[columns]]
name = "ar"
type = "integer"
constant = 2019
[[columns]]
name = "ja"
type = "boolean"
[[checks]]
kind = "unique"
columns = ["person", "dag"]
"#;

fn definition() -> Definition {
    let mut errors = Vec::new();
    parse(Path::new("x.toml"), "x", DEFINITION, &mut errors).unwrap_or_else(|| panic!("{errors:?}"))
}

/// The batch, the rejected rows by rule, and the first example of each.
type Converted = (RecordBatch, Vec<(String, u64)>, Vec<String>);

fn convert(text: &str) -> Result<Converted, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, text).unwrap();
    let definition = definition();
    let source = definition.source().unwrap();
    let identity = Identity {
        pseudonymiser: Pseudonymiser::new(&Key::from_bytes([7; 32])),
        reserve: Vec::new(),
    };
    let mut records = source
        .format
        .open(&path, &source.options)
        .map_err(|error| error.to_string())?;
    let today = Date::new(2024, 12, 31).unwrap();
    let mut converter = Converter::new(
        source,
        records.header(),
        records.decimal(),
        Some((&identity, today)),
    )?;
    let mut rejected = Rejected::new("x", "x.csv");
    while let Some(record) = records.next().map_err(|error| error.to_string())? {
        converter.push(&record, &mut rejected);
    }
    if let Some(drift) = converter.drift() {
        return Err(drift.message);
    }
    let batch = converter.batch(&mut rejected).unwrap();
    let examples = rejected.examples().map(str::to_owned).collect();
    Ok((batch, rejected.counts().into_iter().collect(), examples))
}

const HEADER: &str = "pnr;kon;mangd;kostnad;dag;ja\n";

#[test]
fn every_type_is_read() {
    let (batch, rejected, _) = convert(&format!(
        "{HEADER}190905271474;1;12,5;1\u{a0}234,50;2019-03-01;ja\n\"197302889931\";;777;;;\n"
    ))
    .unwrap();
    assert_eq!(rejected, []);
    assert_eq!(batch.num_rows(), 2);
    let person = batch.column(0).as_primitive::<Int64Type>();
    let expected = Pseudonymiser::new(&Key::from_bytes([7; 32]));
    let rules = perspektiv_identity::Rules::new(Date::new(2024, 12, 31).unwrap());
    let number = perspektiv_identity::PersonNumber::parse(b"19090527-1474", &rules).unwrap();
    assert_eq!(person.value(0), expected.pseudonym(&number));
    assert_eq!(batch.column(1).as_string::<i32>().value(0), "Män");
    assert!(batch.column(1).is_null(1));
    let mangd = batch.column(2).as_primitive::<Float64Type>();
    assert!((mangd.value(0) - 12.5).abs() < 1e-12 && mangd.is_null(1));
    assert!(batch.column(3).is_null(0));
    assert_eq!(batch.column(3).as_string::<i32>().value(1), "Dygnet runt");
    assert_eq!(batch.column(4).as_primitive::<Decimal128Type>().value(0), 123_450);
    assert_eq!(batch.column(5).as_primitive::<Date32Type>().value(0), 17_956);
    assert_eq!(batch.column(6).as_primitive::<Int32Type>().value(1), 2019);
    assert!(batch.column(7).as_boolean().value(0));
}

#[test]
fn broken_rules_take_the_row_out_and_say_why() {
    let good = "190905271474;1;1;1;2019-03-01;1\n";
    let (batch, rejected, examples) = convert(&format!(
        "{HEADER}{good}190905271475;1;1;1;2019-03-02;1\n;1;1;1;2019-03-03;1\n190905271474;3;1;1;2019-03-04;1\n\
         190905271474;1;745;1;2019-03-05;1\n190905271474;1;1;1.5;2019-03-06;1\n190905271474;1;1;1;2019-02-30;1\n\
         190905271474;1;1;1;2020-01-01;1\n190905271474;1;1;1\n19090527-1474;2;2;2;20190301;0\n\
         x;9;x;x;x;x\n"
    ))
    .unwrap();
    assert_eq!(batch.num_rows(), 1);
    let count = |rule: &str| {
        rejected
            .iter()
            .find(|(name, _)| name == rule)
            .map_or(0, |(_, count)| *count)
    };
    assert_eq!(count("ogiltig identitet"), 2);
    assert_eq!(count("saknat värde"), 1);
    assert_eq!(count("okänd kod"), 1);
    assert_eq!(count("utanför gränserna"), 2);
    assert_eq!(count("fel typ"), 2);
    assert_eq!(count("fel antal fält"), 1);
    assert_eq!(count("dubblett"), 1);
    assert_eq!(rejected.iter().map(|(_, count)| count).sum::<u64>(), 10);
    let all = examples.join("\n");
    for part in [
        "line 3, column pnr ('***'): Personnumrets kontrollsiffra stämmer inte.",
        "line 4, column pnr: Värdet saknas men måste finnas.",
        "line 5, column kon ('3'): Koden finns inte i kodlistan (1, 2).",
        "line 6, column mangd ('745'): Värdet ligger inte mellan 0 och 744.",
        "line 7, column kostnad ('1.5'): Talet har decimalpunkt, väntat är decimalkomma.",
        "line 8, column dag ('2019-02-30'): Värdet är inget datum som finns",
        "line 10: Raden har 4 fält, väntat är 6.",
        "line 11, column person, dag: En tidigare rad har samma nyckel (person, dag).",
    ] {
        assert!(all.contains(part), "missing: {part}\n{all}");
    }
    assert!(!all.contains("1909"), "{all}");
}

#[test]
fn missing_columns_are_told_with_the_likely_rename() {
    let error = convert("personnummer;kön;mangd;kostnad;dag;ja\n").unwrap_err();
    assert_eq!(
        error,
        "It has no column 'pnr'. It has no column 'kon'; 'kön' may be a new name of it. The definition does not know \
         its columns 'personnummer'. Its header is: \
         'personnummer', 'kön', 'mangd', 'kostnad', 'dag', 'ja'."
    );
    let error = convert("pnr;kon;mangd;belopp;dag;ja\n").unwrap_err();
    assert!(
        error.starts_with("It has no column 'kostnad'; 'belopp' may be a new name of it."),
        "{error}"
    );
    let error = convert("pnr;kon;mangd;kostnad;dag;ja;kon\n").unwrap_err();
    assert!(error.starts_with("It has two columns 'kon'"), "{error}");
}

#[test]
fn a_column_of_another_kind_from_the_first_row_on_is_told_as_such() {
    let rows = |count: usize, cost: &str| -> String {
        let row = |at: usize| format!(";1;1;{cost};2019-01-{:02};1\n", at % 28 + 1);
        (0..count).map(row).collect()
    };
    let strict = |text: &str| convert(&format!("{HEADER}{text}"));
    let error = strict(&rows(30, "1.5")).unwrap_err();
    assert_eq!(
        error,
        "All 30 values of 'kostnad' in its first rows are of another kind than the definition says; line 2 ('1.5'): \
         Talet har decimalpunkt, väntat är decimalkomma."
    );
    // A few bad rows, or one good one among them, are bad rows.
    assert!(strict(&rows(10, "1.5")).is_ok());
    assert!(strict(&format!("{}{}", rows(30, "1.5"), rows(1, "1,5"))).is_ok());
    // Nothing of an identity is told.
    let persons: String = (0..30).map(|_| "190905271475;1;1;1;2019-01-01;1\n").collect();
    let error = strict(&persons).unwrap_err();
    assert!(
        error.contains("line 2 ('***'): Personnumrets kontrollsiffra"),
        "{error}"
    );
    // With a missing column, both are told.
    let both = format!(
        "pnr;kon;mangd;belopp;dag;ja\n{}",
        rows(30, "1").replace(";2019-01-", ";19/01/")
    );
    let error = convert(&both).unwrap_err();
    assert!(
        error.contains("'belopp' may be a new name of it. All 30 values of 'dag'"),
        "{error}"
    );
}

#[test]
fn duplicates_are_found_among_missing_values_too() {
    let (batch, rejected, _) = convert(&format!(
        "{HEADER}190905271474;;;;;\n190905271474;;;;;\n190905271474;;;;2019-01-01;\n"
    ))
    .unwrap();
    assert_eq!(batch.num_rows(), 2);
    assert_eq!(rejected, [("dubblett".to_owned(), 1)]);
}

/// Whatever the keys that fit in memory, the same rows are left.
#[test]
fn keys_that_do_not_fit_in_memory_are_compared_at_the_end() {
    let mut text = HEADER.to_owned();
    let mut expected = Vec::new();
    // Each key once in a hundred rows, at distances that no other shares, some rows broken by another rule.
    for row in 0..2000_u32 {
        let day = row * 7919 % 365;
        let (month, day) = (day % 12 + 1, day / 12 % 28 + 1);
        let kon = if row % 11 == 0 { 3 } else { 1 };
        let key = format!("2019-{month:02}-{day:02}");
        let line = format!("190905271474;{kon};1;1;{key};ja");
        expected.push((key, kon == 1, row));
        text.push_str(&line);
        text.push('\n');
    }
    let mut seen = std::collections::BTreeSet::new();
    let expected: Vec<u64> = expected
        .into_iter()
        .filter(|(key, whole, _)| *whole && seen.insert(key.clone()))
        .map(|(_, _, row)| u64::from(row) + 2)
        .collect();
    for most in [0, 1, 50, usize::MAX] {
        let (lines, duplicates) = left(&text, most);
        assert_eq!(lines, expected, "{most} keys in memory");
        let whole = (0..2000).filter(|row| row % 11 != 0).count();
        assert_eq!(
            duplicates as usize,
            whole - expected.len(),
            "{most} keys in memory"
        );
    }
}

/// The lines of the rows that are left with so many keys in memory, and how many were duplicates.
fn left(text: &str, most: usize) -> (Vec<u64>, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, text).unwrap();
    let definition = definition();
    let source = definition.source().unwrap();
    let identity = Identity {
        pseudonymiser: Pseudonymiser::new(&Key::from_bytes([7; 32])),
        reserve: Vec::new(),
    };
    let mut records = source.format.open(&path, &source.options).unwrap();
    let today = Date::new(2024, 12, 31).unwrap();
    let mut converter = Converter::new(source, records.header(), None, Some((&identity, today))).unwrap();
    converter.keep_keys(most);
    let mut rejected = Rejected::new("x", "x.csv");
    let (mut lines, mut written) = (Vec::new(), Vec::new());
    let mut batch = |converter: &mut Converter<'_>, rejected: &mut Rejected<'_>, lines: &mut Vec<u64>| {
        let before = rejected.counts();
        let kept = converter.kept();
        let rows = converter.batch(rejected).unwrap().num_rows();
        assert_eq!(before, rejected.counts());
        written.extend(
            lines
                .drain(..)
                .zip(kept)
                .filter(|(_, keep)| *keep)
                .map(|(line, _)| line),
        );
        converter.put_by(folder.path()).unwrap();
        rows
    };
    let mut rows = 0;
    while let Some(record) = records.next().unwrap() {
        converter.push(&record, &mut rejected);
        lines.push(record.line);
        if lines.len() == 300 {
            rows += batch(&mut converter, &mut rejected, &mut lines);
        }
    }
    rows += batch(&mut converter, &mut rejected, &mut lines);
    assert_eq!(rows, written.len());
    let late = converter.late(usize::MAX).unwrap();
    let duplicates = rejected.of(Rule::Duplicate) + late.len() as u64;
    for one in late.iter().rev() {
        assert_eq!(written.remove(one.row as usize), one.line);
    }
    (written, duplicates)
}
