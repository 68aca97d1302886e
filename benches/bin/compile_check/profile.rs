//! What one macro takes of a build, from the compiler's own profile.
//!
//! The profile is a feature of nightly, and a flag for all crates would build the dependencies again. So
//! cargo is told to start this very program in the compiler's place for the crate itself.

use crate::package::{Build, Package, run};
use analyzeme::ProfilingData;
use std::error::Error;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

/// Names the directory for profiles; set only for this program in the compiler's place.
const VARIABLE: &str = "MIGRATE_BENCHES_PROFILE";

/// Runs the compiler with a profile, if that is what this process is for.
pub(crate) fn as_wrapper() -> Option<io::Result<ExitCode>> {
    let directory = std::env::var_os(VARIABLE)?;
    let mut arguments = std::env::args_os().skip(1);
    let mut compiler = Command::new(arguments.next()?);
    let arguments: Vec<OsString> = arguments.collect();
    // Cargo asks the compiler what it is, too.
    if arguments.iter().any(|argument| argument == "generated") {
        let mut flag = OsString::from("-Zself-profile=");
        flag.push(directory);
        compiler
            .arg(flag)
            .arg("-Zself-profile-events=default,args")
            .env("RUSTC_BOOTSTRAP", "1");
    }
    let status = compiler.args(arguments).status();
    let code = status.map(|status| status.code().and_then(|code| u8::try_from(code).ok()));
    Some(code.map(|code| ExitCode::from(code.unwrap_or(1))))
}

/// How long the expansion of `schema!` took in a build of the package.
pub(crate) fn expansion(package: &Package<'_>) -> io::Result<Duration> {
    let directory = tempfile::tempdir()?;
    let mut cargo = package.cargo(Build::Cold, true);
    cargo
        .env("RUSTC_WORKSPACE_WRAPPER", std::env::current_exe()?)
        .env(VARIABLE, directory.path());
    package.touch()?;
    run(&mut cargo)?;
    let files = std::fs::read_dir(directory.path())?;
    let files = files.map(|entry| entry.map(|entry| entry.path()));
    let files: Vec<PathBuf> = files.collect::<io::Result<_>>()?;
    let [profile] = files.as_slice() else {
        return Err(io::Error::other(format!("one profile expected: {files:?}")));
    };
    read(profile).map_err(|error| io::Error::other(error.to_string()))
}

fn read(profile: &std::path::Path) -> Result<Duration, Box<dyn Error + Send + Sync>> {
    let profile = ProfilingData::new(profile)?;
    let time = profile.iter_full().filter_map(|event| {
        let of_schema = |argument: &str| argument.contains("schema!");
        let found = event.label == "expand_proc_macro"
            && (event.additional_data.iter()).any(|argument| of_schema(argument));
        found.then(|| event.duration())?
    });
    Ok(time.sum())
}
