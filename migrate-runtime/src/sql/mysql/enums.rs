//! Enum types whose values change: each column of the type holds its own list of them.
//!
//! A value behind the others costs nothing. A renamed value is added first, rows are moved to it, and the
//! old one goes then; each of the three can be made again.

use super::Planner;
use super::clause::Cost;
use super::define::own;
use crate::operation::{Operation, enum_of};
use crate::schema::{Column, DefaultValue, Name, SqlText, TableName};
use crate::sql::{Blame, RenderError, Step};

/// What happens to the values of a type.
struct Change<'a> {
    held: Vec<String>,
    values: &'a [String],
    renames: &'a [(String, String)],
}

impl Planner<'_> {
    pub(super) fn alter_enum(
        &mut self,
        operation: usize,
        name: &Name,
        values: &[String],
        renames: &[(String, String)],
    ) -> Result<(), RenderError> {
        let held = self.schema.enums.get(name).map(|one| one.values.clone());
        let change = Change {
            held: held.unwrap_or_default(),
            values,
            renames,
        };
        let users = self.users_of(name);
        for (table, column) in &users {
            self.expect_no_value(operation, table, column, &change.gone());
        }
        if !renames.is_empty() {
            self.set_values(name, change.both());
            for (table, column) in &users {
                self.restate(operation, table, column, Cost::Modify)?;
            }
            for (table, column) in &users {
                for (from, to) in renames {
                    let (old, new) = (self.dialect.literal(from), self.dialect.literal(to));
                    let condition = format!("{} = {old}", self.quote(column));
                    self.update(operation, table, column, &new, &condition);
                }
            }
            self.set_values(name, change.held.clone());
        }
        self.apply(operation)?;
        let cost = if change.only_grows() {
            Cost::Modify
        } else {
            Cost::Copy
        };
        for (table, column) in &users {
            self.narrow(operation, table, column, &change, cost)?;
        }
        if users.is_empty() {
            let reason = format!("no column is of enum type {name}");
            self.push(operation, Step::Skip { reason });
        }
        Ok(())
    }

    /// The columns of an enum type.
    pub(super) fn users_of(&self, name: &Name) -> Vec<(TableName, Name)> {
        let tables = self.schema.tables.values();
        let columns = tables.flat_map(|table| table.columns.iter().map(move |it| (table, it)));
        columns
            .filter(|(_, column)| enum_of(&column.ty) == Some(name))
            .map(|(table, column)| (table.name.clone(), column.name.clone()))
            .collect()
    }

    fn set_values(&mut self, name: &Name, values: Vec<String>) {
        if let Some(there) = self.schema.enums.get_mut(name) {
            there.values = values;
        }
    }

    fn restate(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
        cost: Cost,
    ) -> Result<(), RenderError> {
        let physical = self.physical(table);
        match physical.as_ref().and_then(|table| table.column(column)) {
            Some(column) => self.modify(operation, table, column, cost),
            None => Ok(()),
        }
    }

    /// The column with the values it has in the end. A default that is renamed follows; one that goes away
    /// is replaced by a later step.
    fn narrow(
        &mut self,
        operation: usize,
        table: &TableName,
        name: &Name,
        change: &Change<'_>,
        cost: Cost,
    ) -> Result<(), RenderError> {
        let physical = self.physical(table);
        let Some(column) = physical.as_ref().and_then(|table| table.column(name)) else {
            return Ok(());
        };
        let mut column: Column = column.clone();
        let text = match &column.default {
            Some(DefaultValue::Sql(sql)) => own(sql).map(str::to_owned),
            _ => None,
        };
        if let Some(text) = text {
            let is = |value: &String| self.dialect.literal(value) == text;
            if let Some((_, to)) = change.renames.iter().find(|(from, _)| is(from)) {
                let sql = self.dialect.literal(to);
                column.default = Some(DefaultValue::Sql(SqlText::new(sql)));
            } else if change.gone().into_iter().any(is) && self.is_replaced(operation, table, name)
            {
                column.default = None;
            }
        }
        self.modify(operation, table, &column, cost)
    }

    /// Whether a later step sets another default.
    fn is_replaced(&self, operation: usize, table: &TableName, column: &Name) -> bool {
        let later = self.operations.get(operation + 1..).unwrap_or_default();
        later.iter().any(|step| {
            matches!(step, Operation::AlterColumn { table: on, column: other, change }
                if on == table && other == column && change.default.is_some())
        })
    }

    /// Rows with a value that goes would stop the copy in the middle.
    fn expect_no_value(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
        gone: &[&String],
    ) {
        if gone.is_empty() || self.fresh.contains(table) {
            return;
        }
        let list: Vec<String> = gone.iter().map(|one| self.dialect.literal(one)).collect();
        let quoted = self.quote(column);
        let path = self.dialect.quote_table(table);
        let query = format!(
            "SELECT CONCAT('''', {quoted}, ''' in ', COUNT(*), IF(COUNT(*) = 1, ' row', ' rows')) \
             FROM {path} WHERE {quoted} IN ({}) GROUP BY {quoted} ORDER BY {quoted}",
            list.join(", ")
        );
        self.ask(
            operation,
            &[(table, std::slice::from_ref(column))],
            Step::Expect {
                query,
                problem: format!("column {table}.{column} still has values that go away"),
                hint: "change those rows before, with a `sql` step".to_owned(),
                blame: Blame::Rows,
            },
        );
    }
}

impl Change<'_> {
    /// Values that go and have no other name.
    fn gone(&self) -> Vec<&String> {
        let is_renamed = |value: &String| self.renames.iter().any(|(from, _)| from == value);
        (self.held.iter())
            .filter(|value| !self.values.contains(value) && !is_renamed(value))
            .collect()
    }

    /// The values there are, and behind them those that others are renamed to.
    fn both(&self) -> Vec<String> {
        let mut both = self.held.clone();
        for (_, to) in self.renames {
            if !both.contains(to) {
                both.push(to.clone());
            }
        }
        both
    }

    /// Whether new values come behind those there are, and nothing else happens.
    fn only_grows(&self) -> bool {
        self.values.starts_with(&self.held)
    }
}
