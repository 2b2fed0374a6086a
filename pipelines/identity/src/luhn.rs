//! The check digit.

/// Whether the last of ten digits (0–9, not characters) is the check digit of
/// the others: the Luhn algorithm, ISO/IEC 7812-1 annex B.
pub(crate) fn checks(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(position, &digit)| {
            let weighted = u32::from(digit) * if position % 2 == 1 { 2 } else { 1 };
            weighted / 10 + weighted % 10
        })
        .sum();
    sum.is_multiple_of(10)
}
