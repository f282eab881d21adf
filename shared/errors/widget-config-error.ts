import { APIError } from './api-error.ts';

/** A widget configuration that is well formed but cannot work. */
export class WidgetConfigError extends APIError {
  override readonly name = 'WidgetConfigError';

  constructor(message: string, details: Record<string, unknown> = {}) {
    super('WIDGET_CONFIG_INVALID', message, { details });
  }
}
