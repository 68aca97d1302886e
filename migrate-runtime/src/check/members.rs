//! Whether an index or constraint of the chain is what a model says, or what it was, renames followed
//! through.
//!
//! A definition in a migration names columns as they were called then; slices of `'static` names cannot
//! be changed in const evaluation, so the names are followed when they are compared. A table that a
//! foreign key refers to is held by its number.

use super::equal;
use super::state::{Data, Kind, NONE, Object, State};
use crate::migration::{ConstraintDef, ConstraintKind, IndexDef, TableNameDef};
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

/// Whether a table is that of a model whose derive has failed, which is told there.
const fn is_unknown(table: TableNameDef) -> bool {
    matches!(table.schema, Some(schema) if schema.is_empty())
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

/// The columns that the index of a constraint holds besides.
pub(super) const fn included_by(constraint: &ConstraintDef) -> &'static [&'static str] {
    match constraint.kind {
        ConstraintKind::Unique { include, .. } => include,
        ConstraintKind::PrimaryKey { .. }
        | ConstraintKind::ForeignKey { .. }
        | ConstraintKind::Check { .. } => &[],
    }
}

/// How the column names of a definition are to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    /// The table they are columns of.
    pub(super) table: usize,
    /// When they were called so, as the number of an object.
    pub(super) since: usize,
    /// When it is asked what they are called.
    pub(super) until: usize,
}

impl Names {
    /// As they are written: the names of a model.
    pub(super) const WRITTEN: Self = Self {
        table: NONE,
        since: NONE,
        until: NONE,
    };
}

/// A constraint, and how its names are to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Constraint<'a> {
    pub(super) def: &'a ConstraintDef,
    /// What it is called by now; empty where it has no name.
    pub(super) name: &'a str,
    pub(super) names: Names,
    /// The table that a foreign key refers to.
    pub(super) target: usize,
    /// Its name; none where that is the one written.
    pub(super) target_name: Option<TableNameDef>,
}

impl<'a> Constraint<'a> {
    /// A constraint of a model.
    pub(super) const fn of_model(def: &'a ConstraintDef) -> Self {
        Self {
            def,
            name: key_of(def).1,
            names: Names::WRITTEN,
            target: NONE,
            target_name: None,
        }
    }
}

/// An index, and how its names are to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Index<'a> {
    pub(super) def: &'a IndexDef,
    pub(super) names: Names,
}

impl<'a> Index<'a> {
    /// An index of a model.
    pub(super) const fn of_model(def: &'a IndexDef) -> Self {
        Self {
            def,
            names: Names::WRITTEN,
        }
    }
}

impl<const O: usize, const S: usize> State<O, S> {
    /// Object `id` as a constraint, as it is now.
    pub(super) const fn constraint(&self, id: usize) -> Option<Constraint<'_>> {
        let object = self.get(id);
        let Data::Constraint(def) = &object.data else {
            return None;
        };
        Some(Constraint {
            def,
            name: object.name,
            names: Names {
                table: object.table,
                since: id,
                until: NONE,
            },
            target: object.target,
            target_name: if object.target == NONE {
                None
            } else {
                Some(self.table_name(object.target))
            },
        })
    }

    /// Object `id` as an index, as it is now.
    pub(super) const fn index(&self, id: usize) -> Option<Index<'_>> {
        let object = self.get(id);
        match &object.data {
            Data::Index(def) => Some(Index {
                def,
                names: Names {
                    table: object.table,
                    since: id,
                    until: NONE,
                },
            }),
            _ => None,
        }
    }

    /// The name of a column of a definition.
    pub(super) const fn name_of(&self, names: Names, column: &'static str) -> &'static str {
        let Names {
            table,
            since,
            until,
        } = names;
        if table == NONE || self.get(table).changes == NONE {
            return column;
        }
        self.column_name(table, column, since, until)
    }

    /// The constraint of the table that is the wanted one, and whether it is the same: the one of its
    /// name or, where one of the two has none, one that says the same. Of several that say the same, one
    /// is as good as another.
    pub(super) const fn matching(&self, table: usize, wanted: &Constraint<'_>) -> (usize, bool) {
        let (kind, name) = (key_of(wanted.def).0, wanted.name);
        let named = if matches!(kind, Kind::PrimaryKey) || !name.is_empty() {
            self.find(kind, table, name)
        } else {
            NONE
        };
        if named != NONE && self.is_same_constraint(named, wanted) {
            return (named, true);
        }
        let mut member = self.first_member(table);
        while member != NONE {
            let object = self.get(member);
            if object.alive
                && (object.name.is_empty() || name.is_empty())
                && self.is_same_constraint(member, wanted)
            {
                return (member, true);
            }
            member = object.next;
        }
        (named, false)
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
                        && self.is_same_constraint(id, &Constraint::of_model(&model[i])))
            {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether object `id` is that constraint.
    pub(super) const fn is_same_constraint(&self, id: usize, wanted: &Constraint<'_>) -> bool {
        match self.constraint(id) {
            Some(chain) => self.same_constraint(&chain, wanted),
            None => false,
        }
    }

    /// Whether two constraints are the same, names aside.
    pub(super) const fn same_constraint(&self, a: &Constraint<'_>, b: &Constraint<'_>) -> bool {
        match (a.def.kind, b.def.kind) {
            (
                ConstraintKind::PrimaryKey { columns: from },
                ConstraintKind::PrimaryKey { columns: to },
            ) => {
                // Whatever it is called: a table has one, and no operation gives it another name.
                self.same_list((a.names, from), (b.names, to))
            }
            (
                ConstraintKind::Unique {
                    columns: from,
                    include: from_include,
                    nulls_not_distinct: from_nulls,
                    deferrable: from_deferrable,
                },
                ConstraintKind::Unique {
                    columns: to,
                    include: to_include,
                    nulls_not_distinct: to_nulls,
                    deferrable: to_deferrable,
                },
            ) => {
                from_nulls == to_nulls
                    && same_deferrable(from_deferrable, to_deferrable)
                    && self.same_set((a.names, from), (b.names, to))
                    && self.same_list((a.names, from_include), (b.names, to_include))
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
                    match_full: from_full,
                },
                ConstraintKind::ForeignKey {
                    columns: to,
                    target: to_target,
                    target_columns: to_targets,
                    on_delete: to_delete,
                    on_update: to_update,
                    deferrable: to_deferrable,
                    match_full: to_full,
                },
            ) => {
                if is_unknown(from_target) || is_unknown(to_target) {
                    return self.same_list((a.names, from), (b.names, to));
                }
                equal::table_name(target_name(a, from_target), target_name(b, to_target))
                    && same_action(from_delete, to_delete)
                    && same_action(from_update, to_update)
                    && same_deferrable(from_deferrable, to_deferrable)
                    && from_full == to_full
                    && self.same_pairs((a, from, from_targets), (b, to, to_targets))
            }
            _ => false,
        }
    }

    /// Whether two indexes are the same, names aside.
    pub(super) const fn same_index(&self, a: &Index<'_>, b: &Index<'_>) -> bool {
        let IndexDef {
            name: _,
            columns: _,
            key: _,
            unique,
            predicate,
            method,
            include,
            nulls_not_distinct,
            storage,
        } = *a.def;
        let other = b.def;
        let length = equal::key_length(a.def);
        if length != equal::key_length(other) {
            return false;
        }
        let mut i = 0;
        while i < length {
            let (from, to) = (equal::key_part(a.def, i), equal::key_part(other, i));
            if !equal::key_part_details(from, to)
                || !equal::text(
                    self.name_of(a.names, from.column),
                    self.name_of(b.names, to.column),
                )
            {
                return false;
            }
            i += 1;
        }
        unique == other.unique
            && nulls_not_distinct == other.nulls_not_distinct
            && equal::optional_sql(predicate, other.predicate)
            && equal::optional_text(method, other.method)
            && equal::optional_text(storage, other.storage)
            && self.same_list((a.names, include), (b.names, other.include))
    }

    /// Whether a member of the table uses the column, by the name it has now.
    pub(super) const fn uses(&self, id: usize, column: &str) -> bool {
        if let Some(constraint) = self.constraint(id) {
            return self.contains(constraint.names, columns_of(constraint.def), column)
                || self.contains(constraint.names, included_by(constraint.def), column);
        }
        let Some(index) = self.index(id) else {
            return false;
        };
        let mut i = 0;
        while i < equal::key_length(index.def) {
            let part = equal::key_part(index.def, i);
            if part.expression.is_none()
                && equal::text(self.name_of(index.names, part.column), column)
            {
                return true;
            }
            i += 1;
        }
        self.contains(index.names, index.def.include, column)
    }

    pub(super) const fn contains(
        &self,
        names: Names,
        columns: &[&'static str],
        wanted: &str,
    ) -> bool {
        let mut i = 0;
        while i < columns.len() {
            if equal::text(self.name_of(names, columns[i]), wanted) {
                return true;
            }
            i += 1;
        }
        false
    }

    const fn same_list(
        &self,
        (a, from): (Names, &[&'static str]),
        (b, to): (Names, &[&'static str]),
    ) -> bool {
        if from.len() != to.len() {
            return false;
        }
        let mut i = 0;
        while i < from.len() {
            if !equal::text(self.name_of(a, from[i]), self.name_of(b, to[i])) {
                return false;
            }
            i += 1;
        }
        true
    }

    pub(super) const fn same_set(
        &self,
        (a, from): (Names, &[&'static str]),
        (b, to): (Names, &[&'static str]),
    ) -> bool {
        if from.len() != to.len() {
            return false;
        }
        let mut i = 0;
        while i < from.len() {
            if !self.contains(b, to, self.name_of(a, from[i])) {
                return false;
            }
            i += 1;
        }
        true
    }

    /// Whether the pairs of a foreign key are the same, in whatever order.
    const fn same_pairs(
        &self,
        (a, columns, targets): (&Constraint<'_>, &[&'static str], &[&'static str]),
        (b, to_columns, to_targets): (&Constraint<'_>, &[&'static str], &[&'static str]),
    ) -> bool {
        if columns.len() != to_columns.len()
            || targets.len() != to_targets.len()
            || columns.len() != targets.len()
        {
            return false;
        }
        let (a_targets, b_targets) = (target_names(a), target_names(b));
        let mut i = 0;
        while i < columns.len() {
            let column = self.name_of(a.names, columns[i]);
            let target = self.name_of(a_targets, targets[i]);
            let mut found = false;
            let mut j = 0;
            while j < to_columns.len() {
                found |= equal::text(column, self.name_of(b.names, to_columns[j]))
                    && equal::text(target, self.name_of(b_targets, to_targets[j]));
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

/// How the names of the columns that a foreign key refers to are to be read.
pub(super) const fn target_names(constraint: &Constraint<'_>) -> Names {
    Names {
        table: constraint.target,
        ..constraint.names
    }
}

/// The name of the table that a foreign key refers to.
pub(super) const fn target_name(
    constraint: &Constraint<'_>,
    written: TableNameDef,
) -> TableNameDef {
    match constraint.target_name {
        Some(name) => name,
        None => written,
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
