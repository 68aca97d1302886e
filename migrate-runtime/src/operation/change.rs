//! What `alter_column` changes.

use crate::schema::{Column, DefaultValue, Generated, SqlText, SqlType};

/// The attributes of a column that an `alter_column` sets; `None` leaves one as it is.
///
/// Where an attribute may be absent there are two options: `Some(None)` removes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnChange {
    /// The type.
    pub ty: Option<SqlType>,
    /// How PostgreSQL converts the values to the new type (`USING`).
    pub using: Option<SqlText>,
    /// Whether it may be NULL.
    pub nullable: Option<bool>,
    /// The default.
    pub default: Option<Option<DefaultValue>>,
    /// How it is generated.
    pub generated: Option<Option<Generated>>,
    /// Whether the database numbers the rows in it.
    pub auto_increment: Option<bool>,
    /// The collation.
    pub collation: Option<Option<String>>,
    /// The comment.
    pub comment: Option<Option<String>>,
}

impl ColumnChange {
    /// What changes from one column to the other, names aside.
    pub fn between(from: &Column, to: &Column) -> Self {
        let Column {
            name: _,
            ty,
            nullable,
            default,
            generated,
            auto_increment,
            collation,
            comment,
        } = to;
        Self {
            ty: (from.ty != *ty).then(|| ty.clone()),
            using: None,
            nullable: (from.nullable != *nullable).then_some(*nullable),
            default: (from.default != *default).then(|| default.clone()),
            generated: (from.generated != *generated).then(|| generated.clone()),
            auto_increment: (from.auto_increment != *auto_increment).then_some(*auto_increment),
            collation: (from.collation != *collation).then(|| collation.clone()),
            comment: (from.comment != *comment).then(|| comment.clone()),
        }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Makes the change to a column.
    pub fn apply_to(&self, column: &mut Column) {
        let Self {
            ty,
            using: _,
            nullable,
            default,
            generated,
            auto_increment,
            collation,
            comment,
        } = self.clone();
        if let Some(ty) = ty {
            column.ty = ty;
        }
        if let Some(nullable) = nullable {
            column.nullable = nullable;
        }
        if let Some(default) = default {
            column.default = default;
        }
        if let Some(generated) = generated {
            column.generated = generated;
        }
        if let Some(auto_increment) = auto_increment {
            column.auto_increment = auto_increment;
        }
        if let Some(collation) = collation {
            column.collation = collation;
        }
        if let Some(comment) = comment {
            column.comment = comment;
        }
    }
}
