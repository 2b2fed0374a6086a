//! `[freshness]` and `[retention]`: when new data are to be expected, and how long old ones are kept.

use jiff::Span;
use jiff::civil::Date;

use super::Section;

/// When new data are to be expected.
#[derive(Debug, Clone, Default)]
pub struct Freshness {
    /// How long after a delivery the next is expected.
    pub expected: Option<Span>,
    /// The days of the year on which the source publishes, in their order.
    pub published: Vec<YearDay>,
}

/// A day of every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearDay {
    /// From 1 to 12.
    pub month: i8,
    /// From 1 to 31.
    pub day: i8,
}

/// How long rows and deliveries are kept.
#[derive(Debug, Clone, Default)]
pub struct Retention {
    /// How long old snapshots keep the dataset's rows; without it as long as others.
    pub snapshots: Option<Span>,
    /// How long the archive keeps its deliveries; without it as long as others.
    pub archive: Option<Span>,
}

/// Reads `[freshness]`.
pub(super) fn read_freshness(root: &Section<'_, '_>) -> Freshness {
    let Some(section) = root.section("freshness") else {
        return Freshness::default();
    };
    let mut published = Vec::new();
    for (text, span) in section.strings("published").unwrap_or_default() {
        match YearDay::parse(&text) {
            Some(day) => published.push(day),
            None => section.error(span, format!("'{text}' is no day of the year."), YearDay::HINT),
        }
    }
    published.sort();
    published.dedup();
    let freshness = Freshness {
        expected: read_span(&section, "expected"),
        published,
    };
    section.finish();
    freshness
}

/// Reads `[retention]`.
pub(super) fn read_retention(root: &Section<'_, '_>) -> Retention {
    let Some(section) = root.section("retention") else {
        return Retention::default();
    };
    let retention = Retention {
        snapshots: read_span(&section, "snapshots"),
        archive: read_span(&section, "archive"),
    };
    section.finish();
    retention
}

/// A length of time as people write it: `31 days`, `1 year`, `P1M`.
pub(crate) fn read_span(section: &Section<'_, '_>, key: &'static str) -> Option<Span> {
    const HINT: &str = "Write for instance \"31 days\", \"6 months\", \"1 year\" or \"P1M\".";
    let text = section.string(key)?;
    let span: Result<Span, _> = text.parse();
    match span {
        Ok(span) if span.is_positive() => Some(span),
        Ok(_) => {
            section.error(
                section.place_of(key),
                format!("`{key}` is '{text}', which is no time at all or lies in the past."),
                HINT,
            );
            None
        }
        Err(_) => {
            section.error(
                section.place_of(key),
                format!("`{key}` is '{text}', which is no length of time."),
                HINT,
            );
            None
        }
    }
}

impl YearDay {
    /// What to do about a text that is none.
    pub(crate) const HINT: &str = "Write month and day: \"04-01\" is the first of April.";

    /// A day that some year has: the 29th of February is one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        const LEAP_YEAR: i16 = 2000;
        let (month, day) = text.split_once('-')?;
        let [month, day] = [month, day].map(|digits| {
            let two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            two.then(|| digits.parse::<i8>().ok()).flatten()
        });
        let day = Date::new(LEAP_YEAR, month?, day?).ok()?;
        Some(Self {
            month: day.month(),
            day: day.day(),
        })
    }
}
