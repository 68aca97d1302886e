//! TLS: what each `ssl-mode` believes, on a server whose certificate is made here.

use super::connection::parameters;
use super::server::{self, Plain, Server, start};
use crate::certificates::Authority;
use crate::postgres::server::not_run;
use diesel::Connection;
use migrate_runtime::connection::{Session, open_mysql, session};
use rcgen::KeyPair;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A server with a certificate of its own.
struct Secure {
    server: Server,
    folder: PathBuf,
}

impl Secure {
    /// `None` where there is none that these tests may start.
    fn new(folder: &Path, ours: &Authority) -> Option<Self> {
        // What has a URL is not ours to set up.
        let Some(program) = server::ours() else {
            not_run("NOT RUN: the tests of TLS. They need a server of their own");
            return None;
        };
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
        let it = |name: &str| folder.join(name).display().to_string();
        write(folder, ours.sign(false));
        let settings = [
            format!("--ssl-cert='{}'", it("server.crt")),
            format!("--ssl-key='{}'", it("server.key")),
            format!("--ssl-ca='{}'", ours.certificate.display()),
        ];
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let server = start(&program, &settings)?;
        Some(Self {
            server,
            folder: folder.to_owned(),
        })
    }

    /// From now on the server shows this certificate.
    fn shows(&self, certificate: (String, String)) {
        write(&self.folder, certificate);
        self.run("FLUSH SSL");
    }

    fn run(&self, sql: &str) {
        let mut connection = Plain::establish(&self.server.url).unwrap();
        session(&mut connection).batch(sql).unwrap();
    }

    /// `true` or `false`: whether the connection is encrypted. Or why there is none.
    fn connect(&self, host: &str, mode: &str, authority: Option<&Path>) -> String {
        let authority = authority.map(|authority| ("ssl-ca", authority));
        self.connect_as("root", host, mode, authority.as_slice())
    }

    fn connect_as(&self, user: &str, host: &str, mode: &str, files: &[(&str, &Path)]) -> String {
        let mut parameters = parameters(&format!("{}/mysql", self.server.url));
        for (name, value) in [("host", host), ("ssl-mode", mode), ("user", user)] {
            parameters.insert(name.to_owned(), value.to_owned());
        }
        for (name, file) in files {
            parameters.insert((*name).to_owned(), file.display().to_string());
        }
        match open_mysql(&parameters, "mysql://h/d") {
            Ok(mut session) => {
                let rows = session.query("SHOW STATUS LIKE 'Ssl_cipher'").unwrap();
                let cipher = rows[0].text(1).unwrap_or_default();
                (!cipher.is_empty()).to_string()
            }
            Err(error) => error.to_string(),
        }
    }
}

fn write(folder: &Path, (certificate, key): (String, String)) {
    for (name, text) in [("server.crt", certificate), ("server.key", key)] {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }
}

fn refused(answer: &str, why: &str) {
    assert!(
        answer.starts_with("cannot open mysql database mysql://h/d: ") && answer.contains(why),
        "{why}: {answer}"
    );
}

#[test]
fn who_is_believed() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Authority::new(folder.path(), "ours");
    let theirs = Authority::new(folder.path(), "theirs");
    let Some(server) = Secure::new(folder.path(), &ours) else {
        return;
    };
    let (ours_file, theirs_file) = (Some(&*ours.certificate), Some(&*theirs.certificate));

    assert_eq!(server.connect("localhost", "disabled", None), "false");
    for mode in ["preferred", "required", "REQUIRED"] {
        assert_eq!(server.connect("127.0.0.1", mode, None), "true", "{mode}");
    }
    for mode in ["verify-identity", "verify-ca", "VERIFY_CA"] {
        assert_eq!(
            server.connect("localhost", mode, ours_file),
            "true",
            "{mode}"
        );
    }
    // Another host than that of the certificate.
    assert_eq!(server.connect("127.0.0.1", "verify-ca", ours_file), "true");
    let answer = server.connect("127.0.0.1", "verify-identity", ours_file);
    refused(&answer, "not valid for name");
    // Another authority, and none that is known.
    for mode in ["verify-ca", "verify-identity"] {
        refused(
            &server.connect("localhost", mode, theirs_file),
            "UnknownIssuer",
        );
        refused(&server.connect("localhost", mode, None), "UnknownIssuer");
    }
    let nowhere = folder.path().join("nowhere.crt");
    let answer = server.connect("localhost", "verify-ca", Some(&nowhere));
    refused(&answer, "nowhere.crt cannot be read");
    refused(
        &server.connect("localhost", "sure", None),
        "`ssl-mode` is sure",
    );

    server.shows(ours.sign(true));
    for mode in ["verify-ca", "verify-identity"] {
        refused(&server.connect("localhost", mode, ours_file), "xpired");
    }
    assert_eq!(server.connect("localhost", "required", None), "true");

    server.shows(ours.sign(false));
    clients(&server, folder.path(), &ours, &theirs);
}

#[test]
fn a_server_without_tls() {
    let Some(program) = server::ours() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let server = Secure {
        server: start(&program, &["--skip-ssl"]).unwrap(),
        folder: folder.path().to_owned(),
    };
    assert_eq!(server.connect("127.0.0.1", "preferred", None), "false");
    for mode in ["required", "verify-ca", "verify-identity"] {
        let answer = server.connect("127.0.0.1", mode, None);
        refused(&answer, "the server does not support TLS");
    }
}

/// What a client has to show.
fn clients(server: &Secure, folder: &Path, ours: &Authority, theirs: &Authority) {
    server.run("CREATE USER certified@'%' REQUIRE X509; GRANT SELECT ON mysql.* TO certified@'%'");
    let connect = |files: &[&Path]| {
        let names = ["ssl-cert", "ssl-key"];
        let files: Vec<(&str, &Path)> = names.into_iter().zip(files.iter().copied()).collect();
        server.connect_as("certified", "localhost", "required", &files)
    };
    // Of the kind EC, which the driver does not take.
    let [certificate, key] = ours.sign_client(folder, "certified");
    refused(&connect(&[&certificate, &key]), "is not of the kind RSA");
    refused(&connect(&[]), "Access denied for user 'certified'");
    refused(&connect(&[&certificate]), "belong together");
    let nowhere = folder.join("nowhere.key");
    refused(
        &connect(&[&certificate, &nowhere]),
        "nowhere.key cannot be read",
    );
    refused(
        &connect(&[&certificate, &certificate]),
        "holds no private key",
    );

    let Some(envelope) = rsa_key(folder) else {
        not_run("NOT RUN: the keys of clients. They need openssl");
        return;
    };
    let pair = KeyPair::from_pem(&fs::read_to_string(&envelope).unwrap()).unwrap();
    let [certificate, key] = ours.sign_client_with(folder, "rsa", &pair);
    assert_eq!(connect(&[&certificate, &key]), "true");
    // The same key in the other formats.
    let plain = folder.join("plain.key");
    openssl(&["rsa", "-traditional", "-in"], &envelope, &plain);
    assert!(fs::read_to_string(&plain).unwrap().contains("BEGIN RSA"));
    assert_eq!(connect(&[&certificate, &plain]), "true");
    let binary = folder.join("binary.key");
    openssl(
        &["pkcs8", "-topk8", "-nocrypt", "-outform", "DER", "-in"],
        &envelope,
        &binary,
    );
    assert_eq!(connect(&[&certificate, &binary]), "true");
    let locked = folder.join("locked.key");
    openssl(
        &["pkcs8", "-topk8", "-passout", "pass:secret", "-in"],
        &envelope,
        &locked,
    );
    refused(&connect(&[&certificate, &locked]), "has a password");
    // Of another authority.
    let [foreign, foreign_key] = theirs.sign_client_with(folder, "rsa", &pair);
    let answer = connect(&[&foreign, &foreign_key]);
    assert!(answer.starts_with("cannot open mysql database"), "{answer}");
}

/// A key in the format that `openssl` writes, PKCS #8.
fn rsa_key(folder: &Path) -> Option<PathBuf> {
    let path = folder.join("rsa.key");
    let mut command = Command::new("openssl");
    command
        .args(["genpkey", "-algorithm", "RSA", "-out"])
        .arg(&path);
    let is_done = command.output().is_ok_and(|output| output.status.success());
    is_done.then_some(path)
}

fn openssl(arguments: &[&str], from: &Path, to: &Path) {
    let mut command = Command::new("openssl");
    let output = command
        .args(arguments)
        .arg(from)
        .arg("-out")
        .arg(to)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
