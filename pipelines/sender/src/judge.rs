//! What becomes of one value: a pseudonym, nothing, or a fault.

use std::fmt::Write as _;

use perspektiv_formats::{holds_person_number, unescaped};
use perspektiv_identity::{PersonNumber, Pseudonymiser, Rules};

use crate::Rule;
use crate::args::Form;
use crate::spelling::{has_exponent, plain};

/// What becomes of an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing stands there.
    Empty,
    /// Its pseudonym.
    Pseudonym(i64),
    /// It is wrong.
    Invalid(Rule),
}

/// Judges values.
pub(crate) struct Judge {
    pseudonymiser: Pseudonymiser,
    rules: Rules,
    /// Reserve numbers are looked for in other places too.
    reserve: bool,
    /// The values are pseudonyms of an older key.
    rekey: bool,
    form: Form,
    /// Files often hold many rows of a person after each other.
    last: Option<(PersonNumber, i64)>,
}

impl Judge {
    pub(crate) fn new(
        pseudonymiser: Pseudonymiser,
        rules: Rules,
        reserve: bool,
        rekey: bool,
        form: Form,
    ) -> Self {
        Self {
            pseudonymiser,
            rules,
            reserve,
            rekey,
            form,
            last: None,
        }
    }

    /// Judges a value in a column of identities.
    #[inline]
    pub(crate) fn identity(&mut self, raw: &[u8]) -> Verdict {
        if self.rekey {
            return self.old_pseudonym(raw);
        }
        match PersonNumber::parse(raw, &self.rules) {
            Ok(number) => Verdict::Pseudonym(self.pseudonym(number)),
            Err(_) => self.unusual(raw),
        }
    }

    /// Whether a person number stands in a value of another column.
    #[inline]
    pub(crate) fn leaks(&self, raw: &[u8]) -> bool {
        if raw.len() < 10 {
            return false;
        }
        let raw = raw
            .strip_prefix(b"\"")
            .and_then(|raw| raw.strip_suffix(b"\""))
            .unwrap_or(raw);
        // Hexadecimal digits that look like a number now and then.
        if raw.len() == 16 && is_pseudonym(raw) {
            return false;
        }
        // A number may be broken by a letter that XML does not have.
        let escaped = || std::str::from_utf8(raw).ok().and_then(unescaped);
        holds_person_number(raw)
            || escaped().is_some_and(|text| holds_person_number(text.as_bytes()))
            || (self.reserve
                && plain(raw).is_some_and(|text| PersonNumber::parse(text.as_bytes(), &self.rules).is_ok()))
    }

    /// A pseudonym as it is written.
    pub(crate) fn written(&self, pseudonym: i64, into: &mut String) {
        into.clear();
        // Writing to a string does not fail.
        let _ = match self.form {
            Form::Hex => write!(into, "{:016x}", pseudonym.cast_unsigned()),
            Form::Integer => write!(into, "{pseudonym}"),
        };
    }

    fn pseudonym(&mut self, number: PersonNumber) -> i64 {
        match &self.last {
            Some((last, pseudonym)) if *last == number => *pseudonym,
            _ => {
                let pseudonym = self.pseudonymiser.pseudonym(&number);
                self.last = Some((number, pseudonym));
                pseudonym
            }
        }
    }

    fn unusual(&mut self, raw: &[u8]) -> Verdict {
        let Some(text) = plain(raw) else {
            return Verdict::Invalid(Rule::Character);
        };
        if text.is_empty() {
            return Verdict::Empty;
        }
        match PersonNumber::parse(text.as_bytes(), &self.rules) {
            Ok(number) => Verdict::Pseudonym(self.pseudonym(number)),
            Err(_) if is_pseudonym(text.as_bytes()) => Verdict::Invalid(Rule::Pseudonym),
            Err(_) if has_exponent(&text) => Verdict::Invalid(Rule::Exponent),
            Err(reason) => Verdict::Invalid(reason.into()),
        }
    }

    fn old_pseudonym(&self, raw: &[u8]) -> Verdict {
        let raw = raw.trim_ascii();
        if raw.is_empty() {
            return Verdict::Empty;
        }
        if raw.len() < 16 && !raw.starts_with(b"-") && holds_person_number(raw) {
            return Verdict::Invalid(Rule::BareNumber);
        }
        let text = std::str::from_utf8(raw).unwrap_or_default();
        let old = match self.form {
            Form::Hex if is_pseudonym(raw) => u64::from_str_radix(text, 16).ok().map(u64::cast_signed),
            Form::Hex => None,
            Form::Integer => text.parse().ok(),
        };
        match old {
            Some(old) => Verdict::Pseudonym(self.pseudonymiser.rekey(old)),
            None if holds_person_number(raw) => Verdict::Invalid(Rule::BareNumber),
            None => Verdict::Invalid(Rule::NoPseudonym),
        }
    }
}

fn is_pseudonym(raw: &[u8]) -> bool {
    raw.len() == 16 && raw.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use perspektiv_identity::{Date, Key, ReservePattern};

    use super::*;

    fn judge(reserve: bool, rekey: bool, form: Form) -> Judge {
        let patterns = reserve.then(|| ReservePattern::new(ReservePattern::VARMLAND).unwrap());
        let rules = Rules::new(Date::new(2024, 12, 31).unwrap()).with_reserve(patterns.into_iter().collect());
        let pseudonymiser = Pseudonymiser::new(&Key::from_bytes([7; 32]));
        Judge::new(pseudonymiser, rules, reserve, rekey, form)
    }

    #[test]
    fn spellings_of_a_person_have_one_pseudonym() {
        let mut judge = judge(false, false, Form::Hex);
        let first = judge.identity(b"196509289960");
        assert!(matches!(first, Verdict::Pseudonym(_)));
        for text in [
            "650928-9960",
            "19650928–9960",
            "'6509289960",
            "=\"19650928-9960\"",
        ] {
            assert_eq!(judge.identity(text.as_bytes()), first, "{text}");
        }
        assert_eq!(judge.identity("\u{a0} ".as_bytes()), Verdict::Empty);
        assert_eq!(
            judge.identity(b"196509289961"),
            Verdict::Invalid(Rule::CheckDigit)
        );
        assert_eq!(judge.identity(b"1,96509E+11"), Verdict::Invalid(Rule::Exponent));
        assert_eq!(
            judge.identity(b"00000000000000ff"),
            Verdict::Invalid(Rule::Pseudonym)
        );
    }

    #[test]
    fn old_pseudonyms_get_new_ones() {
        let expected =
            |old: i64| Verdict::Pseudonym(Pseudonymiser::new(&Key::from_bytes([7; 32])).rekey(old));
        let mut hex = judge(false, true, Form::Hex);
        assert_eq!(hex.identity(b"00000000000000ff"), expected(255));
        assert_eq!(hex.identity(b"FFFFFFFFFFFFFFFF"), expected(-1));
        assert_eq!(hex.identity(b"196509289960"), Verdict::Invalid(Rule::BareNumber));
        assert_eq!(
            hex.identity(b"+0000000000000ff"),
            Verdict::Invalid(Rule::NoPseudonym)
        );
        let mut integer = judge(false, true, Form::Integer);
        assert_eq!(integer.identity(b"-1"), expected(-1));
        assert_eq!(
            integer.identity(b"6509289960"),
            Verdict::Invalid(Rule::BareNumber)
        );
    }

    #[test]
    fn numbers_in_other_places_are_found() {
        assert!(judge(false, false, Form::Hex).leaks(b"ring 650928-9960"));
        assert!(!judge(false, false, Form::Hex).leaks(b"19810829-SU3A"));
        assert!(judge(true, false, Form::Hex).leaks(b"19810829-SU3A"));
        assert!(!judge(false, false, Form::Hex).leaks(b"ab6509289960cdef"));
        assert!(!judge(false, false, Form::Hex).leaks(b"\"ab6509289960cdef\""));
        assert!(judge(false, false, Form::Hex).leaks(b"ab6509289960cde"));
        for text in [
            "650928-\n9960",
            "650928-_x000D_\n9960",
            "6509\u{ad}28\u{200b}9960",
            "1,9650928996E+11",
        ] {
            assert!(judge(false, false, Form::Hex).leaks(text.as_bytes()), "{text}");
        }
        // Windows-1252: a soft hyphen and a dash.
        assert!(judge(false, false, Form::Hex).leaks(b"650928\xad9960"));
        assert!(judge(false, false, Form::Hex).leaks(b"650928 \x96 9960"));
    }
}
