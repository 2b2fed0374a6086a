//! Deliveries that somebody writes by hand: measures, voices, arenas, the
//! assumptions of the forecast. They are texts in `fixed/`, in UTF-8 with `\n`;
//! each leaves in the encoding and with the line ends of its sender.

use std::collections::BTreeMap;

use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::sink::{Put, Sink, windows_1252};
use crate::summary::Fault;

pub(crate) struct Fixed;

/// How a sender's program saves text.
#[derive(Clone, Copy, PartialEq)]
enum Saved {
    /// UTF-8, `\n`.
    Utf8,
    /// UTF-8 with a byte-order mark, `\r\n`: a spreadsheet's "CSV UTF-8".
    Bom,
    /// Windows-1252, `\r\n`: a spreadsheet's "CSV".
    Windows,
}

/// One file.
struct Text {
    dataset: &'static str,
    file: &'static str,
    text: &'static str,
    saved: Saved,
    delimiter: u8,
    faults: &'static [(Fault, u64)],
}

macro_rules! text {
    ($dataset:literal, $file:literal, $saved:ident, $delimiter:literal, $faults:expr) => {
        Text {
            dataset: $dataset,
            file: $file,
            text: include_str!(concat!("fixed/", $file)),
            saved: Saved::$saved,
            delimiter: $delimiter,
            faults: $faults,
        }
    };
}

const TEXTS: [Text; 7] = [
    text!("arenor", "arenor.csv", Bom, b';', &[]),
    text!("arenadeltagare", "arenadeltagare.csv", Bom, b';', &[]),
    text!("arenafragor", "arenafragor.csv", Bom, b';', &[]),
    text!("samverkansfragor", "samverkansfragor.csv", Bom, b';', &[]),
    text!("insatser", "insatser.csv", Windows, b';', &[(Fault::Date, 1)]),
    text!("prognosantaganden", "prognosantaganden.csv", Utf8, b';', &[]),
    text!(
        "roster",
        "roster.csv",
        Bom,
        b',',
        &[(Fault::PersonNumberInText, 1), (Fault::UnknownCode, 1)]
    ),
];

impl Delivery for Fixed {
    fn jobs(&self) -> Vec<Job> {
        let job = |text: &'static Text| Job {
            dataset: text.dataset,
            file: text.file.to_owned(),
            weight: 1,
            write: Box::new(move |_: &World, sink: &mut Sink| write(text, sink)),
        };
        TEXTS.iter().map(job).collect()
    }
}

fn write(text: &Text, sink: &mut Sink) -> Result<(), DemoError> {
    let lines = match text.saved {
        Saved::Utf8 => text.text.to_owned(),
        Saved::Bom => format!("\u{feff}{}", text.text.replace('\n', "\r\n")),
        Saved::Windows => text.text.replace('\n', "\r\n"),
    };
    match text.saved {
        Saved::Windows => sink.text().extend(windows_1252(&lines)),
        _ => sink.text().put(lines.as_bytes()),
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(text.delimiter)
        .from_reader(text.text.as_bytes());
    let mut rows = 0;
    for record in reader.records() {
        record?;
        rows += 1;
    }
    sink.count(rows, &BTreeMap::from_iter(text.faults.iter().copied()));
    Ok(())
}
