//! Certificates for the tests of TLS: an authority of their own, and what it signs.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use std::fs;
use std::path::{Path, PathBuf};

/// An authority: its certificate as a file, and what it signs with.
pub(crate) struct Authority {
    pub(crate) certificate: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new(folder: &Path, name: &str) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        (parameters.distinguished_name).push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = folder.join(format!("{name}.crt"));
        fs::write(&certificate, parameters.self_signed(&key).unwrap().pem()).unwrap();
        Self {
            certificate,
            issuer: Issuer::new(parameters, key),
        }
    }

    /// The certificate of a client of that name and its key, as files.
    pub(crate) fn sign_client(&self, folder: &Path, name: &str) -> [PathBuf; 2] {
        self.sign_client_with(folder, name, &KeyPair::generate().unwrap())
    }

    /// As [`Self::sign_client`], for a key that is there.
    pub(crate) fn sign_client_with(
        &self,
        folder: &Path,
        name: &str,
        key: &KeyPair,
    ) -> [PathBuf; 2] {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        (parameters.distinguished_name).push(DnType::CommonName, name);
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = parameters.signed_by(key, &self.issuer).unwrap();
        let of = self.certificate.file_stem().unwrap().to_string_lossy();
        let files = ["crt", "key"].map(|ending| folder.join(format!("{name}-{of}.{ending}")));
        fs::write(&files[0], certificate.pem()).unwrap();
        fs::write(&files[1], key.serialize_pem()).unwrap();
        files
    }

    /// A certificate of a server on this machine, and its key.
    pub(crate) fn sign(&self, is_expired: bool) -> (String, String) {
        let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        if is_expired {
            parameters.not_before = date_time_ymd(2020, 1, 1);
            parameters.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}
