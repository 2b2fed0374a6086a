//! The outputs of a deck: one trait, one list, one file each.

mod html;
mod pdf;
mod pptx;

use std::io::Write;

use crate::{BuiltDeck, ReportError};

/// One kind of document that a deck can become.
pub trait Exporter: Sync {
    /// Name on the command line.
    fn name(&self) -> &'static str;

    /// Extension of the file, without the dot.
    fn extension(&self) -> &'static str;

    /// Writes the document; the same deck gives the same bytes.
    ///
    /// # Errors
    /// The document cannot be made of this deck, or cannot be written.
    fn export(&self, deck: &BuiltDeck, out: &mut dyn Write) -> Result<(), ReportError>;
}

/// Every output there is.
pub const EXPORTERS: [&dyn Exporter; 3] = [&pptx::Pptx, &pdf::Pdf, &html::Html];
