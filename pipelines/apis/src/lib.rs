//! Agencies' APIs: what an analyst asks for becomes one delivery file.
//!
//! [`fetch`] asks an API of [`APIS`] for what a [`Query`] names and leaves one file in a folder, in a form
//! that a format of `perspektiv-formats` reads: one JSON document a line (a page of Kolada or
//! Socialstyrelsen, a part of a cube), or one PX file. The file appears whole or not at all, and not when
//! the answer is the same as last time. A new API is one file here and one line in [`APIS`].
//!
//! # What an analyst writes
//!
//! Kolada: indicators for municipalities and regions. Ids may hold `*` and `?`; `group` stands for the
//! members of a group; years may be open at one end.
//!
//! ```toml
//! [source]
//! api = "kolada"
//! kpi = ["N00945", "U21454"]
//! municipality = ["17*", "0017", "0000"]   # Värmland's municipalities, the region, the country
//! group = ["G176199"]                      # and those like Arboga
//! years = ["2017-"]
//! # table = "oudata"      with ou = […]: values of units (schools, homes)
//! # table = "kpi"         the indicators themselves, with their dates of publication
//! # table = "municipality", "municipality_groups", "kpi_groups" or "ou"
//! ```
//!
//! PxWeb 2 (SCB): a table's id, and for each variable the codes. `*` and `?` stand for letters, and
//! `TOP(n)`, `BOTTOM(n)`, `FROM(a)`, `TO(b)` and `RANGE(a,b)` for parts of the list (of time, `TOP` is the
//! latest). A variable that may be left out is then a total.
//!
//! ```toml
//! [source]
//! api = "pxweb2"
//! table = "TAB6471"
//! years = ["2025-"]                        # the table's variable of time
//! [source.select]
//! Region = ["17*"]
//! Kon = ["1", "2"]
//! ContentsCode = ["000007SF"]
//! Alder = { codelist = "agg_Ålder10år", values = ["*"], aggregated = true }
//! ```
//!
//! PxWeb 1 (Folkhälsomyndigheten, and others): the same, with the table's path; a list of values or an
//! aggregation of the table is a codelist that begins with `vs:` or `agg:`.
//!
//! ```toml
//! [source]
//! api = "pxweb1"
//! url = "https://fohm-app.folkhalsomyndigheten.se/Folkhalsodata/api/v1/sv/"
//! table = "A_Folkhalsodata/B_HLV/bFyshals/bbaFyshalsallman/hlv1allmxreg.px"
//! [source.select]
//! Region = ["17", "00"]
//! Kön = ["*"]
//! År = ["TOP(4)"]
//! "Andel och konfidensintervall" = ["*"]
//! ```
//!
//! Socialstyrelsen's statistical database: a subject, and for each variable its codes.
//!
//! ```toml
//! [source]
//! api = "socialstyrelsen"
//! table = "dodsorsaker"
//! years = ["2015-"]
//! [source.select]
//! matt = ["1", "2"]
//! diagnos = ["2026"]
//! region = ["17", "0"]
//! kon = ["1", "2", "3"]
//! ```
//!
//! For all: `url` (another address), `language`, `cells` (most cells of one answer), `calls` and `seconds`
//! (at most so many calls in so many seconds).

mod client;
mod delivery;
mod error;
mod kolada;
mod pxweb;
mod pxweb1;
mod pxweb2;
mod query;
mod request;
mod session;
mod socialstyrelsen;

pub use client::{Client, Environment, Rate, Settings};
pub use error::ApiError;
pub use query::{Query, Selection};
pub use session::{Event, Fetched, Session, fetch, fetch_after};

use std::fmt;

/// Every API, in the order in which messages name them.
pub static APIS: &[&dyn Api] = &[
    &kolada::Kolada,
    &pxweb1::PxWeb1,
    &pxweb2::PxWeb2,
    &socialstyrelsen::Socialstyrelsen,
];

/// The API of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Api> {
    APIS.iter().find(|api| api.name() == name).copied()
}

/// An API that deliveries are fetched from.
pub trait Api: Sync {
    /// Its name in definitions.
    fn name(&self) -> &'static str;

    /// What it is, in a few words.
    fn description(&self) -> &'static str;

    /// The keys of `[source]` that mean something to it, beside those that all have ([`Query::COMMON`]).
    fn options(&self) -> &'static [&'static str];

    /// The format of the deliveries that a query gives, by its name in definitions.
    fn format(&self, query: &Query) -> &'static str;

    /// Whether a query makes sense, as far as can be told without asking anybody.
    ///
    /// # Errors
    /// The key that is wrong, and what to write instead.
    fn check(&self, query: &Query) -> Result<(), ApiError>;

    /// Asks for everything and hands each answer to the session's delivery.
    ///
    /// # Errors
    /// What was asked, what happened and what to do.
    fn fetch(&self, query: &Query, session: &mut Session<'_>) -> Result<(), ApiError>;
}

impl fmt::Debug for dyn Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
