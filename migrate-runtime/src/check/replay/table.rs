//! Tables: create, drop, rename.

use super::{Replay, Step};
use crate::check::state::{Data, Kind, NONE};
use crate::migration::{ColumnDef, ConstraintDef, ConstraintKind, TableNameDef};

impl<const O: usize, const S: usize> Replay<O, S> {
    pub(super) const fn create_table(
        &mut self,
        step: &Step,
        table: TableNameDef,
        data: Data,
        (columns, constraints): (&'static [ColumnDef], &'static [ConstraintDef]),
        if_not_exists: bool,
    ) {
        let place = self.state.look_for_table(table);
        if place.id != NONE {
            if !if_not_exists {
                self.exists(step, place.id);
            }
            return;
        }
        let id = self.insert(step, (Kind::Table, NONE), (table.name, &place), data);
        self.state.get_mut(id).conditional = if_not_exists;
        let mut i = 0;
        while i < columns.len() {
            self.add_column(step, table, id, &columns[i]);
            i += 1;
        }
        // A key that refers to the table itself needs the others first.
        self.add_constraints(step, table, id, constraints, false);
        self.add_constraints(step, table, id, constraints, true);
    }

    const fn add_constraints(
        &mut self,
        step: &Step,
        table: TableNameDef,
        id: usize,
        constraints: &'static [ConstraintDef],
        foreign: bool,
    ) {
        let mut i = 0;
        while i < constraints.len() {
            if matches!(constraints[i].kind, ConstraintKind::ForeignKey { .. }) == foreign {
                self.add_constraint(step, table, id, &constraints[i], false);
            }
            i += 1;
        }
    }

    pub(super) const fn drop_table(&mut self, step: &Step, table: TableNameDef, if_exists: bool) {
        let id = self.state.find_table(table);
        if id == NONE {
            if if_exists {
                self.may_have_been(step, Kind::Table, NONE, table.name);
            } else {
                self.missing_table(step, table);
            }
            return;
        }
        let mut key = self.state.get(id).referrer;
        while key != NONE {
            if self.state.is_alive(key) && self.state.get(key).table != id {
                return self.in_use(step, id, "refers to", key);
            }
            key = self.state.get(key).referrer;
        }
        self.edit(id).alive = false;
    }

    pub(super) const fn rename_table(&mut self, step: &Step, from: TableNameDef, to: TableNameDef) {
        let place = self.state.look_for_table(to);
        if place.id != NONE {
            return self.exists(step, place.id);
        }
        let id = self.table(step, from);
        if id == NONE {
            return;
        }
        self.give_name(id, to.name, &place);
        if let Data::Table { name, .. } = &mut self.state.get_mut(id).data {
            *name = to;
        }
    }
}
