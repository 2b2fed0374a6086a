//! Kolada's pages: each says where the next one is.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::RATE;
use crate::request::Request;
use crate::{ApiError, Session};

/// A page of any table.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub(super) values: Vec<Entry>,
    count: Option<usize>,
    next_url: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Entry {
    pub(super) kpi: Option<String>,
    pub(super) municipality: Option<String>,
    pub(super) ou: Option<String>,
    pub(super) period: Option<Value>,
    pub(super) id: Option<String>,
    pub(super) title: Option<String>,
    pub(super) values: Option<Vec<Figure>>,
    pub(super) members: Option<Vec<Member>>,
}

/// One value; only whether it counts.
#[derive(Debug, Deserialize)]
pub(super) struct Figure {
    #[serde(alias = "is_deleted")]
    isdeleted: Option<Flag>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Flag {
    Bool(bool),
    Number(u64),
}

impl Figure {
    /// Whether Kolada has withdrawn it.
    pub(super) fn is_deleted(&self) -> bool {
        matches!(self.isdeleted, Some(Flag::Bool(true) | Flag::Number(1)))
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Member {
    #[serde(alias = "id")]
    pub(super) member_id: String,
}

/// Follows the pages of an answer to their end.
pub(super) fn pages(
    base: &Url,
    first: Request,
    session: &mut Session<'_>,
    mut take: impl FnMut(&mut Session<'_>, &Request, &[u8], Page) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let mut seen = BTreeSet::from([first.url.clone()]);
    let mut request = first;
    loop {
        let mut answer = session.json::<Page>(&request, RATE)?;
        if let Some(count) = answer.read.count
            && count != answer.read.values.len()
        {
            return Err(request.unusable(format!(
                "It says that it has {count} entries and has {}. Fetch again.",
                answer.read.values.len()
            )));
        }
        let next = answer.read.next_url.take().filter(|next| !next.trim().is_empty());
        take(session, &request, &answer.bytes, answer.read)?;
        let Some(next) = next else { return Ok(()) };
        let url = next_url(base, &request, &next)?;
        if !seen.insert(url.clone()) {
            return Err(request.unusable(
                "Its next page is one that has been read already: the pages go round in a circle. Fetch again; if it \
                 stays, tell RKA.",
            ));
        }
        request = Request::get(url);
    }
}

/// Where the next page is: at the same server, whatever it says.
fn next_url(base: &Url, request: &Request, next: &str) -> Result<Url, ApiError> {
    let mut url = request
        .url
        .join(next)
        .map_err(|error| request.unusable(format!("The address of its next page is none: {error}.")))?;
    // It is known to write http for its own https.
    if url.host_str() == base.host_str()
        && base.scheme() == "https"
        && url.scheme() == "http"
        && url.port().is_none()
    {
        // Refused only for addresses without a host.
        let _ = url.set_scheme("https");
    }
    if url.origin() != base.origin() {
        return Err(request.unusable(format!(
            "Its next page is at another server, {}, which is not asked.",
            perspektiv_formats::shown(url.host_str().unwrap_or_default().as_bytes())
        )));
    }
    Ok(url)
}
