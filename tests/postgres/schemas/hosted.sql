-- Ours, in the manner of Supabase, Hasura and Sentry: several schemas, uuid keys, checks on documents.
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE EXTENSION ltree;
CREATE SCHEMA auth;
CREATE SCHEMA storage;
CREATE SCHEMA hdb_catalog;
CREATE TYPE auth.factor_type AS ENUM ('totp', 'webauthn', 'phone');
CREATE TYPE auth.aal_level AS ENUM ('aal1', 'aal2', 'aal3');
CREATE TABLE auth.users (
    instance_id uuid,
    id uuid NOT NULL,
    aud character varying(255),
    email character varying(255),
    encrypted_password character varying(255),
    email_confirmed_at timestamp with time zone,
    confirmation_token character varying(255),
    raw_app_meta_data jsonb,
    is_super_admin boolean,
    phone text DEFAULT NULL::character varying,
    phone_confirmed_at timestamp with time zone,
    phone_change text DEFAULT ''::character varying,
    confirmed_at timestamp with time zone GENERATED ALWAYS AS (LEAST(email_confirmed_at, phone_confirmed_at)) STORED,
    email_change_confirm_status smallint DEFAULT 0,
    is_anonymous boolean DEFAULT false NOT NULL,
    CONSTRAINT users_email_change_confirm_status_check CHECK (((email_change_confirm_status >= 0) AND (email_change_confirm_status <= 2))),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_phone_key UNIQUE (phone)
);
COMMENT ON TABLE auth.users IS 'Auth: Stores user login data within a secure schema.';
COMMENT ON COLUMN auth.users.is_anonymous IS 'Auth: Set this column to true when "nobody''s".';
CREATE UNIQUE INDEX confirmation_token_idx ON auth.users USING btree (confirmation_token) WHERE ((confirmation_token)::text !~ '^[0-9 ]*$'::text);
CREATE INDEX users_instance_id_email_idx ON auth.users USING btree (instance_id, lower((email)::text));
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
CREATE TABLE auth.identities (
    provider_id text NOT NULL,
    user_id uuid NOT NULL,
    identity_data jsonb NOT NULL,
    provider text NOT NULL,
    email citext GENERATED ALWAYS AS (lower((identity_data ->> 'email'::text))::citext) STORED,
    id uuid DEFAULT gen_random_uuid() NOT NULL PRIMARY KEY,
    CONSTRAINT identities_provider_id_provider_unique UNIQUE (provider_id, provider),
    CONSTRAINT identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
CREATE INDEX identities_user_id_fkey ON auth.identities USING btree (user_id);
CREATE INDEX identities_email_idx ON auth.identities USING btree (email citext_pattern_ops);
CREATE TABLE auth.mfa_factors (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.users(id) ON DELETE CASCADE,
    friendly_name text,
    factor_type auth.factor_type NOT NULL,
    level auth.aal_level DEFAULT 'aal1'::auth.aal_level,
    last_challenged_at timestamp with time zone UNIQUE
);
CREATE UNIQUE INDEX mfa_factors_user_friendly_name_unique ON auth.mfa_factors USING btree (friendly_name, user_id) WHERE (TRIM(BOTH FROM friendly_name) <> ''::text);
CREATE TABLE auth.saml_providers (
    id uuid NOT NULL PRIMARY KEY,
    metadata_xml text NOT NULL,
    metadata_url text,
    attribute_mapping jsonb,
    CONSTRAINT "entity_id not empty" CHECK ((char_length(metadata_xml) > 0)),
    CONSTRAINT "metadata_url not empty" CHECK (((metadata_url = NULL::text) OR (char_length(metadata_url) > 0)))
);
CREATE TABLE storage.buckets (id text NOT NULL PRIMARY KEY, name text NOT NULL, owner uuid, created_at timestamp with time zone DEFAULT now(), allowed_mime_types text[]);
COMMENT ON COLUMN storage.buckets.owner IS 'Field is deprecated, use owner_id instead';
CREATE UNIQUE INDEX bname ON storage.buckets USING btree (name);
CREATE TABLE storage.objects (
    id uuid DEFAULT gen_random_uuid() NOT NULL PRIMARY KEY,
    bucket_id text REFERENCES storage.buckets(id),
    name text COLLATE pg_catalog."C",
    last_accessed_at timestamp with time zone DEFAULT timezone('utc'::text, now()) NOT NULL,
    metadata jsonb,
    path_tokens text[] GENERATED ALWAYS AS (string_to_array(name, '/'::text)) STORED,
    version text,
    level integer
);
CREATE UNIQUE INDEX bucketid_objname ON storage.objects USING btree (bucket_id, name);
CREATE INDEX name_prefix_search ON storage.objects USING btree (name text_pattern_ops);
CREATE UNIQUE INDEX idx_name_bucket_level_unique ON storage.objects USING btree (name COLLATE "C", bucket_id, level);
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_objects ON storage.objects FOR SELECT USING ((bucket_id = 'public'::text));
CREATE FUNCTION hdb_catalog.gen_hasura_uuid() RETURNS uuid LANGUAGE sql AS $$select gen_random_uuid()$$;
CREATE TABLE hdb_catalog.hdb_version (
    hasura_uuid uuid DEFAULT hdb_catalog.gen_hasura_uuid() NOT NULL PRIMARY KEY,
    version text NOT NULL,
    upgraded_on timestamp with time zone NOT NULL,
    cli_state jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE UNIQUE INDEX hdb_version_one_row ON hdb_catalog.hdb_version USING btree (((version IS NOT NULL)));
CREATE TABLE hdb_catalog.hdb_cron_events (
    id text DEFAULT hdb_catalog.gen_hasura_uuid() NOT NULL PRIMARY KEY,
    trigger_name text NOT NULL,
    status text DEFAULT 'scheduled'::text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    next_retry_at timestamp with time zone,
    CONSTRAINT valid_status CHECK ((status = ANY (ARRAY['scheduled'::text, 'locked'::text, 'delivered'::text, 'error'::text, 'dead'::text])))
);
CREATE UNIQUE INDEX hdb_cron_events_unique_scheduled ON hdb_catalog.hdb_cron_events USING btree (trigger_name, next_retry_at) WHERE (status = 'scheduled'::text);
CREATE TABLE sentry_project (
    id bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    slug character varying(50) NULL,
    forced_color character varying(6) NULL,
    flags bigint NULL DEFAULT 10,
    first_event timestamp with time zone NULL,
    attributes hstore DEFAULT ''::hstore,
    path ltree,
    percent real CHECK (percent > 0::double precision),
    due date DEFAULT ('now'::text)::date NOT NULL,
    at time(0) without time zone,
    atz time with time zone DEFAULT '00:00:00+00'::time with time zone,
    wait interval(3) DEFAULT '01:00:00'::interval(3),
    wait_days interval day to second,
    price money,
    mac macaddr,
    mask bit(8) DEFAULT B'00000000'::"bit",
    flagged bit varying(16),
    span int4range,
    during tstzrange DEFAULT '[,)'::tstzrange,
    letter "char",
    code character(3) DEFAULT 'abc'::bpchar,
    spot point,
    box box,
    doc xml,
    matrix integer[],
    names text[] DEFAULT ARRAY['a'::text, 'b''c'::text] NOT NULL,
    query tsquery,
    lsn pg_lsn,
    oid_of oid,
    kind regclass,
    amounts numeric(10,2)[] DEFAULT '{1.50,2}'::numeric(10,2)[]
);
CREATE INDEX sentry_project_slug_like ON sentry_project USING btree (slug varchar_pattern_ops);
CREATE INDEX sentry_project_upper ON sentry_project USING btree (upper((slug)::text));
CREATE INDEX sentry_project_path ON sentry_project USING gist (path);
CREATE INDEX sentry_project_attributes ON sentry_project USING gin (attributes);
CREATE INDEX sentry_project_hash ON sentry_project USING hash (slug) WITH (fillfactor='80');
CREATE TABLE sentry_groupedmessage (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1000 INCREMENT BY 10 MINVALUE 10 CACHE 5 CYCLE) PRIMARY KEY,
    project_id bigint NULL,
    status integer NOT NULL CHECK (status >= 0),
    data text NULL,
    num_comments integer NULL CHECK ("num_comments" >= 0),
    CONSTRAINT sentry_groupedmessage_project_id_fk FOREIGN KEY (project_id) REFERENCES sentry_project(id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT sentry_groupedmessage_project_uniq UNIQUE (project_id, status) DEFERRABLE
) WITH (fillfactor='90', autovacuum_vacuum_scale_factor='0.01', toast.autovacuum_enabled='false');
ALTER TABLE sentry_groupedmessage ALTER COLUMN data SET STORAGE EXTERNAL, ALTER COLUMN data SET STATISTICS 500;
ALTER TABLE sentry_groupedmessage REPLICA IDENTITY FULL;
CREATE STATISTICS sentry_status_project ON status, project_id FROM sentry_groupedmessage;
CREATE DOMAIN storage.counter AS integer CHECK (VALUE >= 0);
CREATE SEQUENCE storage.jobs_id_seq;
CREATE TABLE storage.jobs (
    id storage.counter NOT NULL DEFAULT nextval('storage.jobs_id_seq') PRIMARY KEY,
    made timestamp with time zone NOT NULL
);
ALTER SEQUENCE storage.jobs_id_seq OWNED BY storage.jobs.id;
