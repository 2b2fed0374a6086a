//! Who answers the survey: strata, allocation and weights.

use crate::demography::education;
use crate::places::{KOMMUN, KOMMUNER};
use crate::population::Population;
use crate::random::Stream;
use crate::truths::{ANSWERS, WAVES};

/// First and last age of the age groups.
pub(super) const AGE_GROUPS: [(i32, i32); 4] = [(18, 29), (30, 44), (45, 64), (65, 84)];

/// How often the age groups answer, men and women.
const RESPONSE: [[f64; 4]; 2] = [[0.24, 0.31, 0.46, 0.63], [0.34, 0.42, 0.55, 0.65]];

/// How often people with short, middle and long education answer, relatively.
const BY_EDUCATION: [f64; 3] = [0.78, 0.95, 1.25];

/// How often people born abroad answer, relatively.
const ABROAD: f64 = 0.62;

/// Somebody who answered.
#[derive(Clone)]
pub(super) struct Respondent {
    pub(super) kommun: usize,
    pub(super) female: bool,
    pub(super) age_group: usize,
    pub(super) age: u32,
    pub(super) education: usize,
    pub(super) born_abroad: bool,
    pub(super) stratum: u32,
    pub(super) stratum_size: u32,
    /// In ten-thousandths.
    pub(super) weight: u64,
    /// The how manieth of the same sex and age group.
    pub(super) turn: u32,
}

/// Number of residents by municipality, sex (men, women) and age group.
type Strata = [[[u32; 4]; 2]; KOMMUNER];

/// The answers of a wave, stratum by stratum.
pub(super) fn sample(population: &Population, wave: usize, s: &mut Stream) -> Vec<Respondent> {
    let strata = strata(population, wave);
    let allocation = allocation(&strata, wave);
    let mut respondents = Vec::new();
    for kommun in 0..KOMMUNER {
        for sex in 0..2 {
            for group in 0..4 {
                let size = strata[kommun][sex][group];
                let answers = allocation[kommun][sex][group].min(size);
                let stratum = (kommun * 8 + sex * 4 + group + 1) as u32;
                stratum_answers(
                    &mut respondents,
                    &Respondent {
                        kommun,
                        female: sex == 1,
                        age_group: group,
                        age: 0,
                        education: 0,
                        born_abroad: false,
                        stratum,
                        stratum_size: size,
                        weight: 0,
                        turn: 0,
                    },
                    answers,
                    wave,
                    s,
                );
            }
        }
    }
    let mut turns = [[0; 4]; 2];
    for respondent in &mut respondents {
        let turn = &mut turns[usize::from(respondent.female)][respondent.age_group];
        respondent.turn = *turn;
        *turn += 1;
    }
    respondents
}

/// The sizes of the strata: for the last wave those of the register, for the
/// earlier ones those of its first year, moved back along each municipality's
/// growth.
fn strata(population: &Population, wave: usize) -> Strata {
    let mut strata = [[[0; 4]; 2]; KOMMUNER];
    let year = WAVES[wave].max(2019);
    for person in &population.people {
        if !person.resident_at_end(year) {
            continue;
        }
        let age = person.age(year);
        if let Some(group) = AGE_GROUPS.iter().position(|&(a, b)| age >= a && age <= b) {
            let kommun = usize::from(person.kommun[(year - 2019) as usize]);
            strata[kommun][usize::from(!person.male)][group] += 1;
        }
    }
    let years_back = f64::from(year - WAVES[wave]);
    for (sexes, kommun) in strata.iter_mut().zip(&KOMMUN) {
        // Karlstad and Hammarö grow by some 0.8 per cent a year, others shrink.
        let growth = if kommun.age_tilt < -0.1 { 0.008 } else { -0.002 };
        let factor = libm::pow(1.0 + growth, -years_back);
        for size in sexes.iter_mut().flatten() {
            *size = (f64::from(*size) * factor + 0.5) as u32;
        }
    }
    strata
}

/// The number of answers per stratum: half of them shared equally between the
/// municipalities, half by size, then by sex and age as people answer.
fn allocation(strata: &Strata, wave: usize) -> Strata {
    let total: u32 = strata.iter().flatten().flatten().sum();
    let answers = f64::from(ANSWERS[wave]).min(f64::from(total) * 0.5);
    let mut allocation = [[[0; 4]; 2]; KOMMUNER];
    // What rounding leaves over goes to the next stratum.
    let mut owed = 0.0;
    for (counts, sexes) in allocation.iter_mut().zip(strata) {
        let size: u32 = sexes.iter().flatten().sum();
        let share = 0.5 / KOMMUNER as f64 + 0.5 * f64::from(size) / f64::from(total);
        let weights = sexes.iter().zip(&RESPONSE).flat_map(|(sizes, rates)| {
            sizes
                .iter()
                .zip(rates)
                .map(|(&size, rate)| f64::from(size) * rate)
        });
        let sum: f64 = weights.clone().sum();
        for (n, (weight, &size)) in counts
            .iter_mut()
            .flatten()
            .zip(weights.zip(sexes.iter().flatten()))
        {
            owed += answers * share * weight / sum.max(1.0);
            let wanted = (owed + 0.5) as u32;
            *n = wanted.max(2).min(size);
            owed -= f64::from(wanted);
        }
    }
    allocation
}

/// Draws the answers of one stratum and sets their weights.
fn stratum_answers(
    respondents: &mut Vec<Respondent>,
    model: &Respondent,
    answers: u32,
    wave: usize,
    s: &mut Stream,
) {
    let (youngest, oldest) = AGE_GROUPS[model.age_group];
    let start = respondents.len();
    let mut factors = Vec::with_capacity(answers as usize);
    for _ in 0..answers {
        let age = youngest + s.below((oldest - youngest + 1) as u32) as i32;
        let (education, in_education) = draw_education(age, model, wave, s);
        let (born_abroad, in_origin) = draw_origin(model.age_group, wave, s);
        factors.push(in_education * in_origin);
        respondents.push(Respondent {
            age: age as u32,
            education,
            born_abroad,
            ..model.clone()
        });
    }
    let sum: f64 = factors.iter().sum();
    for (respondent, factor) in respondents[start..].iter_mut().zip(factors) {
        let weight = f64::from(model.stratum_size) * factor / sum;
        respondent.weight = (weight * 10_000.0 + 0.5) as u64;
    }
}

/// The education of a respondent, and how much more common it is among the
/// residents than among those who answer.
fn draw_education(age: i32, model: &Respondent, wave: usize, s: &mut Stream) -> (usize, f64) {
    let mut shares = education(age, !model.female, model.kommun);
    // The long educations were fewer in earlier waves.
    shares[2] *= 1.0 - 0.09 * (WAVES.len() - 1 - wave) as f64;
    if age < 25 {
        // Many are not through yet.
        shares = [0.16, 0.68, 0.16];
    }
    biased(&shares, &BY_EDUCATION, s)
}

fn draw_origin(age_group: usize, wave: usize, s: &mut Stream) -> (bool, f64) {
    let now = [0.17, 0.20, 0.13, 0.08][age_group];
    let abroad = now * (1.0 - 0.11 * (WAVES.len() - 1 - wave) as f64);
    let (drawn, factor) = biased(&[1.0 - abroad, abroad], &[1.0, ABROAD], s);
    (drawn == 1, factor)
}

/// Draws a category by share times response, and the factor that undoes it.
fn biased(shares: &[f64], response: &[f64], s: &mut Stream) -> (usize, f64) {
    let total: f64 = shares.iter().sum();
    let weights: Vec<f64> = shares.iter().zip(response).map(|(p, r)| p * r).collect();
    let sum: f64 = weights.iter().sum();
    let drawn = s.pick(&weights);
    (drawn, (shares[drawn] / total) / (weights[drawn] / sum))
}
