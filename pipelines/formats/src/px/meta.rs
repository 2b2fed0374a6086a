//! What a header says of the cube: its variables with codes and texts, in one of
//! the file's languages.

use std::collections::{BTreeSet, HashMap};

use super::charset::{Charset, Seen};
use super::form;
use super::statement::{Statement, Token};
use super::timeval;
use crate::cube::{self, Cube, Dimension};
use crate::{Field, FieldKind, SourceError, listed};

/// The header of a file, read.
pub(super) struct Meta {
    pub(super) cube: Cube,
    /// How many of the dimensions stand in the stub; the others are the heading.
    pub(super) stub: usize,
    /// With KEYS, for each variable of the stub: the place of each key.
    pub(super) keys: Option<Vec<HashMap<String, u64>>>,
    /// The texts of missing values, of one dot and more; then that of `-`.
    pub(super) symbols: Vec<String>,
    pub(super) charset: Charset,
}

/// The most dots of a symbol; seven are a sum of differing ones.
pub(super) const DOTS: usize = 7;

/// Reads the statements, in a language of the file; without one, in its first.
pub(super) fn read(
    statements: Vec<Statement>,
    seen: &Seen,
    language: Option<&str>,
) -> Result<Meta, SourceError> {
    let said = |keyword: &str| {
        let found = statements.iter().find(|statement| statement.keyword == keyword);
        let value = found.and_then(|found| found.list().first().map(|text| text.to_vec()));
        value.unwrap_or_default()
    };
    let charset = Charset::find(&said("CODEPAGE"), &said("CHARSET"), seen)?;
    let words = Words::new(statements, charset, language)?;
    let variables = words.variables()?;
    let mut dimensions = Vec::new();
    let mut cells = 1_u64;
    for variable in &variables.names {
        let dimension = words.dimension(variable)?;
        // Before the next list of periods is written out.
        cells = cells.saturating_mul(dimension.categories.len() as u64);
        dimensions.push(dimension);
        if cells > 1 << 40 {
            break;
        }
    }
    let value = Field {
        label: words.text("CONTENTS", &[]),
        kind: Some(FieldKind::Number),
        unit: words.unit(&variables.names, &dimensions),
        ..Field::default()
    };
    let keys = words.keys(variables.names.get(..variables.stub).unwrap_or_default())?;
    let dots = (1..=DOTS).map(|dots| {
        let keyword = match dots {
            DOTS => "DATASYMBOLSUM".to_owned(),
            _ => format!("DATASYMBOL{dots}"),
        };
        words.text(&keyword, &[]).unwrap_or_else(|| ".".repeat(dots))
    });
    let nil = words.text("DATASYMBOLNIL", &[]);
    let symbols = dots.chain([nil.unwrap_or_else(|| "-".to_owned())]).collect();
    Ok(Meta {
        cube: Cube::new(dimensions, value)?,
        stub: variables.stub,
        keys,
        symbols,
        charset: words.charset,
    })
}

/// A variable in the language that is read and in that of the file.
struct Name {
    here: String,
    first: String,
}

struct Variables {
    names: Vec<Name>,
    stub: usize,
}

/// A keyword, its language and its sub-keys.
type Key = (String, Option<String>, Vec<String>);

/// All statements by what they are about.
struct Words {
    entries: HashMap<Key, Vec<Token>>,
    language: Option<String>,
    charset: Charset,
}

impl Words {
    fn new(statements: Vec<Statement>, charset: Charset, wanted: Option<&str>) -> Result<Self, SourceError> {
        let decode = |text: &[u8]| charset.decode(text);
        let mut entries = HashMap::new();
        let mut languages = BTreeSet::new();
        let mut first = None;
        for statement in statements {
            let mut named = statement
                .list()
                .into_iter()
                .map(|text| decode(text).to_lowercase());
            match statement.keyword.as_str() {
                "LANGUAGE" => first = named.next(),
                "LANGUAGES" => languages.extend(named),
                _ => {}
            }
            let language = statement
                .language
                .as_deref()
                .map(|name| decode(name).to_lowercase());
            let keys = statement.keys.iter().map(|key| decode(key)).collect();
            entries.insert((statement.keyword, language, keys), statement.values);
        }
        languages.extend(first.clone());
        let wanted = wanted.map(str::to_lowercase);
        if let Some(wanted) = wanted.as_ref().filter(|wanted| !languages.contains(*wanted)) {
            let all: Vec<_> = languages.iter().collect();
            return Err(form(format!(
                "The file is not in the language '{wanted}'; its languages are: {}. Change `language` in [source].",
                if all.is_empty() {
                    "none named".to_owned()
                } else {
                    listed(&all)
                }
            )));
        }
        Ok(Self {
            entries,
            language: wanted.or(first),
            charset,
        })
    }

    /// What is said in the language, else what is said without one.
    fn find(&self, keyword: &str, keys: &[&str]) -> Option<&[Token]> {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let of = |language: Option<String>| self.entries.get(&(keyword.to_owned(), language, keys.clone()));
        let here = self.language.clone().and_then(|language| of(Some(language)));
        here.or_else(|| of(None)).map(Vec::as_slice)
    }

    /// The same of a variable, whose name has languages too.
    fn of(&self, keyword: &str, variable: &Name) -> Option<&[Token]> {
        let here = self.find(keyword, &[&variable.here]);
        here.or_else(|| self.find(keyword, &[&variable.first]))
    }

    fn texts(&self, tokens: &[Token]) -> Vec<String> {
        let texts = super::statement::list(tokens).into_iter();
        texts.map(|text| self.charset.decode(text)).collect()
    }

    fn text(&self, keyword: &str, keys: &[&str]) -> Option<String> {
        let text = self
            .find(keyword, keys)
            .map(|tokens| self.texts(tokens).join(" "))?;
        Some(text).filter(|text| !text.is_empty())
    }

    fn variables(&self) -> Result<Variables, SourceError> {
        let mut names = Vec::new();
        let mut stub = 0;
        for keyword in ["STUB", "HEADING"] {
            let plain = self.entries.get(&(keyword.to_owned(), None, Vec::new()));
            let here = self
                .find(keyword, &[])
                .map(|tokens| self.texts(tokens))
                .unwrap_or_default();
            let first = plain
                .map(|tokens| self.texts(tokens))
                .unwrap_or_else(|| here.clone());
            if here.len() != first.len() {
                return Err(form(format!(
                    "{keyword} names {} variables, and {} in the language {}. Ask for a file where every language has \
                     them all.",
                    first.len(),
                    here.len(),
                    listed(&[self.language.as_deref().unwrap_or_default()])
                )));
            }
            let pairs = here.into_iter().zip(first);
            names.extend(pairs.map(|(here, first)| Name { here, first }));
            if keyword == "STUB" {
                stub = names.len();
            }
        }
        if names.is_empty() {
            return Err(form(
                "The file has neither STUB nor HEADING, which name its variables: it is not whole. Ask for it again.",
            ));
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = names.iter().find(|name| !seen.insert(&name.here)) {
            return Err(form(format!(
                "STUB and HEADING name {} twice.",
                listed(&[&twice.here])
            )));
        }
        Ok(Variables { names, stub })
    }

    fn dimension(&self, variable: &Name) -> Result<Dimension, SourceError> {
        let name = &variable.here;
        let codes = self.of("CODES", variable).map(|tokens| self.texts(tokens));
        let texts = match (self.of("VALUES", variable), self.of("TIMEVAL", variable), &codes) {
            (Some(tokens), ..) => self.texts(tokens),
            (None, Some(tokens), _) => timeval::periods(tokens)?,
            (None, None, Some(codes)) => codes.clone(),
            (None, None, None) => {
                return Err(form(format!(
                    "The variable {} has neither VALUES, CODES nor TIMEVAL: the file is not whole. Ask for it again.",
                    listed(&[name])
                )));
            }
        };
        if let Some(codes) = &codes {
            if codes.len() != texts.len() {
                return Err(form(format!(
                    "The variable {} has {} CODES and {} VALUES. Ask for a file where each value has its code.",
                    listed(&[name]),
                    codes.len(),
                    texts.len()
                )));
            }
            let mut seen = BTreeSet::new();
            if let Some(twice) = codes.iter().find(|code| !seen.insert(*code)) {
                return Err(form(format!(
                    "The variable {} has the code {} twice.",
                    listed(&[name]),
                    listed(&[twice])
                )));
            }
        }
        let codes = codes.unwrap_or_else(|| texts.clone());
        Ok(Dimension {
            name: name.clone(),
            label: None,
            categories: codes.into_iter().zip(texts).collect(),
        })
    }

    /// The unit of the cells: one for all, or one for each value of the contents variable.
    fn unit(&self, names: &[Name], dimensions: &[Dimension]) -> Option<String> {
        let all = || self.text("UNITS", &[]);
        let contents = self.text("CONTVARIABLE", &[]).and_then(|contents| {
            let at = names
                .iter()
                .position(|name| name.here == contents || name.first == contents)?;
            Some((names.get(at)?, dimensions.get(at)?))
        });
        let Some((name, dimension)) = contents else {
            return all();
        };
        let first = self.first_values(name);
        let units: Vec<_> = dimension
            .categories
            .iter()
            .enumerate()
            .map(|(at, (_, text))| {
                let other = first.get(at).map_or("", String::as_str);
                let own = self
                    .text("UNITS", &[text])
                    .or_else(|| self.text("UNITS", &[other]));
                (text.clone(), own.or_else(all).unwrap_or_default())
            })
            .collect();
        cube::unit(&units)
    }

    /// The values in the file's own language, in which sub-keys and KEYS may be.
    fn first_values(&self, variable: &Name) -> Vec<String> {
        let key = ("VALUES".to_owned(), None, vec![variable.first.clone()]);
        let tokens = self.entries.get(&key).map(Vec::as_slice);
        let tokens = tokens.or_else(|| self.of("VALUES", variable));
        tokens.map(|tokens| self.texts(tokens)).unwrap_or_default()
    }

    fn keys(&self, stub: &[Name]) -> Result<Option<Vec<HashMap<String, u64>>>, SourceError> {
        let given: Vec<_> = stub.iter().map(|name| self.of("KEYS", name)).collect();
        if given.iter().all(Option::is_none) {
            return Ok(None);
        }
        let mut all = Vec::new();
        for (name, given) in stub.iter().zip(given) {
            let values = || match self.first_values(name) {
                // Periods may stand in TIMEVAL alone.
                none if none.is_empty() => self.dimension(name).map(|dimension| {
                    let labels = dimension.categories.into_iter();
                    labels.map(|(_, label)| label).collect()
                }),
                values => Ok(values),
            };
            let kind = given.map(|tokens| self.texts(tokens).concat().to_ascii_uppercase());
            let texts = match kind.as_deref() {
                Some("VALUES") => values()?,
                Some("CODES") => {
                    let codes = self.of("CODES", name).map(|tokens| self.texts(tokens));
                    codes.map_or_else(values, Ok)?
                }
                _ => {
                    return Err(form(format!(
                        "KEYS has to say VALUES or CODES for every variable of STUB; for {} it does not.",
                        listed(&[&name.first])
                    )));
                }
            };
            all.push(texts.into_iter().zip(0..).collect());
        }
        Ok(Some(all))
    }
}
