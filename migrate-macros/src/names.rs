//! Names by convention: the same as diesel's where diesel has one.

/// The table of a struct, as diesel infers it: snake case and an `s`, whatever the plural is.
pub(crate) fn table_of(model: &str) -> String {
    snake(model) + "s"
}

/// Snake case as diesel makes it: a `_` before every capital but the first.
pub(crate) fn snake(name: &str) -> String {
    let mut result = String::with_capacity(name.len() + 4);
    for (at, character) in name.chars().enumerate() {
        if at > 0 && character.is_uppercase() {
            result.push('_');
        }
        result.extend(character.to_lowercase());
    }
    result
}

/// How the variants of an enum are spelled in the database.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Snake,
    ScreamingSnake,
    Kebab,
    Lower,
    Upper,
    Camel,
    Pascal,
}

impl Case {
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("camelCase", Self::Camel),
        ("PascalCase", Self::Pascal),
    ];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find_map(|(known, case)| (known == name).then_some(case))
    }

    /// The name of a variant in this case.
    pub(crate) fn apply(self, variant: &str) -> String {
        match self {
            Self::Snake => snake(variant),
            Self::ScreamingSnake => snake(variant).to_uppercase(),
            Self::Kebab => snake(variant).replace('_', "-"),
            Self::Lower => variant.to_lowercase(),
            Self::Upper => variant.to_uppercase(),
            Self::Camel => {
                let mut characters = variant.chars();
                characters.next().map_or_else(String::new, |first| {
                    first.to_lowercase().chain(characters).collect()
                })
            }
            Self::Pascal => variant.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, table_of};

    #[test]
    fn tables_are_named_as_diesel_does() {
        assert_eq!(table_of("User"), "users");
        assert_eq!(table_of("Category"), "categorys");
        assert_eq!(table_of("BookAuthor"), "book_authors");
        assert_eq!(table_of("HTTPLog"), "h_t_t_p_logs");
    }

    #[test]
    fn every_case_spells_a_variant() {
        let spelled = Case::ALL.map(|(_, case)| case.apply("InTransit"));
        assert_eq!(
            spelled,
            [
                "in_transit",
                "IN_TRANSIT",
                "in-transit",
                "intransit",
                "INTRANSIT",
                "inTransit",
                "InTransit"
            ]
        );
    }
}
