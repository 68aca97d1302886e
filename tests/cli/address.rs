//! Where a PostgreSQL database is may stand in the environment, as libpq reads it.

use super::project::Project;
use crate::postgres::admission::admit_first;
use crate::postgres::server::{Database, not_run};
use migrate_runtime::connection::Session;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const FILES: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[package]\nname = \"address-postgres\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    ),
    ("src/lib.rs", ""),
];

/// What `cargo migrate current` says with that address and those variables, and its exit code.
fn current(project: &Project, url: &str, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = project.command(&["current", "--database-url", url]);
    for name in [
        "PGHOST",
        "PGPORT",
        "PGUSER",
        "PGDATABASE",
        "PGPASSWORD",
        "PGPASSFILE",
    ] {
        command.env_remove(name);
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("ses:ame"), "{said}");
    (output.status.code(), said)
}

fn password_file(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_environment_says_what_the_url_leaves_out() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut text = |sql: &str| database.query(sql).unwrap()[0].text(0).unwrap_or_default();
    let socket = text("SHOW unix_socket_directories");
    let port = text("SHOW port");
    let name = text("SELECT current_database()");
    if !admit_first(
        &mut database,
        "local all by_password scram-sha-256\nhost all by_password all scram-sha-256",
    ) {
        not_run("NOT RUN: the test of addresses. It needs a server of its own");
        return;
    }
    for sql in [
        "CREATE ROLE by_password LOGIN PASSWORD 'ses:ame'".to_owned(),
        format!("ALTER DATABASE {name} OWNER TO by_password"),
        "ALTER SCHEMA public OWNER TO by_password".to_owned(),
    ] {
        database.batch(&sql).unwrap();
    }
    let project = Project::new(FILES);
    project
        .migrate(&["init", "--database-url", &database.url])
        .success();
    let passwords = project.path().join("passwords");
    let passfile = passwords.to_str().unwrap();
    let line = format!("localhost:{port}:{name}:by_password:ses:ame\n");
    password_file(&passwords, &format!("other:*:*:*:wrong\n{line}"), 0o600);
    let address = [
        ("PGHOST", socket.as_str()),
        ("PGPORT", &port),
        ("PGDATABASE", &name),
    ];
    let user = [("PGUSER", "by_password")];
    let with = |more: &[(&'static str, &'static str)]| {
        let more = more.iter().copied();
        let all: Vec<(&str, &str)> = (address.iter().copied()).chain(user).chain(more).collect();
        current(&project, "postgres://", &all)
    };

    // The whole address from the environment, over the socket; the password from none, one and the other.
    let (code, said) = with(&[]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("password"), "{said}");
    let (code, said) = with(&[("PGPASSWORD", "ses:ame")]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = with(&[("PGPASSWORD", "wrong")]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("password authentication failed"), "{said}");
    assert!(said.contains("given by PGPASSWORD"), "{said}");
    let url = format!("postgres://by_password:wrong@127.0.0.1:{port}/{name}");
    let (_, said) = current(&project, &url, &[("PGPASSWORD", "ses:ame")]);
    assert!(said.contains("given by the URL"), "{said}");
    let (code, said) = current(&project, "app.db", &[]);
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains("this build cannot open a sqlite database"),
        "{said}"
    );
    let by_file = |mode: u32| {
        fs::set_permissions(&passwords, Permissions::from_mode(mode)).unwrap();
        let all: Vec<(&str, &str)> = (address.iter().copied())
            .chain(user)
            .chain([("PGPASSFILE", passfile)])
            .collect();
        current(&project, "postgres://", &all)
    };
    let (code, said) = by_file(0o600);
    assert_eq!(code, Some(0), "{said}");
    let (code, _) = by_file(0o644);
    assert_eq!(code, Some(3), "a file that others may read is not believed");

    // The directory of the socket in the URL, as libpq and SQLAlchemy write it.
    let encoded = socket.replace('/', "%2F");
    for url in [
        format!("postgres://by_password@{encoded}:{port}/{name}"),
        format!("postgresql+psycopg2://by_password@/{name}?host={socket}&port={port}"),
    ] {
        let (code, said) = current(&project, &url, &[("PGPASSWORD", "ses:ame")]);
        assert_eq!(code, Some(0), "{url}: {said}");
    }
    // What the URL says wins.
    let url = format!("postgres://by_password:ses%3Aame@127.0.0.1:{port}/{name}");
    let (code, said) = current(
        &project,
        &url,
        &[("PGHOST", "nowhere.invalid"), ("PGPASSWORD", "wrong")],
    );
    assert_eq!(code, Some(0), "{said}");
}
