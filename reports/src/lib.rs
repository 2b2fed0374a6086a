//! Decks of at most five slides, as pptx, pdf and html.
//!
//! A deck is a TOML file ([`Deck`]): headlines, points of text and charts over
//! the rows of named queries. [`Deck::build`] asks a [`Source`] for the answers,
//! which are [`Published`](perspektiv_disclosure::Published) or do not come in,
//! and fills in every text. Each of the [`EXPORTERS`] then writes the finished
//! [`BuiltDeck`] as one kind of document, the same to the byte each time, and
//! [`Targets`] puts the documents in place, all or none.
//!
//! # The file
//! ```toml
//! title = "Nya Perspektiv Värmland"       # texts may be templates: {{ kommun | namn }}
//! subtitle = "…"                          # optional, as are audience and period
//! audience = "…"
//! period = "Maj 2025"
//! language = "sv"                         # the only one yet
//!
//! [params]                                # parameters of the deck and their defaults
//! kommun = ""
//!
//! [names]                                 # the codes that `kommun` may be, and their names,
//!                                         # which the filter `namn` gives
//! "" = "Värmland"
//! "1780" = "Karlstad"
//!
//! [[slides]]                              # one to five
//! id = "utmaningar"                       # a–z, 0–9 and -
//! headline = "{{ first.grupp }} mår sämst"
//! query = "behovsgrupper"                 # a slide without a query needs only text
//! params = { kommun = "{{ kommun }}" }    # one that comes out empty is left out
//! text = ["…", "…"]                       # at most four points; an empty one is dropped
//! unit = "procent"                        # required with a query, as are period and n
//! period = "{{ first.ar }}"
//! source = "Liv & Hälsa 2022"             # default: the sources that the query names
//! n = { sum = "n", what = "svar" }        # or a text: "{{ first.n | antal }} svar"
//! notes = "…"                             # for the presenter, in the pptx
//! let.topp = "(rows | fallande('andel'))[0]"   # optional: expressions with a name,
//!                                         # for the slide's texts: {{ topp.grupp }}
//! when = "rows and first.andel is synlig" # optional, with `otherwise`: what must be true of the rows;
//! otherwise.headline = "Kan inte visas"   # else the slide says this, without a chart
//! otherwise.text = ["…"]
//! [slides.chart]                          # see perspektiv-charts; its texts may be templates
//! kind = "bar"
//! label = "grupp"
//! value = "andel"
//! highlight = ["{{ first.grupp }}"]
//! ```
//! Templates see the deck's parameters, `rows` (a list of maps from column to
//! value, each with `uncertain`) and `first`, the first row. The filters are
//! `antal`, `decimal`, `procent`, `procentenheter`, `kronor`, `avrunda`, `ungefar`, `av_tio`, `ord`,
//! `lista`, `stor`, `liten`, `fallande`, `storst`, `minst`, `antal_med` and `namn`; the test `synlig`
//! tells whether a cell can be seen.
//!
//! A headline says "most" only where the figures do: `rows | storst("andel")` gives `rader`, the rows
//! that may have the largest share, and `saker`, whether the first of them certainly has.

mod build;
mod built;
mod cells;
mod deck;
mod definition;
mod error;
mod exporters;
mod extreme;
mod filters;
mod font;
mod footer;
mod judge;
mod ledger;
mod lix;
mod numbers;
mod output;
mod picture;
mod style;
mod template;
#[cfg(test)]
mod tests;

pub use build::{Question, Source, Unanswered};
pub use built::{BuiltDeck, BuiltSlide, Figure, Footer};
pub use deck::{Deck, MOST_POINTS, MOST_SLIDES, PLACE, decks};
pub use error::{Place, ReportError, Warning};
pub use exporters::{EXPORTERS, Exporter};
pub use ledger::Ledger;
pub use lix::{AIM as LIX_AIM, lix};
pub use output::{Targets, exporters};
