//! The people: who they are, when they lived here, and what happened to them.
//! Every file that knows a person reads this one list.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::calendar::{civil, first_day, last_day};
use crate::demography::{ARRIVALS, BIRTHS, Demography};
use crate::error::DemoError;
use crate::life::Lives;
use crate::person_number::Numbers;
use crate::places::KOMMUNER;
use crate::truths::YEARS;

/// Help from the municipality in old age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Care {
    #[default]
    None,
    /// Home care in hours.
    AtHome,
    /// Home care around the clock (code 777).
    RoundTheClock,
    SpecialHousing,
}

/// Support for people with disabilities (LSS).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Support {
    #[default]
    None,
    DailyActivity,
    Housing,
}

/// One year of one person.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Year {
    /// 0 no contact with care … 4 severely ill.
    pub(crate) health: u8,
    /// Day of an injury that led to hospital, counted from 1 January = 1; 0 = none.
    pub(crate) fall: u16,
    /// Care from month `care_from` on; `care_before` until then.
    pub(crate) care: Care,
    pub(crate) care_before: Care,
    pub(crate) care_from: u8,
    /// Home care in tenths of an hour a month.
    pub(crate) hours: u16,
    pub(crate) short_stay_from: u8,
    pub(crate) short_stay_months: u8,
    /// Individual and family services: first month, months, placed or not.
    pub(crate) social_from: u8,
    pub(crate) social_months: u8,
    pub(crate) placed: bool,
}

/// How a person left the county.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Departure {
    Died,
    Moved,
}

/// One person.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) number: [u8; 12],
    pub(crate) birth: i32,
    pub(crate) male: bool,
    pub(crate) coordination: bool,
    /// 0–2: before, in, after upper secondary school.
    pub(crate) education: u8,
    /// The diagnosis chapter that most contacts have, by index.
    pub(crate) chapter: u8,
    pub(crate) support: Support,
    /// First day in the county, when it lies within the years.
    pub(crate) arrival: Option<i32>,
    /// Last day in the county, when it lies within the years.
    pub(crate) departure: Option<(i32, Departure)>,
    pub(crate) kommun: [u8; YEARS.len()],
    pub(crate) years: [Year; YEARS.len()],
}

impl Person {
    /// Age at the end of a year.
    pub(crate) fn age(&self, year: i32) -> i32 {
        year - civil(self.birth).0
    }

    /// First and last day in the county within a year, if there is any.
    #[inline]
    pub(crate) fn stay(&self, year: i32) -> Option<(i32, i32)> {
        let from = self.arrival.unwrap_or(i32::MIN).max(first_day(year));
        let to = self
            .departure
            .map_or(i32::MAX, |(day, _)| day)
            .min(last_day(year));
        (from <= to).then_some((from, to))
    }

    /// Whether the person lives in the county when the year ends.
    pub(crate) fn resident_at_end(&self, year: i32) -> bool {
        let end = last_day(year);
        self.arrival.is_none_or(|day| day <= end) && self.departure.is_none_or(|(day, _)| day > end)
    }

    /// Whether the municipality gives the person anything that year.
    fn has_service(&self, index: usize) -> bool {
        let year = &self.years[index];
        year.care != Care::None
            || year.care_before != Care::None
            || year.social_months > 0
            || self.support != Support::None
    }
}

/// Everybody who lives in the county at some time during the years.
pub(crate) struct Population {
    pub(crate) people: Vec<Person>,
    /// Per year and municipality, who may have a service there.
    pub(crate) served: Vec<Vec<Vec<u32>>>,
    /// Who is below 20 in some of the years.
    pub(crate) young: Vec<u32>,
}

/// How many persons a worker takes at a time.
const CHUNK: u64 = 8192;

impl Population {
    /// Lives `persons` and those who are born or move in through the years.
    pub(crate) fn new(seed: u64, persons: u32, threads: usize) -> Result<Self, DemoError> {
        let demography = Demography::new();
        let lives = Lives::new(seed, &demography, persons);
        let total = lives.total();
        let next = AtomicU64::new(0);
        let done: Mutex<Vec<(u64, Vec<Person>)>> = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let start = next.fetch_add(CHUNK, Ordering::Relaxed);
                        if start >= total {
                            break;
                        }
                        let chunk = (start..(start + CHUNK).min(total))
                            .map(|i| lives.live(i))
                            .collect();
                        done.lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push((start, chunk));
                    }
                });
            }
        });
        let mut chunks = done.into_inner().map_err(|_| DemoError::Worker)?;
        chunks.sort_by_key(|(start, _)| *start);
        let mut people = Vec::with_capacity(total as usize);
        for (_, chunk) in chunks {
            people.extend(chunk);
        }
        number(&mut people, persons);
        let served = served(&people);
        let young = (0_u32..)
            .zip(&people)
            .filter(|(_, person)| person.age(YEARS[0]) < 20)
            .map(|(who, _)| who)
            .collect();
        Ok(Self {
            people,
            served,
            young,
        })
    }
}

/// How many are born and move in each year.
pub(crate) fn newcomers(persons: u32) -> (u64, u64) {
    let share = |rate: f64| (f64::from(persons) * rate + 0.5) as u64;
    (share(BIRTHS), share(ARRIVALS))
}

/// Gives everybody a number of their own; the day of birth follows the number.
fn number(people: &mut [Person], persons: u32) {
    let mut numbers = Numbers::new(persons);
    for person in people {
        let born_here = person.arrival == Some(person.birth);
        let (birth, number) = numbers.assign(person.birth, person.male, person.coordination);
        person.birth = birth;
        person.number = number;
        if born_here {
            person.arrival = Some(birth);
            if let Some((day, _)) = &mut person.departure {
                *day = birth.max(*day);
            }
        }
    }
}

fn served(people: &[Person]) -> Vec<Vec<Vec<u32>>> {
    let mut served = vec![vec![Vec::new(); KOMMUNER]; YEARS.len()];
    for (who, person) in people.iter().enumerate() {
        for (index, &year) in YEARS.iter().enumerate() {
            if person.has_service(index) && person.stay(year).is_some() {
                served[index][usize::from(person.kommun[index])].push(who as u32);
            }
        }
    }
    served
}
