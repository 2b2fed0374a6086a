//! Horizontal bars, one a row, with intervals and a line to compare with.

use serde::Deserialize;

use super::{Kind, KindInfo};
use crate::ChartError;
use crate::data::{Cell, Data, Names, Only};
use crate::frame::{Frame, Key, Sign};
use crate::scene::Scene;
use crate::spoken;
use crate::words::{self, Few, Measure};

mod draw;

pub(crate) const INFO: KindInfo = KindInfo {
    name: "bar",
    about: "Horizontal bars, one for each row, with confidence intervals and a line to compare with.",
    example: r#"kind = "bar"
title = "Psykisk ohälsa är vanligast"     # optional; the slide's headline usually says it
label = "utmaning"                        # column with the names of the bars, or several: ["kriterium", "grupp"]
value = "andel"                           # column with their lengths
low = "andel_low"                         # optional: the interval's ends
high = "andel_high"
interval = "95 % konfidensintervall"      # optional: what the interval is called
n = "andel_n"                             # optional: numbers at the right edge
order = "falling"                         # given (default), falling, rising
most = 12                                 # optional: so many bars at most; the picture says that there are more
highlight = ["Psykisk ohälsa"]            # optional: bars in the strong colour
reference = { row = "Alla invånare" }     # optional: or { column = "lanet", label = "Länet" }, or { value = 50, label = "Hälften" }
only = { ar = 2022 }                      # optional: rows to show
"#,
};

/// A bar chart.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bar {
    /// Title inside the picture.
    pub title: Option<String>,
    /// Column with the names of the bars, or several.
    pub label: Names,
    /// Column with their lengths.
    pub value: String,
    /// Column with the lower ends of the intervals.
    pub low: Option<String>,
    /// Column with the upper ends of the intervals.
    pub high: Option<String>,
    /// What the interval is called.
    pub interval: Option<String>,
    /// Column with the number of answers or persons behind each bar.
    pub n: Option<String>,
    /// Order of the bars.
    #[serde(default)]
    pub order: Order,
    /// So many bars at most.
    pub most: Option<usize>,
    /// Names of the bars that the headline is about.
    #[serde(default)]
    pub highlight: Vec<String>,
    /// A line to compare the bars with.
    pub reference: Option<Reference>,
    /// Rows to show.
    #[serde(default)]
    pub only: Only,
}

/// Order of the bars from the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// As the query returns them.
    #[default]
    Given,
    /// Longest first; what has no number comes last.
    Falling,
    /// Shortest first; what has no number comes last.
    Rising,
}

/// A line to compare with: one row, a column, or a number.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Name of the row that becomes the line instead of a bar.
    pub row: Option<String>,
    /// Column that holds the same number in every row.
    pub column: Option<String>,
    /// A number that needs no source, such as an index of 100.
    pub value: Option<f64>,
    /// What the line is called; a row's name and a column's label by default.
    pub label: Option<String>,
}

/// One bar, ready to draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    label: String,
    cell: Cell,
    interval: Option<(f64, f64)>,
    n: Option<Cell>,
    uncertain: bool,
    strong: bool,
}

/// The chart's rows, read and sorted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bars {
    items: Vec<Item>,
    /// How many rows there were before the chart took the first of them.
    all: usize,
    measure: Measure,
    n: Option<Measure>,
    few: Few,
    /// Number and name of the line to compare with.
    line: Option<(Cell, String)>,
}

impl Bar {
    fn read(&self, data: &Data<'_>) -> Result<Bars, ChartError> {
        let label = data.fields("label", &self.label)?;
        let value = data.field("value", &self.value)?;
        let low = data.optional("low", self.low.as_deref())?;
        let high = data.optional("high", self.high.as_deref())?;
        let n = data.optional("n", self.n.as_deref())?;
        let mut items = Vec::with_capacity(data.rows.len());
        for &row in &data.rows {
            let name = data.texts(row, &label);
            let cell = data.number(row, value)?;
            let ends = (data.seen(row, low)?, data.seen(row, high)?);
            let interval = match (cell, ends) {
                (Cell::Value(_), (Some(low), Some(high))) => Some((low, high)),
                _ => None,
            };
            items.push(Item {
                cell,
                interval,
                n: n.map(|n| data.number(row, n)).transpose()?,
                uncertain: data.uncertain(row) && cell.value().is_some(),
                strong: self.highlight.contains(&name),
                label: name,
            });
        }
        let names: Vec<_> = items.iter().map(|i| i.label.clone()).collect();
        if let Some(name) = self.highlight.iter().find(|name| !names.contains(name)) {
            return Err(data.no_such_row("highlight", name, &names));
        }
        let line = self
            .reference
            .as_ref()
            .map(|r| r.find(data, &mut items))
            .transpose()?;
        match self.order {
            Order::Given => {}
            Order::Falling => items
                .sort_by(|a, b| rank(b.cell, f64::NEG_INFINITY).total_cmp(&rank(a.cell, f64::NEG_INFINITY))),
            Order::Rising => {
                items.sort_by(|a, b| rank(a.cell, f64::INFINITY).total_cmp(&rank(b.cell, f64::INFINITY)))
            }
        }
        let all = items.len();
        items.truncate(self.most.unwrap_or(all));
        Ok(Bars {
            all,
            items,
            measure: data.measure(value),
            n: n.map(|n| data.measure(n)),
            few: data.few(low.is_some(), n),
            line,
        })
    }

    fn interval(&self) -> &str {
        self.interval.as_deref().unwrap_or("konfidensintervall")
    }

    fn keys(&self, bars: &Bars) -> Vec<Key> {
        let mut keys = Vec::new();
        if bars.items.iter().any(|i| i.interval.is_some()) {
            keys.push(Key::new(Sign::Whisker, self.interval()));
        }
        if bars.items.iter().any(|i| i.uncertain) {
            keys.push(Key::new(Sign::Hatched, "osäker siffra"));
        }
        // A line that may not be seen is spoken of, not left out in silence.
        if let Some((sign, why, label)) = bars.line.as_ref().and_then(|(cell, label)| {
            let (sign, why) = words::absent(*cell, bars.few)?;
            Some((sign, why, label))
        }) {
            keys.push(Key::new(Sign::None, format!("{label}: {sign} {why}")));
        }
        keys.extend(bars.part().map(|part| Key::new(Sign::None, part)));
        keys
    }
}

impl Bars {
    /// Says so where not every row is a bar.
    fn part(&self) -> Option<String> {
        (self.items.len() < self.all).then(|| format!("visar {} av {} rader", self.items.len(), self.all))
    }
}

fn rank(cell: Cell, otherwise: f64) -> f64 {
    cell.value().unwrap_or(otherwise)
}

impl Reference {
    /// The line's number and name; a row is taken out of the bars.
    fn find(&self, data: &Data<'_>, items: &mut Vec<Item>) -> Result<(Cell, String), ChartError> {
        match (&self.row, &self.column, self.value) {
            (Some(name), None, None) => {
                let Some(at) = items.iter().position(|i| i.label == *name) else {
                    let names: Vec<_> = items.iter().map(|i| i.label.clone()).collect();
                    return Err(data.no_such_row("reference.row", name, &names));
                };
                let item = items.remove(at);
                Ok((item.cell, self.label.clone().unwrap_or(item.label)))
            }
            (None, Some(name), None) => {
                let field = data.field("reference.column", name)?;
                let mut found = Cell::Missing;
                for &row in &data.rows {
                    match (found, data.number(row, field)?) {
                        (Cell::Value(a), Cell::Value(b)) if a != b => {
                            let (first, other) = (a.to_string(), b.to_string());
                            return Err(ChartError::ReferenceVaries {
                                column: name.clone(),
                                first,
                                other,
                            });
                        }
                        (Cell::Value(_), _) => {}
                        (_, cell) => found = cell,
                    }
                }
                Ok((
                    found,
                    self.label.clone().unwrap_or_else(|| field.column.label.clone()),
                ))
            }
            (None, None, Some(x)) if x.is_finite() => self
                .label
                .clone()
                .map(|label| (Cell::Value(x), label))
                .ok_or(ChartError::Reference),
            _ => Err(ChartError::Reference),
        }
    }
}

impl Kind for Bar {
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
        let bars = self.read(data)?;
        let frame = Frame {
            kind: INFO.name,
            title: self.title(),
            heading: bars.measure.heading(),
            keys: self.keys(&bars),
            synthetic: data.synthetic(),
        };
        let area = frame.draw(scene)?;
        draw::draw(&bars, area, scene)
    }

    fn describe(&self, data: &Data<'_>) -> Result<String, ChartError> {
        let bars = self.read(data)?;
        let m = &bars.measure;
        let mut text = format!(
            "Stapeldiagram över {} för {} rader. ",
            spoken::lower(&m.heading()),
            bars.items.len()
        );
        let full = |item: &Item, x: f64| {
            let interval = item
                .interval
                .map(|(low, high)| format!(" ({} {}–{})", self.interval(), m.bare(low), m.bare(high)));
            format!("{} med {}{}", item.label, m.long(x), interval.unwrap_or_default())
        };
        let seen = bars
            .items
            .iter()
            .filter_map(|i| Some((full(i, i.cell.value()?), i.cell.value()?)));
        text.push_str(&spoken::extremes(seen));
        match &bars.line {
            Some((Cell::Value(x), label)) => {
                text.push_str(&format!("Jämförelselinje: {label}, {}. ", m.long(*x)))
            }
            Some((cell, label)) => {
                text.push_str(&spoken::reservations(&[(label.clone(), *cell, false)], bars.few))
            }
            None => {}
        }
        let n: Vec<_> = bars.items.iter().filter_map(|i| i.n?.value()).collect();
        if let (Some(measure), Some(n)) = (&bars.n, words::range(&n, |x| words::number(x, 0))) {
            text.push_str(&format!("{}: {n} per rad. ", measure.label));
        }
        let rows: Vec<_> = bars
            .items
            .iter()
            .map(|i| (i.label.clone(), i.cell, i.uncertain))
            .collect();
        text.push_str(&spoken::reservations(&rows, bars.few));
        Ok(spoken::end(text, data.synthetic()))
    }

    fn table(&self, data: &Data<'_>) -> Result<Vec<Vec<String>>, ChartError> {
        let bars = self.read(data)?;
        let m = &bars.measure;
        let interval = bars.items.iter().any(|i| i.interval.is_some());
        let remarks: Vec<_> = bars
            .items
            .iter()
            .map(|i| spoken::remark(i.cell, i.uncertain, bars.few))
            .collect();
        let remarked = remarks.iter().any(|r| !r.is_empty());
        let label: Vec<_> = data
            .fields("label", &self.label)?
            .iter()
            .map(|f| f.column.label.clone())
            .collect();
        let mut head = vec![label.join(", "), m.heading()];
        head.extend(interval.then(|| spoken::capital(self.interval())));
        head.extend(bars.n.as_ref().map(Measure::heading));
        head.extend(remarked.then(|| "Anmärkning".to_owned()));
        let mut table = vec![head];
        for (item, remark) in bars.items.iter().zip(remarks) {
            let mut row = vec![item.label.clone(), spoken::cell(item.cell, m, bars.few)];
            row.extend(interval.then(|| {
                item.interval.map_or_else(
                    || spoken::sign(item.cell),
                    |(l, h)| format!("{}–{}", m.bare(l), m.bare(h)),
                )
            }));
            row.extend(
                bars.n
                    .as_ref()
                    .zip(item.n)
                    .map(|(m, n)| spoken::cell(n, m, bars.few)),
            );
            row.extend(remarked.then_some(remark));
            table.push(row);
        }
        if let Some((cell, label)) = bars.line {
            let mut row = vec![label, spoken::cell(cell, m, bars.few)];
            row.resize(table[0].len() - usize::from(remarked), String::new());
            row.extend(remarked.then(|| spoken::remark(cell, false, bars.few)));
            table.push(row);
        }
        Ok(table)
    }
}
