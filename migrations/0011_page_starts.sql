-- Where pages begin within a chunk, as [[offset, page], …] in UTF-16 units, the first at 0: a citation names the page
-- that its own sentence stands on, not the one the chunk begins on. Empty where the document has no pages.
alter table chunks add column page_starts jsonb not null default '[]';
