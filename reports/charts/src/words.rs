//! Numbers and words as an audience reads them.

use perspektiv_disclosure::{Column, format};

use crate::data::Cell;

/// A number the Swedish way: decimal comma, thousands apart, a real minus.
pub(crate) fn number(value: f64, decimals: u8) -> String {
    format::number(value, Some(decimals))
}

/// How the numbers of one column are written: unit, decimals and, for sums with
/// many digits, thousands of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measure {
    /// What the numbers are, such as `Andel`.
    pub(crate) label: String,
    /// Unit as written, such as `miljoner kr`.
    pub(crate) unit: Option<String>,
    pub(crate) decimals: u8,
    /// What a number is divided by before it is written.
    pub(crate) divisor: f64,
}

impl Measure {
    /// The measure of a column that holds some numbers; `fallback` is the unit
    /// of the result as a whole.
    pub(crate) fn new(column: &Column, fallback: Option<&str>, values: &[f64]) -> Self {
        let unit = column.unit.as_deref().or(fallback);
        let largest = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let (divisor, word) = match largest {
            m if m >= 1e10 => (1e9, "miljarder"),
            m if m >= 1e7 => (1e6, "miljoner"),
            _ => (1.0, ""),
        };
        // Persons are counted; only money is read in millions.
        let money = unit.is_some_and(|u| u.starts_with("kr"));
        if divisor > 1.0 && money {
            return Self {
                label: column.label.clone(),
                unit: unit.map(|u| format!("{word} {u}")),
                decimals: u8::from(largest / divisor < 100.0),
                divisor,
            };
        }
        let whole = values.iter().all(|v| (v - v.round()).abs() < 1e-9);
        let decimals = column
            .decimals
            .unwrap_or(if whole || largest >= 1000.0 { 0 } else { 1 });
        Self {
            label: column.label.clone(),
            unit: unit.map(str::to_owned),
            decimals,
            divisor: 1.0,
        }
    }

    /// The same measure for a number that may have more digits than any in the
    /// column, such as their sum.
    pub(crate) fn of(&self, column: &Column, fallback: Option<&str>, value: f64) -> Self {
        Self {
            label: self.label.clone(),
            ..Self::new(column, fallback, &[value])
        }
    }

    fn percent(&self) -> bool {
        matches!(self.unit.as_deref(), Some("procent" | "%"))
    }

    /// A number without its unit, such as `71,2`.
    pub(crate) fn bare(&self, value: f64) -> String {
        number(value / self.divisor, self.decimals)
    }

    /// A number for the picture, where the unit stands in the heading: `71,2 %`
    /// or `412`.
    pub(crate) fn short(&self, value: f64) -> String {
        if self.percent() {
            format!("{}\u{a0}%", self.bare(value))
        } else {
            self.bare(value)
        }
    }

    /// A number with its unit in full, such as `71,2 procent`.
    pub(crate) fn long(&self, value: f64) -> String {
        match &self.unit {
            Some(unit) => format!(
                "{}\u{a0}{}",
                self.bare(value),
                if unit == "%" { "procent" } else { unit }
            ),
            None => self.bare(value),
        }
    }

    /// What is measured and in which unit: `Andel, procent`.
    pub(crate) fn heading(&self) -> String {
        match &self.unit {
            Some(unit) => {
                let unit = if unit == "%" { "procent" } else { unit };
                if self.label.to_lowercase().contains(&unit.to_lowercase()) {
                    self.label.clone()
                } else {
                    format!("{}, {unit}", self.label)
                }
            }
            None => self.label.clone(),
        }
    }
}

/// Who there are too few of behind a hidden number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Few {
    Answers,
    Persons,
}

impl Few {
    /// The reason, such as `för få svar`.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Answers => "för få svar",
            Self::Persons => "för få personer",
        }
    }
}

/// What stands in the place of a number that is not shown: its sign and why.
pub(crate) fn absent(cell: Cell, few: Few) -> Option<(&'static str, &'static str)> {
    match cell {
        Cell::Value(_) => None,
        Cell::Hidden => Some((format::HIDDEN, few.reason())),
        Cell::Missing => Some((format::MISSING, "uppgift saknas")),
        Cell::NotApplicable => Some((format::NOT_APPLICABLE, "ej aktuellt")),
    }
}

/// `a`, `a och b`, `a, b och c`.
pub(crate) fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} och {last}", first.join(", ")),
    }
}

/// `lowest–highest`, or one number where they are the same.
pub(crate) fn range(values: &[f64], write: impl Fn(f64) -> String) -> Option<String> {
    let low = values.iter().copied().reduce(f64::min)?;
    let high = values.iter().copied().reduce(f64::max)?;
    let (low, high) = (write(low), write(high));
    Some(if low == high {
        low
    } else {
        format!("{low}–{high}")
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn column(unit: &str, decimals: Option<u8>) -> Column {
        Column {
            name: "x".into(),
            label: "Kostnad".into(),
            unit: Some(unit.into()),
            decimals,
            identity: false,
        }
    }

    #[test]
    fn numbers_are_swedish() {
        assert_eq!(number(-1_234_567.25, 1), "−1\u{a0}234\u{a0}567,3");
    }

    #[test]
    fn sums_of_money_are_written_in_millions() {
        let measure = Measure::new(&column("kr", None), None, &[8_234_567_890.0, 12_345_678_901.0]);
        assert_eq!(measure.long(8_234_567_890.0), "8,2\u{a0}miljarder kr");
        let measure = Measure::new(&column("kr per person", Some(0)), None, &[512_345.4]);
        assert_eq!(measure.long(512_345.4), "512\u{a0}345\u{a0}kr per person");
    }

    #[test]
    fn headings_do_not_say_the_unit_twice() {
        assert_eq!(
            Measure::new(&column("%", None), None, &[]).heading(),
            "Kostnad, procent"
        );
        let shares = Column {
            name: "x".into(),
            label: "Andel (procent)".into(),
            unit: Some("procent".into()),
            decimals: Some(1),
            identity: false,
        };
        let measure = Measure::new(&shares, None, &[24.12]);
        assert_eq!(
            (measure.heading().as_str(), measure.short(24.12).as_str()),
            ("Andel (procent)", "24,1\u{a0}%")
        );
    }

    #[test]
    fn what_is_absent_is_said_in_words() {
        assert_eq!(absent(Cell::Hidden, Few::Answers), Some(("..", "för få svar")));
        assert_eq!(absent(Cell::Missing, Few::Answers), Some(("-", "uppgift saknas")));
        assert_eq!(absent(Cell::Value(0.0), Few::Persons), None);
    }
}
