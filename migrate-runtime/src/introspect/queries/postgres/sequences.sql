-- Sequences: the column that one belongs to, how, whether its default uses it, its options, and its name, unless it is
-- the server's own, of an extension or of the session.
SELECT g.refobjid::text,
       g.refobjsubid::text,
       g.deptype::text,
       EXISTS (
           SELECT FROM pg_catalog.pg_depend AS u
           JOIN pg_catalog.pg_attrdef AS f ON f.oid = u.objid
           WHERE u.classid = 'pg_catalog.pg_attrdef'::regclass
             AND u.refclassid = 'pg_catalog.pg_class'::regclass AND u.refobjid = s.seqrelid
             AND f.adrelid = g.refobjid AND f.adnum = g.refobjsubid)::text,
       s.seqstart::text, s.seqincrement::text, s.seqmin::text, s.seqmax::text,
       s.seqcache::text, s.seqcycle::text,
       nullif(n.nspname, current_schema())::text,
       c.relname::text
FROM pg_catalog.pg_sequence AS s
LEFT JOIN pg_catalog.pg_depend AS g
  ON g.classid = 'pg_catalog.pg_class'::regclass AND g.objid = s.seqrelid
 AND g.refclassid = 'pg_catalog.pg_class'::regclass AND g.deptype IN ('a', 'i')
LEFT JOIN (pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace)
  ON c.oid = s.seqrelid AND c.relpersistence <> 't'
 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 AND NOT EXISTS (
     SELECT FROM pg_catalog.pg_depend AS e
     WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = s.seqrelid AND e.deptype = 'e')
WHERE g.objid IS NOT NULL OR c.oid IS NOT NULL
ORDER BY g.refobjid, g.refobjsubid, 3 DESC, 4 DESC, 11 NULLS FIRST, 12
