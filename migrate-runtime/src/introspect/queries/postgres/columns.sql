-- Their columns, in no order: sorting ten thousand wide rows is a fifth of the query. A default names no column,
-- and read without its table, which would be loaded for it, it takes a third of the time.
SELECT a.attrelid::text,
       a.attname::text,
       pg_catalog.format_type(a.atttypid, a.atttypmod),
       CASE WHEN k.typtype = 'e' THEN nullif(kn.nspname, current_schema()) END::text,
       CASE WHEN k.typtype = 'e' THEN k.typname END::text,
       (k.oid <> a.atttypid)::text,
       a.attnotnull::text,
       pg_catalog.pg_get_expr(f.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE f.adrelid END),
       a.attgenerated::text,
       a.attidentity::text,
       CASE WHEN a.attcollation <> t.typcollation THEN
           CASE WHEN pg_catalog.pg_collation_is_visible(l.oid) THEN l.collname
                ELSE ln.nspname || '.' || l.collname END
       END::text,
       d.description,
       a.attnum::text,
       CASE WHEN a.attcollation NOT IN (0, 100) THEN 'true' END,
       CASE WHEN a.attstorage <> t.typstorage THEN
           CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
                             WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
       END,
       CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::text END,
       CASE a.attcompression::text WHEN 'l' THEN 'lz4' WHEN 'p' THEN 'pglz' END
FROM (SELECT ''::text AS attcompression) AS before_14
CROSS JOIN LATERAL (
    SELECT attrelid, attname, atttypid, atttypmod, attnotnull, attgenerated, attidentity, attcollation, attnum,
           attstorage, attstattarget, attcompression
    FROM pg_catalog.pg_attribute
    WHERE attnum > 0 AND NOT attisdropped
) AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type AS k ON k.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0
                                             THEN t.typelem ELSE t.oid END
JOIN pg_catalog.pg_namespace AS kn ON kn.oid = k.typnamespace
LEFT JOIN pg_catalog.pg_attrdef AS f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_catalog.pg_namespace AS ln ON ln.oid = l.collnamespace
LEFT JOIN pg_catalog.pg_description AS d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
WHERE c.relkind IN ('r', 'p')
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
