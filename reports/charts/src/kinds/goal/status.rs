//! How a goal is judged, and the shape that stands for it.

use crate::ChartError;
use crate::palette::{Colour, INK, MUTED, SERIES};
use crate::shapes::Shape;

/// A judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Reached,
    Missed,
    Toward,
    Same,
    Away,
    Unclear,
}

/// Words that tell a judgement, the more special first: `inte nått` before `nått`.
const WORDS: [(Status, &[&str]); 6] = [
    (
        Status::Unclear,
        &["bedöm", "saknas", "osäker", "oklar", "ingen säkerställd"],
    ),
    (
        Status::Missed,
        &[
            "inte nått",
            "ej nått",
            "inte nådd",
            "ej nådd",
            "inte uppnå",
            "ej uppnå",
            "inte uppfyll",
            "ej uppfyll",
        ],
    ),
    (Status::Reached, &["nått", "nådd", "uppnå", "uppfyll"]),
    (
        Status::Away,
        &["fel håll", "fel riktning", "längre från", "försämr"],
    ),
    (
        Status::Toward,
        &["rätt håll", "rätt riktning", "på väg", "närmare", "förbättr"],
    ),
    (Status::Same, &["oförändr", "samma", "som vid"]),
];

impl Status {
    /// The judgement that some Swedish words express.
    ///
    /// # Errors
    /// None of the words known is in them.
    pub(crate) fn read(words: &str) -> Result<Self, ChartError> {
        let small = words.to_lowercase();
        if matches!(small.as_str(), "-" | "." | "..") {
            return Ok(Self::Unclear);
        }
        let found = WORDS
            .iter()
            .find(|(_, known)| known.iter().any(|k| small.contains(k)));
        found.map(|(status, _)| *status).ok_or_else(|| ChartError::NoSuchStatus {
            status: words.to_owned(),
            have: "`nått`, `inte nått`, `rätt håll`, `oförändrat`, `fel håll` and `kan inte bedömas`, and words that contain them".to_owned(),
        })
    }

    /// Where a number is, when nobody judged it: says nothing of chance.
    pub(crate) fn of(progress: Option<f64>) -> (Self, String) {
        let (status, words) = match progress {
            None => (Self::Unclear, "Kan inte bedömas"),
            Some(p) if p >= 1.0 => (Self::Reached, "Målet nått"),
            Some(p) if p > 0.0 => (Self::Toward, "Närmare målet"),
            Some(p) if p < 0.0 => (Self::Away, "Längre från målet"),
            Some(_) => (Self::Same, "Som vid utgångsläget"),
        };
        (status, words.to_owned())
    }

    pub(crate) fn shape(self) -> Shape {
        match self {
            Self::Reached | Self::Unclear => Shape::Circle,
            Self::Missed => Shape::Diamond,
            Self::Toward => Shape::Right,
            Self::Same => Shape::Square,
            Self::Away => Shape::Left,
        }
    }

    pub(crate) fn hollow(self) -> bool {
        self == Self::Unclear
    }

    pub(crate) fn colour(self) -> Colour {
        match self {
            Self::Reached => SERIES[2],
            Self::Toward => SERIES[0],
            Self::Away | Self::Missed => SERIES[1],
            Self::Same => INK,
            Self::Unclear => MUTED,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn judgements_are_read_from_words() {
        for (words, status) in [
            ("Målet nått", Status::Reached),
            ("uppnått", Status::Reached),
            ("Inte nått", Status::Missed),
            ("Åt rätt håll", Status::Toward),
            ("på väg", Status::Toward),
            ("Åt fel håll", Status::Away),
            ("oförändrat", Status::Same),
            ("Ingen säkerställd förändring", Status::Unclear),
            ("Kan inte bedömas", Status::Unclear),
            ("Uppgift saknas", Status::Unclear),
            ("..", Status::Unclear),
        ] {
            assert_eq!(Status::read(words).unwrap(), status, "{words}");
        }
        assert!(
            Status::read("kanske")
                .unwrap_err()
                .to_string()
                .contains("`kanske`")
        );
    }

    #[test]
    fn shapes_tell_judgements_apart_without_colour() {
        let all = [
            Status::Reached,
            Status::Missed,
            Status::Toward,
            Status::Same,
            Status::Away,
            Status::Unclear,
        ];
        for (i, a) in all.iter().enumerate() {
            for b in &all[i + 1..] {
                assert!((a.shape(), a.hollow()) != (b.shape(), b.hollow()), "{a:?} {b:?}");
            }
        }
    }
}
