//! The chains of included libraries in const evaluation: gathered before the own one, and all of them in
//! one order, the one in which the [runner](crate::runner) applies them.

use super::chain::place;
use super::equal;
use super::message::Message;
use super::replaced::{is_called, is_replaced};
use super::state::NONE;
use crate::migration::Migration;
use crate::model::SchemaDef;

/// How many libraries a schema can include, those that they include counted.
const MOST: usize = 64;

/// The migrations of a schema behind those of the libraries that it includes.
#[derive(Debug, Clone, Copy)]
pub struct Gathered<const N: usize> {
    migrations: [Migration; N],
    /// The chain of each, of those that a library brings; the own ones follow these.
    chains: [&'static str; N],
    included: usize,
}

impl<const N: usize> Gathered<N> {
    /// All migrations.
    pub const fn migrations(&'static self) -> &'static [Migration] {
        &self.migrations
    }

    /// The chains of those that a library brings.
    pub const fn libraries(&'static self) -> &'static [&'static str] {
        self.chains.split_at(self.included).0
    }
}

/// Each chain once, and those that it includes before it.
struct Included {
    list: [Option<&'static SchemaDef>; MOST],
    count: usize,
}

impl Included {
    const fn of(schema: &SchemaDef) -> Self {
        let mut included = Self {
            list: [None; MOST],
            count: 0,
        };
        included.add(schema.include);
        included
    }

    const fn add(&mut self, schemas: &'static [SchemaDef]) {
        let mut i = 0;
        while i < schemas.len() {
            self.add(schemas[i].include);
            if !self.has(schemas[i].chain) {
                assert!(
                    self.count < MOST,
                    "`schema!` includes more than 64 libraries"
                );
                self.list[self.count] = Some(&schemas[i]);
                self.count += 1;
            }
            i += 1;
        }
    }

    const fn has(&self, chain: &str) -> bool {
        let mut i = 0;
        while i < self.count {
            if let Some(held) = self.list[i]
                && equal::text(held.chain, chain)
            {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// How many migrations there are, those of libraries counted.
pub const fn count_all(schema: &SchemaDef) -> usize {
    let included = Included::of(schema);
    let mut count = schema.migrations.len();
    let mut i = 0;
    while i < included.count {
        if let Some(schema) = included.list[i] {
            let mut m = 0;
            let replaces = replaces_any(schema.migrations);
            while m < schema.migrations.len() {
                count += !(replaces && is_replaced(schema.migrations, m)) as usize;
                m += 1;
            }
        }
        i += 1;
    }
    count
}

/// Whether one of them replaces others; that is seldom so, and not to be asked for each.
const fn replaces_any(migrations: &[Migration]) -> bool {
    let mut m = 0;
    while m < migrations.len() {
        if !migrations[m].replaces.is_empty() {
            return true;
        }
        m += 1;
    }
    false
}

/// Gathers the migrations. `N` is what [`count_all`] says.
pub const fn gather<const N: usize>(schema: &SchemaDef) -> Gathered<N> {
    const EMPTY: Migration = Migration::new("");
    let included = Included::of(schema);
    let mut gathered = Gathered {
        migrations: [EMPTY; N],
        chains: [""; N],
        included: 0,
    };
    let mut at = 0;
    let mut i = 0;
    while i < included.count {
        if let Some(schema) = included.list[i] {
            let mut m = 0;
            let replaces = replaces_any(schema.migrations);
            while m < schema.migrations.len() {
                // What a library replaced was proven where it was written.
                if !(replaces && is_replaced(schema.migrations, m)) {
                    gathered.migrations[at] = schema.migrations[m];
                    gathered.chains[at] = schema.chain;
                    at += 1;
                }
                m += 1;
            }
        }
        i += 1;
    }
    gathered.included = at;
    let mut m = 0;
    while m < schema.migrations.len() {
        gathered.migrations[at] = schema.migrations[m];
        at += 1;
        m += 1;
    }
    gathered
}

/// Where the own chain or that of a library ends: `first` is the place of one of its migrations.
const fn end_of(libraries: &[&str], migrations: &[Migration], first: usize) -> usize {
    if first >= libraries.len() {
        return migrations.len();
    }
    let mut end = first + 1;
    while end < libraries.len() && equal::text(libraries[end], libraries[first]) {
        end += 1;
    }
    end
}

/// The revision of a library that a migration of the same library names: most often the one before it.
pub(super) const fn find_beside(
    libraries: &[&str],
    migrations: &[Migration],
    from: usize,
    id: &str,
) -> usize {
    let mut at = from;
    while at > 0 && equal::text(libraries[at - 1], libraries[from]) {
        at -= 1;
        if is_called(&migrations[at], id) {
            return at;
        }
    }
    let mut at = from;
    while at < libraries.len() && equal::text(libraries[at], libraries[from]) {
        if is_called(&migrations[at], id) {
            return at;
        }
        at += 1;
    }
    NONE
}

/// What `chain@revision` is; [`NONE`] where there is no such library, or no such revision of it.
const fn find_elsewhere(libraries: &[&str], migrations: &[Migration], dependency: &str) -> usize {
    let at = at_sign(dependency);
    let (chain, id) = dependency.split_at(at);
    let id = id.split_at(1).1;
    let mut i = 0;
    while i < libraries.len() {
        if equal::text(libraries[i], chain) && is_called(&migrations[i], id) {
            return i;
        }
        i += 1;
    }
    NONE
}

/// Whether a dependency is on a revision of another chain: `chain@revision`.
pub(super) const fn is_elsewhere(dependency: &str) -> bool {
    at_sign(dependency) < dependency.len()
}

const fn at_sign(dependency: &str) -> usize {
    let bytes = dependency.as_bytes();
    let mut at = 0;
    while at < bytes.len() && bytes[at] != b'@' {
        at += 1;
    }
    at
}

/// The migrations of all chains in one order. `order` has each chain in its own; of the next ones of each
/// whose dependencies on other chains are met, the one with the smallest id comes first.
pub(super) const fn merge<const M: usize>(
    order: &[usize; M],
    migrations: &[Migration],
    libraries: &[&str],
) -> Result<[usize; M], Message> {
    let (by_chain, ends) = apart(order, migrations, libraries);
    // For the first place of each chain, how far that was placed.
    let mut next = [0; M];
    let mut merged = [0; M];
    let mut placed = [false; M];
    let mut count = 0;
    while count < M {
        let mut chosen = NONE;
        let mut of = NONE;
        let mut first = 0;
        while first < M {
            if first + next[first] < ends[first] {
                let candidate = by_chain[first + next[first]];
                let ready = match is_ready(libraries, migrations, candidate, &placed) {
                    Ok(ready) => ready,
                    Err(message) => return Err(message),
                };
                if ready
                    && (chosen == NONE || is_less(migrations[candidate].id, migrations[chosen].id))
                {
                    chosen = candidate;
                    of = first;
                }
            }
            first = ends[first];
        }
        if chosen == NONE {
            return Err(circle(migrations, &placed));
        }
        merged[count] = chosen;
        placed[chosen] = true;
        next[of] += 1;
        count += 1;
    }
    Ok(merged)
}

/// The same order, chain by chain; and for the first place of each chain, where it ends.
const fn apart<const M: usize>(
    order: &[usize; M],
    migrations: &[Migration],
    libraries: &[&str],
) -> ([usize; M], [usize; M]) {
    let mut by_chain = [0; M];
    let mut ends = [M; M];
    let mut first = 0;
    while first < M {
        let end = end_of(libraries, migrations, first);
        ends[first] = end;
        let mut at = first;
        let mut i = 0;
        while i < M {
            if order[i] >= first && order[i] < end {
                by_chain[at] = order[i];
                at += 1;
            }
            i += 1;
        }
        first = end;
    }
    (by_chain, ends)
}

const fn is_ready<const M: usize>(
    libraries: &[&str],
    migrations: &[Migration],
    at: usize,
    placed: &[bool; M],
) -> Result<bool, Message> {
    let migration = &migrations[at];
    let mut i = 0;
    while i < migration.depends_on.len() {
        let dependency = migration.depends_on[i];
        if is_elsewhere(dependency) {
            let found = find_elsewhere(libraries, migrations, dependency);
            if found == NONE {
                return Err(unknown(migration, dependency));
            }
            if !placed[found] {
                return Ok(false);
            }
        }
        i += 1;
    }
    Ok(true)
}

const fn unknown(migration: &Migration, dependency: &str) -> Message {
    let mut message = Message::new();
    message.push("migration `");
    message.push(migration.id);
    message.push("` depends on `");
    message.push(dependency);
    message.push("`, but no library of `include = [..]` has that revision");
    place(&mut message, migration.location);
    message.push("\n  include the library in a version that has it, or mend the id");
    message
}

const fn is_less(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut i = 0;
    while i < one.len() && i < other.len() {
        if one[i] != other[i] {
            return one[i] < other[i];
        }
        i += 1;
    }
    one.len() < other.len()
}

const fn circle(migrations: &[Migration], placed: &[bool]) -> Message {
    let mut message = Message::new();
    message.push("migrations of several chains wait for each other:");
    let mut i = 0;
    while i < migrations.len() {
        if !placed[i] && message.line() {
            message.push("`");
            message.push(migrations[i].id);
            message.push("`");
            place(&mut message, migrations[i].location);
        }
        i += 1;
    }
    message.close("one of them must not depend on the other chain");
    message
}
