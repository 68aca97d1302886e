//! Const forms of types, names, SQL fragments, enums and table options.

use crate::schema::Backend;

/// The const form of [`SqlType`](crate::schema::SqlType).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeDef {
    /// `bool`.
    Bool,
    /// `i8`.
    TinyInt,
    /// `i16`.
    SmallInt,
    /// `i32`.
    Integer,
    /// `i64`.
    BigInt,
    /// `u8`.
    UnsignedTinyInt,
    /// `u16`.
    UnsignedSmallInt,
    /// `u32`.
    UnsignedInteger,
    /// `u64`.
    UnsignedBigInt,
    /// `f32`.
    Float,
    /// `f64`.
    Double,
    /// An exact number: digits in all, digits after the point.
    Decimal(u16, u16),
    /// A string without limit.
    Text,
    /// A string of at most that many characters.
    Varchar(u32),
    /// A string of exactly that many characters.
    Char(u32),
    /// Bytes.
    Binary,
    /// A calendar date.
    Date,
    /// A time of day, with the digits of a second (`None`: the database's default).
    Time(Option<u8>),
    /// A date and time without time zone.
    Timestamp(Option<u8>),
    /// A point in time.
    TimestampTz(Option<u8>),
    /// A UUID.
    Uuid,
    /// JSON as text.
    Json,
    /// JSON in the database's binary form.
    Jsonb,
    /// The enum type of that name.
    Enum(&'static str),
    /// An array of another type.
    Array(&'static Self),
    /// A type as the database spells it: `Native(SqlDef::only(Sqlite, "DECIMAL(4,2)"))`.
    Native(SqlDef),
}

/// The const form of [`SqlText`](crate::schema::SqlText).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SqlDef {
    /// The text for every database without one of its own.
    pub any: Option<&'static str>,
    /// SQLite's.
    pub sqlite: Option<&'static str>,
    /// PostgreSQL's.
    pub postgres: Option<&'static str>,
    /// MySQL's and MariaDB's.
    pub mysql: Option<&'static str>,
}

impl SqlDef {
    /// No text for any database.
    pub const EMPTY: Self = Self {
        any: None,
        sqlite: None,
        postgres: None,
        mysql: None,
    };

    /// The same text for every database.
    pub const fn new(text: &'static str) -> Self {
        Self {
            any: Some(text),
            ..Self::EMPTY
        }
    }

    /// A text for one database only.
    pub const fn only(backend: Backend, text: &'static str) -> Self {
        Self::EMPTY.or(backend, text)
    }

    /// The same, with another text for one database.
    pub const fn or(mut self, backend: Backend, text: &'static str) -> Self {
        match backend {
            Backend::Sqlite => self.sqlite = Some(text),
            Backend::Postgres => self.postgres = Some(text),
            Backend::Mysql => self.mysql = Some(text),
        }
        self
    }
}

/// The const form of [`TableName`](crate::schema::TableName).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableNameDef {
    /// The schema (`None`: the connection's default schema).
    pub schema: Option<&'static str>,
    /// The table's own name.
    pub name: &'static str,
}

impl TableNameDef {
    /// A name in full, for one with a dot in it.
    pub const fn new(schema: Option<&'static str>, name: &'static str) -> Self {
        Self { schema, name }
    }
}

/// Reads `table` or `schema.table`.
pub const fn table_name(text: &'static str) -> TableNameDef {
    if !has_dot(text.as_bytes()) {
        return TableNameDef {
            schema: None,
            name: text,
        };
    }
    let mut at = 0;
    while text.as_bytes()[at] != b'.' {
        at += 1;
    }
    let (schema, rest) = text.split_at(at);
    TableNameDef {
        schema: Some(schema),
        name: rest.split_at(1).1,
    }
}

/// By patterns: each operation of each migration asks, and for the interpreter of const functions that is
/// cheaper than a loop by a multiple.
const fn has_dot(mut text: &[u8]) -> bool {
    loop {
        match text {
            [b'.', ..]
            | [_, b'.', ..]
            | [_, _, b'.', ..]
            | [_, _, _, b'.', ..]
            | [_, _, _, _, b'.', ..]
            | [_, _, _, _, _, b'.', ..]
            | [_, _, _, _, _, _, b'.', ..]
            | [_, _, _, _, _, _, _, b'.', ..] => return true,
            [_, _, _, _, _, _, _, _, rest @ ..] => text = rest,
            _ => return false,
        }
    }
}

/// The const form of [`EnumType`](crate::schema::EnumType).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnumDef {
    /// Its name.
    pub name: &'static str,
    /// Its values, in order.
    pub values: &'static [&'static str],
}

/// The const form of [`TableOptions`](crate::schema::TableOptions).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableOptionsDef {
    /// SQLite: `STRICT`.
    pub sqlite_strict: bool,
    /// SQLite: `WITHOUT ROWID`.
    pub sqlite_without_rowid: bool,
    /// SQLite: a numbered key without `AUTOINCREMENT`.
    pub sqlite_no_autoincrement: bool,
    /// PostgreSQL: `UNLOGGED`.
    pub postgres_unlogged: bool,
    /// PostgreSQL: the tablespace.
    pub postgres_tablespace: Option<&'static str>,
    /// MySQL: `ENGINE`.
    pub mysql_engine: Option<&'static str>,
    /// MySQL: `CHARACTER SET`.
    pub mysql_charset: Option<&'static str>,
    /// MySQL: `COLLATE`.
    pub mysql_collation: Option<&'static str>,
    /// MySQL: `ROW_FORMAT`.
    pub mysql_row_format: Option<&'static str>,
}

/// No options: `options().sqlite_strict()`.
pub const fn options() -> TableOptionsDef {
    TableOptionsDef {
        sqlite_strict: false,
        sqlite_without_rowid: false,
        sqlite_no_autoincrement: false,
        postgres_unlogged: false,
        postgres_tablespace: None,
        mysql_engine: None,
        mysql_charset: None,
        mysql_collation: None,
        mysql_row_format: None,
    }
}

impl TableOptionsDef {
    /// SQLite: `STRICT`.
    pub const fn sqlite_strict(mut self) -> Self {
        self.sqlite_strict = true;
        self
    }

    /// SQLite: `WITHOUT ROWID`.
    pub const fn sqlite_without_rowid(mut self) -> Self {
        self.sqlite_without_rowid = true;
        self
    }

    /// SQLite: a numbered key without `AUTOINCREMENT`: the numbers of deleted rows may be given again.
    pub const fn sqlite_no_autoincrement(mut self) -> Self {
        self.sqlite_no_autoincrement = true;
        self
    }

    /// PostgreSQL: `UNLOGGED`.
    pub const fn postgres_unlogged(mut self) -> Self {
        self.postgres_unlogged = true;
        self
    }

    /// PostgreSQL: the tablespace.
    pub const fn postgres_tablespace(mut self, name: &'static str) -> Self {
        self.postgres_tablespace = Some(name);
        self
    }

    /// MySQL: `ENGINE`.
    pub const fn mysql_engine(mut self, name: &'static str) -> Self {
        self.mysql_engine = Some(name);
        self
    }

    /// MySQL: `CHARACTER SET`.
    pub const fn mysql_charset(mut self, name: &'static str) -> Self {
        self.mysql_charset = Some(name);
        self
    }

    /// MySQL: `COLLATE`.
    pub const fn mysql_collation(mut self, name: &'static str) -> Self {
        self.mysql_collation = Some(name);
        self
    }

    /// MySQL: `ROW_FORMAT`.
    pub const fn mysql_row_format(mut self, name: &'static str) -> Self {
        self.mysql_row_format = Some(name);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{has_dot, table_name};

    #[test]
    fn the_first_dot_ends_the_schema_wherever_it_is() {
        for at in 0..20 {
            let text = format!("{}.{}", "s".repeat(at), "t".repeat(20 - at)).leak();
            let name = table_name(text);
            assert_eq!(name.schema, Some(&text[..at]), "{text}");
            assert_eq!(name.name, &text[at + 1..], "{text}");
            assert!(!has_dot("s".repeat(at).as_bytes()), "{at}");
        }
        assert_eq!(table_name("a.b.c").name, "b.c");
    }
}
