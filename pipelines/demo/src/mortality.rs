//! Deaths by age that give a wanted life expectancy: what the life tables and
//! the causes of death share.

/// The last age of a table, open upwards.
pub(crate) const LAST_AGE: usize = 100;

/// One line of a life table.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    /// Probability of dying before the next birthday.
    pub(crate) q: f64,
    /// Survivors of 100 000.
    pub(crate) l: f64,
    /// Years left.
    pub(crate) e: f64,
}

/// The table whose life expectancy at birth is the wanted one. The pattern is
/// Gompertz' with a first year of its own; its level is found by halving.
pub(crate) fn table(expectancy: f64) -> Vec<Line> {
    let (mut low, mut high) = (-14.0, -7.0);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        // The higher the level, the shorter the lives.
        if at_level(middle)[0].e > expectancy {
            low = middle;
        } else {
            high = middle;
        }
    }
    at_level((low + high) / 2.0)
}

fn at_level(level: f64) -> Vec<Line> {
    let mut lines = Vec::with_capacity(LAST_AGE + 1);
    let mut l = 100_000.0;
    for age in 0..=LAST_AGE {
        let rate = 0.0001 + libm::exp(level + 0.102 * age as f64);
        let q = match age {
            0 => 0.0021,
            LAST_AGE => 1.0,
            _ => 1.0 - libm::exp(-rate),
        };
        lines.push(Line { q, l, e: 0.0 });
        l *= 1.0 - q;
    }
    let mut years = 0.0;
    for at in (0..lines.len()).rev() {
        let line = lines[at];
        let here = match lines.get(at + 1) {
            // Those who die live half of the year, and few days of the first.
            Some(next) => next.l + (if at == 0 { 0.1 } else { 0.5 }) * (line.l - next.l),
            None => line.l * 2.1,
        };
        years += here;
        lines[at].e = years / line.l;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_the_expectancy_that_was_asked_for() {
        for wanted in [76.0, 80.61, 84.12, 88.0] {
            let table = table(wanted);
            assert!((table[0].e - wanted).abs() < 0.005, "{}", table[0].e);
            assert!(
                table
                    .windows(2)
                    .all(|pair| pair[1].l <= pair[0].l && pair[1].e < pair[0].e + 1.0)
            );
        }
    }
}
