//! The rebuild: a table that `ALTER TABLE` cannot change is made anew and filled from the old one.
//!
//! The procedure of SQLite's documentation (<https://www.sqlite.org/lang_altertable.html#otheralter>):
//! create, copy, drop the old, rename the new, make indexes and triggers again. Its first and last
//! steps, foreign keys off before the transaction and their check at its end, belong to the plan.
//!
//! What is more than the documentation says:
//! - objects on the table that the plan does not know end it before anything is lost;
//! - rows that would break a new rule end it with a sentence that says which rule;
//! - row counts are compared before the old table is dropped;
//! - rowids and the sequence of AUTOINCREMENT are carried over, so that no id is ever given twice;
//! - `legacy_alter_table` is on while the new table gets the old one's name: otherwise SQLite would
//!   refuse because of views on the table, and would rewrite references to it.

use super::super::{RenderError, Statement};
use super::blame::{Stages, Subject};
use super::copy::Copy;
use super::create::Writer;
use super::edit::{Change, edit};
use crate::dialect::sqlite::ddl::{ColumnClauseKind, CreateTable, TableConstraintKind};
use crate::operation::mentions::unqualified;
use crate::schema::{Attached, Name, Table, TableName};
use crate::sql::{Blame, Step};
use std::collections::BTreeMap;

/// What a rebuild needs to know.
pub(super) struct Rebuild<'a> {
    /// Both physical forms of the table.
    pub(super) change: Change<'a>,
    /// The physical table after each operation.
    pub(super) stages: &'a Stages,
    /// The portable forms, for what types mean.
    pub(super) logical: (&'a Table, &'a Table),
    /// Columns whose NULLs become the default, since the migration set both at once.
    pub(super) filled: Vec<Name>,
    /// Values of enum columns that get another name.
    pub(super) renamed_values: BTreeMap<Name, Vec<(String, String)>>,
    /// The table's triggers.
    pub(super) triggers: Vec<&'a Attached>,
    /// Whether a rename of the same plan has changed one of them: then only the database has the texts.
    pub(super) renamed_triggers: bool,
    /// The views that are known not to speak of anything that goes.
    pub(super) views: Vec<&'a Name>,
    /// The name of the new table while the old one is there.
    pub(super) temporary: TableName,
    /// The writer.
    pub(super) writer: Writer<'a>,
}

/// What a rebuild comes to.
pub(super) struct Rebuilt {
    /// The steps.
    pub(super) steps: Vec<Statement>,
    /// The table's stored statement after them.
    pub(super) stored: String,
    /// Whether rows may have other numbers then.
    pub(super) renumbered: bool,
}

impl Rebuild<'_> {
    /// The steps and what they lead to.
    pub(super) fn steps(self) -> Result<Rebuilt, RenderError> {
        let Change { before, after, .. } = self.change;
        let old_text = match &before.stored_sql {
            Some(text) => text.clone(),
            None => self.writer.table(&before.name, before)?,
        };
        let statement = edit(&old_text, self.change, self.writer)?;
        // Rules hold under the new table's first name, too.
        let text = unqualified(&statement.to_string());
        let mut statement = read(&text, before, self.writer)?;
        statement.rename(&after.name.name);
        let stored = statement.to_string();
        let old = read(&old_text, before, self.writer)?;

        let mut steps = self.guards();
        if self.renamed_triggers {
            steps.push((Subject::Table, self.keep_triggers()));
        }
        let copy = Copy {
            change: self.change,
            logical: self.logical,
            filled: &self.filled,
            renamed_values: &self.renamed_values,
            temporary: &self.temporary,
            writer: self.writer,
        };
        steps.extend(copy.before_copy());
        statement.rename(&self.temporary.name);
        steps.push((Subject::Table, Step::Sql(self.in_schema(&statement))));
        let numbers = (Numbers::of(&old), Numbers::of(&statement));
        let rowid = match &numbers {
            (Numbers::Nowhere, _) | (_, Numbers::Nowhere | Numbers::Column(_)) => None,
            (_, Numbers::Hidden) => rowid([&old, &statement]),
        };
        let same = matches!(&numbers, (Numbers::Column(old), Numbers::Column(new))
            if old == new && self.change.kept.contains(old));
        steps.push((copy.during_copy(), Step::Sql(copy.insert(rowid))));
        steps.extend(copy.after_copy());
        if old.is_autoincrement() && statement.is_autoincrement() {
            steps.extend(about_the_table(self.sequence()));
        }
        steps.extend(about_the_table(self.swap()));
        for index in &after.indexes {
            let made = if before.indexes.contains(index) {
                vec![Step::Sql(self.writer.index(&after.name, index))]
            } else {
                self.writer.index_steps(&after.name, index)
            };
            steps.extend(made.into_iter().map(|step| (Subject::Index(index), step)));
        }
        steps.extend(about_the_table(self.triggers_again()));
        let steps = (steps.into_iter())
            .map(|(subject, step)| self.stages.statement(subject, after, step))
            .collect();
        Ok(Rebuilt {
            steps,
            stored,
            renumbered: !same && rowid.is_none(),
        })
    }

    /// The stored statement never names the schema; what is run must.
    fn in_schema(&self, statement: &CreateTable) -> String {
        let text = statement.to_string();
        if self.temporary.schema.is_none() {
            return text;
        }
        let own = self.writer.dialect.quote(&self.temporary.name);
        let full = self.writer.dialect.quote_table(&self.temporary);
        text.replacen(&own, &full, 1)
    }

    /// Nothing hangs on the table that we do not know of and would lose.
    fn guards(&self) -> Vec<(Subject<'_>, Step)> {
        let Change {
            before,
            after,
            kept,
            ..
        } = self.change;
        let literal = |text: &str| self.writer.dialect.literal(text);
        let list = |names: Vec<&Name>| {
            let names: Vec<String> = names.iter().map(|name| literal(name.as_str())).collect();
            names.join(", ")
        };
        let table = literal(before.name.name.as_str());
        let master = self.master();
        let objects = before.indexes.iter().map(|index| &index.name);
        let known = list(
            objects
                .chain(self.triggers.iter().map(|one| &one.name))
                .collect(),
        );
        let columns = list(before.columns.iter().map(|column| &column.name).collect());
        let schema = match &before.name.schema {
            Some(schema) => format!(", {}", literal(schema.as_str())),
            None => String::new(),
        };
        let unknown = Step::Expect {
            blame: Blame::Migration,
            query: format!(
                "SELECT type || ' ' || name FROM {master} WHERE lower(tbl_name) = lower({table}) \
                 AND type IN ('index', 'trigger') AND sql IS NOT NULL \
                 AND name COLLATE NOCASE NOT IN ({known}) \
                 UNION ALL SELECT 'column ' || name FROM pragma_table_xinfo({table}{schema}) \
                 WHERE name COLLATE NOCASE NOT IN ({columns})"
            ),
            problem: format!(
                "table {} has something that the migrations do not know and that rebuilding it would lose",
                before.name
            ),
            hint:
                "say it in the migration with `.changes(&[…])`, or put the statement that makes it \
                   into a migration of its own"
                    .to_owned(),
        };
        let mut steps = vec![(Subject::Table, unknown)];
        let dropped: Vec<&Name> = (before.columns.iter())
            .map(|column| &column.name)
            .filter(|name| !kept.contains(name) && after.column(name).is_none())
            .collect();
        if let Some(first) = dropped.first() {
            let unused = self.views_do_not_use(&dropped, &list(self.views.clone()));
            steps.push((Subject::Dropped(first), unused));
        }
        steps
    }

    fn views_do_not_use(&self, dropped: &[&Name], known: &str) -> Step {
        let table = &self.change.before.name;
        let like = |name: &Name| {
            format!(
                "instr(lower(sql), lower({})) > 0",
                self.writer.dialect.literal(name.as_str())
            )
        };
        let columns: Vec<String> = dropped.iter().map(|name| like(name)).collect();
        Step::Expect {
            blame: Blame::Migration,
            query: format!(
                "SELECT 'view ' || name FROM {} WHERE type = 'view' AND {} AND ({}) \
                 AND name COLLATE NOCASE NOT IN ({known})",
                self.master(),
                like(&table.name),
                columns.join(" OR ")
            ),
            problem: format!("a view seems to use a column of {table} that is dropped"),
            hint: "drop the view before, with `sql(\"…\")`, and create it again behind".to_owned(),
        }
    }

    fn keep_triggers(&self) -> Step {
        let table = (self.writer.dialect).literal(self.change.before.name.name.as_str());
        Step::Sql(format!(
            "CREATE TEMP TABLE __migrate_triggers AS SELECT sql FROM {} \
             WHERE type = 'trigger' AND lower(tbl_name) = lower({table})",
            self.master()
        ))
    }

    fn triggers_again(&self) -> Vec<Step> {
        if self.renamed_triggers {
            return vec![
                Step::Each {
                    query: "SELECT sql FROM temp.__migrate_triggers ORDER BY rowid".to_owned(),
                },
                Step::Sql("DROP TABLE temp.__migrate_triggers".to_owned()),
            ];
        }
        (self.triggers.iter())
            .filter_map(|trigger| trigger.sql.as_ref())
            .map(|sql| Step::Sql(sql.trim().trim_end_matches(';').to_owned()))
            .collect()
    }

    fn master(&self) -> String {
        match &self.temporary.schema {
            Some(schema) => format!("{}.sqlite_schema", self.writer.dialect.quote(schema)),
            None => "sqlite_schema".to_owned(),
        }
    }

    /// `DROP TABLE` deletes the old table's entry, and the rename gives it the new one's.
    fn sequence(&self) -> [Step; 2] {
        let sequence = match &self.temporary.schema {
            Some(schema) => format!("{}.sqlite_sequence", self.writer.dialect.quote(schema)),
            None => "sqlite_sequence".to_owned(),
        };
        let literal = |name: &TableName| self.writer.dialect.literal(name.name.as_str());
        let (old, new) = (literal(&self.change.before.name), literal(&self.temporary));
        [
            Step::Sql(format!("DELETE FROM {sequence} WHERE name = {new}")),
            Step::Sql(format!(
                "INSERT INTO {sequence} (name, seq) SELECT {new}, seq FROM {sequence} WHERE name = {old}"
            )),
        ]
    }

    fn swap(&self) -> [Step; 4] {
        let dialect = self.writer.dialect;
        [
            Step::Sql(format!(
                "DROP TABLE {}",
                dialect.quote_table(&self.change.before.name)
            )),
            Step::Sql("PRAGMA legacy_alter_table = ON".to_owned()),
            Step::Sql(format!(
                "ALTER TABLE {} RENAME TO {}",
                dialect.quote_table(&self.temporary),
                dialect.quote(&self.change.after.name.name)
            )),
            Step::Sql("PRAGMA legacy_alter_table = OFF".to_owned()),
        ]
    }
}

fn about_the_table<'a>(
    steps: impl IntoIterator<Item = Step>,
) -> impl Iterator<Item = (Subject<'a>, Step)> {
    (steps.into_iter()).map(|step| (Subject::Table, step))
}

fn read(text: &str, table: &Table, writer: Writer<'_>) -> Result<CreateTable, RenderError> {
    CreateTable::parse(text).map_err(|source| RenderError::Unreadable {
        operation: writer.operation,
        table: table.name.clone(),
        source: Box::new(source),
    })
}

/// Where a table's rows have their numbers.
#[derive(PartialEq, Eq)]
enum Numbers {
    /// In this column.
    Column(Name),
    /// Where no column shows them.
    Hidden,
    /// `WITHOUT ROWID`.
    Nowhere,
}

impl Numbers {
    fn of(statement: &CreateTable) -> Self {
        let is_integer = |name: &Name| {
            (statement.column(name)).is_some_and(|column| column.ty.eq_ignore_ascii_case("INTEGER"))
        };
        let in_column = statement.columns().find(|column| {
            (column.clauses.iter()).any(|clause| {
                // DESC behind the key keeps it from being the rowid.
                matches!(
                    clause.kind,
                    ColumnClauseKind::PrimaryKey {
                        descending: false,
                        ..
                    }
                )
            })
        });
        let in_table = (statement.constraints()).find_map(|constraint| match &constraint.kind {
            TableConstraintKind::PrimaryKey { columns, .. } => match columns.as_slice() {
                [part] => Some(&part.column),
                _ => None,
            },
            _ => None,
        });
        let key = in_column.map(|column| &column.name).or(in_table);
        match key.filter(|name| is_integer(name)) {
            _ if statement.options.without_rowid => Self::Nowhere,
            Some(name) => Self::Column(name.clone()),
            None => Self::Hidden,
        }
    }
}

/// A name for the number of a row that no column of the tables has.
fn rowid(tables: [&CreateTable; 2]) -> Option<&'static str> {
    (["rowid", "_rowid_", "oid"].into_iter())
        .find(|name| (tables.iter()).all(|table| table.column(&Name::from(*name)).is_none()))
}
