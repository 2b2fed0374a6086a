//! A deck with every number in place, ready for any output.

use perspektiv_charts::{Chart, Size};
use perspektiv_disclosure::Published;

/// A deck whose queries have been answered and whose texts are filled in.
///
/// Only [`Deck::build`](crate::Deck::build) makes one, and every number in it
/// comes from a [`Published`] result.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BuiltDeck {
    /// The deck's title.
    pub title: String,
    /// A line that says more, if any.
    pub subtitle: Option<String>,
    /// Whom it is for, if said.
    pub audience: Option<String>,
    /// When it is shown, if said.
    pub period: Option<String>,
    /// Language as a tag for documents: `sv-SE`.
    pub language: String,
    /// Whether any data behind any slide is synthetic; then every slide says so.
    pub synthetic: bool,
    /// Number and hash of the one snapshot behind every slide; none when no
    /// slide asks a query.
    pub snapshot: Option<(u64, String)>,
    /// When that snapshot was made, if the source knows.
    pub created: Option<jiff::Timestamp>,
    /// The slides, at most five.
    pub slides: Vec<BuiltSlide>,
}

/// One finished slide.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BuiltSlide {
    /// The slide's id, unique in the deck.
    pub id: String,
    /// The finding.
    pub headline: String,
    /// At most four points of text.
    pub points: Vec<String>,
    /// What the presenter may say.
    pub notes: Option<String>,
    /// The chart, if any.
    pub figure: Option<Figure>,
    /// What must be said about the numbers; none on a slide without a query.
    pub footer: Option<Footer>,
}

/// A chart, its data and what it shows in words.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Figure {
    /// What to draw.
    pub chart: Chart,
    /// The data; outputs with native charts draw from here.
    pub published: Published,
    /// The picture as a complete SVG document.
    pub svg: String,
    /// Size of the picture, to the room there is on the slide.
    pub size: Size,
    /// Alternative text: what the chart shows, in words.
    pub alt: String,
    /// The data as a table, heading first.
    pub table: Vec<Vec<String>>,
}

/// What every number is told with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Footer {
    /// Where the data come from.
    pub source: String,
    /// Unit of the numbers; empty, as are the next two, on a slide that says why
    /// no number can be shown.
    pub unit: String,
    /// Number of observations behind the slide.
    pub n: String,
    /// The time that the numbers are about.
    pub period: String,
    /// Number of the snapshot and the start of its hash.
    pub snapshot: (u64, String),
    /// Whether something is hidden.
    pub hidden: bool,
    /// The query and its parameters: the way back to the number.
    pub query: String,
}

impl Footer {
    /// The footer as one line of text.
    #[must_use]
    pub fn line(&self) -> String {
        let (number, hash) = &self.snapshot;
        let short: String = hash.chars().take(6).collect();
        let parts = [
            ("Källa: ", &self.source),
            ("Enhet: ", &self.unit),
            ("n\u{a0}=\u{a0}", &self.n),
            ("Period: ", &self.period),
        ];
        let mut line: String = parts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(what, text)| format!("{what}{text} · "))
            .collect();
        line.push_str(&format!("Ögonblicksbild\u{a0}{number}\u{a0}({short}…)"));
        if self.hidden && !self.unit.is_empty() {
            line.push_str(" · ..\u{a0}=\u{a0}dolt, för få att visa");
        }
        line
    }
}

impl BuiltDeck {
    /// The line above each headline: the deck's title and when it is shown.
    #[must_use]
    pub fn kicker(&self) -> String {
        let parts = [Some(&self.title), self.period.as_ref()];
        parts
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(" · ")
    }

    /// What the document is about, for its properties.
    #[must_use]
    pub fn description(&self) -> String {
        let mut parts: Vec<String> = [&self.subtitle, &self.audience]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        if let Some((number, hash)) = &self.snapshot {
            parts.push(format!("Ögonblicksbild {number} ({hash})"));
        }
        if self.synthetic {
            parts.push(SYNTHETIC.to_owned());
        }
        parts.join(" · ")
    }
}

/// The words that mark data that were made up.
pub(crate) const SYNTHETIC: &str = "Syntetiska data";
