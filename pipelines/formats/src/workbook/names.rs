//! Cells that somebody has given a name: in a workbook, in one of its sheets, or as a table.

use super::address::{Cells, Fault};
use crate::{SourceError, closest, listed, shown};

/// The most bytes that the names of a workbook take.
const BYTES: usize = 16 << 20;

/// How names begin that Excel gives by itself, such as those of what is printed.
const ITS_OWN: &str = "_xlnm";

/// What has a name.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) name: String,
    /// The sheet in which alone it is called so.
    pub(super) of: Option<String>,
    pub(super) cells: Result<Cells, Fault>,
}

/// All of them, which together have a limit.
#[derive(Debug, Default)]
pub(super) struct Names {
    all: Vec<Named>,
    bytes: usize,
}

impl Names {
    /// Adds one, unless a program has made it for itself.
    pub(super) fn push(&mut self, named: Named) -> Result<(), SourceError> {
        if named.name.starts_with(ITS_OWN) {
            return Ok(());
        }
        let sheet = named.cells.as_ref().map_or(0, |cells| cells.sheet.len());
        let of = named.of.as_ref().map_or(0, String::len);
        self.bytes += size_of::<Named>() + named.name.len() + of + sheet;
        self.all.push(named);
        match self.bytes > BYTES {
            true => Err(SourceError::Form(format!(
                "The workbook has more than {} MB of names. Write range = \"B4:H200\" and `sheet` in [source].",
                BYTES >> 20
            ))),
            false => Ok(()),
        }
    }

    /// Those that can be read, with their cells.
    pub(super) fn readable(&self) -> impl Iterator<Item = (&str, &Cells)> {
        let named = self.all.iter();
        named.filter_map(|named| Some((named.name.as_str(), named.cells.as_ref().ok()?)))
    }

    /// The cells that are called so, whatever the letters' case; `sheet` is the one that they have to lie in.
    ///
    /// # Errors
    /// There are none, or they are no table; what there is and what to do is said.
    pub(super) fn find(&self, wanted: &str, sheet: Option<&str>) -> Result<&Cells, SourceError> {
        let folded = wanted.trim().to_lowercase();
        let so_called = || {
            self.all
                .iter()
                .filter(|named| named.name.to_lowercase() == folded)
        };
        let called = shown(wanted.as_bytes());
        let everywhere = || so_called().find(|named| named.of.is_none());
        let mut locals = so_called().filter_map(|named| Some((named, named.of.as_deref()?)));
        let named = match sheet {
            Some(sheet) => locals
                .find(|(_, of)| same(of, sheet))
                .map(|(named, _)| named)
                .or_else(everywhere)
                .or_else(|| so_called().next()),
            None => match (everywhere(), locals.next(), locals.next()) {
                (Some(named), ..) | (None, Some((named, _)), None) => Some(named),
                (None, Some((_, one)), Some((_, other))) => {
                    let mut of = vec![one, other];
                    of.extend(locals.map(|(_, of)| of));
                    return Err(SourceError::Form(format!(
                        "Several sheets have the name '{called}': {}. Write sheet = \"…\" in [source] too.",
                        listed(&of)
                    )));
                }
                (None, None, _) => None,
            },
        };
        let Some(named) = named else {
            return Err(self.unknown(wanted));
        };
        let cells = named.cells.as_ref().map_err(|fault| {
            SourceError::Form(format!(
                "The name '{called}' {}. In the workbook, give the cells of the table, header included, a name{}, or \
                 write range = \"B4:H200\" and `sheet` in [source]. {}",
                fault.clause(),
                match fault {
                    Fault::NoHeader => " or switch the header row on",
                    _ => "",
                },
                self.told()
            ))
        })?;
        match sheet.filter(|sheet| !same(sheet, &cells.sheet)) {
            Some(sheet) => Err(SourceError::Form(format!(
                "The name '{called}' lies in the sheet '{}' and not in '{}'. Write that as `sheet` in [source], or leave \
                 `sheet` out. {}",
                shown(cells.sheet.as_bytes()),
                shown(sheet.as_bytes()),
                self.told()
            ))),
            None => Ok(cells),
        }
    }

    fn unknown(&self, wanted: &str) -> SourceError {
        let meant = closest(wanted, self.readable().map(|(name, _)| name));
        let meant = meant.map(|meant| format!(" Did you mean '{}'?", shown(meant.as_bytes())));
        SourceError::Form(format!(
            "There is no range '{}', and no name or table is called so.{} Write range = \"B4:H200\" in [source], \
             \"B4:H\" for all rows from the fourth, or a name. {}",
            shown(wanted.as_bytes()),
            meant.unwrap_or_default(),
            self.told()
        ))
    }

    /// A sentence about the names that can be read.
    fn told(&self) -> String {
        let mut names: Vec<&str> = self.readable().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        match names.as_slice() {
            [] => "The workbook has no name that leads to a table.".to_owned(),
            names => format!("Names and tables are {}.", listed(names)),
        }
    }
}

/// Whether two names of sheets are the same to a spreadsheet program.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
