//! In which encoding the texts of a file are.
//!
//! `CODEPAGE` names it; without it, `CHARSET="ANSI"` is Windows-1252, and neither
//! is the code page of DOS in Western Europe, 850. Text that is UTF-8 is read as
//! such whatever the file says: nobody means `Ã¥` where `å` stands.

use encoding_rs::Encoding;

use super::form;
use crate::{SourceError, shown};

/// The upper half of code page 850.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
                     ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The line of the first text of a header that is not UTF-8, looked for text by text.
#[derive(Debug, Default)]
pub(super) struct Seen(Option<u64>);

impl Seen {
    pub(super) fn look(&mut self, text: &[u8], line: u64) {
        if self.0.is_none() && std::str::from_utf8(text).is_err() {
            self.0 = Some(line);
        }
    }
}

/// How texts become Unicode.
#[derive(Debug, Clone)]
pub(super) enum Charset {
    /// One that the web knows, Windows-1252 and UTF-8 among them.
    Known(&'static Encoding),
    /// The code page of DOS: the characters above 127.
    Dos(Vec<char>),
}

impl Charset {
    /// From what the file says and what its texts are.
    pub(super) fn find(codepage: &[u8], charset: &[u8], seen: &Seen) -> Result<Self, SourceError> {
        let Some(line) = seen.0 else {
            return Ok(Self::Known(encoding_rs::UTF_8));
        };
        let dos = || Self::Dos(CP850.chars().collect());
        let name = match (codepage.trim_ascii(), charset.trim_ascii()) {
            (b"", b"") => return Ok(dos()),
            (b"", charset) if charset.eq_ignore_ascii_case(b"ANSI") => {
                return Ok(Self::Known(encoding_rs::WINDOWS_1252));
            }
            (b"", charset) => charset,
            (codepage, _) => codepage,
        };
        if name.ends_with(b"850") {
            return Ok(dos());
        }
        match Encoding::for_label(name).filter(|encoding| encoding.is_ascii_compatible()) {
            Some(encoding) if encoding == encoding_rs::UTF_8 => Err(form(format!(
                "The file says that it is UTF-8 (CODEPAGE), but the text on line {line} is not. Ask for it again, or \
                 write CODEPAGE=\"Windows-1252\" into it."
            ))),
            Some(encoding) => Ok(Self::Known(encoding)),
            None => Err(form(format!(
                "The file says that it is in '{}' (CODEPAGE or CHARSET), which is not known, and line {line} has letters \
                 beyond a–z. Write CODEPAGE=\"Windows-1252\" or \"utf-8\" into it.",
                shown(name)
            ))),
        }
    }

    /// A text without the space around it.
    pub(super) fn decode(&self, text: &[u8]) -> String {
        let text = text.trim_ascii();
        match self {
            Self::Known(encoding) => encoding.decode_without_bom_handling(text).0.into_owned(),
            Self::Dos(upper) => text
                .iter()
                .map(|byte| match byte.checked_sub(128) {
                    None => char::from(*byte),
                    Some(at) => upper.get(usize::from(at)).copied().unwrap_or('\u{fffd}'),
                })
                .collect(),
        }
    }
}
