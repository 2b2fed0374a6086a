//! `gissningar`: what the audience of a seminar guessed before it was shown what is
//! so, as Mentimeter exports it, one file a seminar.

use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::random::Stream;
use crate::sink::{Put, Sink};

pub(crate) struct Gissningar;

/// The seminars, and how many voted at most.
const SEMINARS: [(&str, &str, u32); 2] = [("2023", "2023-05-30", 131), ("2024", "2024-05-21", 142)];

/// Question, and each choice with its share of the votes. The choices are
/// numbers in the unit that the question names.
type Question = (&'static str, [(&'static str, f64); 5]);

/// Means of the guesses and what is so: see `truths::GUESSES`.
const QUESTIONS: [Question; 6] = [
    (
        "Hur stor del av kostnaden för dem som är 65 år och äldre har regionen? (%)",
        [
            ("25", 0.02),
            ("40", 0.06),
            ("50", 0.10),
            ("75", 0.64),
            ("90", 0.18),
        ],
    ),
    (
        "Hur stor del av vårdens och omsorgens kostnad har den femtedel som kostar mest? (%)",
        [
            ("20", 0.12),
            ("40", 0.40),
            ("60", 0.35),
            ("80", 0.11),
            ("95", 0.02),
        ],
    ),
    (
        "Vad kostar en högkonsument om året? (tusen kronor)",
        [
            ("50", 0.20),
            ("100", 0.26),
            ("200", 0.30),
            ("350", 0.18),
            ("500", 0.06),
        ],
    ),
    (
        "Hur många procent av de unga kvinnorna har nedsatt psykiskt välbefinnande? (%)",
        [
            ("15", 0.08),
            ("25", 0.27),
            ("35", 0.41),
            ("45", 0.18),
            ("55", 0.06),
        ],
    ),
    (
        "Hur många procent av sexåringarna har karies? (%)",
        [
            ("5", 0.29),
            ("10", 0.36),
            ("20", 0.22),
            ("30", 0.10),
            ("45", 0.03),
        ],
    ),
    (
        "Hur många år skiljer mäns och kvinnors medellivslängd i länet? (år)",
        [("1", 0.05), ("2", 0.14), ("3.5", 0.55), ("5", 0.20), ("8", 0.06)],
    ),
];

impl Delivery for Gissningar {
    fn jobs(&self) -> Vec<Job> {
        (0..SEMINARS.len())
            .map(|at| Job {
                dataset: "gissningar",
                file: format!("mentimeter_{}.csv", SEMINARS[at].0),
                weight: 1,
                write: Box::new(move |world, sink| write(world, at, sink)),
            })
            .collect()
    }
}

fn write(world: &World, at: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let (year, date, audience) = SEMINARS[at];
    let s = &mut Stream::new(world.options.seed, "gissningar", at as u64);
    sink.text().put(
        format!(
            "\u{feff}Mentimeter,,,,,\nPresentation,Nya Perspektiv {year},,,,\nExported,{date},,,,\n,,,,,\n\
             Session,Date,Question,Type,Choice,Votes\n"
        )
        .as_bytes(),
    );
    for (question, choices) in &QUESTIONS {
        let mut votes = [0_u32; 6];
        let voters = audience - s.below(14);
        for _ in 0..voters {
            let guess = if s.chance(0.03) {
                5
            } else {
                s.pick(&choices.map(|(_, share)| share))
            };
            votes[guess] += 1;
        }
        let named = choices.iter().map(|(choice, _)| *choice).chain(["Vet ej"]);
        for (choice, votes) in named.zip(votes) {
            let line =
                format!("Nya Perspektiv {year},{date},\"{question}\",Multiple choice,{choice},{votes}\n");
            sink.row(|out| out.put(line.as_bytes()))?;
        }
    }
    Ok(())
}
