//! From flags and answers to [`RenameHints`]: renamed or dropped is never guessed.

use super::rename::{Rename, RenameCandidate, candidates};
use super::{RenameHints, hints, rename};
use crate::error::shell_word;
use crate::schema::{Name, Schema, TableName};
use crate::{ErrorKind, Explain};

/// What the command line says of renames.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenameFlags {
    /// `--rename users.name:full_name`, `--rename users:people`.
    pub renames: Vec<String>,
    /// `--drop users.name`, `--drop users`.
    pub drops: Vec<String>,
}

/// Something is gone: one of the candidates, or dropped?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameQuestion {
    /// What is gone, as flags name it: `users.name`.
    pub gone: String,
    /// What it is: `table`, `column`, `enum value`.
    pub kind: &'static str,
    /// What it may have become, the likeliest first.
    pub candidates: Vec<RenameCandidate>,
}

/// The answer to a [`RenameQuestion`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// The candidate at that place.
    Rename(usize),
    /// It is dropped, with its values.
    Drop,
}

/// Somebody to ask; `None` is no answer.
pub type Asker<'a> = dyn FnMut(&RenameQuestion) -> Option<Answer> + 'a;

/// Why it is not known what was renamed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenameError {
    /// Nobody said whether it was renamed or dropped.
    #[error("{}", sentence(.0))]
    Ambiguous(Vec<RenameQuestion>),
    /// A flag that fits nothing.
    #[error("--{flag} {value}: {problem}")]
    Flag {
        /// `rename` or `drop`.
        flag: &'static str,
        /// What was given.
        value: String,
        /// What is wrong with it.
        problem: String,
    },
}

fn sentence(questions: &[RenameQuestion]) -> String {
    let sentences: Vec<String> = (questions.iter())
        .map(|question| {
            let new: Vec<String> = (question.candidates.iter())
                .map(|candidate| {
                    let flag = candidate.what.flag();
                    let name = flag.rsplit(':').next().unwrap_or_default().to_owned();
                    format!("{name} ({})", candidate.evidence.join(", "))
                })
                .collect();
            let RenameQuestion {
                gone,
                kind,
                candidates: _,
            } = question;
            format!(
                "{kind} {gone} is gone and {} is new: renamed, or dropped and added",
                new.join(" or ")
            )
        })
        .collect();
    match sentences.as_slice() {
        [one] => one.clone(),
        several => {
            let flags = questions.iter().map(flags);
            let lines = several.iter().zip(flags).flat_map(|(sentence, flags)| {
                let flags = flags.into_iter().map(|flag| format!("  {flag}"));
                std::iter::once(sentence.clone()).chain(flags)
            });
            let lines: Vec<String> = lines.collect();
            format!(
                "{} renames are undecided:\n{}",
                several.len(),
                lines.join("\n")
            )
        }
    }
}

/// What answers a question, one flag each.
fn flags(question: &RenameQuestion) -> Vec<String> {
    let renames = (question.candidates.iter()).map(|candidate| {
        format!(
            "--rename {}   keeps the values",
            shell_word(&candidate.what.flag())
        )
    });
    let drop = format!("--drop {}   drops the values", shell_word(&question.gone));
    renames.chain([drop]).collect()
}

impl Explain for RenameError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Ambiguous(questions) => match questions.as_slice() {
                [question] => flags(question),
                _ => vec!["give one flag for each of them".to_owned()],
            },
            Self::Flag { .. } => Vec::new(),
        }
    }
}

/// Decides every rename: first by what the models say (`renamed_from`), then by the flags, then where
/// only the case of a name differs (that is a rename, unless a flag says otherwise), then by asking.
///
/// A `renamed_from` that fits no more says nothing; a flag that fits nothing is an error.
///
/// # Errors
/// [`RenameError::Ambiguous`] where a rename is plausible and nobody decided it.
pub fn resolve(
    from: &Schema,
    to: &Schema,
    models: &RenameHints,
    flags: &RenameFlags,
    mut asker: Option<&mut Asker<'_>>,
) -> Result<RenameHints, RenameError> {
    let mut known = models.applicable(from, to).without_old_circles(from, to);
    // Together, since one may make room for the other.
    let mut all = known.clone();
    for rename in flags.renames.iter().flat_map(|flag| meanings(flag)) {
        rename.add_to(&mut all);
    }
    let all = all.applicable(from, to);
    for flag in &flags.renames {
        match read_rename(flag, from, to, &known, &all) {
            Ok(rename) => rename.add_to(&mut known),
            // Columns take their values over to the new type: there is nothing to decide.
            Err(_) if is_of_type(flag, from, to) => {}
            Err(error) => return Err(error),
        }
    }
    for flag in &flags.drops {
        check_drop(flag, from, to, &known)?;
    }
    let mut dropped: Vec<String> = flags.drops.clone();
    rename::of_case(from, to, &dropped, &mut known);
    let mut open: Vec<RenameQuestion> = Vec::new();
    while let Some(question) = next_question(from, to, &known, &dropped) {
        let answer = asker.as_mut().and_then(|ask| ask(&question));
        match answer {
            Some(Answer::Rename(at)) if at < question.candidates.len() => {
                question.candidates[at].what.add_to(&mut known);
            }
            Some(Answer::Drop) => dropped.push(question.gone.clone()),
            Some(Answer::Rename(_)) | None => {
                dropped.push(question.gone.clone());
                open.push(question);
            }
        }
    }
    if open.is_empty() {
        Ok(known.applicable(from, to))
    } else {
        Err(RenameError::Ambiguous(open))
    }
}

/// The likeliest candidate's question, tables before columns.
fn next_question(
    from: &Schema,
    to: &Schema,
    known: &RenameHints,
    dropped: &[String],
) -> Option<RenameQuestion> {
    let mut all = candidates(from, to, known);
    all.retain(|candidate| !dropped.contains(&candidate.what.before()));
    let tables_first =
        |candidate: &&RenameCandidate| matches!(candidate.what, Rename::Table { .. });
    let first = all.iter().find(tables_first).or_else(|| all.first())?;
    let (gone, kind) = (first.what.before(), first.what.kind());
    all.retain(|candidate| candidate.what.before() == gone && candidate.what.kind() == kind);
    Some(RenameQuestion {
        gone,
        kind,
        candidates: all,
    })
}

/// What `users.name:full_name`, `users:people` or `mood.sad:unhappy` may mean.
fn meanings(flag: &str) -> Vec<Rename> {
    let Some((old, new)) = flag.split_once(':') else {
        return Vec::new();
    };
    let (old, new) = (old.trim(), new.trim());
    let mut meanings = vec![Rename::Table {
        from: TableName::parse(old),
        to: TableName::parse(new),
    }];
    for (of, name) in at_each_dot(old) {
        // The new column may be written with its table too.
        let new = new.strip_prefix(&format!("{of}.")).unwrap_or(new);
        meanings.push(Rename::Column {
            table: TableName::parse(of),
            from: name.into(),
            to: new.into(),
        });
        meanings.push(Rename::EnumValue {
            name: of.into(),
            from: name.to_owned(),
            to: new.to_owned(),
        });
    }
    meanings
}

/// What stands before and after a dot, the last one first: names may have dots themselves.
fn at_each_dot(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let dots = text.rmatch_indices('.');
    dots.map(|(at, _)| (&text[..at], &text[at + 1..]))
}

/// Whether a `--rename` names an enum type that is gone and one that is new.
fn is_of_type(flag: &str, from: &Schema, to: &Schema) -> bool {
    flag.split_once(':').is_some_and(|(old, new)| {
        let (old, new) = (Name::from(old.trim()), Name::from(new.trim()));
        let is_only = |name: &Name, here: &Schema, there: &Schema| {
            here.enums.contains_key(name) && !there.enums.contains_key(name)
        };
        is_only(&old, from, to) && is_only(&new, to, from)
    })
}

/// Reads a `--rename`; `all` is what the flags can be followed in, taken together.
fn read_rename(
    flag: &str,
    from: &Schema,
    to: &Schema,
    known: &RenameHints,
    all: &RenameHints,
) -> Result<Rename, RenameError> {
    let error = |problem: String| RenameError::Flag {
        flag: "rename",
        value: flag.to_owned(),
        problem,
    };
    let Some((old, _)) = flag.split_once(':') else {
        return Err(error(
            "write it as table.column:new_name, table:new_name or enum_type.value:new_value"
                .to_owned(),
        ));
    };
    let fits = |rename: &Rename| rename.is_in(all) && !rename.is_in(known);
    if let Some(rename) = meanings(flag).into_iter().find(fits) {
        return Ok(rename);
    }
    let Some((of, _)) = old.trim().rsplit_once('.') else {
        let gone = list(
            from.tables
                .keys()
                .filter(|name| !to.tables.contains_key(*name)),
        );
        let fresh = list(
            to.tables
                .keys()
                .filter(|name| !from.tables.contains_key(*name)),
        );
        return Err(error(format!(
            "tables that are gone: {gone}; tables that are new: {fresh}"
        )));
    };
    let renamed = hints::rename_tables(from, &known.applicable(from, to), &mut Vec::new());
    let table = TableName::parse(of);
    let (Some(before), Some(after)) = (renamed.table(&table), to.table(&table)) else {
        return Err(error(format!("there is no table {of} before and after")));
    };
    let only = |one: &crate::schema::Table, other: &crate::schema::Table| {
        let names = one.columns.iter().map(|column| &column.name);
        list(names.filter(|name| other.column(name).is_none()))
    };
    Err(error(format!(
        "columns of {of} that are gone: {}; columns that are new: {}",
        only(before, after),
        only(after, before)
    )))
}

/// Refuses to drop what is not gone.
fn check_drop(
    flag: &str,
    from: &Schema,
    to: &Schema,
    known: &RenameHints,
) -> Result<(), RenameError> {
    let renamed = hints::rename_tables(from, &known.applicable(from, to), &mut Vec::new());
    let table = TableName::parse(flag);
    let problem = if renamed.tables.contains_key(&table) && to.tables.contains_key(&table) {
        "the table is still in the models"
    } else if renamed.tables.contains_key(&table) {
        return Ok(());
    } else {
        let there = |schema: &Schema| {
            at_each_dot(flag).any(|(of, name)| {
                let column = schema
                    .table(&TableName::parse(of))
                    .and_then(|table| table.column(&Name::from(name)));
                let values = schema.enums.get(&Name::from(of)).map(|of| &of.values);
                column.is_some()
                    || values.is_some_and(|values| values.iter().any(|value| value == name))
            })
        };
        match (there(&renamed), there(to)) {
            (true, false) => return Ok(()),
            (true, true) => "it is still in the models",
            (false, _) => "there is nothing of that name to drop",
        }
    };
    Err(RenameError::Flag {
        flag: "drop",
        value: flag.to_owned(),
        problem: problem.to_owned(),
    })
}

fn list<'a, T: ToString + 'a>(names: impl Iterator<Item = &'a T>) -> String {
    let names: Vec<String> = names.map(ToString::to_string).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
