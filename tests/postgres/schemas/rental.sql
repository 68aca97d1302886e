-- Ours, in the manner of Pagila, Odoo and Keycloak: domains, inheritance, composites, rules; wide comments.
CREATE TYPE public.mpaa_rating AS ENUM ('G', 'PG', 'PG-13', 'R', 'NC-17');
CREATE DOMAIN public.year AS integer CONSTRAINT year_check CHECK (((VALUE >= 1901) AND (VALUE <= 2155)));
CREATE DOMAIN public."Short Text" AS character varying(20) DEFAULT 'x'::character varying NOT NULL;
CREATE TYPE public.address_part AS (street text, "House No" integer);
CREATE TYPE public.price_range AS RANGE (subtype = numeric);
CREATE COLLATION public.numeric_order (locale = 'C');
CREATE FUNCTION public.last_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.last_update = CURRENT_TIMESTAMP;
    RETURN NEW;
END $$;
CREATE AGGREGATE public.group_concat(text) (SFUNC = textcat, STYPE = text);
CREATE SEQUENCE public.actor_actor_id_seq;
CREATE TABLE public.actor (
    actor_id integer DEFAULT nextval('public.actor_actor_id_seq'::regclass) NOT NULL,
    first_name text NOT NULL,
    last_update timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT actor_pkey PRIMARY KEY (actor_id)
);
CREATE TABLE public.language (language_id serial PRIMARY KEY, name character(20) NOT NULL, last_update timestamp with time zone DEFAULT now() NOT NULL);
CREATE TABLE public.film (
    film_id serial NOT NULL,
    title text COLLATE public.numeric_order NOT NULL,
    release_year public.year,
    language_id integer NOT NULL,
    rental_duration smallint DEFAULT 3 NOT NULL,
    rental_rate numeric(4,2) DEFAULT 4.99 NOT NULL,
    rating public.mpaa_rating DEFAULT 'G'::public.mpaa_rating,
    ratings public.mpaa_rating[] DEFAULT '{G,PG-13}'::public.mpaa_rating[],
    special_features text[],
    fulltext tsvector NOT NULL,
    place public.address_part,
    places public.address_part[],
    spread public.price_range,
    label public."Short Text",
    CONSTRAINT film_pkey PRIMARY KEY (film_id),
    CONSTRAINT film_language_id_fkey FOREIGN KEY (language_id) REFERENCES public.language(language_id) ON UPDATE CASCADE ON DELETE RESTRICT
);
CREATE INDEX film_fulltext_idx ON public.film USING gist (fulltext);
CREATE INDEX film_street ON public.film (((place).street));
CREATE TRIGGER last_updated BEFORE UPDATE ON public.film FOR EACH ROW EXECUTE FUNCTION public.last_updated();
COMMENT ON CONSTRAINT film_pkey ON public.film IS 'the key';
COMMENT ON INDEX public.film_fulltext_idx IS 'for the search';
COMMENT ON TYPE public.mpaa_rating IS 'of the association';
CREATE TABLE public.payment (
    payment_id integer NOT NULL,
    amount numeric(5,2) NOT NULL,
    payment_date timestamp with time zone NOT NULL,
    PRIMARY KEY (payment_date, payment_id)
) PARTITION BY RANGE (payment_date);
CREATE TABLE public.payment_p2022_01 PARTITION OF public.payment FOR VALUES FROM ('2022-01-01 00:00:00+00') TO ('2022-02-01 00:00:00+00');
CREATE TABLE public.payment_default PARTITION OF public.payment DEFAULT;
CREATE TABLE public.capital (state character(2)) INHERITS (public.language);
CREATE VIEW public.actor_info AS SELECT a.actor_id, a.first_name FROM public.actor a;
CREATE RULE actor_info_insert AS ON INSERT TO public.actor_info DO INSTEAD NOTHING;
CREATE RULE payment_no_delete AS ON DELETE TO public.payment WHERE (old.amount > (100)::numeric) DO INSTEAD NOTHING;
CREATE TABLE public.res_partner (
    id serial PRIMARY KEY,
    company_id integer,
    create_uid integer,
    write_date timestamp without time zone,
    name character varying,
    "display-name" jsonb,
    credit_limit double precision,
    active boolean,
    parent_id integer,
    "Ünïcode" text,
    "select" text,
    type character varying,
    CONSTRAINT "res_partner_check_name" CHECK (((((type)::text = 'contact'::text) AND (name IS NOT NULL)) OR ((type)::text <> 'contact'::text))),
    CONSTRAINT res_partner_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.res_partner(id) ON DELETE SET NULL
);
COMMENT ON TABLE public.res_partner IS 'Contact';
COMMENT ON COLUMN public.res_partner."display-name" IS 'Display Name';
COMMENT ON CONSTRAINT res_partner_check_name ON public.res_partner IS 'CHECK( (type=''contact'' AND name IS NOT NULL) or (type!=''contact'') )';
CREATE INDEX res_partner__name_index ON public.res_partner USING btree (name);
CREATE INDEX res_partner__parent_id_index ON public.res_partner USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX "res_partner_Display" ON public.res_partner (("display-name" ->> 'en_US'::text), "Ünïcode" DESC);
CREATE TABLE public.realm (
    id character varying(36) NOT NULL,
    access_code_lifespan integer,
    enabled boolean DEFAULT false NOT NULL,
    name character varying(255),
    last_update timestamp with time zone DEFAULT clock_timestamp(),
    CONSTRAINT constraint_4a PRIMARY KEY (id),
    CONSTRAINT uk_orvsdmla56612eaefiq6wl5oi UNIQUE (name)
);
CREATE TABLE public.composite_role (
    composite character varying(36) NOT NULL,
    child_role character varying(36) NOT NULL,
    a integer,
    b integer,
    CONSTRAINT constraint_composite_role PRIMARY KEY (composite, child_role),
    CONSTRAINT fk_match FOREIGN KEY (composite, child_role) REFERENCES public.composite_role(composite, child_role) MATCH FULL,
    CONSTRAINT only_here CHECK ((a > 0)) NO INHERIT
);
ALTER TABLE public.realm CLUSTER ON constraint_4a;
CREATE TABLE public.later (id integer NOT NULL, CONSTRAINT later_pk PRIMARY KEY (id) DEFERRABLE);
