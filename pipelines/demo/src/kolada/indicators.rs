//! The indicators of the goals: where and when they exist, and how the county
//! does. Levels are plausible, not true. What comes from Liv & Hälsa (U01405,
//! U01413, U01425) has the level that the generated answers to it have.

/// Which units have values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Units {
    /// Municipalities, the county, the regions and the country.
    All,
    /// The county, the regions and the country only.
    Regions,
}

/// Which years have values, within 2012–2024.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Years {
    Every,
    /// Odd years and the last.
    Odd,
    /// These years.
    Only(&'static [i32]),
    /// The years of the survey in the county and its municipalities, every
    /// other year elsewhere.
    Survey,
    /// Every year but this.
    Except(i32),
}

/// One indicator.
pub(super) struct Indicator {
    pub(super) kpi: &'static str,
    pub(super) units: Units,
    /// Values for women and men as well as both.
    pub(super) by_sex: bool,
    pub(super) years: Years,
    /// The last year with values.
    pub(super) last: i32,
    /// The county in 2017 and in 2022 (or in the last year, if that is earlier).
    pub(super) county: (f64, f64),
    /// Change a year before 2017.
    pub(super) before: f64,
    /// The country less the county.
    pub(super) country: f64,
    /// Standard deviation between municipalities, and of a municipality's noise.
    pub(super) spread: (f64, f64),
    /// Men less women.
    pub(super) gap: f64,
    pub(super) decimals: u32,
    pub(super) limits: (f64, f64),
    /// How few people a municipality's value rests on: the probability that the
    /// value for both sexes is suppressed in the smallest municipality. It
    /// falls with size, and is double for women and men by themselves.
    pub(super) suppressed: f64,
}

const PERCENT: (f64, f64) = (0.0, 100.0);

const fn share(kpi: &'static str, county: (f64, f64), country: f64) -> Indicator {
    Indicator {
        kpi,
        units: Units::All,
        by_sex: true,
        years: Years::Every,
        last: 2024,
        county,
        before: 0.1,
        country,
        spread: (2.4, 1.2),
        gap: 0.0,
        decimals: 1,
        limits: PERCENT,
        suppressed: 0.0,
    }
}

/// Every indicator of the goals of 2022, in their order.
pub(super) const INDICATORS: [Indicator; 25] = [
    Indicator {
        by_sex: false,
        before: -0.5,
        last: 2021,
        spread: (3.0, 1.6),
        suppressed: 0.10,
        ..share("U01901", (14.2, 11.6), -2.1)
    },
    Indicator {
        units: Units::Regions,
        spread: (1.1, 0.3),
        gap: -0.6,
        ..share("N80401", (95.3, 96.2), -0.4)
    },
    Indicator {
        gap: -2.3,
        spread: (4.0, 3.2),
        suppressed: 0.05,
        ..share("N15428", (83.4, 84.3), 0.9)
    },
    Indicator {
        gap: -4.6,
        before: 0.5,
        spread: (4.2, 3.0),
        suppressed: 0.08,
        ..share("N17461", (70.1, 73.6), 0.8)
    },
    Indicator {
        gap: -8.0,
        last: 2021,
        before: 0.6,
        spread: (9.0, 7.0),
        suppressed: 0.85,
        ..share("U33602", (44.6, 42.9), 1.4)
    },
    Indicator {
        gap: 1.1,
        before: -0.3,
        last: 2023,
        spread: (1.4, 0.6),
        ..share("N02797", (8.9, 7.4), -0.6)
    },
    Indicator {
        gap: 9.5,
        before: 1.6,
        spread: (6.5, 5.5),
        suppressed: 0.45,
        ..share("N00973", (37.2, 44.9), 2.4)
    },
    Indicator {
        years: Years::Only(&[2014, 2016, 2017, 2018, 2020, 2022, 2024]),
        gap: 1.2,
        before: 0.6,
        spread: (3.0, 1.5),
        suppressed: 0.20,
        ..share("U01425", (29.2, 32.6), 3.9)
    },
    Indicator {
        gap: -1450.0,
        before: -40.0,
        country: 140.0,
        spread: (520.0, 230.0),
        limits: (2000.0, 12_000.0),
        decimals: 0,
        ..share("N20402", (6120.0, 5480.0), 0.0)
    },
    Indicator {
        units: Units::Regions,
        gap: 13.4,
        last: 2021,
        before: -0.2,
        spread: (2.2, 0.5),
        limits: (2.0, 60.0),
        ..share("N61602", (16.3, 15.1), -1.1)
    },
    Indicator {
        years: Years::Odd,
        last: 2021,
        before: -0.4,
        gap: 0.6,
        spread: (3.4, 2.6),
        suppressed: 0.06,
        ..share("N15557", (88.4, 86.1), 0.3)
    },
    Indicator {
        years: Years::Odd,
        last: 2021,
        gap: -0.3,
        spread: (3.0, 2.4),
        suppressed: 0.06,
        ..share("N15553", (91.7, 91.2), -0.4)
    },
    Indicator {
        years: Years::Odd,
        last: 2021,
        before: -0.6,
        gap: -3.1,
        spread: (5.0, 3.4),
        suppressed: 0.06,
        ..share("N15551", (69.0, 70.1), -0.8)
    },
    Indicator {
        years: Years::Except(2021),
        before: 0.2,
        gap: 0.9,
        spread: (2.2, 1.5),
        suppressed: 0.10,
        ..share("U21454", (91.3, 89.6), -1.6)
    },
    Indicator {
        years: Years::Except(2021),
        before: 0.1,
        gap: 0.5,
        spread: (3.2, 2.6),
        suppressed: 0.22,
        ..share("U23505", (86.2, 83.1), -0.9)
    },
    Indicator {
        by_sex: false,
        spread: (4.5, 4.0),
        suppressed: 0.50,
        ..share("U30453", (73.4, 76.0), -0.7)
    },
    Indicator {
        gap: -1.5,
        spread: (4.5, 4.0),
        suppressed: 0.40,
        ..share("U28532", (77.6, 78.9), 0.4)
    },
    Indicator {
        units: Units::Regions,
        years: Years::Odd,
        gap: 1.7,
        spread: (2.2, 0.5),
        ..share("U71455", (63.8, 61.9), 0.7)
    },
    Indicator {
        units: Units::Regions,
        years: Years::Odd,
        gap: 1.2,
        spread: (1.6, 0.4),
        ..share("U71454", (81.9, 83.0), -0.2)
    },
    Indicator {
        units: Units::Regions,
        years: Years::Odd,
        gap: 2.4,
        spread: (1.9, 0.4),
        ..share("U71452", (69.1, 70.0), 0.2)
    },
    Indicator {
        by_sex: false,
        before: 0.14,
        spread: (0.75, 0.10),
        decimals: 2,
        limits: (70.0, 90.0),
        ..share("N00923", (79.94, 80.61), 0.72)
    },
    Indicator {
        by_sex: false,
        before: 0.09,
        spread: (0.60, 0.10),
        decimals: 2,
        limits: (75.0, 92.0),
        ..share("N00925", (83.68, 84.12), 0.34)
    },
    Indicator {
        before: -0.2,
        last: 2021,
        gap: 0.2,
        spread: (2.6, 0.5),
        ..share("N02904", (11.6, 9.4), -1.9)
    },
    Indicator {
        years: Years::Survey,
        before: 0.1,
        gap: 3.2,
        spread: (2.3, 1.4),
        ..share("U01405", (66.3, 65.6), 1.9)
    },
    Indicator {
        years: Years::Survey,
        before: -0.4,
        gap: -1.1,
        spread: (2.2, 1.4),
        ..share("U01413", (27.0, 27.8), 3.4)
    },
];

impl Indicator {
    /// Whether the indicator has values a year: in Värmland, or elsewhere.
    pub(super) fn has(&self, year: i32, in_county: bool) -> bool {
        year <= self.last
            && match self.years {
                Years::Every => true,
                Years::Odd => year % 2 == 1 || year == self.last || year == 2022,
                Years::Only(years) => years.contains(&year),
                Years::Survey if in_county => [2012, 2017, 2022].contains(&year),
                Years::Survey => year % 2 == 0 || year == 2017,
                Years::Except(gap) => year != gap,
            }
    }

    /// The county's value: straight lines through 2017 and 2022, the first
    /// going on to the last year.
    pub(super) fn level(&self, year: i32) -> f64 {
        let years = f64::from(year - 2017);
        let end = f64::from(self.last.min(2022) - 2017);
        let (then, now) = self.county;
        then + years
            * if year < 2017 {
                self.before
            } else {
                (now - then) / end
            }
    }
}
