-- Every type, default, index and object that MariaDB has and somebody may use.
CREATE TABLE parents (
  id int NOT NULL PRIMARY KEY,
  a int NOT NULL,
  b int NOT NULL,
  UNIQUE KEY ba (b, a)
);
CREATE TABLE kinds (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  truth bool NOT NULL DEFAULT true,
  tiny tinyint DEFAULT '1',
  small smallint unsigned,
  medium mediumint NOT NULL DEFAULT 5,
  price decimal(10,2) DEFAULT 1.5,
  free decimal(10,2) NOT NULL DEFAULT '0',
  real_number float DEFAULT 1e3,
  name varchar(20) NOT NULL DEFAULT 'it''s',
  empty varchar(20) NOT NULL DEFAULT '',
  odd varchar(20) DEFAULT 'a\\b"c`',
  code char(3) NOT NULL,
  body text,
  long_body longtext DEFAULT ('x'),
  payload json DEFAULT '{}',
  checked_json json NOT NULL CHECK (json_valid(checked_json)),
  touched timestamp NOT NULL DEFAULT now() ON UPDATE now(),
  precise timestamp(6) NULL DEFAULT current_timestamp(6),
  fixed_time datetime DEFAULT '2020-01-01',
  rounded datetime(3) DEFAULT now(3) ON UPDATE now(3),
  updated datetime ON UPDATE now(),
  day date DEFAULT (curdate()),
  opens time DEFAULT '10:00',
  made year DEFAULT 2020,
  bits bit(3) DEFAULT b'101',
  mood enum('sad','it''s','so, so') NOT NULL DEFAULT 'sad',
  flags set('x','y') DEFAULT 'x,y',
  public_id uuid DEFAULT uuid(),
  key16 binary(16) DEFAULT (unhex(replace(uuid(),'-',''))),
  address inet6 DEFAULT '::1',
  shape geometry,
  place point NOT NULL,
  twice int GENERATED ALWAYS AS (medium * 2) STORED,
  shout varchar(40) AS (concat(name,'!')) VIRTUAL,
  hidden int INVISIBLE DEFAULT 3,
  latin varchar(10) CHARACTER SET latin1 COLLATE latin1_bin,
  exact varchar(10) COLLATE utf8mb4_bin COMMENT 'it''s "exact"',
  bytes varbinary(20) DEFAULT 0x4142,
  filled mediumint unsigned zerofill,
  sum_of int NOT NULL DEFAULT (1+2),
  less int DEFAULT -5,
  parent_id int,
  pb int,
  pa int,
  positive int CHECK (positive > 3),
  `Mixed Case` int,
  CHECK (medium > 0),
  CONSTRAINT named CHECK (name <> 'a' and tiny in (1,2)),
  CONSTRAINT kinds_parent FOREIGN KEY (parent_id) REFERENCES parents (id) ON DELETE CASCADE ON UPDATE SET NULL,
  FOREIGN KEY (pb, pa) REFERENCES parents (b, a),
  KEY beginning (name(5), medium DESC),
  FULLTEXT KEY words (name),
  SPATIAL KEY places (place),
  UNIQUE KEY medium_name (medium, name),
  UNIQUE KEY beginning_only (body(100)),
  KEY remarked (medium) COMMENT 'a remark',
  KEY unused (less) IGNORED
) COMMENT 'tab''le' ROW_FORMAT=COMPRESSED;
CREATE TABLE other_words (
  a varchar(10) PRIMARY KEY,
  mood enum('x','y')
) ENGINE=MyISAM DEFAULT CHARSET=latin1;
CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4;
CREATE TABLE past (id int PRIMARY KEY) WITH SYSTEM VERSIONING;
CREATE TABLE __migrate_of_another (chain varchar(10));
CREATE SEQUENCE numbers;
CREATE VIEW adults AS SELECT id FROM kinds;
CREATE TRIGGER kinds_before BEFORE INSERT ON kinds FOR EACH ROW SET NEW.medium = 1;
CREATE PROCEDURE nothing() SELECT 1;
CREATE FUNCTION one() RETURNS int RETURN 1;
CREATE EVENT daily ON SCHEDULE EVERY 1 DAY DO SELECT 1;
