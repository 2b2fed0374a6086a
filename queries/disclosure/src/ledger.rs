//! What has been published, as far as later publications must know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Provenance;

/// One table that has been published by the secrecy rule. It says nothing that the table does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Name of the query.
    pub query: String,
    /// The parameters it ran with, as text.
    pub parameters: Vec<(String, String)>,
    /// Number of the snapshot it was computed on.
    pub snapshot: u64,
    /// First hex digits of the hash of that snapshot's manifest.
    pub snapshot_hash: String,
    /// What was shown.
    pub rows: Vec<PublishedRow>,
}

/// A row that has been published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedRow {
    /// Whom it is about: the value of each label that is not a total.
    pub labels: BTreeMap<String, String>,
    /// How many they are; none where that is hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persons: Option<u64>,
}

impl Publication {
    /// Whether the same query with the same parameters made it.
    pub(crate) fn is_version_of(&self, provenance: &Provenance) -> bool {
        self.query == provenance.query && self.parameters == provenance.parameters
    }

    /// Whether it is the very table that comes from there.
    #[must_use]
    pub fn is_of(&self, provenance: &Provenance) -> bool {
        self.is_version_of(provenance) && self.snapshot_hash == provenance.snapshot_hash
    }

    /// Whether it is about another part of what the table from there counts a part of, on the same data:
    /// only the parameters in `slices` differ. Such tables are to be judged together.
    #[must_use]
    pub fn is_beside(&self, provenance: &Provenance, slices: &[String]) -> bool {
        let others = |parameters: &[(String, String)]| {
            let others = parameters.iter().filter(|(name, _)| !slices.contains(name));
            others.cloned().collect::<Vec<_>>()
        };
        self.query == provenance.query
            && self.snapshot_hash == provenance.snapshot_hash
            && self.parameters != provenance.parameters
            && others(&self.parameters) == others(&provenance.parameters)
    }
}
