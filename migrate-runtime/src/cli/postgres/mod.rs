//! Where a PostgreSQL database is, as libpq would find it: the URL, then the environment (`PGHOST` …), then
//! what follows from the rest, last the password file. Nothing is opened here.

mod passfile;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::server_url::{self, Broken};
use crate::{ErrorKind, Explain};

/// libpq's parameters, by their names.
pub(super) type Parameters = BTreeMap<String, String>;

/// A parameter and the variable that says it where the URL does not; the order is that of libpq's manual:
/// <https://www.postgresql.org/docs/current/libpq-envars.html>.
const VARIABLES: &[(&str, &str)] = &[
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("port", "PGPORT"),
    ("dbname", "PGDATABASE"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("passfile", "PGPASSFILE"),
    ("options", "PGOPTIONS"),
    ("application_name", "PGAPPNAME"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
];

/// Parameters of libpq that have no variable here, and are understood.
const OTHERS: &[&str] = &[
    "keepalives",
    "keepalives_idle",
    "tcp_user_timeout",
    // Understood and not needed.
    "channel_binding",
    "client_encoding",
    "gssencmode",
    "keepalives_count",
    "keepalives_interval",
    "sslcompression",
    "sslsni",
];

/// What asks for more safety than this driver gives, or for another place: the parameter, its variable, and
/// the value that asks for it; `None`: any.
const DEMANDS: &[(&str, &str, Option<&str>)] = &[
    ("channel_binding", "PGCHANNELBINDING", Some("require")),
    ("gssencmode", "PGGSSENCMODE", Some("require")),
    ("require_auth", "PGREQUIREAUTH", None),
    ("service", "PGSERVICE", None),
    ("sslcrl", "PGSSLCRL", None),
    ("sslcrldir", "PGSSLCRLDIR", None),
];

/// Why it is not clear which database is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PostgresUrlError {
    /// No URL of a server.
    #[error("the address of a PostgreSQL database begins with `postgres://`")]
    NoAddress,
    /// `%` begins two digits.
    #[error("`%` in the database URL is not followed by two hexadecimal digits")]
    Percent,
    /// Nobody knows it.
    #[error("the database URL has the parameter `{0}`, which is not known")]
    Unknown(String),
    /// To go on would be less than what was asked for.
    #[error(
        "`{name}={value}` is asked for (in the database URL or {variable}), which this driver cannot do"
    )]
    Demand {
        /// The parameter.
        name: &'static str,
        /// Its variable.
        variable: &'static str,
        /// What it is to be.
        value: String,
    },
    /// Nobody says who the user is.
    #[error("the database URL names no user, and neither does the environment")]
    NoUser,
}

impl From<Broken> for PostgresUrlError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::NoAddress => Self::NoAddress,
            Broken::Percent => Self::Percent,
        }
    }
}

impl Explain for PostgresUrlError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NoAddress | Self::NoUser => "write `postgres://user@host/database`",
            Self::Percent => {
                "write `%` itself as `%25`, `@` in a password as `%40`, `/` as `%2F`, `:` as `%3A`"
            }
            Self::Demand { .. } => {
                "leave it out, if the connection is right without it; `sslmode=verify-full` proves who the server is"
            }
            Self::Unknown(_) => "leave it out; the parameters are those of libpq: host, sslmode …",
        };
        vec![hint.to_owned()]
    }
}

/// All that is needed to connect.
pub(super) fn from_environment(text: &str) -> Result<Parameters, PostgresUrlError> {
    parameters(text, &|name| std::env::var(name).ok())
}

/// Where the password came from that is among the parameters.
pub(super) fn password_origin(text: &str) -> &'static str {
    origin(text, &|name| std::env::var(name).ok())
}

fn origin(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> &'static str {
    if server_url::parse(text, "5432").is_ok_and(|found| found.contains_key("password")) {
        "the URL"
    } else if variable("PGPASSWORD").is_some_and(|password| !password.is_empty()) {
        "PGPASSWORD"
    } else {
        "the password file (PGPASSFILE, ~/.pgpass)"
    }
}

/// All that is needed to connect. `variable` reads the environment.
fn parameters(
    text: &str,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Parameters, PostgresUrlError> {
    let mut found = server_url::parse(text, "5432")?;
    // What JDBC calls it.
    if found.get("ssl").is_some_and(|ssl| ssl == "true") {
        found.remove("ssl");
        found.insert("sslmode".to_owned(), "require".to_owned());
    }
    let is_known =
        |name: &str| OTHERS.contains(&name) || VARIABLES.iter().any(|(known, _)| *known == name);
    if let Some(name) = found.keys().find(|name| !is_known(name)) {
        return Err(PostgresUrlError::Unknown(name.clone()));
    }
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    for (name, variable, demand) in DEMANDS {
        let value = found.get(*name).cloned().or_else(|| set(variable));
        if let Some(value) = value.filter(|value| demand.is_none_or(|demand| demand == value)) {
            return Err(PostgresUrlError::Demand {
                name,
                variable,
                value,
            });
        }
    }
    for (name, its_variable) in VARIABLES {
        // An address of the URL is not mixed with a host of the environment.
        let is_address = matches!(*name, "host" | "hostaddr");
        if is_address && (found.contains_key("host") || found.contains_key("hostaddr")) {
            continue;
        }
        if !found.contains_key(*name)
            && let Some(value) = set(its_variable)
        {
            found.insert((*name).to_owned(), value);
        }
    }
    let home = set("HOME")
        .or_else(|| set("USERPROFILE"))
        .map(PathBuf::from);
    complete(&mut found, home.as_deref(), &set)?;
    Ok(found)
}

/// What follows from the rest, or from the user's own directory.
fn complete(
    found: &mut Parameters,
    home: Option<&Path>,
    set: &dyn Fn(&str) -> Option<String>,
) -> Result<(), PostgresUrlError> {
    if !found.contains_key("user") {
        let user = set("USER")
            .or_else(|| set("LOGNAME"))
            .or_else(|| set("USERNAME"));
        let user = user.ok_or(PostgresUrlError::NoUser)?;
        found.insert("user".to_owned(), user);
    }
    if !found.contains_key("dbname") {
        found.insert("dbname".to_owned(), found["user"].clone());
    }
    if !found.contains_key("host") && !found.contains_key("hostaddr") {
        let sockets = ["/var/run/postgresql", "/tmp"];
        let port = found.get("port").map_or("5432", String::as_str);
        let socket = sockets.into_iter().find(|directory| {
            Path::new(directory)
                .join(format!(".s.PGSQL.{port}"))
                .exists()
        });
        found.insert("host".to_owned(), socket.unwrap_or("localhost").to_owned());
    }
    found
        .entry("application_name".to_owned())
        .or_insert_with(|| "migrate".to_owned());
    if let Some(home) = home {
        for (name, file) in [
            ("sslrootcert", "root.crt"),
            ("sslcert", "postgresql.crt"),
            ("sslkey", "postgresql.key"),
        ] {
            let path = home.join(".postgresql").join(file);
            if !found.contains_key(name) && path.is_file() {
                found.insert(name.to_owned(), path.to_string_lossy().into_owned());
            }
        }
    }
    if !found.contains_key("password")
        && let Some(password) = passfile::password(found, home)
    {
        found.insert("password".to_owned(), password);
    }
    Ok(())
}

/// The parameters as variables, for another program: no argument shows them to other users.
pub(super) fn as_variables(
    parameters: &Parameters,
) -> impl Iterator<Item = (&'static str, &String)> {
    (VARIABLES.iter()).filter_map(|(name, variable)| Some((*variable, parameters.get(*name)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, environment: &[(&str, &str)]) -> String {
        let variable = |name: &str| {
            (environment.iter())
                .find(|(its, _)| *its == name)
                .map(|(_, value)| (*value).to_owned())
        };
        match parameters(text, &variable) {
            Ok(found) => (found.iter())
                .filter(|(name, _)| *name != "application_name")
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_url_wins_over_the_environment() {
        let environment = [
            ("PGHOST", "elsewhere"),
            ("PGPORT", "6543"),
            ("PGUSER", "me"),
            ("PGPASSWORD", "secret"),
            ("PGSSLMODE", ""),
        ];
        assert_eq!(
            found("postgres://ann@h/d", &environment),
            "dbname=d host=h password=secret port=6543 user=ann"
        );
        assert_eq!(
            found("postgres://", &environment),
            "dbname=me host=elsewhere password=secret port=6543 user=me"
        );
        assert_eq!(
            found("postgres:///d?hostaddr=127.0.0.1&user=x", &environment),
            "dbname=d hostaddr=127.0.0.1 password=secret port=6543 user=x"
        );
    }

    #[test]
    fn a_password_has_an_origin() {
        let set = |name: &str| (name == "PGPASSWORD").then(|| "secret".to_owned());
        assert_eq!(origin("postgres://ann:x@h/d", &set), "the URL");
        assert_eq!(origin("postgres://ann@h/d", &set), "PGPASSWORD");
        assert!(origin("postgres://ann@h/d", &|_| None).contains("~/.pgpass"));
    }

    #[test]
    fn jdbcs_word_for_tls_is_understood() {
        assert_eq!(
            found("postgres://a@h/d?ssl=true", &[]),
            "dbname=d host=h sslmode=require user=a"
        );
    }

    #[test]
    fn the_user_of_the_system_is_the_last_resort() {
        assert_eq!(
            found("postgres://h", &[("USER", "ann")]),
            "dbname=ann host=h user=ann"
        );
        assert_eq!(
            found("postgres://h", &[]),
            "the database URL names no user, and neither does the environment"
        );
    }

    #[test]
    fn what_nobody_knows_is_refused() {
        assert_eq!(
            found("postgres://a@h/d?sslmod=require", &[]),
            "the database URL has the parameter `sslmod`, which is not known"
        );
    }

    #[test]
    fn what_this_driver_cannot_do_is_not_left_out_in_silence() {
        insta::assert_snapshot!(found("postgres://a@h/d?channel_binding=require", &[]), @"`channel_binding=require` is asked for (in the database URL or PGCHANNELBINDING), which this driver cannot do");
        insta::assert_snapshot!(found("postgres://a@h/d", &[("PGSERVICE", "shop")]), @"`service=shop` is asked for (in the database URL or PGSERVICE), which this driver cannot do");
        let harmless = "postgres://a@h/d?channel_binding=prefer&gssencmode=disable";
        assert!(!found(harmless, &[]).contains("asked for"));
    }

    #[test]
    fn another_program_gets_them_as_variables() {
        let found = parameters("postgres://a:b@h:1/d?sslmode=require", &|_| None).unwrap();
        let variables: Vec<String> = as_variables(&found)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            variables.join(" "),
            "PGHOST=h PGPORT=1 PGDATABASE=d PGUSER=a PGPASSWORD=b PGAPPNAME=migrate PGSSLMODE=require"
        );
    }
}
