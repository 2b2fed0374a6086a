//! What may be shown: the type [`Published`] and the only way to make one.
//!
//! A [`Table`] holds a result as it was computed. [`publish`] judges it by a
//! [`Rule`] and hides what must not be seen; charts, decks and exports for an
//! audience take nothing but its [`Published`]. [`mod@format`] writes the values
//! the same way in all of them.
//!
//! **What this crate must not know:** Arrow, DataFusion, files, where the data
//! came from and how it will be drawn.
//!
//! ```
//! use perspektiv_disclosure::{publish, Column, Provenance, Rule, Secrecy, Table, Value};
//!
//! let column = |name: &str| Column {
//!     name: name.into(), label: name.into(), unit: None, decimals: None, identity: false,
//! };
//! let table = Table {
//!     columns: vec![column("kommun"), column("personer")],
//!     rows: vec![
//!         vec![Value::Text("Karlstad".into()), Value::Int(412)],
//!         vec![Value::Text("Kil".into()), Value::Int(21)],
//!         vec![Value::Text("Munkfors".into()), Value::Int(3)],
//!     ],
//! };
//! let rule = Rule::Secrecy(Secrecy::new("personer", &["kommun"]));
//! # let provenance = Provenance { query: "q".into(), title: "t".into(), parameters: vec![], sources: vec![],
//! #     unit: None, snapshot: 1, snapshot_hash: "0".into(), synthetic: true };
//! let published = publish(table, &rule, provenance)?;
//! // Munkfors is too small, and with the county's total it could be computed
//! // unless a second row is hidden.
//! assert_eq!(published.table().rows[0][1], Value::Int(412));
//! assert_eq!(published.table().rows[1][1], Value::Hidden);
//! assert_eq!(published.table().rows[2][1], Value::Hidden);
//! # Ok::<(), perspektiv_disclosure::Refused>(())
//! ```

mod columns;
pub mod format;
mod ledger;
mod published;
mod quality;
mod refused;
mod rule;
mod secrecy;
mod table;
mod verdict;

pub use ledger::{Publication, PublishedRow};
pub use published::{Published, Submission, publish, publish_together};
pub use refused::Refused;
pub use rule::{Parents, Quality, Rule, Secrecy};
pub use table::{Column, Provenance, Table, Value};
