//! PgBouncer between us and the server.

use super::server::{Database, not_run};
use migrate_runtime::connection::{PostgresParameters, Session, open_postgres};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

struct PgBouncer {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl PgBouncer {
    /// `None` where it is not installed.
    fn start(database: &Database, mode: &str) -> Option<Self> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]
            .into_iter()
            .find(|path| std::path::Path::new(path).exists());
        let Some(program) = program else {
            assert!(
                std::env::var_os("MIGRATE_TEST_REQUIRE").is_none(),
                "PgBouncer is not installed, and MIGRATE_TEST_REQUIRE is set"
            );
            not_run("NOT RUN: the tests behind PgBouncer. Install it");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        // The listener is gone by the end of the line.
        let port = (TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap())
        .port();
        let (_, server) = database.url.rsplit_once(':').unwrap();
        let (server_port, _) = server.split_once('/').unwrap();
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={server_port} user=postgres\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\n\
             unix_socket_dir =\npool_mode = {mode}\ndefault_pool_size = 4\n"
        );
        let path = folder.path().join("pgbouncer.ini");
        std::fs::write(&path, settings).unwrap();
        let mut command = Command::new(program);
        // It refuses to be root's.
        if std::fs::metadata("/proc/self")
            .is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0)
        {
            command.args(["-u", "nobody"]);
        }
        let process = command
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(Self {
            process,
            port,
            _folder: folder,
        })
    }

    fn connect(&self, database: &Database) -> Result<Box<dyn Session>, String> {
        let (_, name) = database.url.rsplit_once('/').unwrap();
        let port = self.port.to_string();
        let parameters: PostgresParameters = [
            ("host", "127.0.0.1"),
            ("port", &*port),
            ("user", "postgres"),
            ("dbname", name),
            ("sslmode", "disable"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        open_postgres(&parameters, "postgres://h/d").map_err(|error| error.to_string())
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[test]
fn in_transaction_mode_it_is_refused() {
    let Some(database) = Database::new() else {
        return;
    };
    let Some(pooler) = PgBouncer::start(&database, "transaction") else {
        return;
    };
    let Err(error) = pooler.connect(&database) else {
        panic!("nobody noticed the pooler");
    };
    assert!(
        error.starts_with("postgres://h/d is a pooler in transaction mode"),
        "{error}"
    );
}

#[test]
fn in_session_mode_it_is_as_good_as_the_server() {
    let Some(database) = Database::new() else {
        return;
    };
    let Some(pooler) = PgBouncer::start(&database, "session") else {
        return;
    };
    let mut session = pooler.connect(&database).unwrap();
    assert_eq!(
        session.query("SELECT 40 + 2").unwrap()[0].integer(0),
        Some(42)
    );
}
