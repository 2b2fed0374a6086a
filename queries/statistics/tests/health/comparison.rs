//! Slopes, bands, fractions and funnels.

use perspektiv_statistics::health::{
    Levels, RateKind, RateRow, Significance, SlopeKind, SlopeOptions, SlopeRow, attributable_fraction,
    attributable_fraction_of_cases, funnel_proportion, funnel_rate, funnel_ratio, poisson_exact,
    quantile_bands, significance_rate, significance_ratio, slope_index,
};

use crate::{TWO, close, ends};

#[test]
fn a_slope_through_a_line_is_its_difference() {
    // Values on a line over the middles of the groups; five equal groups.
    let row = |i: i32| SlopeRow {
        position: f64::from(i),
        population: 20.0,
        value: 3.0 + 2.0 * (f64::from(i) + 0.5) / 5.0,
        se: 0.1,
    };
    let rows: Vec<_> = (0..5).map(row).collect();
    let found = slope_index(
        &rows,
        &SlopeOptions {
            levels: TWO,
            ..SlopeOptions::default()
        },
    )
    .unwrap()
    .unwrap();
    assert!(close(found.estimate, 2.0, 1e-14) && close(found.intercept, 3.0, 1e-14));
    assert!(close(found.rii.unwrap(), 5.0 / 3.0, 1e-14));
    // The slope is linear in the values, so its error is known: 0.1 √(Σ c²).
    let half = 1.959_964 * 0.1 * (2.0 * (0.16 + 0.04f64)).sqrt() / (0.4 / 1.0);
    let (low, high) = ends(found.limits);
    assert!(
        (2.0 - half - low).abs() < 0.02 * half && (2.0 + half - high).abs() < 0.02 * half,
        "{low} {high} {half}"
    );
    let (low2, high2) = ends(found.limits2.unwrap());
    assert!(low2 < low && high < high2);
    let other = slope_index(
        &rows,
        &SlopeOptions {
            seed: 2,
            levels: TWO,
            ..SlopeOptions::default()
        },
    )
    .unwrap()
    .unwrap();
    assert_ne!(other.limits, found.limits);
    assert_eq!(slope_index(&rows[..1], &SlopeOptions::default()), Ok(None));
    // On the scale of logarithms an exponential curve is a line.
    let curve: Vec<_> = rows
        .iter()
        .map(|row| SlopeRow {
            value: row.value.exp(),
            ..*row
        })
        .collect();
    let options = SlopeOptions {
        kind: SlopeKind::Rate,
        transform: true,
        draws: 1000,
        ..SlopeOptions::default()
    };
    let found = slope_index(&curve, &options).unwrap().unwrap();
    assert!(close(found.rii.unwrap(), 2f64.exp(), 1e-13) && close(found.intercept, 3f64.exp(), 1e-13));
}

#[test]
fn bands_hold_equally_many() {
    let values: Vec<_> = (0..100).map(|i| Some(f64::from((i * 37) % 100))).collect();
    let bands = quantile_bands(&values, 10, false).unwrap();
    let inverted = quantile_bands(&values, 10, true).unwrap();
    for band in 1..=10 {
        assert_eq!(bands.iter().filter(|b| **b == Some(band)).count(), 10);
    }
    for (a, b) in bands.iter().zip(inverted) {
        assert_eq!(a.unwrap() + b.unwrap(), 11);
    }
    // Ties share the lowest band; what is missing has none.
    let ties = [Some(1.0), Some(1.0), Some(1.0), None, Some(2.0)];
    assert_eq!(
        quantile_bands(&ties, 4, false),
        Ok(vec![Some(1), Some(1), Some(1), None, Some(4)])
    );
    assert_eq!(quantile_bands(&ties[..3], 4, false), Ok(vec![None; 3]));
}

#[test]
fn attributable_fractions_agree() {
    // 30 % exposed, risk doubled: 6/13 of the cases are exposed.
    let population = attributable_fraction(0.3, 2.0).unwrap();
    assert!(close(population, 0.3 / 1.3, 1e-15));
    assert!(close(
        attributable_fraction_of_cases(0.6 / 1.3, 2.0).unwrap(),
        population,
        1e-14
    ));
    assert_eq!(attributable_fraction(0.3, 1.0), Ok(0.0));
    assert!(attributable_fraction(0.3, 0.5).unwrap() < 0.0);
}

#[test]
fn funnels_narrow_around_their_baseline() {
    let areas: Vec<(f64, f64)> = (1..30).map(|i| (f64::from(i * 7), f64::from(i * 100))).collect();
    let points = funnel_proportion(&areas, TWO, 100.0).unwrap().unwrap();
    assert_eq!(points.len(), 100);
    let widths: Vec<_> = points
        .iter()
        .map(|p| p.limits2.unwrap().high.unwrap() - p.limits2.unwrap().low.unwrap())
        .collect();
    assert!(widths.windows(2).all(|pair| pair[1] <= pair[0]));
    assert!(points.iter().all(|p| close(p.baseline, 7.0, 1e-14)));
    let ratio = funnel_ratio(&areas, TWO, 1.0).unwrap().unwrap();
    for point in &ratio {
        let (low, high) = ends(point.limits);
        assert!(low < 1.0 && 1.0 < high);
        // With the expected number at the limit, the observed is just at the edge of the exact interval.
        let expected = point.denominators.low.unwrap();
        assert!(close(
            poisson_exact(point.place, 0.95).unwrap().high.unwrap(),
            expected,
            1e-12
        ));
    }
    assert_eq!(funnel_ratio(&[], TWO, 1.0), Ok(None));
    let unknown = RateRow {
        events: 0.0,
        rate: None,
        population: None,
    };
    assert_eq!(funnel_rate(&[unknown], TWO, RateKind::Crude, 1e5, 1.0), Ok(None));
    assert_eq!(
        significance_rate(&unknown, 5.0, RateKind::Crude, 1e5, TWO),
        Ok(Significance::Within)
    );
    assert_eq!(
        significance_rate(&unknown, 5.0, RateKind::Standardised, 1e5, TWO),
        Ok(Significance::TooFew)
    );
    assert_eq!(
        significance_ratio(0.0, 100.0, TWO).unwrap().to_string(),
        "Low (0.001)"
    );
    assert_eq!(
        significance_ratio(20.0, 10.0, Levels::one(0.9))
            .unwrap()
            .to_string(),
        "High (0.05)"
    );
}
