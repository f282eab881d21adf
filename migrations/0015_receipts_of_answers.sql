-- Curated answers are erased like documents, and have their receipt.
alter table erasure_receipts drop constraint erasure_receipts_kind_known;
alter table erasure_receipts add constraint erasure_receipts_kind_known check (subject_kind in ('document', 'answer'));
