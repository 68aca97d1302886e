//! Replays operations in const evaluation: what `operation::apply` does at run time, refusing what it
//! refuses.

mod column;
mod constraint;
mod enums;
mod fresh_values;
mod refuse;
mod table;

use super::journal::Journal;
use super::message::Message;
use super::mirror::Mirror;
use super::state::{Data, Kind, NONE, Object, Place, State};
use super::subjects::{Subjects, table_of};
use crate::migration::{Migration, OperationDef, OperationKind, TableNameDef};

/// A chain as it is folded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Replay<const O: usize, const S: usize> {
    pub(super) state: State<O, S>,
    pub(super) migrations: &'static [Migration],
    pub(super) journal: Journal<O>,
    /// What is wrong with the operation or the migration at hand: the first thing.
    pub(super) problem: Message,
    /// Whether what is compared is a squashed migration with those that it replaces, and not a downgrade.
    pub(super) is_squash: bool,
    /// Whether that follows from what was said before.
    pub(super) follows: bool,
    /// All that is wrong.
    pub(super) problems: Message,
    /// What operations were about that are wrong.
    pub(super) unknown: Subjects,
}

/// Where the replay is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// The migration, by its place in the list of files.
    pub(super) by: usize,
    is_down: bool,
    /// The operation, counted from 1.
    number: usize,
    /// The place of the step in the migration, also of what is declared of it.
    outer: usize,
    operation: &'static OperationDef,
}

impl<const O: usize, const S: usize> Replay<O, S> {
    /// `phase` is the last one that the state has seen.
    pub(super) const fn new(
        (state, phase): (State<O, S>, u32),
        migrations: &'static [Migration],
        problems: Message,
    ) -> Self {
        let journal = Journal::new(state.mark(), phase);
        Self {
            state,
            migrations,
            journal,
            problem: Message::new(),
            is_squash: false,
            follows: false,
            problems,
            unknown: Subjects::NOTHING,
        }
    }

    /// Replays the upgrade of a migration, without the operations that cannot be. Returns whether the downgrade
    /// needs no replay to be proven: it takes back step by step, or what it would be proven by is unknown.
    pub(super) const fn upgrade(&mut self, by: usize) -> bool {
        self.journal.begin(by, self.state.mark());
        let operations = self.migrations[by].upgrade;
        let mut mirror = Mirror::new(self.migrations[by].downgrade);
        let mut is_known = true;
        let mut i = 0;
        while i < operations.len() && !self.unknown.is_all() {
            self.reflect(&mut mirror, &operations[i].kind);
            let step = Step {
                by,
                is_down: false,
                number: i + 1,
                outer: i,
                operation: &operations[i],
            };
            self.apply(&step);
            if !self.problem.is_empty() {
                self.leave_out(&step);
                is_known = false;
            }
            i += 1;
        }
        if !is_known || !self.unknown.is_nothing() && self.is_about_unknown(by) {
            return true;
        }
        mirror.is_whole()
    }

    const fn is_about_unknown(&self, by: usize) -> bool {
        let migration = &self.migrations[by];
        self.unknown.is_named_by(migration.upgrade)
            || matches!(migration.downgrade, Some(steps) if self.unknown.is_named_by(steps))
    }

    /// Goes on without an operation that cannot be replayed, as far as what it is about does not matter.
    const fn leave_out(&mut self, step: &Step) {
        let operation = &step.operation.kind;
        if self.follows || self.unknown.is_named(operation) {
            self.problem = Message::new();
        } else {
            self.report();
            // Another table was meant, and nobody can know which.
            if let Some(table) = table_of(operation)
                && self.state.find_table(table) == NONE
            {
                self.unknown.set_all();
            }
        }
        self.follows = false;
        self.unknown.add(operation);
    }

    /// Adds the problem to all of them.
    pub(super) const fn report(&mut self) {
        self.problems.add(&self.problem);
        self.problem = Message::new();
    }

    /// Replays a downgrade after the upgrade.
    pub(super) const fn downgrade(&mut self, by: usize, operations: &'static [OperationDef]) {
        self.journal.turn(self.state.mark());
        self.run((by, true), operations, None);
    }

    /// Replays the operations of a migration, or the declared changes of an opaque one.
    pub(super) const fn run(
        &mut self,
        (by, is_down): (usize, bool),
        operations: &'static [OperationDef],
        declared_of: Option<usize>,
    ) {
        let mut i = 0;
        while i < operations.len() && self.problem.is_empty() {
            let step = Step {
                by,
                is_down,
                number: i + 1,
                outer: match declared_of {
                    Some(outer) => outer,
                    None => i,
                },
                operation: &operations[i],
            };
            self.apply(&step);
            i += 1;
        }
    }

    const fn apply(&mut self, step: &Step) {
        match &step.operation.kind {
            OperationKind::CreateTable {
                table,
                columns,
                constraints,
                comment,
                options,
                if_not_exists,
            } => {
                let data = Data::Table {
                    name: *table,
                    comment: *comment,
                    options: *options,
                };
                self.create_table(step, *table, data, (columns, constraints), *if_not_exists);
            }
            OperationKind::DropTable { table, if_exists } => {
                self.drop_table(step, *table, *if_exists);
            }
            OperationKind::RenameTable { from, to } => self.rename_table(step, *from, *to),
            OperationKind::SetTableComment { table, comment } => {
                let id = self.table(step, *table);
                if id != NONE
                    && let Data::Table { comment: held, .. } = &mut self.edit(id).data
                {
                    *held = *comment;
                }
            }
            OperationKind::SetTableOptions { table, options } => {
                let id = self.table(step, *table);
                if id != NONE
                    && let Data::Table { options: held, .. } = &mut self.edit(id).data
                {
                    *held = *options;
                }
            }
            OperationKind::AddColumn {
                table,
                column,
                if_not_exists,
            } => self.add_column_to(step, *table, column, *if_not_exists),
            OperationKind::DropColumn {
                table,
                column,
                if_exists,
            } => self.drop_member(step, Kind::Column, *table, column, *if_exists),
            OperationKind::RenameColumn { table, from, to } => {
                self.rename_column(step, *table, from, to);
            }
            OperationKind::AlterColumn {
                table,
                column,
                change,
            } => self.alter_column(step, *table, column, change),
            OperationKind::CreateIndex {
                table,
                index,
                if_not_exists,
                concurrently: _,
            } => self.create_index(step, *table, index, *if_not_exists),
            OperationKind::DropIndex {
                table,
                index,
                if_exists,
                concurrently: _,
            } => self.drop_member(step, Kind::Index, *table, index, *if_exists),
            OperationKind::RenameIndex { table, from, to } => {
                self.rename(step, Kind::Index, *table, from, to);
            }
            OperationKind::RenameConstraint { table, from, to } => {
                self.rename_constraint(step, *table, from, to);
            }
            OperationKind::AddConstraint {
                table,
                constraint,
                if_not_exists,
                not_valid: _,
            } => {
                let id = self.state.find_table(*table);
                if id != NONE {
                    self.add_constraint(step, *table, id, constraint, *if_not_exists);
                } else if !*if_not_exists {
                    self.missing_table(step, *table);
                }
            }
            OperationKind::ValidateConstraint { table, name } => {
                self.validate_constraint(step, *table, name);
            }
            OperationKind::DropPrimaryKey { table } => {
                self.drop_member(step, Kind::PrimaryKey, *table, "", false);
            }
            OperationKind::DropUnique { table, name } => {
                self.drop_member(step, Kind::Unique, *table, name, false);
            }
            OperationKind::DropCheck { table, name } => {
                self.drop_member(step, Kind::Check, *table, name, false);
            }
            OperationKind::DropForeignKey { table, name } => {
                self.drop_member(step, Kind::ForeignKey, *table, name, false);
            }
            OperationKind::CreateEnum {
                enum_type,
                if_not_exists,
            } => self.create_enum(step, *enum_type, *if_not_exists),
            OperationKind::AlterEnum {
                name,
                values,
                renames,
            } => self.alter_enum(step, name, values, renames),
            OperationKind::DropEnum { name } => self.drop_enum(step, name),
            OperationKind::Sql { sql: _, changes } | OperationKind::Run { changes, .. } => {
                self.run((step.by, step.is_down), changes, Some(step.outer));
            }
            OperationKind::Backfill { table, column, .. } => {
                self.member(step, Kind::Column, *table, column);
            }
        }
    }

    /// An object, to be changed.
    const fn edit(&mut self, id: usize) -> &mut Object {
        self.journal.save(&mut self.state, id);
        self.state.get_mut(id)
    }

    /// Adds an object, known by its name: where that was looked for and not found.
    const fn insert(
        &mut self,
        step: &Step,
        of: (Kind, usize),
        named: (&'static str, &Place),
        data: Data,
    ) -> usize {
        self.journal.entered(named.1.slot);
        let made = (step.by, Some(step.operation.location));
        self.state.insert(of, named, made, data)
    }

    /// Gives an object another name.
    const fn give_name(&mut self, id: usize, name: &'static str, place: &Place) {
        self.journal.save(&mut self.state, id);
        self.journal.entered(place.slot);
        self.state.rename(id, name, place);
    }

    /// Notes that something may have been there, which an operation would have dropped.
    const fn may_have_been(&mut self, step: &Step, kind: Kind, table: usize, name: &'static str) {
        let nowhere = (name, &Place::NOWHERE);
        let id = self.insert(step, (kind, table), nowhere, Data::Nothing);
        let object = self.state.get_mut(id);
        object.alive = false;
        object.conditional = true;
    }

    /// The table of that name; the problem is noted when there is none.
    const fn table(&mut self, step: &Step, table: TableNameDef) -> usize {
        let id = self.state.find_table(table);
        if id == NONE {
            self.missing_table(step, table);
        }
        id
    }

    /// The member of that name; the problem is noted when there is none.
    const fn member(&mut self, step: &Step, kind: Kind, table: TableNameDef, name: &str) -> usize {
        let owner = self.table(step, table);
        if owner == NONE {
            return NONE;
        }
        let id = self.state.find(kind, owner, name);
        if id == NONE {
            self.missing(step, kind, owner, name);
        }
        id
    }

    const fn drop_member(
        &mut self,
        step: &Step,
        kind: Kind,
        table: TableNameDef,
        name: &'static str,
        if_exists: bool,
    ) {
        let owner = self.state.find_table(table);
        let id = if owner == NONE {
            NONE
        } else {
            self.state.find(kind, owner, name)
        };
        if id != NONE {
            if let Kind::Column = kind {
                self.need_unused(step, owner, name);
            }
            let user = self.state.relies_on(owner, id);
            if user != NONE {
                self.in_use(step, id, "refers to", user);
            }
            self.edit(id).alive = false;
        } else if !if_exists {
            if owner == NONE {
                self.missing_table(step, table);
            } else {
                self.missing(step, kind, owner, name);
            }
        } else if owner != NONE {
            self.may_have_been(step, kind, owner, name);
        }
    }

    /// Renames a member and returns it.
    const fn rename(
        &mut self,
        step: &Step,
        kind: Kind,
        table: TableNameDef,
        from: &str,
        to: &'static str,
    ) -> usize {
        let id = self.member(step, kind, table, from);
        if id == NONE {
            return NONE;
        }
        let place = self.state.look(kind, self.state.get(id).table, to);
        if place.id == NONE {
            self.give_name(id, to, &place);
        } else if place.id != id {
            self.exists(step, place.id);
            return NONE;
        }
        id
    }
}
