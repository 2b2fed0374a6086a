//! Reserve numbers by pattern; the examples are those of Inera's page.

use perspektiv_identity::{Date, InvalidPersonNumber, Kind, PersonNumber, ReservePattern, Rules};

fn rules(patterns: &[&str]) -> Rules {
    let patterns = patterns
        .iter()
        .map(|pattern| ReservePattern::new(pattern).unwrap())
        .collect();
    Rules::new(Date::new(2024, 6, 30).unwrap()).with_reserve(patterns)
}

fn kind(rules: &Rules, text: &str) -> Result<Kind, InvalidPersonNumber> {
    PersonNumber::parse(text.as_bytes(), rules).map(|number| number.kind())
}

#[test]
fn varmland_numbers_are_read_when_asked_for() {
    let varmland = rules(&[ReservePattern::VARMLAND]);
    for text in [
        "19810829-SU3A",
        "19810829SU3A",
        "19450829SF2B",
        " 19930829sx0c ",
        "19930829-SX09",
    ] {
        assert_eq!(kind(&varmland, text), Ok(Kind::Reserve), "{text}");
        assert!(kind(&rules(&[]), text).is_err());
    }
    for text in [
        "19810832-SU3A",
        "19810829-TU3A",
        "19810829-SA3A",
        "19810829-SUBA",
        "19810829-SU3V",
        "19810829-SU3",
    ] {
        assert_eq!(
            kind(&varmland, text),
            Err(InvalidPersonNumber::Character),
            "{text}"
        );
    }
    assert_eq!(kind(&varmland, "190905271474"), Ok(Kind::Person));
    // One digit off is still a wrong person number, not a reserve number.
    assert_eq!(
        kind(&varmland, "190905271475"),
        Err(InvalidPersonNumber::CheckDigit)
    );
}

#[test]
fn one_number_has_one_form() {
    let varmland = rules(&[ReservePattern::VARMLAND]);
    let read = |text: &str| PersonNumber::parse(text.as_bytes(), &varmland).unwrap();
    assert_eq!(read("19810829-SU3A"), read("19810829su3a"));
    assert_ne!(read("19810829-SU3A"), read("19810829-SU3B"));
}

#[test]
fn other_regions_have_patterns_of_their_own() {
    let others = rules(&[
        "99yyyy######",
        "yyyymmdd-[KMX]##@",
        "yyyymm[3-5]#####",
        "2#######[A-H]@##",
    ]);
    for text in ["991981000010", "19810829-M07A", "198108320014", "22810829AB12"] {
        assert_eq!(kind(&others, text), Ok(Kind::Reserve), "{text}");
    }
}

#[test]
fn a_pattern_that_makes_no_sense_is_refused_with_the_reason() {
    for (pattern, reason) in [
        ("yyyymmdd-SBN", "twelve"),
        ("yyyymmdd-S[FU#A", "without its"),
        ("yyyymmdd-S[]#A", "empty"),
        ("yyyymmdd-S[z]#A", "capital"),
        ("yyyymmdd-S[Z-A]#A", "ranges"),
        ("yyyymmdd-S*#A", "signs"),
        ("yyymmdd-SS##A", "date"),
        ("mmdd-########", "date"),
        ("", "twelve"),
    ] {
        let error = ReservePattern::new(pattern).unwrap_err().to_string();
        assert!(error.contains(reason) && error.contains(pattern), "{error}");
    }
}
