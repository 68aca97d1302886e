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
        if !Key::of(migration.id).is(ids[at]) || !migration.depends_on.is_empty() {
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
