import { serviceDatabaseUrl } from '../../../shared/config/service-roles.ts';
import { openPool } from '../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../shared/database/tenant-database.ts';
import type { BenchRow } from '../bench-row.ts';
import { countFlights } from '../world/flight-counter.ts';

const REPEATS = 20;

/** Round trips to the database, counted on the wire, of a read and of a change that decides on what it read. */
export const roundTrips: BenchRow = {
  ids: ['C8'],
  measure: async (bench) => {
    const world = await bench.world();
    const me = await world.client.rest('GET', '/v1/auth/me', { token: world.creator.token });
    const creatorId: string = me.body.creator.id;
    const address = new URL(serviceDatabaseUrl(world.host.endpoints.database_url, 'hub'));
    const wire = await countFlights(Number(address.port));
    address.port = String(wire.port);
    const pool = openPool(address.href, { maxConnections: 1 });
    const database = openTenantDatabase(pool);
    const read = () =>
      database.readAsTenant(creatorId, (db) => db.query('select id from widgets where creator_id = $1', [creatorId]));
    const change = () =>
      database.withTenant(creatorId, async (db) => {
        const [row] = await db.query('select id, name from widgets where creator_id = $1 limit 1', [creatorId]);
        if (row) {
          await db.query('update widgets set name = $3 where creator_id = $1 and id = $2', [
            creatorId,
            row.id,
            row.name,
          ]);
        }
      });
    const decide = () =>
      database.withTenant(creatorId, (db) =>
        db.query('update widgets set name = name where creator_id = $1 returning id', [creatorId]),
      );
    const tripsOf = async (work: () => Promise<unknown>) => {
      await work();
      wire.take();
      for (let n = 0; n < REPEATS; n += 1) await work();
      return wire.take() / REPEATS;
    };
    const [reads, decisions, changes] = [await tripsOf(read), await tripsOf(decide), await tripsOf(change)];
    await pool.end();
    wire.close();
    return [
      { id: 'C8', name: 'round trips of a read', reached: reads, atMost: 1 },
      { id: 'C8', name: 'round trips of a change that looks at what it changed', reached: decisions, atMost: 2 },
      {
        id: 'C8',
        name: 'round trips of a read, a decision and a change',
        reached: changes,
        note: 'the third is the commit',
      },
    ];
  },
};
