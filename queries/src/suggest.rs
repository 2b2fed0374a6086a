//! "Did you mean": the nearest of the names that exist.

use datafusion::common::utils::datafusion_strsim::levenshtein;

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
                levenshtein(&wanted, &folded)
            };
            (distance * 3 <= longest.max(3)).then_some((distance, candidate))
        })
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)))
        .map(|(_, candidate)| candidate)
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
    }
}
