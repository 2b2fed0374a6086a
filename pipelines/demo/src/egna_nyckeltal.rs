//! `egna_nyckeltal`: indicators that the region counts itself, because Kolada
//! has none or no longer has one. From 2019 they are the sums of the visits in
//! `barnhalsa`; the years before are older reports.

use crate::children::{Children, Visited, overweight, smoking};
use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::places::{KOMMUN, KOMMUNER, VARMLAND};
use crate::random::Stream;
use crate::sink::{Sink, windows_1252};
use crate::truths::YEARS;

pub(crate) struct EgnaNyckeltal;

/// Lines above the header, as reports have them.
const HEAD: &str = "Egna nyckeltal ur barnhälsovårdens journaler;;;;;;;;\r\n\
                    Grupper där ett eller två barn har utfallet visas som ..;;;;;;;;\r\n\
                    ;;;;;;;;\r\n\
                    Nyckeltal;Namn;Mål;Enhet;År;Kön;Antal barn med utfallet;Undersökta barn;Andel (%)\r\n";

/// The first year of the older reports.
const FIRST: i32 = 2015;

/// Children of an age per resident.
const PER_RESIDENT: f64 = 0.0098;

struct Indicator {
    code: &'static str,
    name: &'static str,
    goal: &'static str,
    visit: Visited,
    /// What counts as the outcome, of what a visit found.
    counts: fn(u8) -> bool,
    share: fn(usize, i32) -> f64,
}

const INDICATORS: [Indicator; 2] = [
    Indicator {
        code: "EGEN01",
        name: "4-åringar med övervikt eller fetma, andel (%)",
        goal: "Färre andel 4-åringar med övervikt eller fetma",
        visit: Visited::FourYears,
        counts: |class| class >= 3,
        share: overweight,
    },
    Indicator {
        code: "EGEN02",
        name: "Tobaksrökning i hem där barn i 8 månaders ålder finns, andel (%)",
        goal: "Färre barn (8 månaders ålder) ska utsättas för tobaksrökning i hemmet",
        visit: Visited::EightMonths,
        counts: |code| code == 1,
        share: smoking,
    },
];

/// With the outcome and examined, by municipality and sex (boys, girls).
type Counts = [[(u32, u32); 2]; KOMMUNER];

impl Delivery for EgnaNyckeltal {
    fn jobs(&self) -> Vec<Job> {
        vec![Job {
            dataset: "egna_nyckeltal",
            file: "egna_nyckeltal.csv".to_owned(),
            weight: 60,
            write: Box::new(write),
        }]
    }
}

fn write(world: &World, sink: &mut Sink) -> Result<(), DemoError> {
    sink.text().extend(windows_1252(HEAD));
    let children = Children::new(world.options.seed);
    let s = &mut Stream::new(world.options.seed, "egna nyckeltal", 0);
    for year in FIRST..YEARS[0] {
        for indicator in &INDICATORS {
            rows(
                sink,
                indicator,
                year,
                &reported(indicator, year, world.options.persons, s),
            )?;
        }
    }
    for (index, &year) in YEARS.iter().enumerate() {
        let mut counts: [Counts; INDICATORS.len()] = Default::default();
        children.visits(world, index, |_, person, visit| {
            for (indicator, counts) in INDICATORS.iter().zip(&mut counts) {
                if let (true, Some(found)) = (indicator.visit == visit.kind, visit.found) {
                    let cell = &mut counts[usize::from(person.kommun[index])][usize::from(!person.male)];
                    cell.0 += u32::from((indicator.counts)(found));
                    cell.1 += 1;
                }
            }
        });
        for (indicator, counts) in INDICATORS.iter().zip(&counts) {
            rows(sink, indicator, year, counts)?;
        }
    }
    Ok(())
}

/// The counts of a year without visits, child by child.
fn reported(indicator: &Indicator, year: i32, persons: u32, s: &mut Stream) -> Counts {
    let mut counts = Counts::default();
    let residents: u32 = KOMMUN.iter().map(|kommun| kommun.size).sum();
    for (kommun, cells) in counts.iter_mut().enumerate() {
        let size = f64::from(KOMMUN[kommun].size) * f64::from(persons) / f64::from(residents);
        for cell in cells {
            cell.1 = (size * PER_RESIDENT / 2.0 + s.unit()) as u32;
            cell.0 = (0..cell.1)
                .filter(|_| s.chance((indicator.share)(kommun, year)))
                .count() as u32;
        }
    }
    counts
}

fn rows(sink: &mut Sink, indicator: &Indicator, year: i32, counts: &Counts) -> Result<(), DemoError> {
    let sum = |cells: &mut dyn Iterator<Item = (u32, u32)>| {
        cells.fold((0, 0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1))
    };
    let sexes = |cells: [(u32, u32); 2]| {
        [
            ("T", sum(&mut cells.into_iter())),
            ("K", cells[1]),
            ("M", cells[0]),
        ]
    };
    let county = [0, 1].map(|sex| sum(&mut counts.iter().map(|cells| cells[sex])));
    let units = KOMMUN
        .iter()
        .map(|kommun| kommun.code)
        .zip(counts.iter().copied());
    for (unit, cells) in [(VARMLAND, county)].into_iter().chain(units) {
        for (sex, (with, examined)) in sexes(cells) {
            let (with, share) = match (with, examined) {
                (1 | 2, _) | (_, 0) => ("..".to_owned(), "..".to_owned()),
                _ => {
                    let tenths = (u64::from(with) * 2000 / u64::from(examined)).div_ceil(2);
                    (with.to_string(), format!("{},{}", tenths / 10, tenths % 10))
                }
            };
            let Indicator { code, name, goal, .. } = indicator;
            let line = format!("{code};{name};{goal};{unit};{year};{sex};{with};{examined};{share}\r\n");
            sink.row(|out| out.extend(windows_1252(&line)))?;
        }
    }
    Ok(())
}
