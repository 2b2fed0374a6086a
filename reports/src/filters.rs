//! Template filters for Swedish numbers and words.
//!
//! | filter | from | to |
//! |---|---|---|
//! | `antal` | 284000 | 284 000 |
//! | `decimal(1)` | 3.14159 | 3,1 |
//! | `procent`, `procent(1)` | 42.3 (a percentage) | 42 %, 42,3 % |
//! | `procentenheter` | -3.2 | −3 procentenheter |
//! | `kronor`, `kronor("mnkr")` | 512345678 | 512 345 678 kr, 512 mnkr |
//! | `avrunda(1000)` | 512345 | 512000 (a number, for another filter) |
//! | `ungefar` | 1234 | 1200 (a number of two digits that count, for another filter) |
//! | `av_tio` | 41.8, 35.4 (a percentage) | fyra av tio, knappt fyra av tio |
//! | `ord` | 3 | tre (up to twelve; then digits) |
//! | `lista` | ["a", "b", "c"] | a, b och c |
//! | `stor` | sista ordet | Sista ordet |
//! | `liten` | Kvinnor 18–29 år | kvinnor 18–29 år |
//! | `fallande("andel")` | rows | the rows whose `andel` can be seen, largest first |
//! | `storst("andel")`, `minst("andel")` | rows | which may have most or least, and whether that is certain |
//! | `antal_med("status", "nått")` | rows | how many have that value |
//! | `namn` | 1780 | Karlstad, by the deck's `[names]` |
//!
//! A cell that is hidden, missing or not applicable passes through each of them
//! as `..`, `-` and `.`; the test `synlig` tells whether a cell can be seen:
//! `rows | selectattr("andel", "synlig")`.

use std::collections::BTreeMap;

use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, escape_formatter};

use crate::cells::Mark;
use crate::extreme::{End, extreme};
use crate::numbers::{NBSP, decimal, with_unit};

const WORDS: [&str; 13] = [
    "noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv",
];

/// The environment that the texts of a deck are rendered in.
///
/// A column that does not exist is an error, and so is a real number printed
/// without a filter: `23.333333` belongs on no slide.
pub(crate) fn environment(names: &BTreeMap<String, String>) -> Environment<'static> {
    let mut env = Environment::new();
    // Steps that one text may take: a loop in a template must not keep a deck for ever.
    env.set_fuel(Some(1_000_000));
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_formatter(|out, state, value| {
        if value.kind() == ValueKind::Number && !value.is_integer() {
            return Err(refused(format!(
                "the number {value} is printed as it is; add a filter, such as `| decimal(1)`"
            )));
        }
        escape_formatter(out, state, value)
    });
    env.add_filter("antal", |x: Value| number(&x, |x| decimal(x, 0)));
    env.add_filter("decimal", |x: Value, decimals: Option<usize>| {
        number(&x, |x| decimal(x, decimals.unwrap_or(1)))
    });
    env.add_filter("procent", |x: Value, decimals: Option<usize>| {
        number(&x, |x| with_unit(x, decimals.unwrap_or(0), "%"))
    });
    env.add_filter("procentenheter", |x: Value, decimals: Option<usize>| {
        number(&x, |x| with_unit(x, decimals.unwrap_or(0), "procentenheter"))
    });
    env.add_filter("kronor", kronor);
    env.add_filter("avrunda", avrunda);
    env.add_filter("ungefar", ungefar);
    env.add_filter("av_tio", |x: Value| number(&x, av_tio));
    env.add_filter("ord", |x: Value| number(&x, in_words));
    env.add_filter("lista", lista);
    env.add_filter("fallande", fallande);
    env.add_filter("storst", |rows: Value, column: &str| {
        extreme(&rows, column, End::Most)
    });
    env.add_filter("minst", |rows: Value, column: &str| {
        extreme(&rows, column, End::Least)
    });
    env.add_filter("antal_med", antal_med);
    env.add_filter("stor", |text: String| {
        first_letter(&text, |c| c.to_uppercase().collect())
    });
    env.add_filter("liten", |text: String| {
        first_letter(&text, |c| c.to_lowercase().collect())
    });
    env.add_test("synlig", |x: Value| Mark::of(&x).is_none() && !x.is_none());
    let names = names.clone();
    env.add_filter("namn", move |code: Value| {
        let code = code.to_string();
        names.get(&code).cloned().unwrap_or(code)
    });
    env
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

/// Formats a number, lets a mark through and refuses the rest.
fn number(value: &Value, format: impl FnOnce(f64) -> String) -> Result<String, Error> {
    match Mark::of(value) {
        Some(mark) => Ok(mark.text().to_owned()),
        None => as_f64(value).map(format),
    }
}

pub(crate) fn as_f64(value: &Value) -> Result<f64, Error> {
    if value.kind() == ValueKind::Number {
        f64::try_from(value.clone())
    } else {
        Err(refused(format!("a number is needed here, not `{value}`")))
    }
}

fn kronor(x: Value, unit: Option<String>, decimals: Option<usize>) -> Result<String, Error> {
    let unit = unit.unwrap_or_else(|| "kr".to_owned());
    let (divisor, usual) = match unit.as_str() {
        "kr" => (1.0, 0),
        "tkr" => (1e3, 0),
        "mnkr" => (1e6, 0),
        "mdkr" => (1e9, 1),
        other => {
            return Err(refused(format!(
                "`{other}` is no unit of money; choose kr, tkr, mnkr or mdkr"
            )));
        }
    };
    number(&x, |x| with_unit(x / divisor, decimals.unwrap_or(usual), &unit))
}

fn avrunda(x: Value, to: Option<f64>) -> Result<Value, Error> {
    let to = to.unwrap_or(1.0);
    if !(to > 0.0 && to.is_finite()) {
        return Err(refused(format!(
            "cannot round to the nearest {to}; give a number above zero"
        )));
    }
    if Mark::of(&x).is_some() {
        return Ok(x);
    }
    Ok(Value::from((as_f64(&x)? / to).round() * to))
}

/// A number that is read as no more exact than it is: two digits that count.
fn ungefar(x: Value) -> Result<Value, Error> {
    if Mark::of(&x).is_some() {
        return Ok(x);
    }
    let x = as_f64(&x)?;
    let size = x.abs().max(1.0).log10().floor() - 1.0;
    let to = 10f64.powf(size.max(0.0));
    Ok(Value::from((x / to).round() * to))
}

/// A percentage as people say it. What is more than two points off its tenth is
/// said to be; next to none and next to all have words of their own, for nobody
/// is "none of ten".
fn av_tio(x: f64) -> String {
    let tenths = (x / 10.0).round();
    let off = x - 10.0 * tenths;
    let (word, tenths) = match tenths {
        t if t < 1.0 => ("färre än ", 1.0),
        t if t > 9.0 && x < 100.0 => ("fler än ", 9.0),
        t if off > 2.0 => ("drygt ", t),
        t if off < -2.0 => ("knappt ", t),
        t => ("", t),
    };
    format!("{word}{}{NBSP}av{NBSP}tio", in_words(tenths))
}

fn in_words(x: f64) -> String {
    let word = WORDS
        .iter()
        .enumerate()
        .find(|(i, _)| (*i as f64 - x).abs() < 1e-9);
    word.map_or_else(
        || decimal(x, usize::from(x.fract() != 0.0)),
        |(_, word)| (*word).to_owned(),
    )
}

fn lista(items: Value) -> Result<String, Error> {
    let items: Vec<String> = items.try_iter()?.map(|item| item.to_string()).collect();
    Ok(match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} och {last}", rest.join(", ")),
    })
}

fn fallande(rows: Value, column: &str) -> Result<Value, Error> {
    let mut seen = Vec::new();
    for row in rows.try_iter()? {
        let cell = cell(&row, column)?;
        if Mark::of(&cell).is_none() && !cell.is_none() {
            seen.push((as_f64(&cell)?, row));
        }
    }
    seen.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(Value::from_iter(seen.into_iter().map(|(_, row)| row)))
}

fn antal_med(rows: Value, column: &str, wanted: Value) -> Result<usize, Error> {
    rows.try_iter()?.try_fold(0, |count, row| {
        Ok(count + usize::from(cell(&row, column)? == wanted))
    })
}

/// A cell of a row, which a column that does not exist is not.
pub(crate) fn cell(row: &Value, column: &str) -> Result<Value, Error> {
    let cell = row.get_attr(column)?;
    if cell.is_undefined() {
        Err(refused(format!("there is no column `{column}`")))
    } else {
        Ok(cell)
    }
}

fn first_letter(text: &str, change: impl FnOnce(char) -> String) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| change(first) + chars.as_str())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use minijinja::context;

    fn render(template: &str) -> Result<String, String> {
        let names = BTreeMap::from([("1780".to_owned(), "Karlstad".to_owned())]);
        let row = Value::from_pairs([
            ("andel", Value::from(41.83)),
            ("n", Value::from(284_000)),
            ("dold", Value::from_object(Mark::Hidden)),
        ]);
        environment(&names)
            .render_str(template, context! { row => row, kod => "1780" })
            .map_err(|e| e.detail().map_or_else(|| e.to_string(), str::to_owned))
    }

    #[test]
    fn swedish_numbers() {
        assert_eq!(render("{{ row.n | antal }}").unwrap(), "284\u{a0}000");
        assert_eq!(render("{{ row.andel | procent }}").unwrap(), "42\u{a0}%");
        assert_eq!(render("{{ row.andel | procent(1) }}").unwrap(), "41,8\u{a0}%");
        assert_eq!(
            render("{{ row.andel | av_tio }}").unwrap(),
            "fyra\u{a0}av\u{a0}tio"
        );
        for (share, words) in [
            (35.4, "knappt fyra av tio"),
            (34.0, "drygt tre av tio"),
            (0.0, "färre än en av tio"),
            (4.9, "färre än en av tio"),
            (8.0, "en av tio"),
            (97.0, "fler än nio av tio"),
            (100.0, "tio av tio"),
        ] {
            let found = render(&format!("{{{{ {share:?} | av_tio }}}}")).unwrap();
            assert_eq!(found.replace(NBSP, " "), words);
        }
        for (x, rounded) in [
            (284_321, "280\u{a0}000"),
            (1_250, "1\u{a0}300"),
            (87, "87"),
            (4, "4"),
            (0, "0"),
        ] {
            assert_eq!(
                render(&format!("{{{{ {x} | ungefar | antal }}}}")).unwrap(),
                rounded
            );
        }
        assert_eq!(
            render("{{ 512345678 | kronor('mnkr') }}").unwrap(),
            "512\u{a0}mnkr"
        );
        assert_eq!(
            render("{{ 512345 | avrunda(1000) | kronor }}").unwrap(),
            "512\u{a0}000\u{a0}kr"
        );
        assert_eq!(render("{{ kod | namn }} {{ 'x' | namn }}").unwrap(), "Karlstad x");
        assert_eq!(render("{{ ['a', 'b', 'c'] | lista }}").unwrap(), "a, b och c");
        assert_eq!(
            render("{{ 'åtta' | stor }} {{ 3 | ord }} {{ 13 | ord }}").unwrap(),
            "Åtta tre 13"
        );
    }

    #[test]
    fn marks_pass_and_never_count() {
        assert_eq!(
            render("{{ row.dold }} {{ row.dold | ungefar | procent }} {{ row.dold | kronor }}").unwrap(),
            ".. .. .."
        );
        assert!(render("{{ row.dold + 1 }}").is_err());
        assert_eq!(
            render("{{ [row] | selectattr('dold', 'synlig') | list | length }}").unwrap(),
            "0"
        );
        assert_eq!(render("{{ [row] | fallande('dold') | length }}").unwrap(), "0");
        assert_eq!(
            render("{{ [{'n': 1}, row, {'n': 2}] | fallande('n') | map(attribute='n') | list }}").unwrap(),
            "[284000, 2, 1]"
        );
        assert_eq!(
            render("{{ [row] | antal_med('n', 284000) }} {{ [row] | antal_med('n', 1) }}").unwrap(),
            "1 0"
        );
    }

    #[test]
    fn mistakes_are_told() {
        assert!(render("{{ row.andell }}").is_err());
        assert!(render("{{ row.andel }}").unwrap_err().contains("decimal(1)"));
        assert!(
            render("{{ [row] | fallande('m') }}")
                .unwrap_err()
                .contains("no column `m`")
        );
        assert!(
            render("{{ kod | procent }}")
                .unwrap_err()
                .contains("a number is needed")
        );
        assert!(
            render("{{ 3 | kronor('euro') }}")
                .unwrap_err()
                .contains("no unit of money")
        );
    }
}
