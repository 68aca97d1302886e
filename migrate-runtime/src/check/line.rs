//! Chains that are one line in the order of their files, as most are: nothing of their graph is to be
//! searched for, and the ids need only be what `schema!` takes them for.
//!
//! Where anything is different, [`chain`](super::chain) looks at the whole graph and says what is wrong.

use super::equal;
use super::key::{Key, Numbers};
use crate::migration::Migration;

/// Whether each migration revises the one whose file comes before its own, and `HEAD` names the last.
///
/// `ids` are those that `schema!` reads out of the names of the files. It gives them only where they are
/// short, have no character that an id cannot have, and are all different.
pub(super) const fn is_line(migrations: &[Migration], ids: &[Numbers], head: &str) -> bool {
    if cfg!(target_endian = "big") || ids.is_empty() || ids.len() != migrations.len() {
        return false;
    }
    let mut at = 0;
    while at < ids.len() {
        let migration = &migrations[at];
        let is_plain = migration.depends_on.is_empty() && migration.replaces.is_empty();
        if !Key::of(migration.id).is(ids[at]) || !is_plain {
            return false;
        }
        let follows = match *migration.revises {
            [] => at == 0,
            [parent] => at > 0 && Key::of(parent).is(ids[at - 1]),
            _ => false,
        };
        if !follows {
            return false;
        }
        at += 1;
    }
    let last = migrations[ids.len() - 1].id;
    equal::text(head, last) || is_one_line(head, last)
}

/// Whether the first migrations come first, in the order of their files.
pub(super) const fn begins(order: &[usize], hidden: &[bool], first: usize) -> bool {
    let mut at = 0;
    while at < first {
        if order[at] != at || hidden[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether the text is one line, which is that one.
const fn is_one_line(text: &str, line: &str) -> bool {
    let (text, line) = (text.as_bytes(), line.as_bytes());
    let end = match *text {
        [.., b'\r', b'\n'] => text.len() - 2,
        [.., b'\n'] => text.len() - 1,
        _ => text.len(),
    };
    let mut at = 0;
    while at < end && at < line.len() && text[at] == line[at] {
        at += 1;
    }
    at == end && at == line.len()
}

/// The order of such a chain.
pub(super) const fn order<const M: usize>() -> [usize; M] {
    let mut order = [0; M];
    let mut at = 0;
    while at < M {
        order[at] = at;
        at += 1;
    }
    order
}

/// The beginning of a chain and the rest of it as one list.
pub const fn joined<const M: usize>(beginning: &[Migration], rest: &[Migration]) -> [Migration; M] {
    let mut all = [Migration::new(""); M];
    let (first, last) = all.split_at_mut(beginning.len());
    first.copy_from_slice(beginning);
    last.copy_from_slice(rest);
    all
}

/// How many ids are packed.
pub const fn count_ids(packed: &[u8]) -> usize {
    packed.len() / PACKED
}

/// The bytes of an id: its length, the first and the last eight of its own.
const PACKED: usize = 17;

/// The ids that `schema!` packs into one token.
pub const fn ids<const M: usize>(mut packed: &[u8]) -> [Numbers; M] {
    let mut ids = [(0, 0, 0); M];
    let mut at = 0;
    while let Some((
        &[
            length,
            h0,
            h1,
            h2,
            h3,
            h4,
            h5,
            h6,
            h7,
            t0,
            t1,
            t2,
            t3,
            t4,
            t5,
            t6,
            t7,
        ],
        rest,
    )) = packed.split_first_chunk::<PACKED>()
    {
        ids[at] = (
            length as usize,
            u64::from_le_bytes([h0, h1, h2, h3, h4, h5, h6, h7]),
            u64::from_le_bytes([t0, t1, t2, t3, t4, t5, t6, t7]),
        );
        packed = rest;
        at += 1;
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::{Numbers, is_line};
    use crate::migration::Migration;

    const IDS: [Numbers; 3] = [
        (2, 0x6231, 0),
        (8, 0x3837_3635_3433_3231, 0x3837_3635_3433_3231),
        (9, 0x3837_3635_3433_3231, 0x3938_3736_3534_3332),
    ];

    fn line() -> [Migration; 3] {
        [
            Migration::new("1b"),
            Migration::new("12345678").revises(&["1b"]),
            Migration::new("123456789").revises(&["12345678"]),
        ]
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn each_revises_the_one_before_and_the_last_is_the_head() {
        for head in ["123456789", "123456789\n", "123456789\r\n"] {
            assert!(is_line(&line(), &IDS, head), "{head:?}");
        }
        for head in ["", "12345678\n", "123456789\n1b\n", "1234567890"] {
            assert!(!is_line(&line(), &IDS, head), "{head:?}");
        }
    }

    #[test]
    fn anything_else_is_looked_at_as_a_graph() {
        let head = "123456789\n";
        let changes: [fn(&mut [Migration; 3]); 6] = [
            |line| line[0].id = "1c",
            |line| line[0].revises = &["123456789"],
            |line| line[1].revises = &[],
            |line| line[1].depends_on = &["1b"],
            |line| line[2].revises = &["1b"],
            |line| line[2].revises = &["12345678", "1b"],
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut line = line();
            change(&mut line);
            assert!(!is_line(&line, &IDS, head), "{number}");
        }
        assert!(!is_line(&line(), &IDS[..2], head));
        assert!(!is_line(&[], &[], ""));
    }
}
