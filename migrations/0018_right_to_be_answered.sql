-- An answer that is being written stops when its page loses the right to the widget: the engine asks whom it lets in.
grant select (allowed_origins) on widgets to understudy_ai;
