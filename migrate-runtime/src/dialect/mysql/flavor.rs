//! Which of the two servers it is, and what only one of them has, as data.
//!
//! Of MySQL's own server what stands here is taken from its manual; MariaDB's was tried.

/// A server and its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flavor {
    /// Whether it is MariaDB.
    pub(crate) mariadb: bool,
    /// Major, minor, patch.
    pub(crate) version: (u16, u16, u16),
}

/// Something that one of the servers has, and since when: `None` for never.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Since {
    mysql: Option<(u16, u16, u16)>,
    mariadb: Option<(u16, u16, u16)>,
}

/// Indexes that are sorted backwards, instead of taking no notice of `DESC`.
pub(crate) const DESCENDING_INDEXES: Since = Since {
    mysql: Some((8, 0, 1)),
    mariadb: Some((10, 8, 1)),
};

impl Flavor {
    /// Reads `SELECT VERSION()`: `8.0.36-0ubuntu0.22.04.1`, `10.11.6-MariaDB-log`,
    /// `5.5.5-10.6.16-MariaDB` (what a replication protocol made older servers say).
    pub(crate) fn parse(version: &str) -> Self {
        let mariadb = version.to_ascii_lowercase().contains("mariadb");
        let text = match version.strip_prefix("5.5.5-") {
            Some(rest) if mariadb => rest,
            _ => version,
        };
        let mut numbers = text
            .split(|character: char| !character.is_ascii_digit())
            .map(|number| number.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        Self {
            mariadb,
            version: (next(), next(), next()),
        }
    }

    /// Whether it has that.
    pub(crate) fn has(self, what: Since) -> bool {
        let since = if self.mariadb {
            what.mariadb
        } else {
            what.mysql
        };
        since.is_some_and(|since| self.version >= since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_both_servers() {
        for (text, mariadb, version) in [
            ("8.0.36-0ubuntu0.22.04.1", false, (8, 0, 36)),
            ("9.1.0", false, (9, 1, 0)),
            ("10.11.19-MariaDB-0+deb12u1", true, (10, 11, 19)),
            ("5.5.5-10.6.16-MariaDB-log", true, (10, 6, 16)),
            ("11.4.2-MariaDB-ubu2404", true, (11, 4, 2)),
            ("", false, (0, 0, 0)),
        ] {
            assert_eq!(Flavor::parse(text), Flavor { mariadb, version }, "{text}");
        }
    }

    #[test]
    fn what_only_one_of_them_has() {
        let has = |version: &str| Flavor::parse(version).has(DESCENDING_INDEXES);
        assert!(has("8.0.36") && has("10.11.6-MariaDB") && !has("10.6.16-MariaDB"));
    }
}
