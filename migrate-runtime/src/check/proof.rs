//! The proof of a downgrade: it restores exactly what its upgrade started from.
//!
//! The downgrade is replayed on the state after the upgrade, compared with the state before it, and
//! taken back. Only what one of the two touched is compared, unless a rename is left: then everything
//! that could mention the name is. What `if_exists` and `if_not_exists` leave open may be there or not.

use super::members::{Constraint, Index, Names};
use super::replay::Replay;
use super::state::{Data, Kind, NONE, Object, State};
use super::{chain, equal};
use crate::migration::TableNameDef;

/// The way out where nothing leads back.
const REMEDY: &str =
    "where there is no way back, say so instead of the downgrade: .irreversible(\"why\")";

impl<const O: usize, const S: usize> Replay<O, S> {
    /// Replays the upgrade of a migration and proves its downgrade. The state is the one after the upgrade.
    pub(super) const fn migrate(&mut self, by: usize) {
        let migration = &self.migrations[by];
        if self.upgrade(by) || migration.irreversible.is_some() {
            return;
        }
        let Some(downgrade) = migration.downgrade else {
            // A merge has nothing to take back.
            if !migration.upgrade.is_empty() {
                self.problem.push("migration `");
                self.problem.push(migration.id);
                self.problem.push("` has no downgrade");
                chain::place(&mut self.problem, migration.location);
                let advice = "\n  add .downgrade(&[..]), or say why there is none: \
                              .irreversible(\"why\")";
                self.problem.push(advice);
                self.report();
            }
            return;
        };
        self.downgrade(by, downgrade);
        if self.problem.is_empty() {
            self.compare_with_before();
            if !self.problem.is_empty() {
                self.problem.close(REMEDY);
            }
        }
        self.report();
        self.follows = false;
        self.journal.rewind(&mut self.state);
    }

    /// First what was changed. Where that leaves a rename and seems to be as it was, everything that
    /// could mention one of the names.
    pub(super) const fn compare_with_before(&mut self) {
        let (start, end) = (self.journal.start.count, self.state.count());
        let mut at = 0;
        while at < self.journal.changes() {
            if let Some(id) = self.journal.changed(at) {
                self.restored(id);
                self.restored_members(id);
            }
            at += 1;
        }
        let mut at = 0;
        while at < self.journal.changes() {
            if let Some(id) = self.journal.changed(at) {
                self.left_over(id);
            }
            at += 1;
        }
        let mut id = start;
        while id < end {
            self.left_over(id);
            id += 1;
        }
        if self.problem.is_empty() && self.leaves_a_rename() {
            let mut id = 0;
            while id < start {
                self.restored(id);
                self.left_over(id);
                id += 1;
            }
        }
    }

    /// The members of a table that was dropped and made again: each is another object now.
    const fn restored_members(&mut self, table: usize) {
        if !matches!(self.state.get(table).kind, Kind::Table) || self.state.is_alive(table) {
            return;
        }
        let mut member = self.state.first_member(table);
        while member != NONE {
            if !self.journal.is_changed(&self.state, member) {
                self.restored(member);
            }
            member = self.state.get(member).next;
        }
    }

    /// What was there is there again, and is what it was.
    const fn restored(&mut self, id: usize) {
        if !self.journal.was_alive(&self.state, id) {
            return;
        }
        let before = self.journal.object_before(&self.state, id);
        if matches!(before.kind, Kind::Rename | Kind::Change) {
            return;
        }
        // Of a table that is gone, the members go without saying.
        if before.table != NONE && self.counterpart(before.table) == NONE {
            return;
        }
        let now = self.counterpart(id);
        if now != NONE {
            self.same_as_before(id, now);
        } else if self.state.is_alive(id) {
            self.say_renamed(id);
        } else {
            self.say_gone(id);
        }
    }

    /// What there is was there before.
    const fn left_over(&mut self, id: usize) {
        let object = self.state.get(id);
        if !self.state.is_alive(id)
            || object.conditional && id >= self.journal.start.count
            || matches!(object.kind, Kind::Rename | Kind::Change)
        {
            return;
        }
        let mut table = NONE;
        if object.table != NONE {
            table = self.before_of(object.table);
            if table == NONE {
                return;
            }
        }
        let was_there = match self.state.constraint(id) {
            Some(constraint) => self.had_constraint(table, object, &constraint),
            None => self.had(object.kind, table, object.schema(), object.name) != NONE,
        };
        // One that has another name was reported under its own.
        let is_renamed = self.journal.was_alive(&self.state, id) && self.counterpart(id) == NONE;
        if !was_there && !is_renamed && !self.may_be_there(object) {
            self.say_left_over(id);
        }
    }

    /// What an object of before is now: the living one of its kind and name.
    pub(super) const fn counterpart(&self, id: usize) -> usize {
        let before = self.journal.object_before(&self.state, id);
        if let Data::Table { name, .. } = &before.data {
            return self.state.find_table(*name);
        }
        let owner = match before.table {
            NONE => NONE,
            table => match self.counterpart(table) {
                NONE => return NONE,
                table => table,
            },
        };
        match self.constraint_before(id) {
            Some(constraint) => self.state.matching(owner, &constraint).0,
            None => self.state.find(before.kind, owner, before.name),
        }
    }

    /// The table of before that has the name of this one.
    const fn before_of(&self, table: usize) -> usize {
        let TableNameDef { schema, name } = self.state.table_name(table);
        self.had(Kind::Table, NONE, schema, name)
    }

    /// The object of that kind and name that was there before, by its number.
    const fn had(&self, kind: Kind, table: usize, schema: Option<&str>, name: &str) -> usize {
        let mut slot = State::<O, S>::first_slot(table, name);
        loop {
            let id = self.state.at_slot(slot);
            if id == NONE {
                return NONE;
            }
            if self.journal.was_alive(&self.state, id) {
                let before = self.journal.object_before(&self.state, id);
                if before.kind as u8 == kind as u8
                    && before.table == table
                    && equal::text(before.name, name)
                    && equal::optional_text(before.schema(), schema)
                {
                    return id;
                }
            }
            slot = (slot + 1) % S;
        }
    }

    const fn had_constraint(
        &self,
        table: usize,
        object: &Object,
        constraint: &Constraint<'_>,
    ) -> bool {
        if self.had(object.kind, table, None, object.name) != NONE {
            return true;
        }
        let mut member = self.state.first_member(table);
        while member != NONE {
            let before = self.journal.object_before(&self.state, member);
            if (before.name.is_empty() || object.name.is_empty())
                && self.journal.was_alive(&self.state, member)
                && let Some(before) = self.constraint_before(member)
                && self.state.same_constraint(&before, constraint)
            {
                return true;
            }
            member = self.state.get(member).next;
        }
        false
    }

    /// Whether the upgrade would have dropped it, had it been there.
    const fn may_be_there(&self, object: &Object) -> bool {
        let mut id = self.journal.start.count;
        while id < self.journal.turn.count {
            let other = self.state.get(id);
            if other.conditional
                && !other.alive
                && matches!(other.data, Data::Nothing)
                && other.kind as u8 == object.kind as u8
                && other.table == object.table
                && equal::text(other.name, object.name)
            {
                return true;
            }
            id += 1;
        }
        false
    }

    /// Whether a column or table that was there before has another name after the way up and down.
    const fn leaves_a_rename(&self) -> bool {
        let start = self.journal.start.count;
        let mut rename = start;
        while rename < self.state.count() {
            let object = self.state.get(rename);
            if let Data::ColumnRename { from, .. } = object.data
                && object.table < start
                && self.had(Kind::Column, object.table, None, from) != NONE
            {
                let now = (self.state).column_name(object.table, from, start - 1, NONE);
                if !equal::text(now, from) {
                    return true;
                }
            }
            rename += 1;
        }
        let mut at = 0;
        while at < self.journal.changes() {
            if let Some(id) = self.journal.changed(at)
                && matches!(self.state.get(id).kind, Kind::Table)
                && self.state.is_alive(id)
                && self.counterpart(id) != id
            {
                return true;
            }
            at += 1;
        }
        false
    }

    /// An object as a constraint, as it was before.
    pub(super) const fn constraint_before(&self, id: usize) -> Option<Constraint<'_>> {
        let object = self.journal.object_before(&self.state, id);
        let Data::Constraint(def) = &object.data else {
            return None;
        };
        let target_name = match object.target {
            NONE => None,
            target => match &self.journal.object_before(&self.state, target).data {
                Data::Table { name, .. } => Some(*name),
                _ => None,
            },
        };
        Some(Constraint {
            def,
            name: object.name,
            names: self.names_before(object.table, id),
            target: object.target,
            target_name,
        })
    }

    /// An object as an index, as it was before.
    pub(super) const fn index_before(&self, id: usize) -> Option<Index<'_>> {
        let object = self.journal.object_before(&self.state, id);
        match &object.data {
            Data::Index(def) => Some(Index {
                def,
                names: self.names_before(object.table, id),
            }),
            _ => None,
        }
    }

    const fn names_before(&self, table: usize, since: usize) -> Names {
        Names {
            table,
            since,
            until: self.journal.start.count,
        }
    }
}
