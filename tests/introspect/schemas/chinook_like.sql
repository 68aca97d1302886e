-- The style of databases converted by tools: brackets, NVARCHAR, constraints with an empty name, indexes named IFK_.
CREATE TABLE [Artist]
(
    [ArtistId] INTEGER  NOT NULL,
    [Name] NVARCHAR(120),
    CONSTRAINT [PK_Artist] PRIMARY KEY  ([ArtistId])
);
CREATE TABLE [Track]
(
    [TrackId] INTEGER  NOT NULL,
    [Name] NVARCHAR(200)  NOT NULL,
    [ArtistId] INTEGER,
    [UnitPrice] NUMERIC(10,2)  NOT NULL,
    [Added] DATETIME DEFAULT '2000-01-01 00:00:00' NOT NULL,
    CONSTRAINT [PK_Track] PRIMARY KEY  ([TrackId]),
    FOREIGN KEY ([ArtistId]) REFERENCES [Artist] ([ArtistId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
CREATE TABLE [Playlist Track]
(
    [PlaylistId] INTEGER  NOT NULL,
    [TrackId] INTEGER  NOT NULL,
    CONSTRAINT [PK_PlaylistTrack] PRIMARY KEY  ([PlaylistId], [TrackId]),
    FOREIGN KEY ([TrackId]) REFERENCES [Track] ([TrackId])
);
CREATE UNIQUE INDEX [IPK_Artist] ON [Artist]([ArtistId]);
CREATE INDEX [IFK_TrackArtistId] ON [Track] ([ArtistId]);
CREATE TABLE "film" (
  film_id int NOT NULL,
  title VARCHAR(255) NOT NULL,
  description BLOB SUB_TYPE TEXT DEFAULT NULL,
  release_year VARCHAR(4) DEFAULT NULL,
  rental_rate DECIMAL(4,2)  DEFAULT 4.99 NOT NULL,
  rating VARCHAR(10) DEFAULT 'G',
  last_update TIMESTAMP NOT NULL,
  PRIMARY KEY  (film_id),
  CONSTRAINT CHECK_special_rating CHECK(rating in ('G','PG','PG-13','R','NC-17')),
  CONSTRAINT fk_film_artist FOREIGN KEY (film_id) REFERENCES Artist (ArtistId) ON DELETE NO ACTION ON UPDATE CASCADE
);
CREATE TRIGGER film_trigger_ai AFTER INSERT ON film BEGIN UPDATE film SET last_update = DATETIME('NOW') WHERE rowid = new.rowid; END;
CREATE TABLE wp_postmeta (meta_id integer NOT NULL PRIMARY KEY AUTOINCREMENT, post_id integer NOT NULL DEFAULT '0', meta_key text DEFAULT NULL COLLATE NOCASE, meta_value text COLLATE NOCASE);
CREATE TABLE wp_users ("ID" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_login" text NOT NULL DEFAULT '' COLLATE NOCASE, "user_registered" text NOT NULL DEFAULT '0000-00-00 00:00:00' COLLATE NOCASE, "user_status" integer NOT NULL DEFAULT '0');
CREATE INDEX "wp_users__user_login_key" ON "wp_users" ("user_login");
