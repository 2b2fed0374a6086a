//! Moving labels apart: plotters never does.

/// Places intervals of the given lengths as near as possible to the centres
/// wanted, in order, without overlap and inside `low..high`.
///
/// Least squares by pooling neighbours that collide (the pool-adjacent-violators
/// algorithm of isotonic regression). Returns the centres in the order given;
/// when the lengths add up to more than the room they start at `low` and run
/// over its end.
pub(crate) fn spread(wanted: &[f64], lengths: &[f64], low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    // Each pool: its members and the start that suits them best together.
    let mut pools: Vec<Pool> = Vec::new();
    for &item in &order {
        let mut pool = Pool {
            members: vec![item],
            length: lengths[item],
            sum: wanted[item] - lengths[item] / 2.0,
        };
        while let Some(last) =
            pools.pop_if(|last| last.start(low, high) + last.length > pool.start(low, high))
        {
            pool = last.with(pool);
        }
        pools.push(pool);
    }
    let mut centres = vec![0.0; wanted.len()];
    for pool in &pools {
        let mut start = pool.start(low, high);
        for &item in &pool.members {
            centres[item] = start + lengths[item] / 2.0;
            start += lengths[item];
        }
    }
    centres
}

struct Pool {
    members: Vec<usize>,
    length: f64,
    /// Sum over the members of the start of the pool that puts each where it
    /// wants to be.
    sum: f64,
}

impl Pool {
    fn start(&self, low: f64, high: f64) -> f64 {
        (self.sum / self.members.len() as f64)
            .min(high - self.length)
            .max(low)
    }

    fn with(mut self, next: Self) -> Self {
        self.sum += next.sum - self.length * next.members.len() as f64;
        self.length += next.length;
        self.members.extend(next.members);
        self
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn sound(centres: &[f64], lengths: &[f64], low: f64, high: f64) {
        let mut spans: Vec<_> = centres
            .iter()
            .zip(lengths)
            .map(|(c, l)| (c - l / 2.0, c + l / 2.0))
            .collect();
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(spans.windows(2).all(|w| w[0].1 <= w[1].0 + 1e-9), "{spans:?}");
        assert!(
            spans.iter().all(|s| s.0 >= low - 1e-9 && s.1 <= high + 1e-9),
            "{spans:?}"
        );
    }

    #[test]
    fn what_does_not_collide_stays() {
        assert_eq!(
            spread(&[10.0, 50.0, 90.0], &[10.0; 3], 0.0, 100.0),
            [10.0, 50.0, 90.0]
        );
    }

    #[test]
    fn neighbours_share_the_way() {
        assert_eq!(spread(&[50.0, 50.0], &[20.0, 20.0], 0.0, 100.0), [40.0, 60.0]);
        assert_eq!(spread(&[52.0, 50.0], &[20.0, 20.0], 0.0, 100.0), [61.0, 41.0]);
    }

    #[test]
    fn edges_hold() {
        let lengths = [20.0, 30.0, 10.0, 20.0];
        for wanted in [
            [1.0, 2.0, 3.0, 4.0],
            [97.0, 98.0, 99.0, 100.0],
            [0.0, 50.0, 50.0, 100.0],
        ] {
            sound(&spread(&wanted, &lengths, 0.0, 100.0), &lengths, 0.0, 100.0);
        }
    }

    #[test]
    fn a_full_room_keeps_the_order() {
        let centres = spread(&[5.0, 1.0, 3.0], &[40.0; 3], 0.0, 100.0);
        assert_eq!(centres, [100.0, 20.0, 60.0]);
    }
}
