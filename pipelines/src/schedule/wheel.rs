//! The årshjul: what the work of a year needs the data for, and by when.

use jiff::civil::Date;
use serde::Serialize;

use super::due::next_day;
use crate::definition::YearDay;

/// One step of the årshjul.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The day of the year on which it begins, by which its data are needed.
    pub from: YearDay,
    /// What it is, in Swedish.
    pub name: String,
}

/// The steps of a year, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wheel(Vec<Step>);

/// A step of the årshjul on a certain day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The day by which the data are needed.
    pub day: Date,
    /// What for, in Swedish.
    pub step: String,
}

/// The year of Nya Perspektiv: month, and what begins with it.
const YEAR: [(i8, &str); 10] = [
    (1, "Aktuellt perspektiv uppdateras"),
    (3, "Inriktningsdokumentet antas"),
    (4, "Underlaget skickas ut"),
    (5, "Seminariet"),
    (6, "Rapporten"),
    (8, "Analysen till styrgruppen"),
    (9, "Workshop och konferens"),
    (10, "Förslag om höjda ambitioner"),
    (11, "Förankring"),
    (12, "Återrapportering"),
];

impl Default for Wheel {
    fn default() -> Self {
        let step = |(month, name): (i8, &str)| Step {
            from: YearDay { month, day: 1 },
            name: name.to_owned(),
        };
        Self::new(YEAR.map(step).into())
    }
}

impl Wheel {
    /// An årshjul of these steps.
    pub fn new(mut steps: Vec<Step>) -> Self {
        steps.sort_by_key(|step| step.from);
        Self(steps)
    }

    /// The steps, in the order of the year.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The first step that begins on a day or after it.
    pub fn next(&self, from: Date) -> Option<Deadline> {
        let days: Vec<YearDay> = self.0.iter().map(|step| step.from).collect();
        let day = next_day(&days, |day| day >= from, from)?;
        let step = self
            .0
            .iter()
            .find(|step| step.from.in_year(day.year()) == Some(day))?;
        Some(Deadline {
            day,
            step: step.name.clone(),
        })
    }
}
