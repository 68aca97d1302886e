//! The const forms of owned schemas and operations: the way back from lowering, for tests that run the
//! compiler's check on random input. What it makes is leaked, since const forms are `'static`.

use std::panic::Location;

use migrate_runtime::migration::{
    ColumnChangeDef, ColumnDef, ConstraintDef, ConstraintKind, DefaultDef, EnumDef, GeneratedDef,
    IndexColumnDef, IndexDef, OperationDef, OperationKind, SqlDef, TableNameDef, TableOptionsDef,
    TypeDef,
};
use migrate_runtime::model::{ModelColumn, TableDef};
use migrate_runtime::operation::{ColumnChange, Operation};
use migrate_runtime::schema::{
    Backend, Check, Column, DefaultValue, EnumType, ForeignKey, Generated, Index, IndexColumn,
    IndexKey, Name, PrimaryKey, Schema, SqlText, SqlType, Table, TableName, TableOptions, Unique,
    Value,
};

fn text(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn list<T>(items: impl IntoIterator<Item = T>) -> &'static [T] {
    Box::leak(items.into_iter().collect::<Box<[T]>>())
}

fn names(names: &[Name]) -> &'static [&'static str] {
    list(names.iter().map(|name| text(name.as_str())))
}

fn optional(value: Option<&String>) -> Option<&'static str> {
    value.map(|value| text(value))
}

fn table_name(name: &TableName) -> TableNameDef {
    TableNameDef {
        schema: name.schema.as_ref().map(|schema| text(schema.as_str())),
        name: text(name.name.as_str()),
    }
}

fn sql(sql: &SqlText) -> SqlDef {
    let of = |backend| sql.overrides.get(backend).map(text);
    SqlDef {
        any: optional(sql.any.as_ref()),
        sqlite: of(Backend::Sqlite),
        postgres: of(Backend::Postgres),
        mysql: of(Backend::Mysql),
    }
}

fn column_type(ty: &SqlType) -> TypeDef {
    match ty {
        SqlType::Bool => TypeDef::Bool,
        SqlType::TinyInt => TypeDef::TinyInt,
        SqlType::SmallInt => TypeDef::SmallInt,
        SqlType::Integer => TypeDef::Integer,
        SqlType::BigInt => TypeDef::BigInt,
        SqlType::UnsignedTinyInt => TypeDef::UnsignedTinyInt,
        SqlType::UnsignedSmallInt => TypeDef::UnsignedSmallInt,
        SqlType::UnsignedInteger => TypeDef::UnsignedInteger,
        SqlType::UnsignedBigInt => TypeDef::UnsignedBigInt,
        SqlType::Float => TypeDef::Float,
        SqlType::Double => TypeDef::Double,
        SqlType::Decimal(precision, scale) => TypeDef::Decimal(*precision, *scale),
        SqlType::Text => TypeDef::Text,
        SqlType::Varchar(length) => TypeDef::Varchar(*length),
        SqlType::Char(length) => TypeDef::Char(*length),
        SqlType::Binary => TypeDef::Binary,
        SqlType::Date => TypeDef::Date,
        SqlType::Time(digits) => TypeDef::Time(*digits),
        SqlType::Timestamp(digits) => TypeDef::Timestamp(*digits),
        SqlType::TimestampTz(digits) => TypeDef::TimestampTz(*digits),
        SqlType::Uuid => TypeDef::Uuid,
        SqlType::Json => TypeDef::Json,
        SqlType::Jsonb => TypeDef::Jsonb,
        SqlType::Enum(name) => TypeDef::Enum(text(name.as_str())),
        SqlType::Array(element) => TypeDef::Array(Box::leak(Box::new(column_type(element)))),
        SqlType::Native(text) => TypeDef::Native(sql(text)),
        other => panic!("no const form of {other:?}"),
    }
}

fn default(value: &DefaultValue) -> DefaultDef {
    match value {
        DefaultValue::Value(Value::Bool(value)) => DefaultDef::Bool(*value),
        DefaultValue::Value(Value::Integer(value)) => DefaultDef::Integer(*value),
        DefaultValue::Value(Value::Float(value)) => DefaultDef::Float(value.parse().unwrap()),
        DefaultValue::Value(Value::Text(value)) => DefaultDef::Text(text(value)),
        DefaultValue::Now => DefaultDef::Now,
        DefaultValue::Today => DefaultDef::Today,
        DefaultValue::Uuid => DefaultDef::Uuid,
        DefaultValue::Sql(value) => DefaultDef::Sql(sql(value)),
    }
}

fn generated(generated: &Generated) -> GeneratedDef {
    let Generated { expression, stored } = generated;
    GeneratedDef {
        expression: sql(expression),
        stored: *stored,
    }
}

fn column(column: &Column) -> ColumnDef {
    let Column {
        name,
        ty,
        nullable,
        default: value,
        generated: expression,
        auto_increment,
        collation,
        comment,
    } = column;
    ColumnDef {
        name: text(name.as_str()),
        ty: column_type(ty),
        nullable: *nullable,
        default: value.as_ref().map(default),
        generated: expression.as_ref().map(generated),
        auto_increment: *auto_increment,
        collation: optional(collation.as_ref()),
        comment: optional(comment.as_ref()),
    }
}

fn change(change: &ColumnChange) -> ColumnChangeDef {
    let ColumnChange {
        ty,
        using,
        nullable,
        default: value,
        generated: expression,
        auto_increment,
        collation,
        comment,
    } = change;
    ColumnChangeDef {
        ty: ty.as_ref().map(column_type),
        using: using.as_ref().map(sql),
        nullable: *nullable,
        default: value.as_ref().map(|value| value.as_ref().map(default)),
        generated: (expression.as_ref()).map(|value| value.as_ref().map(generated)),
        auto_increment: *auto_increment,
        collation: collation.as_ref().map(|value| optional(value.as_ref())),
        comment: comment.as_ref().map(|value| optional(value.as_ref())),
    }
}

fn options(options: &TableOptions) -> TableOptionsDef {
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
    TableOptionsDef {
        sqlite_strict: *sqlite_strict,
        sqlite_without_rowid: *sqlite_without_rowid,
        sqlite_no_autoincrement: *sqlite_no_autoincrement,
        postgres_unlogged: *postgres_unlogged,
        postgres_tablespace: optional(postgres_tablespace.as_ref()),
        mysql_engine: optional(mysql_engine.as_ref()),
        mysql_charset: optional(mysql_charset.as_ref()),
        mysql_collation: optional(mysql_collation.as_ref()),
        mysql_row_format: optional(mysql_row_format.as_ref()),
    }
}

fn constraint(name: Option<&Name>, kind: ConstraintKind) -> ConstraintDef {
    ConstraintDef {
        name: name.map(|name| text(name.as_str())),
        kind,
    }
}

fn primary_key(key: &PrimaryKey) -> ConstraintDef {
    let PrimaryKey { name, columns } = key;
    let columns = names(columns);
    constraint(name.as_ref(), ConstraintKind::PrimaryKey { columns })
}

fn unique(unique: &Unique) -> ConstraintDef {
    let Unique {
        name,
        columns,
        include,
        nulls_not_distinct,
        deferrable,
    } = unique;
    let kind = ConstraintKind::Unique {
        columns: names(columns),
        include: names(include),
        nulls_not_distinct: *nulls_not_distinct,
        deferrable: *deferrable,
    };
    constraint(name.as_ref(), kind)
}

fn check(check: &Check) -> ConstraintDef {
    let Check { name, expression } = check;
    let expression = sql(expression);
    constraint(name.as_ref(), ConstraintKind::Check { expression })
}

fn foreign_key(key: &ForeignKey) -> ConstraintDef {
    let ForeignKey {
        name,
        columns,
        target,
        target_columns,
        on_delete,
        on_update,
        deferrable,
        match_full,
    } = key;
    let kind = ConstraintKind::ForeignKey {
        columns: names(columns),
        target: table_name(target),
        target_columns: names(target_columns),
        on_delete: *on_delete,
        on_update: *on_update,
        deferrable: *deferrable,
        match_full: *match_full,
    };
    constraint(name.as_ref(), kind)
}

fn constraints(table: &Table) -> &'static [ConstraintDef] {
    let key = table.primary_key.iter().map(primary_key);
    let uniques = table.uniques.iter().map(unique);
    let checks = table.checks.iter().map(check);
    let foreign_keys = table.foreign_keys.iter().map(foreign_key);
    list(key.chain(uniques).chain(checks).chain(foreign_keys))
}

fn index(index: &Index) -> IndexDef {
    let Index {
        name,
        columns,
        unique,
        predicate,
        method,
        include,
        nulls_not_distinct,
        storage,
    } = index;
    IndexDef {
        name: text(name.as_str()),
        columns: &[],
        key: list(columns.iter().map(index_column)),
        unique: *unique,
        predicate: predicate.as_ref().map(sql),
        method: optional(method.as_ref()),
        include: names(include),
        nulls_not_distinct: *nulls_not_distinct,
        storage: storage.as_deref().map(text),
    }
}

fn index_column(part: &IndexColumn) -> IndexColumnDef {
    let IndexColumn {
        key,
        order,
        nulls,
        collation,
        operator_class,
    } = part;
    let (column, expression) = match key {
        IndexKey::Column(name) => (text(name.as_str()), None),
        IndexKey::Expression(expression) => ("", Some(sql(expression))),
    };
    IndexColumnDef {
        column,
        expression,
        order: *order,
        nulls: *nulls,
        collation: optional(collation.as_ref()),
        operator_class: optional(operator_class.as_ref()),
    }
}

fn enum_type(enum_type: &EnumType) -> EnumDef {
    let EnumType { name, values } = enum_type;
    EnumDef {
        name: text(name.as_str()),
        values: list(values.iter().map(|value| text(value))),
    }
}

/// The models that say what the schema says.
pub(crate) fn models(schema: &Schema) -> &'static [TableDef] {
    let enum_of = |column: &Column| match &column.ty {
        SqlType::Enum(name) => schema.enums.get(name).map(enum_type),
        _ => None,
    };
    list(schema.tables.values().map(|table| TableDef {
        model: text(table.name.name.as_str()),
        name: table_name(&table.name),
        columns: list(table.columns.iter().map(|there| ModelColumn {
            field: text(there.name.as_str()),
            column: column(there),
            enum_type: enum_of(there),
            renamed_from: None,
        })),
        constraints: constraints(table),
        indexes: list(table.indexes.iter().map(index)),
        comment: optional(table.comment.as_ref()),
        options: options(&table.options),
        renamed_from: None,
    }))
}

/// The operations as a migration file holds them.
pub(crate) fn operations(operations: &[Operation]) -> &'static [OperationDef] {
    list(operations.iter().map(|operation| OperationDef {
        kind: kind(operation),
        location: Location::caller(),
    }))
}

fn kind(operation: &Operation) -> OperationKind {
    match operation {
        Operation::CreateTable {
            table,
            if_not_exists,
        } => OperationKind::CreateTable {
            table: table_name(&table.name),
            columns: list(table.columns.iter().map(column)),
            constraints: constraints(table),
            comment: optional(table.comment.as_ref()),
            options: options(&table.options),
            if_not_exists: *if_not_exists,
        },
        Operation::DropTable { table, if_exists } => OperationKind::DropTable {
            table: table_name(table),
            if_exists: *if_exists,
        },
        Operation::RenameTable { from, to } => OperationKind::RenameTable {
            from: table_name(from),
            to: table_name(to),
        },
        Operation::SetTableComment { table, comment } => OperationKind::SetTableComment {
            table: table_name(table),
            comment: optional(comment.as_ref()),
        },
        Operation::SetTableOptions {
            table,
            options: new,
        } => OperationKind::SetTableOptions {
            table: table_name(table),
            options: options(new),
        },
        Operation::CreateEnum {
            enum_type: new,
            if_not_exists,
        } => OperationKind::CreateEnum {
            enum_type: enum_type(new),
            if_not_exists: *if_not_exists,
        },
        Operation::AlterEnum {
            name,
            values,
            renames,
        } => OperationKind::AlterEnum {
            name: text(name.as_str()),
            values: list(values.iter().map(|value| text(value))),
            renames: list(renames.iter().map(|(from, to)| (text(from), text(to)))),
        },
        Operation::DropEnum { name } => OperationKind::DropEnum {
            name: text(name.as_str()),
        },
        Operation::Sql {
            sql: sql_text,
            changes,
        } => OperationKind::Sql {
            sql: sql(sql_text),
            changes: operations(changes),
        },
        Operation::Backfill {
            table,
            column,
            value,
            condition,
        } => OperationKind::Backfill {
            table: table_name(table),
            column: text(column.as_str()),
            value: sql(value),
            condition: condition.as_ref().map(sql),
        },
        member => member_kind(member),
    }
}

fn member_kind(operation: &Operation) -> OperationKind {
    let add = |table, constraint| OperationKind::AddConstraint {
        table: table_name(table),
        constraint,
        if_not_exists: false,
        not_valid: false,
    };
    let name_of = |name: &Name| text(name.as_str());
    match operation {
        Operation::AddColumn {
            table,
            column: new,
            if_not_exists,
        } => OperationKind::AddColumn {
            table: table_name(table),
            column: column(new),
            if_not_exists: *if_not_exists,
        },
        Operation::DropColumn {
            table,
            column,
            if_exists,
        } => OperationKind::DropColumn {
            table: table_name(table),
            column: name_of(column),
            if_exists: *if_exists,
        },
        Operation::RenameColumn { table, from, to } => OperationKind::RenameColumn {
            table: table_name(table),
            from: name_of(from),
            to: name_of(to),
        },
        Operation::AlterColumn {
            table,
            column,
            change: new,
        } => OperationKind::AlterColumn {
            table: table_name(table),
            column: name_of(column),
            change: change(new),
        },
        Operation::CreateIndex {
            table,
            index: new,
            if_not_exists,
            concurrently,
        } => OperationKind::CreateIndex {
            table: table_name(table),
            index: index(new),
            if_not_exists: *if_not_exists,
            concurrently: *concurrently,
        },
        Operation::DropIndex {
            table,
            index,
            if_exists,
            concurrently,
        } => OperationKind::DropIndex {
            table: table_name(table),
            index: name_of(index),
            if_exists: *if_exists,
            concurrently: *concurrently,
        },
        Operation::RenameIndex { table, from, to } => OperationKind::RenameIndex {
            table: table_name(table),
            from: name_of(from),
            to: name_of(to),
        },
        Operation::RenameConstraint { table, from, to } => OperationKind::RenameConstraint {
            table: table_name(table),
            from: name_of(from),
            to: name_of(to),
        },
        Operation::AddPrimaryKey {
            table,
            primary_key: new,
        } => add(table, primary_key(new)),
        Operation::AddUnique {
            table,
            unique: new,
            if_not_exists,
        } => OperationKind::AddConstraint {
            table: table_name(table),
            constraint: unique(new),
            if_not_exists: *if_not_exists,
            not_valid: false,
        },
        Operation::AddCheck {
            table,
            check: new,
            if_not_exists,
            not_valid,
        } => OperationKind::AddConstraint {
            table: table_name(table),
            constraint: check(new),
            if_not_exists: *if_not_exists,
            not_valid: *not_valid,
        },
        Operation::ValidateConstraint { table, name } => OperationKind::ValidateConstraint {
            table: table_name(table),
            name: name_of(name),
        },
        Operation::AddForeignKey {
            table,
            foreign_key: new,
            if_not_exists,
            not_valid,
        } => OperationKind::AddConstraint {
            table: table_name(table),
            constraint: foreign_key(new),
            if_not_exists: *if_not_exists,
            not_valid: *not_valid,
        },
        Operation::DropPrimaryKey { table } => OperationKind::DropPrimaryKey {
            table: table_name(table),
        },
        Operation::DropUnique { table, name } => OperationKind::DropUnique {
            table: table_name(table),
            name: name_of(name),
        },
        Operation::DropCheck { table, name } => OperationKind::DropCheck {
            table: table_name(table),
            name: name_of(name),
        },
        Operation::DropForeignKey { table, name } => OperationKind::DropForeignKey {
            table: table_name(table),
            name: name_of(name),
        },
        other => panic!("a diff makes no {}", other.word()),
    }
}
