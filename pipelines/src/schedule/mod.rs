//! What is due and by when, and who runs the refresh: nobody but the machine's own scheduler.
//!
//! ```text
//! due       the day on which a dataset's next delivery is to be expected
//! wheel     the årshjul: by when the data are needed, and what for
//! run       a refresh of what is due, whatever one bad delivery does
//! summary   what it did, as a letter in Swedish
//! units     files for systemd, cron and the Windows Task Scheduler
//! ```

mod due;
mod run;
mod summary;
mod units;
mod wheel;

pub use due::{Outlook, day_in_sweden};
pub use run::{DueOptions, DueReport, refresh_due};
pub use units::{Job, Scheduler, UnitFile};
pub use wheel::{Deadline, Step, Wheel};
