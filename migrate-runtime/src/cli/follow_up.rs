//! What has to happen once a new file is compiled in: the binary that wrote it does not have it yet.
//!
//! `cargo-migrate` names a file in an environment variable; a command that needs more than one build
//! leaves a note there, and `cargo-migrate` builds again and obeys. A binary that runs on its own has
//! nobody to leave a note for, and tells the user what to type.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde_json::{Value, json};

use super::args::{Format, GlobalArgs};

/// The file for the note.
pub const FOLLOW_UP: &str = "CARGO_MIGRATE_FOLLOW_UP";

/// What is left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FollowUp {
    /// Record a revision that describes what is there.
    Stamp {
        /// The revision.
        revision: String,
    },
    /// Apply a revision that was written anew; if that fails, the old one again.
    Upgrade {
        /// The revision.
        revision: String,
        /// Its file, now.
        path: PathBuf,
        /// The revisions behind it that are new, with their files.
        further: Vec<(String, PathBuf)>,
        /// What was below it: an id, or `base`.
        below: String,
        /// The file that it replaced.
        old_path: PathBuf,
        /// The text of that.
        old_text: String,
    },
}

impl FollowUp {
    /// Leaves the note; `false` where nobody will read it.
    pub fn leave(&self) -> io::Result<bool> {
        let Some(path) = env::var_os(FOLLOW_UP).filter(|path| !path.is_empty()) else {
            return Ok(false);
        };
        let note = match self {
            Self::Stamp { revision } => json!({ "stamp": revision }),
            Self::Upgrade {
                revision,
                path,
                further,
                below,
                old_path,
                old_text,
            } => json!({
                "upgrade": revision,
                "path": path,
                "further": further,
                "below": below,
                "old_path": old_path,
                "old_text": old_text,
            }),
        };
        fs::write(path, note.to_string())?;
        Ok(true)
    }

    /// Reads the note, if one was left.
    pub fn read(path: &Path) -> Option<Self> {
        let note: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let text = |key: &str| note[key].as_str().map(str::to_owned);
        if let Some(revision) = text("stamp") {
            return Some(Self::Stamp { revision });
        }
        Some(Self::Upgrade {
            revision: text("upgrade")?,
            path: text("path")?.into(),
            further: serde_json::from_value(note["further"].clone()).ok()?,
            below: text("below")?,
            old_path: text("old_path")?.into(),
            old_text: text("old_text")?,
        })
    }

    /// The command line that does it, without the program's name.
    pub fn arguments(&self, global: &GlobalArgs) -> Vec<String> {
        let (command, revision) = match self {
            Self::Stamp { revision } => ("stamp", revision),
            Self::Upgrade {
                revision, further, ..
            } => match further.last() {
                Some((last, _)) => ("upgrade", last),
                None => ("upgrade", revision),
            },
        };
        with_global(&[command, revision], global)
    }

    /// The command line that takes back what may have been done before it failed: of several revisions the
    /// first may be applied.
    pub fn take_back(&self, global: &GlobalArgs) -> Option<Vec<String>> {
        match self {
            Self::Upgrade {
                revision,
                further,
                below,
                ..
            } if !further.is_empty() => {
                let target = format!("{revision}@{below}");
                Some(with_global(&["downgrade", &target, "--yes"], global))
            }
            _ => None,
        }
    }

    /// The command line that applies the old file again.
    pub fn again(&self, global: &GlobalArgs) -> Vec<String> {
        let (Self::Stamp { revision } | Self::Upgrade { revision, .. }) = self;
        with_global(&["upgrade", revision], global)
    }
}

/// What was asked for globally goes on.
fn with_global(command: &[&str], global: &GlobalArgs) -> Vec<String> {
    let GlobalArgs {
        database_url,
        lock_timeout,
        statement_timeout,
        format,
        quiet,
        verbose,
        color: _,
        package: _,
        manifest_path: _,
        features: _,
        migrations_dir,
        // The tool has said which one.
        database: _,
        all: _,
    } = global;
    let mut arguments: Vec<String> = command.iter().map(|&word| word.to_owned()).collect();
    if let Some(url) = database_url {
        arguments.extend(["--database-url".to_owned(), url.clone()]);
    }
    for dir in migrations_dir {
        arguments.extend(["--migrations-dir".to_owned(), dir.display().to_string()]);
    }
    arguments.push(format!("--lock-timeout={lock_timeout}"));
    if let Some(seconds) = statement_timeout {
        arguments.push(format!("--statement-timeout={seconds}"));
    }
    match format {
        Format::Json => arguments.push("--format=json".to_owned()),
        Format::Text => {}
    }
    if *quiet {
        arguments.push("--quiet".to_owned());
    }
    arguments.extend((0..*verbose).map(|_| "-v".to_owned()));
    arguments
}
