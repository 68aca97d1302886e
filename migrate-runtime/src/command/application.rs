//! What an application calls on its own connection, beside the functions of the
//! [runner](crate::runner).

use super::check::Check;
use crate::Error;
use crate::connection::{MigrateBackend, session};
use crate::model::SchemaDef;
use crate::runner::Migrator;
use diesel::connection::LoadConnection;

/// Compares models, chain, database and log, and changes nothing: pending model changes, revisions that
/// are not applied, revisions edited since, and what was done to the database by hand.
///
/// An application that leaves upgrading to somebody else refuses to start on a database that does not fit:
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use diesel::prelude::*;
/// use migrate_runtime::model::SchemaDef;
///
/// fn start(connection: &mut SqliteConnection, schema: &SchemaDef) -> Result<(), Box<dyn std::error::Error>> {
///     let found = migrate_runtime::check(connection, schema)?;
///     if !found.is_clean() {
///         return Err(format!("this database does not fit:\n{found}").into());
///     }
///     Ok(())
/// }
/// # // A chain without revisions, a database without tables: they agree.
/// # let schema = SchemaDef { chain: "app", models: &[], migrations: &[], head: "", unmanaged: &[], ignore: &[], version_table: None, include: &[] };
/// # let mut connection = SqliteConnection::establish(":memory:")?;
/// # start(&mut connection, &schema)?;
/// # diesel::sql_query("CREATE TABLE by_hand (id INTEGER)").execute(&mut connection)?;
/// # let found = migrate_runtime::check(&mut connection, &schema)?;
/// # assert_eq!(found.to_string(), "extra: table by_hand is in the database and in no migration  (kept)");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If one of them cannot be read.
pub fn check<C>(connection: &mut C, schema: &SchemaDef) -> Result<Check, Error>
where
    C: LoadConnection,
    C::Backend: MigrateBackend,
{
    super::check(&mut session(connection), &mut Migrator::new(schema))
}
