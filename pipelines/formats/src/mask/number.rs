//! Person numbers among other digits, however they are spelled.

use std::borrow::Cow;

use perspektiv_identity::{Date, PersonNumber, Rules};

use super::{exponent, is_dash, is_invisible};

/// Whether a valid person number or coordination number stands in a text:
/// alone or among other words, in one piece or separated.
pub fn holds_person_number(raw: &[u8]) -> bool {
    if !may_have_number(raw) {
        return false;
    }
    let text = String::from_utf8_lossy(raw);
    any_number(&text, &|_| true) || exponent::numbers(&text).any(|number| is_person_number(&number.whole))
}

/// Whether a valid person number stands in the name of a file. A recent day
/// with a time of day, as exports are called, is taken as that.
pub fn name_holds_person_number(name: &str) -> bool {
    any_number(name, &|number| {
        let part = |from: usize| number.get(from..from + 2).and_then(|two| two.parse::<u8>().ok());
        let (century, year, hour, minute) = match number.len() {
            12 => (part(0), part(2), part(8), part(10)),
            _ => (Some(20), part(0), part(6), part(8)),
        };
        let recent = century == Some(20) && year.is_some_and(|year| (10..60).contains(&year));
        let time = hour.is_some_and(|hour| hour < 24) && minute.is_some_and(|minute| minute < 60);
        !(recent && time)
    })
}

/// A cheap first question, asked of every text of every row: ten digits, eight
/// with an exponent, or digits of another script.
fn may_have_number(raw: &[u8]) -> bool {
    if raw.len() < 10 {
        return false;
    }
    let digits = raw.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits >= 10
        || (digits >= 8 && raw.iter().any(|byte| matches!(byte, b'e' | b'E')))
        || (!raw.is_ascii() && raw.iter().any(|byte| OTHER_DIGITS.contains(byte)))
}

/// The first bytes of the digits that [`digit`] knows, beside those of ASCII.
const OTHER_DIGITS: [u8; 5] = [0xd9, 0xdb, 0xe0, 0xef, 0xf0];

/// Digits without anything between them.
struct Group {
    digits: String,
    /// Whether what stands before it is more than a single dash, plus or dot.
    apart: bool,
}

fn any_number(text: &str, counts: &dyn Fn(&str) -> bool) -> bool {
    // What nobody sees stands between two numbers, or within one.
    let seen: Cow<'_, str> = match text.contains(is_invisible) {
        true => text.chars().filter(|c| !is_invisible(*c)).collect(),
        false => Cow::Borrowed(text),
    };
    let found = |text: &str| in_groups(text, &|run| run_holds_number(run, counts));
    found(&seen) || (seen.len() < text.len() && found(text))
}

/// Whether digits are grouped as somebody would write a person number, valid or not.
pub(super) fn may_be_written_so(text: &str) -> bool {
    in_groups(text, &|run| {
        (0..run.len()).any(|first| {
            let lengths: Vec<usize> = run[first..]
                .iter()
                .take(12)
                .map(|group| group.digits.len())
                .collect();
            (1..=lengths.len()).any(|count| is_written_so(&lengths[..count]))
        })
    })
}

/// Whether something is true of digits with nothing but marks between them.
fn in_groups(text: &str, is: &dyn Fn(&[Group]) -> bool) -> bool {
    let mut run: Vec<Group> = Vec::new();
    let mut gap = String::new();
    for c in text.chars() {
        if let Some(digit) = digit(c) {
            match run.last_mut() {
                Some(group) if gap.is_empty() => group.digits.push(digit),
                _ => run.push(Group {
                    digits: digit.to_string(),
                    apart: !is_tight(&gap),
                }),
            }
            gap.clear();
        } else if !c.is_alphanumeric() {
            gap.push(c);
        } else {
            if is(&run) {
                return true;
            }
            run.clear();
            gap.clear();
        }
    }
    is(&run)
}

/// The ASCII digit of a digit: a full-width one, one of a mathematical alphabet, an
/// Arabic, a Persian or an Indian one.
pub(super) fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => return Some(c),
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{966}'..='\u{96f}' => 0x966,
        '\u{1d7ce}'..='\u{1d7ff}' => 0x1d7ce,
        _ => return None,
    };
    char::from_digit((u32::from(c) - zero) % 10, 10)
}

fn is_tight(gap: &str) -> bool {
    let mut visible = gap.chars().filter(|c| !is_invisible(*c));
    let tight = visible
        .next()
        .is_none_or(|c| is_dash(c) || matches!(c, '+' | '\u{ff0b}' | '.'));
    tight && visible.next().is_none()
}

/// A number is one group or two of them wherever they stand, or more of them
/// that stand apart from other digits: two days with dashes are none.
fn run_holds_number(run: &[Group], counts: &dyn Fn(&str) -> bool) -> bool {
    let ends_apart = |next: usize| run.get(next).is_none_or(|group| group.apart);
    (0..run.len()).any(|first| {
        let mut number = String::new();
        let mut lengths = Vec::new();
        run[first..].iter().enumerate().any(|(more, group)| {
            if number.len() > 12 {
                return false;
            }
            number.push_str(&group.digits);
            lengths.push(group.digits.len());
            let apart = more < 2 || ((first == 0 || run[first].apart) && ends_apart(first + more + 1));
            apart && is_written_so(&lengths) && is_person_number(&number) && counts(&number)
        })
    })
}

/// Whether somebody would write the ten or twelve digits in groups of these
/// lengths: the last four together, or all one by one, in pairs or in thousands.
fn is_written_so(lengths: &[usize]) -> bool {
    let total: usize = lengths.iter().sum();
    if total != 10 && total != 12 {
        return false;
    }
    let all = |length: usize, groups: &[usize]| groups.iter().all(|group| *group == length);
    lengths.len() == 1
        || lengths.last() == Some(&4)
        || all(1, lengths)
        || all(2, lengths)
        || (all(3, &lengths[1..]) && lengths[0] <= 3)
}

/// Whether ten or twelve ASCII digits are a valid number of anybody born before
/// the year 2100.
pub(super) fn is_person_number(digits: &str) -> bool {
    let century = digits.len() == 10 || ["18", "19", "20"].iter().any(|two| digits.starts_with(two));
    century
        && Date::new(2099, 12, 31)
            .is_some_and(|end| PersonNumber::parse(digits.as_bytes(), &Rules::new(end)).is_ok())
}
