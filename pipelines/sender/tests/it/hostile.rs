//! Any bytes end in a result or in an error, and never with an identity told.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{Int64Array, StringArray};
use arrow::record_batch::RecordBatch;

use crate::room::{Room, person};
use crate::{book, parquet, spss};

/// How long a file of a few kilobytes may take, on a machine that does much else.
const LONGEST: Duration = Duration::from_secs(60);

/// A small generator of numbers (xorshift), so that a failure can be seen again.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// Changes, cuts, doubles and moves a few bytes.
fn mutate(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    const TOKENS: [&[u8]; 16] = [
        b"\"",
        b";",
        b"\n",
        b"\0",
        b"\xff",
        b"<",
        b"</c>",
        b"&#49;",
        b"]]>",
        b"<!--",
        b"</row>",
        b"r=\"ZZZZ9\"",
        b"_x000D_",
        b"\xc2\xad",
        b"1.9E+11",
        b"\xff\xff\xff\x7f",
    ];
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(4) {
        let at = random
            .below(bytes.len().max(1))
            .min(bytes.len().saturating_sub(1));
        match random.below(5) {
            0 if !bytes.is_empty() => bytes[at] = random.below(256) as u8,
            1 => bytes.truncate(at),
            2 => {
                let token = TOKENS[random.below(TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
            3 => {
                let end = (at + random.below(40)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = random.below(bytes.len().max(1)).min(bytes.len());
                bytes.splice(to..to, part);
            }
            _ => {
                let end = (at + random.below(20)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
    bytes
}

/// Runs the program on mutations, the first of them as a process and the others in this one. More are tried when
/// `PERSPEKTIV_FUZZ` says how many; `PERSPEKTIV_FUZZ_SEED` begins another series. What fails is kept beside the
/// message.
fn try_all(file: &str, seed: u64, make: impl FnMut(&mut Random) -> Vec<u8>) {
    try_with(file, seed, &["--columns", "Personnummer"], true, make);
}

/// How many of the mutations are tried as processes, with real exit codes.
const PROCESSES: u64 = 20;

fn try_with(
    file: &str,
    seed: u64,
    more: &[&str],
    silent: bool,
    mut make: impl FnMut(&mut Random) -> Vec<u8>,
) {
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let runs = number("PERSPEKTIV_FUZZ", 1000);
    let series = number("PERSPEKTIV_FUZZ_SEED", 0);
    let room = Room::new();
    let mut random = Random(seed + 100 * series);
    let people: Vec<String> = (0..20).map(person).collect();
    let out = format!("b{}", &file[1..]);
    let args = room.args(file, &out, more);
    let mut codes = [0_u64; 4];
    let (begun, mut longest) = (Instant::now(), Duration::ZERO);
    for run in 0..runs {
        let input = make(&mut random);
        room.write(file, &input);
        let since = Instant::now();
        let attempt = || {
            let answer = match run < PROCESSES {
                true => room.pseudonymise(file, &[&["--out", &out, "--force"], more].concat()),
                false => room.within(&args),
            };
            let code = answer.code.unwrap_or(101);
            assert!((0..=3).contains(&code), "{answer:?}");
            if code == 0 && silent {
                room.is_silent(&people, &[file], &answer);
            } else {
                assert_eq!(code == 0, room.path(&out).exists(), "{file} {out}");
                for person in &people {
                    assert!(!answer.err.contains(&person[2..]) && !answer.out.contains(&person[2..]));
                }
            }
            code as usize
        };
        match catch_unwind(AssertUnwindSafe(attempt)) {
            Ok(code) => codes[code] += 1,
            Err(_) => {
                let kept = std::env::temp_dir().join(format!("hostile-{seed}-{series}-{run}{}", &file[1..]));
                std::fs::write(&kept, &input).unwrap();
                panic!(
                    "run {run} of {file} with seed {seed}, series {series}; kept as {}",
                    kept.display()
                );
            }
        }
        longest = longest.max(since.elapsed());
        assert!(longest < LONGEST, "run {run} of seed {seed} took {longest:?}");
        let _ = std::fs::remove_file(room.path(&out));
    }
    eprintln!(
        "{file}, seed {seed}: {runs} inputs in {:.0} s, {} done, {} refused, longest {} ms",
        begun.elapsed().as_secs_f64(),
        codes[0],
        runs - codes[0],
        longest.as_millis()
    );
    assert!(
        codes[0] > 0 && codes[3] > 0,
        "the mutations try too little: {codes:?}"
    );
}

#[test]
fn mutated_text() {
    let rows: String = (0..20)
        .map(|at| format!("\"{}\";ord {at};\"två\"\"\nrader\"\n", person(at)))
        .collect();
    let text = format!("Personnummer;text;mer\n{rows}");
    try_all("a.csv", 1, |random| mutate(text.as_bytes(), random));
}

#[test]
fn mutated_utf_16() {
    let rows: String = (0..20).map(|at| format!("{};ord {at}\r\n", person(at))).collect();
    let text = format!("\u{feff}Personnummer;text\r\n{rows}");
    let raw: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    try_all("a.csv", 2, |random| mutate(&raw, random));
}

#[test]
fn mutated_archives() {
    let workbook = book::xlsx();
    try_all("a.xlsx", 3, |random| mutate(&workbook, random));
}

#[test]
fn mutated_parts_of_xlsx() {
    try_all("a.xlsx", 4, |random| {
        let (sheet, strings) = (book::sheet(), book::strings());
        match random.below(2) {
            0 => book::xlsx_of(&lossy(&mutate(sheet.as_bytes(), random)), &strings),
            _ => book::xlsx_of(&sheet, &lossy(&mutate(strings.as_bytes(), random))),
        }
    });
}

#[test]
fn mutated_parts_of_ods() {
    try_all("a.ods", 5, |random| {
        book::ods_of(&lossy(&mutate(book::content().as_bytes(), random)))
    });
}

#[test]
fn mutated_parquet() {
    let room = Room::new();
    let columns: [(&str, arrow::array::ArrayRef); 3] = [
        (
            "Personnummer",
            Arc::new((0..20).map(|at| Some(person(at))).collect::<StringArray>()),
        ),
        ("tal", Arc::new((0..20).collect::<Int64Array>())),
        (
            "text",
            Arc::new(
                (0..20)
                    .map(|at| (at % 3 > 0).then(|| "ord".repeat(at)))
                    .collect::<StringArray>(),
            ),
        ),
    ];
    parquet::write(
        &room,
        "a.parquet",
        &RecordBatch::try_from_iter(columns).unwrap(),
        &[],
    );
    let bytes = room.read("a.parquet");
    try_all("a.parquet", 6, |random| mutate(&bytes, random));
}

const SPSS: [&str; 6] = [
    "--columns",
    spss::IDENTITIES,
    "--invalid",
    "blank",
    "--report",
    "r",
];

#[test]
fn mutated_spss() {
    for (seed, (_, bytes)) in (7..).zip(spss::FILES) {
        try_with("a.sav", seed, &SPSS, true, |random| {
            let mut bytes = bytes.to_vec();
            for _ in 0..=random.below(4) {
                // Half of them in the dictionary.
                let end = [bytes.len(), 6000][random.below(2)];
                let at = random.below(end.min(bytes.len()));
                bytes[at] = [0, 1, 0x7f, 0xff, random.below(256) as u8][random.below(5)];
            }
            if random.below(8) == 0 {
                bytes.truncate(random.below(bytes.len()));
            }
            bytes
        });
    }
}

/// Where bytes are missing, all behind them stand in other variables: parts of a number in two of them are none.
#[test]
fn shifted_spss() {
    for (seed, (_, bytes)) in (10..).zip(spss::FILES) {
        try_with("a.sav", seed, &SPSS, false, |random| mutate(bytes, random));
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
