//! Sums that do not depend on the order of their terms.

/// Sum with the rounding errors carried along (Neumaier 1974).
pub(super) fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0f64, 0.0);
    for term in terms {
        let next = total + term;
        lost += if total.abs() >= term.abs() {
            (total - next) + term
        } else {
            (term - next) + total
        };
        total = next;
    }
    // After an overflow the carry is not a number; the total says so better.
    if total.is_finite() { total + lost } else { total }
}
