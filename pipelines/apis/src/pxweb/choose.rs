//! From what a definition says of the variables to the codes that are asked for. Patterns and expressions
//! are worked out here, with the rules of PxWeb 2, so that both versions know them, the size of an answer
//! is known before it is asked for, and what is missing in it shows.

use perspektiv_formats::{closest, listed, shown};

use super::{Chosen, Variable};
use crate::query::{fits, is_pattern};
use crate::{ApiError, Query, Selection};

/// What a query chooses of a table's variables, in the table's order. Codelists are for the caller to read:
/// their values are left as they were written.
pub(crate) fn choose(query: &Query, variables: &[Variable]) -> Result<Vec<Chosen>, ApiError> {
    let mut selections: Vec<Option<&Selection>> = vec![None; variables.len()];
    for selection in &query.select {
        let key = format!("select.{}", selection.variable);
        let Some(at) = position(variables, &selection.variable) else {
            return Err(ApiError::definition(key, unknown(&selection.variable, variables)));
        };
        match selections.get_mut(at) {
            Some(slot @ None) => *slot = Some(selection),
            _ => {
                return Err(ApiError::definition(
                    key,
                    "The variable stands there twice, by its code and by its name. Join the two.",
                ));
            }
        }
    }
    let spans = query.spans()?;
    if !spans.is_empty() && !variables.iter().any(|variable| variable.time) {
        return Err(ApiError::definition(
            "years",
            "The table has no variable of time. Use [source.select].",
        ));
    }
    let mut chosen = Vec::new();
    for (variable, selection) in variables.iter().zip(selections) {
        let key = format!("select.{}", variable.code);
        let values = match selection {
            Some(_) if variable.time && !spans.is_empty() => {
                return Err(ApiError::definition(
                    key,
                    "`years` chooses of this variable as well. Write one of the two.",
                ));
            }
            Some(selection) if selection.codelist.is_some() => selection.values.clone(),
            Some(selection) => expand(&key, &selection.values, &variable.codes, variable.time)?,
            None if variable.time && !spans.is_empty() => within(&spans, variable)?,
            None if variable.codes.len() == 1 => variable.codes.clone(),
            None if variable.optional => continue,
            None => {
                return Err(ApiError::definition(
                    key,
                    format!(
                        "The table wants a choice of its variable {} ('{}'). It has {}. Write [\"*\"] for all.",
                        shown(variable.code.as_bytes()),
                        shown(variable.label.as_bytes()),
                        listed(&variable.codes)
                    ),
                ));
            }
        };
        chosen.push(Chosen {
            code: variable.code.clone(),
            values,
            codelist: selection.and_then(|selection| selection.codelist.clone()),
            aggregated: selection.and_then(|selection| selection.aggregated),
            width: 1,
        });
    }
    Ok(chosen)
}

/// The variable of that code, or of that name.
fn position(variables: &[Variable], name: &str) -> Option<usize> {
    let same = |text: &str| text.to_lowercase() == name.to_lowercase();
    let code = variables.iter().position(|variable| variable.code == name);
    code.or_else(|| variables.iter().position(|variable| same(&variable.code)))
        .or_else(|| variables.iter().position(|variable| same(&variable.label)))
}

fn unknown(name: &str, variables: &[Variable]) -> String {
    let codes: Vec<&str> = variables.iter().map(|variable| variable.code.as_str()).collect();
    let labels = variables.iter().map(|variable| variable.label.as_str());
    match closest(name, codes.iter().copied().chain(labels)) {
        Some(meant) => format!(
            "The table has no such variable. Did you mean '{}'?",
            shown(meant.as_bytes())
        ),
        None => format!("The table has no such variable. It has {}.", listed(&codes)),
    }
}

/// The codes whose last year lies in one of the spans.
fn within(spans: &[(i16, i16)], variable: &Variable) -> Result<Vec<String>, ApiError> {
    let year = |code: &str| -> Option<i16> {
        // "2024", "2024M03", "2021-2024", "2023/24": the last four digits in a row.
        let digits: Vec<&str> = code
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| part.len() == 4)
            .collect();
        digits.last()?.parse().ok()
    };
    let fits = |code: &&String| {
        year(code).is_some_and(|year| spans.iter().any(|(from, to)| (*from..=*to).contains(&year)))
    };
    let codes: Vec<String> = variable.codes.iter().filter(fits).cloned().collect();
    if codes.is_empty() {
        return Err(ApiError::definition(
            "years",
            format!(
                "The table has none of these years. It has {}.",
                listed(&variable.codes)
            ),
        ));
    }
    Ok(codes)
}

/// The codes that codes, patterns and expressions stand for, in the order of the list, each once.
pub(crate) fn expand(
    key: &str,
    wanted: &[String],
    codes: &[String],
    time: bool,
) -> Result<Vec<String>, ApiError> {
    let mut taken = vec![false; codes.len()];
    for text in wanted {
        let text = text.trim();
        let before = taken.clone();
        let span = expression(key, text, codes, time)?;
        for (at, (slot, code)) in taken.iter_mut().zip(codes).enumerate() {
            *slot |= match &span {
                Some(span) => span.contains(&at),
                None => code == text || (is_pattern(text) && fits(text, code)),
            };
        }
        // A code that was taken by an earlier pattern is as good as taken by itself.
        let nothing_new = before == taken;
        let known = span.as_ref().is_some_and(|span| !span.is_empty())
            || codes
                .iter()
                .any(|code| code == text || (is_pattern(text) && fits(text, code)));
        if nothing_new && !known {
            let hint = match closest(text, codes.iter().map(String::as_str)) {
                Some(meant) => format!("Did you mean '{}'?", shown(meant.as_bytes())),
                None => format!("It has {}.", listed(codes)),
            };
            return Err(ApiError::definition(
                key,
                format!("The variable has no value '{}'. {hint}", shown(text.as_bytes())),
            ));
        }
    }
    Ok(codes
        .iter()
        .zip(taken)
        .filter(|(_, taken)| *taken)
        .map(|(code, _)| code.clone())
        .collect())
}

/// The part of the list that an expression stands for.
fn expression(
    key: &str,
    text: &str,
    codes: &[String],
    time: bool,
) -> Result<Option<std::ops::Range<usize>>, ApiError> {
    let Some((name, inside)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) else {
        return Ok(None);
    };
    let name = name.to_ascii_uppercase();
    let wrong = |example: &str| {
        let text = shown(text.as_bytes());
        ApiError::definition(
            key,
            format!("'{text}' cannot be read. Write for instance {example}."),
        )
    };
    let place = |code: &str| {
        let code = code.trim();
        let found = codes.iter().position(|known| known.eq_ignore_ascii_case(code));
        found.ok_or_else(|| {
            let code = shown(code.as_bytes());
            ApiError::definition(
                key,
                format!("The variable has no value '{code}'. It has {}.", listed(codes)),
            )
        })
    };
    let all = codes.len();
    Ok(Some(match name.as_str() {
        "TOP" | "BOTTOM" => {
            let (count, skip) = inside.split_once(',').unwrap_or((inside, "0"));
            let number = |text: &str| text.trim().parse::<usize>().ok();
            let (Some(count @ 1..), Some(skip)) = (number(count), number(skip)) else {
                return Err(wrong(&format!("{name}(4)")));
            };
            // The top of time is its end.
            match (name == "TOP") != time {
                true => skip.min(all)..skip.saturating_add(count).min(all),
                false => all.saturating_sub(skip.saturating_add(count))..all.saturating_sub(skip),
            }
        }
        "FROM" => place(inside)?..all,
        "TO" => 0..place(inside)? + 1,
        "RANGE" => {
            let (from, to) = inside.split_once(',').ok_or_else(|| wrong("RANGE(2015,2020)"))?;
            let (from, to) = (place(from)?, place(to)?);
            from.min(to)..from.max(to) + 1
        }
        // A code may have brackets of its own.
        _ => return Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    fn expanded(wanted: &[&str], all: &str, time: bool) -> String {
        let wanted: Vec<_> = wanted.iter().map(|text| (*text).to_owned()).collect();
        match expand("select.x", &wanted, &codes(all), time) {
            Ok(codes) => codes.join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn codes_patterns_and_expressions() {
        let regions = "00 01 0114 17 1715 1780 18";
        assert_eq!(expanded(&["17", "00"], regions, false), "00 17");
        assert_eq!(expanded(&["17*"], regions, false), "17 1715 1780");
        assert_eq!(expanded(&["17*", "1780"], regions, false), "17 1715 1780");
        assert_eq!(expanded(&["??"], regions, false), "00 01 17 18");
        assert_eq!(expanded(&["*"], regions, false), regions);
        assert_eq!(expanded(&["TOP(2)"], regions, false), "00 01");
        assert_eq!(expanded(&["top(2,1)"], regions, false), "01 0114");
        assert_eq!(expanded(&["BOTTOM(1)", "TOP(1)"], regions, false), "00 18");
        let years = "2019 2020 2021 2022";
        assert_eq!(expanded(&["TOP(2)"], years, true), "2021 2022");
        assert_eq!(expanded(&["TOP(1,1)"], years, true), "2021");
        assert_eq!(expanded(&["BOTTOM(1)"], years, true), "2019");
        assert_eq!(expanded(&["TOP(9)"], years, true), years);
        assert_eq!(expanded(&["FROM(2021)"], years, true), "2021 2022");
        assert_eq!(expanded(&["TO(2019)"], years, true), "2019");
        assert_eq!(expanded(&["RANGE(2021,2020)"], years, true), "2020 2021");
        assert_eq!(expanded(&["a(b)"], "a(b) c", false), "a(b)");
        assert_eq!(expanded(&["[x]*"], "[x]1 x1", false), "[x]1");
    }

    #[test]
    fn what_is_not_there_is_named() {
        let years = "2019 2020";
        assert!(expanded(&["2091"], years, true).contains("no value '2091'. Did you mean '2019'"));
        assert!(expanded(&["9*"], years, true).contains("no value '9*'"));
        assert!(expanded(&["FROM(1800)"], years, true).contains("no value '1800'"));
        assert!(expanded(&["TOP(x)"], years, true).contains("TOP(4)"));
        assert!(expanded(&["TOP(0)"], years, true).contains("TOP(4)"));
        assert!(expanded(&["RANGE(2019)"], years, true).contains("RANGE(2015,2020)"));
        assert!(expanded(&["TOP(1,5)"], years, true).contains("no value"));
    }

    #[test]
    fn years_are_the_last_year_of_a_period() {
        let variable = |text: &str| Variable {
            code: "År".to_owned(),
            label: "år".to_owned(),
            codes: codes(text),
            optional: false,
            time: true,
        };
        let of = |text: &str, from, to| {
            within(&[(from, to)], &variable(text))
                .map(|codes| codes.join(" "))
                .ok()
        };
        assert_eq!(
            of("2018-2021 2021-2024", 2022, i16::MAX),
            Some("2021-2024".to_owned())
        );
        assert_eq!(of("2023M12 2024M01", 2024, 2024), Some("2024M01".to_owned()));
        assert_eq!(of("2023/24 2024/25", 2024, 2024), Some("2024/25".to_owned()));
        assert_eq!(of("2023", 2024, 2024), None);
    }
}
