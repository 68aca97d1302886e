//! The shop behind actix.

use actix_web::error::ErrorInternalServerError;
use actix_web::{App, HttpServer, get, web};
use diesel::prelude::*;
use services::{open, shelves};
use std::error::Error;
use std::sync::Mutex;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Before the first request is taken, and on a thread that may wait.
    let connection = web::block(open).await??;
    let connection = web::Data::new(Mutex::new(connection));
    let server = HttpServer::new(move || App::new().app_data(connection.clone()).service(index))
        .workers(1)
        .bind("127.0.0.1:0")?;
    for address in server.addrs() {
        println!("listening on {address}");
    }
    Ok(server.run().await?)
}

#[get("/")]
async fn index(connection: web::Data<Mutex<SqliteConnection>>) -> actix_web::Result<String> {
    let read = move || shelves(&mut connection.lock().unwrap_or_else(|it| it.into_inner()));
    web::block(read).await?.map_err(ErrorInternalServerError)
}
