//! The encoding of the vocabulary of [`schema`](crate::schema). Every field is named in a pattern
//! without `..`, so a new one does not compile until it is encoded here.

use super::{Encode, Encoder};
use crate::schema::{
    Backend, Check, Column, DefaultValue, Deferrable, EnumType, ForeignKey, Generated, Index,
    IndexColumn, IndexKey, Name, NullsOrder, PrimaryKey, ReferentialAction, SortOrder, SqlText,
    SqlType, Table, TableName, TableOptions, Unique, Value,
};

impl Encode for Name {
    fn encode(&self, to: &mut Encoder) {
        self.as_str().encode(to);
    }
}

impl Encode for TableName {
    fn encode(&self, to: &mut Encoder) {
        let Self { schema, name } = self;
        to.object("table", &[("schema", schema), ("name", name)]);
    }
}

impl Encode for Backend {
    fn encode(&self, to: &mut Encoder) {
        to.raw(self.as_str());
    }
}

impl Encode for SqlText {
    fn encode(&self, to: &mut Encoder) {
        let Self { any, overrides } = self;
        let overrides: Vec<(Backend, String)> = overrides
            .iter()
            .map(|(backend, text)| (backend, text.to_owned()))
            .collect();
        to.object("sql", &[("any", any), ("for", &overrides)]);
    }
}

impl Encode for SqlType {
    fn encode(&self, to: &mut Encoder) {
        let word = match self {
            Self::Bool => "bool",
            Self::TinyInt => "tiny_int",
            Self::SmallInt => "small_int",
            Self::Integer => "integer",
            Self::BigInt => "big_int",
            Self::UnsignedTinyInt => "unsigned_tiny_int",
            Self::UnsignedSmallInt => "unsigned_small_int",
            Self::UnsignedInteger => "unsigned_integer",
            Self::UnsignedBigInt => "unsigned_big_int",
            Self::Float => "float",
            Self::Double => "double",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Date => "date",
            Self::Uuid => "uuid",
            Self::Json => "json",
            Self::Jsonb => "jsonb",
            Self::Decimal(precision, scale) => {
                let (precision, scale) = (u32::from(*precision), u32::from(*scale));
                return to.object("decimal", &[("precision", &precision), ("scale", &scale)]);
            }
            Self::Varchar(length) => return to.object("varchar", &[("length", length)]),
            Self::Char(length) => return to.object("char", &[("length", length)]),
            Self::Time(digits) => return to.object("time", &[("digits", &digits.map(u32::from))]),
            Self::Timestamp(digits) => {
                return to.object("timestamp", &[("digits", &digits.map(u32::from))]);
            }
            Self::TimestampTz(digits) => {
                return to.object("timestamp_tz", &[("digits", &digits.map(u32::from))]);
            }
            Self::Enum(name) => return to.object("enum", &[("name", name)]),
            Self::Array(element) => return to.object("array", &[("of", &**element)]),
            Self::Native(text) => return to.object("native", &[("sql", text)]),
        };
        to.object(word, &[]);
    }
}

impl Encode for Value {
    fn encode(&self, to: &mut Encoder) {
        match self {
            Self::Bool(value) => to.raw(if *value { "t" } else { "f" }),
            Self::Integer(value) => value.encode(to),
            Self::Float(text) => to.object("float", &[("value", text)]),
            Self::Text(text) => text.encode(to),
        }
    }
}

impl Encode for DefaultValue {
    fn encode(&self, to: &mut Encoder) {
        match self {
            Self::Value(value) => to.object("value", &[("is", value)]),
            Self::Now => to.object("now", &[]),
            Self::Today => to.object("today", &[]),
            Self::Uuid => to.object("uuid", &[]),
            Self::Sql(text) => text.encode(to),
        }
    }
}

impl Encode for Generated {
    fn encode(&self, to: &mut Encoder) {
        let Self { expression, stored } = self;
        to.object(
            "generated",
            &[("expression", expression), ("stored", stored)],
        );
    }
}

impl Encode for Column {
    fn encode(&self, to: &mut Encoder) {
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
        to.object(
            "column",
            &[
                ("name", name),
                ("type", ty),
                ("nullable", nullable),
                ("default", default),
                ("generated", generated),
                ("auto_increment", auto_increment),
                ("collation", collation),
                ("comment", comment),
            ],
        );
    }
}

impl Encode for PrimaryKey {
    fn encode(&self, to: &mut Encoder) {
        let Self { name, columns } = self;
        to.object("primary_key", &[("name", name), ("columns", columns)]);
    }
}

impl Encode for Deferrable {
    fn encode(&self, to: &mut Encoder) {
        to.raw(match self {
            Self::No => "no",
            Self::InitiallyImmediate => "immediate",
            Self::InitiallyDeferred => "deferred",
        });
    }

    fn is_default(&self) -> bool {
        *self == Self::No
    }
}

impl Encode for Unique {
    fn encode(&self, to: &mut Encoder) {
        let Self {
            name,
            columns,
            include,
            nulls_not_distinct,
            deferrable,
        } = self;
        to.object(
            "unique",
            &[
                ("name", name),
                ("columns", columns),
                ("include", include),
                ("nulls_not_distinct", nulls_not_distinct),
                ("deferrable", deferrable),
            ],
        );
    }
}

impl Encode for Check {
    fn encode(&self, to: &mut Encoder) {
        let Self { name, expression } = self;
        to.object("check", &[("name", name), ("expression", expression)]);
    }
}

impl Encode for ReferentialAction {
    fn encode(&self, to: &mut Encoder) {
        to.raw(match self {
            Self::NoAction => "no_action",
            Self::Restrict => "restrict",
            Self::Cascade => "cascade",
            Self::SetNull => "set_null",
            Self::SetDefault => "set_default",
        });
    }

    fn is_default(&self) -> bool {
        *self == Self::NoAction
    }
}

impl Encode for ForeignKey {
    fn encode(&self, to: &mut Encoder) {
        let Self {
            name,
            columns,
            target,
            target_columns,
            on_delete,
            on_update,
            deferrable,
            match_full,
        } = self;
        to.object(
            "foreign_key",
            &[
                ("name", name),
                ("columns", columns),
                ("target", target),
                ("target_columns", target_columns),
                ("on_delete", on_delete),
                ("on_update", on_update),
                ("deferrable", deferrable),
                ("match_full", match_full),
            ],
        );
    }
}

impl Encode for SortOrder {
    fn encode(&self, to: &mut Encoder) {
        to.raw(match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        });
    }

    fn is_default(&self) -> bool {
        *self == Self::Ascending
    }
}

impl Encode for NullsOrder {
    fn encode(&self, to: &mut Encoder) {
        to.raw(match self {
            Self::First => "first",
            Self::Last => "last",
        });
    }
}

impl Encode for IndexKey {
    fn encode(&self, to: &mut Encoder) {
        match self {
            Self::Column(name) => name.encode(to),
            Self::Expression(text) => text.encode(to),
        }
    }
}

impl Encode for IndexColumn {
    fn encode(&self, to: &mut Encoder) {
        let Self {
            key,
            order,
            nulls,
            collation,
            operator_class,
        } = self;
        to.object(
            "by",
            &[
                ("key", key),
                ("order", order),
                ("nulls", nulls),
                ("collation", collation),
                ("operator_class", operator_class),
            ],
        );
    }
}

impl Encode for Index {
    fn encode(&self, to: &mut Encoder) {
        let Self {
            name,
            columns,
            unique,
            predicate,
            method,
            include,
            nulls_not_distinct,
            storage,
        } = self;
        to.object(
            "index",
            &[
                ("name", name),
                ("columns", columns),
                ("unique", unique),
                ("predicate", predicate),
                ("method", method),
                ("include", include),
                ("nulls_not_distinct", nulls_not_distinct),
                ("storage", storage),
            ],
        );
    }
}

impl Encode for EnumType {
    fn encode(&self, to: &mut Encoder) {
        let Self { name, values } = self;
        to.object("enum_type", &[("name", name), ("values", values)]);
    }
}

impl Encode for TableOptions {
    fn encode(&self, to: &mut Encoder) {
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
        to.object(
            "options",
            &[
                ("sqlite_strict", sqlite_strict),
                ("sqlite_without_rowid", sqlite_without_rowid),
                ("sqlite_no_autoincrement", sqlite_no_autoincrement),
                ("postgres_unlogged", postgres_unlogged),
                ("postgres_tablespace", postgres_tablespace),
                ("mysql_engine", mysql_engine),
                ("mysql_charset", mysql_charset),
                ("mysql_collation", mysql_collation),
                ("mysql_row_format", mysql_row_format),
            ],
        );
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Encode for Table {
    fn encode(&self, to: &mut Encoder) {
        let Self {
            name,
            columns,
            primary_key,
            uniques,
            checks,
            foreign_keys,
            indexes,
            comment,
            options,
            // Only introspection fills it in.
            stored_sql: _,
        } = self;
        to.object(
            "definition",
            &[
                ("name", name),
                ("columns", columns),
                ("primary_key", primary_key),
                ("uniques", uniques),
                ("checks", checks),
                ("foreign_keys", foreign_keys),
                ("indexes", indexes),
                ("comment", comment),
                ("options", options),
            ],
        );
    }
}
