//! Days as people write them, once it is known in which order: `31.12.2024`, `5/1 2024`, `1 jan 2024`, `2024-W05`.

use perspektiv_identity::Date;

/// In which order the parts of a day stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// Year, month, day: `2024/1/5`.
    Year,
    /// Day, month, year: `5/1 2024`, `05.01.2024`, `5 januari 2024`.
    Day,
    /// Month, day, year: `1/5/2024`, `Jan 5, 2024`.
    Month,
    /// Weeks of ISO 8601, as their Mondays: `2024-W05`; with a day of the week, that day: `2024-W05-3`.
    Week,
}

/// The months by their first three letters, in Swedish and in English.
const MONTHS: [[&str; 2]; 12] = [
    ["jan", "jan"],
    ["feb", "feb"],
    ["mar", "mar"],
    ["apr", "apr"],
    ["maj", "may"],
    ["jun", "jun"],
    ["jul", "jul"],
    ["aug", "aug"],
    ["sep", "sep"],
    ["okt", "oct"],
    ["nov", "nov"],
    ["dec", "dec"],
];

/// The longest text that may be a day.
const LONGEST: usize = 40;

impl DayOrder {
    /// Their names in definitions.
    pub const NAMES: [&'static str; 4] = ["ymd", "dmy", "mdy", "week"];

    /// All of them, in the order of their names.
    pub const ALL: [Self; 4] = [Self::Year, Self::Day, Self::Month, Self::Week];

    /// The order of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let at = Self::NAMES.iter().position(|known| *known == name)?;
        Self::ALL.get(at).copied()
    }

    /// Its name in definitions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "ymd",
            Self::Day => "dmy",
            Self::Month => "mdy",
            Self::Week => "week",
        }
    }

    /// What is expected of a supplier, in Swedish.
    #[must_use]
    pub fn swedish(self) -> &'static str {
        match self {
            Self::Year => "år, månad, dag",
            Self::Day => "dag, månad, år",
            Self::Month => "månad, dag, år",
            Self::Week => "vecka, som ÅÅÅÅ-Wvv",
        }
    }

    /// What reads such days: the days since 1970-01-01, nothing for what is none. A time behind the day is left out
    /// of account.
    #[must_use]
    pub fn reader(self) -> fn(&[u8]) -> Option<i32> {
        match self {
            Self::Year => |raw| read(raw, Self::Year),
            Self::Day => |raw| read(raw, Self::Day),
            Self::Month => |raw| read(raw, Self::Month),
            Self::Week => |raw| read(raw, Self::Week),
        }
    }
}

fn read(raw: &[u8], order: DayOrder) -> Option<i32> {
    let text = std::str::from_utf8(raw)
        .ok()
        .filter(|text| text.len() <= LONGEST)?;
    let text = text.trim();
    if order == DayOrder::Week {
        return week(text);
    }
    let (parts, marks) = parts(without_time(text))?;
    let [a, b, c] = parts;
    let (year, month, day) = match order {
        DayOrder::Day => (c, b, a),
        DayOrder::Month => (c, a, b),
        _ => (a, b, c),
    };
    let named = MONTHS.iter().position(|names| is_name(month, names));
    let month = match named {
        Some(at) => at as u64 + 1,
        None => number(month, 1..=2)?,
    };
    let numbers = named.is_none();
    // Elsewhere than in America the day comes first: where points stand, a space, or two marks.
    if order == DayOrder::Month && numbers && marks != ['/'; 2] && marks != ['-'; 2] {
        return None;
    }
    // A comma between numbers is another one's.
    if numbers && marks.contains(&',') {
        return None;
    }
    let year = u16::try_from(number(year, 4..=4)?).ok()?;
    let month = u8::try_from(month).ok()?;
    let day = u8::try_from(number(day, 1..=2)?).ok()?;
    Date::new(year, month, day)?;
    (year > 0).then(|| since_1970(year.into(), month.into(), day.into()))
}

/// A text without the time of day at its end.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else {
        return text;
    };
    // What stands before the hour ends the day.
    let before = text.get(..colon).unwrap_or_default();
    let hour = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_clock = (1..=2).contains(&(before.len() - hour.len()));
    let known = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | 'Z' | '+' | '-');
    match is_clock && text.get(colon..).unwrap_or_default().chars().all(known) {
        true => match hour.strip_suffix([' ', 'T']) {
            Some(day) => day
                .trim_end()
                .trim_end_matches("kl")
                .trim_end_matches("kl.")
                .trim_end(),
            None => text,
        },
        false => text,
    }
}

/// The three parts of a day, and what stands between them.
fn parts(text: &str) -> Option<([&str; 3], [char; 2])> {
    let mut parts = [""; 3];
    let mut marks = [' '; 2];
    let mut rest = text;
    for at in 0..3 {
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        if part.is_empty() {
            return None;
        }
        *parts.get_mut(at)? = part;
        let Some(mark) = marks.get_mut(at) else {
            return behind.is_empty().then_some((parts, marks));
        };
        // `5 jan. 2024` and `Jan 5, 2024` have a mark and a space.
        let mut between = behind.chars();
        *mark = between
            .next()
            .filter(|c| matches!(c, '/' | '.' | '-' | ' ' | ','))?;
        rest = between.as_str();
        if matches!(*mark, '.' | ',') {
            rest = rest.strip_prefix(' ').unwrap_or(rest);
        }
    }
    None
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u64> {
    let regular = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    regular.then(|| text.parse().ok())?
}

/// Whether a word is the name of a month, whole or cut after three letters or four.
fn is_name(word: &str, names: &[&str; 2]) -> bool {
    let whole = [
        "januari",
        "january",
        "februari",
        "february",
        "mars",
        "march",
        "april",
        "maj",
        "may",
        "juni",
        "june",
        "juli",
        "july",
        "augusti",
        "august",
        "september",
        "oktober",
        "october",
        "november",
        "december",
    ];
    let word = word.to_lowercase();
    let begins = names.iter().any(|name| word.starts_with(name));
    begins && (matches!(word.len(), 3 | 4) || whole.contains(&word.as_str())) && {
        whole.iter().any(|name| name.starts_with(&word))
    }
}

/// `2024-W05`, `2024W05`, `2024-v05`, and `2024-W05-3`.
fn week(text: &str) -> Option<i32> {
    let year = text.get(..4)?;
    let rest = text.get(4..)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let rest = rest.strip_prefix(['W', 'w', 'V', 'v'])?;
    let (week, day) = match rest.split_once('-') {
        Some((week, day)) => (week, number(day, 1..=1)?),
        None => (rest, 1),
    };
    let year = i64::try_from(number(year, 4..=4)?).ok()?;
    let week = i64::try_from(number(week, 2..=2)?).ok()?;
    let day = i64::try_from(day).ok().filter(|day| (1..=7).contains(day))?;
    // The fourth of January is in the first week.
    let monday = |year: i64| {
        let fourth = i64::from(since_1970(year, 1, 4));
        fourth - (fourth + 3).rem_euclid(7)
    };
    let begin = monday(year) + (week - 1) * 7;
    let exists = year > 0 && week >= 1 && begin < monday(year + 1);
    exists.then(|| i32::try_from(begin + day - 1).ok())?
}

/// Days since 1970-01-01 of a day that exists (Hinnant, `days_from_civil`).
fn since_1970(year: i64, month: i64, day: i64) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    // A year has four digits.
    (era * 146_097 + days - 719_468) as i32
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A day as `2024-01-05`, by each order that reads it.
    fn read(text: &str) -> Vec<(DayOrder, String)> {
        let by = |order: DayOrder| {
            let days = order.reader()(text.as_bytes())?;
            let mut written = String::new();
            crate::calendar::write_day(days.into(), &mut written).unwrap();
            Some((order, written))
        };
        DayOrder::ALL.into_iter().filter_map(by).collect()
    }

    #[test]
    fn days_have_the_order_in_which_they_exist() {
        use DayOrder::{Day, Month, Week, Year};
        for (text, order, day) in [
            ("31.12.2024", Day, "2024-12-31"),
            ("05.01.2024", Day, "2024-01-05"),
            ("31/12/2024", Day, "2024-12-31"),
            ("5/1 2024", Day, "2024-01-05"),
            ("5/1-2024", Day, "2024-01-05"),
            ("1 jan 2024", Day, "2024-01-01"),
            ("1 januari 2024", Day, "2024-01-01"),
            ("1 Sept 2024", Day, "2024-09-01"),
            ("3 maj 2024 14:30", Day, "2024-05-03"),
            ("29 feb. 2024", Day, "2024-02-29"),
            ("31.12.2024 kl 14:30", Day, "2024-12-31"),
            ("12/31/2024", Month, "2024-12-31"),
            ("Jan 5, 2024", Month, "2024-01-05"),
            ("2024/1/5", Year, "2024-01-05"),
            ("2024.01.05", Year, "2024-01-05"),
            ("2024-01-05 14:30:00", Year, "2024-01-05"),
            ("2024 jan 5", Year, "2024-01-05"),
            ("2024-W05", Week, "2024-01-29"),
            ("2024W01", Week, "2024-01-01"),
            ("2020-W53", Week, "2020-12-28"),
            ("2021-W01", Week, "2021-01-04"),
            ("2024-v05", Week, "2024-01-29"),
            ("2024-W05-7", Week, "2024-02-04"),
        ] {
            assert_eq!(read(text), [(order, day.to_owned())], "{text}");
        }
        // By the day or by the month: nobody knows.
        assert_eq!(
            read("5/1/2024"),
            [(Day, "2024-01-05".to_owned()), (Month, "2024-05-01".to_owned())]
        );
    }

    #[test]
    fn what_is_no_day_is_read_by_none() {
        for text in [
            "",
            "2024",
            "31.13.2024",
            "30.02.2024",
            "31.12.24",
            "1.2",
            "1.2.3",
            "12:30",
            "2024-W54",
            "2023-W53",
            "2024-W00",
            "2024-W05-8",
            "1 jam 2024",
            "1 januar 2024",
            "1 mayo 2024",
            "5/1/2024x",
            "5//1/2024",
            "5,1,2024",
            "0000-01-01",
            "0/1/2024",
            "5,1;2024",
            "1.5.2024.7",
            "2024-1",
            "054-12 34 56",
            "12345678",
            "1 234 567",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }

    #[test]
    fn names_and_orders_go_together() {
        for (order, name) in DayOrder::ALL.into_iter().zip(DayOrder::NAMES) {
            assert_eq!((order.name(), DayOrder::named(name)), (name, Some(order)));
        }
        assert_eq!(DayOrder::named("dym"), None);
    }
}
