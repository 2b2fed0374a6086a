//! Tests of whole decks: what is refused, what comes out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod documents;
mod ledger;
mod refusals;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use perspektiv_disclosure::{Column, Provenance, Published, Rule, Table, Value, publish};

use crate::{BuiltDeck, Deck, Question, ReportError, Source, Unanswered, Warning};

/// Answers made up for the tests, with the columns of the real queries.
struct Answers;

impl Source for Answers {
    fn answers(&self, questions: &[Question]) -> Result<Vec<Published>, Unanswered> {
        let answer = |(number, question): (usize, &Question)| {
            let found = Self::answer(&question.query, &question.params);
            found.map_err(|reason| Unanswered { number, reason })
        };
        questions.iter().enumerate().map(answer).collect()
    }

    fn created(&self) -> Option<jiff::Timestamp> {
        "2025-04-01T06:30:00Z".parse().ok()
    }
}

impl Answers {
    fn answer(
        query: &str,
        params: &BTreeMap<String, String>,
    ) -> Result<Published, Box<dyn Error + Send + Sync>> {
        let table = match (query, params.contains_key("kriterium")) {
            ("behovsgrupper", false) => needs(&NEEDS, "Alla"),
            ("behovsgrupper", true) => needs(&GROUPS, "Kön och ålder"),
            ("hogkonsumenter", _) => consumers(),
            ("mal", _) => goals(),
            ("namnlos", _) => consumers(),
            ("dold", _) => hidden(consumers()),
            ("tom", _) => Table {
                rows: Vec::new(),
                ..consumers()
            },
            _ => return Err(format!("there is no query `{query}`").into()),
        };
        let mut provenance = provenance(query, params);
        if query == "namnlos" {
            provenance.sources.clear();
            provenance.snapshot_hash = "ffffffffffff".to_owned();
        }
        Ok(publish(table, &Rule::Public, provenance)?)
    }
}

fn provenance(query: &str, params: &BTreeMap<String, String>) -> Provenance {
    let sources = match query {
        "hogkonsumenter" => vec![
            "Region Värmland, vårdkontakter",
            "Kommunerna, insatser och prislista",
            "Befolkningsregistret",
        ],
        "mal" => vec!["Kolada"],
        _ => vec!["Liv & Hälsa"],
    };
    Provenance {
        query: query.to_owned(),
        title: "En fråga".to_owned(),
        parameters: params
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        sources: sources.into_iter().map(str::to_owned).collect(),
        unit: None,
        snapshot: 12,
        snapshot_hash: "a1b2c3d4e5f6".to_owned(),
        synthetic: true,
    }
}

fn column(name: &str, label: &str, unit: Option<&str>, decimals: Option<u8>) -> Column {
    Column {
        name: name.to_owned(),
        label: label.to_owned(),
        unit: unit.map(str::to_owned),
        decimals,
        identity: false,
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

const NEEDS: [(&str, f64, i64); 9] = [
    ("Ensamhet", 18.4, 6298),
    ("Nedsatt psykiskt välbefinnande", 17.1, 6301),
    ("Riskbruk av alkohol", 13.8, 6275),
    ("Daglig rökning", 6.2, 6310),
    ("Stillasittande", 31.6, 6244),
    ("Fetma", 19.7, 6180),
    ("Otillräcklig fysisk aktivitet", 35.9, 6290),
    ("Saknar tillit till andra", 24.5, 6277),
    ("Svår värk i rygg eller leder", 15.3, 6305),
];

const GROUPS: [(&str, f64, i64); 8] = [
    ("Kvinnor 18–29 år", 34.2, 412),
    ("Kvinnor 30–44 år", 23.8, 610),
    ("Kvinnor 45–64 år", 16.9, 1120),
    ("Kvinnor 65–84 år", 10.2, 1275),
    ("Män 18–29 år", 21.7, 287),
    ("Män 30–44 år", 16.0, 455),
    ("Män 45–64 år", 11.8, 980),
    ("Män 65–84 år", 7.3, 1162),
];

fn needs(rows: &[(&str, f64, i64)], kind: &str) -> Table {
    let percent = |name, label| column(name, label, Some("procent"), Some(1));
    let columns = vec![
        column("ar", "År", None, None),
        column("kriterium", "Behov", None, None),
        column("grupptyp", "Indelning", None, None),
        column("grupp", "Grupp", None, None),
        percent("andel", "Andel"),
        percent("andel_low", "Lägst (95 %)"),
        percent("andel_high", "Högst (95 %)"),
        column("n", "Svar", Some("svar"), Some(0)),
        column("personer", "Personer med behovet", Some("personer"), Some(0)),
        column("overrepresentation", "Gånger övriga", Some("gånger"), Some(2)),
    ];
    let rows = rows.iter().map(|&(name, share, n)| {
        let half = 196.0 * (share / 100.0 * (1.0 - share / 100.0) / n as f64).sqrt();
        let whole = kind == "Alla";
        vec![
            Value::Int(2022),
            text(if whole {
                name
            } else {
                "Nedsatt psykiskt välbefinnande"
            }),
            text(kind),
            text(if whole { "Alla" } else { name }),
            Value::Number(share),
            Value::Number(share - half),
            Value::Number(share + half),
            Value::Int(n),
            Value::Number(2280.0 * share),
            if whole {
                Value::Missing
            } else {
                Value::Number(share / 15.0)
            },
        ]
    });
    Table {
        columns,
        rows: rows.collect(),
    }
}

fn consumers() -> Table {
    let percent = |name, label| column(name, label, Some("procent"), Some(1));
    let columns = vec![
        column("ar", "År", None, None),
        column("grupp", "Konsumtion", None, None),
        column("personer", "Personer", Some("personer"), Some(0)),
        percent("andel_personer", "Andel av personerna"),
        percent("andel_kostnad", "Andel av kostnaden"),
        column("medelkostnad", "Kostnad per person", Some("kr"), Some(0)),
        percent("andel_region", "Regionens del"),
        percent("andel_kommun", "Kommunernas del"),
    ];
    let rows = [
        ("Hög", 14_482, 20.0, 80.6, 498_312.4, 46.8),
        ("Medel", 21_723, 30.0, 15.2, 62_650.1, 71.3),
        ("Låg", 36_205, 50.0, 4.2, 10_386.0, 88.0),
    ];
    let rows = rows.map(|(group, persons, people, cost, mean, region)| {
        vec![
            Value::Int(2024),
            text(group),
            Value::Int(persons),
            Value::Number(people),
            Value::Number(cost),
            Value::Number(mean),
            Value::Number(region),
            Value::Number(100.0 - region),
        ]
    });
    Table {
        columns,
        rows: rows.into(),
    }
}

/// The same groups, of which no number may be seen.
fn hidden(mut table: Table) -> Table {
    for cell in table.rows.iter_mut().flatten() {
        if matches!(cell, Value::Number(_)) {
            *cell = Value::Hidden;
        }
    }
    table
}

fn goals() -> Table {
    let number = |name, label| column(name, label, None, Some(1));
    let columns = vec![
        column("grupp", "Målgrupp", None, None),
        column("kort", "Mål", None, None),
        column("basar", "Basår", None, None),
        number("basvarde", "Basvärde"),
        column("ar", "Senaste år", None, None),
        number("varde", "Senast"),
        number("malvarde", "Målvärde"),
        column("matt", "Enhet", None, None),
        column("status", "Läge", None, None),
    ];
    let rows = [
        (
            "Rökfri miljö för spädbarn",
            97.1,
            98.0,
            Some(99.1),
            "rätt riktning",
        ),
        ("Kariesfria 3-åringar", 94.2, 96.4, Some(96.2), "nått"),
        ("4-åringar med övervikt", 11.8, 12.9, Some(9.8), "fel riktning"),
        (
            "Behöriga till yrkesprogram",
            82.4,
            85.0,
            Some(85.4),
            "rätt riktning",
        ),
        ("Examen inom fyra år", 71.5, 75.1, Some(74.5), "nått"),
        (
            "Placerade barn med gymnasium",
            33.0,
            31.2,
            Some(38.0),
            "fel riktning",
        ),
        (
            "Unga utan arbete och studier",
            8.6,
            7.4,
            Some(6.6),
            "rätt riktning",
        ),
        ("Nyanlända i arbete eller studier", 31.0, 36.5, Some(36.0), "nått"),
        ("Stillasittande vuxna", 28.0, 31.6, Some(25.0), "fel riktning"),
        (
            "Fallskador, 80 år och äldre",
            6120.0,
            5480.0,
            Some(5120.0),
            "rätt riktning",
        ),
        ("Självmord", 16.1, 14.2, None, "rätt riktning"),
        ("Trygghet i skolan, åk 5", 88.1, 88.1, Some(90.1), "oförändrat"),
        ("Hjälp i skolan, åk 5", 90.3, 88.0, Some(92.3), "fel riktning"),
        (
            "Nyfikenhet i skolan, åk 5",
            63.0,
            58.9,
            Some(66.0),
            "fel riktning",
        ),
        ("Nöjda med hemtjänsten", 91.0, 90.0, Some(93.0), "fel riktning"),
        (
            "Nöjda med särskilt boende",
            83.0,
            79.0,
            Some(86.0),
            "fel riktning",
        ),
        ("Bättre efter socialtjänsten", 74.0, 78.0, Some(77.0), "nått"),
        ("Bestämmer i daglig verksamhet", 71.0, 75.0, Some(74.0), "nått"),
        (
            "Kontinuitet i primärvården",
            57.8,
            58.6,
            Some(60.8),
            "rätt riktning",
        ),
        (
            "Bemötande i primärvården",
            80.2,
            82.1,
            Some(82.2),
            "rätt riktning",
        ),
        (
            "Känslomässigt stöd i primärvården",
            69.5,
            70.9,
            Some(71.5),
            "rätt riktning",
        ),
        ("Medellivslängd, män", 80.1, 80.9, None, "rätt riktning"),
        ("Medellivslängd, kvinnor", 83.7, 84.2, None, "rätt riktning"),
        (
            "Barn i ekonomiskt utsatta hushåll",
            10.9,
            9.1,
            Some(8.9),
            "rätt riktning",
        ),
        ("Bra självskattad hälsa", 70.2, 71.9, Some(73.2), "rätt riktning"),
        ("Saknar tillit till andra", 22.0, 24.5, Some(20.0), "fel riktning"),
    ];
    let rows = rows.map(|(goal, base, latest, target, status)| {
        vec![
            text("En god och jämlik hälsa"),
            text(goal),
            Value::Int(2017),
            Value::Number(base),
            Value::Int(2022),
            Value::Number(latest),
            target.map_or(Value::NotApplicable, Value::Number),
            text("procent"),
            text(status),
        ]
    });
    Table {
        columns,
        rows: rows.into(),
    }
}

/// A whole deck of five slides, in a file of its own: the decks beside the crate
/// are the analysts'.
fn whole_deck() -> Deck {
    parse(include_str!("tests/deck.toml")).unwrap()
}

fn build(deck: &Deck) -> Result<(BuiltDeck, Vec<Warning>), ReportError> {
    deck.build(&BTreeMap::new(), &Answers)
}

fn parse(text: &str) -> Result<Deck, ReportError> {
    Deck::parse(text, Path::new("prov.toml"))
}
