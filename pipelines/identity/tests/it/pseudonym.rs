//! Pseudonyms.

use perspektiv_identity::{Date, Key, PersonNumber, Pseudonymiser, ReservePattern, Rules};

#[test]
fn a_pseudonym_is_the_start_of_the_mac() {
    // Expected values from Python: int.from_bytes(hmac.new(bytes(range(32)), number,
    // hashlib.sha256).digest()[:8], "big", signed=True)
    let rules = Rules::new(Date::new(2024, 6, 30).unwrap())
        .with_reserve(vec![ReservePattern::new(ReservePattern::VARMLAND).unwrap()]);
    let pseudonymiser = Pseudonymiser::new(&Key::from_bytes(std::array::from_fn(|i| i as u8)));
    for (text, expected) in [
        ("190905271474", 4_979_779_647_597_714_688),
        ("730288-9931", 8_936_860_445_018_699_102),
        ("19810829-SU3A", -470_464_038_877_660_211),
    ] {
        let number = PersonNumber::parse(text.as_bytes(), &rules).unwrap();
        assert_eq!(pseudonymiser.pseudonym(&number), expected);
        assert_eq!(pseudonymiser.clone().pseudonym(&number), expected);
    }
    assert_eq!(pseudonymiser.fingerprint(), "ab9bccf1f40e92d2");
}

#[test]
fn another_key_gives_another_pseudonym() {
    let rules = Rules::new(Date::new(2024, 6, 30).unwrap());
    let number = PersonNumber::parse(b"190905271474", &rules).unwrap();
    let pseudonym = |byte| Pseudonymiser::new(&Key::from_bytes([byte; 32])).pseudonym(&number);
    assert_ne!(pseudonym(1), pseudonym(2));
}
