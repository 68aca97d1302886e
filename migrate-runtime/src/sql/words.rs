//! Pieces of definitions that every database spells alike, for the writers of the three.
//!
//! In: what `Dialect::physical` gives. Out: SQL.

use super::RenderError;
use crate::dialect::{Dialect, Unsupported};
use crate::schema::{
    Backend, Column, DefaultValue, Deferrable, Generated, Name, PrimaryKey, ReferentialAction,
};

/// The writer of one operation's definitions.
pub(super) trait Words: Copy {
    /// The dialect.
    fn dialect(&self) -> &dyn Dialect;

    /// The operation that is blamed.
    fn operation(&self) -> usize;

    /// Names, quoted, with commas between them.
    fn names(self, names: &[Name]) -> String {
        let names: Vec<String> = names
            .iter()
            .map(|name| self.dialect().quote(name))
            .collect();
        names.join(", ")
    }

    /// What stands before a constraint with a name.
    fn constraint(self, name: Option<&Name>) -> String {
        name.map_or_else(String::new, |name| {
            format!("CONSTRAINT {} ", self.dialect().quote(name))
        })
    }

    /// How the type of a column is declared.
    fn declared(self, column: &Column) -> Result<String, RenderError> {
        let spelled = self.dialect().spell_type(&column.ty);
        spelled.map_err(|source| RenderError::Unsupported {
            operation: self.operation(),
            source: Unsupported {
                what: format!("{} (column {})", source.what, column.name),
                ..source
            },
        })
    }

    /// A primary key as a constraint of the table.
    fn primary_key(self, key: &PrimaryKey) -> String {
        let PrimaryKey { name, columns } = key;
        format!(
            "{}PRIMARY KEY ({})",
            self.constraint(name.as_ref()),
            self.names(columns)
        )
    }
}

/// What stands behind `DEFAULT`; physical defaults are SQL already.
pub(super) fn default_text(default: &DefaultValue, backend: Backend) -> Option<&str> {
    match default {
        DefaultValue::Sql(sql) => sql.get(backend),
        DefaultValue::Value(_) | DefaultValue::Now | DefaultValue::Today | DefaultValue::Uuid => {
            None
        }
    }
}

/// `GENERATED ALWAYS AS (…) …`, of an expression that may stand in brackets.
pub(super) fn generated(generated: &Generated, expression: &str) -> String {
    let Generated {
        expression: _,
        stored,
    } = generated;
    let kind = if *stored { "STORED" } else { "VIRTUAL" };
    format!("GENERATED ALWAYS AS ({expression}) {kind}")
}

/// What a foreign key does when the row goes that it refers to, or changes.
pub(super) fn actions(on_delete: ReferentialAction, on_update: ReferentialAction) -> String {
    let action = |event: &str, action: ReferentialAction| match action {
        ReferentialAction::NoAction => String::new(),
        action => format!(" ON {event} {}", action.as_sql()),
    };
    action("DELETE", on_delete) + &action("UPDATE", on_update)
}

/// When a constraint is looked at.
pub(super) const fn deferred(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE INITIALLY IMMEDIATE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}
