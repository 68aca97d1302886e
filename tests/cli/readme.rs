//! The README's walk through the bookshop, as it is written there: its `console` blocks are typed, its `diff`
//! blocks are applied, its `text` blocks must be what the compiler says.
//!
//! A line of output in the README is a line that was printed, in that order; `...` stands for any number of
//! others. Ids and durations differ from day to day.

use std::fs;

use super::project::{Project, Ran, repository};

/// Where the walk ends.
const END: &str = "## In your own crate";

enum Block {
    Console(Vec<Typed>),
    Diff(Vec<String>),
    Text(Vec<String>),
}

/// A command, and what the README shows of its output.
struct Typed {
    line: String,
    shown: Vec<String>,
}

fn blocks(readme: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```").filter(|rest| !rest.is_empty()) else {
            continue;
        };
        let body = lines.by_ref().take_while(|line| !line.starts_with("```"));
        let body: Vec<String> = body.map(str::to_owned).collect();
        blocks.push(match language {
            "console" => Block::Console(typed(&body)),
            "diff" => Block::Diff(body),
            "text" => Block::Text(body),
            other => panic!("what is to be done with a block of {other}?"),
        });
    }
    blocks
}

fn typed(body: &[String]) -> Vec<Typed> {
    let mut commands: Vec<Typed> = Vec::new();
    for line in body {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push(Typed {
                line: command.split("  #").next().unwrap().trim().to_owned(),
                shown: Vec::new(),
            }),
            (None, Some(last)) => last.shown.push(line.clone()),
            (None, None) => panic!("output of nothing: {line}"),
        }
    }
    commands
}

/// The bookshop, in a place of its own, on the runtime of the repository.
fn bookshop() -> Project {
    let project = Project::empty();
    let from = repository().join("examples/bookshop");
    for path in ["Cargo.toml", "Cargo.lock", ".env", "migrations/HEAD"] {
        project.write(path, &fs::read_to_string(from.join(path)).unwrap());
    }
    for path in ["lib.rs", "main.rs", "models.rs", "bin/bookshop-migrate.rs"] {
        let path = format!("src/{path}");
        project.write(&path, &fs::read_to_string(from.join(&path)).unwrap());
    }
    let runtime = repository().join("migrate-runtime").display().to_string();
    let manifest = project.read("Cargo.toml");
    let manifest = manifest
        .replace("../../migrate-runtime", &runtime.replace('\\', "/"))
        // What is built here is not what is built there.
        .replace("[profile.dev]\ndebug = \"line-tables-only\"\n", "");
    project.write("Cargo.toml", &manifest);
    project
}

/// Runs a line of the README; `None` for one that is run elsewhere.
fn run(project: &Project, line: &str) -> Option<Ran> {
    let words = words(line);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        // That is us.
        ["cargo", "test", "--workspace"] => return None,
        ["cargo", "migrate", arguments @ ..] => project.migrate(arguments),
        ["cargo", "bookshop"] => project.cargo(&["run", "--quiet", "--bin", "bookshop"]),
        other => panic!("the README types {other:?}"),
    })
}

/// The words of a command line; quotes hold them together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// What differs from day to day.
fn settled(line: &str) -> String {
    let mut settled = String::new();
    let mut digits = String::new();
    for character in line.trim_end().chars().chain(['\n']) {
        if character.is_ascii_digit() || character == '_' && digits.len() == 8 {
            digits.push(character);
            continue;
        }
        let is_id = digits.len() == 15;
        let is_time = settled.ends_with('(') && character == ' ' && !digits.is_empty();
        settled.push_str(if is_id || is_time { "N" } else { &digits });
        digits.clear();
        settled.push(character);
    }
    settled.trim_end().to_owned()
}

/// Whether the lines were printed in that order; `...` stands for any others.
fn is_shown(shown: &[String], printed: &str) -> Result<(), String> {
    let mut rest = printed.lines().map(settled).filter(|line| !line.is_empty());
    let mut anywhere = false;
    // The README is walked in a clone, this in a copy of the bookshop.
    let here = |line: &String| settled(&line.replace("examples/bookshop/", ""));
    for line in shown.iter().map(here) {
        if line.trim() == "..." {
            anywhere = true;
            continue;
        }
        if line.is_empty() {
            continue;
        }
        let found = if anywhere {
            rest.any(|printed| printed == line)
        } else {
            rest.next().as_ref() == Some(&line)
        };
        if !found {
            return Err(line);
        }
        anywhere = false;
    }
    match rest.next() {
        Some(more) if !anywhere && !shown.is_empty() => Err(format!("(the end), not: {more}")),
        _ => Ok(()),
    }
}

/// Applies the changed lines of a diff to the models.
fn apply(project: &Project, diff: &[String]) {
    let side = |keep: char| -> String {
        let lines = diff.iter().filter(|line| line.starts_with([' ', keep]));
        lines.map(|line| line[1..].to_owned() + "\n").collect()
    };
    let models = project.read("src/models.rs");
    let (before, after) = (side('-'), side('+'));
    assert_eq!(
        models.matches(&before).count(),
        1,
        "not in the models:\n{before}"
    );
    project.write("src/models.rs", &models.replacen(&before, &after, 1));
}

#[test]
fn what_the_readme_shows_is_what_happens() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let walk = readme.split(END).next().unwrap();
    let project = bookshop();
    let mut commands = 0;
    for block in blocks(walk) {
        match block {
            Block::Diff(diff) => apply(&project, &diff),
            Block::Text(shown) => {
                let compiled = project.cargo(&["check", "--quiet"]);
                let told = is_shown(&shown, &compiled.stderr());
                assert!(told.is_ok(), "missing: {told:?}\n{}", compiled.transcript());
            }
            Block::Console(typed) => {
                for Typed { line, shown } in typed {
                    let Some(ran) = run(&project, &line) else {
                        continue;
                    };
                    commands += 1;
                    let refused = shown.iter().any(|line| line.starts_with("error: "));
                    assert_eq!(ran.code() != 0, refused, "{line}\n{}", ran.transcript());
                    let printed = ran.stdout() + &ran.stderr();
                    let told = is_shown(&shown, &printed);
                    assert!(
                        told.is_ok(),
                        "{line}\nmissing: {told:?}\n{}",
                        ran.transcript()
                    );
                }
            }
        }
    }
    assert!(commands > 12, "the walk has only {commands} commands");
}
