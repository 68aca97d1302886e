//! Indexes and constraints in words, for the messages of the compiler.

use super::members::{Constraint, Index, Names, target_name, target_names};
use super::message::Message;
use super::state::State;
use super::{equal, text};
use crate::migration::ConstraintKind;
use crate::schema::{Deferrable, NullsOrder, ReferentialAction, SortOrder};

impl<const O: usize, const S: usize> State<O, S> {
    /// What a constraint demands: `(org_id) -> orgs (id) ON DELETE CASCADE`.
    pub(super) const fn describe_constraint(
        &self,
        message: &mut Message,
        constraint: &Constraint<'_>,
    ) {
        match constraint.def.kind {
            ConstraintKind::PrimaryKey { columns } => {
                self.describe_names(message, constraint.names, columns);
            }
            ConstraintKind::Unique {
                columns,
                include,
                nulls_not_distinct,
                deferrable,
            } => {
                self.describe_names(message, constraint.names, columns);
                if !include.is_empty() {
                    message.push(" INCLUDE ");
                    self.describe_names(message, constraint.names, include);
                }
                if nulls_not_distinct {
                    message.push(" NULLS NOT DISTINCT");
                }
                message.push(when(deferrable));
            }
            ConstraintKind::Check { expression } => {
                if let Some(definition) = equal::exclusion(expression) {
                    message.push("EXCLUDE ");
                    message.push(definition);
                } else {
                    message.push("(");
                    text::sql(message, expression);
                    message.push(")");
                }
            }
            ConstraintKind::ForeignKey {
                columns,
                target,
                target_columns,
                on_delete,
                on_update,
                deferrable,
                match_full,
            } => {
                self.describe_names(message, constraint.names, columns);
                message.push(" -> ");
                text::table(message, target_name(constraint, target));
                message.push(" ");
                self.describe_names(message, target_names(constraint), target_columns);
                if match_full {
                    message.push(" MATCH FULL");
                }
                push_action(message, " ON DELETE ", on_delete);
                push_action(message, " ON UPDATE ", on_update);
                message.push(when(deferrable));
            }
        }
    }

    /// What an index is on: `UNIQUE (a, lower(b) DESC) WHERE c`.
    pub(super) const fn describe_index(&self, message: &mut Message, index: &Index<'_>) {
        let def = index.def;
        message.push(if def.unique { "UNIQUE (" } else { "(" });
        let mut i = 0;
        while i < equal::key_length(def) {
            if i > 0 {
                message.push(", ");
            }
            let part = equal::key_part(def, i);
            match part.expression {
                Some(expression) => text::sql(message, expression),
                None => message.push(self.name_of(index.names, part.column)),
            }
            if let Some(collation) = part.collation {
                message.push(" COLLATE ");
                message.push(collation);
            }
            if let Some(class) = part.operator_class {
                message.push(" ");
                message.push(class);
            }
            if let SortOrder::Descending = part.order {
                message.push(" DESC");
            }
            match part.nulls {
                Some(NullsOrder::First) => message.push(" NULLS FIRST"),
                Some(NullsOrder::Last) => message.push(" NULLS LAST"),
                None => {}
            }
            i += 1;
        }
        message.push(")");
        if let Some(method) = def.method {
            message.push(" USING ");
            message.push(method);
        }
        if !def.include.is_empty() {
            message.push(" INCLUDE ");
            self.describe_names(message, index.names, def.include);
        }
        if def.nulls_not_distinct {
            message.push(" NULLS NOT DISTINCT");
        }
        if let Some(storage) = def.storage {
            message.push(" WITH (");
            message.push(storage);
            message.push(")");
        }
        if let Some(predicate) = def.predicate {
            message.push(" WHERE ");
            text::sql(message, predicate);
        }
    }

    const fn describe_names(&self, message: &mut Message, names: Names, columns: &[&'static str]) {
        message.push("(");
        let mut i = 0;
        while i < columns.len() {
            if i > 0 {
                message.push(", ");
            }
            message.push(self.name_of(names, columns[i]));
            i += 1;
        }
        message.push(")");
    }
}

const fn push_action(message: &mut Message, when: &str, action: ReferentialAction) {
    if !matches!(action, ReferentialAction::NoAction) {
        message.push(when);
        message.push(action.as_sql());
    }
}

const fn when(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}
