//! What is counted and found on the way through a file.

use std::collections::BTreeMap;

use perspektiv_formats::shown;

use crate::Rule;
use crate::error::Fault;

/// The most faults that are remembered, so that memory is bounded.
const MOST: usize = 1_000_000;

/// A value that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fact {
    /// Where: an index of [`Tally::places`].
    pub(crate) place: u32,
    /// The line or row, from 1; 0 where there is none.
    pub(crate) line: u64,
    pub(crate) rule: Rule,
}

/// What was counted and found.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) rows: u64,
    pub(crate) pseudonyms: u64,
    pub(crate) empty: u64,
    /// Rows that were left out.
    pub(crate) dropped: u64,
    /// Identities that were blanked.
    pub(crate) blanked: u64,
    /// Pictures, which nobody has looked into.
    pub(crate) pictures: u64,
    /// Rows with another number of fields than the header.
    pub(crate) uneven: u64,
    pub(crate) facts: Vec<Fact>,
    places: Vec<String>,
    index: BTreeMap<String, u32>,
    /// Something was found that no option lets pass.
    pub(crate) refused: bool,
}

impl Tally {
    /// The number of a place; the name is masked.
    pub(crate) fn place(&mut self, name: &str) -> u32 {
        let name = shown(name.as_bytes());
        if let Some(place) = self.index.get(&name) {
            return *place;
        }
        let place = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.places.push(name.clone());
        self.index.insert(name, place);
        place
    }

    /// The name of a place.
    pub(crate) fn place_name(&self, place: u32) -> &str {
        self.places.get(place as usize).map_or("", String::as_str)
    }

    /// Remembers a fault.
    ///
    /// # Errors
    /// There are too many: something else is wrong.
    pub(crate) fn fault(&mut self, place: u32, line: u64, rule: Rule) -> Result<(), Fault> {
        if self.facts.len() == MOST {
            return Err(Fault::data(format!(
                "More than a million values are wrong, most of them in {}. Check that --columns names the columns of \
                 person numbers.",
                self.place_name(place)
            )));
        }
        self.facts.push(Fact { place, line, rule });
        Ok(())
    }

    /// How often each rule was broken.
    pub(crate) fn by_rule(&self) -> BTreeMap<Rule, u64> {
        let mut counts = BTreeMap::new();
        for fact in &self.facts {
            *counts.entry(fact.rule).or_default() += 1;
        }
        counts
    }
}
