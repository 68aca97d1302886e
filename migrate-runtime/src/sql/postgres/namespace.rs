//! Schemas: made for the first table or type in one, dropped behind the last.
//!
//! A comment says of a schema that it was made here. One without it was somebody's before, and one in
//! which something is left is in use: both stay.

use super::Planner;
use crate::schema::{Name, TableName};

/// The comment on a schema that was made by a migration.
const OURS: &str = "made by a migration, dropped with the last table of the migrations in it";

impl Planner<'_> {
    /// Makes a schema where it is missing. `IF NOT EXISTS` would ask for the right to create one even
    /// where it is there.
    pub(super) fn create_schema(&mut self, operation: usize, schema: &Name) {
        let name = self.quote(schema);
        let body = format!(
            "BEGIN IF to_regnamespace({}) IS NULL THEN CREATE SCHEMA {name}; \
             COMMENT ON SCHEMA {name} IS {}; END IF; END",
            self.dialect.literal(&name),
            self.dialect.literal(OURS)
        );
        self.sql(operation, format!("DO {}", self.dialect.literal(&body)));
    }

    /// Moves a table; to no schema is to the one that names without a schema are in.
    pub(super) fn move_to_schema(
        &mut self,
        operation: usize,
        table: &TableName,
        schema: Option<&Name>,
    ) {
        if let Some(schema) = schema {
            self.create_schema(operation, schema);
            let schema = self.quote(schema);
            self.alter(operation, table, &format!("SET SCHEMA {schema}"));
            return;
        }
        let path = self.dialect.quote_table(table).replace('%', "%%");
        let statement = self
            .dialect
            .literal(&format!("ALTER TABLE {path} SET SCHEMA %I"));
        let body = format!("BEGIN EXECUTE format({statement}, current_schema()); END");
        self.sql(operation, format!("DO {}", self.dialect.literal(&body)));
    }

    /// Drops a schema, behind the last that the migrations have in it.
    pub(super) fn drop_schema(&mut self, operation: usize, schema: Option<&Name>) {
        let Some(schema) = schema.filter(|schema| !self.uses_schema(schema)) else {
            return;
        };
        let name = self.quote(schema);
        let body = format!(
            "BEGIN IF obj_description(to_regnamespace({}), 'pg_namespace') = {} THEN DROP SCHEMA {name}; \
             END IF; EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN NULL; END",
            self.dialect.literal(&name),
            self.dialect.literal(OURS)
        );
        self.sql(operation, format!("DO {}", self.dialect.literal(&body)));
    }

    /// Whether a table or enum type is in it.
    pub(super) fn uses_schema(&self, schema: &Name) -> bool {
        let is_it = |name: &TableName| name.schema.as_ref() == Some(schema);
        self.schema.tables.keys().any(is_it)
            || (self.schema.enums.keys()).any(|name| is_it(&TableName::parse(name.as_str())))
    }
}
