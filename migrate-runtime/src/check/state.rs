//! The folded state: a fixed number of objects, found by hash.
//!
//! Const functions have no collections, so everything lives in two arrays whose lengths a counting pass
//! finds out. An object is looked up by kind, table and name in an open-addressed index; the members of a
//! table form a linked list. Objects are never moved: a dropped one is marked dead, and a renamed one
//! gets one more entry in the index.

use super::equal;
use crate::migration::{ColumnDef, ConstraintDef, IndexDef, TableNameDef, TableOptionsDef};

/// No object.
pub(super) const NONE: usize = usize::MAX;

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Revision,
    Table,
    Column,
    Index,
    PrimaryKey,
    Unique,
    Check,
    ForeignKey,
    Enum,
    Rename,
}

impl Kind {
    /// The word for it in messages.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Revision => "revision",
            Self::Table => "table",
            Self::Column => "column",
            Self::Index => "index",
            Self::PrimaryKey => "primary key",
            Self::Unique => "unique constraint",
            Self::Check => "check",
            Self::ForeignKey => "foreign key",
            Self::Enum => "enum",
            Self::Rename => "rename",
        }
    }
}

/// What an object holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Data {
    Nothing,
    Table {
        name: TableNameDef,
        comment: Option<&'static str>,
        options: TableOptionsDef,
    },
    Column(ColumnDef),
    Index(IndexDef),
    Constraint(ConstraintDef),
    Enum(&'static [&'static str]),
    /// A column of the object's table was renamed.
    ColumnRename {
        from: &'static str,
        to: &'static str,
    },
    /// A table was renamed.
    TableRename {
        from: TableNameDef,
        to: TableNameDef,
    },
}

/// One thing that the chain made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) alive: bool,
    /// The table it is a member of.
    pub(super) table: usize,
    pub(super) name: &'static str,
    /// The next member of the same table; of a rename, the next rename.
    pub(super) next: usize,
    /// The first member, of a table.
    first: usize,
    /// The migration that made it, by its place in the list of files.
    pub(super) by: usize,
    pub(super) data: Data,
}

/// All objects. `O` is the number of them, `S` that of index entries, at least twice as many.
#[derive(Debug, Clone, Copy)]
pub(super) struct State<const O: usize, const S: usize> {
    objects: [Object; O],
    count: usize,
    /// The object's number and one; 0 is free.
    slots: [u32; S],
    first_rename: usize,
    last_rename: usize,
}

impl<const O: usize, const S: usize> State<O, S> {
    pub(super) const fn new() -> Self {
        Self {
            objects: [Object {
                kind: Kind::Rename,
                alive: false,
                table: NONE,
                name: "",
                next: NONE,
                first: NONE,
                by: NONE,
                data: Data::Nothing,
            }; O],
            count: 0,
            slots: [0; S],
            first_rename: NONE,
            last_rename: NONE,
        }
    }

    pub(super) const fn get(&self, id: usize) -> &Object {
        &self.objects[id]
    }

    pub(super) const fn get_mut(&mut self, id: usize) -> &mut Object {
        &mut self.objects[id]
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The first member of a table; the others follow by `next`.
    pub(super) const fn first_member(&self, table: usize) -> usize {
        self.objects[table].first
    }

    /// The living object of that kind and name, in that table.
    pub(super) const fn find(&self, kind: Kind, table: usize, name: &str) -> usize {
        let mut slot = hash(kind, table, None, name) % S;
        while self.slots[slot] != 0 {
            let id = self.slots[slot] as usize - 1;
            let object = &self.objects[id];
            if object.alive
                && object.kind as u8 == kind as u8
                && object.table == table
                && equal::text(object.name, name)
            {
                return id;
            }
            slot = (slot + 1) % S;
        }
        NONE
    }

    /// The living table of that name.
    pub(super) const fn find_table(&self, name: TableNameDef) -> usize {
        let mut slot = hash(Kind::Table, NONE, name.schema, name.name) % S;
        while self.slots[slot] != 0 {
            let id = self.slots[slot] as usize - 1;
            let object = &self.objects[id];
            if object.alive
                && let Data::Table { name: found, .. } = object.data
                && equal::table_name(found, name)
            {
                return id;
            }
            slot = (slot + 1) % S;
        }
        NONE
    }

    /// Adds an object and returns its number.
    pub(super) const fn insert(
        &mut self,
        kind: Kind,
        table: usize,
        name: &'static str,
        by: usize,
        data: Data,
    ) -> usize {
        let id = self.count;
        self.count += 1;
        self.objects[id] = Object {
            kind,
            alive: true,
            table,
            name,
            next: NONE,
            first: NONE,
            by,
            data,
        };
        if let Kind::Rename = kind {
            if self.last_rename == NONE {
                self.first_rename = id;
            } else {
                self.objects[self.last_rename].next = id;
            }
            self.last_rename = id;
            return id;
        }
        self.enter(id);
        if table != NONE {
            self.objects[id].next = self.objects[table].first;
            self.objects[table].first = id;
        }
        id
    }

    /// Makes an object known by the name it has now.
    pub(super) const fn enter(&mut self, id: usize) {
        let object = &self.objects[id];
        let schema = match object.data {
            Data::Table { name, .. } => name.schema,
            _ => None,
        };
        let mut slot = hash(object.kind, object.table, schema, object.name) % S;
        while self.slots[slot] != 0 {
            slot = (slot + 1) % S;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "no chain has four billion objects"
        )]
        let entry = id as u32 + 1;
        self.slots[slot] = entry;
    }

    /// The name that a column has now, which was called so when object `since` was made.
    pub(super) const fn column_now(
        &self,
        table: usize,
        name: &'static str,
        since: usize,
    ) -> &'static str {
        let mut now = name;
        let mut rename = self.first_rename;
        while rename != NONE {
            if rename > since
                && self.objects[rename].table == table
                && let Data::ColumnRename { from, to } = self.objects[rename].data
                && equal::text(from, now)
            {
                now = to;
            }
            rename = self.objects[rename].next;
        }
        now
    }

    /// The name that a table has now, which was called so when object `since` was made.
    pub(super) const fn table_now(&self, name: TableNameDef, since: usize) -> TableNameDef {
        let mut now = name;
        let mut rename = self.first_rename;
        while rename != NONE {
            if rename > since
                && let Data::TableRename { from, to } = self.objects[rename].data
                && equal::table_name(from, now)
            {
                now = to;
            }
            rename = self.objects[rename].next;
        }
        now
    }
}

/// FNV-1a of what an object is found by.
const fn hash(kind: Kind, table: usize, schema: Option<&str>, name: &str) -> usize {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    hash = (hash ^ kind as u64).wrapping_mul(0x0100_0000_01b3);
    hash = (hash ^ table as u64).wrapping_mul(0x0100_0000_01b3);
    if let Some(schema) = schema {
        hash = mix(hash, schema);
    }
    #[expect(clippy::cast_possible_truncation, reason = "a hash")]
    let hash = mix(hash, name) as usize;
    // The low bits of FNV of short names are poor.
    hash ^ (hash >> 15)
}

const fn mix(mut hash: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}
