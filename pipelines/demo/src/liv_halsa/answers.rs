//! What a respondent answers.

use crate::places::KOMMUNER;
use crate::random::{Stream, normal_quantile};
use crate::truths::{POOR_MENTAL_WELLBEING, WAVES};

use super::Given;
use super::questions::{BY_AGE, ECONOMY, QUESTIONS, WELLBEING};
use super::sample::Respondent;

/// Code of a question that was not answered.
const NO_ANSWER: u8 = 9;

/// Standard deviation of the difference between municipalities, in probit units.
const KOMMUN_SPREAD: f64 = 0.055;

/// What the answers of a wave are drawn from.
pub(super) struct Answers {
    wave: usize,
    /// Cut points per question, in the order of the codes.
    cuts: Vec<Vec<f64>>,
    /// Shift per question and municipality, the same in every wave.
    kommun: Vec<[f64; KOMMUNER]>,
}

impl Answers {
    pub(super) fn new(seed: u64, wave: usize) -> Self {
        let mut s = Stream::new(seed, "liv_halsa kommun", 0);
        let kommun = QUESTIONS
            .iter()
            .map(|_| std::array::from_fn(|_| KOMMUN_SPREAD * s.normal()))
            .collect();
        Self {
            wave,
            cuts: QUESTIONS.iter().map(|q| cuts(q.shares)).collect(),
            kommun,
        }
    }

    /// Everything a respondent answers.
    pub(super) fn of(&self, r: &Respondent, s: &mut Stream) -> Given {
        let mut factors: [f64; 4] = std::array::from_fn(|_| s.normal());
        factors[0] = even(r, STRAIN);
        let economy = self.code(ECONOMY, r, 0, &factors, s);
        let mut codes: Vec<Option<u8>> = (0..QUESTIONS.len())
            .map(|q| {
                let code = if q == ECONOMY {
                    economy
                } else {
                    self.code(q, r, usize::from(economy - 1), &factors, s)
                };
                let answered = skip(r, s).unwrap_or(code);
                (WAVES[self.wave] >= QUESTIONS[q].since).then_some(answered)
            })
            .collect();
        for question in &BY_AGE {
            let code = 1 + s.pick(question.shares[r.age_group]) as u8;
            codes.push(Some(skip(r, s).unwrap_or(code)));
        }
        let (height, weight, bmi_class) = self.body(r, &factors, s);
        Given {
            codes,
            height,
            weight,
            bmi_class,
        }
    }

    /// The code of an ordered question, whether the respondent gives it or not.
    fn code(&self, q: usize, r: &Respondent, economy: usize, factors: &[f64; 4], s: &mut Stream) -> u8 {
        let question = &QUESTIONS[q];
        let shared: f64 = question.loads.iter().map(|load| load * load).sum();
        let own = if q == WELLBEING {
            even(r, WELLBEING_ALONE)
        } else {
            s.normal()
        };
        let mut value = (1.0 - shared).max(0.0).sqrt() * own;
        for (load, factor) in question.loads.iter().zip(factors) {
            value += load * factor;
        }
        value += self.shift(q, r, economy);
        if question.first_code_is_problem {
            value = -value;
        }
        1 + self.cuts[q].iter().filter(|&&cut| value > cut).count() as u8
    }

    fn shift(&self, q: usize, r: &Respondent, economy: usize) -> f64 {
        let question = &QUESTIONS[q];
        if q == WELLBEING {
            let share = POOR_MENTAL_WELLBEING[usize::from(r.female)][r.age_group][self.wave];
            // The shares are planted; municipalities differ by half as much as
            // in other questions, so that they stay right.
            return normal_quantile(share) - normal_quantile(question.shares[1])
                + 0.5 * self.kommun[q][r.kommun];
        }
        let decades = f64::from(WAVES[self.wave] - 2012) / 10.0;
        let women = if r.female { question.women } else { 0.0 };
        let abroad = if r.born_abroad { question.abroad } else { 0.0 };
        question.age[r.age_group]
            + women
            + question.education[r.education]
            + abroad
            + question.economy[economy]
            + question.trend * decades
            + self.kommun[q][r.kommun]
    }

    /// Height in cm, weight in tenths of a kg and the class of their BMI.
    fn body(&self, r: &Respondent, factors: &[f64; 4], s: &mut Stream) -> (Option<u32>, Option<u32>, u8) {
        let young = if r.female { 166.0 } else { 179.5 };
        let mean = young - [0.0, 0.0, 1.0, 3.0][r.age_group];
        let height = (mean + 6.4 * s.normal() + 0.5).clamp(140.0, 210.0) as u32;
        let decades = f64::from(WAVES[self.wave] - 2012) / 10.0;
        let women = if r.female { -0.5 } else { 0.0 };
        let typical =
            [24.4, 26.2, 27.3, 26.8][r.age_group] + [0.7, 0.2, -0.8][r.education] + 0.45 * decades + women;
        let spread = 0.155 * (0.85 * s.normal() + 0.53 * factors[2]);
        let bmi = (typical * libm::exp(spread)).clamp(15.0, 60.0);
        let metres = f64::from(height) / 100.0;
        // Many round their weight to whole kilograms.
        let tenths = (bmi * metres * metres * 10.0 + 0.5) as u32;
        let tenths = if s.chance(0.7) { tenths / 10 * 10 } else { tenths };
        if s.chance(0.025) {
            return (Some(height), None, NO_ANSWER);
        }
        // In hundredths of a kg per m², from the answers as given.
        let bmi = u64::from(tenths) * 100_000 / (u64::from(height) * u64::from(height));
        let class = match bmi {
            ..1850 => 1,
            1850..2500 => 2,
            2500..3000 => 3,
            _ => 4,
        };
        (Some(height), Some(tenths), class)
    }
}

/// The steps of a sequence that fills the unit square evenly (the generalised
/// golden ratio in two dimensions), as parts of 2⁶⁴.
const STRAIN: u64 = 0xc13f_a9a9_02a6_328f;
const WELLBEING_ALONE: u64 = 0x91e1_0da5_c79e_7b1d;

/// A normal number of a sequence in which those of the same sex and age group
/// are spread evenly. Two of these stand behind wellbeing, so that a single wave
/// shows the planted shares and not chance.
fn even(r: &Respondent, step: u64) -> f64 {
    let group = (u64::from(r.female) * 4 + r.age_group as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let place = group.wrapping_add(u64::from(r.turn + 1).wrapping_mul(step));
    normal_quantile(((place >> 32) as f64 + 0.5) / 4_294_967_296.0)
}

/// No answer, more often from the oldest.
fn skip(r: &Respondent, s: &mut Stream) -> Option<u8> {
    s.chance([0.008, 0.008, 0.012, 0.03][r.age_group])
        .then_some(NO_ANSWER)
}

fn cuts(shares: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    shares[..shares.len() - 1]
        .iter()
        .map(|share| {
            sum += share;
            normal_quantile(sum)
        })
        .collect()
}
