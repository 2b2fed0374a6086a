//! Names for the columns of a table.

use std::collections::{HashMap, HashSet};

use crate::may_hold_identity;

/// The longest name that a definition accepts.
const LONGEST: usize = 60;

/// A header as the name of a column: small letters a–z, digits and `_`, a letter first; `None` when nothing of
/// it is left.
pub(super) fn suggested(header: &str) -> Option<String> {
    let mut name = String::new();
    for c in header.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            'å' | 'ä' | 'à' | 'á' | 'â' | 'æ' => name.push('a'),
            'ö' | 'ø' | 'ò' | 'ó' | 'ô' => name.push('o'),
            'é' | 'è' | 'ê' | 'ë' => name.push('e'),
            'ü' | 'ú' | 'ù' => name.push('u'),
            'ç' => name.push('c'),
            'ñ' => name.push('n'),
            '%' if name.ends_with('_') => name.push_str("procent"),
            '%' => name.push_str("_procent"),
            // Accents that stand alone, as some systems write å.
            '\u{300}'..='\u{36f}' => {}
            _ if name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    let name = name.trim_matches('_');
    let name = match name.chars().next() {
        None => return None,
        Some('0'..='9') => format!("kolumn_{name}"),
        Some(_) if name == "design" || name.starts_with("design_") => format!("urval_{name}"),
        Some(_) => name.to_owned(),
    };
    let cut = name.get(..LONGEST.min(name.len())).unwrap_or_default();
    Some(cut.trim_end_matches('_').to_owned())
}

/// Names for all columns, each once.
pub(super) fn all(headers: &[String]) -> Vec<String> {
    let mut taken = HashSet::new();
    // The next number for each name, so that a thousand equal headers take no million tries.
    let mut next: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::new();
    for (at, header) in headers.iter().enumerate() {
        // A row of persons taken for a header lends its names to nothing.
        let told = (!may_hold_identity(header)).then(|| suggested(header)).flatten();
        let name = told.unwrap_or_else(|| format!("kolumn_{}", at + 1));
        let short = name
            .get(..name.len().min(LONGEST - 8))
            .unwrap_or(&name)
            .to_owned();
        let mut free = name;
        while taken.contains(&free) {
            let number = next.entry(short.clone()).or_insert(1);
            *number += 1;
            free = format!("{short}_{number}");
        }
        taken.insert(free.clone());
        names.push(free);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_a_definition() {
        for (header, name) in [
            ("Kön", "kon"),
            ("Ålder vid årets slut", "alder_vid_arets_slut"),
            ("Andel (%)", "andel_procent"),
            ("2022 Antal", "kolumn_2022_antal"),
            ("designvikt", "designvikt"),
            ("design", "urval_design"),
            ("A\u{30a}r", "ar"),
        ] {
            assert_eq!(suggested(header).as_deref(), Some(name));
        }
        assert_eq!(suggested("!?"), None);
        let headers = ["a", "A", "", "a_2", "1"].map(str::to_owned);
        assert_eq!(all(&headers), ["a", "a_2", "kolumn_3", "a_2_2", "kolumn_1"]);
        let persons = ["650928-9960", "Namn"].map(str::to_owned);
        assert_eq!(all(&persons), ["kolumn_1", "namn"]);
        let long = vec!["x".repeat(90); 2];
        assert!(all(&long).iter().all(|name| name.len() <= LONGEST));
    }
}
