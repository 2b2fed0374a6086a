//! `sensitivity`: who may see the rows of a dataset.

use super::{Kind, Section, Survey};

/// Who may see the rows of a dataset, from the least to the most sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sensitivity {
    /// They are public as they are.
    Public,
    /// They are for those who work with them.
    Internal,
    /// They are under secrecy, as everything about single persons is.
    Secret,
}

/// The words of a definition, in the order of [`Sensitivity`].
pub(crate) const WORDS: [&str; 3] = ["public", "internal", "secret"];

/// Reads `sensitivity`; `None` when a derived table takes it from what it is made of.
pub(super) fn read(root: &Section<'_, '_>, kind: &Kind, survey: Option<&Survey>) -> Option<Sensitivity> {
    let persons = match kind {
        Kind::Source(source) => source.columns.iter().any(super::Column::is_identity) || survey.is_some(),
        Kind::Derived(_) => false,
    };
    match root.choice("sensitivity") {
        Some("public") if persons => {
            root.error(
                root.place_of("sensitivity"),
                "Rows about single persons are not public.",
                "Write sensitivity = \"secret\", or leave it out.",
            );
            None
        }
        Some("public") => Some(Sensitivity::Public),
        Some("internal") => Some(Sensitivity::Internal),
        Some(_) => Some(Sensitivity::Secret),
        None if persons => Some(Sensitivity::Secret),
        None => match kind {
            Kind::Source(_) => Some(Sensitivity::Internal),
            Kind::Derived(_) => None,
        },
    }
}
