//! Rows of different heights, since goals are long sentences.

use super::{Goals, INFO};
use crate::ChartError;
use crate::scene::Rect;
use crate::text::{self, LEADING, SMALLEST};

/// Room for goals and headings.
pub(super) struct Rows {
    pub(super) size: f64,
    /// Space between rows.
    pub(super) pad: f64,
    pub(super) labels: Vec<Vec<String>>,
    /// Width of the widest label.
    pub(super) width: f64,
    /// Middle of each row.
    pub(super) middles: Vec<f64>,
    /// Line above each row, where there is one.
    pub(super) rules: Vec<Option<f64>>,
    /// Headings and their baselines.
    pub(super) groups: Vec<(String, f64)>,
    pub(super) bottom: f64,
}

/// Least space between rows, in ems.
const PAD: f64 = 0.4;

/// Most space between rows.
pub(super) const WIDEST: f64 = 26.0;

impl Rows {
    /// Fits labels of at most `limit` pixels into `area`, at a size and with a space
    /// between rows of at most `largest`.
    pub(super) fn new(
        goals: &Goals,
        area: Rect,
        limit: f64,
        largest: (f64, f64),
    ) -> Result<Self, ChartError> {
        let headings: usize = (0..goals.items.len()).filter(|i| heads(goals, *i)).count();
        let (mut size, widest) = largest;
        loop {
            let most = if size > SMALLEST { 2 } else { 3 };
            let labels: Result<Vec<_>, _> = goals
                .items
                .iter()
                .map(|i| text::wrap(&i.label, size, false, limit, most).ok_or_else(|| i.label.clone()))
                .collect();
            if let Ok(labels) = &labels {
                let lines = labels.iter().map(Vec::len).sum::<usize>() + headings;
                let rows = labels.len() as f64 + 1.2 * headings as f64;
                let pad = (area.height() - lines as f64 * size * LEADING) / rows;
                if pad >= PAD * size {
                    return Ok(place(goals, labels.clone(), (size, pad.min(widest)), area.y0));
                }
            }
            if size <= SMALLEST {
                return Err(match labels {
                    Err(text) => ChartError::NoRoom {
                        kind: INFO.name,
                        text,
                    },
                    Ok(_) => ChartError::TooMany {
                        kind: INFO.name,
                        rows: goals.items.len(),
                        what: "goals",
                        room: (area.height() / (SMALLEST * (LEADING + PAD))) as usize,
                    },
                });
            }
            size = (size - 0.5).max(SMALLEST);
        }
    }
}

/// Whether a heading stands above a goal.
fn heads(goals: &Goals, i: usize) -> bool {
    let group = &goals.items[i].group;
    !group.is_empty() && (i == 0 || goals.items[i - 1].group != *group)
}

fn place(goals: &Goals, labels: Vec<Vec<String>>, (size, pad): (f64, f64), top: f64) -> Rows {
    let mut y = top;
    let (mut middles, mut rules, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for (i, lines) in labels.iter().enumerate() {
        let heads = heads(goals, i);
        if heads {
            y += 1.2 * pad + size * LEADING;
            groups.push((goals.items[i].group.clone(), y - 0.5 * pad - 0.3 * size));
        }
        rules.push((i > 0 && !heads).then_some(y));
        let tall = lines.len() as f64 * size * LEADING + pad;
        middles.push(y + tall / 2.0);
        y += tall;
    }
    let width = labels
        .iter()
        .map(|l| text::widest(l, size, false))
        .fold(0.0, f64::max);
    Rows {
        size,
        pad,
        labels,
        width,
        middles,
        rules,
        groups,
        bottom: y,
    }
}
