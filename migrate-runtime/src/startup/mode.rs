//! Whether the application brings its database up itself: a word in the environment.

use std::env;

/// What is done at start-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing: somebody else upgrades.
    Off,
    /// The database is created, or brought to the head.
    On,
}

/// Words for [`Mode::On`].
const ON: [&str; 6] = ["1", "true", "yes", "on", "development", "dev"];

/// Words for [`Mode::Off`], beside nothing at all.
const OFF: [&str; 6] = ["0", "false", "no", "off", "production", "prod"];

impl Mode {
    /// Reads a word, whatever its case and the blanks around it.
    ///
    /// ```
    /// use migrate_runtime::startup::Mode;
    ///
    /// assert_eq!(Mode::parse(" Yes ")?, Mode::On);
    /// assert_eq!(Mode::parse("development")?, Mode::On);
    /// assert_eq!(Mode::parse("")?, Mode::Off);
    /// assert!(Mode::parse("ture").is_err());
    /// # Ok::<(), migrate_runtime::startup::UnknownMode>(())
    /// ```
    ///
    /// # Errors
    /// [`UnknownMode`] for any other word: a typing error must not decide what happens to a database.
    pub fn parse(text: &str) -> Result<Self, UnknownMode> {
        let word = text.trim().to_lowercase();
        if word.is_empty() || OFF.contains(&&*word) {
            Ok(Self::Off)
        } else if ON.contains(&&*word) {
            Ok(Self::On)
        } else {
            Err(UnknownMode { text: word })
        }
    }

    /// What a variable of the environment says; off where there is none.
    pub(super) fn of_variable(name: &str) -> Result<Self, UnknownMode> {
        let value = env::var_os(name).unwrap_or_default();
        Self::parse(&value.to_string_lossy())
    }
}

/// A word that says neither on nor off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` says neither on ({on}) nor off ({off})", on = ON.join(", "), off = OFF.join(", "))]
pub struct UnknownMode {
    /// The word.
    pub text: String,
}
