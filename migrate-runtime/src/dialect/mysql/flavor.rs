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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Since {
    mysql: Option<(u16, u16, u16)>,
    mariadb: Option<(u16, u16, u16)>,
}

/// Indexes that are sorted backwards, instead of taking no notice of `DESC`.
pub(crate) const DESCENDING_INDEXES: Since = Since {
    mysql: Some((8, 0, 1)),
    mariadb: Some((10, 8, 1)),
};

/// Something that a table may have on one of the servers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Feature {
    /// What it is, in words.
    pub(crate) what: &'static str,
    since: Since,
}

const fn feature(
    what: &'static str,
    mysql: Option<(u16, u16)>,
    mariadb: Option<(u16, u16)>,
) -> Feature {
    const fn whole(version: Option<(u16, u16)>) -> Option<(u16, u16, u16)> {
        match version {
            Some((major, minor)) => Some((major, minor, 0)),
            None => None,
        }
    }
    Feature {
        what,
        since: Since {
            mysql: whole(mysql),
            mariadb: whole(mariadb),
        },
    }
}

/// An index of what an expression returns.
pub(crate) const EXPRESSION_INDEXES: Feature =
    feature("indexes of expressions", Some((8, 0)), None);

/// A unique index of whole texts, whatever their length.
pub(crate) const UNIQUE_WITHOUT_LENGTH: Feature =
    feature("unique indexes without a length", None, Some((10, 4)));

/// Types by their name.
const TYPES: [(&str, Feature); 4] = [
    ("uuid", feature("the type uuid", None, Some((10, 7)))),
    ("inet6", feature("the type inet6", None, Some((10, 5)))),
    ("inet4", feature("the type inet4", None, Some((10, 10)))),
    (
        "vector",
        feature("the type vector", Some((9, 0)), Some((11, 7))),
    ),
];

/// Words behind a type.
const TYPE_WORDS: [(&str, Feature); 2] = [
    (" srid ", feature("SRID of a column", Some((8, 0)), None)),
    (
        " ref_system_id",
        feature("REF_SYSTEM_ID of a column", None, Some((10, 2))),
    ),
];

/// Collations by a word in their name.
const COLLATIONS: [(&str, Feature); 2] = [
    (
        "_0900_",
        feature("collations of Unicode 9", Some((8, 0)), Some((11, 4))),
    ),
    (
        "uca1400",
        feature("collations of Unicode 14", None, Some((10, 10))),
    ),
];

/// Engines of MariaDB.
const ARIA: Feature = feature("the engine Aria", None, Some((10, 0)));

/// What a type needs: the word that it begins with, and all of it.
pub(crate) fn of_type(base: &str, spelling: &str) -> Option<Feature> {
    let lower = spelling.to_ascii_lowercase();
    let by_name = TYPES.iter().find(|(name, _)| *name == base);
    let by_word = || TYPE_WORDS.iter().find(|(word, _)| lower.contains(word));
    by_name.or_else(by_word).map(|(_, feature)| *feature)
}

/// What a collation needs.
pub(crate) fn of_collation(name: &str) -> Option<Feature> {
    let lower = name.to_ascii_lowercase();
    let known = COLLATIONS.iter().find(|(word, _)| lower.contains(word));
    known.map(|(_, feature)| *feature)
}

/// What an engine needs.
pub(crate) fn of_engine(name: &str) -> Option<Feature> {
    name.eq_ignore_ascii_case("aria").then_some(ARIA)
}

impl Feature {
    /// Who has it: `MariaDB 10.7 or newer`.
    pub(crate) fn servers(self) -> String {
        let Since { mysql, mariadb } = self.since;
        let said = |name: &str, since: Option<(u16, u16, u16)>| {
            since.map(|(major, minor, _)| format!("{name} {major}.{minor} or newer"))
        };
        let all = [said("MySQL", mysql), said("MariaDB", mariadb)];
        all.into_iter().flatten().collect::<Vec<_>>().join(", or ")
    }

    /// The query that returns the version of a server which has it not.
    pub(crate) fn missing(self) -> String {
        let Since { mysql, mariadb } = self.since;
        // As one number: 10.11 is 10011.
        let least = |since: Option<(u16, u16, u16)>| {
            since.map_or(u32::MAX, |(major, minor, _)| {
                u32::from(major) * 1000 + u32::from(minor)
            })
        };
        format!(
            "SELECT VERSION() FROM (SELECT 1 AS one) AS server \
             WHERE SUBSTRING_INDEX(VERSION(), '.', 1) * 1000 \
             + SUBSTRING_INDEX(SUBSTRING_INDEX(VERSION(), '.', 2), '.', -1) \
             < IF(VERSION() LIKE '%MariaDB%', {}, {})",
            least(mariadb),
            least(mysql)
        )
    }
}

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
