//! What the numbers of Excel are shown as: a day is a number with the format of a day.

use std::collections::HashMap;
use std::fmt::Write as _;

use quick_xml::events::Event;

use super::package::damaged;
use super::xml::{Xml, local};
use crate::SourceError;

/// The most formats; Excel has 65 490.
const STYLES: usize = 100_000;

/// What a number is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Number,
    Day,
    Time,
    /// A day with its time.
    Moment,
    /// Hours that go on after 24.
    Elapsed,
}

/// The formats of a workbook's cells.
pub(super) fn read(mut xml: Xml) -> Result<Vec<Shown>, SourceError> {
    let mut formats = HashMap::new();
    let mut styles = Vec::new();
    let mut in_cells = false;
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "numFmt" => {
                    let id: Option<u32> = local(&start, "numFmtId")?.and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, local(&start, "formatCode")?) {
                        formats.insert(id, classify(&code));
                    }
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = local(&start, "numFmtId")?
                        .and_then(|id| id.parse().ok())
                        .unwrap_or(0);
                    styles.push(formats.get(&id).copied().unwrap_or_else(|| built_in(id)));
                }
                _ => {}
            },
            Event::End(end) if end.local_name().as_ref() == "cellXfs" => in_cells = false,
            Event::Eof => return Ok(styles),
            _ => {}
        }
        if styles.len() > STYLES || formats.len() > STYLES {
            return Err(damaged(format_args!("it has more than {STYLES} formats")));
        }
    }
}

/// The formats that every Excel has, by ECMA-376, part 1, 18.8.30.
fn built_in(id: u32) -> Shown {
    match id {
        14..=17 | 27..=31 | 36 | 50..=58 => Shown::Day,
        18..=21 | 32..=35 | 45 | 47 => Shown::Time,
        22 => Shown::Moment,
        46 => Shown::Elapsed,
        _ => Shown::Number,
    }
}

/// What a format code shows: its letters outside quotes and brackets, in the part for positive numbers.
fn classify(code: &str) -> Shown {
    let (mut day, mut time, mut month) = (false, false, false);
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter.to_ascii_lowercase() {
            ';' => break,
            '"' => {
                letters.by_ref().find(|c| *c == '"');
            }
            '\\' | '_' | '*' => {
                letters.next();
            }
            '[' => {
                let inside: String = letters.by_ref().take_while(|c| *c != ']').collect();
                let inside = inside.to_ascii_lowercase();
                if !inside.is_empty()
                    && ["h", "m", "s"]
                        .iter()
                        .any(|unit| inside.replace(unit, "").is_empty())
                {
                    return Shown::Elapsed;
                }
            }
            'y' | 'd' => day = true,
            'h' | 's' => time = true,
            'm' => month = true,
            // "General" has no letter of these but is no format of a day either.
            'g' if !day => return Shown::Number,
            _ => {}
        }
    }
    match (day, time) {
        (true, true) => Shown::Moment,
        (true, false) => Shown::Day,
        (false, true) => Shown::Time,
        (false, false) if month => Shown::Day,
        (false, false) => Shown::Number,
    }
}

impl Shown {
    /// Appends a number as it is shown; canonical, whatever the details of its format.
    pub(super) fn write(self, number: f64, from_1904: bool, into: &mut String) {
        // The last day is in the year 9999.
        let in_calendar = (0.0..2_958_466.0).contains(&number);
        if self == Self::Number || !(in_calendar || (self == Self::Elapsed && (0.0..1e9).contains(&number))) {
            // Zero has no sign that anybody meant. A write to a String never fails.
            let _ = write!(into, "{}", if number == 0.0 { 0.0 } else { number });
            return;
        }
        // Milliseconds: a time is stored as a floating-point part of a day.
        let millis = (number * 86_400_000.0).round() as i64;
        let (days, of_day) = (millis / 86_400_000, millis % 86_400_000);
        if matches!(self, Self::Day | Self::Moment) {
            write_day(days, from_1904, into);
        }
        if self == Self::Moment {
            into.push('T');
        }
        let millis = if self == Self::Elapsed { millis } else { of_day };
        if self != Self::Day {
            let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
            let _ = write!(into, "{hours:02}:{minutes:02}:{seconds:02}");
            if millis % 1000 != 0 {
                let _ = write!(into, ".{:03}", millis % 1000);
            }
        }
    }
}

/// A day of Excel, which believes that 1900 was a leap year.
fn write_day(days: i64, from_1904: bool, into: &mut String) {
    let since_1970 = match (from_1904, days) {
        (true, _) => days - 24_107,
        (false, 60) => {
            into.push_str("1900-02-29");
            return;
        }
        (false, 0..60) => days - 25_568,
        (false, _) => days - 25_569,
    };
    let _ = crate::calendar::write_day(since_1970, into);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        for (code, shown) in [
            ("General", Shown::Number),
            ("0.00E+00", Shown::Number),
            ("#,##0\\ \"kr\";[Red]\\-#,##0\\ \"kr\"", Shown::Number),
            ("0.0%", Shown::Number),
            ("0\" dagar\"", Shown::Number),
            ("yyyy\\-mm\\-dd", Shown::Day),
            ("[$-41D]d mmmm yyyy;@", Shown::Day),
            ("mmm", Shown::Day),
            ("yyyy\\-mm\\-dd\\ hh:mm", Shown::Moment),
            ("hh:mm:ss", Shown::Time),
            ("mm:ss.0", Shown::Time),
            ("h:mm AM/PM", Shown::Time),
            ("[h]:mm:ss", Shown::Elapsed),
            ("[Blue]0", Shown::Number),
        ] {
            assert_eq!(classify(code), shown, "{code}");
        }
    }

    #[test]
    fn days_of_both_systems() {
        let text = |shown: Shown, number, from_1904| {
            let mut text = String::new();
            shown.write(number, from_1904, &mut text);
            text
        };
        for (number, day) in [
            (1.0, "1900-01-01"),
            (59.0, "1900-02-28"),
            (60.0, "1900-02-29"),
            (61.0, "1900-03-01"),
            (44_681.0, "2022-04-30"),
            (44_681.999_999_999_9, "2022-05-01"),
            (-1.0, "-1"),
            (1e300, &1e300.to_string()),
        ] {
            assert_eq!(text(Shown::Day, number, false), day);
        }
        assert_eq!(text(Shown::Day, 0.0, true), "1904-01-01");
        assert_eq!(text(Shown::Moment, 44_681.573, false), "2022-04-30T13:45:07.200");
        assert_eq!(text(Shown::Time, 0.5, false), "12:00:00");
        assert_eq!(text(Shown::Elapsed, 1.5, false), "36:00:00");
        assert_eq!(text(Shown::Number, 1715.0, false), "1715");
    }
}
