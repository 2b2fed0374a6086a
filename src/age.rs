//! Ages, as they are written on the command line.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The time so long ago.
pub(crate) fn before(age: &str) -> Result<Timestamp, String> {
    let wrong = || format!("\"{age}\" is no age; write for instance \"90 days\" or \"2 years\"");
    let span: Span = age.trim().parse().map_err(|_| wrong())?;
    if !span.is_positive() {
        return Err(wrong());
    }
    ago(span).ok_or_else(wrong)
}

/// The same, of a length of time; `None` before all time.
pub(crate) fn ago(span: Span) -> Option<Timestamp> {
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    Some(now.checked_sub(span).ok()?.timestamp())
}
