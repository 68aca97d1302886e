//! Models that are gone, and others that still refer to them: one error a key.
use migrate_runtime::Model;
mod removed {}
#[derive(Model)]
#[diesel(table_name = users)]
#[model(unlisted)]
struct User {
    id: i64,
    #[model(references = removed::Org)]
    org_id: i64,
    #[model(references = Gone)]
    gone_id: i64,
}
fn main() {}
