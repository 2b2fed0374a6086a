//! The way to each goal: where it began, where it is, where it should be.

use serde::Deserialize;

use super::{Kind, KindInfo};
use crate::ChartError;
use crate::data::{Cell, Data, Field, Only};
use crate::frame::{Frame, Key, Sign};
use crate::scene::Scene;
use crate::spoken;
use crate::words::{self, Few, number};

mod draw;
mod numbers;
mod rows;
mod scale;
mod status;

use draw::Form;
pub(crate) use status::Status;

pub(crate) const INFO: KindInfo = KindInfo {
    name: "goal",
    about: "One row a goal: the way from the baseline (0) to the target (100 %), where it is now, and the judgement in words and by shape.",
    example: r#"kind = "goal"
title = "Fem av sexton mål är nådda"      # optional
label = "mal"                             # column with the goals
baseline = "bas"                          # column with the number in the baseline year
latest = "senaste"                        # column with the latest number
target = "malvarde"                       # column with the number to reach; - where a goal has only a direction
status = "status"                         # optional: column with the judgement; without it, where the latest number is
unit = "enhet"                            # optional: column with each goal's unit
group = "grupp"                           # optional: column with headings; goals of a group stand together
baseline_year = "basar"                   # optional: columns with years
latest_year = "senaste_ar"
target_year = "malar"
only = { enhet = "0017" }                 # optional: rows to show
"#,
};

/// A chart of goals.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// Title inside the picture.
    pub title: Option<String>,
    /// Column with the goals.
    pub label: String,
    /// Column with the numbers of the baseline year.
    pub baseline: String,
    /// Column with the latest numbers.
    pub latest: String,
    /// Column with the numbers to reach.
    pub target: String,
    /// Column with the judgement, in Swedish.
    pub status: Option<String>,
    /// Column with the unit of each goal.
    pub unit: Option<String>,
    /// Column with headings.
    pub group: Option<String>,
    /// Column with the baseline year.
    pub baseline_year: Option<String>,
    /// Column with the latest year.
    pub latest_year: Option<String>,
    /// Column with the year that the goal is set for.
    pub target_year: Option<String>,
    /// Rows to show.
    #[serde(default)]
    pub only: Only,
}

/// One goal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    label: String,
    group: String,
    baseline: Cell,
    latest: Cell,
    target: Cell,
    unit: String,
    decimals: u8,
    status: Status,
    /// The judgement as written.
    words: String,
    uncertain: bool,
    baseline_year: String,
    latest_year: String,
    target_year: String,
}

impl Item {
    /// Share of the way from the baseline (0) to the target (1).
    fn progress(&self) -> Option<f64> {
        let (baseline, latest, target) = (self.baseline.value()?, self.latest.value()?, self.target.value()?);
        (target != baseline).then(|| (latest - baseline) / (target - baseline))
    }

    /// Whether the mark of the judgement is hollow.
    fn hollow(&self) -> bool {
        self.status.hollow() || self.uncertain
    }

    fn write(&self, cell: Cell, few: Few) -> String {
        match (cell, words::absent(cell, few)) {
            (Cell::Value(x), _) => number(x, self.decimals),
            (_, Some((sign, _))) => sign.to_owned(),
            _ => String::new(),
        }
    }
}

/// Everything to draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Goals {
    items: Vec<Item>,
    few: Few,
}

impl Goals {
    /// What the scale measures.
    fn heading(&self) -> String {
        let said = |years: String| {
            if years.is_empty() {
                years
            } else {
                format!(" {years}")
            }
        };
        format!(
            "Vägen från start{} (0 procent) till mål{} (100 procent)",
            said(self.years(|i| &i.baseline_year)),
            said(self.years(|i| &i.target_year)),
        )
    }

    /// The years of a column: one, or the first and the last.
    fn years(&self, year: impl Fn(&Item) -> &str) -> String {
        let mut years: Vec<_> = self
            .items
            .iter()
            .map(year)
            .filter(|y| y.starts_with(|c: char| c.is_ascii_digit()))
            .collect();
        years.sort_unstable();
        match (years.first(), years.last()) {
            (Some(a), Some(b)) if a == b => (*a).to_owned(),
            (Some(a), Some(b)) => format!("{a}–{b}"),
            _ => String::new(),
        }
    }
}

impl Goals {
    /// What the signs of a form mean.
    fn keys(&self, form: Form) -> Vec<Key> {
        let mut keys = Vec::new();
        if form == Form::Signs {
            // Judgements that share a sign share a key.
            let mut said: Vec<(Status, Vec<&str>)> = Vec::new();
            for item in &self.items {
                match said.iter_mut().find(|(status, _)| *status == item.status) {
                    Some((_, words)) if words.contains(&item.words.as_str()) => {}
                    Some((_, words)) => words.push(&item.words),
                    None => said.push((item.status, vec![&item.words])),
                }
            }
            let judged = said.into_iter();
            keys.extend(
                judged.map(|(status, words)| Key::new(Sign::Judgement(status), words.join(" eller "))),
            );
        }
        if self.items.iter().any(|i| i.progress().is_some()) {
            keys.push(Key::new(Sign::Target, "mål"));
        }
        if self.items.iter().any(|i| i.progress().is_some_and(scale::beyond)) {
            keys.push(Key::new(Sign::Beyond, "utanför skalan"));
        }
        if self.items.iter().any(|i| i.uncertain) {
            keys.push(Key::new(Sign::Hollow, "osäker siffra"));
        }
        let absent = |i: &Item| [i.baseline, i.latest];
        for cell in [Cell::Hidden, Cell::Missing, Cell::NotApplicable] {
            if let Some((sign, why)) =
                words::absent(cell, self.few).filter(|_| self.items.iter().any(|i| absent(i).contains(&cell)))
            {
                keys.push(Key::new(Sign::None, format!("{sign} {why}")));
            }
        }
        keys
    }
}

impl Goal {
    fn read(&self, data: &Data<'_>) -> Result<Goals, ChartError> {
        let label = data.field("label", &self.label)?;
        let numbers = [
            data.field("baseline", &self.baseline)?,
            data.field("latest", &self.latest)?,
            data.field("target", &self.target)?,
        ];
        let status = data.optional("status", self.status.as_deref())?;
        let unit = data.optional("unit", self.unit.as_deref())?;
        let group = data.optional("group", self.group.as_deref())?;
        let years = [
            data.optional("baseline_year", self.baseline_year.as_deref())?,
            data.optional("latest_year", self.latest_year.as_deref())?,
            data.optional("target_year", self.target_year.as_deref())?,
        ];
        let text =
            |row: usize, field: Option<Field<'_>>| field.map_or_else(String::new, |f| data.text(row, f));
        let mut items = Vec::new();
        for &row in &data.rows {
            let cells = [
                data.number(row, numbers[0])?,
                data.number(row, numbers[1])?,
                data.number(row, numbers[2])?,
            ];
            let seen: Vec<f64> = cells.iter().filter_map(|c| c.value()).collect();
            let whole = seen.iter().all(|x| *x == x.round());
            let large = seen.iter().any(|x| x.abs() >= 1000.0);
            let unit = unit.map_or_else(String::new, |_| short(&text(row, unit)));
            let mut item = Item {
                // A long unit has more room beside the goal than beside a number.
                label: match unit.as_str() {
                    "" | "%" => data.text(row, label),
                    long => format!("{}, {long}", data.text(row, label)),
                },
                group: text(row, group),
                baseline: cells[0],
                latest: cells[1],
                target: cells[2],
                unit,
                decimals: if large {
                    0
                } else {
                    numbers[1].column.decimals.unwrap_or(u8::from(!whole))
                },
                status: Status::Unclear,
                words: String::new(),
                uncertain: data.uncertain(row),
                baseline_year: text(row, years[0]),
                latest_year: text(row, years[1]),
                target_year: text(row, years[2]),
            };
            (item.status, item.words) = match status {
                Some(field) => {
                    let words = data.text(row, field);
                    (Status::read(&words)?, words)
                }
                None => Status::of(item.progress()),
            };
            items.push(item);
        }
        if group.is_some() {
            // Groups in the order of their first goal.
            let order: Vec<String> = items.iter().map(|i| i.group.clone()).collect();
            items.sort_by_key(|i| order.iter().position(|g| *g == i.group));
        }
        Ok(Goals {
            items,
            few: data.few(false, None),
        })
    }
}

/// A unit as it stands after a number.
fn short(unit: &str) -> String {
    match unit {
        "procent" | "procentenheter" => "%".to_owned(),
        "-" | "." | ".." => String::new(),
        other => other.to_owned(),
    }
}

impl Kind for Goal {
    fn info(&self) -> &'static KindInfo {
        &INFO
    }

    fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    fn only(&self) -> &Only {
        &self.only
    }

    fn draw(&self, data: &Data<'_>, scene: &mut Scene) -> Result<(), ChartError> {
        let goals = self.read(data)?;
        let mut said_most = None;
        for form in Form::ALL {
            let mut attempt = scene.clone();
            let frame = Frame {
                kind: INFO.name,
                title: self.title(),
                heading: goals.heading(),
                keys: goals.keys(form),
                synthetic: data.synthetic(),
            };
            let drawn = frame
                .draw(&mut attempt)
                .and_then(|area| draw::draw(&goals, form, area, &mut attempt));
            match drawn {
                Ok(()) => {
                    *scene = attempt;
                    return Ok(());
                }
                // What is wrong with the form that says most is what can be told and changed.
                Err(error) => _ = said_most.get_or_insert(error),
            }
        }
        said_most.map_or(Ok(()), Err)
    }

    fn describe(&self, data: &Data<'_>) -> Result<String, ChartError> {
        let goals = self.read(data)?;
        let mut text = format!(
            "Diagram över {} mål: startvärde, senaste värde och målvärde. ",
            goals.items.len()
        );
        let mut counted: Vec<(&str, usize)> = Vec::new();
        for item in &goals.items {
            match counted.iter_mut().find(|c| c.0 == item.words) {
                Some(found) => found.1 += 1,
                None => counted.push((&item.words, 1)),
            }
        }
        let counted: Vec<_> = counted
            .iter()
            .map(|(words, count)| format!("{} {count}", spoken::lower(words)))
            .collect();
        text.push_str(&format!("Bedömning: {}. ", words::and(&counted)));
        for item in &goals.items {
            let write = |cell| item.write(cell, goals.few);
            let target = item
                .target
                .value()
                .map(|_| format!(", mål {}", write(item.target)))
                .unwrap_or_default();
            let unit = if item.unit.is_empty() {
                String::new()
            } else {
                format!(" {}", item.unit)
            };
            text.push_str(&format!(
                "{}: från {} till {}{unit}{target}, {}. ",
                item.label,
                write(item.baseline),
                write(item.latest),
                spoken::lower(&item.words)
            ));
        }
        Ok(spoken::end(text, data.synthetic()))
    }

    fn table(&self, data: &Data<'_>) -> Result<Vec<Vec<String>>, ChartError> {
        let goals = self.read(data)?;
        let grouped = self.group.is_some();
        let units = goals.items.iter().any(|i| !i.unit.is_empty());
        let mut head: Vec<String> = grouped.then(|| "Grupp".to_owned()).into_iter().collect();
        head.push("Mål".to_owned());
        head.extend(units.then(|| "Enhet".to_owned()));
        head.extend(["Startvärde", "Senaste", "Målvärde", "Andel av vägen", "Bedömning"].map(str::to_owned));
        let dated = |text: String, year: &str| {
            if year.is_empty() {
                text
            } else {
                format!("{text} ({year})")
            }
        };
        let mut table = vec![head];
        for item in &goals.items {
            let mut row: Vec<String> = grouped.then(|| item.group.clone()).into_iter().collect();
            row.push(item.label.clone());
            row.extend(units.then(|| item.unit.clone()));
            row.push(dated(item.write(item.baseline, goals.few), &item.baseline_year));
            row.push(dated(item.write(item.latest, goals.few), &item.latest_year));
            row.push(match item.target {
                Cell::Value(_) => dated(item.write(item.target, goals.few), &item.target_year),
                none => item.write(none, goals.few),
            });
            row.push(
                item.progress()
                    .map_or_else(|| ".".to_owned(), |p| format!("{}\u{a0}%", number(p * 100.0, 0))),
            );
            row.push(if item.uncertain {
                format!("{} (osäker)", item.words)
            } else {
                item.words.clone()
            });
            table.push(row);
        }
        Ok(table)
    }
}
