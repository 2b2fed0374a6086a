//! A pattern of hidden cells, and the proof that nobody can compute them.

use super::layer::{Layer, Moves, Need};
use super::solve::push;
use super::system::System;

/// A pattern of hidden cells with its proof: for each layer, tables that show the same and have other
/// values where something is hidden.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub(super) hidden: Vec<bool>,
    proofs: Vec<Vec<Moves>>,
    /// Furthest moves of each cell in the proofs, by layer.
    pub(super) reach: Vec<Vec<(f64, f64)>>,
    /// How many linear programmes it took.
    pub(super) programmes: usize,
}

impl Pattern {
    pub(super) fn new(system: &System, layers: &[Layer], secret: &[bool]) -> Self {
        Self {
            hidden: secret.to_vec(),
            proofs: vec![Vec::new(); layers.len()],
            reach: vec![vec![(0.0, 0.0); system.cells.len()]; layers.len()],
            programmes: 0,
        }
    }

    pub(super) fn keep(&mut self, layer: usize, moves: Moves) {
        for &(cell, by) in &moves {
            let (down, up) = &mut self.reach[layer][cell];
            (*down, *up) = (down.min(by), up.max(by));
        }
        self.proofs[layer].push(moves);
    }

    /// Whether the proofs so far are enough for a cell.
    fn is_enough(&self, layers: &[Layer], layer: usize, cell: usize) -> bool {
        self.target(layers, layer, cell, 1.0) == 0.0
    }

    /// How far a cell is to be moved up (a positive sign) or down, or 0 where that is not needed.
    pub(super) fn target(&self, layers: &[Layer], layer: usize, cell: usize, sign: f64) -> f64 {
        let (down, up) = self.reach[layer][cell];
        let enough = 1.0 - 1e-6;
        match layers[layer].need(cell, &self.hidden) {
            Need::None => 0.0,
            // What the solver rounds is not worth hiding for.
            Need::Span(span) if up - down >= enough * span => 0.0,
            Need::Span(span) if sign > 0.0 => down + span,
            Need::Span(span) => up - span,
            Need::Around {
                down: least,
                up: most,
            } => match (up >= enough * most, -down >= enough * least) {
                (false, true) => most,
                (true, false) => -least,
                (false, false) if sign > 0.0 => most,
                (false, false) => -least,
                (true, true) => 0.0,
            },
        }
    }

    /// The first of the cells that an attacker may know too well, after all that is hidden so far has
    /// been tried for its protection.
    pub(super) fn weakest(
        &mut self,
        system: &System,
        layers: &[Layer],
        cells: &[usize],
    ) -> Option<(usize, usize)> {
        for layer in 0..layers.len() {
            self.prove_together(system, layers, layer, cells);
            for &cell in cells {
                if !self.prove(system, layers, layer, cell) {
                    return Some((layer, cell));
                }
            }
        }
        None
    }

    /// Looks for tables that protect many cells at once: in each, about half of them are as high as they
    /// need be and the others as low.
    fn prove_together(&mut self, system: &System, layers: &[Layer], layer: usize, cells: &[usize]) {
        for round in 0_u64.. {
            let mut weak = Vec::new();
            for &cell in cells {
                let sign = if mixed(cell as u64, round / 2) == (round % 2 == 0) {
                    1.0
                } else {
                    -1.0
                };
                match self.target(layers, layer, cell, sign) {
                    0.0 => {}
                    target => weak.push((cell, target)),
                }
            }
            if weak.len() < 4 {
                return;
            }
            self.programmes += 1;
            if let Some(moves) = push(system, &layers[layer], &self.hidden, &weak) {
                self.keep(layer, moves);
            }
            let left = weak
                .iter()
                .filter(|(cell, _)| !self.is_enough(layers, layer, *cell))
                .count();
            // The others are better tried one by one.
            if round % 2 == 1 && left + 2 > weak.len() {
                return;
            }
        }
    }

    /// Looks for the tables that protect a cell; tells whether there are any.
    fn prove(&mut self, system: &System, layers: &[Layer], layer: usize, cell: usize) -> bool {
        for sign in [1.0, -1.0] {
            let target = self.target(layers, layer, cell, sign);
            if target == 0.0 {
                return true;
            }
            self.programmes += 1;
            if let Some(moves) = push(system, &layers[layer], &self.hidden, &[(cell, target)]) {
                self.keep(layer, moves);
            }
        }
        self.is_enough(layers, layer, cell)
    }

    /// The pattern with a cell shown, and the proofs that remain.
    pub(super) fn without(&self, system: &System, layers: &[Layer], cell: usize) -> Self {
        let mut hidden = self.hidden.clone();
        hidden[cell] = false;
        let mut pattern = Self::new(system, layers, &hidden);
        for (layer, proofs) in self.proofs.iter().enumerate() {
            for moves in proofs {
                if moves.iter().all(|&(other, _)| other != cell) {
                    pattern.keep(layer, moves.clone());
                }
            }
        }
        pattern
    }
}

/// One of two, the same each time, without a pattern that tables have (splitmix64).
fn mixed(cell: u64, round: u64) -> bool {
    let mut x = cell.wrapping_add(round << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (x ^ (x >> 27)) & 1 == 0
}
