//! Structs that are taken for numbers, in words: estimates and designs are structs, and
//! DataFusion speaks of their types.

use crate::suggest::nearest;

/// The fields that estimates have, of all functions.
const FIELDS: [&str; 19] = [
    "estimate",
    "se",
    "low",
    "high",
    "low2",
    "high2",
    "n",
    "population",
    "df",
    "df2",
    "t",
    "p",
    "statistic",
    "detectable",
    "verdict",
    "count",
    "observed",
    "expected",
    "method",
];

/// What is wrong where a message is about a struct, a field of one or an empty one.
pub(super) fn explain(message: &str) -> Option<String> {
    if let Some((_, rest)) = message.split_once("Field ")
        && let Some((name, _)) = rest.split_once(" not found in struct")
    {
        return Some(missing_field(name));
    }
    if message.contains("'named_struct' does not support zero arguments") {
        return Some(
            "{} is an empty struct. Leave out options that are none; survey_design needs at least a weight (or fpc), \
             as in survey_design({'weight': vikt}) OVER ()."
                .to_owned(),
        );
    }
    if message.contains("Unary operator '-' only supports") {
        return Some(
            "Only a number has a minus sign. Of an estimate choose a field, as in -m['estimate'].".to_owned(),
        );
    }
    if let Some((_, rest)) = message.split_once("Cannot access field at argument 1: type ") {
        let data_type = rest.split(" is not").next().unwrap_or(rest);
        return Some(format!(
            "Brackets choose a field of a struct, as in m['se'] of an estimate m, but this is of the type {data_type}."
        ));
    }
    let is_misused = MISUSED.iter().any(|words| message.contains(words));
    let (_, rest) = message.split_once("Struct(\"").filter(|_| is_misused)?;
    let fields = fields(rest);
    let list = fields.join(", ");
    Some(match fields.as_slice() {
        [first, ..] if *first == "estimate" => format!(
            "An estimate is a struct and no number. Choose one of its fields, as in m['estimate'] or \
             (survey_mean(y, design))['se']; it has {list}."
        ),
        ["stratum", .., "sample"] => {
            "`design` is the place of a row in its sample and no value. Give it to a function \
                                      that begins with survey_, as in survey_mean(y, design)."
                .to_owned()
        }
        [first, ..] => format!(
            "This is a struct and no number or text. Choose one of its fields, as in s['{first}']; it has {list}."
        ),
        [] => return None,
    })
}

/// How DataFusion says that it cannot compute with a type.
const MISUSED: [&str; 6] = [
    "Cannot coerce arithmetic expression",
    "Cannot infer common argument type",
    "Failed to coerce types",
    "failed to match any signature",
    "Unsupported CAST",
    "does not support type",
];

fn missing_field(name: &str) -> String {
    let near = FIELDS
        .into_iter()
        .find(|field| name.eq_ignore_ascii_case(field))
        .or_else(|| nearest(name, FIELDS));
    let near = near
        .map(|near| format!(" Did you mean '{near}'?"))
        .unwrap_or_default();
    format!(
        "The struct has no field '{name}'.{near} An estimate has estimate, se, low, high, n and others, written in small \
         letters; `perspektiv functions` with the name of the function tells all."
    )
}

/// The names in `estimate": Float64, "se": Float64) …`, those of the first struct.
fn fields(text: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    // Names stand before every second quotation mark.
    for name in text.split('"').step_by(2) {
        if fields.contains(&name) {
            break;
        }
        fields.push(name);
    }
    // What follows the last name is no name.
    fields.retain(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.is_empty());
    fields
}
