//! Finds the migration files: the only I/O of this crate.
//!
//! It lists one directory and reads none of its files: what a migration says is known to the compiler,
//! which compiles it as a module.

use proc_macro2::Span;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The migrations directory, as code in the file of the macro call has to spell it.
pub(crate) struct Directory {
    /// The directory relative to that file's own: `../migrations`.
    pub(crate) relative: String,
    /// The stems of the migration files, sorted.
    pub(crate) stems: Vec<String>,
}

/// Lists `directory`, which is relative to the package, for a macro call at `span`.
///
/// # Errors
/// A sentence for the user when the directory or its `HEAD` is missing or cannot be read.
pub(crate) fn directory(directory: &str, span: Span) -> Result<Directory, String> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .ok_or("`schema!` needs cargo: CARGO_MANIFEST_DIR is not set")?;
    let path = package.join(directory);
    let entries = fs::read_dir(&path).map_err(|error| {
        format!(
            "cannot list the migrations directory `{directory}` of this package: {error}\n\
             run: cargo migrate init"
        )
    })?;
    let mut stems = Vec::new();
    for entry in entries {
        let name = entry
            .map_err(|error| format!("cannot list `{directory}`: {error}"))?
            .file_name();
        let name = name.to_str().ok_or_else(|| {
            format!(
                "the file name {} in `{directory}` is not UTF-8",
                name.display()
            )
        })?;
        match name.strip_suffix(".rs") {
            // Hidden files are editors' and operating systems', not ours.
            Some(stem) if !stem.starts_with('.') => stems.push(stem.to_owned()),
            _ => {}
        }
    }
    if !path.join("HEAD").is_file() {
        return Err(format!(
            "`{directory}/HEAD` is missing; it names the head of the migrations and belongs in git\n\
             run: cargo migrate init"
        ));
    }
    stems.sort();
    let file = span.unwrap().local_file().ok_or(
        "`schema!` does not know the file it is in; call it in a source file of the crate",
    )?;
    let file = std::env::current_dir()
        .map_err(|error| format!("cannot tell the current directory: {error}"))?
        .join(file);
    let from = file.parent().unwrap_or(&package);
    Ok(Directory {
        relative: relative(from, &path),
        stems,
    })
}

/// The way from one directory to another, with `/` on every system.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to) = (normal(from), normal(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut parts = vec![".."; from.len() - shared];
    parts.extend(to[shared..].iter().map(String::as_str));
    parts.join("/")
}

/// The components of an absolute path, `.` and `..` resolved.
fn normal(path: &Path) -> Vec<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop();
            }
            other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_relative_and_short() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b/src", "/a/b/migrations"), "../migrations");
        assert_eq!(way("/a/b/src/x", "/a/b/db/up"), "../../db/up");
        assert_eq!(way("/a/./b/src", "/a/b/src/../m"), "../m");
        assert_eq!(way("/a b/src", "/a b/src/m"), "m");
    }
}
