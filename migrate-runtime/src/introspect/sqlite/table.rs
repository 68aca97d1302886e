//! A table, from its columns and its stored statement.

use super::{ColumnFacts, table_name};
use crate::dialect::sqlite::ddl::{
    ColumnClause, ColumnClauseKind, ColumnDefinition, CreateTable, KeyPart, References,
    StoredOptions, TableConstraint, TableConstraintKind,
};
use crate::schema::{
    Backend, Check, Column, DefaultValue, Deferrable, ForeignKey, Generated, Name, PrimaryKey,
    SqlText, SqlType, Table, TableOptions, Unique,
};

pub(super) fn read(name: &str, sql: &str, statement: &CreateTable, facts: &[ColumnFacts]) -> Table {
    let StoredOptions {
        strict,
        without_rowid,
    } = statement.options;
    let mut table = Table::new(table_name(name));
    table.stored_sql = Some(sql.to_owned());
    table.options = TableOptions {
        sqlite_strict: strict,
        sqlite_without_rowid: without_rowid,
        ..TableOptions::default()
    };
    table.columns = facts
        .iter()
        .map(|facts| column(facts, statement.column(&facts.name)))
        .collect();
    table.primary_key = primary_key(facts);
    for definition in statement.columns() {
        add_column_constraints(&mut table, definition);
    }
    for constraint in statement.constraints() {
        add_constraint(&mut table, constraint);
    }
    mark_rowid(&mut table, statement);
    table
}

fn column(facts: &ColumnFacts, definition: Option<&ColumnDefinition>) -> Column {
    let ColumnFacts {
        name,
        ty,
        not_null,
        key: _,
    } = facts;
    // The pragma takes the quotes off, without which `"set"` is no type.
    let spelling = definition
        .map(|definition| definition.ty.as_str())
        .filter(|ty| ty.contains(['"', '\'', '`', '[']) && !ty.contains("/*") && !ty.contains("--"))
        .unwrap_or(ty);
    let mut column = Column::new(name.clone(), SqlType::native(Backend::Sqlite, spelling));
    column.nullable = !not_null;
    for clause in definition.map_or(&[][..], |definition| &definition.clauses) {
        match &clause.kind {
            // Of two clauses of a kind the last one counts.
            ColumnClauseKind::Default(text) => {
                column.default = Some(DefaultValue::Sql(sqlite_text(text)));
            }
            ColumnClauseKind::Collate(name) => column.collation = Some(name.as_str().to_owned()),
            ColumnClauseKind::Generated { expression, stored } => {
                column.generated = Some(Generated {
                    expression: sqlite_text(expression),
                    stored: *stored,
                });
            }
            ColumnClauseKind::Null
            | ColumnClauseKind::NotNull(_)
            | ColumnClauseKind::PrimaryKey { .. }
            | ColumnClauseKind::Unique(_)
            | ColumnClauseKind::Check(_)
            | ColumnClauseKind::References(_)
            | ColumnClauseKind::Deferrable(_)
            | ColumnClauseKind::Nothing => {}
        }
    }
    column
}

fn primary_key(facts: &[ColumnFacts]) -> Option<PrimaryKey> {
    let mut key: Vec<&ColumnFacts> = facts.iter().filter(|facts| facts.key > 0).collect();
    key.sort_by_key(|facts| facts.key);
    (!key.is_empty()).then(|| PrimaryKey {
        name: None,
        columns: key.iter().map(|facts| facts.name.clone()).collect(),
    })
}

fn add_column_constraints(table: &mut Table, definition: &ColumnDefinition) {
    let column = std::slice::from_ref(&definition.name);
    for ColumnClause {
        name,
        kind,
        range: _,
    } in &definition.clauses
    {
        match kind {
            ColumnClauseKind::PrimaryKey { .. } => name_primary_key(table, name.as_ref()),
            ColumnClauseKind::Unique(_) => table.uniques.push(unique(name.as_ref(), column)),
            ColumnClauseKind::Check(expression) => {
                table.checks.push(check(name.as_ref(), expression));
            }
            ColumnClauseKind::References(references) => {
                table
                    .foreign_keys
                    .push(foreign_key(name.as_ref(), column, references));
            }
            ColumnClauseKind::Deferrable(deferrable) => {
                if let Some(last) = table.foreign_keys.last_mut() {
                    last.deferrable = *deferrable;
                }
            }
            ColumnClauseKind::Null
            | ColumnClauseKind::NotNull(_)
            | ColumnClauseKind::Default(_)
            | ColumnClauseKind::Collate(_)
            | ColumnClauseKind::Generated { .. }
            | ColumnClauseKind::Nothing => {}
        }
    }
}

fn add_constraint(table: &mut Table, constraint: &TableConstraint) {
    let TableConstraint {
        name,
        kind,
        text: _,
    } = constraint;
    let name = name.as_ref();
    match kind {
        TableConstraintKind::PrimaryKey { .. } => name_primary_key(table, name),
        TableConstraintKind::Unique {
            columns,
            conflict: _,
        } => {
            let columns: Vec<Name> = columns.iter().map(part_name).collect();
            table.uniques.push(unique(name, &columns));
        }
        TableConstraintKind::Check {
            expression,
            conflict: _,
        } => table.checks.push(check(name, expression)),
        TableConstraintKind::ForeignKey {
            columns,
            references,
        } => table
            .foreign_keys
            .push(foreign_key(name, columns, references)),
        TableConstraintKind::Nothing => {}
    }
}

fn part_name(part: &KeyPart) -> Name {
    part.column.clone()
}

fn name_primary_key(table: &mut Table, name: Option<&Name>) {
    if let Some(key) = &mut table.primary_key {
        key.name = name.cloned();
    }
}

fn unique(name: Option<&Name>, columns: &[Name]) -> Unique {
    Unique {
        name: name.cloned(),
        columns: columns.to_vec(),
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

fn check(name: Option<&Name>, expression: &str) -> Check {
    Check {
        name: name.cloned(),
        expression: sqlite_text(expression),
    }
}

fn foreign_key(name: Option<&Name>, columns: &[Name], references: &References) -> ForeignKey {
    let References {
        table,
        columns: target_columns,
        on_delete,
        on_update,
        matching: _,
        deferrable,
    } = references;
    ForeignKey {
        name: name.cloned(),
        columns: columns.to_vec(),
        target: table_name(table.as_str()),
        target_columns: target_columns.clone(),
        on_delete: *on_delete,
        on_update: *on_update,
        deferrable: *deferrable,
        match_full: false,
    }
}

/// An `INTEGER PRIMARY KEY` is the rowid: never NULL, numbered by the database, with or without
/// `AUTOINCREMENT`; which of them is an option of the table. `DESC` behind the column keeps it from being one, by an old mistake of SQLite that
/// is kept (<https://www.sqlite.org/lang_createtable.html#rowid>).
fn mark_rowid(table: &mut Table, statement: &CreateTable) {
    let Some(key) = &table.primary_key else {
        return;
    };
    let [name] = key.columns.as_slice() else {
        return;
    };
    let descending = statement.column(name).is_some_and(|column| {
        column.clauses.iter().any(|clause| {
            matches!(
                clause.kind,
                ColumnClauseKind::PrimaryKey {
                    descending: true,
                    ..
                }
            )
        })
    });
    let name = name.clone();
    let without_rowid = table.options.sqlite_without_rowid;
    if let Some(column) = table.column_mut(&name) {
        let is_integer = matches!(&column.ty, SqlType::Native(text)
            if text.get(Backend::Sqlite).is_some_and(|text| text.eq_ignore_ascii_case("INTEGER")));
        if is_integer && descending {
            // `INT` says the same, an integer that is not the rowid, and says it in every place.
            column.ty = SqlType::native(Backend::Sqlite, "INT");
        } else if is_integer && !without_rowid {
            column.auto_increment = true;
            column.nullable = false;
            table.options.sqlite_no_autoincrement = !statement.is_autoincrement();
        }
    }
}

fn sqlite_text(text: &str) -> SqlText {
    SqlText::only(Backend::Sqlite, text)
}
