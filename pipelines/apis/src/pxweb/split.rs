//! A cube that is larger than one answer may be becomes several that are not.

use super::Chosen;

/// How many cells a selection has.
pub(crate) fn cells(chosen: &[Chosen]) -> u64 {
    chosen.iter().fold(1, |all, one| {
        all.saturating_mul((one.values.len() as u64).saturating_mul(one.width as u64))
    })
}

/// Parts of a selection, each of at most `limit` cells, in order. One of a single cell is not parted further.
pub(crate) fn split(chosen: &[Chosen], limit: u64) -> Vec<Vec<Chosen>> {
    let all = cells(chosen);
    // Along the variable with most values: the fewest parts, and few headers repeated.
    let longest = chosen
        .iter()
        .enumerate()
        .filter(|(_, one)| one.values.len() > 1)
        .max_by_key(|(_, one)| one.values.len());
    let Some((at, one)) = longest.filter(|_| all > limit) else {
        return vec![chosen.to_vec()];
    };
    // A product that does not fit a number is parted value by value, and each part again.
    let of_one = match all {
        u64::MAX => limit,
        all => (all / one.values.len() as u64).max(1),
    };
    let size = usize::try_from(limit / of_one)
        .unwrap_or(usize::MAX)
        .clamp(1, one.values.len());
    // As even as they can be: the last is not a crumb.
    let parts = one.values.len().div_ceil(size);
    let size = one.values.len().div_ceil(parts);
    one.values
        .chunks(size)
        .flat_map(|values| {
            let mut part = chosen.to_vec();
            if let Some(one) = part.get_mut(at) {
                one.values = values.to_vec();
            }
            split(&part, limit)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube(sizes: &[usize]) -> Vec<Chosen> {
        let variable = |(at, size): (usize, &usize)| Chosen {
            code: format!("v{at}"),
            values: (0..*size).map(|value| format!("{at}.{value}")).collect(),
            codelist: None,
            aggregated: None,
            width: 1,
        };
        sizes.iter().enumerate().map(variable).collect()
    }

    /// Every cell of a selection.
    fn list(chosen: &[Chosen]) -> Vec<Vec<String>> {
        chosen.iter().fold(vec![Vec::new()], |all, one| {
            all.iter()
                .flat_map(|start| {
                    one.values
                        .iter()
                        .map(|value| [start.as_slice(), std::slice::from_ref(value)].concat())
                })
                .collect()
        })
    }

    #[test]
    fn parts_hold_every_cell_once_and_none_is_too_large() {
        for (sizes, limit, fewest) in [
            (vec![3, 4], 12, 1),
            (vec![3, 4], 11, 2),
            (vec![7, 5, 2], 10, 7),
            (vec![7, 5, 2], 1, 70),
            (vec![312, 3, 16], 1000, 15),
            (vec![13], 5, 3),
        ] {
            let cube = cube(&sizes);
            let parts = split(&cube, limit);
            assert!(
                parts.iter().all(|part| cells(part) <= limit),
                "{sizes:?} by {limit}"
            );
            assert!(
                parts.len() >= fewest && parts.len() <= 2 * fewest,
                "{sizes:?} by {limit}: {}",
                parts.len()
            );
            let mut together: Vec<_> = parts.iter().flat_map(|part| list(part)).collect();
            let mut all = list(&cube);
            together.sort();
            all.sort();
            assert_eq!(together, all, "{sizes:?} by {limit}");
        }
    }

    #[test]
    fn parts_are_even() {
        let sizes: Vec<_> = split(&cube(&[100]), 99).iter().map(|part| cells(part)).collect();
        assert_eq!(sizes, [50, 50]);
    }

    #[test]
    fn a_single_value_is_never_parted() {
        let mut one = cube(&[1]);
        one.iter_mut().for_each(|chosen| chosen.width = 50);
        assert_eq!(split(&one, 10), [one]);
    }
}
