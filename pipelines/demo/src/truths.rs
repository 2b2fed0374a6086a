//! What is planted in the demo: the figures that an analysis of the deliveries
//! must find again. The generator reads these constants, and the tests of the
//! crate and of the queries compare with them.

/// The years with a population register and consumption.
pub const YEARS: [i32; 6] = [2019, 2020, 2021, 2022, 2023, 2024];

/// The survey waves.
pub const WAVES: [i32; 5] = [2004, 2008, 2012, 2017, 2022];

/// Answers in each wave, in the order of [`WAVES`], when the adult population
/// is large enough for it (an answer from at most every second resident).
pub const ANSWERS: [u32; 5] = [6_050, 6_420, 6_130, 6_204, 6_315];

/// Age from which the high-consumer analysis counts people.
pub const ELDERLY: i32 = 65;

/// Share of the residents aged 65+, non-consumers included, …
pub const TOP_PERSONS: f64 = 0.20;

/// … who take this share of what everybody 65+ costs region and kommun (± 0.05),
pub const TOP_COST: f64 = 0.80;

/// … and cost about this much each, in kronor a year (± 15 %).
pub const HIGH_CONSUMER_COST: f64 = 500_000.0;

/// The region's share of the cost of those aged 65+ (± 0.05); the kommuner
/// have the rest.
pub const REGION_SHARE: f64 = 0.50;

/// Someone 65+ without home care or special housing who was admitted to
/// hospital for an injury (chapter XIX, *Slutenvård*; a fall) has this
/// probability of home care or special housing the year after (± 0.07).
pub const CARE_AFTER_FALL: f64 = 0.40;

/// The same probability is at most this without such an admission.
pub const CARE_WITHOUT_FALL: f64 = 0.05;

/// Poor mental wellbeing (*psykiskt_valbefinnande* = "Dåligt") in the survey:
/// the expected weighted share by sex (men, women), age group (18–29, 30–44,
/// 45–64, 65–84) and wave (in the order of [`WAVES`]). Young women have the
/// highest share in every wave, and theirs rises the most from 2012.
pub const POOR_MENTAL_WELLBEING: [[[f64; 5]; 4]; 2] = [
    [
        [0.15, 0.15, 0.15, 0.18, 0.21],
        [0.14, 0.13, 0.13, 0.15, 0.17],
        [0.12, 0.12, 0.11, 0.12, 0.13],
        [0.08, 0.08, 0.07, 0.08, 0.08],
    ],
    [
        [0.25, 0.24, 0.24, 0.30, 0.35],
        [0.19, 0.18, 0.18, 0.21, 0.24],
        [0.17, 0.17, 0.16, 0.17, 0.18],
        [0.11, 0.11, 0.10, 0.11, 0.11],
    ],
];

/// Difficulties in meeting current expenses, once or more in a year, by
/// education (*Förgymnasial*, *Gymnasial*, *Eftergymnasial*): the shares fall
/// this way, the first at least twice the last.
pub const ECONOMIC_STRESS_FALLS_WITH_EDUCATION: [&str; 3] = ["Förgymnasial", "Gymnasial", "Eftergymnasial"];

/// Sitting seven hours a day or more, by education, in 2022 (± 0.05):
/// highest among those with the longest education.
pub const SITTING_BY_EDUCATION: [f64; 3] = [0.17, 0.26, 0.46];

/// From this year N20402 (fall injuries, 80+) counts per 100 000 residents;
/// before, per 1 000.
pub const FALLS_UNIT_CHANGE: i32 = 2016;

/// From this year the user surveys of elderly care (U21454, U23505) are made
/// with another method, and every value is lower …
pub const USER_SURVEY_BREAK: i32 = 2023;

/// … by about this many points.
pub const USER_SURVEY_JUMP: f64 = -5.0;

/// How Region Värmland (`0017`, both sexes) does against a goal of 2022.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The ambition was reached.
    Reached,
    /// The value moved the right way, less than the ambition or without one.
    RightWay,
    /// The value moved the wrong way.
    WrongWay,
}

/// The outcome for the county from 2017 to 2022, and to the latest year that can
/// be compared with 2017, from the values alone. Indicators that ended have 2021
/// as their last year; U21454 and U23505 can be compared until their break.
pub const COUNTY_OUTCOMES: [(&str, Outcome); 25] = [
    ("U01901", Outcome::Reached),
    ("N80401", Outcome::RightWay),
    ("N15428", Outcome::RightWay),
    ("N17461", Outcome::Reached),
    ("U33602", Outcome::WrongWay),
    ("N02797", Outcome::RightWay),
    ("N00973", Outcome::Reached),
    ("U01425", Outcome::WrongWay),
    ("N20402", Outcome::RightWay),
    ("N61602", Outcome::RightWay),
    ("N15557", Outcome::WrongWay),
    ("N15553", Outcome::WrongWay),
    ("N15551", Outcome::RightWay),
    ("U21454", Outcome::WrongWay),
    ("U23505", Outcome::WrongWay),
    ("U30453", Outcome::Reached),
    ("U28532", Outcome::RightWay),
    ("U71455", Outcome::WrongWay),
    ("U71454", Outcome::RightWay),
    ("U71452", Outcome::RightWay),
    ("N00923", Outcome::RightWay),
    ("N00925", Outcome::RightWay),
    ("N02904", Outcome::Reached),
    ("U01405", Outcome::WrongWay),
    ("U01413", Outcome::WrongWay),
];
