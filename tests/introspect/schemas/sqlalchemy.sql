-- As SQLAlchemy and Alembic write tables: tabs, a line each, named constraints, booleans with checks.
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE "user" (
	id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	fullname VARCHAR, 
	active BOOLEAN DEFAULT 1 NOT NULL, 
	admin BOOLEAN DEFAULT (false), 
	created DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, 
	score FLOAT, 
	price NUMERIC(10, 2), 
	prefs JSON, 
	token CHAR(32), 
	kind VARCHAR(6) DEFAULT 'basic' NOT NULL, 
	born DATE, 
	at TIME, 
	data BLOB, 
	notes TEXT, 
	big BIGINT, 
	small SMALLINT, 
	CONSTRAINT pk_user PRIMARY KEY (id), 
	CONSTRAINT uq_user_name UNIQUE (name), 
	CHECK (active IN (0, 1)), 
	CONSTRAINT ck_user_kind CHECK (kind IN ('basic', 'gold'))
);
CREATE INDEX ix_user_fullname ON "user" (fullname);
CREATE TABLE address (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	email_address VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT fk_address_user_id_user FOREIGN KEY(user_id) REFERENCES "user" (id) ON DELETE CASCADE
);
CREATE TABLE association (
	left_id INTEGER NOT NULL, 
	right_id INTEGER NOT NULL, 
	extra VARCHAR(50), 
	PRIMARY KEY (left_id, right_id), 
	FOREIGN KEY(left_id) REFERENCES "user" (id), 
	FOREIGN KEY(right_id) REFERENCES address (id)
);
CREATE TABLE plain_association (
	user_id INTEGER, 
	address_id INTEGER, 
	FOREIGN KEY(user_id) REFERENCES "user" (id), 
	FOREIGN KEY(address_id) REFERENCES address (id)
);
CREATE TABLE node (
	id INTEGER NOT NULL, 
	parent_id INTEGER, 
	path VARCHAR(255) COLLATE "NOCASE", 
	doubled INTEGER GENERATED ALWAYS AS (id * 2) STORED, 
	later INTEGER GENERATED ALWAYS AS (id + 1), 
	PRIMARY KEY (id), 
	UNIQUE (parent_id, path), 
	FOREIGN KEY(parent_id) REFERENCES node (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX ix_node_path_partial ON node (path) WHERE parent_id IS NULL;
CREATE TABLE invoice (
	number VARCHAR(20) NOT NULL, 
	year INTEGER NOT NULL, 
	total DECIMAL(12, 4) DEFAULT '0' NOT NULL, 
	issued TIMESTAMP DEFAULT CURRENT_TIMESTAMP, 
	PRIMARY KEY (number, year)
);
CREATE TABLE invoice_line (
	id INTEGER NOT NULL, 
	number VARCHAR(20) NOT NULL, 
	year INTEGER NOT NULL, 
	text VARCHAR(200), 
	PRIMARY KEY (id), 
	CONSTRAINT fk_line_invoice FOREIGN KEY(number, year) REFERENCES invoice (number, year) ON UPDATE CASCADE
);
CREATE TABLE "_alembic_tmp_left_over" (
	id INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
