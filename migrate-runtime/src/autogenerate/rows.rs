//! What the rows say to a plan: for each new rule, the queries that find the rows which break it.
//!
//! In go operations and the chain before them, out come queries in the names that the database has now. A
//! rule about columns that the plan itself makes has none: nobody knows yet what will be in them.

use crate::dialect::Dialect;
use crate::lint::{Finding, integer_range, text_length};
use crate::operation::Operation;
use crate::schema::{
    Check, Column, ForeignKey, Index, IndexKey, Name, Schema, SqlType, Table, TableName,
};

/// How many rows break a rule, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which they are: `rows of books that refer to no row of authors`.
    pub what: String,
    /// The query for their number.
    pub count: String,
    /// The query that shows them.
    pub show: String,
}

/// The questions for the operations that may fail.
pub fn questions(
    operations: &[Operation],
    findings: &[Finding],
    chain: &Schema,
    dialect: &dyn Dialect,
) -> Vec<Question> {
    let mut now = Now {
        chain,
        dialect,
        tables: Vec::new(),
        columns: Vec::new(),
    };
    let mut questions = Vec::new();
    for (at, operation) in operations.iter().enumerate() {
        let mut findings = findings.iter().filter(|finding| finding.operation == at);
        if findings.any(Finding::may_fail) {
            questions.extend(now.questions(operation));
        }
        match operation {
            Operation::RenameTable { from, to } => now.tables.push((from.clone(), to.clone())),
            Operation::RenameColumn { table, from, to } => {
                now.columns.push((table.clone(), from.clone(), to.clone()));
            }
            _ => {}
        }
    }
    questions
}

/// What things are called in the database, before the first operation.
struct Now<'n> {
    chain: &'n Schema,
    dialect: &'n dyn Dialect,
    /// Renames so far: before, after.
    tables: Vec<(TableName, TableName)>,
    /// The table by its name at that time.
    columns: Vec<(TableName, Name, Name)>,
}

impl Now<'_> {
    fn table(&self, name: &TableName) -> Option<&Table> {
        let renames = self.tables.iter().rev();
        let old = renames.fold(
            name,
            |name, (from, to)| if to == name { from } else { name },
        );
        self.chain.table(old)
    }

    /// A column as the database has it.
    fn column<'t>(&self, table: &'t Table, of: &TableName, name: &Name) -> Option<&'t Column> {
        let renames = self.columns.iter().rev();
        let renames = renames.filter(|(on, ..)| on == of || *on == table.name);
        let old = renames.fold(
            name,
            |name, (_, from, to)| if to == name { from } else { name },
        );
        table.column(old)
    }

    fn columns(&self, table: &Table, of: &TableName, names: &[Name]) -> Option<Vec<String>> {
        let columns = names.iter().map(|name| self.column(table, of, name));
        columns
            .map(|column| column.map(|column| self.dialect.quote(&column.name)))
            .collect()
    }

    fn questions(&self, operation: &Operation) -> Vec<Question> {
        let question = match operation {
            Operation::AddUnique { table, unique, .. } => {
                self.unique(table, &unique.columns, unique.nulls_not_distinct)
            }
            Operation::AddPrimaryKey { table, primary_key } => {
                self.unique(table, &primary_key.columns, true)
            }
            Operation::CreateIndex { table, index, .. } => self.unique_index(table, index),
            Operation::AddCheck { table, check, .. } => self.check(table, check),
            Operation::AddForeignKey {
                table, foreign_key, ..
            } => self.foreign_key(table, foreign_key),
            Operation::AlterColumn {
                table,
                column,
                change,
            } => {
                let narrower = change.ty.as_ref();
                narrower.and_then(|ty| self.narrower(table, column, ty))
            }
            Operation::AlterEnum {
                name,
                values,
                renames,
            } => return self.removed_values(name, values, renames),
            _ => None,
        };
        question.into_iter().collect()
    }

    fn unique(&self, of: &TableName, names: &[Name], nulls_are_equal: bool) -> Option<Question> {
        let table = self.table(of)?;
        let columns = self.columns(table, of, names)?;
        let not_null = columns.iter().map(|column| format!("{column} IS NOT NULL"));
        let condition = if nulls_are_equal {
            Vec::new()
        } else {
            not_null.collect()
        };
        Some(self.duplicates(table, of, &columns, &condition))
    }

    fn unique_index(&self, of: &TableName, index: &Index) -> Option<Question> {
        let table = self.table(of)?;
        let backend = self.dialect.backend();
        let keys = index.columns.iter().map(|column| match &column.key {
            IndexKey::Column(name) => {
                let column = self.column(table, of, name)?;
                Some(self.dialect.quote(&column.name))
            }
            IndexKey::Expression(text) => text.get(backend).map(|text| format!("({text})")),
        });
        let keys: Vec<String> = keys.collect::<Option<_>>()?;
        let mut condition = Vec::new();
        if !index.nulls_not_distinct {
            condition.extend(keys.iter().map(|key| format!("{key} IS NOT NULL")));
        }
        if let Some(predicate) = &index.predicate {
            condition.push(format!("({})", predicate.get(backend)?));
        }
        Some(self.duplicates(table, of, &keys, &condition))
    }

    fn duplicates(
        &self,
        table: &Table,
        of: &TableName,
        keys: &[String],
        condition: &[String],
    ) -> Question {
        let all = keys.join(", ");
        let condition = if condition.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", condition.join(" AND "))
        };
        let from = self.dialect.quote_table(&table.name);
        let rest = format!("FROM {from}{condition} GROUP BY {all} HAVING count(*) > 1");
        Question {
            what: format!(
                "values of ({}) that are in {of} more than once",
                all.replace(['"', '`'], "")
            ),
            count: format!("SELECT count(*) FROM (SELECT 1 {rest}) AS found"),
            show: format!("SELECT {all}, count(*) {rest}"),
        }
    }

    fn check(&self, of: &TableName, check: &Check) -> Option<Question> {
        if check.exclusion().is_some() {
            return None;
        }
        let expression = check.expression.get(self.dialect.backend())?;
        let table = self.table(of)?;
        let what = format!("rows of {of} that break {expression}");
        Some(self.rows(table, what, &format!("NOT ({expression})")))
    }

    fn rows(&self, table: &Table, what: String, condition: &str) -> Question {
        let from = self.dialect.quote_table(&table.name);
        Question {
            what,
            count: format!("SELECT count(*) FROM {from} WHERE {condition}"),
            show: format!("SELECT * FROM {from} WHERE {condition}"),
        }
    }

    fn foreign_key(&self, of: &TableName, key: &ForeignKey) -> Option<Question> {
        let table = self.table(of)?;
        let columns = self.columns(table, of, &key.columns)?;
        let mut condition: Vec<String> = (columns.iter())
            .map(|column| format!("c.{column} IS NOT NULL"))
            .collect();
        // A table that the plan makes has no rows.
        if let Some(target) = self.table(&key.target) {
            let primary = target.primary_key.as_ref();
            let names = if key.target_columns.is_empty() {
                primary.map(|key| &key.columns)?
            } else {
                &key.target_columns
            };
            let others = self.columns(target, &key.target, names)?;
            let pairs = columns.iter().zip(&others);
            let pairs = pairs.map(|(column, other)| format!("p.{other} = c.{column}"));
            condition.push(format!(
                "NOT EXISTS (SELECT 1 FROM {} AS p WHERE {})",
                self.dialect.quote_table(&target.name),
                pairs.collect::<Vec<_>>().join(" AND ")
            ));
        }
        let rest = format!(
            "FROM {} AS c WHERE {}",
            self.dialect.quote_table(&table.name),
            condition.join(" AND ")
        );
        Some(Question {
            what: format!("rows of {of} that refer to no row of {}", key.target),
            count: format!("SELECT count(*) {rest}"),
            show: format!("SELECT c.* {rest}"),
        })
    }

    /// Texts that are too long and integers that are too great; what else becomes of values is for the
    /// database to say.
    fn narrower(&self, of: &TableName, name: &Name, ty: &SqlType) -> Option<Question> {
        let table = self.table(of)?;
        let Column {
            name: now,
            ty: before,
            ..
        } = self.column(table, of, name)?;
        let column = self.dialect.quote(now);
        let condition = if text_length(before).is_some() {
            format!("{} > {}", self.dialect.length_of(&column), text_length(ty)?)
        } else {
            integer_range(before)?;
            let (least, greatest) = integer_range(ty)?;
            format!("({column} < {least} OR {column} > {greatest})")
        };
        let what = format!("rows of {of} whose {name} does not fit {}", ty.describe());
        Some(self.rows(table, what, &condition))
    }

    fn removed_values(
        &self,
        name: &Name,
        values: &[String],
        renames: &[(String, String)],
    ) -> Vec<Question> {
        let Some(before) = self.chain.enums.get(name) else {
            return Vec::new();
        };
        let removed: Vec<String> = (before.values.iter())
            .filter(|value| !values.contains(value))
            .filter(|value| !renames.iter().any(|(from, _)| from == *value))
            .map(|value| self.dialect.literal(value))
            .collect();
        let removed = removed.join(", ");
        let tables = self.chain.tables.values();
        let columns = tables.flat_map(|table| table.columns.iter().map(move |it| (table, it)));
        columns
            .filter(|(_, column)| column.ty == SqlType::Enum(name.clone()))
            .map(|(table, column)| {
                let text = self.dialect.text_of(&self.dialect.quote(&column.name));
                let condition = format!("{text} IN ({removed})");
                let what = format!(
                    "rows of {} that hold {removed} in {}",
                    table.name, column.name
                );
                self.rows(table, what, &condition)
            })
            .collect()
    }
}
