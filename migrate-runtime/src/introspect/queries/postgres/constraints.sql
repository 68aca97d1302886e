-- Their constraints. Lists are separated by the character 31.
SELECT c.conrelid::text,
       c.conname::text,
       c.contype::text,
       (SELECT string_agg(a.attname, chr(31) ORDER BY k.place)
        FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number),
       CASE WHEN c.contype = 'c' THEN pg_catalog.pg_get_expr(c.conbin, c.conrelid) END,
       CASE WHEN c.contype = 'f' THEN nullif(tn.nspname, current_schema()) END::text,
       CASE WHEN c.contype = 'f' THEN t.relname END::text,
       (SELECT string_agg(a.attname, chr(31) ORDER BY k.place)
        FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.number),
       c.confdeltype::text,
       c.confupdtype::text,
       c.confmatchtype::text,
       c.condeferrable::text,
       c.condeferred::text,
       c.convalidated::text,
       CASE WHEN c.contype = 'u' THEN pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' END,
       CASE WHEN c.contype = 'x' OR i.indnatts > i.indnkeyatts
            THEN pg_catalog.pg_get_constraintdef(c.oid) END,
       CASE WHEN c.contype = 'u' AND i.indnatts > i.indnkeyatts THEN
       (SELECT string_agg(a.attname, chr(31) ORDER BY k.place)
        FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number
        WHERE k.place > i.indnkeyatts) END
FROM pg_catalog.pg_constraint AS c
JOIN pg_catalog.pg_class AS r ON r.oid = c.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u')
LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.confrelid
LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
WHERE c.contype IN ('p', 'u', 'c', 'f', 'x')
  AND r.relkind IN ('r', 'p')
  AND r.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY c.conrelid, c.conname
