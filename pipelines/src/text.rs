//! Small helpers for messages: the nearest name, and what may be an identity.

/// The candidate that `name` was probably meant to be, if one is near enough:
/// at most a third of its letters wrong, case ignored, and å, ä, ö taken as
/// a, a, o, because headers lose them so often.
pub(crate) fn closest<'c, I>(name: &str, candidates: I) -> Option<&'c str>
where
    I: IntoIterator<Item = &'c str>,
{
    let wanted = fold(name);
    let allowed = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            let folded = fold(candidate);
            let contained = wanted.len() >= 4
                && folded.len() >= 4
                && (starts_with(&folded, &wanted) || starts_with(&wanted, &folded));
            let distance = if contained {
                allowed
            } else {
                distance(&wanted, &folded)
            };
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn starts_with(long: &[char], short: &[char]) -> bool {
    long.starts_with(short)
}

fn fold(name: &str) -> Vec<char> {
    name.chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !matches!(c, ' ' | '_' | '-' | '.'))
        .map(|c| match c {
            'å' | 'ä' => 'a',
            'ö' => 'o',
            'é' => 'e',
            'ü' => 'u',
            other => other,
        })
        .collect()
}

/// Edit distance with swaps of neighbours (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (above[j - 1] + same).min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row[j] = best;
        }
        before = above;
        above = row;
    }
    above[b.len()]
}

/// `'a', 'b', 'c'`, cut after 30 names.
pub(crate) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let mut text = names
        .iter()
        .take(30)
        .map(|name| format!("'{}'", name.as_ref()))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > 30 {
        text.push_str(&format!(" and {} more", names.len() - 30));
    }
    text
}

/// A value as it may be shown: what could hold a person number becomes `***`
/// wherever it stands (a shifted row puts it under another column), and long
/// values are cut.
pub(crate) fn shown(value: &[u8]) -> String {
    if may_hold_identity(value) {
        return "***".to_owned();
    }
    let text = String::from_utf8_lossy(value);
    match text.char_indices().nth(120) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.into_owned(),
    }
}

/// Six digits or more, then perhaps `-` or `+`, then four letters or digits:
/// the forms of person numbers, coordination numbers and reserve numbers.
/// Rather too much than too little is masked.
fn may_hold_identity(value: &[u8]) -> bool {
    let mut digits = 0_usize;
    for (at, byte) in value.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                if digits >= 10 {
                    return true;
                }
            }
            b'-' | b'+' | b' ' if digits >= 6 => {
                let tail = value[at + 1..]
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric())
                    .count();
                if tail >= 4 {
                    return true;
                }
                digits = 0;
            }
            b'A'..=b'Z' | b'a'..=b'z' if digits >= 6 => {
                if value[at..]
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric())
                    .count()
                    >= 4
                {
                    return true;
                }
                digits = 0;
            }
            _ => digits = 0,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_likely_rename() {
        let header = ["personnummer", "kön", "kommunkod", "år"];
        assert_eq!(closest("kon", header), Some("kön"));
        assert_eq!(closest("kommun", header), Some("kommunkod"));
        assert_eq!(closest("persnonummer", header), Some("personnummer"));
        assert_eq!(closest("vardniva", header), None);
    }

    #[test]
    fn masks_whatever_may_be_an_identity() {
        for value in [
            "191212121212",
            "121212-1212",
            "19810829-SU3A",
            "id 1212121212 x",
            "19810829SU3A",
        ] {
            assert_eq!(shown(value.as_bytes()), "***", "{value}");
        }
        for value in ["2019-13-45", "Karlstad", "12 345,67", "20191345", "V15E14400"] {
            assert_eq!(shown(value.as_bytes()), value);
        }
    }
}
