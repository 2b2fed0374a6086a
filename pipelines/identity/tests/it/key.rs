//! The key file.

use std::fs;

use perspektiv_identity::{IdentityError, Key, Pseudonymiser};

const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn fingerprint(key: &Key) -> String {
    Pseudonymiser::new(key).fingerprint()
}

#[test]
fn a_key_is_made_once_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data/secrets/pseudonym.key");
    let key = Key::create(&path).unwrap();
    assert_eq!(fingerprint(&Key::load(&path).unwrap()), fingerprint(&key));
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!((text.len(), text.trim_end().len()), (65, 64));
    // Never replaced: everybody would get a new pseudonym.
    let again = Key::create(&path).unwrap_err();
    assert!(matches!(again, IdentityError::Exists { .. }), "{again}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    let other = Key::create(&folder.path().join("other.key")).unwrap();
    assert_ne!(fingerprint(&other), fingerprint(&key));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets/pseudonym.key");
    Key::create(&path).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(path.clone()), mode(path.parent().unwrap().to_owned())),
        (0o600, 0o700)
    );
    for open in [0o640, 0o604, 0o660, 0o644] {
        fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
        let refusal = Key::load(&path).unwrap_err().to_string();
        assert!(
            refusal.contains("chmod 600") && refusal.contains(&format!("{open:03o}")),
            "{refusal}"
        );
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    Key::load(&path).unwrap();
}

#[test]
fn what_is_no_key_is_refused_without_showing_it() {
    assert!(Key::from_hex(format!("  {HEX}\r\n").as_bytes(), "a test").is_ok());
    let upper = Key::from_hex(HEX.to_uppercase().as_bytes(), "a test").unwrap();
    assert_eq!(
        fingerprint(&upper),
        fingerprint(&Key::from_hex(HEX.as_bytes(), "a test").unwrap())
    );
    for text in [
        "",
        "00",
        &HEX[1..],
        &format!("{HEX}00"),
        &HEX.replace('a', "g"),
        &HEX.replace("0a", "0 "),
    ] {
        let error = Key::from_hex(text.as_bytes(), "the variable X")
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("the variable X holds no key") && !error.contains("0102"),
            "{error}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let missing = Key::load(&folder.path().join("none.key"))
        .unwrap_err()
        .to_string();
    assert!(missing.contains("none.key cannot be read"), "{missing}");
    assert!(Key::load(folder.path()).is_err());
}

#[test]
fn a_file_may_hold_a_chain_of_keys() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("1.key"), folder.path().join("2.key"));
    let chain = Key::create(&one).unwrap().then(Key::create(&two).unwrap());
    let text = fs::read_to_string(&one).unwrap() + "\r\n" + &fs::read_to_string(&two).unwrap();
    // In place of the first, because that file has the right mode.
    fs::write(&one, &text).unwrap();
    assert_eq!(fingerprint(&Key::load(&one).unwrap()), fingerprint(&chain));
    let longest = format!("{HEX}\n").repeat(16);
    assert!(Key::from_hex(longest.as_bytes(), "a test").is_ok());
    for wrong in [
        format!("{longest}{HEX}"),
        format!("{HEX}\n00"),
        format!("{HEX} {HEX}"),
    ] {
        assert!(Key::from_hex(wrong.as_bytes(), "a test").is_err());
        fs::write(&one, wrong).unwrap();
        assert!(Key::load(&one).is_err());
    }
}

#[test]
fn nothing_prints_a_key() {
    let key = Key::from_hex(HEX.as_bytes(), "a test").unwrap();
    let shown = format!("{key:?} {:?}", Pseudonymiser::new(&key));
    assert_eq!(shown, "Key(secret) Pseudonymiser(secret)");
}
