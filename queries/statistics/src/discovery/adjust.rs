//! The share of false ones among what is found.

use std::str::FromStr;

use crate::StatisticsError;

/// How the false discovery rate is controlled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FalseDiscovery {
    /// Benjamini and Yekutieli (2001, *Annals of Statistics* 29): whatever the dependence
    /// between the comparisons. Groups overlap, contain each other and share their rests, so
    /// that some comparisons depend positively and others negatively on each other.
    #[default]
    Yekutieli,
    /// Benjamini and Hochberg (1995, *Journal of the Royal Statistical Society* B 57):
    /// for independent or positively dependent comparisons. Finds more.
    Hochberg,
}

impl FromStr for FalseDiscovery {
    type Err = StatisticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "BY" => Ok(Self::Yekutieli),
            "BH" => Ok(Self::Hochberg),
            other => Err(StatisticsError::Choice {
                what: "control of false discoveries",
                value: other.to_owned(),
                choices: "BY, BH",
            }),
        }
    }
}

/// Adjusted p values of all comparisons of a search, as `p.adjust()` of R has them.
pub(super) struct Adjusted {
    /// The p values, sorted.
    p: Vec<f64>,
    /// Their adjusted values.
    q: Vec<f64>,
}

impl Adjusted {
    /// Adjusts all p values of a search together.
    pub(super) fn new(mut p: Vec<f64>, method: FalseDiscovery) -> Self {
        p.sort_unstable_by(f64::total_cmp);
        let tried = p.len();
        let factor = match method {
            // From the smallest term, so that no digits are lost.
            FalseDiscovery::Yekutieli => (1..=tried).rev().map(|rank| 1.0 / rank as f64).sum(),
            FalseDiscovery::Hochberg => 1.0,
        };
        let mut least: f64 = 1.0;
        let mut q: Vec<f64> = Vec::with_capacity(tried);
        for (place, p) in p.iter().enumerate().rev() {
            least = least.min(p * factor * tried as f64 / (place + 1) as f64);
            q.push(least);
        }
        q.reverse();
        Self { p, q }
    }

    /// The adjusted value of one of the p values.
    pub(super) fn of(&self, p: f64) -> f64 {
        let place = self.p.partition_point(|other| *other < p);
        self.q.get(place).copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjusted_values_are_those_of_r() {
        // p.adjust(c(0.01, 0.02, 0.03, 0.5, 0.02), "BY") and "BH"
        let p = [0.01, 0.02, 0.03, 0.5, 0.02];
        let by = Adjusted::new(p.to_vec(), FalseDiscovery::Yekutieli);
        let wanted = [
            0.076_111_111_111_111_1,
            0.076_111_111_111_111_1,
            0.085_625,
            1.0,
            0.076_111_111_111_111_1,
        ];
        for (p, wanted) in p.iter().zip(wanted) {
            assert!((by.of(*p) - wanted).abs() < 1e-12, "{p}: {}", by.of(*p));
        }
        let bh = Adjusted::new(p.to_vec(), FalseDiscovery::Hochberg);
        assert!((bh.of(0.01) - 0.1 / 3.0).abs() < 1e-12 && (bh.of(0.03) - 0.0375).abs() < 1e-12);
    }

    #[test]
    fn nothing_tried_is_nothing_found() {
        assert!((Adjusted::new(Vec::new(), FalseDiscovery::Yekutieli).of(0.001) - 1.0).abs() < 1e-15);
    }
}
