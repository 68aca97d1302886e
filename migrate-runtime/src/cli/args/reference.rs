//! `docs/commands.md`: its hand-written first half is kept, the reference of every command beneath is what
//! the grammar says.

use std::fmt::Write as _;
use std::path::Path;

use clap::{Arg, Command};

use super::grammar;

const FROM_HERE: &str = "<!-- From here on the grammar has written it; a test says how. -->\n";

fn reference() -> String {
    let mut command = grammar("cargo migrate").term_width(100);
    command.build();
    let mut text = String::from("\n## Options of every command\n\n");
    table(
        &mut text,
        command.get_arguments().filter(|it| it.is_global_set()),
    );
    for subcommand in command.get_subcommands() {
        section(&mut text, subcommand);
    }
    text
}

fn section(text: &mut String, command: &Command) {
    let about = command.get_about().map(ToString::to_string);
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").trim();
    let _ = write!(
        text,
        "\n## {}\n\n{}.\n\n```text\n{usage}\n```\n",
        command.get_name(),
        about.unwrap_or_default()
    );
    let own: Vec<&Arg> = (command.get_arguments())
        .filter(|argument| {
            !argument.is_global_set() && !matches!(argument.get_id().as_str(), "help" | "version")
        })
        .collect();
    if !own.is_empty() {
        text.push('\n');
        table(text, own.into_iter());
    }
    if let Some(after) = command.get_after_help() {
        let after = after.to_string();
        let (prose, examples) = after.split_once("Examples:\n").unwrap_or((&after, ""));
        if !prose.trim().is_empty() {
            let _ = write!(text, "\n{}\n", prose.trim());
        }
        let examples: Vec<&str> = (examples.lines())
            .map(|line| line.strip_prefix("  ").unwrap_or(line))
            .collect();
        if !examples.is_empty() {
            let _ = write!(text, "\n```text\n{}\n```\n", examples.join("\n"));
        }
    }
}

fn table<'a>(text: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    text.push_str("| | |\n|---|---|\n");
    for argument in arguments {
        let _ = writeln!(text, "| {} | {} |", spelling(argument), meaning(argument));
    }
}

/// `` `-m`, `--message TEXT` ``
fn spelling(argument: &Arg) -> String {
    let takes = argument.get_action().takes_values();
    let names = argument.get_value_names().unwrap_or_default();
    let value = if takes {
        names.join(" ")
    } else {
        String::new()
    };
    let Some(long) = argument.get_long() else {
        return format!("`{value}`");
    };
    let short = argument.get_short().map(|short| format!("`-{short}`, "));
    let long = format!("--{long} {value}");
    format!("{}`{}`", short.unwrap_or_default(), long.trim_end())
}

/// `` How to print results: `text` (for people), `json` (for programs); default `text` ``
fn meaning(argument: &Arg) -> String {
    let help = argument.get_long_help().or_else(|| argument.get_help());
    let mut text = help.map(ToString::to_string).unwrap_or_default();
    if argument.get_action().takes_values() {
        let values: Vec<String> = (argument.get_possible_values().iter())
            .filter_map(|value| {
                let help = value.get_help()?.to_string();
                Some(format!("`{}` ({})", value.get_name(), lower(&help)))
            })
            .collect();
        if !values.is_empty() {
            let _ = write!(text, ": {}", values.join(", "));
        }
        if let [default] = argument.get_default_values() {
            let _ = write!(text, "; default `{}`", default.to_string_lossy());
        }
    }
    text.replace('|', "\\|").replace('\n', " ")
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[test]
fn the_page_says_what_the_grammar_says() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/commands.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let (by_hand, written) = text.split_once(FROM_HERE).unwrap();
    let reference = reference();
    if std::env::var_os("MIGRATE_WRITE_DOCS").is_some() {
        let text = format!("{by_hand}{FROM_HERE}{reference}");
        std::fs::write(&page, text).unwrap();
        return;
    }
    assert_eq!(
        written, reference,
        "write it again: MIGRATE_WRITE_DOCS=1 cargo test -p migrate-runtime --features cli the_page_says"
    );
}

/// Every `cargo migrate …` that a page shows is one that the grammar reads.
#[test]
fn what_the_pages_show_can_be_typed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut pages = vec![root.join("README.md"), root.join("README.es.md")];
    let entries = std::fs::read_dir(root.join("docs")).unwrap();
    pages.extend(entries.map(|entry| entry.unwrap().path()));
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    let mut read = 0;
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for line in shown(&text) {
            read += 1;
            let parsed = super::Cli::parse_as("cargo migrate", words(&line));
            let is_help = |error: &clap::Error| !error.use_stderr();
            assert!(
                parsed.as_ref().err().is_none_or(is_help),
                "{}: cargo migrate {line}\n{}",
                page.display(),
                parsed.unwrap_err()
            );
        }
    }
    assert!(read > 60, "only {read} commands");
}

/// Every `cargo migrate …` in a string of the sources, hints above all, is a command with its own flags.
#[test]
fn what_hints_say_can_be_typed() {
    let mut command = grammar("cargo migrate");
    command.build();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut directories = vec![
        root.join("migrate-runtime/src"),
        root.join("migrate-cli/src"),
    ];
    let (mut read, mut wrong) = (0, Vec::new());
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().filter(|line| !line.trim().starts_with("//"));
            for said in lines.flat_map(|line| line.split("cargo migrate ").skip(1)) {
                if let Some(known) = is_known(&command, said) {
                    read += 1;
                    if !known {
                        wrong.push(format!("{}: cargo migrate {said}", path.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 60, "only {read} commands");
}

/// Whether a text begins with a command and flags of its own; `None` if with no lower-case word. Prose may
/// follow.
fn is_known(grammar: &Command, said: &str) -> Option<bool> {
    let text = said.split(['"', '`', '\\', ')', ',', ';']).next()?;
    let mut words = text.split_whitespace();
    let first = words.next()?;
    // A sentence about the tool.
    if first == "cannot" || !first.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        return None;
    }
    let Some(of) = grammar.find_subcommand(first) else {
        return Some(false);
    };
    let flags = words.take_while(|word| *word != "--");
    let is_flag = |word: &str| {
        let name = word
            .strip_prefix("--")
            .and_then(|word| word.split('=').next());
        name.is_none_or(|name| {
            of.get_arguments().any(|it| {
                it.get_long() == Some(name)
                    || it.get_all_aliases().is_some_and(|all| all.contains(&name))
            })
        })
    };
    Some(flags.into_iter().all(is_flag))
}

/// The commands in code spans and at the beginning of lines, without `cargo migrate`.
fn shown(page: &str) -> Vec<String> {
    let spans = page.split("`cargo migrate ").skip(1);
    let spans = spans.filter_map(|rest| rest.split_once('`'));
    let mut found: Vec<String> = spans.map(|(span, _)| span.to_owned()).collect();
    for line in page.lines() {
        let line = line.strip_prefix("$ ").unwrap_or(line);
        if let Some(line) = line.strip_prefix("cargo migrate ") {
            // What stands far to the right, or behind a `#`, explains it.
            let line = line.split(" #").next().unwrap_or_default();
            let line = line.split("  ").next().unwrap_or_default();
            found.push(line.trim_end().to_owned());
        }
    }
    for line in &mut found {
        line.truncate(line.find(" > ").unwrap_or(line.len()));
    }
    // A usage line is none.
    found.retain(|line| !line.contains(['[', '<', '…']) && line != "COMMAND");
    found
}

/// The words of a line, as a shell makes them.
fn words(line: &str) -> Vec<std::ffi::OsString> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            (None, ' ') => words.push(String::new()),
            (_, letter) => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words.into_iter().map(Into::into).collect()
}
