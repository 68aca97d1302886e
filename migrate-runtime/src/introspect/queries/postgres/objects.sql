-- Everything else, in no order: kind, schema, name, the table that it hangs on, and the words of it.
WITH scope AS (
    SELECT oid, nspname, nullif(nspname, current_schema())::text AS shown
    FROM pg_catalog.pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), extension AS (
    SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'
), tables AS (
    SELECT c.oid, n.shown, c.relname, c.relkind, c.relam, c.reloptions, c.reltoastrelid,
           c.relreplident, c.relrowsecurity
    FROM pg_catalog.pg_class AS c
    JOIN scope AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p')
      AND c.relpersistence <> 't'
      AND left(c.relname, 10) <> '__migrate_'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = c.oid)
      AND NOT EXISTS (SELECT FROM extension AS e
                      WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid)
), indexes AS MATERIALIZED (
    SELECT x.oid, x.relname, x.reloptions, x.reltablespace, i.indrelid, i.indisclustered, i.indisreplident,
           d.description
    FROM pg_catalog.pg_class AS x
    JOIN pg_catalog.pg_index AS i ON i.indexrelid = x.oid
    LEFT JOIN pg_catalog.pg_description AS d
           ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = x.oid AND d.objsubid = 0
    WHERE i.indisclustered OR i.indisreplident OR x.reloptions IS NOT NULL OR x.reltablespace <> 0
       OR d.objoid IS NOT NULL
)
SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                      WHEN 'f' THEN 'foreign table'
                      ELSE 'partition' END AS kind,
       n.shown, c.relname::text, pn.shown, p.relname::text, NULL
FROM pg_catalog.pg_class AS c
JOIN scope AS n ON n.oid = c.relnamespace
LEFT JOIN (
    SELECT DISTINCT ON (h.inhrelid) h.inhrelid, q.relname, q.relnamespace
    FROM pg_catalog.pg_inherits AS h
    JOIN pg_catalog.pg_class AS q ON q.oid = h.inhparent
    ORDER BY h.inhrelid, h.inhseqno
) AS p ON p.inhrelid = c.oid AND c.relkind IN ('r', 'p')
LEFT JOIN scope AS pn ON pn.oid = p.relnamespace
WHERE c.relpersistence <> 't'
  AND (c.relkind IN ('v', 'm', 'f')
       OR (c.relkind IN ('r', 'p') AND p.relname IS NOT NULL))
  AND NOT EXISTS (SELECT FROM extension AS e
                  WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid)
UNION ALL
SELECT 'function', n.shown, f.proname::text, NULL, NULL, NULL
FROM pg_catalog.pg_proc AS f
JOIN scope AS n ON n.oid = f.pronamespace
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e
                  WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = f.oid
                    AND e.deptype IN ('e', 'i'))
UNION ALL
SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, n.shown, t.typname::text, NULL, NULL, NULL
FROM pg_catalog.pg_type AS t
JOIN scope AS n ON n.oid = t.typnamespace
WHERE (t.typtype IN ('d', 'r')
       OR t.typrelid IN (SELECT c.oid FROM pg_catalog.pg_class AS c WHERE c.relkind = 'c'))
  AND NOT EXISTS (SELECT FROM extension AS e
                  WHERE e.classid = 'pg_catalog.pg_type'::regclass AND e.objid = t.oid)
UNION ALL
SELECT 'trigger', NULL, g.tgname::text, n.shown, c.relname::text, NULL
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
JOIN scope AS n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND c.relkind <> 'v'
UNION ALL
SELECT 'rule', NULL, w.rulename::text, n.shown, c.relname::text, NULL
FROM pg_catalog.pg_rewrite AS w
JOIN pg_catalog.pg_class AS c ON c.oid = w.ev_class
JOIN scope AS n ON n.oid = c.relnamespace
WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT 'policy', NULL, y.polname::text, n.shown, c.relname::text, NULL
FROM pg_catalog.pg_policy AS y
JOIN pg_catalog.pg_class AS c ON c.oid = y.polrelid
JOIN scope AS n ON n.oid = c.relnamespace
UNION ALL
SELECT 'extension', NULL, x.extname::text, NULL, NULL, NULL
FROM pg_catalog.pg_extension AS x
WHERE x.extname <> 'plpgsql'
UNION ALL
SELECT 'statistics object', n.shown, s.stxname::text, t.shown, t.relname::text, NULL
FROM pg_catalog.pg_statistic_ext AS s
JOIN scope AS n ON n.oid = s.stxnamespace
JOIN tables AS t ON t.oid = s.stxrelid
UNION ALL
SELECT 'publication', NULL, p.pubname::text, NULL, NULL, NULL
FROM pg_catalog.pg_publication AS p
UNION ALL
SELECT 'event trigger', NULL, v.evtname::text, NULL, NULL, NULL
FROM pg_catalog.pg_event_trigger AS v
WHERE NOT EXISTS (SELECT FROM extension AS e
                  WHERE e.classid = 'pg_catalog.pg_event_trigger'::regclass AND e.objid = v.oid)
UNION ALL
SELECT 'foreign server', NULL, v.srvname::text, NULL, NULL, NULL
FROM pg_catalog.pg_foreign_server AS v
UNION ALL
SELECT 'collation', n.shown, l.collname::text, NULL, NULL, NULL
FROM pg_catalog.pg_collation AS l
JOIN scope AS n ON n.oid = l.collnamespace
UNION ALL
SELECT 'text search object', n.shown, l.cfgname::text, NULL, NULL, NULL
FROM pg_catalog.pg_ts_config AS l
JOIN scope AS n ON n.oid = l.cfgnamespace
UNION ALL
SELECT 'text search object', n.shown, l.dictname::text, NULL, NULL, NULL
FROM pg_catalog.pg_ts_dict AS l
JOIN scope AS n ON n.oid = l.dictnamespace
WHERE NOT EXISTS (SELECT FROM extension AS e
                  WHERE e.classid = 'pg_catalog.pg_ts_dict'::regclass AND e.objid = l.oid)
UNION ALL
SELECT 'operator', n.shown, o.oprname::text, NULL, NULL, NULL
FROM pg_catalog.pg_operator AS o
JOIN scope AS n ON n.oid = o.oprnamespace
WHERE NOT EXISTS (SELECT FROM extension AS e
                  WHERE e.classid = 'pg_catalog.pg_operator'::regclass AND e.objid = o.oid)
UNION ALL
SELECT w.kind, t.shown, t.relname::text, t.shown, t.relname::text, w.words
FROM tables AS t
LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = t.reltoastrelid AND toast.reloptions IS NOT NULL
LEFT JOIN pg_catalog.pg_am AS m ON m.oid = t.relam
CROSS JOIN LATERAL (VALUES
    ('PARTITION BY of table', CASE WHEN t.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(t.oid) END),
    ('WITH of table', nullif(pg_catalog.concat_ws(', ', pg_catalog.array_to_string(t.reloptions, ', '),
        'toast.' || pg_catalog.array_to_string(toast.reloptions, ', toast.')), '')),
    ('REPLICA IDENTITY of table', CASE t.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'
                                                      WHEN 'i' THEN 'USING INDEX' END),
    ('ROW LEVEL SECURITY of table', CASE WHEN t.relrowsecurity THEN 'ENABLED' END),
    ('access method of table', nullif(m.amname::text, 'heap'))
) AS w (kind, words)
WHERE w.words IS NOT NULL
  AND (t.relkind = 'p' OR t.reloptions IS NOT NULL OR toast.reloptions IS NOT NULL
       OR t.relreplident <> 'd' OR t.relrowsecurity OR m.amname <> 'heap')
UNION ALL
SELECT w.kind, NULL, coalesce(k.conname, i.relname)::text, t.shown, t.relname::text, w.words
FROM indexes AS i
JOIN tables AS t ON t.oid = i.indrelid
LEFT JOIN pg_catalog.pg_constraint AS k ON k.conindid = i.oid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_tablespace AS s ON s.oid = i.reltablespace AND k.oid IS NOT NULL
CROSS JOIN LATERAL (VALUES
    ('CLUSTER of index', CASE WHEN i.indisclustered THEN 'ON' END),
    ('REPLICA IDENTITY of index', CASE WHEN i.indisreplident THEN 'USING' END),
    ('WITH of constraint', CASE WHEN k.oid IS NOT NULL
                                THEN pg_catalog.array_to_string(i.reloptions, ', ') END),
    ('tablespace of constraint', s.spcname::text),
    ('comment of index', i.description)
) AS w (kind, words)
WHERE w.words IS NOT NULL
UNION ALL
SELECT w.kind, NULL, k.conname::text, t.shown, t.relname::text, d.words
FROM (SELECT NULL::smallint[] AS confdelsetcols, true AS conenforced, false AS conperiod) AS before_15
CROSS JOIN LATERAL (
    SELECT oid, conname, conrelid, contype, condeferrable, connoinherit, confdelsetcols, conenforced, conperiod
    FROM pg_catalog.pg_constraint
) AS k
JOIN tables AS t ON t.oid = k.conrelid
CROSS JOIN LATERAL (VALUES
    ('DEFERRABLE of constraint', k.condeferrable AND k.contype = 'p'),
    ('NO INHERIT of constraint', k.connoinherit AND k.contype = 'c'),
    ('SET NULL columns of constraint', k.confdelsetcols IS NOT NULL),
    ('NOT ENFORCED of constraint', NOT k.conenforced),
    ('period of constraint', k.conperiod)
) AS w (kind, holds)
CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_constraintdef(k.oid) WHERE w.holds) AS d (words)
WHERE k.contype = 'p' AND k.condeferrable OR k.contype = 'c' AND k.connoinherit
   OR k.confdelsetcols IS NOT NULL OR NOT k.conenforced OR k.conperiod
UNION ALL
SELECT 'comment of constraint', NULL, k.conname::text, t.shown, t.relname::text, d.description
FROM pg_catalog.pg_description AS d
JOIN pg_catalog.pg_constraint AS k ON k.oid = d.objoid
JOIN tables AS t ON t.oid = k.conrelid
WHERE d.classoid = 'pg_catalog.pg_constraint'::regclass
UNION ALL
SELECT 'comment of type', n.shown, y.typname::text, NULL, NULL, d.description
FROM pg_catalog.pg_description AS d
JOIN pg_catalog.pg_type AS y ON y.oid = d.objoid AND y.typtype = 'e'
JOIN scope AS n ON n.oid = y.typnamespace
WHERE d.classoid = 'pg_catalog.pg_type'::regclass
