//! The time of day: in the log RFC 3339, UTC, milliseconds; for people as in the headers of files.

/// Now, as `2026-01-25T12:00:00.123Z`.
pub(super) fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

/// A time of the log for people: `2026-01-25 12:00:00 UTC`. What is none stays as it is.
pub(crate) fn shown(logged: &str) -> String {
    let at = logged.parse::<jiff::Timestamp>();
    at.map_or_else(
        |_| logged.to_owned(),
        |at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn people_read_it_as_in_the_headers() {
        let shown = super::shown("2026-01-25T12:00:00.123Z");
        assert_eq!(shown, "2026-01-25 12:00:00 UTC");
        assert_eq!(super::shown("yesterday"), "yesterday");
    }

    #[test]
    fn it_has_milliseconds_always() {
        let now = super::now();
        assert_eq!(now.len(), "2026-01-25T12:00:00.123Z".len(), "{now}");
        assert!(now.ends_with('Z') && now.as_bytes()[10] == b'T', "{now}");
    }
}
