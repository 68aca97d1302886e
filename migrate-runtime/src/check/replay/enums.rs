//! Enum types: create, alter, drop.

use super::{Replay, Step};
use crate::check::equal;
use crate::check::state::{Data, Kind, NONE};
use crate::migration::EnumDef;

impl<const O: usize, const S: usize> Replay<O, S> {
    pub(super) const fn create_enum(&mut self, step: &Step, created: EnumDef, if_not_exists: bool) {
        let EnumDef { name, values } = created;
        self.need_distinct(step, name, values);
        let place = self.state.look(Kind::Enum, NONE, name);
        if place.id != NONE {
            if !if_not_exists {
                self.exists(step, place.id);
            }
            return;
        }
        let data = Data::Enum(values);
        let id = self.insert(step, (Kind::Enum, NONE), (name, &place), data);
        self.state.get_mut(id).conditional = if_not_exists;
    }

    pub(super) const fn alter_enum(
        &mut self,
        step: &Step,
        name: &str,
        values: &'static [&'static str],
        renames: &[(&str, &str)],
    ) {
        self.need_distinct(step, name, values);
        let id = self.state.find(Kind::Enum, NONE, name);
        if id == NONE {
            return self.missing_enum(step, name, None);
        }
        let Data::Enum(before) = self.state.get(id).data else {
            return;
        };
        let mut i = 0;
        while i < renames.len() {
            let (from, to) = renames[i];
            if !equal::contains(before, from) {
                self.wrong_rename(step, name, (from, to), "which is not one of its values");
            } else if !equal::contains(values, to) {
                self.wrong_rename(step, name, (from, to), "which is not among the new values");
            } else if equal::contains(values, from) {
                let why = "and keeps the old value among the new ones";
                self.wrong_rename(step, name, (from, to), why);
            }
            i += 1;
        }
        if self.problem.is_empty() {
            self.need_unused_values(step, id, (before, values, renames));
        }
        self.edit(id).data = Data::Enum(values);
    }

    pub(super) const fn drop_enum(&mut self, step: &Step, name: &str) {
        let id = self.state.find(Kind::Enum, NONE, name);
        if id == NONE {
            return self.missing_enum(step, name, None);
        }
        let mut user = 0;
        while user < self.state.count() {
            if let Some(column) = self.state.column(self.state.get(user))
                && let Some(its) = equal::enum_of(column.ty)
                && equal::text(its, name)
                && self.state.is_alive(user)
            {
                return self.in_use(step, id, "has", user);
            }
            user += 1;
        }
        self.edit(id).alive = false;
    }

    const fn need_distinct(&mut self, step: &Step, name: &str, values: &[&str]) {
        let mut i = 0;
        while i < values.len() {
            let mut j = 0;
            while j < i {
                if equal::text(values[i], values[j]) {
                    return self.repeats_value(step, name, values[i]);
                }
                j += 1;
            }
            i += 1;
        }
    }
}
