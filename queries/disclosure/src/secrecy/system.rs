//! Cells and how they add up: all that an attacker can reckon with.

use std::collections::BTreeMap;

/// A cell: the persons that some labels are about, and what they cost.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) persons: i64,
    /// One for each kind of amount that the tables have; none where this cell has it not.
    pub(super) amounts: Vec<Option<f64>>,
    /// The row of each table that shows it.
    pub(super) rows: Vec<(usize, usize)>,
    /// Everybody knows it, shown or not: the total of all rows that are added up.
    pub(super) known: bool,
    /// Everybody has seen it, so hiding it hides nothing.
    pub(super) seen: bool,
    /// Over how many labels it is a sum.
    pub(super) level: usize,
}

impl Cell {
    /// Whether some table shows it, unless it is hidden.
    pub(super) fn is_shown(&self) -> bool {
        !self.rows.is_empty()
    }
}

/// A cell that is the sum of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) whole: usize,
    pub(super) parts: Vec<usize>,
}

impl Relation {
    /// The cells with their signs: the whole is −1 and each part 1, so that they come to 0.
    pub(super) fn terms(&self) -> impl Iterator<Item = (usize, i64)> {
        std::iter::once((self.whole, -1)).chain(self.parts.iter().map(|&part| (part, 1)))
    }
}

/// Cells and relations, and which cell is in which relation.
#[derive(Debug, Default)]
pub(super) struct System {
    pub(super) cells: Vec<Cell>,
    pub(super) relations: Vec<Relation>,
    of_cell: Vec<Vec<usize>>,
}

impl System {
    /// Puts cells and relations together.
    ///
    /// A sum that no table shows and nobody knows says nothing if it is in one relation only:
    /// whatever its parts are, it is what they come to. Such relations are left out, unless so few
    /// persons are in the sum that it is to be protected itself.
    pub(super) fn new(cells: Vec<Cell>, mut relations: Vec<Relation>, minimum: i64) -> Self {
        loop {
            let mut times: BTreeMap<usize, usize> = BTreeMap::new();
            for (cell, _) in relations.iter().flat_map(Relation::terms) {
                *times.entry(cell).or_default() += 1;
            }
            let before = relations.len();
            relations.retain(|relation| {
                let whole = &cells[relation.whole];
                let is_small = (1..minimum).contains(&whole.persons);
                whole.is_shown() || whole.known || is_small || times.get(&relation.whole) != Some(&1)
            });
            if relations.len() == before {
                break;
            }
        }
        let mut of_cell = vec![Vec::new(); cells.len()];
        for (number, relation) in relations.iter().enumerate() {
            for (cell, _) in relation.terms() {
                of_cell[cell].push(number);
            }
        }
        Self {
            cells,
            relations,
            of_cell,
        }
    }

    /// The relations that a cell is in.
    pub(super) fn of(&self, cell: usize) -> impl Iterator<Item = &Relation> {
        self.of_cell[cell].iter().map(|&number| &self.relations[number])
    }

    /// The cells that can move when one does, where only the given ones can: itself first, the
    /// others as they are met; and the relations among them.
    pub(super) fn around(&self, cell: usize, can_move: impl Fn(usize) -> bool) -> (Vec<usize>, Vec<usize>) {
        let mut met = vec![false; self.cells.len()];
        let mut taken = vec![false; self.relations.len()];
        let (mut cells, mut relations) = (vec![cell], Vec::new());
        met[cell] = true;
        let mut next = 0;
        while let Some(&current) = cells.get(next) {
            next += 1;
            for &number in &self.of_cell[current] {
                if std::mem::replace(&mut taken[number], true) {
                    continue;
                }
                relations.push(number);
                for (other, _) in self.relations[number].terms() {
                    if can_move(other) && !std::mem::replace(&mut met[other], true) {
                        cells.push(other);
                    }
                }
            }
        }
        (cells, relations)
    }
}
