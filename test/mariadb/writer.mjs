// Writes like a shop, about 200 times a second, and says of each write on its output what it was and whether it was acknowledged.
import { createConnection } from 'mysql2/promise'

// `prefix`: of the tables it writes to.
const { port, user, password, database, orders, prefix = '' } = JSON.parse(process.argv[2])
const say = line => process.stdout.write(`${JSON.stringify({ ...line, at: Date.now() })}\n`)
const known = Array.from({ length: orders }, (_, index) => index + 1)
let serial = 0
let seed = 7
const random = below => {
  seed = (seed * 48271) % 2147483647
  return seed % below
}

/** The next write: its statement, and of which row it is the last word. */
function next() {
  serial += 1
  const kind = random(20)
  const order = known[random(known.length)]
  if (kind < 8) {
    const total = `${serial}.00`
    return {
      table: 'orders',
      key: String(orders + serial),
      sql: 'INSERT INTO orders (id, customer_id, total) VALUES (?, ?, ?)',
      args: [orders + serial, 1 + random(3), total],
      value: total,
      insert: orders + serial,
    }
  }
  if (kind < 14) {
    const total = `${serial}.50`
    return {
      table: 'orders',
      key: String(order),
      sql: 'UPDATE orders SET total = ? WHERE id = ?',
      args: [total, order],
      value: total,
    }
  }
  if (kind < 17) {
    const what = `thing ${serial}`
    return {
      table: 'items',
      key: `${order}, ${serial}`,
      sql: 'INSERT INTO items VALUES (?, ?, ?)',
      args: [order, serial, what],
      value: what,
    }
  }
  if (kind < 19) {
    const id = 1 + random(3)
    return {
      table: 'customers',
      key: String(id),
      sql: 'UPDATE customers SET name = ? WHERE id = ?',
      args: [`name ${serial}`, id],
      value: `name ${serial}`,
    }
  }
  // Only orders without lines go: those that came since.
  const gone = known.length - 1
  return gone < orders
    ? next()
    : {
        table: 'orders',
        key: String(known[gone]),
        sql: 'DELETE FROM orders WHERE id = ? AND NOT EXISTS (SELECT 1 FROM items WHERE order_id = ?)',
        args: [known[gone], known[gone]],
        value: null,
        remove: true,
      }
}

let connection = null
let stopping = false
process.stdin.on('end', () => (stopping = true)).resume()
const began = Date.now()
for (let due = 0; !stopping; due += 5) {
  const wait = began + due - Date.now()
  if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))
  else due = Date.now() - began
  try {
    connection ??= (await createConnection({ host: '127.0.0.1', port, user, password, database })).on(
      'error',
      () => undefined,
    )
  } catch (error) {
    connection = null
    say({ refused: error.code })
    continue
  }
  const { table, key, sql, args, value, insert, remove } = next()
  try {
    const [answer] = await connection.query(sql.replaceAll(/\b(?:orders|items|customers)\b/g, `${prefix}$&`), args)
    if (insert) known.push(insert)
    // No such row any more: nothing was written.
    if (answer.affectedRows === 0) continue
    if (remove) known.pop()
    say({ table, key, value })
  } catch (error) {
    const isLost = error.sqlState === undefined || ['ER_CONNECTION_KILLED', 'ER_QUERY_INTERRUPTED'].includes(error.code)
    say({ refused: error.code, unsure: isLost ? { table, key, value } : null })
    // Whether it is gone nobody said: it is not written to again.
    if (remove) known.pop()
    connection.destroy()
    connection = null
  }
}
await connection?.end().catch(() => undefined)
