//! What git says of a file, where there is git; nothing is changed and nothing fails.

use std::path::Path;
use std::process::{Command, Stdio};

/// The branch of others that has the file as well: the upstream of the current branch, else the main one of
/// `origin`.
pub(super) fn shared_by(file: &Path) -> Option<&'static str> {
    let name = file.file_name()?.to_str()?;
    let has = |branch: &&str| {
        Command::new("git")
            .arg("-C")
            .arg(file.parent().unwrap_or(file))
            .args(["cat-file", "-e", &format!("{branch}:./{name}")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    ["@{upstream}", "origin/HEAD"].into_iter().find(has)
}
