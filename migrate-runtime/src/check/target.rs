//! Keys that foreign keys refer to, and who relies on one.

use super::equal;
use super::members::{Names, columns_of, target_names};
use super::state::{Kind, NONE, State};
use crate::migration::ConstraintKind;

impl<const O: usize, const S: usize> State<O, S> {
    /// Whether those columns, in whatever order, are the table's primary key or unique in it, also
    /// without one of its members.
    pub(super) const fn is_key(
        &self,
        table: usize,
        columns: (Names, &[&'static str]),
        without: usize,
    ) -> bool {
        let mut member = self.first_member(table);
        while member != NONE {
            let object = self.get(member);
            if object.alive && member != without && self.is_key_on(member, columns) {
                return true;
            }
            member = object.next;
        }
        false
    }

    /// The foreign key that needs this member of the table, since nothing else makes its target a key.
    pub(super) const fn relies_on(&self, table: usize, member: usize) -> usize {
        if !self.is_key_at_all(member) {
            return NONE;
        }
        let mut key = self.get(table).referrer;
        while key != NONE {
            if self.is_alive(key)
                && let Some(constraint) = self.constraint(key)
                && let ConstraintKind::ForeignKey { target_columns, .. } = constraint.def.kind
            {
                let columns = (target_names(&constraint), target_columns);
                if self.is_key_on(member, columns) && !self.is_key(table, columns, member) {
                    return key;
                }
            }
            key = self.get(key).referrer;
        }
        NONE
    }

    const fn is_key_at_all(&self, member: usize) -> bool {
        match self.get(member).kind {
            Kind::PrimaryKey | Kind::Unique => true,
            Kind::Index => match self.index(member) {
                Some(index) => index.def.unique && index.def.predicate.is_none(),
                None => false,
            },
            _ => false,
        }
    }

    const fn is_key_on(&self, member: usize, (names, columns): (Names, &[&'static str])) -> bool {
        if !self.is_key_at_all(member) {
            return false;
        }
        if let Some(constraint) = self.constraint(member) {
            return self.same_set(
                (constraint.names, columns_of(constraint.def)),
                (names, columns),
            );
        }
        let Some(index) = self.index(member) else {
            return false;
        };
        let length = equal::key_length(index.def);
        if length != columns.len() {
            return false;
        }
        let mut i = 0;
        while i < length {
            let part = equal::key_part(index.def, i);
            if part.expression.is_some()
                || !self.contains(names, columns, self.name_of(index.names, part.column))
            {
                return false;
            }
            i += 1;
        }
        true
    }
}
