-- The form of a replacement is kept beside what a document holds, and takes its place only when its file has arrived:
-- a form that nobody uses, or that expires, leaves the document and the work on it alone. There is one at most, the
-- newest. An attacker would keep an old form to put its file back later: only the newest form's key is looked for.
alter table documents
  add column next_upload_id uuid,
  add column next_filename text,
  add column next_content_type text,
  add column next_size_bytes integer,
  -- Null: the title stays.
  add column next_title text,
  -- So long its bytes count for the quota. What arrives later is taken none the less.
  add column next_until timestamptz,
  add constraint documents_next_whole check (
    case when next_upload_id is null
      then num_nonnulls(next_filename, next_content_type, next_size_bytes, next_title, next_until) = 0
      else num_nulls(next_filename, next_content_type, next_size_bytes, next_until) = 0
        and source = 'upload'
    end
  ),
  add constraint documents_next_size_bounded check (next_size_bytes between 1 and 52428800);
