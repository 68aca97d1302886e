//! Views and triggers that a change would break: the server keeps their text, and says nothing.
//!
//! What uses a table or column is asked of its catalog before the change, as an expectation.

use super::Planner;
use crate::schema::{Name, TableName};
use crate::sql::{Blame, Step};

impl Planner<'_> {
    /// Stops where a view speaks of the table. `does` is what happens to it.
    pub(super) fn expect_unused_table(&mut self, operation: usize, table: &TableName, does: &str) {
        if self.fresh.contains(table) {
            return;
        }
        let query = self.views(table, None);
        self.expect_no_user(
            operation,
            (table, &[]),
            query,
            format!("table {table} {does}"),
        );
    }

    /// Stops where a view speaks of the column, or a trigger of its table does.
    pub(super) fn expect_unused_column(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
        does: &str,
    ) {
        if self.fresh.contains(table) {
            return;
        }
        let triggers = format!(
            "SELECT CONCAT('trigger ', trigger_name) FROM information_schema.triggers \
             WHERE event_object_schema = {} AND event_object_table = {} AND action_statement REGEXP {}",
            self.schema_of(table),
            self.dialect.literal(table.name.as_str()),
            self.dialect
                .literal(&format!("\\b{}\\b", escaped(column.as_str()))),
        );
        let query = format!("{} UNION ALL {triggers}", self.views(table, Some(column)));
        let about = (table, std::slice::from_ref(column));
        self.expect_no_user(
            operation,
            about,
            query,
            format!("column {table}.{column} {does}"),
        );
    }

    /// A view's text names tables and columns in full.
    fn views(&self, table: &TableName, column: Option<&Name>) -> String {
        let contains = |name: &Name| {
            let quoted = self.dialect.literal(&self.quote(name));
            format!(" AND LOCATE({quoted}, view_definition) > 0")
        };
        format!(
            "SELECT CONCAT('view ', table_name) FROM information_schema.views \
             WHERE table_schema = {}{}{}",
            self.schema_of(table),
            contains(&table.name),
            column.map(contains).unwrap_or_default()
        )
    }

    /// The database that a table is in, as an expression.
    fn schema_of(&self, table: &TableName) -> String {
        match &table.schema {
            Some(schema) => self.dialect.literal(schema.as_str()),
            None => "DATABASE()".to_owned(),
        }
    }

    fn expect_no_user(
        &mut self,
        operation: usize,
        about: (&TableName, &[Name]),
        query: String,
        what: String,
    ) {
        self.ask(
            operation,
            &[about],
            Step::Expect {
                query,
                problem: what,
                hint: "drop it before, with `sql(\"…\")`, and create it again behind".to_owned(),
                blame: Blame::Users,
            },
        );
    }
}

/// A name in a regular expression.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for character in name.chars() {
        if !(character.is_alphanumeric() || character == '_') {
            text.push('\\');
        }
        text.push(character);
    }
    text
}
