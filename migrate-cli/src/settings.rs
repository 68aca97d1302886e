//! Which settings `[package.metadata.migrate]` may have. One that nobody reads would be a wish that nobody hears,
//! so it is refused.

use migrate_runtime::cli::file_style;
use migrate_runtime::{ErrorKind, Explain};
use serde_json::Value;

use crate::databases::{BINARY, DATABASES, DEFAULT};
use crate::project::{MIGRATIONS, URL_VARIABLE};

const TABLE: &str = "package.metadata.migrate";

/// Refuses what is no setting, and what is not of its form.
///
/// # Errors
/// [`SettingsError`], of the first such setting.
pub(crate) fn check(settings: &Value) -> Result<(), SettingsError> {
    let own = [MIGRATIONS.0, URL_VARIABLE.0, DEFAULT, DATABASES];
    let known: Vec<&str> = own.into_iter().chain(file_style::KEYS).collect();
    check_table(TABLE, settings, &known)?;
    for (name, settings) in settings[DATABASES].as_object().into_iter().flatten() {
        let table = format!("{TABLE}.{DATABASES}.{name}");
        check_table(&table, settings, &[MIGRATIONS.0, URL_VARIABLE.0, BINARY])?;
    }
    Ok(())
}

fn check_table(table: &str, settings: &Value, known: &[&str]) -> Result<(), SettingsError> {
    let wrong = |key: &str, form| SettingsError::Form {
        table: table.to_owned(),
        key: key.to_owned(),
        form,
    };
    for (key, value) in settings.as_object().into_iter().flatten() {
        if !known.contains(&key.as_str()) {
            return Err(SettingsError::Unknown {
                table: table.to_owned(),
                key: key.clone(),
                known: known.iter().map(|&it| it.to_owned()).collect(),
            });
        }
        // The form of what is about files is known where it is read.
        if [URL_VARIABLE.0, DEFAULT, BINARY].contains(&key.as_str()) && !value.is_string() {
            return Err(wrong(key, "a text"));
        }
        let are_texts = |value: &Value| {
            let texts = value.as_array();
            texts.is_some_and(|texts| !texts.is_empty() && texts.iter().all(Value::is_string))
        };
        if key == MIGRATIONS.0 && !value.is_string() && !are_texts(value) {
            return Err(wrong(key, "a directory, or a list of directories"));
        }
        if key == DATABASES && !value.is_object() {
            return Err(wrong(key, "a table for each database"));
        }
    }
    Ok(())
}

/// A setting that says nothing to anybody.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("[{table}] has no setting `{key}`{}", meant(key, known))]
    Unknown {
        table: String,
        key: String,
        known: Vec<String>,
    },
    #[error("[{table}] {key}: it is not {form}")]
    Form {
        table: String,
        key: String,
        form: &'static str,
    },
}

fn meant(key: &str, known: &[String]) -> String {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let near = similar::get_close_matches(key, &known, 1, 0.6);
    near.first()
        .map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

impl Explain for SettingsError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Unknown { known, .. } => vec![format!("it has {}", known.join(", "))],
            Self::Form { .. } => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(settings: &Value) -> String {
        check(settings).map_or_else(|error| error.to_string(), |()| "nothing".to_owned())
    }

    #[test]
    fn what_is_no_setting_is_refused_and_the_nearest_is_named() {
        for (settings, text) in [
            (Value::Null, "nothing"),
            (
                json!({ "migrations": "db", "slug-length": 3, "databases": { "a": { "bin": "b" } } }),
                "nothing",
            ),
            (
                json!({ "slug_length": 3 }),
                "[package.metadata.migrate] has no setting `slug_length`; did you mean `slug-length`?",
            ),
            (
                json!({ "colour": "red" }),
                "[package.metadata.migrate] has no setting `colour`",
            ),
            (
                json!({ "databases": { "a": { "database_url": "A" } } }),
                "[package.metadata.migrate.databases.a] has no setting `database_url`; did you mean `database-url`?",
            ),
            (json!({ "migrations": ["db", "plugins/**"] }), "nothing"),
            (
                json!({ "migrations": [] }),
                "[package.metadata.migrate] migrations: it is not a directory, or a list of directories",
            ),
            (
                json!({ "databases": "shop" }),
                "[package.metadata.migrate] databases: it is not a table for each database",
            ),
        ] {
            assert_eq!(said(&settings), text);
        }
    }
}
