//! Searches for the bytes that structure delimited text.

/// Just after the quote that closes a field whose content begins at `from`.
pub(super) fn closing_quote(text: &[u8], mut from: usize, quote: u8, end: bool) -> Option<usize> {
    loop {
        let at = from + find(text.get(from..)?, quote, quote)?;
        match text.get(at + 1) {
            Some(next) if *next == quote => from = at + 2,
            None if !end => return None,
            _ => return Some(at + 1),
        }
    }
}

/// The first position of either byte, eight bytes at a time.
#[inline]
pub(super) fn find(text: &[u8], a: u8, b: u8) -> Option<usize> {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (a_word, b_word) = (LOW * u64::from(a), LOW * u64::from(b));
    let mut at = 0;
    while let Some(chunk) = text.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let (x, y) = (word ^ a_word, word ^ b_word);
        // The lowest set bit marks the first zero byte; higher ones may be
        // carried over and do not matter.
        let hits = ((x.wrapping_sub(LOW) & !x) | (y.wrapping_sub(LOW) & !y)) & HIGH;
        if hits != 0 {
            return Some(at + hits.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = text.get(at..).unwrap_or_default();
    rest.iter()
        .position(|byte| *byte == a || *byte == b)
        .map(|found| at + found)
}
