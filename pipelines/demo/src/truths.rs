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

/// Home care or special housing the year after losing a spouse, as a ratio to those
/// who kept theirs, within an age group of those 65+ (± 0.5); the crude ratio is
/// higher, because those who lose a spouse are older.
pub const CARE_RATIO_AFTER_LOSS: f64 = 2.3;

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

/// Municipalities that have the measure *Hälsosamma vanor från start* …
pub const OVERWEIGHT_MEASURE: [&str; 6] = ["1730", "1737", "1765", "1766", "1784", "1785"];

/// … from this year on …
pub const OVERWEIGHT_MEASURE_FROM: i32 = 2022;

/// … and with it this much less overweight among the four-year-olds (a share,
/// ± 0.02 as a difference in differences of 2022–2024 against 2019–2021). The
/// measure *Rökfritt hem* (1715, 1763, 1764) changes nothing.
pub const OVERWEIGHT_MEASURE_EFFECT: f64 = -0.045;

/// Caries at six years among those with overweight or obesity at four, as a
/// ratio to the others (± 0.3): seen only when child health and dental care are
/// joined at the child.
pub const CARIES_RATIO_BY_OVERWEIGHT: f64 = 2.0;

/// Often or always worried (*Oro* 4–5) in year 8, by sex (boys, girls) and
/// school year (2019/2020 to 2023/2024).
pub const WORRIED_IN_YEAR_8: [[f64; 5]; 2] = [[0.10, 0.10, 0.11, 0.11, 0.12], [0.24, 0.26, 0.28, 0.30, 0.32]];

/// Absent 15 per cent of the autumn or more: pupils without and with worry (± 0.03).
pub const ABSENT_BY_WORRY: [f64; 2] = [0.06, 0.21];

/// The waves of the school survey.
pub const SCHOOL_WAVES: [i32; 3] = [2019, 2021, 2023];

/// Low mood every week or more in year 9, by sex (boys, girls) and wave: highest
/// among girls, and theirs rises.
pub const LOW_MOOD_IN_YEAR_9: [[f64; 3]; 2] = [[0.13, 0.14, 0.15], [0.30, 0.35, 0.40]];

/// Bullied this year, by the family's economy (good, between, bad).
pub const BULLIED_BY_ECONOMY: [f64; 3] = [0.07, 0.10, 0.21];

/// Share of the answers that a relative gave: home care, special housing.
pub const ANSWERED_BY_RELATIVE: [f64; 2] = [0.15, 0.50];

/// How much lower the share of positive answers is when a relative answers (± 0.04).
pub const RELATIVES_LESS_POSITIVE: f64 = 0.10;

/// The years when the staff filled in P-CAT.
pub const PCAT_WAVES: [i32; 2] = [2022, 2024];

/// The items that are answered the other way: what the scoring key of
/// `pcat_nyckel.toml` has to say.
pub const PCAT_REVERSED: [usize; 5] = [7, 8, 9, 10, 12];

/// Cronbach's alpha of the 13 items when the key is followed (± 0.03); without
/// turning the reversed items it falls below 0.5.
pub const PCAT_ALPHA: f64 = 0.85;

/// The unit where the staff give the highest marks of all and …
pub const UNIT_PRAISED_FROM_INSIDE: &str = "Hemtjänstgrupp 2, Karlstad";

/// … only this share of the users feel safe (somewhat less when a relative
/// answers), when the others have about 0.9.
pub const OUTSIDE_OF_UNIT: f64 = 0.62;

/// What the audience guesses on average, and what is so: the region's share of
/// the cost of those 65+, the share of the cost that the most costly fifth has,
/// and the cost of a high consumer in thousands of kronor. In per cent and kkr.
pub const GUESSES: [(&str, f64, f64); 3] = [
    ("regionens_andel_65", 72.0, 100.0 * REGION_SHARE),
    ("femtedelens_andel", 50.0, 100.0 * TOP_COST),
    ("hogkonsument_kostnad", 190.0, HIGH_CONSUMER_COST / 1000.0),
];

/// The two arenas with the same people, the same chair and the same question.
pub const DOUBLE_ARENAS: [&str; 2] = ["A07", "A11"];

/// The question that no arena has on its agenda.
pub const QUESTION_WITHOUT_ARENA: &str = "F09";

/// Years left at 30 by education (*Förgymnasial*, *Gymnasial*,
/// *Eftergymnasial*) against the average of the place, in the first period;
/// the gap grows.
pub const LIFE_BY_EDUCATION: [f64; 3] = [-2.4, -0.2, 1.7];

/// At 50–74 years, deaths by diseases of the circulation in Värmland beside what
/// its life expectancy says: why it lags behind Halland.
pub const EXCESS_IN_CIRCULATION: f64 = 1.35;
