//! Chapters of ICD-10-SE and how common they are.

use crate::random::{Cumulative, Stream};

/// The chapters as the deliveries write them.
pub(crate) const CHAPTERS: [&str; 21] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI",
    "XVII", "XVIII", "XIX", "XXI", "XXII",
];

/// Chapter XIX, injuries, by index.
pub(crate) const INJURY: u8 = 18;
/// Chapter XVIII, symptoms: what an injury in an inpatient draw becomes for the
/// elderly, so that XIX in hospital is a fall.
pub(crate) const SYMPTOMS: u8 = 17;

/// Relative frequency of the chapters in contacts, by age.
const YOUNG: [f64; 21] = [
    9., 1., 1., 3., 14., 3., 4., 5., 1., 16., 5., 8., 6., 3., 0., 1., 2., 10., 8., 9., 0.2,
];
const ADULT: [f64; 21] = [
    3., 4., 1., 6., 13., 4., 4., 2., 7., 8., 6., 6., 17., 6., 3., 0., 0.4, 11., 6., 9., 0.2,
];
const OLD: [f64; 21] = [
    3., 10., 2., 9., 5., 5., 7., 3., 21., 8., 6., 4., 13., 8., 0., 0., 0.2, 11., 2., 7., 0.2,
];

/// What the contacts of an age group are about.
pub(crate) struct Diagnoses([Cumulative; 3]);

impl Diagnoses {
    pub(crate) fn new() -> Self {
        Self([
            Cumulative::new(&YOUNG),
            Cumulative::new(&ADULT),
            Cumulative::new(&OLD),
        ])
    }

    /// The chapter of one contact: every other time the person's main one.
    pub(crate) fn draw(&self, age: i32, main: u8, s: &mut Stream) -> u8 {
        let bits = s.bits();
        if bits & 1 == 0 {
            return main;
        }
        let group = match age {
            ..18 => 0,
            18..65 => 1,
            _ => 2,
        };
        self.0[group].at(bits) as u8
    }
}

/// The chapter that most of a person's contacts have. Nobody is born with an
/// injury as theirs.
pub(crate) fn main_chapter(age: i32, male: bool, s: &mut Stream) -> u8 {
    let mut weights = match age {
        ..18 => YOUNG,
        18..60 => ADULT,
        _ => OLD,
    };
    weights[usize::from(INJURY)] = 0.0;
    if male || !(15..45).contains(&age) {
        weights[14] = 0.0;
    }
    s.pick(&weights) as u8
}
