//! Values of SPSS as text: numbers, days and times by their print format.

use std::fmt::Write as _;

use crate::FieldKind;
use crate::calendar::write_day;

/// The number that stands for nothing (system-missing).
pub(super) const NOTHING: f64 = -f64::MAX;

/// The lower end of a range of missing values that has none: the number next to [`NOTHING`].
pub(super) const LOWEST: f64 = f64::from_bits((-f64::MAX).to_bits() - 1);

/// Seconds from SPSS' first day, 14 October 1582, to 1 January 1970.
const EPOCH: f64 = 12_219_379_200.0;

/// What a number stands for, by its print format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Number,
    Day,
    /// A day with its time.
    Moment,
    /// Hours, minutes and seconds, also more than a day.
    Time,
}

impl Meaning {
    /// By the print format's type.
    pub(super) fn of(format: i32) -> Self {
        match (format >> 16) & 0xff {
            // DATE, ADATE, JDATE, MOYR, QYR, WKYR, EDATE, SDATE
            20 | 23 | 24 | 28 | 29 | 30 | 38 | 39 => Self::Day,
            // DATETIME, YMDHMS
            22 | 41 => Self::Moment,
            // TIME, DTIME, MTIME
            21 | 25 | 40 => Self::Time,
            _ => Self::Number,
        }
    }

    pub(super) fn kind(self) -> Option<FieldKind> {
        match self {
            Self::Number => Some(FieldKind::Number),
            Self::Day => Some(FieldKind::Date),
            Self::Moment | Self::Time => None,
        }
    }

    /// Appends a value; nothing for [`NOTHING`].
    pub(super) fn write(self, value: f64, into: &mut String) {
        if value == NOTHING {
            return;
        }
        let days = (value - EPOCH).div_euclid(86_400.0);
        // Years 0 to 9999; what lies outside is handed out as it is stored.
        let in_calendar = (-719_528.0..2_932_897.0).contains(&days);
        // A write to a String never fails.
        let _ = match self {
            Self::Day if in_calendar => write_day(days as i64, into),
            Self::Moment if in_calendar => {
                let _ = write_day(days as i64, into);
                into.push('T');
                write_time((value - EPOCH).rem_euclid(86_400.0), 86_399.999, into)
            }
            Self::Time if value.abs() < 1e12 => {
                if value < 0.0 {
                    into.push('-');
                }
                write_time(value.abs(), f64::INFINITY, into)
            }
            // Zero has no sign that anybody meant.
            _ => write!(into, "{}", if value == 0.0 { 0.0 } else { value }),
        };
    }

    /// A value as text.
    pub(super) fn text(self, value: f64) -> String {
        let mut text = String::new();
        self.write(value, &mut text);
        text
    }
}

/// Seconds as a time of day, to the millisecond: they are stored as floating-point numbers. `most` keeps
/// the last moment of a day from being rounded into the next.
fn write_time(seconds: f64, most: f64, into: &mut String) -> std::fmt::Result {
    let millis = ((seconds * 1000.0).round() as u64).min((most * 1000.0) as u64);
    let (seconds, millis) = (millis / 1000, millis % 1000);
    write!(
        into,
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )?;
    match millis {
        0 => Ok(()),
        _ => write!(into, ".{millis:03}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_days_and_times() {
        for (meaning, value, text) in [
            (Meaning::Number, 1715.0, "1715"),
            (Meaning::Number, 0.1, "0.1"),
            (Meaning::Number, -0.0, "0"),
            (Meaning::Number, 1e15 + 0.5, "1000000000000000.5"),
            (Meaning::Number, NOTHING, ""),
            (Meaning::Day, 0.0, "1582-10-14"),
            (Meaning::Day, EPOCH, "1970-01-01"),
            (Meaning::Day, EPOCH + 1e9, "2001-09-09"),
            (Meaning::Day, 1e300, &1e300.to_string()),
            (Meaning::Moment, EPOCH + 1e9 + 0.25, "2001-09-09T01:46:40.250"),
            (Meaning::Moment, EPOCH + 86_399.999_9, "1970-01-01T23:59:59.999"),
            (Meaning::Time, 90_061.0, "25:01:01"),
            (Meaning::Time, -60.0, "-00:01:00"),
        ] {
            assert_eq!(meaning.text(value), text);
        }
        assert_eq!(Meaning::of(20 << 16 | 11 << 8), Meaning::Day);
        assert_eq!(LOWEST, NOTHING.next_up());
    }
}
