-- Everything the schema keeps a statement for; rootpage 0: a view, trigger or virtual table.
SELECT type, name, tbl_name, sql
FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND tbl_name NOT LIKE '\_\_migrate\_%' ESCAPE '\'
ORDER BY rowid
