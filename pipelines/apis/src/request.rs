//! What is asked of a server.

use std::fmt;

use perspektiv_formats::{masked, shown};
use url::Url;

use crate::ApiError;

/// One question to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) url: Url,
    /// The JSON of a POST; a GET has none.
    pub(crate) body: Option<String>,
}

impl Request {
    pub(crate) fn get(url: Url) -> Self {
        Self { url, body: None }
    }

    pub(crate) fn post(url: Url, body: String) -> Self {
        Self {
            url,
            body: Some(body),
        }
    }

    pub(crate) fn method(&self) -> &'static str {
        if self.body.is_some() { "POST" } else { "GET" }
    }

    /// What tells it from every other question.
    pub(crate) fn key(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for part in [
            self.method(),
            self.url.as_str(),
            self.body.as_deref().unwrap_or_default(),
        ] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }

    /// The server's name and port, for which rates count.
    pub(crate) fn host(&self) -> String {
        self.url.authority().to_owned()
    }

    pub(crate) fn unusable(&self, reason: impl Into<String>) -> ApiError {
        ApiError::Form {
            request: self.to_string(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), masked(self.url.as_str()))?;
        match &self.body {
            Some(body) => write!(f, " {}", shown(body.as_bytes())),
            None => Ok(()),
        }
    }
}

/// The address below which an API lies: of a definition, or its own.
pub(crate) fn base(given: Option<&str>, own: &str) -> Result<Url, ApiError> {
    let text = given.unwrap_or(own);
    let wrong = |message: &str| ApiError::definition("url", message);
    let closed = if text.ends_with('/') {
        text.to_owned()
    } else {
        format!("{text}/")
    };
    let url = Url::parse(&closed).map_err(|error| {
        wrong(&format!(
            "This is no address: {error}. Write url = \"https://…/\"."
        ))
    })?;
    if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() {
        return Err(wrong("The address has to begin with https://."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "The address holds a user name or password, which would end in logs. These APIs are open: leave it out.",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("The address has to end before any '?' or '#'."));
    }
    Ok(url)
}

/// An address below another, its parts escaped.
pub(crate) fn below<'p>(base: &Url, parts: impl IntoIterator<Item = &'p str>) -> Url {
    let mut url = base.clone();
    // Only an address without a path, such as mailto:, refuses; `base` lets none through.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty();
        path.extend(parts);
    }
    url
}
