// All styles in which Drizzle runs queries.
import type { Any, Driver, OpenDatabase, Orm } from './drivers.ts';

export const CANARY = 'canary-7391';

/** Runs every style; `step` is told its name. */
export async function runStyles(
  { db, orders, customers, operators }: OpenDatabase,
  orm: Orm,
  driver: Driver,
  step: (name: string, work: () => unknown) => Promise<void>,
): Promise<void> {
  const { eq, sql } = operators;
  const isSync = driver === 'better-sqlite3';
  const isMySql = driver === 'mysql2';
  const isSqlite = isSync || driver === 'libsql';
  const isOld = orm === 'drizzle-orm';
  const raw = (text: Any) =>
    !isSqlite
      ? db.execute(text)
      : isOld
        ? db.all(text)
        : typeof db.objects === 'function'
          ? db.objects(text)
          : db.all(text);

  await step('select', () => db.select().from(orders).where(eq(orders.note, CANARY)));
  await step('select all', () => db.select().from(orders));
  await step('join', () => db.select().from(orders).innerJoin(customers, eq(orders.customerId, customers.id)));
  await step('insert', () => db.insert(orders).values({ id: 10, customerId: 1, note: CANARY }));
  if (!isMySql) {
    await step('insert returning', () => db.insert(orders).values({ id: 11, customerId: 1, note: 'r' }).returning());
  }
  await step('update', () =>
    db
      .update(orders)
      .set({ note: `${CANARY}-new` })
      .where(eq(orders.id, 10)),
  );
  await step('delete', () => db.delete(orders).where(eq(orders.id, 10)));
  await step('relational', () => db.query.orders.findMany({ with: { customer: true }, limit: 2 }));
  await step('relational first', () => db.query.orders.findFirst());
  const prepared = db
    .select()
    .from(orders)
    .where(eq(orders.note, sql.placeholder('note')))
    .prepare(isMySql || isSqlite ? undefined : 'by_note');
  await step('prepared', () => prepared.execute({ note: CANARY }));
  await step('prepared again', () => prepared.execute({ note: 'one' }));
  await step('raw', () => raw(sql`select ${orders.id} from ${orders} where ${orders.note} = ${CANARY}`));
  await step('raw literals', () =>
    raw(sql.raw(`select '${CANARY}' as a, 73917391 as b from orders where note <> '${CANARY}''s'`)),
  );
  await step('count', () => db.$count(orders));
  if (driver === 'libsql') {
    await step('batch', () => db.batch([db.select().from(orders), db.select().from(customers)]));
  }
  const work = (inner: boolean, fails: boolean) => {
    if (isSync) {
      return (tx: Any) => {
        tx.select().from(orders).all();
        if (inner) ignoring(() => tx.transaction((sp: Any) => work(false, true)(sp)));
        if (fails) tx.rollback();
        return 'kept';
      };
    }
    return async (tx: Any) => {
      await tx.select().from(orders);
      if (inner) await tx.transaction((sp: Any) => work(false, true)(sp)).catch(() => undefined);
      if (inner) await tx.transaction((sp: Any) => work(false, false)(sp));
      if (fails) tx.rollback();
      return 'kept';
    };
  };
  await step('transaction', () => db.transaction(work(false, false)));
  await step('transaction with savepoints', () => db.transaction(work(true, false)));
  await step('transaction rolled back', () => db.transaction(work(false, true)));
  await step('unique violation', () => db.insert(orders).values({ id: 1, customerId: 1, note: CANARY }));
  await step('syntax error', () => raw(sql.raw(`selekt '${CANARY}'`)));
}

function ignoring(work: () => void): void {
  try {
    work();
  } catch {
    // What a savepoint undoes is the transaction's to go on without.
  }
}
