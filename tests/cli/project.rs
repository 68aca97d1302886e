//! A temporary project and the commands that run in it; the only place that starts processes.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The profile's directory: `target/debug`.
fn profile_dir() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().unwrap().parent().unwrap().to_owned()
}

/// The tool, built once.
fn tool() -> &'static Path {
    static TOOL: OnceLock<PathBuf> = OnceLock::new();
    TOOL.get_or_init(|| {
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "migrate-cli"])
            .current_dir(repository())
            .env("CARGO_TARGET_DIR", profile_dir().parent().unwrap())
            .status()
            .unwrap();
        assert!(status.success());
        profile_dir().join(format!("cargo-migrate{}", std::env::consts::EXE_SUFFIX))
    })
}

/// A model, and a schema that lists it.
pub const USERS: &str = "\
use migrate_runtime::Model;

#[derive(Model)]
#[model(table = \"users\")]
pub struct User {
    #[model(auto_increment)]
    pub id: i64,
    pub email: String,
}

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [User],
    migrations = \"migrations\",
}
";

/// The manifest of a package of that name.
pub fn manifest(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
}

/// A directory of its own, with a package or several in it.
pub struct Project {
    dir: tempfile::TempDir,
}

impl Project {
    /// An empty directory. The name has a space, as users' paths do.
    pub fn empty() -> Self {
        let dir = tempfile::Builder::new()
            .prefix("a project ")
            .tempdir()
            .unwrap();
        Self { dir }
    }

    /// A package with these files. Names must differ between tests: they share a target directory.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let project = Self::empty();
        for (path, text) in files {
            project.write(path, text);
        }
        // The versions that the repository was tested with, and no look at the network.
        fs::copy(
            repository().join("Cargo.lock"),
            project.path().join("Cargo.lock"),
        )
        .unwrap();
        project
    }

    /// A library that `init` has set up, with that database in `.env`.
    pub fn set_up(name: &str, database: &str) -> Self {
        let project = Self::new(&[("Cargo.toml", &manifest(name)), ("src/lib.rs", "")]);
        project.migrate(&["init"]).success();
        project.write(".env", &format!("DATABASE_URL=sqlite://{database}\n"));
        project
    }

    /// As [`Self::set_up`], with that source.
    pub fn library(name: &str, source: &str, database: &str) -> Self {
        let project = Self::set_up(name, database);
        project.write("src/lib.rs", source);
        project
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Takes a file or a directory away.
    pub fn remove(&self, path: &str) {
        let path = self.path().join(path);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }

    pub fn read_bytes(&self, path: &str) -> Vec<u8> {
        fs::read(self.path().join(path)).unwrap()
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Every file and its bytes, to see what a command has left behind.
    pub fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.path(), &mut files);
        files
    }

    /// `cargo migrate …` in a directory of the project.
    pub fn migrate_in(&self, dir: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new(tool());
        command.arg("migrate").args(arguments);
        self.run(command, dir)
    }

    /// `cargo migrate …` at the root of the project, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(tool());
        command.arg("migrate").args(arguments);
        self.surround(&mut command, ".");
        command
    }

    /// `cargo migrate …` at the root of the project.
    pub fn migrate(&self, arguments: &[&str]) -> Ran {
        self.migrate_in(".", arguments)
    }

    /// `cargo migrate …` at the root of the project, with these variables.
    #[cfg(unix)]
    pub fn migrate_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = Command::new(tool());
        command.arg("migrate").args(arguments);
        command.envs(variables.iter().copied());
        self.run(command, ".")
    }

    /// `cargo …` at the root of the project.
    pub fn cargo(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments);
        self.run(command, ".")
    }

    /// A line as a shell runs it, in a directory of the project. Both streams are one, `stderr`.
    #[cfg(unix)]
    pub fn shell(&self, dir: &str, line: &str) -> Ran {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::split_paths(&path);
        let path = std::env::join_paths(
            [tool().parent().unwrap().to_owned()]
                .into_iter()
                .chain(path),
        );
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("exec 1>&2\n{line}")])
            .env("PATH", path.unwrap())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "init.defaultBranch")
            .env("GIT_CONFIG_VALUE_0", "main")
            .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "Ada")))
            .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "ada@localhost")));
        self.run(command, dir)
    }

    /// The built binary itself, not started yet.
    pub fn built(&self, binary: &str) -> Command {
        let name = format!("{binary}{}", std::env::consts::EXE_SUFFIX);
        let mut command = Command::new(profile_dir().join(name));
        self.surround(&mut command, ".");
        command
    }

    /// The built binary itself, where programs are looked for in one directory of the project only.
    #[cfg(unix)]
    pub fn built_with_path(&self, binary: &str, path: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new(profile_dir().join(binary));
        command.args(arguments).env("PATH", self.path().join(path));
        self.run(command, ".")
    }

    /// The built binary itself, which can write no file of more than a block.
    #[cfg(unix)]
    pub fn migrate_on_a_full_disk(&self, binary: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new("sh");
        let script = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
        command
            .args(["-c", script, "sh"])
            .arg(profile_dir().join(binary));
        command.args(arguments);
        self.run(command, ".")
    }

    /// `cargo migrate …` with its streams as a shell sets them up: `<&-`, `>&-`, `| true`. The exit code is
    /// that of the command, wherever its output goes.
    #[cfg(unix)]
    pub fn migrate_with_streams(&self, streams: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new("sh");
        let script =
            format!("{{ \"$@\"; echo $? >&9; }} 9>\"$CODE\" {streams}; exit $(cat \"$CODE\")");
        let code = tempfile::NamedTempFile::new().unwrap();
        command
            .args(["-c", &script, "sh"])
            .arg(tool())
            .arg("migrate")
            .args(arguments)
            .env("CODE", code.path());
        self.run(command, ".")
    }

    /// Puts back what the files held, and takes away what was not there.
    pub fn restore(&self, before: &BTreeMap<PathBuf, Vec<u8>>) {
        for path in self
            .contents()
            .keys()
            .filter(|path| !before.contains_key(*path))
        {
            fs::remove_file(path).unwrap();
        }
        for (path, bytes) in before {
            // What is as it was is not written: cargo would build it again.
            if fs::read(path).ok().as_ref() != Some(bytes) {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
        }
    }

    /// Fails with the names of the files that are not what they were.
    #[track_caller]
    pub fn assert_unchanged(&self, before: &BTreeMap<PathBuf, Vec<u8>>) {
        let after = self.contents();
        let paths: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let changed: Vec<_> = paths
            .into_iter()
            .filter(|path| before.get(*path) != after.get(*path))
            .collect();
        assert!(changed.is_empty(), "something was written: {changed:?}");
    }

    /// Does something while another connection holds the database for itself.
    pub fn while_locked<T>(&self, database: &str, action: impl FnOnce() -> T) -> T {
        let mut connection = self.connection(database);
        connection.batch_execute("BEGIN EXCLUSIVE").unwrap();
        let value = action();
        connection.batch_execute("ROLLBACK").unwrap();
        value
    }

    /// Runs SQL on a database of the project.
    pub fn sql(&self, database: &str, sql: &str) {
        self.connection(database).batch_execute(sql).unwrap();
    }

    /// The first column of a query, as text.
    pub fn query(&self, database: &str, sql: &str) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            value: String,
        }
        let sql = format!("SELECT coalesce(CAST(value AS TEXT), 'NULL') AS value FROM ({sql})");
        let rows: Vec<Row> = diesel::sql_query(sql)
            .load(&mut self.connection(database))
            .unwrap();
        rows.into_iter().map(|row| row.value).collect()
    }

    fn connection(&self, database: &str) -> SqliteConnection {
        SqliteConnection::establish(self.path().join(database).to_str().unwrap()).unwrap()
    }

    /// `cargo …` as the tool builds: the compiler's check steps aside.
    pub fn cargo_as_tool(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments);
        self.run_with(command, ".", Some("1"))
    }

    fn run(&self, command: Command, dir: &str) -> Ran {
        self.run_with(command, dir, None)
    }

    fn run_with(&self, mut command: Command, dir: &str, gate: Option<&str>) -> Ran {
        self.surround(&mut command, dir);
        if let Some(gate) = gate {
            command.env("CARGO_MIGRATE", gate);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        Ran {
            output,
            dir: self.path().to_owned(),
        }
    }

    /// Where it runs, and what it finds there.
    fn surround(&self, command: &mut Command, dir: &str) {
        let debug = std::env::var("CARGO_PROFILE_DEV_DEBUG");
        let debug = debug.unwrap_or_else(|_| "line-tables-only".to_owned());
        command
            .current_dir(self.path().join(dir))
            .env("CARGO_TARGET_DIR", profile_dir().parent().unwrap())
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TERM_COLOR", "never")
            // As in the workspace, so that what it has built is used.
            .env("CARGO_PROFILE_DEV_DEBUG", debug)
            .env_remove("DATABASE_URL")
            .env_remove("CARGO_MIGRATE");
    }
}

fn collect(dir: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.clone(), fs::read(path).unwrap());
        }
    }
}

/// What a command printed, and its exit code.
pub struct Ran {
    output: Output,
    dir: PathBuf,
}

impl Ran {
    pub fn code(&self) -> i32 {
        self.output.status.code().unwrap()
    }

    pub fn stdout(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    pub fn stderr(&self) -> String {
        let text = String::from_utf8(self.output.stderr.clone()).unwrap();
        // Said on slow machines only.
        let text: String = (text.split_inclusive('\n'))
            .filter(|line| !line.starts_with("  building  "))
            .collect();
        without_warnings_of_ours(&text)
    }

    /// Fails with everything that was printed unless the exit code is 0.
    #[track_caller]
    pub fn success(self) -> Self {
        assert_eq!(self.code(), 0, "{}", self.transcript());
        self
    }

    /// All of it, without what differs from run to run.
    pub fn transcript(&self) -> String {
        let text = format!(
            "exit code: {}\n----- stdout -----\n{}----- stderr -----\n{}",
            self.code(),
            self.stdout(),
            self.stderr()
        );
        let real = self.dir.canonicalize().unwrap();
        text.replace(&real.display().to_string(), "[DIR]")
            .replace(&self.dir.display().to_string(), "[DIR]")
            .replace(&repository().display().to_string(), "[REPO]")
    }
}

/// What the compiler warns of in the repository itself is the business of clippy.
fn without_warnings_of_ours(text: &str) -> String {
    let place = format!("--> {}", repository().display());
    let mut kept = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let is_ours = line.starts_with("warning: ")
            && (lines.peek()).is_some_and(|next| next.trim_start().starts_with(&place));
        if is_ours {
            lines.by_ref().find(|line| line.is_empty());
        } else {
            kept.push(line);
        }
    }
    kept.iter().map(|line| (*line).to_owned() + "\n").collect()
}

/// What differs from run to run and is not a path.
pub fn filters() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\b\d{8}_\d{6}(_\d+)?", "[ID]");
    settings.add_filter(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+Z)?", "[TIME]");
    settings.add_filter(r"(\[TIME\] UTC) on [^)\s]+\)", "$1 on [HOST])");
    settings.add_filter(r"\(\d+ ms\)", "([MS])");
    settings.add_filter(r"Generated: [0-9a-f]{8}", "Generated: [SEAL]");
    settings
}
