//! Where a MySQL or MariaDB database is: the URL, then the environment as the clients read it
//! (`MYSQL_HOST`, `MYSQL_TCP_PORT`, `MYSQL_UNIX_PORT`, `MYSQL_PWD`), then what follows from the rest.
//! Nothing is opened here.

use super::server_url::{self, Broken, Parts};
use crate::{ErrorKind, Explain};
use std::path::Path;

/// The parameters that a URL may have, by the name that the clients have for them, and other programs'
/// names for the same.
const KNOWN: &[(&str, &[&str])] = &[
    ("ssl-mode", &["ssl_mode", "sslmode"]),
    ("ssl-ca", &["ssl_ca", "sslrootcert"]),
    ("ssl-cert", &["ssl_cert", "sslcert"]),
    ("ssl-key", &["ssl_key", "sslkey"]),
    ("socket", &["unix_socket"]),
    ("connect-timeout", &["connect_timeout"]),
    ("user", &[]),
    ("password", &[]),
];

/// Parameters of other programs that say what is so anyway.
const NEEDLESS: &[&str] = &["charset", "collation", "timezone"];

/// A parameter and the variable that says it where the URL does not.
const VARIABLES: &[(&str, &str)] = &[
    ("host", "MYSQL_HOST"),
    ("port", "MYSQL_TCP_PORT"),
    ("socket", "MYSQL_UNIX_PORT"),
    ("password", "MYSQL_PWD"),
];

/// Where servers have their sockets.
const SOCKETS: &[&str] = &[
    "/run/mysqld/mysqld.sock",
    "/var/lib/mysql/mysql.sock",
    "/tmp/mysql.sock",
];

/// Why it is not clear which database is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum MysqlUrlError {
    /// No URL of a server.
    #[error("the address of a MySQL or MariaDB database begins with `mysql://` or `mariadb://`")]
    NoAddress,
    /// `%` begins two digits.
    #[error("`%` in the database URL is not followed by two hexadecimal digits")]
    Percent,
    /// Nobody knows it.
    #[error("the database URL has the parameter `{0}`, which is not known")]
    Unknown(String),
    /// Nobody says which database of the server.
    #[error("the database URL names no database")]
    NoDatabase,
    /// Nobody says who the user is.
    #[error("the database URL names no user, and neither does the environment")]
    NoUser,
}

impl From<Broken> for MysqlUrlError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::NoAddress => Self::NoAddress,
            Broken::Percent => Self::Percent,
        }
    }
}

impl Explain for MysqlUrlError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NoAddress | Self::NoUser | Self::NoDatabase => {
                "write `mysql://user@host/database`"
            }
            Self::Percent => {
                "write `%` itself as `%25`, `@` in a password as `%40`, `/` as `%2F`, `:` as `%3A`"
            }
            Self::Unknown(_) => {
                "leave it out; the parameters are ssl-mode, ssl-ca, ssl-cert, ssl-key, socket and connect-timeout"
            }
        };
        vec![hint.to_owned()]
    }
}

/// All that is needed to connect.
pub(super) fn from_environment(text: &str) -> Result<Parts, MysqlUrlError> {
    parameters(text, &|name| std::env::var(name).ok(), &|path| {
        Path::new(path).exists()
    })
}

/// Where the password came from that is among the parameters.
pub(super) fn password_origin(text: &str) -> &'static str {
    let in_url = server_url::parse(text, "3306").is_ok_and(|found| found.contains_key("password"));
    if in_url { "the URL" } else { "MYSQL_PWD" }
}

/// All that is needed to connect. `variable` reads the environment, `exists` tells of sockets.
fn parameters(
    text: &str,
    variable: &dyn Fn(&str) -> Option<String>,
    exists: &dyn Fn(&str) -> bool,
) -> Result<Parts, MysqlUrlError> {
    let mut found = Parts::new();
    for (name, value) in server_url::parse(text, "3306")? {
        match name.as_str() {
            "host" | "port" => found.insert(name, value),
            "dbname" => found.insert("database".to_owned(), value),
            other if NEEDLESS.contains(&other) => None,
            other => {
                let known = (KNOWN.iter())
                    .find(|(known, others)| *known == other || others.contains(&other))
                    .ok_or_else(|| MysqlUrlError::Unknown(name.clone()))?;
                found.insert(known.0.to_owned(), value)
            }
        };
    }
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let has_address = found.contains_key("host") || found.contains_key("socket");
    for (name, its_variable) in VARIABLES {
        // An address of the URL is not mixed with one of the environment, and a socket is on this machine.
        let is_address = matches!(*name, "host" | "port" | "socket");
        let is_far = found.get("host").is_some_and(|host| host != "localhost");
        if found.contains_key(*name) || (is_address && has_address) || (*name == "socket" && is_far)
        {
            continue;
        }
        if let Some(value) = set(its_variable) {
            found.insert((*name).to_owned(), value);
        }
    }
    if !found.contains_key("user") {
        let user = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(set);
        found.insert("user".to_owned(), user.ok_or(MysqlUrlError::NoUser)?);
    }
    if !found.contains_key("database") {
        return Err(MysqlUrlError::NoDatabase);
    }
    place(&mut found, exists);
    Ok(found)
}

/// `localhost` is the socket, as for all clients, unless a port is said or there is none.
fn place(found: &mut Parts, exists: &dyn Fn(&str) -> bool) {
    if let Some(path) = found
        .get("host")
        .filter(|host| host.starts_with('/'))
        .cloned()
    {
        found.remove("host");
        found.insert("socket".to_owned(), path);
    }
    let is_local = found.get("host").is_none_or(|host| host == "localhost");
    if is_local
        && !found.contains_key("port")
        && !found.contains_key("socket")
        && let Some(socket) = SOCKETS.iter().find(|path| exists(path))
    {
        found.insert("socket".to_owned(), (*socket).to_owned());
    }
    if !found.contains_key("socket") {
        found
            .entry("host".to_owned())
            .or_insert_with(|| "127.0.0.1".to_owned());
    }
}

/// The client's arguments, and the password in the variable for it, which no other user is shown.
pub(super) fn client(parameters: &Parts) -> (Vec<String>, Option<&String>) {
    let mut arguments = Vec::new();
    for (name, option) in [
        ("host", "--host"),
        ("port", "--port"),
        ("user", "--user"),
        ("socket", "--socket"),
        ("ssl-ca", "--ssl-ca"),
        ("ssl-cert", "--ssl-cert"),
        ("ssl-key", "--ssl-key"),
    ] {
        if let Some(value) = parameters.get(name) {
            arguments.push(format!("{option}={value}"));
        }
    }
    arguments.extend(parameters.get("database").cloned());
    (arguments, parameters.get("password"))
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
        match parameters(text, &variable, &|path| path == "/tmp/mysql.sock") {
            Ok(found) => (found.iter())
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn every_part_of_a_url() {
        for (url, parameters) in [
            (
                "mysql://u:p%40w@h:3307/d",
                "database=d host=h password=p@w port=3307 user=u",
            ),
            (
                "mysql://u@h/d?ssl-mode=verify-ca&ssl-ca=/a.pem",
                "database=d host=h ssl-ca=/a.pem ssl-mode=verify-ca user=u",
            ),
            (
                "mysql://u@h/d?ssl_mode=REQUIRED&charset=utf8mb4",
                "database=d host=h ssl-mode=REQUIRED user=u",
            ),
            (
                "mysql://u@localhost/d",
                "database=d host=localhost socket=/tmp/mysql.sock user=u",
            ),
            (
                "mysql://u@localhost:3306/d",
                "database=d host=localhost port=3306 user=u",
            ),
            ("mysql://u@%2Frun%2Fs/d", "database=d socket=/run/s user=u"),
            (
                "mysql://u@h/d?socket=/run/s",
                "database=d host=h socket=/run/s user=u",
            ),
            (
                "mysql:///d?user=u",
                "database=d socket=/tmp/mysql.sock user=u",
            ),
            (
                "mysql://u@[::1]:3306/d",
                "database=d host=::1 port=3306 user=u",
            ),
        ] {
            assert_eq!(found(url, &[]), parameters, "{url}");
        }
    }

    #[test]
    fn the_url_wins_over_the_environment() {
        let environment = [
            ("MYSQL_HOST", "elsewhere"),
            ("MYSQL_TCP_PORT", "3307"),
            ("MYSQL_UNIX_PORT", "/run/s"),
            ("MYSQL_PWD", "secret"),
            ("USER", "me"),
        ];
        assert_eq!(
            found("mysql://ann:x@h/d", &environment),
            "database=d host=h password=x user=ann"
        );
        assert_eq!(
            found("mysql:///d", &environment),
            "database=d host=elsewhere password=secret port=3307 user=me"
        );
    }

    #[test]
    fn what_is_missing_or_unknown() {
        for (url, error) in [
            ("mysql://u@h", "the database URL names no database"),
            (
                "mysql://h/d",
                "the database URL names no user, and neither does the environment",
            ),
            (
                "mysql://u@h/d?sslmod=x",
                "the database URL has the parameter `sslmod`, which is not known",
            ),
            (
                "mysql://u:100%@h/d",
                "`%` in the database URL is not followed by two hexadecimal digits",
            ),
        ] {
            assert_eq!(found(url, &[]), error);
        }
    }

    #[test]
    fn the_client_gets_the_password_apart() {
        let found = parameters("mysql://u:p@h:1/d", &|_| None, &|_| false).unwrap();
        let (arguments, password) = client(&found);
        assert_eq!(arguments.join(" "), "--host=h --port=1 --user=u d");
        assert_eq!(password.map(String::as_str), Some("p"));
    }
}
