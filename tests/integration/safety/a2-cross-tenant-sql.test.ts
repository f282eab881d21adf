import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE_ROLES, type ServiceName } from '../../../shared/config/service-roles.ts';
import { figure, tellFigure, WITHIN_MS } from '../../support/safety/figures.ts';
import { type AttackWorld, openAttackWorld } from '../../support/safety/sql/attack-world.ts';
import { type Attacker, gain, type Standing, worked } from '../../support/safety/sql/attacker.ts';
import { type Aim, type Form, REFUSED } from '../../support/safety/sql/form.ts';
import type { PlantedTenant } from '../../support/safety/sql/plant-rows.ts';
import { READ_FORMS } from '../../support/safety/sql/read-forms.ts';
import type { TenantTable } from '../../support/safety/sql/tenant-tables.ts';
import { WRITE_FORMS } from '../../support/safety/sql/write-forms.ts';

const FORMS = [...READ_FORMS, ...WRITE_FORMS];
const ATTEMPTS = figure(1_000, 100_000);
const STANDINGS: readonly Standing[] = ['as sender', 'as sender', 'without a tenant', 'after a tenant'];

/** A form that the control has shown to work on a table, for a role. */
interface Weapon {
  readonly attacker: Attacker;
  readonly table: TenantTable;
  readonly form: Form;
}

let world: AttackWorld;
const attackers: Attacker[] = [];
beforeAll(async () => {
  world = await openAttackWorld(figure(4, 12));
  for (const service of Object.keys(SERVICE_ROLES)) attackers.push(await world.open(service as ServiceName));
});
afterAll(async () => {
  await Promise.all(attackers.map((attacker) => attacker.close()));
  await world?.close();
});

/** Runs each form on the role's own rows; gives those that work, and those that only auth, with every grant, must. */
async function forge(): Promise<{ weapons: Weapon[]; blunt: string[] }> {
  const weapons: Weapon[] = [];
  const blunt: string[] = [];
  for (const table of world.tables) {
    const newcomer = await world.newcomer(table);
    for (const form of FORMS) {
      const own = form.addsRow ? newcomer : pick(world.tenants);
      const aim: Aim = { table, target: own, sender: own };
      for (const attacker of attackers) {
        const statement = form.statement(aim);
        if (!statement) continue;
        const outcome = await attacker.control(aim, statement);
        if (worked(form, aim, outcome)) weapons.push({ attacker, table, form });
        else if (attacker.role === SERVICE_ROLES.auth || outcome.code !== REFUSED) {
          blunt.push(`${attacker.role}: ${form.name} on ${table.name}: ${outcome.code ?? 'nothing came of it'}`);
        }
      }
    }
  }
  return { weapons, blunt };
}

async function attack({ attacker, table, form }: Weapon, standing: Standing): Promise<string | undefined> {
  const [sender, target] = pickTwo(world.tenants);
  const aim: Aim = { table, target, sender };
  const statement = form.statement(aim);
  if (!statement) return undefined;
  const gained = gain(form, aim, await attacker.attempt(aim, statement, standing));
  return gained && `${attacker.role} ${standing}, ${form.name} on ${table.name}: ${gained}`;
}

const pick = <T>(all: readonly T[]): T => all[randomInt(all.length)] as T;

function pickTwo(all: readonly PlantedTenant[]): [PlantedTenant, PlantedTenant] {
  const place = randomInt(all.length);
  return [all[place], all[(place + 1 + randomInt(all.length - 1)) % all.length]] as [PlantedTenant, PlantedTenant];
}

describe('A2: one creator against another, in SQL', () => {
  test(
    'gets no row, changes none and learns of none, by any form on any table as any service',
    async () => {
      const { weapons, blunt } = await forge();
      const before = await world.checksums();
      let attempts = 0;
      const gains: string[] = [];
      const round = async (attacker: Attacker, chosen: readonly Weapon[]) => {
        for (const weapon of chosen.filter((each) => each.attacker === attacker)) {
          attempts += 1;
          const gained = await attack(weapon, pick(STANDINGS));
          if (gained) gains.push(gained);
        }
      };

      while (attempts < ATTEMPTS) await Promise.all(attackers.map((attacker) => round(attacker, weapons)));
      const after = await world.checksums();

      tellFigure(
        'A2',
        `${attempts} attempts, ${weapons.length} forms proved by a control`,
        '0 rows',
        `${gains.length}`,
      );
      expect(blunt).toEqual([]);
      expect(gains).toEqual([]);
      expect(after).toEqual(before);
      expect(new Set(weapons.map(({ table }) => table.name)).size).toBe(world.tables.length);
      expect(Object.values(before).filter((sum) => sum.startsWith('0 rows'))).toEqual([]);
    },
    WITHIN_MS,
  );
});
