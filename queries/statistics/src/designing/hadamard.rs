//! Hadamard matrices.

/// The smallest Hadamard matrix with at least so many columns that Sylvester's
/// doubling and both of Paley's constructions give, row by row; `true` is +1. Its
/// first row and column are +1 throughout.
pub(super) fn hadamard(least: usize) -> Vec<Vec<bool>> {
    let orders = [1, 2].into_iter().chain((4..).step_by(4));
    let made = orders.filter(|order| *order >= least).find_map(of_order);
    made.unwrap_or_default()
}

/// A Hadamard matrix of an order, if these constructions give one.
fn of_order(order: usize) -> Option<Vec<Vec<bool>>> {
    if order == 1 {
        return Some(vec![vec![true]]);
    }
    let half = order / 2;
    // Sylvester first, so that powers of two are his.
    if (half == 1 || half == 2 || half.is_multiple_of(4))
        && let Some(half) = of_order(half)
    {
        return Some(double(&half));
    }
    if order.is_multiple_of(4) && is_prime(order - 1) {
        return Some(paley(order - 1));
    }
    if order.is_multiple_of(4) && half % 4 == 2 && is_prime(half - 1) {
        return Some(paley_symmetric(half - 1));
    }
    None
}

/// Sylvester's construction (1867): the matrix beside itself, and below that
/// beside its opposite.
fn double(half: &[Vec<bool>]) -> Vec<Vec<bool>> {
    let upper = half.iter().map(|row| [row.as_slice(), row].concat());
    let lower = half
        .iter()
        .map(|row| row.iter().copied().chain(row.iter().map(|one| !one)).collect());
    upper.chain(lower).collect()
}

/// Paley's first construction (1933), for a prime that is 3 modulo 4: a border of
/// +1 around −1 where the sum of row and column is a square modulo the prime.
fn paley(prime: usize) -> Vec<Vec<bool>> {
    let square = squares(prime);
    let core = |i: usize| (0..prime).map(|j| !square[(i + j) % prime]).collect::<Vec<_>>();
    let rows = (0..prime).map(|i| [vec![true], core(i)].concat());
    std::iter::once(vec![true; prime + 1]).chain(rows).collect()
}

/// Paley's second construction, for a prime that is 1 modulo 4, with its first row
/// and column turned to +1.
fn paley_symmetric(prime: usize) -> Vec<Vec<bool>> {
    let square = squares(prime);
    // The conference matrix: 0 on the diagonal, ±1 elsewhere.
    let entry = |i: usize, j: usize| match (i, j) {
        _ if i == j => None,
        (0, _) | (_, 0) => Some(true),
        _ => Some(square[(i + prime - j) % prime]),
    };
    // Each entry becomes a block of two by two.
    let block = |i: usize, j: usize| match entry(i / 2, j / 2) {
        None => (i % 2, j % 2) == (0, 0),
        Some(sign) => sign != ((i % 2, j % 2) == (1, 1)),
    };
    let order = 2 * (prime + 1);
    let turn_row = |i: usize| block(i, 0);
    let turn_column = |j: usize| block(0, j) == block(0, 0);
    let row = |i: usize| {
        (0..order)
            .map(|j| (block(i, j) == turn_row(i)) == turn_column(j))
            .collect()
    };
    (0..order).map(row).collect()
}

/// For each number below a prime whether it is a square modulo the prime; 0 is.
fn squares(prime: usize) -> Vec<bool> {
    let mut square = vec![false; prime];
    (0..prime).for_each(|root| square[root * root % prime] = true);
    square
}

fn is_prime(number: usize) -> bool {
    number > 1
        && (2..)
            .take_while(|factor| factor * factor <= number)
            .all(|factor| !number.is_multiple_of(factor))
}

#[cfg(test)]
mod tests {
    use super::{hadamard, of_order};

    #[test]
    fn rows_stand_at_right_angles() {
        for order in [
            1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 56, 60, 64, 68, 76, 124,
        ] {
            let matrix = of_order(order).unwrap_or_default();
            assert_eq!(matrix.len(), order);
            assert!(matrix[0].iter().all(|one| *one), "{order}");
            for (i, a) in matrix.iter().enumerate() {
                assert!(a[0], "{order}");
                for (j, b) in matrix.iter().enumerate() {
                    let same = a.iter().zip(b).filter(|(a, b)| a == b).count();
                    assert_eq!(same, if i == j { order } else { order / 2 }, "{order}: {i} {j}");
                }
            }
        }
    }

    #[test]
    fn an_order_that_cannot_be_made_gives_way_to_the_next() {
        assert_eq!(of_order(52), None);
        assert_eq!(hadamard(49).len(), 56);
        assert_eq!(hadamard(3).len(), 4);
        assert_eq!(hadamard(1000).len(), 1000);
    }
}
