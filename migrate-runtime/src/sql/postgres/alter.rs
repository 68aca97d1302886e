//! Columns that change in place.

use super::define::default_text;
use super::{Planner, conversion};
use crate::dialect::postgres::spelling::{Numbering, Spelling};
use crate::operation::{ColumnChange, enum_of};
use crate::schema::{Column, Name, Table, TableName};
use crate::sql::words::Words;
use crate::sql::{RenderError, Step};

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
        let was_enum = self.is_enum(table, name);
        self.apply(operation)?;
        let after = self.physical(table);
        let (Some(before), Some(after)) = (before, after) else {
            return Ok(());
        };
        let (Some(from), Some(to)) = (before.column(name), after.column(name)) else {
            return Ok(());
        };
        let altered = Altered {
            table,
            before: from,
            after: to,
        };
        self.drop_ranges(operation, &before, &after);
        self.alter_generated(operation, &altered)?;
        self.alter_type(operation, &altered, change, was_enum)?;
        self.alter_default(operation, &altered);
        self.alter_null(operation, &altered, change);
        self.alter_numbering(operation, &altered)?;
        self.add_ranges(operation, &before, &after);
        if from.comment != to.comment {
            self.comment_on_column(operation, table, to);
        }
        Ok(())
    }

    fn is_enum(&self, table: &TableName, name: &Name) -> bool {
        (self.schema.table(table))
            .and_then(|table| table.column(name))
            .is_some_and(|column| enum_of(&column.ty).is_some())
    }

    fn action(&mut self, operation: usize, altered: &Altered<'_>, action: &str) {
        let column = self.quote(&altered.after.name);
        let action = format!("ALTER COLUMN {column} {action}");
        self.alter(operation, altered.table, &action);
    }

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
            (Some(_), None) => self.action(operation, altered, "DROP EXPRESSION"),
            (then, Some(now)) if then.as_ref() != Some(now) => {
                // No version before 17 changes an expression in place; the values are derived.
                let column = self.quote(&after.name);
                self.alter(operation, table, &format!("DROP COLUMN {column}"));
                let definition = self.writer(operation).column(after)?;
                self.alter(operation, table, &format!("ADD COLUMN {definition}"));
            }
            _ => {}
        }
        Ok(())
    }

    fn alter_type(
        &mut self,
        operation: usize,
        altered: &Altered<'_>,
        change: &ColumnChange,
        was_enum: bool,
    ) -> Result<(), RenderError> {
        let Altered {
            table,
            before,
            after,
        } = altered;
        let (from, to) = (
            self.writer(operation).declared(before)?,
            self.writer(operation).declared(after)?,
        );
        let (old, new) = (Spelling::parse(&from), Spelling::parse(&to));
        let other_collation = before.collation != after.collation;
        if (old.key() == new.key() && !other_collation)
            || (after.generated.is_some() && before.generated != after.generated)
        {
            return Ok(());
        }
        let name = &after.name;
        self.expect_unused_column(
            operation,
            table,
            name,
            &format!("the type of column {table}.{name} cannot change"),
        );
        self.suspend_foreign_keys(operation, table, name, &old, &new);
        self.suspend_foreign_keys_beside(operation, table, name);
        let column = self.quote(name);
        let is_enum = self.is_enum(table, name);
        let using = match change.using.as_ref().and_then(super::define::own) {
            Some(text) => Some(text.to_owned()),
            None => conversion::using(&column, &from, &to, is_enum || was_enum),
        };
        // The server would put the default through the conversion of the type alone.
        let had_default = before.default.is_some() && before.generated.is_none();
        let held_back = had_default && (using.is_some() || was_enum || old.base() != new.base());
        if held_back {
            self.action(operation, altered, "DROP DEFAULT");
        }
        let mut action = format!("TYPE {}", new.key());
        // A new type without a word on it brings the default collation back.
        if let Some(collation) = &after.collation {
            action = format!("{action} {}", self.writer(operation).collate(collation));
        }
        if let Some(using) = using {
            action = format!("{action} USING {using}");
        }
        self.action(operation, altered, &action);
        if before.auto_increment && after.auto_increment {
            self.widen_sequence(operation, altered, &new.key());
        }
        if held_back
            && before.default == after.default
            && let Some(text) = after.default.as_ref().and_then(default_text)
        {
            self.action(operation, altered, &format!("SET DEFAULT {text}"));
        }
        Ok(())
    }

    /// The sequence of a serial keeps its own type, and would end where the old one ended.
    fn widen_sequence(&mut self, operation: usize, altered: &Altered<'_>, ty: &str) {
        let path = self.dialect.quote_table(altered.table);
        let body = format!(
            "DECLARE owned text := pg_get_serial_sequence({}, {}); BEGIN \
             IF owned IS NOT NULL THEN EXECUTE 'ALTER SEQUENCE ' || owned || ' AS {ty}'; END IF; END",
            self.dialect.literal(&path),
            self.dialect.literal(altered.after.name.as_str())
        );
        self.sql(operation, format!("DO {}", self.dialect.literal(&body)));
    }

    fn alter_default(&mut self, operation: usize, altered: &Altered<'_>) {
        let Altered { before, after, .. } = altered;
        let numbered = before.auto_increment || after.auto_increment;
        if before.default == after.default || numbered || after.generated.is_some() {
            return;
        }
        match after.default.as_ref().and_then(default_text) {
            Some(text) => self.action(operation, altered, &format!("SET DEFAULT {text}")),
            None => self.action(operation, altered, "DROP DEFAULT"),
        }
    }

    /// Rows that are NULL get the default, where the same step gives one.
    fn alter_null(&mut self, operation: usize, altered: &Altered<'_>, change: &ColumnChange) {
        let Altered {
            table,
            before,
            after,
        } = altered;
        let is_key = (self.schema.table(table))
            .and_then(|table| table.primary_key.as_ref())
            .is_some_and(|key| key.columns.contains(&after.name));
        if before.nullable == after.nullable || is_key {
            return;
        }
        if after.nullable {
            self.action(operation, altered, "DROP NOT NULL");
            return;
        }
        if change.default.is_some()
            && let Some(text) = after.default.as_ref().and_then(default_text)
            && !text.eq_ignore_ascii_case("null")
        {
            let column = self.quote(&after.name);
            let table = self.dialect.quote_table(table);
            let sql = format!("UPDATE {table} SET {column} = {text} WHERE {column} IS NULL");
            self.sql(operation, sql);
        }
        self.action(operation, altered, "SET NOT NULL");
    }

    fn alter_numbering(
        &mut self,
        operation: usize,
        altered: &Altered<'_>,
    ) -> Result<(), RenderError> {
        let Altered {
            table,
            before,
            after,
        } = altered;
        let (from, to) = (
            self.numbering(operation, before)?,
            self.numbering(operation, after)?,
        );
        if from == to {
            return Ok(());
        }
        if from.is_some() || before.default.is_some() {
            self.stop_numbering(operation, table, &after.name);
        }
        if let Some(clause) = to {
            if after.nullable && before.nullable {
                self.action(operation, altered, "SET NOT NULL");
            }
            self.action(operation, altered, &format!("ADD GENERATED {clause}"));
            let path = self.dialect.quote_table(table);
            let column = self.quote(&after.name);
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence({}, {}), max({column})) FROM {path} \
                 HAVING max({column}) > 0",
                self.dialect.literal(&path),
                self.dialect.literal(after.name.as_str()),
            );
            self.push(operation, Step::Query { sql });
        }
        Ok(())
    }

    /// The words behind `GENERATED`, for a column that numbers its rows.
    fn numbering(&self, operation: usize, column: &Column) -> Result<Option<String>, RenderError> {
        let spelling = Spelling::parse(&self.writer(operation).declared(column)?);
        Ok(match spelling.numbering() {
            Some(Numbering::Identity(clause)) => Some(clause.clone()),
            Some(Numbering::Serial) => Some(BY_DEFAULT.to_owned()),
            None if column.auto_increment => Some(BY_DEFAULT.to_owned()),
            None => None,
        })
    }

    /// Takes an identity or a serial's default and sequence away, whichever it is.
    fn stop_numbering(&mut self, operation: usize, table: &TableName, column: &Name) {
        let path = self.dialect.quote_table(table);
        let name = self.quote(column);
        let action = format!("ALTER COLUMN {name} DROP IDENTITY IF EXISTS");
        self.alter(operation, table, &action);
        self.alter(
            operation,
            table,
            &format!("ALTER COLUMN {name} DROP DEFAULT"),
        );
        let body = format!(
            "DECLARE owned text := pg_get_serial_sequence({}, {}); BEGIN \
             IF owned IS NOT NULL THEN EXECUTE 'DROP SEQUENCE ' || owned; END IF; END",
            self.dialect.literal(&path),
            self.dialect.literal(column.as_str())
        );
        self.sql(operation, format!("DO {}", self.dialect.literal(&body)));
    }

    /// Drops the checks that stand for a type, where they are no longer.
    pub(super) fn drop_ranges(&mut self, operation: usize, before: &Table, after: &Table) {
        let gone: Vec<Name> = (before.checks.iter())
            .filter(|check| !after.checks.contains(check))
            .filter_map(|check| check.name.clone())
            .collect();
        for name in gone {
            let name = self.quote(&name);
            let action = format!("DROP CONSTRAINT IF EXISTS {name}");
            self.alter(operation, &before.name, &action);
        }
    }

    /// Adds the checks that stand for a type, where they are new.
    pub(super) fn add_ranges(&mut self, operation: usize, before: &Table, after: &Table) {
        let fresh: Vec<String> = (after.checks.iter())
            .filter(|check| !before.checks.contains(check))
            .filter_map(|check| self.writer(operation).check(check))
            .collect();
        for definition in fresh {
            self.alter(operation, &after.name, &format!("ADD {definition}"));
        }
    }
}

const BY_DEFAULT: &str = "BY DEFAULT AS IDENTITY";
