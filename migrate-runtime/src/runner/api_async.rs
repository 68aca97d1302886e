//! The function an asynchronous application calls.

#![cfg(feature = "async")]

use super::error::RunError;
use super::{Report, upgrade};
use crate::Error;
use crate::connection::MigrateBackend;
use crate::model::SchemaDef;
use diesel_async::AsyncConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;

/// Applies all pending migrations of the chain on a connection of `diesel-async`: a plain one, or one that
/// a pool gave out. The executor is not blocked; the migrations run on a thread for such work.
///
/// ```
/// # #[cfg(feature = "postgres")] mod example {
/// # use migrate_runtime::model::SchemaDef;
/// # // What `schema!` declares in the root of a crate.
/// # static SCHEMA: SchemaDef = SchemaDef { chain: "app", models: &[], migrations: &[], head: "", unmanaged: &[], ignore: &[], version_table: None, include: &[] };
/// async fn start<C>(connection: C) -> Result<(), migrate_runtime::Error>
/// where
///     C: diesel_async::AsyncConnection<Backend = diesel::pg::Pg> + 'static,
/// {
///     let report = migrate_runtime::upgrade_async(connection, &SCHEMA).await?;
///     println!("{} migrations", report.steps.len());
///     Ok(())
/// }
/// # }
/// ```
///
/// # Errors
/// As [`upgrade`]. It runs to its end, or is rolled back, also where the future is dropped.
pub async fn upgrade_async<C>(connection: C, schema: &'static SchemaDef) -> Result<Report, Error>
where
    C: AsyncConnection + 'static,
    C::Backend: MigrateBackend,
{
    on_a_thread(connection, |connection| upgrade(connection, schema)).await
}

/// Does something with a connection on a thread for such work.
pub(crate) async fn on_a_thread<C, T>(
    connection: C,
    act: impl FnOnce(&mut AsyncConnectionWrapper<C>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error>
where
    C: AsyncConnection + 'static,
    T: Send + 'static,
{
    let done = tokio::task::spawn_blocking(move || {
        act(&mut AsyncConnectionWrapper::<C>::from(connection))
    });
    match done.await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(RunError::ShutDown.into()),
        },
    }
}
