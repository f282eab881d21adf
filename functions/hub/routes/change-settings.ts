import { route } from '../hub-route.ts';
import { changeSettings as run, Settings, SettingsChange } from '../use-cases/change-settings.ts';

export const changeSettings = route({
  method: 'PATCH',
  path: '/v1/hub/settings',
  permission: 'account:manage',
  summary: 'Change settings; what is left out stays',
  input: { body: SettingsChange },
  output: { 200: Settings },
  run: ({ body, caller, use }) => run(use, caller, body),
});
