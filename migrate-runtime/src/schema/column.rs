//! Columns and their defaults.

use super::{Name, SqlText, SqlType};

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: SqlType,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// What an INSERT that does not name it stores.
    pub default: Option<DefaultValue>,
    /// The expression it is computed from, for a generated column.
    pub generated: Option<Generated>,
    /// Whether the database numbers the rows in it.
    pub auto_increment: bool,
    /// Its collation, where it is not the database's default.
    pub collation: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

impl Column {
    /// A column that may be NULL and has no default.
    pub fn new(name: impl Into<Name>, ty: SqlType) -> Self {
        Self {
            name: name.into(),
            ty,
            nullable: true,
            default: None,
            generated: None,
            auto_increment: false,
            collation: None,
            comment: None,
        }
    }

    /// The same column, NOT NULL.
    pub fn not_null(mut self) -> Self {
        self.nullable = false;
        self
    }

    /// The same column with that default.
    pub fn with_default(mut self, default: DefaultValue) -> Self {
        self.default = Some(default);
        self
    }

    /// Whether it holds values of that enum type, or arrays of them.
    pub(crate) fn has_enum(&self, name: &Name) -> bool {
        match &self.ty {
            SqlType::Enum(of) => of == name,
            SqlType::Array(of) => matches!(&**of, SqlType::Enum(of) if of == name),
            _ => false,
        }
    }
}

/// The default of a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefaultValue {
    /// A constant.
    Value(Value),
    /// The time of the INSERT, as the column's type stores it.
    Now,
    /// The date of the INSERT.
    Today,
    /// A random UUID (version 4), as the column's type stores it.
    Uuid,
    /// SQL, verbatim.
    Sql(SqlText),
}

/// A portable constant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, in the shortest form that Rust prints (`0.5`, `1e300`).
    Float(String),
    /// A string.
    Text(String),
}

/// How a generated column is computed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generated {
    /// The expression.
    pub expression: SqlText,
    /// Whether the value is stored in the row (`STORED`) or computed when read (`VIRTUAL`).
    pub stored: bool,
}
