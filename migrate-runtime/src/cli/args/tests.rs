//! How command lines are read.

use std::ffi::OsString;

use clap::CommandFactory;

use super::{Cli, Command};

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::parse_as("cargo migrate", line.split_whitespace().map(OsString::from))
}

#[test]
fn the_grammar_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn relative_targets_are_values_not_options() {
    for (line, expected) in [
        ("downgrade -1", "-1"),
        ("downgrade -12 --yes", "-12"),
        ("downgrade", "-1"),
        ("upgrade +2", "+2"),
        ("upgrade", "head"),
        ("show -1", "-1"),
        ("show", "head"),
    ] {
        let target = match parse(line).unwrap().command {
            Command::Downgrade(arguments) => arguments.target,
            Command::Upgrade(arguments) => arguments.target,
            Command::Show(arguments) => arguments.revision,
            other => panic!("{line} was read as {other:?}"),
        };
        assert_eq!(target, expected, "{line}");
    }
}

#[test]
fn options_after_a_target_are_options() {
    let Command::Downgrade(arguments) = parse("downgrade -1 --yes --backup").unwrap().command
    else {
        panic!("another command");
    };
    assert!(arguments.yes && arguments.backup);
    let Command::Show(arguments) = parse("show -v").unwrap().command else {
        panic!("another command");
    };
    assert_eq!(arguments.revision, "head");
}

#[test]
fn globals_stand_before_and_after_the_command() {
    for line in ["-vv -p core current", "current -v -v --package core"] {
        let cli = parse(line).unwrap();
        assert_eq!(cli.global.verbose, 2, "{line}");
        assert_eq!(cli.global.package.as_deref(), Some("core"), "{line}");
    }
}

#[test]
fn a_revision_without_models_needs_no_build() {
    assert!(parse("revision -m x").unwrap().command.is_static());
    assert!(
        !parse("revision --autogenerate")
            .unwrap()
            .command
            .is_static()
    );
    for line in ["--from-chain", "--from-chain --autogenerate"] {
        let cli = parse(&format!("revision {line}")).unwrap();
        assert!(!cli.command.is_static(), "{line}");
    }
}
