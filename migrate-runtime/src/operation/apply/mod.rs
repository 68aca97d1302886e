//! What an operation does to a schema: the fold of a chain, one step.
//!
//! Strict: an operation that names what does not exist, creates what exists, or takes away what
//! something else still uses is an error, as it would be one on a database. Two sets of rules, since
//! there are two kinds of schemas: a **chain** is complete, so a foreign key to a table it lacks is a
//! mistake; what a **database** reports may hold foreign keys to anything, and renames a column inside
//! its expressions by itself.

mod column;
mod constraint;
mod error;
pub(crate) mod key;
mod table;

pub use error::ApplyError;

use self::error::{exists, missing};
use super::{Object, Operation};
use crate::schema::{EnumType, Name, Schema, SqlType, Table, TableName};

/// Which schema an operation is applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rules {
    Chain,
    Database,
}

/// Applies an operation to the folded chain.
///
/// The texts of checks, generated columns and indexes are the chain's own words, so renaming a column
/// that one of them mentions is refused: dropped before and added again after, it has the same text
/// in the chain, in the models and on every database.
///
/// # Errors
/// Where the operation does not fit the schema, which is then unchanged.
pub fn apply(schema: &mut Schema, operation: &Operation) -> Result<(), ApplyError> {
    checked(schema, operation, Rules::Chain)
}

/// Applies an operation to what a database holds, as the database would: a renamed column is renamed
/// in the expressions too, and a foreign key or enum type may be one that the schema does not know.
///
/// # Errors
/// Where the operation does not fit the schema, which is then unchanged.
pub fn apply_to_database(schema: &mut Schema, operation: &Operation) -> Result<(), ApplyError> {
    checked(schema, operation, Rules::Database)
}

/// Applies operations in order, by the rules of a chain.
///
/// # Errors
/// The first operation that does not fit; those before it have been applied.
pub fn apply_all<'a>(
    schema: &mut Schema,
    operations: impl IntoIterator<Item = &'a Operation>,
) -> Result<(), ApplyError> {
    operations
        .into_iter()
        .try_for_each(|operation| apply(schema, operation))
}

/// `sql` and `run` have several effects; all or none of them happen.
fn checked(schema: &mut Schema, operation: &Operation, rules: Rules) -> Result<(), ApplyError> {
    match operation {
        Operation::Sql { sql: _, changes } | Operation::Run { name: _, changes } => {
            let mut copy = schema.clone();
            for change in changes {
                if rules == Rules::Chain || !is_forgotten(&mut copy, change) {
                    checked(&mut copy, change, rules)?;
                }
            }
            *schema = copy;
            Ok(())
        }
        _ => step(schema, operation, rules),
    }
}

/// Takes away what the chain knows no more, whoever else still uses it: the database decides what it drops,
/// and what a chain only forgets stays there.
fn is_forgotten(database: &mut Schema, change: &Operation) -> bool {
    match change {
        Operation::DropTable { table, .. } => database.tables.remove(table).is_some(),
        Operation::DropEnum { name } => database.enums.remove(name).is_some(),
        _ => false,
    }
}

fn step(schema: &mut Schema, operation: &Operation, rules: Rules) -> Result<(), ApplyError> {
    let word = operation.word();
    match operation {
        Operation::CreateTable {
            table,
            if_not_exists,
        } => table::create(schema, table, *if_not_exists, rules),
        Operation::DropTable { table, if_exists } => table::drop(schema, table, *if_exists),
        Operation::RenameTable { from, to } => table::rename(schema, from, to),
        Operation::SetTableComment { table, comment } => {
            table_mut(schema, word, table)?.comment.clone_from(comment);
            Ok(())
        }
        Operation::SetTableOptions { table, options } => {
            table_mut(schema, word, table)?.options = options.clone();
            Ok(())
        }
        Operation::AddColumn {
            table,
            column,
            if_not_exists,
        } => column::add(schema, table, column, *if_not_exists, rules),
        Operation::DropColumn {
            table,
            column,
            if_exists,
        } => column::drop(schema, table, column, *if_exists),
        Operation::RenameColumn { table, from, to } => {
            column::rename(schema, table, from, to, rules)
        }
        Operation::AlterColumn {
            table,
            column,
            change,
        } => column::alter(schema, table, column, change, rules),
        Operation::CreateIndex {
            table,
            index,
            if_not_exists,
            concurrently: _,
        } => constraint::create_index(schema, table, index, *if_not_exists),
        Operation::DropIndex {
            table,
            index,
            if_exists,
            concurrently: _,
        } => constraint::drop_index(schema, table, index, *if_exists, rules),
        Operation::RenameIndex { table, from, to } => {
            constraint::rename_index(schema, table, from, to)
        }
        Operation::AddPrimaryKey { table, primary_key } => {
            constraint::add_primary_key(schema, table, primary_key)
        }
        Operation::DropPrimaryKey { table } => constraint::drop_primary_key(schema, table, rules),
        Operation::AddUnique {
            table,
            unique,
            if_not_exists,
        } => constraint::add_unique(schema, table, unique, *if_not_exists),
        Operation::DropUnique { table, name } => {
            constraint::drop_unique(schema, table, name, rules)
        }
        Operation::AddCheck {
            table,
            check,
            if_not_exists,
            not_valid: _,
        } => constraint::add_check(schema, table, check, *if_not_exists),
        Operation::ValidateConstraint { table, name } => {
            constraint::require_checked(schema, table, name)
        }
        Operation::DropCheck { table, name } => constraint::drop_check(schema, table, name),
        Operation::AddForeignKey {
            table,
            foreign_key,
            if_not_exists,
            not_valid: _,
        } => constraint::add_foreign_key(schema, table, foreign_key, *if_not_exists, rules),
        Operation::DropForeignKey { table, name } => {
            constraint::drop_foreign_key(schema, table, name)
        }
        Operation::RenameConstraint { table, from, to } => {
            constraint::rename(schema, table, from, to)
        }
        Operation::CreateEnum {
            enum_type,
            if_not_exists,
        } => create_enum(schema, enum_type, *if_not_exists),
        Operation::AlterEnum {
            name,
            values,
            renames,
        } => alter_enum(schema, name, values, renames, rules),
        Operation::DropEnum { name } => drop_enum(schema, name, rules),
        Operation::Backfill {
            table,
            column,
            value: _,
            condition: _,
        } => {
            let found = table_mut(schema, word, table)?;
            column::require(found, word, column)
        }
        Operation::Sql { .. } | Operation::Run { .. } => Ok(()),
    }
}

/// The table, or the error that says which tables there are.
fn table_mut<'a>(
    schema: &'a mut Schema,
    operation: &'static str,
    name: &TableName,
) -> Result<&'a mut Table, ApplyError> {
    if !schema.tables.contains_key(name) {
        let object = Object::Table(name.clone());
        return Err(missing(operation, object, error::tables(schema)));
    }
    schema
        .table_mut(name)
        .ok_or_else(|| missing(operation, Object::Table(name.clone()), None))
}

fn create_enum(
    schema: &mut Schema,
    enum_type: &EnumType,
    if_not_exists: bool,
) -> Result<(), ApplyError> {
    let object = Object::Enum(enum_type.name.clone());
    error::distinct("create_enum", &object, &enum_type.values)?;
    if let Some(there) = schema.enums.get(&enum_type.name) {
        return if if_not_exists {
            Ok(())
        } else {
            Err(exists("create_enum", object, there.values.join(", ")))
        };
    }
    let name = enum_type.name.clone();
    schema.enums.insert(name, enum_type.clone());
    Ok(())
}

fn alter_enum(
    schema: &mut Schema,
    name: &Name,
    values: &[String],
    renames: &[(String, String)],
    rules: Rules,
) -> Result<(), ApplyError> {
    let object = Object::Enum(name.clone());
    error::distinct("alter_enum", &object, values)?;
    let Some(there) = schema.enums.get_mut(name) else {
        return match rules {
            Rules::Chain => Err(missing("alter_enum", object, None)),
            Rules::Database => Ok(()),
        };
    };
    for (from, to) in renames {
        let problem = if !there.values.contains(from) {
            format!(
                "{from} is not one of its values: {}",
                there.values.join(", ")
            )
        } else if !values.contains(to) {
            format!("{from} is renamed to {to}, which is not among the new values")
        } else if values.contains(from) {
            format!("{from} is renamed to {to} and still among the new values")
        } else {
            continue;
        };
        return Err(error::invalid("alter_enum", object, problem));
    }
    there.values = values.to_vec();
    Ok(())
}

fn drop_enum(schema: &mut Schema, name: &Name, rules: Rules) -> Result<(), ApplyError> {
    let object = Object::Enum(name.clone());
    if !schema.enums.contains_key(name) {
        return match rules {
            Rules::Chain => Err(missing("drop_enum", object, None)),
            Rules::Database => Ok(()),
        };
    }
    for table in schema.tables.values() {
        for column in &table.columns {
            if enum_of(&column.ty) == Some(name) {
                let user = Object::Column(table.name.clone(), column.name.clone());
                return Err(error::in_use("drop_enum", object, user));
            }
        }
    }
    schema.enums.remove(name);
    Ok(())
}

/// The enum type behind a column's type, arrays of it included.
pub(crate) fn enum_of(ty: &SqlType) -> Option<&Name> {
    match ty {
        SqlType::Enum(name) => Some(name),
        SqlType::Array(element) => enum_of(element),
        _ => None,
    }
}

/// Refuses a type that names an enum type the chain does not have.
fn known_type(
    schema: &Schema,
    operation: &'static str,
    ty: &SqlType,
    rules: Rules,
) -> Result<(), ApplyError> {
    match enum_of(ty) {
        Some(name) if rules == Rules::Chain && !schema.enums.contains_key(name) => {
            Err(missing(operation, Object::Enum(name.clone()), None))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
