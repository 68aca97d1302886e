//! Operations, as a migration file spells them: the inverse of `migration::lower`.

use super::column::{backend, change, column, plain, sql_def};
use super::constraint::{check, foreign_key, primary_key, unique};
use super::index::{create_index, filter};
use super::layout::Expr;
use super::name::identifier;
use crate::operation::Operation;
use crate::schema::{EnumType, Name, SqlText, Table, TableName, TableOptions};

/// The operations, each with its comment lines and the file that has its SQL, or its function, as a slice.
pub(super) fn slice<'a>(
    steps: impl IntoIterator<Item = (&'a Operation, Vec<String>, Option<&'a str>)>,
) -> Expr {
    let mut elements = Vec::new();
    for (operation, comments, written) in steps {
        let expr = match (operation, written) {
            (Operation::Sql { sql: _, changes }, Some(file)) => {
                let text = Expr::call("include_str!", [Expr::text(file)]);
                with_changes(Expr::call("sql", [text]), changes)
            }
            (Operation::Run { name, changes }, Some(function)) => {
                let call = [Expr::text(name), Expr::atom(function)];
                with_changes(Expr::call("run", call), changes)
            }
            _ => self::operation(operation),
        };
        elements.push((comments, expr));
        // The indexes of a new table are steps of their own in a file.
        if let Operation::CreateTable {
            table,
            if_not_exists,
        } = operation
        {
            for index in &table.indexes {
                let step = create_index(&table.name, index);
                let step = in_table(step, &table.name).method_if(*if_not_exists, "if_not_exists");
                elements.push((Vec::new(), step));
            }
        }
    }
    Expr::Slice(elements)
}

fn plain_slice(operations: &[Operation]) -> Expr {
    slice((operations.iter()).map(|operation| (operation, Vec::new(), None)))
}

/// The name of a table as the constructors take it.
pub(super) fn table(name: &TableName) -> Expr {
    Expr::text(&name.to_string())
}

/// The name in full, where `schema.table` would be read as something else: a name with a dot in it.
pub(super) fn table_def(name: &TableName) -> Option<Expr> {
    if TableName::parse(&name.to_string()) == *name {
        return None;
    }
    let TableName { schema, name } = name;
    let schema = match schema {
        Some(schema) => Expr::call("Some", [text(schema)]),
        None => Expr::atom("None"),
    };
    Some(Expr::call("TableNameDef::new", [schema, text(name)]))
}

fn in_table(expr: Expr, name: &TableName) -> Expr {
    match table_def(name) {
        Some(name) => expr.method("in_table", [name]),
        None => expr,
    }
}

fn text(name: &Name) -> Expr {
    Expr::text(name.as_str())
}

/// One operation.
fn operation(operation: &Operation) -> Expr {
    let word = operation.word();
    let call = |on: &TableName, rest: Vec<Expr>| {
        let arguments = std::iter::once(table(on)).chain(rest);
        in_table(Expr::call(word, arguments), on)
    };
    match operation {
        Operation::CreateTable {
            table,
            if_not_exists,
        } => create_table(table).method_if(*if_not_exists, "if_not_exists"),
        Operation::DropTable { table, if_exists } => {
            call(table, vec![]).method_if(*if_exists, "if_exists")
        }
        Operation::RenameTable { from, to } => {
            let expr = call(from, vec![table(to)]);
            match table_def(to) {
                Some(to) => expr.method("to_table", [to]),
                None => expr,
            }
        }
        Operation::SetTableComment { table, comment } => {
            let comment = match comment {
                Some(comment) => Expr::call("Some", [Expr::text(comment)]),
                None => Expr::atom("None"),
            };
            call(table, vec![comment])
        }
        Operation::SetTableOptions { table, options } => call(table, vec![self::options(options)]),
        Operation::AddColumn {
            table,
            column,
            if_not_exists,
        } => call(table, vec![self::column(column)]).method_if(*if_not_exists, "if_not_exists"),
        Operation::DropColumn {
            table,
            column,
            if_exists,
        } => call(table, vec![text(column)]).method_if(*if_exists, "if_exists"),
        Operation::RenameColumn { table, from, to }
        | Operation::RenameIndex { table, from, to }
        | Operation::RenameConstraint { table, from, to } => {
            call(table, vec![text(from), text(to)])
        }
        Operation::AlterColumn {
            table,
            column,
            change,
        } => self::change(call(table, vec![text(column)]), change),
        Operation::CreateIndex {
            table,
            index,
            if_not_exists,
            concurrently,
        } => in_table(create_index(table, index), table)
            .method_if(*if_not_exists, "if_not_exists")
            .method_if(*concurrently, "concurrently"),
        Operation::DropIndex {
            table: on,
            index,
            if_exists,
            concurrently,
        } => {
            let expr = Expr::call(word, [text(index), table(on)]);
            in_table(expr, on)
                .method_if(*if_exists, "if_exists")
                .method_if(*concurrently, "concurrently")
        }
        Operation::AddPrimaryKey { table, primary_key } => {
            call(table, vec![self::primary_key(primary_key)])
        }
        Operation::AddUnique {
            table,
            unique,
            if_not_exists,
        } => call(table, vec![self::unique(unique)]).method_if(*if_not_exists, "if_not_exists"),
        Operation::AddCheck {
            table,
            check,
            if_not_exists,
            not_valid,
        } => call(table, vec![self::check(check)])
            .method_if(*if_not_exists, "if_not_exists")
            .method_if(*not_valid, "not_valid"),
        Operation::AddForeignKey {
            table,
            foreign_key,
            if_not_exists,
            not_valid,
        } => call(table, vec![self::foreign_key(foreign_key)])
            .method_if(*if_not_exists, "if_not_exists")
            .method_if(*not_valid, "not_valid"),
        Operation::DropPrimaryKey { table } => call(table, vec![]),
        Operation::DropUnique { table, name }
        | Operation::DropCheck { table, name }
        | Operation::DropForeignKey { table, name }
        | Operation::ValidateConstraint { table, name } => call(table, vec![text(name)]),
        Operation::CreateEnum {
            enum_type: EnumType { name, values },
            if_not_exists,
        } => Expr::call(word, [text(name), Expr::texts(values)])
            .method_if(*if_not_exists, "if_not_exists"),
        Operation::AlterEnum {
            name,
            values,
            renames,
        } => {
            let expr = Expr::call(word, [text(name), Expr::texts(values)]);
            if renames.is_empty() {
                return expr;
            }
            let pair =
                |(from, to): &(String, String)| Expr::Tuple(vec![Expr::text(from), Expr::text(to)]);
            expr.method("renames", [Expr::slice(renames.iter().map(pair))])
        }
        Operation::DropEnum { name } => Expr::call(word, [text(name)]),
        Operation::Sql { sql, changes } => with_changes(self::sql(sql), changes),
        Operation::Backfill {
            table,
            column,
            value,
            condition,
        } => {
            let expr = in_table(backfill(table, column, value), table);
            match condition {
                Some(condition) => filter(expr, condition),
                None => expr,
            }
        }
        Operation::Run { name, changes } => {
            let function = Expr::atom(identifier(name));
            with_changes(Expr::call(word, [Expr::text(name), function]), changes)
        }
    }
}

fn create_table(table: &Table) -> Expr {
    let Table {
        name,
        columns,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        indexes: _, // `slice` writes them after the table
        comment,
        options,
        stored_sql: _, // what a database keeps, which only a rebuild reads
    } = table;
    let columns = Expr::slice(columns.iter().map(column));
    let mut expr = in_table(
        Expr::call("create_table", [self::table(name), columns]),
        name,
    );
    let constraints: Vec<Expr> = primary_key
        .iter()
        .map(self::primary_key)
        .chain(uniques.iter().map(unique))
        .chain(checks.iter().map(check))
        .chain(foreign_keys.iter().map(foreign_key))
        .collect();
    if !constraints.is_empty() {
        expr = expr.method("constraints", [Expr::slice(constraints)]);
    }
    if let Some(comment) = comment {
        expr = expr.method("comment", [Expr::text(comment)]);
    }
    if *options != TableOptions::default() {
        expr = expr.method("options", [self::options(options)]);
    }
    expr
}

fn options(options: &TableOptions) -> Expr {
    let TableOptions {
        sqlite_strict,
        sqlite_without_rowid,
        sqlite_no_autoincrement,
        postgres_unlogged,
        postgres_tablespace,
        mysql_engine,
        mysql_charset,
        mysql_collation,
        mysql_row_format,
    } = options;
    let mut expr = Expr::call("options", [])
        .method_if(*sqlite_strict, "sqlite_strict")
        .method_if(*sqlite_without_rowid, "sqlite_without_rowid")
        .method_if(*sqlite_no_autoincrement, "sqlite_no_autoincrement")
        .method_if(*postgres_unlogged, "postgres_unlogged");
    let texts = [
        ("postgres_tablespace", postgres_tablespace),
        ("mysql_engine", mysql_engine),
        ("mysql_charset", mysql_charset),
        ("mysql_collation", mysql_collation),
        ("mysql_row_format", mysql_row_format),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            expr = expr.method(name, [Expr::text(text)]);
        }
    }
    expr
}

fn sql(text: &SqlText) -> Expr {
    let SqlText { any, overrides } = text;
    let mut rest = overrides.iter();
    let expr = match any {
        Some(text) => Expr::call("sql", [Expr::text(text)]),
        None => match rest.next() {
            Some((on, text)) => Expr::call("sql_for", [backend(on), Expr::text(text)]),
            None => Expr::call("sql_def", [Expr::atom("SqlDef::EMPTY")]),
        },
    };
    rest.fold(expr, |expr, (on, text)| {
        expr.method("or_for", [backend(on), Expr::text(text)])
    })
}

fn backfill(on: &TableName, column: &Name, value: &SqlText) -> Expr {
    let arguments = |value: Expr| [table(on), text(column), value];
    if let Some(value) = plain(value) {
        return Expr::call("backfill", arguments(Expr::text(value)));
    }
    let SqlText { any, overrides } = value;
    let Some(any) = any else {
        return Expr::call("backfill_def", arguments(sql_def(value)));
    };
    let expr = Expr::call("backfill", arguments(Expr::text(any)));
    overrides.iter().fold(expr, |expr, (on, text)| {
        expr.method("or_for", [backend(on), Expr::text(text)])
    })
}

fn with_changes(expr: Expr, changes: &[Operation]) -> Expr {
    if changes.is_empty() {
        return expr;
    }
    expr.method("changes", [plain_slice(changes)])
}
