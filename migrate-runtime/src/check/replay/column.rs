//! Columns: add, alter, rename, and what keeps one from going.

use super::{Replay, Step};
use crate::check::equal;
use crate::check::mentions::in_sql;
use crate::check::state::{Data, Kind, NONE, Object};
use crate::migration::{ColumnChangeDef, ColumnDef, ConstraintKind, TableNameDef, TypeDef};

impl<const O: usize, const S: usize> Replay<O, S> {
    pub(super) const fn add_column_to(
        &mut self,
        step: &Step,
        table: TableNameDef,
        column: &'static ColumnDef,
        if_not_exists: bool,
    ) {
        let id = self.state.find_table(table);
        if id == NONE {
            if !if_not_exists {
                self.missing_table(step, table);
            }
        } else if !(if_not_exists && self.state.find(Kind::Column, id, column.name) != NONE) {
            let column = self.add_column(step, table, id, column);
            if if_not_exists && column != NONE {
                self.state.get_mut(column).conditional = true;
            }
        }
    }

    pub(super) const fn add_column(
        &mut self,
        step: &Step,
        table: TableNameDef,
        id: usize,
        column: &'static ColumnDef,
    ) -> usize {
        self.need_type(step, column.ty, table, column.name);
        let place = self.state.look(Kind::Column, id, column.name);
        if place.id != NONE {
            self.exists(step, place.id);
            return NONE;
        }
        if column.generated.is_some() {
            self.state.get_mut(id).has_texts = true;
        }
        let data = Data::Column(column);
        self.insert(step, (Kind::Column, id), (column.name, &place), data)
    }

    pub(super) const fn alter_column(
        &mut self,
        step: &Step,
        table: TableNameDef,
        column: &str,
        change: &'static ColumnChangeDef,
    ) {
        let id = self.member(step, Kind::Column, table, column);
        if let Some(ty) = change.ty {
            self.need_type(step, ty, table, column);
        }
        if id != NONE {
            let data = Data::ColumnChange(change);
            let made = self.state.append(Kind::Change, NONE, step.by, data);
            self.state.get_mut(made).next = self.state.get(id).changes;
            self.edit(id).changes = made;
            if change.generated.is_some() {
                let owner = self.state.get(id).table;
                self.state.get_mut(owner).has_texts = true;
            }
        }
    }

    pub(super) const fn rename_column(
        &mut self,
        step: &Step,
        table: TableNameDef,
        from: &'static str,
        to: &'static str,
    ) {
        let owner = self.state.find_table(table);
        if owner != NONE {
            let user = self.text_user_of(owner, from);
            if user != NONE && self.state.find(Kind::Column, owner, from) != NONE {
                return self.renames_in_use(step, owner, from, user);
            }
        }
        let id = self.rename(step, Kind::Column, table, from, to);
        if id == NONE {
            return;
        }
        self.journal.save(&mut self.state, owner);
        self.state.append_rename(owner, (from, to), step.by);
    }

    pub(super) const fn need_columns(&mut self, step: &Step, id: usize, columns: &[&str]) {
        let mut i = 0;
        while i < columns.len() {
            if self.state.find(Kind::Column, id, columns[i]) == NONE {
                return self.missing(step, Kind::Column, id, columns[i]);
            }
            i += 1;
        }
    }

    /// A column goes after everything that is on it: also the key that a foreign key refers to.
    pub(super) const fn need_unused(&mut self, step: &Step, owner: usize, column: &'static str) {
        let id = self.state.find(Kind::Column, owner, column);
        let mut member = self.state.first_member(owner);
        while member != NONE {
            let object = self.state.get(member);
            if object.alive
                && !matches!(object.kind, Kind::Column | Kind::Check)
                && self.state.uses(member, column)
            {
                return self.in_use(step, id, "is on", member);
            }
            member = object.next;
        }
        let user = self.text_user_of(owner, column);
        if user != NONE {
            self.in_use(step, id, "names", user);
        }
    }

    /// What names a column in its SQL text.
    const fn text_user_of(&self, owner: usize, column: &str) -> usize {
        if !self.state.get(owner).has_texts {
            return NONE;
        }
        let mut member = self.state.first_member(owner);
        while member != NONE {
            let object = self.state.get(member);
            if object.alive
                && (names_in_text(&object.data, column) || self.is_generated_from(object, column))
            {
                return member;
            }
            member = object.next;
        }
        NONE
    }

    const fn is_generated_from(&self, object: &Object, column: &str) -> bool {
        let Some(other) = self.state.column(object) else {
            return false;
        };
        match other.generated {
            Some(generated) => {
                !equal::text(object.name, column) && in_sql(generated.expression, column)
            }
            None => false,
        }
    }

    /// An enum type must be there before a column has it.
    const fn need_type(&mut self, step: &Step, ty: TypeDef, table: TableNameDef, column: &str) {
        if let Some(name) = equal::enum_of(ty)
            && self.state.find(Kind::Enum, NONE, name) == NONE
        {
            self.missing_enum(step, name, Some((table, column)));
        }
    }
}

const fn names_in_text(data: &Data, column: &str) -> bool {
    match data {
        Data::Constraint(constraint) => match constraint.kind {
            ConstraintKind::Check { expression } => in_sql(expression, column),
            _ => false,
        },
        Data::Index(index) => {
            let mut i = 0;
            while i < index.key.len() {
                if let Some(expression) = index.key[i].expression
                    && in_sql(expression, column)
                {
                    return true;
                }
                i += 1;
            }
            match index.predicate {
                Some(predicate) => in_sql(predicate, column),
                None => false,
            }
        }
        _ => false,
    }
}
