//! MySQL and MariaDB, on a server: what is written is what is read.

mod connection;
mod introspect;
mod live;
mod noise;
mod rendering;
pub(crate) mod server;
