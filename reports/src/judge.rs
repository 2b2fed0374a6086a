//! What a reader would stumble over: nothing that stops a deck.

use crate::deck::Slide;
use crate::{Place, Warning, lix, style};

/// The most words of a headline that is read at a glance.
const HEADLINE_WORDS: usize = 15;

/// Warnings about the finished texts of a slide; `alone` when no chart stands
/// beside the points.
pub(crate) fn judge(slide: &Slide, headline: &str, points: &[String], alone: bool) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |place: &Place, message: String| {
        warnings.push(Warning {
            place: place.clone(),
            slide: slide.id.clone(),
            message,
        });
    };
    let place = slide.headline.place();
    let words = headline
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .count();
    if words > HEADLINE_WORDS {
        warn(
            place,
            format!(
                "the headline has {words} words; a finding is read at a glance in at most {HEADLINE_WORDS}"
            ),
        );
    }
    if !style::headline(headline).fits {
        warn(
            place,
            "the headline takes more than two lines; shorten it".to_owned(),
        );
    }
    if headline.split_whitespace().any(|word| word == "..") {
        warn(
            place,
            "the headline shows a hidden number (`..`); say something that can be shown".to_owned(),
        );
    }
    let texts = std::iter::once(headline).chain(points.iter().map(String::as_str));
    if let Some(index) = lix::lix(texts)
        && index > lix::AIM
    {
        let message = format!(
            "the text has LIX {index:.0}; aim at {:.0} or less: shorter sentences, fewer words of more than six letters",
            lix::AIM
        );
        warn(&slide.place, message);
    }
    if !style::points(points, alone).fits {
        warn(
            &slide.place,
            "the points do not fit beside the chart; shorten them".to_owned(),
        );
    }
    warnings
}
