-- A forge in the manner of Gitea and Grafana: xorm writes every column with NULL or NOT NULL, names like Go's.
CREATE TABLE IF NOT EXISTS `version` (`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `version` INTEGER NULL);
CREATE TABLE IF NOT EXISTS `user` (`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `lower_name` TEXT NOT NULL, `name` TEXT NOT NULL, `full_name` TEXT NULL, `email` TEXT NOT NULL, `keep_email_private` INTEGER NULL, `passwd` TEXT NOT NULL, `passwd_hash_algo` TEXT DEFAULT 'argon2' NOT NULL, `must_change_password` INTEGER DEFAULT 0 NOT NULL, `login_type` INTEGER NULL, `type` INTEGER NULL, `is_restricted` INTEGER DEFAULT false NOT NULL, `max_repo_creation` INTEGER DEFAULT -1 NOT NULL, `created_unix` INTEGER NULL, `diff_view_style` TEXT DEFAULT '' NOT NULL, `theme` TEXT DEFAULT '' NOT NULL, `visibility` INTEGER DEFAULT 0 NOT NULL);
CREATE UNIQUE INDEX `UQE_user_lower_name` ON `user` (`lower_name`);
CREATE UNIQUE INDEX `UQE_user_name` ON `user` (`name`);
CREATE INDEX `IDX_user_created_unix` ON `user` (`created_unix`);
CREATE TABLE IF NOT EXISTS `repository` (`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `owner_id` INTEGER NULL, `owner_name` TEXT NULL, `lower_name` TEXT NOT NULL, `name` TEXT NOT NULL, `description` TEXT NULL, `default_branch` TEXT NULL, `is_private` INTEGER NULL, `is_fork` INTEGER DEFAULT 0 NOT NULL, `fork_id` INTEGER NULL, `size` INTEGER DEFAULT 0 NOT NULL, `git_size` INTEGER DEFAULT 0 NOT NULL, `topics` TEXT NULL, `object_format_name` TEXT DEFAULT 'sha1' NOT NULL, `trust_model` INTEGER NULL, `status` INTEGER DEFAULT 0 NOT NULL);
CREATE UNIQUE INDEX `UQE_repository_s` ON `repository` (`owner_id`,`lower_name`);
CREATE TABLE IF NOT EXISTS `access` (`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `user_id` INTEGER NULL, `repo_id` INTEGER NULL, `mode` INTEGER NULL);
CREATE TABLE IF NOT EXISTS `issue_index` (`group_id` INTEGER PRIMARY KEY NOT NULL, `max_index` INTEGER NULL);
CREATE TABLE IF NOT EXISTS `session` (`key` TEXT PRIMARY KEY NOT NULL, `data` BLOB NULL, `expiry` INTEGER NULL);
CREATE TABLE IF NOT EXISTS `package_blob` (`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `size` INTEGER DEFAULT 0 NOT NULL, `hash_md5` TEXT NOT NULL, `hash_sha256` TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS `pull_auto_merge` (`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `pull_id` INTEGER NULL, `message` TEXT NULL);
-- and as Grafana's migrator does, with types of its own and a view of its history
CREATE TABLE `migration_log` (
`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL
, `migration_id` TEXT NOT NULL
, `sql` TEXT NOT NULL
, `success` INTEGER NOT NULL
, `error` TEXT NOT NULL
, `timestamp` DATETIME NOT NULL
);
CREATE TABLE `dashboard` (
`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL
, `version` INTEGER NOT NULL
, `slug` TEXT NOT NULL
, `org_id` INTEGER NOT NULL
, `created` DATETIME NOT NULL
, `has_acl` INTEGER NOT NULL DEFAULT 0, `is_public` INTEGER NOT NULL DEFAULT 0, `deleted` DATETIME NULL);
CREATE UNIQUE INDEX `UQE_dashboard_org_id_slug` ON `dashboard` (`org_id`,`slug`);
CREATE TABLE `alert_rule` (`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `org_id` INTEGER NOT NULL, `title` TEXT NOT NULL, `uid` TEXT NOT NULL DEFAULT 0, `for` INTEGER NOT NULL DEFAULT 0, `no_data_state` TEXT NOT NULL DEFAULT 'NoData', `is_paused` INTEGER NOT NULL DEFAULT false);
CREATE TABLE `resource` (`guid` TEXT PRIMARY KEY NOT NULL, `group` TEXT NOT NULL, `name` TEXT NOT NULL, `value` TEXT NULL, `previous_resource_version` INTEGER);
CREATE TABLE `secrets` (`org_id` INTEGER NOT NULL, `namespace` TEXT NOT NULL, `value` TEXT NULL);
CREATE TABLE `data_source` (`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `database` TEXT NULL, `is_default` INTEGER NOT NULL, `json_data` TEXT NULL, `with_credentials` INTEGER NOT NULL DEFAULT 0);
CREATE TABLE `temp_user` (`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `email_sent_on` DATETIME, `remote_addr` TEXT, `created` INTEGER NOT NULL DEFAULT 0);
