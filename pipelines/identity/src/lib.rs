//! Person numbers and their pseudonyms.
//!
//! A number is read and validated as a [`PersonNumber`] by [`Rules`], and a
//! [`Pseudonymiser`] turns it into 64 bits that only the holder of the [`Key`]
//! can make again. Nothing here prints a number or a key: errors say what is
//! wrong, never with what.
//!
//! **What this crate must not know:** files of data, the lake, DataFusion. It is
//! light, so that a sender can run it where the numbers are.
//!
//! ```
//! use perspektiv_identity::{Date, Key, PersonNumber, Pseudonymiser, Rules};
//!
//! let rules = Rules::new(Date::new(2024, 12, 31).expect("a date"));
//! let pseudonymiser = Pseudonymiser::new(&Key::from_bytes([7; 32]));
//! let long = PersonNumber::parse(b"190905271474", &rules)?;
//! let short = PersonNumber::parse(b"090527+1474", &rules)?;
//! assert_eq!(pseudonymiser.pseudonym(&long), pseudonymiser.pseudonym(&short));
//! # Ok::<(), perspektiv_identity::InvalidPersonNumber>(())
//! ```

mod date;
mod error;
mod key;
mod luhn;
mod number;
mod pattern;
mod pseudonym;
mod rules;

pub use date::Date;
pub use error::IdentityError;
pub use key::Key;
pub use number::{InvalidPersonNumber, Kind, PersonNumber};
pub use pattern::ReservePattern;
pub use pseudonym::Pseudonymiser;
pub use rules::Rules;
