//! What the proof of a chain on a throwaway database asks of the chain and does to the database.

use super::chains::Chains;
use super::error::RunError;
use super::migrator::Migrator;
use super::transaction::{engine, with_limits, with_settings};
use crate::connection::Session;
use crate::diff::{RenameHints, diff};
use crate::introspect::introspect;
use crate::migration::{OperationDef, OperationKind};
use crate::schema::Schema;
use crate::sql;
use std::collections::BTreeSet;

impl Migrator<'_> {
    /// The schema that the applied revisions lead to.
    pub(crate) fn folded(&mut self, session: &mut dyn Session) -> Result<Schema, RunError> {
        let engine = engine(session.backend());
        let chains = self.chains(engine, session)?;
        with_limits(session, engine, self.limits(), |session| {
            Ok(chains.fold(&self.rows(engine, session, &chains)?))
        })
    }

    /// Drops every table that the connection sees, whoever made it, and the records.
    pub(crate) fn destroy(&mut self, session: &mut dyn Session) -> Result<(), RunError> {
        let engine = engine(session.backend());
        let mut database = introspect(session)?;
        database.attached.clear();
        let operations = diff(&database, &Schema::new(), &RenameHints::default());
        let plan = sql::plan_from(&operations, database, engine.dialect());
        let plan = plan.map_err(|source| RunError::Render {
            revision: "none".to_owned(),
            source: Box::new(source),
        })?;
        let refused = |source| RunError::Database {
            doing: "what is there cannot be dropped",
            source,
        };
        with_settings(session, &plan.settings, |session| {
            for statement in &plan.statements {
                if statement.step.changes_something() {
                    session.batch(statement.sql()).map_err(refused)?;
                }
            }
            for table in [&self.tables.version, &self.tables.log] {
                let table = engine.dialect().quote_table(table);
                let sql = format!("DROP TABLE IF EXISTS {table}");
                session.batch(&sql).map_err(refused)?;
            }
            Ok(())
        })
    }
}

/// Whether only its author knows what an operation does.
pub(super) fn is_opaque(operation: &OperationDef) -> bool {
    matches!(
        operation.kind,
        OperationKind::Sql { .. } | OperationKind::Run { .. }
    )
}

impl Chains {
    /// The last revision that cannot be taken back.
    pub(crate) fn last_irreversible(&self) -> Option<String> {
        let chains = self.list().iter();
        let all = chains.flat_map(|chain| chain.order().iter().map(move |it| (chain, *it)));
        let order: Vec<&str> = self.order().map(|it| it.id).collect();
        let irreversible = all.filter(|(_, it)| it.downgrade.is_none());
        irreversible
            .max_by_key(|(_, it)| order.iter().position(|id| *id == it.id))
            .map(|(chain, it)| chain.title(it.id))
    }

    /// Whether one of these revisions, as people see them, does something to rows that only its author knows.
    pub(crate) fn may_change_rows<'i>(&self, titles: impl IntoIterator<Item = &'i str>) -> bool {
        let titles: BTreeSet<&str> = titles.into_iter().collect();
        self.list().iter().any(|chain| {
            let mut named = chain.order().iter();
            named.any(|it| {
                let mut operations = it.upgrade.iter().chain(it.downgrade.unwrap_or_default());
                titles.contains(&*chain.title(it.id)) && operations.any(is_opaque)
            })
        })
    }
}
