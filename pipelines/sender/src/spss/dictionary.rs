//! The dictionary of a system file, record by record: what belongs to an identity goes, the rest stays byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use perspektiv_formats::spss::{Packing, StoredFile, StoredVariable, double};

use super::Plan;
use crate::args::Invalid;
use crate::error::Fault;
use crate::job::Work;
use crate::spelling::number;

/// Bytes of the header before the first record.
const HEADER: usize = 176;
/// What the last ones of a text's pieces are printed as; nobody looks at it.
const PIECE_FORMAT: i32 = 0x01_1d01;

/// Makes the dictionary that goes out.
pub(super) fn rewritten(work: &mut Work<'_>, file: &StoredFile, plan: &Plan) -> Result<Vec<u8>, Fault> {
    let bytes = file.dictionary();
    let cursor = Cursor {
        bytes,
        at: HEADER,
        big_endian: file.big_endian(),
    };
    let mut rewriting = Rewriting {
        work,
        plan,
        variables: file.variables(),
        cursor,
        out: bytes.get(..HEADER).ok_or_else(damaged)?.to_vec(),
        slot: 0,
        slots: 0,
        moved: BTreeMap::new(),
        stored: Vec::new(),
        gone: BTreeSet::new(),
    };
    rewriting.records()?;
    rewriting.header(file)?;
    Ok(rewriting.out)
}

/// A dictionary under way.
struct Rewriting<'a, 'w> {
    work: &'a mut Work<'w>,
    plan: &'a Plan,
    variables: &'a [StoredVariable],
    cursor: Cursor<'a>,
    out: Vec<u8>,
    /// Pieces of eight bytes of a case so far, before and after.
    slot: usize,
    slots: usize,
    /// Where variables that stay were, and where they are now.
    moved: BTreeMap<usize, usize>,
    /// The variables as stored: which one each is a part of, and which part.
    stored: Vec<(usize, usize)>,
    /// Short names of identities.
    gone: BTreeSet<Vec<u8>>,
}

impl Rewriting<'_, '_> {
    fn records(&mut self) -> Result<(), Fault> {
        loop {
            let start = self.cursor.at;
            match self.cursor.int()? {
                2 => self.variable(start)?,
                3 => self.labels(start)?,
                6 => {
                    let lines = self.cursor.length()?;
                    let text = self.cursor.take(lines.saturating_mul(80))?;
                    self.look("documents", text)?;
                    self.copy_from(start);
                }
                7 => self.extension(start)?,
                999 => {
                    self.cursor.take(4)?;
                    self.copy_from(start);
                    return Ok(());
                }
                _ => return Err(damaged()),
            }
        }
    }

    /// The header, of which only now all is known.
    fn header(&mut self, file: &StoredFile) -> Result<(), Fault> {
        let header = file.dictionary();
        for (part, name) in [(4..64, "file header"), (92..HEADER, "file label")] {
            self.look(name, header.get(part).unwrap_or_default())?;
        }
        let old = Cursor {
            bytes: header,
            at: 76,
            big_endian: file.big_endian(),
        }
        .int()?;
        let weight = usize::try_from(old).ok().and_then(|weight| weight.checked_sub(1));
        let weight = weight
            .and_then(|slot| self.moved.get(&slot))
            .map_or(0, |slot| slot + 1);
        let mut put = |at: usize, bytes: &[u8]| {
            if let Some(place) = self.out.get_mut(at..at + bytes.len()) {
                place.copy_from_slice(bytes);
            }
        };
        let cursor = &self.cursor;
        put(68, &cursor.bytes_of(self.slots));
        put(76, &cursor.bytes_of(weight));
        if self.work.args.invalid == Invalid::Drop {
            // How many cases there will be is not known yet, and may be left open.
            put(80, &cursor.bytes_of_int(-1));
        }
        if self.plan.packing == Packing::Bytes {
            put(0, b"$FL2");
            put(72, &cursor.bytes_of(1));
        }
        Ok(())
    }

    fn copy_from(&mut self, start: usize) {
        let record = self.cursor.bytes.get(start..self.cursor.at);
        self.out.extend_from_slice(record.unwrap_or_default());
    }

    /// Refuses a person number in a part that is no variable.
    fn look(&mut self, part: &str, text: &[u8]) -> Result<(), Fault> {
        if !self.work.wanted.allows(part) && self.work.judge.leaks(text) {
            self.work.elsewhere(&format!("part {part}"), 0)?;
        }
        Ok(())
    }

    /// Refuses a person number in what is said of a variable.
    fn look_at(&mut self, variable: usize, text: &[u8]) -> Result<(), Fault> {
        if !self.plan.allowed.contains(&variable) && self.work.judge.leaks(text) {
            let name = self.variables.get(variable).map_or("", |variable| &variable.name);
            self.work.elsewhere(&format!("column '{name}'"), 0)?;
        }
        Ok(())
    }

    fn variable(&mut self, start: usize) -> Result<(), Fault> {
        let width = self.cursor.int()?;
        let labelled = self.cursor.int()?;
        let missing = self.cursor.int()?;
        self.cursor.take(8)?;
        let name = self.cursor.take(8)?;
        let label_start = self.cursor.at;
        let mut label: &[u8] = &[];
        if labelled == 1 {
            let length = self.cursor.length()?;
            label = self.cursor.take(length.next_multiple_of(4))?;
        }
        let label_end = self.cursor.at;
        let missing = self.cursor.take(missing.unsigned_abs() as usize * 8)?;
        let slot = self.slot;
        self.slot += 1;
        if width == -1 {
            let (of, _) = *self.stored.last().ok_or_else(damaged)?;
            if !self.plan.is_identity(of) {
                self.slots += 1;
                self.copy_from(start);
            }
            return Ok(());
        }
        let (of, part) = self.place(slot)?;
        self.stored.push((of, part));
        self.look_at(of, label)?;
        if part == 0 {
            let name = self.variables.get(of).map_or("", |variable| &variable.name);
            if self.work.judge.leaks(name.as_bytes()) {
                self.work.elsewhere("the header", 0)?;
            }
        }
        if !self.plan.is_identity(of) {
            if width == 0 {
                for value in missing.chunks_exact(8) {
                    let value = self.cursor.number(value);
                    self.look_at(of, value.as_bytes())?;
                }
            }
            self.moved.insert(slot, self.slots);
            self.slots += 1;
            self.copy_from(start);
            return Ok(());
        }
        self.gone.insert(short(name));
        if part > 0 {
            return Ok(());
        }
        let width = self.plan.width;
        let format = i32::try_from(1 << 16 | width << 8).unwrap_or_default();
        let label = self.cursor.bytes.get(label_start..label_end).unwrap_or_default();
        self.new_record(width as i32, i32::from(labelled == 1), format, name);
        self.out.extend_from_slice(label);
        for _ in 1..width.div_ceil(8) {
            self.new_record(-1, 0, PIECE_FORMAT, b"        ");
        }
        self.slots += width.div_ceil(8);
        Ok(())
    }

    fn new_record(&mut self, width: i32, labelled: i32, format: i32, name: &[u8]) {
        for number in [2, width, labelled, 0, format, format] {
            self.out.extend(self.cursor.bytes_of_int(number));
        }
        self.out.extend_from_slice(name);
    }

    /// Which variable begins or goes on there, and with which part.
    fn place(&self, slot: usize) -> Result<(usize, usize), Fault> {
        let next = match self.stored.last() {
            None => (0, 0),
            Some((of, part)) => {
                let parts = self
                    .variables
                    .get(*of)
                    .map_or(0, |variable| variable.segments.len());
                match part + 1 < parts {
                    true => (*of, part + 1),
                    false => (of + 1, 0),
                }
            }
        };
        let segment = self
            .variables
            .get(next.0)
            .and_then(|variable| variable.segments.get(next.1));
        match segment.is_some_and(|segment| segment.start == slot * 8) {
            true => Ok(next),
            false => Err(damaged()),
        }
    }

    /// Value labels and whose they are; those of identities go.
    fn labels(&mut self, start: usize) -> Result<(), Fault> {
        let count = self.cursor.length()?;
        let mut values = Vec::new();
        for _ in 0..count {
            let value = self.cursor.take(8)?;
            let length = self.cursor.take(1)?.first().copied().unwrap_or_default();
            let label = self
                .cursor
                .take((usize::from(length) + 1).next_multiple_of(8) - 1)?;
            values.push((value, label));
        }
        let end = self.cursor.at;
        if self.cursor.int()? != 4 {
            return Err(damaged());
        }
        let mut slots = Vec::new();
        for _ in 0..self.cursor.length()? {
            let slot = self.cursor.length()?.checked_sub(1).ok_or_else(damaged)?;
            slots.extend(self.moved.get(&slot).map(|new| (slot, *new)));
        }
        let Some((first, _)) = slots.first() else {
            return Ok(());
        };
        let begins = |variable: &StoredVariable| {
            variable
                .segments
                .first()
                .is_some_and(|segment| segment.start == first * 8)
        };
        if let Some(of) = self.variables.iter().position(begins) {
            let is_number = self.variables.get(of).is_some_and(|variable| variable.width == 0);
            for (value, label) in values {
                if is_number {
                    let value = self.cursor.number(value);
                    self.look_at(of, value.as_bytes())?;
                }
                self.look_at(of, label)?;
            }
        }
        self.out
            .extend_from_slice(self.cursor.bytes.get(start..end).unwrap_or_default());
        self.out.extend(self.cursor.bytes_of_int(4));
        self.out.extend(self.cursor.bytes_of(slots.len()));
        for (_, new) in slots {
            self.out.extend(self.cursor.bytes_of(new + 1));
        }
        Ok(())
    }

    fn extension(&mut self, start: usize) -> Result<(), Fault> {
        let kind = self.cursor.int()?;
        let size = self.cursor.length()?;
        let count = self.cursor.length()?;
        let data = self.cursor.take(size.saturating_mul(count))?;
        let new = match kind {
            // Of the machine, and the encoding.
            3 | 4 | 20 => None,
            11 => Some(self.display(data)?),
            13 | 14 => {
                self.look("variable names", data)?;
                Some(self.without_gone(data))
            }
            // Again how many cases there are.
            16 if self.work.args.invalid == Invalid::Drop => return Ok(()),
            16 => None,
            21 | 22 => Some(self.long_values(kind, data)?),
            5 => self.look("variable sets", data).map(|()| None)?,
            7 | 19 => self.look("multiple response sets", data).map(|()| None)?,
            17 | 18 => self.look("attributes", data).map(|()| None)?,
            _ => self.look(&format!("record {kind}"), data).map(|()| None)?,
        };
        let Some(new) = new.filter(|new| new != data) else {
            self.copy_from(start);
            return Ok(());
        };
        if new.is_empty() {
            return Ok(());
        }
        let size = if kind == 11 { 4 } else { 1 };
        for number in [7, kind] {
            self.out.extend(self.cursor.bytes_of_int(number));
        }
        for number in [size, new.len() / size] {
            self.out.extend(self.cursor.bytes_of(number));
        }
        self.out.extend(new);
        Ok(())
    }

    /// How each stored variable is shown: its kind of scale, its width (not always), its alignment.
    fn display(&self, data: &[u8]) -> Result<Vec<u8>, Fault> {
        let each = data.len() / self.stored.len().max(1);
        // One that does not fit says nothing.
        if !matches!(each, 8 | 12) || each * self.stored.len() != data.len() {
            return Ok(Vec::new());
        }
        let mut new = Vec::new();
        for ((of, part), old) in self.stored.iter().zip(data.chunks_exact(each)) {
            if !self.plan.is_identity(*of) {
                new.extend_from_slice(old);
            } else if *part == 0 {
                // Names without order, to the left.
                let numbers = match each {
                    8 => vec![1, 0],
                    _ => vec![1, self.plan.width, 0],
                };
                new.extend(
                    numbers
                        .into_iter()
                        .flat_map(|number| self.cursor.bytes_of(number)),
                );
            }
        }
        Ok(new)
    }

    /// `NAME=value` between tabulators, without the parts of identities that are parts no more. An identity keeps
    /// its long name, and is no very long text.
    fn without_gone(&self, data: &[u8]) -> Vec<u8> {
        let stays = |pair: &&[u8]| {
            let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
            let value = pair.get(name.len() + 1..).unwrap_or_default();
            let long = self
                .plan
                .layout
                .identities
                .keys()
                .filter_map(|at| self.variables.get(*at));
            let is_name = || {
                long.into_iter()
                    .any(|variable| variable.raw_name == value.trim_ascii_end())
            };
            let first = name.iter().position(|byte| *byte != 0).unwrap_or_default();
            !self.gone.contains(&short(name.get(first..).unwrap_or_default())) || is_name()
        };
        let pairs: Vec<&[u8]> = data.split(|byte| *byte == b'\t').filter(stays).collect();
        pairs.join(&b'\t')
    }

    /// Value labels (21) and missing values (22) of long texts; those of identities go.
    fn long_values(&mut self, kind: i32, data: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut cursor = Cursor {
            bytes: data,
            at: 0,
            big_endian: self.cursor.big_endian,
        };
        let mut new = Vec::new();
        while cursor.at < data.len() {
            let start = cursor.at;
            let name = cursor.text()?;
            let mut texts = Vec::new();
            match kind {
                21 => {
                    cursor.int()?;
                    for _ in 0..cursor.length()? {
                        texts.push(cursor.text()?);
                        texts.push(cursor.text()?);
                    }
                }
                _ => {
                    let count = cursor.take(1)?.first().copied().unwrap_or_default();
                    let length = cursor.length()?;
                    for _ in 0..count {
                        texts.push(cursor.take(length)?);
                    }
                }
            }
            let name = name.trim_ascii_end();
            let named = |variable: &StoredVariable| variable.raw_name.eq_ignore_ascii_case(name);
            let of = self.variables.iter().position(named);
            if of.is_some_and(|of| self.plan.is_identity(of)) || self.gone.contains(&short(name)) {
                continue;
            }
            for text in texts {
                match of {
                    Some(of) => self.look_at(of, text)?,
                    None => self.look("value labels", text)?,
                }
            }
            new.extend_from_slice(data.get(start..cursor.at).unwrap_or_default());
        }
        Ok(new)
    }
}

/// A short name without what fills it up.
fn short(name: &[u8]) -> Vec<u8> {
    name.trim_ascii_end().to_ascii_uppercase()
}

/// What the reader of the file has let pass, but cannot be written again.
fn damaged() -> Fault {
    Fault::data(
        "The dictionary of the SPSS file contradicts itself. Open it in SPSS and save it again, or ask for it again.",
    )
}

/// Bytes of a dictionary in order.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    big_endian: bool,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let end = self.at.checked_add(length).ok_or_else(damaged)?;
        let taken = self.bytes.get(self.at..end).ok_or_else(damaged)?;
        self.at = end;
        Ok(taken)
    }

    fn int(&mut self) -> Result<i32, Fault> {
        let bytes = *self.take(4)?.first_chunk().ok_or_else(damaged)?;
        Ok(match self.big_endian {
            true => i32::from_be_bytes(bytes),
            false => i32::from_le_bytes(bytes),
        })
    }

    fn length(&mut self) -> Result<usize, Fault> {
        usize::try_from(self.int()?).map_err(|_| damaged())
    }

    /// A text behind its length.
    fn text(&mut self) -> Result<&'a [u8], Fault> {
        let length = self.length()?;
        self.take(length)
    }

    /// Eight bytes as a number that people can read.
    fn number(&self, bytes: &[u8]) -> String {
        let bytes = bytes.first_chunk().copied().unwrap_or_default();
        number(double(bytes, self.big_endian))
    }

    fn bytes_of_int(&self, number: i32) -> [u8; 4] {
        match self.big_endian {
            true => number.to_be_bytes(),
            false => number.to_le_bytes(),
        }
    }

    /// A count, which is small because the dictionary is.
    fn bytes_of(&self, number: usize) -> [u8; 4] {
        self.bytes_of_int(i32::try_from(number).unwrap_or(i32::MAX))
    }
}
