//! A password that a server refuses, and where it came from.

use crate::connection::OpenError;
use crate::{Error, ErrorKind, Explain};

/// The error, with where the password came from if that is what is wrong.
pub(super) fn explained(refused: OpenError, origin: &'static str) -> Error {
    if refused.is_wrong_password() {
        WrongPassword { refused, origin }.into()
    } else {
        refused.into()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{refused}")]
struct WrongPassword {
    refused: OpenError,
    origin: &'static str,
}

impl Explain for WrongPassword {
    fn kind(&self) -> ErrorKind {
        self.refused.kind()
    }

    fn hints(&self) -> Vec<String> {
        vec![format!(
            "the password is wrong, or that user does not exist; it was given by {}",
            self.origin
        )]
    }
}
