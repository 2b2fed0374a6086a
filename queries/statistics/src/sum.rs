//! Sums that lose no digits.

/// A running sum with its rounding error (Knuth 1998, *The Art of Computer
/// Programming* 2, section 4.2.2; Ogita, Rump and Oishi 2005), as exact as if it
/// had twice the digits, so that the order of the terms hardly matters.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    /// Adds a term.
    pub(crate) fn add(&mut self, term: f64) {
        let sum = self.high + term;
        let added = sum - self.high;
        self.low += (self.high - (sum - added)) + (term - added);
        self.high = sum;
    }

    /// The sum so far.
    pub(crate) fn value(self) -> f64 {
        // After an overflow the error is not a number; the sum says so better.
        match self.high.is_finite() {
            true => self.high + self.low,
            false => self.high,
        }
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::default();
        terms.into_iter().for_each(|term| sum.add(term));
        sum
    }
}

/// The sum of some terms.
pub(crate) fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    terms.into_iter().collect::<Sum>().value()
}
