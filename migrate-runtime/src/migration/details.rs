//! The details of operations: methods that follow a constructor.

use super::column::{ColumnChangeDef, DefaultDef, GeneratedDef};
use super::constraint::{ConstraintDef, ConstraintKind};
use super::index::{IndexColumnDef, IndexDef};
use super::operation::{OperationDef, OperationKind};
use super::types::{SqlDef, TableOptionsDef, TypeDef};
use crate::schema::Backend;

/// Details, each for the operation it belongs to; anywhere else they do not compile.
impl OperationDef {
    /// The constraints of a `create_table`.
    #[track_caller]
    pub const fn constraints(mut self, list: &'static [ConstraintDef]) -> Self {
        let OperationKind::CreateTable { constraints, .. } = &mut self.kind else {
            panic!("`constraints` belongs to `create_table`")
        };
        *constraints = list;
        self
    }

    /// The comment of a `create_table`.
    #[track_caller]
    pub const fn comment(mut self, text: &'static str) -> Self {
        let OperationKind::CreateTable { comment, .. } = &mut self.kind else {
            panic!("`comment` belongs to `create_table`")
        };
        *comment = Some(text);
        self
    }

    /// The options of a `create_table`.
    #[track_caller]
    pub const fn options(mut self, table_options: TableOptionsDef) -> Self {
        let OperationKind::CreateTable { options, .. } = &mut self.kind else {
            panic!("`options` belongs to `create_table`")
        };
        *options = table_options;
        self
    }

    /// Skips a `create_table`, `add_column`, `create_index`, `add_unique`, `add_check`,
    /// `add_foreign_key` or `create_enum` where its object exists.
    #[track_caller]
    pub const fn if_not_exists(mut self) -> Self {
        match &mut self.kind {
            OperationKind::CreateTable { if_not_exists, .. }
            | OperationKind::AddColumn { if_not_exists, .. }
            | OperationKind::CreateIndex { if_not_exists, .. }
            | OperationKind::CreateEnum { if_not_exists, .. }
            | OperationKind::AddConstraint {
                constraint:
                    ConstraintDef {
                        kind:
                            ConstraintKind::Unique { .. }
                            | ConstraintKind::Check { .. }
                            | ConstraintKind::ForeignKey { .. },
                        ..
                    },
                if_not_exists,
                ..
            } => *if_not_exists = true,
            _ => panic!(
                "`if_not_exists` belongs to `create_table`, `add_column`, `create_index`, `add_unique`, `add_check`, `add_foreign_key`, `create_enum`"
            ),
        }
        self
    }

    /// Skips a `drop_table`, `drop_column` or `drop_index` where its object does not exist.
    #[track_caller]
    pub const fn if_exists(mut self) -> Self {
        match &mut self.kind {
            OperationKind::DropTable { if_exists, .. }
            | OperationKind::DropColumn { if_exists, .. }
            | OperationKind::DropIndex { if_exists, .. } => *if_exists = true,
            _ => panic!("`if_exists` belongs to `drop_table`, `drop_column`, `drop_index`"),
        }
        self
    }

    /// Lets others write to the table while a `create_index` or `drop_index` is at work
    /// (PostgreSQL `CONCURRENTLY`). It needs a migration of its own that is `outside_transaction`; on
    /// other databases it says nothing.
    #[track_caller]
    pub const fn concurrently(mut self) -> Self {
        match &mut self.kind {
            OperationKind::CreateIndex { concurrently, .. }
            | OperationKind::DropIndex { concurrently, .. } => *concurrently = true,
            _ => panic!("`concurrently` belongs to `create_index` and `drop_index`"),
        }
        self
    }

    /// An `add_check` or `add_foreign_key` that does not look at the rows that are there
    /// (PostgreSQL `NOT VALID`); `validate_constraint` does, in a later migration. Other databases
    /// look at once.
    #[track_caller]
    pub const fn not_valid(mut self) -> Self {
        match &mut self.kind {
            OperationKind::AddConstraint {
                constraint:
                    ConstraintDef {
                        kind: ConstraintKind::Check { .. } | ConstraintKind::ForeignKey { .. },
                        ..
                    },
                not_valid,
                ..
            } => *not_valid = true,
            _ => panic!("`not_valid` belongs to `add_check` and `add_foreign_key`"),
        }
        self
    }

    /// The schema effects of a `sql` or `run`, which the fold cannot see otherwise.
    #[track_caller]
    pub const fn changes(mut self, operations: &'static [Self]) -> Self {
        match &mut self.kind {
            OperationKind::Sql { changes, .. } | OperationKind::Run { changes, .. } => {
                *changes = operations;
            }
            _ => panic!("`changes` belongs to `sql` and `run`"),
        }
        self
    }

    /// The text of a `sql` for one more database.
    #[track_caller]
    pub const fn or_for(mut self, backend: Backend, text: &'static str) -> Self {
        match &mut self.kind {
            OperationKind::Sql { sql, .. } => *sql = sql.or(backend, text),
            OperationKind::Backfill { value, .. } => *value = value.or(backend, text),
            _ => panic!("`or_for` belongs to `sql`, `sql_for` and `backfill`"),
        }
        self
    }

    /// The values that an `alter_enum` renames, as pairs of before and after; rows follow.
    #[track_caller]
    pub const fn renames(mut self, pairs: &'static [(&'static str, &'static str)]) -> Self {
        let OperationKind::AlterEnum { renames, .. } = &mut self.kind else {
            panic!("`renames` belongs to `alter_enum`")
        };
        *renames = pairs;
        self
    }

    /// The key of a `create_index`: `.on(&[by("created_at").desc(), by_expression("lower(name)")])`.
    #[track_caller]
    pub const fn on(mut self, key: &'static [IndexColumnDef]) -> Self {
        self.index_mut("`on` belongs to `create_index`").key = key;
        self
    }

    /// Makes a `create_index` unique.
    #[track_caller]
    pub const fn unique(mut self) -> Self {
        self.index_mut("`unique` belongs to `create_index`").unique = true;
        self
    }

    /// The condition of a partial `create_index`, or of the rows of a `backfill`.
    #[track_caller]
    pub const fn filter(mut self, sql: &'static str) -> Self {
        if let OperationKind::Backfill { condition, .. } = &mut self.kind {
            *condition = Some(SqlDef::new(sql));
        } else {
            self.index_mut("`filter` belongs to `create_index` and `backfill`")
                .predicate = Some(SqlDef::new(sql));
        }
        self
    }

    /// The condition of a `create_index` or a `backfill` for one database, after [`Self::filter`].
    #[track_caller]
    pub const fn filter_for(mut self, backend: Backend, sql: &'static str) -> Self {
        let condition = match &mut self.kind {
            OperationKind::Backfill { condition, .. } => condition,
            OperationKind::CreateIndex { index, .. } => &mut index.predicate,
            _ => panic!("`filter_for` belongs to `create_index` and `backfill`"),
        };
        *condition = Some(match *condition {
            Some(text) => text.or(backend, sql),
            None => SqlDef::only(backend, sql),
        });
        self
    }

    /// The condition of a `create_index` or a `backfill`, said in full.
    #[track_caller]
    pub const fn filter_def(mut self, sql: SqlDef) -> Self {
        match &mut self.kind {
            OperationKind::Backfill { condition, .. } => *condition = Some(sql),
            OperationKind::CreateIndex { index, .. } => index.predicate = Some(sql),
            _ => panic!("`filter_def` belongs to `create_index` and `backfill`"),
        }
        self
    }

    /// The access method of a `create_index`.
    #[track_caller]
    pub const fn method(mut self, name: &'static str) -> Self {
        self.index_mut("`method` belongs to `create_index`").method = Some(name);
        self
    }

    /// Columns that a `create_index` stores but does not sort by.
    #[track_caller]
    pub const fn include(mut self, columns: &'static [&'static str]) -> Self {
        self.index_mut("`include` belongs to `create_index`")
            .include = columns;
        self
    }

    /// Two NULLs count as equal in a unique `create_index`.
    #[track_caller]
    pub const fn nulls_not_distinct(mut self) -> Self {
        self.index_mut("`nulls_not_distinct` belongs to `create_index`")
            .nulls_not_distinct = true;
        self
    }

    /// The storage parameters of a `create_index` (PostgreSQL): `.storage("fillfactor = 70")`.
    #[track_caller]
    pub const fn storage(mut self, parameters: &'static str) -> Self {
        self.index_mut("`storage` belongs to `create_index`")
            .storage = Some(parameters);
        self
    }

    #[track_caller]
    const fn index_mut(&mut self, otherwise: &str) -> &mut IndexDef {
        let OperationKind::CreateIndex { index, .. } = &mut self.kind else {
            panic!("{}", otherwise)
        };
        index
    }

    /// The new type of an `alter_column`.
    #[track_caller]
    pub const fn set_type(mut self, ty: TypeDef) -> Self {
        self.change_mut("`set_type` belongs to `alter_column`").ty = Some(ty);
        self
    }

    /// How PostgreSQL converts the values of an `alter_column`: `USING`.
    #[track_caller]
    pub const fn using(mut self, sql: &'static str) -> Self {
        self.change_mut("`using` belongs to `alter_column`").using = Some(SqlDef::new(sql));
        self
    }

    /// How the values of an `alter_column` are converted, where that depends on the database.
    #[track_caller]
    pub const fn using_def(mut self, sql: SqlDef) -> Self {
        self.change_mut("`using_def` belongs to `alter_column`")
            .using = Some(sql);
        self
    }

    /// Makes the column of an `alter_column` NOT NULL.
    #[track_caller]
    pub const fn set_not_null(mut self) -> Self {
        self.change_mut("`set_not_null` belongs to `alter_column`")
            .nullable = Some(false);
        self
    }

    /// Lets the column of an `alter_column` be NULL.
    #[track_caller]
    pub const fn drop_not_null(mut self) -> Self {
        self.change_mut("`drop_not_null` belongs to `alter_column`")
            .nullable = Some(true);
        self
    }

    /// The new default of an `alter_column`.
    #[track_caller]
    pub const fn set_default(mut self, default: DefaultDef) -> Self {
        self.change_mut("`set_default` belongs to `alter_column`")
            .default = Some(Some(default));
        self
    }

    /// The new default of an `alter_column`, in SQL.
    #[track_caller]
    pub const fn set_default_sql(mut self, sql: &'static str) -> Self {
        self.change_mut("`set_default_sql` belongs to `alter_column`")
            .default = Some(Some(DefaultDef::Sql(SqlDef::new(sql))));
        self
    }

    /// The new default of an `alter_column` on one database, in SQL.
    #[track_caller]
    pub const fn set_default_sql_for(mut self, backend: Backend, sql: &'static str) -> Self {
        let change = self.change_mut("`set_default_sql_for` belongs to `alter_column`");
        change.default = Some(Some(DefaultDef::Sql(match change.default {
            Some(Some(DefaultDef::Sql(text))) => text.or(backend, sql),
            _ => SqlDef::only(backend, sql),
        })));
        self
    }

    /// Removes the default in an `alter_column`.
    #[track_caller]
    pub const fn drop_default(mut self) -> Self {
        self.change_mut("`drop_default` belongs to `alter_column`")
            .default = Some(None);
        self
    }

    /// Makes the column of an `alter_column` a generated one that is stored.
    #[track_caller]
    pub const fn set_generated_stored(mut self, sql: &'static str) -> Self {
        self.change_mut("`set_generated_stored` belongs to `alter_column`")
            .generated = Some(Some(GeneratedDef {
            expression: SqlDef::new(sql),
            stored: true,
        }));
        self
    }

    /// Makes the column of an `alter_column` a generated one that is computed when read.
    #[track_caller]
    pub const fn set_generated_virtual(mut self, sql: &'static str) -> Self {
        self.change_mut("`set_generated_virtual` belongs to `alter_column`")
            .generated = Some(Some(GeneratedDef {
            expression: SqlDef::new(sql),
            stored: false,
        }));
        self
    }

    /// Makes the column of an `alter_column` a generated one, said in full.
    #[track_caller]
    pub const fn set_generated(mut self, generated: GeneratedDef) -> Self {
        self.change_mut("`set_generated` belongs to `alter_column`")
            .generated = Some(Some(generated));
        self
    }

    /// The expression of the generated column of an `alter_column` for one database.
    #[track_caller]
    pub const fn generated_for(mut self, backend: Backend, sql: &'static str) -> Self {
        let Some(Some(generated)) = &mut self
            .change_mut("`generated_for` belongs to `alter_column`")
            .generated
        else {
            panic!("`generated_for` follows `set_generated_stored` or `set_generated_virtual`")
        };
        generated.expression = generated.expression.or(backend, sql);
        self
    }

    /// Makes the column of an `alter_column` an ordinary one.
    #[track_caller]
    pub const fn drop_generated(mut self) -> Self {
        self.change_mut("`drop_generated` belongs to `alter_column`")
            .generated = Some(None);
        self
    }

    /// Lets the database number the rows, or not, in an `alter_column`.
    #[track_caller]
    pub const fn set_auto_increment(mut self, auto_increment: bool) -> Self {
        self.change_mut("`set_auto_increment` belongs to `alter_column`")
            .auto_increment = Some(auto_increment);
        self
    }

    /// The new collation of an `alter_column`.
    #[track_caller]
    pub const fn set_collation(mut self, collation: &'static str) -> Self {
        self.change_mut("`set_collation` belongs to `alter_column`")
            .collation = Some(Some(collation));
        self
    }

    /// Removes the collation in an `alter_column`.
    #[track_caller]
    pub const fn drop_collation(mut self) -> Self {
        self.change_mut("`drop_collation` belongs to `alter_column`")
            .collation = Some(None);
        self
    }

    /// The new comment of an `alter_column`.
    #[track_caller]
    pub const fn set_comment(mut self, comment: &'static str) -> Self {
        self.change_mut("`set_comment` belongs to `alter_column`")
            .comment = Some(Some(comment));
        self
    }

    /// Removes the comment in an `alter_column`.
    #[track_caller]
    pub const fn drop_comment(mut self) -> Self {
        self.change_mut("`drop_comment` belongs to `alter_column`")
            .comment = Some(None);
        self
    }

    #[track_caller]
    const fn change_mut(&mut self, otherwise: &str) -> &mut ColumnChangeDef {
        let OperationKind::AlterColumn { change, .. } = &mut self.kind else {
            panic!("{}", otherwise)
        };
        change
    }
}
