//! Why an operation cannot be replayed, in words: what it is about, why, where, what to do.

use super::{Replay, Step};
use crate::check::state::{Data, Kind, NONE};
use crate::check::{chain, subjects, text};
use crate::migration::TableNameDef;

/// How many names of what is there a message lists.
const LISTED: usize = 12;

impl<const O: usize, const S: usize> Replay<O, S> {
    pub(super) const fn missing_table(&mut self, step: &Step, table: TableNameDef) {
        if self.begin(step, " names the table `") {
            text::table(&mut self.problem, table);
            self.problem.push("`, which does not exist at this point");
            self.place(step);
            self.made_later(table);
        }
    }

    /// Names the migration that makes the table, where that is still to come.
    const fn made_later(&mut self, table: TableNameDef) {
        let mut i = 0;
        while i < self.migrations.len() {
            let migration = &self.migrations[i];
            if subjects::creates(migration.upgrade, table) && !self.has_made_a_table(i) {
                let message = &mut self.problem;
                message.push("\n  migration `");
                message.push(migration.id);
                message.push("` makes it, but is applied later: name it here, in `.depends_on`");
                chain::place(message, migration.location);
                return;
            }
            i += 1;
        }
    }

    const fn has_made_a_table(&self, migration: usize) -> bool {
        let mut id = 0;
        while id < self.state.count() {
            let object = self.state.get(id);
            if matches!(object.kind, Kind::Table) && object.by == migration {
                return true;
            }
            id += 1;
        }
        false
    }

    pub(super) const fn missing(&mut self, step: &Step, kind: Kind, table: usize, name: &str) {
        if self.begin(step, " names the ") {
            self.problem.push(kind.word());
            self.problem.push(before_name(kind));
            text::table(&mut self.problem, self.state.table_name(table));
            if !name.is_empty() {
                self.problem.push(".");
                self.problem.push(name);
            }
            self.problem.push("`, which does not exist at this point");
            self.instead(kind, table, name);
            self.place(step);
        }
    }

    pub(super) const fn missing_enum(
        &mut self,
        step: &Step,
        name: &str,
        column: Option<(TableNameDef, &str)>,
    ) {
        if self.begin(step, " names the enum `") {
            self.problem.push(name);
            if let Some((table, column)) = column {
                self.problem.push("`, the type of `");
                text::table(&mut self.problem, table);
                self.problem.push(".");
                self.problem.push(column);
            }
            self.problem.push("`, which does not exist at this point");
            self.place(step);
        }
    }

    pub(super) const fn exists(&mut self, step: &Step, there: usize) {
        if self.begin(step, " makes the ") {
            self.push_object(there);
            self.problem.push(", which exists already at this point");
            self.place(step);
            chain::made_by(&mut self.problem, self.migrations, self.state.get(there));
        }
    }

    /// The operation drops what another object depends on.
    pub(super) const fn in_use(&mut self, step: &Step, id: usize, how: &str, user: usize) {
        self.follows = self.follows || self.is_unknown(user);
        if self.begin(step, " drops the ") {
            self.push_object(id);
            self.problem.push(", but the ");
            self.push_object(user);
            self.problem.push(" ");
            self.problem.push(how);
            self.problem.push(" it; drop that before it");
            self.place(step);
        }
    }

    pub(super) const fn renames_in_use(
        &mut self,
        step: &Step,
        table: usize,
        column: &str,
        user: usize,
    ) {
        self.follows = self.follows || self.is_unknown(user);
        if self.begin(step, " renames the column `") {
            text::table(&mut self.problem, self.state.table_name(table));
            self.problem.push(".");
            self.problem.push(column);
            self.problem.push("`, but the ");
            self.push_object(user);
            let why = " names it in its SQL; drop that before the rename, and add it after";
            self.problem.push(why);
            self.place(step);
        }
    }

    pub(super) const fn wrong_pairs(
        &mut self,
        step: &Step,
        table: TableNameDef,
        name: &str,
        (columns, targets): (&[&str], &[&str]),
    ) {
        if self.begin(step, " adds the foreign key `") {
            text::table(&mut self.problem, table);
            self.problem.push(".");
            self.problem.push(name);
            self.problem.push("`, whose columns ");
            text::names(&mut self.problem, columns);
            self.problem.push(" refer to ");
            text::names(&mut self.problem, targets);
            self.problem.push(", which are not as many");
            self.place(step);
        }
    }

    pub(super) const fn no_key(
        &mut self,
        step: &Step,
        (table, name): (TableNameDef, &str),
        target: usize,
        columns: &[&str],
    ) {
        if self.begin(step, " adds the foreign key `") {
            text::table(&mut self.problem, table);
            self.problem.push(".");
            self.problem.push(name);
            self.problem.push("`, which refers to ");
            text::table(&mut self.problem, self.state.table_name(target));
            self.problem.push(" ");
            text::names(&mut self.problem, columns);
            let why = ": neither the primary key there nor unique at this point";
            self.problem.push(why);
            self.place(step);
        }
    }

    pub(super) const fn wrong_rename(
        &mut self,
        step: &Step,
        name: &str,
        (from, to): (&str, &str),
        why: &str,
    ) {
        if self.begin(step, " of the enum `") {
            self.problem.push(name);
            self.problem.push("` renames `");
            self.problem.push(from);
            self.problem.push("` to `");
            self.problem.push(to);
            self.problem.push("`, ");
            self.problem.push(why);
            self.place(step);
        }
    }

    pub(super) const fn repeats_value(&mut self, step: &Step, name: &str, value: &str) {
        if self.begin(step, " gives the enum `") {
            self.problem.push(name);
            self.problem.push("` the value `");
            self.problem.push(value);
            self.problem.push("` twice");
            self.place(step);
        }
    }

    /// Whether an object is part of something that nothing is known of any more.
    const fn is_unknown(&self, id: usize) -> bool {
        let object = self.state.get(id);
        match (&object.data, object.table) {
            _ if self.unknown.is_nothing() => false,
            (Data::Table { name, .. }, _) => self.unknown.has_table(*name),
            (Data::Enum(_), _) => self.unknown.has_enum(object.name),
            (_, NONE) => false,
            (_, table) => self.unknown.has_table(self.state.table_name(table)),
        }
    }

    /// Begins the message of a problem, unless there is one: those that follow from it would hide it.
    pub(super) const fn begin(&mut self, step: &Step, verb: &str) -> bool {
        if !self.problem.is_empty() {
            return false;
        }
        let message = &mut self.problem;
        message.push("migration `");
        message.push(self.migrations[step.by].id);
        message.push(if step.is_down {
            "`: downgrade step "
        } else {
            "`: upgrade step "
        });
        #[expect(clippy::cast_possible_wrap, reason = "a number of steps")]
        message.push_number(step.number as i64);
        message.push(verb);
        true
    }

    pub(super) const fn place(&mut self, step: &Step) {
        chain::place(&mut self.problem, step.operation.location);
    }

    /// `` index `users.users_name_idx` ``.
    const fn push_object(&mut self, id: usize) {
        let object = self.state.get(id);
        let message = &mut self.problem;
        message.push(object.kind.word());
        message.push(before_name(object.kind));
        match (&object.data, object.table) {
            (Data::Table { name, .. }, _) => text::table(message, *name),
            (_, NONE) => message.push(object.name),
            (_, table) => {
                text::table(message, self.state.table_name(table));
                if !object.name.is_empty() {
                    message.push(".");
                    message.push(object.name);
                }
            }
        }
        message.push("`");
    }

    /// What the table has of that kind, the one that was meant before the others.
    const fn instead(&mut self, kind: Kind, table: usize, name: &str) {
        let nearest = self.nearest(kind, table, name);
        if nearest != NONE {
            self.problem.push("; did you mean `");
            self.problem.push(self.state.get(nearest).name);
            self.problem.push("`?");
        }
        let mut count = 0;
        let mut id = table;
        while id < self.state.count() {
            if self.is_instead(id, kind, table) && id != nearest {
                if count < LISTED {
                    self.problem.push(match (count, nearest) {
                        (0, NONE) => "; there is ",
                        (0, _) => " There is also ",
                        _ => ", ",
                    });
                    self.problem.push(self.state.get(id).name);
                } else if count == LISTED {
                    self.problem.push(", and more");
                }
                count += 1;
            }
            id += 1;
        }
    }

    /// The one whose name shares most of its two ends with that one, half of it at least.
    const fn nearest(&self, kind: Kind, table: usize, name: &str) -> usize {
        let (mut nearest, mut most) = (NONE, 0);
        let mut id = table;
        while id < self.state.count() {
            if self.is_instead(id, kind, table) {
                let other = self.state.get(id).name;
                let (shorter, longer) = if other.len() < name.len() {
                    (other.len(), name.len())
                } else {
                    (name.len(), other.len())
                };
                // In hundredths of the longer one. `id` is not `uuid`, however much of it is there.
                let shared = 100 * text::shared_ends(name, other) / longer;
                if shared >= 50 && shared > most && longer - shorter < longer / 2 {
                    (nearest, most) = (id, shared);
                }
            }
            id += 1;
        }
        nearest
    }

    const fn is_instead(&self, id: usize, kind: Kind, table: usize) -> bool {
        let object = self.state.get(id);
        object.alive
            && object.table == table
            && object.kind as u8 == kind as u8
            && !object.name.is_empty()
    }
}

/// A primary key goes by the name of its table.
const fn before_name(kind: Kind) -> &'static str {
    match kind {
        Kind::PrimaryKey => " of `",
        _ => " `",
    }
}
