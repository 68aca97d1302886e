//! What a database has already of what an operation creates, and how that differs from the models.
//!
//! In: the schemas and one operation. Out: what is there, in words. Compared is only the one object,
//! in the dialect's comparison form; a table as a whole, since it is taken over as a whole.

use std::cell::OnceCell;

use super::Database;
use crate::dialect::{Dialect, compared};
use crate::diff::{RenameHints, diff};
use crate::operation::{Object, Operation, describe};
use crate::schema::{EnumType, Name, Schema, Table, TableName};

/// What has the name that an operation needs, or is the same under another.
#[derive(Debug)]
pub(super) struct There {
    /// In the words of the database.
    pub(super) what: String,
    /// What the models say, where that is something else.
    pub(super) difference: Option<String>,
}

impl There {
    pub(super) const fn same(what: String) -> Self {
        Self {
            what,
            difference: None,
        }
    }
}

/// The schemas that an operation is compared with.
pub(super) struct Sight<'a> {
    chain: &'a Schema,
    target: &'a Schema,
    database: Database<'a>,
    normal: OnceCell<Schema>,
    normal_chain: OnceCell<Schema>,
    /// The database and the models, in words.
    compared: OnceCell<(Schema, Schema)>,
}

impl<'a> Sight<'a> {
    pub(super) const fn new(chain: &'a Schema, target: &'a Schema, database: Database<'a>) -> Self {
        Self {
            chain,
            target,
            database,
            normal: OnceCell::new(),
            normal_chain: OnceCell::new(),
            compared: OnceCell::new(),
        }
    }

    fn normal(&self) -> &Schema {
        (self.normal).get_or_init(|| normal(self.database.schema, self.database.dialect))
    }

    fn normal_chain(&self) -> &Schema {
        (self.normal_chain).get_or_init(|| normal(self.chain, self.database.dialect))
    }

    /// What the database has of it.
    pub(super) fn find(&self, operation: &Operation, object: &Object) -> Option<There> {
        let found = self.find_in(operation, object, self.database.schema, self.normal());
        match operation {
            Operation::CreateTable { table, .. } => found.map(|there| There {
                difference: self.table_difference(&table.name),
                ..there
            }),
            _ => found,
        }
    }

    /// Whether the chain has it: then this revision drops or renames that first.
    pub(super) fn is_of_chain(&self, operation: &Operation, object: &Object) -> bool {
        (self.find_in(operation, object, self.chain, self.normal_chain())).is_some()
    }

    fn find_in(
        &self,
        operation: &Operation,
        object: &Object,
        schema: &Schema,
        normal: &Schema,
    ) -> Option<There> {
        let called = called(object, schema);
        match operation {
            Operation::CreateTable { table, .. } => called
                .or_else(|| {
                    let name = self.normal_name(&table.name);
                    normal
                        .table(&name)
                        .map(|table| format!("table {}", table.name))
                })
                .map(There::same),
            Operation::CreateEnum { enum_type, .. } => self.enum_type(enum_type, normal),
            _ => match self.part_of_models(operation) {
                Some((what, part)) => part_in(normal, &part, called, what),
                None => called.map(There::same),
            },
        }
    }

    fn enum_type(&self, enum_type: &EnumType, normal: &Schema) -> Option<There> {
        let mut alone = Schema::new();
        let name = enum_type.name.clone();
        alone.enums.insert(name, enum_type.clone());
        let alone = self::normal(&alone, self.database.dialect);
        let wanted = alone.enums.into_values().next()?;
        let there = normal.enums.get(&wanted.name)?;
        Some(There {
            what: there.values.join(", "),
            difference: (there.values != wanted.values)
                .then(|| format!("the models say {}", wanted.values.join(", "))),
        })
    }

    /// The part of a table that the operation adds, in words, and a table with nothing else, normalized.
    fn part_of_models(&self, operation: &Operation) -> Option<(String, Table)> {
        let table = self.target.table(operation.table()?)?;
        let mut holder = Table {
            uniques: Vec::new(),
            checks: Vec::new(),
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
            ..table.clone()
        };
        let mut only = None;
        let what = match operation {
            Operation::AddUnique { unique, .. } => {
                holder.uniques.push(unique.clone());
                describe::unique(unique)
            }
            Operation::AddCheck { check, .. } => {
                holder.checks.push(check.clone());
                describe::check(check)
            }
            Operation::AddForeignKey { foreign_key, .. } => {
                holder.foreign_keys.push(foreign_key.clone());
                describe::foreign_key(foreign_key)
            }
            Operation::CreateIndex { index, .. } => {
                holder.indexes.push(index.clone());
                describe::index(index)
            }
            Operation::AddColumn { column, .. } => {
                holder.primary_key = None;
                only = Some(&column.name);
                describe::column(column)
            }
            _ => return None,
        };
        holder
            .columns
            .retain(|one| only.is_none_or(|name| one.name == *name));
        let mut alone = alone(&holder);
        // The types of its columns may stand for checks, and an enum's check has the values.
        alone.enums.clone_from(&self.target.enums);
        let alone = self::normal(&alone, self.database.dialect);
        let mut part = alone.tables.into_values().next()?;
        if only.is_none() {
            part.columns.clear();
        }
        if only.is_none() && !matches!(operation, Operation::AddCheck { .. }) {
            part.checks.clear();
        }
        Some((what, part))
    }

    /// How a table of the database has to change to be what the models say. What it has beyond that is
    /// kept, and no difference.
    fn table_difference(&self, name: &TableName) -> Option<String> {
        let (there, models) = self
            .compared
            .get_or_init(|| compared(self.database.schema, self.target, self.database.dialect));
        // Of equal tables nothing is said in words.
        let normal_name = self.normal_name(name);
        let table = |schema: &Schema| {
            (schema.table(name).or_else(|| schema.table(&normal_name))).map(alone)
        };
        let operations = diff(&table(there)?, &table(models)?, &RenameHints::default());
        let differences: Vec<String> = (operations.iter())
            .filter(|operation| {
                !matches!(
                    operation,
                    Operation::DropIndex { .. }
                        | Operation::DropColumn { .. }
                        | Operation::DropUnique { .. }
                        | Operation::DropCheck { .. }
                        | Operation::DropForeignKey { .. }
                )
            })
            .map(describe::describe)
            .collect();
        (!differences.is_empty()).then(|| {
            format!(
                "the models have it in another form: {}",
                differences.join("; ")
            )
        })
    }

    fn normal_name(&self, name: &TableName) -> TableName {
        let alone = self::normal(&alone(&Table::new(name.clone())), self.database.dialect);
        let mut names = alone.tables.into_keys();
        names.next().unwrap_or_else(|| name.clone())
    }

    /// What else has the name that a new table or index needs: a view, or the index of another table.
    pub(super) fn in_the_way(&self, object: &Object) -> Option<String> {
        let same = |one: &Name, other: &Name| one.as_str().eq_ignore_ascii_case(other.as_str());
        match object {
            Object::Table(name) => {
                let wanted = Name::from(name.to_string());
                let attached = (self.database.schema.attached.iter())
                    .filter(|it| it.kind.is_named_like_tables())
                    .find(|it| same(&it.name, &wanted))?;
                Some(format!("{} {}", attached.kind.as_str(), attached.name))
            }
            Object::Index(table, name)
                if self.database.dialect.capabilities().schema_wide_indexes =>
            {
                let others = (self.database.schema.tables.values())
                    .filter(|other| other.name != *table && other.name.schema == table.schema);
                let (other, index) = others
                    .flat_map(|other| other.indexes.iter().map(move |index| (other, index)))
                    .find(|(_, index)| same(&index.name, name))?;
                let of_chain = (self.chain.tables.values())
                    .any(|table| table.indexes.iter().any(|it| same(&it.name, name)));
                (!of_chain).then(|| format!("{} on {}", index.name, other.name))
            }
            _ => None,
        }
    }
}

/// What a schema has under that name.
fn called(object: &Object, schema: &Schema) -> Option<String> {
    let of = object.table().and_then(|table| schema.table(table));
    let same = |name: &Option<Name>, wanted: &Name| name.as_ref() == Some(wanted);
    match object {
        Object::Table(_) => {
            let names: Vec<Name> = of?
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect();
            Some(describe::columns(&names))
        }
        Object::Column(_, name) => of?.column(name).map(describe::column),
        Object::Index(_, name) => of?.index(name).map(describe::index),
        Object::Unique(_, name) => of?
            .uniques
            .iter()
            .find(|one| same(&one.name, name))
            .map(describe::unique),
        Object::Check(_, name) => of?
            .checks
            .iter()
            .find(|one| same(&one.name, name))
            .map(describe::check),
        Object::ForeignKey(_, name) => of?
            .foreign_keys
            .iter()
            .find(|one| same(&one.name, name))
            .map(describe::foreign_key),
        Object::PrimaryKey(_) | Object::Constraint(..) | Object::Enum(_) => None,
    }
}

/// The part of a table itself, or what has its name, as the database tells such things apart.
fn part_in(normal: &Schema, part: &Table, called: Option<String>, what: String) -> Option<There> {
    let Table {
        name,
        columns,
        primary_key: _,
        uniques,
        checks,
        foreign_keys,
        indexes,
        comment: _,
        options: _,
        stored_sql: _,
    } = part;
    let there = normal.table(name)?;
    let is_there = columns.iter().all(|one| there.columns.contains(one))
        && indexes.iter().all(|one| there.indexes.contains(one))
        && uniques.iter().all(|one| there.uniques.contains(one))
        && checks.iter().all(|one| there.checks.contains(one))
        && (foreign_keys.iter()).all(|one| there.foreign_keys.contains(one));
    if is_there {
        return Some(There::same(called.unwrap_or(what)));
    }
    let column = columns.iter().find_map(|one| there.column(&one.name));
    let index = indexes.iter().find_map(|one| there.index(&one.name));
    let what_there = called
        .or_else(|| column.map(describe::column))
        .or_else(|| index.map(describe::index))?;
    Some(There {
        what: what_there,
        difference: Some(format!("the models say {what}")),
    })
}

fn normal(schema: &Schema, dialect: &dyn Dialect) -> Schema {
    dialect.normalize(&dialect.physical(schema))
}

fn alone(table: &Table) -> Schema {
    let mut schema = Schema::new();
    schema.insert(table.clone());
    schema
}
