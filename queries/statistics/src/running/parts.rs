//! The sums of domains as flat numbers, so that an engine can send them.

use std::sync::Arc;

use super::RunningSums;
use super::moments::Moments;
use super::sums::{Psu, Single};
use crate::StatisticsError;
use crate::sample::Sample;

/// The sums of some domains.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The samples of the rows.
    pub samples: Vec<Arc<Sample>>,
    /// The sums of all domains, one after the other. For each: how many single rows,
    /// strata and PSUs there are; then these, each with its sample and stratum first. Floating-point numbers stand
    /// here as their bits.
    pub numbers: Vec<i64>,
    /// Where the numbers of each domain end.
    pub ends: Vec<usize>,
}

/// Numbers at the beginning of a domain, and of each kind of sum.
const HEAD: usize = 3;
const SINGLE: usize = 3;
const ELEMENT: usize = 9;
const PSU: usize = 6;

impl RunningSums {
    /// Takes the sums of the first `domains` domains out; the others move to the front.
    ///
    /// # Errors
    /// None that can be met: sums like these fit into others.
    pub fn take_parts(&mut self, domains: usize) -> Result<Parts, StatisticsError> {
        let mut rest = std::mem::take(self);
        rest.singles.retain(Single::is_alone);
        // How many of each kind, then where the next of each is written.
        let mut places = vec![[0_usize; 3]; domains];
        let mut count = |domain: u32, kind: usize| {
            if let Some(counts) = places.get_mut(domain as usize) {
                counts[kind] += 1;
            }
        };
        rest.singles.iter().for_each(|single| count(single.domain, 0));
        rest.elements.iter().for_each(|element| count(element.domain, 1));
        rest.psus.iter().for_each(|psu| count(psu.domain, 2));

        let size =
            |[singles, elements, psus]: [usize; 3]| HEAD + singles * SINGLE + elements * ELEMENT + psus * PSU;
        let mut numbers = vec![0; places.iter().map(|counts| size(*counts)).sum()];
        let (mut start, mut ends) = (0, Vec::with_capacity(domains));
        for place in &mut places {
            let [singles, elements, psus] = *place;
            if let Some(head) = numbers.get_mut(start..start + HEAD) {
                head.copy_from_slice(&[singles as i64, elements as i64, psus as i64]);
            }
            let first = start + HEAD;
            let second = first + singles * SINGLE;
            *place = [first, second, second + elements * ELEMENT];
            start += size([singles, elements, psus]);
            ends.push(start);
        }
        let mut write = |domain: u32, kind: usize, sums: &[i64]| {
            let place = places.get_mut(domain as usize)?;
            let at = place[kind];
            place[kind] = at + sums.len();
            numbers.get_mut(at..at + sums.len())?.copy_from_slice(sums);
            Some(())
        };
        let where_is = |number: u32| {
            let (sample, stratum) = rest.strata[number as usize];
            (i64::from(sample) << 32) | i64::from(stratum)
        };
        let later = |domain: u32| domain - domains as u32;
        for single in &rest.singles {
            let sums = [where_is(single.stratum), bits(single.weight), bits(single.y)];
            if write(single.domain, 0, &sums).is_none() {
                let number = self.adopt(&rest, single.stratum)?;
                self.row(later(single.domain), number, single.weight, single.y);
            }
        }
        for element in &rest.elements {
            let m = &element.moments;
            let sums = [
                where_is(element.stratum),
                m.n as i64,
                bits(m.origin),
                bits(m.centre),
                bits(m.spread),
                bits(m.skew),
                bits(m.weight),
                bits(m.square),
                bits(m.weight_spread),
            ];
            if write(element.domain, 1, &sums).is_none() {
                let number = self.adopt(&rest, element.stratum)?;
                self.add(later(element.domain), number, m);
            }
        }
        for psu in &rest.psus {
            let sums = [
                where_is(psu.stratum),
                psu.psu,
                psu.n as i64,
                bits(psu.weight),
                bits(psu.origin),
                bits(psu.total),
            ];
            if write(psu.domain, 2, &sums).is_none() {
                let stratum = self.adopt(&rest, psu.stratum)?;
                let domain = later(psu.domain);
                self.psu(Psu {
                    domain,
                    stratum,
                    ..*psu
                });
            }
        }
        Ok(Parts {
            samples: rest.samples,
            numbers,
            ends,
        })
    }

    /// The number here of a stratum of other sums.
    fn adopt(&mut self, other: &Self, stratum: u32) -> Result<u32, StatisticsError> {
        let (sample, stratum) = other.strata[stratum as usize];
        let sample = self.sample(&other.samples[sample as usize])?;
        self.stratum(sample, stratum)
    }

    /// Adds the sums of a domain that [`take_parts`](Self::take_parts) gave; `samples`
    /// are the numbers that [`sample`](Self::sample) gives those of the parts.
    ///
    /// # Errors
    /// The numbers do not fit together, or name what their samples do not have.
    pub fn merge(&mut self, domain: u32, samples: &[u32], numbers: &[i64]) -> Result<(), StatisticsError> {
        let cut = || damaged("it ends too early");
        let (head, rest) = numbers.split_first_chunk::<HEAD>().ok_or_else(cut)?;
        let size = |count: i64, each: usize| {
            usize::try_from(count)
                .ok()
                .and_then(|count| count.checked_mul(each))
        };
        let singles = size(head[0], SINGLE).ok_or_else(cut)?;
        let elements = size(head[1], ELEMENT).ok_or_else(cut)?;
        let psus = size(head[2], PSU).ok_or_else(cut)?;
        let (singles, rest) = rest.split_at_checked(singles).ok_or_else(cut)?;
        let (elements, rest) = rest.split_at_checked(elements).ok_or_else(cut)?;
        if rest.len() != psus {
            return Err(damaged("it has other sums than it says"));
        }
        for [place, weight, y] in singles.as_chunks::<SINGLE>().0 {
            let number = self.place(samples, *place)?;
            self.row(domain, number, float(*weight), float(*y));
        }
        for [
            place,
            n,
            origin,
            centre,
            spread,
            skew,
            weight,
            square,
            weight_spread,
        ] in elements.as_chunks::<ELEMENT>().0
        {
            let number = self.place(samples, *place)?;
            let added = Moments {
                n: whole(*n)?,
                origin: float(*origin),
                centre: float(*centre),
                spread: float(*spread),
                skew: float(*skew),
                weight: float(*weight),
                square: float(*square),
                weight_spread: float(*weight_spread),
            };
            self.add(domain, number, &added);
        }
        for [place, psu, n, weight, origin, total] in rest.as_chunks::<PSU>().0 {
            let stratum = self.place(samples, *place)?;
            self.psu(Psu {
                domain,
                stratum,
                psu: *psu,
                n: whole(*n)?,
                weight: float(*weight),
                origin: float(*origin),
                total: float(*total),
            });
        }
        Ok(())
    }

    /// The number of a stratum that is named by sample and place.
    fn place(&mut self, samples: &[u32], place: i64) -> Result<u32, StatisticsError> {
        let sample = usize::try_from(place >> 32)
            .ok()
            .and_then(|sample| samples.get(sample).copied())
            .ok_or_else(|| damaged("a sample that it lacks"))?;
        self.stratum(sample, place as u32)
    }
}

fn bits(value: f64) -> i64 {
    value.to_bits() as i64
}

fn float(bits: i64) -> f64 {
    f64::from_bits(bits as u64)
}

fn whole(n: i64) -> Result<u64, StatisticsError> {
    u64::try_from(n)
        .ok()
        .filter(|n| *n > 0)
        .ok_or_else(|| damaged("a sum of no rows"))
}

fn damaged(reason: &'static str) -> StatisticsError {
    StatisticsError::State { reason }
}
