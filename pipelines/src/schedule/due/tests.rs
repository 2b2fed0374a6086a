#![allow(clippy::unwrap_used)]
use jiff::civil::date;
use jiff::{Span, ToSpan as _};

use super::*;
use crate::schedule::Step;

fn freshness(expected: Option<Span>, published: &[(i8, i8)]) -> Freshness {
    let day = |(month, day): &(i8, i8)| YearDay {
        month: *month,
        day: *day,
    };
    Freshness {
        expected,
        published: published.iter().map(day).collect(),
    }
}

fn next(freshness: &Freshness, last: Date) -> Date {
    next_after(freshness, last).unwrap()
}

#[test]
fn a_publication_is_due_on_its_day_and_until_a_delivery_comes() {
    let freshness = freshness(None, &[(4, 1), (10, 15)]);
    let wheel = Wheel::default();
    let mut last = date(2025, 10, 20);
    let mut due = Vec::new();
    // Every day of two years; each delivery comes a week late.
    let mut today = last;
    while today < date(2028, 1, 1) {
        let outlook = Outlook::new(&freshness, Some(last), today, &wheel);
        assert_eq!(outlook.is_due(today), outlook.expected.unwrap() <= today);
        if outlook.is_due(today) {
            due.push(today);
        }
        if outlook.overdue_days == Some(7) {
            last = today;
        }
        today = today.tomorrow().unwrap();
    }
    let first: Vec<Date> = due.iter().step_by(8).copied().collect();
    let days = [(2026, 4, 1), (2026, 10, 15), (2027, 4, 1), (2027, 10, 15)];
    assert_eq!(first, days.map(|(y, m, d)| date(y, m, d)));
    assert_eq!(due.len(), 4 * 8);
}

#[test]
fn leap_days_and_month_ends_have_a_day_in_every_year() {
    let leap = freshness(None, &[(2, 29)]);
    assert_eq!(next(&leap, date(2027, 1, 1)), date(2027, 2, 28));
    assert_eq!(next(&leap, date(2027, 2, 28)), date(2028, 2, 29));
    assert_eq!(next(&leap, date(2028, 2, 28)), date(2028, 2, 29));
    let monthly = freshness(Some(1.month()), &[]);
    assert_eq!(next(&monthly, date(2028, 1, 31)), date(2028, 2, 29));
    let yearly = freshness(Some(1.year()), &[]);
    assert_eq!(next(&yearly, date(2028, 2, 29)), date(2029, 2, 28));
    assert_eq!(next_after(&yearly, Date::MAX), None);
}

#[test]
fn the_earlier_of_publication_and_interval_counts() {
    let both = freshness(Some(1.year()), &[(4, 1)]);
    assert_eq!(next(&both, date(2026, 4, 3)), date(2027, 4, 1));
    assert_eq!(next(&both, date(2026, 3, 30)), date(2026, 4, 1));
    let hours = freshness(Some(12.hours()), &[]);
    assert_eq!(next(&hours, date(2026, 4, 3)), date(2026, 4, 3));
}

#[test]
fn what_never_came_is_due_and_what_says_nothing_never_is() {
    let today = date(2026, 11, 22);
    let never = Outlook::new(&freshness(None, &[(4, 1)]), None, today, &Wheel::default());
    assert!(never.is_due(today));
    assert_eq!(
        (never.expected, never.overdue_days),
        (Some(date(2026, 4, 1)), Some(235))
    );
    assert!(never.is_news(None, today));
    let new = Outlook::new(&freshness(Some(1.month()), &[]), None, today, &Wheel::default());
    assert_eq!((new.expected, new.overdue_days), (Some(today), None));
    let silent = Outlook::new(
        &freshness(None, &[]),
        Some(date(2001, 1, 1)),
        today,
        &Wheel::default(),
    );
    assert!(!silent.is_due(today));
    assert_eq!((silent.expected, silent.needed), (None, None));
}

#[test]
fn overdue_is_told_once_a_week_however_long_the_machine_slept() {
    let freshness = freshness(None, &[(4, 1)]);
    let last = Some(date(2025, 4, 1));
    let wheel = Wheel::default();
    let told_on = |awake: &dyn Fn(Date) -> bool| {
        let (mut told, mut days) = (None, Vec::new());
        let mut today = date(2026, 3, 30);
        while today < date(2026, 5, 10) {
            if awake(today) {
                let outlook = Outlook::new(&freshness, last, today, &wheel);
                if outlook.is_news(told, today) {
                    days.push((today.month(), today.day()));
                }
                told = Some(today);
            }
            today = today.tomorrow().unwrap();
        }
        days
    };
    assert_eq!(
        told_on(&|_| true),
        [(4, 2), (4, 8), (4, 15), (4, 22), (4, 29), (5, 6)]
    );
    // It slept from the 30th of March until the 30th of April.
    let slept = |day: Date| day <= date(2026, 3, 30) || day >= date(2026, 4, 30);
    assert_eq!(told_on(&slept), [(4, 30), (5, 6)]);
    let outlook = Outlook::new(&freshness, last, date(2026, 4, 30), &wheel);
    assert_eq!(outlook.overdue_days, Some(29));
    // A clock that was set back hides nothing.
    assert!(outlook.is_news(Some(date(2027, 1, 1)), date(2026, 4, 30)));
}

#[test]
fn a_day_begins_at_midnight_in_sweden_summer_and_winter() {
    let day = |moment: &str| day_in_sweden(moment.parse().unwrap());
    assert_eq!(day("2026-01-14T22:59:59Z"), date(2026, 1, 14));
    assert_eq!(day("2026-01-14T23:00:00Z"), date(2026, 1, 15));
    assert_eq!(day("2026-07-14T21:59:59Z"), date(2026, 7, 14));
    assert_eq!(day("2026-07-14T22:00:00Z"), date(2026, 7, 15));
    // Summer time 2026 begins on the 29th of March and ends on the 25th of October.
    assert_eq!(day("2026-03-28T23:00:00Z"), date(2026, 3, 29));
    assert_eq!(day("2026-03-29T22:00:00Z"), date(2026, 3, 30));
    assert_eq!(day("2026-10-24T22:00:00Z"), date(2026, 10, 25));
    assert_eq!(day("2026-10-25T22:30:00Z"), date(2026, 10, 25));
}

#[test]
fn the_year_goes_round_and_gives_each_delivery_its_deadline() {
    let wheel = Wheel::default();
    let on = |day: Date| {
        let next = wheel.next(day).unwrap();
        (next.day, next.step)
    };
    assert_eq!(on(date(2026, 5, 1)), (date(2026, 5, 1), "Seminariet".to_owned()));
    assert_eq!(on(date(2026, 12, 2)).0, date(2027, 1, 1));
    assert_eq!(
        on(date(2026, 1, 2)),
        (date(2026, 3, 1), "Inriktningsdokumentet antas".to_owned())
    );
    let leap = Wheel::new(vec![Step {
        from: YearDay { month: 2, day: 29 },
        name: "Skottdag".to_owned(),
    }]);
    assert_eq!(leap.next(date(2027, 2, 1)).unwrap().day, date(2027, 2, 28));
    assert_eq!(Wheel::new(Vec::new()).next(date(2027, 2, 1)), None);
    // What is overdue is needed for the next step from today, not for one that has passed.
    let today = date(2026, 11, 22);
    let outlook = Outlook::new(&freshness(None, &[(4, 1)]), Some(date(2026, 1, 9)), today, &wheel);
    assert_eq!(outlook.needed.unwrap().day, date(2026, 12, 1));
}
