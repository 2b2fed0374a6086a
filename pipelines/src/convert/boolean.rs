//! Yes and no.

/// `1`/`0`, `ja`/`nej`, `true`/`false`, in any case.
pub(crate) fn boolean(raw: &[u8]) -> Option<bool> {
    match raw {
        b"1" => Some(true),
        b"0" => Some(false),
        other if other.eq_ignore_ascii_case(b"ja") || other.eq_ignore_ascii_case(b"true") => Some(true),
        other if other.eq_ignore_ascii_case(b"nej") || other.eq_ignore_ascii_case(b"false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::boolean;

    #[test]
    fn yes_and_no() {
        assert_eq!(boolean(b"JA"), Some(true));
        assert_eq!(boolean(b"nej"), Some(false));
        assert_eq!(boolean(b"True"), Some(true));
        assert_eq!(boolean(b"0"), Some(false));
        assert_eq!(boolean(b"2"), None);
        assert_eq!(boolean(b""), None);
    }
}
