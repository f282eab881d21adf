-- scan_verdicts: what the malware scan of the store found in one version of one upload, kept until it is used: it may
-- come before the event of the upload itself. Written by shared/lifecycles/document only.
-- An attacker would post a clean file and a bad one with the same form, so a verdict counts for its very version; and
-- would wish a bad verdict away, so a clean one never replaces it.
create table scan_verdicts (
  creator_id uuid not null constraint scan_verdicts_creator_fk references creators (id) on delete cascade,
  document_id uuid not null,
  upload_id uuid not null,
  -- Empty where the store keeps no versions.
  object_version text not null,
  verdict text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint scan_verdicts_pk primary key (creator_id, document_id, upload_id, object_version),
  constraint scan_verdicts_document_fk foreign key (creator_id, document_id)
    references documents (creator_id, id) on delete cascade,
  constraint scan_verdicts_verdict_known check (verdict in ('clean', 'threat', 'unsupported')),
  constraint scan_verdicts_version_bounded check (length(object_version) <= 1024)
);
create index scan_verdicts_tenant_created_idx on scan_verdicts (creator_id, created_at desc);
create index scan_verdicts_tenant_updated_idx on scan_verdicts (creator_id, updated_at desc);
call app.isolate_table('scan_verdicts');
grant select, insert, update, delete on scan_verdicts to understudy_ai;
