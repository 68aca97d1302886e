//! Downgrades that need no replay to be proven: every step takes back one of the upgrade, last one first.
//!
//! That is what most downgrades are. A step and its counterpart are told as such before the step is
//! replayed, so what a drop takes away is still there to be compared with what brings it back.

use super::members::{Constraint, Index, key_of};
use super::replay::Replay;
use super::state::{Data, Kind, NONE};
use super::{equal, options};
use crate::migration::{
    ColumnDef, ConstraintDef, ConstraintKind, EnumDef, OperationDef, OperationKind, TableNameDef,
};

/// How far the steps of a downgrade are matched with those of its upgrade, from the last one on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mirror {
    steps: &'static [OperationDef],
    left: usize,
    /// Whether a step had no counterpart.
    broken: bool,
}

impl Mirror {
    pub(super) const fn new(downgrade: Option<&'static [OperationDef]>) -> Self {
        match downgrade {
            Some(steps) => Self {
                steps,
                left: steps.len(),
                broken: false,
            },
            None => Self {
                steps: &[],
                left: 0,
                broken: true,
            },
        }
    }

    /// Whether all of the downgrade is matched.
    pub(super) const fn is_whole(mut self) -> bool {
        self.pass_over_neutral();
        !self.broken && self.left == 0
    }

    /// Steps that do nothing to the schema are in nobody's way.
    const fn pass_over_neutral(&mut self) {
        while self.left > 0
            && matches!(
                self.steps[self.left - 1].kind,
                OperationKind::Sql { changes: [], .. } | OperationKind::Run { changes: [], .. }
            )
        {
            self.left -= 1;
        }
    }
}

impl<const O: usize, const S: usize> Replay<O, S> {
    /// Matches a step of the upgrade, which is not replayed yet, with the next one of the downgrade.
    pub(super) const fn reflect(&self, mirror: &mut Mirror, up: &'static OperationKind) {
        if mirror.broken
            || matches!(
                up,
                OperationKind::Sql { changes: [], .. }
                    | OperationKind::Run { changes: [], .. }
                    | OperationKind::Backfill { .. }
                    | OperationKind::ValidateConstraint { .. }
            )
        {
            return;
        }
        mirror.pass_over_neutral();
        if mirror.left > 0 && self.undoes(up, &mirror.steps[mirror.left - 1].kind) {
            mirror.left -= 1;
        } else if !self.goes_with_its_table(up) {
            mirror.broken = true;
        }
    }

    /// Whether a table that this upgrade made takes it along when it is dropped. A foreign key keeps
    /// another table from being dropped before that.
    const fn goes_with_its_table(&self, up: &OperationKind) -> bool {
        match up {
            OperationKind::AddConstraint {
                constraint:
                    ConstraintDef {
                        kind: ConstraintKind::ForeignKey { .. },
                        ..
                    },
                ..
            } => false,
            OperationKind::CreateIndex { table, .. }
            | OperationKind::AddConstraint { table, .. } => {
                let id = self.state.find_table(*table);
                id != NONE && id >= self.journal.start.count
            }
            _ => false,
        }
    }

    /// Whether `down`, right after `up`, makes everything what it was.
    const fn undoes(&self, up: &OperationKind, down: &OperationKind) -> bool {
        match (up, down) {
            (
                OperationKind::CreateTable {
                    table,
                    if_not_exists: false,
                    ..
                },
                OperationKind::DropTable {
                    table: other,
                    if_exists: false,
                },
            )
            | (
                OperationKind::AddConstraint {
                    table,
                    constraint:
                        ConstraintDef {
                            kind: ConstraintKind::PrimaryKey { .. },
                            ..
                        },
                    if_not_exists: false,
                    ..
                },
                OperationKind::DropPrimaryKey { table: other },
            ) => equal::table_name(*table, *other),
            (
                OperationKind::AddColumn {
                    table,
                    column,
                    if_not_exists: false,
                },
                OperationKind::DropColumn {
                    table: other,
                    column: name,
                    if_exists: false,
                },
            ) => equal::text(column.name, name) && equal::table_name(*table, *other),
            (
                OperationKind::CreateIndex {
                    table,
                    index,
                    if_not_exists: false,
                    ..
                },
                OperationKind::DropIndex {
                    table: other,
                    index: name,
                    if_exists: false,
                    ..
                },
            ) => equal::text(index.name, name) && equal::table_name(*table, *other),
            (
                OperationKind::AddConstraint {
                    table,
                    constraint,
                    if_not_exists: false,
                    ..
                },
                OperationKind::DropUnique { table: other, name }
                | OperationKind::DropCheck { table: other, name }
                | OperationKind::DropForeignKey { table: other, name },
            ) => {
                let (kind, its) = key_of(constraint);
                dropped(down) as u8 == kind as u8
                    && equal::text(its, name)
                    && equal::table_name(*table, *other)
            }
            (
                OperationKind::RenameColumn { table, from, to },
                OperationKind::RenameColumn {
                    table: other,
                    from: back,
                    to: again,
                },
            )
            | (
                OperationKind::RenameIndex { table, from, to },
                OperationKind::RenameIndex {
                    table: other,
                    from: back,
                    to: again,
                },
            )
            | (
                OperationKind::RenameConstraint { table, from, to },
                OperationKind::RenameConstraint {
                    table: other,
                    from: back,
                    to: again,
                },
            ) => {
                equal::text(from, again)
                    && equal::text(to, back)
                    && equal::table_name(*table, *other)
            }
            (
                OperationKind::RenameTable { from, to },
                OperationKind::RenameTable {
                    from: back,
                    to: again,
                },
            ) => equal::table_name(*from, *again) && equal::table_name(*to, *back),
            (
                OperationKind::CreateEnum {
                    enum_type: EnumDef { name, .. },
                    if_not_exists: false,
                },
                OperationKind::DropEnum { name: other },
            ) => equal::text(name, other),
            _ => self.brings_back(up, down),
        }
    }

    /// Whether `down` makes again what `up` is about to take away or to change.
    const fn brings_back(&self, up: &OperationKind, down: &OperationKind) -> bool {
        match (up, down) {
            (
                OperationKind::DropColumn {
                    table,
                    column,
                    if_exists: false,
                },
                OperationKind::AddColumn {
                    table: other,
                    column: again,
                    if_not_exists: false,
                },
            ) => {
                equal::text(column, again.name) && equal::table_name(*table, *other) && {
                    let id = self.there(Kind::Column, *table, column);
                    id != NONE && self.state.is_column(id, again)
                }
            }
            (
                OperationKind::AlterColumn {
                    table,
                    column,
                    change,
                },
                OperationKind::AlterColumn {
                    table: other,
                    column: same,
                    change: back,
                },
            ) => {
                equal::text(column, same)
                    && equal::table_name(*table, *other)
                    && match self.column_there(*table, column) {
                        Some(held) => equal::column(&held, &held.changed(change).changed(back)),
                        None => false,
                    }
            }
            (
                OperationKind::DropIndex {
                    table,
                    index,
                    if_exists: false,
                    ..
                },
                OperationKind::CreateIndex {
                    table: other,
                    index: again,
                    if_not_exists: false,
                    ..
                },
            ) => {
                let id = self.there(Kind::Index, *table, index);
                equal::text(index, again.name)
                    && equal::table_name(*table, *other)
                    && id != NONE
                    && match self.state.index(id) {
                        Some(held) => self.state.same_index(&held, &Index::of_model(again)),
                        None => false,
                    }
            }
            (
                OperationKind::DropPrimaryKey { table },
                OperationKind::AddConstraint {
                    table: other,
                    constraint,
                    if_not_exists: false,
                    ..
                },
            ) => self.is_there((*table, ""), (*other, constraint), Kind::PrimaryKey),
            (
                OperationKind::DropUnique { table, name }
                | OperationKind::DropCheck { table, name }
                | OperationKind::DropForeignKey { table, name },
                OperationKind::AddConstraint {
                    table: other,
                    constraint,
                    if_not_exists: false,
                    ..
                },
            ) => self.is_there((*table, name), (*other, constraint), dropped(up)),
            (
                OperationKind::SetTableComment { table, .. },
                OperationKind::SetTableComment {
                    table: other,
                    comment: again,
                },
            ) => {
                let id = self.state.find_table(*table);
                equal::table_name(*table, *other)
                    && id != NONE
                    && match self.state.get(id).data {
                        Data::Table { comment, .. } => equal::optional_text(comment, *again),
                        _ => false,
                    }
            }
            (
                OperationKind::SetTableOptions { table, .. },
                OperationKind::SetTableOptions {
                    table: other,
                    options: again,
                },
            ) => {
                let id = self.state.find_table(*table);
                equal::table_name(*table, *other)
                    && id != NONE
                    && match &self.state.get(id).data {
                        Data::Table { options, .. } => options::same(options, again),
                        _ => false,
                    }
            }
            _ => false,
        }
    }

    /// A member that is there for certain.
    const fn there(&self, kind: Kind, table: TableNameDef, name: &str) -> usize {
        let owner = self.state.find_table(table);
        if owner == NONE {
            return NONE;
        }
        let id = self.state.find(kind, owner, name);
        if id == NONE || self.state.get(id).conditional {
            return NONE;
        }
        id
    }

    const fn column_there(&self, table: TableNameDef, name: &str) -> Option<ColumnDef> {
        let id = self.there(Kind::Column, table, name);
        if id == NONE {
            return None;
        }
        self.state.column(self.state.get(id))
    }

    /// Whether the constraint of that name is the one that is added.
    const fn is_there(
        &self,
        (table, name): (TableNameDef, &str),
        (other, constraint): (TableNameDef, &ConstraintDef),
        kind: Kind,
    ) -> bool {
        let (its, again) = key_of(constraint);
        let id = self.there(kind, table, name);
        id != NONE
            && its as u8 == kind as u8
            && equal::text(name, again)
            && equal::table_name(table, other)
            && (self.state).is_same_constraint(id, &Constraint::of_model(constraint))
    }
}

/// What an operation drops.
const fn dropped(operation: &OperationKind) -> Kind {
    match operation {
        OperationKind::DropUnique { .. } => Kind::Unique,
        OperationKind::DropCheck { .. } => Kind::Check,
        OperationKind::DropForeignKey { .. } => Kind::ForeignKey,
        _ => Kind::PrimaryKey,
    }
}
