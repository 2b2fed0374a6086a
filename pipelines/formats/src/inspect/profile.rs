//! What the values of one column are, gathered while they pass.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::value::{self, Day};
use crate::{DayOrder, Field, holds_person_number, may_hold_identity, shown};

/// Distinct values of a column that are told apart and counted.
const DISTINCT: usize = 1000;
/// Longer values are counted among the others.
const LONG: usize = 100;
/// Examples of a column.
const EXAMPLES: usize = 5;

/// How many values, over all columns, may be remembered to see whether they come again.
pub(super) struct Budget(pub(super) usize);

/// A column while it passes.
pub(super) struct Profile<'a> {
    pub(super) empty: u64,
    pub(super) filled: u64,
    /// Values and how often they came; of those beyond [`DISTINCT`] only `seen` knows.
    tallies: HashMap<Box<str>, u64>,
    pub(super) overflowed: bool,
    beyond: Seen,
    /// Hashes of all values, until one comes twice; then it is known.
    hashes: Option<HashSet<u64>>,
    pub(super) unique: Option<bool>,
    pub(super) examples: Vec<String>,
    /// Texts in which a person number stands.
    pub(super) person_numbers: u64,
    pub(super) reading: Reading<'a>,
}

/// How the values of a column are to be understood.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    /// The decimal mark.
    pub(super) mark: u8,
    /// What the file says of the column.
    pub(super) about: Option<&'a Field>,
    /// Whether the file is published statistics, in which every value is one.
    pub(super) published: bool,
}

/// Values by what they can be.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// Values that mean something.
    pub(super) values: u64,
    /// Values that the file declares to be none.
    pub(super) declared: u64,
    /// Words for no answer, and numbers that may be codes for it.
    pub(super) marks: BTreeMap<String, u64>,
    pub(super) words: BTreeMap<String, u64>,
    pub(super) candidates: BTreeMap<i64, u64>,
    pub(super) integers: u64,
    /// The fewest and the most digits of whole numbers.
    pub(super) digits: Option<(usize, usize)>,
    pub(super) numbers: u64,
    /// The most decimals.
    pub(super) decimals: usize,
    pub(super) padded: u64,
    /// The least and greatest number that is no candidate.
    pub(super) range: Option<(f64, f64)>,
    pub(super) days: u64,
    pub(super) compact_days: u64,
    pub(super) months: u64,
    pub(super) compact_months: u64,
    pub(super) other_days: u64,
    /// Values that are days in each order, and the first and the last of them.
    pub(super) orders: [u64; DayOrder::ALL.len()],
    pub(super) reach: [Option<(i32, i32)>; DayOrder::ALL.len()],
    /// Days with a time other than midnight.
    pub(super) times: u64,
    /// Moments of universal time, whose day may be another one here.
    pub(super) utc: u64,
    /// The first and the last by their bytes: for days and months, which sort so.
    pub(super) bounds: Option<(Box<str>, Box<str>)>,
    pub(super) persons: u64,
    pub(super) person_forms: u64,
    pub(super) hex: u64,
    /// Sixteen hexadecimal digits with a letter among them.
    pub(super) hex_letters: u64,
    pub(super) yes_or_no: u64,
    pub(super) longest: usize,
}

impl Reading<'_> {
    /// Whether the file says that a value means no answer.
    fn is_missing(&self, text: &str) -> bool {
        self.about.is_some_and(|about| about.is_missing(text))
    }
}

impl<'a> Profile<'a> {
    pub(super) fn new(reading: Reading<'a>) -> Self {
        Self {
            empty: 0,
            filled: 0,
            tallies: HashMap::new(),
            overflowed: false,
            beyond: Seen::default(),
            hashes: Some(HashSet::new()),
            unique: None,
            examples: Vec::new(),
            person_numbers: 0,
            reading,
        }
    }

    /// Takes the next value.
    pub(super) fn add(&mut self, raw: &[u8], hasher: &RandomState, budget: &mut Budget) {
        let text = String::from_utf8_lossy(raw);
        let text = text.trim();
        if text.is_empty() {
            self.empty += 1;
            return;
        }
        self.filled += 1;
        self.remember(text, hasher, budget);
        if let Some(count) = self.tallies.get_mut(text) {
            *count += 1;
            return;
        }
        self.person_numbers +=
            u64::from(!value::has_person_form(text) && holds_person_number(text.as_bytes()));
        if self.examples.len() < EXAMPLES {
            let example = shown(text.as_bytes());
            if !self.examples.contains(&example) {
                self.examples.push(example);
            }
        }
        // Those that mean no answer are told apart among any number of others.
        let most = match self.reading.is_missing(text) {
            true => 2 * DISTINCT,
            false => DISTINCT,
        };
        if self.tallies.len() < most && text.len() <= LONG {
            self.tallies.insert(text.into(), 1);
        } else {
            self.overflowed = true;
            self.beyond.add(text, 1, &self.reading);
        }
    }

    /// Notes whether the value came before.
    fn remember(&mut self, text: &str, hasher: &RandomState, budget: &mut Budget) {
        let Some(hashes) = &mut self.hashes else {
            return;
        };
        if budget.0 == 0 {
            self.hashes = None;
        } else if hashes.insert(hasher.hash_one(text)) {
            budget.0 -= 1;
        } else {
            budget.0 += hashes.len();
            self.hashes = None;
            self.unique = Some(false);
        }
    }

    /// All that has passed, by what it can be.
    pub(super) fn seen(&mut self) -> Seen {
        if self.hashes.is_some() && self.filled > 0 {
            self.unique = Some(true);
        }
        let mut seen = self.beyond.clone();
        for (text, count) in &self.tallies {
            seen.add(text, *count, &self.reading);
        }
        seen
    }

    /// The values that the file says mean no answer, and how often they came.
    pub(super) fn declared(&self) -> BTreeMap<String, u64> {
        let found = self
            .tallies
            .iter()
            .filter(|(text, _)| self.reading.is_missing(text));
        found.map(|(text, count)| (text.to_string(), *count)).collect()
    }

    /// The distinct values that were told apart.
    pub(super) fn distinct(&self) -> usize {
        self.tallies.len()
    }

    /// The distinct values and their counts, in the order of numbers or letters; `None` when they are too many,
    /// or may be identities.
    pub(super) fn codes(&self) -> Option<Vec<(String, u64)>> {
        let identity = || self.tallies.keys().any(|text| may_hold_identity(text));
        if self.overflowed || identity() {
            return None;
        }
        let mut codes: Vec<(String, u64)> = self
            .tallies
            .iter()
            .map(|(text, count)| (text.to_string(), *count))
            .collect();
        let number =
            |text: &str| value::number(text, self.reading.mark).map_or(f64::INFINITY, |number| number.value);
        codes.sort_by(|(a, _), (b, _)| number(a).total_cmp(&number(b)).then_with(|| a.cmp(b)));
        Some(codes)
    }
}

impl Seen {
    /// Takes a value that came so often.
    fn add(&mut self, text: &str, count: u64, reading: &Reading<'_>) {
        if reading.is_missing(text) {
            self.declared += count;
            return;
        }
        if !reading.published && value::is_mark(text) {
            *self.marks.entry(text.to_owned()).or_default() += count;
            return;
        }
        if !reading.published && value::is_missing_word(text) {
            *self.words.entry(text.to_owned()).or_default() += count;
            return;
        }
        self.values += count;
        self.longest = self.longest.max(text.chars().count());
        self.yes_or_no += count * u64::from(value::is_yes_or_no(text));
        self.persons += count * u64::from(value::is_person(text));
        self.person_forms += count * u64::from(value::has_person_form(text));
        if value::is_hex(text) {
            self.hex += count;
            self.hex_letters += count * u64::from(text.bytes().any(|byte| byte.is_ascii_alphabetic()));
        }
        if let Some(number) = value::number(text, reading.mark) {
            self.numbers += count;
            self.decimals = self.decimals.max(number.decimals);
            self.padded += count * u64::from(number.padded);
            if number.integer.is_some() {
                self.integers += count;
                let (fewest, most) = self.digits.unwrap_or((text.len(), text.len()));
                self.digits = Some((fewest.min(text.len()), most.max(text.len())));
            }
            match number.integer.filter(|number| value::is_missing_number(*number)) {
                Some(candidate) if !number.padded && !reading.published => {
                    *self.candidates.entry(candidate).or_default() += count
                }
                _ => self.widen(number.value),
            }
        }
        let day = value::day(text);
        if day.is_some() {
            self.order(text, count);
        }
        match day {
            None => return,
            Some(Day::Dashed) => {
                self.days += count;
                self.times += count * u64::from(value::has_time(text));
                self.utc += count * u64::from(text.len() > 10 && text.ends_with('Z'));
            }
            Some(Day::Compact) => self.compact_days += count,
            Some(Day::Month) => self.months += count,
            Some(Day::CompactMonth) => self.compact_months += count,
            Some(Day::Other) => self.other_days += count,
        }
        let (low, high) = self.bounds.get_or_insert_with(|| (text.into(), text.into()));
        if text < &**low {
            *low = text.into();
        }
        if text > &**high {
            *high = text.into();
        }
    }

    /// Notes which orders a day can have.
    fn order(&mut self, text: &str, count: u64) {
        let days = value::orders(text).into_iter();
        for ((day, orders), reach) in days.zip(&mut self.orders).zip(&mut self.reach) {
            if let Some(day) = day {
                *orders += count;
                let (first, last) = reach.unwrap_or((day, day));
                *reach = Some((first.min(day), last.max(day)));
            }
        }
    }

    /// The one order in which all values are days that are written in no usual form, and their reach.
    pub(super) fn day_order(&self) -> Option<(DayOrder, (i32, i32))> {
        let possible = |at: &usize| self.values > 0 && self.orders.get(*at) == Some(&self.values);
        let mut all = (0..DayOrder::ALL.len()).filter(possible);
        let at = all
            .next()
            .filter(|_| self.other_days > 0 && all.next().is_none())?;
        let reach = self.reach.get(at).copied().flatten()?;
        DayOrder::ALL.get(at).map(|order| (*order, reach))
    }

    /// Makes room for a number in the range.
    pub(super) fn widen(&mut self, number: f64) {
        let (low, high) = self.range.unwrap_or((number, number));
        self.range = Some((low.min(number), high.max(number)));
    }

    /// The candidates that stand out from all other numbers: more than half the width of those beyond them,
    /// or below zero where nothing else is. The others join the range.
    pub(super) fn standing_out(&mut self) -> Vec<(i64, u64)> {
        let mut out = Vec::new();
        let candidates = std::mem::take(&mut self.candidates);
        let (below, above): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|(number, _)| *number < 0);
        for (number, count) in above {
            let value = number as f64;
            match self.range {
                Some((low, high)) if value > high && value - high > ((high - low) * 0.5).max(1.5) => {
                    out.push((number, count));
                }
                _ => self.widen(value),
            }
        }
        for (number, count) in below.into_iter().rev() {
            match self.range {
                Some((low, _)) if low >= 0.0 => out.push((number, count)),
                _ => self.widen(number as f64),
            }
        }
        out
    }
}
