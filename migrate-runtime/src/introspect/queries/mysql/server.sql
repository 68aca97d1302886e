-- Which server it is, and what goes without saying in this database.
SELECT VERSION(), @@lower_case_table_names, @@character_set_database, @@collation_database, DATABASE()
