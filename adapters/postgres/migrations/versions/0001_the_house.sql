-- The first schema. `organization_id` leads every key of a tenant's table (design.md, 5);
-- users, sessions and provider events are global.

create table users (
    id uuid primary key,
    email text not null,
    email_key text not null unique,
    password_hash text not null,
    first_name text not null,
    last_name text not null,
    phone text,
    is_platform_admin boolean not null default false,
    is_active boolean not null default true,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    last_login_at timestamptz,
    version integer not null
);

create table sessions (
    id uuid primary key,
    user_id uuid not null references users,
    refresh_hash bytea not null unique,
    previous_refresh_hash bytea,
    user_agent text,
    ip text,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    version integer not null
);
create index sessions_by_user on sessions (user_id);
create unique index sessions_by_previous on sessions (previous_refresh_hash);

create table organizations (
    id uuid primary key,
    name text not null,
    slug text not null unique,
    type text not null check (type in ('promoter', 'venue', 'reseller')),
    status text not null check (status in ('active', 'suspended', 'pending')),
    default_currency text not null,
    service_fee_percent numeric(5, 2) not null check (service_fee_percent between 0 and 100),
    service_fee_fixed numeric(15, 3) not null check (service_fee_fixed >= 0),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null
);

create table memberships (
    organization_id uuid not null references organizations,
    user_id uuid not null references users,
    role text not null check (role in ('owner', 'admin', 'manager', 'support', 'analyst', 'scanner')),
    joined_at timestamptz not null,
    primary key (organization_id, user_id)
);
create index memberships_by_user on memberships (user_id);

create table venues (
    organization_id uuid not null references organizations,
    id uuid not null,
    name text not null,
    address jsonb not null,
    capacity integer not null check (capacity > 0),
    timezone text not null,
    metadata jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null,
    primary key (organization_id, id)
);
create index venues_by_id on venues (id);

create sequence short_ids as integer;

create table events (
    organization_id uuid not null references organizations,
    id uuid not null,
    short_id integer not null unique,
    venue_id uuid,
    name text not null,
    slug text not null,
    description text,
    category text not null,
    tags text[] not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    timezone text not null,
    sales_start timestamptz,
    sales_end timestamptz,
    capacity integer not null check (capacity > 0),
    currency text not null,
    location_type text not null check (location_type in ('physical', 'virtual', 'hybrid')),
    visibility text not null check (visibility in ('public', 'unlisted', 'private')),
    address jsonb,
    images jsonb not null,
    metadata jsonb not null,
    intent text not null check (intent in ('draft', 'published', 'cancelled')),
    published_at timestamptz,
    cancelled_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null,
    primary key (organization_id, id),
    unique (organization_id, slug),
    foreign key (organization_id, venue_id) references venues,
    check (ends_at > starts_at)
);
create index events_by_id on events (id);
create index events_by_start on events (starts_at, id);

create table ticket_types (
    organization_id uuid not null,
    id uuid not null,
    short_id integer not null unique,
    event_id uuid not null,
    name text not null,
    description text,
    price_minor bigint not null check (price_minor >= 0),
    min_per_order integer not null check (min_per_order > 0),
    max_per_order integer not null check (max_per_order >= min_per_order),
    sales_start timestamptz,
    sales_end timestamptz,
    status text not null check (status in ('active', 'hidden')),
    sort_order integer not null,
    metadata jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null,
    primary key (organization_id, id),
    foreign key (organization_id, event_id) references events,
    unique (organization_id, event_id, name)
);
create index ticket_types_by_event on ticket_types (event_id);
create index ticket_types_by_id on ticket_types (id);

-- Everything scarce. An event, a ticket type and a promo code share their id with their allotment.
create table allotments (
    organization_id uuid not null references organizations,
    id uuid not null,
    kind text not null check (kind in ('event', 'ticket_type', 'pool', 'promo_code')),
    event_id uuid,
    created_at timestamptz not null,
    primary key (organization_id, id)
);

-- Apart from the definition, and nothing refers to it: a foreign key's check would lock the hot row first.
-- `revision` counts the edits of the offer (event counters only): a quote made before one is refused.
create table allotment_counters (
    organization_id uuid not null,
    allotment_id uuid not null,
    capacity integer,
    held integer not null default 0,
    sold integer not null default 0,
    blocked integer not null default 0,
    revision integer not null default 0,
    primary key (organization_id, allotment_id),
    constraint allotment_counters_not_negative check (held >= 0 and sold >= 0 and blocked >= 0),
    constraint allotment_counters_never_oversold check (capacity is null or held + sold + blocked <= capacity)
) with (fillfactor = 20);

create table ticket_type_draws (
    organization_id uuid not null,
    ticket_type_id uuid not null,
    allotment_id uuid not null,
    units integer not null check (units > 0),
    primary key (organization_id, ticket_type_id, allotment_id),
    foreign key (organization_id, ticket_type_id) references ticket_types on delete cascade,
    foreign key (organization_id, allotment_id) references allotments
);

create table promo_codes (
    organization_id uuid not null references organizations,
    id uuid not null,
    code text not null,
    description text,
    discount_type text not null check (discount_type in ('percentage', 'fixed_amount')),
    discount_value numeric(15, 3) not null check (discount_value > 0),
    valid_from timestamptz,
    valid_until timestamptz,
    min_order_value numeric(15, 3),
    applicable_events uuid[],
    status text not null check (status in ('active', 'disabled')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null,
    primary key (organization_id, id),
    unique (organization_id, code)
);
create index promo_codes_by_id on promo_codes (id);

create table orders (
    organization_id uuid not null,
    id uuid not null,
    number text not null,
    event_id uuid not null,
    buyer_id uuid,
    buyer_name text not null,
    buyer_email text not null,
    status text not null check (status in ('pending', 'paid', 'expired', 'cancelled')),
    currency text not null,
    subtotal_minor bigint not null check (subtotal_minor >= 0),
    discount_minor bigint not null check (discount_minor >= 0),
    fees_minor bigint not null check (fees_minor >= 0),
    tax_minor bigint not null check (tax_minor >= 0),
    total_minor bigint not null,
    promo_code_id uuid,
    promo_code text,
    draw_ids uuid[] not null,
    draw_units integer[] not null,
    placed_at timestamptz not null,
    expires_at timestamptz not null,
    paid_at timestamptz,
    closed_at timestamptz,
    close_reason text,
    version integer not null,
    primary key (organization_id, id),
    unique (organization_id, number),
    foreign key (organization_id, event_id) references events,
    constraint orders_total check (total_minor = subtotal_minor - discount_minor + fees_minor + tax_minor)
) with (fillfactor = 80);
create index orders_by_buyer on orders (buyer_id, id);
create index orders_by_event on orders (organization_id, event_id, id);
create index orders_due on orders (expires_at) where status = 'pending';

create table order_lines (
    organization_id uuid not null,
    order_id uuid not null,
    position smallint not null,
    ticket_type_id uuid not null,
    name text not null,
    quantity integer not null check (quantity > 0),
    unit_price_minor bigint not null check (unit_price_minor >= 0),
    discount_minor bigint not null check (discount_minor >= 0),
    primary key (organization_id, order_id, position),
    foreign key (organization_id, order_id) references orders,
    foreign key (organization_id, ticket_type_id) references ticket_types
);

-- Append-only; the counters can be rebuilt from it.
create table stock_movements (
    organization_id uuid not null,
    id bigint generated always as identity,
    allotment_id uuid not null,
    order_id uuid,
    kind text not null check (kind in ('hold', 'release', 'sell', 'give_back', 'block', 'unblock')),
    quantity integer not null check (quantity > 0),
    at timestamptz not null,
    primary key (organization_id, id)
);

create table tickets (
    organization_id uuid not null,
    id uuid not null,
    order_id uuid not null,
    line_position smallint not null,
    unit smallint not null,
    event_id uuid not null,
    ticket_type_id uuid not null,
    code bytea not null check (length(code) = 12),
    generation smallint not null default 0,
    holder_id uuid,
    holder_name text not null,
    holder_email text not null,
    price_minor bigint not null,
    currency text not null,
    status text not null check (status in ('valid', 'cancelled')),
    issued_at timestamptz not null,
    cancelled_at timestamptz,
    version integer not null,
    primary key (organization_id, id),
    unique (organization_id, order_id, line_position, unit),
    unique (organization_id, code),
    foreign key (organization_id, order_id) references orders
);
create index tickets_by_holder on tickets (holder_id, id);

create table payments (
    organization_id uuid not null,
    id uuid not null,
    order_id uuid not null,
    payer_id uuid,
    attempt integer not null check (attempt > 0),
    tries integer not null default 0,
    provider text not null,
    provider_ref text,
    client_secret text,
    status text not null check (status in
        ('created', 'processing', 'requires_action', 'succeeded', 'failed', 'cancelled')),
    amount_minor bigint not null check (amount_minor >= 0),
    currency text not null,
    received_minor bigint not null default 0 check (received_minor >= 0),
    failure_code text,
    review_flag text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    settled_at timestamptz,
    version integer not null,
    primary key (organization_id, id),
    unique (organization_id, order_id, attempt),
    foreign key (organization_id, order_id) references orders
);
create unique index payments_by_provider on payments (provider, provider_ref);
create index payments_by_payer on payments (payer_id, id);
create index payments_undecided on payments (updated_at)
    where status in ('created', 'processing', 'requires_action', 'failed');

create table refunds (
    organization_id uuid not null,
    id uuid not null,
    payment_id uuid not null,
    order_id uuid not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    reason text not null,
    status text not null check (status in ('requested', 'pending', 'succeeded', 'failed')),
    provider_ref text,
    failure_code text,
    requested_at timestamptz not null,
    settled_at timestamptz,
    version integer not null,
    primary key (organization_id, id),
    foreign key (organization_id, payment_id) references payments
);
create index refunds_by_payment on refunds (organization_id, payment_id);
create index refunds_undecided on refunds (requested_at) where status in ('requested', 'pending');

create table provider_events (
    provider text not null,
    provider_event_id text not null,
    kind text not null,
    provider_ref text,
    received_at timestamptz not null,
    processed_at timestamptz,
    primary key (provider, provider_event_id)
);

create table scanners (
    organization_id uuid not null references organizations,
    id uuid not null,
    name text not null,
    key_hash bytea not null unique,
    key_hint text not null,
    event_ids uuid[],
    status text not null check (status in ('active', 'revoked')),
    created_at timestamptz not null,
    last_seen_at timestamptz,
    version integer not null,
    primary key (organization_id, id)
);
create index scanners_by_id on scanners (id);

-- Whether a ticket's holder is inside: one row per ticket from its first accepted scan on.
create table admissions (
    organization_id uuid not null,
    ticket_id uuid not null,
    first_entry_at timestamptz not null,
    last_direction text not null check (last_direction in ('entry', 'exit')),
    last_at timestamptz not null,
    primary key (organization_id, ticket_id),
    foreign key (organization_id, ticket_id) references tickets
);

create table scans (
    organization_id uuid not null references organizations,
    id uuid not null,
    event_id uuid,
    ticket_id uuid,
    scanner_id uuid,
    user_id uuid,
    direction text not null check (direction in ('entry', 'exit')),
    result text not null check (result in ('accepted', 'refused')),
    reason text,
    barcode text not null,
    scanned_at timestamptz not null,
    primary key (organization_id, id)
);
create index scans_by_event on scans (organization_id, event_id, id);

-- What happened. `position` is given by the sealer in commit order; consumers read nothing else.
create table event_log (
    organization_id uuid not null,
    id bigint generated always as identity,
    type text not null,
    type_version smallint not null,
    aggregate_id uuid not null,
    payload jsonb not null,
    recorded_at timestamptz not null,
    position bigint,
    transaction_id xid8 not null default pg_current_xact_id(),
    primary key (organization_id, id)
);
create index event_log_unsealed on event_log (id) where position is null;
create unique index event_log_by_position on event_log (position);

create table deliveries (
    subscriber text not null,
    event_id bigint not null,
    delivered_at timestamptz not null,
    primary key (subscriber, event_id)
);
