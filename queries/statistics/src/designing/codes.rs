//! A column of any type, each distinct value a number.

use std::collections::HashMap;

use crate::StatisticsError;

/// A column of any type, each distinct value a number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Codes {
    /// For each row the place of its value in `names`; [`MISSING`](Self::MISSING)
    /// where there is none.
    pub codes: Vec<u32>,
    /// The values as text, each once; some may not occur.
    pub names: Vec<String>,
}

impl Codes {
    /// The code of a row without a value.
    pub const MISSING: u32 = u32::MAX;

    /// Numbers the values of a column.
    pub fn of<'a>(values: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut column = Self::default();
        for value in values {
            let code = value.map_or(Self::MISSING, |value| {
                *known.entry(value).or_insert_with(|| {
                    column.names.push(value.to_owned());
                    column.names.len() as u32 - 1
                })
            });
            column.codes.push(code);
        }
        column
    }

    /// The value of a code.
    pub(super) fn name(&self, code: u32) -> &str {
        self.names.get(code as usize).map_or("NULL", String::as_str)
    }

    /// Refuses a row without a value.
    pub(super) fn complete(&self, key: &str, advice: &str) -> Result<(), StatisticsError> {
        let lacks = |code: &u32| *code as usize >= self.names.len();
        match self.codes.iter().position(lacks) {
            None => Ok(()),
            Some(row) => Err(StatisticsError::DesignRow {
                key: key.to_owned(),
                row: row as u64 + 1,
                value: "NULL".to_owned(),
                advice: advice.to_owned(),
            }),
        }
    }

    /// The column renumbered in the order of its names, those that no row has left
    /// out; with the names.
    pub(super) fn sorted(&self) -> (Vec<u32>, Vec<String>) {
        let mut used = vec![false; self.names.len()];
        for code in &self.codes {
            if let Some(used) = used.get_mut(*code as usize) {
                *used = true;
            }
        }
        let mut order: Vec<usize> = (0..used.len()).filter(|code| used[*code]).collect();
        order.sort_by(|a, b| self.names[*a].cmp(&self.names[*b]));
        let mut number = vec![Self::MISSING; used.len()];
        for (new, old) in order.iter().enumerate() {
            number[*old] = new as u32;
        }
        let renumber = |code: &u32| number.get(*code as usize).copied().unwrap_or(Self::MISSING);
        let codes = self.codes.iter().map(renumber).collect();
        let names = order.iter().map(|code| self.names[*code].clone()).collect();
        (codes, names)
    }

    /// For each code its place among all names, numbers before texts and by size.
    pub(super) fn ranks(&self) -> Vec<i64> {
        let mut ranks = vec![0; self.names.len()];
        for (rank, code) in self.order().into_iter().enumerate() {
            ranks[code] = rank as i64;
        }
        ranks
    }

    /// The names in the order of their [`ranks`](Self::ranks).
    pub(super) fn ranked(&self) -> Vec<String> {
        self.order()
            .into_iter()
            .map(|code| self.names[code].clone())
            .collect()
    }

    /// The codes in the order of their names, numbers before texts and by size.
    fn order(&self) -> Vec<usize> {
        let key = |name: &String| name.trim().parse().unwrap_or(f64::NAN);
        let keys: Vec<f64> = self.names.iter().map(key).collect();
        let mut order: Vec<usize> = (0..keys.len()).collect();
        // A positive NaN sorts after every number.
        order.sort_by(|a, b| {
            keys[*a]
                .total_cmp(&keys[*b])
                .then_with(|| self.names[*a].cmp(&self.names[*b]))
        });
        order
    }
}
