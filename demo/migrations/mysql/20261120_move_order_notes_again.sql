-- migrate:up
CREATE TABLE order_notes (
  order_id INT PRIMARY KEY,
  note TEXT NOT NULL,
  author VARCHAR(100),
  FOREIGN KEY (order_id) REFERENCES orders (id)
);
INSERT INTO order_notes (order_id, note) SELECT id, note FROM orders WHERE note IS NOT NULL;
ALTER TABLE orders DROP COLUMN note;

-- migrate:down
ALTER TABLE orders ADD COLUMN note TEXT;
ALTER TABLE order_notes DROP COLUMN author;
UPDATE orders SET note = (SELECT note FROM order_notes WHERE order_id = orders.id);
DROP TABLE order_notes;
