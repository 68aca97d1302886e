//! MySQL and MariaDB, on a server: what is written is what is read.

mod ask;
mod cases;
mod catalogue;
mod connection;
mod corpora;
mod done;
mod failures;
mod flavors;
mod halfway;
mod introspect;
mod laws;
mod live;
mod locks;
mod noise;
mod offline;
mod processes;
mod rendering;
pub(crate) mod server;
mod tls;
mod types;

use crate::postgres::server::not_run;
