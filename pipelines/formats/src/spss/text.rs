//! The encoding of a system file's text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::SourceError;

/// The encoding that a file names; Windows-1252 when it says nothing.
///
/// `name` is record 20, `page` the code page of record 3: where both are there, the name is right.
pub(super) fn encoding(name: Option<&[u8]>, page: Option<i32>) -> Result<&'static Encoding, SourceError> {
    if let Some(name) = name {
        let name = name.trim_ascii();
        let page = String::from_utf8_lossy(name).to_ascii_lowercase();
        let page = page.trim_start_matches(|c: char| !c.is_ascii_digit());
        return Encoding::for_label(name)
            .or_else(|| page.parse().ok().and_then(by_page))
            .ok_or_else(|| unknown(&String::from_utf8_lossy(name)));
    }
    match page {
        // 2 and 3 are "ASCII of seven and of eight bits", which older programs write for any text.
        None | Some(0 | 2 | 3) => Ok(WINDOWS_1252),
        Some(page) => by_page(page).ok_or_else(|| unknown(&page.to_string())),
    }
}

fn by_page(page: i32) -> Option<&'static Encoding> {
    let label = match page {
        65001 => "utf-8".to_owned(),
        20127 => "windows-1252".to_owned(),
        28591..=28606 => format!("iso-8859-{}", page - 28590),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        866 | 874 | 1250..=1258 => format!("windows-{page}").replace("windows-866", "ibm866"),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

fn unknown(name: &str) -> SourceError {
    SourceError::Form(format!(
        "The text of the SPSS file is in the encoding '{}', which is not read. Ask for the file in Unicode (UTF-8).",
        crate::shown(name.as_bytes())
    ))
}

/// Decodes a text that was padded with spaces; `None` when it is not in the encoding.
pub(super) fn decode<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Option<Cow<'a, str>> {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b' ' | 0));
    let mut bytes = bytes.get(..end.map_or(0, |end| end + 1)).unwrap_or_default();
    if encoding == UTF_8
        && let Err(error) = std::str::from_utf8(bytes)
        && error.error_len().is_none()
    {
        // A variable of so many bytes cuts a longer text wherever that is, also in the middle of a character.
        bytes = bytes.get(..error.valid_up_to()).unwrap_or_default();
    }
    encoding.decode_without_bom_handling_and_without_replacement(bytes)
}

/// Decodes a name or a label, which is shown to people and nothing more: what is wrong in it is replaced.
pub(super) fn decode_label(bytes: &[u8], encoding: &'static Encoding) -> String {
    match decode(bytes, encoding) {
        Some(text) => text.into_owned(),
        None => encoding
            .decode_without_bom_handling(bytes)
            .0
            .trim_end()
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn encodings() {
        for (name, page, expected) in [
            (None, None, "windows-1252"),
            (None, Some(2), "windows-1252"),
            (None, Some(65001), "UTF-8"),
            (None, Some(28605), "ISO-8859-15"),
            (Some("UTF-8"), Some(1252), "UTF-8"),
            (Some("windows-1252 "), None, "windows-1252"),
            (Some("CP1250"), None, "windows-1250"),
        ] {
            assert_eq!(encoding(name.map(str::as_bytes), page).unwrap().name(), expected);
        }
        let error = encoding(None, Some(850)).unwrap_err().to_string();
        assert!(error.contains("'850'"), "{error}");
    }

    #[test]
    fn texts() {
        assert_eq!(decode(b"k\xf6n  \0", WINDOWS_1252).unwrap(), "kön");
        assert_eq!(decode("kö".as_bytes(), UTF_8).unwrap(), "kö");
        assert_eq!(decode(b"k\xc3", UTF_8).unwrap(), "k");
        assert_eq!(decode(b"k\xf6n", UTF_8), None);
        assert_eq!(decode_label(b"k\xf6n", UTF_8), "k\u{fffd}n");
    }
}
