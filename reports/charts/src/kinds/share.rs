//! Parts of a whole: each bar is 100 %.

use serde::Deserialize;

use super::{Kind, KindInfo};
use crate::ChartError;
use crate::data::{Cell, Data, Field, Only};
use crate::frame::{Frame, Key, Sign};
use crate::scene::Scene;
use crate::spoken;
use crate::words::{self, Few, Measure, number};

mod draw;

pub(crate) const INFO: KindInfo = KindInfo {
    name: "share",
    about: "Bars of 100 % divided into the same parts, to set beside each other, such as persons and what they cost.",
    example: r#"kind = "share"
title = "Få står för det mesta"           # optional
part = "grupp"                            # column with the names of the parts
values = ["personer", "kostnad"]          # one bar for each of these columns …
row = "kommun"                            # … optional: and for each value of this column
highlight = ["Hög"]                       # optional: the part that the headline is about
total = true                              # optional: the sum beside each bar (default, unless the unit is procent)
only = { ar = 2024 }                      # optional: rows to show
"#,
};

/// A chart of parts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Title inside the picture.
    pub title: Option<String>,
    /// Column with the names of the parts.
    pub part: String,
    /// Columns with their sizes, one bar for each.
    pub values: Vec<String>,
    /// Column whose values make a bar each.
    pub row: Option<String>,
    /// Names of the parts that the headline is about.
    #[serde(default)]
    pub highlight: Vec<String>,
    /// Whether the sum stands beside each bar.
    #[serde(default = "yes")]
    pub total: bool,
    /// Rows to show.
    #[serde(default)]
    pub only: Only,
}

fn yes() -> bool {
    true
}

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Whole {
    label: String,
    measure: Measure,
    /// One cell for each part.
    cells: Vec<Cell>,
    uncertain: Vec<bool>,
}

impl Whole {
    /// Sum of the parts; none where one of them is not shown, since the rest
    /// would then be given as shares of the wrong sum.
    fn sum(&self) -> Option<f64> {
        self.cells.iter().map(|c| c.value()).sum()
    }

    /// Shares of the parts in percent.
    fn shares(&self) -> Option<Vec<f64>> {
        let sum = self.sum()?;
        Some(
            self.cells
                .iter()
                .filter_map(|c| Some(c.value()? / sum * 100.0))
                .collect(),
        )
    }

    /// What keeps the bar from being drawn.
    fn absent(&self) -> Option<Cell> {
        self.cells.iter().copied().find(|c| c.value().is_none())
    }

    /// The sum as written, where it is worth saying.
    fn total(&self) -> Option<String> {
        let percent = self.measure.short(0.0).ends_with('%');
        self.sum().filter(|_| !percent).map(|sum| self.measure.long(sum))
    }
}

/// Everything to draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wholes {
    parts: Vec<String>,
    strong: Vec<bool>,
    bars: Vec<Whole>,
    few: Few,
    total: bool,
}

/// A share as written: whole percents, and a decimal where that would be 0.
pub(super) fn percent(share: f64) -> String {
    let decimals = u8::from(share > 0.0 && share < 1.0);
    format!("{}\u{a0}%", number(share, decimals))
}

impl Share {
    fn read(&self, data: &Data<'_>) -> Result<Wholes, ChartError> {
        let part = data.field("part", &self.part)?;
        let row = data.optional("row", self.row.as_deref())?;
        let fields = self
            .values
            .iter()
            .map(|v| data.field("values", v))
            .collect::<Result<Vec<_>, _>>()?;
        let mut parts: Vec<String> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for &at in &data.rows {
            let (p, n) = (
                data.text(at, part),
                row.map_or_else(String::new, |row| data.text(at, row)),
            );
            if !parts.contains(&p) {
                parts.push(p);
            }
            if !names.contains(&n) {
                names.push(n);
            }
        }
        if let Some(name) = self.highlight.iter().find(|name| !parts.contains(name)) {
            return Err(data.no_such_row("highlight", name, &parts));
        }
        let mut bars = Vec::new();
        for name in &names {
            for field in &fields {
                bars.push(self.whole(data, (part, row), &parts, name, *field)?);
            }
        }
        Ok(Wholes {
            strong: parts.iter().map(|p| self.highlight.contains(p)).collect(),
            parts,
            bars,
            few: data.few(false, Some(part)),
            total: self.total,
        })
    }

    fn whole(
        &self,
        data: &Data<'_>,
        (part, row): (Field<'_>, Option<Field<'_>>),
        parts: &[String],
        name: &str,
        field: Field<'_>,
    ) -> Result<Whole, ChartError> {
        let mut measure = data.measure(field);
        let label = match (name, self.values.len()) {
            ("", _) => measure.label.clone(),
            (name, 1) => name.to_owned(),
            (name, _) => format!("{name}, {}", spoken::lower(&measure.label)),
        };
        let mut cells = Vec::new();
        let mut uncertain = Vec::new();
        for p in parts {
            let mut found = data.rows.iter().filter(|at| {
                data.text(**at, part) == *p && row.is_none_or(|row| data.text(**at, row) == name)
            });
            let at = found.next();
            if found.next().is_some() {
                return Err(ChartError::Twice {
                    kind: INFO.name,
                    place: format!("{p} {name}").trim().to_owned(),
                });
            }
            cells.push(at.map_or(Ok(Cell::Value(0.0)), |at| data.number(*at, field))?);
            uncertain.push(at.is_some_and(|at| data.uncertain(*at)));
        }
        let why = if cells.iter().any(|c| c.value().is_some_and(|x| x < 0.0)) {
            Some("one of them is negative")
        } else if cells.iter().all(|c| *c == Cell::Value(0.0)) {
            Some("all of them are 0")
        } else {
            None
        };
        if let Some(why) = why {
            return Err(ChartError::NotAWhole { bar: label, why });
        }
        // The sum decides whether it is read in millions.
        if let Some(sum) = cells.iter().map(|c| c.value()).sum::<Option<f64>>() {
            measure = measure.of(field.column, data.unit(), sum);
        }
        Ok(Whole {
            label,
            measure,
            cells,
            uncertain,
        })
    }
}

impl Wholes {
    fn rows(&self) -> Vec<(String, Cell, bool)> {
        let part = |bar: &Whole, i: usize| {
            (
                format!("{} {}", bar.label, self.parts[i]),
                bar.cells[i],
                bar.uncertain[i] && bar.cells[i].value().is_some(),
            )
        };
        let bar = |bar: &Whole| match bar.absent() {
            // One part that is not shown hides the whole bar.
            Some(cell) => vec![(bar.label.clone(), cell, false)],
            None => (0..self.parts.len()).map(|i| part(bar, i)).collect(),
        };
        self.bars.iter().flat_map(bar).collect()
    }
}

impl Kind for Share {
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
        let wholes = self.read(data)?;
        let mut keys = Vec::new();
        if wholes.rows().iter().any(|r| r.2) {
            keys.push(Key::new(Sign::Hatched, "osäker siffra"));
        }
        let part = data.field("part", &self.part)?;
        let frame = Frame {
            kind: INFO.name,
            title: self.title(),
            heading: format!("Fördelning på {}, procent", spoken::lower(&part.column.label)),
            keys,
            synthetic: data.synthetic(),
        };
        let area = frame.draw(scene)?;
        draw::draw(&wholes, area, scene)
    }

    fn describe(&self, data: &Data<'_>) -> Result<String, ChartError> {
        let wholes = self.read(data)?;
        let part = data.field("part", &self.part)?;
        let mut text = format!(
            "Staplar med andelar i procent, fördelade på {}. ",
            spoken::lower(&part.column.label)
        );
        for bar in &wholes.bars {
            let Some(shares) = bar.shares() else { continue };
            let parts: Vec<_> = wholes
                .parts
                .iter()
                .zip(&shares)
                .map(|(p, s)| format!("{} {}", spoken::lower(p), percent(*s)))
                .collect();
            let total = bar
                .total()
                .filter(|_| wholes.total)
                .map(|t| format!(" (totalt {t})"))
                .unwrap_or_default();
            text.push_str(&format!("{}{total}: {}. ", bar.label, words::and(&parts)));
        }
        text.push_str(&spoken::reservations(&wholes.rows(), wholes.few));
        Ok(spoken::end(text, data.synthetic()))
    }

    fn table(&self, data: &Data<'_>) -> Result<Vec<Vec<String>>, ChartError> {
        let wholes = self.read(data)?;
        let mut head = vec![data.field("part", &self.part)?.column.label.clone()];
        for bar in &wholes.bars {
            head.push(if self.row.is_some() && self.values.len() == 1 {
                bar.measure
                    .unit
                    .as_ref()
                    .map_or_else(|| bar.label.clone(), |unit| format!("{}, {unit}", bar.label))
            } else {
                Measure {
                    label: bar.label.clone(),
                    ..bar.measure.clone()
                }
                .heading()
            });
            head.extend(bar.total().map(|_| format!("{}, andel", bar.label)));
        }
        let mut table = vec![head];
        for (i, part) in wholes.parts.iter().enumerate() {
            let mut row = vec![part.clone()];
            for bar in &wholes.bars {
                row.push(spoken::cell(bar.cells[i], &bar.measure, wholes.few));
                row.extend(bar.total().and(bar.shares()).map(|s| percent(s[i])));
            }
            table.push(row);
        }
        if wholes.total && wholes.bars.iter().any(|b| b.total().is_some()) {
            let mut row = vec!["Totalt".to_owned()];
            for bar in &wholes.bars {
                row.push(
                    bar.sum()
                        .map_or_else(|| "..".to_owned(), |sum| bar.measure.bare(sum)),
                );
                row.extend(bar.total().map(|_| "100\u{a0}%".to_owned()));
            }
            table.push(row);
        }
        Ok(table)
    }
}
