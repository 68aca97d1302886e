//! How the schema of a project changes: tables come, and in between one table at a time is worked on.
//!
//! A step changes a copy of the schema; the operations are what the diff makes of that, renames named.

use super::Size;
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::operation::Operation;
use migrate_runtime::schema::{
    Check, Column, DefaultValue, Deferrable, ForeignKey, Index, Name, ReferentialAction, Schema,
    SqlText, SqlType, Table, TableName, Unique, Value, naming,
};

/// Words for columns; a number follows.
const WORDS: [&str; 8] = [
    "title", "amount", "code", "state", "created", "note", "rank", "active",
];

/// A table that comes and goes.
const SCRATCH: &str = "scratch";

/// What happens to a table between two new ones, in turn.
const CHANGES: [fn(&mut Evolution, &mut Table); 11] = [
    Evolution::add_indexed_column,
    Evolution::alter_column,
    Evolution::rename_column,
    Evolution::add_check,
    Evolution::drop_column,
    Evolution::add_unique,
    Evolution::alter_column,
    Evolution::add_reference,
    Evolution::drop_constraint,
    Evolution::rename_table,
    Evolution::fill_column,
];

#[derive(Debug)]
pub(super) struct Evolution {
    size: Size,
    /// Tables so far.
    tables: usize,
    /// Changes so far; also what makes new names unique.
    changes: usize,
    hints: RenameHints,
    fills: Vec<Operation>,
    /// The state of a linear congruential generator: the same choices in every run.
    random: u64,
}

impl Evolution {
    pub(super) fn new(size: Size) -> Self {
        Self {
            size,
            tables: 0,
            changes: 0,
            hints: RenameHints::default(),
            fills: Vec::new(),
            random: 7,
        }
    }

    /// The operations of a revision on top of a schema.
    pub(super) fn step(&mut self, number: usize, schema: &Schema) -> Vec<Operation> {
        let mut after = schema.clone();
        self.hints = RenameHints::default();
        // The last fifth of the chain only changes what is there.
        let growing = (self.size.migrations * 4 / 5).max(1);
        let due = (self.size.models * (number + 1)).div_ceil(growing);
        let due = due.min(self.size.models);
        if due > self.tables {
            for number in self.tables..due {
                after.insert(self.table(number, schema));
            }
            self.tables = due;
        } else {
            self.change(&mut after);
        }
        let mut operations = diff(schema, &after, &self.hints);
        operations.append(&mut self.fills);
        operations
    }

    fn pick(&mut self, below: usize) -> usize {
        self.random = (self.random)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.random >> 33).unwrap_or(0) % below.max(1)
    }

    /// One of the tables that stay.
    fn pick_table(&mut self, schema: &Schema) -> Option<TableName> {
        let scratch = TableName::new(SCRATCH);
        let mut tables = schema.tables.keys().filter(|name| **name != scratch);
        let chosen = self.pick(tables.clone().count());
        tables.nth(chosen).cloned()
    }

    fn change(&mut self, schema: &mut Schema) {
        let turn = self.changes % (CHANGES.len() + 1);
        self.changes += 1;
        if turn == CHANGES.len() {
            return Self::come_or_go(schema);
        }
        let Some(name) = self.pick_table(schema) else {
            return;
        };
        let Some(mut table) = schema.tables.remove(&name) else {
            return;
        };
        CHANGES[turn](self, &mut table);
        let to = table.name.clone();
        schema.insert(table);
        if to != name {
            let tables = schema.tables.values_mut();
            for key in tables.flat_map(|table| &mut table.foreign_keys) {
                if key.target == name {
                    key.target = to.clone();
                }
            }
            self.hints.tables.push((name, to));
        }
    }

    fn come_or_go(schema: &mut Schema) {
        let table = Table::new(SCRATCH)
            .with_column(Column::new("id", SqlType::BigInt).not_null())
            .with_column(Column::new("note", SqlType::Text))
            .with_primary_key(["id"]);
        if schema.tables.remove(&table.name).is_none() {
            schema.insert(table);
        }
    }

    /// A new table, with a foreign key to an older one and an index on it.
    fn table(&mut self, number: usize, schema: &Schema) -> Table {
        let mut table = Table::new(format!("table_{number}").as_str())
            .with_column(Column {
                auto_increment: true,
                ..Column::new("id", SqlType::BigInt).not_null()
            })
            .with_primary_key(["id"]);
        if let Some(target) = self.pick_table(schema) {
            refer(&mut table, "parent_id", target);
        }
        while table.columns.len() + 1 < self.size.columns {
            let column = column(table.columns.len());
            table.columns.push(column);
        }
        table
    }

    fn is_full(&self, table: &Table) -> bool {
        table.columns.len() > self.size.columns
    }

    fn add_indexed_column(&mut self, table: &mut Table) {
        if self.is_full(table) {
            return self.drop_column(table);
        }
        let column = column(self.changes + self.size.columns);
        let name = column.name.clone();
        table.columns.push(column);
        let index = naming::index(table.name.name.as_str(), &[name.as_str()]);
        table.indexes.push(Index::new(index.as_str(), [name]));
    }

    /// Also a stored value for the rows that are there.
    fn fill_column(&mut self, table: &mut Table) {
        if self.is_full(table) {
            return self.drop_column(table);
        }
        let name = Name::new(format!("filled_{}", self.changes));
        table
            .columns
            .push(Column::new(name.clone(), SqlType::Integer));
        self.fills.push(Operation::Backfill {
            table: table.name.clone(),
            column: name,
            value: SqlText::new("id % 10"),
            condition: None,
        });
    }

    /// Another column that nothing hangs on goes, with its indexes.
    fn drop_column(&mut self, table: &mut Table) {
        let chosen = self.pick(table.columns.len());
        let free = table.columns.iter().skip(chosen).chain(&table.columns);
        let mut free = free.map(|column| &column.name);
        let Some(name) = free.find(|name| !is_bound(table, name)).cloned() else {
            return self.rename_table(table);
        };
        table.columns.retain(|column| column.name != name);
    }

    fn rename_column(&mut self, table: &mut Table) {
        let chosen = self.pick(table.columns.len());
        let free = table.columns.iter().enumerate().skip(chosen);
        let mut free = free.filter(|(_, column)| !is_bound(table, &column.name));
        let Some((place, _)) = free.next() else {
            return self.rename_table(table);
        };
        let to = Name::new(format!("renamed_{}", self.changes));
        let from = std::mem::replace(&mut table.columns[place].name, to.clone());
        self.hints.columns.push((table.name.clone(), from, to));
    }

    /// A longer type where it has a length, else the other nullability and a default.
    fn alter_column(&mut self, table: &mut Table) {
        let chosen = 1 + self.pick(table.columns.len() - 1);
        let Some(column) = table.columns.get_mut(chosen) else {
            return;
        };
        match &mut column.ty {
            SqlType::Varchar(length) => *length += 20,
            SqlType::Integer => {
                column.nullable = false;
                let value = i64::try_from(self.changes).unwrap_or(0);
                column.default = Some(DefaultValue::Value(Value::Integer(value)));
            }
            // A key is set to NULL when what it refers to goes.
            SqlType::BigInt => column.comment = Some(format!("looked at in {}", self.changes)),
            _ => column.nullable = !column.nullable,
        }
    }

    fn add_check(&mut self, table: &mut Table) {
        let integer = table.columns.iter().find(|column| {
            column.ty == SqlType::Integer
                && !table.checks.iter().any(|check| {
                    let text = check.expression.any.as_deref();
                    text.is_some_and(|text| text.contains(column.name.as_str()))
                })
        });
        let Some(name) = integer.map(|column| column.name.as_str().to_owned()) else {
            return self.alter_column(table);
        };
        table.checks.push(Check {
            name: Some(
                naming::check(table.name.name.as_str(), &[&name])
                    .as_str()
                    .into(),
            ),
            expression: SqlText::new(format!("{name} >= 0")),
        });
    }

    fn add_unique(&mut self, table: &mut Table) {
        let text = (table.columns.iter()).find(|column| {
            matches!(column.ty, SqlType::Varchar(_)) && !is_bound(table, &column.name)
        });
        let Some(name) = text.map(|column| column.name.clone()) else {
            return self.alter_column(table);
        };
        let columns = [name.as_str()];
        table.uniques.push(Unique {
            name: Some(
                naming::unique(table.name.name.as_str(), &columns)
                    .as_str()
                    .into(),
            ),
            columns: vec![name],
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
        });
    }

    fn add_reference(&mut self, table: &mut Table) {
        if self.is_full(table) {
            return self.drop_column(table);
        }
        let to = table.name.clone();
        refer(table, &format!("other_{}_id", self.changes), to);
    }

    fn drop_constraint(_: &mut Self, table: &mut Table) {
        if table.uniques.pop().is_none() && table.checks.pop().is_none() {
            table.indexes.pop();
        }
    }

    fn rename_table(&mut self, table: &mut Table) {
        let number = self.pick(1_000);
        table.name = TableName::new(format!("table_{}_{number}", self.changes));
    }
}

/// Whether a key, a constraint or an index names the column.
fn is_bound(table: &Table, name: &Name) -> bool {
    let checks = table.checks.iter().any(|check| {
        let text = check.expression.any.as_deref().unwrap_or_default();
        text.starts_with(&format!("{name} "))
    });
    let keys = table.primary_key.iter().flat_map(|key| &key.columns);
    let keys = keys
        .chain(table.uniques.iter().flat_map(|unique| &unique.columns))
        .chain(table.foreign_keys.iter().flat_map(|key| &key.columns));
    let index = Index::new("any", [name.clone()]);
    checks
        || keys.into_iter().any(|column| column == name)
        || table
            .indexes
            .iter()
            .any(|other| other.columns == index.columns)
}

/// A column of a kind that goes round.
fn column(number: usize) -> Column {
    let kind = number % WORDS.len();
    let name = format!("{}_{number}", WORDS[kind]);
    match kind {
        0 => Column::new(name, SqlType::Varchar(80)).not_null(),
        1 => Column::new(name, SqlType::Integer)
            .not_null()
            .with_default(DefaultValue::Value(Value::Integer(0))),
        2 => Column::new(name, SqlType::Varchar(20)),
        3 => Column::new(name, SqlType::Text)
            .not_null()
            .with_default(DefaultValue::Value(Value::Text("new".to_owned()))),
        4 => Column::new(name, SqlType::Timestamp(None))
            .not_null()
            .with_default(DefaultValue::Now),
        5 => Column::new(name, SqlType::Text),
        6 => Column::new(name, SqlType::Double),
        _ => Column::new(name, SqlType::Bool)
            .not_null()
            .with_default(DefaultValue::Value(Value::Bool(true))),
    }
}

/// A column, a foreign key on it and an index.
fn refer(table: &mut Table, name: &str, target: TableName) {
    table.columns.push(Column::new(name, SqlType::BigInt));
    let own = table.name.name.as_str();
    table.foreign_keys.push(ForeignKey {
        name: Some(naming::foreign_key(own, &[name]).as_str().into()),
        columns: vec![name.into()],
        target,
        target_columns: vec!["id".into()],
        on_delete: ReferentialAction::SetNull,
        on_update: ReferentialAction::NoAction,
        deferrable: Deferrable::No,
        match_full: false,
    });
    let index = naming::index(own, &[name]);
    table.indexes.push(Index::new(index.as_str(), [name]));
}
