//! Keys: made, read, chained, and data moved from one to the next.

use std::fs;

use perspektiv_identity::Key;

use crate::room::{Room, person, pseudonym};

#[test]
fn a_key_is_made_and_never_replaced() {
    let room = Room::new();
    let answer = room.run(&["--new-key", "new"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let key = room.read("new");
    let text = String::from_utf8(key.clone()).unwrap();
    assert!(!answer.out.contains(text.trim()) && answer.out.contains("fingerprint"));
    assert_eq!(room.run(&["--new-key", "new"]).code, Some(1));
    assert_eq!(room.read("new"), key);
    assert_eq!(room.run(&["--new-key", "x", "--key", "new"]).code, Some(2));
}

#[test]
fn a_key_may_come_from_the_environment() {
    let room = Room::new();
    room.write("a.csv", format!("pnr\n{}\n", person(1)));
    assert_eq!(room.run(&["a.csv"]).code, Some(2));
    let key = String::from_utf8(room.read("key")).unwrap();
    let output = room
        .command()
        .arg("a.csv")
        .env("PERSPEKTIV_KEY", &key)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        room.read("a-pseudonymer.csv"),
        format!("pnr\n{}\n", room.pseudonym(&person(1))).as_bytes()
    );
    let output = room
        .command()
        .arg("a.csv")
        .env("PERSPEKTIV_KEY", "secret")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!String::from_utf8(output.stderr).unwrap().contains("secret"));
}

#[cfg(unix)]
#[test]
fn an_open_key_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let room = Room::new();
    room.write("a.csv", format!("pnr\n{}\n", person(1)));
    fs::set_permissions(room.path("key"), fs::Permissions::from_mode(0o644)).unwrap();
    let answer = room.pseudonymise("a.csv", &[]);
    assert_eq!(answer.code, Some(1));
    assert!(answer.err.contains("chmod 600"), "{}", answer.err);
    assert_eq!(room.files(), ["a.csv", "key"]);
}

#[test]
fn renewed_pseudonyms_are_those_of_the_chain() {
    let room = Room::new();
    let text = |of: &dyn Fn(u32) -> String| format!("vem;x\n{};1\n\"{}\";2\n;3\n", of(1), of(2));
    room.write("a.csv", text(&person));
    assert_eq!(room.pseudonymise("a.csv", &["--columns", "vem"]).code, Some(0));
    room.run(&["--new-key", "second"]);
    let renew = |file: &str, key: &str| room.run(&[file, "--rekey", "vem", "--key", key, "--force"]);
    let answer = renew("a-pseudonymer.csv", "second");
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let renewed = room.read("a-pseudonymer-pseudonymer.csv");
    // A file with both keys, the old one first.
    let both = [room.read("key"), room.read("second")].concat();
    Key::create(&room.path("chain")).unwrap();
    fs::write(room.path("chain"), both).unwrap();
    let chained = room.run(&["a.csv", "--columns", "vem", "--key", "chain", "--out", "b.csv"]);
    assert_eq!(chained.code, Some(0), "{chained:?}");
    assert_eq!(room.read("b.csv"), renewed);
    let chain = Key::load(&room.path("chain")).unwrap();
    assert_eq!(renewed, text(&|at| pseudonym(&chain, &person(at))).as_bytes());
    // Numbers are no pseudonyms, and pseudonyms no numbers.
    let answer = renew("a.csv", "second");
    assert_eq!(answer.code, Some(3));
    assert!(
        answer.err.contains("a person number stands where a pseudonym"),
        "{}",
        answer.err
    );
    let answer = room.run(&["b.csv", "--columns", "vem", "--key", "key", "--force"]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.err.contains("--rekey"), "{}", answer.err);
    room.is_silent(&[person(1), person(2)], &["a.csv"], &answer);
}

#[test]
fn pseudonyms_may_be_whole_numbers() {
    let room = Room::new();
    room.write("a.csv", format!("pnr;x\n{};1\n", person(1)));
    assert_eq!(room.pseudonymise("a.csv", &["--form", "integer"]).code, Some(0));
    let hex = u64::from_str_radix(&room.pseudonym(&person(1)), 16).unwrap();
    assert_eq!(
        room.read("a-pseudonymer.csv"),
        format!("pnr;x\n{};1\n", hex.cast_signed()).as_bytes()
    );
}
