//! Person numbers for people who do not exist.
//!
//! Birth numbers are taken from the series 980–999, where the test numbers lie
//! that the Swedish Tax Agency publishes, as far as they suffice (about 400 000
//! persons), and else from 001–969. A number drawn from the seed says nothing about whoever might have
//! the same one: nothing else in the demo comes from a real person either.

use std::collections::HashMap;

use crate::calendar::{civil, day_number};

/// The last population size whose numbers fit in the series 980–999.
pub(crate) const RESERVED_SERIES_UP_TO: u32 = 400_000;

/// Hands out numbers, each once.
pub(crate) struct Numbers {
    first: u32,
    last: u32,
    taken: HashMap<(i32, bool, bool), u32>,
}

impl Numbers {
    /// Numbers for a population that starts with so many persons.
    pub(crate) fn new(persons: u32) -> Self {
        let (first, last) = if persons > RESERVED_SERIES_UP_TO {
            (1, 969)
        } else {
            (980, 999)
        };
        Self {
            first,
            last,
            taken: HashMap::new(),
        }
    }

    /// A free number for someone born that day, and the day of birth it tells:
    /// when the day is full the next one of the same year is taken, as the Tax
    /// Agency does.
    pub(crate) fn assign(&mut self, birth: i32, male: bool, coordination: bool) -> (i32, [u8; 12]) {
        let capacity = (0..2)
            .map(|i| self.first + i)
            .find(|n| (n % 2 == 1) == male)
            .map_or(0, |least| (self.last - least) / 2 + 1);
        let mut day = birth;
        // 366 tries reach every day of the year once.
        for _ in 0..366 {
            let taken = self.taken.entry((day, male, coordination)).or_insert(0);
            if *taken < capacity {
                let turn = *taken;
                *taken += 1;
                return (day, self.number(day, male, coordination, turn, capacity));
            }
            let (year, _, _) = civil(day);
            day = if civil(day + 1).0 == year {
                day + 1
            } else {
                day_number(year, 1, 1)
            };
        }
        (day, self.number(day, male, coordination, 0, capacity))
    }

    fn number(&self, day: i32, male: bool, coordination: bool, turn: u32, capacity: u32) -> [u8; 12] {
        let place = (turn * 7 + day.unsigned_abs() * 3) % capacity;
        let least = self.first + u32::from((self.first % 2 == 1) != male);
        compose(day, coordination, least + 2 * place)
    }
}

/// The twelve digits for a day of birth and a birth number (1–999).
pub(crate) fn compose(birth: i32, coordination: bool, birth_number: u32) -> [u8; 12] {
    let (y, m, d) = civil(birth);
    let d = d + if coordination { 60 } else { 0 };
    let digit = |n: u32| b'0' + (n % 10) as u8;
    let y = y as u32;
    let mut number = [
        digit(y / 1000),
        digit(y / 100),
        digit(y / 10),
        digit(y),
        digit(m / 10),
        digit(m),
        digit(d / 10),
        digit(d),
        digit(birth_number / 100),
        digit(birth_number / 10),
        digit(birth_number),
        b'0',
    ];
    number[11] = b'0' + check_digit(&number);
    number
}

/// The check digit of the nine digits after the century (Luhn).
pub(crate) fn check_digit(number: &[u8; 12]) -> u8 {
    let sum: u32 = number[2..11]
        .iter()
        .enumerate()
        .map(|(i, b)| {
            let n = u32::from(b - b'0') * if i % 2 == 0 { 2 } else { 1 };
            n / 10 + n % 10
        })
        .sum();
    ((10 - sum % 10) % 10) as u8
}

/// The same number with a wrong check digit.
pub(crate) fn broken(number: &[u8; 12]) -> [u8; 12] {
    let mut number = *number;
    number[11] = b'0' + (number[11] - b'0' + 1) % 10;
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_have_their_check_digit() {
        for known in [b"190905271474", b"197302889931", b"191212121212"] {
            assert_eq!(check_digit(known), known[11] - b'0');
            assert_ne!(check_digit(&broken(known)), broken(known)[11] - b'0');
        }
    }

    #[test]
    fn numbers_are_unique_and_tell_the_sex() {
        let mut numbers = Numbers::new(1000);
        let birth = day_number(1950, 12, 31);
        let mut seen = std::collections::HashSet::new();
        for i in 0..100 {
            let male = i % 2 == 0;
            let (day, number) = numbers.assign(birth, male, i % 5 == 0);
            assert_eq!(civil(day).0, 1950);
            assert!(seen.insert(number));
            assert_eq!((number[10] - b'0') % 2 == 1, male);
            assert_eq!(check_digit(&number), number[11] - b'0');
        }
        let mut numbers = Numbers::new(1_000_000);
        let all: std::collections::HashSet<_> =
            (0..999).map(|_| numbers.assign(birth, false, false)).collect();
        assert_eq!(all.len(), 999, "the day after takes over when a day is full");
    }
}
