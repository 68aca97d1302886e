//! Revision ids, slugs and file names.

use jiff::fmt::strtime;
use jiff::tz::{Offset, TimeZone};
use std::collections::BTreeSet;

/// The longest id: the column of `__migrate_version` must hold it on every database.
pub const MAX_ID: usize = 64;
/// The longest slug that is made.
const MAX_SLUG: usize = 40;
/// A date where clocks differ from UTC.
const LOCAL: &str = "%Y-%m-%d %H:%M:%S %:z";

/// A point in time, as ids and headers need it: the former in UTC, so that the order of ids is that of time wherever
/// somebody is; the latter in a zone, of which the distance to UTC is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    seconds: u64,
    /// To UTC, in seconds.
    offset: i32,
}

impl Timestamp {
    /// Seconds since the beginning of 1970.
    pub const fn from_unix(seconds: u64) -> Self {
        Self { seconds, offset: 0 }
    }

    /// The same point in time where clocks are that many seconds before UTC.
    #[must_use]
    pub const fn at_offset(self, offset: i32) -> Self {
        Self { offset, ..self }
    }

    /// Seconds since the beginning of 1970.
    pub const fn unix(self) -> u64 {
        self.seconds
    }

    /// The time now.
    pub fn now() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self::from_unix(since.map_or(0, |since| since.as_secs()))
    }

    /// `20260125_120000`.
    pub fn id(self) -> String {
        self.point().strftime("%Y%m%d_%H%M%S").to_string()
    }

    /// `2026-01-25 12:00:00 UTC`, or `2026-01-25 13:00:00 +01:00`.
    pub fn describe(self) -> String {
        let offset = Offset::from_seconds(self.offset).unwrap_or(Offset::UTC);
        let form = match self.offset {
            0 => "%Y-%m-%d %H:%M:%S UTC",
            _ => LOCAL,
        };
        let there = self.point().to_zoned(TimeZone::fixed(offset));
        there.strftime(form).to_string()
    }

    /// Reads what [`Self::describe`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let date = text.strip_suffix("UTC");
        let local = date.map_or_else(|| text.to_owned(), |date| format!("{date}+00:00"));
        let parts = strtime::parse(LOCAL, local).ok()?;
        let at = Self {
            seconds: u64::try_from(parts.to_timestamp().ok()?.as_second()).ok()?,
            offset: parts.offset()?.seconds(),
        };
        // Only one spelling is ours.
        (at.describe() == text).then_some(at)
    }

    /// The last one that has a date, for what is behind it.
    fn point(self) -> jiff::Timestamp {
        let seconds = i64::try_from(self.seconds).unwrap_or(i64::MAX);
        jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX)
    }
}

/// The id for a revision made at that time; the next second that is free where it is taken.
pub fn free_id(at: Timestamp, taken: &BTreeSet<String>) -> String {
    let mut at = at;
    while taken.contains(&at.id()) {
        at.seconds += 1;
    }
    at.id()
}

/// An id that nothing has, after one that a person chose: `12_2`.
pub fn further_id(id: &str, taken: &BTreeSet<String>) -> String {
    let mut number = 2_usize;
    loop {
        let further = format!("{id}_{number}");
        if !taken.contains(&further) {
            return further;
        }
        number += 1;
    }
}

/// What is wrong with an id, if anything.
pub fn id_problem(id: &str) -> Option<String> {
    if id.is_empty() {
        return Some("it is empty".to_owned());
    }
    // These have a meaning in targets (`label@head`, `head-1`, `a:b`).
    let reserved: Vec<String> = ['@', '-', '+', ':']
        .into_iter()
        .filter(|c| id.contains(*c))
        .map(|c| format!("'{c}'"))
        .collect();
    if !reserved.is_empty() {
        let reserved = reserved.join(", ");
        return Some(format!(
            "character(s) {reserved} not allowed in revision identifier"
        ));
    }
    if let Some(c) = id.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '_') {
        return Some(format!(
            "{c:?} cannot be part of a file name: letters, digits and '_' can"
        ));
    }
    if matches!(id, "head" | "heads" | "base" | "current") {
        return Some("it is a word of the target grammar".to_owned());
    }
    (id.len() > MAX_ID).then(|| format!("it has {} characters, at most {MAX_ID} fit", id.len()))
}

/// The words of a text for a file name: transliterated, lower case, joined by `_`, cut at a word.
///
/// Empty where the text has no letter or digit.
pub fn slug(text: &str) -> String {
    slug_of(text, MAX_SLUG)
}

/// [`slug`] of that length.
pub(super) fn slug_of(text: &str, longest: usize) -> String {
    let ascii = deunicode::deunicode_with_tofu(text, " ").to_lowercase();
    let words = ascii
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        if slug.is_empty() {
            slug.extend(word.chars().take(longest));
        } else if slug.len() + 1 + word.len() <= longest {
            slug = slug + "_" + word;
        } else {
            break;
        }
    }
    slug
}

/// The name of the function that a `run` step calls.
pub(crate) fn identifier(name: &str) -> String {
    let ident = if is_identifier(name) {
        name.to_owned()
    } else {
        slug(name)
    };
    if ident.is_empty() || ident.starts_with(|c: char| c.is_ascii_digit()) {
        format!("step_{ident}")
    } else if syn::parse_str::<syn::Ident>(&ident).is_err() {
        format!("{ident}_step")
    } else {
        ident
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_was_written() {
        for seconds in [0, 951_782_400, 951_868_799, 1_767_225_599, 4_107_542_400] {
            let at = Timestamp::from_unix(seconds);
            assert_eq!(Timestamp::parse(&at.describe()), Some(at));
            for offset in [3_600, -34_200, 45_900] {
                let there = at.at_offset(offset);
                assert_eq!(there.id(), at.id());
                if at.unix() > 86_400 {
                    assert_eq!(Timestamp::parse(&there.describe()), Some(there));
                }
            }
        }
        for text in [
            "",
            "yesterday",
            "2026-02-30 00:00:00 UTC",
            "99999999999999999999-01-01 00:00:00 UTC",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
