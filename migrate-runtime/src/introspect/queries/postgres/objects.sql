-- Everything else: kind, schema, name, and the table that it hangs on.
WITH scope AS (
    SELECT oid, nspname, nullif(nspname, current_schema())::text AS shown
    FROM pg_catalog.pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), extension AS (
    SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'
)
SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                      WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence'
                      ELSE 'partition' END AS kind,
       n.shown, c.relname::text, pn.shown, p.relname::text
FROM pg_catalog.pg_class AS c
JOIN scope AS n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
    SELECT q.relname, q.relnamespace FROM pg_catalog.pg_inherits AS h
    JOIN pg_catalog.pg_class AS q ON q.oid = h.inhparent
    WHERE h.inhrelid = c.oid ORDER BY h.inhseqno LIMIT 1
) AS p ON c.relkind IN ('r', 'p')
LEFT JOIN scope AS pn ON pn.oid = p.relnamespace
WHERE c.relpersistence <> 't'
  AND (c.relkind IN ('v', 'm', 'f')
       OR (c.relkind IN ('r', 'p') AND p.relname IS NOT NULL)
       OR (c.relkind = 'S' AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_depend AS d
           WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
             AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i'))))
  AND NOT EXISTS (SELECT FROM extension AS e
                  WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid)
UNION ALL
SELECT 'function', n.shown, f.proname::text, NULL, NULL
FROM pg_catalog.pg_proc AS f
JOIN scope AS n ON n.oid = f.pronamespace
WHERE NOT EXISTS (SELECT FROM extension AS e
                  WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = f.oid)
UNION ALL
SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, n.shown, t.typname::text, NULL, NULL
FROM pg_catalog.pg_type AS t
JOIN scope AS n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
WHERE (t.typtype IN ('d', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
  AND NOT EXISTS (SELECT FROM extension AS e
                  WHERE e.classid = 'pg_catalog.pg_type'::regclass AND e.objid = t.oid)
UNION ALL
SELECT 'trigger', NULL, g.tgname::text, n.shown, c.relname::text
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
JOIN scope AS n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND c.relkind <> 'v'
UNION ALL
SELECT 'rule', NULL, w.rulename::text, n.shown, c.relname::text
FROM pg_catalog.pg_rewrite AS w
JOIN pg_catalog.pg_class AS c ON c.oid = w.ev_class
JOIN scope AS n ON n.oid = c.relnamespace
WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT 'policy', NULL, y.polname::text, n.shown, c.relname::text
FROM pg_catalog.pg_policy AS y
JOIN pg_catalog.pg_class AS c ON c.oid = y.polrelid
JOIN scope AS n ON n.oid = c.relnamespace
UNION ALL
SELECT 'extension', NULL, x.extname::text, NULL, NULL
FROM pg_catalog.pg_extension AS x
WHERE x.extname <> 'plpgsql'
ORDER BY 1, 2 NULLS FIRST, 3, 5
