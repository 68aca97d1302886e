//! Why a database lets somebody not in, by its own words.

use crate::schema::Backend;

/// Whether it will say the same at each later attempt: of the password, the user, the database or its rules.
#[cfg(feature = "diesel")]
pub(crate) fn is_final(backend: Backend, message: &str) -> bool {
    let words: &[&str] = match backend {
        Backend::Postgres => &[
            "password authentication failed",
            "no password supplied",
            "password missing",
            "Peer authentication failed",
            "does not exist",
            "not permitted to log in",
            "permission denied for database",
            "pg_hba.conf",
        ],
        Backend::Mysql => &[
            "Access denied",
            "Unknown database",
            "is not allowed to connect",
        ],
        Backend::Sqlite => &[],
    };
    words.iter().any(|words| message.contains(words))
}

/// Whether a password was given, and is refused.
pub(super) fn is_wrong_password(message: &str) -> bool {
    message.contains("password authentication failed") || message.contains("(using password: YES)")
}

/// What to do about it.
pub(crate) fn hints(backend: Backend, message: &str) -> Vec<String> {
    let hint = match backend {
        Backend::Postgres => postgres_hint(message),
        Backend::Mysql => mysql_hint(message),
        Backend::Sqlite => {
            Some("check that the directory exists and that you may read and write it")
        }
    };
    hint.into_iter().map(str::to_owned).collect()
}

/// As [`hints`], for PostgreSQL.
fn postgres_hint(message: &str) -> Option<&'static str> {
    let says = |words: &str| message.contains(words);
    Some(if is_wrong_password(message) {
        "the password is wrong, or that user does not exist: correct the URL, PGPASSWORD or ~/.pgpass"
    } else if says("password") || says("Peer authentication") {
        "give the password: in the URL, in PGPASSWORD, or in ~/.pgpass, which nobody else may read"
    } else if says("role") && says("does not exist") {
        "create that role, or correct the user in the URL"
    } else if says("does not exist") {
        "create it: cargo migrate database create; or correct the URL"
    } else if says("valid client certificate") {
        "show the server a certificate: sslcert=PATH and sslkey=PATH"
    } else if says("UnknownCA") {
        "the server does not know the authority that signed the certificate of sslcert"
    } else if says("certificate authentication failed") {
        "the certificate of sslcert is for another user"
    } else if says("pg_hba.conf") || says("requires") && says("SSL") {
        "the server does not let you in this way: another sslmode, user or address"
    } else if says("NotValidForName") || says("not valid for name") {
        "the certificate is for another host: use the name it has, or sslmode=verify-ca"
    } else if says("UnknownIssuer") {
        "name the certificate of the authority that signed the server's: sslrootcert=PATH"
    } else if says("certificate") && says("xpired") {
        "the server needs a new certificate"
    } else if says("does not support TLS") {
        "the server speaks no TLS: sslmode=disable or prefer, if the way to it is safe"
    } else if says("onnection refused") || says("No such file") || says("timed out") {
        "is the server running, and is this its address?"
    } else {
        return None;
    })
}

/// As [`hints`], for MySQL and MariaDB.
fn mysql_hint(message: &str) -> Option<&'static str> {
    let says = |words: &str| message.contains(words);
    Some(if says("Access denied") && says("to database") {
        "the user may not use that database: GRANT ALL ON database.* TO user"
    } else if is_wrong_password(message) {
        "the password is wrong, or that user does not exist: correct the URL, or MYSQL_PWD"
    } else if says("Access denied") {
        "check the user and give the password: in the URL, or in MYSQL_PWD"
    } else if says("Unknown database") {
        "create it: cargo migrate database create; or correct the URL"
    } else if says("is not allowed to connect") {
        "the server does not let that user in from here: CREATE USER 'name'@'host'"
    } else if says("insecure transport") || says("require_secure_transport") {
        "the server wants TLS: ssl-mode=required"
    } else if says("NotValidForName") || says("not valid for name") {
        "the certificate is for another host: use the name it has, or ssl-mode=verify-ca"
    } else if says("UnknownIssuer") {
        "name the certificate of the authority that signed the server's: ssl-ca=PATH"
    } else if says("certificate") && says("xpired") {
        "the server needs a new certificate"
    } else if says("does not support TLS") {
        "the server speaks no TLS: ssl-mode=disabled or preferred, if the way to it is safe"
    } else if says("onnection refused") || says("No such file") || says("timed out") {
        "is the server running, and is this its address?"
    } else {
        return None;
    })
}

#[cfg(all(test, feature = "diesel"))]
mod tests {
    use super::*;

    #[test]
    fn what_no_later_attempt_changes() {
        let (pg, my) = (Backend::Postgres, Backend::Mysql);
        for (backend, message, is, hint) in [
            (
                pg,
                "FATAL:  password authentication failed for user \"ann\"",
                true,
                "the password is wrong",
            ),
            (
                pg,
                "fe_sendauth: no password supplied",
                true,
                "give the password",
            ),
            (
                pg,
                "invalid configuration: password missing",
                true,
                "give the password",
            ),
            (
                pg,
                "FATAL:  role \"ann\" does not exist",
                true,
                "create that role",
            ),
            (
                pg,
                "FATAL:  database \"shop\" does not exist",
                true,
                "create it",
            ),
            (pg, "FATAL:  the database system is starting up", false, ""),
            (
                pg,
                "connection to server at \"db\", port 5432 failed: Connection refused",
                false,
                "is the server running",
            ),
            (
                pg,
                "connection to server on socket \"/s\" failed: No such file or directory",
                false,
                "is the server running",
            ),
            (
                my,
                "Access denied for user 'ann'@'h' (using password: YES)",
                true,
                "the password is wrong",
            ),
            (
                my,
                "Access denied for user 'ann'@'h' (using password: NO)",
                true,
                "check the user and give the password",
            ),
            (
                my,
                "Access denied for user 'ann'@'h' to database 'shop'",
                true,
                "the user may not use",
            ),
            (my, "Unknown database 'shop'", true, "create it"),
            (my, "Can't connect to MySQL server on 'db' (111)", false, ""),
        ] {
            assert_eq!(is_final(backend, message), is, "{message}");
            let hints = hints(backend, message).concat();
            assert!(hints.starts_with(hint), "{message}: {hints}");
        }
    }
}
