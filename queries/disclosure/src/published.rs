//! A result that passed disclosure control.

use crate::columns::{check_identities, check_shape};
use crate::verdict::Verdict;
use crate::{Provenance, Refused, Rule, Table, quality, secrecy};

/// A result that may be drawn, exported and shown.
///
/// Only [`publish`] makes one: the fields are private,
///
/// ```compile_fail,E0451
/// # fn f(table: perspektiv_disclosure::Table, provenance: perspektiv_disclosure::Provenance) {
/// let forged = perspektiv_disclosure::Published { table, provenance, uncertain: vec![], hidden: 0 };
/// # }
/// ```
///
/// nothing in it can be changed,
///
/// ```compile_fail,E0596
/// # fn f(published: perspektiv_disclosure::Published) {
/// published.table().rows.clear();
/// # }
/// ```
///
/// and there is no way to read one from a file:
///
/// ```compile_fail,E0277
/// fn from_file<T: for<'a> serde::Deserialize<'a>>() {}
/// from_file::<perspektiv_disclosure::Published>();
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    table: Table,
    provenance: Provenance,
    uncertain: Vec<bool>,
    hidden: usize,
}

impl Published {
    /// The rows and columns, with hidden cells as [`Value::Hidden`](crate::Value::Hidden).
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Where the result comes from.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Whether a row is an uncertain estimate and must be marked as such.
    #[must_use]
    pub fn is_uncertain(&self, row: usize) -> bool {
        self.uncertain.get(row).copied().unwrap_or(false)
    }

    /// How many rows have something hidden.
    #[must_use]
    pub fn hidden_rows(&self) -> usize {
        self.hidden
    }
}

/// Applies a rule to a table; the only way to a [`Published`].
///
/// # Errors
/// The rule does not protect ([`Rule::check`]); it names a column that the table
/// lacks, or one that cannot be judged: a count that is missing or not whole, an
/// amount that is no number; or a column holds identities.
pub fn publish(mut table: Table, rule: &Rule, provenance: Provenance) -> Result<Published, Refused> {
    let checked = rule
        .check()
        .and_then(|()| check_shape(&table))
        .and_then(|()| check_identities(&table));
    let verdict = checked.and_then(|()| match rule {
        Rule::Secrecy(rule) => secrecy::judge(&table, rule),
        Rule::Quality(rule) => quality::judge(&table, rule),
        Rule::Public => Ok(Verdict::default()),
    });
    let verdict = verdict.map_err(|reason| Refused {
        query: provenance.query.clone(),
        reason,
    })?;
    let hidden = verdict.apply(&mut table);
    Ok(Published {
        table,
        provenance,
        uncertain: verdict.uncertain,
        hidden,
    })
}
