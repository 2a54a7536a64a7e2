import type { Connection } from 'mysql2/promise'
import type { Migration } from '../../src/state/facts.ts'
import { readStatements } from '../../src/targets/databases/mysql/sql/read.ts'

/** A shop of some size before its ten migrations: `orders` times about 450 bytes. */
export async function fillShop(root: Connection, orders: number): Promise<void> {
  for (const sql of [
    'CREATE TABLE schema_migrations (version VARCHAR(40) PRIMARY KEY)',
    'CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(60) NOT NULL, mail VARCHAR(80), since DATE NOT NULL)',
    `CREATE TABLE orders (id INT PRIMARY KEY AUTO_INCREMENT, customer_id INT NOT NULL, sku VARCHAR(20) NOT NULL, state VARCHAR(20) NOT NULL,
      amount DECIMAL(10,2) NOT NULL, note VARCHAR(120), remark VARCHAR(400) NOT NULL, FOREIGN KEY (customer_id) REFERENCES customers (id))`,
    'CREATE TABLE stock (sku VARCHAR(20) PRIMARY KEY, number INT NOT NULL)',
    `CREATE TABLE untouched (id INT PRIMARY KEY, text VARCHAR(200) NOT NULL)`,
    "INSERT INTO customers SELECT seq, CONCAT('customer ', seq), CONCAT('c', seq, '@example.org'), '2020-01-01' + INTERVAL seq DAY FROM seq_1_to_2000",
    `INSERT INTO orders SELECT seq, 1 + seq % 2000, ELT(1 + seq % 3, 'tea', 'mug', 'pot'), ELT(1 + seq % 4, 'new', 'placed', 'shipped', 'gone'),
      seq / 7, IF(seq % 3 = 0, CONCAT('ring twice, number ', seq), NULL), REPEAT(CHAR(97 + seq % 26), 360) FROM seq_1_to_${orders}`,
    "INSERT INTO stock VALUES ('tea', 5), ('mug', 7), ('pot', 0)",
    `INSERT INTO untouched SELECT seq, REPEAT('u', 180) FROM seq_1_to_${Math.round(orders / 2)}`,
  ])
    await root.query(sql)
}

/** Of every kind; their ways down lose values, overwrite them, narrow them, and take away what only the new schema holds. */
export async function tenMigrations(): Promise<readonly Migration[]> {
  return Promise.all(
    scripts.map(async ([up, down], index): Promise<Migration> => {
      const version = String(20_261_101 + index)
      return {
        version,
        name: `number ${index + 1}`,
        up: await readStatements(up),
        down: await readStatements(down),
        compatibleWith: [],
      }
    }),
  )
}

const scripts: readonly (readonly [up: string, down: string])[] = [
  ['ALTER TABLE orders ADD COLUMN gift TINYINT NOT NULL DEFAULT 0', 'ALTER TABLE orders DROP COLUMN gift'],
  [
    `CREATE TABLE order_notes (order_id INT PRIMARY KEY, note VARCHAR(120) NOT NULL, author VARCHAR(40), FOREIGN KEY (order_id) REFERENCES orders (id));
     INSERT INTO order_notes (order_id, note) SELECT id, note FROM orders WHERE note IS NOT NULL;
     ALTER TABLE orders DROP COLUMN note`,
    `ALTER TABLE orders ADD COLUMN note VARCHAR(120) AFTER amount;
     UPDATE orders JOIN order_notes ON order_id = id SET orders.note = order_notes.note;
     DROP TABLE order_notes`,
  ],
  ['ALTER TABLE customers MODIFY name VARCHAR(200) NOT NULL', 'ALTER TABLE customers MODIFY name VARCHAR(60) NOT NULL'],
  ['CREATE INDEX by_state ON orders (state)', 'DROP INDEX by_state ON orders'],
  [
    "CREATE TABLE coupons (code VARCHAR(20) PRIMARY KEY, customer_id INT NOT NULL, FOREIGN KEY (customer_id) REFERENCES customers (id)); INSERT INTO coupons SELECT CONCAT('C', id), id FROM customers WHERE id <= 300",
    'DROP TABLE coupons',
  ],
  ["UPDATE orders SET state = 'placed' WHERE state = 'new'", "UPDATE orders SET state = 'new' WHERE state = 'placed'"],
  ['ALTER TABLE customers RENAME COLUMN mail TO email', 'ALTER TABLE customers RENAME COLUMN email TO mail'],
  ["INSERT INTO stock VALUES ('cup', 3), ('tin', 4)", "DELETE FROM stock WHERE sku IN ('cup', 'tin')"],
  [
    'ALTER TABLE stock ADD CONSTRAINT some CHECK (number >= 0), ADD COLUMN place VARCHAR(20)',
    'ALTER TABLE stock DROP CONSTRAINT some, DROP COLUMN place',
  ],
  [
    'CREATE VIEW open_orders AS SELECT id, sku FROM orders WHERE state = "placed"; CREATE TRIGGER sold AFTER INSERT ON orders FOR EACH ROW UPDATE stock SET number = number - 1 WHERE sku = NEW.sku AND number > 0',
    'DROP TRIGGER sold; DROP VIEW open_orders',
  ],
]
