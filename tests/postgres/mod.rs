//! PostgreSQL, on a server: what is written is what is read.

pub(crate) mod admission;
mod adopted;
mod catalogue;
mod corpora;
mod decorated;
mod details;
mod exchange;
mod expressions;
mod halves;
mod laws;
mod live;
mod objects;
mod offline;
mod online;
mod outside;
mod pooler;
mod processes;
mod rendering;
mod requests;
mod runner;
pub(crate) mod server;
mod surroundings;
mod tls;
mod types;
mod waits;
