-- Ours: what PostgreSQL 15 has and older servers do not; a file `since_N` is for servers from N on.
CREATE TABLE public.realm (
    a integer,
    b integer,
    spans int8multirange,
    CONSTRAINT realm_ab_key UNIQUE NULLS NOT DISTINCT (a, b),
    CONSTRAINT realm_null FOREIGN KEY (a, b) REFERENCES public.realm(a, b) ON DELETE SET NULL (b)
);
CREATE UNIQUE INDEX realm_b ON public.realm (b) NULLS NOT DISTINCT WHERE (a > 0);
