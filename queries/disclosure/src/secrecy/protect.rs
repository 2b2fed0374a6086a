//! What else is hidden so that no hidden cell can be computed, and the proof that none can.

use super::layer::{Layer, Moves, Need};
use super::solve::{cheapest, push};
use super::system::System;

/// How many linear programmes are spent on taking back. Not a time: what is hidden must be the same on
/// every machine.
const MOST_PROGRAMMES: usize = 300;

/// A pattern of hidden cells with its proof: for each layer, tables that show the same and have other
/// values where something is hidden.
#[derive(Debug, Clone)]
struct Pattern {
    hidden: Vec<bool>,
    proofs: Vec<Vec<Moves>>,
    /// Furthest moves of each cell in the proofs, by layer.
    reach: Vec<Vec<(f64, f64)>>,
    /// How many linear programmes it took.
    programmes: usize,
}

/// What it takes to protect a cell: what is hidden then, the tables that prove it, and its weight.
#[derive(Debug)]
struct Way {
    hidden: Vec<bool>,
    moves: Vec<Moves>,
    weight: f64,
}

/// Hides more, until all that is hidden is protected in every layer; `secret` cells are hidden from the
/// start. Weights say what it costs to hide a cell; one of infinite weight cannot be. Fails with a cell
/// that cannot be protected.
pub(super) fn protect(
    system: &System,
    layers: &[Layer],
    secret: &[bool],
    weights: &[f64],
) -> Result<Vec<bool>, usize> {
    let mut pattern = Pattern::new(system, layers, secret);
    let all: Vec<usize> = (0..system.cells.len()).collect();
    while let Some((layer, cell)) = pattern.weakest(system, layers, &all) {
        pattern.strengthen(system, layers, weights, layer, cell)?;
    }
    take_back(system, layers, secret, weights, &mut pattern);
    Ok(pattern.hidden)
}

/// Shows what need not be hidden after all: what was hidden first may be spared by what was hidden later.
fn take_back(system: &System, layers: &[Layer], secret: &[bool], weights: &[f64], pattern: &mut Pattern) {
    let mut extra: Vec<usize> = (0..secret.len())
        .filter(|&cell| pattern.hidden[cell] && !secret[cell])
        .collect();
    extra.sort_by(|&a, &b| weights[b].total_cmp(&weights[a]).then(a.cmp(&b)));
    let mut spent = 0;
    for cell in extra {
        if spent > MOST_PROGRAMMES {
            break;
        }
        // What is near it will miss it first.
        let (near, _) = system.around(cell, |_| true);
        let mut without = pattern.without(system, layers, cell);
        let weak = without.weakest(system, layers, &near);
        spent += without.programmes;
        if weak.is_none() {
            *pattern = without;
        }
    }
}

impl Pattern {
    fn new(system: &System, layers: &[Layer], secret: &[bool]) -> Self {
        Self {
            hidden: secret.to_vec(),
            proofs: vec![Vec::new(); layers.len()],
            reach: vec![vec![(0.0, 0.0); system.cells.len()]; layers.len()],
            programmes: 0,
        }
    }

    fn keep(&mut self, layer: usize, moves: Moves) {
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
    fn target(&self, layers: &[Layer], layer: usize, cell: usize, sign: f64) -> f64 {
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
    fn weakest(&mut self, system: &System, layers: &[Layer], cells: &[usize]) -> Option<(usize, usize)> {
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

    /// Hides what lets a cell be protected at least cost.
    fn strengthen(
        &mut self,
        system: &System,
        layers: &[Layer],
        weights: &[f64],
        layer: usize,
        cell: usize,
    ) -> Result<(), usize> {
        // In fractions first; where that gives no table in whole numbers, in those.
        for whole in [false, true] {
            let mut best: Option<Way> = None;
            for targets in self.ways(layers, layer, cell) {
                let way = self.follow(system, &layers[layer], weights, (cell, &targets), whole);
                if let Some(way) = way
                    && best.as_ref().is_none_or(|best| way.weight < best.weight - 1e-9)
                {
                    best = Some(way);
                }
            }
            if let Some(way) = best {
                self.hidden = way.hidden;
                for moves in way.moves {
                    self.keep(layer, moves);
                }
                return Ok(());
            }
        }
        self.hide_around(system, layers, weights, layer, cell)
    }

    /// Where a cell can be moved to be protected: up, down, or some of both.
    fn ways(&self, layers: &[Layer], layer: usize, cell: usize) -> Vec<Vec<f64>> {
        let mut ways = vec![
            vec![self.target(layers, layer, cell, 1.0)],
            vec![self.target(layers, layer, cell, -1.0)],
        ];
        if let Need::Span(span) = layers[layer].need(cell, &self.hidden) {
            let (down, up) = self.reach[layer][cell];
            let lacking = span - (up - down);
            let half = if layers[layer].whole {
                (lacking / 2.0).floor()
            } else {
                lacking / 2.0
            };
            if half > 0.0 {
                ways.push(vec![down - half, up + (lacking - half)]);
            }
        }
        ways.retain(|targets| targets.iter().all(|&target| target >= layers[layer].lowest[cell]));
        ways
    }

    /// What is hidden when a cell is moved to one target after the other, and the tables that proves.
    fn follow(
        &self,
        system: &System,
        layer: &Layer,
        weights: &[f64],
        (cell, targets): (usize, &[f64]),
        whole: bool,
    ) -> Option<Way> {
        let mut way = Way {
            hidden: self.hidden.clone(),
            moves: Vec::new(),
            weight: 0.0,
        };
        for &target in targets {
            let mut moves = cheapest(system, layer, &way.hidden, weights, (cell, target), whole)?;
            for &(other, _) in &moves {
                if !std::mem::replace(&mut way.hidden[other], true)
                    && !layer.is_open(system, other, &self.hidden)
                {
                    way.weight += weights[other];
                }
            }
            if !layer.holds(system, &mut moves, &way.hidden) {
                return None;
            }
            way.moves.push(moves);
        }
        Some(way)
    }

    /// Hides all that adds up with what can move when a cell does: where nothing better is found.
    fn hide_around(
        &mut self,
        system: &System,
        layers: &[Layer],
        weights: &[f64],
        layer: usize,
        cell: usize,
    ) -> Result<(), usize> {
        let (_, relations) = system.around(cell, |other| layers[layer].is_open(system, other, &self.hidden));
        let mut any = false;
        for (other, _) in relations
            .iter()
            .flat_map(|&number| system.relations[number].terms())
        {
            if weights[other].is_finite() {
                any |= !std::mem::replace(&mut self.hidden[other], true);
            }
        }
        if any { Ok(()) } else { Err(cell) }
    }

    /// The pattern with a cell shown, and the proofs that remain.
    fn without(&self, system: &System, layers: &[Layer], cell: usize) -> Self {
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
