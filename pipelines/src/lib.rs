//! From a delivery as received to tables in the lake.
//!
//! An analyst describes a dataset in `pipelines/<dataset>.toml`: where its deliveries lie, in which
//! format, what each column is called, means and may hold. [`refresh`] reads what is new, replaces person
//! numbers by pseudonyms, puts rows that break a rule into the quarantine with the reason, makes derived
//! tables anew and publishes everything as one snapshot, or nothing at all. [`fetch()`] asks agencies' APIs before;
//! nothing else here touches the network.
//!
//! ```text
//! Workspace      the folder and its settings
//! definition/    pipelines/*.toml → Definition, with errors that say file, line and column
//! checks/        what rows, deliveries and tables have to fulfil
//! convert/       text fields → columns of the table, or the rule that was broken
//! quarantine     rejected values, as a table like any other
//! encode         the Parquet file, written beside the reading
//! ingest         one delivery → its Parquet file and its quarantine file
//! archive/       deliveries as they were received, encrypted
//! refused        what was refused, until its dataset is let through
//! fetch/         agencies' APIs, whose answers become deliveries
//! refresh/       what to look at, which deliveries are new, derived tables, the snapshot
//! status, check  what is there and what is wrong, without changing anything
//! schedule/      what is due and by when; files for the schedulers of machines
//! one_off        a file that no definition knows, as a table for one look
//! inspect        what a new delivery is: that of `perspektiv-formats`, for the command line
//! ```
//!
//! *Invariant:* no person number leaves `convert`: not to the lake, not to the quarantine, not to a
//! message. *Invariant:* this crate knows neither queries nor reports.

mod archive;
mod check;
mod checks;
mod convert;
mod definition;
mod deliveries;
mod encode;
mod error;
mod fetch;
mod ingest;
mod limits;
mod one_off;
mod progress;
mod quarantine;
mod refresh;
mod refused;
mod report;
mod restored;
mod schedule;
mod status;
mod survey;
mod why;
mod workspace;

pub use archive::{Archive, Arrival, Content, Purged};
pub use check::{Findings, check};
pub use definition::{
    Asking, Check, Column, ColumnType, Definition, DefinitionError, Definitions, Derived, Freshness, Kind,
    Origin, PseudonymForm, Range, Retention, Sensitivity, Source, Survey, UnknownCodes, Update, YearDay,
    schema,
};
pub use error::{PipelineError, Refusal};
pub use fetch::{FetchOptions, FetchReport, Outcome, fetch};
pub use one_off::OneOff;
pub use progress::{DeliveryReport, Progress, Silent};
pub use quarantine::{REJECTED_GROUPS, REJECTED_VALUES, TABLE as QUARANTINE};
pub use refresh::{RefreshOptions, refresh};
pub use refused::{RefusedRun, refused_runs, with_refused};
pub use report::{DatasetReport, RefreshReport};
pub use restored::{LeftBehind, left_behind};
pub use schedule::{
    Deadline, DueOptions, DueReport, Job, Outlook, Scheduler, Step, UnitFile, Wheel, day_in_sweden,
    refresh_due,
};
pub use status::{DatasetStatus, status, status_at};
pub use workspace::{ApiSettings, Settings, Workspace};

pub use perspektiv_apis::Event as FetchEvent;
pub use perspektiv_formats::inspect::{Hints, Inspection, inspect};
pub use perspektiv_formats::{Encoding, SourceOptions};
