//! The parts of a server's URL, `scheme://user:password@host:port,host:port/database?parameters`, as libpq
//! reads it: <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>.

use std::collections::BTreeMap;

/// The parts by name: `host`, `port`, `user`, `password`, `dbname`, and the parameters.
pub(super) type Parts = BTreeMap<String, String>;

/// Why a text is no such URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// No scheme and address.
    NoAddress,
    /// `%` begins two digits.
    Percent,
}

/// What the URL says, no more. `port` is that of hosts without one beside others that have one.
pub(super) fn parse(text: &str, port: &str) -> Result<Parts, Broken> {
    let (_, rest) = text.split_once("://").ok_or(Broken::NoAddress)?;
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut found = Parts::new();
    // A password may hold `@` and `/`; the last `@` ends it.
    let (user, place) = match address.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, address),
    };
    let (hosts, database) = place.split_once('/').unwrap_or((place, ""));
    if let Some(user) = user {
        let (user, password) = match user.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (user, None),
        };
        put(&mut found, "user", user)?;
        put(&mut found, "password", password.unwrap_or_default())?;
    }
    put_hosts(&mut found, hosts, port)?;
    put(&mut found, "dbname", database)?;
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        put(&mut found, &decoded(name)?, value)?;
    }
    Ok(found)
}

/// One host or several, each with a port or without.
fn put_hosts(found: &mut Parts, text: &str, default: &str) -> Result<(), Broken> {
    let parts: Vec<(&str, &str)> = text.split(',').map(host_and_port).collect();
    let join = |all: Vec<&str>| all.join(",");
    put(
        found,
        "host",
        &join(parts.iter().map(|part| part.0).collect()),
    )?;
    if parts.iter().any(|part| !part.1.is_empty()) {
        let ports = parts
            .iter()
            .map(|part| if part.1.is_empty() { default } else { part.1 });
        put(found, "port", &join(ports.collect()))?;
    }
    Ok(())
}

/// An address of version 6 stands in brackets, for it has colons itself.
fn host_and_port(text: &str) -> (&str, &str) {
    if let Some((host, rest)) = text
        .strip_prefix('[')
        .and_then(|inner| inner.split_once(']'))
    {
        return (host, rest.strip_prefix(':').unwrap_or_default());
    }
    text.split_once(':').unwrap_or((text, ""))
}

fn put(found: &mut Parts, name: &str, value: &str) -> Result<(), Broken> {
    let value = decoded(value)?;
    if !value.is_empty() {
        found.insert(name.to_owned(), value);
    }
    Ok(())
}

/// `%40` is `@`.
fn decoded(text: &str) -> Result<String, Broken> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let digits = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.ok_or(Broken::Percent)?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| Broken::Percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match parse(text, "5432") {
            Ok(found) => (found.iter())
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(" "),
            Err(error) => format!("{error:?}"),
        }
    }

    #[test]
    fn every_part_of_a_url() {
        for (url, parameters) in [
            ("postgres://", ""),
            ("postgres://h", "host=h"),
            ("postgres://h:1/d", "dbname=d host=h port=1"),
            ("postgres://u@h/d", "dbname=d host=h user=u"),
            (
                "postgres://u:p%40%2F@h/d",
                "dbname=d host=h password=p@/ user=u",
            ),
            (
                "postgres://u:p@w/x@h/d",
                "dbname=d host=h password=p@w/x user=u",
            ),
            ("postgres://[::1]:5433/d", "dbname=d host=::1 port=5433"),
            ("postgres://a,b:6432/d", "dbname=d host=a,b port=5432,6432"),
            (
                "postgres:///d?host=/run/postgresql&port=5433",
                "dbname=d host=/run/postgresql port=5433",
            ),
            (
                "postgres://u@%2Frun%2Fpostgresql/d",
                "dbname=d host=/run/postgresql user=u",
            ),
            (
                "postgres://h/d?sslmode=verify-full&sslrootcert=/a%20b.crt",
                "dbname=d host=h sslmode=verify-full sslrootcert=/a b.crt",
            ),
        ] {
            assert_eq!(read(url), parameters, "{url}");
        }
    }

    #[test]
    fn what_is_no_url() {
        assert_eq!(read("postgres:d"), "NoAddress");
        for broken in [
            "postgres://u:100%@h",
            "postgres://u:%zz@h",
            "postgres://%ff@h",
        ] {
            assert_eq!(read(broken), "Percent", "{broken}");
        }
    }
}
