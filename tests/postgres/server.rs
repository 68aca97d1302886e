//! A PostgreSQL server for the tests: that of `MIGRATE_TEST_POSTGRES_URL`, else one of their own, of the
//! programs in the directory `MIGRATE_TEST_POSTGRES_BIN`, else of the newest version that is installed.
//!
//! A server of their own lives in a temporary directory, on a free port, without a care for its disk,
//! and ends with the process that runs the tests, however that ends. Without either the tests that
//! need one say so and are not run, unless `MIGRATE_TEST_REQUIRE` is set.

use migrate_runtime::connection::{Cell, DatabaseError, Row, RunAccess, Session};
use migrate_runtime::schema::Backend;
use postgres::{Client, NoTls, SimpleQueryMessage};
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The URL of the server, without a database; the child is kept for its standard input.
struct Server {
    url: String,
    _keeper: Option<Child>,
}

fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(find).as_ref()
}

fn find() -> Option<Server> {
    if let Ok(url) = std::env::var("MIGRATE_TEST_POSTGRES_URL") {
        let url = url.trim_end_matches('/').to_owned();
        return Some(Server { url, _keeper: None });
    }
    let started = start();
    if started.is_none() {
        assert!(
            std::env::var_os("MIGRATE_TEST_REQUIRE").is_none(),
            "there is no PostgreSQL server, and MIGRATE_TEST_REQUIRE is set"
        );
        not_run(
            "NOT RUN: the tests on PostgreSQL. Install its server, or set MIGRATE_TEST_POSTGRES_URL",
        );
    }
    started
}

/// Says why tests are not run, to the terminal itself: what a test prints is shown when it fails only.
pub(crate) fn not_run(why: &str) {
    // Where there is no terminal, nobody can be told.
    let _ = writeln!(std::io::stderr(), "{why}");
}

/// The directory of `initdb` and `postgres`.
fn programs() -> Option<PathBuf> {
    if let Some(bin) = std::env::var_os("MIGRATE_TEST_POSTGRES_BIN") {
        return Some(bin.into());
    }
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop()
}

#[expect(
    clippy::zombie_processes,
    reason = "the keeper lives as long as the tests and ends with them"
)]
fn start() -> Option<Server> {
    let bin = programs()?;
    let directory = tempfile::tempdir().unwrap().keep();
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o700)).unwrap();
    let user = unprivileged(&directory);
    let data = directory.join("data");
    let mut initdb = Command::new(bin.join("initdb"));
    initdb.args([
        "-A",
        "trust",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale=C",
        "-N",
        "-D",
    ]);
    initdb
        .arg(&data)
        .current_dir(&directory)
        .stdout(Stdio::null());
    if let Some(user) = user {
        initdb.uid(user).gid(user);
    }
    assert!(initdb.status().unwrap().success(), "initdb failed");
    let port = free_port();
    // `cat` ends when this process does.
    let script = format!(
        "'{}' -D '{}' -p {port} -k '{}' -c listen_addresses=127.0.0.1 -c fsync=off \
         -c full_page_writes=off -c synchronous_commit=off -c max_connections=200 -c max_prepared_transactions=4 \
         >'{}/log' 2>&1 & server=$!; cat >/dev/null; kill -QUIT $server; wait $server; rm -rf '{}'",
        bin.join("postgres").display(),
        data.display(),
        directory.display(),
        directory.display(),
        directory.display(),
    );
    let mut keeper = Command::new("sh");
    keeper
        .arg("-c")
        .arg(script)
        .current_dir(&directory)
        .stdin(Stdio::piped());
    if let Some(user) = user {
        keeper.uid(user).gid(user);
    }
    let keeper = keeper.spawn().unwrap();
    let url = format!("postgres://postgres@127.0.0.1:{port}");
    for _ in 0..200 {
        if Client::connect(&format!("{url}/postgres"), NoTls).is_ok() {
            return Some(Server {
                url,
                _keeper: Some(keeper),
            });
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the PostgreSQL server does not answer");
}

/// The server refuses to be root's; then it is that of the user `postgres`, or of nobody.
fn unprivileged(directory: &Path) -> Option<u32> {
    let id = |arguments: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"])? != 0 {
        return None;
    }
    let user = id(&["-u", "postgres"]).unwrap_or(65534);
    chown(directory, Some(user), Some(user)).unwrap();
    Some(user)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// An empty database of its own, dropped at the end.
pub(crate) struct Database {
    name: String,
    pub(crate) url: String,
    client: Client,
}

impl Database {
    /// `None` where there is no server.
    pub(crate) fn new() -> Option<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let server = server()?;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("migrate_test_{}_{count}", std::process::id());
        let mut admin = Client::connect(&format!("{}/postgres", server.url), NoTls).unwrap();
        admin
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"))
            .unwrap();
        let url = format!("{}/{name}", server.url);
        let client = Client::connect(&url, NoTls).unwrap();
        Some(Self { name, url, client })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(server) = server() else { return };
        if let Ok(mut admin) = Client::connect(&format!("{}/postgres", server.url), NoTls) {
            drop(admin.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name)));
        }
    }
}

fn query(client: &mut Client, sql: &str) -> Result<Vec<Row>, DatabaseError> {
    let messages = client.simple_query(sql).map_err(|error| DatabaseError {
        message: match error.as_db_error() {
            Some(database) => database.message().to_owned(),
            None => error.to_string(),
        },
        details: None,
        sql: sql.to_owned(),
    })?;
    let cell = |text: Option<&str>| text.map_or(Cell::Null, |text| Cell::Text(text.to_owned()));
    Ok(messages
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some(Row((0..row.len()).map(|at| cell(row.get(at))).collect()))
            }
            _ => None,
        })
        .collect())
}

impl Session for Database {
    fn backend(&self) -> Backend {
        Backend::Postgres
    }

    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError> {
        query(&mut self.client, sql).map(drop)
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Row>, DatabaseError> {
        query(&mut self.client, sql)
    }

    fn in_transaction(&mut self) -> bool {
        false
    }

    fn run_access(&mut self) -> RunAccess<'_> {
        RunAccess::plain(self)
    }
}
