//! From the const form to the owned one: one total function each.

use super::{
    ColumnChangeDef, ColumnDef, ConstraintDef, ConstraintKind, DefaultDef, EnumDef, GeneratedDef,
    IndexColumnDef, IndexDef, OperationDef, OperationKind, SqlDef, TableNameDef, TableOptionsDef,
    TypeDef,
};
use crate::operation::{ColumnChange, Operation};
use crate::schema::{
    Backend, Check, Column, DefaultValue, EnumType, ForeignKey, Generated, Index, IndexColumn,
    IndexKey, Name, PrimaryKey, SqlText, SqlType, Table, TableName, TableOptions, Unique, Value,
};

fn names(list: &[&str]) -> Vec<Name> {
    list.iter().map(|name| Name::from(*name)).collect()
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

impl TableNameDef {
    /// The owned form.
    pub fn lower(self) -> TableName {
        let Self { schema, name } = self;
        TableName {
            schema: schema.map(Name::from),
            name: name.into(),
        }
    }
}

impl SqlDef {
    /// The owned form.
    pub fn lower(self) -> SqlText {
        let Self {
            any,
            sqlite,
            postgres,
            mysql,
        } = self;
        let overrides = [
            (Backend::Sqlite, sqlite),
            (Backend::Postgres, postgres),
            (Backend::Mysql, mysql),
        ];
        SqlText {
            any: owned(any),
            overrides: overrides
                .into_iter()
                .filter_map(|(backend, text)| Some((backend, text?.to_owned())))
                .collect(),
        }
    }
}

impl TypeDef {
    /// The owned form.
    pub fn lower(self) -> SqlType {
        match self {
            Self::Bool => SqlType::Bool,
            Self::TinyInt => SqlType::TinyInt,
            Self::SmallInt => SqlType::SmallInt,
            Self::Integer => SqlType::Integer,
            Self::BigInt => SqlType::BigInt,
            Self::UnsignedTinyInt => SqlType::UnsignedTinyInt,
            Self::UnsignedSmallInt => SqlType::UnsignedSmallInt,
            Self::UnsignedInteger => SqlType::UnsignedInteger,
            Self::UnsignedBigInt => SqlType::UnsignedBigInt,
            Self::Float => SqlType::Float,
            Self::Double => SqlType::Double,
            Self::Decimal(precision, scale) => SqlType::Decimal(precision, scale),
            Self::Text => SqlType::Text,
            Self::Varchar(length) => SqlType::Varchar(length),
            Self::Char(length) => SqlType::Char(length),
            Self::Binary => SqlType::Binary,
            Self::Date => SqlType::Date,
            Self::Time(digits) => SqlType::Time(digits),
            Self::Timestamp(digits) => SqlType::Timestamp(digits),
            Self::TimestampTz(digits) => SqlType::TimestampTz(digits),
            Self::Uuid => SqlType::Uuid,
            Self::Json => SqlType::Json,
            Self::Jsonb => SqlType::Jsonb,
            Self::Enum(name) => SqlType::Enum(name.into()),
            Self::Array(element) => SqlType::Array(Box::new(element.lower())),
            Self::Native(text) => SqlType::Native(text.lower()),
        }
    }
}

impl DefaultDef {
    /// The owned form.
    pub fn lower(self) -> DefaultValue {
        match self {
            Self::Bool(value) => DefaultValue::Value(Value::Bool(value)),
            Self::Integer(value) => DefaultValue::Value(Value::Integer(value)),
            Self::Float(value) => DefaultValue::Value(Value::Float(format!("{value:?}"))),
            Self::Text(value) => DefaultValue::Value(Value::Text(value.to_owned())),
            Self::Now => DefaultValue::Now,
            Self::Today => DefaultValue::Today,
            Self::Uuid => DefaultValue::Uuid,
            Self::Sql(text) => DefaultValue::Sql(text.lower()),
        }
    }
}

impl GeneratedDef {
    /// The owned form.
    pub fn lower(self) -> Generated {
        let Self { expression, stored } = self;
        Generated {
            expression: expression.lower(),
            stored,
        }
    }
}

impl ColumnDef {
    /// The owned form.
    pub fn lower(self) -> Column {
        let Self {
            name,
            ty,
            nullable,
            default,
            generated,
            auto_increment,
            collation,
            comment,
        } = self;
        Column {
            name: name.into(),
            ty: ty.lower(),
            nullable,
            default: default.map(DefaultDef::lower),
            generated: generated.map(GeneratedDef::lower),
            auto_increment,
            collation: owned(collation),
            comment: owned(comment),
        }
    }
}

impl ColumnChangeDef {
    /// The owned form.
    pub fn lower(self) -> ColumnChange {
        let Self {
            ty,
            using,
            nullable,
            default,
            generated,
            auto_increment,
            collation,
            comment,
        } = self;
        ColumnChange {
            ty: ty.map(TypeDef::lower),
            using: using.map(SqlDef::lower),
            nullable,
            default: default.map(|default| default.map(DefaultDef::lower)),
            generated: generated.map(|generated| generated.map(GeneratedDef::lower)),
            auto_increment,
            collation: collation.map(owned),
            comment: comment.map(owned),
        }
    }
}

impl EnumDef {
    /// The owned form.
    pub fn lower(self) -> EnumType {
        let Self { name, values } = self;
        EnumType {
            name: name.into(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        }
    }
}

impl TableOptionsDef {
    /// The owned form.
    pub fn lower(self) -> TableOptions {
        let Self {
            sqlite_strict,
            sqlite_without_rowid,
            sqlite_no_autoincrement,
            postgres_unlogged,
            postgres_tablespace,
            mysql_engine,
            mysql_charset,
            mysql_collation,
            mysql_row_format,
        } = self;
        TableOptions {
            sqlite_strict,
            sqlite_without_rowid,
            sqlite_no_autoincrement,
            postgres_unlogged,
            postgres_tablespace: owned(postgres_tablespace),
            mysql_engine: owned(mysql_engine),
            mysql_charset: owned(mysql_charset),
            mysql_collation: owned(mysql_collation),
            mysql_row_format: owned(mysql_row_format),
        }
    }
}

impl IndexColumnDef {
    /// The owned form.
    pub fn lower(self) -> IndexColumn {
        let Self {
            column,
            expression,
            order,
            nulls,
            collation,
            operator_class,
        } = self;
        IndexColumn {
            key: match expression {
                Some(text) => IndexKey::Expression(text.lower()),
                None => IndexKey::Column(column.into()),
            },
            order,
            nulls,
            collation: owned(collation),
            operator_class: owned(operator_class),
        }
    }
}

impl IndexDef {
    /// The owned form.
    pub fn lower(self) -> Index {
        let Self {
            name,
            columns,
            key,
            unique,
            predicate,
            method,
            include,
            nulls_not_distinct,
            storage,
        } = self;
        let plain = Index::new(name, columns.iter().copied());
        Index {
            columns: if key.is_empty() {
                plain.columns
            } else {
                key.iter().map(|part| part.lower()).collect()
            },
            unique,
            predicate: predicate.map(SqlDef::lower),
            method: owned(method),
            include: names(include),
            nulls_not_distinct,
            storage: owned(storage),
            name: plain.name,
        }
    }
}

impl ConstraintDef {
    /// Adds the constraint, in its owned form, to a table.
    pub fn lower_into(self, table: &mut Table) {
        let name = self.name.map(Name::from);
        match self.kind {
            ConstraintKind::PrimaryKey { columns } => {
                table.primary_key = Some(PrimaryKey {
                    name,
                    columns: names(columns),
                });
            }
            ConstraintKind::Unique {
                columns,
                include,
                nulls_not_distinct,
                deferrable,
            } => table.uniques.push(Unique {
                name,
                columns: names(columns),
                include: names(include),
                nulls_not_distinct,
                deferrable,
            }),
            ConstraintKind::Check { expression } => table.checks.push(Check {
                name,
                expression: expression.lower(),
            }),
            ConstraintKind::ForeignKey {
                columns,
                target,
                target_columns,
                on_delete,
                on_update,
                deferrable,
                match_full,
            } => table.foreign_keys.push(ForeignKey {
                name,
                columns: names(columns),
                target: target.lower(),
                target_columns: names(target_columns),
                on_delete,
                on_update,
                deferrable,
                match_full,
            }),
        }
    }

    /// The operation that adds the constraint to a table that exists.
    fn lower_as_operation(
        self,
        table: TableNameDef,
        if_not_exists: bool,
        not_valid: bool,
    ) -> Operation {
        let mut holder = Table::new(table.lower());
        self.lower_into(&mut holder);
        let table = holder.name;
        let primary_key = holder
            .primary_key
            .map(|primary_key| Operation::AddPrimaryKey {
                table: table.clone(),
                primary_key,
            });
        let unique = holder.uniques.pop().map(|unique| Operation::AddUnique {
            table: table.clone(),
            unique,
            if_not_exists,
        });
        let check = holder.checks.pop().map(|check| Operation::AddCheck {
            table: table.clone(),
            check,
            if_not_exists,
            not_valid,
        });
        let foreign_key = holder
            .foreign_keys
            .pop()
            .map(|foreign_key| Operation::AddForeignKey {
                table,
                foreign_key,
                if_not_exists,
                not_valid,
            });
        primary_key
            .or(unique)
            .or(check)
            .or(foreign_key)
            .expect("a constraint is of one of these kinds")
    }
}

impl OperationDef {
    /// The owned form.
    pub fn lower(&self) -> Operation {
        let lower_all = |list: &[Self]| list.iter().map(Self::lower).collect();
        match self.kind {
            OperationKind::CreateTable {
                table,
                columns,
                constraints,
                comment,
                options,
                if_not_exists,
            } => {
                let mut table = Table::new(table.lower());
                table.columns = columns.iter().map(|column| column.lower()).collect();
                for constraint in constraints {
                    constraint.lower_into(&mut table);
                }
                table.comment = owned(comment);
                table.options = options.lower();
                Operation::CreateTable {
                    table,
                    if_not_exists,
                }
            }
            OperationKind::DropTable { table, if_exists } => Operation::DropTable {
                table: table.lower(),
                if_exists,
            },
            OperationKind::RenameTable { from, to } => Operation::RenameTable {
                from: from.lower(),
                to: to.lower(),
            },
            OperationKind::SetTableComment { table, comment } => Operation::SetTableComment {
                table: table.lower(),
                comment: owned(comment),
            },
            OperationKind::SetTableOptions { table, options } => Operation::SetTableOptions {
                table: table.lower(),
                options: options.lower(),
            },
            OperationKind::AddColumn {
                table,
                column,
                if_not_exists,
            } => Operation::AddColumn {
                table: table.lower(),
                column: column.lower(),
                if_not_exists,
            },
            OperationKind::DropColumn {
                table,
                column,
                if_exists,
            } => Operation::DropColumn {
                table: table.lower(),
                column: column.into(),
                if_exists,
            },
            OperationKind::RenameColumn { table, from, to } => Operation::RenameColumn {
                table: table.lower(),
                from: from.into(),
                to: to.into(),
            },
            OperationKind::AlterColumn {
                table,
                column,
                change,
            } => Operation::AlterColumn {
                table: table.lower(),
                column: column.into(),
                change: change.lower(),
            },
            OperationKind::CreateIndex {
                table,
                index,
                if_not_exists,
                concurrently,
            } => Operation::CreateIndex {
                table: table.lower(),
                index: index.lower(),
                if_not_exists,
                concurrently,
            },
            OperationKind::DropIndex {
                table,
                index,
                if_exists,
                concurrently,
            } => Operation::DropIndex {
                table: table.lower(),
                index: index.into(),
                if_exists,
                concurrently,
            },
            OperationKind::RenameIndex { table, from, to } => Operation::RenameIndex {
                table: table.lower(),
                from: from.into(),
                to: to.into(),
            },
            OperationKind::RenameConstraint { table, from, to } => Operation::RenameConstraint {
                table: table.lower(),
                from: from.into(),
                to: to.into(),
            },
            OperationKind::AddConstraint {
                table,
                constraint,
                if_not_exists,
                not_valid,
            } => constraint.lower_as_operation(table, if_not_exists, not_valid),
            OperationKind::ValidateConstraint { table, name } => Operation::ValidateConstraint {
                table: table.lower(),
                name: name.into(),
            },
            OperationKind::DropPrimaryKey { table } => Operation::DropPrimaryKey {
                table: table.lower(),
            },
            OperationKind::DropUnique { table, name } => Operation::DropUnique {
                table: table.lower(),
                name: name.into(),
            },
            OperationKind::DropCheck { table, name } => Operation::DropCheck {
                table: table.lower(),
                name: name.into(),
            },
            OperationKind::DropForeignKey { table, name } => Operation::DropForeignKey {
                table: table.lower(),
                name: name.into(),
            },
            OperationKind::CreateEnum {
                enum_type,
                if_not_exists,
            } => Operation::CreateEnum {
                enum_type: enum_type.lower(),
                if_not_exists,
            },
            OperationKind::AlterEnum {
                name,
                values,
                renames,
            } => Operation::AlterEnum {
                name: name.into(),
                values: values.iter().map(|value| (*value).to_owned()).collect(),
                renames: renames
                    .iter()
                    .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()))
                    .collect(),
            },
            OperationKind::DropEnum { name } => Operation::DropEnum { name: name.into() },
            OperationKind::Sql { sql, changes } => Operation::Sql {
                sql: sql.lower(),
                changes: lower_all(changes),
            },
            OperationKind::Backfill {
                table,
                column,
                value,
                condition,
            } => Operation::Backfill {
                table: table.lower(),
                column: column.into(),
                value: value.lower(),
                condition: condition.map(SqlDef::lower),
            },
            OperationKind::Run {
                name,
                function: _,
                changes,
            } => Operation::Run {
                name: name.to_owned(),
                changes: lower_all(changes),
            },
        }
    }
}
