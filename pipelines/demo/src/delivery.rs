//! What the kinds of delivery share: one trait, one list of files to make.

use crate::error::DemoError;
use crate::population::Population;
use crate::sink::Sink;
use crate::{Options, prislista::Prices};

/// Everything the deliveries are made of.
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) population: Population,
    pub(crate) prices: Prices,
}

/// A function that writes one file.
pub(crate) type Write = Box<dyn Fn(&World, &mut Sink) -> Result<(), DemoError> + Send + Sync>;

/// One file to make.
pub(crate) struct Job {
    /// The dataset, which is also the folder.
    pub(crate) dataset: &'static str,
    pub(crate) file: String,
    /// Expected share of the work; the heaviest are started first.
    pub(crate) weight: u32,
    pub(crate) write: Write,
}

/// A kind of delivery.
pub(crate) trait Delivery: Sync {
    /// The files of this kind.
    fn jobs(&self) -> Vec<Job>;
}

/// Every kind there is.
pub(crate) const DELIVERIES: &[&dyn Delivery] = &[
    &crate::regionvard::Regionvard,
    &crate::befolkning::Befolkning,
    &crate::kommunvard::Kommunvard,
    &crate::liv_halsa::LivHalsa,
    &crate::kolada::Kolada,
    &crate::enheter::Enheter,
    &crate::prislista::Prislista,
    &crate::malset::Malset,
    &crate::children::Barnhalsa,
    &crate::children::Tandvard,
    &crate::children::Elevhalsa,
    &crate::egna_nyckeltal::EgnaNyckeltal,
    &crate::skolenkat::Skolenkat,
    &crate::brukarenkat::Brukarenkat,
    &crate::pcat::Pcat,
    &crate::prognos::Prognos,
    &crate::scb::Scb,
    &crate::dodsorsaker::Dodsorsaker,
    &crate::gissningar::Gissningar,
    &crate::fixed::Fixed,
];
