//! The documentation: what a page shows is what happens.

mod book;
mod coming_from;
mod commands;
mod from_diesel;
mod page;
mod readme;
mod tutorials;
mod walk;
