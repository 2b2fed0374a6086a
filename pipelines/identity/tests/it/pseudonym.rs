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

fn number() -> PersonNumber {
    let rules = Rules::new(Date::new(2024, 6, 30).unwrap());
    PersonNumber::parse(b"190905271474", &rules).unwrap()
}

fn key(byte: u8) -> Key {
    Key::from_bytes([byte; 32])
}

#[test]
fn a_renewed_pseudonym_is_the_mac_of_the_old_one() {
    // Expected from Python: the MAC of old.to_bytes(8, "big", signed=True) with
    // bytes([9] * 32), its first eight bytes as a signed number.
    let old = Pseudonymiser::new(&Key::from_bytes(std::array::from_fn(|i| i as u8))).pseudonym(&number());
    assert_eq!(old, 4_979_779_647_597_714_688);
    assert_eq!(Pseudonymiser::new(&key(9)).rekey(old), 2_719_230_500_911_309_912);
}

#[test]
fn numbers_by_a_chain_are_numbers_renewed_link_by_link() {
    let of = |key: &Key| Pseudonymiser::new(key);
    let (one, two, three) = (key(1), key(2), key(3));
    let (one_two, two_three) = (one.clone().then(two.clone()), two.clone().then(three.clone()));
    let all = one.clone().then(two_three.clone());
    let by_all = of(&all).pseudonym(&number());
    assert_eq!(of(&two_three).rekey(of(&one).pseudonym(&number())), by_all);
    assert_eq!(of(&three).rekey(of(&one_two).pseudonym(&number())), by_all);
    assert_eq!(
        of(&three).rekey(of(&two).rekey(of(&one).pseudonym(&number()))),
        by_all
    );
    assert_eq!(
        of(&two).rekey(of(&one).pseudonym_of_identifier(b"x")),
        of(&one_two).pseudonym_of_identifier(b"x")
    );
    // The order counts, and the chain is neither of its links.
    let two_one = two.clone().then(one.clone());
    let pseudonyms = [&one, &two, &one_two, &two_one].map(|key| of(key).pseudonym(&number()));
    let fingerprints = [&one, &two, &one_two, &two_one].map(|key| of(key).fingerprint());
    for (at, pseudonym) in pseudonyms.iter().enumerate() {
        assert!(!pseudonyms[..at].contains(pseudonym));
        assert!(!fingerprints[..at].contains(&fingerprints[at]));
    }
}
