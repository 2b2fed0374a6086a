//! The rows of a question: all of its pages, and only what was asked for.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::{PAGE, RATE, page, plain, scalar};
use crate::pxweb::Chosen;
use crate::request::Request;
use crate::{ApiError, Session};

#[derive(Debug, Deserialize)]
struct Page {
    data: Vec<Map<String, Value>>,
    nasta_sida: Option<Value>,
    sida: Option<u64>,
    per_sida: Option<u64>,
    sidor: Option<u64>,
}

/// What came.
#[derive(Default)]
pub(super) struct Found {
    pub(super) rows: usize,
    /// The codes of each variable that some row has.
    pub(super) codes: BTreeMap<String, BTreeSet<String>>,
}

/// Reads all pages of a part.
pub(super) fn pages(
    subject: &Url,
    part: &[Chosen],
    session: &mut Session<'_>,
    found: &mut Found,
) -> Result<(), ApiError> {
    const CUT: &str =
        "Part of the answer is missing: ask for less at once with `cells`, or tell Socialstyrelsen.";
    let (mut number, mut all) = (1, 1);
    while number <= all {
        let request = page(subject, part, number);
        let answer = session.json::<Page>(&request, RATE)?;
        let page = &answer.read;
        if number == 1 {
            all = page.sidor.unwrap_or(1).max(1);
            session.plan(all - 1)?;
        }
        if page.sidor.is_some_and(|sidor| sidor.max(1) != all) {
            return Err(request.unusable(format!(
                "It says that there are {} pages, and the first said {all}. Fetch again.",
                page.sidor.unwrap_or_default()
            )));
        }
        if page.sida.is_some_and(|sida| sida != number) {
            return Err(request.unusable(format!(
                "It is page {}, and page {number} was asked for. {CUT}",
                page.sida.unwrap_or_default()
            )));
        }
        let short = (page.data.len() as u64) < page.per_sida.unwrap_or(PAGE);
        if short && number < all {
            return Err(request.unusable(format!(
                "It has {} rows, and a page before the last has {}. {CUT}",
                page.data.len(),
                page.per_sida.unwrap_or(PAGE)
            )));
        }
        let more = page
            .nasta_sida
            .as_ref()
            .is_some_and(|next| !next.is_null() && next.as_str() != Some(""));
        if more && number == all {
            return Err(request.unusable(format!(
                "It is the last of {all} pages and names a next one. {CUT}"
            )));
        }
        for row in &page.data {
            note(&request, row, part, found)?;
        }
        if !page.data.is_empty() {
            session.line(&request, &answer.bytes)?;
        }
        number += 1;
    }
    Ok(())
}

/// Notes the codes of a row, each of which has to be one that was asked for.
fn note(
    request: &Request,
    row: &Map<String, Value>,
    part: &[Chosen],
    found: &mut Found,
) -> Result<(), ApiError> {
    found.rows += 1;
    for one in part {
        let field = row.get(&format!("{}Id", one.code)).or_else(|| row.get(&one.code));
        let Some(code) = field.and_then(scalar) else {
            return Err(request.unusable(format!(
                "Its rows do not say which {} they are of, so that nothing was chosen by it. The API may call the \
                 variable by another name: causes of injuries, too, are chosen by diagnos.",
                one.code
            )));
        };
        let code = plain(&code);
        if !one.values.iter().any(|asked| plain(asked) == code) {
            return Err(request.unusable(format!(
                "It has a row with {} {}, which was not asked for: the API did not choose by it.",
                one.code,
                perspektiv_formats::shown(code.as_bytes())
            )));
        }
        let codes = found.codes.entry(one.code.clone()).or_default();
        if !codes.contains(&code) {
            codes.insert(code);
        }
    }
    Ok(())
}
