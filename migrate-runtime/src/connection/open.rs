//! Opens a database by its URL: for the command line, which has no connection of its own.

use super::Session;
use crate::schema::Backend;
use crate::{ErrorKind, Explain};

/// Opens a connection that owns itself.
///
/// `location` is what the database's own driver takes: for SQLite a path, `:memory:` or a `file:` URI.
/// Reading users' spellings of URLs is the command line's matter.
///
/// # Errors
/// [`OpenError`] if the database does not answer, or this build has no driver for it.
pub fn open(backend: Backend, location: &str) -> Result<Box<dyn Session>, OpenError> {
    match backend {
        #[cfg(feature = "sqlite")]
        Backend::Sqlite => super::sqlite::open(location),
        other => Err(OpenError::NoDriver {
            backend: other,
            location: location.to_owned(),
        }),
    }
}

/// Why a database could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The driver said no.
    #[error("cannot open {backend} database {location}: {message}")]
    Refused {
        /// The kind of database.
        backend: Backend,
        /// Where it is; never with a password.
        location: String,
        /// The driver's words.
        message: String,
    },
    /// A pooler gives every transaction another session of the server.
    #[error(
        "{location} is a pooler in transaction mode (as PgBouncer): every transaction gets another \
         session of the server, and a lock cannot be held"
    )]
    Pooled {
        /// Where it is; never with a password.
        location: String,
    },
    /// The binary was built without that database.
    #[error("this build cannot open a {backend} database")]
    NoDriver {
        /// The kind of database.
        backend: Backend,
        /// Where it is.
        location: String,
    },
}

impl Explain for OpenError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused { .. } => ErrorKind::Database,
            Self::NoDriver { .. } | Self::Pooled { .. } => ErrorKind::Config,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Refused {
                backend: Backend::Postgres,
                message,
                ..
            } => server_hints(message),
            Self::Refused {
                backend: Backend::Mysql,
                message,
                ..
            } => mysql_hints(message),
            Self::Pooled { .. } => vec![
                "connect to the server itself, or to a pool in session mode: often another port or host of the same service".to_owned(),
            ],
            Self::Refused { .. } => vec![
                "check that the directory exists and that you may read and write it".to_owned(),
            ],
            Self::NoDriver {
                backend: Backend::Postgres,
                ..
            } => vec![
                "say in Cargo.toml: migrate = [\"migrate-runtime/cli-postgres\"]".to_owned(),
            ],
            Self::NoDriver {
                backend: Backend::Mysql,
                ..
            } => vec!["say in Cargo.toml: migrate = [\"migrate-runtime/cli-mysql\"]".to_owned()],
            Self::NoDriver { backend, .. } => vec![format!(
                "enable the feature `{backend}` of migrate-runtime in Cargo.toml"
            )],
        }
    }
}

/// What to do about a server that said no, by its words.
fn server_hints(message: &str) -> Vec<String> {
    let says = |words: &str| message.contains(words);
    let hint = if says("password") || says("Peer authentication") {
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
        return Vec::new();
    };
    vec![hint.to_owned()]
}

/// As [`server_hints`], for MySQL and MariaDB.
fn mysql_hints(message: &str) -> Vec<String> {
    let says = |words: &str| message.contains(words);
    let hint = if says("Access denied") && says("to database") {
        "the user may not use that database: GRANT ALL ON database.* TO user"
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
        return Vec::new();
    };
    vec![hint.to_owned()]
}
