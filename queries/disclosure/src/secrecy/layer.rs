//! One kind of number that tables show: the persons, or one kind of amount.

use super::system::System;

/// How far the true value of a cell must be from being known, as moves away from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Need {
    /// Nothing: not hidden, or nothing to protect.
    None,
    /// The lowest and the highest that are possible are so far apart.
    Span(f64),
    /// The lowest and the highest are so far from the true one.
    Around {
        /// Downwards.
        down: f64,
        /// Upwards.
        up: f64,
    },
}

/// Another table that shows the same where something is shown: by how much each cell differs.
pub(super) type Moves = Vec<(usize, f64)>;

/// One kind of number in all cells.
#[derive(Debug)]
pub(super) struct Layer {
    /// Whether some table shows it, unless it is hidden.
    pub(super) shown: Vec<bool>,
    /// The furthest that the value can be below the true one.
    pub(super) lowest: Vec<f64>,
    /// What is needed where the cell is hidden.
    need: Vec<Need>,
    /// Whether the numbers are whole, and the attacker knows.
    pub(super) whole: bool,
}

impl Layer {
    /// The persons. Where a row tells of somebody, an attacker knows that it is at least one: tables
    /// seldom have rows about nobody.
    pub(super) fn persons(system: &System, minimum: i64) -> Self {
        let span = Need::Span((minimum - 1) as f64);
        let cells = || system.cells.iter();
        Self {
            shown: cells().map(|cell| cell.is_shown()).collect(),
            lowest: cells()
                .map(|cell| {
                    let least = i64::from(cell.is_shown() && cell.persons > 0);
                    (least - cell.persons) as f64
                })
                .collect(),
            need: cells()
                .map(
                    |cell| match cell.is_shown() || (1..minimum).contains(&cell.persons) {
                        true => span,
                        false => Need::None,
                    },
                )
                .collect(),
            whole: true,
        }
    }

    /// One kind of amount; `lacking` is what a sum lacks to be safe from its largest contributions.
    ///
    /// A cell that is hidden for others' sake only must not be known nearer than what `minimum − 1` of
    /// its persons cost: as near as its count may be known.
    pub(super) fn amounts(
        system: &System,
        kind: usize,
        (minimum, near): (i64, f64),
        secret: &[bool],
        lacking: &[f64],
    ) -> Self {
        let values: Vec<Option<f64>> = system.cells.iter().map(|cell| cell.amounts[kind]).collect();
        // Who has seen a negative amount cannot take it that none is.
        let any_negative = values.iter().flatten().any(|value| *value < 0.0);
        let is_shown = |cell: usize| system.cells[cell].is_shown() && values[cell].is_some();
        let seen = |cell: usize| system.cells[cell].seen;
        let lowest = |value: f64| if any_negative { f64::NEG_INFINITY } else { -value };
        Self {
            shown: (0..values.len()).map(is_shown).collect(),
            lowest: values
                .iter()
                .map(|value| value.map_or(f64::NEG_INFINITY, lowest))
                .collect(),
            need: (0..values.len())
                .map(
                    |cell| match values[cell].filter(|_| is_shown(cell) && !seen(cell)) {
                        Some(value) if value != 0.0 && !secret[cell] => {
                            let persons = system.cells[cell].persons.max(1) as f64;
                            let few = (minimum - 1) as f64 / persons;
                            Need::Span(value.abs() * few.min(2.0 * near))
                        }
                        Some(value) if value != 0.0 => {
                            let up = (near * value.abs()).max(lacking[cell]);
                            let down = up.min(-lowest(value));
                            Need::Around { down, up }
                        }
                        _ => Need::None,
                    },
                )
                .collect(),
            whole: false,
        }
    }

    /// What a cell needs.
    pub(super) fn need(&self, cell: usize, hidden: &[bool]) -> Need {
        if self.shown[cell] && !hidden[cell] {
            Need::None
        } else {
            self.need[cell]
        }
    }

    /// Whether an attacker takes the value of a cell to be any.
    pub(super) fn is_open(&self, system: &System, cell: usize, hidden: &[bool]) -> bool {
        let cell_is_known = system.cells[cell].seen || system.cells[cell].known && !hidden[cell];
        !cell_is_known && (hidden[cell] || !self.shown[cell])
    }

    /// Makes moves exact and tells whether they are a table that an attacker cannot tell from the
    /// true one: only open cells differ, none is below its lowest, and all adds up.
    ///
    /// The solver is not trusted: what it finds counts only when it passes here.
    pub(super) fn holds(&self, system: &System, moves: &mut Moves, hidden: &[bool]) -> bool {
        if self.whole {
            for (_, by) in moves.iter_mut() {
                let exact = by.round();
                if (exact - *by).abs() > 1e-4 {
                    return false;
                }
                *by = exact;
            }
        }
        moves.retain(|(_, by)| *by != 0.0);
        let largest = moves.iter().map(|(_, by)| by.abs()).fold(0.0, f64::max);
        let slack = if self.whole { 0.0 } else { 1e-6 * largest };
        let mut by_cell = vec![0.0; system.cells.len()];
        for &(cell, by) in moves.iter() {
            if !by.is_finite() || !self.is_open(system, cell, hidden) || by < self.lowest[cell] - slack {
                return false;
            }
            by_cell[cell] = by;
        }
        moves.iter().all(|&(cell, _)| {
            system.of(cell).all(|relation| {
                let off: f64 = relation
                    .terms()
                    .map(|(cell, sign)| sign as f64 * by_cell[cell])
                    .sum();
                off.abs() <= slack
            })
        })
    }
}
