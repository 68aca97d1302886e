//! Support of the ui tests.
