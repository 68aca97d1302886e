//! The command line, on temporary projects: what is typed in, what is printed and left behind out.

#[cfg(unix)]
mod address;
mod adopt;
mod amend;
mod bad_database;
mod bad_input;
mod bad_source;
mod branches;
mod data;
mod databases;
mod doctor;
mod files;
mod flags;
mod init;
mod json;
mod libraries;
mod listing;
mod locations;
mod many;
mod models;
#[cfg(unix)]
mod mysql;
#[cfg(unix)]
mod postgres;
pub(crate) mod project;
mod rebase;
mod services;
mod sqlx;
mod squash;
mod statics;
#[cfg(unix)]
mod terminal;
mod walk;
