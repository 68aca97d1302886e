//! `cargo migrate` for the notes.

fn main() -> std::process::ExitCode {
    migrate_runtime::cli::main(&notes::SCHEMA)
}
