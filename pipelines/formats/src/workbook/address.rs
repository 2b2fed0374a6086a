//! Where a name of a workbook leads, in the words of Excel and of Open Document.
//!
//! Method: ECMA-376, part 1, chapter 18.17.2 (references); Open Document 1.3, part 3, chapter 19.586
//! (`cellRangeAddress`). What is neither is a formula, and none is computed here.

use super::area::{Area, COLUMNS, ROWS, cell};

/// Cells of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cells {
    pub(super) sheet: String,
    pub(super) area: Area,
}

/// Why a name leads to no cells that could be a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Nowhere,
    Several,
    Formula,
    Elsewhere,
    Endless,
    One,
    NoHeader,
}

impl Fault {
    /// What is said after the name.
    pub(super) fn clause(self) -> &'static str {
        match self {
            Self::Nowhere => "leads nowhere (#REF!): its cells have been deleted",
            Self::Several => "leads to several areas, of which a table is one",
            Self::Formula => "is a formula or a value and leads to no cells",
            Self::Elsewhere => "leads into another file",
            Self::Endless => "leads to whole columns or rows, with all that stands below or beside the table",
            Self::One => "leads to a single cell, which is no table",
            Self::NoHeader => "is a table whose header row is switched off",
        }
    }
}

/// Reads what Excel says: `'Blad 1'!$A$1:$C$20`.
pub(super) fn excel(text: &str) -> Result<Cells, Fault> {
    let text = text.trim();
    let text = text.strip_prefix('=').unwrap_or(text);
    if text.contains("#REF!") {
        return Err(Fault::Nowhere);
    }
    let (sheet, rest) = match quoted(text) {
        Some((sheet, rest)) => (sheet, rest.strip_prefix('!').ok_or(Fault::Formula)?),
        None => match text.split_once('!') {
            Some((sheet, rest)) if !sheet.contains(['(', '"', '{']) => (sheet.to_owned(), rest),
            _ => return Err(Fault::Formula),
        },
    };
    if rest.contains('(') {
        return Err(Fault::Formula);
    }
    // No sheet is called with these.
    if sheet.contains(['[', ']']) {
        return Err(Fault::Elsewhere);
    }
    if sheet.contains(':') || rest.contains(',') {
        return Err(Fault::Several);
    }
    let area = area(rest.split_once(':').unwrap_or((rest, "")))?;
    Ok(Cells { sheet, area })
}

/// Reads what Open Document says: `$'Blad 1'.$A$1:.$C$20`.
pub(super) fn open_document(text: &str) -> Result<Cells, Fault> {
    let text = text.trim();
    if text.is_empty() || text.contains("#REF!") {
        return Err(Fault::Nowhere);
    }
    let (sheet, rest) = place(text)?;
    let end = rest.find([':', ' ']).unwrap_or(rest.len());
    let (from, rest) = rest.split_at(end);
    let to = match rest.strip_prefix(':') {
        Some(rest) => {
            let (other, to) = place(rest)?;
            if !other.is_empty() && other != sheet {
                return Err(Fault::Several);
            }
            to
        }
        None => rest,
    };
    if to.contains(' ') {
        return Err(Fault::Several);
    }
    let area = area((from, to))?;
    Ok(Cells { sheet, area })
}

/// The sheet before the point, and what comes after it.
fn place(text: &str) -> Result<(String, &str), Fault> {
    let text = text.strip_prefix('$').unwrap_or(text);
    let (sheet, rest) = match quoted(text) {
        Some((_, rest)) if rest.starts_with('#') => return Err(Fault::Elsewhere),
        Some((sheet, rest)) => (sheet, rest.strip_prefix('.').ok_or(Fault::Formula)?),
        None => {
            let (sheet, rest) = text.split_once('.').ok_or(Fault::Formula)?;
            (sheet.to_owned(), rest)
        }
    };
    match sheet.contains([':', ' ', '(']) && quoted(text).is_none() {
        true => Err(Fault::Formula),
        false => Ok((sheet, rest)),
    }
}

/// A name between apostrophes, of which those in it are doubled, and what comes after it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('\'')?;
    let mut name = String::new();
    loop {
        let (part, after) = rest.split_once('\'')?;
        name.push_str(part);
        match after.strip_prefix('\'') {
            Some(after) => {
                name.push('\'');
                rest = after;
            }
            None => return Some((name, after)),
        }
    }
}

/// The cells between two, or one of them.
fn area((from, to): (&str, &str)) -> Result<Area, Fault> {
    let (left, top) = cell(from).ok_or(Fault::Formula)?;
    let (right, bottom) = match to {
        "" => (left, top),
        to => cell(to).ok_or(Fault::Formula)?,
    };
    let area = match (left, top, right, bottom) {
        (Some(left), Some(top), Some(right), Some(bottom)) => Area {
            rows: (top.min(bottom), top.max(bottom)),
            columns: (left.min(right), left.max(right)),
        },
        (None, None, ..) => return Err(Fault::Formula),
        _ => return Err(Fault::Endless),
    };
    if area.rows == (0, ROWS - 1) || area.columns == (0, COLUMNS - 1) {
        return Err(Fault::Endless);
    }
    match area.rows.0 == area.rows.1 && area.columns.0 == area.columns.1 {
        true => Err(Fault::One),
        false => Ok(area),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(read: fn(&str) -> Result<Cells, Fault>, text: &str) -> Result<String, Fault> {
        read(text).map(|cells| format!("{}|{}", cells.sheet, cells.area))
    }

    #[test]
    fn what_excel_says() {
        for (text, expected) in [
            ("Blad1!$A$1:$C$20", Ok("Blad1|A1:C20")),
            ("=Blad1!A1:C20", Ok("Blad1|A1:C20")),
            ("Blad1!$C$20:$A$1", Ok("Blad1|A1:C20")),
            ("'Blad 1'!$A$4:$C$1048576", Ok("Blad 1|A4:C1048576")),
            ("'Åsa''s, \"ö\"! (2)'!$B$2:$B$3", Ok("Åsa's, \"ö\"! (2)|B2:B3")),
            ("Blad1!$A$1", Err(Fault::One)),
            ("Blad1!$A:$C", Err(Fault::Endless)),
            ("Blad1!$1:$3", Err(Fault::Endless)),
            ("Blad1!$A$1:$XFD$3", Err(Fault::Endless)),
            ("Blad1!#REF!", Err(Fault::Nowhere)),
            ("#REF!$A$1:$C$3", Err(Fault::Nowhere)),
            ("Blad1!$A$1:$B$2,Blad1!$D$1:$E$2", Err(Fault::Several)),
            ("Blad1:Blad3!$A$1:$B$2", Err(Fault::Several)),
            ("'[1]Blad 1'!$A$1:$B$2", Err(Fault::Elsewhere)),
            ("[bok.xlsx]Blad1!$A$1:$B$2", Err(Fault::Elsewhere)),
            ("OFFSET(Blad1!$A$1,0,0,9,3)", Err(Fault::Formula)),
            ("Blad1!$A$1:INDEX(Blad1!$C:$C,9)", Err(Fault::Formula)),
            ("Tabell1[#All]", Err(Fault::Formula)),
            ("0.25", Err(Fault::Formula)),
            ("\"Kil!\"", Err(Fault::Formula)),
            ("'Blad", Err(Fault::Formula)),
            ("Blad1!:", Err(Fault::Formula)),
            ("", Err(Fault::Formula)),
        ] {
            assert_eq!(told(excel, text), expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn what_open_document_says() {
        for (text, expected) in [
            ("$Blad1.$A$1:.$C$20", Ok("Blad1|A1:C20")),
            ("$Blad1.$A$1:$Blad1.$C$20", Ok("Blad1|A1:C20")),
            ("$'Åsa''s. 1'.$A$1:'Åsa''s. 1'.$C$20", Ok("Åsa's. 1|A1:C20")),
            ("Blad1.A1:Blad2.C20", Err(Fault::Several)),
            ("$Blad1.$A$1:.$B$2 $Blad1.$D$1:.$E$2", Err(Fault::Several)),
            ("$Blad1.$A$1", Err(Fault::One)),
            ("$Blad1.$A$1 $Blad1.$B$2", Err(Fault::Several)),
            ("$Blad1.$A:.$C", Err(Fault::Endless)),
            ("$Blad1.$A$1:.$C$1048576", Err(Fault::Endless)),
            ("$Blad1.#REF!", Err(Fault::Nowhere)),
            ("", Err(Fault::Nowhere)),
            ("'file:///bok.ods'#$Blad1.$A$1:.$B$2", Err(Fault::Elsewhere)),
            ("Blad1", Err(Fault::Formula)),
            ("$Blad1.:", Err(Fault::Formula)),
        ] {
            assert_eq!(told(open_document, text), expected.map(str::to_owned), "{text}");
        }
    }
}
