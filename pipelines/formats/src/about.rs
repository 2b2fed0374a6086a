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
    /// What its numbers count, such as `kr` or `antal`.
    pub unit: Option<String>,
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
}
