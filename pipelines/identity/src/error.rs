//! What can go wrong with keys and definitions.

use std::path::PathBuf;

/// What can go wrong with keys and definitions; never contains a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The key file cannot be read or written.
    #[error("the key file {} cannot be {action}: {source}", path.display())]
    File {
        /// The key file.
        path: PathBuf,
        /// `read` or `created`.
        action: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// The key file exists already.
    #[error(
        "the key file {} exists already and is not replaced: a new key would give everybody a new pseudonym", path.display()
    )]
    Exists {
        /// The key file.
        path: PathBuf,
    },
    /// Others than the owner may read the key.
    #[error(
        "the key file {} can be read by others than its owner (mode {mode:03o}); run `chmod 600 {}`",
        path.display(), path.display()
    )]
    Open {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The text is no key.
    #[error(
        "{origin} holds no key: a key is 64 hexadecimal digits (32 bytes) and nothing else, a chain of at most 16 has \
         one a line"
    )]
    NoKey {
        /// Where the text is from.
        origin: String,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers to make a key of: {reason}")]
    Random {
        /// What the system says.
        reason: String,
    },
    /// A reserve number pattern that cannot be understood.
    #[error("the reserve number pattern `{pattern}` cannot be used: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}
