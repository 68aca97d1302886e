//! `~/.pgpass`: passwords by host, port, database and user.
//! <https://www.postgresql.org/docs/current/libpq-pgpass.html>

use std::path::{Path, PathBuf};

use super::Parameters;

/// The password of the first line that fits. A file that others may read is not believed, as in libpq.
pub(super) fn password(parameters: &Parameters, home: Option<&Path>) -> Option<String> {
    let path = match parameters.get("passfile") {
        Some(path) => PathBuf::from(path),
        None => home?.join(".pgpass"),
    };
    if !is_private(&path) {
        return None;
    }
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| fits(line, parameters))
}

#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path)
        .is_ok_and(|file| file.is_file() && file.permissions().mode().trailing_zeros() >= 6)
}

#[cfg(not(unix))]
fn is_private(path: &Path) -> bool {
    path.is_file()
}

/// The password of a line, if its other fields are those of the connection or `*`.
fn fits(line: &str, parameters: &Parameters) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = fields(line);
    let password = fields.pop()?;
    let value = |name: &str, default: &str| {
        (parameters.get(name).cloned()).unwrap_or_else(|| default.to_owned())
    };
    let host = value("host", "localhost");
    // A socket is on this machine; libpq says so of its default directory only.
    let is_here = host.starts_with('/');
    let wanted = [
        host,
        value("port", "5432"),
        value("dbname", ""),
        value("user", ""),
    ];
    let is_host = |field: &str| is_here && field == "localhost";
    let fits = fields.len() == wanted.len()
        && (fields.iter().zip(&wanted).enumerate()).all(|(at, (field, wanted))| {
            field == "*" || field == wanted || (at == 0 && is_host(field))
        });
    fits.then_some(password)
}

/// Five fields, colons between them; a backslash takes the meaning from a colon or a backslash.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let is_password = fields.len() == 5;
        let Some(field) = fields.last_mut() else {
            break;
        };
        match letter {
            '\\' => field.extend(letters.next()),
            ':' if !is_password => fields.push(String::new()),
            other => field.push(other),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Option<String> {
        found_at("h", line)
    }

    fn found_at(host: &str, line: &str) -> Option<String> {
        let parameters = [
            ("host", host),
            ("port", "5433"),
            ("dbname", "d"),
            ("user", "u"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect();
        fits(line, &parameters)
    }

    #[test]
    fn a_line_fits_or_not() {
        assert_eq!(found("h:5433:d:u:secret").as_deref(), Some("secret"));
        assert_eq!(found("*:*:*:*:with:colon").as_deref(), Some("with:colon"));
        assert_eq!(found(r"*:*:d:u:a\:b\\c").as_deref(), Some(r"a:b\c"));
        assert_eq!(found("h:5432:d:u:secret"), None);
        assert_eq!(found("#*:*:*:*:secret"), None);
        assert_eq!(found("h:5433:d"), None);
        assert_eq!(found(""), None);
    }

    #[test]
    fn a_socket_is_known_by_its_directory_and_as_this_machine() {
        let at_socket = |line| found_at("/run/db", line);
        assert_eq!(at_socket("/run/db:*:*:*:secret").as_deref(), Some("secret"));
        assert_eq!(
            at_socket("localhost:*:*:*:secret").as_deref(),
            Some("secret")
        );
        assert_eq!(at_socket("/tmp:*:*:*:secret"), None);
        assert_eq!(found("localhost:*:*:*:secret"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_not_believed() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(".pgpass");
        std::fs::write(&path, "x:*:*:*:no\n*:*:*:*:yes\n").unwrap();
        let mode = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(0o644);
        assert_eq!(password(&Parameters::new(), Some(home.path())), None);
        mode(0o600);
        let found = password(&Parameters::new(), Some(home.path()));
        assert_eq!(found.as_deref(), Some("yes"));
    }
}
