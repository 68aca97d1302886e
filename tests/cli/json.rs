//! `--format json`: standard output holds one document and nothing else, errors are documents too.

use serde_json::Value;

use super::project::{Project, Ran, USERS, manifest};

#[track_caller]
fn json(text: &str, ran: &Ran) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{}", ran.transcript()))
}

#[test]
fn every_command_answers_in_json() {
    let manifest = &manifest("json");
    let project = Project::new(&[("Cargo.toml", manifest), ("src/lib.rs", "")]);
    let ran = |code: i32, arguments: &[&str]| {
        let ran = project.migrate(&[arguments, &["--format", "json"]].concat());
        assert_eq!(ran.code(), code, "{}", ran.transcript());
        ran
    };
    let done = |arguments: &[&str]| {
        let ran = ran(0, arguments);
        json(&ran.stdout(), &ran)
    };
    assert_eq!(done(&["init"])["written"], true);
    project.write(".env", "DATABASE_URL=sqlite://app.db\n");
    project.write("src/lib.rs", USERS);

    let autogenerate = ["revision", "--autogenerate", "--rev-id", "first"];
    let dry = done(&[&autogenerate[..], &["--dry-run"]].concat());
    assert!(
        dry["text"].as_str().unwrap().contains("create_table"),
        "{dry}"
    );
    let written = done(&autogenerate);
    assert_eq!(written["id"], "first");
    assert_eq!(written["path"], "migrations/first_create_table_users.rs");
    assert_eq!(written["heads"][0], "first");

    let upgraded = done(&["upgrade"]);
    assert_eq!(upgraded["to"][0], "first");
    assert_eq!(upgraded["steps"][0]["direction"], "upgrade");
    assert_eq!(done(&["upgrade"])["steps"], Value::Array(Vec::new()));
    assert_eq!(
        done(&["revision", "--autogenerate"])["written"],
        Value::Null
    );
    assert_eq!(done(&["current"])[0]["id"], "first");
    assert_eq!(done(&["heads"])[0]["id"], "first");
    assert_eq!(done(&["history"])[0]["head"], true);
    assert_eq!(done(&["show"])[0]["has_downgrade"], true);
    assert_eq!(done(&["check"])["clean"], true);
    assert_eq!(done(&["status"])["heads"][0], "first");
    assert_eq!(done(&["repair"])["repaired"], Value::Array(Vec::new()));
    let script = done(&["upgrade", "--sql"]);
    assert!(
        script["sql"].as_str().unwrap().contains("CREATE TABLE"),
        "{script}"
    );
    assert_eq!(done(&["models", "--from-database"])["models"][0], "User");
    assert_eq!(done(&["stamp", "base"])["from"][0], "first");
    assert_eq!(done(&["stamp", "head"])["to"][0], "first");
    assert_eq!(done(&["redo"])["steps"].as_array().unwrap().len(), 2);
    assert_eq!(done(&["reset"])["steps"].as_array().unwrap().len(), 2);

    // Two builds, one document.
    let more = USERS.replace(
        "pub email: String",
        "pub email: String,\n    pub bio: Option<String>",
    );
    project.write("src/lib.rs", &more);
    let different = ran(1, &["check"]);
    let check = json(&different.stdout(), &different);
    assert_eq!(check["differences"][0]["kind"], "model", "{check}");
    assert_eq!(done(&["revision", "--amend"])["id"], "first");
    assert_eq!(done(&["check"])["clean"], true);
    assert_eq!(done(&["downgrade"])["to"], Value::Array(Vec::new()));

    // Errors, of the binary and of the tool.
    for (code, arguments) in [
        (2, &["current", "--database-url", "oracle://db"][..]),
        (3, &["current", "--database-url", "nothing.db"]),
        (2, &["merge"]),
        (2, &["heads", "-p", "nobody"]),
    ] {
        let failed = ran(code, arguments);
        assert_eq!(failed.stdout(), "", "{}", failed.transcript());
        let error = json(&failed.stderr(), &failed);
        assert!(
            error["error"].is_string() && error["kind"].is_string(),
            "{error}"
        );
        assert!(error["hints"].is_array(), "{error}");
    }
}
