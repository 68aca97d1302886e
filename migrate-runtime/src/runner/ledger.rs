//! The tables in which other tools record what they have applied.

use crate::schema::{Schema, TableName};

/// Bookkeeping as ours is: nobody's model, and no difference from one.
const OTHERS: [&str; 10] = [
    "__diesel_schema_migrations",
    "_sqlx_migrations",
    "refinery_schema_history",
    "seaql_migrations",
    "_prisma_migrations",
    "alembic_version",
    "django_migrations",
    "flyway_schema_history",
    "databasechangelog",
    "databasechangeloglock",
];

/// Takes those tables out of what a database reports, unless somebody declares them.
pub(crate) fn leave_out_ledgers(database: &mut Schema, declared: &[&Schema]) {
    for name in OTHERS.map(TableName::new) {
        if declared.iter().all(|schema| schema.table(&name).is_none()) {
            database.tables.remove(&name);
        }
    }
}
