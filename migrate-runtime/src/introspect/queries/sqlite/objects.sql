-- What a rebuild of an older tool left behind is somebody's table.
-- Everything the schema keeps a statement for; rootpage 0: a view, trigger or virtual table.
SELECT type, name, tbl_name, sql
FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND (tbl_name NOT LIKE '\_\_migrate\_%' ESCAPE '\' OR tbl_name LIKE '\_\_migrate\_new\_%' ESCAPE '\')
ORDER BY rowid
