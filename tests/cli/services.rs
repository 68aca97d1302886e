//! `examples/services`: programs that bring their database up when they start, several at once.

use super::libraries::copy;
use super::project::{Project, repository};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

fn services() -> Project {
    let example = repository().join("examples/services");
    let project = Project::empty();
    copy(&example, &project, "");
    let lock = std::fs::read_to_string(example.join("Cargo.lock")).unwrap();
    project.write("Cargo.lock", &lock);
    let runtime = repository().join("migrate-runtime").display().to_string();
    let manifest = project.read("Cargo.toml");
    let manifest = manifest.replace("../../migrate-runtime", &runtime.replace('\\', "/"));
    project.write("Cargo.toml", &manifest);
    project.cargo(&["build", "--quiet", "--locked"]).success();
    project
}

/// A service, and its first line.
struct Service(Child, String);

impl Service {
    /// What it answers.
    fn index(&self) -> String {
        let address = self.1.trim().strip_prefix("listening on ");
        let mut stream =
            TcpStream::connect(address.unwrap_or_else(|| panic!("{}", self.1))).unwrap();
        let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Three replicas of a program on one database, started at the same time.
fn three(project: &Project, program: &str, database: &str) -> Vec<Service> {
    let start = || {
        let mut command = project.built(program);
        command.env("SHOP_AUTO", "1").env("DATABASE_URL", database);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children: Vec<Child> = (0..3).map(|_| start()).collect();
    let first_line = |mut child: Child| {
        let mut line = String::new();
        let stdout = child.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        Service(child, line)
    };
    children.into_iter().map(first_line).collect()
}

#[test]
fn they_create_upgrade_and_fill_their_database_once() {
    let project = services();
    for program in ["shop-axum", "shop-actix"] {
        let database = format!("{program}.db");
        for service in three(&project, program, &database) {
            assert_eq!(service.index(), "1 a lamp\n2 a table\n");
        }
    }

    let shop = |arguments: &[&str]| {
        let mut command = project.built("shop");
        command.args(arguments).env("DATABASE_URL", "plain.db");
        let output = command.output().unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
        format!("{out}{err}")
    };
    let created = "Database initialized, at 20260301_090000\n";
    assert_eq!(shop(&["init", "--with-examples"]), created);
    let again = "Database already initialized\n";
    assert_eq!(shop(&["init", "--with-examples"]), again);
    assert_eq!(shop(&["shelves"]), "1 a lamp\n2 a table\n");

    // The commands of migrate are among its own.
    assert!(shop(&["db", "current"]).contains("20260301_090000 (head)"));
    assert!(shop(&["db", "downgrade", "base", "--yes"]).contains("base"));
    let behind = shop(&["db", "check"]);
    assert!(behind.contains("shop db upgrade"), "{behind}");
    assert!(shop(&["db", "upgrade"]).contains("Running upgrade"));
}
