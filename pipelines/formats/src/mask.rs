//! What may be an identity is masked wherever a value is shown; what is a
//! person number is told apart from other digits.
//!
//! The two questions differ on purpose. A mask covers rather too much than too
//! little, because all it costs is an example in a message. A row, or a file,
//! is refused only for a number with a day of the calendar and a right check
//! digit.

mod exponent;
mod number;

use std::borrow::Cow;
use std::ops::Range;

pub use number::{holds_person_number, name_holds_person_number};
use number::{is_person_number, may_be_written_so};

/// Characters of a value that are shown.
const SHOWN: usize = 120;

/// A value as it may be shown: `***` when it may hold an identity, wherever in
/// it (a shifted row puts a person number under another column); long values
/// are cut.
pub fn shown(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    if may_hold_identity(&text) {
        return "***".to_owned();
    }
    // A character that nobody can see is often what is wrong.
    let text: String = text
        .chars()
        .flat_map(|c| match c.is_control() {
            true => c.escape_default().collect::<Vec<_>>(),
            false => vec![c],
        })
        .collect();
    match text.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

/// Whether a value may hold an identity.
pub fn may_hold_identity(value: &str) -> bool {
    !spans(value, |c| !c.is_alphanumeric()).is_empty()
}

/// A sentence of somebody else, such as an engine's error, with `***` for all
/// that may be an identity in it.
pub fn masked(sentence: &str) -> Cow<'_, str> {
    let mut spans = spans(sentence, joins);
    // Lines below each other are seldom one number, unless they are written as one.
    let breaks = |c: char| joins(c) || is_line_end(c);
    let broken = spans_of(sentence, breaks).into_iter().filter(|span| {
        let text = &sentence[span.clone()];
        text.contains(is_line_end) && may_be_written_so(text)
    });
    spans.extend(broken);
    let spans = united(spans);
    if spans.is_empty() {
        return Cow::Borrowed(sentence);
    }
    let mut text = String::with_capacity(sentence.len());
    let mut from = 0;
    for span in spans {
        text.push_str(&sentence[from..span.start]);
        text.push_str("***");
        from = span.end;
    }
    text.push_str(&sentence[from..]);
    Cow::Owned(text)
}

/// What people, programs and typesetters put between the digits of a number.
fn joins(c: char) -> bool {
    is_dash(c)
        || is_invisible(c)
        || (c.is_whitespace() && !is_line_end(c))
        || matches!(c, '+' | '\u{ff0b}' | '.' | '·' | '/' | '_')
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// Characters without width: soft hyphens, joiners, marks of direction and of variants.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// Digits under way, with what may stand between them.
#[derive(Default)]
struct Run {
    start: usize,
    /// After its last digit.
    end: usize,
    digits: usize,
    /// Digits since the last character between them.
    last: usize,
}

/// Where identities may stand, in digits or with an exponent.
fn spans(text: &str, between: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut spans = spans_of(text, between);
    spans.extend(exponent::numbers(text).map(|number| number.span));
    united(spans)
}

/// In order, those that overlap as one.
fn united(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| span.start);
    let mut united: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match united.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => united.push(span),
        }
    }
    united
}

/// Where identities may stand: ten digits or more, however they are separated
/// by what `between` accepts; or a date and four letters or digits, the form
/// of reserve numbers.
fn spans_of(text: &str, between: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut run = Run::default();
    let mut close = |run: &mut Run, end: usize| {
        let other = || is_fraction(&text[run.start..end]) || is_moment(with_clock(text, run.start, end));
        if end > run.end || (run.digits >= 10 && !other()) {
            spans.push(run.start..end);
        }
        *run = Run::default();
    };
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        if at < skip {
            continue;
        }
        let after = at + c.len_utf8();
        if c.is_numeric() {
            if run.digits == 0 {
                run.start = at;
            }
            run.last = if run.end == at { run.last + 1 } else { 1 };
            run.digits += 1;
            run.end = after;
        } else if c.is_alphanumeric() && run.digits > 0 {
            let tail = run.reserve_tail(text, at);
            skip = at + tail;
            let end = if tail > 0 { skip } else { run.end };
            close(&mut run, end);
        } else if run.digits > 0 && !between(c) && !is_thousands_mark(c, &text[after..], run.end == at) {
            let end = run.end;
            close(&mut run, end);
        }
    }
    let end = run.end;
    close(&mut run, end);
    spans
}

/// Whether all of a text is a number with decimals which is not written as an
/// identity is: neither six or eight digits and four more, nor so many digits
/// before the mark that they may be one, nor a valid one behind it.
fn is_fraction(text: &str) -> bool {
    let Some((whole, decimals)) = text.split_once(['.', ',']) else {
        return false;
    };
    let groups: Vec<&str> = whole.split([' ', '\u{a0}', '\u{202f}']).collect();
    let regular = groups.iter().skip(1).all(|group| group.len() == 3)
        && (groups.len() == 1 || groups.first().is_some_and(|group| (1..=3).contains(&group.len())));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let length: usize = groups.iter().map(|group| group.len()).sum();
    let written_so = matches!(length, 6 | 8) && decimals.len() == 4;
    regular && groups.iter().all(|group| digits(group)) && digits(decimals) && length < 9 && !written_so
        // A number in a list, `1.6509289960`.
        && !is_person_number(decimals)
}

/// The digits from `start` to `end`, with the minutes behind them, which sentences keep apart by a colon.
fn with_clock(text: &str, start: usize, end: usize) -> &str {
    let rest = &text[end..];
    let clock = rest
        .find(|c: char| !c.is_ascii_digit() && c != ':')
        .unwrap_or(rest.len());
    let clock = if rest.starts_with(':') { clock } else { 0 };
    &text[start..end + clock]
}

/// Whether all of a text is a day and a time with a colon, as `2024-03-01 14:00`.
fn is_moment(text: &str) -> bool {
    let Some((day, time)) = text.split_once(' ') else {
        return false;
    };
    let number = |text: Option<&str>, length: usize, limit: u16| {
        let digits =
            text.filter(|text| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()));
        digits
            .and_then(|text| text.parse().ok())
            .is_some_and(|number: u16| number < limit)
    };
    let mut parts = day.split(['-', '/', '.']);
    let day = number(parts.next(), 4, 10_000) && number(parts.next(), 2, 13) && number(parts.next(), 2, 32);
    let mut times = time.splitn(3, ':');
    let clock = number(times.next(), 2, 24) && number(times.next(), 2, 60);
    let second = times.next().is_none_or(|second| {
        let (second, rest) = second.split_once(['.', ',']).unwrap_or((second, "0"));
        number(Some(second), 2, 61) && rest.len() <= 9 && rest.bytes().all(|byte| byte.is_ascii_digit())
    });
    day && parts.next().is_none() && clock && second
}

impl Run {
    /// The bytes of the letters and digits at `at`, when they and the digits
    /// before them have the form of a reserve number: `19810829-SU3A`.
    fn reserve_tail(&self, text: &str, at: usize) -> usize {
        let tail = &text[at..];
        let length = tail.find(|c: char| !c.is_alphanumeric()).unwrap_or(tail.len());
        let tail = &tail[..length];
        let gap: Vec<char> = text[self.end..at].chars().collect();
        let near = match gap.as_slice() {
            [] => true,
            [one] => is_dash(*one) || is_invisible(*one) || *one == '+',
            _ => false,
        };
        let numbered = gap.len() <= 3 && tail.chars().take(4).any(char::is_numeric);
        let dated = (self.last >= 6 && near) || (self.digits >= 6 && numbered);
        if dated && tail.chars().count() >= 4 {
            length
        } else {
            0
        }
    }
}

/// A comma or apostrophe directly between two digits, as spreadsheets group
/// large numbers.
fn is_thousands_mark(c: char, rest: &str, follows_digit: bool) -> bool {
    matches!(c, ',' | '\'' | '’') && follows_digit && rest.starts_with(char::is_numeric)
}

#[cfg(test)]
mod tests;
