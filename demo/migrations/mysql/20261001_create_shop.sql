-- migrate:up
CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(100) NOT NULL);
CREATE TABLE items (sku VARCHAR(40) PRIMARY KEY, price INT NOT NULL CHECK (price > 0));
CREATE TABLE orders (
  id INT AUTO_INCREMENT PRIMARY KEY,
  customer_id INT NOT NULL,
  sku VARCHAR(40) NOT NULL,
  quantity INT NOT NULL,
  state VARCHAR(20) NOT NULL,
  note TEXT,
  FOREIGN KEY (customer_id) REFERENCES customers (id),
  FOREIGN KEY (sku) REFERENCES items (sku)
);
INSERT INTO customers (id, name) VALUES (1, 'Probe');
INSERT INTO items (sku, price) VALUES ('tea', 450), ('mug', 1200);

-- migrate:down
DROP TABLE orders;
DROP TABLE items;
DROP TABLE customers;
