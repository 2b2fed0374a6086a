//! What is refused, what is let pass when asked for, and what stays behind.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use crate::room::{Room, archive_of, contains, person, wrong};
use crate::{parquet, spss};

fn text() -> String {
    format!(
        "pnr;kommun\n{};1\n{};2\n;3\nokänd;4\n{};5\n{};6\n",
        person(1),
        wrong(2),
        &person(3)[4..],
        person(4)
    )
}

#[test]
fn invalid_numbers_are_told_by_line_and_nothing_is_written() {
    let room = Room::new();
    room.write("a.csv", text());
    let answer = room.pseudonymise("a.csv", &["--report", "r.txt"]);
    assert_eq!(answer.code, Some(3));
    assert_eq!(room.files(), ["a.csv", "key", "r.txt"]);
    for told in [
        "line 3, column 'pnr': the check digit",
        "line 6, column 'pnr': a person number has 10 or 12",
        "3 values are wrong",
    ] {
        assert!(answer.err.contains(told), "{told}: {}", answer.err);
    }
    let report = String::from_utf8(room.read("r.txt")).unwrap();
    assert!(
        report.contains("Rad 3, kolumnen 'pnr': Personnumrets kontrollsiffra stämmer inte."),
        "{report}"
    );
    assert!(report.contains("ingenting skrevs"), "{report}");
    room.is_silent(&[person(1), wrong(2), person(3), person(4)], &["a.csv"], &answer);
    // Not even partly.
    assert!(!contains(&room.read("r.txt"), &person(3).as_bytes()[4..]));
    assert!(!answer.err.contains(&person(3)[4..]) && !answer.err.contains("okänd"));
}

#[test]
fn rows_are_dropped_or_blanked_when_asked_for() {
    let room = Room::new();
    room.write("a.csv", text());
    // Not without a report.
    assert_eq!(room.pseudonymise("a.csv", &["--invalid", "drop"]).code, Some(2));
    let (one, four) = (room.pseudonym(&person(1)), room.pseudonym(&person(4)));
    let answer = room.pseudonymise("a.csv", &["--invalid", "drop", "--report", "r.txt"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let done = format!("pnr;kommun\n{one};1\n;3\n{four};6\n");
    assert_eq!(room.read("a-pseudonymer.csv"), done.as_bytes());
    let report = String::from_utf8(room.read("r.txt")).unwrap();
    assert!(
        report.contains("Utelämnade rader: 3") && report.contains("Rad 6,"),
        "{report}"
    );
    let answer = room.pseudonymise("a.csv", &["--invalid", "blank", "--report", "r.txt", "--force"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let done = format!("pnr;kommun\n{one};1\n;2\n;3\n;4\n;5\n{four};6\n");
    assert_eq!(room.read("a-pseudonymer.csv"), done.as_bytes());
    room.is_silent(&[person(1), wrong(2), person(3), person(4)], &["a.csv"], &answer);
}

#[test]
fn numbers_in_other_places_are_refused_unless_allowed() {
    let (one, other) = (person(1), person(2));
    let dashed = format!("{}-{}", &other[..8], &other[8..]);
    for (text, told) in [
        (
            format!("pnr;text\n{one};ring {dashed}\n"),
            "line 2, column 'text'",
        ),
        (
            format!("Uttag för {dashed}\n\npnr;text\n{one};x\n"),
            "line 1, above the header",
        ),
        (format!("pnr;text\n{one};x;{other}\n"), "line 2, column '3'"),
        (
            format!("pnr;text\n{one};\"a\nb {other}\"\n"),
            "line 2, column 'text'",
        ),
    ] {
        let room = Room::new();
        room.write("a.csv", &text);
        // Dropping rows does not help: the number is not the row's own.
        for more in [&[][..], &["--invalid", "drop", "--report", "r"][..]] {
            let answer = room.pseudonymise("a.csv", more);
            assert_eq!(answer.code, Some(3), "{answer:?}");
            assert!(answer.err.contains(told), "{told}: {}", answer.err);
            room.is_silent(&[one.clone(), other.clone()], &["a.csv"], &answer);
        }
    }
    let room = Room::new();
    let text = format!("pnr;text\n{one};ring {dashed}\n");
    room.write("a.csv", &text);
    let answer = room.pseudonymise("a.csv", &["--allow", "text"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(
        room.read("a-pseudonymer.csv"),
        text.replace(&one, &room.pseudonym(&one)).as_bytes()
    );
}

#[test]
fn names_of_files_and_formats_without_persons_are_refused() {
    let room = Room::new();
    let name = format!("{}.csv", person(1));
    room.write(&name, format!("pnr\n{}\n", person(1)));
    let answer = room.pseudonymise(&name, &[]);
    assert_eq!(answer.code, Some(2));
    assert!(!answer.err.contains(&person(1)), "{}", answer.err);
    for (file, bytes, told) in [
        ("a.sav", &b"$FL2@(#) SPSS"[..], "cut"),
        ("a.parquet", b"PAR1....", "damaged"),
        ("a.json", b"{\"values\": [{\"kpi\": \"N1\"}]}", "not supported"),
        ("a.xls", b"\xd0\xcf\x11\xe0....", "Office"),
        ("a.csv", b"", "empty"),
    ] {
        room.write(file, bytes);
        let answer = room.pseudonymise(file, &[]);
        assert_eq!(answer.code, Some(3), "{answer:?}");
        assert!(answer.err.contains(told), "{}", answer.err);
    }
    assert_eq!(room.pseudonymise("missing.csv", &[]).code, Some(1));
    assert_eq!(room.pseudonymise(".", &[]).code, Some(2));
}

#[test]
fn nothing_is_overwritten() {
    let room = Room::new();
    let text = format!("pnr\n{}\n", person(1));
    room.write("a.csv", &text);
    room.write("b.csv", "mine");
    for more in [
        &["--out", "a.csv"][..],
        &["--out", "a.csv", "--force"],
        &["--out", "./key", "--force"],
        &["--out", "b.csv"],
        &["--report", "b.csv"],
        &["--out", "c.csv", "--report", "c.csv"],
        &["--out", "missing/c.csv"],
    ] {
        let answer = room.pseudonymise("a.csv", more);
        assert!(matches!(answer.code, Some(1 | 2)), "{answer:?}");
        assert_eq!(room.files(), ["a.csv", "b.csv", "key"]);
        assert_eq!(room.read("a.csv"), text.as_bytes());
        assert_eq!(room.read("b.csv"), b"mine");
    }
    assert_eq!(
        room.pseudonymise("a.csv", &["--out", "b.csv", "--force"]).code,
        Some(0)
    );
    assert_ne!(room.read("b.csv"), b"mine");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_result() {
    use std::os::unix::fs::PermissionsExt;
    let room = Room::new();
    room.write("a.csv", format!("pnr\n{}\n", person(1)));
    // What a run that was killed has left.
    room.write(".a-pseudonymer.csv.part", "half");
    fs::set_permissions(
        room.path(".a-pseudonymer.csv.part"),
        fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    assert_eq!(room.pseudonymise("a.csv", &["--report", "r"]).code, Some(0));
    for file in ["a-pseudonymer.csv", "r"] {
        let mode = fs::metadata(room.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    assert_eq!(room.files(), ["a-pseudonymer.csv", "a.csv", "key", "r"]);
    // A link in the place of the result is not followed.
    std::os::unix::fs::symlink(room.path("key"), room.path("link.csv")).unwrap();
    assert_eq!(
        room.pseudonymise("a.csv", &["--out", "link.csv", "--force"]).code,
        Some(2)
    );
}

/// Rows enough for a second of work or so.
fn many(rows: u32) -> String {
    let rows: String = (0..rows).map(|at| format!("{};{at};rad\n", person(at))).collect();
    format!("pnr;nr;text\n{rows}")
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing() {
    let room = Room::new();
    room.write("a.csv", many(50_000));
    let program = env!("CARGO_BIN_EXE_perspektiv-pseudonymise");
    // A limit for files stands in for a disk: writing fails, as it does there.
    let script = format!("trap '' XFSZ; ulimit -f 64; exec '{program}' a.csv --key key");
    let mut shell = std::process::Command::new("bash");
    let output = shell
        .args(["-c", &script])
        .current_dir(room.path("."))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("cannot be written"),
        "{output:?}"
    );
    assert_eq!(room.files(), ["a.csv", "key"]);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_of_other_formats() {
    let room = Room::new();
    for (file, bytes) in spss::FILES {
        room.write(file, bytes);
    }
    parquet::write(&room, "d.parquet", &parquet::people(5000), &[]);
    let before = room.files();
    let program = env!("CARGO_BIN_EXE_perspektiv-pseudonymise");
    for (file, columns) in [
        ("a.sav", spss::IDENTITIES),
        ("b.sav", spss::IDENTITIES),
        ("c.zsav", spss::IDENTITIES),
        ("d.parquet", "pnr"),
    ] {
        let script = format!(
            "trap '' XFSZ; ulimit -f 4; exec '{program}' {file} --key key --columns {columns} --invalid blank --report r"
        );
        let mut shell = std::process::Command::new("bash");
        let output = shell
            .args(["-c", &script])
            .current_dir(room.path("."))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{file}: {output:?}");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("cannot be written"), "{file}: {told}");
        assert_eq!(room.files(), before);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing() {
    let room = Room::new();
    let text = many(20_000);
    let rows = text.split_once('\n').unwrap().1;
    room.write("a.csv", text.clone() + &rows.repeat(60));
    let mut child = room
        .command()
        .args(["a.csv", "--key", "key"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !room.path(".a-pseudonymer.csv.part").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it was done too early");
        std::thread::sleep(Duration::from_millis(1));
    }
    // While it writes, another run of the same keeps out.
    let second = room.pseudonymise("a.csv", &[]);
    let id = child.id().to_string();
    std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(second.code, Some(2), "{second:?}");
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert_eq!(room.files(), ["a.csv", "key"]);
}

#[test]
fn what_agencies_publish_is_refused_in_words() {
    let stat = r#"{"version":"2.0","class":"dataset","id":["a"],"size":[1],"dimension":{"a":{"category":{"index":["x"]}}},"value":[1]}"#;
    let px = "CHARSET=\"ANSI\";\nAXIS-VERSION=\"2010\";\nSTUB=\"a\";\nVALUES(\"a\")=\"x\";\nDATA=1;\n";
    let kolada = r#"{"count":1,"values":[{"kpi":"N00945","period":2023,"values":[]}]}"#;
    let page = r#"{"data":[{"varde":"1"}],"sida":1,"sidor":1}"#;
    let utf16 = |text: &str| -> Vec<u8> {
        format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect()
    };
    for (name, bytes, word) in [
        ("a.json", stat.as_bytes().to_vec(), "JSON-stat"),
        ("a.json", format!("\u{feff}\n  {stat}").into_bytes(), "JSON-stat"),
        ("a.json", utf16(stat), "JSON-stat"),
        ("a.px", px.as_bytes().to_vec(), "PX"),
        ("a.json", kolada.as_bytes().to_vec(), "Kolada"),
        ("a.json", page.as_bytes().to_vec(), "Socialstyrelsen"),
        (
            "a.json",
            format!("[{{\"pnr\": \"{}\"}}]", person(1)).into_bytes(),
            "JSON",
        ),
        (
            "a.csv",
            b"<!DOCTYPE html><html>504</html>".to_vec(),
            "page of the web",
        ),
        ("a.px.gz", crate::packed::gz(px.as_bytes()), "PX"),
        ("a.zip", archive_of(&[("b.json", stat.as_bytes())]), "JSON-stat"),
    ] {
        let room = Room::new();
        room.write(name, bytes);
        let answer = room.pseudonymise(name, &["--columns", "pnr"]);
        assert_eq!(answer.code, Some(3), "{name}: {answer:?}");
        assert!(
            answer.err.contains(word) && answer.err.contains("is not supported for it"),
            "{name} {word}: {answer:?}"
        );
        assert_eq!(room.files(), [name, "key"]);
    }
    // Names in brackets are the header of a table.
    let room = Room::new();
    room.write("b.csv", format!("[pnr];[x]\n{};1\n", person(1)));
    assert_eq!(room.pseudonymise("b.csv", &["--columns", "[pnr]"]).code, Some(0));
}
