//! One error type at the edge, made of the errors of the stages.

use std::fmt;

/// What a stage's error says beyond its sentence. Each stage has a `thiserror` enum of its own.
pub trait Explain: std::error::Error + Send + Sync + 'static {
    /// What went wrong, in kind.
    fn kind(&self) -> ErrorKind;

    /// What to do next, one sentence each, best first.
    fn hints(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The kinds of errors; the kind decides the exit code of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What was asked for makes no sense.
    Usage,
    /// The project is not set up for it.
    Config,
    /// The database refused, or could not be reached.
    Database,
    /// The database is not what the chain says it is.
    Drift,
    /// Somebody else was first: a lock, two heads, an edited revision.
    Conflict,
    /// The operation cannot be done on this database.
    Unsupported,
    /// A bug of ours.
    Internal,
}

/// A word of a command line as a shell reads it, for what is said to be typed.
pub(crate) fn shell_word(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./=:,+%@".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// An error's sentence with its causes, which some errors repeat in their own words.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}

/// Any error of this crate: what happened, its causes, and what to do next.
///
/// [`Display`](fmt::Display) is the sentence alone. [`Debug`](fmt::Debug), which `unwrap` and a `main` with a
/// `Result` print, is all three, each on a line of its own.
pub struct Error {
    kind: ErrorKind,
    hints: Vec<String>,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl Error {
    /// What went wrong, in kind.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What to do next, one sentence each, best first.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The stage's own error.
    pub fn downcast_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        self.source.downcast_ref()
    }

    /// The causes that add something: many a sentence quotes its cause.
    pub(crate) fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut said = self.to_string();
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            let sentence = cause.to_string();
            if !said.contains(&sentence) {
                causes.push(sentence.clone());
                said = sentence;
            }
            next = cause.source();
        }
        causes
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        for cause in self.causes() {
            write!(f, "\ncaused by: {cause}")?;
        }
        for hint in &self.hints {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.source()
    }
}

impl<E: Explain> From<E> for Error {
    fn from(error: E) -> Self {
        Self {
            kind: error.kind(),
            hints: error.hints(),
            source: Box::new(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the file is locked")]
    struct Cause;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot open app.db")]
    struct Top(#[source] Quoting);

    #[derive(Debug, thiserror::Error)]
    #[error("the directory does not let us in: {0}")]
    struct Quoting(#[source] Cause);

    impl Explain for Top {
        fn kind(&self) -> ErrorKind {
            ErrorKind::Database
        }

        fn hints(&self) -> Vec<String> {
            vec!["close the other program".into(), "try again".into()]
        }
    }

    #[test]
    fn debug_is_for_people() {
        let error = Error::from(Top(Quoting(Cause)));
        insta::assert_snapshot!(format!("{error:?}"), @r"
        cannot open app.db
        caused by: the directory does not let us in: the file is locked
        hint: close the other program
        hint: try again
        ");
        let boxed: Box<dyn std::error::Error> = error.into();
        assert!(format!("{boxed:?}").starts_with("cannot open app.db\n"));
    }
}
