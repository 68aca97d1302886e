-- What a rebuild of an older tool left behind is somebody's table.
-- The columns of ordinary tables; asking for those of a virtual table would load its module.
SELECT t.name, c.name, c.type, c."notnull", c.pk
FROM sqlite_master AS t, pragma_table_xinfo(t.name) AS c
WHERE t.type = 'table' AND t.rootpage > 0
  AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND (t.name NOT LIKE '\_\_migrate\_%' ESCAPE '\' OR t.name LIKE '\_\_migrate\_new\_%' ESCAPE '\')
ORDER BY t.rowid, c.cid
