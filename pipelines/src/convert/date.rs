//! Dates and months as days since 1970-01-01.

/// Days since 1970-01-01 of `2019-03-04` or `20190304`; a time after a `T` or
/// a space is left out of account.
pub(crate) fn date(raw: &[u8]) -> Option<i32> {
    let (year, month, day) = match raw {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] if only_time(rest) => {
            (four(y1, y2, y3, y4)?, two(m1, m2)?, two(d1, d2)?)
        }
        [y1, y2, y3, y4, m1, m2, d1, d2] => (four(y1, y2, y3, y4)?, two(m1, m2)?, two(d1, d2)?),
        _ => return None,
    };
    days(year, month, day)
}

/// Days since 1970-01-01 of the first day of `2019-03`, `201903` or `2019M03`.
pub(crate) fn month(raw: &[u8]) -> Option<i32> {
    let (year, month) = match raw {
        [y1, y2, y3, y4, b'-' | b'M', m1, m2] | [y1, y2, y3, y4, m1, m2] => {
            (four(y1, y2, y3, y4)?, two(m1, m2)?)
        }
        _ => return None,
    };
    days(year, month, 1)
}

fn only_time(rest: &[u8]) -> bool {
    match rest {
        [] => true,
        [b'T' | b' ', time @ ..] => {
            time.len() >= 4
                && time.iter().all(|byte| {
                    byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b',' | b'Z' | b'+' | b'-')
                })
        }
        _ => false,
    }
}

fn digit(byte: &u8) -> Option<i32> {
    let digit = byte.wrapping_sub(b'0');
    (digit <= 9).then_some(i32::from(digit))
}

fn two(a: &u8, b: &u8) -> Option<i32> {
    Some(digit(a)? * 10 + digit(b)?)
}

fn four(a: &u8, b: &u8, c: &u8, d: &u8) -> Option<i32> {
    Some(two(a, b)? * 100 + two(c, d)?)
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, or `None` when
/// there is no such day (Hinnant, "chrono-compatible low-level date
/// algorithms").
fn days(year: i32, month: i32, day: i32) -> Option<i32> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i32::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if year == 0 || !(1..=length).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(date(b"1970-01-01"), Some(0));
        assert_eq!(date(b"19691231"), Some(-1));
        assert_eq!(date(b"2000-02-29"), Some(11_016));
        assert_eq!(date(b"2024-12-31"), Some(20_088));
        assert_eq!(date(b"2014-11-23T22:51:05Z"), date(b"20141123"));
        assert_eq!(date(b"2014-11-23 22:51"), date(b"20141123"));
        for bad in [
            "",
            "1900-02-29",
            "2019-13-01",
            "2019-00-10",
            "2019-04-31",
            "19-04-30",
            "2019/04/30",
            "43556",
            "2014-11-23Tx",
            "0000-01-01",
            "2019-4-3",
            "2019-04-30x",
        ] {
            assert_eq!(date(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn months() {
        let march = date(b"2019-03-01");
        for text in ["2019-03", "201903", "2019M03"] {
            assert_eq!(month(text.as_bytes()), march, "{text}");
        }
        for bad in ["2019", "2019-13", "2019M00", "2019-3"] {
            assert_eq!(month(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut expected = days(1800, 1, 1);
        for year in 1800..2200 {
            for month in 1..=12 {
                for day in 1..=31 {
                    if let Some(found) = days(year, month, day) {
                        assert_eq!(Some(found), expected);
                        expected = expected.map(|day| day + 1);
                    }
                }
            }
        }
    }
}
