//! The text of `CREATE TABLE` and `CREATE INDEX` for a physical table.
//!
//! In: what `Dialect::physical` gives. Out: SQL, one column or constraint a line. Nothing is decided
//! here but the order of words.

use super::super::RenderError;
use crate::dialect::Dialect;
use crate::operation::mentions::unqualified;
use crate::schema::{
    Backend, Check, Column, DefaultValue, ForeignKey, Generated, Index, IndexColumn, IndexKey,
    SortOrder, SqlText, Table, TableName, Unique,
};
use crate::sql::words::{self, Words};
use crate::sql::{Blame, Step};

/// The writer of one operation's definitions.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    /// The dialect.
    pub(super) dialect: &'a dyn Dialect,
    /// The operation that is blamed.
    pub(super) operation: usize,
}

impl Words for Writer<'_> {
    fn dialect(&self) -> &dyn Dialect {
        self.dialect
    }

    fn operation(&self) -> usize {
        self.operation
    }
}

impl Writer<'_> {
    /// `CREATE TABLE`, under the name it is told.
    pub(super) fn table(self, name: &TableName, table: &Table) -> Result<String, RenderError> {
        let Table {
            name: _,
            columns,
            primary_key,
            uniques,
            checks,
            foreign_keys,
            indexes: _,
            comment: _,
            options,
            stored_sql: _,
        } = table;
        let mut parts = Vec::new();
        for column in columns {
            let key = if is_autoincrement(column, table) {
                " PRIMARY KEY AUTOINCREMENT"
            } else {
                ""
            };
            parts.push(format!("{}{key}", self.column(column)?));
        }
        if let Some(primary_key) = primary_key
            && !columns.iter().any(|column| is_autoincrement(column, table))
        {
            parts.push(self.primary_key(primary_key));
        }
        parts.extend(uniques.iter().map(|unique| self.unique(unique)));
        parts.extend(checks.iter().filter_map(|check| self.check(check)));
        parts.extend(foreign_keys.iter().map(|key| self.foreign_key(key)));
        let mut words = Vec::new();
        if options.sqlite_strict {
            words.push("STRICT");
        }
        if options.sqlite_without_rowid {
            words.push("WITHOUT ROWID");
        }
        let tail = if words.is_empty() {
            String::new()
        } else {
            format!(" {}", words.join(", "))
        };
        Ok(format!(
            "CREATE TABLE {} (\n    {}\n){tail}",
            self.dialect.quote_table(name),
            parts.join(",\n    ")
        ))
    }

    /// The definition of a column, without its part in the primary key.
    pub(super) fn column(self, column: &Column) -> Result<String, RenderError> {
        let Column {
            name,
            ty: _,
            nullable,
            default,
            generated,
            auto_increment: _,
            collation,
            comment: _,
        } = column;
        let ty = self.declared(column)?;
        let mut text = self.dialect.quote(name);
        if !ty.is_empty() {
            text.push(' ');
            text.push_str(&ty);
        }
        for clause in [
            (!nullable).then(|| "NOT NULL".to_owned()),
            collation.as_deref().map(collate),
            default.as_ref().and_then(default_clause),
            generated.as_ref().and_then(generated_clause),
        ]
        .into_iter()
        .flatten()
        {
            text.push(' ');
            text.push_str(&clause);
        }
        Ok(text)
    }

    /// A unique constraint.
    pub(super) fn unique(self, unique: &Unique) -> String {
        let Unique {
            name,
            columns,
            include: _,
            nulls_not_distinct: _,
            deferrable: _,
        } = unique;
        format!(
            "{}UNIQUE ({})",
            self.constraint(name.as_ref()),
            self.names(columns)
        )
    }

    /// A check; `None` where it has no text for SQLite.
    pub(super) fn check(self, check: &Check) -> Option<String> {
        let Check { name, expression } = check;
        Some(format!(
            "{}CHECK ({})",
            self.constraint(name.as_ref()),
            in_brackets(expression.get(Backend::Sqlite)?)
        ))
    }

    /// A foreign key. Its target is always in the same database file, so it has no schema.
    pub(super) fn foreign_key(self, key: &ForeignKey) -> String {
        let ForeignKey {
            name,
            columns,
            target,
            target_columns,
            on_delete,
            on_update,
            deferrable,
            match_full: _,
        } = key;
        let mut text = format!(
            "{}FOREIGN KEY ({}) REFERENCES {}",
            self.constraint(name.as_ref()),
            self.names(columns),
            self.dialect.quote(&target.name)
        );
        if !target_columns.is_empty() {
            text = format!("{text} ({})", self.names(target_columns));
        }
        text.push_str(&words::actions(*on_delete, *on_update));
        text.push_str(words::deferred(*deferrable));
        text
    }

    /// `CREATE INDEX`.
    pub(super) fn index(self, table: &TableName, index: &Index) -> String {
        let Index {
            name,
            columns,
            unique,
            predicate,
            method: _,
            include: _,
            nulls_not_distinct: _,
            storage: _,
        } = index;
        let full_name = TableName {
            schema: table.schema.clone(),
            name: name.clone(),
        };
        let parts: Vec<String> = columns.iter().map(|part| self.index_part(part)).collect();
        let mut text = format!(
            "CREATE {}INDEX {} ON {} ({})",
            if *unique { "UNIQUE " } else { "" },
            self.dialect.quote_table(&full_name),
            self.dialect.quote(&table.name),
            parts.join(", ")
        );
        if let Some(condition) = predicate.as_ref().and_then(own) {
            text = format!("{text} WHERE {}", unqualified(condition));
        }
        text
    }

    /// `CREATE INDEX` on a table with rows: no two of them are equal where they must not be.
    pub(super) fn index_steps(self, table: &TableName, index: &Index) -> Vec<Step> {
        let mut steps = Vec::new();
        if index.unique {
            steps.push(self.no_duplicates(table, index));
        }
        steps.push(Step::Sql(self.index(table, index)));
        steps
    }

    fn no_duplicates(self, table: &TableName, index: &Index) -> Step {
        let keys: Vec<String> = (index.columns.iter())
            .map(|part| self.index_key(part))
            .collect();
        let mut conditions: Vec<String> = keys
            .iter()
            .map(|key| format!("{key} IS NOT NULL"))
            .collect();
        if let Some(condition) = index.predicate.as_ref().and_then(own) {
            conditions.push(format!("({})", in_brackets(condition)));
        }
        let shown: Vec<String> = keys.iter().map(|key| format!("quote({key})")).collect();
        Step::Expect {
            blame: Blame::Rows,
            query: format!(
                "SELECT {} || ' in ' || count(*) || ' rows' FROM {} WHERE {} \
                 GROUP BY {} HAVING count(*) > 1 LIMIT 5",
                shown.join(" || ', ' || "),
                self.dialect.quote_table(table),
                conditions.join(" AND "),
                keys.join(", ")
            ),
            problem: format!(
                "rows of {table} are equal where the index {} allows no two",
                index.name
            ),
            hint: "make them different, or delete all but one, before".to_owned(),
        }
    }

    fn index_part(self, part: &IndexColumn) -> String {
        let IndexColumn {
            key: _,
            order,
            nulls: _,
            collation: _,
            operator_class: _,
        } = part;
        let text = self.index_key(part);
        match order {
            SortOrder::Ascending => text,
            SortOrder::Descending => format!("{text} DESC"),
        }
    }

    fn index_key(self, part: &IndexColumn) -> String {
        let text = match &part.key {
            IndexKey::Column(name) => self.dialect.quote(name),
            IndexKey::Expression(sql) => format!("({})", in_brackets(own(sql).unwrap_or("NULL"))),
        };
        match &part.collation {
            Some(collation) => format!("{text} {}", collate(collation)),
            None => text,
        }
    }
}

/// Whether the column is the whole key and numbered by `AUTOINCREMENT`, which can only be said in its
/// own definition. Without it SQLite gives a deleted row's id to a new one.
pub(super) fn is_autoincrement(column: &Column, table: &Table) -> bool {
    column.auto_increment
        && !table.options.sqlite_without_rowid
        && !table.options.sqlite_no_autoincrement
        && (table.primary_key.as_ref()).is_some_and(|key| key.columns == [column.name.clone()])
}

/// `DEFAULT …`; physical defaults are SQL already, brackets included.
pub(super) fn default_clause(default: &DefaultValue) -> Option<String> {
    default_text(default).map(|text| format!("DEFAULT {text}"))
}

/// What stands behind `DEFAULT`.
pub(super) fn default_text(default: &DefaultValue) -> Option<&str> {
    words::default_text(default, Backend::Sqlite)
}

/// `GENERATED ALWAYS AS (…) …`.
pub(super) fn generated_clause(generated: &Generated) -> Option<String> {
    let expression = in_brackets(own(&generated.expression)?);
    Some(words::generated(generated, &expression))
}

/// `COLLATE …`.
pub(super) fn collate(collation: &str) -> String {
    format!("COLLATE {}", crate::dialect::sqlite::ddl::quote(collation))
}

fn own(sql: &SqlText) -> Option<&str> {
    sql.get(Backend::Sqlite)
}

/// The text of a rule as it may stand before a closing bracket: not with a comment that swallows it,
/// nor with a table's name, which may be another one by then.
pub(super) fn in_brackets(text: &str) -> String {
    let text = unqualified(text);
    if text.contains("--") {
        format!("{text}\n")
    } else {
        text
    }
}
