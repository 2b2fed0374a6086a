//! What may be an identity is masked wherever a value is shown; what is a
//! person number is told apart from other digits.
//!
//! The two questions differ on purpose. A mask covers rather too much than too
//! little, because all it costs is an example in a message. A row, or a file,
//! is refused only for a number with a day of the calendar and a right check
//! digit.

use std::borrow::Cow;
use std::ops::Range;

use perspektiv_identity::{Date, PersonNumber, Rules};

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
    let spans = spans(sentence, joins);
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
        || (c.is_whitespace() && !matches!(c, '\n' | '\r'))
        || matches!(c, '+' | '\u{ff0b}' | '.' | '·' | '/' | '_')
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
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

/// Where identities may stand: ten digits or more, however they are separated
/// by what `between` accepts; or a date and four letters or digits, the form
/// of reserve numbers.
fn spans(text: &str, between: impl Fn(char) -> bool) -> Vec<Range<usize>> {
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

/// Whether a valid person number or coordination number stands in a text:
/// alone or among other words, in one piece or separated.
pub fn holds_person_number(raw: &[u8]) -> bool {
    may_have_ten_digits(raw) && any_number(&String::from_utf8_lossy(raw), &|_| true)
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

/// A cheap first question, asked of every text of every row. Full-width digits
/// begin with the byte 0xEF.
fn may_have_ten_digits(raw: &[u8]) -> bool {
    raw.len() >= 10 && (raw.iter().filter(|byte| byte.is_ascii_digit()).count() >= 10 || raw.contains(&0xef))
}

/// Digits without anything between them.
struct Group {
    digits: String,
    /// Whether what stands before it is more than a single dash, plus or dot.
    apart: bool,
}

fn any_number(text: &str, counts: &dyn Fn(&str) -> bool) -> bool {
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
        } else if !c.is_alphanumeric() && !matches!(c, '\n' | '\r') {
            gap.push(c);
        } else {
            if run_holds_number(&run, counts) {
                return true;
            }
            run.clear();
            gap.clear();
        }
    }
    run_holds_number(&run, counts)
}

/// The ASCII digit of a digit or a full-width digit.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
        _ => None,
    }
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
fn is_person_number(digits: &str) -> bool {
    let century = digits.len() == 10 || ["18", "19", "20"].iter().any(|two| digits.starts_with(two));
    century
        && Date::new(2099, 12, 31)
            .is_some_and(|end| PersonNumber::parse(digits.as_bytes(), &Rules::new(end)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_whatever_may_be_an_identity() {
        for value in [
            "191212121212",
            "121212-1212",
            "121212+1212",
            "19810829-SU3A",
            "id 1212121212 x",
            "19810829SU3A",
            "1965-09-28-9960",
            "19650928–9960",
            "19650928—9960",
            "650928 — 9960",
            "1965 09 28 99 60",
            "19650928\u{a0}9960",
            "1965.09.28.9960",
            "650928\u{ad}9960",
            "１９６５０９２８９９６０",
            "196,509,289,960",
            "Anna (650928/9960) ringde",
            "x196509289960y",
            "1981-08-29 SU3A",
            "650928\n9960",
            "650928.9960",
            "1.6509289960",
            "19650928,9960",
            "196509289960.0",
            "6509289960,00",
            "6 509 289 960,00",
            "1965-09-28 99:60",
            "1965-09-28 9960",
        ] {
            assert_eq!(shown(value.as_bytes()), "***", "{value}");
        }
        for value in [
            "2019-13-45",
            "Karlstad",
            "12 345,67",
            "20191345",
            "V15E14400",
            "2019-01-01 besök",
            "123456 rader",
            "0.333333333333",
            "-0,196509289961",
            "10.123456789012",
            "1 234 567,8912",
            "2024-03-01 14:00",
            "2024-03-01 14:00:59.123",
        ] {
            assert_eq!(shown(value.as_bytes()), value);
        }
        assert_eq!(shown(b"17\x0015"), "17\\u{0}15");
    }

    #[test]
    fn sentences_keep_what_is_no_identity() {
        assert_eq!(
            masked("Cannot cast string '196509289960' to value of Int32 type, 1965-09-28–9960 neither"),
            "Cannot cast string '***' to value of Int32 type, *** neither"
        );
        for plain in [
            "Line 123456, column 7: 200000 rows",
            "Failed to allocate additional 104857600 bytes",
            "Decimal128(14, 2), line 12345\n678901 rows",
            "'0.333333333333' at 2024-03-01 14:00:00, not 31.123456789012",
        ] {
            assert_eq!(masked(plain), plain);
        }
    }

    #[test]
    fn person_numbers_are_told_from_other_digits() {
        for text in [
            "196509289960",
            "6509289960",
            "19650928-9960",
            "650928+9960",
            "1965-09-28-9960",
            "19650928 – 9960",
            "1965 0928 9960",
            "19 65 09 28 99 60",
            "196,509,289,960",
            "１９６５０９２８-9960",
            "Ring 054 12 34, pnr 19650928-9960 2024-01-01",
            "12-19650928-9960-3",
            "x6509289960y",
            "19650928:9960",
            "650928;9960",
            "19650928 | 9960",
            "19650928\u{2062}9960",
            "1 9 6 5 0 9 2 8 9 9 6 0",
            "19730288-9931",
        ] {
            assert!(holds_person_number(text.as_bytes()), "{text}");
        }
        for text in [
            "196509289961",
            "19651328-9960",
            "165009289960",
            "2019-01-01 2019-12-31",
            "2011-12-13 14:30",
            "0196509289960",
            "31.32959689",
            "5605b66b-e92d-c16c-1b83-b8bf7040d51f",
            "Centralsjukhuset Karlstad",
            "",
        ] {
            assert!(!holds_person_number(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn days_and_times_in_file_names_are_no_person_numbers() {
        for name in [
            "19650928-9960.csv",
            "svar_6509289960.json",
            "pnr_19650928_9960.csv",
        ] {
            assert!(name_holds_person_number(name), "{name}");
        }
        for year in 2015..2030 {
            for day in 1..29 {
                for name in [
                    format!("regionvard_{year}01{day:02}-{year}1231.csv"),
                    format!("regionvard_{year}-01-{day:02}_{year}-12-31.csv"),
                    format!("export_{year}01{day:02}_1030.csv"),
                    format!("export_{year}-01-{day:02}-2359.csv"),
                ] {
                    assert!(!name_holds_person_number(&name), "{name}");
                }
            }
        }
    }
}
