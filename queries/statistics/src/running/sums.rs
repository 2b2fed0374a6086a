//! The running sums themselves.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::moments::Moments;
use crate::StatisticsError;
use crate::hash::IdMap;
use crate::magnitude::fits;
use crate::sample::Sample;

/// What a mean or a total of each of many domains needs, under plain samples
/// (see [`Sample::is_plain`]).
///
/// Sums are kept for each stratum of a domain where rows were sampled, and for
/// each PSU of a domain where clusters were: their number does not grow with the
/// rows. States of parts of the rows can be merged in any order.
#[derive(Debug, Clone, Default)]
pub struct RunningSums {
    pub(super) samples: Vec<Arc<Sample>>,
    /// The strata that rows were seen in: their sample, and their place in it.
    pub(super) strata: Vec<(u32, u32)>,
    /// For each sample and place the number in `strata`, plus one.
    known: Vec<Vec<u32>>,
    /// Rows that are alone in their domain and stratum: with many small domains
    /// these are most, and moments would take four times as much memory.
    pub(super) singles: Vec<Single>,
    pub(super) elements: Vec<Element>,
    pub(super) psus: Vec<Psu>,
    /// Where a domain's rows in a stratum are: in `elements` if [`MANY`] is set,
    /// otherwise in `singles`. Not kept while rows are only noted down.
    element_index: IdMap<u64, u32>,
    noting: Noting,
    psu_index: IdMap<(u64, i64), u32>,
}

/// Whether rows are looked up at once, or noted down and put together later.
///
/// With many small domains nearly every row is the first of its domain in its
/// stratum. Looking each of them up costs more than everything else, and finds
/// nothing; so they are noted down, and what belongs together is found by sorting.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Noting {
    /// Whether rows are noted down.
    on: bool,
    /// Rows looked up since it was last asked whether that pays.
    rows: usize,
    /// How many single rows there may be before they are put together.
    limit: usize,
}

/// Rows after which it is asked whether looking up pays, and the least number that
/// is noted down before they are put together.
const ASK: usize = 1 << 15;
const NOTED: usize = 1 << 20;

/// Says of a place that it is one in `elements`.
const MANY: u32 = 1 << 31;

/// The only row of one domain in one stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Single {
    pub(super) domain: u32,
    pub(super) stratum: u32,
    /// Not a number once there are more rows, which are in an [`Element`] then.
    pub(super) weight: f64,
    pub(super) y: f64,
}

/// The rows of one domain in one stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Element {
    pub(super) domain: u32,
    pub(super) stratum: u32,
    pub(super) moments: Moments,
}

/// The rows of one domain in one PSU.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Psu {
    pub(super) domain: u32,
    pub(super) stratum: u32,
    pub(super) psu: i64,
    /// Rows.
    pub(super) n: u64,
    /// `Σ w`.
    pub(super) weight: f64,
    /// The value that the total is measured from: the first one of the domain in the
    /// PSU, so that neither a large offset nor other domains cost digits.
    pub(super) origin: f64,
    /// `Σ w (y − origin)`.
    pub(super) total: f64,
}

impl Single {
    /// Whether it still is the only row.
    pub(super) fn is_alone(&self) -> bool {
        !self.weight.is_nan()
    }
}

impl RunningSums {
    /// A number for a sample; the same sample has the same number.
    ///
    /// # Errors
    /// The sample is not plain, so that running sums do not suffice.
    pub fn sample(&mut self, sample: &Arc<Sample>) -> Result<u32, StatisticsError> {
        let same = |known: &Arc<Sample>| Arc::ptr_eq(known, sample) || known.is(sample);
        if let Some(found) = self.samples.iter().position(same) {
            return Ok(found as u32);
        }
        if !sample.is_plain() {
            return Err(StatisticsError::MixedSamples);
        }
        self.samples.push(Arc::clone(sample));
        self.known.push(vec![0; sample.strata.len()]);
        Ok(self.samples.len() as u32 - 1)
    }

    /// Whether no row was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.singles.is_empty() && self.elements.is_empty() && self.psus.is_empty()
    }

    /// Bytes that it takes, about.
    #[must_use]
    pub fn size(&self) -> usize {
        self.singles.capacity() * size_of::<Single>()
            + self.elements.capacity() * size_of::<Element>()
            + self.psus.capacity() * size_of::<Psu>()
            + self.element_index.capacity() * 17
            + self.psu_index.capacity() * 25
    }

    /// Adds a row of a domain.
    ///
    /// # Errors
    /// The stratum is unknown, the weight is no finite number above zero, the value is
    /// not finite, or the size of one of them cannot be [computed with](crate#numbers).
    pub fn update(
        &mut self,
        domain: u32,
        sample: u32,
        stratum: u32,
        psu: Option<i64>,
        weight: f64,
        y: f64,
    ) -> Result<(), StatisticsError> {
        let number = self.stratum(sample, stratum)?;
        if !(weight > 0.0 && fits(weight) && fits(y)) {
            return Err(self.refuse(sample, stratum, weight, y));
        }
        match psu {
            None => self.row(domain, number, weight, y),
            Some(psu) => self.psu(Psu {
                domain,
                stratum: number,
                psu,
                n: 1,
                weight,
                origin: y,
                total: 0.0,
            }),
        }
        Ok(())
    }

    /// The number of a stratum of a sample.
    pub(super) fn stratum(&mut self, sample: u32, stratum: u32) -> Result<u32, StatisticsError> {
        let known = self
            .known
            .get(sample as usize)
            .and_then(|places| places.get(stratum as usize));
        match known {
            None => Err(self.unknown(sample, stratum)),
            Some(0) => {
                self.strata.push((sample, stratum));
                let number = self.strata.len() as u32;
                if let Some(places) = self.known.get_mut(sample as usize)
                    && let Some(place) = places.get_mut(stratum as usize)
                {
                    *place = number;
                }
                Ok(number - 1)
            }
            Some(number) => Ok(number - 1),
        }
    }

    #[cold]
    fn unknown(&self, sample: u32, stratum: u32) -> StatisticsError {
        let sample = self.samples.get(sample as usize);
        StatisticsError::UnknownStratum {
            stratum: i64::from(stratum),
            strata: sample.map_or(0, |sample| sample.strata.len()),
        }
    }

    #[cold]
    fn refuse(&self, sample: u32, stratum: u32, weight: f64, value: f64) -> StatisticsError {
        match self.samples.get(sample as usize) {
            Some(sample) => sample.refuse(stratum, weight, value),
            None => self.unknown(sample, stratum),
        }
    }

    /// Adds a row to those of a domain in a stratum.
    pub(super) fn row(&mut self, domain: u32, stratum: u32, weight: f64, y: f64) {
        if self.notes() {
            self.singles.push(Single {
                domain,
                stratum,
                weight,
                y,
            });
            return;
        }
        match self.element_index.entry(key(domain, stratum)) {
            Entry::Vacant(place) => {
                place.insert(self.singles.len() as u32);
                self.singles.push(Single {
                    domain,
                    stratum,
                    weight,
                    y,
                });
            }
            Entry::Occupied(mut place) => {
                let moments = moments(place.get_mut(), &mut self.singles, &mut self.elements);
                if let Some(moments) = moments {
                    moments.update(y, weight);
                }
            }
        }
    }

    /// Adds moments to those of a domain in a stratum.
    pub(super) fn add(&mut self, domain: u32, stratum: u32, added: &Moments) {
        if self.notes() {
            self.elements.push(Element {
                domain,
                stratum,
                moments: *added,
            });
            return;
        }
        match self.element_index.entry(key(domain, stratum)) {
            Entry::Vacant(place) => {
                place.insert(self.elements.len() as u32 | MANY);
                self.elements.push(Element {
                    domain,
                    stratum,
                    moments: *added,
                });
            }
            Entry::Occupied(mut place) => {
                let moments = moments(place.get_mut(), &mut self.singles, &mut self.elements);
                if let Some(moments) = moments {
                    moments.merge(added);
                }
            }
        }
    }

    /// Whether the next row is noted down; decides so from time to time.
    fn notes(&mut self) -> bool {
        let kept = self.singles.len() + self.elements.len();
        match self.noting.on {
            true if kept >= self.noting.limit => self.put_together(),
            true => {}
            false => {
                self.noting.rows += 1;
                if self.noting.rows >= ASK {
                    // Three of four rows were the first of their kind.
                    let on = 4 * kept >= 3 * self.noting.rows;
                    self.noting = Noting {
                        on,
                        rows: if on { 0 } else { self.noting.rows / 2 },
                        limit: NOTED.max(2 * kept),
                    };
                    if on {
                        self.element_index = IdMap::default();
                    }
                }
            }
        }
        self.noting.on
    }

    /// Puts together what was noted down of the same domain in the same stratum, and
    /// looks rows up again if that was much.
    fn put_together(&mut self) {
        let before = self.singles.len() + self.elements.len();
        let (mut singles, mut elements) = (
            std::mem::take(&mut self.singles),
            std::mem::take(&mut self.elements),
        );
        singles.retain(Single::is_alone);
        singles.sort_unstable_by_key(|single| key(single.domain, single.stratum));
        elements.sort_unstable_by_key(|element| key(element.domain, element.stratum));
        let mut elements = elements.into_iter().peekable();
        let mut singles = singles.into_iter().peekable();
        loop {
            let next = [
                singles.peek().map(|single| (single.domain, single.stratum)),
                elements.peek().map(|element| (element.domain, element.stratum)),
            ];
            let Some((domain, stratum)) = next.into_iter().flatten().min() else {
                break;
            };
            let mut first = None;
            let mut sum: Option<Moments> = None;
            while let Some(element) = elements.next_if(|e| (e.domain, e.stratum) == (domain, stratum)) {
                match &mut sum {
                    Some(sum) => sum.merge(&element.moments),
                    none => *none = Some(element.moments),
                }
            }
            while let Some(single) = singles.next_if(|s| (s.domain, s.stratum) == (domain, stratum)) {
                match (&mut sum, first.take()) {
                    (Some(sum), _) => sum.update(single.y, single.weight),
                    (none, Some(Single { weight, y, .. })) => {
                        let mut both = Moments::new(y, weight);
                        both.update(single.y, single.weight);
                        *none = Some(both);
                    }
                    (None, None) => first = Some(single),
                }
            }
            match (sum, first) {
                (Some(moments), _) => self.elements.push(Element {
                    domain,
                    stratum,
                    moments,
                }),
                (None, Some(single)) => self.singles.push(single),
                (None, None) => {}
            }
        }
        let after = self.singles.len() + self.elements.len();
        self.noting.limit = NOTED.max(2 * after);
        if 2 * after < before {
            self.noting = Noting::default();
            let singles = self.singles.iter().enumerate();
            let elements = self.elements.iter().enumerate();
            self.element_index = singles
                .map(|(at, single)| (key(single.domain, single.stratum), at as u32))
                .chain(elements.map(|(at, e)| (key(e.domain, e.stratum), at as u32 | MANY)))
                .collect();
        }
    }

    /// Adds sums to those of their domain in their PSU.
    pub(super) fn psu(&mut self, added: Psu) {
        match self
            .psu_index
            .entry((key(added.domain, added.stratum), added.psu))
        {
            Entry::Occupied(place) => {
                if let Some(sums) = self.psus.get_mut(*place.get() as usize) {
                    sums.n += added.n;
                    sums.weight += added.weight;
                    sums.total += added.total + added.weight * (added.origin - sums.origin);
                }
            }
            Entry::Vacant(place) => {
                place.insert(self.psus.len() as u32);
                self.psus.push(added);
            }
        }
    }
}

fn key(domain: u32, stratum: u32) -> u64 {
    (u64::from(domain) << 32) | u64::from(stratum)
}

/// The moments at a place; a row that was alone becomes moments.
fn moments<'a>(
    place: &mut u32,
    singles: &mut [Single],
    elements: &'a mut Vec<Element>,
) -> Option<&'a mut Moments> {
    if *place & MANY == 0 {
        let single = singles.get_mut(*place as usize)?;
        elements.push(Element {
            domain: single.domain,
            stratum: single.stratum,
            moments: Moments::new(single.y, single.weight),
        });
        single.weight = f64::NAN;
        *place = (elements.len() as u32 - 1) | MANY;
    }
    let element = elements.get_mut((*place & !MANY) as usize)?;
    Some(&mut element.moments)
}
