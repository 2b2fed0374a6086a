//! Why data are refused, twice: in English for whoever runs the program, in Swedish for the letter about a night's
//! refresh and for the supplier.

use crate::error::Refusal;
use perspektiv_formats::listed;

/// Why data are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Why {
    /// What is wrong and what to do: English sentences.
    pub(crate) message: String,
    /// What is wrong: one Swedish sentence.
    pub(crate) reason: String,
}

impl Why {
    pub(crate) fn new(message: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            reason: reason.into(),
        }
    }

    /// A delivery that its reader gave up.
    pub(crate) fn unreadable(message: impl Into<String>) -> Self {
        Self::new(
            message,
            "Filen går inte att läsa: den är skadad eller inte i den form som väntades.",
        )
    }

    /// As the refusal of a dataset, or of one of its deliveries.
    pub(crate) fn of(self, dataset: &str, delivery: Option<String>) -> Refusal {
        Refusal {
            dataset: dataset.to_owned(),
            delivery,
            message: self.message,
            reason: self.reason,
        }
    }
}

/// How columns differ from those that were expected, in a Swedish sentence.
pub(crate) fn columns(
    missing: &[(String, Option<String>)],
    twice: bool,
    other: &[&str],
    new: &[&str],
) -> String {
    let mut parts = Vec::new();
    if !missing.is_empty() {
        let names: Vec<String> = missing
            .iter()
            .map(|(name, renamed)| match renamed {
                Some(renamed) => format!("'{name}' (kan ha bytt namn till '{renamed}')"),
                None => format!("'{name}'"),
            })
            .collect();
        parts.push(format!("Kolumner saknas: {}.", names.join(", ")));
    }
    if twice {
        parts.push("Flera kolumner har samma namn.".to_owned());
    }
    if !other.is_empty() {
        parts.push(format!(
            "Kolumner med ett annat slags innehåll än väntat: {}.",
            listed(other)
        ));
    }
    if !new.is_empty() {
        parts.push(format!("Kolumner som inte fanns förut: {}.", listed(new)));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_to_the_supplier() {
        let missing = [
            ("pnr".to_owned(), None),
            ("kostnad".to_owned(), Some("belopp".to_owned())),
        ];
        assert_eq!(
            columns(&missing, true, &["dag"], &["nytt"]),
            "Kolumner saknas: 'pnr', 'kostnad' (kan ha bytt namn till 'belopp'). Flera kolumner har samma namn. \
             Kolumner med ett annat slags innehåll än väntat: 'dag'. Kolumner som inte fanns förut: 'nytt'."
        );
    }
}
