//! The header of a file: `KEYWORD[language]("sub-key")=value,value;`, one after
//! another until `DATA=`.
//!
//! Texts stand in quotes, which they cannot hold themselves; texts beside each
//! other are one. Read as bytes, because the encoding is one of the keywords.

use std::io::Read;

use super::bytes::Bytes;
use super::charset::Seen;
use super::form;
use crate::{SourceError, shown};

/// The most bytes that are kept of a header. A table with all municipalities in
/// three languages has a hundred thousand.
const LIMIT: usize = 16 << 20;

/// The longest keyword or language, in bytes.
const WORD: usize = 64;

/// The keywords that say how the cells are to be read. Notes, contacts and
/// dates are read past.
const KEPT: [&str; 13] = [
    "CHARSET",
    "CODEPAGE",
    "LANGUAGE",
    "LANGUAGES",
    "STUB",
    "HEADING",
    "VALUES",
    "CODES",
    "TIMEVAL",
    "UNITS",
    "CONTENTS",
    "CONTVARIABLE",
    "KEYS",
];

/// A piece of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// Between quotes.
    Text(Vec<u8>),
    /// Without quotes: YES, a number, TLIST.
    Bare(Vec<u8>),
    Comma,
    Open,
    Close,
}

/// One keyword with what it says.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) keyword: String,
    pub(super) language: Option<Vec<u8>>,
    pub(super) keys: Vec<Vec<u8>>,
    pub(super) values: Vec<Token>,
}

impl Statement {
    /// The values of a list, without what separates them.
    pub(super) fn list(&self) -> Vec<&[u8]> {
        list(&self.values)
    }
}

/// The texts between commas.
pub(super) fn list(tokens: &[Token]) -> Vec<&[u8]> {
    tokens
        .iter()
        .filter_map(|token| match token {
            Token::Text(text) | Token::Bare(text) => Some(text.as_slice()),
            _ => None,
        })
        .collect()
}

/// The statements of a header.
pub(super) struct Header<'b, R: Read> {
    bytes: &'b mut Bytes<R>,
    kept: usize,
    seen: Seen,
}

impl<'b, R: Read> Header<'b, R> {
    pub(super) fn new(bytes: &'b mut Bytes<R>) -> Self {
        Self {
            bytes,
            kept: 0,
            seen: Seen::default(),
        }
    }

    /// Reads up to `DATA=`.
    pub(super) fn read(mut self) -> Result<(Vec<Statement>, Seen), SourceError> {
        let mut statements = Vec::new();
        self.byte_order_mark()?;
        loop {
            self.bytes
                .skip(|byte| byte.is_ascii_whitespace() || byte == b';')?;
            let line = self.bytes.line();
            let keyword = self.word(line)?.to_ascii_uppercase();
            let kept = KEPT.contains(&keyword.as_str()) || keyword.starts_with("DATASYMBOL");
            let language = self.language(line)?;
            let keys = self.keys(kept)?;
            self.expect(b'=', &keyword, line)?;
            if keyword == "DATA" {
                return Ok((statements, self.seen));
            }
            let values = self.tokens(kept, b';')?;
            if kept {
                self.keep(size_of::<Statement>() + keyword.len(), line)?;
                statements.push(Statement {
                    keyword,
                    language,
                    keys,
                    values,
                });
            }
        }
    }

    fn byte_order_mark(&mut self) -> Result<(), SourceError> {
        match self.bytes.peek()? {
            None => return Err(SourceError::Empty),
            Some(0xff | 0xfe) => {
                return Err(SourceError::Form(
                    "The PX file is UTF-16, which the format does not know. Save it as UTF-8.".to_owned(),
                ));
            }
            Some(0xef) => {}
            Some(_) => return Ok(()),
        }
        for expected in *b"\xef\xbb\xbf" {
            if self.bytes.take()? != Some(expected) {
                return Err(foreign(1, &[0xef]));
            }
        }
        Ok(())
    }

    fn word(&mut self, line: u64) -> Result<String, SourceError> {
        let mut word = String::new();
        while let Some(byte) = self.bytes.peek()? {
            let part = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            if !part {
                break;
            }
            if word.len() == WORD {
                return Err(foreign(line, word.as_bytes()));
            }
            self.bytes.take()?;
            word.push(char::from(byte));
        }
        match (word.is_empty(), self.bytes.peek()?) {
            (false, _) => Ok(word),
            (true, None) => Err(cut(self.bytes.line())),
            (true, Some(byte)) => Err(foreign(line, &[byte])),
        }
    }

    /// `[sv]`, also `["sv"]`.
    fn language(&mut self, line: u64) -> Result<Option<Vec<u8>>, SourceError> {
        self.space()?;
        if self.bytes.peek()? != Some(b'[') {
            return Ok(None);
        }
        self.bytes.take()?;
        let mut name = Vec::new();
        loop {
            match self.bytes.take()? {
                None => return Err(cut(self.bytes.line())),
                Some(b']') => return Ok(Some(name)),
                Some(b'"') => {}
                Some(_) if name.len() == WORD => return Err(foreign(line, &name)),
                Some(byte) => name.push(byte.to_ascii_lowercase()),
            }
        }
    }

    fn keys(&mut self, kept: bool) -> Result<Vec<Vec<u8>>, SourceError> {
        self.space()?;
        if self.bytes.peek()? != Some(b'(') {
            return Ok(Vec::new());
        }
        self.bytes.take()?;
        let tokens = self.tokens(kept, b')')?;
        Ok(list(&tokens).into_iter().map(<[u8]>::to_vec).collect())
    }

    fn expect(&mut self, wanted: u8, keyword: &str, line: u64) -> Result<(), SourceError> {
        self.space()?;
        match self.bytes.take()? {
            Some(byte) if byte == wanted => Ok(()),
            Some(_) => Err(foreign(line, keyword.as_bytes())),
            None => Err(cut(self.bytes.line())),
        }
    }

    fn space(&mut self) -> Result<(), SourceError> {
        self.bytes.skip(|byte| byte.is_ascii_whitespace())
    }

    /// The tokens up to a byte outside quotes, which is taken too.
    fn tokens(&mut self, kept: bool, end: u8) -> Result<Vec<Token>, SourceError> {
        let mut tokens = Vec::new();
        loop {
            self.space()?;
            let line = self.bytes.line();
            let Some(byte) = self.bytes.take()? else {
                return Err(cut(line));
            };
            let token = match byte {
                _ if byte == end => return Ok(tokens),
                b'"' => Token::Text(self.text(kept, line)?),
                b',' => Token::Comma,
                b'(' => Token::Open,
                b')' => Token::Close,
                _ => Token::Bare(self.bare(byte, line)?),
            };
            if !kept {
                continue;
            }
            self.keep(size_of::<Token>(), line)?;
            match (tokens.last_mut(), token) {
                (Some(Token::Text(before)), Token::Text(more)) => before.extend(more),
                (_, token) => tokens.push(token),
            }
        }
    }

    fn text(&mut self, kept: bool, line: u64) -> Result<Vec<u8>, SourceError> {
        let mut text = Vec::new();
        let mut length = 0;
        loop {
            match self.bytes.take()? {
                None => {
                    return Err(form(format!(
                        "The quote that opens on line {line} is never closed: the file has been cut. Ask for it again."
                    )));
                }
                Some(b'"') => break,
                Some(byte) => {
                    length += 1;
                    if length > LIMIT {
                        return Err(form(format!(
                            "The quote that opens on line {line} is not closed within {} MB. Ask for a file where every \
                             text ends with a quote.",
                            LIMIT >> 20
                        )));
                    }
                    if kept {
                        self.keep(1, line)?;
                        text.push(byte);
                    }
                }
            }
        }
        self.seen.look(&text, line);
        Ok(text)
    }

    fn bare(&mut self, first: u8, line: u64) -> Result<Vec<u8>, SourceError> {
        let mut word = vec![first];
        while let Some(byte) = self.bytes.peek()? {
            if byte.is_ascii_whitespace() || matches!(byte, b'"' | b',' | b';' | b'(' | b')') {
                break;
            }
            self.keep(1, line)?;
            self.bytes.take()?;
            word.push(byte);
        }
        Ok(word)
    }

    fn keep(&mut self, bytes: usize, line: u64) -> Result<(), SourceError> {
        self.kept += bytes;
        if self.kept <= LIMIT {
            return Ok(());
        }
        Err(form(format!(
            "Line {line}: the header, before DATA, is larger than {} MB. Is this a PX file?",
            LIMIT >> 20
        )))
    }
}

fn foreign(line: u64, found: &[u8]) -> SourceError {
    form(format!(
        "Line {line}: expected a keyword such as VALUES(\"…\")=, found '{}'. The file is no PX file, or a `;` or a quote \
         is missing above.",
        shown(found)
    ))
}

fn cut(line: u64) -> SourceError {
    form(format!(
        "The file ends on line {line}, before its DATA: it has been cut. Ask for it again."
    ))
}
