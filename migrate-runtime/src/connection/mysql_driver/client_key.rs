//! The private key of a client: a file goes in, what the driver takes comes out.
//!
//! The driver takes RSA keys in the format PKCS #1 and passes over all others in silence. PKCS #8, which
//! `openssl` writes, is an envelope around the same bytes and is opened here.

use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

/// The key in a file, PEM or DER, as DER of PKCS #1.
pub(super) fn read(path: &str) -> Result<Vec<u8>, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path} cannot be read: {error}"))?;
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Ok(opened(&bytes).unwrap_or(&bytes).to_vec());
    };
    if text.contains("ENCRYPTED") {
        return Err(format!(
            "the key in {path} has a password: `openssl rsa -in {path} -out KEY` writes it without"
        ));
    }
    match PrivateKeyDer::from_pem_slice(text.as_bytes()) {
        Ok(PrivateKeyDer::Pkcs1(key)) => Ok(key.secret_pkcs1_der().to_vec()),
        Ok(PrivateKeyDer::Pkcs8(key)) => opened(key.secret_pkcs8_der())
            .map(<[u8]>::to_vec)
            .ok_or_else(|| not_rsa(path)),
        Ok(_) => Err(not_rsa(path)),
        Err(_) => Err(format!("{path} holds no private key")),
    }
}

fn not_rsa(path: &str) -> String {
    format!("the key in {path} is not of the kind RSA, and the driver takes no other")
}

/// `rsaEncryption`, 1.2.840.113549.1.1.1.
const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OBJECT: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// What is in the envelope: version, kind of key, the key.
fn opened(envelope: &[u8]) -> Option<&[u8]> {
    let (inside, _) = element(envelope, SEQUENCE)?;
    let (_, rest) = element(inside, INTEGER)?;
    let (kind, rest) = element(rest, SEQUENCE)?;
    let (kind, _) = element(kind, OBJECT)?;
    let (key, _) = element(rest, OCTETS)?;
    (kind == RSA).then_some(key)
}

/// An element of that tag, and what comes after it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        short @ 0..=0x7f => (usize::from(short), rest),
        // So many bytes hold it; more than four no key needs.
        long => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            if digits.len() > 4 {
                return None;
            }
            let length = digits
                .iter()
                .fold(0, |length, &digit| length << 8 | usize::from(digit));
            (length, rest)
        }
    };
    (found == tag).then(|| rest.split_at_checked(length))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_is_opened_whatever_is_in_it() {
        let key = vec![7; 300];
        let of = |tag: u8, inside: &[u8]| {
            let length = u16::try_from(inside.len()).unwrap().to_be_bytes();
            [&[tag, 0x82], &length[..], inside].concat()
        };
        let envelope = |kind: &[u8]| {
            let kind = of(SEQUENCE, &[&[OBJECT, 9], kind].concat());
            let parts = [&[INTEGER, 1, 0][..], &kind, &of(OCTETS, &key)];
            of(SEQUENCE, &parts.concat())
        };
        let whole = envelope(&RSA);
        assert_eq!(opened(&whole), Some(&key[..]));
        assert_eq!(opened(&envelope(&[1; 9])), None);
        for end in 0..whole.len() {
            assert_eq!(opened(&whole[..end]), None, "{end}");
        }
        assert_eq!(opened(&[SEQUENCE, 0xff]), None);
    }
}
