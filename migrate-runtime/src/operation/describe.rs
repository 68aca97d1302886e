//! Operations and schema objects in words, for summaries, drift lists and messages.

use super::{ColumnChange, Operation};
use crate::schema::{
    Check, Column, DefaultValue, Deferrable, ForeignKey, Index, IndexKey, Name, PrimaryKey,
    ReferentialAction, SortOrder, SqlText, Table, Unique, Value,
};

/// An operation in one line: `added users.bio TEXT NULL`.
pub fn describe(operation: &Operation) -> String {
    let (verb, what) = summary(operation);
    format!("{verb} {what}")
}

/// An operation as a verb and what it is about, for lists in two columns:
/// `("added", "users.bio TEXT NULL")`.
pub fn summary(operation: &Operation) -> (&'static str, String) {
    match operation {
        Operation::CreateTable {
            table: created,
            if_not_exists: _,
        } => (
            "added",
            format!("table {} ({})", created.name, columns_of(created)),
        ),
        Operation::DropTable {
            table,
            if_exists: _,
        } => ("removed", format!("table {table}")),
        Operation::RenameTable { from, to } => ("renamed", format!("table {from} to {to}")),
        Operation::SetTableComment { table, comment } => (
            "changed",
            format!("table {table}: {}", comment_text(comment.as_deref())),
        ),
        Operation::SetTableOptions { table, options: _ } => {
            ("changed", format!("table {table}: its options"))
        }
        Operation::AddColumn {
            table,
            column: added,
            if_not_exists: _,
        } => ("added", format!("{table}.{} {}", added.name, column(added))),
        Operation::DropColumn {
            table,
            column,
            if_exists: _,
        } => ("removed", format!("{table}.{column}")),
        Operation::RenameColumn { table, from, to } => {
            ("renamed", format!("{table}.{from} to {to}"))
        }
        Operation::AlterColumn {
            table,
            column,
            change: to,
        } => ("changed", format!("{table}.{column}: {}", change(to))),
        Operation::CreateIndex {
            table,
            index: created,
            if_not_exists: _,
            concurrently: _,
        } => (
            "added",
            format!("{} on {table} {}", created.name, index(created)),
        ),
        Operation::DropIndex {
            table,
            index,
            if_exists: _,
            concurrently: _,
        } => ("removed", format!("{index} on {table}")),
        Operation::RenameIndex { table, from, to } => {
            ("renamed", format!("index {from} to {to} on {table}"))
        }
        Operation::RenameConstraint { table, from, to } => {
            ("renamed", format!("constraint {from} to {to} on {table}"))
        }
        Operation::AddPrimaryKey {
            table,
            primary_key: key,
        } => ("added", format!("{table} {}", primary_key(key))),
        Operation::DropPrimaryKey { table } => ("removed", format!("{table} PRIMARY KEY")),
        Operation::AddUnique {
            table,
            unique: added,
            if_not_exists: _,
        } => ("added", format!("{table} {}", unique(added))),
        Operation::AddCheck {
            table,
            check: added,
            if_not_exists: _,
            not_valid: _,
        } => ("added", format!("{table} {}", check(added))),
        Operation::AddForeignKey {
            table,
            foreign_key: added,
            if_not_exists: _,
            not_valid: _,
        } => ("added", format!("{table} {}", foreign_key(added))),
        Operation::ValidateConstraint { table, name } => {
            ("validated", format!("{table} CONSTRAINT {name}"))
        }
        Operation::DropUnique { table, name }
        | Operation::DropCheck { table, name }
        | Operation::DropForeignKey { table, name } => {
            ("removed", format!("{table} CONSTRAINT {name}"))
        }
        Operation::CreateEnum {
            enum_type,
            if_not_exists: _,
        } => (
            "added",
            format!("enum {} ({})", enum_type.name, enum_type.values.join(", ")),
        ),
        Operation::AlterEnum {
            name,
            values,
            renames,
        } => {
            let renames: Vec<String> = (renames.iter())
                .map(|(from, to)| format!("; {from} is now {to}"))
                .collect();
            let renames = renames.concat();
            (
                "changed",
                format!("enum {name} ({}){renames}", values.join(", ")),
            )
        }
        Operation::DropEnum { name } => ("removed", format!("enum {name}")),
        Operation::Sql { sql, changes: _ } => ("runs", format!("sql {}", shortened(&text(sql)))),
        Operation::Backfill {
            table,
            column,
            value,
            condition: _,
        } => ("fills", format!("{table}.{column} with {}", text(value))),
        Operation::Run { name, changes: _ } => ("runs", name.clone()),
    }
}

/// A column without its name: `TEXT NULL`, `INTEGER NOT NULL DEFAULT 0`.
pub fn column(column: &Column) -> String {
    let Column {
        name: _,
        ty,
        nullable,
        default: value,
        generated,
        auto_increment,
        collation,
        comment,
    } = column;
    let mut words = vec![ty.describe()];
    words.push(if *nullable { "NULL" } else { "NOT NULL" }.to_owned());
    if let Some(value) = value {
        words.push(format!("DEFAULT {}", default(value)));
    }
    if let Some(from) = generated {
        let kind = if from.stored { "STORED" } else { "VIRTUAL" };
        words.push(format!("GENERATED ({}) {kind}", text(&from.expression)));
    }
    if *auto_increment {
        words.push("AUTO_INCREMENT".to_owned());
    }
    if let Some(collation) = collation {
        words.push(format!("COLLATE {collation}"));
    }
    if let Some(comment) = comment {
        words.push(format!("COMMENT '{comment}'"));
    }
    words.join(" ")
}

/// A default: `0`, `'draft'`, `now`.
pub fn default(value: &DefaultValue) -> String {
    match value {
        DefaultValue::Value(Value::Bool(value)) => value.to_string(),
        DefaultValue::Value(Value::Integer(value)) => value.to_string(),
        DefaultValue::Value(Value::Float(value)) => value.clone(),
        DefaultValue::Value(Value::Text(value)) => format!("'{value}'"),
        DefaultValue::Now => "now".to_owned(),
        DefaultValue::Today => "today".to_owned(),
        DefaultValue::Uuid => "uuid".to_owned(),
        DefaultValue::Sql(sql) => text(sql),
    }
}

/// An index without its name: `UNIQUE (a, b DESC) WHERE b > 0`.
pub fn index(index: &Index) -> String {
    let Index {
        name: _,
        columns: parts,
        unique,
        predicate,
        method,
        include,
        nulls_not_distinct,
        storage,
    } = index;
    let parts: Vec<String> = (parts.iter())
        .map(|part| {
            let key = match &part.key {
                IndexKey::Column(name) => name.to_string(),
                IndexKey::Expression(sql) => text(sql),
            };
            match part.order {
                SortOrder::Ascending => key,
                SortOrder::Descending => format!("{key} DESC"),
            }
        })
        .collect();
    let mut words = Vec::new();
    if *unique {
        words.push("UNIQUE".to_owned());
    }
    if let Some(method) = method {
        words.push(format!("USING {method}"));
    }
    words.push(format!("({})", parts.join(", ")));
    if !include.is_empty() {
        words.push(format!("INCLUDE {}", columns(include)));
    }
    if *nulls_not_distinct {
        words.push("NULLS NOT DISTINCT".to_owned());
    }
    if let Some(storage) = storage {
        words.push(format!("WITH ({storage})"));
    }
    if let Some(predicate) = predicate {
        words.push(format!("WHERE {}", text(predicate)));
    }
    words.join(" ")
}

/// A primary key: `PRIMARY KEY (id)`.
pub fn primary_key(key: &PrimaryKey) -> String {
    let PrimaryKey {
        name: _,
        columns: list,
    } = key;
    format!("PRIMARY KEY {}", columns(list))
}

/// A unique constraint: `CONSTRAINT users_email_key UNIQUE (email)`.
pub fn unique(unique: &Unique) -> String {
    let Unique {
        name,
        columns: list,
        include,
        nulls_not_distinct,
        deferrable: when,
    } = unique;
    let included = if include.is_empty() {
        String::new()
    } else {
        format!(" INCLUDE {}", columns(include))
    };
    let nulls = if *nulls_not_distinct {
        " NULLS NOT DISTINCT"
    } else {
        ""
    };
    format!(
        "{}UNIQUE{nulls} {}{included}{}",
        constraint(name.as_ref()),
        columns(list),
        deferrable(*when)
    )
}

/// A check: `CONSTRAINT users_age CHECK (age >= 0)`.
pub fn check(check: &Check) -> String {
    let Check { name, expression } = check;
    if let Some(definition) = check.exclusion() {
        return format!("{}EXCLUDE {definition}", constraint(name.as_ref()));
    }
    format!("{}CHECK ({})", constraint(name.as_ref()), text(expression))
}

/// A foreign key: `CONSTRAINT … FOREIGN KEY (org_id) REFERENCES orgs (id) ON DELETE CASCADE`.
pub fn foreign_key(key: &ForeignKey) -> String {
    let ForeignKey {
        name,
        columns: list,
        target,
        target_columns,
        on_delete,
        on_update,
        deferrable: when,
        match_full,
    } = key;
    let action = |event: &str, action: ReferentialAction| match action {
        ReferentialAction::NoAction => String::new(),
        action => format!(" ON {event} {}", action.as_sql()),
    };
    format!(
        "{}FOREIGN KEY {} REFERENCES {target} {}{}{}{}{}",
        constraint(name.as_ref()),
        columns(list),
        columns(target_columns),
        if *match_full { " MATCH FULL" } else { "" },
        action("DELETE", *on_delete),
        action("UPDATE", *on_update),
        deferrable(*when),
    )
}

/// What an `alter_column` changes: `VARCHAR(20), NOT NULL`.
pub fn change(change: &ColumnChange) -> String {
    let ColumnChange {
        ty,
        using: _,
        nullable,
        default: value,
        generated,
        auto_increment,
        collation,
        comment,
    } = change;
    let mut words = Vec::new();
    if let Some(ty) = ty {
        words.push(ty.describe());
    }
    if let Some(nullable) = nullable {
        words.push(if *nullable { "NULL" } else { "NOT NULL" }.to_owned());
    }
    match value {
        Some(Some(value)) => words.push(format!("DEFAULT {}", default(value))),
        Some(None) => words.push("no default".to_owned()),
        None => {}
    }
    match generated {
        Some(Some(from)) => words.push(format!("GENERATED ({})", text(&from.expression))),
        Some(None) => words.push("not generated".to_owned()),
        None => {}
    }
    match auto_increment {
        Some(true) => words.push("AUTO_INCREMENT".to_owned()),
        Some(false) => words.push("no AUTO_INCREMENT".to_owned()),
        None => {}
    }
    match collation {
        Some(Some(collation)) => words.push(format!("COLLATE {collation}")),
        Some(None) => words.push("no COLLATE".to_owned()),
        None => {}
    }
    if let Some(comment) = comment {
        words.push(comment_text(comment.as_deref()));
    }
    words.join(", ")
}

/// Columns in brackets: `(a, b)`.
pub fn columns(names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(Name::as_str).collect();
    format!("({})", names.join(", "))
}

/// The text of a fragment; several texts are shown with the database they are for.
pub fn text(sql: &SqlText) -> String {
    let SqlText { any, overrides } = sql;
    let mut texts: Vec<String> = any.iter().cloned().collect();
    texts.extend(
        overrides
            .iter()
            .map(|(backend, text)| format!("{backend}: {text}")),
    );
    texts.join(" / ")
}

fn columns_of(table: &Table) -> String {
    let names: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    match names.len() {
        0..=8 => names.join(", "),
        count => format!("{} and {} more", names[..6].join(", "), count - 6),
    }
}

fn constraint(name: Option<&Name>) -> String {
    name.map(|name| format!("CONSTRAINT {name} "))
        .unwrap_or_default()
}

fn comment_text(comment: Option<&str>) -> String {
    match comment {
        Some(comment) => format!("COMMENT '{comment}'"),
        None => "no comment".to_owned(),
    }
}

const fn deferrable(when: Deferrable) -> &'static str {
    match when {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

/// One line of at most 60 characters.
fn shortened(sql: &str) -> String {
    let line: Vec<&str> = sql.split_whitespace().collect();
    let line = line.join(" ");
    if line.chars().count() <= 60 {
        return line;
    }
    line.chars().take(57).chain("...".chars()).collect()
}
