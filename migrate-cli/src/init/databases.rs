//! The databases that a package is for: what was typed, what its surroundings name and what its diesel
//! speaks in, the features that it needs out.

use std::path::Path;

use cargo_metadata::Package as CargoPackage;
use migrate_runtime::Error;
use migrate_runtime::cli::args::GlobalArgs;
use migrate_runtime::cli::url::{DatabaseUrl, redact};
use migrate_runtime::schema::Backend;

use crate::exec;
use crate::project::Package;

/// The crates whose features say which databases an application speaks.
const DRIVERS: [&str; 2] = ["diesel", "diesel-async"];

/// The databases of a package, at least one, and the URL of its `.env.example`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Databases {
    backends: Vec<Backend>,
    pub(super) example: String,
    /// Whether the one that is named has something in it.
    pub(super) content: Content,
}

/// What is in the database that is named, as far as that is seen without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Nothing,
    Something,
    /// It is on a server.
    Unknown,
}

impl Content {
    fn of(url: &DatabaseUrl) -> Self {
        match url {
            DatabaseUrl::SqliteFile(path)
                if std::fs::metadata(path).is_ok_and(|file| file.len() > 0) =>
            {
                Self::Something
            }
            DatabaseUrl::SqliteFile(_) | DatabaseUrl::SqliteMemory => Self::Nothing,
            DatabaseUrl::Server { .. } => Self::Unknown,
        }
    }
}

impl Databases {
    /// A database that is named decides; beside it stays what diesel is there for; else it is SQLite.
    pub(super) fn find(
        package: &Package,
        cargo: &CargoPackage,
        global: &GlobalArgs,
        cwd: &Path,
    ) -> Result<Self, Error> {
        let named = match exec::project(package, global, cwd).database(global) {
            Ok(url) => Some(url),
            Err(error) if global.database_url.is_some() => return Err(error),
            Err(_) => None,
        };
        let features: Vec<&str> = (cargo.dependencies.iter())
            .filter(|dependency| DRIVERS.contains(&dependency.name.as_str()))
            .flat_map(|dependency| dependency.features.iter().map(String::as_str))
            .collect();
        let spoken = spoken(&features);
        let content = named.as_ref().map_or(Content::Nothing, Content::of);
        let named = named.map(|url| url.backend());
        let main = named.unwrap_or_else(|| spoken.first().copied().unwrap_or(Backend::Sqlite));
        let backends = Backend::ALL.into_iter();
        Ok(Self {
            backends: (backends.filter(|it| *it == main || spoken.contains(it))).collect(),
            example: match &global.database_url {
                Some(typed) => redact(typed.trim()),
                None => example(main, &package.name),
            },
            content,
        })
    }

    pub(super) fn has(&self, backend: Backend) -> bool {
        self.backends.contains(&backend)
    }

    /// The features of the runtime.
    pub(super) fn features(&self) -> impl Iterator<Item = &'static str> {
        self.backends.iter().map(|backend| backend.as_str())
    }

    /// The features of diesel, where the package does not have it yet: none that needs a library of the
    /// system. How an application connects to a server is its own choice.
    pub(super) fn diesel_features(&self) -> impl Iterator<Item = &'static str> {
        self.backends.iter().map(|backend| match backend {
            Backend::Sqlite => "sqlite",
            Backend::Postgres => "postgres_backend",
            Backend::Mysql => "mysql_backend",
        })
    }

    /// The features of the runtime that are its command line: one for each server, that alone for files.
    pub(super) fn command_line(&self) -> Vec<&'static str> {
        let servers: Vec<_> = (self.backends.iter())
            .filter_map(|backend| match backend {
                Backend::Sqlite => None,
                Backend::Postgres => Some("cli-postgres"),
                Backend::Mysql => Some("cli-mysql"),
            })
            .collect();
        if servers.is_empty() {
            vec!["cli"]
        } else {
            servers
        }
    }
}

/// What features of diesel are for, the main one first: SQLite, if it is there.
fn spoken(features: &[&str]) -> Vec<Backend> {
    let words = |backend| match backend {
        Backend::Sqlite => ["sqlite", "returning_clauses_for_sqlite"],
        Backend::Postgres => ["postgres", "postgres_backend"],
        Backend::Mysql => ["mysql", "mysql_backend"],
    };
    let has = |backend: &Backend| {
        let words = words(*backend);
        (features.iter()).any(|feature| words.iter().any(|word| feature.starts_with(word)))
    };
    Backend::ALL.into_iter().filter(has).collect()
}

fn example(backend: Backend, package: &str) -> String {
    match backend {
        Backend::Sqlite => "sqlite://app.db".to_owned(),
        other => format!("{other}://localhost/{}", package.replace('-', "_")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_of_diesel_say_what_it_speaks() {
        for (features, expected) in [
            (&[][..], &[][..]),
            (&["chrono"], &[]),
            (&["sqlite", "chrono"], &[Backend::Sqlite]),
            (&["returning_clauses_for_sqlite_3_35"], &[Backend::Sqlite]),
            (&["postgres_backend", "bb8"], &[Backend::Postgres]),
            (&["mysql"], &[Backend::Mysql]),
            (
                &["postgres", "sqlite"],
                &[Backend::Sqlite, Backend::Postgres],
            ),
        ] {
            assert_eq!(spoken(features), expected, "{features:?}");
        }
    }

    #[test]
    fn a_server_brings_no_sqlite() {
        let databases = Databases {
            backends: vec![Backend::Postgres],
            example: example(Backend::Postgres, "my-shop"),
            content: Content::Nothing,
        };
        assert_eq!(databases.example, "postgres://localhost/my_shop");
        assert_eq!(databases.features().collect::<Vec<_>>(), ["postgres"]);
        let diesel: Vec<_> = databases.diesel_features().collect();
        assert_eq!(diesel, ["postgres_backend"]);
        assert_eq!(databases.command_line(), ["cli-postgres"]);
    }
}
