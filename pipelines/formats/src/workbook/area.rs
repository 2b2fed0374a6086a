//! Cells and ranges by their names, such as `B4:H200`.

use std::fmt;

/// The most rows and columns of a sheet.
pub(super) const ROWS: u32 = 1_048_576;
pub(super) const COLUMNS: u32 = 16_384;

/// A part of a sheet; rows and columns from 0, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) rows: (u32, u32),
    pub(super) columns: (u32, u32),
}

impl Area {
    /// The whole sheet.
    pub(super) const ALL: Self = Self {
        rows: (0, ROWS - 1),
        columns: (0, COLUMNS - 1),
    };

    /// Reads `B4:H200`, or `B4:H`, `B4:` and `B:H`, which are open downwards or to the right.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(':')?;
        let (column, row) = cell(from)?;
        let (last_column, last_row) = cell(to)?;
        let area = Self {
            rows: (row.unwrap_or(0), last_row.unwrap_or(ROWS - 1)),
            columns: (column?, last_column.unwrap_or(COLUMNS - 1)),
        };
        (area.rows.0 <= area.rows.1 && area.columns.0 <= area.columns.1).then_some(area)
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (
            name(self.columns.0, self.rows.0),
            name(self.columns.1, self.rows.1),
        );
        write!(f, "{from}:{to}")
    }
}

/// The column and the row of a name; what is not there is `None`.
pub(super) fn cell(name: &str) -> Option<(Option<u32>, Option<u32>)> {
    let name = name.as_bytes();
    let name = name.strip_prefix(b"$").unwrap_or(name);
    let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (letters, digits) = name.split_at_checked(letters)?;
    let digits = digits.strip_prefix(b"$").unwrap_or(digits);
    if letters.len() > 3 || digits.len() > 7 {
        return None;
    }
    let mut column = 0;
    for letter in letters {
        column = column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    let mut row = 0;
    for digit in digits {
        row = row * 10 + u32::from(digit.is_ascii_digit().then(|| digit - b'0')?);
    }
    let column = column.checked_sub(1);
    let row = match digits {
        [] => None,
        _ => Some(row.checked_sub(1)?),
    };
    (column.is_none_or(|column| column < COLUMNS) && row.is_none_or(|row| row < ROWS))
        .then_some((column, row))
}

/// The name of a cell, as `B4`.
pub(super) fn name(column: u32, row: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while let Some(at) = left.checked_sub(1) {
        letters.insert(0, char::from(b'A' + (at % 26) as u8));
        left = at / 26;
    }
    format!("{}{}", String::from_iter(letters), u64::from(row) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for at in ["A1", "Z9", "AA10", "XFD1048576"] {
            let (column, row) = cell(at).unwrap_or_default();
            assert_eq!(name(column.unwrap_or_default(), row.unwrap_or_default()), at);
        }
    }

    #[test]
    fn ranges() {
        let area = |rows, columns| Some(Area { rows, columns });
        for (text, expected) in [
            ("B4:H200", area((3, 199), (1, 7))),
            ("$B$4:$H$200", area((3, 199), (1, 7))),
            ("b4:h", area((3, ROWS - 1), (1, 7))),
            ("B4:", area((3, ROWS - 1), (1, COLUMNS - 1))),
            ("A:XFD", Some(Area::ALL)),
            ("B4", None),
            ("4:9", None),
            ("H4:B9", None),
            ("A0:B9", None),
            ("XFE1:XFE2", None),
            ("A1048577:B", None),
            ("A9999999999:B", None),
            ("Å1:Ö2", None),
        ] {
            assert_eq!(Area::parse(text), expected, "{text}");
        }
    }
}
