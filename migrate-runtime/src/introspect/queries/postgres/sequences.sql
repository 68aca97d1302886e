-- The sequences that belong to a column: which column, how, whether its default uses it, and their options.
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
       s.seqcache::text, s.seqcycle::text
FROM pg_catalog.pg_sequence AS s
JOIN pg_catalog.pg_depend AS g
  ON g.classid = 'pg_catalog.pg_class'::regclass AND g.objid = s.seqrelid
 AND g.refclassid = 'pg_catalog.pg_class'::regclass AND g.deptype IN ('a', 'i')
ORDER BY g.refobjid, g.refobjsubid, 3 DESC, 4 DESC
