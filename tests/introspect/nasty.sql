-- A schema as nobody should write it, and people do.
CREATE TABLE "type" (
  "Id" INTEGER PRIMARY KEY AUTOINCREMENT,
  'key' TEXT NOT NULL COLLATE nocase DEFAULT 'it''s "quoted"' CHECK (length("key") < 9),
  type VARCHAR(40) DEFAULT NULL,
  match BOOLEAN NOT NULL DEFAULT TRUE,
  price DECIMAL(10, 2) DEFAULT 1.50,
  ratio DOUBLE PRECISION DEFAULT (-0.5),
  createdAt DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  day DATE DEFAULT (date('now')),
  token TEXT DEFAULT (lower(hex(randomblob(4)))),
  total REAL GENERATED ALWAYS AS (price * 2) STORED,
  half AS (price / 2),
  anything,
  picture BLOB SUB_TYPE TEXT,
  raw BLOB DEFAULT x'00',
  small TINYINT(1) DEFAULT '0',
  parent INT REFERENCES "type" ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT type_price_key UNIQUE (price),
  UNIQUE (type, "key"),
  CHECK (price >= 0) CHECK ("Id" <> 7)
);
CREATE TABLE users (id TEXT PRIMARY KEY, email CHAR(80) UNIQUE, best INTEGER REFERENCES "type"(id), org INT, team INT,
  CONSTRAINT member FOREIGN KEY (org, team) REFERENCES teams (org, team) ON UPDATE CASCADE,
  FOREIGN KEY (best) REFERENCES users_best (user));
CREATE UNIQUE INDEX users_by_email ON users (lower(email) DESC, best COLLATE rtrim) WHERE best IS NOT NULL;
CREATE INDEX users_email_key ON users (email);
CREATE INDEX users_best_idx ON users (best);
CREATE INDEX users_org_desc ON users (org DESC);
CREATE TABLE teams (team INTEGER NOT NULL, org INTEGER NOT NULL, name TEXT, PRIMARY KEY (org, team)) WITHOUT ROWID;
CREATE TABLE users_best (user INTEGER NOT NULL PRIMARY KEY, users_best TEXT REFERENCES users) STRICT;
CREATE TABLE country (country VARCHAR(50) PRIMARY KEY NOT NULL, "2nd name" NVARCHAR(20), diesel SMALLINT DEFAULT (1 + 1));
