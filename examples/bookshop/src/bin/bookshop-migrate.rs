//! `cargo migrate` for the bookshop; deploy it beside the shop and no cargo is needed.

fn main() -> std::process::ExitCode {
    migrate_runtime::cli::main(&bookshop::SCHEMA)
}
