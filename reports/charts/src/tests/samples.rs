//! Results like those of the real queries, and the charts of them.

use perspektiv_disclosure::{Column, Provenance, Published, Quality, Rule, Table, Value, publish};

fn column((name, label, unit, decimals): (&str, &str, &str, Option<u8>)) -> Column {
    Column {
        name: name.into(),
        label: label.into(),
        unit: (!unit.is_empty()).then(|| unit.into()),
        decimals,
        identity: false,
    }
}

pub fn published(
    columns: &[(&str, &str, &str, Option<u8>)],
    rows: Vec<Vec<Value>>,
    rule: &Rule,
    unit: Option<&str>,
) -> Published {
    let provenance = Provenance {
        query: "prov".into(),
        title: "Ett prov".into(),
        parameters: Vec::new(),
        sources: vec!["Liv & Hälsa".into()],
        unit: unit.map(str::to_owned),
        snapshot: 1,
        snapshot_hash: "0123456789ab".into(),
        synthetic: true,
    };
    publish(
        Table {
            columns: columns.iter().copied().map(column).collect(),
            rows,
        },
        rule,
        provenance,
    )
    .unwrap()
}

pub fn t(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn x(x: f64) -> Value {
    Value::Number(x)
}

/// Figures of a survey: label, share, standard error, answers.
fn estimate(label: Vec<Value>, share: f64, n: i64) -> Vec<Value> {
    let se = (share * (100.0 - share) / n as f64).sqrt() * 1.2;
    let mut row = label;
    row.extend([
        x(share),
        x(se),
        x((share - 1.96 * se).max(0.0)),
        x(share + 1.96 * se),
        Value::Int(n),
    ]);
    row
}

const ESTIMATE: [(&str, &str, &str, Option<u8>); 5] = [
    ("andel", "Andel", "procent", Some(1)),
    ("andel_se", "Medelfel", "procentenheter", Some(1)),
    ("andel_low", "Lägst (95 %)", "procent", Some(1)),
    ("andel_high", "Högst (95 %)", "procent", Some(1)),
    ("n", "Svar", "svar", Some(0)),
];

/// The rule of a survey, with labels and the number of answers always seen.
fn quality(labels: &[&str]) -> Rule {
    Rule::Quality(Quality::new("n", "andel", &[labels, &["n"]].concat()))
}

pub fn needs() -> Published {
    let groups = [
        ("Kvinnor 18–29 år", 41.2, 341),
        (
            "Personer med ekonomisk kris det senaste året och utan kontantmarginal",
            38.4,
            212,
        ),
        ("Födda utanför Sverige", 31.0, 402),
        ("Ensamstående med hemmavarande barn under 18 år", 33.7, 88),
        ("Arbetslösa eller i arbetsmarknadspolitisk åtgärd", 36.1, 19),
        ("Sjuk- eller aktivitetsersättning", 44.9, 97),
        ("Män 18–29 år", 27.5, 268),
        (
            "Personer med långvarig sjukdom eller funktionsnedsättning",
            29.8,
            1894,
        ),
        ("Förgymnasial utbildning", 19.3, 1120),
        ("Eftergymnasial utbildning", 16.2, 2310),
        ("Kvinnor 65–84 år", 12.1, 1288),
        ("Män 65–84 år", 8.4, 1201),
        ("Alla invånare 18–84 år", 18.3, 6315),
    ];
    let columns = [&[("grupp", "Grupp", "", None)][..], &ESTIMATE].concat();
    let rows = groups
        .into_iter()
        .map(|(label, share, n)| estimate(vec![t(label)], share, n))
        .collect();
    published(&columns, rows, &quality(&["grupp"]), None)
}

pub const NEEDS: &str = r#"
kind = "bar"
label = "grupp"
value = "andel"
low = "andel_low"
high = "andel_high"
interval = "95 % konfidensintervall"
n = "n"
order = "falling"
highlight = ["Kvinnor 18–29 år", "Sjuk- eller aktivitetsersättning"]
reference = { row = "Alla invånare 18–84 år" }
"#;

pub fn costs() -> Published {
    let rows = [
        ("Region Värmland", 6_812_345_678.0),
        ("Karlstad", 4_123_456_789.0),
        ("Arvika", 1_034_567_890.0),
        ("Munkfors", 181_234_567.0),
    ];
    let rows = rows
        .into_iter()
        .map(|(name, cost)| vec![t(name), x(cost)])
        .collect();
    published(
        &[
            ("namn", "Namn", "", None),
            ("kostnad", "Kostnad 2024", "kr", Some(0)),
        ],
        rows,
        &Rule::Public,
        None,
    )
}

pub const COSTS: &str = r#"
kind = "bar"
title = "Regionen och Karlstad står för det mesta av kostnaden"
label = "namn"
value = "kostnad"
"#;

pub fn changes() -> Published {
    let rows = [
        ("Kil", -4.2),
        ("Eda", 3.1),
        ("Torsby", 0.0),
        ("Storfors", f64::NAN),
        ("Hammarö", 6.4),
        ("Karlstad", -0.6),
    ];
    let rows = rows
        .into_iter()
        .map(|(name, change)| {
            vec![
                t(name),
                if change.is_nan() {
                    Value::Missing
                } else {
                    x(change)
                },
            ]
        })
        .collect();
    published(
        &[
            ("namn", "Kommun", "", None),
            ("f", "Förändring 2017–2022", "procentenheter", Some(1)),
        ],
        rows,
        &Rule::Public,
        None,
    )
}

pub const CHANGES: &str = r#"
kind = "bar"
label = "namn"
value = "f"
order = "falling"
"#;

pub fn waves() -> Published {
    let women = [17.2, 19.4, 20.1, 25.3, 31.8];
    let men = [11.9, 12.2, 14.8, 15.1, 19.6];
    let mut rows = Vec::new();
    for (i, year) in [2004, 2008, 2012, 2017, 2022].into_iter().enumerate() {
        rows.push(estimate(
            vec![Value::Int(year), t("Kvinnor")],
            women[i],
            3300 - 40 * i as i64,
        ));
        rows.push(estimate(
            vec![Value::Int(year), t("Män")],
            men[i],
            if i == 1 {
                28
            } else if i == 2 {
                84
            } else {
                2900
            },
        ));
    }
    let columns = [&[("ar", "År", "", None), ("kon", "Kön", "", None)][..], &ESTIMATE].concat();
    published(&columns, rows, &quality(&["ar", "kon"]), None)
}

pub const WAVES: &str = r#"
kind = "line"
x = "ar"
value = "andel"
series = "kon"
low = "andel_low"
high = "andel_high"
interval = "95 % konfidensintervall"
n = "n"
"#;

pub const KOMMUNER: [&str; 16] = [
    "Arvika",
    "Eda",
    "Filipstad",
    "Forshaga",
    "Grums",
    "Hagfors",
    "Hammarö",
    "Karlstad",
    "Kil",
    "Kristinehamn",
    "Munkfors",
    "Storfors",
    "Sunne",
    "Säffle",
    "Torsby",
    "Årjäng",
];

pub fn municipalities() -> Published {
    let mut rows = Vec::new();
    for (k, name) in KOMMUNER.iter().enumerate() {
        for year in 2012..=2024 {
            let wobble = ((k * 31 + year as usize * 17) % 13) as f64 * 0.25;
            let value = 78.0
                + ((k * 5) % 16) as f64 * 0.55
                + (year - 2012) as f64 * (0.35 - (k % 5) as f64 * 0.12)
                + wobble;
            let missing = (k == 3 && year == 2019) || (k == 7 && year == 2016);
            rows.push(vec![
                Value::Int(year),
                t(name),
                if missing { Value::Missing } else { x(value) },
            ]);
        }
    }
    published(
        &[
            ("ar", "År", "", None),
            ("namn", "Kommun", "", None),
            ("varde", "Behöriga till yrkesprogram", "procent", Some(1)),
        ],
        rows,
        &Rule::Public,
        None,
    )
}

pub const MUNICIPALITIES: &str = r#"
kind = "line"
title = "Karlstad och Årjäng har gått åt olika håll"
x = "ar"
value = "varde"
series = "namn"
highlight = ["Karlstad", "Årjäng"]
breaks = [{ at = 2019, label = "Nytt sätt att räkna behörighet" }]
"#;

pub fn consumers() -> Published {
    let rows = vec![
        vec![t("Hög"), Value::Int(12_941), x(6_523_412_345.0), x(504_088.0)],
        vec![t("Medel"), Value::Int(19_412), x(1_312_345_678.0), x(67_604.0)],
        vec![t("Låg"), Value::Int(32_354), x(319_876_543.0), x(9_887.0)],
    ];
    let columns = [
        ("grupp", "Konsumtion", "", None),
        ("personer", "Personer", "personer", Some(0)),
        ("kostnad", "Kostnad", "kr", Some(0)),
        ("medelkostnad", "Kostnad per person", "kr", Some(0)),
    ];
    published(&columns, rows, &Rule::Public, Some("procent"))
}

pub const CONSUMERS: &str = r#"
kind = "share"
part = "grupp"
values = ["personer", "kostnad"]
highlight = ["Hög"]
"#;

pub fn answers() -> Published {
    let mut rows = Vec::new();
    let parts = ["I mycket hög grad", "I hög grad", "I någon grad", "Inte alls"];
    for (place, shares) in [
        ("Hemtjänst", [41.0, 33.5, 21.3, 4.2]),
        ("Särskilt boende", [38.2, 30.1, 31.0, 0.7]),
        ("Individ- och familjeomsorg", [0.0; 4]),
        ("Daglig verksamhet", [52.0, 44.4, 1.5, 2.1]),
    ] {
        for (part, share) in parts.iter().zip(shares) {
            rows.push(vec![
                t(place),
                t(part),
                if shares[0] == 0.0 { Value::Hidden } else { x(share) },
            ]);
        }
    }
    published(
        &[
            ("plats", "Verksamhet", "", None),
            ("svar", "Svar", "", None),
            ("andel", "Andel", "procent", Some(1)),
        ],
        rows,
        &Rule::Public,
        None,
    )
}

pub const ANSWERS: &str = r#"
kind = "share"
part = "svar"
row = "plats"
values = ["andel"]
"#;

pub fn goals() -> Published {
    let (a, b, c) = (
        "En god och jämlik hälsa",
        "God kvalitet genom upplevelser",
        "Hållbart och uthålligt",
    );
    let rows = [
        (
            a,
            "Färre barn ska utsättas för tobaksrökning i hemmet",
            9.8,
            6.1,
            7.8,
            "procent",
            "nått",
        ),
        (
            a,
            "Kariesfriheten bland 3-åriga barn ska öka",
            95.1,
            95.6,
            97.1,
            "procent",
            "rätt riktning",
        ),
        (
            a,
            "Fler elever i årskurs 9 ska vara behöriga till yrkesprogram",
            84.2,
            83.1,
            86.2,
            "procent",
            "fel riktning",
        ),
        (
            a,
            "Fler gymnasieelever ska ta examen inom 4 år",
            71.2,
            73.4,
            74.2,
            "procent",
            "rätt riktning",
        ),
        (
            a,
            "Fler barn som varit placerade hela årskurs 9 ska som 20-åringar ha avslutat treårigt gymnasium",
            38.0,
            f64::NAN,
            43.0,
            "procent",
            "kan inte bedömas",
        ),
        (
            a,
            "Färre unga 16–24 år ska varken studera eller arbeta",
            8.9,
            8.9,
            6.9,
            "procent",
            "oförändrat",
        ),
        (
            a,
            "Färre ska sitta stilla mer än 7 timmar per dag",
            39.7,
            46.2,
            37.7,
            "procent",
            "fel riktning",
        ),
        (
            a,
            "Färre äldre (80+) ska drabbas av fallskador",
            4612.0,
            4101.0,
            3612.0,
            "per 100 000",
            "rätt riktning",
        ),
        (
            a,
            "Färre självmord bland män och kvinnor i länet",
            15.2,
            13.9,
            f64::INFINITY,
            "per 100 000",
            "kan inte bedömas",
        ),
        (
            b,
            "Fler elever i årskurs 5 ska känna sig trygga i skolan",
            88.1,
            86.9,
            90.1,
            "procent",
            "fel riktning",
        ),
        (
            b,
            "Fler elever i årskurs 5 ska få den hjälp de behöver",
            83.0,
            89.4,
            85.0,
            "procent",
            "nått",
        ),
        (
            b,
            "Fler brukare i hemtjänsten ska känna förtroende för personalen",
            91.0,
            91.4,
            93.0,
            "procent",
            "rätt riktning",
        ),
        (
            b,
            "Fler ska uppleva en bättre situation efter kontakt med socialtjänsten",
            74.0,
            73.2,
            77.0,
            "procent",
            "fel riktning",
        ),
        (
            c,
            "Färre barn och unga ska leva i ekonomiskt utsatta hushåll",
            10.9,
            8.4,
            8.9,
            "procent",
            "nått",
        ),
        (
            c,
            "Fler 18–84 år ska uppleva en god hälsa",
            71.2,
            70.4,
            74.2,
            "procent",
            "fel riktning",
        ),
        (
            c,
            "Fler 18–84 år ska känna tillit till andra",
            75.3,
            75.9,
            78.3,
            "procent",
            "rätt riktning",
        ),
    ];
    let cell = |v: f64| {
        if v.is_nan() {
            Value::Hidden
        } else if v.is_infinite() {
            Value::Missing
        } else {
            x(v)
        }
    };
    let rows = rows
        .into_iter()
        .map(|(g, label, from, now, aim, unit, status)| {
            vec![
                t(g),
                t(label),
                cell(from),
                cell(now),
                cell(aim),
                t(unit),
                t(status),
                Value::Int(2017),
                Value::Int(2021),
                Value::Int(2022),
            ]
        })
        .collect();
    let columns = [
        ("grupp", "Målgrupp", "", None),
        ("kort", "Mål", "", None),
        ("basvarde", "Basvärde", "", Some(1)),
        ("varde", "Senast", "", Some(1)),
        ("malvarde", "Målvärde", "", Some(1)),
        ("matt", "Enhet", "", None),
        ("status", "Läge", "", None),
        ("basar", "Basår", "", None),
        ("ar", "Senaste år", "", None),
        ("malar", "Målår", "", None),
    ];
    published(&columns, rows, &Rule::Public, Some("olika enheter"))
}

pub const GOALS: &str = r#"
kind = "goal"
label = "kort"
baseline = "basvarde"
latest = "varde"
target = "malvarde"
status = "status"
unit = "matt"
baseline_year = "basar"
latest_year = "ar"
target_year = "malar"
"#;

/// Every sample by name.
pub fn all() -> Vec<(&'static str, &'static str, Published)> {
    vec![
        ("bar-needs", NEEDS, needs()),
        ("bar-costs", COSTS, costs()),
        ("bar-changes", CHANGES, changes()),
        ("line-waves", WAVES, waves()),
        ("line-municipalities", MUNICIPALITIES, municipalities()),
        ("share-consumers", CONSUMERS, consumers()),
        ("share-answers", ANSWERS, answers()),
        ("goal", GOALS, goals()),
        ("goals-many", GOALS, many_goals()),
    ]
}

/// The whole set of goals, with the short names, units and longest judgements that a query gives them.
pub fn many_goals() -> Published {
    let judged = [
        ("Rökning i hem med spädbarn", "procent", "kan inte bedömas"),
        ("Kariesfria 3-åringar", "procent", "kan inte bedömas"),
        ("4-åringar med övervikt", "procent", "kan inte bedömas"),
        ("Behöriga till yrkesprogram", "procent", "kan inte bedömas"),
        ("Examen inom fyra år", "procent", "kan inte bedömas"),
        ("Placerade barn med gymnasium", "procent", "fel riktning"),
        ("Unga utan arbete och studier", "procent", "kan inte bedömas"),
        ("Nyanlända i arbete eller studier", "procent", "nått"),
        ("Stillasittande vuxna", "procent", "fel riktning"),
        (
            "Fallskador, 80 år och äldre",
            "per 100 000 inv.",
            "kan inte bedömas",
        ),
        ("Självmord", "per 100 000 inv.", "kan inte bedömas"),
        ("Trygghet i skolan, åk 5", "procent", "fel riktning"),
        ("Hjälp i skolan, åk 5", "procent", "fel riktning"),
        ("Nyfikenhet i skolan, åk 5", "procent", "rätt riktning"),
        ("Nöjda med hemtjänsten", "medelvärde", "fel riktning"),
        ("Nöjda med särskilt boende", "medelvärde", "fel riktning"),
        ("Bättre efter socialtjänsten", "procent", "nått"),
        ("Får bestämma, daglig verksamhet", "procent", "rätt riktning"),
        ("Kontinuitet i primärvården", "index", "fel riktning"),
        ("Bemötande i primärvården", "index", "rätt riktning"),
        ("Känslomässigt stöd i primärvården", "index", "rätt riktning"),
        ("Medellivslängd, män", "år", "ingen säkerställd förändring"),
        ("Medellivslängd, kvinnor", "år", "ingen säkerställd förändring"),
        ("Barn i ekonomiskt utsatta hushåll", "procent", "kan inte bedömas"),
        ("Bra självskattad hälsa", "procent", "kan inte bedömas"),
        ("Saknar tillit till andra", "procent", "kan inte bedömas"),
    ];
    let rows = judged.into_iter().enumerate().map(|(i, (name, matt, status))| {
        let change = [2.4, 0.7, -1.1, 0.0][i % 4] * (1.0 + (i % 5) as f64 * 0.5);
        let base = 60.0 + (i * 7 % 35) as f64;
        let target = if matches!(
            name,
            "Självmord" | "Medellivslängd, män" | "Medellivslängd, kvinnor"
        ) {
            Value::Missing
        } else {
            x(base + 2.0)
        };
        vec![
            t("G"),
            t(name),
            x(base),
            x(base + change),
            target,
            t(matt),
            t(status),
            Value::Int(2017),
            Value::Int(2021 + (i % 3) as i64),
            Value::Int(2022),
        ]
    });
    let rows = rows.collect();
    let columns: Vec<_> = goals().table().columns.clone();
    let columns: Vec<_> = columns
        .iter()
        .map(|c| (c.name.as_str(), c.label.as_str(), "", c.decimals))
        .collect();
    published(&columns, rows, &Rule::Public, Some("olika enheter"))
}

/// A slide's place for a chart with points of text beside it, and for one alone.
pub const PLACES: [(u32, u32); 2] = [(787, 448), (1152, 448)];
