//! The texts that the cells of an XLSX refer to by number.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use quick_xml::Writer;
use quick_xml::events::Event;

use super::xml::{Xml, in_markup, local, text};
use crate::error::Fault;
use crate::judge::{Judge, Verdict};

/// The most texts, so that memory is bounded: 24 bytes for each.
const MOST: usize = 1 << 24;

/// The most bytes of one.
const LONGEST: usize = 16 << 20;

/// What is known of the texts; not the texts themselves.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    classes: Vec<(Verdict, bool)>,
    /// Those that cells of the result refer to.
    kept: Vec<bool>,
    /// Whether a person number stands beside the texts: in a comment, in a tag, between two of them.
    pub(crate) beside: bool,
}

impl Shared {
    /// Reads all texts and keeps those that are asked for.
    pub(crate) fn read<R: Read>(
        xml: &mut Xml<R>,
        judge: &mut Judge,
        wanted: &mut BTreeMap<usize, String>,
    ) -> Result<Self, Fault> {
        let mut shared = Self::default();
        let mut item = Item::default();
        loop {
            let event = xml.next()?;
            if event == Event::Eof {
                shared.kept = vec![false; shared.classes.len()];
                return Ok(shared);
            }
            let ends = item.ends(&event);
            let between = || text(&event).is_some_and(|text| judge.leaks(text.as_bytes()));
            shared.beside |= in_markup(&event, judge) || (!item.in_text && between());
            if item.text.len() + item.phonetic.len() > LONGEST {
                return Err(Fault::data(
                    "It is damaged: a text is too long to be that of a cell.",
                ));
            }
            if !ends {
                continue;
            }
            if shared.classes.len() == MOST {
                return Err(Fault::data(format!(
                    "It has more than {MOST} different texts. Save it as CSV."
                )));
            }
            let bytes = item.text.as_bytes();
            let leaks = judge.leaks(bytes) || judge.leaks(item.phonetic.as_bytes());
            if let Some(wanted) = wanted.get_mut(&shared.classes.len()) {
                wanted.clone_from(&item.text);
            }
            shared.classes.push((judge.identity(bytes), leaks));
        }
    }

    /// What a text is as an identity, and whether a person number stands in it.
    pub(crate) fn class(&self, at: usize) -> Result<(Verdict, bool), Fault> {
        self.classes.get(at).copied().ok_or_else(|| {
            Fault::data("It is damaged: a cell refers to a text that is not there. Save it again.")
        })
    }

    /// Notes that a cell of the result refers to a text.
    pub(crate) fn keep(&mut self, at: usize) {
        if let Some(kept) = self.kept.get_mut(at) {
            *kept = true;
        }
    }

    /// Copies the texts that are kept; the others become empty, so that the numbers still fit.
    pub(crate) fn copy<R: Read, W: Write>(&self, xml: &mut Xml<R>, out: W) -> Result<(), Fault> {
        let mut out = Writer::new(out);
        let mut item = Item::default();
        let mut at = 0;
        loop {
            let event = xml.next()?;
            if event == Event::Eof {
                return Ok(());
            }
            let before = item.depth;
            let ends = item.ends(&event);
            let inside = before > 0 && !(ends && before == 1);
            if !inside || self.kept.get(at).copied().unwrap_or(false) {
                // An empty item needs a text, for some programs.
                if ends && !self.kept.get(at).copied().unwrap_or(false) && matches!(event, Event::End(_)) {
                    let prefix = item.prefix.as_str();
                    write!(out.get_mut(), "<{prefix}t></{prefix}t>").map_err(Fault::Write)?;
                }
                out.write_event(event).map_err(Fault::Write)?;
            }
            at += usize::from(ends);
        }
    }
}

/// A text under way: `<si>` with its runs.
#[derive(Debug, Default)]
struct Item {
    /// Elements that are open, the item itself included.
    depth: usize,
    /// Inside `<t>`, and inside `<rPh>`.
    in_text: bool,
    in_phonetic: bool,
    text: String,
    phonetic: String,
    prefix: String,
}

impl Item {
    /// Takes an event; whether an item is complete with it.
    fn ends(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Start(start) => {
                let name = local(start);
                if self.depth > 0 {
                    self.depth += 1;
                } else if name == "si" {
                    self.depth = 1;
                    self.text.clear();
                    self.phonetic.clear();
                    let full = start.name().into_inner();
                    full.strip_suffix("si")
                        .unwrap_or_default()
                        .clone_into(&mut self.prefix);
                }
                self.in_text |= name == "t";
                self.in_phonetic |= name == "rPh";
                false
            }
            Event::Empty(start) if self.depth == 0 && local(start) == "si" => {
                self.text.clear();
                self.phonetic.clear();
                true
            }
            Event::End(end) => {
                match end.local_name().into_inner() {
                    "t" => self.in_text = false,
                    "rPh" => self.in_phonetic = false,
                    _ => {}
                }
                let ends = self.depth == 1;
                self.depth = self.depth.saturating_sub(1);
                ends
            }
            event => {
                if let Some(text) = text(event)
                    && self.depth > 0
                    && self.in_text
                {
                    let into = if self.in_phonetic {
                        &mut self.phonetic
                    } else {
                        &mut self.text
                    };
                    into.push_str(&text);
                }
                false
            }
        }
    }
}
