//! A folder with a key, the program, and people who do not exist.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{Args as _, FromArgMatches as _};
use perspektiv_identity::{Date, Key, PersonNumber, Pseudonymiser, Rules};
use perspektiv_sender::{Args, Failure};
use tempfile::TempDir;

/// A folder with a key.
pub(crate) struct Room {
    folder: TempDir,
}

/// What the program answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Room {
    pub(crate) fn new() -> Self {
        let room = Self {
            // In memory where that is possible: many runs are many writes.
            folder: tempfile::tempdir_in("/dev/shm")
                .or_else(|_| tempfile::tempdir())
                .unwrap(),
        };
        Key::create(&room.path("key")).unwrap();
        room
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// All files, by name.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_perspektiv-pseudonymise"));
        command
            .current_dir(self.folder.path())
            .env_remove("PERSPEKTIV_KEY")
            .stdin(Stdio::null());
        command
    }

    /// Runs the program in the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        let output = self.command().args(arguments).output().unwrap();
        Answer {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the program with the key and a fixed day.
    pub(crate) fn pseudonymise(&self, file: &str, more: &[&str]) -> Answer {
        let day = ["--key", "key", "--reference", "2024-12-31"];
        self.run(&[&[file][..], &day[..], more].concat())
    }

    /// Does in this process what the program does; what it panics with comes through.
    pub(crate) fn within(&self, args: &Args) -> Answer {
        let (code, out, err) = match perspektiv_sender::run(args, false) {
            Ok(outcome) => match outcome.refusal() {
                Some(text) => (Failure::Refused.code(), outcome.summary(), text),
                None => (0, outcome.summary(), String::new()),
            },
            Err(error) => (error.failure().code(), String::new(), error.to_string()),
        };
        Answer {
            code: Some(code.into()),
            out,
            err,
        }
    }

    /// What would be typed for a file of the folder.
    pub(crate) fn args(&self, file: &str, out: &str, more: &[&str]) -> Args {
        let path = |name: &str| self.path(name).into_os_string();
        let more = more.iter().map(|word| match *word {
            // A report stands in the folder too.
            "r" => path("r"),
            word => word.into(),
        });
        let words = [
            "program".into(),
            path(file),
            "--key".into(),
            path("key"),
            "--reference".into(),
            "2024-12-31".into(),
            "--force".into(),
            "--out".into(),
            path(out),
        ];
        let command = Args::augment_args(clap::Command::new("program"));
        let matches = command
            .try_get_matches_from(words.into_iter().chain(more))
            .unwrap();
        Args::from_arg_matches(&matches).unwrap()
    }

    /// What the pseudonym of a number has to be.
    pub(crate) fn pseudonym(&self, number: &str) -> String {
        pseudonym(&Key::load(&self.path("key")).unwrap(), number)
    }

    /// Demands that no spelling of an identity stands in any file but those, or in the answer.
    pub(crate) fn is_silent(&self, identities: &[String], but: &[&str], answer: &Answer) {
        let mut texts = vec![answer.out.clone().into_bytes(), answer.err.clone().into_bytes()];
        for name in self.files() {
            texts.push(name.clone().into_bytes());
            if !but.contains(&name.as_str()) {
                texts.extend(contents(&self.path(&name)));
            }
        }
        for identity in identities {
            for text in &texts {
                let found = spellings(identity)
                    .into_iter()
                    .find(|spelling| stands_alone(text, spelling));
                assert_eq!(found, None, "an identity is told");
            }
        }
    }
}

/// The bytes of a file, and of what is packed in it.
fn contents(path: &Path) -> Vec<Vec<u8>> {
    let bytes = fs::read(path).unwrap();
    let mut all = Vec::new();
    if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
        for at in 0..archive.len() {
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut archive.by_index(at).unwrap(), &mut text).unwrap();
            all.push(text);
        }
    }
    all.push(bytes);
    all
}

pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Whether a spelling stands in a text with no digit at either end: what a damaged file glues to other digits is no
/// number of anybody any longer, and stays.
fn stands_alone(text: &[u8], spelling: &[u8]) -> bool {
    let wide = spelling.get(1) == Some(&0);
    let step = if wide { 2 } else { 1 };
    let is_digit = |at: Option<usize>| {
        let byte = at.and_then(|at| text.get(at));
        byte.is_some_and(u8::is_ascii_digit) && (!wide || at.and_then(|at| text.get(at + 1)) == Some(&0))
    };
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&text[from..], spelling) {
        let at = from + found;
        if !is_digit(at.checked_sub(step)) && !is_digit(Some(at + spelling.len())) {
            return true;
        }
        from = at + 1;
    }
    false
}

/// A number as people write it, with its century or without, also in UTF-16.
fn spellings(number: &str) -> Vec<Vec<u8>> {
    let (day, four) = number.split_at(8);
    let short = &day[2..];
    let texts = [day, short].map(|day| ["", "-", "+", " ", "–"].map(|mark| format!("{day}{mark}{four}")));
    let texts = texts.concat();
    let wide = |text: &String| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    texts
        .iter()
        .map(wide)
        .chain(texts.iter().map(|text| text.clone().into_bytes()))
        .collect()
}

/// The pseudonym that a key has to give a number, as sixteen hexadecimal digits.
pub(crate) fn pseudonym(key: &Key, number: &str) -> String {
    let rules = Rules::new(Date::new(2024, 12, 31).unwrap());
    let number = PersonNumber::parse(number.as_bytes(), &rules).unwrap();
    format!(
        "{:016x}",
        Pseudonymiser::new(key).pseudonym(&number).cast_unsigned()
    )
}

/// A person number of nobody in particular; the same for the same number.
pub(crate) fn person(at: u32) -> String {
    let (year, month, day) = (1930 + at % 80, 1 + at / 7 % 12, 1 + at / 3 % 28);
    let nine = format!("{:02}{month:02}{day:02}{:03}", year % 100, 1 + at % 998);
    let sum: u32 = nine
        .bytes()
        .enumerate()
        .map(|(i, c)| u32::from(c - b'0') * (2 - i as u32 % 2))
        .map(|product| product / 10 + product % 10)
        .sum();
    format!("{}{nine}{}", year / 100, (10 - sum % 10) % 10)
}

/// A number with a wrong check digit.
pub(crate) fn wrong(at: u32) -> String {
    let mut number = person(at).into_bytes();
    let last = number.last_mut().unwrap();
    *last = if *last == b'9' { b'0' } else { *last + 1 };
    String::from_utf8(number).unwrap()
}

/// An archive of parts.
pub(crate) fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    archive_of(&parts)
}

/// An archive of files.
pub(crate) fn archive_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The text of a part of an archive.
pub(crate) fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
    text
}
