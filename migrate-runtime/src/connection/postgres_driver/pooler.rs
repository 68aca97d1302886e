//! Finds out whether a pooler stands before the server, and of which kind.
//!
//! A setting among the parameters of the start reaches the server, and no pooler hands it on: some refuse
//! it, the others drop it. Only where it did not arrive a second connection is opened: if the server sees
//! both as one session, every transaction gets another one, and a lock means nothing.

use crate::error::with_causes;
use diesel_async::AsyncPgConnection;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Error, SimpleQueryMessage, Socket};

/// Arrives at a server that nothing stands before.
const DIRECT: &str = "migrate.direct";

/// Opens a connection; `None` behind a pooler that gives every transaction another session.
pub(super) async fn open<T>(config: &Config, tls: T) -> Result<Option<AsyncPgConnection>, String>
where
    T: MakeTlsConnect<Socket> + Clone,
    T::Stream: Send + 'static,
{
    let mut marked = config.clone();
    let options = config.get_options().unwrap_or_default();
    marked.options(format!("{options} -c {DIRECT}=on").trim());
    match connect(&marked, tls.clone()).await {
        Ok(client) => {
            let sql = format!("SELECT pg_catalog.current_setting('{DIRECT}', true)");
            if text(&client, &sql).await?.as_deref() == Some("on") {
                return finished(client).await.map(Some);
            }
        }
        Err(error) if may_be_the_setting(&error) => {}
        Err(error) => return Err(with_causes(&error)),
    }
    let connected = |error: Error| with_causes(&error);
    let first = connect(config, tls.clone()).await.map_err(connected)?;
    let second = connect(config, tls).await.map_err(connected)?;
    let pid = "SELECT pg_catalog.pg_backend_pid()";
    let of_first = text(&first, pid).await?;
    let of_second = text(&second, &format!("BEGIN; {pid}")).await?;
    if of_first == of_second {
        return Ok(None);
    }
    finished(first).await.map(Some)
}

/// Whether the server's end refused what we added, and not us: our password, the name of the database, one
/// more connection.
fn may_be_the_setting(error: &Error) -> bool {
    let about_us = ["28", "3D", "53", "57"];
    let code = error.code().map(SqlState::code);
    code.is_some_and(|code| !about_us.iter().any(|class| code.starts_with(class)))
}

async fn connect<T>(config: &Config, tls: T) -> Result<Client, Error>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let (client, connection) = config.connect(tls).await?;
    // It ends with the client, and what goes wrong there the client says.
    drop(tokio::spawn(connection));
    Ok(client)
}

/// The first value of an answer.
async fn text(client: &Client, sql: &str) -> Result<Option<String>, String> {
    let answer = (client.simple_query(sql).await).map_err(|error| with_causes(&error))?;
    Ok(answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }))
}

async fn finished(client: Client) -> Result<AsyncPgConnection, String> {
    let connection = AsyncPgConnection::try_from(client).await;
    connection.map_err(|error| error.to_string())
}
