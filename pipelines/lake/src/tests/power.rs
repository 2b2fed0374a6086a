//! What a power failure at any moment leaves: the old state or the new, never damage.
//!
//! Every change of the disk is recorded, and the states that a file system may be in after each are
//! built: what was synced is there, what was not may be there, or not, or in part.

use std::collections::BTreeMap;

use super::faults::{goes_on, publish, version};
use super::watch::{Change, Failure, Watch};
use super::*;
use crate::{VacuumOptions, Which};

/// What a name in a folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Folder,
    File(usize),
}

type Entries = BTreeMap<String, Entry>;

/// A file's content as programs see it, and as the disk has it for sure.
#[derive(Clone, Debug, Default)]
struct Content {
    written: Vec<u8>,
    synced: Vec<u8>,
}

/// A file system that knows what would survive.
#[derive(Clone, Debug, Default)]
struct Disk {
    contents: Vec<Content>,
    seen: BTreeMap<PathBuf, Entries>,
    durable: BTreeMap<PathBuf, Entries>,
}

/// What becomes of what was not synced.
#[derive(Clone, Copy, Debug)]
enum Unsynced {
    /// It is gone.
    Gone,
    /// Names are there, contents are not: as on file systems that only keep the names in a journal.
    NamesOnly,
    /// By chance, each name and each content for itself.
    Chance(u64),
}

impl Disk {
    /// A folder of the real disk, all of it durable.
    fn of(folder: &Path) -> Self {
        let mut disk = Self::default();
        disk.take(folder, Path::new(""));
        disk.durable = disk.seen.clone();
        disk
    }

    fn take(&mut self, folder: &Path, own: &Path) {
        let mut entries = Entries::new();
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if entry.path().is_dir() {
                self.take(&entry.path(), &own.join(&name));
                entries.insert(name, Entry::Folder);
            } else {
                let bytes = fs::read(entry.path()).unwrap();
                self.contents.push(Content {
                    written: bytes.clone(),
                    synced: bytes,
                });
                entries.insert(name, Entry::File(self.contents.len() - 1));
            }
        }
        self.seen.insert(own.to_owned(), entries);
    }

    fn entries(&mut self, path: &Path) -> (&mut Entries, String) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (self.seen.get_mut(path.parent().unwrap()).unwrap(), name)
    }

    fn file(&mut self, path: &Path) -> usize {
        let (entries, name) = self.entries(path);
        match entries[&name] {
            Entry::File(file) => file,
            Entry::Folder => panic!("{} is a folder", path.display()),
        }
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::MakeFolder(path) => {
                let (entries, name) = self.entries(path);
                entries.entry(name).or_insert(Entry::Folder);
                self.seen.entry(path.clone()).or_default();
            }
            Change::Create(path) => {
                self.contents.push(Content::default());
                let file = Entry::File(self.contents.len() - 1);
                let (entries, name) = self.entries(path);
                entries.insert(name, file);
            }
            Change::Write(path, bytes) => {
                let file = self.file(path);
                self.contents[file].written.extend(bytes);
            }
            Change::SyncFile(path) => {
                let file = self.file(path);
                self.contents[file].synced = self.contents[file].written.clone();
            }
            Change::SyncFolder(path) => {
                let entries = self.seen[path].clone();
                self.durable.insert(path.clone(), entries);
            }
            Change::Link(from, to) => {
                let file = Entry::File(self.file(from));
                let (entries, name) = self.entries(to);
                entries.entry(name).or_insert(file);
            }
            Change::Rename(from, to) => {
                let file = Entry::File(self.file(from));
                let (entries, name) = self.entries(from);
                entries.remove(&name);
                let (entries, name) = self.entries(to);
                entries.insert(name, file);
            }
            Change::Remove(path) => {
                let (entries, name) = self.entries(path);
                entries.remove(&name);
            }
        }
    }

    /// Writes what a power failure leaves into an empty folder.
    fn image(&self, target: &Path, unsynced: Unsynced) {
        let mut chance = match unsynced {
            Unsynced::Chance(seed) => seed,
            _ => 0,
        };
        self.folder(target, Path::new(""), unsynced, &mut chance);
    }

    fn folder(&self, target: &Path, own: &Path, unsynced: Unsynced, chance: &mut u64) {
        let none = Entries::new();
        let durable = self.durable.get(own).unwrap_or(&none);
        let seen = self.seen.get(own).unwrap_or(&none);
        let names: std::collections::BTreeSet<&String> = durable.keys().chain(seen.keys()).collect();
        for name in names {
            let entry = match unsynced {
                Unsynced::Gone => durable.get(name),
                Unsynced::NamesOnly => seen.get(name),
                Unsynced::Chance(_) => match draw(chance) % 2 {
                    0 => durable.get(name),
                    _ => seen.get(name),
                },
            };
            match entry {
                None => {}
                Some(Entry::Folder) => {
                    let target = target.join(name);
                    fs::create_dir(&target).unwrap();
                    self.folder(&target, &own.join(name), unsynced, chance);
                }
                Some(Entry::File(file)) => {
                    let content = &self.contents[*file];
                    let bytes = match unsynced {
                        Unsynced::Chance(_) if content.written != content.synced => match draw(chance) % 3 {
                            0 => &content.synced,
                            1 => &content.written,
                            _ => &content.written[..content.written.len() / 2],
                        },
                        _ => &content.synced[..],
                    };
                    fs::write(target.join(name), bytes).unwrap();
                }
            }
        }
    }
}

/// The next number of SplitMix64: chance that is the same every time.
fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The state that a power failure leaves, opened.
fn after(disk: &Disk, unsynced: Unsynced) -> (Scratch, Lake) {
    let image = scratch_in_memory(&format!("image-{:016x}", crate::random(9)));
    disk.image(&image, unsynced);
    let lake = Lake::open(&image.join("lake")).unwrap();
    (image, lake)
}

#[test]
fn after_a_power_failure_at_any_moment_the_lake_is_old_or_new() {
    let mut images = 0;
    for start in [None, Some(1)] {
        let root = scratch_in_memory(&format!("power-{start:?}"));
        let lake = Lake::open(&root.join("lake")).unwrap();
        if let Some(version) = start {
            publish(&lake, &lake.lock().unwrap(), version).unwrap();
        }
        let mut disk = Disk::of(&root);
        let watch = Watch::over(&root, Failure::Never);
        publish(&lake, &lake.lock().unwrap(), 2).unwrap();
        let changes = watch.changes();
        drop(watch);
        let mut newest = start;
        for (at, change) in changes.iter().enumerate() {
            disk.apply(change);
            let at = at as u64;
            for unsynced in [
                Unsynced::Gone,
                Unsynced::NamesOnly,
                Unsynced::Chance(3 * at),
                Unsynced::Chance(3 * at + 1),
                Unsynced::Chance(3 * at + 2),
            ] {
                let (_image, lake) = after(&disk, unsynced);
                let found = version(&lake);
                assert!(
                    found == start || found == Some(2),
                    "{found:?} after {change:?}, {unsynced:?}"
                );
                if matches!(unsynced, Unsynced::Gone) {
                    assert!(found >= newest, "what was durable is gone after {change:?}");
                    newest = found;
                }
                goes_on(&lake, 3);
                images += 1;
            }
        }
        assert_eq!(newest, Some(2), "what commit returned is durable");
    }
    println!("{images} states after a power failure");
    assert!(images > 500, "only {images} states");
}

#[test]
fn after_a_power_failure_during_vacuum_every_missing_file_is_on_its_list() {
    let root = scratch_in_memory("power-vacuum");
    let lake = Lake::open(&root.join("lake")).unwrap();
    let lock = lake.lock().unwrap();
    for version in 1..=3 {
        publish(&lake, &lock, version).unwrap();
    }
    let mut disk = Disk::of(&root);
    let watch = Watch::over(&root, Failure::Never);
    let newest_only = VacuumOptions {
        keep: 1,
        since: None,
        tables: BTreeMap::new(),
        dry_run: false,
    };
    assert_eq!(lake.vacuum(&lock, &newest_only).unwrap().files.len(), 6);
    let changes = watch.changes();
    drop(watch);
    for (at, change) in changes.iter().enumerate() {
        disk.apply(change);
        let chances = (0..8).map(|seed| Unsynced::Chance(8 * at as u64 + seed));
        for unsynced in [Unsynced::Gone, Unsynced::NamesOnly].into_iter().chain(chances) {
            let (_image, lake) = after(&disk, unsynced);
            assert_eq!(version(&lake), Some(3));
            let health = lake.check(Which::All).unwrap();
            assert!(
                health.damage.is_empty(),
                "after {change:?}, {unsynced:?}: {health:?}"
            );
            lake.vacuum(&lake.lock().unwrap(), &newest_only).unwrap();
            goes_on(&lake, 4);
        }
    }
    assert!(changes.len() > 10, "{changes:?}");
}

#[test]
fn a_power_failure_while_a_run_mends_what_a_kill_left_loses_nothing() {
    let mut images = 0;
    for start in [None, Some(1)] {
        for call in 0.. {
            let root = scratch_in_memory("power-kill");
            let lake = Lake::open(&root.join("lake")).unwrap();
            if let Some(version) = start {
                publish(&lake, &lake.lock().unwrap(), version).unwrap();
            }
            let mut disk = Disk::of(&root);
            // The process dies at this call; the kernel keeps what it wrote, not all of it on the disk.
            let watch = Watch::over(&root, Failure::From(call));
            let _ = lake.lock().and_then(|lock| publish(&lake, &lock, 2));
            let killed = watch.failed() > 0;
            let before = watch.changes().len();
            let published = version(&lake);
            watch.relent();
            publish(&lake, &lake.lock().unwrap(), 3).unwrap();
            let changes = watch.changes();
            drop(watch);
            for (at, change) in changes.iter().enumerate() {
                disk.apply(change);
                if at < before {
                    continue;
                }
                let (_image, lake) = after(&disk, Unsynced::Gone);
                let found = version(&lake);
                assert!(
                    [start, published, Some(3)].contains(&found),
                    "{found:?}, killed at {call}, then {change:?}"
                );
                images += 1;
            }
            let (_image, lake) = after(&disk, Unsynced::Gone);
            assert_eq!(version(&lake), Some(3), "killed at {call}");
            goes_on(&lake, 4);
            if !killed {
                break;
            }
        }
    }
    println!("{images} states after a kill and a power failure");
    assert!(images > 1000, "only {images} states");
}
