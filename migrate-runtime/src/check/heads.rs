//! The heads of a chain in const evaluation, and the file `HEAD`, which names them.

use super::chain::{Order, place};
use super::equal;
use super::message::Message;
use super::state::{Kind, NONE, State};
use crate::migration::Migration;

/// What is wrong with the heads and `HEAD`; empty when nothing is.
pub(super) const fn problem<const M: usize, const O: usize, const S: usize>(
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
    let labelled = labelled(state, migrations, included, order);
    let mut undeclared = [false; M];
    let mut count = 0;
    let mut i = included;
    while i < M {
        undeclared[i] = !order.followed[i] && !labelled[i];
        count += undeclared[i] as i64;
        i += 1;
    }
    if count > 1 {
        return too_many(migrations, &undeclared, count);
    }
    head_file(state, migrations, included, &order.followed, head)
}

/// More heads than one, without labels.
const fn too_many(migrations: &[Migration], heads: &[bool], count: i64) -> Message {
    let mut message = Message::new();
    message.push("the migrations have ");
    if count == 2 {
        message.push("two");
    } else {
        message.push_number(count);
    }
    message.push(" heads:");
    let mut i = 0;
    while i < heads.len() {
        if heads[i] && message.line() {
            message.push("`");
            message.push(migrations[i].id);
            message.push("`");
            place(&mut message, migrations[i].location);
        }
        i += 1;
    }
    message.close("run: cargo migrate merge");
    message
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
            begin(&mut message);
            message.push("HEAD names `");
            message.push(line);
            message.push(if revision == NONE {
                "`, but no migration has that id"
            } else {
                "`, but another migration revises it"
            });
        } else {
            listed[state.get(revision).by] = true;
        }
    }
    let names_others = !message.is_empty();
    let mut i = included;
    while i < M && !names_others {
        if !followed[i] && !listed[i] {
            begin(&mut message);
            message.push("HEAD does not name the head `");
            message.push(migrations[i].id);
            message.push("`");
        }
        i += 1;
    }
    if !message.is_empty() {
        heads_are(&mut message, migrations, included, followed);
    }
    message
}

const fn begin(message: &mut Message) {
    if !message.is_empty() {
        message.push("\n");
    }
}

const fn heads_are(
    message: &mut Message,
    migrations: &[Migration],
    included: usize,
    followed: &[bool],
) {
    message.push("\n  write into the file HEAD of the migrations:");
    let mut i = included;
    while i < migrations.len() {
        if !followed[i] {
            message.push(" ");
            message.push(migrations[i].id);
        }
        i += 1;
    }
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

pub(super) const fn has_conflict(head: &str) -> bool {
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
