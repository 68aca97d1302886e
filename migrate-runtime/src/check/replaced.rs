//! Squashed revisions in const evaluation: which migrations are not folded, since another one replaces them, and the
//! proof that it leads to what they lead to.

use super::equal;
use super::message::Message;
use super::replay::Replay;
use super::state::{Data, Kind, NONE, State};
use crate::migration::Migration;

/// Which migrations another one replaces. The last of those that are replaced becomes another name of that one.
pub(super) const fn hide<const M: usize, const O: usize, const S: usize>(
    state: &mut State<O, S>,
    migrations: &[Migration],
    included: usize,
) -> [bool; M] {
    let mut hidden = [false; M];
    let mut by = included;
    while by < M {
        let replaces = migrations[by].replaces;
        let mut i = 0;
        while i < replaces.len() {
            let place = state.look(Kind::Revision, NONE, replaces[i]);
            let is_last = i + 1 == replaces.len();
            if place.id != NONE {
                hidden[state.get(place.id).by] = true;
                if is_last && !hidden[by] {
                    state.get_mut(place.id).by = by;
                }
            } else if is_last && !hidden[by] {
                let named = (replaces[i], &place);
                state.insert((Kind::Revision, NONE), named, (by, None), Data::Nothing);
            }
            i += 1;
        }
        by += 1;
    }
    hidden
}

/// Whether another migration of the list replaces this one.
pub(super) const fn is_replaced(migrations: &[Migration], at: usize) -> bool {
    let mut by = 0;
    while by < migrations.len() {
        if by != at && replaces(&migrations[by], migrations[at].id) {
            return true;
        }
        by += 1;
    }
    false
}

/// Whether a migration has that id, or stands for the one that has it.
pub(super) const fn is_called(migration: &Migration, id: &str) -> bool {
    equal::text(migration.id, id)
        || matches!(migration.replaces, [.., last] if equal::text(last, id))
}

const fn replaces(migration: &Migration, id: &str) -> bool {
    let mut i = 0;
    while i < migration.replaces.len() {
        if equal::text(migration.replaces[i], id) {
            return true;
        }
        i += 1;
    }
    false
}

/// The migrations that one replaces, in order, where the files of all are there.
struct Replaced<const M: usize> {
    places: [usize; M],
    count: usize,
}

impl<const M: usize> Replaced<M> {
    const fn of(migrations: &[Migration], by: usize, included: usize) -> Option<Self> {
        let mut replaced = Self {
            places: [NONE; M],
            count: 0,
        };
        let ids = migrations[by].replaces;
        let mut from = included;
        let mut i = 0;
        while i < ids.len() {
            let found = find(migrations, included, from, ids[i]);
            if !Self::is_inner(migrations, by, included, ids[i]) {
                if found == NONE {
                    return None;
                }
                replaced.places[replaced.count] = found;
                replaced.count += 1;
                from = found + 1;
            }
            i += 1;
        }
        Some(replaced)
    }

    /// Whether another one of those that are replaced replaces it in its turn.
    const fn is_inner(migrations: &[Migration], by: usize, included: usize, id: &str) -> bool {
        let mut at = included;
        while at < migrations.len() {
            let other = &migrations[at];
            if at != by && replaces(other, id) && replaces(&migrations[by], other.id) {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// The migration of that id; looked for first where the last one was found.
const fn find(migrations: &[Migration], included: usize, from: usize, id: &str) -> usize {
    let mut at = from;
    while at < migrations.len() {
        if equal::text(migrations[at].id, id) {
            return at;
        }
        at += 1;
    }
    let mut at = included;
    while at < from {
        if equal::text(migrations[at].id, id) {
            return at;
        }
        at += 1;
    }
    NONE
}

impl<const O: usize, const S: usize> Replay<O, S> {
    /// Proves that a migration leads to what those lead to that it replaces, as far as there is a way back from there
    /// to where they begin. The state stays as it was.
    pub(super) const fn prove_replaced<const M: usize>(&mut self, by: usize, included: usize) {
        let Some(replaced) = Replaced::<M>::of(self.migrations, by, included) else {
            return;
        };
        let state = self.state;
        let mut i = 0;
        let mut leads_back = true;
        while i < replaced.count {
            self.migrate(replaced.places[i]);
            let migration = &self.migrations[replaced.places[i]];
            leads_back &= migration.irreversible.is_none();
            i += 1;
        }
        if leads_back && self.problems.is_empty() && self.unknown.is_nothing() {
            self.journal.begin(by, self.state.mark());
            while i > 0 {
                i -= 1;
                if let Some(downgrade) = self.migrations[replaced.places[i]].downgrade {
                    self.run((replaced.places[i], true), downgrade, None);
                }
            }
            self.downgrade(by, self.migrations[by].upgrade);
            if self.problem.is_empty() {
                self.is_squash = true;
                self.compare_with_before();
                self.is_squash = false;
                if !self.problem.is_empty() {
                    self.problem.close(
                        "mend its upgrade, or delete the file and run `cargo migrate squash` again",
                    );
                }
                self.report();
            }
            // What does not fit at all is said where it is folded itself.
            self.problem = Message::new();
            self.follows = false;
        }
        self.state = state;
    }
}
