//! Auxiliary variables that stand at right angles.

/// An orthonormal basis of the space that variables span, under weights.
pub(super) struct Basis {
    /// The basis, a column each.
    pub(super) columns: Vec<Vec<f64>>,
    /// For each variable its coordinates in the basis.
    pub(super) coordinates: Vec<Vec<f64>>,
}

/// A variable of which less than this share is its own is taken to depend on the
/// others: it is far above rounding, and far below a year beside a constant.
const DEPENDENT: f64 = 1e-11;

impl Basis {
    /// Modified Gram–Schmidt, each variable gone over twice, which is as exact as
    /// Householder's (Giraud, Langou and Rozložník 2005, *Computers & Mathematics
    /// with Applications* 50). Variables that depend on earlier ones add nothing.
    pub(super) fn new(variables: &[Vec<f64>], weights: &[f64]) -> Self {
        let mut basis = Self {
            columns: Vec::new(),
            coordinates: Vec::new(),
        };
        for variable in variables {
            let mut own = variable.clone();
            let whole = product(&own, &own, weights).sqrt();
            let mut coordinates = vec![0.0; basis.columns.len()];
            for _ in 0..2 {
                for (column, coordinate) in basis.columns.iter().zip(&mut coordinates) {
                    let share = product(column, &own, weights);
                    *coordinate += share;
                    own.iter_mut()
                        .zip(column)
                        .for_each(|(own, column)| *own -= share * column);
                }
            }
            let length = product(&own, &own, weights).sqrt();
            if length > DEPENDENT * whole {
                own.iter_mut().for_each(|own| *own /= length);
                basis.columns.push(own);
                coordinates.push(length);
            }
            basis.coordinates.push(coordinates);
        }
        basis
    }

    /// The total that each column of the basis has when the variables have these;
    /// and what they make of the totals of all variables, which differs where a
    /// variable depends on others and its total does not.
    pub(super) fn totals(&self, totals: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut of_columns: Vec<f64> = Vec::with_capacity(self.columns.len());
        for (total, coordinates) in totals.iter().zip(&self.coordinates) {
            let (new, known) = match coordinates.split_last() {
                Some((own, rest)) if rest.len() == of_columns.len() => (Some(own), rest),
                _ => (None, coordinates.as_slice()),
            };
            let explained: f64 = known.iter().zip(&of_columns).map(|(c, total)| c * total).sum();
            if let Some(own) = new {
                of_columns.push((total - explained) / own);
            }
        }
        let implied = |coordinates: &Vec<f64>| coordinates.iter().zip(&of_columns).map(|(c, t)| c * t).sum();
        let implied = self.coordinates.iter().map(implied).collect();
        (of_columns, implied)
    }
}

/// `Σ w a b`.
pub(super) fn product(a: &[f64], b: &[f64], weights: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .zip(weights)
        .map(|((a, b), weight)| weight * a * b)
        .sum()
}
