//! The time of day for the log: RFC 3339, UTC, milliseconds.

/// Now, as `2026-01-25T12:00:00.123Z`.
pub(super) fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_has_milliseconds_always() {
        let now = super::now();
        assert_eq!(now.len(), "2026-01-25T12:00:00.123Z".len(), "{now}");
        assert!(now.ends_with('Z') && now.as_bytes()[10] == b'T', "{now}");
    }
}
