//! Columns that change in place.
//!
//! `MODIFY` takes what it does not restate away, so it restates the whole column. A default alone has a
//! clause of its own, which touches nothing else.

use super::Planner;
use super::clause::{Cost, about};
use super::define::default_text;
use crate::dialect::expression::canonical_rule;
use crate::operation::ColumnChange;
use crate::schema::{AttachedKind, Backend, Column, Name, TableName};
use crate::sql::words::Words;
use crate::sql::{Blame, RenderError, Step};

/// A column of a table, physical, before and after.
struct Altered<'a> {
    table: &'a TableName,
    before: &'a Column,
    after: &'a Column,
}

impl Planner<'_> {
    pub(super) fn alter_column(
        &mut self,
        operation: usize,
        table: &TableName,
        name: &Name,
        change: &ColumnChange,
    ) -> Result<(), RenderError> {
        let before = self.physical(table);
        self.apply(operation)?;
        let after = self.physical(table);
        let column = |table: &Option<crate::schema::Table>| table.as_ref()?.column(name).cloned();
        let (Some(before), Some(after)) = (column(&before), column(&after)) else {
            return Ok(());
        };
        let altered = Altered {
            table,
            before: &before,
            after: &after,
        };
        if before == after {
            let reason = "the column is so already on mysql".to_owned();
            self.push(operation, Step::Skip { reason });
            return Ok(());
        }
        if before.generated != after.generated {
            return self.alter_generated(operation, &altered);
        }
        if let Some(sql) = self.default_alone(&altered) {
            self.clause(operation, table, Cost::Instant, sql, &[&about(name)]);
            return Ok(());
        }
        if before.ty != after.ty || before.collation != after.collation {
            self.suspend_foreign_keys(operation, table, name);
        }
        if before.nullable && !after.nullable && after.generated.is_none() {
            self.fill(operation, &altered, change);
        }
        if before.ty != after.ty {
            self.ask_fit(operation, table, &before, &after)?;
        }
        let cost = self.cost_of(operation, &altered)?;
        self.modify(operation, table, &after, cost)
    }

    /// `MODIFY COLUMN`, the whole column.
    pub(super) fn modify(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Column,
        cost: Cost,
    ) -> Result<(), RenderError> {
        let definition = self.writer(operation).column(column)?;
        let hidden = if self.is_invisible(table, &column.name) {
            " INVISIBLE"
        } else {
            ""
        };
        let check = match self.column_check(table, &column.name) {
            Some(check) => format!(" CHECK ({})", check.text),
            None => String::new(),
        };
        let sql = format!("MODIFY COLUMN {definition}{hidden}{check}");
        self.clause(operation, table, cost, sql, &[&about(&column.name)]);
        Ok(())
    }

    /// Whether somebody made a column invisible, which no operation does.
    fn is_invisible(&self, table: &TableName, column: &Name) -> bool {
        let path = format!("{}.{column}", table.name);
        (self.schema.attached.iter()).any(|one| {
            one.kind == AttachedKind::Detail("INVISIBLE of column")
                && one.table.as_ref() == Some(table)
                && one.name == path.as_str()
        })
    }

    /// The check that is a part of a column, which somebody wrote there.
    fn column_check(&self, table: &TableName, column: &Name) -> Option<ColumnCheck> {
        let path = format!("{}.{column}", table.name);
        self.column_checks(table).find(|check| check.path == path)
    }

    fn column_checks<'s>(&'s self, table: &'s TableName) -> impl Iterator<Item = ColumnCheck> + 's {
        let those = self.schema.attached.iter().filter(|one| {
            one.kind == AttachedKind::ColumnCheck && one.table.as_ref() == Some(table)
        });
        those.filter_map(|one| {
            Some(ColumnCheck {
                path: one.name.as_str().to_owned(),
                text: one.sql.clone()?,
            })
        })
    }

    /// Takes a check away that is a part of its column: the column is restated without. `false` where the
    /// check is a constraint of the table.
    pub(super) fn drop_column_check(
        &mut self,
        operation: usize,
        table: &TableName,
        check: &str,
    ) -> Result<bool, RenderError> {
        let rule = |text: &str| canonical_rule(Backend::Mysql, text);
        let found = self
            .column_checks(table)
            .find(|it| rule(&it.text) == rule(check));
        let Some(found) = found else {
            return Ok(false);
        };
        let name = found.path.rsplit_once('.').map_or("", |(_, name)| name);
        let physical = self.physical(table);
        let column = physical.and_then(|table| table.column(&name.into()).cloned());
        let Some(column) = column else {
            return Ok(false);
        };
        self.schema
            .attached
            .retain(|one| one.kind != AttachedKind::ColumnCheck || one.name.as_str() != found.path);
        self.modify(operation, table, &column, Cost::Modify)?;
        Ok(true)
    }

    /// The clause for a change of nothing but a default that is a constant or goes away. An expression has
    /// no such clause on every server, and `ON UPDATE` none at all.
    fn default_alone(&self, altered: &Altered<'_>) -> Option<String> {
        let Altered { before, after, .. } = altered;
        let same = Column {
            default: before.default.clone(),
            ..(*after).clone()
        };
        let text = |column: &Column| {
            column
                .default
                .as_ref()
                .and_then(default_text)
                .map(str::to_owned)
        };
        let (was, is) = (text(before), text(after));
        let notes_changes = was.is_some_and(|text| text.to_uppercase().contains("ON UPDATE"));
        if same != **before || notes_changes || after.auto_increment {
            return None;
        }
        let name = self.quote(&after.name);
        match is {
            None => Some(format!("ALTER COLUMN {name} DROP DEFAULT")),
            Some(text) if is_constant(&text) => {
                Some(format!("ALTER COLUMN {name} SET DEFAULT {text}"))
            }
            Some(_) => None,
        }
    }

    /// Rows that are NULL get the default, where the same step gives one; otherwise there must be none. A
    /// server that is not strict would make something up for them.
    fn fill(&mut self, operation: usize, altered: &Altered<'_>, change: &ColumnChange) {
        let Altered { table, after, .. } = altered;
        if self.fresh.contains(*table) {
            return;
        }
        let column = self.quote(&after.name);
        let condition = format!("{column} IS NULL");
        let text = after.default.as_ref().and_then(default_text);
        match text.filter(|text| change.default.is_some() && !text.eq_ignore_ascii_case("null")) {
            Some(text) => {
                let value = match text.to_uppercase().find(" ON UPDATE") {
                    Some(end) => &text[..end],
                    None => text,
                };
                self.update(operation, table, &after.name, value, &condition);
            }
            None => self.expect_no_null(operation, table, &after.name),
        }
    }

    fn expect_no_null(&mut self, operation: usize, table: &TableName, column: &Name) {
        let path = self.dialect.quote_table(table);
        let quoted = self.quote(column);
        self.ask(
            operation,
            &[(table, std::slice::from_ref(column))],
            Step::Expect {
                query: format!(
                    "SELECT CONCAT(COUNT(*), IF(COUNT(*) = 1, ' row', ' rows')) FROM {path} \
                     WHERE {quoted} IS NULL HAVING COUNT(*) > 0"
                ),
                problem: format!("column {table}.{column} becomes NOT NULL and is NULL in"),
                hint: "fill those rows before, with a `backfill` step".to_owned(),
                blame: Blame::Rows,
            },
        );
    }

    /// What restating the column costs. Of a type that only grows the server knows best; any other change
    /// of type is a copy everywhere.
    fn cost_of(&self, operation: usize, altered: &Altered<'_>) -> Result<Cost, RenderError> {
        let Altered { before, after, .. } = altered;
        let writer = self.writer(operation);
        let (from, to) = (writer.declared(before)?, writer.declared(after)?);
        let numbers = !before.auto_increment && after.auto_increment;
        let becomes_required = before.nullable && !after.nullable;
        Ok(if numbers || !(from == to || may_be_cheap(&from, &to)) {
            Cost::Copy
        } else if becomes_required {
            Cost::Online
        } else {
            Cost::Modify
        })
    }

    /// Its values are derived, so a generated column is made anew; only one that is stored can become a
    /// column like any other, with the values it has.
    fn alter_generated(
        &mut self,
        operation: usize,
        altered: &Altered<'_>,
    ) -> Result<(), RenderError> {
        let Altered {
            table,
            before,
            after,
        } = altered;
        match (&before.generated, &after.generated) {
            (Some(was), None) => {
                if !was.stored {
                    let mut stored = (*before).clone();
                    if let Some(generated) = &mut stored.generated {
                        generated.stored = true;
                    }
                    self.replace_column(operation, table, &stored)?;
                    self.flush();
                }
                self.modify(operation, table, after, Cost::Copy)
            }
            _ => self.replace_column(operation, table, after),
        }
    }

    /// Drops a column and adds it, in one statement.
    fn replace_column(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Column,
    ) -> Result<(), RenderError> {
        let stored = (column.generated.as_ref()).is_some_and(|generated| generated.stored);
        let cost = if stored { Cost::Copy } else { Cost::Instant };
        let definition = self.writer(operation).column(column)?;
        let sql = format!(
            "DROP COLUMN {}, ADD COLUMN {definition}",
            self.quote(&column.name)
        );
        self.clause(operation, table, cost, sql, &[&about(&column.name)]);
        Ok(())
    }
}

/// A check that stands beside a column.
struct ColumnCheck {
    /// `users.age`.
    path: String,
    text: String,
}

/// Whether a default can stand in `SET DEFAULT` as it is on every server.
fn is_constant(text: &str) -> bool {
    let is_string = text.len() > 1 && text.starts_with('\'') && text.ends_with('\'');
    let is_word = ["NULL", "TRUE", "FALSE"].contains(&text.to_uppercase().as_str());
    is_string || is_word || text.parse::<f64>().is_ok()
}

/// Whether some server changes one type to the other without a copy: strings that grow, values of an enum
/// or set that come behind the others.
fn may_be_cheap(from: &str, to: &str) -> bool {
    let (from, to) = (from.to_lowercase(), to.to_lowercase());
    let parts = |text: &str| {
        let (name, rest) = text.split_once('(')?;
        Some((name.trim().to_owned(), rest.strip_suffix(')')?.to_owned()))
    };
    let (Some((name, old)), Some((other, new))) = (parts(&from), parts(&to)) else {
        return false;
    };
    if name != other {
        return false;
    }
    match name.as_str() {
        "varchar" | "varbinary" => match (old.parse::<u32>(), new.parse::<u32>()) {
            (Ok(old), Ok(new)) => old <= new,
            _ => false,
        },
        "enum" | "set" => new
            .strip_prefix(&old)
            .is_some_and(|rest| rest.starts_with(',')),
        _ => false,
    }
}
