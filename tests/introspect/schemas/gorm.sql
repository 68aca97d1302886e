-- As GORM's two SQLite drivers write tables: back quotes, no blanks, constraints at the end.
CREATE TABLE `users` (`id` integer PRIMARY KEY AUTOINCREMENT,`created_at` datetime,`updated_at` datetime,`deleted_at` datetime,`name` text NOT NULL DEFAULT "",`email` varchar(191),`age` integer DEFAULT 18,`is_admin` numeric DEFAULT false,`active` numeric NOT NULL DEFAULT true,`score` real DEFAULT 0.5,`avatar` blob,`company_id` integer,`data` JSON,`count` uint,`uid` uuid,CONSTRAINT `fk_users_company` FOREIGN KEY (`company_id`) REFERENCES `companies`(`id`) ON DELETE SET NULL ON UPDATE CASCADE,CONSTRAINT `uni_users_email` UNIQUE (`email`),CONSTRAINT `chk_users_age` CHECK (age > 13));
CREATE INDEX `idx_users_deleted_at` ON `users`(`deleted_at`);
CREATE TABLE `companies` (`id` integer,`name` text,`country_code` text COLLATE NOCASE,PRIMARY KEY (`id`));
CREATE UNIQUE INDEX `idx_companies_name` ON `companies`(`name`) WHERE name <> '';
CREATE INDEX `idx_expr` ON `companies`(lower(`name`) desc,`country_code` COLLATE nocase);
CREATE TABLE `languages` (`code` text,`name` text,PRIMARY KEY (`code`));
CREATE TABLE `user_languages` (`user_id` integer,`language_code` text,PRIMARY KEY (`user_id`,`language_code`),CONSTRAINT `fk_user_languages_user` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`),CONSTRAINT `fk_user_languages_language` FOREIGN KEY (`language_code`) REFERENCES `languages`(`code`));
CREATE TABLE `credit_cards` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,`number` text,`user_id` integer,`amount` decimal(10,2),`kind` enum,CONSTRAINT `fk_users_credit_cards` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`));
CREATE TABLE `products` (`code` text NOT NULL,`price` double,`at` timestamp DEFAULT CURRENT_TIMESTAMP,`bits` bytes,`n` int8,`m` mediumint,`big` bigint unsigned NOT NULL DEFAULT 0);
