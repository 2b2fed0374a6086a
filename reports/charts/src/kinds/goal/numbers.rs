//! The numbers beside the scale, `71,2 → 73,4 % (mål 74,2)`, and the judgement,
//! each in a column of its own.

use super::draw::Form;
use super::scale::{SMALL, radius};
use super::{Goals, Item};
use crate::data::Cell;
use crate::fonts;
use crate::palette::MUTED;
use crate::scene::{Anchor, MIDDLE, Scene, Text};
use crate::shapes;
use crate::text::LEADING;
use crate::words::Few;

/// Widths of the columns.
pub(super) struct Numbers {
    size: f64,
    form: Form,
    latest: f64,
    /// Widths of start and target; none where there is no room to say them in
    /// numbers.
    around: Option<(f64, f64)>,
    pub(super) width: f64,
}

const ARROW: &str = " → ";
const GAP: f64 = 10.0;

/// Left edges of latest and judgement; end of start and left edge of target.
struct Places {
    latest: f64,
    status: f64,
    around: Option<(f64, f64)>,
}

impl Numbers {
    pub(super) fn new(goals: &Goals, size: f64, form: Form) -> Self {
        let compact = form.is_compact();
        let widest = |of: &dyn Fn(&Item) -> (String, bool)| {
            goals
                .items
                .iter()
                .map(of)
                .map(|(t, bold)| fonts::width(&t, size, bold))
                .fold(0.0, f64::max)
        };
        let few = goals.few;
        let head = |words: &str| {
            if compact {
                0.0
            } else {
                fonts::width(words, SMALL, true)
            }
        };
        let latest = widest(&|i| (latest(i, few), true))
            .max(head("Senaste"))
            .max(head(&goals.years(|i| &i.latest_year)));
        let status = match form {
            Form::Signs => 2.0 * radius(size),
            _ => size * 1.5 + widest(&|i| (i.words.clone(), false)).max(head("Bedömning")),
        };
        let around = (!compact).then(|| {
            let start = widest(&|i| (i.write(i.baseline, few), false));
            let start = start
                .max(head("Start"))
                .max(head(&goals.years(|i| &i.baseline_year)));
            (
                start + fonts::width(ARROW, size, false),
                widest(&|i| (target(i, few), false)) + GAP,
            )
        });
        let (before, after) = around.unwrap_or_default();
        Self {
            size,
            form,
            latest,
            around,
            width: before + latest + after + 2.0 * GAP + status,
        }
    }

    fn places(&self, x: f64) -> Places {
        let (before, after) = self.around.unwrap_or_default();
        let latest = x + before;
        let end = latest + self.latest;
        Places {
            latest,
            status: end + after + 2.0 * GAP,
            around: self
                .around
                .map(|_| (latest - fonts::width(ARROW, self.size, false), end + GAP)),
        }
    }

    /// Draws the headings on a line.
    pub(super) fn head(&self, goals: &Goals, x: f64, y: f64, scene: &mut Scene) {
        let places = self.places(x);
        let years = [goals.years(|i| &i.baseline_year), goals.years(|i| &i.latest_year)];
        scene.text(Text::new(&years[1], (places.latest, y), SMALL).colour(MUTED));
        let Some((start, _)) = places.around else { return };
        scene.text(
            Text::new(&years[0], (start, y), SMALL)
                .anchor(Anchor::End)
                .colour(MUTED),
        );
        let above = |years: &str| if years.is_empty() { y } else { y - SMALL * LEADING };
        scene.text(
            Text::new("Start", (start, above(&years[0])), SMALL)
                .anchor(Anchor::End)
                .bold(true),
        );
        scene.text(Text::new("Senaste", (places.latest, above(&years[1])), SMALL).bold(true));
        scene.text(Text::new("Bedömning", (places.status, y), SMALL).bold(true));
    }

    /// Draws one goal's numbers and judgement.
    pub(super) fn draw(&self, item: &Item, few: Few, x: f64, y: f64, scene: &mut Scene) {
        let places = self.places(x);
        let line = y + MIDDLE * self.size;
        if let Some((start, aim)) = places.around {
            let text = Text::new(item.write(item.baseline, few), (start, line), self.size);
            scene.text(text.anchor(Anchor::End).colour(MUTED));
            let arrow = Text::new(
                ARROW.trim(),
                (f64::midpoint(start, places.latest), line),
                self.size,
            );
            scene.text(arrow.anchor(Anchor::Middle).colour(MUTED));
            scene.text(Text::new(target(item, few), (aim, line), self.size).colour(MUTED));
        }
        scene.text(Text::new(latest(item, few), (places.latest, line), self.size).bold(true));
        let radius = radius(self.size);
        let at = (places.status + radius, y);
        shapes::point(
            scene,
            item.status.shape(),
            at,
            radius,
            item.status.colour(),
            item.hollow(),
        );
        if self.form != Form::Signs {
            let at = (places.status + self.size * 1.5, line);
            scene.text(Text::new(&item.words, at, self.size));
        }
    }
}

/// The latest number with its unit.
fn latest(item: &Item, few: Few) -> String {
    let unit = if item.unit == "%" && item.latest.value().is_some() {
        "\u{a0}%"
    } else {
        ""
    };
    format!("{}{unit}", item.write(item.latest, few))
}

fn target(item: &Item, few: Few) -> String {
    match item.target {
        Cell::Value(_) => format!("(mål {})", item.write(item.target, few)),
        _ => String::new(),
    }
}
