//! Which numbers are valid. All are public test numbers or made here.

use perspektiv_identity::{Date, InvalidPersonNumber, Key, Kind, PersonNumber, Pseudonymiser, Rules};

fn date(year: u16, month: u8, day: u8) -> Date {
    Date::new(year, month, day).unwrap()
}

fn parse(text: &str) -> Result<PersonNumber, InvalidPersonNumber> {
    PersonNumber::parse(text.as_bytes(), &Rules::new(date(2024, 6, 30)))
}

fn at(reference: Date, text: &str) -> Result<PersonNumber, InvalidPersonNumber> {
    PersonNumber::parse(text.as_bytes(), &Rules::new(reference))
}

/// Ten digits with their check digit.
fn checked(nine: &str) -> String {
    (0..10)
        .map(|check| format!("{nine}{check}"))
        .find(|text| {
            let sum: u32 = text
                .bytes()
                .enumerate()
                .map(|(i, c)| u32::from(c - b'0') * (2 - i as u32 % 2))
                .map(|product| product / 10 + product % 10)
                .sum();
            sum.is_multiple_of(10)
        })
        .unwrap()
}

/// The same person, by pseudonym.
fn same(a: &PersonNumber, b: &PersonNumber) -> bool {
    let pseudonymiser = Pseudonymiser::new(&Key::from_bytes([1; 32]));
    assert_eq!(a == b, pseudonymiser.pseudonym(a) == pseudonymiser.pseudonym(b));
    a == b
}

#[test]
fn public_test_numbers() {
    assert_eq!(parse("190905271474").unwrap().kind(), Kind::Person);
    assert_eq!(parse("197302889931").unwrap().kind(), Kind::Coordination);
    // Its check digit is right, but nobody gets number 000 of a day.
    assert_eq!(parse("201509160006").unwrap_err(), InvalidPersonNumber::Serial);
    assert_eq!(parse("201509160014").map(drop), Ok(()));
    assert_eq!(
        parse("201509160015").unwrap_err(),
        InvalidPersonNumber::CheckDigit
    );
}

#[test]
fn all_ways_to_write_a_number_are_one_person() {
    let number = parse("197302889931").unwrap();
    for text in [
        "19730288-9931",
        "730288-9931",
        "7302889931",
        "  730288-9931\r\n",
        "19730288+9931",
    ] {
        assert!(same(&number, &parse(text).unwrap()), "{text}");
    }
    let old = parse("190905271474").unwrap();
    assert!(same(&old, &parse("090527+1474").unwrap()));
    // Without the plus it is the youngest person it can be.
    assert!(same(
        &parse("200905271474").unwrap(),
        &parse("090527-1474").unwrap()
    ));
}

#[test]
fn every_single_wrong_digit_and_most_swaps_are_found() {
    let right = b"190905271474";
    for place in 2..12 {
        for digit in b'0'..=b'9' {
            let mut text = *right;
            text[place] = digit;
            let found = PersonNumber::parse(&text, &Rules::new(date(2024, 6, 30)));
            assert_eq!(found.is_ok(), text == *right);
        }
    }
    assert!(parse("190905271747").is_err());
}

#[test]
fn the_century_follows_the_reference_date() {
    let born = |day: &str| checked(&format!("{day}123"));
    let reference = date(2024, 6, 30);
    for (day, sign, century) in [
        ("240630", "-", "20"),
        // Not born yet this year, so a hundred years older.
        ("240701", "-", "19"),
        ("250101", "-", "19"),
        ("000229", "-", "20"),
        // In the year one turns 100 the sign has changed, whatever the day.
        ("240630", "+", "19"),
        ("241231", "+", "19"),
        ("250101", "+", "18"),
        ("230101", "+", "19"),
    ] {
        let ten = born(day);
        let short = format!("{}{sign}{}", &ten[..6], &ten[6..]);
        let long = at(reference, &format!("{century}{ten}")).unwrap();
        assert!(same(&at(reference, &short).unwrap(), &long), "{day}{sign}");
    }
    let ten = born("990615");
    assert!(same(
        &at(date(1999, 6, 15), &ten).unwrap(),
        &parse(&format!("19{ten}")).unwrap()
    ));
    assert!(same(
        &at(date(1999, 6, 14), &ten).unwrap(),
        &parse(&format!("18{ten}")).unwrap()
    ));
}

#[test]
fn dates_are_those_of_the_calendar() {
    for (day, valid) in [
        ("19240229", true),
        ("19230229", false),
        ("19000229", false),
        ("20000229", true),
        ("19240431", false),
        ("19241301", false),
        ("19240001", false),
        ("19240100", false),
        ("19240161", true),
        ("19240191", true),
        ("19240192", false),
        ("19240160", false),
        ("19240289", true),
        ("19240290", false),
    ] {
        let number = format!("{}{}", &day[..2], checked(&format!("{}001", &day[2..])));
        let expected = if valid {
            Ok(())
        } else {
            Err(InvalidPersonNumber::Date)
        };
        assert_eq!(parse(&number).map(drop), expected, "{day}");
    }
    let unborn = format!("20{}", checked("240701001"));
    assert_eq!(parse(&unborn).unwrap_err(), InvalidPersonNumber::Future);
    assert_eq!(Date::new(2024, 2, 30), None);
}

#[test]
fn what_is_no_number_is_refused_by_reason() {
    use InvalidPersonNumber as Invalid;
    for (text, reason) in [
        ("", Invalid::Empty),
        ("  \t", Invalid::Empty),
        ("123", Invalid::Length),
        ("90527147", Invalid::Length),
        ("905271474", Invalid::Length),
        ("1909052714745", Invalid::Length),
        ("1909-0527-1474", Invalid::Character),
        ("190905--1474", Invalid::Character),
        ("19090527 1474", Invalid::Character),
        ("19O905271474", Invalid::Character),
        ("190905271474å", Invalid::Character),
        ("19810829-SU3A", Invalid::Character),
        ("-+", Invalid::Length),
        ("+1474", Invalid::Length),
    ] {
        assert_eq!(parse(text).unwrap_err(), reason, "{text:?}");
    }
}

#[test]
fn nothing_prints_a_number() {
    for text in ["190905271474", "201509160006", "199913010000", "1909x5271474"] {
        let shown = match parse(text) {
            Ok(number) => format!("{number:?} {number:#?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(
            !text
                .as_bytes()
                .windows(4)
                .any(|part| shown.as_bytes().windows(4).any(|s| s == part)),
            "{shown}"
        );
    }
}

#[test]
fn any_bytes_are_read_without_panic() {
    let mut state = 1u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    let rules = Rules::new(date(2024, 6, 30));
    let signs = b"0123456789+- SU3A\xff";
    for _ in 0..100_000 {
        let length = next() % 16;
        let text: Vec<u8> = (0..length)
            .map(|_| signs[next() as usize % signs.len()])
            .collect();
        let _ = PersonNumber::parse(&text, &rules);
    }
}
