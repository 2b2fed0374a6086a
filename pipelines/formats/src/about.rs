//! What a file says of its own fields, for formats that carry more than names.

/// What a file says of one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// A heading for people, such as the variable label of SPSS.
    pub label: Option<String>,
    /// What its values are, where the format decides it.
    pub kind: Option<FieldKind>,
    /// Codes as they stand in the records, and what they mean, in the order of the file.
    pub codes: Vec<(String, String)>,
    /// Values, as they stand in the records, that mean "no answer" of some kind.
    pub missing: Vec<String>,
    /// Numbers that mean "no answer" of some kind: all between these two, both among them; `None` is
    /// without end.
    pub missing_range: Option<(Option<String>, Option<String>)>,
    /// What its numbers count, such as `kr` or `antal`.
    pub unit: Option<String>,
    /// Whether the file weighs its records by this field.
    pub weight: bool,
}

impl Field {
    /// Whether a value, as it stands in a record, means "no answer" of some kind. The empty field is not
    /// asked for: it says nothing at all.
    pub fn is_missing(&self, value: &str) -> bool {
        if self.missing.iter().any(|code| code == value) {
            return true;
        }
        let Some((low, high)) = &self.missing_range else {
            return false;
        };
        let beyond = |end: &Option<String>, side| {
            let end = end.as_deref()?;
            let order = match (value.parse::<f64>(), end.parse::<f64>()) {
                (Ok(value), Ok(end)) => value.partial_cmp(&end)?,
                // Days are in order as text.
                _ => value.cmp(end),
            };
            Some(order == side)
        };
        !value.is_empty()
            && beyond(low, std::cmp::Ordering::Less) != Some(true)
            && beyond(high, std::cmp::Ordering::Greater) != Some(true)
    }
}

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Anything.
    Text,
    /// A number without decimals.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A day, as `2022-04-30`.
    Date,
    /// A word of the publisher's, such as a code, a label or `..`: it stands for itself, whatever it looks like.
    Word,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_by_code_and_by_range() {
        let mut field = Field {
            missing: vec!["7".to_owned()],
            missing_range: Some((Some("97".to_owned()), None)),
            ..Field::default()
        };
        for (value, missing) in [
            ("7", true),
            ("97", true),
            ("1000", true),
            ("96.5", false),
            ("", false),
        ] {
            assert_eq!(field.is_missing(value), missing, "{value}");
        }
        field.missing_range = Some((Some("-99.5".to_owned()), Some("-1".to_owned())));
        for (value, missing) in [("-1", true), ("-100", false), ("-9", true), ("0", false)] {
            assert_eq!(field.is_missing(value), missing, "{value}");
        }
    }
}
