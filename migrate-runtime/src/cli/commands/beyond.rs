//! What a database has beyond the chain or beyond models, as lines: a few are listed, many summed up.

use crate::autogenerate::Drift;
use crate::cli::ui::Ui;
use crate::operation::Object;
use crate::source::models::Inexpressible;
use std::collections::{BTreeMap, BTreeSet};

/// How many are worth a line each.
const LISTED: usize = 5;

/// What a table, view, trigger … is called that no migration made.
pub(super) fn kind(drift: &Drift) -> Option<&'static str> {
    let Drift {
        object,
        unmanaged,
        description: _,
        blocking,
        hint: _,
    } = drift;
    let is_table = !blocking && matches!(object, Some(Object::Table(_)));
    unmanaged.map_or(is_table.then_some("table"), |kind| Some(kind.as_str()))
}

/// One line for all tables, triggers, views … that no migration made, if they are many.
pub(super) fn summed_up<'d>(ui: Ui, drift: impl Iterator<Item = &'d Drift>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for kind in drift.filter_map(kind) {
        *counts.entry(kind).or_default() += 1;
    }
    if ui.verbosity() > 0 || counts.values().sum::<usize>() <= LISTED {
        return None;
    }
    let counts: Vec<String> = (counts.iter())
        .map(|(kind, count)| match (count, kind.strip_suffix('y')) {
            (1, _) => format!("1 {kind}"),
            (_, Some(stem)) => format!("{count} {stem}ies"),
            (_, None) => format!("{count} {kind}s"),
        })
        .collect();
    Some(format!(
        "{} that the chain does not manage: kept (-v lists them)",
        counts.join(", ")
    ))
}

/// What models cannot say, a line each, or a line for each reason where they are many.
pub(super) fn left_out(ui: Ui, missing: &[Inexpressible]) -> Vec<String> {
    let mut reasons: BTreeMap<&str, Vec<&Inexpressible>> = BTreeMap::new();
    for one in missing {
        reasons.entry(&one.reason).or_default().push(one);
    }
    let many = ui.verbosity() == 0 && missing.len() > LISTED;
    let one_by_one = |one: &Inexpressible| {
        let Inexpressible {
            table,
            object,
            reason,
        } = one;
        format!("{table}: {object}: {reason}")
    };
    if !many {
        return missing.iter().map(one_by_one).collect();
    }
    let line = |(reason, group): (&str, Vec<&Inexpressible>)| match group.as_slice() {
        [one] => one_by_one(one),
        group => {
            let tables: BTreeSet<String> = group.iter().map(|it| it.table.to_string()).collect();
            let named: Vec<&str> = tables.iter().take(3).map(String::as_str).collect();
            let more = if tables.len() > named.len() {
                ", …"
            } else {
                ""
            };
            let count = group.len();
            format!(
                "{count} of {}{more}: {reason} (-v lists them)",
                named.join(", ")
            )
        }
    };
    reasons.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{AttachedKind, TableName};

    fn table(name: &str) -> Drift {
        Drift {
            object: Some(Object::Table(TableName::parse(name))),
            unmanaged: None,
            description: format!("table {name}"),
            blocking: false,
            hint: None,
        }
    }

    fn unmanaged(kind: AttachedKind) -> Drift {
        Drift {
            object: None,
            unmanaged: Some(kind),
            description: format!("a {}", kind.as_str()),
            blocking: false,
            hint: None,
        }
    }

    #[test]
    fn a_handful_is_listed_and_more_are_counted() {
        let mut drift = vec![unmanaged(AttachedKind::View)];
        drift.extend((0..4).map(|_| unmanaged(AttachedKind::Trigger)));
        assert_eq!(summed_up(Ui::plain(), drift.iter()), None);
        drift.push(unmanaged(AttachedKind::View));
        drift.push(table("a"));
        insta::assert_snapshot!(summed_up(Ui::plain(), drift.iter()).unwrap(), @"1 table, 4 triggers, 2 views that the chain does not manage: kept (-v lists them)");
    }

    #[test]
    fn what_models_cannot_say_is_counted_by_its_reason() {
        let missing = |tables: &[&str], reason: &str| -> Vec<Inexpressible> {
            let one = |table: &&str| Inexpressible {
                table: TableName::parse(table),
                object: "a trigger".to_owned(),
                reason: reason.to_owned(),
            };
            tables.iter().map(one).collect()
        };
        let few = missing(&["a", "b", "c", "d", "e"], "it is kept");
        assert_eq!(left_out(Ui::plain(), &few).len(), few.len());
        let mut many = [few, missing(&["f"], "no key")].concat();
        many.extend(missing(&["a"], "it is kept"));
        insta::assert_snapshot!(left_out(Ui::plain(), &many).join("\n"), @r"
        6 of a, b, c, …: it is kept (-v lists them)
        f: a trigger: no key
        ");
    }
}
