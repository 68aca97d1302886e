//! `upgrade --urls-from`: one chain, many databases.

use std::io::Write as _;
use std::process::Stdio;

use super::project::{Project, USERS, filters};

#[test]
fn every_database_of_a_list_is_upgraded_whatever_becomes_of_the_others() {
    let project = Project::library("many", USERS, "app.db");
    let autogenerate = ["revision", "--autogenerate", "--rev-id", "first"];
    project.migrate(&autogenerate).success();
    // It is a directory.
    project.write("tenants/b.db/file", "");
    let list = "# tenants\nsqlite://a.db\n\nsqlite://b.db\nsqlite://c.db\n";
    project.write("tenants/list.txt", list);
    // One is there and up to date.
    let there = ["upgrade", "--database-url", "sqlite://tenants/c.db"];
    project.migrate(&there).success();

    // One at a time, so that the output has an order.
    let upgrade = ["upgrade", "--urls-from", "tenants/list.txt"];
    let ran = project.migrate(&[&upgrade[..], &["--jobs", "1"]].concat());
    assert_eq!(ran.code(), 3, "{}", ran.transcript());
    filters().bind(|| insta::assert_snapshot!(ran.transcript()));
    let tables = "SELECT name AS value FROM sqlite_master WHERE name = 'users'";
    for database in ["tenants/a.db", "tenants/c.db"] {
        assert_eq!(project.query(database, tables), ["users"]);
    }

    // What failed is there now; the others have nothing to do.
    let directory = project.path().join("tenants/b.db");
    std::fs::remove_dir_all(directory).unwrap();
    let ran = project.migrate(&upgrade).success();
    let said = ran.stderr();
    assert!(
        said.contains("1 upgraded, 2 with nothing to do, 0 failed"),
        "{said}"
    );
    assert_eq!(project.query("tenants/b.db", tables), ["users"]);

    // From standard input, seen from where the command runs; in JSON.
    let arguments = ["upgrade", "--urls-from", "-", "--format", "json"];
    let mut command = project.command(&arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let urls = b"sqlite://tenants/a.db\nsqlite://tenants/new.db\n";
    child.stdin.take().unwrap().write_all(urls).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["failed"], 0);
    assert_eq!(json["databases"][0]["steps"].as_array().unwrap().len(), 0);
    assert_eq!(json["databases"][1]["to"][0], "first");

    // Nothing is done where the list is wrong.
    for (list, why) in [
        ("", "list.txt lists no database"),
        ("sqlite://x.db\noracle://x\n", "list.txt:2: "),
        (
            "sqlite://x.db\nsqlite://x.db\n",
            "the database is on line 1 already",
        ),
    ] {
        project.write("tenants/list.txt", list);
        let ran = project.migrate(&upgrade);
        assert_eq!(ran.code(), 2, "{}", ran.transcript());
        assert!(ran.stderr().contains(why), "{}", ran.transcript());
        assert!(!project.path().join("tenants/x.db").exists());
    }
}
