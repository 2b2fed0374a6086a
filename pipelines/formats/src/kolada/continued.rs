//! Whether the page that a lone page names lies in another file of the folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::page_number;
use crate::json;
use crate::options::SourceOptions;

/// The most files that are looked into.
const FILES: usize = 1000;

/// What a page says of its place among others.
#[derive(Deserialize)]
struct Page {
    values: Vec<Entry>,
    #[serde(default, alias = "next_page")]
    next_url: Option<String>,
    #[serde(default, alias = "previous_page")]
    previous_url: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    kpi: Option<String>,
}

/// Whether a file beside `path` has the page at the address `next`, which has some of these indicators.
pub(super) fn beside(path: &Path, next: &str, kpis: &BTreeSet<String>) -> bool {
    // A look at a file may go through a link to it.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let Some(files) = path.parent().and_then(|folder| fs::read_dir(folder).ok()) else {
        return false;
    };
    let others = files
        .flatten()
        .map(|entry| entry.path())
        .filter(|other| *other != path && other.to_string_lossy().contains(".json"));
    others.take(FILES).any(|other| {
        let Ok((bytes, _)) = json::load(&other, &SourceOptions::default()) else {
            return false;
        };
        let mut found = false;
        // What cannot be read is another file's matter.
        let _ = json::each::<Page>(&bytes, "a page of Kolada", |page| {
            found |= page.is_at(next, kpis);
            Ok(())
        });
        found
    })
}

impl Page {
    fn is_at(&self, address: &str, kpis: &BTreeSet<String>) -> bool {
        let number = |url: &Option<String>| {
            let url = url.as_deref().filter(|url| !url.is_empty())?;
            Some((page_number(url)?, request(url)))
        };
        let Some(wanted) = page_number(address) else {
            return false;
        };
        let same = |other: &str| {
            let request = request(address);
            // An address may say no more than the page.
            other == request || other.starts_with('?') || request.starts_with('?')
        };
        match (number(&self.previous_url), number(&self.next_url)) {
            (Some((before, other)), _) => before + 1 == wanted && same(&other),
            (None, Some((after, other))) => after == wanted + 1 && same(&other),
            // The last page does not say which it is: it is known by what it holds, where the address says that.
            (None, None) => {
                let named = kpis.iter().any(|kpi| address.contains(kpi.as_str()));
                let mut entries = self.values.iter().map(|entry| entry.kpi.as_deref());
                entries.any(|kpi| match kpi {
                    Some(kpi) if named => kpis.contains(kpi) || address.contains(kpi),
                    Some(_) => !kpis.is_empty(),
                    None => kpis.is_empty(),
                })
            }
        }
    }
}

/// What an address asks for, without the server and the page.
fn request(url: &str) -> String {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => url,
    };
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.starts_with("page="))
        .collect();
    pairs.sort_unstable();
    format!("{path}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_next_page_is_found_beside() {
        let page = |kpi: &str, next: &str| {
            format!(
                r#"{{"values":[{{"kpi":"{kpi}","municipality":"1715","period":2020,"values":[{{"gender":"T","value":1}}]}}],
                    "next_url":{next}}}"#
            )
        };
        let address = "https://api.kolada.se/v3/data/kpi/N1,N2/year/2020?per_page=1&page=2";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.json");
        fs::write(&path, page("N1", &format!("\"{address}\""))).unwrap();
        let kpis = BTreeSet::from(["N1".to_owned()]);
        let found = || beside(&path, address, &kpis);
        assert!(!found());
        let other = folder.path().join("2.json");
        for (text, is) in [
            (
                page("N2", r#""/v3/data/kpi/N1,N2/year/2020?page=3&per_page=1""#),
                true,
            ),
            (
                page("N2", r#""/v3/data/kpi/N1,N2/year/2020?page=4&per_page=1""#),
                false,
            ),
            (
                page("N2", r#""/v3/data/kpi/N7/year/2020?page=3&per_page=1""#),
                false,
            ),
            (page("N2", "null"), true),
            (page("N7", "null"), false),
            ("<html>".to_owned(), false),
        ] {
            fs::write(&other, &text).unwrap();
            assert_eq!(found(), is, "{text}");
        }
        // An address that names no indicator.
        fs::write(&other, page("N7", "null")).unwrap();
        assert!(beside(&path, "https://api.kolada.se/v3/data?page=2", &kpis));
        assert!(!beside(
            &path,
            "https://api.kolada.se/v3/kpi?page=2",
            &BTreeSet::new()
        ));
    }
}
