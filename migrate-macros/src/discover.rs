//! Finds the migration files: the only I/O of this crate.
//!
//! It lists the directories and reads of each file the `//!` lines at its top, of which the first is the
//! migration's message. What the migration does is known to the compiler, which compiles it as a module.

use proc_macro2::Span;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use syn::LitStr;

/// The migrations, as code in the file of the macro call has to spell them.
pub(crate) struct Found {
    /// HEAD: `../migrations/HEAD`.
    pub(crate) head: String,
    /// The stems of the migration files, sorted.
    pub(crate) stems: Vec<String>,
    /// Their paths, seen from that file.
    pub(crate) files: Vec<String>,
    /// What each of them is about, in its own words; empty where it does not say.
    pub(crate) messages: Vec<String>,
}

/// Lists directories, which are relative to the package, for a macro call at `span`. Those below one that ends in
/// `/**` are meant, too. The tool makes a further directory with its first file.
///
/// # Errors
/// A sentence for the user when a directory or HEAD in the first is missing or cannot be read.
pub(crate) fn found(directories: &[LitStr], span: Span) -> syn::Result<Found> {
    let at = |place: &LitStr| {
        let span = place.span();
        move |problem: String| syn::Error::new(span, problem)
    };
    let Some(first) = directories.first() else {
        return Err(syn::Error::new(span, "`migrations` names no directory"));
    };
    let package = package().map_err(at(first))?;
    let from = directory_of(span, &package).map_err(at(first))?;
    // By stem, then by path: one that two directories hold is there once.
    let mut all = BTreeMap::new();
    for place in directories {
        let text = place.value();
        let (directory, is_recursive) = in_two(&text);
        let mut waiting = vec![package.join(directory)];
        waiting.retain(|path| place == first || path.is_dir());
        while let Some(path) = waiting.pop() {
            let (stems, below) = list(directory, &path).map_err(at(place))?;
            // Once for all of them: there may be thousands.
            let way = relative(&from, &path);
            for stem in stems {
                let file = format!("{stem}.rs");
                all.insert((stem, format!("{way}/{file}")), path.join(file));
            }
            if is_recursive {
                waiting.extend(below);
            }
        }
    }
    let text = first.value();
    let (directory, _) = in_two(&text);
    let head = package.join(directory).join("HEAD");
    if !head.is_file() {
        return Err(at(first)(format!(
            "`{directory}/HEAD` is missing; it names the head of the migrations and belongs in git\n\
             run: cargo migrate init"
        )));
    }
    let messages = all.values().map(|path| message(path)).collect();
    let (stems, files) = all.into_keys().unzip();
    Ok(Found {
        head: relative(&from, &head),
        stems,
        files,
        messages,
    })
}

fn package() -> Result<PathBuf, String> {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .ok_or("`schema!` needs cargo: CARGO_MANIFEST_DIR is not set".to_owned())
}

/// The directory, and whether those below it are meant, too.
fn in_two(text: &str) -> (&str, bool) {
    match text.strip_suffix("/**") {
        Some(directory) => (directory, true),
        None => (text, false),
    }
}

/// The stems of the files of migrations at a path, which is `directory` or below it, and the directories there.
/// Links to directories are not followed.
fn list(directory: &str, path: &Path) -> Result<(Vec<String>, Vec<PathBuf>), String> {
    let entries = fs::read_dir(path).map_err(|error| {
        format!(
            "cannot list the migrations directory `{directory}` of this package: {error}\n\
             run: cargo migrate init"
        )
    })?;
    let (mut stems, mut below) = (Vec::new(), Vec::new());
    for entry in entries {
        let entry = entry.map_err(|error| format!("cannot list `{directory}`: {error}"))?;
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| {
            format!(
                "the file name {} in `{directory}` is not UTF-8",
                name.display()
            )
        })?;
        // Hidden files are editors' and operating systems', not ours.
        if name.starts_with('.') {
            continue;
        }
        if let Some(stem) = name.strip_suffix(".rs") {
            stems.push(stem.to_owned());
        } else if entry.file_type().is_ok_and(|it| it.is_dir()) {
            below.push(entry.path());
        }
    }
    Ok((stems, below))
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
