import { route } from '../hub-route.ts';
import { DEFAULT_SETTINGS, Settings } from '../use-cases/change-settings.ts';

export const getSettings = route({
  method: 'GET',
  path: '/v1/hub/settings',
  permission: 'account:manage',
  summary: 'How documents are cut and assistants behave',
  output: { 200: Settings },
  run: async ({ caller, use }) =>
    (await use.readInTenant(caller, ({ settings }) => settings.find())) ?? DEFAULT_SETTINGS,
});
