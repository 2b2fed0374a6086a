//! Drawing of a chart of goals: in one column, or in two where there are many.

use super::numbers::Numbers;
use super::rows::{Rows, WIDEST};
use super::scale::{self, SMALL};
use super::{Goals, INFO};
use crate::ChartError;
use crate::axis::Axis;
use crate::palette::{GRID, INK};
use crate::scene::{Anchor, Rect, Scene, Text};
use crate::text::{self, LEADING};

/// Largest text of a goal.
const LARGEST: f64 = 19.0;

/// Between two columns.
const BETWEEN: f64 = 40.0;

/// How much is said of each goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One column, with all numbers and the judgement in words.
    Full,
    /// Two columns, in which start and target are marks only.
    Compact,
    /// Two columns, in which the judgement is a sign too, which a key explains.
    Signs,
}

impl Form {
    /// The forms, from the one that says most.
    pub(super) const ALL: [Self; 3] = [Self::Full, Self::Compact, Self::Signs];

    pub(super) fn is_compact(self) -> bool {
        self != Self::Full
    }

    /// The share of the width that names may take.
    fn names(self) -> f64 {
        match self {
            Self::Full => 0.36,
            Self::Compact => 0.37,
            Self::Signs => 0.53,
        }
    }
}

/// Draws the chart into an area, in a form for which it must have room.
pub(super) fn draw(goals: &Goals, form: Form, area: Rect, scene: &mut Scene) -> Result<(), ChartError> {
    let columns = match form {
        Form::Full => vec![(
            goals.clone(),
            Column::new(goals, goals, area, (LARGEST, WIDEST), form)?,
        )],
        Form::Compact | Form::Signs => two(goals, form, area)?,
    };
    for (part, column) in &columns {
        column.draw(part, scene);
    }
    Ok(())
}

/// Two columns of about the same height.
fn two(goals: &Goals, form: Form, area: Rect) -> Result<Vec<(Goals, Column)>, ChartError> {
    let middle = area.x0 + (area.width() - BETWEEN) / 2.0;
    let areas = [
        Rect { x1: middle, ..area },
        Rect {
            x0: middle + BETWEEN,
            ..area
        },
    ];
    let (first, second) = goals.items.split_at(goals.items.len().div_ceil(2));
    let parts = [first, second].map(|items| Goals {
        items: items.to_vec(),
        few: goals.few,
    });
    let plan = |largest| -> Result<Vec<Column>, ChartError> {
        parts
            .iter()
            .zip(areas)
            .map(|(part, area)| Column::new(goals, part, area, largest, form))
            .collect()
    };
    // One size and one distance for both.
    let first = plan((LARGEST, WIDEST))?;
    let size = first.iter().map(|c| c.rows.size).fold(LARGEST, f64::min);
    let pad = plan((size, WIDEST))?
        .iter()
        .map(|c| c.rows.pad)
        .fold(WIDEST, f64::min);
    Ok(parts.clone().into_iter().zip(plan((size, pad))?).collect())
}

/// One column of goals.
struct Column {
    area: Rect,
    rows: Rows,
    numbers: Numbers,
    axis: Axis,
    top: f64,
    form: Form,
}

impl Column {
    /// Room for a part of the goals; scale and numbers are those of all of them.
    fn new(
        all: &Goals,
        part: &Goals,
        area: Rect,
        largest: (f64, f64),
        form: Form,
    ) -> Result<Self, ChartError> {
        let compact = form.is_compact();
        let heads = if compact { 1.0 } else { 2.0 };
        let top = area.y0 + heads * SMALL * LEADING + 10.0;
        let limit = area.width() * form.names();
        let gap = if compact { 12.0 } else { 22.0 };
        let mut largest = largest;
        loop {
            let rows = Rows::new(part, Rect { y0: top, ..area }, limit, largest)?;
            let numbers = Numbers::new(all, rows.size, form);
            let to = area.x1 - numbers.width - gap;
            // The names of both columns end at the same place.
            let from = area.x0 + if compact { limit } else { rows.width } + gap;
            // Smaller letters before a scale on which nothing can be told apart.
            let told = |axis: &Axis| axis.at(1.0) - axis.at(0.0) > 52.0 || rows.size <= text::SMALLEST;
            let room = scale::axis(all, from, to)
                .filter(|axis| told(axis) && scale::no_way_width(all, rows.size) < to - from);
            match room {
                Some(axis) => {
                    return Ok(Self {
                        area,
                        rows,
                        numbers,
                        axis,
                        top,
                        form,
                    });
                }
                None if rows.size <= text::SMALLEST => {
                    return Err(ChartError::NoRoom {
                        kind: INFO.name,
                        text: "Start – Mål".to_owned(),
                    });
                }
                None => largest.0 = rows.size - 0.5,
            }
        }
    }

    fn draw(&self, goals: &Goals, scene: &mut Scene) {
        let (rows, area) = (&self.rows, self.area);
        let line = self.top - 10.0;
        scale::ground(
            &self.axis,
            (self.top, rows.bottom),
            line,
            !self.form.is_compact(),
            scene,
        );
        let x = area.x1 - self.numbers.width;
        self.numbers.head(goals, x, line, scene);
        for (i, item) in goals.items.iter().enumerate() {
            let y = rows.middles[i];
            if let Some(rule) = rows.rules[i] {
                scene.line(vec![(area.x0, rule), (area.x1, rule)], 1.0, GRID);
            }
            text::block(
                scene,
                &rows.labels[i],
                (area.x0, y),
                rows.size,
                (Anchor::Start, false, INK),
            );
            scale::way(item, goals.few, &self.axis, y, rows.size, scene);
            self.numbers.draw(item, goals.few, x, y, scene);
        }
        for (heading, y) in &rows.groups {
            scene.text(Text::new(heading, (area.x0, *y), rows.size).bold(true));
        }
    }
}
