//! Time series, told apart by colour, shape and a name at their end.

use serde::Deserialize;

use super::{Kind, KindInfo};
use crate::ChartError;
use crate::data::{Cell, Data, Only, Wanted};
use crate::frame::{Frame, Key, Sign};
use crate::scene::Scene;
use crate::spoken;
use crate::words::{self, Few, Measure};

mod canvas;
mod draw;
mod ends;
mod look;
mod numbers;
mod scale;

pub(crate) const INFO: KindInfo = KindInfo {
    name: "line",
    about: "Time series with intervals; each is named where it ends.",
    example: r#"kind = "line"
title = "Fler unga mår dåligt"            # optional
x = "ar"                                  # column with years, months (2019-03) or dates
value = "andel"                           # column with the numbers
series = "kon"                            # optional: column with the names of the series
low = "andel_low"                         # optional: the interval's ends
high = "andel_high"
interval = "95 % konfidensintervall"      # optional: what the interval is called
band = true                               # optional: intervals as bands (default) or, if false, at each point
n = "andel_n"                             # optional
highlight = ["Kvinnor"]                   # optional: series in strong colours, the others grey
zero = false                              # optional: whether the axis has to start at 0; by default it does unless all numbers are far from it
breaks = [{ at = 2022, label = "Ny mätmetod" }]   # optional: no line is drawn across, since the numbers cannot be compared
only = { utmaning = "Psykisk ohälsa" }    # optional: rows to show
"#,
};

/// A line chart.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Title inside the picture.
    pub title: Option<String>,
    /// Column with years, months or dates.
    pub x: String,
    /// Column with the numbers.
    pub value: String,
    /// Column with the names of the series.
    pub series: Option<String>,
    /// Column with the lower ends of the intervals.
    pub low: Option<String>,
    /// Column with the upper ends of the intervals.
    pub high: Option<String>,
    /// What the interval is called.
    pub interval: Option<String>,
    /// Intervals as bands rather than at each point.
    #[serde(default = "yes")]
    pub band: bool,
    /// Column with the number of answers or persons behind each point.
    pub n: Option<String>,
    /// Names of the series that the headline is about.
    #[serde(default)]
    pub highlight: Vec<String>,
    /// Whether the axis starts at zero.
    pub zero: Option<bool>,
    /// Where the way of measuring changed.
    #[serde(default)]
    pub breaks: Vec<Break>,
    /// Rows to show.
    #[serde(default)]
    pub only: Only,
}

/// A change in the way of measuring: numbers before and after do not compare.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// First time that is measured the new way.
    pub at: Wanted,
    /// What changed, in a few words.
    pub label: String,
}

fn yes() -> bool {
    true
}

/// One number of a series.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moment {
    row: usize,
    time: f64,
    /// The time as written.
    name: String,
    cell: Cell,
    interval: Option<(f64, f64)>,
    n: Option<Cell>,
    uncertain: bool,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    name: String,
    /// Its moments, oldest first.
    moments: Vec<Moment>,
    strong: bool,
}

impl Series {
    /// The moments that have a number.
    fn seen(&self) -> impl DoubleEndedIterator<Item = (&Moment, f64)> {
        self.moments.iter().filter_map(|m| Some((m, m.cell.value()?)))
    }
}

/// Everything to draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lines {
    series: Vec<Series>,
    measure: Measure,
    n: Option<Measure>,
    few: Few,
    /// Times of breaks and what they are called.
    breaks: Vec<(f64, String)>,
    band: bool,
    zero: Option<bool>,
}

impl Lines {
    /// (series and time, number, uncertain) for every moment.
    fn rows(&self) -> Vec<(String, Cell, bool)> {
        let name = |s: &Series, m: &Moment| {
            if s.name.is_empty() {
                m.name.clone()
            } else {
                format!("{} {}", s.name, m.name)
            }
        };
        self.series
            .iter()
            .flat_map(|s| s.moments.iter().map(move |m| (name(s, m), m.cell, m.uncertain)))
            .collect()
    }

    /// First and last time as written.
    fn period(&self) -> String {
        let mut moments: Vec<_> = self.series.iter().flat_map(|s| &s.moments).collect();
        moments.sort_by(|a, b| a.time.total_cmp(&b.time));
        match (moments.first(), moments.last()) {
            (Some(a), Some(b)) if a.time < b.time => format!("{}–{}", a.name, b.name),
            (Some(a), _) => a.name.clone(),
            _ => String::new(),
        }
    }
}

impl Line {
    fn read(&self, data: &Data<'_>) -> Result<Lines, ChartError> {
        let x = data.field("x", &self.x)?;
        let value = data.field("value", &self.value)?;
        let names = data.optional("series", self.series.as_deref())?;
        let low = data.optional("low", self.low.as_deref())?;
        let high = data.optional("high", self.high.as_deref())?;
        let n = data.optional("n", self.n.as_deref())?;
        let mut series: Vec<Series> = Vec::new();
        for &row in &data.rows {
            let name = names.map_or_else(String::new, |field| data.text(row, field));
            let cell = data.number(row, value)?;
            let moment = Moment {
                row,
                time: data.time(row, x)?,
                name: data.text(row, x),
                cell,
                interval: cell.value().and(data.seen(row, low)?.zip(data.seen(row, high)?)),
                n: n.map(|n| data.number(row, n)).transpose()?,
                uncertain: data.uncertain(row) && cell.value().is_some(),
            };
            match series.iter_mut().find(|s| s.name == name) {
                Some(found) if found.moments.iter().any(|m| m.time == moment.time) => {
                    let place = format!("{name} {}", moment.name).trim().to_owned();
                    return Err(ChartError::Twice {
                        kind: INFO.name,
                        place,
                    });
                }
                Some(found) => found.moments.push(moment),
                None => series.push(Series {
                    strong: self.highlight.contains(&name),
                    name,
                    moments: vec![moment],
                }),
            }
        }
        for s in &mut series {
            s.moments.sort_by(|a, b| a.time.total_cmp(&b.time));
        }
        let names: Vec<_> = series.iter().map(|s| s.name.clone()).collect();
        if let Some(name) = self.highlight.iter().find(|name| !names.contains(name)) {
            return Err(data.no_such_row("highlight", name, &names));
        }
        let breaks = self
            .breaks
            .iter()
            .map(|b| Ok((data.moment(&b.at)?, b.label.clone())))
            .collect::<Result<_, _>>()?;
        Ok(Lines {
            series,
            measure: data.measure(value),
            n: n.map(|n| data.measure(n)),
            few: data.few(low.is_some(), n),
            breaks,
            band: self.band,
            zero: self.zero,
        })
    }

    fn interval(&self) -> &str {
        self.interval.as_deref().unwrap_or("konfidensintervall")
    }

    fn keys(&self, lines: &Lines) -> Vec<Key> {
        let mut keys = Vec::new();
        let rows = lines.rows();
        if lines
            .series
            .iter()
            .flat_map(|s| &s.moments)
            .any(|m| m.interval.is_some())
        {
            keys.push(Key::new(
                if self.band { Sign::Band } else { Sign::Upright },
                self.interval(),
            ));
        }
        if rows.iter().any(|r| r.2) {
            keys.push(Key::new(Sign::Hollow, "osäker siffra"));
        }
        if let Some(n) = lines.n_range() {
            keys.push(Key::new(Sign::None, format!("{n} per punkt")));
        }
        for cell in [Cell::Hidden, Cell::Missing, Cell::NotApplicable] {
            let names: Vec<_> = rows.iter().filter(|r| r.1 == cell).map(|r| r.0.clone()).collect();
            if let Some((sign, why)) = words::absent(cell, lines.few).filter(|_| !names.is_empty()) {
                keys.push(Key::new(
                    Sign::None,
                    format!("{sign} {why}: {}", words::and(&names)),
                ));
            }
        }
        keys
    }
}

impl Lines {
    /// `Antal svar: 2 801–3 420`, where the numbers are known.
    fn n_range(&self) -> Option<String> {
        let n: Vec<_> = self
            .series
            .iter()
            .flat_map(|s| &s.moments)
            .filter_map(|m| m.n?.value())
            .collect();
        let measure = self.n.as_ref()?;
        Some(format!(
            "{}: {}",
            measure.label,
            words::range(&n, |x| words::number(x, 0))?
        ))
    }
}

impl Kind for Line {
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
        let lines = self.read(data)?;
        let scale = scale::Scale::new(&lines);
        let cut = scale
            .cut()
            .map(|low| format!(" (axeln börjar vid {low})"))
            .unwrap_or_default();
        let frame = Frame {
            kind: INFO.name,
            title: self.title(),
            heading: format!("{}{cut}", lines.measure.heading()),
            keys: self.keys(&lines),
            synthetic: data.synthetic(),
        };
        let area = frame.draw(scene)?;
        draw::draw(&lines, &scale, area, scene)
    }

    fn describe(&self, data: &Data<'_>) -> Result<String, ChartError> {
        let lines = self.read(data)?;
        let m = &lines.measure;
        let mut text = format!(
            "Linjediagram över {}, {}. ",
            spoken::lower(&m.heading()),
            lines.period()
        );
        // Many series are a crowd: only those that the headline is about are told.
        let crowd = lines.series.len() > 6;
        if crowd {
            text.push_str(&format!("{} serier. ", lines.series.len()));
        }
        for series in lines.series.iter().filter(|s| s.strong || !crowd) {
            let name = if series.name.is_empty() {
                String::new()
            } else {
                format!("{}: ", series.name)
            };
            match (series.seen().next(), series.seen().next_back()) {
                (Some((a, x)), Some((b, y))) if a.row != b.row => {
                    text.push_str(&format!(
                        "{name}från {} ({}) till {} ({}). ",
                        m.long(x),
                        a.name,
                        m.long(y),
                        b.name
                    ));
                }
                (Some((a, x)), _) => text.push_str(&format!("{name}{} ({}). ", m.long(x), a.name)),
                _ => {}
            }
        }
        let all = lines.series.iter().flat_map(|s| {
            s.seen().map(move |(moment, x)| {
                (
                    format!("{} {}, {}", s.name, moment.name, m.long(x))
                        .trim()
                        .to_owned(),
                    x,
                )
            })
        });
        text.push_str(&spoken::extremes(all));
        if let Some(n) = lines.n_range() {
            text.push_str(&format!("{n} per punkt. "));
        }
        for b in &self.breaks {
            text.push_str(&format!(
                "{} från {}: jämför inte med tidigare. ",
                spoken::capital(&b.label),
                b.at
            ));
        }
        text.push_str(&spoken::reservations(&lines.rows(), lines.few));
        Ok(spoken::end(text, data.synthetic()))
    }

    fn table(&self, data: &Data<'_>) -> Result<Vec<Vec<String>>, ChartError> {
        let lines = self.read(data)?;
        let m = &lines.measure;
        let moments = || {
            lines
                .series
                .iter()
                .flat_map(|s| s.moments.iter().map(move |m| (s, m)))
        };
        let interval = moments().any(|(_, m)| m.interval.is_some());
        let remarked = moments().any(|(_, m)| !spoken::remark(m.cell, m.uncertain, lines.few).is_empty());
        let series = data.optional("series", self.series.as_deref())?;
        let mut head = vec![data.field("x", &self.x)?.column.label.clone()];
        head.extend(series.map(|s| s.column.label.clone()));
        head.push(m.heading());
        head.extend(interval.then(|| spoken::capital(self.interval())));
        head.extend(lines.n.as_ref().map(Measure::heading));
        head.extend(remarked.then(|| "Anmärkning".to_owned()));
        let mut table = vec![head];
        for (s, moment) in moments() {
            let mut row = vec![moment.name.clone()];
            row.extend(series.map(|_| s.name.clone()));
            row.push(spoken::cell(moment.cell, m, lines.few));
            row.extend(interval.then(|| {
                moment.interval.map_or_else(
                    || spoken::sign(moment.cell),
                    |(l, h)| format!("{}–{}", m.bare(l), m.bare(h)),
                )
            }));
            row.extend(
                lines
                    .n
                    .as_ref()
                    .zip(moment.n)
                    .map(|(m, n)| spoken::cell(n, m, lines.few)),
            );
            row.extend(remarked.then(|| spoken::remark(moment.cell, moment.uncertain, lines.few)));
            table.push(row);
        }
        Ok(table)
    }
}
