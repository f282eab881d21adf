-- The words of the passages, where row level security lets an index be used: `@@` is not leakproof, so under a policy a
-- full text search compares all passages of a creator, however rare its words are; `=` on these columns is.

-- The generation whose words stand in `chunk_words`; where it is not the live one, the passages themselves are searched.
alter table documents add column words_generation integer;
create index documents_wordless_idx on documents (creator_id, id)
  where live_generation is not null and words_generation is distinct from live_generation and deleted_at is null;

-- chunk_words: which words stand in which passages of a document. Written by shared/lifecycles/document beside the chunks, a
-- row for each bucket of words of 256 passages in a row, or several that are small enough to stand in the index, too: there
-- the rows of a bucket lie side by side, in the table each on a page of its own. The first passage is `first_index`; the key to it takes the
-- rows away with that passage. `words` are parted by spaces; `places` has for each of them one byte for the number of its
-- passages less one, then two bytes for each: the passage's place behind `first_index`, and how much the word counts in it.
-- An attacker would look here for what a document said that was deleted or is not published yet: readers join on
-- `live_generation`, and no row outlives its passages.
create table chunk_words (
  creator_id uuid not null constraint chunk_words_creator_fk references creators (id) on delete cascade,
  document_id uuid not null,
  generation integer not null,
  first_index integer not null,
  bucket smallint not null,
  part smallint not null,
  words text not null,
  places bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint chunk_words_pk primary key (creator_id, bucket, document_id, generation, first_index, part)
    include (words, places),
  constraint chunk_words_chunk_fk foreign key (creator_id, document_id, generation, first_index)
    references chunks (creator_id, document_id, generation, chunk_index) on delete cascade
) with (autovacuum_vacuum_insert_scale_factor = 0.05);
create index chunk_words_chunk_idx on chunk_words (creator_id, document_id, generation, first_index);
create index chunk_words_tenant_created_idx on chunk_words (creator_id, created_at desc);
create index chunk_words_tenant_updated_idx on chunk_words (creator_id, updated_at desc);
call app.isolate_table('chunk_words');
grant select, insert, delete on chunk_words to understudy_ai;

-- Nobody could use it (see above), and it took a good part of the time that storing passages takes.
drop index chunks_search_idx;
