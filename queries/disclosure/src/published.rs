//! A result that passed disclosure control.

use crate::columns::{check_identities, check_shape};
use crate::verdict::Verdict;
use crate::{Provenance, Refused, Rule, Table, quality, secrecy};

/// A result that may be drawn, exported and shown.
///
/// Only [`publish`] and [`publish_together`] make one: the fields are private,
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

/// A table that asks to be published: its rule, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// The result as it was computed.
    pub table: Table,
    /// What it is judged by.
    pub rule: Rule,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Applies a rule to a table.
///
/// # Errors
/// The rule does not protect ([`Rule::check`]); it names a column that the table
/// lacks, or one that cannot be judged: a count that is missing or not whole, an
/// amount that is no number; the rows do not add up as it says; or a column holds
/// identities.
pub fn publish(table: Table, rule: &Rule, provenance: Provenance) -> Result<Published, Refused> {
    let rule = rule.clone();
    let submission = Submission {
        table,
        rule,
        provenance,
    };
    let query = submission.provenance.query.clone();
    let nothing = || Refused {
        query,
        reason: "nothing came of it".to_owned(),
    };
    publish_together(vec![submission])?.pop().ok_or_else(nothing)
}

/// Applies to each table its rule, for an audience that sees all of them: what is hidden in one cannot
/// be computed from another. The results are in the order of the submissions. With [`publish`], the only
/// way to a [`Published`].
///
/// # Errors
/// Any of them is refused as [`publish`] would, or two count differently for the same labels.
pub fn publish_together(submissions: Vec<Submission>) -> Result<Vec<Published>, Refused> {
    let mut verdicts = Vec::with_capacity(submissions.len());
    let mut judged = Vec::new();
    for (number, submission) in submissions.iter().enumerate() {
        let refused = |reason| Refused::new(submission, reason);
        submission.rule.check().map_err(refused)?;
        check_shape(&submission.table).map_err(refused)?;
        check_identities(&submission.table).map_err(refused)?;
        verdicts.push(match &submission.rule {
            Rule::Secrecy(rule) => {
                judged.push((number, rule, counted(&submission.provenance)));
                Verdict::default()
            }
            Rule::Quality(rule) => quality::judge(&submission.table, rule).map_err(refused)?,
            Rule::Public => Verdict::default(),
        });
    }
    let tables: Vec<secrecy::Judged<'_>> = judged
        .iter()
        .map(|(number, rule, counted)| secrecy::Judged {
            table: &submissions[*number].table,
            rule,
            counted,
        })
        .collect();
    let found = secrecy::judge(&tables)
        .map_err(|(table, reason)| Refused::new(&submissions[judged[table].0], reason))?;
    for ((number, ..), verdict) in judged.iter().zip(found) {
        verdicts[*number] = verdict;
    }
    let published = submissions
        .into_iter()
        .zip(verdicts)
        .map(|(submission, verdict)| {
            let mut table = submission.table;
            let hidden = verdict.apply(&mut table);
            Published {
                table,
                provenance: submission.provenance,
                uncertain: verdict.uncertain,
                hidden,
            }
        });
    Ok(published.collect())
}

/// Whom a query counts, as far as can be told: the same query with the same parameters on the same data
/// counts the same.
fn counted(provenance: &Provenance) -> String {
    format!(
        "{} {:?} {}",
        provenance.query, provenance.parameters, provenance.snapshot_hash
    )
}
