-- What hangs on tables or stands beside them: views, triggers, full text, R-Trees, statistics.
CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT, tags TEXT DEFAULT '[]', updated DATETIME);
CREATE INDEX articles_title ON articles (title);
CREATE VIRTUAL TABLE articles_fts USING fts5(title, body, content='articles', content_rowid='id', tokenize="porter unicode61");
CREATE TRIGGER articles_ai AFTER INSERT ON articles BEGIN
  INSERT INTO articles_fts(rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER articles_ad AFTER DELETE ON articles BEGIN
  INSERT INTO articles_fts(articles_fts, rowid, title, body) VALUES('delete', old.id, old.title, old.body);
END;
CREATE TRIGGER articles_au AFTER UPDATE OF title ON articles WHEN old.title <> new.title BEGIN
  UPDATE articles SET updated = datetime('now') WHERE id = new.id;
END;
CREATE VIRTUAL TABLE places USING rtree(id, min_x, max_x, min_y, max_y, +label TEXT);
CREATE VIRTUAL TABLE words USING fts4(word, tokenize=simple);
CREATE VIRTUAL TABLE notes USING fts3(note);
CREATE TABLE places_extra (id INTEGER PRIMARY KEY, articles_id INTEGER REFERENCES articles ON DELETE CASCADE);
CREATE VIEW recent AS SELECT id, title FROM articles WHERE updated > date('now', '-7 days');
CREATE VIEW tagged (id, tag) AS SELECT a.id, j.value FROM articles a, json_each(a.tags) j;
CREATE TRIGGER recent_insert INSTEAD OF INSERT ON recent BEGIN INSERT INTO articles (title) VALUES (new.title); END;
INSERT INTO articles (id, title, body) VALUES (1, 'one', 'first'), (2, 'two', 'second');
ANALYZE;
