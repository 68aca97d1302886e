//! Finds the migration files: the only I/O of this crate.
//!
//! It lists one directory and reads of each file the `//!` lines at its top, of which the first is the
//! migration's message. What the migration does is known to the compiler, which compiles it as a module.

use proc_macro2::Span;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

/// The migrations directory, as code in the file of the macro call has to spell it.
pub(crate) struct Directory {
    /// The directory relative to that file's own: `../migrations`.
    pub(crate) relative: String,
    /// The stems of the migration files, sorted.
    pub(crate) stems: Vec<String>,
    /// What each of them is about, in its own words; empty where it does not say.
    pub(crate) messages: Vec<String>,
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
    let mut file = path.join("HEAD");
    let messages = stems
        .iter()
        .map(|stem| {
            file.set_file_name(stem);
            // Not by `set_extension`, since a stem may have a dot.
            file.as_mut_os_string().push(".rs");
            message(&file)
        })
        .collect();
    let from = directory_of(span, &package)?;
    Ok(Directory {
        relative: relative(&from, &path),
        stems,
        messages,
    })
}

/// The directory of the file that the macro is called in. rust-analyzer does not tell it: there, the
/// directory of `lib.rs`, where the call mostly is.
fn directory_of(span: Span, package: &Path) -> Result<PathBuf, String> {
    let Some(file) = span.unwrap().local_file() else {
        return Ok(package.join("src"));
    };
    let file = std::env::current_dir()
        .map_err(|error| format!("cannot tell the current directory: {error}"))?
        .join(file);
    Ok(file.parent().unwrap_or(package).to_owned())
}

/// The first line of a file's documentation. A file that cannot be read is the compiler's to complain of.
///
/// One read is enough for it as a rule. There may be thousands of files, in a macro that is not optimized.
fn message(path: &Path) -> String {
    let mut start = [0; 512];
    let Ok(length) = File::open(path).and_then(|mut file| file.read(&mut start)) else {
        return String::new();
    };
    let text = String::from_utf8_lossy(&start[..length]);
    let whole = length < start.len();
    match title(&text) {
        Some((title, rest)) if whole || !rest.is_empty() => title.to_owned(),
        None if whole => String::new(),
        _ => fs::read_to_string(path)
            .ok()
            .and_then(|text| Some(title(&text)?.0.to_owned()))
            .unwrap_or_default(),
    }
}

/// The first line that says something, of the documentation that a text begins with, and what follows it.
fn title(text: &str) -> Option<(&str, &str)> {
    let mut rest = text;
    while let Some(documented) = rest.strip_prefix("//!") {
        let (line, behind) = match documented.find('\n') {
            Some(end) => documented.split_at(end + 1),
            None => (documented, ""),
        };
        rest = behind;
        let line = line.trim();
        if !line.is_empty() {
            // The ids are a paragraph of their own, after the message.
            return (!line.starts_with("Revision:")).then_some((line, rest));
        }
    }
    None
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
    fn the_message_is_the_first_line_of_the_documentation() {
        let title = |text| title(text).map(|(title, _)| title);
        assert_eq!(
            title("//! add bio: \"ü\"\n//!\n//! Revision: 1\nuse x;"),
            Some("add bio: \"ü\"")
        );
        assert_eq!(title("//!\r\n//!   spaces  \r\n"), Some("spaces"));
        assert_eq!(title("//! Revision: 1\n//! Revises: nothing\n"), None);
        assert_eq!(title("use x;\n//! too late\n"), None);
        assert_eq!(title(""), None);
    }

    #[test]
    fn a_message_may_be_longer_than_one_read() {
        let path = std::env::temp_dir().join(format!("migrate-message-{}.rs", std::process::id()));
        for length in [1, 500, 507, 508, 509, 510, 2_000] {
            let long = "ü".repeat(length);
            fs::write(&path, format!("//! {long}\n//!\n//! Revision: 1\n")).unwrap();
            assert_eq!(message(&path), long);
            fs::write(&path, format!("//!{}\n//! {long}", " ".repeat(length))).unwrap();
            assert_eq!(message(&path), long);
        }
        fs::remove_file(&path).unwrap();
        assert_eq!(message(&path), "");
    }

    #[test]
    fn the_way_is_relative_and_short() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b/src", "/a/b/migrations"), "../migrations");
        assert_eq!(way("/a/b/src/x", "/a/b/db/up"), "../../db/up");
        assert_eq!(way("/a/./b/src", "/a/b/src/../m"), "../m");
        assert_eq!(way("/a b/src", "/a b/src/m"), "m");
    }
}
