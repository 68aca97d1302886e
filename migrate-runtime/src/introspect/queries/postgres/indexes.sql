-- Their indexes; those of constraints are not here. Columns are given by their numbers, 0 is an expression.
SELECT i.indrelid::text,
       x.relname::text,
       i.indexrelid::text,
       i.indisunique::text,
       m.amname::text,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid),
       CASE WHEN i.indisunique THEN pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' END,
       i.indisvalid::text,
       pg_catalog.array_to_string(x.reloptions, ', '),
       i.indnkeyatts::text,
       i.indkey::text,
       i.indoption::text,
       s.spcname::text
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS r ON r.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace
JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_am AS m ON m.oid = x.relam
LEFT JOIN pg_catalog.pg_tablespace AS s ON s.oid = x.reltablespace
WHERE r.relkind IN ('r', 'p')
  AND r.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT i.indisprimary
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_constraint AS c
      WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, x.relname
