//! Names that change: of tables, columns, indexes, constraints.
//!
//! Only an index has a clause for its new name. A check or foreign key goes and comes back in one
//! statement, and the index that was made for a key keeps the name of the key.

use super::Planner;
use super::clause::{Cost, about};
use crate::schema::{Name, Table, TableName};
use crate::sql::RenderError;

impl Planner<'_> {
    pub(super) fn rename_table(
        &mut self,
        operation: usize,
        from: &TableName,
        to: &TableName,
    ) -> Result<(), RenderError> {
        self.expect_unused_table(operation, from, "gets another name while these use it");
        self.apply(operation)?;
        let (old, new) = (self.dialect.quote_table(from), self.dialect.quote_table(to));
        self.sql(operation, format!("RENAME TABLE {old} TO {new}"));
        if self.fresh.remove(from) {
            self.fresh.insert(to.clone());
        }
        for (owner, _) in &mut self.suspended {
            if owner == from {
                *owner = to.clone();
            }
        }
        Ok(())
    }

    pub(super) fn rename_column(
        &mut self,
        operation: usize,
        table: &TableName,
        from: &Name,
        to: &Name,
    ) -> Result<(), RenderError> {
        self.expect_unused_column(
            operation,
            table,
            from,
            "gets another name while these use it",
        );
        self.apply(operation)?;
        let sql = format!("RENAME COLUMN {} TO {}", self.quote(from), self.quote(to));
        self.alone(operation, table, sql);
        Ok(())
    }

    pub(super) fn rename_index(
        &mut self,
        operation: usize,
        table: &TableName,
        from: &Name,
        to: &Name,
    ) -> Result<(), RenderError> {
        self.apply(operation)?;
        let sql = self.renamed_index(from, to);
        self.alone(operation, table, sql);
        Ok(())
    }

    fn renamed_index(&self, from: &Name, to: &Name) -> String {
        format!("RENAME INDEX {} TO {}", self.quote(from), self.quote(to))
    }

    /// A clause that the next one may build on, so that both cannot be one statement.
    fn alone(&mut self, operation: usize, table: &TableName, sql: String) {
        self.flush();
        self.clause(operation, table, Cost::Instant, sql, &[]);
        self.flush();
    }

    pub(super) fn rename_constraint(
        &mut self,
        operation: usize,
        table: &TableName,
        from: &Name,
        to: &Name,
    ) -> Result<(), RenderError> {
        self.apply(operation)?;
        let Some(after) = self.physical(table) else {
            return Ok(());
        };
        if (after.uniques.iter()).any(|unique| unique.name.as_ref() == Some(to)) {
            let sql = self.renamed_index(from, to);
            self.alone(operation, table, sql);
        } else if after
            .foreign_keys
            .iter()
            .any(|key| key.name.as_ref() == Some(to))
        {
            self.rename_foreign_key(operation, &after, from, to)?;
        } else {
            self.rename_check(operation, &after, from, to);
        }
        Ok(())
    }

    fn rename_check(&mut self, operation: usize, table: &Table, from: &Name, to: &Name) {
        let check = (table.checks.iter()).find(|check| check.name.as_ref() == Some(to));
        match check.and_then(|check| self.writer(operation).check(check)) {
            Some(definition) => {
                let sql = format!("DROP CONSTRAINT {}, ADD {definition}", self.quote(from));
                self.clause(
                    operation,
                    &table.name,
                    Cost::Copy,
                    sql,
                    &[&about(from), &about(to)],
                );
            }
            None => self.no_sql(operation),
        }
    }

    fn rename_foreign_key(
        &mut self,
        operation: usize,
        table: &Table,
        from: &Name,
        to: &Name,
    ) -> Result<(), RenderError> {
        let key = (table.foreign_keys.iter()).find(|key| key.name.as_ref() == Some(to));
        let Some(key) = key else {
            return Ok(());
        };
        let index = (self.rename_index_of(&table.name, &key.columns, from, to))
            .then(|| self.renamed_index(from, to));
        // The server refuses the same name in one statement, in whatever case. Then it comes back at the end,
        // like one that is gone already while a type changes.
        let is_same = from.as_str().eq_ignore_ascii_case(to.as_str());
        let is_suspended = self.is_suspended(&table.name, from);
        if is_same || is_suspended {
            if !is_suspended {
                let sql = format!("DROP FOREIGN KEY {}", self.quote(from));
                self.alone(operation, &table.name, sql);
            }
            if let Some(sql) = index {
                self.alone(operation, &table.name, sql);
            }
            self.suspended.push((table.name.clone(), to.clone()));
            return Ok(());
        }
        let definition = self.writer(operation).foreign_key(key)?;
        let drop = format!("DROP FOREIGN KEY {}", self.quote(from));
        let clauses = [Some(drop), Some(format!("ADD {definition}")), index];
        let sql: Vec<String> = clauses.into_iter().flatten().collect();
        self.flush();
        self.clause(operation, &table.name, Cost::Copy, sql.join(", "), &[]);
        self.flush();
        Ok(())
    }
}
