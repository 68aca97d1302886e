//! `completions` and `man`: the grammar of the command line in, what shells and `man` read out.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap_complete::Shell as Script;
use clap_mangen::Man;
use migrate_runtime::Error;
use migrate_runtime::cli::args::{Command, ManArgs, Shell, grammar};
use migrate_runtime::cli::ui::Ui;

use crate::error::ToolError;

/// The program that a shell completes and that the pages are about.
const PROGRAM: &str = "cargo-migrate";

/// Runs the command, if it is one of these.
pub(crate) fn run(command: &Command, cwd: &Path, ui: Ui) -> Option<Result<ExitCode, Error>> {
    match command {
        Command::Completions(arguments) => {
            ui.data(completions(arguments.shell).trim_end());
            Some(Ok(ExitCode::SUCCESS))
        }
        Command::Man(ManArgs { dir: None }) => {
            ui.data(page(tool()).trim_end());
            Some(Ok(ExitCode::SUCCESS))
        }
        Command::Man(ManArgs { dir: Some(dir) }) => Some(write_pages(&cwd.join(dir), ui)),
        _ => None,
    }
}

fn tool() -> clap::Command {
    grammar(PROGRAM).name(PROGRAM)
}

fn completions(shell: Shell) -> String {
    let script = match shell {
        Shell::Bash => Script::Bash,
        Shell::Elvish => Script::Elvish,
        Shell::Fish => Script::Fish,
        Shell::PowerShell => Script::PowerShell,
        Shell::Zsh => Script::Zsh,
    };
    let mut text = Vec::new();
    clap_complete::generate(script, &mut tool(), PROGRAM, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

fn page(command: clap::Command) -> String {
    let mut text = Vec::new();
    // Memory takes everything.
    let _ = Man::new(command).render(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// A page of the tool and one of each command. One that cannot be written ends it.
fn write_pages(dir: &Path, ui: Ui) -> Result<ExitCode, Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| ToolError::Write { path, error }
    };
    fs::create_dir_all(dir).map_err(failed(dir))?;
    let mut tool = tool();
    tool.build();
    let commands: Vec<clap::Command> = tool.get_subcommands().cloned().collect();
    for command in std::iter::once(tool).chain(commands) {
        let name = match command.get_name() {
            PROGRAM => PROGRAM.to_owned(),
            name => format!("{PROGRAM}-{name}"),
        };
        let path = dir.join(format!("{name}.1"));
        // What the page is called, and what is typed: `cargo-migrate-upgrade`, `cargo-migrate upgrade`.
        let command = command.display_name(name);
        fs::write(&path, page(command)).map_err(failed(&path))?;
    }
    ui.status(
        "written",
        &format!("pages of section 1 in {}", dir.display()),
    );
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    fn commands() -> Vec<String> {
        let tool = tool();
        let names = tool.get_subcommands().map(|it| it.get_name().to_owned());
        names.collect()
    }

    #[test]
    fn each_shell_completes_each_command() {
        for shell in Shell::value_variants() {
            let script = completions(*shell);
            for command in commands() {
                assert!(
                    script.contains(&command),
                    "{shell:?} does not know {command}"
                );
            }
        }
    }

    #[test]
    fn the_page_names_each_command_and_each_has_one() {
        let dir = tempfile::tempdir().unwrap();
        write_pages(dir.path(), Ui::plain()).unwrap();
        let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
        let page = read("cargo-migrate.1").replace('\\', "");
        for command in commands() {
            let name = format!("cargo-migrate-{command}");
            assert!(
                page.contains(&format!("{name}(1)")),
                "{name} is not in:\n{page}"
            );
            let own = read(&format!("{name}.1")).replace('\\', "");
            assert!(own.contains(&format!(".TH {name} 1")), "{own}");
            assert!(own.contains(&format!("cargo-migrate {command}")), "{own}");
        }
    }
}
