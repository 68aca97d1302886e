//! The settings of `[package.metadata.migrate]` that are about files.

use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::source::name::Timestamp;
use crate::source::{FileStyle, problem_of};
use crate::{ErrorKind, Explain};

/// Their keys.
pub const KEYS: [&str; 5] = [
    "file-name",
    "slug-length",
    "template",
    "after-write",
    "time-zone",
];

/// A setting that makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("[package.metadata.migrate] {key}: {problem}")]
pub struct SettingError {
    key: &'static str,
    problem: String,
}

impl Explain for SettingError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        let [file_name, slug_length, template, _, time_zone] = KEYS;
        let hint = match self.key {
            key if key == file_name => "as without it: file-name = \"{id}_{slug}\"",
            key if key == slug_length => "as without it: slug-length = 40",
            key if key == template => {
                "a path from the package: template = \"migrations/template.txt\""
            }
            key if key == time_zone => {
                "\"UTC\", \"local\", or a name of the IANA database: time-zone = \"Europe/Madrid\"; a machine without it \
                 knows none (package tzdata)"
            }
            _ => "a list of commands: after-write = [\"scripts/sign {path}\"]",
        };
        vec![hint.to_owned()]
    }
}

/// Reads the settings; those that are about something else are left alone. Paths are seen from `root`.
///
/// # Errors
/// [`SettingError`].
pub fn parse(settings: &Value, root: &Path) -> Result<FileStyle, SettingError> {
    let refused = |key, problem: &str| SettingError {
        key,
        problem: problem.to_owned(),
    };
    let text = |key: &'static str| match &settings[key] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(refused(key, "it is no text")),
    };
    let mut style = FileStyle::default();
    let [file_name, slug_length, template, after_write, _] = KEYS;
    if let Some(name) = text(file_name)? {
        if let Some(problem) = problem_of(&name) {
            return Err(refused(file_name, &problem));
        }
        style.file_name = name;
    }
    if !settings[slug_length].is_null() {
        let length = (settings[slug_length].as_u64()).and_then(|it| usize::try_from(it).ok());
        style.slug_length = (length.filter(|it| (1..=100).contains(it)))
            .ok_or_else(|| refused(slug_length, "it is no number from 1 to 100"))?;
    }
    style.template = text(template)?.map(|path| root.join(path));
    style.after_write = match &settings[after_write] {
        Value::Null => Vec::new(),
        commands => serde_json::from_value(commands.clone())
            .map_err(|_| refused(after_write, "it is no list of texts"))?,
    };
    Ok(style)
}

/// The time, in the zone of the settings: UTC where none is said.
///
/// # Errors
/// [`SettingError`], where there is no such zone.
pub fn now(settings: &Value) -> Result<Timestamp, SettingError> {
    let [.., key] = KEYS;
    let refused = |problem: String| SettingError { key, problem };
    let now = Timestamp::now();
    let zone = match &settings[key] {
        Value::Null => return Ok(now),
        Value::String(name) if name == "local" => TimeZone::try_system(),
        Value::String(name) => TimeZone::get(name),
        _ => return Err(refused("it is no text".to_owned())),
    };
    let zone = zone.map_err(|error| refused(error.to_string()))?;
    let seconds = i64::try_from(now.unix()).unwrap_or_default();
    let at = jiff::Timestamp::from_second(seconds).map_err(|error| refused(error.to_string()))?;
    Ok(now.at_offset(zone.to_offset(at).seconds()))
}

/// The settings that are about files, to be handed on.
pub fn settings(all: &Value) -> Value {
    let own = KEYS.map(|key| (key.to_owned(), all[key].clone()));
    Value::Object(own.into_iter().collect())
}
