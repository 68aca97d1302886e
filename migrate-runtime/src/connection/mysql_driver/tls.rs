//! What `ssl-mode` means, for rustls.
//!
//! | mode | encrypted | certificate | host name |
//! |---|---|---|---|
//! | `disabled` | no | | |
//! | `preferred` | if the server can | not looked at | |
//! | `required` | yes | not looked at | |
//! | `verify-ca` | yes | of a known authority | not looked at |
//! | `verify-identity` | yes | of a known authority | that of the certificate |
//!
//! As in MySQL's client, with one difference: without `ssl-ca` the authorities are those that browsers
//! know.

use super::{MysqlParameters, client_key};
use mysql_async::{ClientIdentity, Conn, Error, OptsBuilder, SslOpts};
use rustls::crypto::ring;
use std::path::{Path, PathBuf};

/// How much the other side has to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Disabled,
    Preferred,
    Required,
    VerifyCa,
    VerifyIdentity,
}

/// The mode that the parameters ask for.
pub(super) fn mode(parameters: &MysqlParameters) -> Result<Mode, String> {
    // Nothing is between the two ends of a socket in the file system.
    if parameters.contains_key("socket") {
        return Ok(Mode::Disabled);
    }
    let said = parameters
        .get("ssl-mode")
        .map(|mode| mode.to_ascii_lowercase().replace('_', "-"));
    Ok(match said.as_deref() {
        // A certificate that nobody looks at is none.
        None if parameters.contains_key("ssl-ca") => Mode::VerifyCa,
        None | Some("preferred") => Mode::Preferred,
        Some("disabled") => Mode::Disabled,
        Some("required") => Mode::Required,
        Some("verify-ca") => Mode::VerifyCa,
        Some("verify-identity") => Mode::VerifyIdentity,
        Some(other) => {
            return Err(format!(
                "`ssl-mode` is {other}; it is one of disabled, preferred, required, verify-ca, verify-identity"
            ));
        }
    })
}

/// Connects with as much of TLS as the mode says.
pub(super) async fn connect(
    options: OptsBuilder,
    mode: Mode,
    parameters: &MysqlParameters,
) -> Result<Conn, String> {
    if mode == Mode::Disabled {
        return open(options).await;
    }
    // A program may have several providers, and then rustls takes none by itself. Where one was chosen
    // already, that one is as good.
    let _ = ring::default_provider().install_default();
    let settings = settings(mode, parameters)?;
    let with = |settings: SslOpts| Conn::new(options.clone().ssl_opts(settings));
    match (with(settings.clone()).await, mode) {
        (Err(error), Mode::Preferred) if has_no_tls(&error) => open(options).await,
        (Err(error), Mode::VerifyCa) if words(&error).contains(OTHER_NAME) => {
            let settings = settings.with_danger_tls_hostname_override(Some(OVERLOOKED));
            with(settings).await.map_err(|error| words(&error))
        }
        (connection, _) => connection.map_err(|error| words(&error)),
    }
}

/// What rustls says of a certificate that is in order but for the host in it.
const OTHER_NAME: &str = "certificate not valid for name";

/// The driver overlooks another host where the error has this word in it, as rustls once wrote it. Today
/// rustls writes the name that was asked for.
const OVERLOOKED: &str = "NotValidForName";

async fn open(options: OptsBuilder) -> Result<Conn, String> {
    Conn::new(options).await.map_err(|error| words(&error))
}

fn has_no_tls(error: &Error) -> bool {
    matches!(
        error,
        Error::Driver(mysql_async::DriverError::NoClientSslFlagFromServer)
    )
}

/// What the server or the system said, without the driver's names for its own errors.
fn words(error: &Error) -> String {
    match error {
        Error::Server(error) => error.message.clone(),
        Error::Driver(mysql_async::DriverError::NoClientSslFlagFromServer) => {
            "the server does not support TLS".to_owned()
        }
        other => other
            .to_string()
            .trim_start_matches("Input/output error: ")
            .to_owned(),
    }
}

fn settings(mode: Mode, parameters: &MysqlParameters) -> Result<SslOpts, String> {
    let mut settings = SslOpts::default();
    if let Some(authority) = parameters.get("ssl-ca") {
        settings = settings
            .with_root_certs(vec![PathBuf::from(readable(authority)?).into()])
            .with_disable_built_in_roots(true);
    }
    settings = match mode {
        Mode::Disabled | Mode::Preferred | Mode::Required => {
            settings.with_danger_accept_invalid_certs(true)
        }
        Mode::VerifyCa => settings.with_danger_skip_domain_validation(true),
        Mode::VerifyIdentity => settings,
    };
    match (parameters.get("ssl-cert"), parameters.get("ssl-key")) {
        (Some(certificate), Some(key)) => {
            let certificate = PathBuf::from(readable(certificate)?);
            let identity = ClientIdentity::new(certificate.into(), client_key::read(key)?.into());
            Ok(settings.with_client_identity(Some(identity)))
        }
        (None, None) => Ok(settings),
        _ => Err("`ssl-cert` and `ssl-key` belong together".to_owned()),
    }
}

fn readable(path: &str) -> Result<&str, String> {
    match std::fs::File::open(Path::new(path)) {
        Ok(_) => Ok(path),
        Err(error) => Err(format!("{path} cannot be read: {error}")),
    }
}
