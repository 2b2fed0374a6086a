//! `[[columns]]`: what a field is called, what it means and what it may hold.

use regex::bytes::Regex;
use toml::Spanned;
use toml::de::DeValue;

use super::document::scalar_text;
use super::{Section, check_name, expression};
use crate::checks::Allowed;
use crate::convert;
use perspektiv_formats::{DayOrder, closest};

/// One column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name in the table.
    pub name: String,
    /// Where its values come from.
    pub origin: Origin,
    /// Its type.
    pub kind: ColumnType,
    /// Whether a missing value rejects the row.
    pub required: bool,
    /// What stands for a missing value besides the empty field.
    pub missing: Vec<String>,
    /// Numbers that stand for a missing value, both ends included.
    pub missing_range: Option<(f64, f64)>,
    /// Code in the delivery and text in the table; empty when the text is kept.
    pub codes: Vec<(String, String)>,
    /// What becomes of a code that is not listed.
    pub unknown_codes: UnknownCodes,
    /// Whether a text or number may be a person number: `person_numbers = "allow"`,
    /// for what only looks so. Otherwise, which is the default (`"reject"`), a
    /// row with a valid one in this column goes to the quarantine.
    pub person_numbers: bool,
    /// The least and the greatest value allowed.
    pub range: Option<Range>,
    /// The values allowed, as a check says.
    pub(crate) allowed: Option<Allowed>,
    /// What the whole text has to match, as a check says.
    pub(crate) pattern: Option<Regex>,
    /// The day on which person numbers were written, which decides the century
    /// of those without one; otherwise the day the delivery arrived.
    pub reference: Option<perspektiv_identity::Date>,
    /// In which order the parts of its days stand, where not as in 2024-12-31.
    pub order: Option<DayOrder>,
    /// The unit of the values, in Swedish.
    pub unit: Option<String>,
    /// What an audience calls the column, in Swedish.
    pub label: Option<String>,
}

/// Where the values of a column come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A field of the delivery.
    Field(String),
    /// The same value in every row.
    Constant(String),
    /// An SQL expression over the columns above.
    Expression(String),
}

/// The type of a column, and with it the type in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// A person number, replaced by its pseudonym: BIGINT.
    Person,
    /// Any other identity, replaced by its pseudonym as it stands: BIGINT.
    Identifier,
    /// A pseudonym made by the sender: BIGINT.
    Pseudonym(PseudonymForm),
    /// Text, or a code replaced by its text: TEXT.
    Text,
    /// A whole number of 32 bits: INT.
    Integer,
    /// A whole number of 64 bits: BIGINT.
    LongInteger,
    /// A number: DOUBLE.
    Number,
    /// An amount: DECIMAL(14,2).
    Decimal,
    /// Yes or no: BOOLEAN.
    Boolean,
    /// A day: DATE.
    Date,
    /// A month, as its first day: DATE.
    YearMonth,
}

/// How the sender writes a pseudonym.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PseudonymForm {
    /// Sixteen hexadecimal digits.
    Hex,
    /// A whole number of 64 bits, perhaps negative.
    Integer,
}

/// What becomes of a code that is not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownCodes {
    /// The row is rejected.
    Reject,
    /// The value is missing.
    Null,
}

/// Least and greatest value, both allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Range {
    /// Of whole numbers.
    Integer(i64, i64),
    /// Of numbers.
    Number(f64, f64),
    /// Of amounts, in hundredths.
    Hundredths(i128, i128),
    /// Of days since 1970-01-01.
    Days(i32, i32),
}

/// The names of the types.
pub(crate) const TYPES: [&str; 10] = [
    "person",
    "identifier",
    "pseudonym",
    "text",
    "integer",
    "number",
    "decimal",
    "boolean",
    "date",
    "year-month",
];

impl Column {
    /// All that decides what the column holds.
    pub(crate) fn essence(&self) -> String {
        // Left out where no check says anything, so that a definition without is as it was.
        let mut checked = String::new();
        if let Some(allowed) = &self.allowed {
            checked.push_str(&format!(" {allowed:?}"));
        }
        if let Some(pattern) = &self.pattern {
            checked.push_str(&format!(" {pattern}"));
        }
        if let Some(range) = &self.missing_range {
            checked.push_str(&format!(" {range:?}"));
        }
        if let Some(order) = self.order {
            checked.push_str(&format!(" {order:?}"));
        }
        format!(
            "{} {:?} {:?} {} {:?} {:?} {:?} {} {:?} {:?}{checked}",
            self.name,
            self.origin,
            self.kind,
            self.required,
            self.missing,
            self.codes,
            self.unknown_codes,
            self.person_numbers,
            self.range,
            self.reference
        )
    }

    /// Whether values may not be shown: they are, or should be, identities.
    pub(crate) fn is_identity(&self) -> bool {
        matches!(
            self.kind,
            ColumnType::Person | ColumnType::Identifier | ColumnType::Pseudonym(_)
        )
    }
}

/// Reads all of `[[columns]]`.
pub(crate) fn read_all(root: &Section<'_, '_>) -> Vec<Column> {
    let sections = root.sections("columns");
    if sections.is_empty() {
        root.error(
            root.place_of("source"),
            "The dataset has no [[columns]].",
            "Describe each column of the table: [[columns]], name = \"…\", type = \"…\".",
        );
    }
    let mut columns: Vec<Column> = Vec::new();
    for section in sections {
        let place = if section.has("name") {
            section.place_of("name")
        } else {
            section.span()
        };
        let Some(column) = read(section, &columns) else {
            continue;
        };
        if columns.iter().any(|other| other.name == column.name) {
            root.error(
                place,
                format!("The column '{}' is defined twice.", column.name),
                "Remove one, or give one another name.",
            );
        }
        columns.push(column);
    }
    columns
}

fn read(section: Section<'_, '_>, above: &[Column]) -> Option<Column> {
    let from = section.string("from");
    let name = match (section.has("name"), &from) {
        (false, Some(from)) => Some(from.clone()),
        _ => section.needed(
            "name",
            "Write name = \"…\": what the column is called in the table.",
        ),
    };
    if let Some(name) = &name {
        let place = section.place_of(if section.has("name") { "name" } else { "from" });
        check_name(&section, place.clone(), name, "column");
        if name == "design" || name.starts_with("design_") {
            section.error(
                place,
                format!("The column name '{name}' is kept for survey designs."),
                "Choose another name; the design_* columns are made from [survey].",
            );
        }
    }
    let (expression, kind) = match section.has("sql") {
        true => expression::read(&section, above).unzip(),
        false => (None, read_type(&section)),
    };
    let constant = section
        .raw("constant")
        .and_then(|value| constant_text(&section, value));
    if let (Some(_), true) = (&constant, section.has("from")) {
        section.error(
            section.place_of("constant"),
            "The column has both `from` and `constant`.",
            "Keep the one that is meant.",
        );
    }
    let column = Column {
        origin: match (expression, constant, from, &name) {
            (Some(expression), _, _, _) => Origin::Expression(expression),
            (None, Some(constant), _, _) => Origin::Constant(constant),
            (None, None, Some(from), _) => Origin::Field(from),
            (None, None, None, name) => Origin::Field(name.clone().unwrap_or_default()),
        },
        name: name.unwrap_or_default(),
        kind: kind.unwrap_or(ColumnType::Text),
        required: section.boolean("required").unwrap_or(false),
        missing: section
            .strings("missing")
            .unwrap_or_default()
            .into_iter()
            .map(|(token, _)| token.trim().to_owned())
            .collect(),
        missing_range: read_missing_range(&section),
        codes: section.pairs("codes").unwrap_or_default(),
        unknown_codes: read_unknown_codes(&section),
        person_numbers: section.choice("person_numbers") == Some("allow"),
        range: kind.and_then(|kind| read_range(&section, kind)),
        allowed: None,
        pattern: None,
        reference: read_reference(&section, kind),
        order: read_order(&section, kind),
        unit: section.string("unit"),
        label: section.string("label"),
    };
    if kind.is_some() {
        check_sense(&section, &column);
    }
    section.finish();
    (kind.is_some() && !column.name.is_empty()).then_some(column)
}

/// Reads the type, which has to be there.
pub(super) fn read_type(section: &Section<'_, '_>) -> Option<ColumnType> {
    let all = TYPES.join(", ");
    let name = section.needed("type", &format!("Write type = \"…\", one of: {all}."));
    let bits = section.count("bits");
    let form = section.choice("form");
    let name = name?;
    if bits.is_some() && name != "integer" {
        section.error(
            section.place_of("bits"),
            "`bits` is for whole numbers only.",
            "Remove it.",
        );
    }
    if form.is_some() && name != "pseudonym" {
        section.error(
            section.place_of("form"),
            "`form` is for pseudonyms only.",
            "Remove it.",
        );
    }
    Some(match name.as_str() {
        "person" => ColumnType::Person,
        "identifier" => ColumnType::Identifier,
        "pseudonym" => ColumnType::Pseudonym(match form {
            Some("integer") => PseudonymForm::Integer,
            _ => PseudonymForm::Hex,
        }),
        "text" => ColumnType::Text,
        "integer" => match bits {
            None | Some(32) => ColumnType::Integer,
            Some(64) => ColumnType::LongInteger,
            Some(_) => {
                section.error(
                    section.place_of("bits"),
                    "`bits` is 32 or 64.",
                    "Write bits = 64 for large numbers.",
                );
                ColumnType::Integer
            }
        },
        "number" => ColumnType::Number,
        "decimal" => ColumnType::Decimal,
        "boolean" => ColumnType::Boolean,
        "date" => ColumnType::Date,
        "year-month" => ColumnType::YearMonth,
        other => {
            let hint = match closest(other, TYPES) {
                Some(meant) => format!("Did you mean \"{meant}\"? Types are: {all}."),
                None => format!("Types are: {all}."),
            };
            section.error(
                section.place_of("type"),
                format!("There is no type '{other}'."),
                hint,
            );
            return None;
        }
    })
}

fn constant_text(section: &Section<'_, '_>, value: &Spanned<DeValue<'_>>) -> Option<String> {
    let text = scalar_text(value.get_ref());
    if text.is_none() {
        section.error(
            value.span(),
            "`constant` has to be one value.",
            "Write constant = \"…\".",
        );
    }
    text
}

fn read_reference(section: &Section<'_, '_>, kind: Option<ColumnType>) -> Option<perspektiv_identity::Date> {
    let value = section.raw("reference")?;
    if kind != Some(ColumnType::Person) {
        section.error(
            value.span(),
            "`reference` is for person numbers only.",
            "Remove it.",
        );
    }
    let day = scalar_text(value.get_ref()).and_then(|text| convert::day(&text));
    if day.is_none() {
        section.error(
            value.span(),
            "`reference` has to be a day.",
            "Write reference = 2019-12-31.",
        );
    }
    day
}

fn read_order(section: &Section<'_, '_>, kind: Option<ColumnType>) -> Option<DayOrder> {
    let order = section.choice("order")?;
    if kind != Some(ColumnType::Date) {
        section.error(
            section.place_of("order"),
            "`order` is for dates only.",
            "Remove it.",
        );
    }
    DayOrder::named(order)
}

fn read_unknown_codes(section: &Section<'_, '_>) -> UnknownCodes {
    match section.choice("unknown_codes") {
        Some("null") => UnknownCodes::Null,
        _ => UnknownCodes::Reject,
    }
}

/// Reads `missing_range`: any two numbers, also infinite ones.
fn read_missing_range(section: &Section<'_, '_>) -> Option<(f64, f64)> {
    let (low, high) = read_bounds(section, "missing_range")?;
    let range = low.parse().ok().zip(high.parse().ok());
    let range = range.filter(|(low, high): &(f64, f64)| low <= high);
    if range.is_none() {
        section.error(
            section.place_of("missing_range"),
            format!("[{low}, {high}] are not two numbers, the least first."),
            "Write missing_range = [90, 99], or [90, inf].",
        );
    }
    range
}

/// The two values of a key, as texts.
fn read_bounds(section: &Section<'_, '_>, key: &'static str) -> Option<(String, String)> {
    let value = section.raw(key)?;
    let bounds: Option<Vec<String>> = value
        .get_ref()
        .as_array()
        .filter(|bounds| bounds.len() == 2)
        .and_then(|bounds| bounds.iter().map(|bound| scalar_text(bound.get_ref())).collect());
    let Some([low, high]) = bounds.as_deref() else {
        section.error(
            value.span(),
            format!("`{key}` has to be two values."),
            format!("Write {key} = [least, greatest]."),
        );
        return None;
    };
    Some((low.clone(), high.clone()))
}

/// Reads `range` for a column of that type.
pub(crate) fn read_range(section: &Section<'_, '_>, kind: ColumnType) -> Option<Range> {
    let (low, high) = read_bounds(section, "range")?;
    let place = section.place_of("range");
    let Some(range) = convert::range(kind, &low, &high) else {
        section.error(
            place,
            format!("[{low}, {high}] is no range of this type."),
            "Give two numbers for integer, number and decimal, two days (\"2019-01-01\") for date and \
             year-month; other types have no range.",
        );
        return None;
    };
    let empty = match range {
        Range::Integer(low, high) => low > high,
        Range::Number(low, high) => low > high,
        Range::Hundredths(low, high) => low > high,
        Range::Days(low, high) => low > high,
    };
    if empty {
        section.error(place, "The range is empty.", "Write the least value first.");
    }
    Some(range)
}

fn check_sense(section: &Section<'_, '_>, column: &Column) {
    if !column.codes.is_empty() && column.kind != ColumnType::Text {
        section.error(
            section.place_of("codes"),
            "`codes` replaces codes by text, but the column is no text.",
            "Write type = \"text\", or remove `codes`.",
        );
    }
    if section.has("unknown_codes") && column.codes.is_empty() {
        section.error(
            section.place_of("unknown_codes"),
            "`unknown_codes` has no meaning without `codes`.",
            "Add `codes`, or remove it.",
        );
    }
    let judged = match column.kind {
        ColumnType::Text => column.codes.is_empty(),
        ColumnType::Integer | ColumnType::LongInteger | ColumnType::Number | ColumnType::Decimal => true,
        _ => false,
    };
    if section.has("person_numbers") && !judged {
        section.error(
            section.place_of("person_numbers"),
            "`person_numbers` is for numbers and for texts without `codes` only.",
            "Remove it; a column of person numbers has type = \"person\".",
        );
    }
    let Origin::Constant(constant) = &column.origin else {
        return;
    };
    if column.is_identity() {
        section.error(
            section.place_of("constant"),
            "A person cannot be a constant.",
            "Name the field that holds it: from = \"…\".",
        );
    } else if !convert::fits(column, constant) {
        section.error(
            section.place_of("constant"),
            format!("The constant '{constant}' does not fit the column's type, codes or range."),
            "Write a value that a delivery could hold.",
        );
    }
}
