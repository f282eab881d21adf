-- conversations: one visitor's talk with one widget. Opened and erased by channel, read by hub, its last_seq raised by
-- ai. An attacker would guess another visitor's conversation: its id is a part of the signed session token only.
-- last_seq is the highest frame number known to be used: when Redis has lost the stream, numbering goes on above it.
create table conversations (
  creator_id uuid not null constraint conversations_creator_fk references creators (id) on delete cascade,
  id uuid not null,
  widget_id uuid,
  visitor_id uuid not null,
  origin text not null,
  last_seq bigint not null default 0,
  turn_count bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint conversations_pk primary key (creator_id, id),
  constraint conversations_widget_fk foreign key (creator_id, widget_id)
    references widgets (creator_id, id) on delete set null (widget_id)
);
create index conversations_tenant_created_idx on conversations (creator_id, created_at desc, id desc);
create index conversations_tenant_updated_idx on conversations (creator_id, updated_at desc);
create index conversations_tenant_widget_idx on conversations (creator_id, widget_id, created_at desc);
call app.isolate_table('conversations');
grant select, insert, update, delete on conversations to understudy_channel;
grant select, update on conversations to understudy_ai;
grant select on conversations to understudy_hub;

-- turns: a visitor's message and the work of answering it. Written by shared/lifecycles/turn only. A worker owns a
-- turn while its lease lives; every later step compares the owner, so a worker that was given up cannot write.
create table turns (
  creator_id uuid not null constraint turns_creator_fk references creators (id) on delete cascade,
  id uuid not null,
  conversation_id uuid not null,
  client_message_id uuid not null,
  number bigint not null,
  status text not null default 'open',
  lease_owner uuid,
  lease_until timestamptz,
  attempt integer not null default 0,
  cancel_requested boolean not null default false,
  accepted_seq bigint,
  question_message_id uuid not null,
  answer_message_id uuid,
  finish_reason text,
  error_code text,
  -- Whether its last frame has been appended; a worker may end between storing the answer and saying so.
  announced boolean not null default false,
  deadline_at timestamptz not null default now() + interval '10 minutes',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint turns_pk primary key (creator_id, id),
  constraint turns_conversation_fk foreign key (creator_id, conversation_id)
    references conversations (creator_id, id) on delete cascade,
  constraint turns_client_message_key unique (creator_id, conversation_id, client_message_id),
  constraint turns_number_key unique (creator_id, conversation_id, number),
  constraint turns_status_known check (status in ('open', 'completed', 'failed')),
  constraint turns_finish_reason_known check (finish_reason in ('stop', 'length', 'cancelled'))
);
create index turns_tenant_created_idx on turns (creator_id, created_at desc);
create index turns_tenant_updated_idx on turns (creator_id, updated_at desc);
create index turns_tenant_status_idx on turns (creator_id, status, created_at desc);
create index turns_tenant_open_idx on turns (creator_id, lease_until) where status = 'open';
create index turns_tenant_unannounced_idx on turns (creator_id, updated_at) where status <> 'open' and not announced;
call app.isolate_table('turns');
grant select, insert, update, delete on turns to understudy_channel;
grant select, insert, update on turns to understudy_ai;
grant select on turns to understudy_hub;

-- messages: what was said. The question is written when its turn opens, the answer when it completes; neither is
-- changed afterwards. created_at is the moment of writing, so that messages of one conversation never tie.
create table messages (
  creator_id uuid not null constraint messages_creator_fk references creators (id) on delete cascade,
  id uuid not null,
  conversation_id uuid not null,
  turn_id uuid,
  role text not null,
  text text not null,
  refused boolean not null default false,
  citations jsonb not null default '[]',
  model text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default now(),
  constraint messages_pk primary key (creator_id, id),
  constraint messages_conversation_fk foreign key (creator_id, conversation_id)
    references conversations (creator_id, id) on delete cascade,
  constraint messages_turn_fk foreign key (creator_id, turn_id) references turns (creator_id, id) on delete cascade,
  constraint messages_turn_role_key unique (creator_id, turn_id, role),
  constraint messages_role_known check (role in ('visitor', 'assistant', 'agent'))
);
create index messages_tenant_created_idx on messages (creator_id, created_at desc);
create index messages_tenant_updated_idx on messages (creator_id, updated_at desc);
create index messages_tenant_conversation_idx on messages (creator_id, conversation_id, created_at, id);
call app.isolate_table('messages');
grant select, insert, update, delete on messages to understudy_channel;
grant select, insert, update on messages to understudy_ai;
grant select on messages to understudy_hub;

-- feedback: a visitor's thumb on an answer, at most one, the latest counts. Written by shared/lifecycles/conversation.
create table feedback (
  creator_id uuid not null constraint feedback_creator_fk references creators (id) on delete cascade,
  message_id uuid not null,
  rating text not null,
  comment text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint feedback_pk primary key (creator_id, message_id),
  constraint feedback_message_fk foreign key (creator_id, message_id)
    references messages (creator_id, id) on delete cascade,
  constraint feedback_rating_known check (rating in ('up', 'down'))
);
create index feedback_tenant_created_idx on feedback (creator_id, created_at desc);
create index feedback_tenant_updated_idx on feedback (creator_id, updated_at desc);
create index feedback_tenant_rating_idx on feedback (creator_id, rating, created_at desc);
call app.isolate_table('feedback');
grant select, insert, update, delete on feedback to understudy_channel;
grant select on feedback to understudy_hub;

-- The sweeper asks which turns nobody works on: open ones without a live lease, and ended ones whose visitor was never
-- told. Only the first open turn of a conversation is named: the later ones are sent by whoever finishes it. Young
-- turns are left to their first delivery; what ended over ten minutes ago has outlived its stream.
grant select (creator_id, conversation_id, id, number, status, lease_until, announced, created_at, updated_at)
  on turns to tenant_lookup;
create policy lookup on turns for select to tenant_lookup using (true);
create function lookup.turns_without_lease(max_rows integer)
returns table (creator_id uuid, conversation_id uuid, turn_id uuid)
language sql stable security definer
set search_path = ''
as $$
  select t.creator_id, t.conversation_id, t.id
  from public.turns t
  where (
      t.status = 'open'
      and (t.lease_until < pg_catalog.now()
        or (t.lease_until is null and t.created_at < pg_catalog.now() - interval '15 seconds'))
      and not exists (
        select from public.turns earlier
        where earlier.creator_id = t.creator_id and earlier.conversation_id = t.conversation_id
          and earlier.status = 'open' and earlier.number < t.number
      )
    ) or (
      t.status <> 'open' and not t.announced
      and t.updated_at between pg_catalog.now() - interval '10 minutes' and pg_catalog.now() - interval '15 seconds'
    )
  order by t.created_at
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.turns_without_lease(integer)'::regprocedure, 'understudy_ai');
