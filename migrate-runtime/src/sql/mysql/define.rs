//! The text of definitions: tables, columns, constraints, indexes.
//!
//! In: what `Dialect::physical` gives. Out: SQL, one column or constraint a line. Nothing is decided
//! here but the order of words.

use crate::dialect::mysql::index_part;
use crate::dialect::{Dialect, Unsupported};
use crate::schema::{
    Backend, Check, Column, DefaultValue, Deferrable, ForeignKey, Generated, Index, IndexColumn,
    IndexKey, NullsOrder, PrimaryKey, ReferentialAction, SortOrder, SqlText, Table, TableOptions,
    Unique,
};
use crate::sql::RenderError;
use crate::sql::words::{self, Words};

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
    /// `CREATE TABLE`, with the index that numbers its rows where that is none of its keys.
    pub(super) fn table(
        self,
        table: &Table,
        numbering: Option<&Index>,
        lenient: bool,
    ) -> Result<String, RenderError> {
        let Table {
            name,
            columns,
            primary_key,
            uniques,
            checks,
            foreign_keys,
            indexes: _,
            comment,
            options,
            stored_sql: _,
        } = table;
        let mut parts = Vec::new();
        for column in columns {
            parts.push(self.column(column)?);
        }
        parts.extend(primary_key.iter().map(|key| self.primary_key(key)));
        for unique in uniques {
            parts.push(self.unique(unique)?);
        }
        if let Some(index) = numbering {
            parts.push(self.index(index)?);
        }
        parts.extend(checks.iter().filter_map(|check| self.check(check)));
        for key in foreign_keys {
            parts.push(self.foreign_key(key)?);
        }
        let exists = if lenient { "IF NOT EXISTS " } else { "" };
        let mut text = format!(
            "CREATE TABLE {exists}{} (\n    {}\n)",
            self.dialect.quote_table(name),
            parts.join(",\n    ")
        );
        for option in Self::options(options) {
            text = format!("{text} {option}");
        }
        if let Some(comment) = comment {
            text = format!("{text} COMMENT={}", self.dialect.literal(comment));
        }
        Ok(text)
    }

    /// What stands behind the columns of a table.
    fn options(options: &TableOptions) -> Vec<String> {
        let TableOptions {
            sqlite_strict: _,
            sqlite_without_rowid: _,
            sqlite_no_autoincrement: _,
            postgres_unlogged: _,
            postgres_tablespace: _,
            mysql_engine,
            mysql_charset,
            mysql_collation,
            mysql_row_format,
        } = options;
        let said = |word: &str, value: &Option<String>| {
            value.as_ref().map(|value| format!("{word}={value}"))
        };
        [
            said("ENGINE", mysql_engine),
            said("DEFAULT CHARSET", mysql_charset),
            said("COLLATE", mysql_collation),
            said("ROW_FORMAT", mysql_row_format),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The definition of a column, whole: what is not restated is lost.
    pub(super) fn column(self, column: &Column) -> Result<String, RenderError> {
        let Column {
            name,
            ty: _,
            nullable,
            default,
            generated,
            auto_increment,
            collation,
            comment,
        } = column;
        let spelling = self.declared(column)?;
        // Without a word a TIMESTAMP is NOT NULL on a server with old habits.
        let says_null = spelling.to_ascii_uppercase().starts_with("TIMESTAMP");
        let null = match nullable {
            _ if generated.is_some() => None,
            false => Some("NOT NULL".to_owned()),
            true => says_null.then(|| "NULL".to_owned()),
        };
        let default = (default.as_ref())
            .filter(|_| !auto_increment && generated.is_none())
            .and_then(default_text)
            .map(|text| format!("DEFAULT {text}"));
        let mut text = format!("{} {spelling}", self.dialect.quote(name));
        for clause in [
            collation.as_deref().map(|name| format!("COLLATE {name}")),
            generated.as_ref().and_then(generated_clause),
            null,
            default,
            auto_increment.then(|| "AUTO_INCREMENT".to_owned()),
            (comment.as_ref()).map(|text| format!("COMMENT {}", self.dialect.literal(text))),
        ]
        .into_iter()
        .flatten()
        {
            text.push(' ');
            text.push_str(&clause);
        }
        Ok(text)
    }

    /// A primary key; its name is always `PRIMARY`.
    pub(super) fn primary_key(self, key: &PrimaryKey) -> String {
        let PrimaryKey { name: _, columns } = key;
        format!("PRIMARY KEY ({})", self.names(columns))
    }

    /// A unique constraint, which is an index of that name.
    pub(super) fn unique(self, unique: &Unique) -> Result<String, RenderError> {
        let Unique {
            name,
            columns,
            include,
            nulls_not_distinct,
            deferrable,
        } = unique;
        self.refuse(!include.is_empty(), "unique constraint with INCLUDE")?;
        self.refuse(
            *nulls_not_distinct,
            "unique constraint where NULLs are equal",
        )?;
        self.refuse(*deferrable != Deferrable::No, "deferrable constraint")?;
        Ok(format!(
            "{}UNIQUE ({})",
            self.constraint(name.as_ref()),
            self.names(columns)
        ))
    }

    /// A check; `None` where it has no text for MySQL.
    pub(super) fn check(self, check: &Check) -> Option<String> {
        let Check { name, expression } = check;
        Some(format!(
            "{}CHECK ({})",
            self.constraint(name.as_ref()),
            in_brackets(own(expression)?)
        ))
    }

    /// A foreign key.
    pub(super) fn foreign_key(self, key: &ForeignKey) -> Result<String, RenderError> {
        let ForeignKey {
            name,
            columns,
            target,
            target_columns,
            on_delete,
            on_update,
            deferrable,
            match_full,
        } = key;
        self.refuse(*deferrable != Deferrable::No, "deferrable constraint")?;
        self.refuse(*match_full, "foreign key with MATCH FULL")?;
        let mut text = format!(
            "{}FOREIGN KEY ({}) REFERENCES {} ({})",
            self.constraint(name.as_ref()),
            self.names(columns),
            self.dialect.quote_table(target),
            self.names(target_columns)
        );
        // InnoDB takes the words and refuses the key.
        self.refuse(
            [on_delete, on_update].contains(&&ReferentialAction::SetDefault),
            "foreign key that sets columns to their defaults",
        )?;
        text.push_str(&words::actions(*on_delete, *on_update));
        Ok(text)
    }

    /// An index as a clause of `ALTER TABLE` behind `ADD`.
    pub(super) fn index(self, index: &Index) -> Result<String, RenderError> {
        let Index {
            name,
            columns,
            unique,
            predicate,
            method,
            include,
            nulls_not_distinct,
            storage: _,
        } = index;
        self.refuse(predicate.is_some(), "index with a condition")?;
        self.refuse(!include.is_empty(), "index with INCLUDE")?;
        self.refuse(*nulls_not_distinct, "unique index where NULLs are equal")?;
        let parts: Result<Vec<String>, RenderError> =
            columns.iter().map(|part| self.index_part(part)).collect();
        let kind = method.as_deref().filter(|method| is_kind(method));
        let word = match kind {
            Some(kind) => format!("{} ", kind.to_ascii_uppercase()),
            None if *unique => "UNIQUE ".to_owned(),
            None => String::new(),
        };
        let using = match method.as_deref().filter(|method| !is_kind(method)) {
            Some(method) => format!(" USING {method}"),
            None => String::new(),
        };
        Ok(format!(
            "{word}INDEX {}{using} ({})",
            self.dialect.quote(name),
            parts?.join(", ")
        ))
    }

    fn index_part(self, part: &IndexColumn) -> Result<String, RenderError> {
        let IndexColumn {
            key,
            order,
            nulls,
            collation: _,
            operator_class: _,
        } = part;
        let text = match key {
            IndexKey::Column(name) => self.dialect.quote(name),
            IndexKey::Expression(sql) => {
                let text = own(sql).unwrap_or("NULL");
                match index_part::prefix(text) {
                    Some((column, length)) => index_part::spell(&column, length),
                    None => format!("({})", in_brackets(text)),
                }
            }
        };
        let natural = match order {
            SortOrder::Ascending => NullsOrder::First,
            SortOrder::Descending => NullsOrder::Last,
        };
        self.refuse(
            nulls.is_some_and(|nulls| nulls != natural),
            "index that says where NULLs are sorted",
        )?;
        Ok(match order {
            SortOrder::Ascending => text,
            SortOrder::Descending => format!("{text} DESC"),
        })
    }

    fn refuse(self, it: bool, what: &str) -> Result<(), RenderError> {
        if !it {
            return Ok(());
        }
        Err(RenderError::Unsupported {
            operation: self.operation,
            source: Unsupported {
                backend: Backend::Mysql,
                what: what.to_owned(),
                hint: "say it without, or with `sql_for` for the databases that have it".to_owned(),
            },
        })
    }
}

/// Whether a method is a kind of index of its own.
pub(super) fn is_kind(method: &str) -> bool {
    ["fulltext", "spatial"].contains(&method.to_ascii_lowercase().as_str())
}

/// What stands behind `DEFAULT`.
pub(super) fn default_text(default: &DefaultValue) -> Option<&str> {
    words::default_text(default, Backend::Mysql)
}

fn generated_clause(generated: &Generated) -> Option<String> {
    let expression = in_brackets(own(&generated.expression)?);
    Some(words::generated(generated, &expression))
}

/// The text for MySQL.
pub(super) fn own(sql: &SqlText) -> Option<&str> {
    sql.get(Backend::Mysql)
}

/// The text as it may stand before a closing bracket: not with a comment that swallows it.
pub(super) fn in_brackets(text: &str) -> String {
    if text.contains("--") || text.contains('#') {
        format!("{text}\n")
    } else {
        text.to_owned()
    }
}
