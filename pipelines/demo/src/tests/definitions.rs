//! The deliveries are what the definitions in `pipelines/` say: every field is
//! there, and every row holds except the deliberate faults, each for its reason.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use super::county;
use super::read::person;
use super::source::Records;
use crate::Fault;

const COLUMN_KEYS: [&str; 11] = [
    "name",
    "from",
    "type",
    "label",
    "required",
    "codes",
    "missing",
    "range",
    "unit",
    "unknown_codes",
    "reference",
];

/// Every definition, by its dataset.
fn definitions() -> BTreeMap<String, toml::Table> {
    let folder = Path::new("..");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension().is_some_and(|ending| ending == "toml") && !path.ends_with("Cargo.toml")
        })
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(&path).unwrap().parse().unwrap())
        })
        .collect()
}

/// The definition of a dataset that is read from deliveries.
pub(super) fn definition(dataset: &str) -> toml::Table {
    definitions().remove(dataset).unwrap()
}

/// All deliveries of a dataset.
pub(super) fn deliveries(dataset: &str) -> Vec<Records> {
    let definition = definition(dataset);
    let source = definition["source"].as_table().unwrap();
    let mut paths: Vec<_> = std::fs::read_dir(county().0.path().join(dataset))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| Records::read(path, source)).collect()
}

fn tables<'a>(table: &'a toml::Table, key: &str) -> Vec<&'a toml::Table> {
    let list = table.get(key).and_then(toml::Value::as_array);
    list.into_iter()
        .flatten()
        .map(|value| value.as_table().unwrap())
        .collect()
}

/// One column, ready to judge fields.
struct Column {
    name: String,
    place: usize,
    kind: String,
    required: bool,
    missing: Vec<String>,
    codes: Option<BTreeSet<String>>,
    unknown_is_null: bool,
    range: Option<[toml::Value; 2]>,
    decimal: char,
}

impl Column {
    fn new(table: &toml::Table, records: &Records, decimal: char) -> Self {
        let text = |key: &str| table.get(key).and_then(toml::Value::as_str);
        for key in table.keys() {
            assert!(COLUMN_KEYS.contains(&key.as_str()), "{key}");
        }
        let name = text("name").unwrap();
        let strings = |value: &toml::Value| {
            let list = value.as_array().unwrap().iter();
            list.map(|value| value.as_str().unwrap().to_owned()).collect()
        };
        Self {
            place: records.place(text("from").unwrap_or(name)),
            name: name.to_owned(),
            kind: text("type").unwrap().to_owned(),
            required: table
                .get("required")
                .is_some_and(|value| value.as_bool().unwrap()),
            missing: table.get("missing").map(strings).unwrap_or_default(),
            codes: table
                .get("codes")
                .map(|codes| codes.as_table().unwrap().keys().cloned().collect()),
            unknown_is_null: text("unknown_codes") == Some("null"),
            range: table.get("range").map(|range| {
                let bounds = range.as_array().unwrap();
                [bounds[0].clone(), bounds[1].clone()]
            }),
            decimal,
        }
    }

    /// What is wrong with a field.
    fn fault(&self, raw: &str) -> Option<Fault> {
        let raw = raw.trim();
        if raw.is_empty() || self.missing.iter().any(|token| token == raw) {
            return self.required.then_some(Fault::Missing);
        }
        match self.kind.as_str() {
            "person" => person(raw).is_none().then_some(Fault::PersonNumber),
            "text" => match &self.codes {
                Some(codes) => (!codes.contains(raw) && !self.unknown_is_null).then_some(Fault::UnknownCode),
                None => holds_person(raw).then_some(Fault::PersonNumberInText),
            },
            "date" => match date(raw) {
                None => Some(Fault::Date),
                Some(day) => {
                    let within = self.range.as_ref().is_none_or(|[low, high]| {
                        (low.as_str().unwrap()..=high.as_str().unwrap()).contains(&day.as_str())
                    });
                    (!within).then_some(Fault::Range)
                }
            },
            "boolean" => (!["ja", "nej", "1", "0", "true", "false"].contains(&raw.to_lowercase().as_str()))
                .then_some(Fault::UnknownCode),
            "integer" => self.number(raw.parse::<i64>().ok().map(|n| n as f64)),
            "number" | "decimal" => {
                let wrong = if self.decimal == ',' { '.' } else { ',' };
                assert!(!raw.contains(wrong), "{}: {raw}", self.name);
                self.number(raw.replace(',', ".").parse().ok())
            }
            other => panic!("{other}"),
        }
    }

    fn number(&self, value: Option<f64>) -> Option<Fault> {
        let float = |value: &toml::Value| value.as_float().or(value.as_integer().map(|n| n as f64)).unwrap();
        let within = |value: f64| {
            let range = self.range.as_ref();
            range.is_none_or(|[low, high]| (float(low)..=float(high)).contains(&value))
        };
        (!value.is_some_and(within)).then_some(Fault::Range)
    }
}

/// `YYYY-MM-DD` of a day that exists.
fn date(raw: &str) -> Option<String> {
    let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    if digits.len() != 8 || !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let (_, last) = crate::calendar::month_span(year as i32, month);
    let known = day <= crate::calendar::civil(last).2;
    known.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Whether one of the words of a text is a valid person number.
fn holds_person(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_digit() || c == '-' || c == '+'))
        .any(|word| word.chars().filter(char::is_ascii_digit).count() >= 10 && person(word).is_some())
}

#[test]
fn every_delivery_holds_what_its_definition_says_but_for_the_planted_faults() {
    let (_, summary) = county();
    let definitions = definitions();
    let read = |table: &&toml::Table| table.contains_key("source");
    let described: Vec<&String> = definitions
        .iter()
        .filter(|(_, table)| read(table))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(described, summary.datasets.keys().collect::<Vec<_>>());
    for (name, definition) in definitions.iter().filter(|(_, table)| read(table)) {
        let source = definition["source"].as_table().unwrap();
        // Without a path, deliveries lie in the dataset's own folder.
        let path = source.get("path").and_then(toml::Value::as_str);
        assert!(
            path.is_none_or(|path| path.starts_with(&format!("{name}/"))),
            "{name}"
        );
        let comma = source.get("decimal").and_then(toml::Value::as_str) == Some(",");
        let limit = definition
            .get("limits")
            .map_or(0.01, |limits| limits["rejected"].as_float().unwrap());
        let mut faults: BTreeMap<Fault, u64> = BTreeMap::new();
        let mut rows = 0;
        let all = deliveries(name);
        let mut in_others = HashSet::new();
        for records in &all {
            let columns: Vec<Column> = tables(definition, "columns")
                .into_iter()
                .map(|column| Column::new(column, records, if comma { ',' } else { '.' }))
                .collect();
            let unique: Vec<Vec<usize>> = tables(definition, "checks")
                .into_iter()
                .filter(|check| check["kind"].as_str() == Some("unique"))
                .map(|check| {
                    let named = check["columns"].as_array().unwrap().iter();
                    named
                        .map(|name| {
                            let of = |column: &&Column| column.name == name.as_str().unwrap();
                            columns.iter().find(of).unwrap().place
                        })
                        .collect()
                })
                .collect();
            let mut seen: Vec<HashSet<Vec<&str>>> = vec![HashSet::new(); unique.len()];
            let mut rejected = 0;
            for row in &records.rows {
                let broken = columns.iter().find_map(|column| column.fault(&row[column.place]));
                let fault = broken.or_else(|| {
                    let twice = unique.iter().zip(&mut seen).any(|(places, seen)| {
                        !seen.insert(places.iter().map(|at| row[*at].as_str()).collect())
                    });
                    twice.then_some(Fault::Duplicate)
                });
                if let Some(fault) = fault {
                    *faults.entry(fault).or_insert(0) += 1;
                    rejected += 1;
                }
            }
            for (check, keys) in seen.into_iter().enumerate() {
                for key in keys {
                    let said = format!("{name}: {key:?} is in more than one delivery");
                    assert!(in_others.insert((check, key)), "{said}");
                }
            }
            rows += records.rows.len() as u64;
            let share = f64::from(rejected) / records.rows.len().max(1) as f64;
            assert!(share <= limit, "{name}: {share} of a delivery is rejected");
        }
        let made = &summary.datasets[name];
        assert_eq!(rows, made.rows, "{name}");
        assert_eq!(faults, made.faults, "{name}");
    }
}

#[test]
fn derived_tables_are_made_of_tables_that_exist() {
    let definitions = definitions();
    for (name, definition) in &definitions {
        let Some(derive) = definition.get("derive") else {
            continue;
        };
        let sql = derive["sql"].as_str().unwrap();
        for table in derive["from"].as_array().unwrap() {
            let table = table.as_str().unwrap();
            assert!(definitions.contains_key(table), "{name}: {table}");
        }
        // Whatever it reads is in the list, or a name of its own.
        let words: Vec<&str> = sql.split_whitespace().collect();
        for pair in words.windows(2).filter(|pair| matches!(pair[0], "FROM" | "JOIN")) {
            let table = pair[1].trim_end_matches([',', ')']);
            let listed = derive["from"]
                .as_array()
                .unwrap()
                .iter()
                .any(|known| known.as_str() == Some(table));
            let own = ["{} AS (", "WITH {} (", "),\n{} ("]
                .iter()
                .any(|name| sql.contains(&name.replace("{}", table)))
                || pair[1].starts_with('(');
            assert!(listed || own, "{name} reads {table}");
        }
    }
}
