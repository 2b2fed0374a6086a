//! Errors of the engine that say too much or too little, in words of their own.

use datafusion::common::SchemaError;

/// The same in words that help, for those that need other words.
pub(super) fn otherwise(message: &str) -> Option<String> {
    // What a function of ours says of its arguments is told elsewhere.
    let theirs = Some(message).filter(|message| !message.contains("user-defined coercion"));
    theirs
        .and_then(no_such_types)
        .or_else(|| not_grouped(message))
        .or_else(|| no_such_table_function(message))
}

/// A column that several tables have.
pub(super) fn ambiguous(fault: &SchemaError) -> Option<String> {
    let SchemaError::AmbiguousReference { field } = fault else {
        return None;
    };
    let name = &field.name;
    Some(format!(
        "More than one table has a column {name}: write the table's name before it, as in a.{name}."
    ))
}

/// A function whose arguments are of other types: the engine lists each signature that it tried.
fn no_such_types(message: &str) -> Option<String> {
    let (_, after) = message.split_once("Function '")?;
    let (function, rest) = after.split_once("' failed to match any signature")?;
    let (_, received) = rest.split_once("but received ")?;
    let received = received.split([' ', ',', '.']).next()?;
    let advice = match received {
        "String" => " Make numbers of texts with try_cast(… AS DOUBLE), or count the rows with count(*).",
        _ => "",
    };
    Some(format!(
        "{function} does not take what it was given, which is of type {received}.{advice}"
    ))
}

/// A column that is neither grouped by nor summed up.
fn not_grouped(message: &str) -> Option<String> {
    let (_, after) = message.split_once("column \"")?;
    let (column, rest) = after.split_once('"')?;
    rest.contains("must appear in the GROUP BY clause").then(|| {
        format!(
            "`{column}` has many values in each group: add it to GROUP BY, or take one value of it with an \
             aggregate such as min({column})."
        )
    })
}

/// SQL reads nothing but the lake.
fn no_such_table_function(message: &str) -> Option<String> {
    let (_, after) = message.split_once("able function '")?;
    let (name, rest) = after.split_once('\'')?;
    rest.starts_with(" not found").then(|| {
        format!(
            "There is no table function {name}. SQL reads the tables of the lake and nothing else; to look at a \
             file, ask with `perspektiv query --file-source FILE --sql 'SELECT * FROM fil'`."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::otherwise;

    #[test]
    fn what_is_understood_is_left_as_it_is() {
        for message in [
            "Aggregate functions are not allowed in the WHERE clause.",
            "",
            "column \"a",
        ] {
            assert_eq!(otherwise(message), None, "{message}");
        }
    }
}
