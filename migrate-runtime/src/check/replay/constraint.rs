//! Indexes and constraints: create and add.

use super::{Replay, Step};
use crate::check::equal;
use crate::check::members::{Names, included_by};
use crate::check::state::{Data, Kind, NONE, Place};
use crate::migration::{ConstraintDef, ConstraintKind, IndexDef, TableNameDef};

/// These share one namespace in a table on most databases.
const NAMED: [Kind; 3] = [Kind::Unique, Kind::Check, Kind::ForeignKey];

impl<const O: usize, const S: usize> Replay<O, S> {
    pub(super) const fn create_index(
        &mut self,
        step: &Step,
        table: TableNameDef,
        index: &'static IndexDef,
        if_not_exists: bool,
    ) {
        let id = self.state.find_table(table);
        if id == NONE {
            if !if_not_exists {
                self.missing_table(step, table);
            }
            return;
        }
        let place = self.state.look(Kind::Index, id, index.name);
        if place.id != NONE {
            if !if_not_exists {
                self.exists(step, place.id);
            }
            return;
        }
        let mut i = 0;
        while i < equal::key_length(index) {
            let part = equal::key_part(index, i);
            if part.expression.is_none() {
                self.need_columns(step, id, &[part.column]);
            }
            i += 1;
        }
        self.need_columns(step, id, index.include);
        if !index.key.is_empty() || index.predicate.is_some() {
            self.state.get_mut(id).has_texts = true;
        }
        let data = Data::Index(index);
        let made = self.insert(step, (Kind::Index, id), (index.name, &place), data);
        self.state.get_mut(made).conditional = if_not_exists;
    }

    pub(super) const fn add_constraint(
        &mut self,
        step: &Step,
        table: TableNameDef,
        id: usize,
        constraint: &'static ConstraintDef,
        if_not_exists: bool,
    ) {
        let (kind, columns): (Kind, &[&str]) = match constraint.kind {
            ConstraintKind::PrimaryKey { columns } => (Kind::PrimaryKey, columns),
            ConstraintKind::Unique { columns, .. } => (Kind::Unique, columns),
            ConstraintKind::Check { .. } => (Kind::Check, &[]),
            ConstraintKind::ForeignKey { columns, .. } => (Kind::ForeignKey, columns),
        };
        // A table has one primary key, whatever it is called.
        let name = match (kind, constraint.name) {
            (Kind::PrimaryKey, _) | (_, None) => "",
            (_, Some(name)) => name,
        };
        let place = self.place_of_constraint(id, kind, name);
        if place.id != NONE {
            if !if_not_exists {
                self.exists(step, place.id);
            }
            return;
        }
        self.need_columns(step, id, columns);
        self.need_columns(step, id, included_by(constraint));
        let mut target = NONE;
        if let ConstraintKind::ForeignKey {
            columns,
            target: target_name,
            target_columns,
            ..
        } = constraint.kind
        {
            if columns.len() != target_columns.len() || columns.is_empty() {
                return self.wrong_pairs(step, table, name, (columns, target_columns));
            }
            target = self.state.find_table(target_name);
            if target != NONE {
                self.need_columns(step, target, target_columns);
                let written = (Names::WRITTEN, target_columns);
                if !self.state.is_key(target, written, NONE) {
                    return self.no_key(step, (table, name), target, target_columns);
                }
            } else if target_name.schema.is_none() {
                return self.missing_table(step, target_name);
            }
            // A target in another schema may be somebody else's (`auth.users`).
        }
        if !self.problem.is_empty() {
            return;
        }
        if let Kind::Check = kind {
            self.state.get_mut(id).has_texts = true;
        }
        let data = Data::Constraint(constraint);
        let made = self.insert(step, (kind, id), (name, &place), data);
        self.state.get_mut(made).conditional = if_not_exists;
        self.state.refer(made, target);
    }

    /// The check or foreign key must be there; its validity is no part of the state.
    pub(super) const fn validate_constraint(
        &mut self,
        step: &Step,
        table: TableNameDef,
        name: &str,
    ) {
        let owner = self.table(step, table);
        if owner != NONE
            && self.state.find(Kind::Check, owner, name) == NONE
            && self.state.find(Kind::ForeignKey, owner, name) == NONE
        {
            self.missing(step, Kind::Check, owner, name);
        }
    }

    /// Whatever of them goes by that name.
    pub(super) const fn rename_constraint(
        &mut self,
        step: &Step,
        table: TableNameDef,
        from: &str,
        to: &'static str,
    ) {
        let owner = self.table(step, table);
        if owner == NONE {
            return;
        }
        let mut i = 0;
        while i < NAMED.len() {
            let kind = NAMED[i];
            let id = self.state.find(kind, owner, from);
            if id != NONE {
                let place = self.place_of_constraint(owner, kind, to);
                if place.id == NONE {
                    self.give_name(id, to, &place);
                } else if place.id != id {
                    self.exists(step, place.id);
                }
                return;
            }
            i += 1;
        }
        self.missing(step, Kind::Unique, owner, from);
    }

    /// What has that name already, or where to enter it. Constraints without a name do not get in each
    /// other's way.
    const fn place_of_constraint(&self, table: usize, kind: Kind, name: &str) -> Place {
        if let Kind::PrimaryKey = kind {
            return self.state.look(kind, table, name);
        }
        if name.is_empty() {
            return Place::NOWHERE;
        }
        let mut i = 0;
        while i < NAMED.len() {
            if NAMED[i] as u8 != kind as u8 {
                let other = self.state.look(NAMED[i], table, name);
                if other.id != NONE {
                    return other;
                }
            }
            i += 1;
        }
        self.state.look(kind, table, name)
    }
}
