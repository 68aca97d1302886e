//! Support of the tests on libpq.
