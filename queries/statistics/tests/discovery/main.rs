//! Discovery: its numbers are those of the contrasts, chance alone finds nothing, and what is planted is found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod edges;
mod made;
mod numbers;
mod truth;
