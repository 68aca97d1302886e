-- Their constraints. Columns are given by their numbers.
SELECT c.conrelid::text,
       c.conname::text,
       c.contype::text,
       c.conkey::text,
       CASE WHEN c.contype = 'c' THEN pg_catalog.pg_get_expr(c.conbin, c.conrelid) END,
       CASE WHEN c.contype = 'f' THEN nullif(tn.nspname, current_schema()) END::text,
       CASE WHEN c.contype = 'f' THEN t.relname END::text,
       c.confkey::text,
       c.confdeltype::text,
       c.confupdtype::text,
       c.confmatchtype::text,
       c.condeferrable::text,
       c.condeferred::text,
       c.convalidated::text,
       CASE WHEN c.contype = 'u' THEN i.indnullsnotdistinct::text END,
       CASE WHEN c.contype = 'x' OR i.indnatts > i.indnkeyatts
            THEN pg_catalog.pg_get_constraintdef(c.oid) END,
       CASE WHEN i.indnatts > i.indnkeyatts THEN (i.indkey::smallint[])[i.indnkeyatts:]::text END,
       c.confrelid::text
FROM pg_catalog.pg_constraint AS c
JOIN pg_catalog.pg_class AS r ON r.oid = c.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace
LEFT JOIN (
    SELECT x.* FROM (SELECT false AS indnullsnotdistinct) AS before_15
    CROSS JOIN LATERAL (
        SELECT indexrelid, indkey, indnatts, indnkeyatts, indnullsnotdistinct FROM pg_catalog.pg_index
    ) AS x
) AS i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u')
LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.confrelid
LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
WHERE c.contype IN ('p', 'u', 'c', 'f', 'x')
  AND r.relkind IN ('r', 'p')
  AND r.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY c.conrelid, c.conname
