//! A table of more columns than diesel is built for.
use migrate_runtime::Model;

#[derive(Model)]
#[diesel(table_name = wides)]
#[model(unlisted)]
struct Wide {
    id: i64,
    c2: i64,
    c3: i64,
    c4: i64,
    c5: i64,
    c6: i64,
    c7: i64,
    c8: i64,
    c9: i64,
    c10: i64,
    c11: i64,
    c12: i64,
    c13: i64,
    c14: i64,
    c15: i64,
    c16: i64,
    c17: i64,
    c18: i64,
    c19: i64,
    c20: i64,
    c21: i64,
    c22: i64,
    c23: i64,
    c24: i64,
    c25: i64,
    c26: i64,
    c27: i64,
    c28: i64,
    c29: i64,
    c30: i64,
    c31: i64,
    c32: i64,
    c33: i64,
    c34: i64,
    c35: i64,
    c36: i64,
    c37: i64,
    c38: i64,
    c39: i64,
    c40: i64,
}

fn main() {}
