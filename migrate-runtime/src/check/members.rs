//! Whether an index or constraint of the chain is what a model says, renames followed through.
//!
//! A definition in a migration names columns and tables as they were called then; slices of `'static`
//! names cannot be changed in const evaluation, so the names are followed when they are compared.

use super::equal;
use super::state::{Data, Kind, NONE, Object, State};
use crate::migration::{ConstraintDef, ConstraintKind, IndexDef};
use crate::schema::{Deferrable, ReferentialAction};

/// What a kind of constraint is in the state, and the name it has there.
pub(super) const fn key_of(constraint: &ConstraintDef) -> (Kind, &'static str) {
    let kind = match constraint.kind {
        ConstraintKind::PrimaryKey { .. } => return (Kind::PrimaryKey, ""),
        ConstraintKind::Unique { .. } => Kind::Unique,
        ConstraintKind::Check { .. } => Kind::Check,
        ConstraintKind::ForeignKey { .. } => Kind::ForeignKey,
    };
    match constraint.name {
        Some(name) => (kind, name),
        None => (kind, ""),
    }
}

/// The columns a constraint is on; none for a check.
pub(super) const fn columns_of(constraint: &ConstraintDef) -> &'static [&'static str] {
    match constraint.kind {
        ConstraintKind::PrimaryKey { columns }
        | ConstraintKind::Unique { columns, .. }
        | ConstraintKind::ForeignKey { columns, .. } => columns,
        ConstraintKind::Check { .. } => &[],
    }
}

impl<const O: usize, const S: usize> State<O, S> {
    /// The constraint of the table that is the model's: the one of its name or, where one of the two has
    /// none, one that says the same. Of several that say the same, one is as good as another.
    pub(super) const fn matching(&self, table: usize, model: &ConstraintDef) -> usize {
        let (kind, name) = key_of(model);
        let named = match (kind, model.name) {
            (Kind::PrimaryKey, _) | (_, Some(_)) => self.find(kind, table, name),
            (_, None) => NONE,
        };
        if named != NONE && self.same_constraint(named, model) {
            return named;
        }
        let mut member = self.first_member(table);
        while member != NONE {
            let object = self.get(member);
            if object.alive
                && (object.name.is_empty() || name.is_empty())
                && self.same_constraint(member, model)
            {
                return member;
            }
            member = object.next;
        }
        named
    }

    /// Whether the model has the constraint that object `id` is.
    pub(super) const fn is_constraint_of(&self, id: usize, model: &[ConstraintDef]) -> bool {
        let object = self.get(id);
        let mut i = 0;
        while i < model.len() {
            let (kind, name) = key_of(&model[i]);
            if kind as u8 == object.kind as u8
                && (named_alike(object, kind, name)
                    || (object.name.is_empty() || name.is_empty())
                        && self.same_constraint(id, &model[i]))
            {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether object `id`, a constraint, is the model's.
    pub(super) const fn same_constraint(&self, id: usize, model: &ConstraintDef) -> bool {
        let object = self.get(id);
        let Data::Constraint(chain) = object.data else {
            return false;
        };
        match (chain.kind, model.kind) {
            (
                ConstraintKind::PrimaryKey { columns: from },
                ConstraintKind::PrimaryKey { columns: to },
            ) => {
                // Whatever it is called: a table has one, and no operation gives it another name.
                self.same_list(id, from, to)
            }
            (
                ConstraintKind::Unique {
                    columns: from,
                    nulls_not_distinct: from_nulls,
                    deferrable: from_deferrable,
                },
                ConstraintKind::Unique {
                    columns: to,
                    nulls_not_distinct: to_nulls,
                    deferrable: to_deferrable,
                },
            ) => {
                from_nulls == to_nulls
                    && same_deferrable(from_deferrable, to_deferrable)
                    && self.same_set(id, from, to)
            }
            (
                ConstraintKind::Check { expression: from },
                ConstraintKind::Check { expression: to },
            ) => equal::sql(from, to),
            (
                ConstraintKind::ForeignKey {
                    columns: from,
                    target: from_target,
                    target_columns: from_targets,
                    on_delete: from_delete,
                    on_update: from_update,
                    deferrable: from_deferrable,
                },
                ConstraintKind::ForeignKey {
                    columns: to,
                    target: to_target,
                    target_columns: to_targets,
                    on_delete: to_delete,
                    on_update: to_update,
                    deferrable: to_deferrable,
                },
            ) => {
                let target = self.table_now(from_target, id);
                equal::table_name(target, to_target)
                    && same_action(from_delete, to_delete)
                    && same_action(from_update, to_update)
                    && same_deferrable(from_deferrable, to_deferrable)
                    && self.same_pairs(
                        id,
                        (from, from_targets, self.find_table(target)),
                        (to, to_targets),
                    )
            }
            _ => false,
        }
    }

    /// Whether object `id`, an index, is the model's.
    pub(super) const fn same_index(&self, id: usize, model: &IndexDef) -> bool {
        let object = self.get(id);
        let Data::Index(chain) = object.data else {
            return false;
        };
        let IndexDef {
            name: _,
            columns: _,
            key: _,
            unique,
            predicate,
            method,
            include,
            nulls_not_distinct,
        } = chain;
        let length = equal::key_length(&chain);
        if length != equal::key_length(model) {
            return false;
        }
        let mut i = 0;
        while i < length {
            let (from, to) = (equal::key_part(&chain, i), equal::key_part(model, i));
            if !equal::key_part_details(from, to)
                || !equal::text(self.column_now(object.table, from.column, id), to.column)
            {
                return false;
            }
            i += 1;
        }
        unique == model.unique
            && nulls_not_distinct == model.nulls_not_distinct
            && equal::optional_sql(predicate, model.predicate)
            && equal::optional_text(method, model.method)
            && self.same_list(id, include, model.include)
    }

    /// Whether a member of the table uses the column, by the name it has now.
    pub(super) const fn uses(&self, id: usize, column: &str) -> bool {
        let object = self.get(id);
        match object.data {
            Data::Constraint(constraint) => self.names(id, columns_of(&constraint), column),
            Data::Index(index) => {
                let mut i = 0;
                while i < equal::key_length(&index) {
                    let part = equal::key_part(&index, i);
                    if part.expression.is_none()
                        && equal::text(self.column_now(object.table, part.column, id), column)
                    {
                        return true;
                    }
                    i += 1;
                }
                self.names(id, index.include, column)
            }
            _ => false,
        }
    }

    const fn names(&self, id: usize, columns: &[&'static str], wanted: &str) -> bool {
        let mut i = 0;
        while i < columns.len() {
            if equal::text(self.column_now(self.get(id).table, columns[i], id), wanted) {
                return true;
            }
            i += 1;
        }
        false
    }

    const fn same_list(&self, id: usize, from: &[&'static str], to: &[&str]) -> bool {
        if from.len() != to.len() {
            return false;
        }
        let mut i = 0;
        while i < from.len() {
            if !equal::text(self.column_now(self.get(id).table, from[i], id), to[i]) {
                return false;
            }
            i += 1;
        }
        true
    }

    const fn same_set(&self, id: usize, from: &[&'static str], to: &[&str]) -> bool {
        if from.len() != to.len() {
            return false;
        }
        let mut i = 0;
        while i < from.len() {
            if !equal::contains(to, self.column_now(self.get(id).table, from[i], id)) {
                return false;
            }
            i += 1;
        }
        true
    }

    /// Whether the pairs of a foreign key are the same, in whatever order.
    const fn same_pairs(
        &self,
        id: usize,
        (columns, targets, target): (&[&'static str], &[&'static str], usize),
        (to_columns, to_targets): (&[&str], &[&str]),
    ) -> bool {
        if columns.len() != to_columns.len()
            || targets.len() != to_targets.len()
            || columns.len() != targets.len()
        {
            return false;
        }
        let mut i = 0;
        while i < columns.len() {
            let column = self.column_now(self.get(id).table, columns[i], id);
            // A target in another schema may be unknown here, and is not renamed.
            let target_column = if target == NONE {
                targets[i]
            } else {
                self.column_now(target, targets[i], id)
            };
            let mut found = false;
            let mut j = 0;
            while j < to_columns.len() {
                if equal::text(column, to_columns[j]) && equal::text(target_column, to_targets[j]) {
                    found = true;
                }
                j += 1;
            }
            if !found {
                return false;
            }
            i += 1;
        }
        true
    }
}

/// Whether a constraint of the chain goes by the name of a model's; a primary key needs none for that.
const fn named_alike(object: &Object, kind: Kind, name: &str) -> bool {
    match kind {
        Kind::PrimaryKey => true,
        _ => !name.is_empty() && equal::text(name, object.name),
    }
}

const fn same_action(a: ReferentialAction, b: ReferentialAction) -> bool {
    a as u8 == b as u8
}

const fn same_deferrable(a: Deferrable, b: Deferrable) -> bool {
    a as u8 == b as u8
}
