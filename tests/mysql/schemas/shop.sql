-- A shop as people write it for MySQL: unsigned keys, enums in the columns, times that keep themselves.
CREATE TABLE customers (
  id int unsigned NOT NULL AUTO_INCREMENT,
  email varchar(191) NOT NULL,
  name varchar(100) NOT NULL DEFAULT '',
  status enum('active','blocked','deleted') NOT NULL DEFAULT 'active',
  is_admin tinyint(1) NOT NULL DEFAULT 0,
  credit decimal(10,2) NOT NULL DEFAULT 0.00,
  settings json DEFAULT NULL,
  notes text,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  deleted_at datetime DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY customers_email (email),
  KEY customers_status (status, created_at)
) COMMENT 'people who buy';
CREATE TABLE products (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  sku char(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title varchar(255) NOT NULL,
  description mediumtext,
  price decimal(12,4) NOT NULL,
  weight double DEFAULT NULL,
  stock smallint unsigned NOT NULL DEFAULT 0,
  rating tinyint DEFAULT NULL COMMENT 'one to five',
  colors set('red','green','blue') NOT NULL DEFAULT '',
  picture mediumblob,
  released year DEFAULT NULL,
  gross decimal(12,2) GENERATED ALWAYS AS (price * 1.19) STORED,
  label varchar(300) GENERATED ALWAYS AS (concat(sku, ' ', title)) VIRTUAL,
  CONSTRAINT products_price CHECK (price >= 0),
  CONSTRAINT products_rating CHECK (rating BETWEEN 1 AND 5 OR rating IS NULL),
  UNIQUE KEY products_sku (sku),
  KEY products_title (title(40)),
  KEY products_price_index (price DESC, stock),
  FULLTEXT KEY products_words (title, description)
);
CREATE TABLE orders (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id int unsigned NOT NULL,
  parent_id bigint unsigned DEFAULT NULL,
  status enum('new','paid','shipped') NOT NULL DEFAULT 'new',
  placed_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  token binary(16) DEFAULT NULL,
  total decimal(14,2) DEFAULT NULL,
  CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON UPDATE CASCADE,
  CONSTRAINT orders_parent FOREIGN KEY (parent_id) REFERENCES orders (id) ON DELETE SET NULL
);
CREATE TABLE order_lines (
  order_id bigint unsigned NOT NULL,
  line smallint NOT NULL,
  product_id bigint unsigned NOT NULL,
  amount int NOT NULL DEFAULT 1,
  PRIMARY KEY (order_id, line),
  KEY order_lines_product (product_id),
  CONSTRAINT order_lines_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  CONSTRAINT order_lines_product_fk FOREIGN KEY (product_id) REFERENCES products (id),
  CONSTRAINT order_lines_amount CHECK (amount > 0)
);
CREATE TABLE order_notes (
  order_id bigint unsigned NOT NULL,
  line smallint NOT NULL,
  note longtext NOT NULL,
  PRIMARY KEY (order_id, line),
  FOREIGN KEY (order_id, line) REFERENCES order_lines (order_id, line) ON DELETE CASCADE
);
CREATE VIEW open_orders AS SELECT id, customer_id FROM orders WHERE status = 'new';
CREATE TRIGGER order_lines_total AFTER INSERT ON order_lines FOR EACH ROW
  UPDATE orders SET total = 0 WHERE id = NEW.order_id;
