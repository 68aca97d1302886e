//! Who may come in, and how: `pg_hba.conf` of a server of the tests' own.

use super::server::Database;
use migrate_runtime::connection::Session;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

/// Puts a rule before all others. `false` where the server is not one of ours.
pub(crate) fn admit_first(database: &mut Database, rule: &str) -> bool {
    static FILE: Mutex<()> = Mutex::new(());
    let file = FILE.lock();
    let shown = database.query("SHOW hba_file").unwrap();
    let hba = PathBuf::from(shown[0].text(0).unwrap_or_default());
    if std::env::var_os("MIGRATE_TEST_POSTGRES_URL").is_some() || !hba.is_file() {
        return false;
    }
    let rest = std::fs::read_to_string(&hba).unwrap();
    std::fs::write(&hba, format!("{rule}\n{rest}")).unwrap();
    database.batch("SELECT pg_reload_conf()").unwrap();
    drop(file);
    // The server reads it when it gets to it.
    std::thread::sleep(Duration::from_millis(500));
    true
}
