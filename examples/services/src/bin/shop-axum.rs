//! The shop behind axum.

use axum::{Router, extract::State, http::StatusCode, routing::get};
use diesel::prelude::*;
use services::{open, shelves};
use std::error::Error;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

type Shelves = Arc<Mutex<SqliteConnection>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Before the first request is taken, and on a thread that may wait.
    let connection = tokio::task::spawn_blocking(open).await??;
    let router = Router::new()
        .route("/", get(index))
        .with_state(Arc::new(Mutex::new(connection)));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

async fn index(State(connection): State<Shelves>) -> Result<String, StatusCode> {
    let read = move || shelves(&mut connection.lock().unwrap_or_else(|it| it.into_inner()));
    let text = tokio::task::spawn_blocking(read).await;
    text.ok()
        .and_then(Result::ok)
        .ok_or(StatusCode::INTERNAL_SERVER_ERROR)
}
