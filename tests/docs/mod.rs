//! The documentation: what a page shows is what happens.

mod book;
mod from_diesel;
mod page;
mod readme;
mod tutorials;
mod walk;
