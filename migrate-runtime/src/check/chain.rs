//! The graph of a chain in const evaluation: ids, parents, order, heads, HEAD.

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

/// Enters every revision; the message of what is wrong with an id is empty when nothing is.
pub(super) const fn enter<const O: usize, const S: usize>(
    state: &mut State<O, S>,
    migrations: &[Migration],
    libraries: &[&str],
    stems: &[&str],
) -> Message {
    let mut message = Message::new();
    // A library's own `schema!` looks at the library's.
    let mut i = libraries.len();
    while i < migrations.len() {
        let migration = &migrations[i];
        if migration.id.is_empty() {
            message.push("a migration has an empty revision id; the file's name begins with it");
        } else if let Some(character) = forbidden(migration.id) {
            message.push("the revision id `");
            message.push(migration.id);
            message.push("` contains ");
            message.push(character);
            message.push(", which targets such as `head-1` and `label@head` need for themselves");
        } else if let Some(stem) = stem(stems, i - libraries.len())
            && !equal::begins_with(stem, migration.id)
        {
            message.push("the file `");
            message.push(stem);
            message.push(".rs` holds the revision `");
            message.push(migration.id);
            message.push("`; its name must begin with that id");
        } else {
            let place = state.look(Kind::Revision, NONE, migration.id);
            if place.id == NONE {
                let named = (migration.id, &place);
                state.insert((Kind::Revision, NONE), named, (i, None), Data::Nothing);
                i += 1;
                continue;
            }
            message.push("two migrations have the revision id `");
            message.push(migration.id);
            message.push("`; give one of them another");
            self::place(&mut message, migrations[state.get(place.id).by].location);
        }
        place(&mut message, migration.location);
        return message;
    }
    message
}

const fn stem<'s>(stems: &[&'s str], at: usize) -> Option<&'s str> {
    if at < stems.len() {
        Some(stems[at])
    } else {
        None
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
    followed: [bool; M],
}

/// Orders the migrations.
pub(super) const fn order<const M: usize, const O: usize, const S: usize>(
    state: &State<O, S>,
    migrations: &[Migration],
    libraries: &[&str],
) -> Result<Order<M>, Message> {
    let mut order = Order {
        all: [0; M],
        followed: [false; M],
    };
    let mut placed = [false; M];
    let mut count = 0;
    while count < M {
        let before = count;
        let mut i = 0;
        while i < M {
            if !placed[i] {
                match waits_for(
                    state,
                    migrations,
                    libraries,
                    (i, &placed),
                    &mut order.followed,
                ) {
                    Ok(NONE) => {
                        order.all[count] = i;
                        count += 1;
                        placed[i] = true;
                    }
                    Ok(_) => {}
                    Err(message) => return Err(message),
                }
            }
            i += 1;
        }
        if count == before {
            return Err(circle(state, migrations, libraries, &placed));
        }
    }
    if libraries.is_empty() {
        return Ok(order);
    }
    match libraries::merge(&order.all, migrations, libraries) {
        Ok(all) => Ok(Order { all, ..order }),
        Err(message) => Err(message),
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
) -> Result<usize, Message> {
    let migration = &migrations[at];
    let mut waits_for = NONE;
    let count = migration.revises.len() + migration.depends_on.len();
    let mut i = 0;
    while i < count {
        let (word, before) = if i < migration.revises.len() {
            ("revises", migration.revises[i])
        } else {
            let before = migration.depends_on[i - migration.revises.len()];
            ("depends on", before)
        };
        let is_parent = i < migration.revises.len();
        i += 1;
        // That is for the order of all chains.
        if !libraries.is_empty() && libraries::is_elsewhere(before) {
            continue;
        }
        let by = if at < libraries.len() {
            libraries::find_beside(libraries, migrations, at, before)
        } else {
            match state.find(Kind::Revision, NONE, before) {
                NONE => NONE,
                found => state.get(found).by,
            }
        };
        if by == NONE {
            return Err(not_there(migration, word, before));
        }
        if is_parent && by < followed.len() {
            followed[by] = true;
        }
        if !placed[by] && waits_for == NONE {
            waits_for = by;
        }
    }
    Ok(waits_for)
}

const fn not_there(migration: &Migration, word: &str, other: &str) -> Message {
    let mut message = Message::new();
    message.push("migration `");
    message.push(migration.id);
    message.push("` ");
    message.push(word);
    message.push(" `");
    message.push(other);
    message.push("`, but no such migration exists");
    place(&mut message, migration.location);
    message.push("\n  mend the id, or bring that file back into the directory");
    message
}

/// Migrations that wait for each other. Those that wait for one of them, without being waited for, are
/// not to blame, and not listed.
const fn circle<const O: usize, const S: usize>(
    state: &State<O, S>,
    migrations: &[Migration],
    libraries: &[&str],
    placed: &[bool],
) -> Message {
    let mut one = 0;
    while placed[one] {
        one += 1;
    }
    // After as many steps as there are migrations, the way back is inside the circle.
    let mut steps = 0;
    while steps < migrations.len() {
        one = must_follow(state, migrations, libraries, (one, one), placed);
        steps += 1;
    }
    let mut message = Message::new();
    let mut next = must_follow(state, migrations, libraries, (one, one), placed);
    if next == one {
        message.push("migration `");
        message.push(migrations[one].id);
        message.push("` revises itself; it must revise another one, or nothing");
        place(&mut message, migrations[one].location);
        return message;
    }
    message.push("migrations revise each other in a circle:");
    let mut at = one;
    loop {
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
        next = must_follow(state, migrations, libraries, (at, one), placed);
    }
    message.close("one of them must revise something else, or nothing");
    message
}

/// What a migration that cannot be placed waits for.
const fn must_follow<const O: usize, const S: usize>(
    state: &State<O, S>,
    migrations: &[Migration],
    libraries: &[&str],
    (at, otherwise): (usize, usize),
    placed: &[bool],
) -> usize {
    match waits_for(state, migrations, libraries, (at, placed), &mut []) {
        Ok(NONE) | Err(_) => otherwise,
        Ok(other) => other,
    }
}

/// What is wrong with the heads and `HEAD`; empty when nothing is.
pub(super) const fn heads<const M: usize, const O: usize, const S: usize>(
    state: &State<O, S>,
    migrations: &[Migration],
    included: usize,
    order: &Order<M>,
    head: &str,
) -> Message {
    let mut message = Message::new();
    if has_conflict(head) {
        message.push(
            "the file HEAD of the migrations has conflict markers: two branches each added a ",
        );
        message.push("revision\n  run: cargo migrate merge");
        return message;
    }
    let followed = &order.followed;
    let labelled = labelled(state, migrations, included, order);
    let mut undeclared = [NONE, NONE];
    let mut i = included;
    while i < M {
        if !followed[i] && !labelled[i] {
            if undeclared[0] == NONE {
                undeclared[0] = i;
            } else if undeclared[1] == NONE {
                undeclared[1] = i;
            }
        }
        i += 1;
    }
    if undeclared[1] != NONE {
        let (one, two) = (&migrations[undeclared[0]], &migrations[undeclared[1]]);
        message.push("the migrations have two heads, `");
        message.push(one.id);
        message.push("` and `");
        message.push(two.id);
        message.push("`");
        place(&mut message, one.location);
        place(&mut message, two.location);
        message.push("\n  run: cargo migrate merge");
        return message;
    }
    head_file(state, migrations, included, followed, head)
}

/// Which migrations are on a branch that has a label.
const fn labelled<const M: usize, const O: usize, const S: usize>(
    state: &State<O, S>,
    migrations: &[Migration],
    included: usize,
    order: &Order<M>,
) -> [bool; M] {
    let mut labelled = [false; M];
    let mut any = false;
    let mut i = 0;
    while i < M {
        let at = order.all[i];
        let migration = &migrations[at];
        i += 1;
        if at < included {
            continue;
        }
        if !migration.branch_labels.is_empty() {
            labelled[at] = true;
            any = true;
        }
        let mut p = 0;
        while any && p < migration.revises.len() {
            let parent = state.find(Kind::Revision, NONE, migration.revises[p]);
            labelled[at] |= labelled[state.get(parent).by];
            p += 1;
        }
    }
    labelled
}

/// Compares `HEAD`, one head a line, with the heads.
const fn head_file<const M: usize, const O: usize, const S: usize>(
    state: &State<O, S>,
    migrations: &[Migration],
    included: usize,
    followed: &[bool; M],
    head: &str,
) -> Message {
    let mut message = Message::new();
    let mut listed = [false; M];
    let mut rest = head;
    while !rest.is_empty() {
        let (line, tail) = line(rest);
        rest = tail;
        if line.is_empty() {
            continue;
        }
        let revision = state.find(Kind::Revision, NONE, line);
        if revision == NONE || followed[state.get(revision).by] {
            message.push("HEAD names `");
            message.push(line);
            message.push(if revision == NONE {
                "`, but no migration has that id"
            } else {
                "`, but another migration revises it"
            });
            return heads_are(message, migrations, included, followed);
        }
        listed[state.get(revision).by] = true;
    }
    let mut i = included;
    while i < M {
        if !followed[i] && !listed[i] {
            message.push("HEAD does not name the head `");
            message.push(migrations[i].id);
            message.push("`");
            return heads_are(message, migrations, included, followed);
        }
        i += 1;
    }
    message
}

const fn heads_are(
    mut message: Message,
    migrations: &[Migration],
    included: usize,
    followed: &[bool],
) -> Message {
    message.push("\n  write into the file HEAD of the migrations:");
    let mut i = included;
    while i < migrations.len() {
        if !followed[i] {
            message.push(" ");
            message.push(migrations[i].id);
        }
        i += 1;
    }
    message
}

/// The first line, trimmed, and what follows it.
const fn line(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() && bytes[end] != b'\n' {
        end += 1;
    }
    let (line, rest) = text.split_at(end);
    let rest = if rest.is_empty() {
        rest
    } else {
        rest.split_at(1).1
    };
    (line.trim_ascii(), rest)
}

const fn has_conflict(head: &str) -> bool {
    let mut rest = head;
    while !rest.is_empty() {
        let (line, tail) = line(rest);
        if equal::begins_with(line, "<<<<<<<")
            || equal::begins_with(line, "=======")
            || equal::begins_with(line, ">>>>>>>")
        {
            return true;
        }
        rest = tail;
    }
    false
}
