-- Of the version that is found: so many of its pages could not be read, though the others were.
alter table documents
  add column unreadable_pages integer not null default 0,
  add constraint documents_unreadable_pages_counted check (unreadable_pages >= 0);
