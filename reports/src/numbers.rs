//! Numbers as Swedish readers expect them.

/// No-break space: groups digits and holds a number and its unit together.
pub(crate) const NBSP: char = '\u{a0}';

/// A number with a decimal comma, digits in groups of three and a true minus.
///
/// `decimals` is the number of decimals shown; what rounds to zero has no sign.
pub(crate) fn decimal(x: f64, decimals: usize) -> String {
    if !x.is_finite() {
        return "-".to_owned();
    }
    let digits = format!("{:.*}", decimals, x.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = String::with_capacity(digits.len() + 4);
    if x < 0.0 && digits.chars().any(|c| ('1'..='9').contains(&c)) {
        text.push('\u{2212}');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(NBSP);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(',');
        text.push_str(fraction);
    }
    text
}

/// A number with a unit that the line never breaks off.
pub(crate) fn with_unit(x: f64, decimals: usize, unit: &str) -> String {
    format!("{}{NBSP}{unit}", decimal(x, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_signs() {
        assert_eq!(decimal(284_000.0, 0), "284\u{a0}000");
        assert_eq!(decimal(1_234_567.891, 2), "1\u{a0}234\u{a0}567,89");
        assert_eq!(decimal(999.0, 0), "999");
        assert_eq!(decimal(-3.25, 1), "\u{2212}3,2");
        assert_eq!(decimal(-0.04, 1), "0,0");
        assert_eq!(with_unit(42.0, 0, "%"), "42\u{a0}%");
    }
}
