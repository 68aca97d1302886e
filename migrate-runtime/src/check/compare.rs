//! Compares a model with the folded chain, and finds what no model owns.

use super::members::{Constraint, Index, columns_of, key_of};
use super::mentions::in_sql;
use super::message::Message;
use super::state::{Data, Kind, NONE, Object};
use super::verdict::{ChainVerdict, Verdict};
use super::{Folded, chain, equal, options, text};
use crate::migration::{ColumnDef, ConstraintDef, ConstraintKind, TableNameDef};
use crate::model::TableDef;

/// What to type when models and migrations differ.
const REMEDY: &str = "run: cargo migrate revision --autogenerate -m \"...\"";

impl<const M: usize, const O: usize, const S: usize> Folded<M, O, S> {
    /// The verdict of one model. Where the chain is broken in what the model is about, that is the one thing
    /// to say, and `schema!` says it.
    pub const fn compare(&self, model: &TableDef, checked: bool) -> Verdict {
        let mut verdict = Verdict::clean();
        if !checked || self.unknown.touches(model) {
            return verdict;
        }
        let table = self.state.find_table(model.name);
        if table == NONE {
            let message = begin(&mut verdict, model);
            message.push("table ");
            text::table(message, model.name);
            message.push(" is in the model but in no migration");
            verdict.blame(None);
        } else {
            self.compare_table(&mut verdict, model, table);
            let columns = self.compare_columns(&mut verdict, model, table);
            let constraints = self.compare_constraints(&mut verdict, model, table);
            let indexes = self.compare_indexes(&mut verdict, model, table);
            if columns + constraints + indexes != self.state.members(table) {
                self.find_surplus(&mut verdict, model, table);
            }
        }
        self.compare_enums(&mut verdict, model);
        if !verdict.is_clean() {
            verdict.text().close(REMEDY);
        }
        verdict
    }

    const fn compare_table(&self, verdict: &mut Verdict, model: &TableDef, table: usize) {
        let Data::Table {
            name: _,
            comment,
            options,
        } = &self.state.get(table).data
        else {
            return;
        };
        if !equal::optional_text(*comment, model.comment) {
            verdict.blame(None);
            if begin_line(verdict, model) {
                let message = verdict.text();
                message.push("the comment of table ");
                text::table(message, model.name);
                message.push(" is ");
                text::quoted(message, model.comment);
                message.push(" in the model, but ");
                text::quoted(message, *comment);
                message.push(" after the last migration");
            }
        }
        let mut at = 0;
        while let Some(option) = options::difference(&model.options, options, &mut at) {
            verdict.blame(None);
            if begin_line(verdict, model) {
                let message = verdict.text();
                message.push("the option ");
                message.push(option.name);
                message.push(" of table ");
                text::table(message, model.name);
                message.push(" is ");
                message.push(option.from);
                message.push(" in the model, but ");
                message.push(option.to);
                message.push(" after the last migration");
            }
        }
    }

    /// Returns how many of the columns the chain has.
    const fn compare_columns(
        &self,
        verdict: &mut Verdict,
        model: &TableDef,
        table: usize,
    ) -> usize {
        let mut found = 0;
        let mut i = 0;
        while i < model.columns.len() {
            let wanted = &model.columns[i].column;
            let id = self.state.find(Kind::Column, table, wanted.name);
            if id == NONE {
                verdict.blame(Some(i));
                if begin_line(verdict, model) {
                    column_name(verdict, model, wanted);
                    text::column(verdict.text(), wanted);
                    verdict.text().push(" is in the model but in no migration");
                }
            } else if !self.state.is_column(id, wanted)
                && let Some(held) = &self.state.column(self.state.get(id))
            {
                verdict.blame(Some(i));
                if begin_line(verdict, model) {
                    column_name(verdict, model, wanted);
                    text::column(verdict.text(), wanted);
                    verdict.text().push(" in the model, but ");
                    text::column(verdict.text(), held);
                    verdict.text().push(" after the last migration");
                }
            }
            if id != NONE {
                found += 1;
            }
            i += 1;
        }
        found
    }

    const fn compare_constraints(
        &self,
        verdict: &mut Verdict,
        model: &TableDef,
        table: usize,
    ) -> usize {
        let mut found = 0;
        let mut i = 0;
        while i < model.constraints.len() {
            let wanted = Constraint::of_model(&model.constraints[i]);
            let (id, same) = self.state.matching(table, &wanted);
            if !same {
                verdict.blame(field_of_constraint(model, wanted.def));
                if begin_line(verdict, model) {
                    self.constraint_differs(verdict.text(), model, &wanted, id);
                }
            }
            if id != NONE {
                found += 1;
            }
            let (kind, name) = key_of(wanted.def);
            if name.is_empty() && !matches!(kind, Kind::PrimaryKey) {
                // One without a name may be found twice: let every member be looked at.
                found += 1 << 24;
            }
            i += 1;
        }
        found
    }

    const fn constraint_differs(
        &self,
        message: &mut Message,
        model: &TableDef,
        wanted: &Constraint<'_>,
        id: usize,
    ) {
        let (kind, name) = key_of(wanted.def);
        message.push(kind.word());
        message.push(" ");
        if name.is_empty() {
            message.push("of table ");
            text::table(message, model.name);
        } else {
            message.push(name);
        }
        message.push(" ");
        self.state.describe_constraint(message, wanted);
        if id == NONE {
            message.push(" is in the model but in no migration");
        } else if let Some(held) = self.state.constraint(id) {
            message.push(" in the model, but ");
            self.state.describe_constraint(message, &held);
            message.push(" after the last migration");
        }
    }

    const fn compare_indexes(
        &self,
        verdict: &mut Verdict,
        model: &TableDef,
        table: usize,
    ) -> usize {
        let mut found = 0;
        let mut i = 0;
        while i < model.indexes.len() {
            let wanted = Index::of_model(&model.indexes[i]);
            let id = self.state.find(Kind::Index, table, wanted.def.name);
            let held = if id == NONE {
                None
            } else {
                self.state.index(id)
            };
            let same = match &held {
                Some(held) => self.state.same_index(held, &wanted),
                None => false,
            };
            if !same {
                verdict.blame(field_of(model, wanted.def.columns));
                if begin_line(verdict, model) {
                    let message = verdict.text();
                    message.push("index ");
                    message.push(wanted.def.name);
                    message.push(" ");
                    self.state.describe_index(message, &wanted);
                    match held {
                        None => message.push(" is in the model but in no migration"),
                        Some(held) => {
                            message.push(" in the model, but ");
                            self.state.describe_index(message, &held);
                            message.push(" after the last migration");
                        }
                    }
                }
            }
            if id != NONE {
                found += 1;
            }
            i += 1;
        }
        found
    }

    /// What the chain has in the table and the model does not.
    const fn find_surplus(&self, verdict: &mut Verdict, model: &TableDef, table: usize) {
        let mut member = self.state.first_member(table);
        while member != NONE {
            let object = self.state.get(member);
            if object.alive && !self.is_in(model, member) {
                verdict.blame(None);
                if begin_line(verdict, model) {
                    self.surplus(verdict.text(), model, member);
                }
            }
            member = object.next;
        }
    }

    const fn surplus(&self, message: &mut Message, model: &TableDef, member: usize) {
        let object = self.state.get(member);
        message.push(object.kind.word());
        message.push(" ");
        if let Kind::Column = object.kind {
            text::table(message, model.name);
            message.push(".");
        }
        message.push(object.name);
        if object.name.is_empty() {
            message.push("of table ");
            text::table(message, model.name);
        }
        message.push(" ");
        if let Some(column) = self.state.column(object) {
            text::column(message, &column);
        } else if let Some(constraint) = self.state.constraint(member) {
            self.state.describe_constraint(message, &constraint);
        } else if let Some(index) = self.state.index(member) {
            self.state.describe_index(message, &index);
        }
        message.push(" is in the migrations but not in the model");
    }

    const fn is_in(&self, model: &TableDef, member: usize) -> bool {
        let object = self.state.get(member);
        match object.kind {
            Kind::Column => {
                let mut i = 0;
                while i < model.columns.len() {
                    if equal::text(model.columns[i].column.name, object.name) {
                        return true;
                    }
                    i += 1;
                }
                false
            }
            Kind::Index => {
                let mut i = 0;
                while i < model.indexes.len() {
                    if equal::text(model.indexes[i].name, object.name) {
                        return true;
                    }
                    i += 1;
                }
                false
            }
            _ => self.state.is_constraint_of(member, model.constraints),
        }
    }

    const fn compare_enums(&self, verdict: &mut Verdict, model: &TableDef) {
        let mut i = 0;
        while i < model.columns.len() {
            if let Some(wanted) = model.columns[i].enum_type {
                let id = self.state.find(Kind::Enum, NONE, wanted.name);
                let held: Option<&[&str]> = if id == NONE {
                    None
                } else if let Data::Enum(values) = self.state.get(id).data {
                    Some(values)
                } else {
                    None
                };
                let same = match held {
                    Some(values) => equal::texts(values, wanted.values),
                    None => false,
                };
                if !same {
                    verdict.blame(Some(i));
                    if begin_line(verdict, model) {
                        let message = verdict.text();
                        message.push("enum ");
                        message.push(wanted.name);
                        message.push(" ");
                        text::names(message, wanted.values);
                        match held {
                            None => message.push(" is in the model but in no migration"),
                            Some(values) => {
                                message.push(" in the model, but ");
                                text::names(message, values);
                                message.push(" after the last migration");
                            }
                        }
                    }
                }
            }
            i += 1;
        }
    }

    /// Tables and enum types that the chain leaves behind and no model owns, and tables that two own.
    /// What the first `included` migrations made is a library's. The unmanaged tables belong to models that are not in this build.
    pub const fn unowned(
        &self,
        models: &[TableDef],
        unmanaged: &[TableNameDef],
        included: usize,
        checked: bool,
    ) -> ChainVerdict {
        let mut verdict = Verdict::clean();
        if !checked || self.unknown.is_all() {
            return ChainVerdict::clean();
        }
        let message = verdict.text();
        let mut owned = [false; O];
        let mut i = 0;
        while i < models.len() {
            if models[i].columns.is_empty() {
                // Its derive has failed, and said why: what it owns is not known.
                return ChainVerdict::clean();
            }
            let table = self.state.find_table(models[i].name);
            if table != NONE {
                if owned[table] {
                    two_own(message, models, i);
                }
                owned[table] = true;
            }
            self.own_enums(&mut owned, &models[i]);
            i += 1;
        }
        let mut i = 0;
        while i < unmanaged.len() {
            self.own_unmanaged(&mut owned, unmanaged[i]);
            i += 1;
        }
        let mut found = false;
        let mut id = 0;
        while id < self.state.count() {
            let object = self.state.get(id);
            if matches!(object.kind, Kind::Table | Kind::Enum)
                && object.alive
                && object.by >= included
                && !owned[id]
                && !self.is_unknown(object)
                && heading(message)
            {
                message.push(object.kind.word());
                message.push(" ");
                match &object.data {
                    Data::Table { name, .. } => text::table(message, *name),
                    _ => message.push(object.name),
                }
                message.push(" is in the migrations, but no model of `models = [..]` has it");
                chain::made_by(message, self.migrations, object);
                found = true;
            }
            id += 1;
        }
        if found {
            message.push("\n  list the model, or drop what no model has:");
            message.close(REMEDY);
        }
        ChainVerdict::broken(*message)
    }

    const fn is_unknown(&self, object: &Object) -> bool {
        match &object.data {
            Data::Table { name, .. } => self.unknown.has_table(*name),
            _ => self.unknown.has_enum(object.name),
        }
    }

    const fn own_unmanaged(&self, owned: &mut [bool; O], table: TableNameDef) {
        let table = self.state.find_table(table);
        if table == NONE {
            return;
        }
        owned[table] = true;
        let mut member = self.state.first_member(table);
        while member != NONE {
            if let Some(column) = self.state.column(self.state.get(member))
                && let Some(name) = equal::enum_of(column.ty)
            {
                let id = self.state.find(Kind::Enum, NONE, name);
                if id != NONE {
                    owned[id] = true;
                }
            }
            member = self.state.get(member).next;
        }
    }

    const fn own_enums(&self, owned: &mut [bool; O], model: &TableDef) {
        let mut i = 0;
        while i < model.columns.len() {
            if let Some(held) = &model.columns[i].enum_type {
                let id = self.state.find(Kind::Enum, NONE, held.name);
                if id != NONE {
                    owned[id] = true;
                }
            }
            i += 1;
        }
    }
}

/// Two models of one table: the second is at `place`.
const fn two_own(message: &mut Message, models: &[TableDef], place: usize) {
    let mut other = 0;
    while !equal::table_name(models[other].name, models[place].name) {
        other += 1;
    }
    if heading(message) {
        message.push("the models `");
        message.push(models[other].model);
        message.push("` and `");
        message.push(models[place].model);
        message.push("` both own the table ");
        text::table(message, models[place].name);
        message.push(
            "; give one of them another, or say `#[model(unlisted)]` on it and list it no more",
        );
    }
}

const fn heading(message: &mut Message) -> bool {
    if message.is_empty() {
        message.push("the models and the migrations differ:");
    }
    message.line()
}

/// Begins the message of a model, or adds a line to it; `false` when there is no room.
const fn begin_line(verdict: &mut Verdict, model: &TableDef) -> bool {
    if verdict.is_clean() {
        let message = verdict.text();
        message.push("model `");
        message.push(model.model);
        message.push("` and its migrations differ:");
    }
    verdict.text().line()
}

const fn begin<'v>(verdict: &'v mut Verdict, model: &TableDef) -> &'v mut Message {
    begin_line(verdict, model);
    verdict.text()
}

/// `column users.bio `.
const fn column_name(verdict: &mut Verdict, model: &TableDef, column: &ColumnDef) {
    let message = verdict.text();
    message.push("column ");
    text::table(message, model.name);
    message.push(".");
    message.push(column.name);
    message.push(" ");
}

/// The field to blame for a constraint; for a check, that of the one column that it names.
const fn field_of_constraint(model: &TableDef, constraint: &ConstraintDef) -> Option<usize> {
    let ConstraintKind::Check { expression } = constraint.kind else {
        return field_of(model, columns_of(constraint));
    };
    let mut found = None;
    let mut i = 0;
    while i < model.columns.len() {
        if in_sql(expression, model.columns[i].column.name) {
            if found.is_some() {
                return None;
            }
            found = Some(i);
        }
        i += 1;
    }
    found
}

/// The field to blame for something on these columns: that of a single one.
const fn field_of(model: &TableDef, columns: &[&str]) -> Option<usize> {
    if columns.len() != 1 {
        return None;
    }
    let mut i = 0;
    while i < model.columns.len() {
        if equal::text(model.columns[i].column.name, columns[0]) {
            return Some(i);
        }
        i += 1;
    }
    None
}
