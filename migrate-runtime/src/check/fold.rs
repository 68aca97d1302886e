//! Replays a chain in const evaluation: what `operation::apply` does at run time.

use super::message::Message;
use super::state::{Data, Kind, NONE, State};
use super::verdict::ChainVerdict;
use super::{chain, equal, text};
use crate::migration::{
    ColumnChangeDef, ColumnDef, ConstraintDef, ConstraintKind, IndexDef, Migration, OperationDef,
    OperationKind, TableNameDef,
};

/// A chain folded to its end state. `M`, `O` and `S` come from [`sizes`](super::sizes).
#[derive(Debug, Clone, Copy)]
pub struct Folded<const M: usize, const O: usize, const S: usize> {
    pub(super) state: State<O, S>,
    pub(super) migrations: &'static [Migration],
    problem: Message,
}

/// Folds a chain.
///
/// `stems` are the names of the files without `.rs`, `head` is the text of `HEAD`. Without `checked`
/// nothing is folded and nothing is wrong: the tool builds what does not agree yet.
pub const fn fold<const M: usize, const O: usize, const S: usize>(
    migrations: &'static [Migration],
    stems: &[&str],
    head: &str,
    checked: bool,
) -> Folded<M, O, S> {
    let mut folded = Folded {
        state: State::new(),
        migrations,
        problem: Message::new(),
    };
    if !checked {
        return folded;
    }
    folded.problem = chain::enter(&mut folded.state, migrations, stems);
    if !folded.problem.is_empty() {
        return folded;
    }
    let order: [usize; M] = match chain::order(&folded.state, migrations) {
        Ok(order) => order,
        Err(problem) => {
            folded.problem = problem;
            return folded;
        }
    };
    folded.problem = chain::heads(&folded.state, migrations, &order, head);
    let mut i = 0;
    while i < M && folded.problem.is_empty() {
        folded.run(order[i], migrations[order[i]].upgrade);
        i += 1;
    }
    folded
}

impl<const M: usize, const O: usize, const S: usize> Folded<M, O, S> {
    /// What is wrong with the chain.
    pub const fn verdict(&self) -> ChainVerdict {
        ChainVerdict::broken(self.problem)
    }

    pub(super) const fn is_broken(&self) -> bool {
        !self.problem.is_empty()
    }

    /// Replays the operations of a migration, or the declared changes of an opaque one.
    const fn run(&mut self, by: usize, operations: &'static [OperationDef]) {
        let mut i = 0;
        while i < operations.len() && self.problem.is_empty() {
            let step = Step {
                by,
                number: i + 1,
                operation: &operations[i],
            };
            self.apply(&step);
            i += 1;
        }
    }

    const fn apply(&mut self, step: &Step) {
        match step.operation.kind {
            OperationKind::CreateTable {
                table,
                columns,
                constraints,
                comment,
                options,
                if_not_exists,
            } => {
                if self.state.find_table(table) != NONE {
                    if !if_not_exists {
                        self.exists(step, Kind::Table, table, "");
                    }
                    return;
                }
                let data = Data::Table {
                    name: table,
                    comment,
                    options,
                };
                let id = self
                    .state
                    .insert(Kind::Table, NONE, table.name, step.by, data);
                let mut i = 0;
                while i < columns.len() {
                    self.add_column(step, table, id, columns[i]);
                    i += 1;
                }
                let mut i = 0;
                while i < constraints.len() {
                    self.add_constraint(step, table, id, constraints[i]);
                    i += 1;
                }
            }
            OperationKind::DropTable { table, if_exists } => {
                let id = self.state.find_table(table);
                if id == NONE {
                    if !if_exists {
                        self.missing(step, Kind::Table, table, "");
                    }
                    return;
                }
                let mut member = self.state.first_member(id);
                while member != NONE {
                    self.state.get_mut(member).alive = false;
                    member = self.state.get(member).next;
                }
                self.state.get_mut(id).alive = false;
            }
            OperationKind::RenameTable { from, to } => {
                let id = self.table(step, from);
                if id == NONE {
                    return;
                }
                if self.state.find_table(to) != NONE {
                    return self.exists(step, Kind::Table, to, "");
                }
                let object = self.state.get_mut(id);
                object.name = to.name;
                if let Data::Table { name, .. } = &mut object.data {
                    *name = to;
                }
                self.state.enter(id);
                let data = Data::TableRename { from, to };
                self.state.insert(Kind::Rename, NONE, "", step.by, data);
            }
            OperationKind::SetTableComment { table, comment } => {
                let id = self.table(step, table);
                if id != NONE
                    && let Data::Table { comment: held, .. } = &mut self.state.get_mut(id).data
                {
                    *held = comment;
                }
            }
            OperationKind::SetTableOptions { table, options } => {
                let id = self.table(step, table);
                if id != NONE
                    && let Data::Table { options: held, .. } = &mut self.state.get_mut(id).data
                {
                    *held = options;
                }
            }
            OperationKind::AddColumn {
                table,
                column,
                if_not_exists,
            } => {
                let id = self.state.find_table(table);
                if id == NONE {
                    if !if_not_exists {
                        self.missing(step, Kind::Table, table, "");
                    }
                } else if !(if_not_exists && self.state.find(Kind::Column, id, column.name) != NONE)
                {
                    self.add_column(step, table, id, column);
                }
            }
            OperationKind::DropColumn {
                table,
                column,
                if_exists,
            } => self.drop_member(step, Kind::Column, table, column, if_exists),
            OperationKind::RenameColumn { table, from, to } => {
                let id = self.rename(step, Kind::Column, table, from, to);
                if id == NONE {
                    return;
                }
                let owner = self.state.get(id).table;
                if let Data::Column(column) = &mut self.state.get_mut(id).data {
                    column.name = to;
                }
                let data = Data::ColumnRename { from, to };
                self.state.insert(Kind::Rename, owner, "", step.by, data);
            }
            OperationKind::AlterColumn {
                table,
                column,
                change,
            } => {
                let id = self.member(step, Kind::Column, table, column);
                if id != NONE
                    && let Data::Column(held) = &mut self.state.get_mut(id).data
                {
                    *held = changed(*held, change);
                }
            }
            OperationKind::CreateIndex {
                table,
                index,
                if_not_exists,
            } => self.create_index(step, table, index, if_not_exists),
            OperationKind::DropIndex {
                table,
                index,
                if_exists,
            } => self.drop_member(step, Kind::Index, table, index, if_exists),
            OperationKind::RenameIndex { table, from, to } => {
                let id = self.rename(step, Kind::Index, table, from, to);
                if id != NONE
                    && let Data::Index(index) = &mut self.state.get_mut(id).data
                {
                    index.name = to;
                }
            }
            OperationKind::AddConstraint { table, constraint } => {
                let id = self.table(step, table);
                if id != NONE {
                    self.add_constraint(step, table, id, constraint);
                }
            }
            OperationKind::DropPrimaryKey { table } => {
                self.drop_member(step, Kind::PrimaryKey, table, "", false);
            }
            OperationKind::DropUnique { table, name } => {
                self.drop_member(step, Kind::Unique, table, name, false);
            }
            OperationKind::DropCheck { table, name } => {
                self.drop_member(step, Kind::Check, table, name, false);
            }
            OperationKind::DropForeignKey { table, name } => {
                self.drop_member(step, Kind::ForeignKey, table, name, false);
            }
            OperationKind::CreateEnum(created) => {
                if self.state.find(Kind::Enum, NONE, created.name) != NONE {
                    return self.exists_named(step, Kind::Enum, created.name);
                }
                let data = Data::Enum(created.values);
                self.state
                    .insert(Kind::Enum, NONE, created.name, step.by, data);
            }
            OperationKind::AlterEnum {
                name,
                values,
                renames: _,
            } => {
                let id = self.state.find(Kind::Enum, NONE, name);
                if id == NONE {
                    return self.missing_named(step, Kind::Enum, name);
                }
                self.state.get_mut(id).data = Data::Enum(values);
            }
            OperationKind::DropEnum { name } => {
                let id = self.state.find(Kind::Enum, NONE, name);
                if id == NONE {
                    return self.missing_named(step, Kind::Enum, name);
                }
                self.state.get_mut(id).alive = false;
            }
            OperationKind::Sql { sql: _, changes } | OperationKind::Run { changes, .. } => {
                self.run(step.by, changes);
            }
            OperationKind::Backfill { table, column, .. } => {
                self.member(step, Kind::Column, table, column);
            }
        }
    }

    const fn add_column(&mut self, step: &Step, table: TableNameDef, id: usize, column: ColumnDef) {
        if self.state.find(Kind::Column, id, column.name) != NONE {
            return self.exists(step, Kind::Column, table, column.name);
        }
        let data = Data::Column(column);
        self.state
            .insert(Kind::Column, id, column.name, step.by, data);
    }

    const fn add_constraint(
        &mut self,
        step: &Step,
        table: TableNameDef,
        id: usize,
        constraint: ConstraintDef,
    ) {
        let (kind, columns): (Kind, &[&str]) = match constraint.kind {
            ConstraintKind::PrimaryKey { columns } => (Kind::PrimaryKey, columns),
            ConstraintKind::Unique { columns, .. } => (Kind::Unique, columns),
            ConstraintKind::Check { .. } => (Kind::Check, &[]),
            ConstraintKind::ForeignKey {
                columns,
                target,
                target_columns,
                ..
            } => {
                let owner = self.state.find_table(target);
                if owner != NONE {
                    self.need_columns(step, target, owner, target_columns);
                } else if target.schema.is_none() {
                    return self.missing(step, Kind::Table, target, "");
                }
                // A target in another schema may be somebody else's (`auth.users`).
                (Kind::ForeignKey, columns)
            }
        };
        // A table has one primary key, whatever it is called.
        let name = match (kind, constraint.name) {
            (Kind::PrimaryKey, _) | (_, None) => "",
            (_, Some(name)) => name,
        };
        // Those without a name do not get in each other's way.
        let needs_room = matches!(kind, Kind::PrimaryKey) || !name.is_empty();
        if needs_room && self.state.find(kind, id, name) != NONE {
            return self.exists(step, kind, table, name);
        }
        self.need_columns(step, table, id, columns);
        let data = Data::Constraint(constraint);
        self.state.insert(kind, id, name, step.by, data);
    }

    const fn create_index(
        &mut self,
        step: &Step,
        table: TableNameDef,
        index: IndexDef,
        if_not_exists: bool,
    ) {
        let id = self.state.find_table(table);
        if id == NONE {
            if !if_not_exists {
                self.missing(step, Kind::Table, table, "");
            }
            return;
        }
        if self.state.find(Kind::Index, id, index.name) != NONE {
            if !if_not_exists {
                self.exists(step, Kind::Index, table, index.name);
            }
            return;
        }
        let mut i = 0;
        while i < equal::key_length(&index) {
            let part = equal::key_part(&index, i);
            if part.expression.is_none() {
                self.need_columns(step, table, id, &[part.column]);
            }
            i += 1;
        }
        self.need_columns(step, table, id, index.include);
        let data = Data::Index(index);
        self.state
            .insert(Kind::Index, id, index.name, step.by, data);
    }

    const fn need_columns(
        &mut self,
        step: &Step,
        table: TableNameDef,
        id: usize,
        columns: &[&str],
    ) {
        let mut i = 0;
        while i < columns.len() {
            if self.state.find(Kind::Column, id, columns[i]) == NONE {
                return self.missing(step, Kind::Column, table, columns[i]);
            }
            i += 1;
        }
    }

    /// The table of that name; the problem is noted when there is none.
    const fn table(&mut self, step: &Step, table: TableNameDef) -> usize {
        let id = self.state.find_table(table);
        if id == NONE {
            self.missing(step, Kind::Table, table, "");
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
            self.missing(step, kind, table, name);
        }
        id
    }

    const fn drop_member(
        &mut self,
        step: &Step,
        kind: Kind,
        table: TableNameDef,
        name: &str,
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
                self.need_unused(step, table, owner, name);
            }
            self.state.get_mut(id).alive = false;
        } else if !if_exists {
            let kind = if owner == NONE { Kind::Table } else { kind };
            self.missing(step, kind, table, name);
        }
    }

    /// A column goes after the indexes and constraints on it.
    const fn need_unused(&mut self, step: &Step, table: TableNameDef, owner: usize, column: &str) {
        let mut member = self.state.first_member(owner);
        while member != NONE {
            let object = *self.state.get(member);
            if object.alive && self.state.uses(member, column) {
                self.fail(step, Kind::Column, Some(table), column, " drops the ");
                let message = &mut self.problem;
                message.push("which the ");
                message.push(object.kind.word());
                message.push(" ");
                message.push(object.name);
                message.push(" is on; drop that before it");
                chain::place(message, step.operation.location);
                return;
            }
            member = object.next;
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
        if self.state.find(kind, self.state.get(id).table, to) != NONE {
            self.exists(step, kind, table, to);
            return NONE;
        }
        self.state.get_mut(id).name = to;
        self.state.enter(id);
        id
    }

    const fn missing(&mut self, step: &Step, kind: Kind, table: TableNameDef, name: &str) {
        self.misses(step, kind, Some(table), name);
    }

    const fn missing_named(&mut self, step: &Step, kind: Kind, name: &str) {
        self.misses(step, kind, None, name);
    }

    const fn misses(&mut self, step: &Step, kind: Kind, table: Option<TableNameDef>, name: &str) {
        if self.problem.is_empty() {
            self.fail(step, kind, table, name, " names the ");
            self.problem.push("which does not exist at this point");
            chain::place(&mut self.problem, step.operation.location);
        }
    }

    const fn exists(&mut self, step: &Step, kind: Kind, table: TableNameDef, name: &str) {
        self.repeats(step, kind, Some(table), name);
    }

    const fn exists_named(&mut self, step: &Step, kind: Kind, name: &str) {
        self.repeats(step, kind, None, name);
    }

    const fn repeats(&mut self, step: &Step, kind: Kind, table: Option<TableNameDef>, name: &str) {
        if self.problem.is_empty() {
            self.fail(step, kind, table, name, " creates the ");
            self.problem.push("which exists already at this point");
            chain::place(&mut self.problem, step.operation.location);
        }
    }

    /// Begins the message of a problem. Only the first one counts; those that follow from it would
    /// hide it.
    const fn fail(
        &mut self,
        step: &Step,
        kind: Kind,
        table: Option<TableNameDef>,
        name: &str,
        verb: &str,
    ) {
        let message = &mut self.problem;
        message.push("migration `");
        message.push(self.migrations[step.by].id);
        message.push("`: upgrade step ");
        #[expect(clippy::cast_possible_wrap, reason = "a number of steps")]
        message.push_number(step.number as i64);
        message.push(verb);
        message.push(kind.word());
        message.push(" `");
        if let Some(table) = table {
            text::table(message, table);
        }
        if !matches!(kind, Kind::Table) && !name.is_empty() {
            if table.is_some() {
                message.push(".");
            }
            message.push(name);
        }
        message.push("`, ");
    }
}

/// Where the fold is.
struct Step {
    /// The migration, by its place in the list of files.
    by: usize,
    /// The operation, counted from 1.
    number: usize,
    operation: &'static OperationDef,
}

const fn changed(mut column: ColumnDef, change: ColumnChangeDef) -> ColumnDef {
    let ColumnChangeDef {
        ty,
        using: _,
        nullable,
        default,
        generated,
        auto_increment,
        collation,
        comment,
    } = change;
    if let Some(ty) = ty {
        column.ty = ty;
    }
    if let Some(nullable) = nullable {
        column.nullable = nullable;
    }
    if let Some(default) = default {
        column.default = default;
    }
    if let Some(generated) = generated {
        column.generated = generated;
    }
    if let Some(auto_increment) = auto_increment {
        column.auto_increment = auto_increment;
    }
    if let Some(collation) = collation {
        column.collation = collation;
    }
    if let Some(comment) = comment {
        column.comment = comment;
    }
    column
}
