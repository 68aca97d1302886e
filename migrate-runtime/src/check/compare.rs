//! Compares a model with the folded chain, and finds what no model owns.

use super::members::{columns_of, key_of};
use super::state::{Data, Kind, NONE};
use super::verdict::{ChainVerdict, Verdict};
use super::{Folded, chain, equal, text};
use crate::migration::{ColumnDef, ConstraintDef, ConstraintKind, IndexDef};
use crate::model::TableDef;

/// What to type when models and migrations differ.
const REMEDY: &str = "run: cargo migrate revision --autogenerate -m \"...\"";

impl<const M: usize, const O: usize, const S: usize> Folded<M, O, S> {
    /// The verdict of one model. Where the chain itself is broken, that is the one thing to say, and
    /// `schema!` says it.
    pub const fn compare(&self, model: &TableDef, checked: bool) -> Verdict {
        let mut verdict = Verdict::clean();
        if !checked || self.is_broken() {
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
            self.compare_columns(&mut verdict, model, table);
            self.compare_constraints(&mut verdict, model, table);
            self.compare_indexes(&mut verdict, model, table);
            self.find_surplus(&mut verdict, model, table);
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
        } = self.state.get(table).data
        else {
            return;
        };
        if !equal::optional_text(comment, model.comment) {
            whole(verdict, model, "the comment of table ");
        }
        if !equal::options(options, model.options) {
            whole(verdict, model, "the options of table ");
        }
    }

    const fn compare_columns(&self, verdict: &mut Verdict, model: &TableDef, table: usize) {
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
            } else if let Data::Column(held) = &self.state.get(id).data
                && !same_column(held, wanted)
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
            i += 1;
        }
    }

    const fn compare_constraints(&self, verdict: &mut Verdict, model: &TableDef, table: usize) {
        let mut i = 0;
        while i < model.constraints.len() {
            let wanted = &model.constraints[i];
            let id = self.state.matching(table, wanted);
            if id == NONE || !self.state.same_constraint(id, wanted) {
                verdict.blame(field_of(model, columns_of(wanted)));
                if begin_line(verdict, model) {
                    constraint(verdict, model, wanted);
                    verdict.text().push(if id == NONE {
                        " is in the model but in no migration"
                    } else {
                        " in the model, but "
                    });
                    if id != NONE
                        && let Data::Constraint(held) = &self.state.get(id).data
                    {
                        details(verdict, held);
                        verdict.text().push(" after the last migration");
                    }
                }
            }
            i += 1;
        }
    }

    const fn compare_indexes(&self, verdict: &mut Verdict, model: &TableDef, table: usize) {
        let mut i = 0;
        while i < model.indexes.len() {
            let wanted = &model.indexes[i];
            let id = self.state.find(Kind::Index, table, wanted.name);
            if id == NONE || !self.state.same_index(id, wanted) {
                verdict.blame(field_of(model, wanted.columns));
                if begin_line(verdict, model) {
                    verdict.text().push("index ");
                    verdict.text().push(wanted.name);
                    index_key(verdict, wanted);
                    verdict.text().push(if id == NONE {
                        " is in the model but in no migration"
                    } else {
                        " in the model, but"
                    });
                    if id != NONE
                        && let Data::Index(held) = &self.state.get(id).data
                    {
                        index_key(verdict, held);
                        verdict.text().push(" after the last migration");
                    }
                }
            }
            i += 1;
        }
    }

    /// What the chain has in the table and the model does not.
    const fn find_surplus(&self, verdict: &mut Verdict, model: &TableDef, table: usize) {
        let mut member = self.state.first_member(table);
        while member != NONE {
            let object = self.state.get(member);
            if object.alive && !self.is_in(model, member) {
                verdict.blame(None);
                if begin_line(verdict, model) {
                    let message = verdict.text();
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
                    message.push(" is in the migrations but not in the model");
                }
            }
            member = object.next;
        }
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
    pub const fn unowned(&self, models: &[TableDef], checked: bool) -> ChainVerdict {
        let mut verdict = Verdict::clean();
        if !checked || self.is_broken() {
            return ChainVerdict::clean();
        }
        let message = verdict.text();
        let mut i = 0;
        while i < models.len() {
            let mut j = 0;
            while j < i {
                if equal::table_name(models[i].name, models[j].name) && heading(message) {
                    message.push("the models `");
                    message.push(models[j].model);
                    message.push("` and `");
                    message.push(models[i].model);
                    message.push("` both own the table ");
                    text::table(message, models[i].name);
                }
                j += 1;
            }
            i += 1;
        }
        let mut id = 0;
        while id < self.state.count() {
            let object = self.state.get(id);
            let owned = match (object.alive, object.data) {
                (true, Data::Table { name, .. }) => owns_table(models, name),
                (true, Data::Enum(_)) => owns_enum(models, object.name),
                _ => true,
            };
            if !owned && heading(message) {
                message.push(object.kind.word());
                message.push(" ");
                message.push(object.name);
                message.push(" is in the migrations, but no model of `models = [..]` has it");
                chain::place(message, self.migrations[object.by].location);
            }
            id += 1;
        }
        if message.is_empty() {
            return ChainVerdict::clean();
        }
        message.close(REMEDY);
        ChainVerdict::broken(*message)
    }
}

const fn owns_table(models: &[TableDef], name: crate::migration::TableNameDef) -> bool {
    let mut i = 0;
    while i < models.len() {
        if equal::table_name(models[i].name, name) {
            return true;
        }
        i += 1;
    }
    false
}

const fn owns_enum(models: &[TableDef], name: &str) -> bool {
    let mut i = 0;
    while i < models.len() {
        let columns = models[i].columns;
        let mut c = 0;
        while c < columns.len() {
            if let Some(held) = columns[c].enum_type
                && equal::text(held.name, name)
            {
                return true;
            }
            c += 1;
        }
        i += 1;
    }
    false
}

const fn heading(message: &mut super::message::Message) -> bool {
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

const fn begin<'v>(verdict: &'v mut Verdict, model: &TableDef) -> &'v mut super::message::Message {
    begin_line(verdict, model);
    verdict.text()
}

/// A difference of the table as a whole.
const fn whole(verdict: &mut Verdict, model: &TableDef, what: &str) {
    verdict.blame(None);
    if begin_line(verdict, model) {
        let message = verdict.text();
        message.push(what);
        text::table(message, model.name);
        message.push(" in the model differs from that after the last migration");
    }
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

const fn constraint(verdict: &mut Verdict, model: &TableDef, constraint: &ConstraintDef) {
    let (kind, name) = key_of(constraint);
    let message = verdict.text();
    message.push(kind.word());
    message.push(" ");
    if name.is_empty() {
        message.push("of table ");
        text::table(message, model.name);
    } else {
        message.push(name);
    }
    message.push(" ");
    details(verdict, constraint);
}

/// What a constraint demands: `(org_id) -> orgs (id) ON DELETE CASCADE`.
const fn details(verdict: &mut Verdict, constraint: &ConstraintDef) {
    let message = verdict.text();
    match constraint.kind {
        ConstraintKind::PrimaryKey { columns } => text::names(message, columns),
        ConstraintKind::Unique {
            columns,
            nulls_not_distinct,
            deferrable,
        } => {
            text::names(message, columns);
            if nulls_not_distinct {
                message.push(" NULLS NOT DISTINCT");
            }
            message.push(when(deferrable));
        }
        ConstraintKind::Check { expression } => {
            message.push("(");
            text::sql(message, expression);
            message.push(")");
        }
        ConstraintKind::ForeignKey {
            columns,
            target,
            target_columns,
            on_delete,
            on_update,
            deferrable,
        } => {
            text::names(message, columns);
            message.push(" -> ");
            text::table(message, target);
            message.push(" ");
            text::names(message, target_columns);
            message.push(" ON DELETE ");
            message.push(on_delete.as_sql());
            message.push(" ON UPDATE ");
            message.push(on_update.as_sql());
            message.push(when(deferrable));
        }
    }
}

const fn when(deferrable: crate::schema::Deferrable) -> &'static str {
    use crate::schema::Deferrable;
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

/// ` UNIQUE (a, lower(b)) WHERE c`.
const fn index_key(verdict: &mut Verdict, index: &IndexDef) {
    let message = verdict.text();
    message.push(if index.unique { " UNIQUE (" } else { " (" });
    let mut i = 0;
    while i < equal::key_length(index) {
        if i > 0 {
            message.push(", ");
        }
        let part = equal::key_part(index, i);
        match part.expression {
            Some(expression) => text::sql(message, expression),
            None => message.push(part.column),
        }
        if let crate::schema::SortOrder::Descending = part.order {
            message.push(" DESC");
        }
        i += 1;
    }
    message.push(")");
    if let Some(predicate) = index.predicate {
        message.push(" WHERE ");
        text::sql(message, predicate);
    }
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

const fn same_column(held: &ColumnDef, wanted: &ColumnDef) -> bool {
    let ColumnDef {
        name: _,
        ty,
        nullable,
        default,
        generated,
        auto_increment,
        collation,
        comment,
    } = *held;
    equal::column_type(ty, wanted.ty)
        && nullable == wanted.nullable
        && auto_increment == wanted.auto_increment
        && equal::default(default, wanted.default)
        && equal::generated(generated, wanted.generated)
        && equal::optional_text(collation, wanted.collation)
        && equal::optional_text(comment, wanted.comment)
}
