//! What is asked of the rows before they are changed, and when.
//!
//! Nothing that a plan did can be taken back, so a question is asked before its first statement, as long as
//! nothing in between changes the answer: then the migration is refused as a whole. Behind `sql` and `run`
//! everything may be otherwise, and a question stays where it is.

use super::Planner;
use super::define::{in_brackets, own};
use crate::dialect::mysql::spelling::Spelling;
use crate::operation::mentions::mentions;
use crate::operation::{ColumnChange, Operation};
use crate::schema::{AttachedKind, Check, Column, Name, ReferentialAction, Table, TableName};
use crate::sql::words::Words;
use crate::sql::{Blame, RenderError, Statement, Step};
use std::collections::BTreeSet;

/// What operations so far may have changed of the answers.
#[derive(Default)]
pub(super) struct Touched {
    all: bool,
    tables: BTreeSet<TableName>,
    columns: BTreeSet<(TableName, Name)>,
}

impl Touched {
    /// Whether the answer to a question about those columns may be another one by now. The table is asked
    /// about in any case.
    fn has(&self, table: &TableName, columns: &[Name]) -> bool {
        let column = |name: &Name| self.columns.contains(&(table.clone(), name.clone()));
        self.all || self.tables.contains(table) || columns.iter().any(column)
    }

    fn column(&mut self, table: &TableName, column: &Name) {
        self.columns.insert((table.clone(), column.clone()));
    }
}

impl Planner<'_> {
    /// Asks something about columns of tables: first of all, where the answer is the same.
    pub(super) fn ask(&mut self, operation: usize, about: &[(&TableName, &[Name])], step: Step) {
        if self.can_ask_first(about) {
            self.first.push(Statement { operation, step });
        } else {
            self.push(operation, step);
        }
    }

    fn can_ask_first(&self, about: &[(&TableName, &[Name])]) -> bool {
        let mut about = about.iter();
        about.all(|(table, columns)| !self.touched.has(table, columns))
    }

    /// Asks what the server would say as well, and as clearly, but not before other things are done.
    fn ask_ahead(&mut self, operation: usize, table: &TableName, columns: &[Name], ask: Question) {
        let changes = |statement: &Statement| statement.step.changes_something();
        let is_ahead = self.pending.is_some() || self.statements.iter().any(changes);
        let about = [(table, columns)];
        if is_ahead && !self.fresh.contains(table) && self.can_ask_first(&about) {
            let step = Step::Expect {
                query: ask.query,
                problem: ask.problem,
                hint: "change those rows before, with a `sql` step".to_owned(),
                blame: Blame::Rows,
            };
            self.first.push(Statement { operation, step });
        }
    }

    /// Rows that a unique index or key would have twice. Rows with NULL are never the same.
    pub(super) fn ask_twice(&mut self, operation: usize, table: &TableName, columns: &[Name]) {
        let names: Vec<String> = columns.iter().map(|name| self.quote(name)).collect();
        let set: Vec<String> = (names.iter())
            .map(|name| format!("{name} IS NOT NULL"))
            .collect();
        let query = format!(
            "SELECT CONCAT_WS(', ', {names}) FROM {} WHERE {} GROUP BY {names} HAVING COUNT(*) > 1 LIMIT 6",
            self.dialect.quote_table(table),
            set.join(" AND "),
            names = names.join(", "),
        );
        let of: Vec<&str> = columns.iter().map(Name::as_str).collect();
        let problem = format!(
            "rows of {table} are the same, which become unique, by {}",
            of.join(", ")
        );
        self.ask_ahead(operation, table, columns, Question { query, problem });
    }

    /// Rows that a check would refuse.
    pub(super) fn ask_check(&mut self, operation: usize, table: &TableName, check: &Check) {
        let (Some(text), Some(there)) = (own(&check.expression), self.schema.table(table)) else {
            return;
        };
        let names = there.columns.iter().map(|column| &column.name);
        let columns: Vec<Name> = names
            .filter(|name| mentions(&check.expression, name))
            .cloned()
            .collect();
        let name = check.name.as_ref().map_or("a check", Name::as_str);
        let ask = self.count(
            table,
            &format!("NOT ({})", in_brackets(text)),
            format!("rows of {table} do not satisfy {name}"),
        );
        self.ask_ahead(operation, table, &columns, ask);
    }

    /// Values that do not fit into the type that a column gets.
    pub(super) fn ask_fit(
        &mut self,
        operation: usize,
        table: &TableName,
        before: &Column,
        after: &Column,
    ) -> Result<(), RenderError> {
        let name = &after.name;
        let writer = self.writer(operation);
        let (from, ty) = (writer.declared(before)?, writer.declared(after)?);
        let Some(unfit) = unfit(&from, &ty, &self.quote(name)) else {
            return Ok(());
        };
        let ask = self.count(
            table,
            &unfit,
            format!("values of column {table}.{name} do not fit into {ty}"),
        );
        self.ask_ahead(operation, table, std::slice::from_ref(name), ask);
        Ok(())
    }

    fn count(&self, table: &TableName, condition: &str, problem: String) -> Question {
        let path = self.dialect.quote_table(table);
        let query = format!(
            "SELECT CONCAT(COUNT(*), IF(COUNT(*) = 1, ' row', ' rows')) FROM {path} \
             WHERE {condition} HAVING COUNT(*) > 0"
        );
        Question { query, problem }
    }

    /// Puts what is asked first before everything else.
    pub(super) fn ask_first(&mut self) {
        let mut first = std::mem::take(&mut self.first);
        first.append(&mut self.statements);
        self.statements = first;
    }

    /// Notes what an operation changes of the answers to later questions.
    pub(super) fn touch(&mut self, operation: usize) {
        let all = self.operations;
        match &all[operation] {
            Operation::CreateTable { table, .. } => {
                self.touched.tables.insert(table.name.clone());
            }
            Operation::DropTable { table, .. } | Operation::SetTableOptions { table, .. } => {
                self.touched.tables.insert(table.clone());
            }
            Operation::RenameTable { from, to } => {
                self.touched.tables.extend([from.clone(), to.clone()]);
            }
            Operation::AddColumn { table, column, .. } => self.touched.column(table, &column.name),
            Operation::DropColumn { table, column, .. } => self.touched.column(table, column),
            Operation::RenameColumn { table, from, to } => {
                self.touched.column(table, from);
                self.touched.column(table, to);
            }
            Operation::AlterColumn {
                table,
                column,
                change,
            } => {
                if changes_values(change) {
                    self.touch_values(table, column);
                }
            }
            Operation::AlterEnum { name, .. } => {
                for (table, column) in self.users_of(name) {
                    self.touch_values(&table, &column);
                }
            }
            Operation::Backfill { table, column, .. } => self.touch_values(table, column),
            Operation::Sql { sql, .. } => self.touched.all |= own(sql).is_some(),
            Operation::Run { .. } => self.touched.all = true,
            Operation::SetTableComment { .. }
            | Operation::CreateIndex { .. }
            | Operation::DropIndex { .. }
            | Operation::RenameIndex { .. }
            | Operation::AddPrimaryKey { .. }
            | Operation::DropPrimaryKey { .. }
            | Operation::AddUnique { .. }
            | Operation::DropUnique { .. }
            | Operation::AddCheck { .. }
            | Operation::DropCheck { .. }
            | Operation::AddForeignKey { .. }
            | Operation::ValidateConstraint { .. }
            | Operation::DropForeignKey { .. }
            | Operation::RenameConstraint { .. }
            | Operation::CreateEnum { .. }
            | Operation::DropEnum { .. } => {}
        }
    }

    /// Values of a column change, and what the server changes with them: generated columns, rows that refer
    /// to it, whatever a trigger does.
    fn touch_values(&mut self, table: &TableName, column: &Name) {
        let is_trigger = |kind| kind == AttachedKind::Trigger;
        let mut attached = self.schema.attached.iter();
        let has_trigger =
            attached.any(|one| is_trigger(one.kind) && one.table.as_ref() == Some(table));
        let mut keys = (self.schema.tables.values()).flat_map(|table| &table.foreign_keys);
        let is_followed = keys.any(|key| {
            key.target == *table
                && key.target_columns.contains(column)
                && !matches!(
                    key.on_update,
                    ReferentialAction::NoAction | ReferentialAction::Restrict
                )
        });
        let derives = |table: &Table| table.columns.iter().any(|it| it.generated.is_some());
        self.touched.all |= has_trigger || is_followed;
        if self.schema.table(table).is_some_and(derives) {
            self.touched.tables.insert(table.clone());
        }
        self.touched.column(table, column);
    }
}

/// A query whose rows are in the way, and why.
struct Question {
    query: String,
    problem: String,
}

/// Whether a change of a column may change what is in it: `NULL` becomes the default.
const fn changes_values(change: &ColumnChange) -> bool {
    let ColumnChange {
        ty,
        using: _,
        nullable,
        default,
        generated,
        auto_increment,
        collation,
        comment: _,
    } = change;
    let fills = nullable.is_some() && default.is_some();
    ty.is_some() || fills || generated.is_some() || auto_increment.is_some() || collation.is_some()
}

/// The condition that values meet which do not fit, where that is known beforehand. Decimals are rounded.
fn unfit(from: &str, to: &str, column: &str) -> Option<String> {
    let (from, to) = (Spelling::parse(from), Spelling::parse(to));
    if let Some(length) = length(&to) {
        let is_longer = match length_of_text(&from) {
            Some(held) => held > length,
            None => false,
        };
        return is_longer.then(|| format!("CHAR_LENGTH({column}) > {length}"));
    }
    if from.base() != "decimal" {
        range(&from)?;
    }
    if to.base() == "decimal" && !to.is_unsigned() {
        let numbers = to.numbers();
        let digits = numbers.first().copied().unwrap_or(10);
        let scale = numbers.get(1).copied().unwrap_or(0);
        let limit = 10_u128.checked_pow(digits.saturating_sub(scale))?;
        return Some(format!("ABS(ROUND({column}, {scale})) >= {limit}"));
    }
    let (low, high) = range(&to)?;
    let fits = range(&from).is_some_and(|(least, most)| low <= least && most <= high);
    (!fits).then(|| format!("ROUND({column}) NOT BETWEEN {low} AND {high}"))
}

/// How many characters a string type takes that says so.
fn length(ty: &Spelling) -> Option<u32> {
    match ty.base() {
        "varchar" => ty.numbers().first().copied(),
        "char" => Some(ty.numbers().first().copied().unwrap_or(1)),
        _ => None,
    }
}

/// How many a string type takes.
fn length_of_text(ty: &Spelling) -> Option<u32> {
    match ty.base() {
        "tinytext" | "text" | "mediumtext" | "longtext" => Some(u32::MAX),
        _ => length(ty),
    }
}

/// The least and the greatest value of a type of whole numbers.
fn range(ty: &Spelling) -> Option<(i128, i128)> {
    let bits = match ty.base() {
        "tinyint" => 8,
        "smallint" => 16,
        "mediumint" => 24,
        "int" => 32,
        "bigint" => 64,
        _ => return None,
    };
    let values: i128 = 1 << bits;
    Some(if ty.is_unsigned() {
        (0, values - 1)
    } else {
        (-values / 2, values / 2 - 1)
    })
}
