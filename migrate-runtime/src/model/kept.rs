//! The columns of a `diesel::table!` that the user keeps, by name.

use diesel::{Column, Expression, Table};

/// Columns in a tuple, as `Table::AllColumns` has them.
#[diagnostic::on_unimplemented(
    message = "the `table!` has more than 64 columns, and the model has fewer",
    label = "columns of the `table!` are missing"
)]
pub trait ColumnNames {
    /// Their names in the database.
    const NAMES: &'static [&'static str];
}

/// The columns of a model's fields in the `table!`, by the place of the field.
pub trait KeptColumns<const PLACE: usize> {
    /// The column, or what stands for it.
    type Column: KeptColumn;
}

/// A column of the `table!`, or what stands for one that is not there.
pub trait KeptColumn {
    /// Its name in the database; empty if it is not there.
    const NAME: &'static str;
    /// Its type.
    type SqlType;
}

impl<C: Column> KeptColumn for C {
    const NAME: &'static str = C::NAME;
    type SqlType = <C as Expression>::SqlType;
}

/// Asked of the `table!` itself, so that nothing is said of the columns of one that is not there.
pub trait IsTable {
    /// It is one.
    const YES: bool = true;
}

impl<T: Table> IsTable for T {}

macro_rules! tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: Column, $($rest: Column,)*> ColumnNames for ($first, $($rest,)*) {
            const NAMES: &'static [&'static str] = &[$first::NAME, $($rest::NAME,)*];
        }
        tuples!($($rest)*);
    };
}

tuples! {
    C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12 C13 C14 C15 C16 C17 C18 C19 C20 C21 C22 C23 C24 C25 C26 C27 C28
    C29 C30 C31 C32 C33 C34 C35 C36 C37 C38 C39 C40 C41 C42 C43 C44 C45 C46 C47 C48 C49 C50 C51 C52 C53
    C54 C55 C56 C57 C58 C59 C60 C61 C62 C63 C64
}
