-- Their indexes, a row for each column of one; those of constraints are not here.
SELECT i.indrelid::text,
       x.relname::text,
       i.indisunique::text,
       m.amname::text,
       CASE WHEN k.place = 1 THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END,
       CASE WHEN k.place = 1 AND i.indisunique
            THEN pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' END,
       i.indisvalid::text,
       pg_catalog.array_to_string(x.reloptions, ', '),
       (k.place > i.indnkeyatts)::text,
       a.attname::text,
       CASE WHEN k.number = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.place::int, true) END,
       i.indoption[k.place::int - 1]::text,
       CASE WHEN NOT o.opcdefault OR xa.attoptions IS NOT NULL THEN
           CASE WHEN pg_catalog.pg_opclass_is_visible(o.oid) THEN o.opcname
                ELSE pn.nspname || '.' || o.opcname END
           || coalesce(' (' || pg_catalog.array_to_string(xa.attoptions, ', ') || ')', '')
       END::text,
       CASE WHEN l.oid <> coalesce(a.attcollation, y.typcollation) THEN
           CASE WHEN pg_catalog.pg_collation_is_visible(l.oid) THEN l.collname
                ELSE ln.nspname || '.' || l.collname END
       END::text,
       s.spcname::text
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS r ON r.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace
JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_am AS m ON m.oid = x.relam
CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
JOIN pg_catalog.pg_attribute AS xa ON xa.attrelid = i.indexrelid AND xa.attnum = k.place
JOIN pg_catalog.pg_type AS y ON y.oid = xa.atttypid
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number <> 0
LEFT JOIN pg_catalog.pg_opclass AS o ON o.oid = i.indclass[k.place::int - 1]
LEFT JOIN pg_catalog.pg_namespace AS pn ON pn.oid = o.opcnamespace
LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = i.indcollation[k.place::int - 1]
LEFT JOIN pg_catalog.pg_namespace AS ln ON ln.oid = l.collnamespace
LEFT JOIN pg_catalog.pg_tablespace AS s ON s.oid = x.reltablespace
WHERE r.relkind IN ('r', 'p')
  AND r.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT i.indisprimary
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_constraint AS c
      WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, x.relname, k.place
