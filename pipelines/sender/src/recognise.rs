//! What a file is, by what it begins with; what is not replaced is refused in words.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use indicatif::ProgressBar;
use perspektiv_formats::FORMATS;

use crate::args::Kind;
use crate::book;
use crate::error::Fault;
use crate::packing::Packing;

/// Bytes that are looked at.
const HEAD: u64 = 64 * 1024;

/// How sure a format has to be of a text.
const SURE: u8 = 30;

/// The format of a file.
///
/// # Errors
/// It is none whose person numbers are replaced, or it cannot be read.
pub(crate) fn recognise(path: &Path) -> Result<Kind, Fault> {
    let head = read(File::open(path).map_err(Fault::Read)?)?;
    match head.as_slice() {
        [b'P', b'K', ..] => match book::kind(path)? {
            Some(kind) => Ok(kind),
            None => inside(path),
        },
        [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] => inside(path),
        [b'$', b'F', b'L', b'2' | b'3', ..] => Ok(Kind::Spss),
        [b'P', b'A', b'R', b'1', ..] => Ok(Kind::Parquet),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(Fault::data(
            "This is an old or password-protected Office file, and pseudonymising is not supported for it yet. Save it \
             as CSV or XLSX first.",
        )),
        head => text(head),
    }
}

/// The format of what is packed.
fn inside(path: &Path) -> Result<Kind, Fault> {
    let head = Packing::of(path)?.read(path, ProgressBar::hidden(), |reader| read(reader))?;
    match head.get(..4) {
        Some(b"$FL2" | b"$FL3") => Ok(Kind::Spss),
        Some(b"PAR1") => Err(Fault::data(
            "This is a packed Parquet file, which is not read from its beginning to its end. Unpack it first.",
        )),
        _ => text(&head),
    }
}

fn read(from: impl Read) -> Result<Vec<u8>, Fault> {
    let mut head = Vec::new();
    from.take(HEAD).read_to_end(&mut head).map_err(Fault::Read)?;
    Ok(head)
}

/// Delimited text, unless it is one of the formats in which agencies publish, or a page of the web.
fn text(head: &[u8]) -> Result<Kind, Fault> {
    let decoded = match head {
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0,
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0,
        _ => String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)),
    };
    let text = decoded.trim_start();
    let sure = |bytes: &[u8]| {
        let others = FORMATS.iter().filter(|format| format.name() != "csv");
        others
            .map(|format| (format.sniff(bytes), format.description()))
            .max_by_key(|(sure, _)| *sure)
            .filter(|(sure, _)| *sure >= SURE)
    };
    let published = sure(text.as_bytes()).or_else(|| sure(head));
    let what = match published {
        Some((_, description)) => description,
        None if is_json(text) => "JSON",
        None if is_page(text) => "a page of the web, or XML",
        None => return Ok(Kind::Csv),
    };
    Err(Fault::data(format!(
        "This is {what}, and pseudonymising is not supported for it. Where it holds person numbers, save it as CSV or \
         XLSX first; published statistics have none, and are sent as they are."
    )))
}

/// Whether a text begins as JSON does, and not with a name in brackets, as databases write them.
fn is_json(text: &str) -> bool {
    let inside = text.get(1..).unwrap_or_default().trim_start();
    let next = |known: &[char]| inside.is_empty() || inside.starts_with(known);
    match text.as_bytes().first() {
        Some(b'{') => next(&['"', '}']),
        Some(b'[') => next(&['{', '[', '"', ']']),
        _ => false,
    }
}

fn is_page(text: &str) -> bool {
    let begins = |with: &str| {
        let begin = text.get(..with.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(with))
    };
    ["<!doctype", "<html", "<?xml"].into_iter().any(begins)
}
