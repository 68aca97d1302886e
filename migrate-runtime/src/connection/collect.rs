//! Queries as owned text and binds, per backend.

use super::erased::ErasedConnection;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use super::erased::ErasedQuery;
use diesel::backend::{Backend, DieselReserveSpecialization};
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use diesel::query_builder::{CollectedQuery, MoveableBindCollector, QueryBuilder};
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Untyped;

/// A backend whose queries can be collected: the SQL and the values bound to it, owned.
///
/// Another backend only says how types are looked up while the binds are collected: PostgreSQL needs
/// the object ids of custom types, which a query on the same erased connection answers; the others
/// need nothing.
pub trait ErasedBackend:
    Backend<QueryBuilder: Default> + DieselReserveSpecialization + Default + 'static
{
    /// The collected query.
    type Collected: Query<SqlType = Untyped> + QueryFragment<Self> + QueryId + 'static;

    /// Collects a query.
    #[doc(hidden)]
    fn collect(
        query: &dyn QueryFragment<Self>,
        connection: &mut ErasedConnection<'_, Self>,
    ) -> QueryResult<Self::Collected>;
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
/// What the collector of a backend becomes when it is moved.
pub(super) type BindData<DB> =
    <<DB as Backend>::BindCollector<'static> as MoveableBindCollector<DB>>::BindData;

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
/// The text of a query and the values that were bound to it.
pub(super) fn collected<DB>(
    query: &ErasedQuery<'_, DB>,
    binds: BindData<DB>,
) -> QueryResult<CollectedQuery<BindData<DB>>>
where
    DB: ErasedBackend,
    DB::BindCollector<'static>: MoveableBindCollector<DB>,
{
    let backend = DB::default();
    let mut sql = DB::QueryBuilder::default();
    query.to_sql(&mut sql, &backend)?;
    let cacheable = query.is_safe_to_cache_prepared(&backend)?;
    Ok(CollectedQuery::new(sql.finish(), cacheable, binds))
}
