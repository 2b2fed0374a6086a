//! Notes and sums below a table.

/// The most rows of them.
const ROWS: usize = 30;

/// What notes begin with.
const NOTES: [&str; 14] = [
    "källa",
    "kalla:",
    "source",
    "anm:",
    "anm.",
    "anmärkning",
    "not:",
    "noter",
    "obs:",
    "obs!",
    "fotnot",
    "uttag",
    "copyright",
    "©",
];

/// What sums are called.
const SUMS: [&str; 4] = ["summa", "totalt", "total", "sum"];

/// The records at the end of a text that are no rows of its table: sources and notes, and sums that leave cells of
/// the table empty.
pub(super) fn rows(text: &str, delimiter: u8, width: usize) -> u64 {
    if width < 2 {
        return 0;
    }
    let closed = text.ends_with(['\n', '\r']);
    let lines = text.lines().rev().map(|line| cells(line, delimiter));
    // A line without anything is no record; one with all its marks is.
    let records = lines.filter(|cells| cells.len() == width || cells.iter().any(|cell| !cell.is_empty()));
    let below: Vec<bool> = records
        .take(ROWS)
        .enumerate()
        .map_while(|(at, cells)| is_below(&cells, width, closed || at > 0))
        .collect();
    // All of it would be no table; and empty rows alone may be some.
    match below.len() < ROWS && below.contains(&true) {
        true => below.len() as u64,
        false => 0,
    }
}

fn cells(line: &str, delimiter: u8) -> Vec<&str> {
    line.split(char::from(delimiter))
        .map(|cell| cell.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\''))
        .collect()
}

/// Whether a record is a note or sum, or an empty row; `None` when it is a row of the table.
fn is_below(cells: &[&str], width: usize, closed: bool) -> Option<bool> {
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    if filled == 0 {
        return Some(false);
    }
    let first = cells
        .first()
        .filter(|first| !first.is_empty() && filled < width)?;
    let lower = first.to_lowercase();
    let sum = SUMS
        .iter()
        .any(|sum| lower == *sum || lower.starts_with(&format!("{sum} ")));
    let note = NOTES.iter().any(|note| lower.starts_with(note)) || first.starts_with('*');
    // A row that was cut is short as well.
    let sentence = first.chars().count() >= 15 && first.contains(' ') && (closed || first.ends_with('.'));
    // A note may hold the mark that stands between fields.
    let below = match note {
        true => filled == 1 || cells.len() < width,
        false => sum || (filled == 1 && sentence && cells.len() < width),
    };
    below.then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_and_sums_are_no_rows() {
        let table = "kommun;år;andel;n\nKil;2022;1,5;8\nEda;2023;2,25;7\n";
        let below = |end: &str| rows(&format!("{table}{end}"), b';', 4);
        assert_eq!(below(""), 0);
        assert_eq!(below("Summa;;3,75;\n\nKälla: SCB; uttag 2024\n"), 2);
        assert_eq!(below("Summa;;3,75;\n\nKälla: SCB\n"), 2);
        assert_eq!(below("Källa: SCB"), 1);
        assert_eq!(below("Källa: SCB;;;\n* preliminära uppgifter;;;\n"), 2);
        assert_eq!(below("Uppgifterna avser folkbokförda.\n"), 1);
        assert_eq!(below(";;;\nSumma;;3,75;\n;;;\nKälla: SCB;;;\n"), 4);
        assert_eq!(below(";;;\n;;;\n"), 0);
        // Rows of the table, and one that was cut.
        assert_eq!(below("Totalt;2023;1,9;15\n"), 0);
        assert_eq!(below("Arvika;;;\n"), 0);
        assert_eq!(below("Västra Götalands"), 0);
        assert_eq!(rows("a,b\n1,2\nKälla: SCB, 2024\n", b',', 3), 1);
    }
}
