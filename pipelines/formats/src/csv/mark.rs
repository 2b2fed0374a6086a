//! What stands between fields: a character of ASCII, or one of Latin-1 such as `§`, which is two bytes of UTF-8.

use super::find::find;

/// A mark between fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    code: u8,
    /// The first byte, and the other one where there are two.
    first: u8,
    second: Option<u8>,
}

impl Mark {
    /// The character with that number in Latin-1.
    pub(super) fn new(code: u8) -> Self {
        let mut bytes = [0; 2];
        char::from(code).encode_utf8(&mut bytes);
        Self {
            code,
            first: bytes[0],
            second: (!code.is_ascii()).then_some(bytes[1]),
        }
    }

    pub(super) fn character(self) -> char {
        char::from(self.code)
    }

    /// Its bytes.
    pub(super) fn length(self) -> usize {
        1 + usize::from(self.second.is_some())
    }

    pub(super) fn begins(self, text: &[u8]) -> bool {
        let second = self.second.is_none() || text.get(1).copied() == self.second;
        second && text.first() == Some(&self.first)
    }

    /// The first position of the mark, or of a line end. A text never ends within a character.
    #[inline]
    pub(super) fn find(self, text: &[u8]) -> Option<usize> {
        let mut from = 0;
        loop {
            let rest = text.get(from..)?;
            let at = find(rest, self.first, b'\n')?;
            let found = rest.get(at..)?;
            if self.second.is_none() || found.first() == Some(&b'\n') || self.begins(found) {
                return Some(from + at);
            }
            from += at + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_one_and_two_bytes() {
        let find = |mark: u8, text: &str| Mark::new(mark).find(text.as_bytes());
        assert_eq!(find(b';', "a;b"), Some(1));
        assert_eq!(find(b';', "ab\n;"), Some(2));
        assert_eq!(find(b';', "ab"), None);
        // The first byte of § is that of other characters too.
        assert_eq!(find(0xa7, "°«a§b"), Some(5));
        assert_eq!(find(0xa7, "°«a\n§b"), Some(5));
        assert_eq!(find(0xa7, "°«"), None);
        assert_eq!((Mark::new(0xa7).length(), Mark::new(b'|').length()), (2, 1));
    }
}
