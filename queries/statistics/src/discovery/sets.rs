//! Every set of up to so many variables.

/// The sets of 1 to `depth` of `count` variables, by place: the small ones first, each in
/// the order of its variables.
pub(super) fn sets(count: usize, depth: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    let mut last: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..depth.min(count) {
        let wider = last.iter().flat_map(|set| {
            let next = set.last().map_or(0, |last| last + 1);
            (next..count).map(|variable| {
                let mut wider = set.clone();
                wider.push(variable);
                wider
            })
        });
        last = wider.collect();
        all.extend_from_slice(&last);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::sets;

    #[test]
    fn singles_pairs_and_triples_are_there_once() {
        assert_eq!(sets(12, 3).len(), 12 + 66 + 220);
        assert_eq!(
            sets(3, 2),
            [vec![0], vec![1], vec![2], vec![0, 1], vec![0, 2], vec![1, 2]]
        );
        assert_eq!(sets(2, 5).len(), 3);
        assert!(sets(0, 3).is_empty());
    }
}
