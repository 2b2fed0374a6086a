//! "Did you mean": the nearest of the names that exist.

/// The candidate nearest to `wanted`, if it is near enough to be a slip of the
/// fingers: at most a third of the letters differ, or one starts the other.
pub(crate) fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let folded = candidate.to_lowercase();
            let longest = wanted.chars().count().max(folded.chars().count());
            let distance = if wanted.len() >= 3 && folded.starts_with(&wanted) {
                1
            } else {
                slips(&wanted, &folded)
            };
            (distance * 3 <= longest.max(3)).then_some((distance, candidate))
        })
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)))
        .map(|(_, candidate)| candidate)
}

/// Letters to change, add, leave out or swap with their neighbour to get from one
/// word to the other (the optimal string alignment distance; Damerau 1964).
fn slips(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for i in 1..=from.len() {
        let mut row = vec![i; to.len() + 1];
        for j in 1..=to.len() {
            let changed = usize::from(from[i - 1] != to[j - 1]);
            row[j] = (last[j - 1] + changed).min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

/// A sentence for an error: the nearest name, then all that exist.
///
/// `what` is the plural, such as `queries`; `none` is said when nothing exists.
pub(crate) fn hint<'a>(
    wanted: &str,
    what: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
    none: &str,
) -> String {
    let all = list(candidates.clone());
    if all.is_empty() {
        return none.to_owned();
    }
    match nearest(wanted, candidates) {
        Some(near) => format!("Did you mean `{near}`? The {what} are: {all}."),
        None => format!("The {what} are: {all}."),
    }
}

/// Names joined by commas.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_recognised_and_other_names_are_not() {
        let names = ["hogkonsumenter", "behovsgrupper", "mal"];
        assert_eq!(nearest("högkonsumenter", names), Some("hogkonsumenter"));
        assert_eq!(nearest("behovsgrup", names), Some("behovsgrupper"));
        assert_eq!(nearest("mål", names), Some("mal"));
        assert_eq!(nearest("befolkning", names), None);
        assert_eq!(nearest("cvs", ["csv", "json"]), Some("csv"));
        assert_eq!(nearest("x", ["csv", "json"]), None);
    }
}
