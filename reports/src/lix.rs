//! LIX, the Swedish readability index.
//!
//! Source: C. H. Björnsson, *Läsbarhet*, Liber 1968: words per sentence plus
//! the percentage of words of more than six letters. Below 30 is very easy,
//! 30–40 easy (fiction, newspapers), 40–50 medium, above 60 bureaucratic.

/// The index above which the text of a slide is called hard to read.
pub const AIM: f64 = 40.0;

/// LIX of some pieces of text, each at least one sentence; none without words.
///
/// A sentence ends at `.`, `!`, `?` or `:` before white space, and at the end
/// of a piece: a headline or a point of a slide is one without its full stop.
/// A number grouped by no-break spaces (`6 315`) is one word, and its digits
/// are no letters. A compound with a hyphen is one word.
///
/// ```
/// let lix = perspektiv_reports::lix(["Katten sover på mattan."]);
/// assert_eq!(lix, Some(4.0));
/// ```
pub fn lix<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Option<f64> {
    let (mut words, mut long, mut sentences) = (0_u32, 0_u32, 0_u32);
    for piece in pieces {
        let mut open = false;
        for token in piece.split(|c: char| c.is_whitespace() && c != '\u{a0}') {
            if token.chars().any(char::is_alphanumeric) {
                words += 1;
                open = true;
                if token.chars().filter(|c| c.is_alphabetic()).count() > 6 {
                    long += 1;
                }
            }
            let bare = token.trim_end_matches(['"', '”', '’', ')', '»']);
            if open && bare.ends_with(['.', '!', '?', ':']) {
                sentences += 1;
                open = false;
            }
        }
        sentences += u32::from(open);
    }
    (words > 0)
        .then(|| f64::from(words) / f64::from(sentences.max(1)) + 100.0 * f64::from(long) / f64::from(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_words_sentences_and_long_words() {
        // 8 words, 2 sentences, 2 long words: 4 + 25.
        let text = "Kommunerna och regionen möts. Det går bra nu!";
        assert_eq!(lix([text]), Some(4.0 + 100.0 * 2.0 / 8.0));
    }

    #[test]
    fn a_grouped_number_is_one_short_word_and_a_dash_is_none() {
        assert_eq!(lix(["Vi är 284\u{a0}000 – nu"]), Some(4.0));
    }

    #[test]
    fn pieces_are_sentences_and_nothing_has_no_index() {
        assert_eq!(lix(["Allt är bra", "Vi ses"]), Some(2.5));
        assert_eq!(lix(["", "– %"]), None);
    }
}
