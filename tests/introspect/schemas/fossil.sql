-- Written by hand by people who know SQLite: comments everywhere, checks of types, tables without a rowid, odd spacing.
CREATE TABLE blob(
  rid INTEGER PRIMARY KEY,        -- Record ID
  rcvid INTEGER,                  -- Origin of this record
  size INTEGER,                   -- Size of content. -1 for a phantom.
  uuid TEXT UNIQUE NOT NULL,      -- hash of the content
  content BLOB,                   -- Compressed content of this record
  CHECK( length(uuid)>=40 AND rid>0 )
);
CREATE TABLE delta(
  rid INTEGER PRIMARY KEY,                 -- BLOB that is delta-compressed
  srcid INTEGER NOT NULL REFERENCES blob   -- Baseline for delta-compression
);
CREATE INDEX delta_i1 ON delta(srcid);
CREATE TABLE rcvfrom(
  rcvid INTEGER PRIMARY KEY,      -- Received-From ID
  uid INTEGER REFERENCES user,    -- User login
  mtime DATETIME,                 -- Time of receipt.  Julian day.
  nonce TEXT UNIQUE,              -- Nonce used for login
  ipaddr TEXT                     -- Remote IP address.  NULL for direct.
);
CREATE TABLE user(
  uid INTEGER PRIMARY KEY,        -- User ID
  login TEXT UNIQUE,              -- login name of the user
  pw TEXT,                        -- password
  cap TEXT,                       -- Capabilities of this user
  jx TEXT DEFAULT '{}'            -- Extra fields in JSON
);
CREATE TABLE config(
  name TEXT PRIMARY KEY NOT NULL,  -- Primary name of the entry
  value CLOB,                      -- Content of the named parameter
  mtime DATE,                      -- last modified.  seconds since 1970
  CHECK( typeof(name)='text' AND length(name)>=1 )
) WITHOUT ROWID;
CREATE TABLE private(rid INTEGER PRIMARY KEY);
CREATE TABLE plink(
  pid INTEGER REFERENCES blob,    -- Parent manifest
  cid INTEGER REFERENCES blob,    -- Child manifest
  isprim BOOLEAN,                 -- pid is the primary parent of cid
  mtime DATETIME,                 -- the date/time stamp on cid.  Julian day.
  baseid INTEGER REFERENCES blob, -- Baseline if cid is a delta manifest.
  UNIQUE(pid, cid)
);
CREATE INDEX plink_i2 ON plink(cid,pid);
CREATE TABLE leaf(rid INTEGER PRIMARY KEY);
CREATE TABLE tagxref(
  tagid INTEGER REFERENCES tag,   -- The tag that was added or removed
  tagtype INTEGER,                -- 0:-,cancel  1:+,single  2:*,propagate
  value TEXT,                     -- Value of the tag.
  rid INTEGER REFERENCE blob,     -- a typing mistake that lives on
  UNIQUE(rid, tagid)
);
CREATE TABLE tag(tagid INTEGER PRIMARY KEY, tagname TEXT UNIQUE);
CREATE TABLE ticket(
  -- Do not change any column that begins with tkt_
  tkt_id INTEGER PRIMARY KEY,
  tkt_uuid TEXT UNIQUE,
  tkt_mtime DATE,
  tkt_ctime DATE,
  -- Add as many fields as required below this line
  type TEXT, /* bug, feature */ status TEXT, subsystem, priority, severity, foundin, title, comment TEXT
);
CREATE TABLE accesslog( uname TEXT, ipaddr TEXT, success BOOLEAN, mtime TIMESTAMP );
CREATE INDEX accesslog_ipaddr ON accesslog(ipaddr, mtime) WHERE success = 0 -- the failures
;
CREATE TABLE	sqlx_log
	(	id	TEXT	PRIMARY KEY	NOT NULL	DEFAULT	(lower(hex(randomblob(16))))
	,	at	INTEGER	NOT NULL	DEFAULT	(unixepoch())
	,	body	TEXT	NOT NULL	CHECK	(json_valid(body))
	,	level	TEXT	GENERATED ALWAYS AS (json_extract(body, '$.level')) VIRTUAL	NOT NULL
	,	n	INTEGER	AS (length(body)) STORED
	)	STRICT;
CREATE INDEX sqlx_log_level ON sqlx_log (level, n DESC);
