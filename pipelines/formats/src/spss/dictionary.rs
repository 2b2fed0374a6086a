//! The dictionary of a system file: all that stands before the first case.
//!
//! Two steps, because the encoding of the names comes after the names: the records are first kept as bytes.

use std::io::Read;

use super::extension::{self, Extensions};
use super::source::{Source, damaged, double};
use crate::SourceError;

/// The most bytes of a dictionary: ten thousand variables with labels take a few megabytes.
const LIMIT: u64 = 32 << 20;

/// The most variables: SPSS itself has fewer.
pub(super) const VARIABLES: usize = 100_000;

/// How the cases are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As they are.
    Plain,
    /// A byte says what eight stand for.
    Bytes,
    /// The same, and zlib over it.
    Zlib,
}

/// A variable as stored; a long text is several of them.
#[derive(Debug)]
pub(super) struct Stored {
    /// The short name, padded with spaces.
    pub(super) name: [u8; 8],
    /// Bytes of text; 0 is a number.
    pub(super) width: u32,
    /// Its place in a case, in pieces of eight bytes.
    pub(super) slot: u32,
    pub(super) format: i32,
    pub(super) label: Option<Vec<u8>>,
    /// Values that mean no answer.
    pub(super) missing: Vec<[u8; 8]>,
    /// The first two of them are the ends of a range.
    pub(super) range: bool,
}

/// Value labels and the slots of the variables that they belong to.
pub(super) struct Labels {
    pub(super) values: Vec<([u8; 8], Vec<u8>)>,
    pub(super) slots: Vec<u32>,
}

/// The records of a dictionary.
pub(super) struct Dictionary {
    pub(super) packing: Packing,
    /// How many cases the file says it has.
    pub(super) cases: Option<u64>,
    /// What is taken off a packed number.
    pub(super) bias: f64,
    /// The slot of the variable that weighs the cases.
    pub(super) weight: Option<u32>,
    pub(super) stored: Vec<Stored>,
    /// Pieces of eight bytes in a case.
    pub(super) slots: u32,
    pub(super) labels: Vec<Labels>,
    pub(super) extensions: Extensions,
}

/// Reads up to the first case.
pub(super) fn read<R: Read>(source: &mut Source<R>) -> Result<Dictionary, SourceError> {
    let mut dictionary = read_header(source)?;
    loop {
        if source.at() > LIMIT {
            return Err(damaged(format_args!(
                "its dictionary is larger than {} MB",
                LIMIT >> 20
            )));
        }
        match source.int()? {
            2 => read_variable(source, &mut dictionary)?,
            3 => {
                let labels = read_labels(source)?;
                dictionary.labels.push(labels);
            }
            6 => {
                let lines = length(source.int()?)?;
                source.skip(lines * 80)?;
            }
            7 => {
                let kind = source.int()?;
                let (size, count) = (length(source.int()?)?, length(source.int()?)?);
                let data = size.checked_mul(count).filter(|data| *data <= LIMIT);
                let data = data.ok_or_else(|| damaged("a record of its dictionary is too long"))?;
                let data = source.block(data)?;
                extension::read(kind, &data, source.big_endian, &mut dictionary.extensions);
            }
            999 => {
                source.int()?;
                break;
            }
            other => {
                return Err(damaged(format_args!(
                    "there is no record of kind {other}, as stands before byte {}",
                    source.at()
                )));
            }
        }
    }
    if dictionary.stored.is_empty() {
        return Err(damaged("it has no variables"));
    }
    // Every text has as many pieces as its width needs.
    let ends = dictionary.stored.iter().skip(1).map(|next| next.slot);
    let ends = ends.chain([dictionary.slots]);
    for (stored, end) in dictionary.stored.iter().zip(ends) {
        if stored.slot + stored.width.div_ceil(8) > end {
            return Err(damaged("a variable of text lacks a part"));
        }
    }
    Ok(dictionary)
}

fn read_header<R: Read>(source: &mut Source<R>) -> Result<Dictionary, SourceError> {
    let magic: [u8; 4] = source.array()?;
    if !super::is_magic(&magic) {
        return Err(SourceError::Form(
            "This is not an SPSS file (.sav or .zsav): it does not begin with $FL2 or $FL3. Check `format` in \
             [source] and the file."
                .to_owned(),
        ));
    }
    source.skip(60)?;
    let layout = source.int()?;
    source.big_endian = match layout {
        2 | 3 => false,
        _ if matches!(layout.swap_bytes(), 2 | 3) => true,
        _ => return Err(damaged(format_args!("its layout code is {layout}, not 2 or 3"))),
    };
    // The size of a case that stands here is wrong in files of some programs; the variables tell.
    source.int()?;
    let packing = match source.int()? {
        0 => Packing::Plain,
        1 => Packing::Bytes,
        2 => Packing::Zlib,
        other => {
            return Err(damaged(format_args!(
                "its compression is {other}, which does not exist"
            )));
        }
    };
    let weight = source.int()?;
    let cases = source.int()?;
    let bias = double(source.array()?, source.big_endian);
    source.skip(9 + 8 + 64 + 3)?;
    Ok(Dictionary {
        packing,
        cases: u64::try_from(cases).ok(),
        bias,
        weight: u32::try_from(weight)
            .ok()
            .and_then(|weight| weight.checked_sub(1)),
        stored: Vec::new(),
        slots: 0,
        labels: Vec::new(),
        extensions: Extensions::default(),
    })
}

fn read_variable<R: Read>(source: &mut Source<R>, dictionary: &mut Dictionary) -> Result<(), SourceError> {
    let width = source.int()?;
    let has_label = source.int()?;
    let missing = source.int()?;
    let format = source.int()?;
    source.int()?;
    let name = source.array()?;
    let label = match has_label {
        1 => {
            let length = length(source.int()?)?;
            if length > LIMIT {
                return Err(damaged("a label of its dictionary is too long"));
            }
            let mut label = source.block(length.next_multiple_of(4))?;
            label.truncate(length as usize);
            Some(label)
        }
        _ => None,
    };
    if !(-3..=3).contains(&missing) || missing == -1 {
        return Err(damaged(format_args!(
            "a variable has {missing} missing values, which cannot be"
        )));
    }
    let values = (0..missing.unsigned_abs())
        .map(|_| source.array())
        .collect::<Result<_, _>>()?;
    let slot = dictionary.slots;
    dictionary.slots += 1;
    // -1 goes on with the text of the variable before it.
    if width == -1 {
        return Ok(());
    }
    let width = u32::try_from(width).ok().filter(|width| *width <= 255);
    let width = width.ok_or_else(|| damaged("a variable has a width that cannot be"))?;
    if dictionary.stored.len() == VARIABLES {
        return Err(damaged(format_args!("it has more than {VARIABLES} variables")));
    }
    dictionary.stored.push(Stored {
        name,
        width,
        slot,
        format,
        label,
        missing: values,
        range: missing < 0,
    });
    Ok(())
}

/// Value labels (record 3) and whose they are (record 4, which follows at once).
fn read_labels<R: Read>(source: &mut Source<R>) -> Result<Labels, SourceError> {
    let mut labels = Labels {
        values: Vec::new(),
        slots: Vec::new(),
    };
    for _ in 0..length(source.int()?)? {
        let value = source.array()?;
        let [length] = source.array()?;
        let mut label = source.block((u64::from(length) + 1).next_multiple_of(8) - 1)?;
        label.truncate(usize::from(length));
        labels.values.push((value, label));
        inside(source)?;
    }
    if source.int()? != 4 {
        return Err(damaged("value labels do not say whose they are"));
    }
    for _ in 0..length(source.int()?)? {
        let slot = u32::try_from(source.int()?)
            .ok()
            .and_then(|slot| slot.checked_sub(1));
        labels
            .slots
            .push(slot.ok_or_else(|| damaged("value labels name a variable that does not exist"))?);
        inside(source)?;
    }
    Ok(labels)
}

fn inside<R: Read>(source: &Source<R>) -> Result<(), SourceError> {
    match source.at() > LIMIT {
        true => Err(damaged("its value labels do not end")),
        false => Ok(()),
    }
}

fn length(claimed: i32) -> Result<u64, SourceError> {
    u64::try_from(claimed).map_err(|_| damaged(format_args!("a length in it is {claimed}")))
}
