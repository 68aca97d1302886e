//! Values of an enum type that are used in the migration that adds them, which PostgreSQL does not do
//! before the commit. What `sql/postgres/fresh_values.rs` says of the same operations at run time.

use super::{Replay, Step};
use crate::check::equal;
use crate::check::state::{Kind, NONE};
use crate::connection::VALUES_WAIT;
use crate::migration::{
    ColumnChangeDef, ColumnDef, ConstraintDef, ConstraintKind, DefaultDef, IndexDef, OperationDef,
    OperationKind, SqlDef, TableNameDef, TypeDef,
};

/// A value that is not to be used yet.
#[derive(Clone, Copy)]
struct Fresh<'a> {
    name: &'a str,
    value: &'a str,
}

/// What an operation does with a value.
#[derive(Clone, Copy)]
enum Use {
    None,
    /// It converts values, and which ones is known to the database only.
    Maybe,
    Certain,
}

impl Use {
    const fn when(is_used: bool) -> Self {
        if is_used { Self::Certain } else { Self::None }
    }
}

impl<const O: usize, const S: usize> Replay<O, S> {
    /// Refuses the use of values that an `alter_enum` of the same migration adds, which is about to be applied.
    pub(super) const fn need_unused_values(
        &mut self,
        step: &Step,
        enum_type: usize,
        (held, values, renames): (&[&str], &[&str], &[(&str, &str)]),
    ) {
        let migration = &self.migrations[step.by];
        let made_in = if step.is_down {
            self.journal.turn.count
        } else {
            self.journal.start.count
        };
        let is_new = enum_type >= made_in && !self.state.get(enum_type).conditional;
        if !VALUES_WAIT
            || is_new
            || migration.outside_transaction
            || !only_grows(held, values, renames)
        {
            return;
        }
        let operations = match (step.is_down, migration.downgrade) {
            (true, Some(downgrade)) => downgrade,
            _ => migration.upgrade,
        };
        let name = self.state.get(enum_type).name;
        let mut at = 0;
        while at < values.len() {
            let value = values[at];
            let mut later = step.outer + 1;
            while !was_held(held, value, renames) && later < operations.len() {
                match self.uses(&operations[later].kind, Fresh { name, value }) {
                    Use::None => {}
                    used => {
                        let operation = (later, &operations[later]);
                        return self.uses_too_early(step, operation, (name, value), used);
                    }
                }
                later += 1;
            }
            at += 1;
        }
    }

    const fn uses_too_early(
        &mut self,
        step: &Step,
        (at, operation): (usize, &'static OperationDef),
        (name, value): (&str, &str),
        used: Use,
    ) {
        let using = Step {
            number: at + 1,
            operation,
            ..*step
        };
        let verb = match used {
            Use::Maybe => " may use the value `",
            _ => " uses the value `",
        };
        if !self.begin(&using, verb) {
            return;
        }
        self.problem.push(value);
        self.problem.push("` of the enum `");
        self.problem.push(name);
        self.problem.push("`, which step ");
        #[expect(clippy::cast_possible_wrap, reason = "a number of steps")]
        self.problem.push_number(step.outer as i64 + 1);
        self.problem.push(" adds");
        self.place(&using);
        self.problem.push(
            "\n  PostgreSQL cannot use a value before the transaction that added it has ended; give it a migration \
             of its own\n  run: cargo migrate revision -m \"...\"",
        );
        // The operations themselves are as they should be.
        self.report();
    }

    const fn uses(&self, operation: &OperationKind, fresh: Fresh<'_>) -> Use {
        match operation {
            OperationKind::CreateTable {
                columns,
                constraints,
                ..
            } => Use::when(fresh.in_columns(columns) || fresh.in_checks(constraints)),
            OperationKind::AddColumn { column, .. } => Use::when(fresh.in_column(column)),
            OperationKind::AlterColumn {
                table,
                column,
                change,
            } => self.change_uses((*table, column), change, fresh),
            OperationKind::Backfill {
                table,
                column,
                value,
                condition,
            } => {
                let is_of_it = match self.type_of(*table, column) {
                    Some(ty) => fresh.is_of(ty),
                    None => true,
                };
                Use::when(
                    is_of_it && fresh.in_sql(value)
                        || matches!(condition, Some(sql) if fresh.in_sql(sql)),
                )
            }
            OperationKind::AddConstraint { constraint, .. } => {
                Use::when(fresh.in_checks(&[*constraint]))
            }
            OperationKind::CreateIndex { index, .. } => Use::when(fresh.in_index(index)),
            OperationKind::Sql { sql, changes: _ } => Use::when(fresh.in_sql(sql)),
            _ => Use::None,
        }
    }

    const fn change_uses(
        &self,
        (table, column): (TableNameDef, &str),
        change: &ColumnChangeDef,
        fresh: Fresh<'_>,
    ) -> Use {
        let ColumnChangeDef {
            ty,
            using,
            nullable: _,
            default,
            generated,
            auto_increment: _,
            collation: _,
            comment: _,
        } = change;
        if matches!(using, Some(sql) if fresh.in_sql(sql))
            || matches!(generated, Some(Some(made)) if fresh.in_sql(&made.expression))
        {
            return Use::Certain;
        }
        let held = self.type_of(table, column);
        let (is_of_it, is_list) = match (ty, held) {
            (Some(ty), _) if fresh.is_of(*ty) => return Use::Maybe,
            (Some(_), _) => (false, false),
            (None, Some(ty)) => (fresh.is_of(ty), is_list(ty)),
            (None, None) => (true, true),
        };
        match default {
            Some(Some(default)) if is_of_it => Use::when(fresh.in_default(default, is_list)),
            _ => Use::None,
        }
    }

    /// The type of a column; unknown of one that the migration makes.
    const fn type_of(&self, table: TableNameDef, column: &str) -> Option<TypeDef> {
        let owner = self.state.find_table(table);
        if owner == NONE {
            return None;
        }
        let id = self.state.find(Kind::Column, owner, column);
        if id == NONE {
            return None;
        }
        match self.state.column(self.state.get(id)) {
            Some(column) => Some(column.ty),
            None => None,
        }
    }
}

impl Fresh<'_> {
    const fn is_of(&self, ty: TypeDef) -> bool {
        match equal::enum_of(ty) {
            Some(name) => equal::text(name, self.name),
            None => false,
        }
    }

    const fn in_columns(&self, columns: &[ColumnDef]) -> bool {
        let mut i = 0;
        while i < columns.len() {
            if self.in_column(&columns[i]) {
                return true;
            }
            i += 1;
        }
        false
    }

    const fn in_column(&self, column: &ColumnDef) -> bool {
        let of_default = match &column.default {
            Some(default) => self.is_of(column.ty) && self.in_default(default, is_list(column.ty)),
            None => false,
        };
        of_default || matches!(&column.generated, Some(made) if self.in_sql(&made.expression))
    }

    /// In a list there are no quotes around the value itself: `'{ok,sad}'`.
    const fn in_default(&self, default: &DefaultDef, is_list: bool) -> bool {
        match default {
            DefaultDef::Text(text) => equal::text(text, self.value),
            DefaultDef::Sql(sql) => {
                self.in_sql(sql)
                    || is_list
                        && matches!(own(sql), Some(text) if contains(text.as_bytes(), self.value.as_bytes(), false))
            }
            _ => false,
        }
    }

    const fn in_checks(&self, constraints: &[ConstraintDef]) -> bool {
        let mut i = 0;
        while i < constraints.len() {
            if let ConstraintKind::Check { expression } = &constraints[i].kind
                && self.in_sql(expression)
            {
                return true;
            }
            i += 1;
        }
        false
    }

    const fn in_index(&self, index: &IndexDef) -> bool {
        let mut i = 0;
        while i < index.key.len() {
            if let Some(sql) = &index.key[i].expression
                && self.in_sql(sql)
            {
                return true;
            }
            i += 1;
        }
        matches!(&index.predicate, Some(sql) if self.in_sql(sql))
    }

    const fn in_sql(&self, sql: &SqlDef) -> bool {
        match own(sql) {
            Some(text) => contains(text.as_bytes(), self.value.as_bytes(), true),
            None => false,
        }
    }
}

/// The text for PostgreSQL.
const fn own(sql: &SqlDef) -> Option<&'static str> {
    match sql.postgres {
        Some(text) => Some(text),
        None => sql.any,
    }
}

const fn is_list(ty: TypeDef) -> bool {
    matches!(ty, TypeDef::Array(_))
}

/// Whether values are added to those that are held, which stay in their order.
const fn only_grows(held: &[&str], values: &[&str], renames: &[(&str, &str)]) -> bool {
    let mut kept = 0;
    let mut i = 0;
    while i < values.len() {
        if was_held(held, values[i], renames) {
            if kept == held.len() || !equal::text(renamed(held[kept], renames), values[i]) {
                return false;
            }
            kept += 1;
        }
        i += 1;
    }
    kept == held.len()
}

/// Whether a value was there before, perhaps under another name.
const fn was_held(held: &[&str], value: &str, renames: &[(&str, &str)]) -> bool {
    let mut i = 0;
    while i < held.len() {
        if equal::text(renamed(held[i], renames), value) {
            return true;
        }
        i += 1;
    }
    false
}

const fn renamed<'a>(value: &'a str, renames: &[(&'a str, &'a str)]) -> &'a str {
    let mut i = 0;
    while i < renames.len() {
        if equal::text(renames[i].0, value) {
            return renames[i].1;
        }
        i += 1;
    }
    value
}

/// Whether a text has a value in it: as an SQL string, or just so.
const fn contains(text: &[u8], value: &[u8], as_string: bool) -> bool {
    let mut at = 0;
    while at < text.len() {
        let begins = !as_string || text[at] == b'\'';
        if begins && stands_at(text, at + as_string as usize, value, as_string) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether a value stands there; in a string its quotes are doubled, and one ends it.
const fn stands_at(text: &[u8], mut at: usize, value: &[u8], as_string: bool) -> bool {
    let mut i = 0;
    while i < value.len() {
        if at >= text.len() || text[at] != value[i] {
            return false;
        }
        at += 1;
        if as_string && value[i] == b'\'' {
            if at >= text.len() || text[at] != b'\'' {
                return false;
            }
            at += 1;
        }
        i += 1;
    }
    !as_string || at < text.len() && text[at] == b'\''
}
