import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Connection } from 'mysql2/promise'
import type { DatabaseCommand } from '../../src/state/command.ts'
import type { BackupNamed } from '../../src/state/restore-command.ts'
import type { MariaDb } from './server.ts'
import { makeAccounts } from './shop.ts'

/** A shop with all that hangs on tables: triggers, views upon views, routines, an event, foreign keys in a chain and onto itself. */
export const tables: readonly string[] = [
  'CREATE TABLE schema_migrations (version VARCHAR(100) PRIMARY KEY)',
  "INSERT INTO schema_migrations VALUES ('1')",
  'CREATE TABLE countries (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL)',
  "INSERT INTO countries (name) VALUES ('here'), ('there')",
  'CREATE TABLE customers (id INT AUTO_INCREMENT PRIMARY KEY, country_id INT NOT NULL, name VARCHAR(40) NOT NULL, email VARCHAR(60) NOT NULL UNIQUE, invited_by INT, FOREIGN KEY (country_id) REFERENCES countries (id), FOREIGN KEY (invited_by) REFERENCES customers (id))',
  "INSERT INTO customers (country_id, name, email, invited_by) VALUES (1, 'ana', 'ana@x', NULL), (2, 'ben', 'ben@x', 1), (1, 'cleo', 'cleo@x', 2)",
  'CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, customer_id INT NOT NULL, total DECIMAL(10,2) NOT NULL, FOREIGN KEY (customer_id) REFERENCES customers (id))',
  'INSERT INTO orders (id, customer_id, total) SELECT seq, 1 + seq MOD 3, seq FROM seq_1_to_60',
  'CREATE TABLE items (order_id INT NOT NULL, line INT NOT NULL, what VARCHAR(40) NOT NULL, PRIMARY KEY (order_id, line), FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE)',
  "INSERT INTO items SELECT id, 1, CONCAT('thing ', id) FROM orders",
  'CREATE TABLE visits (page VARCHAR(40), at INT)',
  "INSERT INTO visits VALUES ('home', 1), ('home', 1), ('cart', 2)",
  'CREATE TABLE ledger (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(60) NOT NULL)',
  'CREATE TABLE settings (name VARCHAR(40) PRIMARY KEY, value VARCHAR(40) NOT NULL)',
  "INSERT INTO settings VALUES ('theme', 'dark')",
  "CREATE DEFINER=keeper@'%' TRIGGER orders_in AFTER INSERT ON orders FOR EACH ROW BEGIN\n  INSERT INTO ledger (what) VALUES (CONCAT('order ', NEW.id));\nEND",
  'CREATE FUNCTION doubled(x INT) RETURNS INT DETERMINISTIC RETURN x * 2',
  "CREATE DEFINER=keeper@'%' PROCEDURE tidy() BEGIN DELETE FROM visits WHERE at < 0; END",
  "CREATE DEFINER=keeper@'%' SQL SECURITY INVOKER VIEW a_totals AS SELECT c_names.name, SUM(o.total) AS total FROM orders o JOIN c_names ON c_names.id = o.customer_id GROUP BY c_names.name",
  "CREATE EVENT tidying ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO CALL tidy()",
]

/** What the bad release did to it: a column with values, a table, a view, another trigger. There is no way down. */
export const release: readonly string[] = [
  "INSERT INTO schema_migrations VALUES ('2')",
  'ALTER TABLE orders ADD COLUMN note VARCHAR(40)',
  'CREATE TABLE gifts (id INT PRIMARY KEY, order_id INT NOT NULL, FOREIGN KEY (order_id) REFERENCES orders (id))',
  'CREATE VIEW noted AS SELECT id, note FROM orders WHERE note IS NOT NULL',
  "CREATE OR REPLACE DEFINER=keeper@'%' TRIGGER orders_in AFTER INSERT ON orders FOR EACH ROW INSERT INTO ledger (what) VALUES (CONCAT('noted order ', NEW.id, IFNULL(NEW.note, '')))",
]

export async function openShop(server: MariaDb, database: string): Promise<Connection> {
  const root = await server.root()
  await root.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`)
  await root.query(`USE ${database}`)
  await root.query("CREATE USER IF NOT EXISTS keeper@'%'")
  await root.query(`GRANT ALL ON ${database}.* TO keeper@'%'`)
  await makeAccounts(root, database)
  for (const sql of tables)
    await root.query(sql.replace('JOIN c_names', 'JOIN (SELECT id, name FROM customers) c_names'))
  return root
}

export type Taken = BackupNamed & { readonly remove: () => void }

/** `position`: of a dump, how it is asked for where the binlog is; a server without one refuses. */
export async function backupOf(
  server: MariaDb,
  schema: string,
  tool: BackupNamed['tool'],
  position: readonly string[] = ['--master-data=2'],
): Promise<Taken> {
  const home = mkdtempSync(join(tmpdir(), 'astern-backups-'))
  const path = join(home, tool === 'mydumper' ? 'nightly' : 'nightly.sql')
  const as = ['-u', 'root', '-S', server.socket]
  await (tool === 'mydumper'
    ? execa('mydumper', [...as, '-B', schema, '-o', path, '-G', '-R', '-E', '-t', '2'])
    : execa('mariadb-dump', [
        ...as,
        '--single-transaction',
        '--routines',
        '--events',
        ...position,
        '-r',
        path,
        '--databases',
        schema,
      ]))
  const names = ['schema_migrations', 'countries', 'customers', 'orders', 'items', 'visits', 'ledger', 'settings']
  return {
    tool,
    path,
    schema,
    tables: names.map(name => ({ name, rows: null })),
    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}

export function restoring(
  backup: BackupNamed,
  seeds: readonly string[] | null = ['orders', 'gifts'],
): readonly DatabaseCommand[] {
  const named = { tool: backup.tool, path: backup.path, schema: backup.schema, tables: backup.tables }
  const database = 'main'
  return [
    { kind: 'database.load', database, backup: named, threads: 2 },
    { kind: 'database.verify', database, backup: named, tables: seeds, fingerprint: '', migrations: ['1'] },
    { kind: 'database.unhook', database },
    { kind: 'database.capture', database },
    { kind: 'database.swap', database, direction: 'in' },
    { kind: 'database.salvage', database },
    { kind: 'database.hook', database, as: 'backup' },
  ]
}
