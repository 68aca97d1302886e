-- Ours, in the manners of pg_dump, Prisma and Rails at once.
CREATE EXTENSION citext;
CREATE SCHEMA stock;
CREATE TYPE order_state AS ENUM ('new', 'paid', 'sent off', '2nd try');
CREATE TYPE stock.kind AS ENUM ('a', 'B');
CREATE DOMAIN positive AS integer CHECK (value > 0);
CREATE SEQUENCE invoice_numbers;
CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100),
    email citext NOT NULL,
    "fullName" character varying(120) COLLATE "C" DEFAULT ''::character varying NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb,
    balance numeric(10,2) DEFAULT 0.00,
    rate numeric,
    born date,
    seen timestamp(3) without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ip inet,
    wait interval,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, ("fullName")::text)) STORED,
    CONSTRAINT customers_pk PRIMARY KEY (id),
    CONSTRAINT customers_balance CHECK ((balance >= (0)::numeric))
);
COMMENT ON TABLE customers IS 'It''s them';
COMMENT ON COLUMN customers.email IS 'unique';
CREATE UNIQUE INDEX customers_email ON customers USING btree (email);
CREATE INDEX customers_lower ON customers (lower(("fullName")::text) text_pattern_ops) WHERE (born IS NOT NULL);
CREATE INDEX customers_search ON customers USING gin (search);
CREATE TABLE orders (
    id serial PRIMARY KEY,
    number integer DEFAULT nextval('invoice_numbers'::regclass) NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED,
    customer_id bigint NOT NULL REFERENCES customers (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    state order_state DEFAULT 'new'::order_state NOT NULL,
    former order_state[],
    amount positive,
    "position" smallint DEFAULT 1 NOT NULL,
    token uuid DEFAULT gen_random_uuid() NOT NULL,
    flag boolean DEFAULT false NOT NULL
);
CREATE INDEX ON orders (customer_id, "position" DESC NULLS LAST) INCLUDE (state);
CREATE UNLOGGED TABLE stock.items (
    order_id integer NOT NULL REFERENCES public.orders (id) ON DELETE CASCADE,
    line integer NOT NULL,
    kind stock.kind,
    parent_order integer,
    parent_line integer,
    PRIMARY KEY (order_id, line),
    CONSTRAINT items_parent FOREIGN KEY (parent_order, parent_line) REFERENCES stock.items (order_id, line)
        DEFERRABLE INITIALLY DEFERRED
);
CREATE VIEW paid AS SELECT id FROM orders WHERE state = 'paid';
