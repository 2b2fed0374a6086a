//! What the doctor found of one thing.

use serde::Serialize;

/// What was found of one thing.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) area: &'static str,
    pub(super) what: &'static str,
    pub(super) state: State,
    pub(super) found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Ok,
    /// Not there, and not needed for the main job.
    Missing,
    /// Needed for the main job, and not right.
    Broken,
}

impl Finding {
    pub(super) fn ok(area: &'static str, what: &'static str, found: impl Into<String>) -> Self {
        Self {
            area,
            what,
            state: State::Ok,
            found: found.into(),
            remedy: None,
        }
    }

    pub(super) fn missing(
        area: &'static str,
        what: &'static str,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Missing,
            remedy: Some(remedy.into()),
            ..Self::ok(area, what, found)
        }
    }

    pub(super) fn broken(
        area: &'static str,
        what: &'static str,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Broken,
            ..Self::missing(area, what, found, remedy)
        }
    }
}
