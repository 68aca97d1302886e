//! Indexes and the foreign keys that stand on them.
//!
//! The server wants an index behind every foreign key. Where none serves it makes one, named as the key, and
//! drops it when another one comes that serves. It does not let the last one go, and it does not let the
//! type of a column change that a key is on.

use super::Planner;
use super::clause::Cost;
use super::define::is_kind;
use crate::dialect::Unsupported;
use crate::operation::Operation;
use crate::schema::{
    Backend, ForeignKey, Index, IndexKey, Name, PrimaryKey, Table, TableName, Unique,
};
use crate::sql::{Blame, RenderError, Step};

impl Planner<'_> {
    /// The index that a new table needs for the column which numbers its rows: that has to begin a key of the `CREATE
    /// TABLE` itself. `None` where another key of the table does; else one that a later operation makes.
    pub(super) fn numbering_index(
        &self,
        operation: usize,
        table: &Table,
    ) -> Result<Option<Index>, RenderError> {
        let Some(column) = table.columns.iter().find(|column| column.auto_increment) else {
            return Ok(None);
        };
        let primary = table.primary_key.iter().map(|key| &key.columns);
        let uniques = table.uniques.iter().map(|unique| &unique.columns);
        let mut keys = primary.chain(uniques);
        if keys.any(|columns| columns.first() == Some(&column.name)) {
            return Ok(None);
        }
        let is_there = |name: &Name| table.column(name).is_some();
        let later = self.operations[operation + 1..].iter();
        let mut fits = later.filter_map(|operation| match operation {
            Operation::CreateIndex {
                table: of, index, ..
            } if *of == table.name => {
                let columns = columns_of(index)?;
                let begins = columns.first() == Some(&column.name);
                (begins && columns.iter().all(is_there)).then_some(index)
            }
            _ => None,
        });
        let with_index = fits.next().and_then(|index| {
            let mut with_index = self.schema.table(&table.name)?.clone();
            with_index.indexes = vec![index.clone()];
            self.physical_of(with_index)?.indexes.pop()
        });
        with_index
            .map(Some)
            .ok_or_else(|| RenderError::Unsupported {
                operation,
                source: Unsupported {
                    backend: Backend::Mysql,
                    what: format!(
                        "column {}.{}, which numbers the rows and begins no key",
                        table.name, column.name
                    ),
                    hint: "make it the primary key or unique; or index it in the same revision"
                        .to_owned(),
                },
            })
    }

    pub(super) fn create_index(
        &mut self,
        operation: usize,
        table: &TableName,
        name: &Name,
    ) -> Result<(), RenderError> {
        self.apply(operation)?;
        if self.made_with_table.remove(&(table.clone(), name.clone())) {
            let reason = "the table was made with it, since it numbers the rows".to_owned();
            self.push(operation, Step::Skip { reason });
            return Ok(());
        }
        let index = (self.physical(table)).and_then(|table| table.index(name).cloned());
        let Some(index) = index else {
            self.no_sql(operation);
            return Ok(());
        };
        // A FULLTEXT or SPATIAL index keeps writers out while it is built.
        let cost = match &index.method {
            Some(method) if is_kind(method) => Cost::Copy,
            _ => Cost::Online,
        };
        let definition = self.writer(operation).index(&index)?;
        let sql = format!("ADD {definition}");
        if let Some(columns) = columns_of(&index).filter(|_| index.unique) {
            self.ask_twice(operation, table, &columns);
        }
        self.clause(operation, table, cost, sql, &[&makes(name)]);
        if let Some(columns) = columns_of(&index) {
            self.relieve(operation, table, (Some(name), &columns));
        }
        Ok(())
    }

    pub(super) fn add_unique(
        &mut self,
        operation: usize,
        table: &TableName,
        unique: &Unique,
    ) -> Result<(), RenderError> {
        let physical = (self.physical(table)).and_then(|table| {
            (table.uniques.into_iter())
                .find(|it| it.name == unique.name && it.columns == unique.columns)
        });
        let unique = physical.as_ref().unwrap_or(unique);
        let definition = self.writer(operation).unique(unique)?;
        self.ask_twice(operation, table, &unique.columns);
        let names: Vec<String> = unique.name.iter().map(makes).collect();
        let names: Vec<&String> = names.iter().collect();
        self.clause(
            operation,
            table,
            Cost::Online,
            format!("ADD {definition}"),
            &names,
        );
        self.relieve(operation, table, (None, &unique.columns));
        Ok(())
    }

    /// Drops the indexes that were made for foreign keys which can stand on a new one from now on.
    pub(super) fn relieve(
        &mut self,
        operation: usize,
        name: &TableName,
        (made, columns): (Option<&Name>, &[Name]),
    ) {
        let Some(table) = self.schema.table_mut(name) else {
            return;
        };
        let relieved: Vec<Name> = (table.foreign_keys.iter())
            .filter(|key| leads(columns, &key.columns))
            .filter_map(|key| is_made_for(table, key))
            .filter(|index| Some(index) != made)
            .collect();
        table
            .indexes
            .retain(|index| !relieved.contains(&index.name));
        for index in relieved {
            let sql = format!("DROP INDEX {}", self.quote(&index));
            self.clause(operation, name, Cost::Online, sql, &[&drops(&index)]);
        }
    }

    /// Drops the index of that name, which may be one of a unique constraint. A foreign key that needs it
    /// gets one of its own in the same statement, unless the next steps make one.
    pub(super) fn drop_index(
        &mut self,
        operation: usize,
        name: &TableName,
        index: &Name,
    ) -> Result<(), RenderError> {
        let columns = self.schema.table(name).and_then(|table| {
            let of_unique = |unique: &&Unique| unique.name.as_ref() == Some(index);
            let unique = table.uniques.iter().find(of_unique);
            (table.index(index).and_then(columns_of))
                .or_else(|| unique.map(|unique| unique.columns.clone()))
        });
        self.apply(operation)?;
        self.serve_foreign_keys(operation, name, &columns.unwrap_or_default())?;
        let sql = format!("DROP INDEX {}", self.quote(index));
        self.clause(operation, name, Cost::Online, sql, &[&drops(index)]);
        Ok(())
    }

    /// Adds the indexes without which a foreign key of the table would stand on nothing, now that one on
    /// those columns goes.
    fn serve_foreign_keys(
        &mut self,
        operation: usize,
        name: &TableName,
        gone: &[Name],
    ) -> Result<(), RenderError> {
        let Some(table) = self.schema.table(name) else {
            return Ok(());
        };
        let next = self.indexes_made_next(operation, name);
        let bare: Vec<Index> = (table.foreign_keys.iter())
            .filter(|key| leads(gone, &key.columns))
            .filter(|key| {
                !serves(table, &key.columns) && !next.iter().any(|it| leads(it, &key.columns))
            })
            .filter_map(|key| Some(Index::new(key.name.clone()?, key.columns.clone())))
            .collect();
        for index in bare {
            if self.is_pending_index(name, &index.name) {
                continue;
            }
            let definition = self.writer(operation).index(&index)?;
            let sql = format!("ADD {definition}");
            self.clause(operation, name, Cost::Online, sql, &[&makes(&index.name)]);
        }
        Ok(())
    }

    /// Whether the statement at hand adds that index already.
    fn is_pending_index(&self, table: &TableName, index: &Name) -> bool {
        let index = makes(index);
        self.pending.as_ref().is_some_and(|pending| {
            pending.table == *table
                && (pending.clauses.iter()).any(|clause| clause.names.contains(&index))
        })
    }

    /// The columns of the indexes that the steps right behind an operation make, in the same statement.
    fn indexes_made_next(&self, operation: usize, name: &TableName) -> Vec<Vec<Name>> {
        let mut made = Vec::new();
        for next in self.operations.get(operation + 1..).unwrap_or_default() {
            match next {
                Operation::CreateIndex { table, index, .. } if table == name => {
                    made.extend(columns_of(index));
                }
                Operation::AddUnique { table, unique, .. } if table == name => {
                    made.push(unique.columns.clone());
                }
                Operation::DropIndex { table, .. } | Operation::DropUnique { table, .. }
                    if table == name => {}
                _ => break,
            }
        }
        made
    }

    /// Its columns may be NULL again, where nothing else forbids it.
    pub(super) fn drop_primary_key(
        &mut self,
        operation: usize,
        table: &TableName,
    ) -> Result<(), RenderError> {
        let key = (self.schema.table(table)).and_then(|table| table.primary_key.clone());
        self.apply(operation)?;
        let Some(PrimaryKey { name: _, columns }) = key else {
            return Ok(());
        };
        let comes_back = matches!(self.operations.get(operation + 1),
            Some(Operation::AddPrimaryKey { table: other, .. }) if other == table);
        self.serve_foreign_keys(operation, table, &columns)?;
        self.flush_unless_serving(table);
        let cost = if comes_back { Cost::Online } else { Cost::Copy };
        self.keep_open_if_serving(table);
        self.clause(operation, table, cost, "DROP PRIMARY KEY", &[]);
        let nullable = (self.physical(table).into_iter())
            .flat_map(|table| table.columns)
            .filter(|column| column.nullable && columns.contains(&column.name));
        for column in nullable {
            self.keep_open();
            self.modify(operation, table, &column, cost)?;
        }
        if comes_back {
            self.keep_open();
        }
        Ok(())
    }

    fn flush_unless_serving(&mut self, table: &TableName) {
        if !self.is_serving(table) {
            self.flush();
        }
    }

    fn keep_open_if_serving(&mut self, table: &TableName) {
        if self.is_serving(table) {
            self.keep_open();
        }
    }

    /// Whether the statement at hand adds an index for a foreign key of the table.
    fn is_serving(&self, name: &TableName) -> bool {
        let keys = (self.schema.table(name).into_iter()).flat_map(|table| &table.foreign_keys);
        let mut names = keys.filter_map(|key| key.name.clone());
        names.any(|key| self.is_pending_index(name, &key))
    }

    pub(super) fn add_foreign_key(
        &mut self,
        operation: usize,
        table: &TableName,
        key: &ForeignKey,
    ) -> Result<(), RenderError> {
        let physical = (self.physical(table)).and_then(|table| {
            (table.foreign_keys.into_iter())
                .find(|it| it.name == key.name && it.columns == key.columns)
        });
        let key = physical.as_ref().unwrap_or(key);
        if !self.fresh.contains(table) {
            self.expect_no_orphans(operation, table, key);
        }
        let definition = self.writer(operation).foreign_key(key)?;
        self.clause(
            operation,
            table,
            Cost::Copy,
            format!("ADD {definition}"),
            &[],
        );
        self.flush();
        Ok(())
    }

    /// The server says of orphans no more than that there are some.
    fn expect_no_orphans(&mut self, operation: usize, table: &TableName, key: &ForeignKey) {
        let of = |alias: &str, columns: &[Name]| -> Vec<String> {
            (columns.iter())
                .map(|name| format!("{alias}.{}", self.quote(name)))
                .collect()
        };
        let (child, parent) = (of("c", &key.columns), of("p", &key.target_columns));
        let pairs: Vec<String> = (child.iter().zip(&parent))
            .map(|(one, other)| format!("{one} = {other}"))
            .collect();
        let set: Vec<String> = (child.iter())
            .map(|column| format!("{column} IS NOT NULL"))
            .collect();
        let query = format!(
            "SELECT CONCAT_WS(', ', {}) FROM {} AS c WHERE {} AND NOT EXISTS \
             (SELECT 1 FROM {} AS p WHERE {}) LIMIT 6",
            child.join(", "),
            self.dialect.quote_table(table),
            set.join(" AND "),
            self.dialect.quote_table(&key.target),
            pairs.join(" AND ")
        );
        let names: Vec<&str> = key.columns.iter().map(Name::as_str).collect();
        self.ask(
            operation,
            &[(table, &key.columns), (&key.target, &key.target_columns)],
            Step::Expect {
                query,
                problem: format!(
                    "rows of {table} refer to rows of {} that are not there, by {}",
                    key.target,
                    names.join(", ")
                ),
                hint: "delete those rows, or change them, before, with a `sql` step".to_owned(),
                blame: Blame::Rows,
            },
        );
    }

    /// Drops a foreign key and the index that was made for it alone.
    pub(super) fn drop_foreign_key(
        &mut self,
        operation: usize,
        table: &TableName,
        name: &Name,
    ) -> Result<(), RenderError> {
        let is_key = |key: &&ForeignKey| key.name.as_ref() == Some(name);
        let key = (self.schema.table(table))
            .and_then(|table| table.foreign_keys.iter().find(is_key).cloned());
        self.apply(operation)?;
        if self.is_suspended(table, name) {
            return Ok(());
        }
        let quoted = self.quote(name);
        let Some(there) = self.schema.table_mut(table) else {
            return Ok(());
        };
        // A database tells of the index, a chain does not.
        let columns = key
            .as_ref()
            .map(|key| key.columns.clone())
            .unwrap_or_default();
        let has_index = key.is_some_and(|key| {
            let is_seen = is_made_for(there, &key).is_some();
            there
                .indexes
                .retain(|index| !(is_seen && index.name == *name));
            is_seen || !serves(there, &key.columns)
        });
        if !has_index {
            let sql = format!("DROP FOREIGN KEY {quoted}");
            self.clause(operation, table, Cost::Instant, sql, &[]);
            return Ok(());
        }
        self.serve_foreign_keys(operation, table, &columns)?;
        let sql = format!("DROP FOREIGN KEY {quoted}, DROP INDEX {quoted}");
        self.clause(operation, table, Cost::Online, sql, &[&drops(name)]);
        Ok(())
    }

    /// Whether there is an index of the old name of a foreign key that was made for it; it has the new name
    /// then.
    pub(super) fn rename_index_of(
        &mut self,
        table: &TableName,
        columns: &[Name],
        from: &Name,
        to: &Name,
    ) -> bool {
        let Some(table) = self.schema.table_mut(table) else {
            return false;
        };
        let is_its = |index: &&mut Index| {
            index.name == *from && columns_of(index).as_deref() == Some(columns)
        };
        if let Some(index) = table.indexes.iter_mut().find(is_its) {
            index.name = to.clone();
            return true;
        }
        !serves(table, columns)
    }

    /// Drops the foreign keys from and to a column that gets another type.
    pub(super) fn suspend_foreign_keys(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
    ) {
        let keys: Vec<(TableName, Name)> = (self.schema.tables.values())
            .flat_map(|owner| owner.foreign_keys.iter().map(move |key| (&owner.name, key)))
            .filter(|(owner, key)| {
                **owner == *table && key.columns.contains(column)
                    || key.target == *table && key.target_columns.contains(column)
            })
            .filter_map(|(owner, key)| Some((owner.clone(), key.name.clone()?)))
            .filter(|key| !self.suspended.contains(key))
            .collect();
        for (owner, name) in keys {
            let sql = format!("DROP FOREIGN KEY {}", self.quote(&name));
            self.clause(operation, &owner, Cost::Instant, sql, &[]);
            self.suspended.push((owner, name));
        }
    }

    /// Whether the key is gone already; then it does not come back.
    pub(super) fn is_suspended(&mut self, table: &TableName, name: &Name) -> bool {
        let at = (self.suspended.iter())
            .position(|(owner, suspended)| owner == table && suspended == name);
        at.map(|at| self.suspended.remove(at)).is_some()
    }

    /// Adds them again, where they still are.
    pub(super) fn resume_foreign_keys(&mut self) -> Result<(), RenderError> {
        let last = self.operations.len().saturating_sub(1);
        for (owner, name) in std::mem::take(&mut self.suspended) {
            let key = (self.schema.table(&owner)).and_then(|table| {
                (table.foreign_keys.iter()).find(|key| key.name.as_ref() == Some(&name))
            });
            if let Some(key) = key.cloned() {
                self.add_foreign_key(last, &owner, &key)?;
            }
        }
        Ok(())
    }
}

/// Whether a table has an index that begins with those columns.
fn serves(table: &Table, columns: &[Name]) -> bool {
    let keys = (table.primary_key.iter()).map(|key| key.columns.clone());
    let uniques = table.uniques.iter().map(|unique| unique.columns.clone());
    let indexes = (table.indexes.iter()).filter_map(columns_of);
    keys.chain(uniques)
        .chain(indexes)
        .any(|it| leads(&it, columns))
}

/// The name of the index that was made for a foreign key, where it is known.
fn is_made_for(table: &Table, key: &ForeignKey) -> Option<Name> {
    let name = key.name.as_ref()?;
    let index = table.index(name)?;
    (columns_of(index).as_ref() == Some(&key.columns)).then(|| name.clone())
}

/// What a clause that makes an index is about.
fn makes(index: &Name) -> String {
    format!("+{}", index.as_str().to_lowercase())
}

/// What a clause that drops one is about. Another one of the name may come in the same statement.
fn drops(index: &Name) -> String {
    format!("-{}", index.as_str().to_lowercase())
}

fn leads(index: &[Name], columns: &[Name]) -> bool {
    index.starts_with(columns)
}

/// The columns of an index that a foreign key can stand on.
fn columns_of(index: &Index) -> Option<Vec<Name>> {
    if index.method.as_deref().is_some_and(is_kind) {
        return None;
    }
    let column = |key: &IndexKey| match key {
        IndexKey::Column(name) => Some(name.clone()),
        IndexKey::Expression(_) => None,
    };
    (index.columns.iter())
        .map(|part| column(&part.key))
        .collect()
}
