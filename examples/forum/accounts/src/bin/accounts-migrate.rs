//! `cargo migrate -p accounts`, for those who change the library.

fn main() -> std::process::ExitCode {
    migrate_runtime::cli::main(&accounts::SCHEMA)
}
