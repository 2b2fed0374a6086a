//! A result that passed disclosure control.

use crate::columns::{check_identities, check_shape};
use crate::verdict::Verdict;
use crate::{Provenance, Publication, Refused, Rule, Table, quality, secrecy};

/// A result that may be drawn, exported and shown.
///
/// Only [`publish`] and [`publish_together`] make one: the fields are private,
///
/// ```compile_fail,E0451
/// # fn f(table: perspektiv_disclosure::Table, provenance: perspektiv_disclosure::Provenance) {
/// let forged = perspektiv_disclosure::Published { table, provenance, uncertain: vec![], hidden: 0, publication: None };
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
    publication: Option<Publication>,
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

    /// What the ledger of publications is to know of it; none where the rule is not one of secrecy.
    #[must_use]
    pub fn publication(&self) -> Option<&Publication> {
        self.publication.as_ref()
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
    let submission = Submission {
        table,
        rule: rule.clone(),
        provenance,
    };
    let verdict = judge(std::slice::from_ref(&submission), &[])?
        .pop()
        .unwrap_or_default();
    Ok(apply(submission, &verdict))
}

/// Applies to each table its rule, for an audience that sees all of them: what is hidden in one cannot
/// be computed from another, nor from what has been published in the `past`. The results are in the order
/// of the submissions. With [`publish`], the only way to a [`Published`].
///
/// # Errors
/// Any of them is refused as [`publish`] would, or two count differently for the same labels.
pub fn publish_together(
    submissions: Vec<Submission>,
    past: &[Publication],
) -> Result<Vec<Published>, Refused> {
    let verdicts = judge(&submissions, past)?;
    let published = submissions.into_iter().zip(&verdicts);
    Ok(published
        .map(|(submission, verdict)| apply(submission, verdict))
        .collect())
}

/// What each rule decides about its table.
fn judge(submissions: &[Submission], past: &[Publication]) -> Result<Vec<Verdict>, Refused> {
    let mut verdicts = Vec::with_capacity(submissions.len());
    let mut secret = Vec::new();
    for (number, submission) in submissions.iter().enumerate() {
        let refused = |reason| Refused::new(number, submission, reason);
        submission.rule.check().map_err(refused)?;
        check_shape(&submission.table).map_err(refused)?;
        check_identities(&submission.table).map_err(refused)?;
        verdicts.push(match &submission.rule {
            Rule::Secrecy(rule) => {
                secret.push((number, rule));
                Verdict::default()
            }
            Rule::Quality(rule) => quality::judge(&submission.table, rule).map_err(refused)?,
            Rule::Public => Verdict::default(),
        });
    }
    let judged: Vec<secrecy::Judged<'_>> = secret
        .iter()
        .map(|&(number, rule)| secrecy::Judged {
            table: &submissions[number].table,
            rule,
            provenance: &submissions[number].provenance,
        })
        .collect();
    let found = secrecy::judge(&judged, past).map_err(|(table, reason)| {
        let number = secret[table].0;
        Refused::new(number, &submissions[number], reason)
    })?;
    for ((number, _), verdict) in secret.into_iter().zip(found) {
        verdicts[number] = verdict;
    }
    Ok(verdicts)
}

fn apply(submission: Submission, verdict: &Verdict) -> Published {
    let mut table = submission.table;
    let hidden = verdict.apply(&mut table);
    let provenance = submission.provenance;
    let publication = verdict.rows.clone().map(|rows| Publication {
        query: provenance.query.clone(),
        parameters: provenance.parameters.clone(),
        snapshot: provenance.snapshot,
        snapshot_hash: provenance.snapshot_hash.clone(),
        rows,
    });
    Published {
        table,
        provenance,
        uncertain: verdict.uncertain.clone(),
        hidden,
        publication,
    }
}
