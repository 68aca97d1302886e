//! The rows themselves. `a b<a c<a,b d>c e<d=label`: `<` parents, `>` dependencies, `=` labels. A row without an id is
//! none of the catalogue.

pub(super) const LINEAR: &str = "a b<a c<b d<c e<d";
pub(super) const BRANCHED: &str = "a b<a c1<b=c1branch d1<c1 c2<b=c2branch d2<c2";
pub(super) const MERGED: &str = "a b<a c1<b=c1branch d1<c1 c2<b=c2branch d2<c2 e<d1,d2 f<e";
pub(super) const TWINS: &str = "a b1<a b2<a b3<a c1<b1,b2,b3 c2<b1,b2,b3 d1<c1 d2<c2";
pub(super) const NAMED: &str =
    "2020_a 2020_b<2020_a 2021_c<2020_b=abranch 2022_d<2020_b 2023_e<2022_d=ebranch";

/// Id, rows before, command, what runs and the rows after, or the error.
pub(super) type Walk = (&'static str, &'static str, &'static str, &'static str);
/// Id, map or target or range, what comes of it.
pub(super) type Reading = (&'static str, &'static str, &'static str);

/// What commands run, map by map.
pub(super) const WALKS: &[(&str, &[Walk])] = &[
    (
        LINEAR,
        &[
            ("R01", "", "upgrade c", "+a +b +c → c"),
            ("R02", "c", "upgrade e", "+d +e → e"),
            ("R03", "a", "upgrade +1", "+b → b"),
            ("R03", "a", "upgrade +2", "+b +c → c"),
            ("R04", "b", "upgrade +3", "+c +d +e → e"),
            (
                "R08",
                "b",
                "upgrade +5",
                "relative revision +5 didn't produce 5 migrations, only 3",
            ),
            ("R09", "e", "downgrade c", "-e -d → c"),
            ("R10", "c", "downgrade base", "-c -b -a →"),
            ("R12", "e", "downgrade -3", "-e -d -c → b"),
            ("R13", "d", "downgrade a+2", "-d → c"),
            ("R14", "d", "downgrade c-2", "-d -c -b → a"),
            (
                "R15",
                "b",
                "downgrade -5",
                "relative revision -5 didn't produce 5 migrations, only 2",
            ),
            (
                "",
                "",
                "downgrade -1",
                "the database is at base: nothing to undo",
            ),
            (
                "R15",
                "b",
                "downgrade +2",
                "'+2' is not a direction for downgrade",
            ),
            ("R16", "", "downgrade base", "→"),
            ("R17", "a", "downgrade a", "→ a"),
            ("R17", "e", "downgrade e", "→ e"),
            (
                "R18",
                "",
                "downgrade b",
                "destination b is not a valid downgrade target from current head(s) (none: nothing is applied)",
            ),
            ("R21", "e", "upgrade head", "→ e"),
            ("R22", "c", "upgrade a", "→ c"),
            ("R24", "", "upgrade a:c", "range a:c is not allowed here"),
            ("", "b", "upgrade -1", "'-1' is not a direction for upgrade"),
            ("", "", "upgrade heads", "+a +b +c +d +e → e"),
            ("", "", "upgrade base+2", "+a +b → b"),
            ("", "c", "downgrade -3", "-c -b -a →"),
            (
                "",
                "zz",
                "upgrade head",
                "Can't locate revision identified by 'zz', which the database names as applied",
            ),
            (
                "V08",
                "a c",
                "upgrade head",
                "revision a overlaps with revision c, which comes after it",
            ),
            (
                "V08",
                "",
                "stamp a b",
                "revision a overlaps with revision b, which comes after it",
            ),
            ("", "c", "stamp e", "→ e"),
            ("", "c", "stamp base", "→"),
            (
                "",
                "c",
                "stamp base e",
                "revision base overlaps with revision e, which comes after it",
            ),
        ],
    ),
    (
        BRANCHED,
        &[
            ("R30", "b", "upgrade d1", "+c1 +d1 → d1"),
            ("R31", "a", "upgrade heads", "+b +c1 +c2 +d1 +d2 → d1 d2"),
            (
                "R32",
                "a",
                "upgrade head",
                "Multiple head revisions are present for given argument 'head': d1, d2",
            ),
            ("R38", "d1 d2", "downgrade a", "-d2 -d1 -c2 -c1 -b → a"),
            ("R39", "d1 d2", "downgrade base+2", "-d2 -d1 -c2 -c1 → b"),
            ("R40", "d1 d2", "downgrade c2branch@base+2", "-d2 -c2 → d1"),
            (
                "R42",
                "d1 d2",
                "downgrade -1",
                "'-1' is ambiguous: the database is at d1, d2",
            ),
            ("R43", "d1 d2", "downgrade c1branch@-1", "-d1 → c1 d2"),
            ("R48", "d1 d2", "downgrade c1branch@head-1", "-d1 → c1 d2"),
            ("R49", "d1 c2", "downgrade c2", "→ c2 d1"),
            ("R49", "d1 c2", "downgrade d1", "→ c2 d1"),
            ("R50", "d1 c2", "stamp b", "→ b"),
            ("R51", "d1 c2", "stamp c1branch@base", "→ c2"),
            ("R52", "d1 c2", "stamp c2branch@head", "→ d1 d2"),
            ("", "b", "upgrade c2branch@+1", "+c2 → c2"),
            ("", "", "upgrade c2branch@+1", "+a → a"),
            ("", "d1", "upgrade c2branch@+2", "+c2 +d2 → d1 d2"),
            (
                "",
                "b",
                "upgrade +1",
                "ambiguous walk: '+1' could go on from b to any of c1, c2",
            ),
            (
                "",
                "d1 c2",
                "upgrade +1",
                "'+1' is ambiguous: the database is at c2, d1",
            ),
            (
                "N06",
                "",
                "upgrade c1branch@d2",
                "revision d2 is not a member of branch 'c1branch'",
            ),
            ("N07", "", "upgrade x@d2", "no such branch: 'x'"),
            ("", "", "stamp d1 d2", "→ d1 d2"),
        ],
    ),
    (
        MERGED,
        &[
            ("R55", "f", "downgrade b", "-f -e -d2 -d1 -c2 -c1 → b"),
            ("R57", "e", "stamp c2", "→ c2"),
            ("R57", "e", "stamp a", "→ a"),
            ("", "d1", "upgrade head", "+c2 +d2 +e +f → f"),
            ("", "e", "downgrade -1", "-e → d1 d2"),
            ("", "f", "downgrade d1", "-f -e → d1 d2"),
            ("", "f", "downgrade -2", "-f -e → d1 d2"),
            ("", "d1 d2", "downgrade d1@-1", "-d1 → c1 d2"),
            (
                "",
                "f",
                "downgrade -9",
                "'-9' is ambiguous: from f, -2 leads to before a merge, where d1 and d2 are both the last; nothing was undone",
            ),
        ],
    ),
    (
        "a1 b1<a1 c1<b1 a2 b2<a2 c2<b2 d1<c1,c2 d2<c2 d3<c2",
        &[
            ("R62", "d2 b1", "upgrade d1", "+c1 +d1 → d1 d2"),
            ("R65", "d3 d1", "upgrade d2", "+d2 → d1 d2 d3"),
            (
                "",
                "",
                "upgrade +1",
                "ambiguous walk: '+1' could go on from base to any of a1, a2",
            ),
        ],
    ),
    (
        TWINS,
        &[
            (
                "R66",
                "a",
                "upgrade heads",
                "+b1 +b2 +b3 +c1 +c2 +d1 +d2 → d1 d2",
            ),
            ("R69", "", "stamp heads", "→ d1 d2"),
            ("R69", "d1 d2", "stamp heads", "→ d1 d2"),
        ],
    ),
    (
        "a1 a2<a1 a3<a2 b1 b2<b1 c1 c2<c1 c3<c2 amerge<a3 bmerge<b1,b2 cmerge<c3 d1>a3,b2,c1",
        &[(
            "R77",
            "amerge d1 b1 cmerge",
            "downgrade d1@base",
            "-d1 → amerge b2 cmerge",
        )],
    ),
    (
        "a1 a2 a3 b1 b2 c1 c2 c3 amerge<a1,a2,a3 bmerge<b1,b2 cmerge<c1,c2,c3 d1>a3,b2,c1",
        &[
            (
                "R76",
                "amerge bmerge cmerge d1",
                "downgrade b2",
                "-bmerge → amerge b1 cmerge d1",
            ),
            (
                "R77",
                "amerge d1 b1 cmerge",
                "downgrade d1@base",
                "-d1 → amerge b1 b2 cmerge",
            ),
        ],
    ),
    (
        "a1 a2<a1 a3<a2>b1 b1 b2<b1>a2 b3<b2",
        &[("R78", "a3 b2", "downgrade b1", "-b2 → a3")],
    ),
    (
        "a1 a2<a1 a3<a2 b1 b2<b1>a3 b3<b2 b4<b3>a3",
        &[
            ("R80", "b4", "downgrade b3", "-b4 → b3"),
            ("", "b4", "downgrade -1", "-b4 → b3"),
            ("", "", "upgrade b2", "+a1 +a2 +a3 +b1 +b2 → b2"),
        ],
    ),
    (
        "a1 b1>a1 bmerge<a1,b1",
        &[
            ("R81", "a1", "upgrade b1", "+b1 → b1"),
            ("R81", "b1", "upgrade bmerge", "+bmerge → bmerge"),
            ("R81", "bmerge", "downgrade a1", "-bmerge → b1"),
            ("R81", "bmerge", "downgrade b1", "-bmerge → b1"),
        ],
    ),
    (
        "a b<a c1<b=c1branch d1<c1 c2<b=c2branch d2<c2>c1",
        &[
            ("R82", "d1 d2", "downgrade c2branch@b", "-d2 -c2 → d1"),
            ("R83", "d1 d2", "downgrade c1branch@b", "-d2 -d1 -c1 → c2"),
        ],
    ),
    (
        "a1 b1<a1 c1<b1 d1<c1 e1<d1 f1<e1 a2 b2<a2 c2<b2>c1",
        &[
            ("R74", "c2 d1", "downgrade d1@-1", "-d1 → c2"),
            ("R75", "c2 e1", "stamp b1", "→ b1"),
        ],
    ),
];

/// Maps that are none.
pub(super) const BROKEN: &[Reading] = &[
    ("R88", "a<a", "self-loop is detected in revisions (a)"),
    (
        "R88",
        "a b<a,b c<b",
        "self-loop is detected in revisions (b)",
    ),
    (
        "R89",
        "a>a",
        "dependency self-loop is detected in revisions (a)",
    ),
    (
        "",
        "a<c b<a c<b d<c",
        "cycle is detected in revisions (a, b, c)",
    ),
    ("", "a b<a>c c<b", "cycle is detected in revisions (b, c)"),
    (
        "",
        "a b<x",
        "revision x, which revision b revises, is not present",
    ),
    (
        "N14",
        "a b<a>x",
        "revision x, which revision b depends on, is not present",
    ),
    ("R93", "a a", "revision a is present more than once"),
    (
        "R95",
        "a=l b=l",
        "branch name 'l' in revision b is already used by revision a",
    ),
    (
        "",
        "a b<a=a",
        "branch name 'a' in revision b is already used by revision a",
    ),
];

/// What targets mean on [`NAMED`].
pub(super) const TARGETS: &[Reading] = &[
    ("N03", "2021", "2021_c"),
    (
        "N03",
        "2020",
        "Multiple revisions start with '2020': 2020_a, 2020_b",
    ),
    ("N02", "qpr", "Can't locate revision identified by 'qpr'"),
    (
        "N02",
        "ebranch@sos",
        "Can't locate revision identified by 'sos'",
    ),
    ("N05", "abranch@head", "2021_c"),
    ("N05", "abranch@heads", "2021_c"),
    ("N05", "abranch@base", ""),
    ("N05", "ebranch@2022_d", "2022_d"),
    ("N05", "ebranch@ebranch", "2023_e"),
    ("N05", "2023_e@2022", "2022_d"),
    (
        "N06",
        "ebranch@2021",
        "revision 2021_c is not a member of branch 'ebranch'",
    ),
    ("N07", "x@2022_d", "no such branch: 'x'"),
    (
        "",
        "-1",
        "Multiple head revisions are present for given argument '-1': 2021_c, 2023_e",
    ),
    ("", "ebranch@head-1", "2022_d"),
    (
        "",
        "2023_e-9",
        "relative revision 2023_e-9 didn't produce 9 migrations, only 4",
    ),
    ("", "", "'' makes no sense as a target: it is empty"),
    (
        "",
        "a@b@c",
        "'a@b@c' makes no sense as a target: more than one '@'",
    ),
    (
        "",
        "head+",
        "'head+' makes no sense as a target: a number must follow '+' or '-'",
    ),
    (
        "",
        "+0",
        "'+0' makes no sense as a target: a number must follow '+' or '-'",
    ),
];

/// Ranges of [`LINEAR`], in a database at `b`.
pub(super) const RANGES: &[Reading] = &[
    ("R29", "b:d", "b c d"),
    ("R29", ":c", "a b c"),
    ("R29", "b:", "b c d e"),
    ("R29", "current:", "b c d e"),
    ("R29", "b:+2", "b c d"),
    ("R29", "-1:current", "a b"),
    ("R29", "-9:", "a b c d e"),
    (
        "R29",
        "-9:current",
        "relative revision current-9 didn't produce 9 migrations, only 2",
    ),
    ("R29", "d:b", "d is not an ancestor of b"),
    (
        "R29",
        "b",
        "'b' makes no sense as a target: history range requires [start]:[end], [start]:, or :[end]",
    ),
];

/// Ranges of [`NAMED`], without a database.
pub(super) const RANGES_OF_BRANCHES: &[Reading] = &[
    ("N08", ":ebranch@head", "2020_a 2020_b 2022_d 2023_e"),
    (
        "N08",
        "ebranch@base:ebranch@head",
        "2020_a 2020_b 2022_d 2023_e",
    ),
    ("N08", "ebranch@2022_d:ebranch@head", "2022_d 2023_e"),
    ("N08", "ebranch@head-2:ebranch@head", "2020_b 2022_d 2023_e"),
    (
        "R87",
        "2023_e:2022_d",
        "2023_e is not an ancestor of 2022_d",
    ),
    (
        "R87",
        "2021_c:2022_d",
        "2021_c is not an ancestor of 2022_d",
    ),
];
