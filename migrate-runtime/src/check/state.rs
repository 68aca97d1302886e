//! The folded state: a fixed number of objects, found by hash.
//!
//! Const functions have no collections, so everything lives in two arrays whose lengths a counting pass
//! finds out. An object is looked up by kind, table and name in an open-addressed index; the members of a
//! table form a linked list, as do the foreign keys that refer to one. Objects are never moved: a dropped
//! one is marked dead, the members of a dropped table by their table, and a renamed one gets one more
//! entry in the index.

use super::equal;
use super::key::Key;
use core::panic::Location;

use crate::migration::{
    ColumnChangeDef, ColumnDef, ConstraintDef, IndexDef, TableNameDef, TableOptionsDef,
};

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
    Change,
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
            Self::Change => "change",
        }
    }
}

/// What an object holds. References where there can be: the compiler keeps the place of every pointer
/// of the state in one sorted list, and each object would add a dozen to it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Data {
    Nothing,
    Table {
        name: TableNameDef,
        comment: Option<&'static str>,
        options: TableOptionsDef,
    },
    Column(&'static ColumnDef),
    Index(&'static IndexDef),
    Constraint(&'static ConstraintDef),
    Enum(&'static [&'static str]),
    /// A column of the object's table was renamed.
    ColumnRename {
        from: &'static str,
        to: &'static str,
    },
    /// A column was altered. The change before it follows by `next`.
    ColumnChange(&'static ColumnChangeDef),
}

/// One thing that the chain made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) alive: bool,
    /// The table it is a member of.
    pub(super) table: usize,
    pub(super) name: &'static str,
    /// The name as numbers, to find the object by.
    pub(super) key: Key,
    /// The next member of the same table; of a rename, the next one in the same table.
    pub(super) next: usize,
    /// The first member, of a table.
    pub(super) first: usize,
    /// The table that a foreign key refers to; none where that is somebody else's. Of a table, the last
    /// rename of a column.
    pub(super) target: usize,
    /// The last foreign key that refers to a table; of a foreign key or a rename, the one before it.
    pub(super) referrer: usize,
    /// The last change of a column; of a table, the first rename of a column.
    pub(super) changes: usize,
    /// Whether members of the table have, or had, SQL text that may name its columns.
    pub(super) has_texts: bool,
    /// Whether an `if_exists` or `if_not_exists` left open that it is there.
    pub(super) conditional: bool,
    /// The migration that made it, by its place in the list of files.
    pub(super) by: usize,
    /// The operation that made it, by where it is written.
    pub(super) at: Option<&'static Location<'static>>,
    /// Which saved copy of it is the last one.
    pub(super) saved: Saved,
    pub(super) data: Data,
}

/// Where an object was saved before it was changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Saved {
    /// The phase of the fold, counted from 1.
    pub(super) phase: u32,
    /// The place among the copies of that phase.
    pub(super) at: usize,
}

impl Object {
    const NEW: Self = Self {
        kind: Kind::Rename,
        alive: false,
        table: NONE,
        name: "",
        key: Key::EMPTY,
        next: NONE,
        first: NONE,
        target: NONE,
        referrer: NONE,
        changes: NONE,
        has_texts: false,
        conditional: false,
        by: NONE,
        at: None,
        saved: Saved { phase: 0, at: NONE },
        data: Data::Nothing,
    };

    /// The database schema of a table.
    pub(super) const fn schema(&self) -> Option<&'static str> {
        match &self.data {
            Data::Table { name, .. } => name.schema,
            _ => None,
        }
    }
}

/// All objects. `O` is the number of them, `S` that of index entries, at least twice as many.
#[derive(Debug, Clone, Copy)]
pub(super) struct State<const O: usize, const S: usize> {
    objects: [Object; O],
    count: usize,
    /// The object's number and one; 0 is free.
    slots: [u32; S],
}

/// Where a name was looked for: what has it, or where in the index it may be entered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) id: usize,
    key: Key,
    /// None: it is not to be found by a name.
    pub(super) slot: usize,
}

impl Place {
    /// For what has no name, or is not there.
    pub(super) const NOWHERE: Self = Self {
        id: NONE,
        key: Key::EMPTY,
        slot: NONE,
    };
}

/// How far the state was filled, to go back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) count: usize,
}

impl<const O: usize, const S: usize> State<O, S> {
    pub(super) const fn new() -> Self {
        Self {
            objects: [Object::NEW; O],
            count: 0,
            slots: [0; S],
        }
    }

    /// With room for more. What is dead or had another name before is not to be found any more.
    pub(super) const fn grown<const P: usize, const T: usize>(&self) -> State<P, T> {
        let mut grown = State::new();
        grown.count = self.count;
        let mut id = 0;
        while id < self.count {
            let object = &self.objects[id];
            grown.objects[id] = *object;
            // Primary keys are found by no name.
            let is_found = object.key.length > 0 || matches!(object.kind, Kind::PrimaryKey);
            if object.alive && is_found {
                let mut slot = (object.key.hash ^ object.table) % T;
                while grown.slots[slot] != 0 {
                    slot = (slot + 1) % T;
                }
                grown.occupy(slot, id);
            }
            id += 1;
        }
        grown
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
        self.get(table).first
    }

    /// How many members a table has.
    pub(super) const fn members(&self, table: usize) -> usize {
        let mut count = 0;
        let mut member = self.objects[table].first;
        while member != NONE {
            let object = &self.objects[member];
            if object.alive {
                count += 1;
            }
            member = object.next;
        }
        count
    }

    /// Whether an object is there, and the table it is a member of.
    pub(super) const fn is_alive(&self, id: usize) -> bool {
        let object = &self.objects[id];
        object.alive && (object.table == NONE || self.objects[object.table].alive)
    }

    /// The name that a table has now.
    pub(super) const fn table_name(&self, table: usize) -> TableNameDef {
        match self.get(table).data {
            Data::Table { name, .. } => name,
            _ => TableNameDef {
                schema: None,
                name: self.get(table).name,
            },
        }
    }

    /// The living object of that kind and name, in that table.
    pub(super) const fn find(&self, kind: Kind, table: usize, name: &str) -> usize {
        self.look(kind, table, name).id
    }

    /// Looks for the living object of that kind and name, in that table.
    pub(super) const fn look(&self, kind: Kind, table: usize, name: &str) -> Place {
        let key = Key::of(name);
        let slots = &self.slots;
        let mut slot = (key.hash ^ table) % S;
        loop {
            let entry = slots[slot];
            if entry == 0 {
                break;
            }
            let id = entry as usize - 1;
            let object = &self.objects[id];
            let other = &object.key;
            if other.head == key.head
                && other.tail == key.tail
                && object.table == table
                && other.length == key.length
                && object.alive
                && object.kind as u8 == kind as u8
                && (key.length <= Key::WHOLE || equal::text(object.name, name))
            {
                return Place { id, key, slot };
            }
            slot = (slot + 1) % S;
        }
        Place {
            id: NONE,
            key,
            slot,
        }
    }

    /// The living table of that name.
    pub(super) const fn find_table(&self, name: TableNameDef) -> usize {
        self.look_for_table(name).id
    }

    /// Looks for the living table of that name.
    pub(super) const fn look_for_table(&self, name: TableNameDef) -> Place {
        let key = Key::of(name.name);
        let mut slot = (key.hash ^ NONE) % S;
        while self.slots[slot] != 0 {
            let id = self.slots[slot] as usize - 1;
            let object = &self.objects[id];
            if object.alive
                && object.key.head == key.head
                && object.key.tail == key.tail
                && object.key.length == key.length
                && let Data::Table { name: found, .. } = &object.data
                && equal::optional_text(found.schema, name.schema)
                && (key.length <= Key::WHOLE || equal::text(found.name, name.name))
            {
                return Place { id, key, slot };
            }
            slot = (slot + 1) % S;
        }
        Place {
            id: NONE,
            key,
            slot,
        }
    }

    /// Where to begin to look for what has, or had, that name: the entries up to the first free one.
    pub(super) const fn first_slot(table: usize, name: &str) -> usize {
        (Key::of(name).hash ^ table) % S
    }

    /// The object at an entry.
    pub(super) const fn at_slot(&self, slot: usize) -> usize {
        match self.slots[slot] {
            0 => NONE,
            entry => entry as usize - 1,
        }
    }

    /// Adds an object that nothing is to be found by, and returns its number.
    pub(super) const fn append(
        &mut self,
        kind: Kind,
        table: usize,
        by: usize,
        data: Data,
    ) -> usize {
        let id = self.count;
        self.count += 1;
        self.objects[id] = Object {
            kind,
            alive: true,
            table,
            by,
            data,
            ..Object::NEW
        };
        id
    }

    /// Notes that a column of the table was renamed.
    pub(super) const fn append_rename(
        &mut self,
        table: usize,
        (from, to): (&'static str, &'static str),
        by: usize,
    ) {
        let data = Data::ColumnRename { from, to };
        let id = self.append(Kind::Rename, table, by, data);
        let last = self.objects[table].target;
        self.objects[id].referrer = last;
        if last == NONE {
            self.objects[table].changes = id;
        } else {
            self.objects[last].next = id;
        }
        self.objects[table].target = id;
    }

    /// Adds an object, known by its name: where that was looked for and not found.
    pub(super) const fn insert(
        &mut self,
        (kind, table): (Kind, usize),
        (name, place): (&'static str, &Place),
        (by, at): (usize, Option<&'static Location<'static>>),
        data: Data,
    ) -> usize {
        let id = self.count;
        self.count += 1;
        let mut next = NONE;
        if table != NONE {
            next = self.objects[table].first;
            self.objects[table].first = id;
        }
        self.objects[id] = Object {
            kind,
            alive: true,
            table,
            name,
            key: place.key,
            next,
            first: NONE,
            target: NONE,
            referrer: NONE,
            changes: NONE,
            has_texts: false,
            conditional: false,
            by,
            at,
            saved: Saved { phase: 0, at: NONE },
            data,
        };
        self.occupy(place.slot, id);
        id
    }

    const fn occupy(&mut self, slot: usize, id: usize) {
        if slot == NONE {
            return;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "no chain has four billion objects"
        )]
        let entry = id as u32 + 1;
        self.slots[slot] = entry;
    }

    /// Says which table a foreign key refers to.
    pub(super) const fn refer(&mut self, foreign_key: usize, target: usize) {
        if target != NONE {
            let owner = self.get_mut(target);
            let before = owner.referrer;
            owner.referrer = foreign_key;
            let key = self.get_mut(foreign_key);
            key.target = target;
            key.referrer = before;
        }
    }

    /// Makes an object known by another name.
    pub(super) const fn rename(&mut self, id: usize, name: &'static str, place: &Place) {
        let object = &mut self.objects[id];
        object.name = name;
        object.key = place.key;
        self.occupy(place.slot, id);
    }

    pub(super) const fn mark(&self) -> Mark {
        Mark { count: self.count }
    }

    /// Forgets what was added after the mark, last one first. The entries in the index go with
    /// [`Self::leave`], changes of older objects with [`Self::restore`].
    pub(super) const fn truncate(&mut self, mark: Mark) {
        while self.count > mark.count {
            self.count -= 1;
            let object = self.get(self.count);
            let (table, next) = (object.table, object.next);
            let (target, referrer) = (object.target, object.referrer);
            let kind = object.kind;
            if let Kind::Rename = kind {
                self.objects[table].target = referrer;
                if referrer == NONE {
                    self.objects[table].changes = NONE;
                } else {
                    self.objects[referrer].next = NONE;
                }
                continue;
            }
            if table != NONE {
                self.objects[table].first = next;
            }
            if target != NONE && !matches!(kind, Kind::Table) {
                self.objects[target].referrer = referrer;
            }
        }
    }

    /// Takes back the last entry in the index.
    pub(super) const fn leave(&mut self, slot: usize) {
        self.slots[slot] = 0;
    }

    /// Makes an object what it was; the lists that begin at it are as they are.
    pub(super) const fn restore(&mut self, id: usize, saved: &Object) {
        let object = self.get_mut(id);
        let Object {
            kind: _,
            alive,
            table: _,
            name,
            key,
            next: _,
            first: _,
            target: _,
            referrer: _,
            changes,
            // Stays set: it only says where to look.
            has_texts: _,
            conditional,
            by: _,
            at: _,
            saved: before,
            ref data,
        } = *saved;
        object.alive = alive;
        object.changes = changes;
        object.conditional = conditional;
        object.saved = before;
        // These hold pointers, which are dear to write.
        if matches!(data, Data::Table { .. } | Data::Enum(_)) {
            object.data = *data;
        }
        if !equal::text(object.name, name) {
            object.name = name;
            object.key = key;
        }
    }

    /// The name that a column has at a time, which was called so at another. Times are numbers of
    /// objects: what was made then.
    pub(super) const fn column_name(
        &self,
        table: usize,
        name: &'static str,
        since: usize,
        until: usize,
    ) -> &'static str {
        if table == NONE {
            return name;
        }
        let mut now = name;
        let mut rename = self.objects[table].changes;
        while rename != NONE && rename < until {
            let object = &self.objects[rename];
            if rename > since
                && let Data::ColumnRename { from, to } = &object.data
                && equal::text(from, now)
            {
                now = to;
            }
            rename = object.next;
        }
        now
    }

    /// Whether a column is, after all that changed it, that one, but for the name.
    pub(super) const fn is_column(&self, id: usize, wanted: &ColumnDef) -> bool {
        let object = &self.objects[id];
        if object.changes == NONE
            && let Data::Column(column) = object.data
        {
            return equal::column(column, wanted);
        }
        match self.column(object) {
            Some(column) => equal::column(&column, wanted),
            None => false,
        }
    }

    /// What a column is, with all that changed it.
    pub(super) const fn column(&self, object: &Object) -> Option<ColumnDef> {
        let Data::Column(column) = object.data else {
            return None;
        };
        let mut column = *column;
        let mut taken = ColumnChangeDef::NONE;
        let mut id = object.changes;
        while id != NONE {
            let change = self.get(id);
            if let Data::ColumnChange(change) = change.data {
                taken = taken.after(change);
            }
            id = change.next;
        }
        if object.changes != NONE {
            column = column.changed(&taken);
        }
        Some(column)
    }
}
