//! The runtime that the drivers of the command line wait on.

use diesel_async::async_connection_wrapper::BlockOn;
use std::future::Future;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Runtime};

/// The runtime of all connections. Its own thread answers the server between two statements.
pub(super) fn runtime() -> Result<&'static Runtime, String> {
    static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();
    let made = RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| format!("no thread for the connection: {error}"))
    });
    made.as_ref().map_err(Clone::clone)
}

/// Waits on the runtime of all connections.
pub(super) struct Shared(&'static Runtime);

impl BlockOn for Shared {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    #[expect(clippy::expect_used, reason = "a connection was opened on it before")]
    fn get_runtime() -> Self {
        Self(runtime().expect("the runtime of the connection"))
    }
}
