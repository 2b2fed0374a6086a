//! Days as plain integers: the number of days since 1970-01-01 in the
//! proleptic Gregorian calendar (Howard Hinnant's `days_from_civil`).

/// The day number of a date.
pub(crate) fn day_number(year: i32, month: u32, day: u32) -> i32 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let shifted = (month as i32 + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day number.
pub(crate) fn civil(day: i32) -> (i32, u32, u32) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let d = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let m = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    let y = year_of_era + era * 400 + i32::from(m <= 2);
    (y, m, d)
}

/// First day of a year.
pub(crate) fn first_day(year: i32) -> i32 {
    day_number(year, 1, 1)
}

/// Last day of a year.
pub(crate) fn last_day(year: i32) -> i32 {
    day_number(year, 12, 31)
}

/// Day of the week, Monday = 0.
pub(crate) fn weekday(day: i32) -> u32 {
    (day + 3).rem_euclid(7) as u32
}

/// First and last day of a month.
pub(crate) fn month_span(year: i32, month: u32) -> (i32, i32) {
    let first = day_number(year, month, 1);
    let next = if month == 12 {
        day_number(year + 1, 1, 1)
    } else {
        day_number(year, month + 1, 1)
    };
    (first, next - 1)
}

/// `YYYY-MM-DD` as bytes.
pub(crate) fn iso(day: i32) -> [u8; 10] {
    let (y, m, d) = civil(day);
    let digit = |n: u32| b'0' + (n % 10) as u8;
    let y = y as u32;
    [
        digit(y / 1000),
        digit(y / 100),
        digit(y / 10),
        digit(y),
        b'-',
        digit(m / 10),
        digit(m),
        b'-',
        digit(d / 10),
        digit(d),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_round_trip() {
        assert_eq!(day_number(1970, 1, 1), 0);
        assert_eq!(day_number(2000, 3, 1), 11_017);
        for day in day_number(1890, 1, 1)..day_number(2030, 1, 1) {
            let (y, m, d) = civil(day);
            assert_eq!(day_number(y, m, d), day);
        }
        assert_eq!(&iso(day_number(2024, 2, 29)), b"2024-02-29");
        assert_eq!(weekday(day_number(2024, 1, 1)), 0);
        assert_eq!(
            month_span(2024, 2),
            (day_number(2024, 2, 1), day_number(2024, 2, 29))
        );
    }
}
