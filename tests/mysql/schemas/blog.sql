-- What a blog that has been around for years looks like: capitals, prefixes, another engine and character
-- set, zero for no parent, a table without a key.
CREATE TABLE wp_posts (
  ID bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  post_author bigint(20) unsigned NOT NULL DEFAULT 0,
  post_date datetime NOT NULL DEFAULT '1970-01-01 00:00:00',
  post_content longtext NOT NULL,
  post_title text NOT NULL,
  post_status varchar(20) NOT NULL DEFAULT 'publish',
  post_name varchar(200) NOT NULL DEFAULT '',
  post_parent bigint(20) unsigned NOT NULL DEFAULT 0,
  menu_order int(11) NOT NULL DEFAULT 0,
  `Comment Count` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (ID),
  KEY post_name (post_name(191)),
  KEY type_status_date (post_status, post_date, ID),
  KEY post_parent (post_parent)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE wp_postmeta (
  meta_id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  post_id bigint(20) unsigned NOT NULL DEFAULT 0,
  meta_key varchar(255) DEFAULT NULL,
  meta_value longtext,
  PRIMARY KEY (meta_id),
  KEY post_id (post_id),
  KEY meta_key (meta_key(191))
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE wp_options (
  option_name varchar(191) NOT NULL DEFAULT '' PRIMARY KEY,
  option_value longtext NOT NULL,
  autoload varchar(20) NOT NULL DEFAULT 'yes'
) ENGINE=MyISAM DEFAULT CHARSET=latin1;
CREATE TABLE wp_log (
  at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  level tinyint unsigned NOT NULL,
  bits bit(8) NOT NULL DEFAULT b'0',
  message varchar(1000) NOT NULL,
  ip varbinary(16) DEFAULT NULL,
  place point DEFAULT NULL,
  KEY wp_log_at (at)
) ROW_FORMAT=COMPRESSED;
CREATE TABLE `select` (
  `key` int NOT NULL PRIMARY KEY,
  `group` varchar(20) DEFAULT NULL,
  `it's` float DEFAULT 0.5,
  mediums mediumint NOT NULL DEFAULT -1,
  UNIQUE KEY `group` (`group`, `key`)
);
