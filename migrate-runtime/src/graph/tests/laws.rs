//! Laws on random maps: each step leaves a closed set, and the rows stand for it.

use super::super::*;
use proptest::prelude::*;

/// A random map: each revision has up to three parents and two dependencies among the earlier ones.
fn any_graph() -> impl Strategy<Value = Graph> {
    let node = (
        prop::collection::vec(0..100_usize, 0..3),
        prop::collection::vec(0..100_usize, 0..2),
    );
    prop::collection::vec(node, 1..14).prop_map(|nodes| {
        let id = |n: usize| format!("r{n:02}");
        let earlier = |list: Vec<usize>, n: usize| -> Vec<String> {
            list.into_iter()
                .filter(|_| n > 0)
                .map(|pick| id(pick % n))
                .collect()
        };
        let revisions = nodes
            .into_iter()
            .enumerate()
            .map(|(n, (parents, depends_on))| Revision {
                id: id(n),
                parents: earlier(parents, n),
                depends_on: earlier(depends_on, n),
                branch_labels: Vec::new(),
                replaces: Vec::new(),
            });
        Graph::new(revisions).unwrap()
    })
}

/// Whether a set is closed: everything that must be applied before its members is in it.
fn closed(graph: &Graph, applied: &BTreeSet<String>) -> bool {
    applied.iter().all(|id| {
        let Revision {
            id: _,
            parents,
            depends_on,
            branch_labels: _,
            replaces: _,
        } = graph.get(id).unwrap();
        parents
            .iter()
            .chain(depends_on)
            .all(|before| applied.contains(before))
    })
}

fn replay(graph: &Graph, mut applied: BTreeSet<String>, plan: &Plan) -> BTreeSet<String> {
    let mut rows: BTreeSet<String> = plan.from.iter().cloned().collect();
    for step in &plan.steps {
        match step.direction {
            Direction::Upgrade => assert!(applied.insert(step.revision.clone())),
            Direction::Downgrade => assert!(applied.remove(&step.revision)),
        }
        assert!(
            closed(graph, &applied),
            "after {}: {applied:?}",
            step.revision
        );
        for row in &step.delete {
            assert!(rows.remove(row), "no row {row}");
        }
        rows.extend(step.insert.iter().cloned());
        assert_eq!(rows.iter().cloned().collect::<Vec<_>>(), step.rows);
        let meant: BTreeSet<String> = graph
            .ids(graph.ancestors(graph.row_places(&step.rows).unwrap(), traverse::Edges::All))
            .into_iter()
            .collect();
        assert_eq!(meant, applied, "the rows stand for what is applied");
    }
    applied
}

proptest! {
    #[test]
    fn up_to_the_heads_and_down_to_base(graph in any_graph()) {
        let up = plan_upgrade(&graph, &[], "heads").unwrap();
        let all = replay(&graph, BTreeSet::new(), &up);
        prop_assert_eq!(all.len(), graph.len());
        prop_assert_eq!(up.to(), graph.effective_heads());
        let down = plan_downgrade(&graph, up.to(), "base").unwrap();
        prop_assert!(replay(&graph, all, &down).is_empty());
        prop_assert!(down.to().is_empty());
    }

    #[test]
    fn up_and_down_to_anything(graph in any_graph(), there in 0..100_usize, back in 0..100_usize) {
        let pick = |n: usize| graph.revisions[n % graph.len()].id.clone();
        let up = plan_upgrade(&graph, &[], &pick(there)).unwrap();
        let applied = replay(&graph, BTreeSet::new(), &up);
        prop_assert_eq!(up.to(), [pick(there)]);
        match plan_downgrade(&graph, up.to(), &pick(back)) {
            Ok(down) => {
                let left = replay(&graph, applied, &down);
                prop_assert!(left.contains(&pick(back)));
            }
            Err(error) => {
                let expected = matches!(error, GraphError::NotADowngradeTarget { .. });
                prop_assert!(expected && !applied.contains(&pick(back)), "{}", error);
            }
        }
    }

    #[test]
    fn the_order_of_files_does_not_matter(graph in any_graph()) {
        let mut revisions = graph.revisions.clone();
        revisions.reverse();
        prop_assert_eq!(Graph::new(revisions).unwrap().sorted(), graph.sorted());
    }

    /// Rows that nobody planned: whatever was stamped, they stand for a closed set, and it goes up and down from there.
    #[test]
    fn from_whatever_was_stamped(graph in any_graph(), picks in prop::collection::vec(0..100_usize, 1..5)) {
        let mut at = Vec::new();
        for pick in picks {
            let id = graph.revisions[pick % graph.len()].id.clone();
            at = plan_stamp(&graph, &at, &[&id]).unwrap();
            prop_assert!(graph.applied(&at).unwrap().contains(&id), "{} {:?}", id, at);
        }
        let applied: BTreeSet<String> = graph.applied(&at).unwrap().into_iter().collect();
        prop_assert!(closed(&graph, &applied));
        let places = graph.row_places(&graph.applied(&at).unwrap()).unwrap();
        prop_assert_eq!(&graph.ids(graph.maximal(&places)), &at, "the rows are the last ones");
        let up = plan_upgrade(&graph, &at, "heads").unwrap();
        prop_assert_eq!(replay(&graph, applied.clone(), &up).len(), graph.len());
        prop_assert_eq!(up.to(), graph.effective_heads());
        let down = plan_downgrade(&graph, &at, "base").unwrap();
        prop_assert!(replay(&graph, applied, &down).is_empty());
    }

    /// A run that ends anywhere is gone on with: the rest of the plan is the plan of the rest.
    #[test]
    fn what_is_left_is_what_was_planned(graph in any_graph(), end in 0..100_usize) {
        for up in [true, false] {
            let plan = |rows: &[String]| if up {
                plan_upgrade(&graph, rows, "heads").unwrap()
            } else {
                plan_downgrade(&graph, rows, "base").unwrap()
            };
            let whole = plan(&if up { Vec::new() } else { graph.effective_heads() });
            let end = end % whole.steps.len();
            let rest = plan(&whole.steps[end].rows);
            prop_assert_eq!(&rest.steps[..], &whole.steps[end + 1..]);
        }
    }

    /// One step back and one forward again, from anywhere: the rows are what they were.
    #[test]
    fn a_step_back_is_undone_by_a_step_forward(graph in any_graph(), there in 0..100_usize) {
        let there = graph.revisions[there % graph.len()].id.clone();
        let up = plan_upgrade(&graph, &[], &there).unwrap();
        let down = plan_downgrade(&graph, up.to(), &format!("{there}@-1")).unwrap();
        prop_assert_eq!(down.steps.len(), 1);
        let again = plan_upgrade(&graph, down.to(), &there).unwrap();
        prop_assert_eq!(again.to(), up.to());
        prop_assert_eq!(&again.steps.last().unwrap().revision, &there);
    }

    /// Joined, the heads are one, and nothing else is different.
    #[test]
    fn a_merge_of_all_heads_leaves_one(graph in any_graph()) {
        let heads = graph.heads();
        match merge_parents::<&str>(&graph, &[], false) {
            Ok(parents) => {
                prop_assert_eq!(&parents, &heads);
                let merged = Revision::new("z", parents);
                let joined = Graph::new(graph.revisions.iter().cloned().chain([merged])).unwrap();
                prop_assert_eq!(joined.heads(), ["z"]);
                let plan = plan_upgrade(&joined, &[], "head").unwrap();
                let without = plan_upgrade(&graph, &[], "heads").unwrap();
                let ids = |plan: &Plan| plan.steps.iter().map(|step| step.revision.clone()).collect::<Vec<_>>();
                prop_assert_eq!(&ids(&plan)[..graph.len()], &ids(&without)[..]);
            }
            Err(error) => prop_assert!(heads.len() == 1, "{}", error),
        }
    }
}
