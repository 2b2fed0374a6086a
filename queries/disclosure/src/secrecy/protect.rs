//! What else is hidden so that no hidden cell can be computed, and the proof that none can.

use super::layer::{Layer, Moves, Need};
use super::pattern::Pattern;
use super::solve::cheapest;
use super::system::System;

/// How many linear programmes are spent on taking back. Not a time: what is hidden must be the same on
/// every machine.
const MOST_PROGRAMMES: usize = 300;

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
}
