//! The units of the municipalities' services: where users are asked, and where
//! the staff fill in P-CAT.

use crate::places::{KOMMUN, KOMMUNER};
use crate::population::{Care, Person, Support};

/// A service that asks its users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    HomeCare,
    SpecialHousing,
    DailyActivity,
    SocialServices,
}

/// Every service, in the order of their codes.
pub(crate) const SERVICES: [Service; 4] = [
    Service::HomeCare,
    Service::SpecialHousing,
    Service::DailyActivity,
    Service::SocialServices,
];

/// A unit: its service, its municipality and its number there, from 1.
pub(crate) type Unit = (Service, usize, u32);

const HOUSES: [&str; 8] = [
    "Solgården",
    "Björkbacken",
    "Ekliden",
    "Strandgården",
    "Lillåsen",
    "Rönngården",
    "Älvsborgen",
    "Skogsro",
];

impl Service {
    /// The code that deliveries use.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::HomeCare => "HTJ",
            Self::SpecialHousing => "SÄBO",
            Self::DailyActivity => "DV",
            Self::SocialServices => "IFO",
        }
    }

    /// How many units a municipality has.
    pub(crate) fn units(self, kommun: usize) -> u32 {
        let size = KOMMUN[kommun.min(KOMMUNER - 1)].size;
        match self {
            Self::HomeCare => 1 + size / 12_000,
            Self::SpecialHousing => 1 + size / 7_000,
            Self::DailyActivity => 1 + size / 25_000,
            Self::SocialServices => 1,
        }
    }

    /// The service of which a person is asked at the end of a year, if any.
    pub(crate) fn of(person: &Person, index: usize, age: i32) -> Option<Self> {
        let year = &person.years[index];
        match year.care {
            Care::AtHome | Care::RoundTheClock => Some(Self::HomeCare),
            Care::SpecialHousing => Some(Self::SpecialHousing),
            Care::None if person.support == Support::DailyActivity && age >= 20 => Some(Self::DailyActivity),
            Care::None if year.social_months > 0 && !year.placed && age >= 18 => Some(Self::SocialServices),
            Care::None => None,
        }
    }
}

/// What a unit is called.
pub(crate) fn name((service, kommun, number): Unit) -> String {
    let place = KOMMUN[kommun.min(KOMMUNER - 1)].name;
    match service {
        Service::HomeCare => format!("Hemtjänstgrupp {number}, {place}"),
        Service::SpecialHousing => {
            let house = HOUSES[(number as usize + 3 * kommun) % HOUSES.len()];
            match number as usize > HOUSES.len() {
                true => format!("{house} {}, {place}", 1 + number as usize / HOUSES.len()),
                false => format!("{house}, {place}"),
            }
        }
        Service::DailyActivity => format!("Daglig verksamhet {number}, {place}"),
        Service::SocialServices => format!("Individ- och familjeomsorgen, {place}"),
    }
}
