//! The values of an indicator: level, trend, spread and noise; gaps, breaks,
//! suppressed and deleted values.

use crate::places::{GROUPS, Group, KOMMUN, REGIONS, RIKET, VARMLAND};
use crate::random::{Stream, StreamFamily};
use crate::summary::Fault;
use crate::truths::{FALLS_UNIT_CHANGE, USER_SURVEY_BREAK, USER_SURVEY_JUMP};

use super::faulty;
use super::indicators::{INDICATORS, Indicator, Units};

const YEARS: std::ops::RangeInclusive<i32> = 2012..=2024;

/// Share of a municipality's values that are missing altogether.
const GAPS: f64 = 0.025;

/// Objects between two faulty ones, and between two deleted values.
const FAULTY_EVERY: usize = 2400;
const DELETED_EVERY: usize = 1900;

/// The groups that are drawn from the stream of the other units.
const DRAWN_WITH_UNITS: usize = 3;

/// One object of the API: an indicator, a unit and a year.
pub(super) struct Object {
    pub(super) kpi: &'static str,
    pub(super) unit: String,
    pub(super) year: i32,
    pub(super) cells: Vec<Cell>,
    /// Set when the object was made to be wrong.
    pub(super) fault: Option<Fault>,
}

/// One value.
pub(super) struct Cell {
    /// T both, K women, M men.
    pub(super) gender: &'static str,
    /// 1, or for a group the number of members behind the mean.
    pub(super) count: u32,
    /// The number as JSON; none when it is suppressed.
    pub(super) value: Option<String>,
    pub(super) deleted: bool,
}

/// A unit and how it differs from the county.
struct Unit {
    id: &'static str,
    in_county: bool,
    /// Residents, for suppression; none for units that are large enough.
    size: Option<u32>,
    members: u32,
    /// Difference in level and in trend (a year), and standard deviation of noise.
    level: f64,
    trend: f64,
    noise: f64,
}

/// Every object, in the order of indicators, years and units.
pub(super) fn objects(seed: u64) -> Vec<Object> {
    let streams = StreamFamily::new(seed, "kolada");
    let groups_streams = StreamFamily::new(seed, "kolada grupper");
    let mut objects = Vec::new();
    for (index, indicator) in INDICATORS.iter().enumerate() {
        let s = &mut streams.stream(index as u64);
        let units = units(indicator, s);
        // By themselves, so that another group moves nothing else.
        let own = &mut groups_streams.stream(index as u64);
        let groups: Vec<Unit> = GROUPS[DRAWN_WITH_UNITS..]
            .iter()
            .map(|group| similar(indicator, group, own))
            .collect();
        for year in YEARS {
            // Drawn also where there is nothing, so that a gap moves nothing else.
            let of_units: Vec<_> = units
                .iter()
                .map(|unit| (unit, object(indicator, unit, year, s)))
                .collect();
            let of_groups = groups
                .iter()
                .map(|unit| (unit, object(indicator, unit, year, own)));
            for (unit, object) in of_units.into_iter().chain(of_groups) {
                if indicator.has(year, unit.in_county) {
                    objects.extend(object);
                }
            }
        }
    }
    spoil(&mut objects);
    objects
}

fn units(indicator: &Indicator, s: &mut Stream) -> Vec<Unit> {
    let (spread, noise) = indicator.spread;
    let large = |id, level| large(indicator, id, level, 1);
    let mut units = Vec::new();
    for (id, _) in REGIONS {
        let own = 0.45 * spread * s.normal();
        let drift = 0.03 * spread * s.normal();
        units.push(match id {
            RIKET => large(id, indicator.country),
            // The county is what the table says, without noise.
            VARMLAND => Unit {
                in_county: true,
                noise: 0.0,
                ..large(id, 0.0)
            },
            _ => Unit {
                trend: drift,
                ..large(id, indicator.country + own)
            },
        });
    }
    for kommun in &KOMMUN {
        let level = spread * s.normal();
        let trend = 0.09 * spread * s.normal();
        if indicator.units == Units::All {
            // The smaller the municipality, the more chance there is in its values.
            let scale = libm::pow(20_000.0 / f64::from(kommun.size), 0.35);
            units.push(Unit {
                id: kommun.code,
                in_county: true,
                size: Some(kommun.size),
                members: 1,
                level: level * if kommun.code == "1780" { 0.3 } else { 1.0 },
                trend,
                noise: noise * scale,
            });
        }
    }
    for group in &GROUPS[..DRAWN_WITH_UNITS] {
        units.push(similar(indicator, group, s));
    }
    units
}

/// A unit so large that chance hardly shows.
fn large(indicator: &Indicator, id: &'static str, level: f64, members: u32) -> Unit {
    Unit {
        id,
        in_county: false,
        size: None,
        members,
        level,
        trend: 0.0,
        noise: indicator.spread.1 * 0.25,
    }
}

/// A group of similar municipalities.
fn similar(indicator: &Indicator, group: &Group, s: &mut Stream) -> Unit {
    let own = 0.5 * indicator.spread.0 * s.normal();
    large(indicator, group.id, 0.6 * indicator.country + own, 7)
}

fn object(indicator: &Indicator, unit: &Unit, year: i32, s: &mut Stream) -> Option<Object> {
    let gap = s.chance(GAPS);
    let suppression = unit.size.map_or(0.0, |size| {
        indicator.suppressed * libm::pow(3_700.0 / f64::from(size), 0.7)
    });
    let both = indicator.level(year)
        + unit.level
        + unit.trend * f64::from(year - 2017)
        + unit.noise * s.normal()
        + jump(indicator.kpi, year);
    let difference = indicator.gap + 1.4 * unit.noise * s.normal();
    let hidden_both = s.chance(suppression);
    let hidden_each = s.chance((2.0 * suppression).min(0.95));
    let count = if unit.members > 1 {
        unit.members - s.below(3)
    } else {
        1
    };
    let cell = |gender, value: f64, hidden: bool| Cell {
        gender,
        count,
        value: (!hidden).then(|| number(indicator, value, year)),
        deleted: false,
    };
    let mut cells = vec![cell("T", both, hidden_both)];
    if indicator.by_sex {
        let hidden = hidden_both || hidden_each;
        cells.push(cell("K", both - difference / 2.0, hidden));
        cells.push(cell("M", both + difference / 2.0, hidden));
    }
    (!(gap && unit.size.is_some())).then(|| Object {
        kpi: indicator.kpi,
        unit: unit.id.to_owned(),
        year,
        cells,
        fault: None,
    })
}

/// The break in the user surveys.
fn jump(kpi: &str, year: i32) -> f64 {
    if matches!(kpi, "U21454" | "U23505") && year >= USER_SURVEY_BREAK {
        USER_SURVEY_JUMP
    } else {
        0.0
    }
}

/// A value as JSON, in the unit of its year.
fn number(indicator: &Indicator, value: f64, year: i32) -> String {
    let (least, most) = indicator.limits;
    let value = value.clamp(least, most);
    if indicator.kpi == "N20402" && year < FALLS_UNIT_CHANGE {
        return fixed(value / 100.0, 1);
    }
    fixed(value, indicator.decimals)
}

/// A non-negative number with so many decimals.
fn fixed(value: f64, decimals: u32) -> String {
    let scale = 10u64.pow(decimals);
    let scaled = (value * scale as f64 + 0.5) as u64;
    if decimals == 0 {
        return scaled.to_string();
    }
    let width = decimals as usize;
    format!("{}.{:0width$}", scaled / scale, scaled % scale)
}

/// Puts deleted values and faulty objects among the others.
fn spoil(objects: &mut Vec<Object>) {
    let deleted = objects.len() / DELETED_EVERY;
    for n in 0..deleted {
        // A value that was withdrawn stands beside the one that replaced it.
        let object = &mut objects[n * DELETED_EVERY + 700];
        object.cells.push(Cell {
            gender: "T",
            count: 1,
            value: None,
            deleted: true,
        });
    }
    for n in 0..objects.len() / FAULTY_EVERY {
        objects.insert((n + 1) * FAULTY_EVERY - 1, faulty(n));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::truths::{COUNTY_OUTCOMES, Outcome};

    #[test]
    fn pages_are_full_enough_and_not_too_full() {
        let n = objects(2026).len();
        assert!(n > 5000 && n <= super::super::PAGES * super::super::PAGE, "{n}");
    }

    #[test]
    fn outcomes_of_the_county_are_as_planted() {
        // Indicator, whether an increase is good, ambition.
        let goals: [(&str, bool, f64); 25] = [
            ("U01901", false, 2.0),
            ("N80401", true, 2.0),
            ("N15428", true, 2.0),
            ("N17461", true, 3.0),
            ("U33602", true, 3.0),
            ("N02797", false, 2.0),
            ("N00973", true, 7.0),
            ("U01425", false, 5.0),
            ("N20402", false, 1000.0),
            ("N61602", false, 0.0),
            ("N15557", true, 2.0),
            ("N15553", true, 2.0),
            ("N15551", true, 2.0),
            ("U21454", true, 3.0),
            ("U23505", true, 3.0),
            ("U30453", true, 2.0),
            ("U28532", true, 2.0),
            ("U71455", true, 2.0),
            ("U71454", true, 2.0),
            ("U71452", true, 2.0),
            ("N00923", true, 0.0),
            ("N00925", true, 0.0),
            ("N02904", false, 2.0),
            ("U01405", true, 3.0),
            ("U01413", false, 2.0),
        ];
        for ((kpi, up, ambition), (planted, outcome)) in goals.iter().zip(&COUNTY_OUTCOMES) {
            assert_eq!(kpi, planted);
            let indicator = INDICATORS.iter().find(|i| i.kpi == *kpi).unwrap();
            let latest = match *kpi {
                "U21454" | "U23505" => USER_SURVEY_BREAK - 1,
                _ => indicator.last,
            };
            for year in [latest.min(2022), latest] {
                let change = indicator.level(year) - indicator.level(2017);
                let change = if *up { change } else { -change };
                let found = if change <= 0.0 {
                    Outcome::WrongWay
                } else if *ambition > 0.0 && change >= *ambition {
                    Outcome::Reached
                } else {
                    Outcome::RightWay
                };
                assert_eq!(found, *outcome, "{kpi} {year}");
            }
            assert!(indicator.has(2017, true), "{kpi} has its base year");
            assert!(indicator.has(indicator.last.min(2022), true), "{kpi}");
        }
    }
}
