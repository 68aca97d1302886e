//! How files of migrations are named and finished: what `[package.metadata.migrate]` says of it.

use super::file::MigrationFile;
use super::name::{self, Timestamp};
use super::read::read_text;
use crate::{Error, ErrorKind, Explain};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// How files are named and finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStyle {
    /// The name of a file: `{id}_{slug}`. It begins with `{id}`, and may have `{year}`, `{month}` and `{day}`, as may
    /// directories before it: `{year}/{id}_{slug}`.
    pub file_name: String,
    /// How long the words of a name may be, in characters.
    pub slug_length: usize,
    /// The file of which a revision that is written by hand is a copy, with `{id}`, `{revises}`, `{message}`,
    /// `{created}` and `{runtime}` filled in.
    pub template: Option<PathBuf>,
    /// Commands that are given each new file, in its directory; `{path}` stands for it, else it is the last
    /// argument, and `{head}` for the HEAD file.
    pub after_write: Vec<String>,
}

impl Default for FileStyle {
    fn default() -> Self {
        Self {
            file_name: "{id}_{slug}".to_owned(),
            slug_length: 40,
            template: None,
            after_write: Vec::new(),
        }
    }
}

/// A template that makes no revision, or a command that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the sentence of each variant says it all")]
pub enum StyleError {
    #[error("the template {} cannot be read", path.display())]
    Template { path: PathBuf, source: io::Error },
    #[error("what the template {} makes is no revision: {what}", path.display())]
    Another { path: PathBuf, what: String },
    #[error("`{command}` failed after {} was written: {problem}", path.display())]
    AfterWrite {
        command: String,
        path: PathBuf,
        problem: String,
    },
}

impl Explain for StyleError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        vec![match self {
            Self::Template { .. } => "the path is seen from the package".to_owned(),
            Self::Another { .. } => {
                "it says `Migration::new(\"{id}\").revises(&[{revises}])`".to_owned()
            }
            Self::AfterWrite { .. } => {
                "the file stays; run the command by hand, or correct `after-write` in [package.metadata.migrate]"
                    .to_owned()
            }
        }]
    }
}

impl FileStyle {
    /// The name of a file.
    pub(crate) fn name(&self, id: &str, slug: &str, created: Timestamp) -> String {
        let (_, form) = in_two(&self.file_name);
        let name = dated(form, created).replace("{id}", id);
        let name = name.replace("{slug}", slug);
        format!("{}.rs", name.trim_end_matches(['_', '-']))
    }

    /// The directories before the name, where there are any.
    pub(crate) fn directory(&self, created: Timestamp) -> Option<String> {
        let (directories, _) = in_two(&self.file_name);
        directories.map(|form| dated(form, created))
    }

    /// The words of a name, cut at this length.
    pub(crate) fn slug(&self, text: &str) -> String {
        name::slug_of(text, self.slug_length)
    }

    /// The text of a revision that is written by hand, where there is a template for it.
    pub(crate) fn filled_in(
        &self,
        file: &MigrationFile,
        path: &Path,
    ) -> Result<Option<String>, Error> {
        let Some(template) = &self.template else {
            return Ok(None);
        };
        let text = fs::read_to_string(template).map_err(|source| StyleError::Template {
            path: template.clone(),
            source,
        })?;
        let revises: Vec<String> = file.revises.iter().map(|id| format!("{id:?}")).collect();
        let text = text
            .replace("{id}", &file.id)
            .replace("{revises}", &revises.join(", "))
            .replace("{message}", &paragraphs(file))
            .replace("{created}", &file.created.describe())
            .replace("{runtime}", &file.runtime);
        let another = |what: String| StyleError::Another {
            path: template.clone(),
            what,
        };
        let read = read_text(path, &text).map_err(|error| another(error.to_string()))?;
        let revision = &read.revision;
        let what = if revision.id != file.id {
            format!("it has the revision id {}, not {}", revision.id, file.id)
        } else if revision.parents != file.revises {
            format!(
                "it has the parents {:?}, not {:?}",
                revision.parents, file.revises
            )
        } else {
            return Ok(Some(text));
        };
        Err(another(what).into())
    }

    /// Gives a new file to the commands that want it, and gives what they printed.
    pub(crate) fn finish(&self, path: &Path, head: &Path) -> Result<String, StyleError> {
        let said = self.after_write.iter().map(|command| {
            run(command, path, head).map_err(|problem| StyleError::AfterWrite {
                command: command.clone(),
                path: path.to_owned(),
                problem,
            })
        });
        said.collect()
    }
}

/// The directories of a form, and the form of the name in them.
fn in_two(form: &str) -> (Option<&str>, &str) {
    match form.rsplit_once('/') {
        Some((directories, name)) => (Some(directories), name),
        None => (None, form),
    }
}

fn dated(form: &str, created: Timestamp) -> String {
    let date = created.describe();
    let part = |range: std::ops::Range<usize>| date.get(range).unwrap_or_default();
    form.replace("{year}", part(0..4))
        .replace("{month}", part(5..7))
        .replace("{day}", part(8..10))
}

/// The message, each paragraph as the comment has it.
fn paragraphs(file: &MigrationFile) -> String {
    let all = std::iter::once(&file.message).chain(&file.body);
    let lines: Vec<String> = all.map(|it| it.trim().replace('\n', "\n//! ")).collect();
    lines.join("\n//!\n//! ")
}

/// What is wrong with the form of a name.
#[cfg(feature = "cli")]
pub(crate) fn problem_of(form: &str) -> Option<String> {
    let (directories, form) = in_two(form);
    if directories.is_some_and(|it| it.contains("{id}") || it.contains("{slug}")) {
        return Some(
            "its directories have {year}, {month} and {day}, and no `{id}` or `{slug}`".to_owned(),
        );
    }
    if directories.is_some_and(|it| it.split('/').any(str::is_empty)) {
        return Some("one of its directories has no name".to_owned());
    }
    if !form.starts_with("{id}") {
        return Some("a name begins with `{id}`, so that it can be found".to_owned());
    }
    let mut rest = directories.unwrap_or_default().replace('/', "") + form;
    for part in ["{id}", "{slug}", "{year}", "{month}", "{day}"] {
        rest = rest.replace(part, "");
    }
    let other = rest
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || "_-".contains(*c)));
    if let Some(other) = other {
        return Some(format!("{other:?} cannot be part of it"));
    }
    // Otherwise an id that begins with another one would be found in its file.
    let after = form.strip_prefix("{id}").unwrap_or_default();
    let is_apart = after.is_empty() || after.starts_with('_');
    (!is_apart).then(|| "after `{id}` comes `_`".to_owned())
}

fn run(command: &str, path: &Path, head: &Path) -> Result<String, String> {
    let shown = path.display().to_string();
    let has_path = command.contains("{path}");
    let head = head.display().to_string();
    let mut words = command
        .split_whitespace()
        .map(|word| word.replace("{path}", &shown).replace("{head}", &head));
    let program = words.next().ok_or("it is empty")?;
    let mut process = Command::new(&program);
    process.args(words);
    if !has_path {
        process.arg(path);
    }
    if let Some(directory) = path.parent().filter(|it| it.is_dir()) {
        process.current_dir(directory);
    }
    let output = process
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        return Ok(String::from_utf8_lossy(&said).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(match said.trim() {
        "" => output.status.to_string(),
        said => format!("{}: {said}", output.status),
    })
}
