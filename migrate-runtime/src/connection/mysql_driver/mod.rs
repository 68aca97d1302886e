//! Opens a MySQL or MariaDB database for the command line: pure Rust, no client library.
//!
//! In go parameters by name, complete: where they come from (URL, environment) is the command line's
//! matter. Out comes an open session, or an error that never names the password.

mod client_key;
mod tls;

use super::diesel_session::Owned;
use super::driver_runtime::{Shared, runtime};
use super::{OpenError, Session};
use crate::connection::MYSQL_MODE;
use crate::schema::Backend;
use diesel_async::AsyncMysqlConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use mysql_async::{Conn, OptsBuilder};
use std::collections::BTreeMap;
use std::time::Duration;

/// Parameters as the clients of MySQL and MariaDB name them: `host`, `port`, `user`, `password`,
/// `database`, `socket`, `ssl-mode`, `ssl-ca`, `ssl-cert`, `ssl-key`, `connect-timeout`.
pub type MysqlParameters = BTreeMap<String, String>;

/// How long to wait for a server that does not answer, unless `connect-timeout` says something else.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Opens a connection; `shown` is what an error calls the database.
///
/// # Errors
/// [`OpenError`], with the server's or the system's own words.
pub fn open_mysql(
    parameters: &MysqlParameters,
    shown: &str,
) -> Result<Box<dyn Session>, OpenError> {
    connect(parameters).map_err(|message| OpenError::Refused {
        backend: Backend::Mysql,
        location: shown.to_owned(),
        message,
    })
}

fn connect(parameters: &MysqlParameters) -> Result<Box<dyn Session>, String> {
    let options = options(parameters)?;
    let mode = tls::mode(parameters)?;
    let timeout = timeout(parameters)?;
    let connection = runtime()?.block_on(async {
        let attempt = tls::connect(options, mode, parameters);
        match tokio::time::timeout(timeout, attempt).await {
            Ok(connection) => wrapped(connection?).await,
            Err(_) => Err(format!("timed out after {} seconds", timeout.as_secs())),
        }
    })?;
    let connection: AsyncConnectionWrapper<AsyncMysqlConnection, Shared> = connection.into();
    Ok(Box::new(Owned(connection)))
}

async fn wrapped(connection: Conn) -> Result<AsyncMysqlConnection, String> {
    AsyncMysqlConnection::try_from(connection)
        .await
        .map_err(|error| error.to_string())
}

/// The parameters as the driver takes them, without TLS.
fn options(parameters: &MysqlParameters) -> Result<OptsBuilder, String> {
    let text = |name: &str| parameters.get(name).cloned();
    let mut options = OptsBuilder::default()
        .user(text("user"))
        .pass(text("password"))
        .db_name(text("database"))
        .socket(text("socket"))
        // Else it leaves the address it was given for a socket that the server tells of.
        .prefer_socket(parameters.contains_key("socket"))
        // What diesel relies on: an UPDATE counts the rows it finds.
        .client_found_rows(true)
        .stmt_cache_size(0)
        .init(vec![format!("SET SESSION sql_mode = '{MYSQL_MODE}'")]);
    if let Some(host) = text("host") {
        options = options.ip_or_hostname(host);
    }
    if let Some(port) = text("port") {
        let number = port
            .parse()
            .map_err(|_| format!("`port` is no port: {port}"))?;
        options = options.tcp_port(number);
    }
    Ok(options)
}

fn timeout(parameters: &MysqlParameters) -> Result<Duration, String> {
    match parameters
        .get("connect-timeout")
        .map(|text| (text, text.parse()))
    {
        None => Ok(CONNECT_TIMEOUT),
        // 0 means forever there.
        Some((_, Ok(0))) => Ok(Duration::MAX),
        Some((_, Ok(seconds))) => Ok(Duration::from_secs(seconds)),
        Some((text, Err(_))) => Err(format!("`connect-timeout` is no number: {text}")),
    }
}
