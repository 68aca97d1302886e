//! What a downgrade does not restore, in words: one line each, with the operation that mends it.

use super::message::Message;
use super::replay::Replay;
use super::state::{Data, Kind, NONE};
use super::{chain, equal, options, text};
use crate::migration::{TableNameDef, TableOptionsDef};

impl<const O: usize, const S: usize> Replay<O, S> {
    /// Compares an object with what it was.
    pub(super) const fn same_as_before(&mut self, id: usize, now: usize) {
        let was = self.journal.object_before(&self.state, id);
        let is = self.state.get(now);
        if let (Some(is), Some(was)) = (self.state.column(is), self.state.column(was)) {
            if !equal::column(&is, &was) {
                self.say_different(id, now);
            }
            return;
        }
        let (before, after) = (was.data, is.data);
        match (&before, &after) {
            (
                Data::Table {
                    name,
                    comment,
                    options,
                },
                Data::Table {
                    name: _,
                    comment: comment_now,
                    options: options_now,
                },
            ) => {
                if !equal::optional_text(*comment, *comment_now) && self.line() {
                    let message = &mut self.problem;
                    message.push("the comment of table ");
                    text::table(message, *name);
                    message.push(" is ");
                    text::quoted(message, *comment_now);
                    message.push(", but was ");
                    text::quoted(message, *comment);
                    call(message, "set_table_comment", &[], Some(*name), ", ..)");
                }
                self.options_differ(*name, options_now, options);
            }
            (Data::Enum(is), Data::Enum(was)) if equal::texts(is, was) => {}
            (Data::Constraint(_) | Data::Index(_), _) if self.same_member(id, now) => {}
            _ => self.say_different(id, now),
        }
    }

    const fn same_member(&self, id: usize, now: usize) -> bool {
        if let Some(before) = self.constraint_before(id) {
            return self.state.is_same_constraint(now, &before);
        }
        match (self.index_before(id), self.state.index(now)) {
            (Some(before), Some(after)) => self.state.same_index(&before, &after),
            _ => false,
        }
    }

    const fn options_differ(
        &mut self,
        table: TableNameDef,
        is: &TableOptionsDef,
        was: &TableOptionsDef,
    ) {
        let mut at = 0;
        while let Some(option) = options::difference(is, was, &mut at) {
            if self.line() {
                let message = &mut self.problem;
                message.push("the option ");
                message.push(option.name);
                message.push(" of table ");
                text::table(message, table);
                message.push(" is ");
                message.push(option.from);
                message.push(", but was ");
                message.push(option.to);
                call(message, "set_table_options", &[], Some(table), ", ..)");
            }
        }
    }

    const fn say_different(&mut self, id: usize, now: usize) {
        if !self.line() {
            return;
        }
        self.push_name(id);
        self.problem.push(" is");
        self.push_details(now, false);
        self.problem.push(", but was");
        self.push_details(id, true);
        let object = self.state.get(now);
        let (kind, name, owner) = (object.kind, object.name, object.table);
        let message = &mut self.problem;
        match kind {
            Kind::Column => {
                let table = self.state.table_name(owner);
                call(message, "alter_column", &[name], Some(table), ")");
            }
            Kind::Enum => call(message, "alter_enum", &[name], None, ", ..)"),
            _ => {
                self.advise_drop(now);
                self.problem.push(", and make it again");
            }
        }
    }

    /// An object of before that has another name now.
    pub(super) const fn say_renamed(&mut self, id: usize) {
        if !self.line() {
            return;
        }
        self.push_name(id);
        let before = self.journal.object_before(&self.state, id);
        let object = self.state.get(id);
        let (was, is) = (before.name, object.name);
        let message = &mut self.problem;
        message.push(" is still called ");
        message.push(is);
        match (object.kind, &before.data, &object.data) {
            (_, Data::Table { name, .. }, Data::Table { name: now, .. }) => {
                message.push(": rename_table(\"");
                text::table(message, *now);
                message.push("\", \"");
                text::table(message, *name);
                message.push("\")");
            }
            (kind, _, _) => {
                let table = self.state.table_name(object.table);
                let word = match kind {
                    Kind::Index => "rename_index",
                    Kind::Column => "rename_column",
                    _ => "rename_constraint",
                };
                call(message, word, &[is, was], Some(table), ")");
            }
        }
    }

    /// An object of before that is gone.
    pub(super) const fn say_gone(&mut self, id: usize) {
        if !self.line() {
            return;
        }
        self.push_name(id);
        self.push_details(id, true);
        self.problem.push(" is gone");
        let before = self.journal.object_before(&self.state, id);
        let name = before.name;
        let table = match &before.data {
            Data::Table { name, .. } => Some(*name),
            _ if before.table == NONE => None,
            _ => match &self.journal.object_before(&self.state, before.table).data {
                Data::Table { name, .. } => Some(*name),
                _ => None,
            },
        };
        let message = &mut self.problem;
        match before.kind {
            Kind::Table => call(message, "create_table", &[], table, ", ..)"),
            Kind::Column => {
                call(message, "add_column", &[], table, ", column(\"");
                message.push(name);
                message.push("\", ..))");
            }
            Kind::Index => {
                message.push(": create_index(\"");
                message.push(name);
                message.push("\", \"");
                if let Some(table) = table {
                    text::table(message, table);
                }
                message.push("\", ..)");
            }
            Kind::PrimaryKey => {
                call(message, "add_primary_key", &[], table, ", primary_key(..))");
            }
            Kind::Unique => call(message, "add_unique", &[], table, ", unique(..))"),
            Kind::Check => call(message, "add_check", &[], table, ", check(..))"),
            Kind::ForeignKey => {
                call(message, "add_foreign_key", &[], table, ", foreign_key(..))");
            }
            Kind::Enum => call(message, "create_enum", &[name], None, ", ..)"),
            Kind::Revision | Kind::Rename | Kind::Change => {}
        }
    }

    /// An object that was not there before.
    pub(super) const fn say_left_over(&mut self, id: usize) {
        if !self.line() {
            return;
        }
        let owner = self.owner_name(id);
        let object = self.state.get(id);
        let message = &mut self.problem;
        message.push(object.kind.word());
        message.push(" ");
        push_name(message, &object.data, object.name, owner);
        self.push_details(id, false);
        self.problem.push(" is left over");
        self.advise_drop(id);
    }

    const fn owner_name(&self, id: usize) -> Option<TableNameDef> {
        match self.state.get(id).table {
            NONE => None,
            table => Some(self.state.table_name(table)),
        }
    }

    const fn advise_drop(&mut self, id: usize) {
        let object = self.state.get(id);
        let (kind, name) = (object.kind, object.name);
        let table = match &object.data {
            Data::Table { name, .. } => Some(*name),
            _ => self.owner_name(id),
        };
        let message = &mut self.problem;
        match kind {
            Kind::Table => call(message, "drop_table", &[], table, ")"),
            Kind::Column => call(message, "drop_column", &[name], table, ")"),
            Kind::Index => {
                message.push(": drop_index(\"");
                message.push(name);
                message.push("\", \"");
                if let Some(table) = table {
                    text::table(message, table);
                }
                message.push("\")");
            }
            Kind::PrimaryKey => call(message, "drop_primary_key", &[], table, ")"),
            Kind::Unique => call(message, "drop_unique", &[name], table, ")"),
            Kind::Check => call(message, "drop_check", &[name], table, ")"),
            Kind::ForeignKey => call(message, "drop_foreign_key", &[name], table, ")"),
            Kind::Enum => call(message, "drop_enum", &[name], None, ")"),
            Kind::Revision | Kind::Rename | Kind::Change => {}
        }
    }

    /// `column users.bio`, of an object of before, by the names it had.
    const fn push_name(&mut self, id: usize) {
        let before = self.journal.object_before(&self.state, id);
        let owner = match before.table {
            NONE => None,
            table => match &self.journal.object_before(&self.state, table).data {
                Data::Table { name, .. } => Some(*name),
                _ => None,
            },
        };
        let message = &mut self.problem;
        message.push(before.kind.word());
        message.push(" ");
        push_name(message, &before.data, before.name, owner);
    }

    /// What an object is, now or before, after a blank.
    const fn push_details(&mut self, id: usize, of_before: bool) {
        let (constraint, index) = if of_before {
            (self.constraint_before(id), self.index_before(id))
        } else {
            (self.state.constraint(id), self.state.index(id))
        };
        let object = if of_before {
            self.journal.object_before(&self.state, id)
        } else {
            self.state.get(id)
        };
        let mut message = self.problem;
        if !matches!(object.data, Data::Table { .. }) {
            message.push(" ");
        }
        match (&object.data, constraint, index) {
            (_, Some(constraint), _) => self.state.describe_constraint(&mut message, &constraint),
            (_, _, Some(index)) => self.state.describe_index(&mut message, &index),
            (Data::Column(_), ..) => {
                if let Some(column) = self.state.column(object) {
                    text::column(&mut message, &column);
                }
            }
            (Data::Enum(values), ..) => text::names(&mut message, values),
            _ => {}
        }
        self.problem = message;
    }

    /// Begins the message, or another line of it; `false` when there is no room.
    const fn line(&mut self) -> bool {
        if self.problem.is_empty() {
            let migration = &self.migrations[self.journal.by];
            let (start, end, at) = if self.is_squash {
                let end = "` does not lead to what those lead to that it replaces";
                ("migration `", end, migration.location)
            } else {
                let end = "` does not restore what its upgrade started from";
                (
                    "the downgrade of migration `",
                    end,
                    migration.downgrade_location,
                )
            };
            self.problem.push(start);
            self.problem.push(migration.id);
            self.problem.push(end);
            chain::place(&mut self.problem, at);
        }
        self.problem.line()
    }
}

const fn push_name(message: &mut Message, data: &Data, name: &str, owner: Option<TableNameDef>) {
    if let Data::Table { name, .. } = data {
        return text::table(message, *name);
    }
    if let Some(table) = owner {
        text::table(message, table);
        if !name.is_empty() {
            message.push(".");
        }
    }
    message.push(name);
}

/// `: drop_column("users", "bio")`: the call that mends it, up to `end`.
const fn call(
    message: &mut Message,
    word: &str,
    arguments: &[&str],
    table: Option<TableNameDef>,
    end: &str,
) {
    message.push(": ");
    message.push(word);
    message.push("(\"");
    if let Some(table) = table {
        text::table(message, table);
        message.push("\"");
    }
    let mut i = 0;
    while i < arguments.len() {
        if i > 0 || table.is_some() {
            message.push(", \"");
        }
        message.push(arguments[i]);
        message.push("\"");
        i += 1;
    }
    message.push(end);
}
