//! What XLSX and ODS have in common: tables of rows of cells in a stream of XML.

use std::io::{Read, Write};

use quick_xml::Writer;
use quick_xml::events::Event;

use super::shared::Shared;
use super::xml::{Scanner, Xml, in_markup};
use crate::args::Invalid;
use crate::columns::{Layout, Row, SAMPLE};
use crate::error::Fault;
use crate::job::Work;
use crate::judge::Verdict;
use crate::{Rule, watch};

/// The most bytes of one row.
const LONGEST: usize = 64 << 20;
/// The most bytes of cells that are kept from the beginnings of all tables.
pub(crate) const HEAD: usize = 64 << 20;

/// What an event is to a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Something outside of rows and cells.
    Other,
    /// A table begins.
    Table,
    /// A row begins.
    Row,
    /// A cell begins.
    CellBegin,
    /// Something in a cell.
    Inside,
    /// A cell is complete.
    Cell,
    /// A row is complete.
    RowEnd,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// A text, or a number as text.
    Text(String),
    /// The text of that number in the shared strings.
    Shared(usize),
}

/// A cell.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    /// From 0.
    pub(crate) column: usize,
    /// How many columns it stands for.
    pub(crate) repeat: usize,
    pub(crate) value: Value,
    /// What is shown of the value, where that is something else.
    pub(crate) shown: String,
    /// Formula, comments, phonetic helps.
    pub(crate) more: String,
}

/// A format of grids: follows the events and says what they are.
pub(crate) trait Grid {
    fn step(&mut self, event: &Event<'_>) -> Result<Step, Fault>;
    /// The number of the table, and its name.
    fn table(&self) -> (usize, &str);
    /// The number of the row, from 1.
    fn line(&self) -> u64;
    /// How many rows it stands for.
    fn repeat(&self) -> u64;
    /// The cell that is complete.
    fn cell(&self) -> &Cell;
    /// The cell with a text instead of its value.
    fn replacement(&self, text: &str) -> Result<Vec<u8>, Fault>;
    /// What stays of a row that is left out.
    fn empty_row(&self) -> Vec<u8>;
}

/// A number without exponent where it is a whole one.
pub(crate) fn number(text: &str) -> String {
    match text.trim().parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        _ => text.to_owned(),
    }
}

/// The beginning of a table.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) name: String,
    pub(crate) rows: Vec<(u64, Vec<(usize, Value)>)>,
}

/// Where the identities of a table are.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The row of the header, from 1.
    pub(crate) header: u64,
    pub(crate) layout: Layout,
}

/// Reads the beginnings of the tables of a part; `budget` is the memory left for it.
pub(crate) fn heads<R: Read>(
    xml: &mut Xml<R>,
    grid: &mut dyn Grid,
    budget: &mut usize,
) -> Result<Vec<Head>, Fault> {
    let mut heads: Vec<Head> = Vec::new();
    loop {
        let event = xml.next()?;
        if event == Event::Eof {
            return Ok(heads);
        }
        let step = grid.step(&event)?;
        let (table, name) = grid.table();
        // A table that is named, or the one of a sheet.
        if heads.len() == table && matches!(step, Step::Table | Step::Row) {
            heads.push(Head {
                name: name.to_owned(),
                rows: Vec::new(),
            });
        }
        let Some(head) = heads.get_mut(table) else {
            continue;
        };
        let full = head.rows.len() > SAMPLE + 50 || *budget == 0;
        match step {
            Step::Row if !full => {
                *budget = budget.saturating_sub(64);
                head.rows.push((grid.line(), Vec::new()));
            }
            Step::Cell if !full && grid.cell().value != Value::Empty => {
                let cell = grid.cell();
                let Some((_, cells)) = head.rows.last_mut() else {
                    continue;
                };
                for at in 0..cell.repeat.min(64) {
                    let length = if let Value::Text(text) = &cell.value {
                        text.len()
                    } else {
                        0
                    };
                    *budget = budget.saturating_sub(length + 64);
                    cells.push((cell.column.saturating_add(at), cell.value.clone()));
                }
            }
            Step::RowEnd if head.rows.last().is_some_and(|(_, cells)| cells.is_empty()) => {
                head.rows.pop();
            }
            _ => {}
        }
        if watch::stopped() {
            return Err(Fault::Read(std::io::Error::other("stopped")));
        }
    }
}

/// Decides which columns of a table hold identities; `None` when none does.
pub(crate) fn plan(work: &mut Work<'_>, lines: &[u64], rows: &[Row]) -> Option<Plan> {
    let most = rows.iter().map(Vec::len).max()?;
    let filled = || rows.iter().position(|row| row.len() * 2 >= most);
    let named = work.wanted.header(rows);
    let header = if work.wanted.names.is_empty() {
        named.or_else(filled)
    } else {
        named
    }?;
    let below = rows.get(header + 1..).unwrap_or_default();
    let layout = work.wanted.layout(rows.get(header)?, below, &mut work.judge);
    let line = *lines.get(header)?;
    (!layout.identities.is_empty()).then_some(Plan { header: line, layout })
}

/// Copies a part, with pseudonyms for identities.
pub(crate) fn copy<R: Read, W: Write>(
    work: &mut Work<'_>,
    xml: &mut Xml<R>,
    grid: &mut dyn Grid,
    plans: &[Option<Plan>],
    shared: &mut Shared,
    out: W,
) -> Result<(), Fault> {
    let mut out = Writer::new(out);
    let mut row = RowWork::default();
    let mut scanner = Scanner::default();
    loop {
        let event = xml.next()?;
        if event == Event::Eof {
            return Ok(());
        }
        let step = grid.step(&event)?;
        let plan = plans.get(grid.table().0).and_then(Option::as_ref);
        let found = match step {
            Step::Other | Step::Table => scanner.finds(&event, &work.judge),
            _ => in_markup(&event, &work.judge),
        };
        if found && !work.wanted.allows(grid.table().1) {
            let place = work
                .tally
                .place(&format!("sheet '{}', beside the cells", grid.table().1));
            work.tally.refused = true;
            work.tally.fault(place, 0, Rule::Elsewhere)?;
        }
        match step {
            Step::Row => {
                row.begin();
                row.write(event)?;
            }
            Step::CellBegin => {
                row.cell = row.out.get_ref().len();
                row.write(event)?;
            }
            Step::Inside => row.write(event)?,
            Step::Cell => {
                if matches!(event, Event::Empty(_)) {
                    row.cell = row.out.get_ref().len();
                }
                row.write(event)?;
                row.cell(work, grid, plan, shared)?;
            }
            Step::RowEnd => {
                row.write(event)?;
                row.end(work, grid, plan, shared)?;
                let bytes = if row.dropped {
                    &grid.empty_row()
                } else {
                    row.out.get_ref()
                };
                out.get_mut().write_all(bytes).map_err(Fault::Write)?;
                row.open = false;
            }
            Step::Other | Step::Table => {
                if row.open {
                    row.write(event)?;
                } else {
                    out.write_event(event).map_err(Fault::Write)?;
                }
            }
        }
        if watch::stopped() {
            return Err(Fault::Read(std::io::Error::other("stopped")));
        }
    }
}

/// A row under way.
struct RowWork {
    out: Writer<Vec<u8>>,
    open: bool,
    /// Where the cell begins in `out`.
    cell: usize,
    filled: bool,
    dropped: bool,
    /// Columns of identities in which something stands.
    identities: usize,
    pseudonyms: u64,
    blanked: u64,
    /// Shared strings of cells that stay.
    strings: Vec<usize>,
    /// Columns in which something stands that must not.
    leaks: Vec<usize>,
    written: String,
}

impl Default for RowWork {
    fn default() -> Self {
        Self {
            out: Writer::new(Vec::new()),
            open: false,
            cell: 0,
            filled: false,
            dropped: false,
            identities: 0,
            pseudonyms: 0,
            blanked: 0,
            strings: Vec::new(),
            leaks: Vec::new(),
            written: String::new(),
        }
    }
}

impl RowWork {
    fn begin(&mut self) {
        self.out.get_mut().clear();
        self.open = true;
        (self.filled, self.dropped) = (false, false);
        (self.identities, self.pseudonyms, self.blanked) = (0, 0, 0);
        self.strings.clear();
        self.leaks.clear();
    }

    fn write(&mut self, event: Event<'_>) -> Result<(), Fault> {
        if self.out.get_ref().len() > LONGEST {
            return Err(Fault::data(format!("A row is longer than {} MB.", LONGEST >> 20)));
        }
        self.out.write_event(event).map_err(Fault::Write)
    }

    /// Judges the cell that is complete, and replaces it.
    fn cell(
        &mut self,
        work: &mut Work<'_>,
        grid: &dyn Grid,
        plan: Option<&Plan>,
        shared: &Shared,
    ) -> Result<(), Fault> {
        let cell = grid.cell();
        if cell.value == Value::Empty && cell.more.is_empty() {
            return Ok(());
        }
        self.filled = true;
        let table = plan.filter(|plan| grid.line() > plan.header);
        let columns = cell.column..cell.column.saturating_add(cell.repeat);
        let identity = table.and_then(|plan| plan.layout.identities.range(columns).next().map(|(at, _)| *at));
        let (verdict, leaks) = match &cell.value {
            Value::Empty => (Verdict::Empty, false),
            Value::Text(text) if identity.is_some() => (work.judge.identity(text.as_bytes()), false),
            Value::Text(text) => (Verdict::Empty, work.judge.leaks(text.as_bytes())),
            Value::Shared(at) => shared.class(*at)?,
        };
        let Some(at) = identity else {
            if let Value::Shared(string) = cell.value {
                self.strings.push(string);
            }
            let beside = [&cell.more, &cell.shown];
            if leaks || beside.iter().any(|text| work.judge.leaks(text.as_bytes())) {
                self.leaks.push(cell.column);
            }
            return Ok(());
        };
        if !cell.more.is_empty() {
            let place = self.place(work, grid, plan, at);
            return work.invalid(place, grid.line(), Rule::NotPlain).map(|_| ());
        }
        self.identities += 1;
        match verdict {
            Verdict::Empty => {
                self.identities -= 1;
                if let Value::Shared(string) = cell.value {
                    self.strings.push(string);
                }
                return Ok(());
            }
            Verdict::Pseudonym(pseudonym) => {
                self.pseudonyms += 1;
                work.judge.written(pseudonym, &mut self.written);
            }
            Verdict::Invalid(rule) => {
                let place = self.place(work, grid, plan, at);
                self.dropped |= !work.invalid(place, grid.line(), rule)?;
                self.blanked += u64::from(work.args.invalid == Invalid::Blank);
                self.written.clear();
            }
        }
        let out = self.out.get_mut();
        out.truncate(self.cell);
        out.extend_from_slice(&grid.replacement(&self.written)?);
        Ok(())
    }

    /// Counts the row, unless it is left out.
    fn end(
        &mut self,
        work: &mut Work<'_>,
        grid: &dyn Grid,
        plan: Option<&Plan>,
        shared: &mut Shared,
    ) -> Result<(), Fault> {
        let table = plan.filter(|plan| self.filled && grid.line() > plan.header);
        let mut empty = 0;
        if let Some(plan) = table {
            work.tally.rows = work.tally.rows.saturating_add(grid.repeat());
            empty = plan.layout.identities.len().saturating_sub(self.identities) as u64;
        }
        if self.dropped {
            work.tally.dropped = work.tally.dropped.saturating_add(grid.repeat());
            return Ok(());
        }
        for (count, all) in [
            (self.pseudonyms, &mut work.tally.pseudonyms),
            (empty, &mut work.tally.empty),
            (self.blanked, &mut work.tally.blanked),
        ] {
            *all = all.saturating_add(count.saturating_mul(grid.repeat()));
        }
        for string in self.strings.drain(..) {
            shared.keep(string);
        }
        for column in std::mem::take(&mut self.leaks) {
            let name = plan.map(|plan| plan.layout.name(column));
            let allowed =
                work.wanted.allows(grid.table().1) || name.is_some_and(|name| work.wanted.allows(&name));
            if !allowed {
                let place = self.place(work, grid, plan, column);
                work.tally.refused = true;
                work.tally.fault(place, grid.line(), Rule::Elsewhere)?;
            }
        }
        Ok(())
    }

    fn place(&self, work: &mut Work<'_>, grid: &dyn Grid, plan: Option<&Plan>, column: usize) -> u32 {
        let name = match plan {
            Some(plan) => plan.layout.name(column),
            None => (column + 1).to_string(),
        };
        work.tally
            .place(&format!("sheet '{}', column '{name}'", grid.table().1))
    }
}
