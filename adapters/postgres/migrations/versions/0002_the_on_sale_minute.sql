-- The on-sale minute: keys of repeated requests, pools, carts, waiting lists, waiting rooms.

-- What a client may repeat. `id` digests who asks, the route and the key; `fingerprint` what was asked.
-- Global, because a principal is; forgotten after 72 h.
create table idempotency_records (
    id uuid primary key,
    fingerprint uuid not null,
    outcome bytea,
    recorded_at timestamptz not null
);
create index idempotency_records_by_time on idempotency_records using brin (recorded_at);

-- `waiting`: units that the waiting list is owed before the public. The name is a pool's.
alter table allotment_counters
    add column waiting integer not null default 0,
    add constraint allotment_counters_waiting_not_negative check (waiting >= 0);
alter table allotments
    add column name text,
    add constraint allotments_named check ((kind = 'pool') = (name is not null));
create unique index allotments_pool_names on allotments (organization_id, event_id, name)
    where kind = 'pool';

alter table ticket_types add column max_per_customer integer check (max_per_customer > 0);
alter table organizations add column guest_checkout boolean not null default true;

-- Lines are written by the statement that writes their order, and a ticket type that was ever ordered
-- is never removed: checking each row again cost a third of an order (`tixmo doctor invariants` looks).
alter table order_lines
    drop constraint order_lines_organization_id_order_id_fkey,
    drop constraint order_lines_organization_id_ticket_type_id_fkey;

-- One cart is one order, whoever sends it how often.
alter table orders add column cart_id uuid;
create unique index orders_by_cart on orders (organization_id, cart_id) where cart_id is not null;
-- Whether a promo code was ever used; only orders with a code pay for it.
create index orders_by_promo_code on orders (organization_id, promo_code_id)
    where promo_code_id is not null;

create table carts (
    organization_id uuid not null references organizations,
    id uuid not null,
    event_id uuid not null,
    owner_id uuid,
    token_hash bytea,
    client uuid not null,
    status text not null check (status in ('open', 'ordered', 'expired', 'emptied')),
    currency text not null,
    items jsonb not null,
    promo_code text,
    draw_ids uuid[] not null,
    draw_units integer[] not null,
    places integer not null,
    opened_at timestamptz not null,
    expires_at timestamptz not null,
    extendable_until timestamptz not null,
    closed_at timestamptz,
    order_id uuid,
    version integer not null,
    primary key (organization_id, id),
    foreign key (organization_id, event_id) references events on delete cascade,
    check (owner_id is not null or token_hash is not null)
) with (fillfactor = 80);
create unique index carts_by_owner on carts (owner_id) where status = 'open' and owner_id is not null;
create index carts_of_owner on carts (owner_id, opened_at) where owner_id is not null;
create unique index carts_by_token on carts (token_hash) where token_hash is not null;
create index carts_by_id on carts (id);
create index carts_by_client on carts (organization_id, client, opened_at);
create index carts_of_guests on carts (organization_id, event_id) include (expires_at, places)
    where status = 'open' and owner_id is null;
create index carts_due on carts (expires_at) where status = 'open';

create table waiting_list_entries (
    organization_id uuid not null references organizations,
    id uuid not null,
    event_id uuid not null,
    ticket_type_id uuid not null,
    quantity integer not null check (quantity > 0),
    user_id uuid,
    name text not null,
    email text not null,
    email_key text not null,
    client uuid,
    priority integer not null default 0,
    status text not null check (status in ('waiting', 'offered', 'taken', 'lapsed', 'left', 'closed')),
    draw_ids uuid[] not null,
    draw_units integer[] not null,
    waits_for uuid[] not null,
    joined_at timestamptz not null,
    offered_at timestamptz,
    offer_expires_at timestamptz,
    order_id uuid,
    closed_at timestamptz,
    version integer not null,
    primary key (organization_id, id),
    foreign key (organization_id, event_id) references events,
    foreign key (organization_id, ticket_type_id) references ticket_types
);
create unique index waiting_list_once on waiting_list_entries (organization_id, ticket_type_id, email_key)
    where status in ('waiting', 'offered');
create index waiting_list_by_id on waiting_list_entries (id);
create index waiting_list_by_event on waiting_list_entries (organization_id, event_id, id);
create index waiting_list_by_address on waiting_list_entries (organization_id, email_key, joined_at);
create index waiting_list_by_client on waiting_list_entries (organization_id, client, joined_at);
create index waiting_list_in_order on waiting_list_entries (organization_id, event_id, ticket_type_id, quantity, priority desc, joined_at, id)
    where status = 'waiting';
create index waiting_list_due on waiting_list_entries (offer_expires_at) where status = 'offered';
create index waiting_list_by_user on waiting_list_entries (user_id, id) where user_id is not null;

create table waiting_rooms (
    organization_id uuid not null references organizations,
    event_id uuid not null,
    is_on boolean not null,
    opens_at timestamptz,
    per_minute integer not null check (per_minute > 0),
    pass_minutes integer not null check (pass_minutes > 0),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null,
    primary key (organization_id, event_id),
    foreign key (organization_id, event_id) references events on delete cascade
);
