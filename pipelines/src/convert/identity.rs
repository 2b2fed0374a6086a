//! Person numbers become pseudonyms here, and nowhere later.

use perspektiv_identity::{Date, InvalidPersonNumber, PersonNumber, Pseudonymiser, ReservePattern, Rules};

use super::rule::Rule;
use crate::definition::PseudonymForm;
use perspektiv_formats::holds_person_number;

/// What turns person numbers into pseudonyms.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) pseudonymiser: Pseudonymiser,
    /// The forms of reserve numbers that are accepted.
    pub(crate) reserve: Vec<ReservePattern>,
}

impl Identity {
    /// A word that changes when other pseudonyms would come of it.
    pub(crate) fn fingerprint(&self) -> String {
        format!("{} {:?}", self.pseudonymiser.fingerprint(), self.reserve)
    }

    /// Ready for a delivery whose numbers were written on that day.
    pub(crate) fn persons(&self, reference: Date) -> Persons<'_> {
        Persons {
            pseudonymiser: &self.pseudonymiser,
            rules: Rules::new(reference).with_reserve(self.reserve.clone()),
            last: None,
            any_kind: false,
        }
    }
}

/// Replaces the person numbers of one column. Deliveries often hold many rows
/// of a person after each other, so the last number is remembered.
pub(crate) struct Persons<'k> {
    pseudonymiser: &'k Pseudonymiser,
    rules: Rules,
    last: Option<(PersonNumber, i64)>,
    any_kind: bool,
}

impl Persons<'_> {
    /// For identities that are no person numbers: every one is valid.
    pub(crate) fn of_any_kind(self) -> Self {
        Self {
            any_kind: true,
            ..self
        }
    }

    /// The pseudonym of a person number; `None` when it is not a valid one.
    #[inline]
    pub(crate) fn pseudonym(&mut self, raw: &[u8]) -> Option<i64> {
        if self.any_kind {
            return Some(self.pseudonymiser.pseudonym_of_identifier(raw));
        }
        let number = PersonNumber::parse(raw, &self.rules).ok()?;
        match &self.last {
            Some((last, pseudonym)) if *last == number => Some(*pseudonym),
            _ => {
                let pseudonym = self.pseudonymiser.pseudonym(&number);
                self.last = Some((number, pseudonym));
                Some(pseudonym)
            }
        }
    }

    /// What is wrong with it, in Swedish and without it.
    pub(crate) fn reason(&self, raw: &[u8]) -> &'static str {
        match PersonNumber::parse(raw, &self.rules) {
            Err(InvalidPersonNumber::Length) => {
                "Personnumret har inte 10 eller 12 siffror. Har inledande nollor försvunnit i ett kalkylprogram?"
            }
            Err(InvalidPersonNumber::Character) => "Personnumret innehåller annat än siffror.",
            Err(InvalidPersonNumber::Date) => "Personnumrets datum finns inte.",
            Err(InvalidPersonNumber::Future) => "Personnumrets födelsedatum ligger efter leveransen.",
            Err(InvalidPersonNumber::Serial) => "Personnumrets födelsenummer delas aldrig ut.",
            Err(InvalidPersonNumber::CheckDigit) => "Personnumrets kontrollsiffra stämmer inte.",
            _ => "Personnumret är inte giltigt.",
        }
    }
}

/// A pseudonym that the sender made. A person number in its place is told
/// apart from other faults, because it must never have been sent.
pub(crate) fn pseudonym(raw: &[u8], form: PseudonymForm) -> Result<i64, Rule> {
    let is_hex = raw.len() == 16 && raw.iter().all(u8::is_ascii_hexdigit);
    // Sixteen hexadecimal digits look like a number now and then.
    if !is_hex && !raw.starts_with(b"-") && holds_person_number(raw) {
        return Err(Rule::BareIdentity);
    }
    let text = std::str::from_utf8(raw).map_err(|_| Rule::Identity)?;
    match form {
        PseudonymForm::Hex if is_hex => u64::from_str_radix(text, 16)
            .map(u64::cast_signed)
            .map_err(|_| Rule::Identity),
        PseudonymForm::Hex => Err(Rule::Identity),
        PseudonymForm::Integer => text.parse().map_err(|_| Rule::Identity),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use perspektiv_identity::Key;

    use super::*;

    #[test]
    fn numbers_become_pseudonyms() {
        let identity = Identity {
            pseudonymiser: Pseudonymiser::new(&Key::from_bytes([7; 32])),
            reserve: vec![ReservePattern::new(ReservePattern::VARMLAND).unwrap()],
        };
        let mut persons = identity.persons(Date::new(2024, 12, 31).unwrap());
        let one = persons.pseudonym(b"190905271474").unwrap();
        assert_eq!(persons.pseudonym(b"19090527-1474"), Some(one));
        assert_eq!(persons.pseudonym(b"090527+1474"), Some(one));
        assert_ne!(persons.pseudonym(b"197302889931"), Some(one));
        assert!(persons.pseudonym(b"19810829-SU3A").is_some());
        assert_eq!(persons.pseudonym(b"201509160006"), None);
        assert!(persons.reason(b"190905271475").contains("kontrollsiffra"));
        assert!(persons.reason(b"20151316-0006").contains("datum"));
    }

    #[test]
    fn ready_pseudonyms() {
        use PseudonymForm::{Hex, Integer};
        assert_eq!(pseudonym(b"00000000000000ff", Hex), Ok(255));
        assert_eq!(pseudonym(b"FFFFFFFFFFFFFFFF", Hex), Ok(-1));
        assert_eq!(pseudonym(b"-17", Integer), Ok(-17));
        assert_eq!(pseudonym(b"1234567890123456", Integer), Ok(1_234_567_890_123_456));
        assert_eq!(pseudonym(b"ff", Hex), Err(Rule::Identity));
        assert_eq!(pseudonym(b"+ffffffffffffff0", Hex), Err(Rule::Identity));
        for form in [Hex, Integer] {
            assert_eq!(pseudonym(b"190905271474", form), Err(Rule::BareIdentity));
            assert_eq!(pseudonym(b"19090527-1474", form), Err(Rule::BareIdentity));
            assert_eq!(pseudonym(b"0905271474", form), Err(Rule::BareIdentity));
            assert_eq!(pseudonym(b"1909-05-27 -\r\n1474", form), Err(Rule::BareIdentity));
            assert_eq!(pseudonym(b"1.90905271474E+11", form), Err(Rule::BareIdentity));
        }
    }
}
