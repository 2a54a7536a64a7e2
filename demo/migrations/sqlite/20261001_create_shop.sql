-- migrate:up
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE items (sku TEXT PRIMARY KEY, price INTEGER NOT NULL CHECK (price > 0));
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  sku TEXT NOT NULL REFERENCES items (sku),
  quantity INTEGER NOT NULL,
  state TEXT NOT NULL,
  note TEXT
);
INSERT INTO customers (id, name) VALUES (1, 'Probe');
INSERT INTO items (sku, price) VALUES ('tea', 450), ('mug', 1200);

-- migrate:down
DROP TABLE orders;
DROP TABLE items;
DROP TABLE customers;
