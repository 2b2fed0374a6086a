//! Linear programmes: how far a cell can be moved, and what must be hidden for it to move.

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Solution, SolveOptions, Variable};

use super::layer::{Layer, Moves};
use super::system::System;

/// How many subproblems are tried to find a table in whole numbers. Not a time: what is hidden must be
/// the same on every machine.
const MOST_NODES: u64 = 200;
/// Whole numbers are searched below this.
const MOST: f64 = 1e9;

/// Moves cells as far as they go towards their targets while only open cells move; all that can be
/// reached from the first.
pub(super) fn push(
    system: &System,
    layer: &Layer,
    hidden: &[bool],
    targets: &[(usize, f64)],
) -> Option<Moves> {
    let &(first, size) = targets.first()?;
    let (cells, relations) = system.around(first, |other| layer.is_open(system, other, hidden));
    let mut aims = vec![0.0; system.cells.len()];
    for &(cell, target) in targets {
        aims[cell] = target;
    }
    let scale = if layer.whole { 1.0 } else { size.abs() };
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let mut places = vec![None; system.cells.len()];
    for &cell in &cells {
        let (low, aim) = (layer.lowest[cell] / scale, aims[cell] / scale);
        places[cell] = Some(if aim == 0.0 {
            variable(&mut problem, layer.whole, 0.0, low, f64::INFINITY)
        } else {
            // Each target counts the same, however far it is.
            variable(
                &mut problem,
                layer.whole,
                1.0 / aim,
                low.max(aim.min(0.0)),
                aim.max(0.0),
            )
        });
    }
    add_up(system, &relations, &mut problem, |sum, cell, sign| {
        if let Some(variable) = places[cell] {
            sum.add(variable, sign);
        }
    });
    let solution = solve(&problem)?;
    let value = |cell: usize| places[cell].map_or(0.0, |variable| solution.var_value(variable));
    let mut moves = cells.iter().map(|&cell| (cell, scale * value(cell))).collect();
    layer.holds(system, &mut moves, hidden).then_some(moves)
}

/// All relations among moves: parts move as much as their sum.
fn add_up(
    system: &System,
    relations: &[usize],
    problem: &mut Problem,
    add: impl Fn(&mut LinearExpr, usize, f64),
) {
    for &number in relations {
        let mut sum = LinearExpr::empty();
        for (cell, sign) in system.relations[number].terms() {
            add(&mut sum, cell, sign as f64);
        }
        problem.add_constraint(sum, ComparisonOp::Eq, 0.0);
    }
}

/// The moves of least weight by which a cell gets to `target`, where cells that are shown may move as
/// well: those that do are to be hidden. Moves are `whole` if asked for, which takes longer; most
/// are in any case.
pub(super) fn cheapest(
    system: &System,
    layer: &Layer,
    hidden: &[bool],
    weights: &[f64],
    (cell, target): (usize, f64),
    whole: bool,
) -> Option<Moves> {
    let (cells, relations) = system.around(cell, |other| weights[other].is_finite());
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let scale = if layer.whole { 1.0 } else { target.abs() };
    let aim = target / scale;
    let variables: Vec<(Variable, Variable)> = cells
        .iter()
        .map(|&other| {
            let weight = if layer.is_open(system, other, hidden) {
                0.0
            } else {
                weights[other]
            };
            let most_down = -layer.lowest[other] / scale;
            if other == cell {
                let (up, down) = (aim.max(0.0), (-aim).max(0.0));
                let up = variable(&mut problem, whole, weight, up, up);
                return (up, variable(&mut problem, whole, weight, down, down));
            }
            let up = variable(&mut problem, whole, weight, 0.0, f64::INFINITY);
            (up, variable(&mut problem, whole, weight, 0.0, most_down))
        })
        .collect();
    let mut places = vec![None; system.cells.len()];
    for (&other, &pair) in cells.iter().zip(&variables) {
        places[other] = Some(pair);
    }
    add_up(system, &relations, &mut problem, |sum, other, sign| {
        if let Some((up, down)) = places[other] {
            sum.add(up, sign);
            sum.add(down, -sign);
        }
    });
    let solution = solve(&problem)?;
    let moves = cells
        .iter()
        .zip(&variables)
        .map(|(&other, &(up, down))| (other, scale * (solution.var_value(up) - solution.var_value(down))))
        .filter(|(_, by)| by.abs() > 1e-7 * scale)
        .collect();
    Some(moves)
}

fn variable(problem: &mut Problem, whole: bool, factor: f64, low: f64, high: f64) -> Variable {
    if whole {
        // As far as a 32-bit number goes.
        problem.add_integer_var(factor, (low.max(-MOST) as i32, high.min(MOST) as i32))
    } else {
        problem.add_var(factor, (low, high))
    }
}

/// Solves, and gives nothing where that fails: the caller then hides more.
fn solve(problem: &Problem) -> Option<Solution> {
    let mut options = SolveOptions::default();
    options.node_limit = Some(MOST_NODES);
    problem.solve_with(options).ok()?.into_solution().ok()
}
