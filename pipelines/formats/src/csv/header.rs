//! What the columns are called.

/// One name for each column of a header of one or several rows.
///
/// In all rows but the last, an empty cell belongs to the cell before it, as merged cells are saved, until a
/// new group begins in it or in a row above. The cells of a column are joined by a space. Columns at the end
/// without any cell are no columns. A column without a name is called by its place, from 1, and of those that
/// would be called the same each gets a number: `antal (1)`, `antal (2)`, so that nobody means one and gets the
/// other.
pub(super) fn names(rows: Vec<Vec<String>>) -> Vec<String> {
    told_apart(joined(rows))
}

/// The cells of each column, joined as [`names`] does, and nothing more.
pub(crate) fn joined(mut rows: Vec<Vec<String>>) -> Vec<String> {
    let filled = |row: &Vec<String>| {
        row.iter()
            .rposition(|cell| !cell.is_empty())
            .map_or(0, |at| at + 1)
    };
    let width = rows.iter().map(filled).max().unwrap_or(0);
    for row in &mut rows {
        row.resize(width, String::new());
    }
    let mut names = vec![String::new(); width];
    // Where a group begins in this row or in one above.
    let mut begins = vec![false; width];
    let last = rows.len().saturating_sub(1);
    for (at, row) in rows.iter().enumerate() {
        let mut group = "";
        for ((name, begins), cell) in names.iter_mut().zip(&mut begins).zip(row) {
            *begins |= !cell.is_empty();
            if *begins || at == last {
                group = cell;
            }
            if !name.is_empty() && !group.is_empty() {
                name.push(' ');
            }
            name.push_str(group);
        }
    }
    names
}

/// Names what has no name by its place, and tells apart what is called the same, as [`names`] does.
pub(crate) fn told_apart(mut names: Vec<String>) -> Vec<String> {
    for (at, name) in names.iter_mut().enumerate() {
        if name.is_empty() {
            *name = (at + 1).to_string();
        }
    }
    let mut times = std::collections::HashMap::new();
    for name in &names {
        *times.entry(name.clone()).or_insert(0_usize) += 1;
    }
    let mut seen = std::collections::HashMap::new();
    names
        .into_iter()
        .map(|name| {
            if times.get(&name).is_none_or(|times| *times == 1) {
                return name;
            }
            let number = seen.entry(name.clone()).or_insert(0_usize);
            *number += 1;
            format!("{name} ({number})")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    fn of(rows: &[&str]) -> Vec<String> {
        names(
            rows.iter()
                .map(|row| row.split(';').map(str::to_owned).collect())
                .collect(),
        )
    }

    #[test]
    fn one_row() {
        assert_eq!(of(&["a;b;;"]), ["a", "b"]);
        assert_eq!(of(&[";a;;b"]), ["1", "a", "3", "b"]);
        assert_eq!(of(&["antal;a;antal"]), ["antal (1)", "a", "antal (2)"]);
        assert_eq!(of(&["3;;;x"]), ["3 (1)", "2", "3 (2)", "x"]);
    }

    #[test]
    fn merged_cells_reach_to_the_next_group() {
        assert_eq!(
            of(&[";;2022;;2023;", "Kommun;Kön;Antal;Andel;Antal;Andel"]),
            [
                "Kommun",
                "Kön",
                "2022 Antal",
                "2022 Andel",
                "2023 Antal",
                "2023 Andel"
            ]
        );
        assert_eq!(
            of(&["Kommun;2022;;", ";Antal;Andel;"]),
            ["Kommun", "2022 Antal", "2022 Andel"]
        );
        assert_eq!(
            of(&["2022;;;;2023;", "Män;;Kvinnor;;Män;", "n;%;n;%;n;%"]),
            [
                "2022 Män n",
                "2022 Män %",
                "2022 Kvinnor n",
                "2022 Kvinnor %",
                "2023 Män n",
                "2023 Män %"
            ]
        );
        // A group of the second row does not reach into the next one of the first.
        assert_eq!(
            of(&["2022;;2023", "Män;;", "n;%;n"]),
            ["2022 Män n", "2022 Män %", "2023 n"]
        );
    }
}
