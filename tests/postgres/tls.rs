//! TLS: what each `sslmode` believes, on a server whose certificate is made here.

use super::admission::admit_first;
use super::server::{Database, not_run};
use crate::certificates::Authority;
use migrate_runtime::connection::{PostgresParameters, Session, open_postgres};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The server with a certificate of its own.
struct Server {
    database: Database,
    data: PathBuf,
    port: String,
}

impl Server {
    /// `None` where there is none, or where its files are not ours to write.
    fn new() -> Option<Self> {
        let mut database = Database::new()?;
        let text = |database: &mut Database, sql: &str| {
            database.query(sql).unwrap()[0].text(0).unwrap_or_default()
        };
        let data = PathBuf::from(text(&mut database, "SHOW data_directory"));
        let port = text(&mut database, "SHOW port");
        if std::env::var_os("MIGRATE_TEST_POSTGRES_URL").is_some() || !data.is_dir() {
            not_run("NOT RUN: the tests of TLS. They need a server of their own");
            return None;
        }
        // The programs of some packages were built without.
        if database.batch("ALTER SYSTEM SET ssl = on").is_err() {
            not_run("NOT RUN: the tests of TLS. They need a server that was built with it");
            return None;
        }
        Some(Self {
            database,
            data,
            port,
        })
    }

    /// From now on the server shows this certificate.
    fn shows(&mut self, (certificate, key): (String, String)) {
        let owner = fs::metadata(&self.data).unwrap();
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let path = self.data.join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        self.database.batch("ALTER SYSTEM SET ssl = on").unwrap();
        self.database.batch("SELECT pg_reload_conf()").unwrap();
        std::thread::sleep(Duration::from_millis(500));
    }

    /// From now on that user has to show a certificate of that authority.
    fn asks(&mut self, user: &str, authority: &Authority) {
        let file = self.data.join("clients.crt");
        fs::copy(&authority.certificate, &file).unwrap();
        let owner = fs::metadata(&self.data).unwrap();
        chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
        for sql in [
            format!("CREATE ROLE {user} LOGIN"),
            "ALTER SYSTEM SET ssl_ca_file = 'clients.crt'".to_owned(),
        ] {
            self.database.batch(&sql).unwrap();
        }
        assert!(admit_first(
            &mut self.database,
            &format!("hostssl all {user} all cert")
        ));
    }

    /// `true` or `false`: whether the connection is encrypted. Or why there is none.
    fn connect(&self, host: &str, mode: &str, root: Option<&Path>) -> String {
        let root = root.map(|root| ("sslrootcert", root));
        self.connect_as("postgres", host, mode, root.as_slice())
    }

    fn connect_as(&self, user: &str, host: &str, mode: &str, files: &[(&str, &Path)]) -> String {
        let mut parameters: PostgresParameters = [
            ("host", host),
            ("port", &self.port),
            ("user", user),
            ("dbname", "postgres"),
            ("sslmode", mode),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        for (name, file) in files {
            parameters.insert((*name).to_owned(), file.display().to_string());
        }
        let sql = "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        match open_postgres(&parameters, "postgres://h/d") {
            Ok(mut session) => session.query(sql).unwrap()[0].text(0).unwrap(),
            Err(error) => error.to_string(),
        }
    }
}

#[test]
fn who_is_believed() {
    let Some(mut server) = Server::new() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let ours = Authority::new(folder.path(), "ours");
    let theirs = Authority::new(folder.path(), "theirs");
    let (ours_file, theirs_file) = (Some(&*ours.certificate), Some(&*theirs.certificate));
    let refused = |answer: String, why: &str| {
        assert!(
            answer.starts_with("cannot open postgres database postgres://h/d: ")
                && answer.contains(why),
            "{answer}"
        );
    };

    server.shows(ours.sign(false));
    assert_eq!(server.connect("localhost", "disable", None), "false");
    for mode in ["prefer", "require"] {
        assert_eq!(server.connect("127.0.0.1", mode, None), "true", "{mode}");
    }
    assert_eq!(
        server.connect("localhost", "verify-full", ours_file),
        "true"
    );
    assert_eq!(server.connect("127.0.0.1", "verify-ca", ours_file), "true");
    // Another host than that of the certificate.
    let answer = server.connect("127.0.0.1", "verify-full", ours_file);
    refused(answer, "not valid for name");
    // Another authority; `require` with one is `verify-ca`.
    for mode in ["require", "verify-ca", "verify-full"] {
        refused(
            server.connect("localhost", mode, theirs_file),
            "UnknownIssuer",
        );
    }
    // None that the system knows.
    refused(
        server.connect("localhost", "verify-full", None),
        "certificate",
    );
    let nowhere = folder.path().join("nowhere.crt");
    let answer = server.connect("localhost", "verify-full", Some(&nowhere));
    refused(answer, "nowhere.crt cannot be read");
    refused(
        server.connect("localhost", "sure", None),
        "`sslmode` is sure",
    );

    server.shows(ours.sign(true));
    for mode in ["verify-ca", "verify-full"] {
        refused(server.connect("localhost", mode, ours_file), "xpired");
    }
    assert_eq!(server.connect("localhost", "require", None), "true");

    server.shows(ours.sign(false));
    clients(&mut server, folder.path(), &ours, &theirs);
}

/// What a client has to show.
fn clients(server: &mut Server, folder: &Path, ours: &Authority, theirs: &Authority) {
    server.asks("certified", ours);
    let connect = |files: &[&Path]| {
        let names = ["sslcert", "sslkey"];
        let files: Vec<(&str, &Path)> = names.into_iter().zip(files.iter().copied()).collect();
        server.connect_as("certified", "localhost", "require", &files)
    };
    let [certificate, key] = ours.sign_client(folder, "certified");
    assert_eq!(connect(&[&certificate, &key]), "true");
    let says = |answer: String, why: &str| assert!(answer.contains(why), "{answer}");
    says(connect(&[]), "requires a valid client certificate");
    says(connect(&[&certificate]), "and sslkey is missing");
    let nowhere = folder.join("nowhere.key");
    says(
        connect(&[&certificate, &nowhere]),
        "nowhere.key cannot be read",
    );
    // Of somebody else, and of another authority.
    let [other, other_key] = ours.sign_client(folder, "somebody");
    says(
        connect(&[&other, &other_key]),
        "certificate authentication failed for user \"certified\"",
    );
    let [foreign, foreign_key] = theirs.sign_client(folder, "certified");
    let answer = connect(&[&foreign, &foreign_key]);
    assert!(
        answer.starts_with("cannot open postgres database") && answer.contains("UnknownCA"),
        "{answer}"
    );
    // The key of another certificate.
    says(connect(&[&certificate, &other_key]), "cannot be used");
}
