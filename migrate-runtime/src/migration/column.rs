//! Const forms of columns, defaults and changes of columns.

use super::types::{SqlDef, TypeDef};
use crate::schema::Backend;

/// The const form of [`Column`](crate::schema::Column).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnDef {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: TypeDef,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// Its default.
    pub default: Option<DefaultDef>,
    /// How it is computed.
    pub generated: Option<GeneratedDef>,
    /// Whether the database numbers the rows in it.
    pub auto_increment: bool,
    /// Its collation.
    pub collation: Option<&'static str>,
    /// Its comment.
    pub comment: Option<&'static str>,
}

/// A column that may be NULL: `column("bio", Text)`.
pub const fn column(name: &'static str, ty: TypeDef) -> ColumnDef {
    ColumnDef {
        name,
        ty,
        nullable: true,
        default: None,
        generated: None,
        auto_increment: false,
        collation: None,
        comment: None,
    }
}

impl ColumnDef {
    /// NOT NULL.
    pub const fn not_null(mut self) -> Self {
        self.nullable = false;
        self
    }

    /// A portable default: `.default(integer(0))`, `.default(now())`.
    pub const fn default(mut self, default: DefaultDef) -> Self {
        self.default = Some(default);
        self
    }

    /// A default in SQL, verbatim.
    pub const fn default_sql(mut self, sql: &'static str) -> Self {
        self.default = Some(DefaultDef::Sql(SqlDef::new(sql)));
        self
    }

    /// The default of one database, in SQL; add it after [`Self::default_sql`] to make an exception,
    /// or alone.
    pub const fn default_sql_for(mut self, backend: Backend, sql: &'static str) -> Self {
        self.default = Some(DefaultDef::Sql(match self.default {
            Some(DefaultDef::Sql(text)) => text.or(backend, sql),
            _ => SqlDef::only(backend, sql),
        }));
        self
    }

    /// A column computed from others and stored in the row.
    pub const fn generated_stored(mut self, sql: &'static str) -> Self {
        self.generated = Some(GeneratedDef {
            expression: SqlDef::new(sql),
            stored: true,
        });
        self
    }

    /// A column computed from others when it is read.
    pub const fn generated_virtual(mut self, sql: &'static str) -> Self {
        self.generated = Some(GeneratedDef {
            expression: SqlDef::new(sql),
            stored: false,
        });
        self
    }

    /// A column computed from others, said in full: for an expression that only some databases have.
    pub const fn generated(mut self, generated: GeneratedDef) -> Self {
        self.generated = Some(generated);
        self
    }

    /// The expression of a generated column for one database.
    ///
    /// # Panics
    /// At compile time, before `generated_stored` or `generated_virtual`.
    #[track_caller]
    pub const fn generated_for(mut self, backend: Backend, sql: &'static str) -> Self {
        let Some(generated) = &mut self.generated else {
            panic!("`generated_for` follows `generated_stored` or `generated_virtual`")
        };
        generated.expression = generated.expression.or(backend, sql);
        self
    }

    /// The database numbers the rows in this column.
    pub const fn auto_increment(mut self) -> Self {
        self.auto_increment = true;
        self
    }

    /// The collation.
    pub const fn collate(mut self, collation: &'static str) -> Self {
        self.collation = Some(collation);
        self
    }

    /// The comment.
    pub const fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }
}

/// The const form of [`DefaultValue`](crate::schema::DefaultValue).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DefaultDef {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A string.
    Text(&'static str),
    /// The time of the INSERT.
    Now,
    /// The date of the INSERT.
    Today,
    /// A random UUID.
    Uuid,
    /// SQL, verbatim.
    Sql(SqlDef),
}

/// A boolean constant.
pub const fn boolean(value: bool) -> DefaultDef {
    DefaultDef::Bool(value)
}

/// A whole number.
pub const fn integer(value: i64) -> DefaultDef {
    DefaultDef::Integer(value)
}

/// A number with a fraction.
pub const fn float(value: f64) -> DefaultDef {
    DefaultDef::Float(value)
}

/// A string constant.
pub const fn text(value: &'static str) -> DefaultDef {
    DefaultDef::Text(value)
}

/// The time of the INSERT.
pub const fn now() -> DefaultDef {
    DefaultDef::Now
}

/// The date of the INSERT.
pub const fn today() -> DefaultDef {
    DefaultDef::Today
}

/// A random UUID.
pub const fn uuid() -> DefaultDef {
    DefaultDef::Uuid
}

/// The const form of [`Generated`](crate::schema::Generated).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GeneratedDef {
    /// The expression.
    pub expression: SqlDef,
    /// Whether the value is stored in the row.
    pub stored: bool,
}

impl GeneratedDef {
    /// A value that is stored in the row.
    pub const fn stored(expression: SqlDef) -> Self {
        Self {
            expression,
            stored: true,
        }
    }

    /// A value that is computed when it is read (`VIRTUAL`).
    pub const fn computed(expression: SqlDef) -> Self {
        Self {
            expression,
            stored: false,
        }
    }
}

/// The const form of [`ColumnChange`](crate::operation::ColumnChange).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ColumnChangeDef {
    /// The type.
    pub ty: Option<TypeDef>,
    /// How PostgreSQL converts the values.
    pub using: Option<SqlDef>,
    /// Whether it may be NULL.
    pub nullable: Option<bool>,
    /// The default (`Some(None)` removes it).
    pub default: Option<Option<DefaultDef>>,
    /// How it is generated (`Some(None)` makes it an ordinary column).
    pub generated: Option<Option<GeneratedDef>>,
    /// Whether the database numbers the rows in it.
    pub auto_increment: Option<bool>,
    /// The collation (`Some(None)` removes it).
    pub collation: Option<Option<&'static str>>,
    /// The comment (`Some(None)` removes it).
    pub comment: Option<Option<&'static str>>,
}
