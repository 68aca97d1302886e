//! What lets the tables that derives write appear together in diesel's queries.
//!
//! diesel wants to be told of every *pair* of tables that may share a query, which is quadratic, and
//! which no derive can do: it sees one struct. So each table gets a number, the hash of its crate and name, as a
//! type with one layer a bit, and two tables are told apart by the first bit in which their numbers
//! differ: one implementation a table, whatever the number of tables.
//!
//! Why the traits have a parameter that is the table itself: the compiler lets a crate rely on
//! something *not* being implemented only where that crate could have implemented it, that is, where one
//! of its own types takes part (the orphan rule turned round).

use diesel::expression::{AsExpression, Expression};
use diesel::sql_types::SqlType;
use diesel::{ExpressionMethods, NullableExpressionMethods as _, Table, dsl};

/// A bit of a table's number that is 0, and the bits after it.
#[derive(Debug)]
pub struct Zero<Rest>(Rest);

/// A bit of a table's number that is 1, and the bits after it.
#[derive(Debug)]
pub struct One<Rest>(Rest);

/// The end of a number.
#[derive(Debug)]
pub struct End;

/// A table that a derive wrote, for another one of those.
pub trait Numbered<Asking> {
    /// Its number.
    type Number;
}

/// Two numbers that are not the same.
#[diagnostic::on_unimplemented(
    message = "the same table is twice in this query",
    label = "the second time",
    note = "give one of them another name: `diesel::alias!`"
)]
pub trait Differs<Other, Asking> {}

impl<A, B, Asking> Differs<One<B>, Asking> for Zero<A> {}
impl<A, B, Asking> Differs<Zero<B>, Asking> for One<A> {}
impl<A: Differs<B, Asking>, B, Asking> Differs<Zero<B>, Asking> for Zero<A> {}
impl<A: Differs<B, Asking>, B, Asking> Differs<One<B>, Asking> for One<A> {}

/// The diesel table of a model.
#[diagnostic::on_unimplemented(
    message = "the model `{Self}` has no `diesel::table!` to be joined with",
    label = "this key leads to it",
    note = "say `#[diesel(table_name = ..)]` on it, or `#[model(joinable = false)]` here"
)]
pub trait DieselTable {
    /// What `diesel::table!` declares.
    type Table: Table;
    /// What tells it from every other one: where it is declared, and its name.
    const PATH: &'static str;
    /// Those of the tables that it is joined to by a key of its own.
    const PARENTS: &'static [&'static str] = &[];
}

/// Two tables that one foreign key joins. The derive of the child implements it, both ways; a model that
/// may be private is named in the types of the implementation only, never in what it associates.
///
/// Where both models refer to each other, which [`DieselTable::PARENTS`] tell, there would be two for the same
/// tables. Those are numbered 1 and 2, and no query asks for them; an assertion says what to do.
pub trait JoinedByOneKey<Other, const RIVAL: u8 = 0> {
    /// The child's column.
    type Key: Default;
    /// What this table is to the other: [`Child`] or [`Parent`].
    type Side;
}

/// The side that has the foreign key.
#[derive(Debug)]
pub struct Child;

/// The side that it leads to.
#[derive(Debug)]
pub struct Parent;

/// Where the key of the parent is found.
pub trait Side<Own: Table, Other: Table> {
    /// The parent's primary key.
    type Key;
    /// Its value.
    fn key(own: &Own, other: &Other) -> Self::Key;
}

impl<Own: Table, Other: Table> Side<Own, Other> for Child {
    type Key = Other::PrimaryKey;

    fn key(_: &Own, other: &Other) -> Self::Key {
        other.primary_key()
    }
}

impl<Own: Table, Other: Table> Side<Own, Other> for Parent {
    type Key = Own::PrimaryKey;

    fn key(own: &Own, _: &Other) -> Self::Key {
        own.primary_key()
    }
}

/// How two linked tables are joined: `child.key = parent.primary_key`, as `diesel::joinable!` says it.
pub trait JoinedTo<Other: Table>: Table {
    /// The condition.
    type On;
    /// Its value.
    fn on(&self, other: &Other) -> Self::On;
}

impl<Own, Other> JoinedTo<Other> for Own
where
    Own: Table + JoinedByOneKey<Other>,
    Other: Table,
    Own::Side: Side<Own, Other>,
    (Own::Key, <Own::Side as Side<Own, Other>>::Key): Equal,
{
    type On = <(Own::Key, <Own::Side as Side<Own, Other>>::Key) as Equal>::Condition;

    fn on(&self, other: &Other) -> Self::On {
        (Own::Key::default(), Own::Side::key(self, other)).equal()
    }
}

/// Two columns that may be compared, either of which may be NULL.
pub trait Equal {
    /// `a = b`.
    type Condition;
    /// Its value.
    fn equal(self) -> Self::Condition;
}

impl<A, B> Equal for (A, B)
where
    A: Expression,
    B: Expression,
    dsl::Nullable<A>: ExpressionMethods,
    <dsl::Nullable<A> as Expression>::SqlType: SqlType,
    dsl::Nullable<B>: AsExpression<<dsl::Nullable<A> as Expression>::SqlType>,
{
    type Condition = dsl::Eq<dsl::Nullable<A>, dsl::Nullable<B>>;

    fn equal(self) -> Self::Condition {
        self.0.nullable().eq(self.1.nullable())
    }
}
