//! The graph of a chain in const evaluation: ids, parents, order. All that is wrong is said at once.

use super::message::Message;
use super::state::{Data, Kind, NONE, Object, State};
use super::{equal, libraries};
use crate::migration::Migration;

/// Adds `--> file:line:column`, as the compiler writes places.
pub(super) const fn place(message: &mut Message, location: &core::panic::Location<'_>) {
    message.push("\n  --> ");
    path(message, location.file());
    message.push(":");
    message.push_number(location.line() as i64);
    message.push(":");
    message.push_number(location.column() as i64);
}

/// Adds which migration made an object, and where.
pub(super) const fn made_by(message: &mut Message, migrations: &[Migration], object: &Object) {
    let migration = &migrations[object.by];
    message.push("\n  made by migration `");
    message.push(migration.id);
    message.push("`");
    match object.at {
        Some(location) => place(message, location),
        None => place(message, migration.location),
    }
}

/// Adds a path without the way in and out again: `migrations/x.rs`, not `src/../migrations/x.rs`, which
/// is how a module's file is found.
const fn path(message: &mut Message, path: &str) {
    let bytes = path.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let end = end_of_part(bytes, i);
        let next = end_of_part(bytes, end + 1);
        let is_up = next == end + 3 && bytes[end + 1] == b'.' && bytes[end + 2] == b'.';
        let part = path.split_at(i).1.split_at(end - i).0;
        if is_up && !equal::text(part, "..") && !equal::text(part, ".") && !part.is_empty() {
            i = next + 1;
            continue;
        }
        message.push(part);
        if end < bytes.len() {
            message.push("/");
        }
        i = end + 1;
    }
}

/// Where the part of a path that begins there ends.
const fn end_of_part(path: &[u8], start: usize) -> usize {
    let mut end = start;
    while end < path.len() && path[end] != b'/' && path[end] != b'\\' {
        end += 1;
    }
    end
}

/// Enters every revision, and says what is wrong with ids.
pub(super) const fn enter<const O: usize, const S: usize>(
    state: &mut State<O, S>,
    migrations: &[Migration],
    libraries: &[&str],
    mut stems: &str,
    problems: &mut Message,
) {
    // A library's own `schema!` looks at the library's.
    let mut i = libraries.len();
    while i < migrations.len() {
        let migration = &migrations[i];
        let (stem, rest) = first_stem(stems);
        stems = rest;
        let mut problem = wrong_id(migration, stem);
        if !migration.id.is_empty() {
            let place = state.look(Kind::Revision, NONE, migration.id);
            if place.id == NONE {
                let named = (migration.id, &place);
                state.insert((Kind::Revision, NONE), named, (i, None), Data::Nothing);
            } else {
                problem = Message::new();
                problem.push("two migrations have the revision id `");
                problem.push(migration.id);
                problem.push("`; give one of them another");
                self::place(&mut problem, migrations[state.get(place.id).by].location);
            }
        }
        if !problem.is_empty() {
            place(&mut problem, migration.location);
            problems.add(&problem);
        }
        i += 1;
    }
}

/// What is wrong with the id of a migration, whatever the others have.
const fn wrong_id(migration: &Migration, stem: Option<&str>) -> Message {
    let mut message = Message::new();
    if migration.id.is_empty() {
        message.push("a migration has an empty revision id; the file's name begins with it");
    } else if let Some(character) = forbidden(migration.id) {
        message.push("the revision id `");
        message.push(migration.id);
        message.push("` contains ");
        message.push(character);
        message.push(", which targets such as `head-1` and `label@head` need for themselves");
    } else if let Some(stem) = stem
        && !equal::begins_with(stem, migration.id)
    {
        message.push("the file `");
        message.push(stem);
        message.push(".rs` holds the revision `");
        message.push(migration.id);
        message.push("`; its name must begin with that id");
    }
    message
}

/// The first of the names of files, and the others.
const fn first_stem(stems: &str) -> (Option<&str>, &str) {
    if stems.is_empty() {
        return (None, "");
    }
    let bytes = stems.as_bytes();
    let mut end = 0;
    while end < bytes.len() && bytes[end] != b'/' {
        end += 1;
    }
    let (first, rest) = stems.split_at(end);
    if rest.is_empty() {
        (Some(first), "")
    } else {
        (Some(first), rest.split_at(1).1)
    }
}

const fn forbidden(id: &str) -> Option<&'static str> {
    let bytes = id.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'@' => return Some("`@`"),
            b'-' => return Some("`-`"),
            b'+' => return Some("`+`"),
            b':' => return Some("`:`"),
            b',' => return Some("`,`"),
            // Blanks and control characters.
            0..=b' ' | 0x7f => return Some("a blank"),
            _ => {}
        }
        i += 1;
    }
    None
}

/// The migrations by their place in the list of files, in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order<const M: usize> {
    /// Parents first; of two that are independent, the one whose file comes first.
    pub(super) all: [usize; M],
    /// Which of them another one revises.
    pub(super) followed: [bool; M],
}

/// Orders the migrations, and says what keeps them from it.
pub(super) const fn order<const M: usize, const O: usize, const S: usize>(
    state: &State<O, S>,
    migrations: &[Migration],
    libraries: &[&str],
    hidden: &[bool; M],
    problems: &mut Message,
) -> Order<M> {
    let mut order = Order {
        all: [0; M],
        followed: *hidden,
    };
    let mut placed = *hidden;
    let mut count = 0;
    // Nobody stands on those that are replaced.
    let mut i = 0;
    while i < M {
        if hidden[i] {
            order.all[count] = i;
            count += 1;
        }
        i += 1;
    }
    while count < M {
        let before = count;
        let mut i = 0;
        while i < M {
            if !placed[i] {
                let at = (i, &placed as &[bool]);
                let waits = waits_for(state, migrations, libraries, at, &mut order.followed);
                if waits == NONE {
                    order.all[count] = i;
                    count += 1;
                    placed[i] = true;
                }
            }
            i += 1;
        }
        if count == before {
            let found = circle(state, migrations, libraries, &placed);
            problems.add(&found.message);
            // The others are looked at as if it were none.
            let mut at = 0;
            while at < M {
                if found.members[at] {
                    order.all[count] = at;
                    count += 1;
                    placed[at] = true;
                }
                at += 1;
            }
        }
    }
    let mut i = 0;
    while i < M {
        if !hidden[i] {
            missing(state, migrations, libraries, (i, hidden), problems);
        }
        i += 1;
    }
    if !libraries.is_empty() && problems.is_empty() {
        match libraries::merge(&order.all, migrations, libraries) {
            Ok(all) => order.all = all,
            Err(message) => problems.add(&message),
        }
    }
    order
}

/// The migration that another one names, if that is in this chain: `Some(NONE)` is nowhere.
const fn named<const O: usize, const S: usize>(
    state: &State<O, S>,
    migrations: &[Migration],
    libraries: &[&str],
    (at, other): (usize, &str),
) -> Option<usize> {
    // That is for the order of all chains.
    if !libraries.is_empty() && libraries::is_elsewhere(other) {
        return None;
    }
    if at < libraries.len() {
        return Some(libraries::find_beside(libraries, migrations, at, other));
    }
    match state.find(Kind::Revision, NONE, other) {
        NONE => Some(NONE),
        found => Some(state.get(found).by),
    }
}

/// What a migration names: its parents, then what it depends on.
const fn before(migration: &Migration, at: usize) -> Option<(&'static str, &'static str)> {
    let parents = migration.revises.len();
    if at < parents {
        Some(("revises", migration.revises[at]))
    } else if at < parents + migration.depends_on.len() {
        Some(("depends on", migration.depends_on[at - parents]))
    } else {
        None
    }
}

/// The first migration that must come before this one and is not placed; [`NONE`] where all are. Notes
/// which ones it follows, where there is room for it.
const fn waits_for<const O: usize, const S: usize>(
    state: &State<O, S>,
    migrations: &[Migration],
    libraries: &[&str],
    (at, placed): (usize, &[bool]),
    followed: &mut [bool],
) -> usize {
    let migration = &migrations[at];
    let mut waits_for = NONE;
    let mut i = 0;
    while let Some((_, other)) = before(migration, i) {
        let is_parent = i < migration.revises.len();
        i += 1;
        let Some(by) = named(state, migrations, libraries, (at, other)) else {
            continue;
        };
        if by == NONE {
            continue;
        }
        if is_parent && by < followed.len() {
            followed[by] = true;
        }
        if !placed[by] && waits_for == NONE {
            waits_for = by;
        }
    }
    waits_for
}

/// Says which of the migrations that one names are not there.
const fn missing<const O: usize, const S: usize>(
    state: &State<O, S>,
    migrations: &[Migration],
    libraries: &[&str],
    (at, hidden): (usize, &[bool]),
    problems: &mut Message,
) {
    let mut i = 0;
    while let Some(name) = before(&migrations[at], i) {
        i += 1;
        let problem = match named(state, migrations, libraries, (at, name.1)) {
            Some(NONE) => NOT_THERE,
            Some(by) if hidden[by] => INSIDE,
            _ => continue,
        };
        problems.add(&refused(&migrations[at], name, problem));
    }
}

/// No file has it.
const NOT_THERE: (&str, &str) = (
    "but no such migration exists",
    "mend the id, or bring that file back into the directory",
);
/// It is in the middle of what was squashed.
const INSIDE: (&str, &str) = (
    "which another migration replaces, together with what comes after it",
    "name the one that replaces it, or take back the squash",
);

/// What is wrong with what a migration names, and what to do about it.
const fn refused(
    migration: &Migration,
    (word, other): (&str, &str),
    (why, advice): (&str, &str),
) -> Message {
    let mut message = Message::new();
    message.push("migration `");
    message.push(migration.id);
    message.push("` ");
    message.push(word);
    message.push(" `");
    message.push(other);
    message.push("`, ");
    message.push(why);
    place(&mut message, migration.location);
    message.push("\n  ");
    message.push(advice);
    message
}

/// Migrations that wait for each other.
struct Circle<const M: usize> {
    members: [bool; M],
    message: Message,
}

/// One of the circles. Those that wait for one of its members, without being waited for, are not to blame,
/// and not listed.
const fn circle<const M: usize, const O: usize, const S: usize>(
    state: &State<O, S>,
    migrations: &[Migration],
    libraries: &[&str],
    placed: &[bool; M],
) -> Circle<M> {
    let mut one = 0;
    while placed[one] {
        one += 1;
    }
    // After as many steps as there are migrations, the way back is inside the circle.
    let mut steps = 0;
    while steps < migrations.len() {
        one = waits_for(state, migrations, libraries, (one, placed), &mut []);
        steps += 1;
    }
    let mut message = Message::new();
    let mut members = [false; M];
    let mut next = waits_for(state, migrations, libraries, (one, placed), &mut []);
    if next == one {
        members[one] = true;
        message.push("migration `");
        message.push(migrations[one].id);
        message.push("` revises itself; it must revise another one, or nothing");
        place(&mut message, migrations[one].location);
        return Circle { members, message };
    }
    message.push("migrations revise each other in a circle:");
    let mut at = one;
    loop {
        members[at] = true;
        if message.line() {
            message.push("`");
            message.push(migrations[at].id);
            message.push("`, after `");
            message.push(migrations[next].id);
            message.push("`");
            place(&mut message, migrations[at].location);
        }
        if next == one {
            break;
        }
        at = next;
        next = waits_for(state, migrations, libraries, (at, placed), &mut []);
    }
    message.close("one of them must revise something else, or nothing");
    Circle { members, message }
}
