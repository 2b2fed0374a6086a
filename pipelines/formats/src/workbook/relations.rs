//! What the parts of a workbook of Excel refer to.
//!
//! Method: ECMA-376, part 2, chapter 9 (relationships).

use quick_xml::events::Event;

use super::package::{Package, damaged};
use super::xml::local;
use crate::SourceError;

/// The most sheets of a workbook, and parts that it refers to.
pub(super) const SHEETS: usize = 10_000;

/// One line of a list of relations.
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type, which is the same in all editions.
    pub(super) kind: String,
    pub(super) target: String,
}

/// The relations in a part; none when it is not there.
pub(super) fn relations(package: &Package, part: &str, folder: &str) -> Result<Vec<Relation>, SourceError> {
    let part = part.trim_start_matches('/');
    let mut relations = Vec::new();
    if !package.has(part) {
        return Ok(relations);
    }
    let mut xml = package.xml(part)?;
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "Relationship" => {
                let kind = local(&start, "Type")?.unwrap_or_default();
                let target = local(&start, "Target")?.unwrap_or_default();
                relations.push(Relation {
                    id: local(&start, "Id")?.unwrap_or_default().into_owned(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: resolve(folder, &target),
                });
                if relations.len() > SHEETS {
                    return Err(damaged(format_args!("it refers to more than {SHEETS} parts")));
                }
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// The part that a relation in `folder` names.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut path: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|name| !name.is_empty()).collect(),
    };
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            name => path.push(name),
        }
    }
    path.join("/")
}
