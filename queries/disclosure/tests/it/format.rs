//! Numbers as Swedish readers expect them; `~` stands for the no-break space.

use perspektiv_disclosure::Value;
use perspektiv_disclosure::format::{cell, number, plain, symbol, with_unit};

use crate::support::{NONE, X, column, int, num, text};

fn tilde(s: String) -> String {
    s.replace('\u{a0}', "~").replace('\u{2212}', "m")
}

#[test]
fn numbers_have_comma_groups_and_a_true_minus() {
    for (x, decimals, expected) in [
        (0.0, Some(0), "0"),
        (999.0, Some(0), "999"),
        (1000.0, Some(0), "1~000"),
        (284_000.0, Some(0), "284~000"),
        (1_234_567.891, Some(2), "1~234~567,89"),
        (-1_234.5, Some(1), "m1~234,5"),
        (-0.04, Some(1), "0,0"),
        (-0.0, Some(0), "0"),
        (12.0, Some(3), "12,000"),
        (999_999_999_999_999.0, Some(0), "999~999~999~999~999"),
        (1e15, Some(0), "1e15"),
        (-1.5e300, Some(2), "m1,5e300"),
        (123_456_789_012_345_678.0, None, "1,234568e17"),
        (1e-9, Some(2), "0,00"),
    ] {
        assert_eq!(tilde(number(x, decimals)), expected);
    }
}

#[test]
fn halves_are_rounded_as_they_are_written() {
    for (x, decimals, expected) in [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-2.5, 0, "m3"),
        (0.15, 1, "0,2"),
        (2.675, 2, "2,68"),
        (12.25, 1, "12,3"),
        (0.49999, 0, "0"),
        (9.95, 1, "10,0"),
        (99.999, 2, "100,00"),
        (999.5, 0, "1~000"),
        (0.999, 0, "1"),
        (1.005, 2, "1,01"),
    ] {
        assert_eq!(tilde(number(x, Some(decimals))), expected, "{x}");
    }
}

#[test]
fn without_decimals_a_number_gets_what_it_needs() {
    for (x, expected) in [
        (3.0, "3"),
        (3.25, "3,25"),
        (1200.5, "1~200,5"),
        (0.1 + 0.2, "0,3"),
        (1.0 / 3.0, "0,333333"),
        (100.0, "100"),
        (0.000_000_4, "0"),
        (-0.000_000_4, "0"),
    ] {
        assert_eq!(tilde(number(x, None)), expected);
    }
}

#[test]
fn rounding_agrees_with_exact_arithmetic() {
    // Thousandths have an exact decimal form, so integers can check the digits.
    for thousandths in (0..2_000_000i64).step_by(37) {
        let tenths = (thousandths + 50) / 100;
        let expected = format!("{},{}", tenths / 10, tenths % 10);
        let found = number(thousandths as f64 / 1000.0, Some(1)).replace('\u{a0}', "");
        assert_eq!(found, expected, "{thousandths}");
    }
}

#[test]
fn what_is_not_shown_has_three_marks() {
    let kr = column("k", Some("kr"), Some(0));
    for (value, expected) in [
        (NONE, "-"),
        (Value::NotApplicable, "."),
        (X, ".."),
        (num(f64::NAN), "-"),
        (num(f64::INFINITY), "-"),
    ] {
        assert_eq!(
            (cell(&value, &kr), plain(&value, &kr)),
            (expected.into(), expected.into())
        );
    }
}

#[test]
fn cells_have_their_unit() {
    let written = |value: Value, unit, decimals| tilde(cell(&value, &column("x", unit, decimals)));
    assert_eq!(written(num(12.345), Some("procent"), Some(1)), "12,3~%");
    assert_eq!(
        written(num(-3.0), Some("procentenheter"), Some(1)),
        "m3,0~procentenheter"
    );
    assert_eq!(written(int(1_234_567), Some("kr"), None), "1~234~567~kr");
    assert_eq!(written(int(-4), Some("personer"), Some(1)), "m4,0~personer");
    assert_eq!(written(text("Karlstad"), Some("kr"), None), "Karlstad");
    assert_eq!(written(Value::Bool(true), None, None), "ja");
    assert_eq!(written(Value::Bool(false), None, None), "nej");
    assert_eq!(written(int(i64::MIN), None, None), "m9~223~372~036~854~775~808");
    assert_eq!(plain(&num(12.3), &column("x", Some("procent"), Some(1))), "12,3");
    assert_eq!(
        (symbol("procent"), symbol("kr"), with_unit("3", "")),
        ("%", "kr", "3".into())
    );
}

#[test]
fn years_are_not_grouped() {
    let year = column("ar", None, None);
    assert_eq!(plain(&int(2024), &year), "2024");
    assert_eq!(plain(&num(2024.0), &year), "2024");
    assert_eq!(tilde(plain(&int(20240), &year)), "20~240");
    assert_eq!(
        tilde(plain(&int(2024), &column("n", Some("personer"), None))),
        "2~024"
    );
    assert_eq!(tilde(plain(&int(2024), &column("n", None, Some(0)))), "2~024");
    assert_eq!(tilde(plain(&num(2024.5), &year)), "2~024,5");
}
