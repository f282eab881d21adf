-- Ids of widgets are the database's own. A page knows a widget by its id alone, and `lookup.creator_of_widget` tells whose it
-- is: a service that was taken over under one creator could otherwise give a widget the id of another creator's, and speak
-- to that one's visitors.
revoke insert, update on widgets from understudy_hub;
grant insert (creator_id, name, allowed_origins, greeting, suggested_questions, instructions, locale, theme, enabled),
  update (name, allowed_origins, greeting, suggested_questions, instructions, locale, theme, enabled)
  on widgets to understudy_hub;

-- No service deletes a creator: with the row the audit trail and its seals would go, which nobody may take away who wrote
-- them. Registrations that nobody verified are removed by the look-up functions.
revoke delete on creators from understudy_auth;
