import type { Fault } from './fault.ts';

const VERIFIER = 'shared/security/access-token-verifier.ts';

/** What tells who somebody is and what is theirs, weakened piece by piece. */
export const IDENTITY_FAULTS: readonly Fault[] = [
  {
    name: 'the audience of a token is not checked',
    edits: [
      { file: VERIFIER, search: '        audience: ACCESS_TOKEN_AUDIENCE,\n', replace: '' },
      {
        file: 'shared/security/access-token.ts',
        search: 'aud: z.literal(ACCESS_TOKEN_AUDIENCE)',
        replace: 'aud: z.string()',
      },
    ],
    tests: ['tests/unit/shared/security/access-token-verifier.test.ts'],
  },
  {
    name: 'a foreign id is answered 403',
    edits: [
      {
        file: 'migrations/0004_widgets.sql',
        search: "call app.isolate_table('widgets');",
        replace:
          "call app.isolate_table('widgets');\ncreate policy peek on widgets for select to understudy_hub using (true);",
      },
      {
        file: 'functions/hub/routes/get-widget.ts',
        search: 'orNotFound(await use.readInTenant(caller, ({ widgets }) => widgets.find(params.id))),',
        replace: `use.readInTenant(caller, async ({ db, widgets }) => {
      const anybodys = db.query('select id from widgets where id = $1', [params.id]);
      const row = await widgets.find(params.id);
      if (!row && (await anybodys).length > 0) throw new APIError('PERMISSION_DENIED', 'This is not yours.');
      return orNotFound(row);
    }),`,
      },
      {
        file: 'functions/hub/routes/get-widget.ts',
        search: "import { Widget } from '../../../shared/models/widget.ts';",
        replace:
          "import { APIError } from '../../../shared/errors/api-error.ts';\nimport { Widget } from '../../../shared/models/widget.ts';",
      },
    ],
    tests: ['tests/integration/safety/a4-rest-matrix.test.ts'],
  },
  {
    name: 'a second use of a refresh token is let pass',
    edits: [
      {
        file: 'functions/auth/use-cases/refresh-session.ts',
        search: "if (token.in_grace && token.successor_status === 'unused') return",
        replace: 'if (token) return',
      },
    ],
    tests: ['tests/integration/safety/a7-refresh-races.test.ts'],
  },
  {
    name: 'the GCM tag is not checked on decryption',
    edits: [{ file: 'shared/security/column-encryption.ts', search: '      decipher.final(),\n', replace: '' }],
    tests: ['tests/unit/shared/security/column-encryption.test.ts'],
  },
  {
    name: 'a retired key is still accepted',
    edits: [
      {
        file: 'shared/security/signing-key.ts',
        search: "state <> 'retired'",
        replace: "state <> 'unheard of'",
      },
    ],
    tests: ['tests/integration/safety/a6-key-rotation.test.ts'],
  },
  {
    name: 'an unknown address costs no password hash',
    edits: [
      {
        file: 'functions/auth/use-cases/log-in.ts',
        search: 'const right = await use.passwords.matches(password, found?.password);',
        replace: 'const right = found && (await use.passwords.matches(password, found.password));',
      },
    ],
    tests: ['tests/integration/safety/a8-passwords.test.ts'],
  },
  {
    name: 'nothing is counted while Redis is away',
    edits: [
      {
        file: 'shared/security/limit-counters.ts',
        search: 'pair.local.consume(key, dearly)',
        replace: 'pair.local.consume(key, 0)',
      },
    ],
    tests: ['tests/integration/safety/a13-rate-limits.test.ts'],
  },
  {
    name: 'a change is not told to the audit trail',
    edits: [
      {
        file: 'functions/hub/repositories/hub-tables.ts',
        search: 'told.map((event) => recordAudit(db, event))',
        replace: 'told.slice(1).map((event) => recordAudit(db, event))',
      },
    ],
    tests: ['tests/integration/safety/a17-audit.test.ts'],
  },
];
