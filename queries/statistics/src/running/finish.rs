//! From running sums to estimates.

use super::RunningSums;
use super::moments::Moments;
use super::sums::Psu;
use crate::sample::lonely::{Counts, Treatment};
use crate::sample::{Degrees, Handling, Lonely, Sample};
use crate::{StatisticsError, SurveyEstimate};

/// What is estimated.
#[derive(Clone, Copy, PartialEq)]
enum Goal {
    Mean,
    Total,
}

/// Sample and place of a stratum.
type Place = (u32, u32);

/// What is known of one domain; used again for the next.
#[derive(Default)]
struct Domain {
    elements: Vec<(Place, Moments)>,
    psus: Vec<(Place, Psu)>,
    parts: Vec<Part>,
    treatment: Treatment,
}

impl Domain {
    fn clear(&mut self) {
        self.elements.clear();
        self.psus.clear();
        self.parts.clear();
    }
}

/// One stratum of a domain.
struct Part {
    sample: u32,
    stratum: u32,
    /// Units with rows.
    seen: u64,
    /// `Σ w`.
    weight: f64,
    /// `Σ u`.
    sum: f64,
    /// `Σ (u − ū)²` over all sampled units.
    spread: f64,
}

impl RunningSums {
    /// The mean of each of `domains` domains, as [`mean`](crate::mean) of its rows;
    /// none for a domain without rows.
    ///
    /// # Errors
    /// The design of one of them does not allow a variance.
    pub fn means(
        &self,
        domains: usize,
        handling: Handling,
        degrees: Degrees,
    ) -> Result<Vec<Option<SurveyEstimate>>, StatisticsError> {
        self.estimates(domains, Goal::Mean, handling, degrees)
    }

    /// The total of each of `domains` domains, as [`total`](crate::total) of its
    /// rows; none for a domain without rows.
    ///
    /// # Errors
    /// The design of one of them does not allow a variance.
    pub fn totals(
        &self,
        domains: usize,
        handling: Handling,
        degrees: Degrees,
    ) -> Result<Vec<Option<SurveyEstimate>>, StatisticsError> {
        self.estimates(domains, Goal::Total, handling, degrees)
    }

    fn estimates(
        &self,
        domains: usize,
        goal: Goal,
        handling: Handling,
        degrees: Degrees,
    ) -> Result<Vec<Option<SurveyEstimate>>, StatisticsError> {
        let singles = by_domain(self.singles.iter().map(|single| single.domain), domains);
        let elements = by_domain(self.elements.iter().map(|element| element.domain), domains);
        let psus = by_domain(self.psus.iter().map(|psu| psu.domain), domains);
        let mut seen = Domain::default();
        (0..domains)
            .map(|domain| {
                seen.clear();
                for single in singles.of(domain).map(|i| &self.singles[i]) {
                    if single.is_alone() {
                        let moments = Moments::new(single.y, single.weight);
                        seen.elements
                            .push((self.strata[single.stratum as usize], moments));
                    }
                }
                let whole = elements.of(domain).map(|i| &self.elements[i]);
                seen.elements
                    .extend(whole.map(|e| (self.strata[e.stratum as usize], e.moments)));
                let units = psus.of(domain).map(|i| self.psus[i]);
                seen.psus
                    .extend(units.map(|psu| (self.strata[psu.stratum as usize], psu)));
                // An order of their own, so that sums do not depend on that of the rows.
                seen.elements.sort_unstable_by_key(|(place, _)| *place);
                // Rows that were noted down one by one.
                seen.elements.dedup_by(|(place, moments), (kept, sum)| {
                    let same = place == kept;
                    if same {
                        sum.merge(moments);
                    }
                    same
                });
                seen.psus.sort_unstable_by_key(|(place, psu)| (*place, psu.psu));
                self.domain(&mut seen, goal, handling, degrees)
            })
            .collect()
    }

    fn domain(
        &self,
        seen: &mut Domain,
        goal: Goal,
        handling: Handling,
        degrees: Degrees,
    ) -> Result<Option<SurveyEstimate>, StatisticsError> {
        let Domain {
            elements,
            psus,
            parts,
            treatment,
        } = seen;
        let first = elements.first().map(|(_, m)| m.origin);
        let Some(origin) = first.or(psus.first().map(|(_, psu)| psu.origin)) else {
            return Ok(None);
        };
        let (mut population, mut sum, mut n) = (0.0, 0.0, 0);
        for (_, m) in elements.iter() {
            population += m.weight;
            sum += m.total() + m.weight * (m.origin - origin);
            n += m.n;
        }
        for (_, psu) in psus.iter() {
            population += psu.weight;
            sum += psu.total + psu.weight * (psu.origin - origin);
            n += psu.n;
        }
        // The centre that values are measured from: the mean, or zero for a total.
        let (estimate, centre, scale) = match goal {
            Goal::Mean => (origin + sum / population, sum / population, population),
            Goal::Total => (sum + origin * population, -origin, 1.0),
        };
        for ((sample, stratum), m) in elements.iter() {
            let away = centre - (m.origin - origin);
            parts.push(Part {
                sample: *sample,
                stratum: *stratum,
                seen: m.n,
                weight: m.weight,
                sum: m.sum(away),
                spread: m.deviation(away, self.sampled(*sample, *stratum)),
            });
        }
        for psus in psus.chunk_by_mut(|(a, _), (b, _)| a == b) {
            let Some(((sample, stratum), first)) = psus.first().copied() else {
                continue;
            };
            // All from the value that the first is measured from.
            for (_, psu) in psus.iter_mut() {
                psu.total += psu.weight * (psu.origin - first.origin);
            }
            let away = centre - (first.origin - origin);
            parts.push(clusters(
                psus,
                sample,
                stratum,
                away,
                self.sampled(sample, stratum),
            ));
        }
        parts.sort_by_key(|part| (part.sample, part.stratum));
        if let Some([one, _]) = parts
            .array_windows::<2>()
            .find(|[a, b]| (a.sample, a.stratum) == (b.sample, b.stratum))
        {
            let sample = self.samples.get(one.sample as usize);
            return Err(StatisticsError::Inconsistent {
                stratum: sample.map(|sample| sample.name(one.stratum)).unwrap_or_default(),
            });
        }
        let (mut variance, mut df) = (0.0, 0);
        for parts in parts.chunk_by(|a, b| a.sample == b.sample) {
            let sample = parts
                .first()
                .and_then(|part| self.samples.get(part.sample as usize));
            let Some(sample) = sample else { continue };
            variance += of_sample(sample, parts, handling, treatment)?;
            df += match degrees {
                Degrees::Design => sample.df(),
                Degrees::Domain => parts.iter().map(|part| part.seen - 1).sum(),
            };
        }
        if !(estimate.is_finite() && population.is_finite()) || variance.is_infinite() {
            return Err(StatisticsError::Overflow);
        }
        // A variance that is not a number cannot be known.
        let se = Some(variance)
            .filter(|variance| !variance.is_nan())
            .map(|variance| variance.max(0.0).sqrt() / scale);
        Ok(Some(SurveyEstimate {
            estimate,
            se: se.filter(|_| n > 1 || goal == Goal::Total),
            n,
            population,
            df,
        }))
    }

    fn sampled(&self, sample: u32, stratum: u32) -> f64 {
        let sample = self.samples.get(sample as usize);
        let stratum = sample.and_then(|sample| sample.strata.get(stratum as usize));
        stratum.map_or(f64::NAN, |stratum| stratum.units as f64)
    }
}

/// A stratum of clusters whose totals have one origin; `mean` is the centre less that.
fn clusters(psus: &[(Place, Psu)], sample: u32, stratum: u32, mean: f64, units: f64) -> Part {
    let psus = psus.iter().map(|(_, psu)| psu);
    let count = psus.len() as f64;
    let weight = psus.clone().map(|psu| psu.weight).sum::<f64>() / count;
    let total = psus.clone().map(|psu| psu.total).sum::<f64>() / count;
    // Totals and weights are centred apart, so that a stratum far from the overall
    // mean keeps its digits.
    let within: f64 = psus
        .clone()
        .map(|psu| (psu.total - total) - mean * (psu.weight - weight))
        .map(|u| u * u)
        .sum();
    let average = total - mean * weight;
    Part {
        sample,
        stratum,
        seen: psus.len() as u64,
        weight: weight * count,
        sum: count * average,
        spread: within + count * average * average * (1.0 - count / units),
    }
}

/// The variance that the strata of one sample add up to.
fn of_sample(
    sample: &Sample,
    parts: &[Part],
    handling: Handling,
    treatment: &mut Treatment,
) -> Result<f64, StatisticsError> {
    let lonely = handling.lonely.unwrap_or(sample.lonely);
    let domains = handling.lonely_domains.unwrap_or(sample.lonely_domains);
    let counts = parts.iter().map(|part| {
        let stratum = sample.stratum(part.stratum)?;
        stratum.check_weight(part.weight)?;
        Ok(Counts {
            name: &stratum.name,
            psu: None,
            sampled: stratum.units as f64,
            population: stratum.population,
            seen: part.seen,
        })
    });
    treatment.decide(counts, lonely, domains)?;
    let overall = match lonely {
        Lonely::Adjust => parts.iter().map(|part| part.sum).sum::<f64>() / treatment.sampled,
        _ => 0.0,
    };
    let treated = treatment.scales.iter().zip(&treatment.around_all);
    let strata = parts.iter().zip(treated);
    strata
        .map(|(part, (scale, around_all))| {
            let squares = match around_all {
                false => part.spread,
                true => {
                    let n = sample.stratum(part.stratum)?.units as f64;
                    let away = part.sum / n - overall;
                    part.spread + n * away * away
                }
            };
            Ok(scale * squares)
        })
        .sum()
}

/// Numbers grouped by domain.
struct ByDomain {
    order: Vec<u32>,
    /// Where each domain begins in `order`.
    starts: Vec<usize>,
}

/// Groups things by their domain, in linear time.
fn by_domain(domains: impl Iterator<Item = u32> + Clone, count: usize) -> ByDomain {
    let mut starts = vec![0; count + 1];
    for domain in domains.clone() {
        if let Some(start) = starts.get_mut(domain as usize + 1) {
            *start += 1;
        }
    }
    for domain in 0..count {
        starts[domain + 1] += starts[domain];
    }
    let mut next = starts.clone();
    let mut order = vec![0; starts.last().copied().unwrap_or(0)];
    for (thing, domain) in domains.enumerate() {
        if (domain as usize) < count {
            order[next[domain as usize]] = thing as u32;
            next[domain as usize] += 1;
        }
    }
    ByDomain { order, starts }
}

impl ByDomain {
    fn of(&self, domain: usize) -> impl Iterator<Item = usize> {
        self.order[self.starts[domain]..self.starts[domain + 1]]
            .iter()
            .map(|thing| *thing as usize)
    }
}
