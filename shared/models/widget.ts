import * as z from 'zod';
import { lineOfText, nameOfThing, plainText } from './plain-text.ts';
import { Timestamp } from './wire.ts';

const Colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'Write a colour as #rrggbb.');

/** How the widget looks. Nothing here is free text, so nothing of it can carry code into a page. */
export const WidgetTheme = z.strictObject({
  primary_color: Colour,
  position: z.enum(['left', 'right']),
  /** Corner radius in pixels. */
  radius: z.number().int().min(0).max(32),
});
export type WidgetTheme = z.infer<typeof WidgetTheme>;

/** How a widget looks that says nothing of it. */
export const DEFAULT_THEME: WidgetTheme = { primary_color: '#1f5eff', position: 'right', radius: 12 };

/** A theme as it was stored: what an older or a newer version left out or knew otherwise becomes the default. */
export const StoredTheme = z.object({
  primary_color: WidgetTheme.shape.primary_color.catch(DEFAULT_THEME.primary_color),
  position: WidgetTheme.shape.position.catch(DEFAULT_THEME.position),
  radius: WidgetTheme.shape.radius.catch(DEFAULT_THEME.radius),
});

/** A language tag of BCP 47: language, and if need be script and region. */
const Locale = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?$/, 'Use a language tag such as en or pt-BR.')
  .transform((tag) => Intl.getCanonicalLocales(tag)[0] ?? tag);

const settings = {
  name: nameOfThing(100),
  /** Checked for sense by the use case: an origin that cannot work is WIDGET_CONFIG_INVALID. */
  allowed_origins: z.array(z.string().min(1).max(300)).max(20),
  greeting: plainText(500),
  suggested_questions: z.array(lineOfText(200)).max(6),
  /** How the assistant speaks; goes to the model, never to visitors. */
  instructions: plainText(4_000),
  locale: Locale,
  theme: WidgetTheme.partial(),
  enabled: z.boolean(),
};

/** A new widget; what is left out has a default, but for name and origins. */
export const NewWidget = z.strictObject({
  ...settings,
  greeting: settings.greeting.default('Hello! What would you like to know?'),
  suggested_questions: settings.suggested_questions.default([]),
  instructions: settings.instructions.default(''),
  locale: settings.locale.default('en'),
  theme: settings.theme.default({}),
  enabled: settings.enabled.default(true),
});
export type NewWidget = z.output<typeof NewWidget>;

/** A change: what is left out stays; of the theme likewise. */
export const WidgetChange = z.strictObject(settings).partial();
export type WidgetChange = z.output<typeof WidgetChange>;

/** A widget as its creator sees it. */
export const Widget = z.object({
  id: z.uuid(),
  name: z.string(),
  allowed_origins: z.array(z.string()),
  greeting: z.string(),
  suggested_questions: z.array(z.string()),
  instructions: z.string(),
  locale: z.string(),
  theme: WidgetTheme,
  enabled: z.boolean(),
  created_at: Timestamp,
  updated_at: Timestamp,
});
