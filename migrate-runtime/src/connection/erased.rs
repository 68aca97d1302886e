//! A diesel connection whose concrete type is forgotten.
//!
//! In goes a reference to whatever connection the caller brought; out comes one type per backend that
//! is a `diesel::Connection`, so that diesel's DSL works on it. A function in a migration file cannot be
//! generic (it is held in const data), and a pooled connection, a wrapper and a plain one are different
//! types: hence a trait object. What stands in the way, and how it is met:
//!
//! * `load` takes any query by value: its SQL and binds are collected first ([`ErasedBackend`]), which
//!   gives one owned type per backend that outlives every borrow;
//! * cursors and rows borrow from the connection: they are boxed, with the connection's lifetime;
//! * a transaction must nest in the one of the runner, which the caller's connection does not know of:
//!   the erased connection counts depth on its own, beginning at one, so `transaction` is a savepoint.

use super::collect::ErasedBackend;
use diesel::backend::Backend;
use diesel::connection::{
    AnsiTransactionManager, CacheSize, Connection, ConnectionSealed, Instrumentation,
    LoadConnection, SimpleConnection,
};
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use diesel::connection::{TransactionDepthChange, TransactionManager, TransactionManagerStatus};
use diesel::expression::QueryMetadata;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::{ConnectionError, ConnectionResult, QueryResult};
use diesel::row::{Field, PartialRow, Row, RowIndex, RowSealed};
use std::fmt;
use std::ops::Range;

type BoxedRow<'conn, DB> = Box<dyn DynRow<'conn, DB> + 'conn>;
type BoxedCursor<'conn, DB> = Box<dyn Iterator<Item = QueryResult<BoxedRow<'conn, DB>>> + 'conn>;

/// A connection of any type to the backend `DB`, inside the transaction of a migration.
pub struct ErasedConnection<'a, DB: ErasedBackend> {
    connection: &'a mut dyn DynConnection<DB>,
    transaction: AnsiTransactionManager,
}

impl<'a, DB: ErasedBackend> ErasedConnection<'a, DB> {
    /// Forgets the type of a connection on which a transaction was begun with SQL.
    #[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
    pub(super) fn inside_transaction<C>(connection: &'a mut C) -> Self
    where
        C: LoadConnection<Backend = DB>,
    {
        let mut erased = Self {
            connection,
            transaction: AnsiTransactionManager::default(),
        };
        let status = AnsiTransactionManager::transaction_manager_status_mut(&mut erased);
        if let TransactionManagerStatus::Valid(status) = status {
            // Increasing an empty depth cannot fail; only leaving no transaction does.
            let _ = status.change_transaction_depth(TransactionDepthChange::IncreaseDepth);
        }
        erased
    }
}

impl<DB: ErasedBackend> fmt::Debug for ErasedConnection<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErasedConnection").finish_non_exhaustive()
    }
}

impl<DB: ErasedBackend> ConnectionSealed for ErasedConnection<'_, DB> {}

impl<DB: ErasedBackend> SimpleConnection for ErasedConnection<'_, DB> {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.connection.batch(query)
    }
}

impl<DB: ErasedBackend> Connection for ErasedConnection<'_, DB> {
    type Backend = DB;
    type TransactionManager = AnsiTransactionManager;

    fn establish(_: &str) -> ConnectionResult<Self> {
        Err(ConnectionError::BadConnection(
            "the connection of a migration is made by the runner".to_owned(),
        ))
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<DB> + QueryId,
    {
        self.connection.execute(ErasedQuery(source))
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        &mut self.transaction
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.connection.dyn_instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.connection
            .set_dyn_instrumentation(Box::new(instrumentation));
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.connection.set_cache_size(size);
    }
}

impl<DB: ErasedBackend> LoadConnection for ErasedConnection<'_, DB> {
    type Cursor<'conn, 'query>
        = ErasedCursor<'conn, DB>
    where
        Self: 'conn;
    type Row<'conn, 'query>
        = ErasedRow<'conn, DB>
    where
        Self: 'conn;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> QueryResult<ErasedCursor<'conn, DB>>
    where
        T: Query + QueryFragment<DB> + QueryId + 'query,
        DB: QueryMetadata<T::SqlType>,
    {
        let query = DB::collect(&ErasedQuery(&source), self)?;
        self.connection.load_collected(query).map(ErasedCursor)
    }
}

/// The rows of a query on an [`ErasedConnection`].
pub struct ErasedCursor<'conn, DB: ErasedBackend>(BoxedCursor<'conn, DB>);

impl<DB: ErasedBackend> fmt::Debug for ErasedCursor<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErasedCursor").finish_non_exhaustive()
    }
}

impl<'conn, DB: ErasedBackend> Iterator for ErasedCursor<'conn, DB> {
    type Item = QueryResult<ErasedRow<'conn, DB>>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next()?.map(ErasedRow))
    }
}

/// A row of an [`ErasedConnection`].
pub struct ErasedRow<'conn, DB: Backend>(BoxedRow<'conn, DB>);

impl<DB: Backend> fmt::Debug for ErasedRow<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErasedRow").finish_non_exhaustive()
    }
}

impl<DB: Backend> RowSealed for ErasedRow<'_, DB> {}

impl<DB: Backend> RowIndex<usize> for ErasedRow<'_, DB> {
    fn idx(&self, index: usize) -> Option<usize> {
        (index < self.0.count()).then_some(index)
    }
}

impl<DB: Backend> RowIndex<&str> for ErasedRow<'_, DB> {
    fn idx(&self, name: &str) -> Option<usize> {
        self.0.index_of(name)
    }
}

impl<'conn, DB: Backend> Row<'conn, DB> for ErasedRow<'conn, DB> {
    type Field<'f>
        = ErasedField<'f, DB>
    where
        'conn: 'f,
        Self: 'f;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        self.0.count()
    }

    fn get<'row, I>(&'row self, index: I) -> Option<ErasedField<'row, DB>>
    where
        'conn: 'row,
        Self: RowIndex<I>,
    {
        self.0.field(self.idx(index)?).map(ErasedField)
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}

/// A field of an [`ErasedRow`].
pub struct ErasedField<'row, DB: Backend>(Box<dyn Field<'row, DB> + 'row>);

impl<DB: Backend> fmt::Debug for ErasedField<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErasedField").finish_non_exhaustive()
    }
}

impl<'row, DB: Backend> Field<'row, DB> for ErasedField<'row, DB> {
    fn field_name(&self) -> Option<&str> {
        self.0.field_name()
    }

    fn value(&self) -> Option<DB::RawValue<'_>> {
        self.0.value()
    }
}

/// Any query, by reference.
pub(super) struct ErasedQuery<'q, DB: Backend>(pub(super) &'q dyn QueryFragment<DB>);

impl<DB: Backend> fmt::Debug for ErasedQuery<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErasedQuery").finish_non_exhaustive()
    }
}

impl<DB: Backend> QueryFragment<DB> for ErasedQuery<'_, DB> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }
}

impl<DB: Backend> QueryId for ErasedQuery<'_, DB> {
    type QueryId = ();
    // Prepared statements are then cached by their SQL.
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// What the erased connection needs of the concrete one, without type parameters.
trait DynConnection<DB: ErasedBackend>: Send {
    fn batch(&mut self, sql: &str) -> QueryResult<()>;
    fn execute(&mut self, query: ErasedQuery<'_, DB>) -> QueryResult<usize>;
    fn load_collected(&mut self, query: DB::Collected) -> QueryResult<BoxedCursor<'_, DB>>;
    fn dyn_instrumentation(&mut self) -> &mut dyn Instrumentation;
    fn set_dyn_instrumentation(&mut self, instrumentation: Box<dyn Instrumentation>);
    fn set_cache_size(&mut self, size: CacheSize);
}

impl<C, DB> DynConnection<DB> for C
where
    C: LoadConnection<Backend = DB>,
    DB: ErasedBackend,
{
    fn batch(&mut self, sql: &str) -> QueryResult<()> {
        self.batch_execute(sql)
    }

    fn execute(&mut self, query: ErasedQuery<'_, DB>) -> QueryResult<usize> {
        self.execute_returning_count(&query)
    }

    fn load_collected(&mut self, query: DB::Collected) -> QueryResult<BoxedCursor<'_, DB>> {
        let cursor = self.load(query)?;
        Ok(Box::new(cursor.map(|row| {
            row.map(|row| Box::new(row) as BoxedRow<'_, DB>)
        })))
    }

    fn dyn_instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.instrumentation()
    }

    fn set_dyn_instrumentation(&mut self, instrumentation: Box<dyn Instrumentation>) {
        self.set_instrumentation(instrumentation);
    }

    fn set_cache_size(&mut self, size: CacheSize) {
        self.set_prepared_statement_cache_size(size);
    }
}

/// What the erased row needs of the concrete one, without type parameters.
trait DynRow<'conn, DB: Backend> {
    fn count(&self) -> usize;
    fn index_of(&self, name: &str) -> Option<usize>;
    fn field<'row>(&'row self, index: usize) -> Option<Box<dyn Field<'row, DB> + 'row>>
    where
        'conn: 'row;
}

impl<'conn, DB, R> DynRow<'conn, DB> for R
where
    DB: Backend + 'static,
    R: Row<'conn, DB>,
{
    fn count(&self) -> usize {
        self.field_count()
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        self.idx(name)
    }

    fn field<'row>(&'row self, index: usize) -> Option<Box<dyn Field<'row, DB> + 'row>>
    where
        'conn: 'row,
    {
        Some(Box::new(self.get(index)?))
    }
}
