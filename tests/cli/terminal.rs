//! Questions, asked in a real terminal: what is answered is what happens, and no answer changes nothing.

use std::process::Command;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use super::project::{Project, USERS};

const DOWN: &str = "\x1b[B";
const REVISION: [&str; 4] = ["revision", "--autogenerate", "--rev-id", "second"];

/// Users with rows, and a model whose field has another name.
fn project(name: &str) -> Project {
    let model = USERS.replace("email", "name");
    let project = Project::library(name, &model, "app.db");
    let first = ["revision", "--autogenerate", "--rev-id", "first"];
    project.migrate(&first).success();
    project.migrate(&["upgrade"]).success();
    project.sql(
        "app.db",
        "INSERT INTO users (name) VALUES ('Ada'), ('Grace')",
    );
    let renamed = model.replace("pub name: String", "pub full_name: Option<String>");
    project.write("src/lib.rs", &renamed);
    // Built, so that a terminal waits for nothing but us.
    project.migrate(&["current"]).success();
    project
}

fn terminal(project: &Project, arguments: &[&str]) -> PtySession {
    let command: Command = project.command(arguments);
    spawn_command(command, Some(120_000)).unwrap()
}

/// Everything that is printed until it ends, and its exit code.
fn ended(mut session: PtySession) -> (String, i32) {
    let rest = session.exp_eof().unwrap();
    let code = match session.process().wait().unwrap() {
        WaitStatus::Exited(_, code) => code,
        other => panic!("{other:?}: {rest}"),
    };
    (rest, code)
}

fn names(project: &Project) -> Vec<String> {
    project.query("app.db", "SELECT full_name AS value FROM users")
}

fn press(session: &mut PtySession, keys: &str) {
    session.send(keys).unwrap();
    session.flush().unwrap();
}

/// Ctrl-C is no answer; the terminal has its cursor back. Who is first to notice decides the exit code: the
/// question (no answer) or the handler of the signal (130, as shells have it).
fn interrupt(mut session: PtySession) {
    session.send_control('c').unwrap();
    let (rest, code) = ended(session);
    assert!(matches!(code, 2 | 3 | 130), "{code}: {rest}");
    assert!(rest.contains("\x1b[?25h"), "{rest:?}");
}

#[test]
fn renamed_keeps_the_values_and_dropped_does_not() {
    let project = project("terminal-rename");
    let before = project.contents();
    let ask = || {
        let mut session = terminal(&project, &REVISION);
        session.exp_string("The column users.name is gone").unwrap();
        session.exp_string("renamed to full_name").unwrap();
        session
            .exp_string("dropped, and its values are removed")
            .unwrap();
        session
    };

    interrupt(ask());
    project.assert_unchanged(&before);
    // Escape is no answer either; the command says what to type instead.
    let mut session = ask();
    press(&mut session, "\x1b");
    let (rest, code) = ended(session);
    assert_ne!(code, 0, "{rest}");
    assert!(rest.contains("--rename users.name:full_name"), "{rest}");
    project.assert_unchanged(&before);

    let mut session = ask();
    press(&mut session, "\r");
    let (rest, code) = ended(session);
    assert_eq!(code, 0, "{rest}");
    project.migrate(&["upgrade"]).success();
    assert_eq!(names(&project), ["Ada", "Grace"]);

    project.migrate(&["downgrade"]).success();
    project.restore(&before);
    let mut session = ask();
    press(&mut session, DOWN);
    press(&mut session, "\r");
    let (rest, code) = ended(session);
    assert_eq!(code, 0, "{rest}");
    assert!(rest.contains("destroys"), "{rest}");
    project.migrate(&["upgrade"]).success();
    assert_eq!(names(&project), ["NULL", "NULL"]);
}

#[test]
fn rows_are_destroyed_after_a_yes_only() {
    let project = project("terminal-confirm");
    let before = project.contents();
    let ask = || {
        let mut session = terminal(&project, &["downgrade", "base"]);
        session.exp_string("table users  2 rows").unwrap();
        session
            .exp_string("rows would be destroyed. Go on?")
            .unwrap();
        session
    };
    for answer in ["n", "\r"] {
        let mut session = ask();
        press(&mut session, answer);
        let (rest, code) = ended(session);
        assert_eq!(code, 3, "{rest}");
        assert!(rest.contains("stopped: nothing was changed"), "{rest}");
        project.assert_unchanged(&before);
    }
    interrupt(ask());
    project.assert_unchanged(&before);

    let mut session = ask();
    press(&mut session, "y");
    let (rest, code) = ended(session);
    assert_eq!(code, 0, "{rest}");
    assert!(rest.contains("Running downgrade first ->"), "{rest}");
    let tables = "SELECT name AS value FROM sqlite_schema WHERE name = 'users'";
    assert!(project.query("app.db", tables).is_empty());
    a_long_step_shows_a_clock(&project);
}

const SLOW: &str = "\
//! slow
use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new(\"second\")
    .revises(&[\"first\"])
    .upgrade(&[run(\"wait\", wait)])
    .downgrade(&[]);

fn wait(_: &mut RunConnection<'_>) -> RunResult {
    std::thread::sleep(std::time::Duration::from_millis(700));
    Ok(())
}
";

/// In a terminal, while it runs; nothing of it is left when it is done, or elsewhere.
fn a_long_step_shows_a_clock(project: &Project) {
    project.write("migrations/second_slow.rs", SLOW);
    project.write("migrations/HEAD", "second\n");
    let mut session = terminal(project, &["upgrade", "-vv"]);
    session.exp_string("CREATE TABLE \"users\"").unwrap();
    session
        .exp_regex(r"Running upgrade first -> second, slow \ds")
        .unwrap();
    let (rest, code) = ended(session);
    assert_eq!(code, 0, "{rest}");
    assert!(
        rest.contains("Running upgrade first -> second, slow ("),
        "{rest}"
    );

    project.migrate(&["downgrade", "--yes"]).success();
    let piped = project.migrate(&["upgrade"]).success().stderr();
    assert!(
        !piped.contains("slow 0s") && !piped.contains('\x1b'),
        "{piped}"
    );
    project.migrate(&["downgrade", "--yes"]).success();
    let (quiet, code) = ended(terminal(project, &["upgrade", "--quiet"]));
    assert_eq!((quiet.as_str(), code), ("", 0));
}
