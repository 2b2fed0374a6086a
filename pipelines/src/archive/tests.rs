#![allow(clippy::unwrap_used)]

use std::io::Read;
use std::sync::atomic::AtomicBool;

use tempfile::TempDir;

use super::*;

fn archive(folder: &TempDir, keep: Option<Span>) -> Archive {
    Archive {
        folder: folder.path().join("archive"),
        key: folder.path().join("secrets/archive.key"),
        enabled: true,
        keep,
        datasets: BTreeMap::from([("kort".to_owned(), Span::new().days(10))]),
    }
}

fn put(archive: &Archive, dataset: &str, name: &str, days_ago: i64, text: &[u8]) {
    let file = archive.folder.with_file_name("delivery");
    fs::write(&file, text).unwrap();
    let keeper = archive.keeper().unwrap().unwrap();
    let incoming = Incoming {
        dataset,
        name,
        arrived: Timestamp::now() - jiff::SignedDuration::from_hours(24 * days_ago),
        path: &file,
    };
    keeper.keep(&incoming, &AtomicBool::new(false)).unwrap();
    keeper.finish().unwrap();
}

fn names(archive: &Archive) -> Vec<String> {
    let arrivals = archive.arrivals().unwrap().into_iter();
    arrivals.map(|arrival| arrival.name).collect()
}

fn read(archive: &Archive, text: &[u8]) -> Option<Vec<u8>> {
    let blake3 = blake3::hash(text).to_hex();
    let mut bytes = Vec::new();
    let mut content = archive.content(blake3.as_str()).unwrap()?;
    content.read_to_end(&mut bytes).unwrap();
    Some(bytes)
}

#[test]
fn what_came_is_there_once_and_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(&folder, None);
    assert_eq!(archive.arrivals().unwrap(), []);
    let text = "19121212-1212;Årjäng\n".repeat(50_000).into_bytes();
    put(&archive, "vard", "vard/a.csv", 2, &text);
    put(&archive, "vard", "vard/a.csv", 1, &text);
    put(&archive, "vard", "vard/b 19121212-1212.csv", 0, &text);
    assert_eq!(
        names(&archive),
        ["vard/a.csv", "vard/b ************.csv"].map(mask)
    );
    assert_eq!(archive.files().unwrap().len(), 1, "one content");
    assert_eq!(read(&archive, &text).unwrap(), text);
    assert_eq!(read(&archive, b"another"), None);
    assert!(archive.content("../index.jsonl").unwrap().is_none());
    for file in [archive.index(), archive.files().unwrap()[0].path()] {
        let bytes = fs::read(&file).unwrap();
        assert!(
            !bytes.windows(13).any(|some| some == b"19121212-1212"),
            "{file:?}"
        );
        #[cfg(unix)]
        assert_eq!(mode(&file), 0o600, "{file:?}");
    }
    #[cfg(unix)]
    assert_eq!(mode(&archive.key), 0o600);
}

/// The name as the masking of all messages shows it.
fn mask(name: &str) -> String {
    name.replace("************", &perspektiv_formats::masked("19121212-1212"))
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_is_old_goes_and_what_came_again_stays() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(&folder, Some(Span::new().days(100)));
    let lake = perspektiv_lake::Lake::open(&folder.path().join("lake")).unwrap();
    let lock = lake.lock().unwrap();
    put(&archive, "vard", "old", 99, b"old");
    put(&archive, "vard", "new", 0, b"new");
    put(&archive, "vard", "too old", 101, b"too old");
    put(&archive, "kort", "short", 11, b"short");
    put(&archive, "kort", "young", 9, b"young");
    assert_eq!(
        names(&archive),
        ["old", "young", "new"],
        "what is too old never comes in"
    );
    assert_eq!(archive.purge(&lock, None, false).unwrap(), Purged::default());

    let week = Timestamp::now() - jiff::SignedDuration::from_hours(24 * 7);
    put(&archive, "vard", "young again", 1, b"young");
    let planned = archive.purge(&lock, Some(week), true).unwrap();
    assert_eq!(planned.contents, [blake3::hash(b"old").to_hex().to_string()]);
    assert!(read(&archive, b"old").is_some());
    // What a run left that was killed between content and index, and in the middle of a content.
    fs::write(archive.contents().join("0".repeat(64)), "").unwrap();
    fs::write(archive.contents().join(".staged-abc"), "12").unwrap();
    let planned = archive.purge(&lock, Some(week), true).unwrap();
    let purged = archive.purge(&lock, Some(week), false).unwrap();
    assert_eq!(purged, planned);
    assert_eq!(purged.contents.len(), 3);
    assert_eq!(names(&archive), ["young", "young again", "new"]);
    assert_eq!(read(&archive, b"old"), None);
    assert_eq!(read(&archive, b"young").unwrap(), b"young");
    put(&archive, "vard", "old", 99, b"old");
    assert_eq!(names(&archive), ["old", "young", "young again", "new"]);
    assert_eq!(read(&archive, b"old").unwrap(), b"old");
}

#[test]
fn damage_and_a_lost_key_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(&folder, None);
    put(&archive, "vard", "a", 0, b"content");
    let path = archive.files().unwrap()[0].path();
    let whole = fs::read(&path).unwrap();
    let mut other = whole.clone();
    *other.last_mut().unwrap() ^= 1;
    fs::write(&path, &other).unwrap();
    let blake3 = blake3::hash(b"content").to_hex();
    let error = archive.unpack(blake3.as_str()).unwrap_err().to_string();
    assert!(error.contains("changed or cut"), "{error}");
    fs::write(&path, &whole).unwrap();

    // Another delivery's file under this name.
    put(&archive, "vard", "b", 0, b"another");
    fs::copy(
        archive.content_path(blake3::hash(b"another").to_hex().as_str()),
        &path,
    )
    .unwrap();
    assert!(archive.unpack(blake3.as_str()).is_err());
    fs::write(&path, &whole).unwrap();

    // A line that a power failure cut is nobody's; a changed one is.
    let index = fs::read(archive.index()).unwrap();
    fs::write(archive.index(), [index.as_slice(), b"{\"arrived\":\"20"].concat()).unwrap();
    assert_eq!(names(&archive).len(), 2);
    put(&archive, "vard", "c", 0, b"content");
    assert_eq!(names(&archive).len(), 3);
    fs::write(archive.index(), [b"{}\n".as_slice(), &index].concat()).unwrap();
    let error = archive.arrivals().unwrap_err().to_string();
    assert!(error.contains("index.jsonl:1 "), "{error}");
    fs::write(archive.index(), &index).unwrap();

    fs::write(archive.contents().join(".staged-abc"), "19121212-1212").unwrap();
    fs::remove_file(&archive.key).unwrap();
    let error = archive.keeper().err().unwrap().to_string();
    assert!(
        error.contains("archive.key") && error.contains("backup"),
        "{error}"
    );
    assert_eq!(archive.files().unwrap().len(), 2);
    assert!(
        !archive.contents().join(".staged-abc").exists(),
        "half-written files go"
    );
}

/// Puts a delivery in, and leaves the end of the run to the caller.
fn came(keeper: &Keeper<'_>, archive: &Archive, dataset: &str, text: &[u8]) -> Arrival {
    let file = archive.folder.with_file_name("delivery");
    fs::write(&file, text).unwrap();
    let incoming = Incoming {
        dataset,
        name: "a.csv",
        arrived: Timestamp::now(),
        path: &file,
    };
    keeper.keep(&incoming, &AtomicBool::new(false)).unwrap().unwrap()
}

#[test]
fn what_is_taken_back_leaves_nothing_but_what_others_have() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(&folder, None);
    put(&archive, "vard", "before", 3, b"came before");
    let keeper = archive.keeper().unwrap().unwrap();
    let alone = came(&keeper, &archive, "sant", b"numbers");
    let shared = came(&keeper, &archive, "sant", b"came with another");
    came(&keeper, &archive, "vard", b"came with another");
    let known = came(&keeper, &archive, "sant", b"came before");
    for arrival in [&alone, &shared, &known] {
        keeper.forget(arrival);
    }
    let fates = [&alone, &shared, &known].map(|arrival| keeper.fate(arrival));
    assert_eq!(fates, [Fate::Gone, Fate::Shared, Fate::Shared]);
    keeper.finish().unwrap();
    let datasets: Vec<String> = archive
        .arrivals()
        .unwrap()
        .into_iter()
        .map(|one| one.dataset)
        .collect();
    assert_eq!(datasets, ["vard", "vard"]);
    assert_eq!(read(&archive, b"numbers"), None);
    assert_eq!(archive.files().unwrap().len(), 2);
    assert_eq!(
        read(&archive, b"came with another").unwrap(),
        b"came with another"
    );
    let index = fs::read_to_string(archive.index()).unwrap();
    assert!(!index.contains(&alone.blake3), "{index}");
    // What comes again is taken back again.
    let keeper = archive.keeper().unwrap().unwrap();
    keeper.forget(&came(&keeper, &archive, "sant", b"numbers"));
    keeper.finish().unwrap();
    assert_eq!(archive.files().unwrap().len(), 2);
}

#[test]
fn a_run_that_fails_or_is_killed_leaves_no_content_without_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(&folder, None);
    put(&archive, "vard", "before", 3, b"before");
    // Another job failed: nobody writes down what came.
    let keeper = archive.keeper().unwrap().unwrap();
    came(&keeper, &archive, "vard", b"before");
    came(&keeper, &archive, "vard", b"never written down");
    assert_eq!(archive.files().unwrap().len(), 2);
    drop(keeper);
    assert_eq!(archive.files().unwrap().len(), 1);
    assert_eq!(read(&archive, b"before").unwrap(), b"before");

    // The index cannot be written, as on a full disk.
    let keeper = archive.keeper().unwrap().unwrap();
    came(&keeper, &archive, "vard", b"not indexed");
    let index = fs::read(archive.index()).unwrap();
    fs::remove_file(archive.index()).unwrap();
    fs::create_dir(archive.index()).unwrap();
    let error = keeper.finish().unwrap_err().to_string();
    assert!(error.contains("write the index"), "{error}");
    assert_eq!(archive.files().unwrap().len(), 1);
    fs::remove_dir(archive.index()).unwrap();
    fs::write(archive.index(), index).unwrap();

    // Killed: nobody was left to remove it, and the next run does.
    let keeper = archive.keeper().unwrap().unwrap();
    came(&keeper, &archive, "vard", b"killed");
    std::mem::forget(keeper);
    assert_eq!(archive.files().unwrap().len(), 2);
    drop(archive.keeper().unwrap());
    assert_eq!(archive.files().unwrap().len(), 1);
    assert_eq!(names(&archive), ["before"]);
}

#[test]
fn a_clock_that_leaps_removes_nothing() {
    let day = |text: &str| text.parse::<Timestamp>().unwrap();
    let known = || [day("2025-01-01T00:00:00Z"), day("2026-11-22T00:00:00Z")].into_iter();
    assert_eq!(leap(day("2027-10-01T00:00:00Z"), known()), None);
    assert_eq!(leap(day("1960-01-01T00:00:00Z"), known()), None);
    assert_eq!(leap(day("2299-01-01T00:00:00Z"), std::iter::empty()), None);
    let told = leap(day("2299-01-01T00:00:00Z"), known()).unwrap();
    assert!(
        told.contains("The clock says 2299-01-01") && told.contains("2026-11-22"),
        "{told}"
    );
}

#[test]
fn a_disk_without_room_is_told_with_what_to_do() {
    let path = Path::new("data/archive/contents");
    for (kind, advice) in [
        (
            io::ErrorKind::StorageFull,
            "`perspektiv archive purge --older-than AGE` removes old deliveries",
        ),
        (io::ErrorKind::PermissionDenied, "the right to write there; or"),
    ] {
        let told = unwritable("write to", path, &kind.into()).to_string();
        assert!(
            told.contains(advice) && told.contains("enabled = false in [archive]"),
            "{told}"
        );
    }
}
