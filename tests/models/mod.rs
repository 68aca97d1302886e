//! What the derives write: the definition, and a diesel table that stores what goes in.

mod backends;
mod definition;
mod diesel_round_trip;
mod embedded;
mod joins;
mod newtypes;
mod references;
mod types;
mod unmanaged;
