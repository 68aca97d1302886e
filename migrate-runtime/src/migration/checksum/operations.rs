//! The encoding of operations. Every field is named in a pattern without `..`.

use super::{Encode, Encoder, Said, SaidBool};
use crate::operation::{ColumnChange, Operation};

impl Encode for ColumnChange {
    fn encode(&self, to: &mut Encoder) {
        let Self {
            ty,
            using,
            nullable,
            default,
            generated,
            auto_increment,
            collation,
            comment,
        } = self;
        to.object(
            "change",
            &[
                ("type", ty),
                ("using", using),
                ("nullable", &SaidBool(*nullable)),
                ("default", &Said(default)),
                ("generated", &Said(generated)),
                ("auto_increment", &SaidBool(*auto_increment)),
                ("collation", &Said(collation)),
                ("comment", &Said(comment)),
            ],
        );
    }
}

impl Encode for Operation {
    fn encode(&self, to: &mut Encoder) {
        let word = self.word();
        match self {
            Self::CreateTable {
                table,
                if_not_exists,
            } => to.object(word, &[("table", table), ("if_not_exists", if_not_exists)]),
            Self::DropTable { table, if_exists } => {
                to.object(word, &[("table", table), ("if_exists", if_exists)]);
            }
            Self::RenameTable { from, to: target } => {
                to.object(word, &[("from", from), ("to", target)]);
            }
            Self::SetTableComment { table, comment } => {
                to.object(word, &[("table", table), ("comment", comment)]);
            }
            Self::SetTableOptions { table, options } => {
                to.object(word, &[("table", table), ("options", options)]);
            }
            Self::AddColumn {
                table,
                column,
                if_not_exists,
            } => to.object(
                word,
                &[
                    ("table", table),
                    ("column", column),
                    ("if_not_exists", if_not_exists),
                ],
            ),
            Self::DropColumn {
                table,
                column,
                if_exists,
            } => to.object(
                word,
                &[
                    ("table", table),
                    ("column", column),
                    ("if_exists", if_exists),
                ],
            ),
            Self::RenameColumn {
                table,
                from,
                to: target,
            }
            | Self::RenameIndex {
                table,
                from,
                to: target,
            }
            | Self::RenameConstraint {
                table,
                from,
                to: target,
            } => to.object(word, &[("table", table), ("from", from), ("to", target)]),
            Self::AlterColumn {
                table,
                column,
                change,
            } => to.object(
                word,
                &[("table", table), ("column", column), ("change", change)],
            ),
            Self::CreateIndex {
                table,
                index,
                if_not_exists,
                concurrently,
            } => to.object(
                word,
                &[
                    ("table", table),
                    ("index", index),
                    ("if_not_exists", if_not_exists),
                    ("concurrently", concurrently),
                ],
            ),
            Self::DropIndex {
                table,
                index,
                if_exists,
                concurrently,
            } => to.object(
                word,
                &[
                    ("table", table),
                    ("index", index),
                    ("if_exists", if_exists),
                    ("concurrently", concurrently),
                ],
            ),
            Self::AddPrimaryKey { table, primary_key } => {
                to.object(word, &[("table", table), ("primary_key", primary_key)]);
            }
            Self::DropPrimaryKey { table } => to.object(word, &[("table", table)]),
            Self::AddUnique {
                table,
                unique,
                if_not_exists,
            } => to.object(
                word,
                &[
                    ("table", table),
                    ("unique", unique),
                    ("if_not_exists", if_not_exists),
                ],
            ),
            Self::AddCheck {
                table,
                check,
                if_not_exists,
                not_valid,
            } => to.object(
                word,
                &[
                    ("table", table),
                    ("check", check),
                    ("if_not_exists", if_not_exists),
                    ("not_valid", not_valid),
                ],
            ),
            Self::AddForeignKey {
                table,
                foreign_key,
                if_not_exists,
                not_valid,
            } => to.object(
                word,
                &[
                    ("table", table),
                    ("foreign_key", foreign_key),
                    ("if_not_exists", if_not_exists),
                    ("not_valid", not_valid),
                ],
            ),
            Self::DropUnique { table, name }
            | Self::DropCheck { table, name }
            | Self::ValidateConstraint { table, name }
            | Self::DropForeignKey { table, name } => {
                to.object(word, &[("table", table), ("name", name)]);
            }
            Self::CreateEnum {
                enum_type,
                if_not_exists,
            } => to.object(
                word,
                &[("enum_type", enum_type), ("if_not_exists", if_not_exists)],
            ),
            Self::AlterEnum {
                name,
                values,
                renames,
            } => to.object(
                word,
                &[("name", name), ("values", values), ("renames", renames)],
            ),
            Self::DropEnum { name } => to.object(word, &[("name", name)]),
            Self::Sql { sql, changes } => {
                to.object(word, &[("sql", sql), ("changes", changes)]);
            }
            Self::Backfill {
                table,
                column,
                value,
                condition,
            } => to.object(
                word,
                &[
                    ("table", table),
                    ("column", column),
                    ("value", value),
                    ("condition", condition),
                ],
            ),
            Self::Run { name, changes } => {
                to.object(word, &[("name", name), ("changes", changes)]);
            }
        }
    }
}
