//! Queries as owned text and binds, per backend.

use super::erased::{ErasedConnection, ErasedQuery};
use diesel::backend::{Backend, DieselReserveSpecialization};
use diesel::query_builder::{
    CollectedQuery, MoveableBindCollector, Query, QueryBuilder, QueryFragment, QueryId,
};
use diesel::result::QueryResult;
use diesel::sql_types::Untyped;

/// A backend whose queries can be collected: the SQL and the values bound to it, owned.
///
/// Another backend only says how types are looked up while the binds are collected: PostgreSQL needs
/// the object ids of custom types, which a query on the same erased connection answers; the others
/// need nothing.
pub trait ErasedBackend: Backend + DieselReserveSpecialization + Default + 'static {
    /// The collected query.
    type Collected: Query<SqlType = Untyped> + QueryFragment<Self> + QueryId + 'static;

    /// Collects a query.
    #[doc(hidden)]
    fn collect(
        query: &dyn QueryFragment<Self>,
        connection: &mut ErasedConnection<'_, Self>,
    ) -> QueryResult<Self::Collected>;
}

type BindData<'a, DB> = <<DB as Backend>::BindCollector<'a> as MoveableBindCollector<DB>>::BindData;

#[cfg(feature = "sqlite")]
impl ErasedBackend for diesel::sqlite::Sqlite {
    type Collected = CollectedQuery<BindData<'static, Self>>;

    fn collect(
        query: &dyn QueryFragment<Self>,
        _: &mut ErasedConnection<'_, Self>,
    ) -> QueryResult<Self::Collected> {
        let query = ErasedQuery(query);
        let mut sql = <Self as Backend>::QueryBuilder::default();
        query.to_sql(&mut sql, &Self)?;
        let mut binds = <Self as Backend>::BindCollector::default();
        query.collect_binds(&mut binds, &mut (), &Self)?;
        let cacheable = query.is_safe_to_cache_prepared(&Self)?;
        Ok(CollectedQuery::new(
            sql.finish(),
            cacheable,
            binds.moveable(),
        ))
    }
}
