//! Opens a PostgreSQL database for the command line: pure Rust, no client library.
//!
//! In go libpq's parameters by name, complete: where they come from (URL, environment, password file) is
//! the command line's matter. Out comes an open session, or an error that never names the password.

mod pipeline;
mod pooler;
mod tls;

use super::driver_runtime::runtime;
use super::{OpenError, Session};
use crate::schema::Backend;
use pipeline::Pipeline;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};

/// libpq's parameters, by their names: `host`, `port`, `user`, `sslmode` …
pub type PostgresParameters = BTreeMap<String, String>;

/// How long to wait for a server that does not answer, unless `connect_timeout` says something else.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Opens a connection; `shown` is what an error calls the database.
///
/// # Errors
/// [`OpenError`], with the server's or the system's own words.
pub fn open_postgres(
    parameters: &PostgresParameters,
    shown: &str,
) -> Result<Box<dyn Session>, OpenError> {
    let refused = |message: String| OpenError::Refused {
        backend: Backend::Postgres,
        location: shown.to_owned(),
        message,
    };
    let config = config(parameters).map_err(refused)?;
    let tls = tls::connector(parameters).map_err(refused)?;
    let runtime = runtime().map_err(refused)?;
    let connection = runtime.block_on(async {
        match tls {
            None => pooler::open(&config, tokio_postgres::NoTls).await,
            Some(tls) => pooler::open(&config, tls).await,
        }
    });
    let connection = match connection {
        Ok(Some(connection)) => connection,
        Ok(None) => {
            return Err(OpenError::Pooled {
                location: shown.to_owned(),
            });
        }
        Err(message) => return Err(refused(message)),
    };
    Ok(Box::new(Pipeline::new(connection)))
}

/// The parameters as the driver takes them. TLS and what is not its matter is left out.
fn config(parameters: &PostgresParameters) -> Result<Config, String> {
    let mut config = Config::new();
    config.connect_timeout(CONNECT_TIMEOUT);
    for (name, value) in parameters {
        let number = || {
            value
                .parse::<u64>()
                .map_err(|_| format!("`{name}` is no number: {value}"))
        };
        match name.as_str() {
            "host" => {
                for host in value.split(',') {
                    config.host(host);
                }
            }
            "hostaddr" => {
                for address in value.split(',') {
                    let address = (address.parse())
                        .map_err(|_| format!("`hostaddr` is no address: {address}"))?;
                    config.hostaddr(address);
                }
            }
            "port" => {
                for port in value.split(',') {
                    let port = port
                        .parse()
                        .map_err(|_| format!("`port` is no port: {port}"))?;
                    config.port(port);
                }
            }
            "user" => {
                config.user(value);
            }
            "password" => {
                config.password(value);
            }
            "dbname" => {
                config.dbname(value);
            }
            "options" => {
                config.options(value);
            }
            "application_name" => {
                config.application_name(value);
            }
            // 0 means forever there.
            "connect_timeout" => {
                config.connect_timeout(match number()? {
                    0 => Duration::MAX,
                    seconds => Duration::from_secs(seconds),
                });
            }
            "tcp_user_timeout" => {
                config.tcp_user_timeout(Duration::from_millis(number()?));
            }
            "keepalives" => {
                config.keepalives(value != "0");
            }
            "keepalives_idle" => {
                config.keepalives_idle(Duration::from_secs(number()?));
            }
            "target_session_attrs" => {
                config.target_session_attrs(match value.as_str() {
                    "any" => TargetSessionAttrs::Any,
                    "read-write" | "primary" => TargetSessionAttrs::ReadWrite,
                    "read-only" | "standby" => TargetSessionAttrs::ReadOnly,
                    other => return Err(format!("`target_session_attrs` is {other}")),
                });
            }
            _ => {}
        }
    }
    config.ssl_mode(match tls::mode(parameters)? {
        tls::Mode::Disable => SslMode::Disable,
        tls::Mode::Prefer => SslMode::Prefer,
        tls::Mode::Require | tls::Mode::VerifyCa | tls::Mode::VerifyFull => SslMode::Require,
    });
    Ok(config)
}
