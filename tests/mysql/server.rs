//! A MariaDB server for the tests: that of `MIGRATE_TEST_MYSQL_URL` (`mysql://root:password@host:port`,
//! of MySQL too), else one of their own, of the programs in the directory `MIGRATE_TEST_MARIADB_BIN`, else
//! of those that are installed.
//!
//! A server of their own lives in a temporary directory, on a free port, without a care for its disk,
//! and ends with the process that runs the tests, however that ends. Without either the tests that
//! need one say so and are not run, unless `MIGRATE_TEST_REQUIRE` is set.

use super::not_run;
use diesel::Connection;
use diesel_async::AsyncMysqlConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use migrate_runtime::connection::{DatabaseError, Row, RunAccess, Session, session};
use migrate_runtime::schema::Backend;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A diesel connection, as an application has it.
pub(crate) type Plain = AsyncConnectionWrapper<AsyncMysqlConnection>;

/// The URL of the server, without a database; the child is kept for its standard input.
pub(crate) struct Server {
    pub(crate) url: String,
    _keeper: Option<Child>,
}

pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(find).as_ref()
}

fn find() -> Option<Server> {
    if let Ok(url) = std::env::var("MIGRATE_TEST_MYSQL_URL") {
        return Some(Server {
            url: url.trim_end_matches('/').to_owned(),
            _keeper: None,
        });
    }
    let started = ours().and_then(|program| start(&program, &[]));
    if started.is_none() {
        assert!(
            std::env::var_os("MIGRATE_TEST_REQUIRE").is_none(),
            "there is no MariaDB server, and MIGRATE_TEST_REQUIRE is set"
        );
        not_run("NOT RUN: the tests on MariaDB. Install its server, or set MIGRATE_TEST_MYSQL_URL");
    }
    started
}

/// The program of a server of our own, to start and to set up as a test needs it.
pub(crate) fn ours() -> Option<PathBuf> {
    let is_ours = std::env::var_os("MIGRATE_TEST_MYSQL_URL").is_none();
    program("mariadbd").filter(|_| is_ours)
}

/// A program of the server.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let mut directories: Vec<PathBuf> = Vec::new();
    match std::env::var_os("MIGRATE_TEST_MARIADB_BIN") {
        Some(bin) => directories.push(bin.into()),
        None => {
            let path = std::env::var_os("PATH").unwrap_or_default();
            directories.extend(std::env::split_paths(&path));
            directories.extend(["/usr/sbin", "/usr/bin", "/opt/homebrew/bin"].map(PathBuf::from));
        }
    }
    directories
        .into_iter()
        .map(|directory| directory.join(name))
        .find(|program| program.is_file())
}

/// Starts a server with more settings than those that all have; again where somebody else took its port
/// before it did.
pub(crate) fn start(server: &Path, settings: &[&str]) -> Option<Server> {
    let install = program("mariadb-install-db")?;
    let mut log = String::new();
    for _ in 0..3 {
        match try_to_start(&install, server, settings) {
            Ok(server) => return Some(server),
            Err(said) => log = said,
        }
    }
    panic!("the MariaDB server does not answer: {log}");
}

/// The server, or what it wrote before it ended.
#[expect(
    clippy::zombie_processes,
    reason = "the keeper lives as long as the tests and ends with them"
)]
fn try_to_start(install: &Path, server: &Path, settings: &[&str]) -> Result<Server, String> {
    let directory = tempfile::tempdir().unwrap().keep();
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o755)).unwrap();
    let user = unprivileged(&directory);
    let data = directory.join("data");
    // A server that starts removes all temporary tables from its `TMPDIR`, those of another one as well.
    let mut create = Command::new(install);
    create
        .arg("--no-defaults")
        .arg(format!("--datadir={}", data.display()))
        .args([
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
        ])
        .current_dir(&directory)
        .env("TMPDIR", &directory)
        .stdin(Stdio::null());
    as_user(&mut create, user);
    let output = create.output().unwrap();
    assert!(
        output.status.success(),
        "mariadb-install-db failed: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let port = free_port();
    // `cat` ends when this process does.
    let script = format!(
        "'{server}' --no-defaults --datadir='{data}' --socket='{directory}/s' --port={port} \
         --bind-address=127.0.0.1 --pid-file='{directory}/pid' --skip-log-bin --skip-name-resolve \
         --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=64M --innodb-fast-shutdown=2 \
         --character-set-server=utf8mb4 --max-connections=300 {settings} \
         >'{directory}/log' 2>&1 & server=$!; cat >/dev/null; kill -KILL $server; wait $server 2>/dev/null; \
         rm -rf '{directory}'",
        server = server.display(),
        data = data.display(),
        directory = directory.display(),
        settings = settings.join(" "),
    );
    let mut keeper = Command::new("sh");
    keeper
        .arg("-c")
        .arg(script)
        .current_dir(&directory)
        .env("TMPDIR", &directory)
        .stdin(Stdio::piped());
    as_user(&mut keeper, user);
    let keeper = keeper.spawn().unwrap();
    let url = format!("mysql://root@127.0.0.1:{port}");
    let mut log = String::new();
    // On a machine that has other things to do it takes its time.
    for _ in 0..2400 {
        if Plain::establish(&url).is_ok() {
            return Ok(Server {
                url,
                _keeper: Some(keeper),
            });
        }
        log = std::fs::read_to_string(directory.join("log")).unwrap_or_default();
        if log.contains("Aborting") {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(log)
}

fn as_user(command: &mut Command, user: Option<u32>) {
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
}

/// The server refuses to be root's; then it is that of the user `mysql`, or of nobody.
fn unprivileged(directory: &Path) -> Option<u32> {
    let id = |arguments: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"])? != 0 {
        return None;
    }
    let user = id(&["-u", "mysql"]).unwrap_or(65534);
    chown(directory, Some(user), Some(user)).unwrap();
    Some(user)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// An empty database of its own, dropped at the end.
pub(crate) struct Database {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) connection: Plain,
}

impl Database {
    /// `None` where there is no server.
    pub(crate) fn new() -> Option<Self> {
        server().map(Self::on)
    }

    /// On a server of that test.
    pub(crate) fn on(server: &Server) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("migrate_test_{}_{count}", std::process::id());
        let mut admin = Plain::establish(&server.url).unwrap();
        let create = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4");
        session(&mut admin).batch(&create).unwrap();
        let url = format!("{}/{name}", server.url);
        let connection = Plain::establish(&url).unwrap();
        Self {
            name,
            url,
            connection,
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What holds a lock of a table would keep it from being dropped.
        let drop_it = format!(
            "SET lock_wait_timeout = 5; DROP DATABASE IF EXISTS {}",
            self.name
        );
        drop(session(&mut self.connection).batch(&drop_it));
    }
}

impl Session for Database {
    fn backend(&self) -> Backend {
        Backend::Mysql
    }

    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError> {
        if sql.is_empty() {
            // The server takes no statement at all for an error.
            return Ok(());
        }
        session(&mut self.connection).batch(sql)
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Row>, DatabaseError> {
        session(&mut self.connection).query(sql)
    }

    fn in_transaction(&mut self) -> bool {
        session(&mut self.connection).in_transaction()
    }

    fn run_access(&mut self) -> RunAccess<'_> {
        RunAccess::plain(self)
    }
}
