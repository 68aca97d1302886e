//! Support of the tests on libmysqlclient.
