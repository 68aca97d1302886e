//! Revisions as a graph of lines, newest first: a branch is a column, which ends where another one begins it.
//!
//! ```text
//! ●    m1, join them
//! ├─╮
//! │ ●  c1, the other
//! ● │  b1, one side
//! ├─╯
//! ○    a1, first
//! ```
//!
//! A circle is the first of its line: what is drawn below it in the same column is another one.

use std::collections::BTreeSet;

/// What stands left of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Drawn {
    /// The line above it, where columns end in its own.
    pub(super) above: Option<String>,
    /// Its own line.
    pub(super) beside: String,
    /// The line below it, where columns begin in its own.
    pub(super) below: Option<String>,
    /// The columns that go on, for what is said of it in further lines.
    pub(super) further: String,
}

/// Draws revisions, each with its parents, which come after it; those that are not in the list are left out.
pub(super) fn draw<'r>(revisions: &[(&'r str, &'r [String])]) -> Vec<Drawn> {
    let listed: BTreeSet<&str> = revisions.iter().map(|(id, _)| *id).collect();
    let mut columns = Columns::default();
    let drawn = revisions.iter().map(|(id, parents)| {
        let parents = parents.iter().map(String::as_str);
        columns.next(id, parents.filter(|parent| listed.contains(parent)))
    });
    drawn.collect()
}

/// The columns, each with the revision that it leads to.
#[derive(Default)]
struct Columns<'r>(Vec<Option<&'r str>>);

impl<'r> Columns<'r> {
    fn next(&mut self, id: &str, parents: impl Iterator<Item = &'r str>) -> Drawn {
        let ends: Vec<usize> = (0..self.0.len())
            .filter(|at| self.0[*at] == Some(id))
            .collect();
        let own = match ends.first() {
            Some(first) => *first,
            None => self.free(0),
        };
        let joined = ends.get(1..).unwrap_or_default();
        let above = self.corners(own, joined, ['┴', '╯']);
        for at in joined {
            self.0[*at] = None;
        }
        self.0[own] = None;
        let mut parents = parents.peekable();
        let sign = if parents.peek().is_some() {
            "●"
        } else {
            "○"
        };
        let beside = self.line(|at| if at == own { sign } else { "│" }, own);
        let mut begun = Vec::new();
        for (number, parent) in parents.enumerate() {
            let at = if number == 0 { own } else { self.free(own + 1) };
            self.0[at] = Some(parent);
            if number > 0 {
                begun.push(at);
            }
        }
        let below = self.corners(own, &begun, ['┬', '╮']);
        while self.0.last() == Some(&None) {
            self.0.pop();
        }
        Drawn {
            above,
            beside,
            below,
            further: self.line(|_| "│", 0),
        }
    }

    /// A column that leads nowhere, not before that one.
    fn free(&mut self, from: usize) -> usize {
        let found = (from..self.0.len()).find(|at| self.0[*at].is_none());
        found.unwrap_or_else(|| {
            self.0.push(None);
            self.0.len() - 1
        })
    }

    /// A line of the columns that lead somewhere, and of one that need not.
    fn line(&self, sign: impl Fn(usize) -> &'static str, own: usize) -> String {
        let signs = (0..self.0.len()).map(|at| {
            if at == own || self.0[at].is_some() {
                sign(at)
            } else {
                " "
            }
        });
        signs.collect::<Vec<_>>().join(" ").trim_end().to_owned()
    }

    /// The line between a column and others to its right; the last of them has another corner.
    fn corners(&self, own: usize, others: &[usize], [corner, last]: [char; 2]) -> Option<String> {
        let end = *others.last()?;
        let mut line = String::new();
        for at in 0..self.0.len() {
            let is_between = at > own && at < end;
            line.push(match self.0[at] {
                _ if at == own => '├',
                _ if at == end => last,
                _ if others.contains(&at) => corner,
                Some(_) if is_between => '┼',
                Some(_) => '│',
                None if is_between => '─',
                None => ' ',
            });
            line.push(if at >= own && at < end { '─' } else { ' ' });
        }
        Some(line.trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{Drawn, draw};

    /// `m<b,c b<a c<a a`, newest first, drawn.
    fn drawn(map: &str) -> String {
        let revisions: Vec<(&str, Vec<String>)> = (map.split(' '))
            .map(|word| {
                let (id, parents) = word.split_once('<').unwrap_or((word, ""));
                let parents = parents.split(',').filter(|it| !it.is_empty());
                (id, parents.map(str::to_owned).collect())
            })
            .collect();
        let borrowed: Vec<(&str, &[String])> = (revisions.iter())
            .map(|(id, parents)| (*id, &parents[..]))
            .collect();
        let mut lines = Vec::new();
        for ((id, _), drawn) in revisions.iter().zip(draw(&borrowed)) {
            let Drawn {
                above,
                beside,
                below,
                further: _,
            } = drawn;
            lines.extend(above);
            lines.push(format!("{beside} {id}"));
            lines.extend(below);
        }
        lines.join("\n")
    }

    #[test]
    fn a_straight_line() {
        insta::assert_snapshot!(drawn("c<b b<a a"), @r"
        ● c
        ● b
        ○ a
        ");
    }

    #[test]
    fn lines_that_have_nothing_to_do_with_each_other() {
        insta::assert_snapshot!(drawn("c<b a2<a1 b a1"), @r"
        ● c
        │ ● a2
        ○ │ b
          ○ a1
        ");
        insta::assert_snapshot!(drawn("b a"), @r"
        ○ b
        ○ a
        ");
    }

    #[test]
    fn branches_that_part_and_join() {
        insta::assert_snapshot!(drawn("z<m m<b,c c<a b<a a"), @r"
        ● z
        ● m
        ├─╮
        │ ● c
        ● │ b
        ├─╯
        ○ a
        ");
    }

    #[test]
    fn branches_that_stay_apart() {
        insta::assert_snapshot!(drawn("d2<c2 d1<c1 c2<b c1<b b<a a"), @r"
        ● d2
        │ ● d1
        ● │ c2
        │ ● c1
        ├─╯
        ● b
        ○ a
        ");
    }

    #[test]
    fn three_into_one_across_another() {
        insta::assert_snapshot!(drawn("x<w m<a,b,c c<o b<o w<v a<o v o"), @r"
        ● x
        │ ● m
        │ ├─┬─╮
        │ │ │ ● c
        │ │ ● │ b
        ● │ │ │ w
        │ ● │ │ a
        ○ │ │ │ v
          ├─┴─╯
          ○ o
        ");
    }

    #[test]
    fn a_part_of_the_history() {
        insta::assert_snapshot!(drawn("m<b,c b<a"), @r"
        ● m
        ○ b
        ");
    }
}
