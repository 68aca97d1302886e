//! What the compiler says of chains and of models that differ from them: crates checked with cargo in one
//! run, since `schema!` lists a directory of the package, which trybuild's projects lack.
//!
//! A file in `chains/<topic>` is a crate, its cases are modules with a migrations directory each. A case
//! begins after a line `//= name`; its files after lines `//- path`. Files before the first case are
//! there in every case that does not have its own. `models.rs` is the module; in it, `"DIR"` is the name
//! of the directory of migrations.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What some of the cases are about is wrong on this database only.
const FEATURES: &[&str] = &["postgres"];

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Beside the target directory of this very test, so that cleaning cleans this too.
pub(crate) fn target() -> PathBuf {
    let exe = std::env::current_exe().unwrap();
    let debug = exe.ancestors().nth(2).unwrap();
    debug.parent().unwrap().join("chains")
}

/// The manifest of a crate; `rest` follows its dependency on the runtime, which has these features.
pub(crate) fn manifest(name: &str, features: &[&str], rest: &str) -> String {
    let runtime = here().parent().unwrap().join("migrate-runtime");
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [features]\nmigrate = []\nblog = []\n\n[dependencies]\n\
         migrate-runtime = {{ path = {:?}, features = {features:?} }}\n{rest}",
        runtime.to_str().unwrap()
    )
}

pub(crate) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub(crate) fn lock(root: &Path) {
    let lock = here().parent().unwrap().join("Cargo.lock");
    fs::copy(lock, root.join("Cargo.lock")).unwrap();
}

/// Runs cargo; what it and the compiler said comes as JSON, one object a line.
pub(crate) fn cargo(root: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--quiet", "--offline", "--message-format=json"])
        .env_remove("CARGO_MIGRATE")
        .env("CARGO_TARGET_DIR", target())
        .env("RUSTFLAGS", "")
        .envs(variables.iter().copied())
        .current_dir(root)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = (said.lines().map(serde_json::from_str))
        .collect::<Result<_, _>>()
        .unwrap();
    let finished = lines.iter().any(|line| line["reason"] == "build-finished");
    assert!(finished, "{}", String::from_utf8_lossy(&output.stderr));
    lines
}

/// The messages of the compiler: the crate, the file, the text.
fn messages(lines: &[Value]) -> Vec<(String, String, String)> {
    (lines.iter())
        .filter(|line| line["reason"] == "compiler-message")
        .filter(|line| line["message"]["level"] != "failure-note")
        .filter_map(|line| {
            let message = &line["message"];
            let spans = message["spans"].as_array()?;
            let primary = spans.iter().find(|span| span["is_primary"] == true);
            let file = primary.map_or("", |span| span["file_name"].as_str().unwrap());
            let text = message["rendered"].as_str()?.trim_end();
            let text = text.replace('\\', "/");
            // A count at the end, which says nothing.
            let counts = text.starts_with("error: aborting") || text.ends_with("emitted");
            // How many of these rustc adds depends on how it compiles: incrementally or not.
            let repeats = text.starts_with("note: erroneous constant encountered");
            let name = line["target"]["name"].as_str()?.to_owned();
            (!counts && !repeats).then_some((name, file.replace('\\', "/"), text))
        })
        .collect()
}

type Files<'a> = BTreeMap<&'a str, String>;

/// The sections of a text, by the path after `//- `.
fn sections(text: &str) -> Files<'_> {
    (text.split("//- ").skip(1))
        .map(|section| {
            let (path, body) = section.split_once('\n').unwrap();
            (path.trim(), body.trim_end().to_owned() + "\n")
        })
        .collect()
}

/// The cases of a file, in order.
fn cases(text: &str) -> Vec<(&str, Files<'_>)> {
    let mut parts = text.split("//= ");
    let base = sections(parts.next().unwrap());
    parts
        .map(|part| {
            let (name, body) = part.split_once('\n').unwrap();
            let mut files = base.clone();
            files.extend(sections(body));
            files.retain(|_, body| body.trim() != "(none)");
            (name.trim(), files)
        })
        .collect()
}

/// Writes a crate of the workspace; returns the names of its cases.
fn write_crate(root: &Path, name: &str, text: &str) -> Vec<String> {
    let member = root.join(name);
    write(&member.join("Cargo.toml"), &manifest(name, FEATURES, ""));
    let cases = cases(text);
    let mut library = "#![allow(missing_docs)]\n".to_owned();
    for (case, files) in &cases {
        library += "pub mod ";
        library += case;
        library += ";\n";
        for (path, body) in files {
            let path = match *path {
                "models.rs" => member.join("src").join(format!("{case}.rs")),
                path => member.join(case).join(path),
            };
            write(&path, &body.replace("DIR", case));
        }
    }
    write(&member.join("src/lib.rs"), &library);
    cases.iter().map(|(case, _)| (*case).to_owned()).collect()
}

/// The case files: topic, name, text.
fn files() -> Vec<(String, String, String)> {
    let mut files = Vec::new();
    for topic in fs::read_dir(here().join("chains")).unwrap() {
        let topic = topic.unwrap().path();
        for entry in fs::read_dir(&topic).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "txt") {
                let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
                let text = fs::read_to_string(&path).unwrap();
                files.push((name(&topic), name(&path), text));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn chains() {
    let root = target().join("cases");
    drop(fs::remove_dir_all(&root));
    let files = files();
    let mut members = Vec::new();
    let mut all_cases = Vec::new();
    for (topic, name, text) in &files {
        let member = format!("{topic}-{name}");
        all_cases.push(write_crate(&root, &member, text));
        members.push(member);
    }
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    write(&root.join("Cargo.toml"), &workspace);
    lock(&root);
    let said = cargo(&root, &["check", "--workspace", "--keep-going"], &[]);
    let said = messages(&said);
    assert_quiet(&root);
    for (((topic, name, _), member), cases) in files.iter().zip(&members).zip(&all_cases) {
        let said: Vec<_> = (said.iter())
            .filter(|(krate, ..)| *krate == member.replace('-', "_"))
            .filter(|(_, _, text)| !is_beside(topic, text))
            .collect();
        let report = report(member, cases, &said);
        if topic == "passes" {
            assert_eq!(report, "", "{member} compiles without a word");
            continue;
        }
        assert_on_topic(topic, &report);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(here().join("chains").join(topic));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name.as_str(), report));
    }
}

/// That the models of these topics are not what their chains lead to is true, and not what they are about.
fn is_beside(topic: &str, text: &str) -> bool {
    ["downgrade", "operations", "transactions"].contains(&topic)
        && text.contains("migrations differ:")
}

/// A chain that is broken by accident hides what a case of these topics is about.
fn assert_on_topic(topic: &str, report: &str) {
    let word = match topic {
        "differences" => "differ:",
        "downgrade" => "downgrade",
        _ => return,
    };
    for message in report.split("error[").skip(1) {
        assert!(message.contains(word), "not about {topic}:\n{message}");
    }
}

/// What compiles is quiet under strict lints too, and with other features.
fn assert_quiet(root: &Path) {
    let runs: [&[&str]; 2] = [
        &["clippy", "-p", "passes-strict_lints"],
        &["check", "-p", "passes-conditions", "--features", "blog"],
    ];
    for run in runs {
        let mut said = messages(&cargo(root, run, &[]));
        said.retain(|(krate, ..)| krate.starts_with("passes"));
        assert_eq!(said, [], "{run:?}");
    }
}

/// What was said of each case, in their order. Every case of a crate with messages has some.
fn report(member: &str, cases: &[String], said: &[&(String, String, String)]) -> String {
    let mut report = String::new();
    let mut reported = 0;
    for case in cases {
        let is_of_case = |file: &str| {
            file == format!("{member}/src/{case}.rs") || file.contains(&format!("/{case}/"))
        };
        let of_case: Vec<&str> = (said.iter())
            .filter(|(_, file, _)| is_of_case(file))
            .map(|(_, _, text)| text.as_str())
            .collect();
        if said.is_empty() {
            continue;
        }
        assert!(!of_case.is_empty(), "{member}: {case} compiles\n{said:#?}");
        reported += of_case.len();
        let text = of_case.join("\n\n").replace(&format!("{member}/"), "");
        for part in ["//= ", case, "\n", &text, "\n\n"] {
            report.push_str(part);
        }
    }
    assert_eq!(reported, said.len(), "{member}: {said:#?}");
    report
}
