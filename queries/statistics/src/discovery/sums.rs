//! Sums over answers, and what they are in a linearised difference.

/// Sums over answers: their number, those with the outcome, and the weights and their squares of both.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) n: u64,
    pub(super) cases: u64,
    pub(super) w: f64,
    pub(super) wy: f64,
    pub(super) ww: f64,
    pub(super) wwy: f64,
}

impl Sums {
    /// Adds an answer.
    pub(super) fn add(&mut self, weight: f64, y: bool) {
        let square = weight * weight;
        self.n += 1;
        self.w += weight;
        self.ww += square;
        if y {
            self.cases += 1;
            self.wy += weight;
            self.wwy += square;
        }
    }

    /// Adds other sums.
    pub(super) fn join(&mut self, other: &Self) {
        self.n += other.n;
        self.cases += other.cases;
        self.w += other.w;
        self.wy += other.wy;
        self.ww += other.ww;
        self.wwy += other.wwy;
    }

    /// What remains without a part.
    pub(super) fn less(&self, part: &Self) -> Self {
        Self {
            n: self.n.saturating_sub(part.n),
            cases: self.cases.saturating_sub(part.cases),
            w: self.w - part.w,
            wy: self.wy - part.wy,
            ww: self.ww - part.ww,
            wwy: self.wwy - part.wwy,
        }
    }

    /// Whether all answers are the same, so that their part of the variance is nothing but rounding.
    fn is_flat(&self) -> bool {
        self.cases == 0 || self.cases == self.n
    }

    /// The weighted share; exact where all are the same.
    pub(super) fn share(&self) -> f64 {
        match self.cases {
            0 => 0.0,
            cases if cases == self.n => 1.0,
            _ => self.wy / self.w,
        }
    }
}

/// A side of a comparison: what turns its sums into those of the linearised difference.
#[derive(Clone, Copy)]
pub(super) struct Side {
    pub(super) share: f64,
    weight: f64,
    flat: bool,
}

impl Side {
    /// The side that has these sums in all strata.
    pub(super) fn of(sums: &Sums) -> Self {
        Self {
            share: sums.share(),
            weight: sums.w,
            flat: sums.is_flat(),
        }
    }

    /// `Σ w (y − share) / weight`.
    pub(super) fn total(self, w: f64, wy: f64) -> f64 {
        match self.flat {
            true => 0.0,
            false => (wy - self.share * w) / self.weight,
        }
    }

    /// `Σ (w (y − share) / weight)²`: y is its own square.
    pub(super) fn squares(self, sums: &Sums) -> f64 {
        match self.flat {
            true => 0.0,
            false => {
                let squares = sums.wwy * (1.0 - 2.0 * self.share) + sums.ww * self.share * self.share;
                squares / (self.weight * self.weight)
            }
        }
    }
}
