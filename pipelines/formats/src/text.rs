//! Small helpers for messages: the nearest name, and lists of names.

use crate::mask::shown;

/// The candidate that `name` was probably meant to be, if one is near enough:
/// at most a third of its letters wrong, case ignored, and å, ä, ö taken as
/// a, a, o, because headers lose them so often.
pub fn closest<'c, I>(name: &str, candidates: I) -> Option<&'c str>
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

/// How many there are of something, in words for one and for several of it.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `'a', 'b', 'c'`, cut after 30 names. A name that may be an identity (the
/// first row of a file that lost its header) is masked.
pub fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let mut text = names
        .iter()
        .take(30)
        .map(|name| format!("'{}'", shown(name.as_ref().as_bytes())))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > 30 {
        text.push_str(&format!(" and {} more", names.len() - 30));
    }
    text
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
}
