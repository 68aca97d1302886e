//! What `alter_column` makes of a column, several in a row put together.

use crate::migration::{ColumnChangeDef, ColumnDef};

impl ColumnChangeDef {
    /// Nothing changes.
    pub(super) const NONE: Self = Self {
        ty: None,
        using: None,
        nullable: None,
        default: None,
        generated: None,
        auto_increment: None,
        collation: None,
        comment: None,
    };

    /// This change, made after another one.
    pub(super) const fn after(mut self, earlier: &Self) -> Self {
        let Self {
            ty,
            using: _,
            nullable,
            default,
            generated,
            auto_increment,
            collation,
            comment,
        } = *earlier;
        if self.ty.is_none() {
            self.ty = ty;
        }
        if self.nullable.is_none() {
            self.nullable = nullable;
        }
        if self.default.is_none() {
            self.default = default;
        }
        if self.generated.is_none() {
            self.generated = generated;
        }
        if self.auto_increment.is_none() {
            self.auto_increment = auto_increment;
        }
        if self.collation.is_none() {
            self.collation = collation;
        }
        if self.comment.is_none() {
            self.comment = comment;
        }
        self
    }
}

impl ColumnDef {
    /// The column after a change.
    pub(super) const fn changed(mut self, change: &ColumnChangeDef) -> Self {
        let column = &mut self;
        let ColumnChangeDef {
            ty,
            using: _,
            nullable,
            default,
            generated,
            auto_increment,
            collation,
            comment,
        } = *change;
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
        self
    }
}
