-- The columns of indexes that need more words than a column's name: expressions, operator classes that are not the
-- usual ones, collations. All others are told by their index; 403 and 405 are btree and hash, whose classes have no
-- parameters, 100 is the collation of the database.
WITH unusual AS MATERIALIZED (
    SELECT i.indexrelid, i.indrelid, i.indkey, i.indclass, i.indcollation
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
    WHERE x.relnamespace IN (
          SELECT oid FROM pg_catalog.pg_namespace
          WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
      AND NOT i.indisprimary
      AND (i.indexprs IS NOT NULL
           OR x.relam NOT IN (403, 405)
           OR i.indclass::oid[] && ARRAY(SELECT oid FROM pg_catalog.pg_opclass WHERE NOT opcdefault)
           OR pg_catalog.translate(i.indcollation::text, '01 ', '') <> '')
)
SELECT u.indexrelid::text,
       k.place::text,
       CASE WHEN k.number = 0 THEN pg_catalog.pg_get_indexdef(u.indexrelid, k.place::int, true) END,
       CASE WHEN NOT o.opcdefault OR xa.attoptions IS NOT NULL THEN
           CASE WHEN pg_catalog.pg_opclass_is_visible(o.oid) THEN o.opcname
                ELSE (SELECT nspname FROM pg_catalog.pg_namespace AS pn WHERE pn.oid = o.opcnamespace) || '.' || o.opcname END
           || coalesce(' (' || pg_catalog.array_to_string(xa.attoptions, ', ') || ')', '')
       END::text,
       CASE WHEN l.oid <> coalesce(a.attcollation, y.typcollation) THEN
           CASE WHEN pg_catalog.pg_collation_is_visible(l.oid) THEN l.collname
                ELSE (SELECT nspname FROM pg_catalog.pg_namespace AS ln WHERE ln.oid = l.collnamespace) || '.' || l.collname END
       END::text
FROM unusual AS u
CROSS JOIN LATERAL unnest(u.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
JOIN pg_catalog.pg_attribute AS xa ON xa.attrelid = u.indexrelid AND xa.attnum = k.place
JOIN pg_catalog.pg_type AS y ON y.oid = xa.atttypid
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = u.indrelid AND a.attnum = k.number AND k.number <> 0
LEFT JOIN pg_catalog.pg_opclass AS o ON o.oid = u.indclass[k.place::int - 1]
LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = u.indcollation[k.place::int - 1]
