//! SQLite's transaction, lock and clock of changes.

use super::transaction::Engine;

/// `BEGIN IMMEDIATE` takes the write lock of the whole file, waits as long as `busy_timeout` says, and
/// dies with the process that holds it: <https://sqlite.org/lang_transaction.html>.
pub(super) static ENGINE: Engine = Engine {
    begin: "BEGIN IMMEDIATE",
    read_timeout: "PRAGMA busy_timeout",
    set_timeout: "PRAGMA busy_timeout = ",
    now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    // Rises with every change of the schema, by whomever: https://sqlite.org/pragma.html#pragma_schema_version
    schema_version: "PRAGMA schema_version",
    nested: "cannot start a transaction within a transaction",
    locked: &[
        "database is locked",
        "database table is locked",
        "database schema is locked",
    ],
};
