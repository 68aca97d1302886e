//! What `sslmode` means, for rustls.
//!
//! | mode | encrypted | certificate | host name |
//! |---|---|---|---|
//! | `disable` | no | | |
//! | `prefer`, `allow` | if the server can | not looked at | |
//! | `require` | yes | not looked at, unless there is an `sslrootcert` | |
//! | `verify-ca` | yes | of a known authority | not looked at |
//! | `verify-full` | yes | of a known authority | that of the certificate |
//!
//! As in libpq, with one difference: without an `sslrootcert` the authorities are those of the system.

use super::PostgresParameters;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use std::path::Path;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How much the other side has to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// The mode that the parameters ask for.
pub(super) fn mode(parameters: &PostgresParameters) -> Result<Mode, String> {
    let has_roots = parameters.contains_key("sslrootcert");
    let mode = match parameters.get("sslmode").map(String::as_str) {
        None | Some("prefer" | "allow") => Mode::Prefer,
        Some("disable") => Mode::Disable,
        // For the sake of old programs libpq does the same.
        Some("require") if has_roots => Mode::VerifyCa,
        Some("require") => Mode::Require,
        Some("verify-ca") => Mode::VerifyCa,
        Some("verify-full") => Mode::VerifyFull,
        Some(other) => {
            return Err(format!(
                "`sslmode` is {other}; it is one of disable, prefer, require, verify-ca, verify-full"
            ));
        }
    };
    // Nothing is between the two ends of a socket in the file system.
    let host = parameters.get("host").map_or("", String::as_str);
    Ok(if host.starts_with('/') {
        Mode::Disable
    } else {
        mode
    })
}

/// What makes the encrypted connection; `None` where there is to be none.
pub(super) fn connector(
    parameters: &PostgresParameters,
) -> Result<Option<MakeRustlsConnect>, String> {
    let mode = mode(parameters)?;
    if mode == Mode::Disable {
        return Ok(None);
    }
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match mode {
        Mode::Disable | Mode::Prefer | Mode::Require => Arc::new(Anybody(provider.clone())),
        Mode::VerifyCa => Arc::new(AnyName(known(parameters, &provider)?)),
        Mode::VerifyFull => known(parameters, &provider)?,
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let config = match client_certificate(parameters)? {
        None => config.with_no_client_auth(),
        Some((chain, key)) => (config.with_client_auth_cert(chain, key))
            .map_err(|error| format!("the client certificate cannot be used: {error}"))?,
    };
    Ok(Some(MakeRustlsConnect::new(config)))
}

/// The verifier of certificates and names.
fn known(
    parameters: &PostgresParameters,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, String> {
    let mut roots = RootCertStore::empty();
    match parameters.get("sslrootcert").map(String::as_str) {
        None | Some("system") => {
            let found = rustls_native_certs::load_native_certs();
            let (_, broken) = roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                let why = found.errors.first().map(ToString::to_string);
                let why = why.unwrap_or_else(|| format!("{broken} are not readable"));
                return Err(format!(
                    "the system has no certificates of authorities ({why}); name one: sslrootcert=PATH"
                ));
            }
        }
        Some(path) => {
            for certificate in certificates("sslrootcert", path)? {
                (roots.add(certificate))
                    .map_err(|error| format!("sslrootcert {path} cannot be used: {error}"))?;
            }
        }
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .map_err(|error| format!("the certificates of authorities cannot be used: {error}"))
}

fn certificates(name: &str, path: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let unreadable = |error| format!("{name} {path} cannot be read: {error}");
    let found = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(unreadable)?;
    if found.is_empty() {
        return Err(format!("{name} {path} has no certificate in it"));
    }
    Ok(found)
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// What the client shows of itself, if it has something to show.
fn client_certificate(parameters: &PostgresParameters) -> Result<Option<Identity>, String> {
    let (certificate, key) = (parameters.get("sslcert"), parameters.get("sslkey"));
    let (certificate, key) = match (certificate, key) {
        (Some(certificate), Some(key)) => (certificate, key),
        (Some(certificate), None) => {
            return Err(format!("sslcert is {certificate}, and sslkey is missing"));
        }
        (None, _) => return Ok(None),
    };
    let chain = certificates("sslcert", certificate)?;
    let key = PrivateKeyDer::from_pem_file(Path::new(key))
        .map_err(|error| format!("sslkey {key} cannot be read: {error}"))?;
    Ok(Some((chain, key)))
}

/// Takes any certificate: the connection is encrypted, to whomever.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

/// Takes the certificate of a known authority for any name.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // The name is looked at last, when everything else was found to be right.
        match (self.0).verify_server_cert(certificate, intermediates, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
