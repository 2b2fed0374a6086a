//! Packed files come back packed in the same way.

use std::io::{Read, Write};

use crate::room::{Room, archive, part, person};

fn text() -> String {
    let rows: String = (0..5000).map(|at| format!("{};{at}\r\n", person(at))).collect();
    format!("pnr;nr\r\n{rows}")
}

fn done(room: &Room) -> String {
    let rows: String = (0..5000)
        .map(|at| format!("{};{at}\r\n", room.pseudonym(&person(at))))
        .collect();
    format!("pnr;nr\r\n{rows}")
}

/// Bytes as gzip.
pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn gzip_zstd_and_zip() {
    let room = Room::new();
    let mut gzip = Vec::new();
    // Of two members, as some programs write it.
    let text = text();
    for half in [&text[..5000], &text[5000..]] {
        let mut encoder = flate2::write::GzEncoder::new(&mut gzip, flate2::Compression::fast());
        encoder.write_all(half.as_bytes()).unwrap();
        encoder.finish().unwrap();
    }
    room.write("a.csv.gz", gzip);
    room.write("a.csv.zst", zstd::encode_all(text.as_bytes(), 1).unwrap());
    room.write("a.zip", archive(&[("inuti.csv", &text)]));
    for file in ["a.csv.gz", "a.csv.zst", "a.zip"] {
        let answer = room.pseudonymise(file, &[]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
    }
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(room.read("a-pseudonymer.csv.gz").as_slice())
        .read_to_string(&mut unpacked)
        .unwrap();
    let done = done(&room);
    assert_eq!(unpacked, done);
    assert_eq!(
        zstd::decode_all(room.read("a-pseudonymer.csv.zst").as_slice()).unwrap(),
        done.as_bytes()
    );
    assert_eq!(part(&room.read("a-pseudonymer.zip"), "inuti.csv"), done);
}

#[test]
fn a_cut_or_ambiguous_archive_is_refused() {
    let room = Room::new();
    let text = text();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    room.write("a.csv.gz", &gzip[..gzip.len() - 40]);
    let zstd = zstd::encode_all(text.as_bytes(), 1).unwrap();
    room.write("a.csv.zst", &zstd[..zstd.len() - 40]);
    room.write("a.zip", archive(&[("a.csv", &text), ("b.csv", &text)]));
    room.write("b.zip", archive(&[(&format!("{}.csv", person(1)), &text)]));
    for file in ["a.csv.gz", "a.csv.zst", "a.zip", "b.zip"] {
        let answer = room.pseudonymise(file, &[]);
        assert_eq!(answer.code, Some(3), "{file} {answer:?}");
        assert!(!answer.err.contains(&person(1)));
    }
    assert_eq!(room.files(), ["a.csv.gz", "a.csv.zst", "a.zip", "b.zip", "key"]);
}
