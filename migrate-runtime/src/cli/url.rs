//! Database URLs: text in, a resolved database out. It knows the spellings of sqlx, diesel and
//! SQLAlchemy, opens nothing and prints no password.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::schema::Backend;
use crate::{ErrorKind, Explain};

/// A database, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file, by its absolute path.
    SqliteFile(PathBuf),
    /// A SQLite database that lives as long as the connection.
    SqliteMemory,
    /// A server, with the URL that its driver understands.
    Server {
        /// The kind of server.
        backend: Backend,
        /// The URL, without a driver's name.
        url: String,
    },
}

/// Why a URL was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// There is nothing in it.
    #[error("the database URL is empty")]
    Empty,
    /// No database goes by that name.
    #[error("`{url}` is not a database URL: the scheme `{scheme}` is not known")]
    UnknownScheme {
        /// The URL, without its password.
        url: String,
        /// What stands before the colon.
        scheme: String,
    },
    /// Two programs read it differently.
    #[error(
        "`{url}` can be read in two ways: relative (as SQLAlchemy does), {}, or absolute (as sqlx and diesel do), {}",
        relative.display(),
        absolute.display()
    )]
    Ambiguous {
        /// The URL.
        url: String,
        /// One reading.
        relative: PathBuf,
        /// The other.
        absolute: PathBuf,
    },
    /// SQLite's parameters would change how the file is opened.
    #[error("`{url}`: the parameter `{parameter}` is not supported")]
    Parameter {
        /// The URL.
        url: String,
        /// The parameter.
        parameter: String,
    },
}

impl Explain for UrlError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Empty => vec!["write for example `sqlite://app.db`".into()],
            Self::UnknownScheme { .. } => vec![
                "write `sqlite://app.db`, `postgres://user@host/name` or `mysql://user@host/name`"
                    .into(),
            ],
            Self::Ambiguous {
                url,
                relative,
                absolute,
            } => vec![
                format!(
                    "for {} write sqlite://{}",
                    relative.display(),
                    url.split_once(":///").map_or("", |(_, path)| path)
                ),
                format!("for {} write sqlite:///{0}", absolute.display()),
            ],
            Self::Parameter { .. } => vec!["leave out everything after the `?`".into()],
        }
    }
}

impl DatabaseUrl {
    /// Reads a URL or a plain path. Relative paths are relative to `base`.
    pub fn parse(text: &str, base: &Path) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        let Some((scheme, rest)) = split_scheme(text) else {
            return if text == ":memory:" {
                Ok(Self::SqliteMemory)
            } else {
                Ok(Self::SqliteFile(base.join(text)))
            };
        };
        let (database, driver) = scheme.split_once('+').unwrap_or((scheme, ""));
        match database.to_ascii_lowercase().as_str() {
            "sqlite" | "sqlite3" => sqlite(text, rest, !driver.is_empty(), base),
            "file" => file(text, rest, base),
            scheme @ ("postgres" | "postgresql") => Ok(server(Backend::Postgres, scheme, rest)),
            scheme @ ("mysql" | "mariadb") => Ok(server(Backend::Mysql, scheme, rest)),
            _ => Err(UrlError::UnknownScheme {
                url: redact(text),
                scheme: scheme.to_owned(),
            }),
        }
    }

    /// The kind of database.
    pub const fn backend(&self) -> Backend {
        match self {
            Self::SqliteFile(_) | Self::SqliteMemory => Backend::Sqlite,
            Self::Server { backend, .. } => *backend,
        }
    }

    /// The database as it is printed: a path below `cwd` is shortened, a password is hidden.
    pub fn shown(&self, cwd: &Path) -> String {
        match self {
            Self::SqliteMemory => "in memory".to_owned(),
            Self::SqliteFile(path) => path.strip_prefix(cwd).unwrap_or(path).display().to_string(),
            Self::Server { url, .. } => redact(url),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown(Path::new("")))
    }
}

/// A scheme has two letters or more, so that `C:\app.db` stays a path.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'))
        && (rest.starts_with("//") || scheme != "file" || !rest.is_empty());
    is_scheme.then_some((scheme, rest))
}

/// `rest` begins after `sqlite:`.
fn sqlite(url: &str, rest: &str, sqlalchemy: bool, base: &Path) -> Result<DatabaseUrl, UrlError> {
    let rest = without_parameters(url, rest)?;
    let Some(path) = rest.strip_prefix("//") else {
        return Ok(if rest == ":memory:" || rest.is_empty() {
            DatabaseUrl::SqliteMemory
        } else {
            DatabaseUrl::SqliteFile(base.join(rest))
        });
    };
    if matches!(path, "" | "/" | ":memory:" | "/:memory:") {
        return Ok(DatabaseUrl::SqliteMemory);
    }
    let Some(after_slash) = path.strip_prefix('/') else {
        return Ok(DatabaseUrl::SqliteFile(base.join(path)));
    };
    if after_slash.starts_with('/') {
        return Ok(DatabaseUrl::SqliteFile(PathBuf::from(after_slash)));
    }
    let relative = base.join(after_slash);
    if sqlalchemy {
        return Ok(DatabaseUrl::SqliteFile(relative));
    }
    three_slashes(url, relative, PathBuf::from(path))
}

/// `sqlite:///app.db`: what exists decides; where that says nothing, nobody guesses.
fn three_slashes(url: &str, relative: PathBuf, absolute: PathBuf) -> Result<DatabaseUrl, UrlError> {
    let parent_exists = |path: &Path| path.parent().is_some_and(Path::is_dir);
    for exists in [Path::exists as fn(&Path) -> bool, parent_exists] {
        match (exists(&relative), exists(&absolute)) {
            (true, false) => return Ok(DatabaseUrl::SqliteFile(relative)),
            (false, true) => return Ok(DatabaseUrl::SqliteFile(absolute)),
            (true, true) if relative == absolute => {
                return Ok(DatabaseUrl::SqliteFile(absolute));
            }
            _ => {}
        }
    }
    Err(UrlError::Ambiguous {
        url: url.to_owned(),
        relative,
        absolute,
    })
}

/// SQLite's own URIs: `file:app.db`, `file:/abs/app.db`, `file:///abs/app.db`.
fn file(url: &str, rest: &str, base: &Path) -> Result<DatabaseUrl, UrlError> {
    let rest = without_parameters(url, rest)?;
    let path = rest
        .strip_prefix("//localhost")
        .or_else(|| rest.strip_prefix("//"))
        .unwrap_or(rest);
    Ok(if matches!(path, ":memory:" | "") {
        DatabaseUrl::SqliteMemory
    } else {
        DatabaseUrl::SqliteFile(base.join(path))
    })
}

/// `mode=rwc` says what we do anyway; any other parameter would be lost in silence.
fn without_parameters<'a>(url: &str, rest: &'a str) -> Result<&'a str, UrlError> {
    let Some((path, parameters)) = rest.split_once('?') else {
        return Ok(rest);
    };
    match parameters
        .split('&')
        .find(|parameter| !matches!(*parameter, "" | "mode=rwc" | "mode=rw"))
    {
        None => Ok(path),
        Some(parameter) => Err(UrlError::Parameter {
            url: url.to_owned(),
            parameter: parameter.to_owned(),
        }),
    }
}

fn server(backend: Backend, scheme: &str, rest: &str) -> DatabaseUrl {
    DatabaseUrl::Server {
        backend,
        url: format!("{scheme}:{rest}"),
    }
}

/// The URL without passwords: `user:…@`, and parameters that hold one.
pub fn redact(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (address, parameters) = match rest.split_once('?') {
        Some((address, parameters)) => (address, Some(parameters)),
        None => (rest, None),
    };
    // A password may hold `@` and `/`; the last `@` ends it.
    let address = match address.rsplit_once('@') {
        Some((user, host)) => {
            let user = user
                .split_once(':')
                .map_or(user.to_owned(), |(name, _)| format!("{name}:***"));
            format!("{user}@{host}")
        }
        None => address.to_owned(),
    };
    let parameters = parameters.map_or(String::new(), |parameters| {
        let hidden: Vec<String> = parameters.split('&').map(hide_secret).collect();
        format!("?{}", hidden.join("&"))
    });
    format!("{scheme}://{address}{parameters}")
}

fn hide_secret(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((name, _)) if name.to_ascii_lowercase().contains("pass") => format!("{name}=***"),
        _ => parameter.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqlite_path(text: &str) -> String {
        match DatabaseUrl::parse(text, Path::new("/base")) {
            Ok(DatabaseUrl::SqliteFile(path)) => path.display().to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn every_spelling_of_a_sqlite_file() {
        for (text, path) in [
            ("app.db", "/base/app.db"),
            ("./data/app.db", "/base/./data/app.db"),
            ("/srv/app.db", "/srv/app.db"),
            ("a file.db", "/base/a file.db"),
            ("sqlite:app.db", "/base/app.db"),
            ("sqlite:/srv/app.db", "/srv/app.db"),
            ("sqlite://app.db", "/base/app.db"),
            ("sqlite://data/app.db?mode=rwc", "/base/data/app.db"),
            ("sqlite+pysqlite:///app.db", "/base/app.db"),
            ("sqlite+pysqlite:////srv/app.db", "/srv/app.db"),
            ("sqlite:////srv/app.db", "/srv/app.db"),
            ("file:app.db", "/base/app.db"),
            ("file:///srv/app.db", "/srv/app.db"),
            ("  app.db\n", "/base/app.db"),
        ] {
            assert_eq!(sqlite_path(text), path, "{text}");
        }
    }

    #[test]
    fn every_spelling_of_memory() {
        for text in [
            ":memory:",
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite:///:memory:",
            "sqlite://",
            "file::memory:",
        ] {
            let parsed = DatabaseUrl::parse(text, Path::new("/base"));
            assert_eq!(parsed, Ok(DatabaseUrl::SqliteMemory), "{text}");
        }
    }

    #[test]
    fn three_slashes_are_decided_by_what_exists() {
        let dir = tempfile::tempdir().unwrap();
        let neither = DatabaseUrl::parse("sqlite:///no_such.db", dir.path());
        assert!(
            matches!(neither, Err(UrlError::Ambiguous { .. })),
            "{neither:?}"
        );
        std::fs::write(dir.path().join("no_such.db"), "").unwrap();
        assert_eq!(
            DatabaseUrl::parse("sqlite:///no_such.db", dir.path()),
            Ok(DatabaseUrl::SqliteFile(dir.path().join("no_such.db")))
        );
    }

    #[test]
    fn an_ambiguity_says_how_to_write_both_readings() {
        let error = DatabaseUrl::parse("sqlite:///no_such.db", Path::new("/")).map(|_| ());
        assert_eq!(error, Ok(()), "both readings are the same file");
        let dir = tempfile::tempdir().unwrap();
        let error = DatabaseUrl::parse("sqlite:///no_such.db", dir.path()).unwrap_err();
        assert!(
            error.hints()[1].ends_with("write sqlite:////no_such.db"),
            "{:?}",
            error.hints()
        );
    }

    #[test]
    fn drivers_of_sqlalchemy_are_dropped() {
        let parsed = DatabaseUrl::parse("postgresql+psycopg://u:p@h/d", Path::new("/")).unwrap();
        assert_eq!(parsed.backend(), Backend::Postgres);
        assert_eq!(parsed.to_string(), "postgresql://u:***@h/d");
        let parsed = DatabaseUrl::parse("mariadb://h/d", Path::new("/")).unwrap();
        assert_eq!(parsed.to_string(), "mariadb://h/d");
    }

    #[test]
    fn passwords_are_never_shown() {
        for (url, shown) in [
            ("postgres://u:p@h/d", "postgres://u:***@h/d"),
            ("postgres://u:p@w/x@h/d", "postgres://u:***@h/d"),
            (
                "postgres://u@h/d?password=p&x=1",
                "postgres://u@h/d?password=***&x=1",
            ),
            ("oracle://u:p@h/d", "oracle://u:***@h/d"),
        ] {
            assert_eq!(redact(url), shown);
        }
        let error = DatabaseUrl::parse("oracle://u:secret@h/d", Path::new("/")).unwrap_err();
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn what_is_no_url_is_an_error() {
        assert_eq!(
            DatabaseUrl::parse(" ", Path::new("/")),
            Err(UrlError::Empty)
        );
        assert!(matches!(
            DatabaseUrl::parse("sqlite://a.db?mode=ro", Path::new("/")),
            Err(UrlError::Parameter { .. })
        ));
    }
}
