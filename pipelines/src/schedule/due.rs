//! When the next delivery of a dataset is to be expected.
//!
//! What is due follows from dates alone, never from whether a run took place: a machine that slept for a
//! month finds everything that became due meanwhile.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::wheel::{Deadline, Wheel};
use crate::definition::{Freshness, YearDay};

/// Swedish time as a rule, so that it needs no time zone database of the machine: that of the European
/// Union since 1996.
const SWEDISH_TIME: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
/// Days from one reminder of what is overdue to the next.
const REMINDER: i32 = 7;

/// The day in Sweden at a moment.
pub fn day_in_sweden(moment: Timestamp) -> Date {
    let zone = TimeZone::posix(SWEDISH_TIME).unwrap_or(TimeZone::UTC);
    zone.to_datetime(moment).date()
}

/// What is to be expected of a dataset, seen from a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// The day on which its last delivery came.
    pub last: Option<Date>,
    /// Days since then.
    pub age_days: Option<i32>,
    /// The day on which the next is expected; for a dataset that never had one, and has to, the last day on which
    /// its source published, or else this day.
    pub expected: Option<Date>,
    /// Days since it should have come, when it has not.
    pub overdue_days: Option<i32>,
    /// By when the next is needed, and what for.
    pub needed: Option<Deadline>,
}

impl Outlook {
    /// Looks at a dataset from a day: what its definition expects after the last delivery.
    pub fn new(freshness: &Freshness, last: Option<Date>, today: Date, wheel: &Wheel) -> Self {
        let expected = match last {
            Some(last) => next_after(freshness, last),
            None if freshness.says_something() => last_day(&freshness.published, today).or(Some(today)),
            None => None,
        };
        let overdue = expected.map(|day| days(day, today)).filter(|days| *days > 0);
        Self {
            last,
            age_days: last.map(|last| days(last, today)),
            expected,
            overdue_days: overdue,
            needed: expected.and_then(|day| wheel.next(day.max(today))),
        }
    }

    /// Whether the next delivery may be there by that day.
    pub fn is_due(&self, today: Date) -> bool {
        self.expected.is_some_and(|day| day <= today)
    }

    /// Whether somebody has to be told now that the dataset is overdue: as soon as it is, and again every
    /// week. `told` is the day on which somebody was last told of all that was overdue.
    pub fn is_news(&self, told: Option<Date>, today: Date) -> bool {
        let (Some(expected), Some(overdue)) = (self.expected, self.overdue_days) else {
            return false;
        };
        match told.map(|told| days(expected, told)) {
            Some(before) if before > 0 && days(expected, today) >= before => {
                overdue / REMINDER > before / REMINDER
            }
            _ => true,
        }
    }
}

impl Freshness {
    /// Whether the definition says anything about when to expect data.
    pub fn says_something(&self) -> bool {
        self.expected.is_some() || !self.published.is_empty()
    }
}

impl YearDay {
    /// That day in a year: the 29th of February is the 28th where there is none.
    pub fn in_year(self, year: i16) -> Option<Date> {
        let day = |day| Date::new(year, self.month, day).ok();
        day(self.day).or_else(|| day(self.day - 1))
    }
}

/// The first of the days that a definition knows after a delivery: the next on which the source
/// publishes, or when the time between two deliveries is over.
fn next_after(freshness: &Freshness, last: Date) -> Option<Date> {
    let published = next_day(&freshness.published, |day| day > last, last);
    let interval = freshness.expected.and_then(|span| last.checked_add(span).ok());
    // A time of hours may end on the day on which it begins.
    let interval = interval.map(|day| day.max(last));
    published.into_iter().chain(interval).min()
}

/// The last of some days of every year that is not after a day.
fn last_day(days: &[YearDay], today: Date) -> Option<Date> {
    let years = [today.year(), today.year().saturating_sub(1)];
    let all = years
        .into_iter()
        .flat_map(|year| days.iter().filter_map(move |day| day.in_year(year)));
    all.filter(|day| *day <= today).max()
}

/// The first of some days of every year that fits, in the year of `from` or the next.
pub(super) fn next_day(days: &[YearDay], fits: impl Fn(Date) -> bool, from: Date) -> Option<Date> {
    let years = [from.year(), from.year().saturating_add(1)];
    let all = years
        .into_iter()
        .flat_map(|year| days.iter().filter_map(move |day| day.in_year(year)));
    all.filter(|day| fits(*day)).min()
}

/// Days from one day to another; less than 0 when that lies before it.
fn days(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

#[cfg(test)]
mod tests;
