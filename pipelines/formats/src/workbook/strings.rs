//! The texts of a workbook of Excel, which its cells refer to by number.

use quick_xml::events::Event;

use super::package::damaged;
use super::xml::{Xml, cut, push_text};
use crate::SourceError;

/// The most bytes and the most texts that are kept.
const BYTES: usize = 256 << 20;
const TEXTS: usize = 16 << 20;

/// All of them behind one another: they are many and short.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub(super) fn read(mut xml: Xml) -> Result<Self, SourceError> {
        let mut strings = Self::default();
        let mut one = String::new();
        loop {
            match xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == "si" => {
                    read_rich(&mut xml, "si", &mut one)?;
                    strings.text.push_str(&one);
                    if strings.text.len() > BYTES || strings.ends.len() >= TEXTS {
                        return Err(SourceError::Form(format!(
                            "The workbook has more than {} MB or {} million of texts. Save the sheet as CSV.",
                            BYTES >> 20,
                            TEXTS >> 20
                        )));
                    }
                    // Below 4 GB by the limit.
                    strings.ends.push(strings.text.len() as u32);
                }
                Event::Eof => return Ok(strings),
                _ => {}
            }
        }
    }

    /// The text of that number, from 0.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let start = match at.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start as usize..*self.ends.get(at)? as usize)
    }
}

/// Reads a text of several runs up to the end of its element: the runs without the signs that tell how Asian
/// words are pronounced.
pub(super) fn read_rich(xml: &mut Xml, element: &str, into: &mut String) -> Result<(), SourceError> {
    into.clear();
    let mut in_text = false;
    loop {
        let event = xml.next()?;
        match &event {
            Event::Start(start) if start.local_name().as_ref() == "rPh" => xml.skip()?,
            Event::Start(start) if start.local_name().as_ref() == "t" => in_text = true,
            Event::End(end) if end.local_name().as_ref() == "t" => in_text = false,
            Event::End(end) if end.local_name().as_ref() == element => break,
            Event::Eof => return Err(cut()),
            event if in_text => push_text(event, into)?,
            _ => {}
        }
    }
    unescape(into);
    Ok(())
}

fn unescape(text: &mut String) {
    if let Some(resolved) = unescaped(text) {
        *text = resolved;
    }
}

/// Resolves `_x000D_`, in which Excel writes letters that XML does not have; `None` where there are none.
pub fn unescaped(text: &str) -> Option<String> {
    if !text.contains("_x") {
        return None;
    }
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, behind) = rest.split_at(at);
        resolved.push_str(before);
        let digits = behind.get(2..6).filter(|_| behind.get(6..7) == Some("_"));
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let letter = digits.and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
        match letter {
            Some(letter) => {
                resolved.push(letter);
                rest = behind.get(7..).unwrap_or_default();
            }
            None => {
                resolved.push_str("_x");
                rest = behind.get(2..).unwrap_or_default();
            }
        }
    }
    resolved.push_str(rest);
    Some(resolved)
}

/// An index of a cell into the texts.
pub(super) fn missing(cell: &str) -> SourceError {
    damaged(format_args!("cell {cell} refers to a text that is not there"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_xml_does_not_have() {
        for (text, expected) in [
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xyzåö_x00", "_xyzåö_x00"),
            ("_xD800_", "_xD800_"),
        ] {
            let mut text = text.to_owned();
            unescape(&mut text);
            assert_eq!(text, expected);
        }
    }
}
