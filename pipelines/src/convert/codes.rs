//! A code list: what a delivery writes → what the table holds.

/// A code and its label.
type Pair = (Box<[u8]>, Box<[u8]>);

/// Codes sorted by bytes, with the last hit tried first: deliveries repeat
/// themselves.
#[derive(Debug)]
pub(crate) struct Codes {
    sorted: Vec<Pair>,
    last: usize,
}

impl Codes {
    /// A list of pairs of code and label; of equal codes the first counts.
    pub(crate) fn new(pairs: &[(String, String)]) -> Self {
        let mut sorted: Vec<Pair> = pairs
            .iter()
            .map(|(code, label)| (code.as_bytes().into(), label.as_bytes().into()))
            .collect();
        sorted.sort();
        sorted.dedup_by(|b, a| a.0 == b.0);
        Self { sorted, last: 0 }
    }

    /// The label of a code.
    pub(crate) fn label(&mut self, code: &[u8]) -> Option<&[u8]> {
        let hit = self
            .sorted
            .get(self.last)
            .is_some_and(|(known, _)| **known == *code);
        if !hit {
            self.last = self
                .sorted
                .binary_search_by(|(known, _)| (**known).cmp(code))
                .ok()?;
        }
        self.sorted.get(self.last).map(|(_, label)| &**label)
    }
}

#[cfg(test)]
mod tests {
    use super::Codes;

    #[test]
    fn finds_labels() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let mut codes = Codes::new(&[pair("2", "Kvinnor"), pair("1", "Män"), pair("", "tom")]);
        for _ in 0..2 {
            assert_eq!(codes.label(b"1"), Some("Män".as_bytes()));
            assert_eq!(codes.label(b"2"), Some("Kvinnor".as_bytes()));
            assert_eq!(codes.label(b""), Some("tom".as_bytes()));
            assert_eq!(codes.label(b"3"), None);
        }
        assert_eq!(Codes::new(&[]).label(b""), None);
    }
}
